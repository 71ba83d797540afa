"""Examine: run a lab's checks on a prepared submission and collect what the examiner says."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from typing import Any

from etabli.exam.contract.errors import ExaminerSilent, SandboxFailure
from etabli.exam.contract.outcome import Outcome
from etabli.exam.contract.transcript import Decoder, Event
from etabli.exam.runner.command import command
from etabli.grading.bench import ASK, desk
from etabli.grading.plan import Plan
from etabli.grading.prepare import Prepared
from etabli.grading.record import Record
from etabli.lab.asked import Asked
from etabli.lab.manifest import Bench
from etabli.sandbox.base import Worker

ATTEMPTS = 2
ORIGIN_HOST = "rendu.test"
_NOISE_KEPT = 4_000


class Interrupted(Exception):
    """The user asked to stop in the middle of an exam."""


def examine(prepared: Prepared, plan: Plan, worker: Worker, record: Record, stopped: threading.Event) -> None:
    """Runs the exam; an attempt in which something of ours broke is made again.

    The verdicts are in the record afterwards. A check without one is an ``error`` (see :mod:`etabli.runs.scoring`).

    Raises:
        Interrupted: ``stopped`` was set.
    """
    for attempt in range(1, ATTEMPTS + 1):
        record.attempts = attempt
        if attempt > 1:
            record.forget_verdicts()
            if prepared.application is not None:
                with record.phase("start"):
                    worker.stop(prepared.room)
                    worker.start(prepared.room, prepared.application)
        if _attempt(prepared, plan, worker, record, stopped):
            return


def _attempt(prepared: Prepared, plan: Plan, worker: Worker, record: Record, stopped: threading.Event) -> bool:
    """Makes one attempt; returns whether every check has a verdict that is not an error."""
    sound: dict[str, bool] = {}
    try:
        with record.phase("examine"):
            for event in exam_events(prepared, plan, worker, command(plan.lab.id)):
                if stopped.is_set():
                    raise Interrupted
                record.add(event)
                if event["kind"] == "check_end":
                    sound[event["check"] or ""] = event["outcome"] != Outcome.ERROR
    except SandboxFailure as failure:
        record.forget_verdicts()  # without a closing record there is no result
        record.add({"kind": "incident", "check": None, "message": str(failure), "noise": _noise(worker, record)})
        return False
    if not all(sound.get(spec.id, False) for spec in plan.checks.specs):
        record.add({"kind": "noise", "check": None, "message": _noise(worker, record)})
        return False
    return True


def _noise(worker: Worker, record: Record) -> str:
    end = worker.last_exam
    return record.clean(end.stderr.decode("utf-8", "replace"))[-_NOISE_KEPT:] if end else ""


def exam_events(prepared: Prepared, plan: Plan, worker: Worker, argv: Sequence[str]) -> Iterator[Event]:
    """Runs an exam and yields its events; what it asks meanwhile (:mod:`etabli.grading.bench`) is answered, not told.

    Raises:
        ExaminerSilent: It did not conclude.
    """
    decoder = Decoder()
    request = json.dumps(exam_request(prepared, plan, worker), ensure_ascii=False).encode()
    limit = plan.lab.manifest.limits.exam_s
    with desk(prepared, plan, worker) as open_desk:
        for chunk in worker.examine(prepared.room, argv, request, deadline=limit):
            for event in decoder.feed(chunk):
                if event["kind"] != ASK:
                    yield event
                elif open_desk is not None:
                    open_desk.answer(event)
    if not decoder.closed:
        raise ExaminerSilent()


def exam_request(prepared: Prepared, plan: Plan, worker: Worker) -> dict[str, Any]:
    """Returns what the examiner is told about one submission."""
    manifest = plan.lab.manifest
    return {
        "lab": plan.lab.id,
        "origin": f"http://{ORIGIN_HOST}:{manifest.port}",
        "address": worker.addresses(prepared.room).candidate,
        "port": manifest.port,
        "database": prepared.database.request() if prepared.database else None,
        "submission": f"/rendus/{prepared.room.value}",
        "variant": prepared.variant.data,
        "only": plan.only,
        "shuffle": plan.shuffle,
        "ready_timeout": manifest.limits.start_s,
        "patience": manifest.limits.exam_s / 2,
        "served": prepared.application is not None,
        "asked": {item.id: _asked(item, prepared) for item in manifest.asked},
        "bench": _bench(prepared, manifest.bench),
        "hidden": prepared.variant.secrets(),
    }


def _asked(item: Asked, prepared: Prepared) -> dict[str, Any]:
    return {"title": item.title, "names": item.names, "found": prepared.asked.get(item.id, ())}


def _bench(prepared: Prepared, bench: Bench | None) -> dict[str, Any] | None:
    return {"replies": f"/rendus/{prepared.room.value}.banc", "command_s": bench.command_s} if bench else None
