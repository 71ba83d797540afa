"""Hand-ins: a copy of the work, its receipt with the server's hour; all are kept, the last one counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from etabli.classroom.diary import note
from etabli.classroom.quota import expect_room
from etabli.classroom.state import Classroom
from etabli.classroom.tables import HandInRow, Opening, Person, WorkspaceRow
from etabli.classroom.workspaces import deadline
from etabli.exam.contract.errors import EtabliError
from etabli.reception.hand_in import RECEIVED, read_hand_ins
from etabli.workspace.submitting import Receipt, write_submission
from etabli.workspace.workspace import read_workspace


@dataclass(frozen=True)
class HandedIn:
    """A hand-in, and the receipt that was written beside it."""

    row: HandInRow
    receipt: Receipt


def hand_in(db: Session, room: Classroom, row: WorkspaceRow) -> HandedIn:
    """Keeps a copy of a learner's work as it is now.

    Raises:
        RejectedSubmission: The work could not be examined: a link, too many files, too heavy.
        UsageProblem: There is nothing to hand in, or no room for it.
    """
    db.scalar(select(WorkspaceRow).where(WorkspaceRow.token == row.token).with_for_update())
    expect_room(db, room.limits, room.place.kept, row)
    mine = select(func.coalesce(func.max(HandInRow.number), 0)).where(
        HandInRow.token == row.token, HandInRow.opening_id == row.opening_id
    )
    number, now, ends = int(db.scalar(mine) or 0) + 1, room.now(), deadline(db, row)
    folder = room.place.hand_ins(row.opening_id, row.person.shown)
    folder.mkdir(parents=True, exist_ok=True)
    workspace = read_workspace(room.place.workspace(row.token))
    receipt = write_submission(workspace, path_of(folder, number), now.astimezone())
    kept = HandInRow(
        token=row.token,
        opening_id=row.opening_id,
        number=number,
        at=now,
        sha256=receipt.sha256,
        size=receipt.size,
        files=receipt.files,
        late=ends is not None and now > ends,
        warnings=list(receipt.warnings),
    )
    db.add(kept)
    db.flush()
    note(db, now, row.person, "dépose", row.lab, number=number, sha256=receipt.sha256)
    return HandedIn(kept, receipt)


def graded_numbers(results: Path) -> dict[str, int]:
    """Returns which hand-in of each learner was graded, by alias: 0 for who had none; nothing where nobody noted it."""
    try:
        noted = read_hand_ins(results)
    except EtabliError:  # damaged: the class page says so
        return {}
    found = {}
    for entry in noted.entries if noted else ():
        name = PurePosixPath(entry.files[-1]).stem if entry.files else ""
        if name.isascii() and name.isdecimal():
            found[entry.candidate] = int(name)
        elif entry.state not in RECEIVED:
            found[entry.candidate] = 0
    return found


def path_of(folder: Path, number: int) -> Path:
    """Returns where a hand-in is kept, in the folder of its learner."""
    return folder / f"{number:03}.zip"


def hand_ins_of(db: Session, token: str) -> Sequence[HandInRow]:
    """Returns the hand-ins of a workspace, the last one first."""
    return db.scalars(select(HandInRow).where(HandInRow.token == token).order_by(HandInRow.id.desc())).all()


def counting(db: Session, opening: Opening) -> list[tuple[Person, HandInRow]]:
    """Returns the hand-in of each learner that counts for an opening: the last one."""
    last = (
        select(HandInRow.token, func.max(HandInRow.number).label("number"))
        .where(HandInRow.opening_id == opening.id)
        .group_by(HandInRow.token)
        .subquery()
    )
    rows = db.execute(
        select(Person, HandInRow)
        .join(WorkspaceRow, WorkspaceRow.person_id == Person.id)
        .join(HandInRow, HandInRow.token == WorkspaceRow.token)
        .join(last, (last.c.token == HandInRow.token) & (last.c.number == HandInRow.number))
        .where(HandInRow.opening_id == opening.id)
        .order_by(Person.login)
    )
    return [(person, row) for person, row in rows]


def latest_of_lab(db: Session, room: Classroom, class_id: int, lab: str) -> dict[str, Path]:
    """Returns where the last hand-in of each learner of a class on a lab is, whatever the session, by alias."""
    rows = db.execute(
        select(Person.shown, HandInRow.opening_id, HandInRow.number)
        .join(WorkspaceRow, WorkspaceRow.person_id == Person.id)
        .join(HandInRow, HandInRow.token == WorkspaceRow.token)
        .where(Person.class_id == class_id, WorkspaceRow.lab == lab)
        .order_by(HandInRow.id)
    )
    return {alias: path_of(room.place.hand_ins(opening, alias), number) for alias, opening, number in rows}
