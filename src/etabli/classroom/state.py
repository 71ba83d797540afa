"""How the state of a room is reached, made, and guarded by the database itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from etabli.classroom.hosts import Hosts
from etabli.classroom.place import Place
from etabli.classroom.settings import Limits
from etabli.classroom.tables import Base

PORTAL_ROLE = "portail"
"""The account of PostgreSQL that the portal has."""
_ONLY_ADDED = ("diary",)


PARIS = ZoneInfo("Europe/Paris")


def utc_now() -> datetime:
    """Returns this instant."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Classroom:
    """A room: its folder, its names, its state."""

    engine: Engine
    place: Place
    hosts: Hosts
    zone: tzinfo = PARIS
    """Of every hour that a person reads."""
    now: Callable[[], datetime] = field(default=utc_now)
    limits: Limits = field(default=Limits())
    """How much of the disk learners may take."""

    @contextmanager
    def work(self) -> Iterator[Session]:
        """Opens one transaction; what was read stays readable after it."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session


def connect(address: str) -> Engine:
    """Returns the way to the state.

    Args:
        address: ``postgresql:///etabli?host=FOLDER`` (the folder of its socket), or any libpq address; ``sqlite://``
            keeps all in memory, for tests.
    """
    if address.startswith("sqlite"):
        engine = create_engine(address, poolclass=StaticPool, connect_args={"check_same_thread": False})
        event.listen(engine, "connect", _with_references)
        return engine
    driven = address.replace("postgresql://", "postgresql+psycopg://", 1)
    return create_engine(driven, pool_pre_ping=True, pool_size=8, max_overflow=16, hide_parameters=True)


def _with_references(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA foreign_keys=ON")


def prepare(engine: Engine) -> None:
    """Makes the tables that are missing, and lets the portal write what it may: the worker does this when it starts."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(17)"))  # two workers may start at once
        Base.metadata.create_all(connection)
        if engine.dialect.name != "postgresql":
            return
        for table in _ONLY_ADDED:
            for sentence in _ADD_ONLY:
                connection.execute(text(sentence.format(table=table)))
        if connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": PORTAL_ROLE}):
            for sentence in _GRANTS:
                connection.execute(text(sentence.format(role=PORTAL_ROLE)))
            for table in _ONLY_ADDED:
                connection.execute(text(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {PORTAL_ROLE}"))


_ADD_ONLY = (
    "CREATE OR REPLACE FUNCTION {table}_is_kept() RETURNS trigger LANGUAGE plpgsql AS "
    "$$BEGIN RAISE EXCEPTION 'rows of {table} are never changed'; END$$",
    "DROP TRIGGER IF EXISTS kept ON {table}",
    "CREATE TRIGGER kept BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_is_kept()",
)
"""What is erased after its time is erased by the worker, which owns the table; nothing is ever rewritten."""

_GRANTS = (
    "GRANT USAGE ON SCHEMA public TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
    "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role}",
)
