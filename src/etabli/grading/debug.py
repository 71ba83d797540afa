"""Debug: one exam with everything shown, for those who write checks."""

from __future__ import annotations

import secrets
import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from etabli.exam.contract.errors import ExaminerSilent, UsageProblem
from etabli.exam.contract.transcript import Event
from etabli.exam.runner.command import command
from etabli.grading.examine import exam_events
from etabli.grading.one import Graded, get_ready
from etabli.grading.plan import Plan, worker_plan
from etabli.reception.submission import Deposit
from etabli.sandbox.base import Room, Sandbox


def debug_exam(sandbox: Sandbox, plan: Plan, candidate: str, folder: Path, arguments: Sequence[str]) -> Iterator[Event]:
    """Examines one folder once and yields the events; pytest's own words go to standard error.

    Args:
        sandbox: Where it runs.
        plan: Its ``out`` may be a temporary folder: nothing is kept.
        candidate: Whose data.
        folder: The submission.
        arguments: More arguments for pytest, such as ``-k liste_ordre``.

    Raises:
        UsageProblem: The submission is refused before any exam; the message says why.
    """
    slots = plan.out / "debug"
    with sandbox.open_worker(worker_plan(plan, secrets.token_hex(4), slots)) as worker:
        ready = get_ready(
            Deposit(candidate, folder), plan, worker, Room.A, slots=slots, workshop=plan.out / "run", former=None
        )
        if isinstance(ready, Graded):
            raise UsageProblem(ready.run.reason)
        argv = list(command(plan.lab.id))
        argv[-1] = f"{argv[-1]} {shlex.join(arguments)}" if arguments else argv[-1]
        with suppress(ExaminerSilent):  # pytest's own words say why
            yield from exam_events(ready.prepared, plan, worker, argv)
        end = worker.last_exam
        sys.stderr.write(end.stderr.decode("utf-8", "replace") if end else "")
        journal = worker.logs(Room.A)
        sys.stderr.write(f"\n--- journal ---\n{journal}\n" if journal else "")
