"""Grade one: a deposit through intake, its room, the exam and the freeze."""

from __future__ import annotations

import shutil
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from etabli.exam.contract.errors import (
    EtabliError,
    LabError,
    RejectedSubmission,
    SandboxFailure,
    SandboxUnavailable,
)
from etabli.exam.contract.outcome import Outcome
from etabli.exam.contract.transcript import Event
from etabli.grading.examine import Interrupted, examine
from etabli.grading.plan import Plan
from etabli.grading.prepare import Found, NothingToExamine, Ready, clear, find_work, prepare, take
from etabli.grading.record import Record
from etabli.grading.second_look import look_again
from etabli.reception.asking import asking
from etabli.reception.casing import advices
from etabli.reception.kept_submissions import keep
from etabli.reception.submission import Deposit, Submission
from etabli.reception.unread import unread
from etabli.runs.folder import RunFolder
from etabli.runs.run import Run
from etabli.sandbox.base import AppState, Room, Worker
from etabli.sandbox.recording import recorded
from etabli.system.disk import is_full, why

_FOR_ALL = (SandboxUnavailable, LabError)
"""What stops a batch, with a full disk: nobody after this deposit would fare better."""
_JOURNAL_KEPT = 6_000
_TRACE_KEPT = 6_000
_JOURNAL_READ = 65_536


@dataclass(frozen=True)
class Graded:
    """A deposit that has its run, and whether that run was made now or stood from before."""

    run: Run
    reused: bool = False
    broke: str | None = None
    """What of ours broke in it, to the last attempt."""
    cleared: bool = True
    """Whether its room is empty again."""


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
    record, found = Record(plan, deposit, workshop), Found()
    try:
        with record.phase("intake"):
            submission = record.submission = take(deposit, plan, slots / room.value)
        with record.phase("keep"):
            keep(submission, plan.out, deposit.candidate)
        if former is not None and (same := plan.standing(former, deposit.owner, submission)):
            return Graded(same, reused=True)
        found = find_work(submission, plan)
        return _prepare(record, submission, found, worker, room)
    except RejectedSubmission as refusal:
        why = record.clean(str(refusal))
        if former is not None and (same := plan.standing(former, deposit.owner, None, why)):
            return Graded(same, reused=True)
        return Graded(record.freeze(str(refusal), rejected=True))
    except NothingToExamine as nothing:
        record.nothing_to_examine(nothing.observed, nothing.expected, nothing.help)
        return Graded(record.freeze(nothing.observed, runtime=found.runtime))
    except SandboxFailure as failure:
        return _fallen(record, worker, room, failure, found.runtime)
    except Exception as error:
        return _mishap(record, worker, room, error)


def _prepare(record: Record, submission: Submission, found: Found, worker: Worker, room: Room) -> Ready:
    """Prepares a submission; once more after a pause, in an emptied room, when something of ours broke."""
    known = recorded(worker, record.add, record.clean)
    try:
        return prepare(record, submission, found, known, room)
    except SandboxFailure as failure:
        record.incident(failure)
    _empty(worker, room)
    with record.phase("pause"):
        time.sleep(record.plan.pauses[0])
    record.broke = None
    return prepare(record, submission, found, known, room)


def conclude(
    ready: Ready,
    worker: Worker,
    stopped: threading.Event,
    seen: Callable[[Event], None] = lambda event: None,
    *,
    alone: bool = True,
) -> Graded:
    """Examines a deposit that is ready, empties its room and freezes its run.

    Whoever stops during the second look keeps what the exam found: the run is frozen without that look.

    Args:
        ready: The deposit.
        worker: Whose room it is in.
        stopped: Set to stop in the middle.
        seen: Told each event of the exam as it comes; an exam that is made again starts again with ``open``.
        alone: Whether nothing else is at work: else who lacked something is graded again when nothing is.

    Raises:
        Interrupted: ``stopped`` was set during the exam.
    """
    record, runtime = ready.record, ready.found.runtime
    cut_short: BaseException | None = None
    try:
        fell = examine(ready, recorded(worker, record.add, record.clean), stopped, seen, alone=alone)
        with record.phase("freeze"):
            state = _last_words(ready, worker) if ready.application is not None else None
            tree, paths = ready.submission.tree, ready.submission.paths
            pictures = not any(one.pictures for one in record.plan.lab.manifest.asked)
            for advice in (*asking(tree, paths), *unread(tree, paths, pictures=pictures)):
                record.add(advice)
        try:
            look_again(ready, recorded(worker, record.add, record.clean), stopped, seen)
        except (Interrupted, KeyboardInterrupt) as stop:
            cut_short = stop
        with record.phase("clear"):
            clear(ready, worker)
        run = record.freeze(_reason(record, state, fell), runtime=runtime)
        shutil.rmtree(ready.submission.tree, ignore_errors=True)
        if isinstance(cut_short, KeyboardInterrupt):
            raise cut_short
        return Graded(run, broke=record.broke)
    except SandboxFailure as failure:
        return _fallen(record, worker, ready.room, failure, runtime)
    except Interrupted:
        raise
    except Exception as error:
        return _mishap(record, worker, ready.room, error)


