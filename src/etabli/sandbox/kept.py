"""A worker's place at the keeper (:mod:`etabli.sandbox.keeper`), seen from the command that uses the worker.

Whoever opens a worker asks the keeper for one that waits; all that the worker is made of then belongs to the keeper,
which outlives the command: it removes what a command that dies had, and keeps what one gives back. Without a keeper,
for whatever reason, a worker is made and removed by the command alone.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import socket
import struct
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from etabli.exam.contract.errors import UsageProblem
from etabli.sandbox.base import WorkerPlan
from etabli.system.platform import platform_sha256
from etabli.system.settings import home_path, runtime_folder

MINUTES = "ETABLI_GARDER"
"""The setting: minutes that a worker is kept for whoever comes next; 0: none is kept."""
USUAL = 10.0
MESSAGE = 1 << 16
"""Bytes of a message at most; one is a JSON object."""
_SUFFIX = ".sock"
_START_S = 30.0
_STARTS = 5
"""How many keepers are started in a row: each may find another one there, which is about to end."""
_ANSWER_S = 10.0
_END_S = 60.0
_TRIES = 3
_PEER = struct.Struct("3i")
_turn = threading.Lock()
_started: dict[Path, int] = {}
"""By address: the keeper that this command started last."""


class Hold:
    """A worker's place, while a command uses the worker.

    Args:
        line: To the keeper: when it is cut, what the worker is made of is removed.
        said: The keeper's answer.
    """

    def __init__(self, line: socket.socket, said: Mapping[str, Any]) -> None:
        self.owner = str(said["owner"])
        """Whose everything is that the worker is made of."""
        self.worker = str(said["worker"])
        """The worker's name."""
        self.kept: Mapping[str, Any] | None = said["kept"]
        """What waits under that name, as it was given; ``None`` when it is still to be made."""
        self._line = line

    def give(self, told: Mapping[str, Any]) -> bool:
        """Leaves the worker to the keeper; whether that takes it."""
        taken = bool((ask(self._line, {"give": told}) or {}).get("given"))
        self.close()
        return taken

    def close(self) -> None:
        """Gives the place up, once nothing is left of the worker or the keeper has it."""
        self._line.close()


def minutes() -> float:
    """Returns for how many minutes workers are kept.

    Raises:
        UsageProblem: The setting is no number.
    """
    given = os.environ.get(MINUTES, "").strip().replace(",", ".")
    try:
        value = float(given) if given else USUAL
    except ValueError:
        value = -1.0
    if not (math.isfinite(value) and 0 <= value <= 24 * 60):
        raise UsageProblem(f"« {MINUTES}={given} » n'est pas un nombre de minutes : donnez par exemple 10, ou 0.")
    return value


def wake(host: str) -> None:
    """Starts the keeper if there is none, and does not wait for it."""
    if minutes() and (address := address_for(host)) is not None:
        if (line := reach(address)) is not None:
            line.close()
        else:
            _start_unless_coming(address)


def hold(host: str, plan: WorkerPlan) -> Hold | None:
    """Returns a place for a worker of a plan, with a kept one where one is alike; ``None`` when nothing is kept here.

    Args:
        host: The engine's address.
        plan: What the worker is to be.
    """
    if not (minutes() and plan.alike and (address := address_for(host))):
        return None
    wanted = {"take": plan.alike, "pack": hashlib.sha256(plan.pack).hexdigest()}
    for _try in range(_TRIES):  # a keeper that is about to end hangs up
        if (line := _found(address)) is None:
            return None
        if said := ask(line, wanted):
            return Hold(line, said)
        line.close()
    return None


def running() -> list[dict[str, Any]]:
    """Returns what each keeper of this home says of itself: ``waiting``, ``lent``, ``left_s``."""
    return [said for address in _all() if (said := _asked(address, {"tell": True}))]


def end_all() -> int:
    """Ends the keepers of this home, and removes the workers that wait; returns how many.

    A worker in use goes on, and is removed when it is given back.
    """
    return sum(int(said["removed"]) for address in _all() if (said := _asked(address, {"end": True})))


def _asked(address: Path, message: Mapping[str, Any]) -> dict[str, Any] | None:
    """Asks a keeper one thing; ``None`` when there is none."""
    if (line := reach(address)) is None:
        return None
    with line:
        line.settimeout(_END_S)
        return ask(line, message)


def address_for(host: str) -> Path | None:
    """Returns where the keeper of this very Établi listens, for this home and this engine; ``None`` where none can."""
    folder = runtime_folder()
    if folder is None:
        return None
    words = [_mark(), platform_sha256(), sys.executable, host]
    return folder / f"{_mark()}-{_digest(*words)}{_SUFFIX}"


def reach(address: Path) -> socket.socket | None:
    """Connects to a keeper; ``None`` when nobody of this account listens there."""
    line = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    line.settimeout(_ANSWER_S)
    try:
        line.connect(str(address))
        if account(line) == os.getuid():
            return line
    except OSError:
        pass
    line.close()
    return None


def account(line: socket.socket) -> int:
    """Returns the account at the other end of a line."""
    _pid, uid, _gid = _PEER.unpack(line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size))
    return int(uid)


def ask(line: socket.socket, message: Mapping[str, Any]) -> dict[str, Any] | None:
    """Sends a message and returns the answer; ``None`` when the other end has hung up or says nothing."""
    with suppress(OSError, ValueError):
        line.send(json.dumps(message).encode())
        answer = json.loads(line.recv(MESSAGE))
        return answer if isinstance(answer, dict) else None
    return None


def _found(address: Path) -> socket.socket | None:
    """Connects to the keeper, which is started when there is none; ``None`` when it does not come."""
    until, starts = time.monotonic() + _START_S, 0
    while (line := reach(address)) is None:
        starts += _start_unless_coming(address)
        if time.monotonic() > until or starts > _STARTS:
            return None
        time.sleep(0.02)
    return line


def _start_unless_coming(address: Path) -> bool:
    """Starts a keeper unless one that this command started is on its way; whether it did."""
    with _turn:
        if (number := _started.get(address)) is not None:
            with suppress(ChildProcessError):
                if os.waitpid(number, os.WNOHANG) == (0, 0):
                    return False
        _started[address] = _start(address)
        return True


def _start(address: Path) -> int:
    """Starts a keeper, which outlives this command; returns its number. Of two, the second one ends by itself."""
    null = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in (0, 1, 2)]
    # Not « -I »: in a room, PYTHONPATH alone says where our modules are.
    command = [sys.executable, "-sP", "-m", "etabli.sandbox.keeper", str(address), str(60 * minutes())]
    return os.posix_spawn(sys.executable, command, os.environ, file_actions=null, setsid=True)


def _all() -> list[Path]:
    folder = runtime_folder()
    return sorted(folder.glob(f"{_mark()}-*{_SUFFIX}")) if folder is not None else []


def _mark() -> str:
    return _digest(str(home_path().resolve()))


def _digest(*words: str) -> str:
    return hashlib.sha256("\0".join(words).encode("utf-8", "surrogateescape")).hexdigest()[:12]
