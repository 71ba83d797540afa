"""Bindings: a learner's recueil made into a page and a PDF by the worker, which alone may use the engine."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from etabli.classroom.diary import note
from etabli.classroom.state import Classroom
from etabli.classroom.tables import BindingRow, Person


def latest(db: Session, person: Person) -> BindingRow | None:
    """Returns the last binding of a learner's recueil that was asked for."""
    mine = select(BindingRow).where(BindingRow.person_id == person.id)
    return db.scalar(mine.order_by(BindingRow.id.desc()).limit(1))


def ask(db: Session, room: Classroom, by: Person, person: Person) -> tuple[BindingRow, bool]:
    """Asks for a recueil to be bound; returns it, and whether it is new: a second press finds the first one."""
    db.scalar(select(Person).where(Person.id == person.id).with_for_update())
    last = latest(db, person)
    if last is not None and not last.state.over:
        return last, False
    wanted = BindingRow(person_id=person.id, made_by=by.id, asked_at=room.now())
    db.add(wanted)
    db.flush()
    note(db, room.now(), by, "prépare le recueil", person.shown)
    return wanted, True
