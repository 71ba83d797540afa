"""An index of the runs of an output folder: SQLite, always rebuildable from the run folders."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine, String, create_engine, delete, event, select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from etabli.errors import RunFolderError
from etabli.run import Run, read_run

FILE = "etabli.sqlite"


class _Base(DeclarativeBase):
    pass


class RunRow(_Base):
    """One run, as the index knows it."""

    __tablename__ = "runs"

    candidate: Mapped[str] = mapped_column(String(64), primary_key=True)
    run: Mapped[str] = mapped_column(String(64), primary_key=True)
    session: Mapped[str]
    lab: Mapped[str]
    lab_version: Mapped[str]
    grader_sha256: Mapped[str]
    seed_fingerprint: Mapped[str]
    submission_sha256: Mapped[str | None]
    status: Mapped[str]


class Store:
    """The index of one output folder.

    Args:
        out: The folder that holds ``<candidate>/<run>/run.json``.
    """

    def __init__(self, out: Path) -> None:
        self._out = out
        self._engine = _open(out / FILE)
        self._catch_up()

    def add(self, run: Run) -> None:
        """Indexes a frozen run."""
        with Session(self._engine) as session, session.begin():
            session.merge(_row(run))

    def newest(self, candidate: str, *, lab: str | None = None, session: str | None = None) -> Path | None:
        """Returns the folder of a candidate's newest run: of one lab, of one session, if they are given."""
        query = select(RunRow.run).where(RunRow.candidate == candidate).order_by(RunRow.run.desc()).limit(1)
        if lab is not None:
            query = query.where(RunRow.lab == lab)
        if session is not None:
            query = query.where(RunRow.session == session)
        with Session(self._engine) as index:
            name = index.scalar(query)
        return self._out / candidate / name if name else None

    def candidates(self) -> list[str]:
        """Returns the identifiers that have at least one run, sorted."""
        with Session(self._engine) as session:
            return sorted(session.scalars(select(RunRow.candidate).distinct()))

    def close(self) -> None:
        """Lets go of the file."""
        self._engine.dispose()

    def _catch_up(self) -> None:
        """Makes the index say what the run folders say."""
        folders = {(path.parent.parent.name, path.parent.name): path.parent for path in self._out.glob("*/*/run.json")}
        with Session(self._engine) as session, session.begin():
            known = {(row.candidate, row.run) for row in session.scalars(select(RunRow))}
            for candidate, run in known - set(folders):
                session.execute(delete(RunRow).where(RunRow.candidate == candidate, RunRow.run == run))
            for key in sorted(set(folders) - known):
                for run_ in _readable(folders[key]):
                    session.merge(_row(run_))


def _readable(folder: Path) -> Iterator[Run]:
    try:
        yield read_run(folder)
    except RunFolderError:
        return


def _row(run: Run) -> RunRow:
    return RunRow(
        candidate=run.candidate,
        run=run.id,
        session=run.session,
        lab=run.lab,
        lab_version=run.lab_version,
        grader_sha256=run.grader_sha256,
        seed_fingerprint=run.seed_fingerprint,
        submission_sha256=run.submission_sha256,
        status=run.status.value,
    )


def _open(path: Path) -> Engine:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _connected(path)
    except DatabaseError:
        for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
            (path.parent / name).unlink(missing_ok=True)
        return _connected(path)


def _connected(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}")
    event.listen(engine, "connect", _write_ahead)
    try:
        _Base.metadata.create_all(engine)
        with Session(engine) as session:
            session.scalar(select(RunRow).limit(1))
    except BaseException:
        engine.dispose()
        raise
    return engine


def _write_ahead(connection: sqlite3.Connection, _record: object) -> None:
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA busy_timeout=10000")
    except sqlite3.Error:
        connection.close()  # nobody else would: the pool does not know it yet
        raise
