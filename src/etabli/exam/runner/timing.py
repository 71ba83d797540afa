"""A check's time: an alarm that interrupts it, and says whose fault the wait was."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_MOST = 0.5
MOST_READ = 10.0
"""Seconds of the processor that a check's files may take to be read: ten times those of any right work."""


class CheckTimeout(BaseException):
    """A check passed its time.

    Not an `Exception`, so that nothing in a check mistakes it for an ordinary problem.

    Args:
        seconds: The time it had.
        waiting: The candidate's application was being waited for.
        reading: Most of it went into our own reading of what the candidate gave, or much of it into the reader's, in
            seconds of the processor: no machine is too busy for those.
    """

    def __init__(self, seconds: float, *, waiting: bool, reading: bool = False) -> None:
        super().__init__(f"over {seconds:g} s")
        self.seconds = seconds
        self.waiting = waiting
        self.reading = reading


@contextmanager
def limit(left: float, total: float, waiting: Callable[[], bool], read: Callable[[], float] = float) -> Iterator[None]:
    """Interrupts the block after `left` seconds by raising `CheckTimeout`.

    Args:
        left: What remains of the check's time.
        total: The check's time, for the message.
        waiting: Asked at that moment whether the candidate is being waited for.
        read: Asked then how many seconds of the processor the reader of documents took.
    """

    def ring(_number: int, _frame: FrameType | None) -> None:
        reading = time.thread_time() - start > _MOST * left or read() > MOST_READ
        raise CheckTimeout(total, waiting=waiting(), reading=reading)

    start = time.thread_time()
    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, max(0.001, left))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
