"""``python3 -m etabli.server.present``: prints how many learners are at work in the room now, and who, one a line.

It runs inside the worker's container, as :mod:`etabli.server.admin_code` does; aliases only.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from etabli.classroom.attendance import THERE
from etabli.classroom.state import connect
from etabli.classroom.tables import Person, WorkspaceRow


def present(db: Session, now: datetime) -> list[str]:
    """Returns the aliases of those whose page of a workspace asked a moment ago, sorted."""
    asked = select(Person.shown).join(WorkspaceRow, WorkspaceRow.person_id == Person.id)
    return sorted(set(db.scalars(asked.where(WorkspaceRow.seen_at > now - THERE))))


def main() -> None:
    """Prints them."""
    with Session(connect(os.environ["ETABLI_BASE"])) as db:
        print("\n".join(present(db, datetime.now(UTC))))


if __name__ == "__main__":
    main()
