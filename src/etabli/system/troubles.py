"""What happened to this process or to the whole machine, and is no doing of the submission that is being examined.

A process that is stopped from the keyboard (Ctrl-Z) or by a signal hears late what was said in time. A machine that
makes everybody wait for a lock of a file, that is short of memory or of memory for connections, or whose one table of
neighbours (ARP) is full, has somebody who takes it: not always the one who fails by it. A thread looks twice a second.
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
        self._refused = refused(_PROC)
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
            before, self._refused = self._refused, refused(_PROC)
            with self._turn:
                self._others += late or short(_PROC) or self._refused > before
            self.naps()


def short(proc: Path) -> bool:
    """Whether the machine is short of memory, or of what it grants to all connections (``tcp_mem``, ``udp_mem``).

    Args:
        proc: Where the kernel tells; what it does not tell is not short.
    """
    with suppress(OSError, KeyError, ValueError):
        told = dict(re.findall(r"^(\w+): +(\d+) kB$", (proc / "meminfo").read_text(), re.MULTILINE))
        if int(told["MemAvailable"]) < _LEAST * int(told["MemTotal"]):
            return True
        held = dict(re.findall(r"^(TCP|UDP): .*\bmem (\d+)$", (proc / "net/sockstat").read_text(), re.MULTILINE))
        for kind, pages in held.items():
            _low, pressure, _most = (proc / f"sys/net/ipv4/{kind.lower()}_mem").read_text().split()
            if int(pages) > int(pressure):
                return True
    return False


def refused(proc: Path) -> int:
    """Returns how often the machine's table of neighbours was too full for one more.

    Args:
        proc: Where the kernel tells, in hexadecimal for each processor; never, if it does not.
    """
    with suppress(OSError, ValueError):
        names, *rows = [line.split() for line in (proc / "net/stat/arp_cache").read_text().splitlines()]
        return sum(int(row[names.index("table_fulls")], 16) for row in rows)
    return 0


@cache
def troubles() -> Troubles:
    """Returns those of this process."""
    return Troubles()
