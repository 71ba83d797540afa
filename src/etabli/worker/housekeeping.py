"""What nobody asks for: jobs that were lost, workspaces that nobody uses, what the engine really runs, what is over."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

import procrastinate
from procrastinate import exceptions, jobs
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from etabli.classroom import sign_ins, workspaces
from etabli.classroom.jobs import Job
from etabli.classroom.quota import occupied
from etabli.classroom.settings import read_settings
from etabli.classroom.tables import (
    BatchRow,
    BindingRow,
    Connection,
    Opening,
    Progress,
    State,
    VerificationRow,
    WorkspaceRow,
)
from etabli.exam.contract.errors import EtabliError, UsageProblem
from etabli.sandbox.docker_engine import SOCKET, Engine
from etabli.worker.duty import Duty, alone, log
from etabli.worker.spaces import THERE, lock_name, stop_space
from etabli.workspace.running import Running, running_workspaces
from etabli.workspace.workspace import is_workspace, read_workspace

SILENT_S: Final = 15.0
"""After so many seconds without a sign of life, a worker's jobs are another's."""
BEAT_S: Final = 5.0
_ROUND_S = 30.0
AHEAD: Final = timedelta(minutes=15)
AWAY: Final = timedelta(hours=3)
"""After which nobody comes back to a workspace that is left running."""
_LOST = timedelta(seconds=60)
_HEAVY = (
    "Votre espace pèse {weight} Mo, plus que les {most} Mo permis : il est arrêté. Supprimez des fichiers, ou appelez "
    "votre enseignant, puis réessayez."
)
_KEPT_H = 24 * 7


async def keep_house(app: procrastinate.App, duty: Duty) -> None:
    """Does all of it, from the start to the end of this process; one process of a room at a time."""
    due = 0.0
    clock = asyncio.get_running_loop().time
    while not duty.stopping.is_set():
        try:
            with alone(duty.room.engine, "menage", wait=False) as mine:
                if mine:
                    await rescue(app)
                    if clock() >= due:
                        due = clock() + _ROUND_S
                        await asyncio.to_thread(rounds, duty)
                        await app.job_manager.delete_old_jobs(
                            nb_hours=_KEPT_H, include_failed=True, include_cancelled=True, include_aborted=True
                        )
        except Exception as problem:  # it is done again in a moment
            log.warning("ménage : %s", problem)
        await asyncio.sleep(BEAT_S)


async def rescue(app: procrastinate.App) -> None:
    """Gives back to the queue the jobs of workers that are dead, each at the place that it had.

    One that was asked for again meanwhile waits behind everybody: that one goes.
    """
    manager = app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_S):
        if job.queueing_lock:
            for again in await manager.list_jobs_async(queueing_lock=job.queueing_lock, status=jobs.Status.TODO.value):
                if again.id is not None:
                    await manager.cancel_job_by_id_async(again.id, delete_job=True)
        try:
            await manager.retry_job(job)
        except exceptions.UniqueViolation:  # it was asked for at this very moment: that is enough
            await manager.finish_job(job, status=jobs.Status.FAILED, delete_job=True)


def rounds(duty: Duty) -> None:
    """Looks at everything once; what fails keeps nothing else from being looked at."""
    looks: Sequence[Callable[[Duty], None]] = (
        ask_again,
        prepare_openings,
        stop_idle,
        lambda duty: reconcile(duty, running_workspaces),
        lambda duty: stop_heavy(duty, Engine(os.environ.get("DOCKER_HOST") or SOCKET).volume_sizes()),
        forget,
    )
    for look in looks:
        try:
            look(duty)
        except Exception as problem:
            log.error("ménage : %s", problem, exc_info=not isinstance(problem, EtabliError))


def ask_again(duty: Duty) -> None:
    """Asks again for what waits too long: its job may have been lost between two transactions.

    What has a job, waiting or under way, is not asked again, or there would be a second one for each that takes a
    while: if its worker is dead, :func:`rescue` gives the first one back.
    """
    before = duty.room.now() - _LOST
    known = {job: duty.jobs.under_way(job) for job in (Job.OPEN, Job.VERIFY, Job.GRADE, Job.PREPARE, Job.BIND)}
    # Each of these starts a workspace; an opening that came before would leave the others nothing to do.
    known[Job.OPEN] |= duty.jobs.under_way(Job.RESTART) | duty.jobs.under_way(Job.RENEW)
    with duty.room.work() as db:
        open_ = (Progress.QUEUED, Progress.RUNNING)
        spaces = select(WorkspaceRow.token).where(WorkspaceRow.state.in_((State.QUEUED, State.STARTING)))
        checks = select(VerificationRow.id).where(VerificationRow.state.in_(open_), VerificationRow.asked_at < before)
        batches = select(BatchRow.id).where(BatchRow.state.in_(open_), BatchRow.asked_at < before)
        bindings = select(BindingRow.id).where(BindingRow.state.in_(open_), BindingRow.asked_at < before)
        ahead = select(Opening.id).where(Opening.ahead.in_(open_))
        wanted = [
            (job, about)
            for job, lost in (
                *((Job.OPEN, spaces), (Job.VERIFY, checks), (Job.GRADE, batches)),
                *((Job.PREPARE, ahead), (Job.BIND, bindings)),
            )
            for about in db.scalars(lost)
            if str(about) not in known[job]
        ]
    for job, about in wanted:
        duty.jobs.ask(job, about)


def prepare_openings(duty: Duty) -> None:
    """Has the workspaces of a class prepared a little before the hour of its opening."""
    now = duty.room.now()
    with duty.room.work() as db:
        soon = select(Opening).where(Opening.ahead.is_(None), Opening.opens_at > now, Opening.opens_at <= now + AHEAD)
        found = db.scalars(soon).all()
        for opening in found:
            opening.ahead = Progress.QUEUED
    for opening in found:
        duty.jobs.ask(Job.PREPARE, opening.id)


def stop_idle(duty: Duty) -> None:
    """Has workspaces stopped whose learner has been away for hours; what was prepared waits for its hour first."""
    before = duty.room.now() - AWAY
    with duty.room.work() as db:
        ready = db.scalars(select(WorkspaceRow).where(WorkspaceRow.state == State.READY)).all()
        idle = [row.token for row in ready if _last(row) < before]
    for token in idle:
        duty.jobs.ask(Job.STOP, token)


def stop_heavy(duty: Duty, volumes: Mapping[str, int]) -> None:
    """Stops workspaces that take more of the disk than they may: nothing else bounds a database, or a terminal."""
    most = duty.room.limits.espace_mo * 1_000_000
    with duty.room.work() as db:
        ready = db.scalars(select(WorkspaceRow.token).where(WorkspaceRow.state == State.READY)).all()
    for token in ready:
        folder = duty.room.place.workspace(token)
        if not is_workspace(folder):
            continue
        workspace = read_workspace(folder)
        own = (size for name, size in volumes.items() if name.startswith(f"{workspace.memo.project}_"))
        weight = occupied(workspace.work) + sum(own)
        if weight > most:
            log.warning("espace %s : %d Mo, arrêté", token, weight // 1_000_000)
            stop_space(duty, token, _HEAVY.format(weight=weight // 1_000_000, most=duty.room.limits.espace_mo))


def _last(row: WorkspaceRow) -> datetime:
    """The last moment when somebody may have used a workspace."""
    return max(at for at in (row.seen_at, row.saved_at, row.asked_at, row.opening.opens_at) if at is not None)


def reconcile(duty: Duty, look: Callable[[], Sequence[Running]]) -> None:
    """Brings what is said of workspaces in line with what the engine runs, after it or the machine restarted.

    Whoever brings a workspace up or down meanwhile knows better: it is looked at again while nobody does, or next time.

    Args:
        duty: Gives the room.
        look: Tells all that runs on this machine.
    """
    for token in _astray(duty, look()):
        with alone(duty.room.engine, lock_name(token), wait=False) as mine:
            if not mine or token not in (found := _astray(duty, look())):
                continue
            with duty.room.work() as db:
                row = db.get_one(WorkspaceRow, token, with_for_update=True)
                if row.state is not State.READY:
                    continue
                there = row.seen_at is not None and row.seen_at > duty.room.now() - THERE
                state = State.QUEUED if there or found[token] else State.STOPPED
                workspaces.set_state(db, row, state)
        if state is State.QUEUED:
            duty.jobs.ask(Job.OPEN, token)


def _astray(duty: Duty, running: Sequence[Running]) -> dict[str, bool]:
    """The workspaces that are said to be ready and do not answer where they should; whether anything of them runs."""
    by_folder = {one.folder: one for one in running}
    with duty.room.work() as db:
        ready = db.scalars(select(WorkspaceRow).where(WorkspaceRow.state == State.READY)).all()
        found = {row: by_folder.get(str(duty.room.place.workspace(row.token).resolve())) for row in ready}
        return {
            row.token: one is not None
            for row, one in found.items()
            if one is None or not _addresses(row.ports) <= set(one.addresses)
        }


def _addresses(ports: Mapping[str, int]) -> set[str]:
    return {f"http://127.0.0.1:{port}" for port in ports.values()}


def forget(duty: Duty) -> None:
    """Removes sign-ins that are over, and what is kept of connections after its time."""
    with suppress(UsageProblem):
        kept = read_settings(duty.room.place.folder).conservation.connections
        with duty.room.work() as db:
            _forget(db, duty, kept)


def _forget(db: Session, duty: Duty, kept: timedelta) -> None:
    sign_ins.forget_ended(db, duty.room)
    db.execute(delete(Connection).where(Connection.at < duty.room.now() - kept))
