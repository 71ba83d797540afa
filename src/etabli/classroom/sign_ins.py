"""Sign-ins: which browser is whose, on which origin; and the tickets that open another origin, once and soon.

The database holds the SHA-256 of tokens only: who reads it can sign in nowhere.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from etabli.classroom.state import Classroom
from etabli.classroom.tables import Person, SignInRow, TicketRow

COOKIE: Final = "__Host-etabli"
"""Secure, on one host and no other, whatever a neighbour tries to set."""
LIFE = timedelta(hours=12)
IDLE = timedelta(hours=4)
TICKET_LIFE = timedelta(seconds=30)
_SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class SignIn:
    """Who is signed in here."""

    person: Person
    key: str
    """Of its row."""


def begin(db: Session, room: Classroom, person: Person, host: str, parent: str | None = None) -> str:
    """Signs a person in on a host; returns the cookie's value."""
    now, token = room.now(), secrets.token_urlsafe(32)
    ends = now + LIFE
    if parent is not None and (above := db.get(SignInRow, parent)):
        ends = above.ends_at
    db.add(
        SignInRow(
            token_sha256=_key(token),
            person_id=person.id,
            host=host,
            parent=parent,
            begun_at=now,
            seen_at=now,
            ends_at=ends,
        )
    )
    return token


def find(room: Classroom, token: str | None, host: str) -> SignIn | None:
    """Returns who a cookie signs in on a host: one that comes from another host signs nobody in."""
    if not token:
        return None
    now, key = room.now(), _key(token)
    with room.work() as db:
        row = db.get(SignInRow, key)
        if row is None or row.host != host or row.ends_at <= now or row.seen_at + IDLE <= now:
            return None
        if row.parent is not None and (above := db.get(SignInRow, row.parent)) is None:
            return None
        person = db.get(Person, row.person_id)
        if person is None or not person.active:
            return None
        if row.seen_at + _SEEN_EVERY <= now:
            row.seen_at = now
            if row.parent is not None and above is not None:
                above.seen_at = now  # who works in the site is not away from the portal
        return SignIn(person, key)


def end(db: Session, sign_in: SignIn) -> None:
    """Signs a browser out, on every origin that it had opened."""
    db.execute(delete(SignInRow).where(or_(SignInRow.token_sha256 == sign_in.key, SignInRow.parent == sign_in.key)))


def end_all(db: Session, person: Person) -> None:
    """Signs a person out everywhere."""
    db.execute(delete(SignInRow).where(SignInRow.person_id == person.id))
    db.execute(delete(TicketRow).where(TicketRow.person_id == person.id))


def give_ticket(db: Session, room: Classroom, sign_in: SignIn, host: str, path: str) -> str:
    """Returns a ticket to another host, for one use within thirty seconds."""
    token = secrets.token_urlsafe(32)
    ends = room.now() + TICKET_LIFE
    db.add(
        TicketRow(
            token_sha256=_key(token),
            sign_in=sign_in.key,
            person_id=sign_in.person.id,
            host=host,
            path=path,
            ends_at=ends,
        )
    )
    return token


def use_ticket(db: Session, room: Classroom, token: str, host: str) -> tuple[str, str] | None:
    """Spends a ticket; returns the cookie's value for its host and the wanted path, unless it is worth nothing."""
    used = delete(TicketRow).where(TicketRow.token_sha256 == _key(token)).returning(TicketRow)
    row = db.scalars(used, execution_options={"synchronize_session": False}).first()
    if row is None or row.host != host or row.ends_at <= room.now() or db.get(SignInRow, row.sign_in) is None:
        return None
    person = db.get(Person, row.person_id)
    return (begin(db, room, person, host, parent=row.sign_in), row.path) if person and person.active else None


def forget_ended(db: Session, room: Classroom) -> None:
    """Removes what is over."""
    now = room.now()
    db.execute(delete(TicketRow).where(TicketRow.ends_at <= now))
    over = select(SignInRow.token_sha256).where(or_(SignInRow.ends_at <= now, SignInRow.seen_at <= now - IDLE))
    keys = list(db.scalars(over))
    db.execute(delete(SignInRow).where(or_(SignInRow.token_sha256.in_(keys), SignInRow.parent.in_(keys))))


def _key(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
