"""Workspaces: made, opened, stopped, prepared ahead. A port is told only while it is surely this workspace's."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from etabli.classroom import workspaces
from etabli.classroom.tables import Opening, Person, Progress, State, WorkspaceRow
from etabli.exam.contract.errors import EtabliError
from etabli.grading.examine import Interrupted
from etabli.lab.manifest import load_lab
from etabli.lab.surroundings import Surroundings
from etabli.lab.variant import Seat
from etabli.worker.duty import Duty, alone, log, memory_left_mb, unfinished
from etabli.workspace.files import NOBODY_S_UID
from etabli.workspace.opening import open_workspace
from etabli.workspace.running import bring_up, stop
from etabli.workspace.workspace import WORK, Workspace, is_workspace, read_workspace

AT_ONCE = 3
"""Workspaces that are prepared at the same time."""
THERE: Final = timedelta(seconds=90)
"""A learner whose page asked since then is there."""
SPARE_MB = 1_200
"""Memory that preparing leaves to exams and to those who open by themselves."""
_FAILED = "Votre espace n'a pas pu démarrer : réessayez dans un instant, puis appelez votre enseignant."


def open_space(duty: Duty, token: str, again: Callable[[Workspace], None] | None = None) -> None:
    """Makes a workspace or takes it up, and starts its services; one that nobody asks for (any more) is left alone.

    Args:
        duty: Gives the room.
        token: Of the workspace.
        again: What is done first with one whose services are to start anew.
    """
    with alone(duty.room.engine, lock_name(token)):
        seat = duty.write(lambda db: _begun(db.get(WorkspaceRow, token)))
        if seat is None:
            return
        try:
            workspace = _files(duty, token, seat)
            if again is not None:
                again(workspace)
            started = bring_up(workspace)
        except Exception as problem:
            if unfinished(problem):
                raise
            log.error("espace %s : %s", token, problem, exc_info=not isinstance(problem, EtabliError))
            _note(duty, token, State.FAILED, _FAILED)
        else:
            _note(duty, token, State.READY, ports=started.ports)


def _begun(row: WorkspaceRow | None) -> Seat | None:
    """Notes that a workspace is starting; returns whose it is, nothing when there is nothing to do."""
    if row is None or row.state not in (State.QUEUED, State.STARTING):
        return None
    row.state, row.error, row.ports = State.STARTING, None, {}
    return _seat(row)


def _seat(row: WorkspaceRow) -> Seat:
    return Seat(load_lab(row.lab), row.person.shown, row.session)


def _files(duty: Duty, token: str, seat: Seat) -> Workspace:
    """Makes the files of a workspace: root's, which the portal reads, but for the work."""
    folder = duty.room.place.workspace(token)
    folder.mkdir(parents=True, exist_ok=True)
    shown_to_the_portal(folder)
    (folder / WORK).mkdir(exist_ok=True)
    if os.geteuid() == 0 and (folder / WORK).lstat().st_uid == 0:
        os.chown(folder / WORK, NOBODY_S_UID, NOBODY_S_UID, follow_symlinks=False)
    return open_workspace(folder, seat, duty.secret, None, surroundings=Surroundings.ROOM)


def lock_name(token: str) -> str:
    """Names what is held by whoever brings the services of a workspace up or down."""
    return f"espace-{token}"


def shown_to_the_portal(folder: Path) -> None:
    """Lets the portal's account read a folder of root's, and whatever is made in it (the group's bit); never write."""
    if os.geteuid() == 0:
        os.chown(folder, 0, NOBODY_S_UID)
        folder.chmod(0o2750)


def _note(duty: Duty, token: str, state: State, error: str | None = None, ports: dict[str, int] | None = None) -> None:
    def note(db: Session) -> None:
        row = db.get_one(WorkspaceRow, token)
        workspaces.set_state(db, row, state, error)
        row.ports = ports or {}

    duty.write(note)


def forget(workspace: Workspace) -> None:
    """Stops the services of a workspace and forgets its database: the next start gives the first data back."""
    stop(workspace, forget_database=True)


def stop_space(duty: Duty, token: str, why: str | None = None) -> None:
    """Stops the services of a workspace; its files and its database stay.

    Args:
        duty: Gives the room.
        token: Whose workspace; one whose learner has come back is left alone.
        why: What its learner is told, there or not.
    """
    with alone(duty.room.engine, lock_name(token)):
        if why is None and duty.write(lambda db: _there(duty, db.get(WorkspaceRow, token))):
            return
        # First of all: its ports may be another's a moment later.
        _note(duty, token, State.FAILED if why else State.STOPPED, why)
        folder = duty.room.place.workspace(token)
        if is_workspace(folder):
            try:
                stop(read_workspace(folder))
            except EtabliError as problem:
                log.error("espace %s : %s", token, problem)


def _there(duty: Duty, row: WorkspaceRow | None) -> bool:
    """Tells whether nothing is to be stopped: there is no such workspace, or its learner has come back."""
    return row is None or (row.seen_at is not None and row.seen_at > duty.room.now() - THERE)


def prepare(duty: Duty, opening_id: int) -> None:
    """Makes the workspaces of a whole class before its hour, and starts as many as memory allows.

    Raises:
        Interrupted: This process ends; the next one goes on.
    """
    with alone(duty.room.engine, f"preparation-{opening_id}"):
        tokens = _reserved(duty, opening_id)
        if tokens is None:
            return
        with ThreadPoolExecutor(AT_ONCE, "prepare") as pool:
            done = list(pool.map(lambda token: _prepared(duty, token), tokens))
        if duty.stopping.is_set():
            raise Interrupted
        ahead = Progress.DONE if all(done) else Progress.FAILED
        duty.write(lambda db: setattr(db.get_one(Opening, opening_id), "ahead", ahead))


def _reserved(duty: Duty, opening_id: int) -> list[str] | None:
    def reserve(db: Session) -> list[str] | None:
        opening = db.get(Opening, opening_id)
        if opening is None or (opening.ahead is not None and opening.ahead.over):
            return None
        opening.ahead = Progress.RUNNING
        mine = select(Person).where(Person.class_id == opening.class_id, Person.active).order_by(Person.login)
        return [workspaces.reserve(db, person, opening).token for person in db.scalars(mine)]

    return duty.write(reserve)


def _prepared(duty: Duty, token: str) -> bool:
    """Prepares one workspace; returns whether it can be used."""
    if duty.stopping.is_set():
        return False
    if memory_left_mb() >= SPARE_MB:
        duty.write(lambda db: _wanted(db.get_one(WorkspaceRow, token)))
        open_space(duty, token)
    else:
        _make(duty, token)
    return duty.write(lambda db: db.get_one(WorkspaceRow, token).state is not State.FAILED)


def _wanted(row: WorkspaceRow) -> None:
    if row.state is not State.READY:
        row.state = State.QUEUED


def _make(duty: Duty, token: str) -> None:
    """Makes the files alone, of a workspace that nobody has begun."""
    with alone(duty.room.engine, lock_name(token)):
        seat = duty.write(lambda db: _seat(db.get_one(WorkspaceRow, token)))
        if not is_workspace(duty.room.place.workspace(token)):
            try:
                _files(duty, token, seat)
            except EtabliError as problem:
                log.error("espace %s : %s", token, problem)
                _note(duty, token, State.FAILED, _FAILED)
            else:
                _note(duty, token, State.STOPPED)
