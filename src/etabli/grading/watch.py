"""Which failures a machine in trouble, or a command that slept, makes doubtful: what it took is never failed."""

from __future__ import annotations

from etabli.exam.contract.causes import OF_TIME
from etabli.exam.contract.outcome import Outcome
from etabli.exam.contract.transcript import Event
from etabli.grading.prepare import Ready
from etabli.sandbox.base import Worker
from etabli.sandbox.share import Shares
from etabli.system.troubles import troubles


class Watch:
    """Follows one attempt; a lab without application is on the bench, which counts seconds of the processor itself.

    Whatever failed after this command slept (Ctrl-Z) in the same attempt is doubtful, for an answer waited for us, and
    so is what failed in company after the whole machine was kept waiting or short of something
    (:mod:`etabli.system.troubles`): who does that alone fails by it.

    Args:
        ready: What is examined.
        worker: In whose room.
        alone: Whether nothing else is at work.
    """

    def __init__(self, ready: Ready, worker: Worker, *, alone: bool) -> None:
        self._ready, self._worker = ready, worker
        self._exam = self._check = Shares()
        self._count = troubles().naps if alone else troubles().count
        self._before = self._count()
        self.doubtful: list[str] = []
        """The checks that failed after a trouble, or for time while application, services or examiner stood in line."""

    def see(self, event: Event) -> None:
        """Takes the next event of the exam."""
        if event["kind"] == "check_end" and event["outcome"] == Outcome.FAILED and self._count() > self._before:
            self.doubtful.append(event["check"] or "")
            return
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
