"""Which failures for time a busy machine makes doubtful: what it took is never failed."""

from __future__ import annotations

from etabli.exam.contract.causes import OF_TIME
from etabli.exam.contract.outcome import Outcome
from etabli.exam.contract.transcript import Event
from etabli.grading.prepare import Ready
from etabli.sandbox.base import Worker
from etabli.sandbox.share import Shares


class Watch:
    """Follows one attempt; a lab without application is on the bench, which counts seconds of the processor itself.

    Args:
        ready: What is examined.
        worker: In whose room.
    """

    def __init__(self, ready: Ready, worker: Worker) -> None:
        self._ready, self._worker = ready, worker
        self._exam = self._check = Shares()
        self.doubtful: list[str] = []
        """The checks that failed for time while the application, its services or the examiner stood in line."""

    def see(self, event: Event) -> None:
        """Takes the next event of the exam."""
        if self._ready.application is None:
            return
        if event["kind"] == "open":
            self._exam = self._check = self._worker.shares(self._ready.room)
        elif event["kind"] == "check_start":
            self._check = self._worker.shares(self._ready.room)
        elif event["kind"] == "check_end" and event["outcome"] == Outcome.FAILED and event.get("cause") in OF_TIME:
            now = self._worker.shares(self._ready.room)
            waited = self._check.starved(now) or self._exam.starved(now)
            if waited and self._worker.state(self._ready.room).running:
                self.doubtful.append(event["check"] or "")
