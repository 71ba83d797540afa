"""Whether this process slept: stopped from the keyboard (Ctrl-Z) or by a signal, while others went on.

What it should have heard in time it heard late then, and nobody else is to blame. A thread counts: it wakes twice a
second, and whoever finds that it did not for a while knows. A machine that is suspended stops the clock too.
"""

from __future__ import annotations

import threading
import time
from functools import cache

_TICK = 0.5
_NAP = 5.0
"""Seconds for which no machine that is only busy keeps a thread of ours waiting."""


class Awake:
    """Counts the naps of this process from now on."""

    def __init__(self) -> None:
        self._seen = time.monotonic()
        self._naps = 0
        self._turn = threading.Lock()
        threading.Thread(target=self._count, name="etabli-awake", daemon=True).start()

    def naps(self) -> int:
        """Returns how many there were; the one from which it has only just woken is among them."""
        with self._turn:
            now = time.monotonic()
            self._naps += now - self._seen > _NAP
            self._seen = now
            return self._naps

    def _count(self) -> None:
        while True:
            time.sleep(_TICK)
            self.naps()


@cache
def awake() -> Awake:
    """Returns the one of this process."""
    return Awake()
