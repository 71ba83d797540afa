"""The second look: when a few words hid the rest of a work, it is examined again with them repaired in a copy.

A check says what to repair (``Failed(repair=…)``); the repair is made in the candidate's container, on the copy that
runs there, before anything of the work does. What is found is frozen beside the verdicts under kinds of its own
(:mod:`etabli.runs.repaired`): no verdict, no point and no status comes from it, and what was handed in does not change.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

from etabli.exam.contract.errors import SandboxFailure
from etabli.exam.contract.transcript import Event
from etabli.exam.runner.command import command
from etabli.grading.examine import Interrupted, exam_events
from etabli.grading.prepare import Ready
from etabli.runs.repaired import REPAIRED
from etabli.sandbox.base import MISFIT, Worker


def look_again(ready: Ready, worker: Worker, stopped: threading.Event, seen: Callable[[Event], None]) -> None:
    """Examines a repaired copy once, if a failed check said what to repair; an incident of ours ends it, and no more.

    Raises:
        Interrupted: ``stopped`` was set; nothing of this look is in the record.
    """
    record, application = ready.record, ready.application
    if application is None or stopped.is_set():
        return
    try:
        offered = record.repair()
    except (ValueError, KeyError, TypeError):
        return
    if offered is None or (ready.database is not None and not worker.service_state(ready.room).running):
        return
    copy = replace(application, repair=offered[1])
    with record.phase("repair"), record.apart():
        try:
            worker.stop(ready.room)
            worker.start(ready.room, copy)
            with closing(exam_events(replace(ready, application=copy), worker, command(record.plan.lab.id))) as events:
                for event in events:
                    seen({**event, "kind": f"{REPAIRED}{event['kind']}"})
                    if stopped.is_set():
                        raise Interrupted
                    record.add(event)
            if worker.state(ready.room).exit_code == MISFIT:
                record.incident(SandboxFailure("La correction ne convient pas au fichier : rien n'a été lancé."))
        except SandboxFailure as failure:
            record.incident(failure)
