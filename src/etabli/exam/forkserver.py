"""The fork server: an exam begins in a Python that has read pytest, our tools and the checks before it.

    python3 -I -S forkserver.py GRADER ARGUMENT…

hands its five descriptors, its folder and pytest's arguments to the server of this container, waits, and ends with
pytest's exit code; it starts the server when there is none. With ``--ready`` in place of arguments, it only makes sure
that there is one. Each exam is a fork of its own: what one does to its memory, the next one never sees. The client is
run by its path, and reads as little of Python as it can: the server imports what it needs.
"""

from __future__ import annotations

import _socket
import array
import os
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    from typing import NoReturn

SERVE = "--serve"
READY = "--ready"
START_S = 60.0
FAILED = 70
"""The exit code when no server answers, or when a fork ends without a word."""
_STANDARD = (0, 1, 2, 3, 4)
"""Input, output, errors, the channel and the request: see :mod:`etabli.exam.runner.command`."""
_USED = ("pdb", "xml.etree.ElementTree", "code", "readline", "rlcompleter", "faulthandler")
"""What pytest imports while it starts, beside its plugins."""
_ABOVE = 16
_MESSAGE = 1 << 16


def address(grader: str) -> str:
    """Returns where the server listens: in the pack, which the accounts that read hostile bytes cannot enter."""
    return f"{os.path.dirname(os.path.dirname(grader))}/forkserver"


# The client


def ask(grader: str, arguments: list[str]) -> int:
    """Has the server run one exam; returns pytest's exit code."""
    line = _server(grader)
    message = "\0".join([os.getcwd(), *arguments])
    line.sendmsg([message.encode()], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, array.array("i", _STANDARD))])
    return int(line.recv(16) or FAILED)


def _server(grader: str) -> _socket.socket:
    """Connects to the server, started if need be; of several who find none, one starts it and the others wait."""
    line = _socket.socket(_socket.AF_UNIX, _socket.SOCK_SEQPACKET)
    try:
        line.connect(address(grader))
        return line
    except OSError:
        import fcntl
    with open(f"{address(grader)}.verrou", "w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        until = time.monotonic() + START_S
        started = None
        while True:
            try:
                line.connect(address(grader))
                return line
            except OSError:
                if started is None:
                    started = _start(grader)
                if time.monotonic() > until or os.waitpid(started, os.WNOHANG) != (0, 0):
                    raise
            time.sleep(0.005)


def _start(grader: str) -> int:
    """Starts the server, which holds nothing of ours; returns its number."""
    null = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in (0, 1)]
    shut = [(os.POSIX_SPAWN_CLOSE, number) for number in (3, 4)]
    command = [sys.executable, "-I", "-B", __file__, SERVE, grader]
    return os.posix_spawn(sys.executable, command, os.environ, file_actions=[*null, *shut], setsid=True)


# The server


def serve(grader: str) -> NoReturn:
    """Reads what exams need, then forks for each of them, for ever."""
    import gc
    import importlib
    import signal
    import socket
    from contextlib import suppress
    from pathlib import Path

    from _pytest.config import default_plugins

    import etabli.exam.plugin  # noqa: F401
    from etabli.exam.contract.check import load_checks
    from etabli.exam.contract.plain import adapter

    for name in (*(f"_pytest.{plugin}" for plugin in default_plugins), *_USED):
        importlib.import_module(name)
    with suppress(Exception):  # the exam itself says what is wrong with the checks
        variant = getattr(load_checks(Path(grader)).module, "Variant", None)
        if variant is not None:
            adapter(variant)
    gc.freeze()  # the forks share what is never collected
    os.dup2(0, 2)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(f"{address(grader)}-{os.getpid()}")
    listener.listen()
    os.rename(f"{address(grader)}-{os.getpid()}", address(grader))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the forks
    while True:
        line, _peer = listener.accept()
        if os.fork() == 0:
            listener.close()
            _examine(line)
        line.close()


def _examine(line: socket.socket) -> NoReturn:
    """Runs pytest as if this process had been started for it."""
    import fcntl
    import signal
    import socket

    import pytest

    code = FAILED
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        message, given, _flags, _peer = socket.recv_fds(line, _MESSAGE, len(_STANDARD))
        if not message:  # somebody only made sure that we are there
            os._exit(0)
        line = socket.socket(fileno=fcntl.fcntl(line.detach(), fcntl.F_DUPFD_CLOEXEC, _ABOVE))
        above = [fcntl.fcntl(one, fcntl.F_DUPFD_CLOEXEC, _ABOVE) for one in given]
        for one in given:  # no second way to the channel stays open, which a child could inherit
            os.close(one)
        for number, descriptor in enumerate(above):
            os.dup2(descriptor, number)
            os.close(descriptor)
        folder, *arguments = message.decode().split("\0")
        os.chdir(folder)
        sys.argv = ["pytest", *arguments]
        code = int(pytest.main(arguments))
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        line.send(str(code).encode())
        os._exit(code)


if __name__ == "__main__":
    if sys.argv[1] == SERVE:
        serve(sys.argv[2])
    if sys.argv[1] == READY:
        _server(sys.argv[2]).close()
        sys.exit()
    sys.exit(ask(sys.argv[1], sys.argv[2:]))
