"""Formative: one submission examined once, under the same isolation as grading, each verdict told as it comes."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing

from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.outcome import Palier
from etabli.exam.contract.transcript import Decoder, Event
from etabli.exam.runner.order import selection
from etabli.grading.bench import ASK
from etabli.grading.one import Graded, conclude, get_ready
from etabli.grading.plan import Plan, worker_plan
from etabli.grading.travail import work_folder
from etabli.reception.submission import Deposit
from etabli.runs.run import discard
from etabli.sandbox.base import Room, Sandbox, Worker
from etabli.sandbox.recording import RecordingWorker

Seen = Callable[[Event], None]


def narrowed(plan: Plan, paliers: Iterable[Palier], points: Iterable[str]) -> Plan:
    """Returns a plan of some checks only, with all that they need.

    Args:
        plan: The whole plan.
        paliers: Keep the checks of these paliers.
        points: Keep these checks too; with neither, all are kept.

    Raises:
        UsageProblem: A point does not exist in this lab.
    """
    known, kept = plan.checks.by_id(), set(paliers)
    wanted = list(points)
    for point in wanted:
        if point not in known:
            raise UsageProblem(
                "Le point « {point} » n'existe pas dans ce TP : il y a {known}.".format(
                    point=point, known=", ".join(known)
                )
            )
    wanted += [spec.id for spec in plan.checks.specs if spec.palier in kept]
    if not wanted:
        return plan
    return plan.of_checks(selection(plan.checks.specs, wanted))


def check_once(
    sandbox: Sandbox, plan: Plan, deposit: Deposit, *, seen: Seen, stopped: threading.Event | None = None
) -> Graded:
    """Examines one submission and freezes its run below ``plan.out``.

    Args:
        sandbox: Where it runs.
        plan: Whose ``out`` is the student's own folder of runs, never a teacher's.
        deposit: The work folder.
        seen: Told each event of the exam as it comes; an exam that is made again starts again with ``open``.
        stopped: Set to stop in the middle.

    Raises:
        SandboxUnavailable: This machine cannot examine.
        UsageProblem: Another check of the same folder is under way, or it cannot be written.
        Interrupted: ``stopped`` was set.
    """
    token = secrets.token_hex(4)
    sandbox.reap()
    with work_folder(plan.out, token) as folder:
        slots = folder / "w0"
        with sandbox.open_worker(worker_plan(plan, token, slots)) as worker:
            watched = WatchedWorker(worker, seen)
            workshop = folder / "run"
            ready = get_ready(deposit, plan, watched, Room.A, slots=slots, workshop=workshop, former=None)
            if isinstance(ready, Graded):
                return ready
            try:
                return conclude(ready, watched, stopped or threading.Event())
            finally:
                discard(workshop)


class WatchedWorker(RecordingWorker):
    """A worker whose exams are also told, event by event, to somebody who watches.

    Args:
        inner: The worker.
        seen: Told each event.
    """

    def __init__(self, inner: Worker, seen: Seen) -> None:
        super().__init__(inner, lambda event: None)
        self._seen = seen

    def examine(
        self, room: Room, argv: Sequence[str], request: bytes, *, deadline: float
    ) -> Generator[bytes, None, None]:
        """Passes on what the exam writes, once it has been told."""
        decoder = Decoder()
        with closing(super().examine(room, argv, request, deadline=deadline)) as channel:
            for data in channel:
                for event in decoder.feed(data):
                    if event["kind"] != ASK:
                        self._seen(event)
                yield data
