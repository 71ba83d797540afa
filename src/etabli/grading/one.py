"""Grade one: a deposit through intake, rooms, exam and freeze."""

from __future__ import annotations

import shutil
import threading
import traceback
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from etabli.exam.contract.errors import EtabliError, RejectedSubmission, SandboxFailure
from etabli.exam.contract.outcome import Outcome, Status
from etabli.grading.examine import Interrupted, examine
from etabli.grading.finish import freeze, nothing_to_examine, standing
from etabli.grading.own_data import OwnData
from etabli.grading.plan import Plan
from etabli.grading.prepare import Found, NothingToExamine, Prepared, clear, find_work, prepare, take
from etabli.grading.record import Record
from etabli.reception.casing import advices
from etabli.reception.kept_submissions import keep
from etabli.reception.submission import Deposit, Submission
from etabli.runs.folder import RunFolder
from etabli.runs.run import Run
from etabli.sandbox.base import AppState, Room, Worker
from etabli.sandbox.recording import RecordingWorker

_MACHINE = (EtabliError, OSError)
"""What stops a batch: this machine or its user's choices. Anything else is one deposit's mishap."""
_JOURNAL_KEPT = 6_000
_TRACE_KEPT = 6_000
_JOURNAL_READ = 65_536


@dataclass(frozen=True)
class Ready:
    """A deposit that waits in its room for the examiner."""

    plan: Plan
    record: Record
    prepared: Prepared


@dataclass(frozen=True)
class Graded:
    """A deposit that has its run, and whether that run was made now or stood from before."""

    run: Run
    reused: bool = False


def get_ready(
    deposit: Deposit, plan: Plan, worker: Worker, room: Room, *, slots: Path, workshop: Path, former: RunFolder | None
) -> Ready | Graded:
    """Takes a deposit up to the moment before its exam, or to its run when no exam is needed.

    Args:
        deposit: What was handed in.
        plan: By which it is graded.
        worker: Whose room.
        room: A vacant room.
        slots: The worker's folder of submission trees.
        workshop: A folder to make the run folder in.
        former: The newest run of this candidate, if it may stand for a new one.
    """
    own = OwnData(plan, deposit)
    record = Record(workshop, own.blot)
    watched = RecordingWorker(worker, record.add, record.clean)
    submission: Submission | None = None
    found = Found()
    try:
        with record.phase("intake"):
            submission = take(deposit, plan, slots / room.value)
        with record.phase("keep"):
            keep(submission, plan.out, deposit.candidate)
        if former is not None and (same := standing(former, plan, deposit, submission)):
            return Graded(same, reused=True)
        found = find_work(submission, plan)
        return Ready(plan, record, prepare(deposit, submission, found, plan, watched, room, record, own))
    except RejectedSubmission as refusal:
        run = freeze(plan, deposit, record, submission=None, runtime=None, status=Status.REJECTED, reason=str(refusal))
    except NothingToExamine as nothing:
        nothing_to_examine(plan, record, nothing.observed, nothing.expected)
        run = freeze(plan, deposit, record, submission=submission, runtime=found.runtime, reason=nothing.observed)
    except SandboxFailure as failure:
        record.add({"kind": "incident", "check": None, "message": str(failure)})
        worker.stop(room)
        run = freeze(plan, deposit, record, submission=submission, runtime=found.runtime, reason=str(failure))
    except _MACHINE:
        raise
    except Exception as error:
        return _mishap(deposit, plan, record, worker, room, submission, error)
    return Graded(run)


def _mishap(
    deposit: Deposit,
    plan: Plan,
    record: Record,
    worker: Worker,
    room: Room,
    submission: Submission | None,
    error: Exception,
) -> Graded:
    """Freezes a run that a person must look at, after a mistake of ours on one deposit: the others go on.

    The traceback goes to the record; ``submission`` is what intake made, if the mistake came after it.
    """
    trace = record.clean("".join(traceback.format_exception(error)))[-_TRACE_KEPT:]
    record.add({"kind": "incident", "check": None, "message": str(error), "noise": trace})
    worker.stop(room)
    reason = "Une erreur d'Établi a empêché cette vérification ({kind}) : relancez-la ; le journal garde le détail."
    reason = reason.format(kind=type(error).__name__)
    return Graded(freeze(plan, deposit, record, submission=submission, runtime=None, reason=reason))


def conclude(ready: Ready, worker: Worker, stopped: threading.Event) -> Graded:
    """Examines a deposit that is ready, empties its room and freezes its run.

    Raises:
        Interrupted: ``stopped`` was set meanwhile.
    """
    plan, prepared = ready.plan, ready.prepared
    try:
        return _conclude(ready.record, prepared, plan, worker, stopped)
    except (Interrupted, *_MACHINE):
        raise
    except Exception as error:
        return _mishap(prepared.deposit, plan, ready.record, worker, prepared.room, prepared.submission, error)


def _conclude(record: Record, prepared: Prepared, plan: Plan, worker: Worker, stopped: threading.Event) -> Graded:
    watched = RecordingWorker(worker, record.add, record.clean)
    examine(prepared, plan, watched, record, stopped)
    with record.phase("freeze"):
        state = _last_words(record, plan, prepared, worker) if prepared.application is not None else None
    with record.phase("clear"):
        clear(prepared, worker)
    reason = _reason(record, plan, state)
    run = freeze(
        plan,
        prepared.deposit,
        record,
        submission=prepared.submission,
        runtime=prepared.found.runtime,
        reason=reason,
    )
    shutil.rmtree(prepared.submission.tree, ignore_errors=True)
    return Graded(run)


def _last_words(record: Record, plan: Plan, prepared: Prepared, worker: Worker) -> AppState:
    """Keeps what the application said, with the advice that comes of it; returns how it ended up."""
    state = worker.state(prepared.room)
    journal = _keep_journal(record, plan, prepared, worker)
    if prepared.found.entry is not None:
        for advice in advices(prepared.submission.paths, prepared.found.entry.path, record.events, journal):
            record.add(advice)
    return state


def _keep_journal(record: Record, plan: Plan, prepared: Prepared, worker: Worker) -> str:
    """Keeps the end of the application's journal as evidence; returns more of it."""
    text = worker.logs(prepared.room, limit=_JOURNAL_READ)
    if prepared.database is not None:
        text = text.replace(prepared.database.candidate_password, "•••")
    text = record.clean(text)
    if text.strip():
        start = plan.checks.specs[0].id
        check = start if _outcome(record, start) == Outcome.FAILED else None
        record.evidence(check, "journal", "Journal de l'application (fin)", text[-_JOURNAL_KEPT:])
    return text


def _outcome(record: Record, check: str) -> str | None:
    ends = [event for event in record.events if event["kind"] == "check_end" and event["check"] == check]
    return str(ends[-1]["outcome"]) if ends else None


def _reason(record: Record, plan: Plan, state: AppState | None) -> str | None:
    if state is not None and state.oom_killed:
        return (
            f"L'application a été arrêtée : elle demandait plus de {plan.lab.manifest.limits.memory_mb} Mo de mémoire."
        )
    return _main_obstacle(record, plan)


def _main_obstacle(record: Record, plan: Plan) -> str | None:
    """Returns what was observed at the one check whose failure keeps half of the others from being observed."""
    ends = [event for event in record.events if event["kind"] == "check_end"]
    stopped = Counter(root for event in ends for root in event.get("blocked_by") or ())
    for root, count in stopped.most_common(1):
        if 2 * count >= len(plan.checks.specs) - 1:
            return next((event.get("observed") for event in ends if event["check"] == root), None)
    return None
