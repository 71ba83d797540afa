"""Hours of a learner's work on a lab, day by day: what the room noted by itself, for who authenticates a trace."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from etabli.classroom.state import Classroom
from etabli.classroom.tables import HandInRow, Person, VerificationRow, WorkspaceRow
from etabli.classroom.versions import Versions


@dataclass(frozen=True)
class WorkDay:
    """One day of a learner's work on a lab."""

    day: date
    begun: datetime
    ended: datetime
    saves: int
    """Moments whose contents are still kept: they thin out with age."""
    verifications: int
    hand_ins: int


def days_of(db: Session, room: Classroom, person: Person, lab: str) -> list[WorkDay]:
    """Returns the days on which a learner saved, verified or handed in, the oldest first."""
    mine = select(WorkspaceRow.token).where(WorkspaceRow.person_id == person.id, WorkspaceRow.lab == lab)
    tokens = list(db.scalars(mine))
    kinds: tuple[list[datetime], ...] = (
        [at for token in tokens for at in Versions(room.place.versions(token)).moments()],
        list(db.scalars(select(VerificationRow.asked_at).where(VerificationRow.token.in_(tokens)))),
        list(db.scalars(select(HandInRow.at).where(HandInRow.token.in_(tokens)))),
    )
    by_day: dict[date, tuple[list[datetime], ...]] = defaultdict(lambda: ([], [], []))
    for number, moments in enumerate(kinds):
        for at in moments:
            by_day[at.astimezone(room.zone).date()][number].append(at)
    return [_day(day, *by_day[day]) for day in sorted(by_day)]


def _day(day: date, saves: list[datetime], asked: list[datetime], handed: list[datetime]) -> WorkDay:
    every = [*saves, *asked, *handed]
    return WorkDay(day, min(every), max(every), len(saves), len(asked), len(handed))
