"""Grade many: a bounded pool of lanes over a list of deposits, resumable, with progress."""

from __future__ import annotations

import os
import queue
import secrets
import statistics
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from etabli.grading.lane import Done, Lane, Work
from etabli.grading.plan import Plan
from etabli.grading.scratch import scratch_folder
from etabli.reception.submission import Deposit
from etabli.reports.payload import Pace
from etabli.runs.run import Run
from etabli.runs.store import Store
from etabli.sandbox.base import Sandbox
from etabli.system.disk import room_on_disk

_WORKER_MB = 2_500
_MANY = 1_000
"""Stands for a number of deposits that nobody knows yet."""


@dataclass(frozen=True)
class Batch:
    """What a batch gave."""

    done: tuple[Done, ...]
    wall_s: float
    workers: int
    interrupted: bool

    def pace(self) -> Pace | None:
        """Computes how fast it went: what was examined now, and the share of the time spent outside checks."""
        examined = [one for one in self.done if not one.graded.reused and one.graded.run.submission_sha256]
        if not examined:
            return None
        inside = sum(_inside_ms(one.graded.run) for one in examined)
        return Pace(
            submissions=len(examined),
            workers=self.workers,
            wall_ms=self.wall_s * 1000,
            median_ms=statistics.median(one.busy_s * 1000 for one in examined),
            outside_share=max(0.0, 1 - inside / (self.wall_s * 1000 * self.workers)),
        )


def _inside_ms(run: Run) -> float:
    ends = (event for event in run.events if event["kind"] == "check_end")
    return sum(float(event.get("duration_ms") or 0.0) for event in ends)


def default_workers(deposits: int) -> int:
    """Returns how many workers suit this machine: one per core, as memory allows, never more than deposits."""
    memory_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 1_000_000
    return max(1, min(os.cpu_count() or 1, memory_mb // _WORKER_MB, deposits))


def grade_many(
    sandbox: Sandbox,
    plan: Plan,
    deposits: Iterable[Deposit],
    *,
    workers: int | None = None,
    fresh: bool = False,
    own_plans: Mapping[str, Plan] | None = None,
    progress: Callable[[Done], None] = lambda done: None,
) -> Batch:
    """Grades deposits into ``plan.out``.

    Args:
        sandbox: Where applications and examiners run.
        plan: What is the same for all, but for those that have a plan of their own.
        deposits: One per candidate; those of an iterator are taken as they come, while the first ones are graded.
        workers: Lanes at once; :func:`default_workers` when absent.
        fresh: Do again what stands from before.
        own_plans: By candidate, a plan that differs in its session or its checks alone: the workers are the same.
        progress: Called (from the lanes' threads, one at a time) after each deposit.

    Returns:
        What was done; ``interrupted`` when the user pressed Ctrl-C, with all that was finished kept.

    Raises:
        SandboxUnavailable: This machine cannot grade.
        UsageProblem: The output folder cannot be used.
        DiskFull: The disk is full; what was finished is frozen, and the same call resumes.
    """
    many = len(deposits) if isinstance(deposits, Sequence) else None
    count = workers or default_workers(_MANY if many is None else many)
    token = secrets.token_hex(4)
    begun = time.monotonic()
    sandbox.reap()
    with room_on_disk(plan.out), scratch_folder(plan.out, token) as folder:
        store = Store(plan.out)
        try:
            pool = _Pool(sandbox, plan, folder, token, store, progress)
            plans = own_plans or {}
            works = (_work(store, plans.get(deposit.candidate, plan), deposit, fresh) for deposit in deposits)
            interrupted = pool.run(works if many is None else list(works), count)
        finally:
            store.close()
    return Batch(tuple(pool.done), time.monotonic() - begun, count, interrupted)


def _work(store: Store, plan: Plan, deposit: Deposit, fresh: bool) -> Work:
    return Work(plan, deposit, None if fresh else store.newest(deposit.candidate))


class _Pool:
    """The lanes of one batch, and what they have done."""

    def __init__(
        self,
        sandbox: Sandbox,
        plan: Plan,
        folder: Path,
        token: str,
        store: Store,
        progress: Callable[[Done], None],
    ) -> None:
        self.done: list[Done] = []
        self._sandbox = sandbox
        self._plan = plan
        self._folder = folder
        self._token = token
        self._store = store
        self._progress = progress
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    def run(self, works: Iterable[Work], count: int) -> bool:
        """Runs the lanes; returns whether the user interrupted them."""
        todo: queue.SimpleQueue[Work | None] = queue.SimpleQueue()
        with ThreadPoolExecutor(count, thread_name_prefix="lane") as lanes:
            futures = [lanes.submit(self._lane(index, todo).run) for index in range(count)]
            try:
                self._feed(works, todo, futures)
                self._await(futures)
            except KeyboardInterrupt:
                self._stopped.set()
                wait(futures)
                return True
        return False

    def _feed(self, works: Iterable[Work], todo: queue.SimpleQueue[Work | None], lanes: Sequence[Future[None]]) -> None:
        """Gives the works to the lanes as they come, until one of the lanes has stopped."""
        try:
            for work in works:
                todo.put(work)
                if any(lane.done() for lane in lanes):
                    break
        except BaseException:
            self._stopped.set()
            raise
        finally:
            for _lane in lanes:
                todo.put(None)

    def _await(self, futures: Sequence[Future[None]]) -> None:
        done, _pending = wait(futures, return_when=FIRST_EXCEPTION)
        for future in done:
            if (error := future.exception()) is not None:
                self._stopped.set()
                wait(futures)
                raise error

    def _lane(self, index: int, todo: queue.SimpleQueue[Work | None]) -> Lane:
        plan = self._plan.worker(self._token, self._folder / f"w{index}", index)
        return Lane(self._sandbox, plan, todo, self._emit, self._stopped)

    def _emit(self, done: Done) -> None:
        with self._lock:
            if not done.graded.reused:
                self._store.add(done.graded.run)
            self.done.append(done)
            self._progress(done)
