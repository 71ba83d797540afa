"""Remarks: what a teacher writes on a point of a learner's work, or on the whole of it; the learner reads them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from etabli.classroom.diary import note
from etabli.classroom.state import Classroom
from etabli.classroom.tables import Person, Remark, WorkspaceRow
from etabli.exam.contract.errors import UsageProblem

LONGEST = 2000


def remarks_of(db: Session, token: str) -> Sequence[Remark]:
    """Returns the remarks on a learner's work, in the order they were written."""
    return db.scalars(select(Remark).where(Remark.token == token).order_by(Remark.id)).all()


def last_at(db: Session, token: str) -> datetime | None:
    """Returns when the last of them was written."""
    return db.scalar(select(Remark.at).where(Remark.token == token).order_by(Remark.at.desc()).limit(1))


def remark(db: Session, room: Classroom, by: Person, row: WorkspaceRow, check: str | None, text: str) -> Remark:
    """Keeps a remark.

    Raises:
        UsageProblem: There is nothing in it, or too much.
    """
    if not text.strip():
        raise UsageProblem("Le commentaire est vide : écrivez-le, puis envoyez-le.")
    if len(text) > LONGEST:
        raise UsageProblem(f"Ce commentaire est trop long : {LONGEST} caractères au plus.")
    kept = Remark(token=row.token, check=check, text=text.strip(), made_by=by.id, at=room.now())
    db.add(kept)
    note(db, room.now(), by, "commente le travail", row.person.shown, lab=row.lab, check=check)
    return kept


def take_back(db: Session, room: Classroom, by: Person, row: WorkspaceRow, number: int) -> None:
    """Takes one's own remark back.

    Raises:
        UsageProblem: It is not there, or somebody else's.
    """
    kept = db.get(Remark, number)
    if kept is None or kept.token != row.token or kept.made_by != by.id:
        raise UsageProblem("Ce commentaire n'est pas le vôtre, ou n'est plus là : rechargez la page.")
    db.delete(kept)
    note(db, room.now(), by, "retire un commentaire", row.person.shown, lab=row.lab)
