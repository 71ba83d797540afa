"""What happened to this process or to the whole machine, and is no doing of the submission that is being examined.

A process that is stopped from the keyboard (Ctrl-Z) or by a signal hears late what was said in time. A machine that
makes everybody wait for a lock of a file, or that is short of memory or of memory for connections, has somebody who
takes it: not always the one who fails by it. A thread looks twice a second.
"""

from __future__ import annotations

import fcntl
import os
import re
import threading
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

_TICK = 0.5
_NAP = 5.0
"""Seconds for which no machine that is only busy keeps a thread of ours waiting."""
_LOCK = 1.0
"""Seconds for a lock that nobody else asks for: what all locks of the machine are kept in was held."""
_LEAST = 0.02
"""Of the machine's memory."""
_PROC = Path("/proc")


class Troubles:
    """Counts them from now on."""

    def __init__(self) -> None:
        self._seen = time.monotonic()
        self._naps = self._others = 0
        self._turn = threading.Lock()
        self._file = os.memfd_create("etabli")
        threading.Thread(target=self._look, name="etabli-troubles", daemon=True).start()

    def naps(self) -> int:
        """Returns how often this process slept; the sleep from which it has only just woken is among them."""
        with self._turn:
            now = time.monotonic()
            self._naps += now - self._seen > _NAP
            self._seen = now
            return self._naps

    def count(self) -> int:
        """Returns how many there were, naps included."""
        return self.naps() + self._others

    def _look(self) -> None:
        while True:
            time.sleep(_TICK)
            begun = time.monotonic()
            fcntl.flock(self._file, fcntl.LOCK_EX)
            fcntl.flock(self._file, fcntl.LOCK_UN)
            late = time.monotonic() - begun > _LOCK
            with self._turn:
                self._others += late or short(_PROC)
            self.naps()


def short(proc: Path) -> bool:
    """Whether the machine is short of memory, or of what it grants to all its connections together (``tcp_mem``).

    Args:
        proc: Where the kernel tells; what it does not tell is not short.
    """
    with suppress(OSError, KeyError, ValueError):
        told = dict(re.findall(r"^(\w+): +(\d+) kB$", (proc / "meminfo").read_text(), re.MULTILINE))
        if int(told["MemAvailable"]) < _LEAST * int(told["MemTotal"]):
            return True
        _low, pressure, _most = (proc / "sys/net/ipv4/tcp_mem").read_text().split()
        held = re.search(r"^TCP: .* mem (\d+)$", (proc / "net/sockstat").read_text(), re.MULTILINE)
        return held is not None and int(held[1]) > int(pressure)
    return False


@cache
def troubles() -> Troubles:
    """Returns those of this process."""
    return Troubles()
