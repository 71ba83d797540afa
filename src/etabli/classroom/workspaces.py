"""Workspaces: one for each learner, lab and session; who may enter one, and as what."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from etabli.classroom.diary import note
from etabli.classroom.openings import closes_at, is_open
from etabli.classroom.people import ALPHABET, teaches
from etabli.classroom.state import Classroom
from etabli.classroom.tables import Answer, HandInRow, Look, Opening, Person, Role, State, WorkspaceRow
from etabli.exam.contract.errors import UsageProblem

_TOKEN = 8
ASKED_LIMIT = 500


class Entry(StrEnum):
    """As what somebody is in a workspace."""

    OWNER = "owner"
    READER = "reader"  #: a teacher of the class, once asked for help or once something is handed in


@dataclass(frozen=True)
class Access:
    """A workspace, and as what one is there."""

    row: WorkspaceRow
    entry: Entry


def find_or_make(db: Session, room: Classroom, person: Person, opening: Opening) -> WorkspaceRow:
    """Returns a learner's workspace for an opening, made here (its files come with the job) if it is the first time.

    Raises:
        UsageProblem: The lab is not open yet for this learner.
    """
    if person.class_id != opening.class_id or not is_open(opening, room.now()):
        raise UsageProblem("Ce TP n'est pas encore ouvert pour votre classe : attendez l'heure, ou demandez.")
    return reserve(db, person, opening)


def reserve(db: Session, person: Person, opening: Opening) -> WorkspaceRow:
    """Returns a learner's workspace for an opening; before the hour, it may be made ready ahead."""
    same = select(WorkspaceRow).where(
        WorkspaceRow.person_id == person.id, WorkspaceRow.lab == opening.lab, WorkspaceRow.session == opening.session
    )
    row = db.scalar(same)
    if row is None:
        token = "".join(secrets.choice(ALPHABET) for _n in range(_TOKEN))
        row = WorkspaceRow(
            token=token, person_id=person.id, opening_id=opening.id, lab=opening.lab, session=opening.session, ports={}
        )
        db.add(row)
        db.flush()
    return row


def enter(db: Session, room: Classroom, person: Person, token: str) -> Access | None:
    """Returns a workspace and as what a person is there; ``None`` when it is not theirs to see, or not there at all."""
    row = db.get(WorkspaceRow, token)
    if row is None:
        return None
    if row.person_id == person.id and person.active:
        return Access(row, Entry.OWNER) if is_open(row.opening, room.now()) else None
    if teaches(db, person, row.person.class_id) and may_look(db, row):
        return Access(row, Entry.READER)
    return None


def may_look(db: Session, row: WorkspaceRow) -> bool:
    """Tells whether teachers may see a learner's work: they were asked to, or something was handed in."""
    handed = select(HandInRow.id).where(HandInRow.token == row.token).limit(1)
    return row.asked_at is not None or db.scalar(handed) is not None


def note_look(db: Session, room: Classroom, person: Person, row: WorkspaceRow) -> None:
    """Notes that a teacher opened a learner's work; several looks in ten minutes are one."""
    now = room.now()
    last = db.scalar(
        select(Look).where(Look.token == row.token, Look.person_id == person.id).order_by(Look.at.desc()).limit(1)
    )
    if last is None or (now - last.at).total_seconds() > 600:
        db.add(Look(token=row.token, person_id=person.id, at=now))
        note(db, now, person, "regarde le travail", row.person.shown, lab=row.lab)


def looks(db: Session, token: str) -> Sequence[Look]:
    """Returns who looked at a learner's work, the last ones first."""
    return db.scalars(select(Look).where(Look.token == token).order_by(Look.at.desc()).limit(5)).all()


def ask_for_help(db: Session, room: Classroom, row: WorkspaceRow, text: str) -> None:
    """Notes that a learner asks for help: the teachers of the class may see the work from now on.

    Raises:
        UsageProblem: The text is too long.
    """
    if len(text) > ASKED_LIMIT:
        raise UsageProblem(f"Votre demande est trop longue : {ASKED_LIMIT} caractères au plus.")
    row.asked_at, row.asked = room.now(), text.strip()
    note(db, room.now(), row.person, "demande de l'aide", row.lab)


def no_more_help(db: Session, room: Classroom, row: WorkspaceRow) -> None:
    """Notes that help is no longer wanted."""
    row.asked_at = row.asked = None
    note(db, room.now(), row.person, "ne demande plus d'aide", row.lab)


def answer_help(db: Session, room: Classroom, by: Person, row: WorkspaceRow) -> None:
    """Notes that a teacher dealt with a request for help: it waits no more, and the learner sees who did.

    Raises:
        UsageProblem: Nothing is asked, or no longer.
    """
    if row.asked_at is None:
        raise UsageProblem(f"{row.person.shown} ne demande plus d'aide : il n'y a rien à marquer.")
    row.asked_at = row.asked = None
    db.add(Answer(token=row.token, person_id=by.id, at=room.now()))
    note(db, room.now(), by, "traite la demande d'aide", row.person.shown, lab=row.lab)


def last_answer(db: Session, token: str) -> Answer | None:
    """Returns who dealt with a learner's last request for help, if somebody did."""
    return db.scalar(select(Answer).where(Answer.token == token).order_by(Answer.at.desc()).limit(1))


def deadline(db: Session, row: WorkspaceRow) -> datetime | None:
    """Returns when the learner's time for a workspace ends."""
    return closes_at(db, row.opening, row.person)


def set_state(db: Session, row: WorkspaceRow, state: State, error: str | None = None) -> None:
    """Notes where the services of a workspace are; their ports are known only while they answer."""
    row.state, row.error = state, error
    if state is not State.READY:
        row.ports = {}


def is_learner(person: Person) -> bool:
    """Tells whether a person is a learner."""
    return person.role is Role.LEARNER
