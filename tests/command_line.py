"""The command ``etabli`` as a process of its own, as whoever types it meets it."""

from __future__ import annotations

import atexit
import functools
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

LIMIT_S = 600
WARM = """
import atexit, gc, importlib, json, os, pkgutil, signal, socket, sys, threading, time
from typer.main import get_command
import etabli
from etabli.cli.main import app

run = get_command(app)
for one in pkgutil.walk_packages(etabli.__path__, "etabli."):
    if not one.name.endswith("__main__"):
        importlib.import_module(one.name)
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
    answer.sendall(b"%d" % child)
    answer.sendall(b"%d" % os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    os._exit(0)
answer.close()
signal.signal(signal.SIGINT, signal.default_int_handler)
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
"""A process that has read all our modules, those included that a command reads when it needs them, and is forked for each:
to read them again takes longer than most commands do."""


def command(*arguments: object) -> list[str]:
    """The words that start it."""
    return [sys.executable, "-m", "etabli.cli.main", *map(str, arguments)]


class Begun:
    """A command that has been started: a process of its own, as `subprocess.Popen` tells of one.

    Args:
        pid: Its number.
        line: Where its exit code comes.
    """

    def __init__(self, pid: int, line: socket.socket) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._line = line

    def wait(self, timeout: float = LIMIT_S) -> int:
        """Returns its exit code once it has ended; minus the signal that killed it."""
        if self.returncode is None:
            self._line.settimeout(timeout)
            with self._line:
                self.returncode = int(self._line.recv(100))
        return self.returncode

    def poll(self) -> int | None:
        """Returns its exit code if it has ended."""
        ended = self.returncode is not None or select.select([self._line], [], [], 0)[0]
        return self.wait() if ended else None

    def send_signal(self, number: int) -> None:
        """Sends it a signal, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Ends it at once."""
        self.send_signal(signal.SIGKILL)


@functools.cache
def _warm(*under: str) -> socket.socket:
    """Starts the process that is forked, by a command that keeps rights from it if one is given; it ends with this one."""
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with its:
        argv = [*under, sys.executable, "-c", WARM, str(its.fileno())]
        process = subprocess.Popen(argv, pass_fds=[its.fileno()], env=os.environ | {"COLUMNS": "200"})
    atexit.register(lambda: (ours.close(), process.wait()))
    return ours


def begin(
    *arguments: object,
    out: IO[Any],
    err: IO[Any],
    given: IO[Any] | None = None,
    at: Path | None = None,
    environment: Mapping[str, str] | None = None,
    under: Sequence[str] = (),
) -> Begun:
    """Starts it on a wide screen, without a terminal.

    Args:
        arguments: What is typed after its name.
        out: Where it writes.
        err: Where it says what is beside.
        given: What it reads; nothing otherwise.
        at: Its folder, ours otherwise.
        environment: Beside ours.
        under: Words before it: a command that keeps rights from it.
    """
    own = {**os.environ, "COLUMNS": "200", **(environment or {})}
    with open(os.devnull) as nothing:
        fds = [(given or nothing).fileno(), out.fileno(), err.fileno()]
        return _forked(_warm(*under), [str(one) for one in arguments], fds, at or Path.cwd(), own)


def _forked(line: socket.socket, words: list[str], fds: list[int], at: Path, environment: Mapping[str, str]) -> Begun:
    asked = {"arguments": words, "at": str(at), "environment": dict(environment)}
    mine, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with its:
        socket.send_fds(line, [json.dumps(asked).encode()], [*fds, its.fileno()])
    mine.settimeout(LIMIT_S)
    return Begun(int(mine.recv(100)), mine)


def put(folder: Path) -> int:
    """Puts ``etabli`` into a folder, for a shell to find: a fork too. Returns the file that the shell has to be left."""
    line = _warm().fileno()
    program = folder / "etabli"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -SE {__file__} {line} "$@"\n', "utf-8")
    program.chmod(0o755)
    return line


def etabli(
    *arguments: object,
    at: Path | None = None,
    environment: Mapping[str, str] | None = None,
    stdin: str = "",
    under: Sequence[str] = (),
) -> subprocess.CompletedProcess[str]:
    """Runs it to its end (:func:`begin`), with nothing to read unless it is given."""
    with (
        tempfile.TemporaryFile("w+") as given,
        tempfile.TemporaryFile("w+") as out,
        tempfile.TemporaryFile("w+") as err,
    ):
        given.write(stdin)
        given.seek(0)
        code = begin(*arguments, out=out, err=err, given=given, at=at, environment=environment, under=under).wait()
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess([str(one) for one in arguments], code, out.read(), err.read())


def said(done: subprocess.CompletedProcess[str]) -> str:
    """All that it said, on one line."""
    assert "Traceback" not in done.stderr
    return " ".join((done.stdout + done.stderr).replace("\u00a0", " ").split())


if __name__ == "__main__":  # of :func:`put`
    _line = socket.socket(fileno=int(sys.argv[1]))
    sys.exit(_forked(_line, sys.argv[2:], [0, 1, 2], Path.cwd(), os.environ).wait() % 256)
