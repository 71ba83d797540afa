"""A lane: one worker that grades deposits one after the other, the next one made ready meanwhile."""

from __future__ import annotations

import queue
import shutil
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import cycle

from etabli.grading.examine import Interrupted
from etabli.grading.one import Graded, conclude, get_ready
from etabli.grading.plan import Plan
from etabli.grading.prepare import Ready
from etabli.reception.submission import Deposit
from etabli.runs.folder import RunFolder
from etabli.sandbox.base import Room, Sandbox, Worker, WorkerPlan


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


class Lane:
    """Grades what the queue gives, in one worker, until it gives None or ``stopped`` is set.

    Args:
        sandbox: Opens the worker.
        worker_plan: What the worker is made of.
        todo: Shared by all lanes; one None for each of them stands at its end.
        emit: Called with each deposit done.
        stopped: Set when the user interrupts.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        worker_plan: WorkerPlan,
        todo: queue.SimpleQueue[Work | None],
        emit: Callable[[Done], None],
        stopped: threading.Event,
    ) -> None:
        self._sandbox = sandbox
        self._worker_plan = worker_plan
        self._todo = todo
        self._emit = emit
        self._stopped = stopped
        self._rooms = cycle(Room)
        self._count = 0

    def run(self) -> None:
        """Works until nothing is left to do."""
        with (
            self._sandbox.open_worker(self._worker_plan) as worker,
            ThreadPoolExecutor(1, thread_name_prefix="ready") as ahead,
        ):
            upcoming = self._next(worker, ahead)
            while upcoming is not None:
                ready, spent = upcoming.result()
                upcoming = None if self._stopped.is_set() else self._next(worker, ahead)
                if isinstance(ready, Graded):
                    self._emit(Done(ready, spent))
                    continue
                if self._stopped.is_set():
                    shutil.rmtree(ready.record.workshop, ignore_errors=True)
                    continue
                begun = time.monotonic()
                try:
                    graded = conclude(ready, worker, self._stopped)
                except Interrupted:
                    return
                self._emit(Done(graded, spent + time.monotonic() - begun))

    def _next(self, worker: Worker, ahead: ThreadPoolExecutor) -> Future[tuple[Ready | Graded, float]] | None:
        if (work := self._todo.get()) is None:
            return None
        return ahead.submit(self._get_ready, work, worker, next(self._rooms))

    def _get_ready(self, work: Work, worker: Worker, room: Room) -> tuple[Ready | Graded, float]:
        self._count += 1
        begun = time.monotonic()
        slots = self._worker_plan.slots
        workshop = slots.parent / f"run-{self._worker_plan.index}-{self._count}"
        ready = get_ready(work.deposit, work.plan, worker, room, slots=slots, workshop=workshop, former=work.former)
        return ready, time.monotonic() - begun