def _fallen(record: Record, worker: Worker, room: Room, failure: SandboxFailure, runtime: str | None) -> Graded:
    """Freezes a run during which something of ours broke; the others go on."""
    record.incident(failure)
    cleared = _emptied(record, worker, room)
    return Graded(record.freeze(str(failure), runtime=runtime), broke=record.broke, cleared=cleared)


def _empty(worker: Worker, room: Room) -> None:
    """Empties a room in which nobody knows what is left."""
    worker.stop(room)
    worker.renew_service(room)


def _emptied(record: Record, worker: Worker, room: Room) -> bool:
    """Empties a room, or writes why it could not be; returns whether it is empty."""
    try:
        _empty(worker, room)
    except SandboxFailure as failure:
        record.incident(failure)
        return False
    return True


def _mishap(record: Record, worker: Worker, room: Room, error: Exception) -> Graded:
    """Freezes a run that a person must look at, after something unforeseen on one deposit: the others go on.

    The traceback goes to the record. A results folder that cannot be written stops the batch here, as it must: the run
    cannot be frozen either.

    Raises:
        Exception: The same, when it concerns all deposits.
    """
    if isinstance(error, _FOR_ALL) or is_full(error, record.plan.out):
        raise error
    trace = record.clean("".join(traceback.format_exception(error)))[-_TRACE_KEPT:]
    record.incident(error, noise=trace)
    cleared = _emptied(record, worker, room)
    reason = _told(error)
    broke = None if isinstance(error, EtabliError) else reason  # of this deposit, not of the worker
    return Graded(record.freeze(reason), broke=broke, cleared=cleared)


def _told(error: Exception) -> str:
    """Says what kept a deposit from being graded: in our own words when there are some."""
    if isinstance(error, EtabliError):
        return str(error)
    if isinstance(error, OSError) and error.filename:
        where = f"« {Path(str(error.filename)).name} »"
        return f"Un fichier de cette machine ne peut pas être lu ou écrit ({where} : {why(error)}) : relancez."
    kind = type(error).__name__
    return f"Une erreur d'Établi a empêché cette vérification ({kind}) : relancez-la ; le journal garde le détail."


def _last_words(ready: Ready, worker: Worker) -> AppState:
    """Keeps what the application said, with the advice that comes of it; returns how it ended up."""
    state = worker.state(ready.room)
    journal = _keep_journal(ready, worker)
    if ready.found.entry is not None:
        entry = ready.found.entry.path
        for advice in advices(ready.submission.paths, entry, ready.record.events, journal):
            ready.record.add(advice)
    return state


def _keep_journal(ready: Ready, worker: Worker) -> str:
    """Keeps the end of the application's journal as evidence; returns more of it."""
    record = ready.record
    text = worker.logs(ready.room, limit=_JOURNAL_READ)
    if ready.database is not None:
        text = text.replace(ready.database.candidate_password, "•••")
    text = record.clean(text)
    if text.strip():
        start = record.plan.checks.specs[0].id
        verdict = record.verdicts().get(start)
        failed = verdict is not None and verdict["outcome"] == Outcome.FAILED
        record.evidence(start if failed else None, "journal", "Journal de l'application (fin)", text[-_JOURNAL_KEPT:])
    return text


def _reason(record: Record, state: AppState | None, fell: str | None) -> str | None:
    """Says that memory ran out, that the database fell, or what one check observed that keeps half of the others."""
    plan = record.plan
    if state is not None and state.oom_killed:
        memory_mb = plan.lab.manifest.limits.memory_mb
        return f"L'application a été arrêtée : elle demandait plus de {memory_mb} Mo de mémoire."
    if fell:
        return fell
    verdicts = record.verdicts()
    stopped = Counter(root for event in verdicts.values() for root in event.get("blocked_by") or ())
    for root, count in stopped.most_common(1):
        if 2 * count >= len(plan.checks.specs) - 1:
            return verdicts[root].get("observed") if root in verdicts else None
    return None
