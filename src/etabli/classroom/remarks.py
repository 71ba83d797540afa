"""Remarks: what a teacher writes on a point of a learner's work, or on the whole of it; the learner reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from etabli.classroom.diary import note
from etabli.classroom.hand_ins import hand_ins_of
from etabli.classroom.state import Classroom
from etabli.classroom.tables import BatchRow, HandInRow, Person, Progress, Remark, WorkspaceRow
from etabli.exam.contract.errors import UsageProblem
from etabli.reports.comment import Remarked

LONGEST = 2000


def remarks_of(db: Session, token: str) -> Sequence[Remark]:
    """Returns the remarks on a learner's work, in the order they were written."""
    return db.scalars(select(Remark).where(Remark.token == token).order_by(Remark.id)).all()


def on_earlier(
    db: Session, row: WorkspaceRow, remarks: Sequence[Remark], done: Sequence[HandInRow]
) -> dict[int, HandInRow]:
    """Returns the hand-in that each remark was written on, by the remark's number, where a newer one came since.

    It is that of the verification which its teacher read, else the last one of that moment.

    Args:
        db: The room's state.
        row: The workspace.
        remarks: Those on it.
        done: Its hand-ins, the last one first.
    """
    graded = db.scalars(
        select(BatchRow)
        .where(BatchRow.opening_id == row.opening_id, BatchRow.state == Progress.DONE)
        .order_by(BatchRow.id.desc())
    ).all()
    found = {}
    for one in remarks:
        read = next((batch.asked_at for batch in graded if batch.ended_at and batch.ended_at <= one.at), one.at)
        before = [hand_in for hand_in in done if hand_in.at <= one.at]
        about = next((hand_in for hand_in in before if hand_in.at <= read), before[0] if before else None)
        if about is not None and about.id != done[0].id:
            found[one.id] = about
    return found


def written(
    db: Session, opening: int, titles: Callable[[WorkspaceRow], Mapping[str, str]]
) -> dict[str, list[Remarked]]:
    """Returns what teachers wrote of each work of an opening, by alias, as it leaves the room.

    Args:
        db: The room's state.
        opening: Which.
        titles: Gives the titles of the checks of a workspace, by their identifiers.
    """
    found = {}
    for row in db.scalars(select(WorkspaceRow).where(WorkspaceRow.opening_id == opening)):
        if not (said := remarks_of(db, row.token)):
            continue
        known = titles(row)
        earlier = on_earlier(db, row, said, hand_ins_of(db, row.token))
        found[row.person.shown] = [
            Remarked(
                one.text,
                known.get(one.check, one.check) if one.check else None,
                earlier[one.id].number if one.id in earlier else None,
            )
            for one in said
        ]
    return found


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
