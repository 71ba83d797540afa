"""Examine: run a lab's checks on a submission that is ready and collect what the examiner says."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Callable, Generator, Sequence
from typing import Any

from etabli.exam.contract.errors import ExaminerSilent, MachineBusy, SandboxFailure
from etabli.exam.contract.outcome import Outcome
from etabli.exam.contract.transcript import Decoder, Event
from etabli.exam.runner.command import command
from etabli.grading.database import fault_of, fell
from etabli.grading.desk import ASK, desk
from etabli.grading.prepare import Ready, start_again
from etabli.grading.record import Record
from etabli.grading.watch import Watch
from etabli.sandbox.base import Worker

ATTEMPTS = 2
ORIGIN_HOST = "127.0.0.1"
"""Where a workspace shows the same site: no request tells the one from the other. No name is looked up."""
_NOISE_KEPT = 4_000
_FELL = "La base de données s'est arrêtée pendant la vérification : le rendu a été vérifié de nouveau, avec une autre."
_FELL_AT_LAST = "La base de données s'est arrêtée pendant cette vérification : lisez le journal, puis relancez."
_STANDS = "La base de données reste en marche pendant toute la vérification."
_LOOK = "Cherchez une requête qui garde, copie ou trie toujours plus de données, ou en emboîte toujours plus."


class Interrupted(Exception):
    """The user asked to stop in the middle of an exam."""


def examine(
    ready: Ready, worker: Worker, stopped: threading.Event, seen: Callable[[Event], None], *, alone: bool
) -> str | None:
    """Runs the exam; an attempt in which something of ours broke, or the database fell, is made again.

    The verdicts are in the record afterwards. A check without one is an ``error`` (see :mod:`etabli.runs.scoring`).
    A database that falls the last time too, a fresh one, fell by the submission's doing if :func:`fault_of` says how.
    An attempt in which a check failed for time while the machine was busy is made again after each of the pauses if
    nothing else is at work; what failed so in the last one stays open.

    Returns:
        A sentence about the database, if it fell.

    Raises:
        Interrupted: ``stopped`` was set.
    """
    record, said = ready.record, None
    pauses = record.plan.pauses
    for attempt in itertools.count(1):
        record.attempts, broke, record.broke = attempt, record.broke, None
        if attempt > 1:
            if broke:
                stopped.wait(pauses[min(attempt - 2, len(pauses) - 1)])
            record.forget_verdicts()
            start_again(ready, worker)
        watch = Watch(ready, worker, alone=alone)
        complete = _attempt(ready, worker, stopped, seen, watch)
        last = attempt >= ((1 + len(pauses) if alone else 1) if watch.doubtful else ATTEMPTS)
        if ready.database is not None and fell(worker, ready.database, surely=not complete):
            if last and (fault := fault_of(worker, ready.database)):
                record.blame(fault, _STANDS, _LOOK)
                return fault
            said = _FELL_AT_LAST if last else _FELL
            record.incident(SandboxFailure(said))
        elif complete and not watch.doubtful:
            break
        if watch.doubtful:
            record.incident(MachineBusy())
        if last:
            break
    if watch.doubtful:
        record.leave_open(watch.doubtful, str(MachineBusy()))
    return said


def _attempt(
    ready: Ready, worker: Worker, stopped: threading.Event, seen: Callable[[Event], None], watch: Watch
) -> bool:
    """Makes one attempt; returns whether no other one could give more verdicts."""
    record, plan = ready.record, ready.record.plan
    try:
        with record.phase("examine"):
            for event in exam_events(ready, worker, command(plan.lab.id)):
                seen(event)
                if stopped.is_set():
                    raise Interrupted
                watch.see(event)
                record.add(event)
    except SandboxFailure as failure:
        record.forget_verdicts()  # without a closing record there is no result
        record.incident(failure, noise=_noise(worker, record))
        return False
    verdicts = record.verdicts()
    if not any(_worth_another(verdicts.get(spec.id)) for spec in plan.checks.specs):
        return True
    record.add({"kind": "noise", "check": None, "message": _noise(worker, record)})
    return False


def _worth_another(verdict: Event | None) -> bool:
    """Whether a check is an error of ours that may not come back; a limit of ours, which says what it is, does."""
    return verdict is None or (verdict["outcome"] == Outcome.ERROR and not verdict.get("observed"))


def _noise(worker: Worker, record: Record) -> str:
    end = worker.last_exam
    return record.clean(end.stderr.decode("utf-8", "replace"))[-_NOISE_KEPT:] if end else ""


def exam_events(ready: Ready, worker: Worker, argv: Sequence[str]) -> Generator[Event, None, None]:
    """Runs an exam and yields its events; what it asks meanwhile (:mod:`etabli.grading.desk`) is answered, not told.

    Raises:
        ExaminerSilent: It did not conclude.
    """
    decoder = Decoder()
    request = json.dumps(exam_request(ready, worker), ensure_ascii=False).encode() + b"\n"
    limit = ready.record.plan.lab.manifest.limits.exam_s
    with desk(ready, worker) as open_desk:
        for chunk in worker.examine(ready.room, argv, request, deadline=limit, answering=open_desk is not None):
            for event in decoder.feed(chunk):
                if event["kind"] != ASK:
                    yield event
                elif open_desk is not None:
                    open_desk.answer(event)
    if not decoder.closed:
        raise ExaminerSilent()


def exam_request(ready: Ready, worker: Worker) -> dict[str, Any]:
    """Returns what the examiner is told about one submission."""
    plan, room = ready.record.plan, ready.room
    manifest, asked = plan.lab.manifest, ready.found.asked
    return {
        "lab": plan.lab.id,
        "origin": f"http://{ORIGIN_HOST}:{manifest.port}",
        "address": worker.addresses(room).candidate,
        "port": manifest.port,
        "database": ready.database.request() if ready.database else None,
        "submission": f"/rendus/{room.value}",
        "variant": ready.record.variant.data,
        "only": plan.only,
        "shuffle": plan.shuffle,
        "ready_timeout": manifest.limits.start_s,
        "patience": manifest.limits.exam_s / 2,
        "served": ready.application is not None,
        "asked": {
            item.id: {"title": item.title, "names": item.names, "found": asked.get(item.id, ())}
            for item in manifest.asked
        },
        "bench": manifest.bench.command_s if manifest.bench else None,
        "journal": ready.application is not None,
        "hidden": ready.record.variant.secrets(),
        "nonce": ready.record.nonce,
        "repaired": bool(ready.application and ready.application.repair),
    }
