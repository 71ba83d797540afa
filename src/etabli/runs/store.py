"""Which run of a candidate counts, and an index of the runs of an output folder.

The index is a SQLite file of intact runs, always rebuildable from their folders; what counts is read from the folder
itself, verified. The order is the one that this machine wrote in the runs' numbers, whatever its clock said.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import Engine, String, create_engine, event, select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from etabli.runs.folder import Change, Flaw, RunFolder, read_run_folder
from etabli.runs.run import Run, run_folders, run_order

FILE = "etabli.sqlite"


class _Base(DeclarativeBase):
    pass


class RunRow(_Base):
    """One run, as the index knows it."""

    __tablename__ = "runs"

    candidate: Mapped[str] = mapped_column(String(64), primary_key=True)
    run: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[int]
    session: Mapped[str]
    lab: Mapped[str]
    lab_version: Mapped[str]
    pack_sha256: Mapped[str]
    seed_fingerprint: Mapped[str]
    submission_sha256: Mapped[str | None]
    status: Mapped[str]


class Store:
    """The runs of one output folder.

    Args:
        out: The folder that holds ``<candidate>/<run>/``.
    """

    def __init__(self, out: Path) -> None:
        self._out = out
        self._engine = _open(out / FILE)
        self._rows: dict[str, dict[str, RunRow]] = {}
        self._catch_up()

    def add(self, run: Run) -> None:
        """Indexes a frozen run."""
        with Session(self._engine, expire_on_commit=False) as session, session.begin():
            row = session.merge(_row(run))
        self._rows.setdefault(run.candidate, {})[run.id] = row

    def newest(self, candidate: str, *, lab: str | None = None, session: str | None = None) -> RunFolder | None:
        """Returns the run of a candidate that counts: of one lab, of one session, if they are given.

        One that has changed since it was frozen, or that is gone while the index knows it, is returned as such: no
        older one takes its place unsaid.
        """
        rows = self._rows.get(candidate, {})
        for folder in reversed(_with_gone(self._out / candidate, rows)):
            row = rows.get(folder.name)
            if row and not (lab in (None, row.lab) and session in (None, row.session)):
                continue
            found = _read(folder)
            if found.concerns(lab, session):
                return found
        return None

    def candidates(self) -> list[str]:
        """Returns the identifiers that have at least one run, sorted."""
        return sorted(self._rows.keys() | _present(self._out).keys())

    def close(self) -> None:
        """Lets go of the file."""
        self._engine.dispose()

    def _catch_up(self) -> None:
        """Makes the index say what the run folders say; a run that is gone is kept while its candidate is there."""
        present = _present(self._out)
        with Session(self._engine, expire_on_commit=False) as session, session.begin():
            for row in session.scalars(select(RunRow)).all():
                if row.candidate in present:
                    self._rows.setdefault(row.candidate, {})[row.run] = row
                else:
                    session.delete(row)
            for candidate, folders in present.items():
                known = self._rows.setdefault(candidate, {})
                for folder in folders:
                    if folder.name not in known and (run := read_run_folder(folder).run):
                        known[folder.name] = session.merge(_row(run))


def _read(folder: Path) -> RunFolder:
    if folder.is_dir():
        return read_run_folder(folder)
    return RunFolder(folder, None, (Flaw(folder.name, Change.MISSING),))


def _with_gone(home: Path, indexed: Iterable[str]) -> list[Path]:
    """The run folders of a candidate, with those that only the index still knows, in the order of their making."""
    known = {folder.name: folder for folder in run_folders(home)} | {name: home / name for name in indexed}
    return sorted(known.values(), key=run_order)


def newest_folders(out: Path, lab: str | None = None, session: str | None = None) -> list[RunFolder]:
    """Reads the run of each candidate that counts (of one lab, of one session, if given), sorted by candidate."""
    if not _present(out):
        return []  # and no index written in a folder that is not ours
    store = Store(out)
    try:
        folders = [store.newest(candidate, lab=lab, session=session) for candidate in store.candidates()]
    finally:
        store.close()
    return [folder for folder in folders if folder is not None]


def all_folders(out: Path, *, only: str | None = None) -> list[RunFolder]:
    """Reads all runs below an output folder, of one candidate if it is given: oldest first, by candidate.

    Those that are gone are among them where an index knows them. Nothing is written.
    """
    indexed: dict[str, list[str]] = {}
    with (
        suppress(sqlite3.Error),
        closing(sqlite3.connect(f"{(out / FILE).absolute().as_uri()}?mode=ro", uri=True)) as index,
    ):
        for candidate, name in index.execute("SELECT candidate, run FROM runs"):
            indexed.setdefault(candidate, []).append(name)
    present = [name for name in _present(out) if only in (None, name)]
    return [_read(folder) for name in present for folder in _with_gone(out / name, indexed.get(name, ()))]


def _present(out: Path) -> dict[str, list[Path]]:
    """The run folders by candidate; no candidate without any."""
    if not out.is_dir():
        return {}
    found = {folder.name: run_folders(folder) for folder in sorted(out.iterdir()) if not folder.name.startswith(".")}
    return {candidate: folders for candidate, folders in found.items() if folders}


def _row(run: Run) -> RunRow:
    return RunRow(
        candidate=run.candidate,
        run=run.id,
        number=run.number,
        session=run.session,
        lab=run.lab,
        lab_version=run.lab_version,
        pack_sha256=run.pack_sha256,
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
