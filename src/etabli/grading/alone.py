"""One submission in a worker of its own: a student's formative check, an author's exam with everything shown."""

from __future__ import annotations

import secrets
import shlex
import shutil
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from etabli.exam.contract.errors import ExaminerSilent, UsageProblem
from etabli.exam.contract.transcript import Event
from etabli.exam.runner.command import command
from etabli.grading.examine import exam_events
from etabli.grading.one import Graded, conclude, get_ready
from etabli.grading.plan import Plan
from etabli.grading.prepare import Ready
from etabli.grading.scratch import scratch_folder
from etabli.reception.submission import Deposit
from etabli.sandbox.base import Room, Sandbox, Worker


def check_once(
    sandbox: Sandbox,
    plan: Plan,
    deposit: Deposit,
    *,
    seen: Callable[[Event], None],
    stopped: threading.Event | None = None,
) -> Graded:
    """Examines one submission and freezes its run below ``plan.out``, under the same isolation as grading.

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
    with (
        scratch_folder(plan.out, token) as folder,
        sandbox.open_worker(plan.worker(token, folder / "w0")) as worker,
    ):
        ready = _ready(worker, plan, deposit, folder / "w0", folder / "run")
        try:
            graded = ready if isinstance(ready, Graded) else conclude(ready, worker, stopped or threading.Event(), seen)
        finally:
            shutil.rmtree(folder / "run", ignore_errors=True)
        if graded.broke is not None:
            worker.close()
        return graded


def debug_exam(sandbox: Sandbox, plan: Plan, candidate: str, folder: Path, arguments: Sequence[str]) -> Iterator[Event]:
    """Examines one folder once and yields the events; the nonce and pytest's own words go to standard error.

    Args:
        sandbox: Where it runs.
        plan: Its ``out`` may be a temporary folder: nothing is kept.
        candidate: Whose data.
        folder: The submission.
        arguments: More arguments for pytest, such as ``-k liste_ordre``.

    Raises:
        UsageProblem: The submission is refused before any exam; the message says why.
    """
    sandbox.reap()
    slots = plan.out / "debug"
    with sandbox.open_worker(plan.worker(secrets.token_hex(4), slots)) as worker:
        ready = _ready(worker, plan, Deposit(candidate, folder), slots, plan.out / "run")
        if isinstance(ready, Graded):
            raise UsageProblem(ready.run.reason)
        sys.stderr.write(f"--- aléa : {ready.record.nonce}\n")
        argv = list(command(plan.lab.id))
        argv[-1] = f"{argv[-1]} {shlex.join(arguments)}" if arguments else argv[-1]
        with suppress(ExaminerSilent):  # pytest's own words say why
            yield from exam_events(ready, worker, argv)
        end = worker.last_exam
        sys.stderr.write(end.stderr.decode("utf-8", "replace") if end else "")
        journal = worker.logs(Room.A)
        sys.stderr.write(f"\n--- journal ---\n{journal}\n" if journal else "")


def _ready(worker: Worker, plan: Plan, deposit: Deposit, slots: Path, workshop: Path) -> Ready | Graded:
    return get_ready(deposit, plan, worker, Room.A, slots=slots, workshop=workshop, former=None)
