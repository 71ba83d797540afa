"""The keeper: a small process of this account that keeps workers from one command to the next.

    python -m etabli.sandbox.keeper SOCKET SECONDS

It owns all that workers are made of, so that their containers outlive the commands that use them and die with it, as
any command's do (:mod:`etabli.sandbox.docker_reaper`). It lends a worker to one command at a time, and knows nothing of
labs nor of hand-ins. What is not given back, empty, is removed; what waits too long is too. It ends when nothing is
lent, nothing waits and nobody comes.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import selectors
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docker

from etabli.sandbox.docker_engine import SOCKET
from etabli.sandbox.docker_reaper import WORKER, sweep
from etabli.sandbox.kept import MESSAGE, account
from etabli.sandbox.owner import current

MOST = 2
"""Workers that wait at once; the one that has waited longest makes room."""
ALONE_S = 60.0
"""Seconds after which a keeper that nobody needs ends."""
_LOOK_S = 1.0


@dataclass(frozen=True)
class _Waiting:
    worker: str
    alike: str
    told: Mapping[str, Any]
    since: float = field(default_factory=time.monotonic)

    @property
    def pack(self) -> str:
        return str(self.told["examiner"]["pack"])


class Keeper:
    """Lends workers and keeps them.

    Args:
        address: The socket; its folder is this account's alone.
        seconds: How long a worker waits for somebody.
        remove: Removes all of a worker, by its name.
        alone_s: How long it stays when there is nothing to do.
    """

    def __init__(
        self, address: Path, seconds: float, remove: Callable[[str], object], *, alone_s: float = ALONE_S
    ) -> None:
        self._address = address
        self._seconds = seconds
        self._remove = remove
        self._alone_s = alone_s
        self._lent: dict[socket.socket, tuple[str, str]] = {}
        """By line: the worker's name, and what it is alike."""
        self._waiting: list[_Waiting] = []
        self._removals: list[threading.Thread] = []
        self._ending = False
        self._last = time.monotonic()
        self._selector = selectors.DefaultSelector()

    def run(self) -> bool:
        """Serves until nobody needs it any more; returns whether it did, for another one may be there already."""
        with open(self._address.with_suffix(".verrou"), "w") as turn:
            try:
                fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            self._address.unlink(missing_ok=True)
            try:
                with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
                    listener.bind(str(self._address))
                    listener.listen(64)
                    self._selector.register(listener, selectors.EVENT_READ)
                    while not self._over():
                        self._serve(listener)
            finally:
                self._address.unlink(missing_ok=True)
        for line in [key.fileobj for key in self._selector.get_map().values()]:
            if isinstance(line, socket.socket):
                line.close()
        self._selector.close()
        self._drop(self._waiting)
        for removal in self._removals:
            removal.join()
        return True

    def end(self) -> None:
        """Keeps nothing any more, and ends once what is lent has come back."""
        self._ending = True

    def _over(self) -> bool:
        busy = self._lent or self._waiting
        return not busy and (self._ending or time.monotonic() - self._last > self._alone_s)

    def _serve(self, listener: socket.socket) -> None:
        for key, _events in self._selector.select(_LOOK_S):
            if key.fileobj is listener:
                self._accept(listener)
            elif isinstance(key.fileobj, socket.socket):
                self._hear(key.fileobj)
        now = time.monotonic()
        self._drop([one for one in self._waiting if self._ending or now - one.since > self._seconds])
        self._removals = [one for one in self._removals if one.is_alive()]

    def _accept(self, listener: socket.socket) -> None:
        line, _address = listener.accept()
        if account(line) != os.getuid():
            line.close()
            return
        self._last = time.monotonic()
        line.setblocking(False)
        self._selector.register(line, selectors.EVENT_READ)

    def _hear(self, line: socket.socket) -> None:
        """Answers a message; one that makes no sense is the end of the line."""
        self._last = time.monotonic()
        try:
            message = line.recv(MESSAGE)
            said = self._answer(line, json.loads(message)) if message else None
        except BlockingIOError:
            return
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            said = None
        if said is not None:
            with suppress(OSError):
                line.send(json.dumps(said).encode())
                return
        self._selector.unregister(line)
        line.close()
        if (lent := self._lent.pop(line, None)) is not None:
            self._later(lent[0])

    def _answer(self, line: socket.socket, asked: Any) -> dict[str, Any]:
        if not isinstance(asked, dict):
            raise TypeError("no object")
        if "take" in asked and line not in self._lent:
            return self._lend(line, str(asked["take"]), str(asked["pack"]))
        if "give" in asked:
            return {"given": self._keep(line, asked["give"])}
        if "end" in asked:
            waiting = list(self._waiting)
            self.end()
            self._address.unlink(missing_ok=True)  # who comes now starts another one
            for removal in self._drop(waiting):
                removal.join()
            return {"removed": len(waiting)}
        left = [self._seconds - (time.monotonic() - one.since) for one in self._waiting]
        return {"waiting": len(left), "lent": len(self._lent), "left_s": round(max(left, default=0.0), 1)}

    def _lend(self, line: socket.socket, alike: str, pack: str) -> dict[str, Any]:
        """Lends a worker that waits, the same pack first, else a name under which to make one."""
        fitting = [one for one in self._waiting if one.alike == alike]
        fitting.sort(key=lambda one: (one.pack == pack, one.since))
        found = fitting[-1] if fitting else None
        if found is not None:
            self._waiting.remove(found)
        worker = found.worker if found else secrets.token_hex(8)
        self._lent[line] = worker, alike
        return {"owner": str(current()), "worker": worker, "kept": found.told if found else None}

    def _keep(self, line: socket.socket, told: Mapping[str, Any]) -> bool:
        worker, alike = self._lent[line]
        one = _Waiting(worker, alike, told)
        _ = one.pack  # what is not told in full is not kept
        if self._ending:
            return False
        del self._lent[line]
        self._waiting.append(one)
        self._drop(self._waiting[:-MOST])
        return True

    def _drop(self, some: list[_Waiting]) -> list[threading.Thread]:
        dropped = [one.worker for one in some]
        self._waiting = [one for one in self._waiting if one.worker not in dropped]
        return [self._later(worker) for worker in dropped]

    def _later(self, worker: str) -> threading.Thread:
        """Removes a worker while others are served."""
        removal = threading.Thread(target=self._quietly, args=(worker,))
        removal.start()
        self._removals.append(removal)
        return removal

    def _quietly(self, worker: str) -> None:
        """What the engine refuses to remove is removed once this process has ended, by whoever comes next."""
        with suppress(Exception):
            self._remove(worker)


def main(address: str, seconds: str) -> None:
    """Keeps workers of the engine of this machine."""
    os.chdir("/")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    host = os.environ.get("DOCKER_HOST") or SOCKET

    def remove(worker: str) -> None:
        client = docker.DockerClient(base_url=host, version="auto")
        try:
            sweep(client, {WORKER: worker})
        finally:
            client.close()

    keeper = Keeper(Path(address), float(seconds), remove)
    signal.signal(signal.SIGTERM, lambda *_signal: keeper.end())
    keeper.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
