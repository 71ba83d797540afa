"""The tables of a room. What is in them is told by their docstrings; :mod:`etabli.classroom.state` makes them."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import JSON, DateTime, Dialect, Enum, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime]):
    """An instant with its time zone, kept and given in UTC by every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Takes instants with a time zone only."""
        if value is not None and value.tzinfo is None:
            raise ValueError("an instant needs its time zone")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Gives UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Role(StrEnum):
    """What a person is here."""

    LEARNER = "eleve"
    TEACHER = "enseignant"
    ADMIN = "administrateur"


class State(StrEnum):
    """Of a workspace: where its services are."""

    ABSENT = "absent"  #: nothing was made yet
    QUEUED = "queued"
    STARTING = "starting"
    READY = "ready"
    STOPPED = "stopped"  #: files and database are kept
    FAILED = "failed"


class Progress(StrEnum):
    """Of something that the worker was asked to do."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self in (Progress.DONE, Progress.FAILED)


def _word(kind: type[StrEnum]) -> Enum:
    """A column of one of a vocabulary's words, kept as it is written."""
    return Enum(kind, native_enum=False, length=16, values_callable=lambda words: [word.value for word in words])


class Base(DeclarativeBase):
    """All tables."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Moment(),
        dict[str, Any]: JSON(),
        list[str]: JSON(),
        **{kind: _word(kind) for kind in (Role, State, Progress)},
    }


class Class(Base):
    """A class of the table of names: which teachers have it."""

    __tablename__ = "class"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]


class Person(Base):
    """An account. Learners sign in by alias: their name is in the table of names alone."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    """In lower case; an alias, or what a teacher chose."""
    shown: Mapped[str] = mapped_column(String(120))
    """The alias as it is written, or the teacher's name."""
    role: Mapped[Role]
    class_id: Mapped[int | None] = mapped_column(ForeignKey("class.id"))
    code_hash: Mapped[str | None]
    """argon2id of the code; none: nobody can sign in."""
    once: Mapped[bool] = mapped_column(default=False)
    """The code serves once: who signs in chooses another."""
    active: Mapped[bool] = mapped_column(default=True)
    wrong: Mapped[int] = mapped_column(default=0)
    """Wrong codes in a row."""
    wait_until: Mapped[datetime | None]

    of_class: Mapped[Class | None] = relationship()


class Teaching(Base):
    """A teacher has a class."""

    __tablename__ = "teaching"

    class_id: Mapped[int] = mapped_column(ForeignKey("class.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)


class SignInRow(Base):
    """A browser that is signed in, on one origin; tickets become one on another origin."""

    __tablename__ = "sign_in"

    token_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    host: Mapped[str] = mapped_column(String(255))
    parent: Mapped[str | None] = mapped_column(String(64))
    """The portal's own, for another origin's: it ends with it."""
    begun_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class TicketRow(Base):
    """What opens another origin, once and soon."""

    __tablename__ = "ticket"

    token_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    sign_in: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    host: Mapped[str] = mapped_column(String(255))
    path: Mapped[str]
    ends_at: Mapped[datetime]


class Opening(Base):
    """A lab that is open for a class, from an hour to another."""

    __tablename__ = "opening"

    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("class.id"))
    lab: Mapped[str] = mapped_column(String(64))
    session: Mapped[str] = mapped_column(String(64))
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime | None]
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    ahead: Mapped[Progress | None]
    """Workspaces that are prepared before the hour."""

    of_class: Mapped[Class] = relationship()


