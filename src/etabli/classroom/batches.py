"""Batches: the hand-ins of an opening, graded by the worker when a teacher asks."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from etabli.classroom.diary import note
from etabli.classroom.hand_ins import counting
from etabli.classroom.state import Classroom
from etabli.classroom.tables import BatchRow, Opening, Person
from etabli.exam.contract.errors import UsageProblem


def latest(db: Session, opening: Opening) -> BatchRow | None:
    """Returns the last grading that was asked for."""
    mine = select(BatchRow).where(BatchRow.opening_id == opening.id)
    return db.scalar(mine.order_by(BatchRow.id.desc()).limit(1))


def ask(db: Session, room: Classroom, by: Person, opening: Opening) -> tuple[BatchRow, bool]:
    """Asks for the grading of an opening's hand-ins; returns it, and whether it is new: a second press finds the first.

    Raises:
        UsageProblem: There is nothing to grade.
    """
    db.scalar(select(Opening).where(Opening.id == opening.id).with_for_update())
    last = latest(db, opening)
    if last is not None and not last.state.over:
        return last, False
    total = len(counting(db, opening))
    if not total:
        raise UsageProblem("Rien n'est encore déposé : attendez un premier dépôt, puis vérifiez les rendus.")
    wanted = BatchRow(opening_id=opening.id, made_by=by.id, asked_at=room.now(), total=total)
    db.add(wanted)
    db.flush()
    note(db, room.now(), by, "vérifie tous les rendus", opening.lab, opening=opening.id, batch=wanted.id)
    return wanted, True
