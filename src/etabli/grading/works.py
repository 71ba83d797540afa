"""What is still to be graded: lanes take it, and a lane whose worker is spent gives back what it holds."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from etabli.grading.one import Graded
from etabli.grading.plan import Plan
from etabli.reception.submission import Deposit
from etabli.runs.folder import RunFolder

_LOOK = 1.0
"""Seconds after which whoever waits looks again: nobody who stops a batch has to wake anybody."""


@dataclass(frozen=True)
class Work:
    """A deposit to grade, by which plan, and the former run that may stand for a new one."""

    plan: Plan
    """Of the lab and pack of the lane's worker; its session and selection of checks are the deposit's own."""
    deposit: Deposit
    former: RunFolder | None


@dataclass(frozen=True)
class Done:
    """A graded deposit, with the seconds from its first step to its last, waiting left out."""

    graded: Graded
    busy_s: float


class Works:
    """A queue that ends when all is put and done, for a lane may give back what it took."""

    def __init__(self, stopped: threading.Event | None = None) -> None:
        self.stopped = stopped or threading.Event()
        """Set to stop in the middle."""
        self._waiting: deque[Work] = deque()
        self._off: list[tuple[Work, Done]] = []
        self._taken = 0
        self._closed = False
        self._changed = threading.Condition()

    def put(self, work: Work) -> None:
        """Adds a work."""
        with self._changed:
            self._waiting.append(work)
            self._changed.notify_all()

    def close(self) -> None:
        """Says that nothing is put any more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def take(self, *, wait: bool) -> Work | None:
        """Returns a work to do; ``None`` when there is none, with ``wait`` only once there will never be one."""
        with self._changed:
            self._until(lambda: bool(self._waiting) or not wait)
            if not self._waiting or self.stopped.is_set():
                return None
            self._taken += 1
            return self._waiting.popleft()

    def done(self) -> None:
        """Says that a work which was taken is done."""
        with self._changed:
            self._taken -= 1
            self._changed.notify_all()

    def put_off(self, work: Work, done: Done) -> None:
        """Keeps a work in which something of ours broke, and what came of it, for when nothing else is at work."""
        with self._changed:
            self._off.append((work, done))

    def off(self) -> list[tuple[Work, Done]]:
        """Returns what was put off."""
        with self._changed:
            return list(self._off)

    def give_back(self, work: Work) -> None:
        """Puts a work back, before the others, that could not be done."""
        with self._changed:
            self._waiting.appendleft(work)
            self._taken -= 1
            self._changed.notify_all()

    def pause(self, seconds: float) -> bool:
        """Waits, unless nothing is left to do; returns whether something is."""
        until = time.monotonic() + seconds
        with self._changed:
            self._until(lambda: time.monotonic() >= until)
            return not self._over()

    def left(self) -> int:
        """Returns how many wait to be taken."""
        with self._changed:
            return len(self._waiting)

    def _over(self) -> bool:
        return self.stopped.is_set() or (self._closed and not self._waiting and not self._taken)

    def _until(self, met: Callable[[], bool]) -> None:
        while not met() and not self._over():
            self._changed.wait(_LOOK)
