"""The namebook: the one table, ``ETABLI_HOME/classes.sqlite``, that knows which alias is which person.

Nothing else in Établi stores a name: run folders, logs and the data of reports hold aliases. The file is for its
owner alone (mode 0600), and what is erased is overwritten (``secure_delete``). Answers that a person gave about a
spelling are kept in the learner's own row, so that erasing the row erases all that names them. The row of an erased
learner keeps its alias and nothing else: a number is never given twice.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from functools import lru_cache
from pathlib import Path

from sqlalchemy import JSON, Engine, String, create_engine, event, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import CreateTable

from etabli.exam.contract.errors import UsageProblem
from etabli.roster.learner import Learner, Person
from etabli.roster.names import name_key, tidy
from etabli.system.account import acting_as
from etabli.system.settings import home

FILE = "classes.sqlite"


class _Base(DeclarativeBase):
    pass


class LearnerRow(_Base):
    """One learner, as the table of names knows them."""

    __tablename__ = "learners"

    alias: Mapped[str] = mapped_column(String(64, collation="NOCASE"), primary_key=True)
    class_name: Mapped[str] = mapped_column(String(64))
    rank: Mapped[int]
    """The number in the alias."""
    family: Mapped[str]
    given: Mapped[str]
    email: Mapped[str | None]
    number: Mapped[str | None]
    active: Mapped[bool]
    excused: Mapped[list[str]] = mapped_column(JSON)
    spellings: Mapped[list[str]] = mapped_column(JSON)
    """Other spellings that a person said to be this learner, as they were met."""
    erased: Mapped[bool]

    @property
    def prefix(self) -> str:
        """What the alias begins with: the class's own."""
        return self.alias.rpartition("-")[0]

    @property
    def name_key(self) -> str:
        """What every spelling of the learner's own name has in common."""
        return name_key(self.family, self.given)

    def learner(self) -> Learner:
        """Returns the learner, free of the table."""
        kept = tuple(self.excused), tuple(self.spellings)
        return Learner(self.alias, self.family, self.given, self.email, self.number, self.active, *kept)

    def forget(self, spelling: str) -> bool:
        """Forgets a spelling, however it is written; tells whether it was known."""
        left = [known for known in self.spellings if name_key(known) != name_key(spelling)]
        known, self.spellings = len(left) < len(self.spellings), left
        return known

    def correct(self, person: Person) -> None:
        """Writes what is now known; an e-mail or number that is not given is kept."""
        self.family, self.given = tidy(person.family), tidy(person.given)
        self.email, self.number = person.email or self.email, person.number or self.number

    def erase(self) -> None:
        """Forgets all but the alias."""
        self.family = self.given = ""
        self.email = self.number = None
        self.excused, self.spellings = [], []
        self.active, self.erased = False, True


def names_path() -> Path:
    """Returns where the table of names is: ``ETABLI_CLASSES`` in a room, whose portal must not see the secret."""
    given = os.environ.get("ETABLI_CLASSES")
    return Path(given) if given else home() / FILE


@contextmanager
def reading() -> Iterator[Session]:
    """Opens the table of names to read it.

    Raises:
        UsageProblem: The file is damaged, busy or not ours to open.
    """
    path = names_path()
    try:
        with _as_its_owner(path.parent), Session(_engine(path), expire_on_commit=False) as session:
            yield session
    except (DatabaseError, OSError) as error:
        cause = getattr(error, "orig", None) or error
        raise UsageProblem(
            f"La table des noms {path} ne peut pas être lue ou écrite ({cause}) : vérifiez ses droits et que rien "
            "d'autre ne l'utilise, ou remettez sa dernière sauvegarde."
        ) from error


@contextmanager
def writing() -> Iterator[Session]:
    """Opens the table of names to change it: all of the block, or nothing of it.

    Raises:
        UsageProblem: As :func:`reading`.
    """
    with reading() as session, session.begin():
        session.execute(text("BEGIN IMMEDIATE"))  # or two programs would count up from the same last number
        yield session


def content_of(path: Path) -> bytes:
    """Returns a table of names as it is at one moment, whoever writes it meanwhile: the content of a file.

    Raises:
        UsageProblem: As :func:`reading`.
    """
    try:
        with _as_its_owner(path.parent), closing(sqlite3.connect(path)) as names:
            return names.serialize()
    except (sqlite3.Error, OSError) as error:
        raise UsageProblem(
            f"La table des noms {path} ne peut pas être copiée ({error}) : vérifiez ses droits et que rien d'autre ne "
            "l'utilise, ou remettez sa dernière sauvegarde."
        ) from error


def rows_of(session: Session, class_name: str) -> list[LearnerRow]:
    """Returns the rows of a class by number, erased ones included."""
    query = select(LearnerRow).where(LearnerRow.class_name == class_name).order_by(LearnerRow.rank)
    return list(session.scalars(query))


def classes(session: Session) -> dict[str, str]:
    """Returns the prefix of every class that ever was, by its name, sorted."""
    query = select(LearnerRow).order_by(LearnerRow.class_name, LearnerRow.rank)
    return {row.class_name: row.prefix for row in session.scalars(query)}


@contextmanager
def _as_its_owner(folder: Path) -> Iterator[None]:
    """Gives root the rights of whose the table is, as the folder says: a room's portal may have left links there.

    A folder that its owner cannot reach (a room below somebody's home) is opened as root, links refused.
    """
    owner = folder.stat()
    with acting_as(owner.st_uid, owner.st_gid):
        reachable = os.access(folder, os.W_OK, effective_ids=True)
    with acting_as(owner.st_uid, owner.st_gid) if reachable else nullcontext():
        yield


def _engine(path: Path) -> Engine:
    """Opens the file, made at first use for its owner alone; ``NullPool`` leaves nothing open after a session."""
    owner = path.parent.stat()
    theirs = os.geteuid() == 0 and owner.st_uid != 0
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | (os.O_NOFOLLOW if theirs else 0), 0o600)
    try:
        if theirs and os.fstat(descriptor).st_uid == 0:
            os.fchown(descriptor, owner.st_uid, owner.st_gid)
        if os.fstat(descriptor).st_mode & 0o077:
            os.fchmod(descriptor, 0o600)
        new = not os.fstat(descriptor).st_size
    finally:
        os.close(descriptor)
    engine = _engine_at(path)
    if new:
        with engine.begin() as connection:
            connection.execute(CreateTable(_Base.metadata.tables[LearnerRow.__tablename__], if_not_exists=True))
    return engine


@lru_cache(maxsize=4)
def _engine_at(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool, hide_parameters=True)  # names are not for logs
    event.listen(engine, "connect", _be_discreet)
    return engine


def _be_discreet(connection: object, _record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.execute("PRAGMA busy_timeout=10000")
    cursor.close()
