"""Attendance: what a teacher sees of an opening while a class works, and no more.

Who is there, saves and hand-ins are told of each learner. Verifications are theirs: they are counted over the class,
and told of one learner only once that learner asks for help or has handed in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from etabli.classroom import hand_ins, openings, people
from etabli.classroom.state import Classroom
from etabli.classroom.tables import HandInRow, Opening, Person, VerificationRow, WorkspaceRow

THERE = timedelta(seconds=90)
"""A learner's page asks every few seconds: who has not asked for that long is away."""
BANDS = ((0, 0), (1, 2), (3, 5), (6, None))
"""How verifications are counted over the class: from how many to how many, the last one without an end."""


@dataclass(frozen=True)
class Present:
    """One learner, in an opening."""

    person: Person
    row: WorkspaceRow | None
    there: bool
    last: HandInRow | None
    number: int
    """How many hand-ins."""
    own_end: datetime | None
    verifications: int | None
    """``None`` unless the learner asks for help or has handed in."""

    @property
    def open_to_teachers(self) -> bool:
        """Whether the work may be looked at."""
        return self.row is not None and (self.row.asked_at is not None or self.last is not None)


@dataclass(frozen=True)
class Attendance:
    """A class, in an opening."""

    learners: tuple[Present, ...]
    verifications: int
    """Of the whole class."""
    verifying: int
    """How many learners asked for at least one."""
    bands: tuple[tuple[tuple[int, int | None], int], ...]
    """Of each of :data:`BANDS`, how many learners."""

    @property
    def asking(self) -> list[Present]:
        """Those who ask for help, who waits longest first."""
        waiting = [one for one in self.learners if one.row is not None and one.row.asked_at is not None]
        return sorted(waiting, key=lambda one: one.row.asked_at if one.row and one.row.asked_at else datetime.max)

    @property
    def there(self) -> int:
        """How many are there now."""
        return sum(one.there for one in self.learners)

    @property
    def handed_in(self) -> int:
        """How many have handed in."""
        return sum(one.last is not None for one in self.learners)


def attendance(db: Session, room: Classroom, opening: Opening) -> Attendance:
    """Returns what a teacher may see of an opening."""
    rows = {row.person_id: row for row in db.scalars(select(WorkspaceRow).where(WorkspaceRow.opening_id == opening.id))}
    counted = _counted(db, [row.token for row in rows.values()])
    last = {person.id: row for person, row in hand_ins.counting(db, opening)}
    own, now = openings.extensions_of(db, opening), room.now()
    learners = []
    for person in people.learners_of(db, opening.of_class):
        row = rows.get(person.id)
        if not person.active and row is None:
            continue
        seen = row.seen_at if row else None
        told = row is not None and (row.asked_at is not None or person.id in last)
        handed = last.get(person.id)
        learners.append(
            Present(
                person,
                row,
                seen is not None and now - seen < THERE,
                handed,
                handed.number if handed else 0,
                own.get(person.id),
                counted[row.token] if row is not None and told else None,
            )
        )
    each = [counted[one.row.token] if one.row else 0 for one in learners]
    return Attendance(tuple(learners), sum(each), sum(map(bool, each)), _banded(each))


@dataclass(frozen=True)
class Now:
    """How many learners of an opening are there, and how many ask for help."""

    there: int = 0
    asking: int = 0


def at_a_glance(db: Session, room: Classroom, opening_ids: Sequence[int]) -> dict[int, Now]:
    """Returns how many are there and how many ask for help, by opening."""
    since = room.now() - THERE
    rows = db.scalars(select(WorkspaceRow).where(WorkspaceRow.opening_id.in_(opening_ids))).all()
    return {
        number: Now(
            sum(row.seen_at is not None and row.seen_at > since for row in rows if row.opening_id == number),
            sum(row.asked_at is not None for row in rows if row.opening_id == number),
        )
        for number in opening_ids
    }


def _counted(db: Session, tokens: Sequence[str]) -> Counter[str]:
    asked = select(VerificationRow.token, func.count()).where(VerificationRow.token.in_(tokens))
    return Counter({token: int(number) for token, number in db.execute(asked.group_by(VerificationRow.token))})


def _banded(each: Sequence[int]) -> tuple[tuple[tuple[int, int | None], int], ...]:
    return tuple(
        ((low, high), sum(low <= number and (high is None or number <= high) for number in each)) for low, high in BANDS
    )
