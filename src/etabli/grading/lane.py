"""A lane: one worker that grades deposits one after the other, the next one made ready meanwhile unless it is alone.

A worker that cannot be opened, that cannot empty a room, or in which run after run breaks, is given up for a fresh one
after a pause; what the lane held goes back to the others meanwhile.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from itertools import cycle
from typing import NamedTuple

from etabli.exam.contract.errors import SandboxError, SandboxFailure
from etabli.exam.contract.outcome import Status
from etabli.grading.examine import Interrupted
from etabli.grading.one import Graded, conclude, get_ready
from etabli.grading.prepare import Ready
from etabli.grading.works import Done, Work, Works
from etabli.sandbox.base import Room, Sandbox, Worker, WorkerPlan

TIRED = 3
"""Runs in a row in which something of ours broke, after which the worker is no longer trusted."""


class _Spent(Exception):
    """A worker is no longer trusted.

    Args:
        why: What broke.
        cleared: Whether its rooms are empty: run after run broke in them, which may be the submissions' doing.
    """

    def __init__(self, why: str, *, cleared: bool) -> None:
        super().__init__(why)
        self.cleared = cleared


class _Upcoming(NamedTuple):
    work: Work
    ready: Future[tuple[Ready | Graded, float]]


class Lane:
    """Grades what it takes, in one worker at a time, until nothing is left or it gives up.

    Args:
        sandbox: Opens the workers.
        worker_plan: What they are made of.
        works: Shared by all lanes.
        pauses: Seconds before a fresh worker takes the place of a spent one, time after time; then the lane gives up.
        emit: Called with each deposit done.
        tell: Called with a sentence when a worker is spent.
        alone: Whether nothing is at work beside each deposit: none is made ready, and what broke is put off no more.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        worker_plan: WorkerPlan,
        works: Works,
        pauses: tuple[float, ...],
        emit: Callable[[Done], None],
        tell: Callable[[str], None],
        *,
        alone: bool = False,
    ) -> None:
        self.gave_up: str | None = None
        """Why, once it has."""
        self._sandbox = sandbox
        self._worker_plan = worker_plan
        self._works = works
        self._pauses = pauses
        self._emit = emit
        self._tell = tell
        self._alone = alone
        self._rooms = cycle(Room)
        self._count = 0
        self._failed = 0
        """How many workers in a row could not be opened, or could not empty a room."""
        self._broken = 0
        """How many runs in a row broke."""

    def run(self) -> None:
        """Works until nothing is left to do, or no worker can be had."""
        while (spent := self._work()) is not None:
            self._broken = 0
            self._failed = 0 if spent.cleared else self._failed + 1
            why = f"Poste {self._worker_plan.index + 1} : {brief(str(spent))}"
            if self._failed > len(self._pauses):
                self.gave_up = str(spent)
                self._tell(f"{why} ; il s'arrête, et laisse ses rendus aux autres postes.")
                return
            seconds = self._pauses[max(0, self._failed - 1)]
            self._tell(f"{why} ; il repart à neuf dans {seconds:.0f} s.")
            if not self._works.pause(seconds):
                return

    def _work(self) -> _Spent | None:
        """Works in one worker; returns why it is spent, nothing when all is done."""
        try:
            worker = self._sandbox.open_worker(self._worker_plan)
        except SandboxFailure as failure:
            return _Spent(str(failure), cleared=False)
        done = False
        try:
            with ThreadPoolExecutor(1, thread_name_prefix="ready") as ahead:
                self._grade(worker, ahead)
            done = not self._works.stopped.is_set()
        except _Spent as spent:
            return spent
        finally:
            with suppress(SandboxError):  # what is left of it is removed at the next start
                worker.release() if done else worker.close()
        return None

    def _grade(self, worker: Worker, ahead: ThreadPoolExecutor) -> None:
        upcoming = self._next(worker, ahead, wait=True)
        while upcoming is not None:
            work, (ready, spent) = upcoming.work, upcoming.ready.result()
            upcoming = None if self._alone else self._next(worker, ahead, wait=False)
            if isinstance(ready, Ready):
                if self._works.stopped.is_set():
                    return
                begun = time.monotonic()
                try:
                    graded = conclude(ready, worker, self._works.stopped, alone=self._alone)
                except Interrupted:
                    return
                spent += time.monotonic() - begun
            else:
                graded = ready
            self._end(work, Done(graded, spent))
            self._trust(graded, upcoming)
            upcoming = upcoming or self._next(worker, ahead, wait=True)

    def _trust(self, graded: Graded, upcoming: _Upcoming | None) -> None:
        """Makes sure that the worker may go on after a run.

        Raises:
            _Spent: It may not; what it has made ready is given back.
        """
        if graded.broke is None:
            if not graded.reused and "examine" in graded.run.phases_ms:
                self._broken = self._failed = 0
            return
        self._broken += 1
        if graded.cleared and self._broken < TIRED:
            return
        if upcoming is not None:
            self._give_back(upcoming)
        raise _Spent(graded.broke, cleared=graded.cleared)

    def _give_back(self, upcoming: _Upcoming) -> None:
        """Gives back a work that was made ready in a worker that ends; one that has its run is done."""
        ready, spent = upcoming.ready.result()
        if isinstance(ready, Graded):
            self._end(upcoming.work, Done(ready, spent))
        else:
            shutil.rmtree(ready.record.workshop, ignore_errors=True)
            self._works.give_back(upcoming.work)

    def _end(self, work: Work, done: Done) -> None:
        """Tells of a deposit done, or puts it off: what broke may be the doing of whoever was at work beside it."""
        if done.graded.broke is not None and done.graded.run.status is Status.NEEDS_REVIEW and not self._alone:
            self._works.put_off(work, done)
        else:
            self._emit(done)
        self._works.done()

    def _next(self, worker: Worker, ahead: ThreadPoolExecutor, *, wait: bool) -> _Upcoming | None:
        if (work := self._works.take(wait=wait)) is None:
            return None
        return _Upcoming(work, ahead.submit(self._get_ready, work, worker, next(self._rooms)))

    def _get_ready(self, work: Work, worker: Worker, room: Room) -> tuple[Ready | Graded, float]:
        self._count += 1
        begun = time.monotonic()
        slots = self._worker_plan.slots
        workshop = slots.parent / f"run-{self._worker_plan.index}-{self._count}"
        ready = get_ready(work.deposit, work.plan, worker, room, slots=slots, workshop=workshop, former=work.former)
        return ready, time.monotonic() - begun


def brief(sentence: str) -> str:
    """Returns what a sentence says happened, without the next step nor the full stop."""
    return sentence.partition(" : relancez")[0].rstrip(".")
