"""The diary: who did what. Rows are added by every write, and the database lets nobody change one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from etabli.classroom.tables import DiaryRow, Person

ROOM = "-"
"""The room itself, where nobody asked."""


def note(db: Session, at: datetime, who: Person | None, what: str, about: str = "", **detail: Any) -> None:
    """Adds a row.

    Args:
        db: The transaction of the act itself: both are there, or neither.
        at: When.
        who: None is the room itself.
        what: The act, in French, as it is shown (« ouvre le TP »).
        about: On what.
        detail: Facts, without a name, a code or a text of a learner.
    """
    db.add(DiaryRow(at=at, who=who.login if who else ROOM, what=what, about=about, detail=detail))
