"""Grade many: a bounded pool of lanes over a list of deposits, resumable, with progress."""

from __future__ import annotations

import os
import secrets
import statistics
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import closing, suppress
from dataclasses import dataclass

from etabli.exam.contract.errors import SandboxError, SandboxFailure
from etabli.exam.contract.french import count as counted
from etabli.grading.lane import Lane, brief
from etabli.grading.plan import Plan
from etabli.grading.scratch import scratch_folder
from etabli.grading.works import Done, Work, Works
from etabli.reception.submission import Deposit
from etabli.reports.payload import Pace
from etabli.runs.repaired import REPAIRED
from etabli.runs.run import Run
from etabli.runs.store import Store
from etabli.sandbox.base import Sandbox
from etabli.system.disk import room_on_disk

_WORKER_MB = 2_500
_ALONE = "{} de nouveau, seul à la fois : quelque chose s'y est arrêté, peut-être par le fait des autres."
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
    ends = (event for event in run.events if event["kind"] in {"check_end", f"{REPAIRED}check_end"})
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
    tell: Callable[[str], None] = lambda sentence: None,
    stopped: threading.Event | None = None,
) -> Batch:
    """Grades deposits into ``plan.out``.

    A deposit in which something of ours broke is graded again at the end, with nothing at work beside it: whatever the
    machine lacked, another submission may have taken.

    Args:
        sandbox: Where applications and examiners run.
        plan: What is the same for all, but for those that have a plan of their own.
        deposits: One per candidate; those of an iterator are taken as they come, while the first ones are graded.
        workers: Lanes at once; :func:`default_workers` when absent.
        fresh: Do again what stands from before.
        own_plans: By candidate, a plan that differs in its session or its checks alone: the workers are the same.
        progress: Called (from the lanes' threads, one at a time) after each deposit.
        tell: Called likewise with a sentence when a worker pauses or gives up; the others go on.
        stopped: Set by whoever wants to stop in the middle.

    Returns:
        What was done; ``interrupted`` when the user pressed Ctrl-C or it was stopped, with all that was finished kept.

    Raises:
        SandboxUnavailable: This machine cannot grade.
        SandboxFailure: All workers gave up; what was finished is frozen, and the same call resumes.
        UsageProblem: The output folder cannot be used.
        DiskFull: The disk is full; what was finished is frozen, and the same call resumes.
    """
    many = len(deposits) if isinstance(deposits, Sequence) else None
    count = workers or default_workers(_MANY if many is None else many)
    token = secrets.token_hex(4)
    begun = time.monotonic()
    sandbox.reap()
    todo = Works(stopped)
    done: list[Done] = []
    one_at_a_time = threading.Lock()

    def emit(one: Done) -> None:
        with one_at_a_time:
            if not one.graded.reused:
                store.add(one.graded.run)
            done.append(one)
            progress(one)

    def say(sentence: str) -> None:
        with one_at_a_time:
            tell(sentence)

    def works() -> Iterator[Work]:
        for deposit in deposits:
            own = (own_plans or {}).get(deposit.candidate, plan)
            yield Work(own, deposit, None if fresh else store.newest(deposit.candidate))

    def stand() -> None:
        """Tells of what was put off, and came to no other run."""
        again = {one.graded.run.candidate for one in done}
        for _work, one in todo.off():
            if one.graded.run.candidate not in again:
                emit(one)

    with room_on_disk(plan.out), scratch_folder(plan.out, token) as folder, closing(Store(plan.out)) as store:
        plans = [plan.worker(token, folder / f"w{index}", index) for index in range(count)]
        lanes = [Lane(sandbox, one, todo, plan.pauses, emit, say, alone=many == 1) for one in plans]
        try:
            interrupted = _run(lanes, works() if many is None else list(works()), todo)
            if (off := todo.off()) and not interrupted:
                say(_ALONE.format(counted(len(off), "un rendu est vérifié", "{n} rendus sont vérifiés")))
                last = Works(todo.stopped)
                alone = plan.worker(token, folder / "seul", count)
                with suppress(SandboxFailure):  # what came of them in company stands
                    lanes = [Lane(sandbox, alone, last, plan.pauses, emit, say, alone=True)]
                    interrupted = _run(lanes, [work for work, _done in off], last)
        except SandboxFailure:
            stand()
            raise
        stand()
        with suppress(SandboxError):  # what a killed batch still asked for when this one began
            sandbox.reap()
    return Batch(tuple(done), time.monotonic() - begun, count, interrupted)


def _run(lanes: Sequence[Lane], works: Iterable[Work], todo: Works) -> bool:
    """Runs the lanes; returns whether the user interrupted them.

    Raises:
        SandboxFailure: All gave up before the end.
    """
    with ThreadPoolExecutor(len(lanes), thread_name_prefix="lane") as pool:
        futures = [pool.submit(lane.run) for lane in lanes]
        try:
            _feed(works, todo, futures)
            finished, _pending = wait(futures, return_when=FIRST_EXCEPTION)
            for future in finished:
                if (error := future.exception()) is not None:
                    todo.stopped.set()
                    wait(futures)
                    raise error
        except KeyboardInterrupt:
            todo.stopped.set()
            wait(futures)
            return True
    if todo.stopped.is_set():
        return True
    if left := todo.left():
        why = next(brief(lane.gave_up) for lane in lanes if lane.gave_up)
        which = counted(left, "{n} rendu n'a pas pu être vérifié", "{n} rendus n'ont pas pu être vérifiés")
        raise SandboxFailure(
            f"{which} ({why}) : lancez « etabli doctor », puis relancez la même commande ; ce qui était fini est gardé."
        )
    return False


def _feed(works: Iterable[Work], todo: Works, lanes: Sequence[Future[None]]) -> None:
    """Gives the works to the lanes as they come, until one of the lanes has failed or all have ended."""
    try:
        for work in works:
            todo.put(work)
            if any(lane.done() and lane.exception() for lane in lanes) or all(lane.done() for lane in lanes):
                break
    except BaseException:
        todo.stopped.set()
        raise
    finally:
        todo.close()
