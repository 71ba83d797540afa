"""A check's time: an alarm that interrupts it, and says whose fault the wait was."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


class CheckTimeout(BaseException):
    """A check passed its time.

    Not an `Exception`, so that nothing in a check mistakes it for an ordinary problem.

    Args:
        seconds: The time it had.
        waiting: The candidate's application was being waited for.
    """

    def __init__(self, seconds: float, *, waiting: bool) -> None:
        super().__init__(f"over {seconds:g} s")
        self.seconds = seconds
        self.waiting = waiting


@contextmanager
def limit(left: float, total: float, waiting: Callable[[], bool]) -> Iterator[None]:
    """Interrupts the block after `left` seconds by raising `CheckTimeout`.

    Args:
        left: What remains of the check's time.
        total: The check's time, for the message.
        waiting: Asked at that moment whether the candidate is being waited for.
    """

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise CheckTimeout(total, waiting=waiting())

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, max(0.001, left))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