class Extension(Base):
    """One learner's own end of an opening."""

    __tablename__ = "extension"

    opening_id: Mapped[int] = mapped_column(ForeignKey("opening.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    closes_at: Mapped[datetime]


class WorkspaceRow(Base):
    """One learner's workspace of a lab in a session; its token names its folder and its hosts."""

    __tablename__ = "workspace"
    __table_args__ = (UniqueConstraint("person_id", "lab", "session"),)

    token: Mapped[str] = mapped_column(String(16), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    opening_id: Mapped[int] = mapped_column(ForeignKey("opening.id"))
    lab: Mapped[str] = mapped_column(String(64))
    session: Mapped[str] = mapped_column(String(64))
    state: Mapped[State] = mapped_column(default=State.ABSENT)
    error: Mapped[str | None]
    ports: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Service of ``docker-compose.yml`` → its port on 127.0.0.1; empty unless ready."""
    seen_at: Mapped[datetime | None]
    """When its learner's page last asked."""
    saved_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    """Since when its learner asks for help."""
    asked: Mapped[str | None]

    person: Mapped[Person] = relationship()
    opening: Mapped[Opening] = relationship()


class Look(Base):
    """A teacher opened a learner's work; the learner sees that."""

    __tablename__ = "look"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(ForeignKey("workspace.token"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]

    person: Mapped[Person] = relationship()


class Answer(Base):
    """A teacher dealt with a learner's request for help; the learner sees that."""

    __tablename__ = "answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(ForeignKey("workspace.token"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]

    person: Mapped[Person] = relationship()


class VerificationRow(Base):
    """A verification that a learner asked for."""

    __tablename__ = "verification"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(ForeignKey("workspace.token"))
    state: Mapped[Progress] = mapped_column(default=Progress.QUEUED)
    asked_at: Mapped[datetime]
    begun_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    total: Mapped[int | None]
    run: Mapped[str | None]
    """The frozen run's name."""
    said: Mapped[str | None]
    """In a sentence: what came out, or why nothing did."""
    attempts: Mapped[int] = mapped_column(default=0)


class Finding(Base):
    """One point of a verification, as it came."""

    __tablename__ = "finding"

    verification_id: Mapped[int] = mapped_column(ForeignKey("verification.id"), primary_key=True)
    attempt: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    check: Mapped[str] = mapped_column(String(64))
    title: Mapped[str]
    outcome: Mapped[str] = mapped_column(String(16))


class HandInRow(Base):
    """A hand-in: all are kept, the last one counts."""

    __tablename__ = "hand_in"
    __table_args__ = (UniqueConstraint("token", "opening_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(ForeignKey("workspace.token"))
    opening_id: Mapped[int] = mapped_column(ForeignKey("opening.id"))
    number: Mapped[int]
    at: Mapped[datetime]
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    files: Mapped[int]
    late: Mapped[bool]
    warnings: Mapped[list[str]]


class BatchRow(Base):
    """A grading of all hand-ins of an opening."""

    __tablename__ = "batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    opening_id: Mapped[int] = mapped_column(ForeignKey("opening.id"))
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    state: Mapped[Progress] = mapped_column(default=Progress.QUEUED)
    asked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    eta_s: Mapped[float | None]
    said: Mapped[str | None]


class BindingRow(Base):
    """A learner's recueil, made into a page and a PDF when somebody asks."""

    __tablename__ = "binding"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    """Whose it is."""
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    state: Mapped[Progress] = mapped_column(default=Progress.QUEUED)
    asked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    said: Mapped[str | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class Remark(Base):
    """A teacher's comment on a point of a learner's work, or on the whole."""

    __tablename__ = "remark"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(ForeignKey("workspace.token"))
    check: Mapped[str | None] = mapped_column(String(64))
    """None: about the whole."""
    text: Mapped[str]
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]

    author: Mapped[Person] = relationship()


class DiaryRow(Base):
    """Who did what: rows are added and never changed."""

    __tablename__ = "diary"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(64))
    """A login; ``-`` for the room itself."""
    what: Mapped[str] = mapped_column(String(64))
    about: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Connection(Base):
    """An attempt to sign in; forgotten after the time that the centre sets (180 days)."""

    __tablename__ = "connection"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    login: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(64))
    well: Mapped[bool]
