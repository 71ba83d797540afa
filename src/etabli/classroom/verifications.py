"""Verifications that learners ask for: their place in the queue, and their findings as they come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from etabli.classroom.state import Classroom
from etabli.classroom.tables import Finding, Progress, VerificationRow, WorkspaceRow

_USUAL_S = 30.0
_LAST = 20
_OPEN = (Progress.QUEUED, Progress.RUNNING)


@dataclass(frozen=True)
class Rank:
    """Where a verification is in the queue."""

    ahead: int
    """How many are begun before it, or under way."""
    eta_s: float
    """Seconds until it is done, as the last ones of the room took."""


def under_way(db: Session, token: str) -> VerificationRow | None:
    """Returns the verification of a workspace that is not over, if there is one."""
    mine = select(VerificationRow).where(VerificationRow.token == token, VerificationRow.state.in_(_OPEN))
    return db.scalar(mine.order_by(VerificationRow.id.desc()).limit(1))


def latest(db: Session, token: str) -> VerificationRow | None:
    """Returns the last verification that was asked for."""
    mine = select(VerificationRow).where(VerificationRow.token == token)
    return db.scalar(mine.order_by(VerificationRow.id.desc()).limit(1))


def ask(db: Session, room: Classroom, row: WorkspaceRow) -> tuple[VerificationRow, bool]:
    """Asks for a verification; returns it, and whether it is new: a second press finds the first one."""
    db.scalar(select(WorkspaceRow).where(WorkspaceRow.token == row.token).with_for_update())
    if found := under_way(db, row.token):
        return found, False
    wanted = VerificationRow(token=row.token, asked_at=room.now())
    db.add(wanted)
    db.flush()
    return wanted, True


def rank(db: Session, room: Classroom, verification: VerificationRow, workers: int = 2) -> Rank:
    """Returns how many are before a verification, and when it should be done."""
    if verification.state.over:
        return Rank(0, 0.0)
    before = select(func.count()).where(VerificationRow.state.in_(_OPEN), VerificationRow.id < verification.id)
    ahead = int(db.scalar(before) or 0) if verification.state is Progress.QUEUED else 0
    each = usual_s(db, lab_of(db, verification))
    spent = (room.now() - verification.begun_at).total_seconds() if verification.begun_at else 0.0
    return Rank(ahead, max(each * (ahead / workers + 1) - spent, 1.0))


def lab_of(db: Session, verification: VerificationRow) -> str:
    """Returns the lab that a verification is about."""
    row = db.get(WorkspaceRow, verification.token)
    return row.lab if row else ""


def usual_s(db: Session, lab: str) -> float:
    """Returns what a verification of a lab takes: the median of the last ones."""
    done = (
        select(VerificationRow.begun_at, VerificationRow.ended_at)
        .join(WorkspaceRow, WorkspaceRow.token == VerificationRow.token)
        .where(WorkspaceRow.lab == lab, VerificationRow.state == Progress.DONE, VerificationRow.begun_at.is_not(None))
        .order_by(VerificationRow.id.desc())
        .limit(_LAST)
    )
    spans = [(ended - begun).total_seconds() for begun, ended in db.execute(done) if begun and ended]
    return median(spans) if spans else _USUAL_S


def begin(db: Session, room: Classroom, verification: VerificationRow, total: int) -> None:
    """Notes that a verification is under way; one that is made again tells its findings again."""
    verification.state, verification.total = Progress.RUNNING, total
    verification.begun_at, verification.attempts = room.now(), verification.attempts + 1


def found(db: Session, verification: VerificationRow, number: int, check: str, title: str, outcome: str) -> None:
    """Notes a finding."""
    db.add(
        Finding(
            verification_id=verification.id,
            attempt=verification.attempts,
            number=number,
            check=check,
            title=title,
            outcome=outcome,
        )
    )


def findings(db: Session, verification: VerificationRow, after: int = 0) -> Sequence[Finding]:
    """Returns the findings of the present attempt, in order, after that many."""
    mine = select(Finding).where(
        Finding.verification_id == verification.id, Finding.attempt == verification.attempts, Finding.number > after
    )
    return db.scalars(mine.order_by(Finding.number)).all()


def end(
    db: Session, room: Classroom, verification: VerificationRow, state: Progress, said: str, run: str | None = None
) -> None:
    """Notes how a verification ended, in a sentence; the run it froze, if there is one."""
    verification.state, verification.said, verification.run = state, said, run
    verification.ended_at = room.now()
