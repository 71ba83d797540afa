"""The command ``etabli`` as a process of its own, as whoever types it meets it."""

from __future__ import annotations

import atexit
import functools
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

LIMIT_S = 600
WARM = """
import atexit, gc, json, os, signal, socket, sys, threading, time
from typer.main import get_command
from etabli.cli.main import app

run = get_command(app)
gc.freeze()
line = socket.socket(fileno=int(sys.argv[1]))
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
while True:
    asked, fds, *_ = socket.recv_fds(line, 1 << 20, 4)
    if not asked:
        sys.exit()
    if os.fork() == 0:
        break
    for fd in fds:
        os.close(fd)
line.close()
signal.signal(signal.SIGCHLD, signal.SIG_DFL)
answer = socket.socket(fileno=fds[3])
if child := os.fork():
    answer.sendall(b"%d %d\\n" % (child, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])))
    os._exit(0)
answer.close()
for number, fd in enumerate(fds[:3]):
    os.dup2(fd, number)
    os.close(fd)
said = json.loads(asked)
os.environ.clear()
os.environ.update(said["environment"])
time.tzset()
os.chdir(said["at"])
sys.argv[:] = ["etabli", *said["arguments"]]
try:
    run()
except SystemExit as end:
    code = end.code or 0
except BaseException:
    code = sys.excepthook(*sys.exc_info()) or 1
threading._shutdown()
atexit._run_exitfuncs()
sys.stdout.flush()
sys.stderr.flush()
os._exit(code)
"""
"""A process that has read all modules of the command, and is forked for each: to read them again takes longer than most
commands do."""


def command(*arguments: object) -> list[str]:
    """The words that start it."""
    return [sys.executable, "-m", "etabli.cli.main", *map(str, arguments)]


def heed_interruptions() -> None:
    """A shell makes what it starts in the background deaf to SIGINT, and so all that this starts: a ``preexec_fn``."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@functools.cache
def _warm() -> socket.socket:
    """Starts the process that is forked; it ends with this one."""
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with its:
        argv = [sys.executable, "-c", WARM, str(its.fileno())]
        process = subprocess.Popen(argv, pass_fds=[its.fileno()], env=os.environ | {"COLUMNS": "200"})
    atexit.register(lambda: (ours.close(), process.wait()))
    return ours


def etabli(
    *arguments: object, at: Path | None = None, environment: Mapping[str, str] | None = None, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """Runs it to its end on a wide screen; without a terminal, and nothing to read unless it is given."""
    words = [str(one) for one in arguments]
    asked = {
        "arguments": words,
        "at": str(at or Path.cwd()),
        "environment": {**os.environ, "COLUMNS": "200", **(environment or {})},
    }
    with (
        tempfile.TemporaryFile("w+") as given,
        tempfile.TemporaryFile("w+") as out,
        tempfile.TemporaryFile("w+") as err,
    ):
        given.write(stdin)
        given.seek(0)
        mine, its = socket.socketpair()
        with mine:
            with its:
                fds = [given.fileno(), out.fileno(), err.fileno(), its.fileno()]
                socket.send_fds(_warm(), [json.dumps(asked).encode()], fds)
            mine.settimeout(LIMIT_S)
            _pid, code = map(int, mine.recv(100).split())
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(words, code, out.read(), err.read())


def said(done: subprocess.CompletedProcess[str]) -> str:
    """All that it said, on one line."""
    assert "Traceback" not in done.stderr
    return " ".join((done.stdout + done.stderr).replace("\u00a0", " ").split())
