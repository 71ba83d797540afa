"""Which run of a candidate counts, and an index of the runs of an output folder.

The index is a SQLite file of intact runs, always rebuildable from their folders; what counts is read from the folder
itself, verified. The order is the one that this machine wrote in the runs' numbers, whatever its clock said.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Engine, String, create_engine, event, select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import counted
from etabli.runs.folder import Flaw, FlawKind, RunFolder, read_run_folder, shown
from etabli.runs.identifier import is_same_candidate
from etabli.runs.run import Run, name_of, run_folders, run_order
from etabli.system.disk import close_to_others

FILE = "etabli.sqlite"
KEPT = "rendus"
"""Where a candidate's submissions are kept, beside the runs."""
WAIT_MS = 10_000
"""How long another command may keep the index to itself."""
_UNREADABLE = (DatabaseError, ValueError, TypeError)
"""What a file that is not our index makes SQLAlchemy raise, values of other types among it."""


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

    Raises:
        UsageProblem: The index is in use, or is no file.
    """

    def __init__(self, out: Path) -> None:
        self._out = out
        self._rows: dict[str, dict[str, RunRow]] = {}
        self._engine = _engine(out / FILE)
        try:
            self._catch_up()
        except _UNREADABLE as error:
            self.close()
            if not _worthless(error):
                raise
            for name in (FILE, f"{FILE}-wal", f"{FILE}-shm"):
                (out / name).unlink(missing_ok=True)
            self._engine = _engine(out / FILE)
            self._catch_up()

    def add(self, run: Run) -> None:
        """Indexes a frozen run.

        Raises:
            UsageProblem: Another command is using the index.
        """
        try:
            with Session(self._engine, expire_on_commit=False) as session, session.begin():
                row = session.merge(_row(run))
        except DatabaseError as error:
            _worthless(error)
            raise
        self._rows.setdefault(run.candidate, {})[run.id] = row

    def newest(self, candidate: str, *, lab: str | None = None, session: str | None = None) -> RunFolder | None:
        """Returns the run of a candidate that counts: of one lab, of one session, if they are given.

        One that has changed since it was frozen, or that is gone while the index knows it, is returned as such: no
        older one takes its place unsaid. What the index says of a run is believed only when its folder cannot tell.
        """
        rows = self._rows.get(candidate, {})
        for folder in reversed(_with_gone(self._out / candidate, rows)):
            found = _read(folder)
            if found.run is None and not found.told and (row := rows.get(folder.name)):
                found = replace(found, told={"lab": row.lab, "session": row.session})
            if found.concerns(lab, session):
                return found
        return None

    def candidates(self) -> list[str]:
        """Returns the identifiers that have, or had, at least one run, sorted."""
        return sorted(name for name, rows in self._rows.items() if rows or run_folders(self._out / name))

    def close(self) -> None:
        """Lets go of the file."""
        self._engine.dispose()

    def _catch_up(self) -> None:
        """Makes the index say what the folders say; a run that is gone stays while its candidate's folder is there."""
        self._rows = {}
        homes = _homes(self._out)
        with Session(self._engine, expire_on_commit=False) as session, session.begin():
            _Base.metadata.create_all(session.connection())
            for row in session.scalars(select(RunRow)).all():
                if not isinstance(row.run, str) or not isinstance(row.candidate, str):
                    raise TypeError("names")
                if row.candidate in homes:
                    self._rows.setdefault(row.candidate, {})[row.run] = row
                else:
                    session.delete(row)
            for candidate, folders in _present(self._out).items():
                known = self._rows.setdefault(candidate, {})
                for folder in folders:
                    if folder.name not in known and (run := read_run_folder(folder).run):
                        known[folder.name] = session.merge(_row(run))


def newest_folders(out: Path, lab: str | None = None, session: str | None = None) -> list[RunFolder]:
    """Reads the run of each candidate that counts (of one lab, of one session, if given), sorted by candidate."""
    if not _present(out) and not (out / FILE).is_file():
        return []  # and no index written in a folder that is not ours
    store = Store(out)
    try:
        found = [store.newest(candidate, lab=lab, session=session) for candidate in store.candidates()]
    finally:
        store.close()
    return [folder for folder in found if folder is not None]


def all_folders(out: Path, *, only: str | None = None) -> list[RunFolder]:
    """Reads all runs below an output folder, of one candidate if it is given: oldest first, by candidate.

    Those that are gone are among them where an index knows them. Nothing is written.
    """
    homes = _homes(out)
    indexed = {name: runs for name, runs in _indexed(out).items() if name in homes}
    names = [name for name in sorted(_present(out).keys() | indexed.keys()) if only in (None, name)]
    return [_read(folder) for name in names for folder in _with_gone(out / name, indexed.get(name, ()))]


def last_number(out: Path, candidate: str) -> int:
    """Returns the greatest number that a run of a candidate is known to have had, in any case; 0 when none is."""
    names = [name for known, runs in _indexed(out).items() if is_same_candidate(known, candidate) for name in runs]
    return max((name_of(out / candidate / name).number for name in names), default=0)


def known_spellings(out: Path) -> dict[str, str]:
    """Returns how an output folder writes its candidates, by their identifiers in lower case.

    Where an older Établi made two candidates of « sno-07 » and « SNO-07 », it is the one with the latest run.
    """
    latest = {name: max(map(_moment, folders)) for name, folders in _present(out).items()}
    return {name.lower(): name for name in sorted(latest, key=lambda name: (latest[name], name))}


@dataclass(frozen=True)
class Apart:
    """A spelling of an identifier whose runs stay where they are, beside those of another case of it."""

    name: str
    kept: str
    """How the candidate is written."""
    why: str
    """What moving them could hide, or what is in the way (French)."""


def bring_together(out: Path, spellings: Mapping[str, str]) -> tuple[tuple[tuple[str, str], ...], tuple[Apart, ...]]:
    """Moves the runs that a candidate has under another case of their identifier: folders, not a byte of them.

    Nothing is moved where anything could be hidden by it: a run whose number says that it is older than it is, one that
    is gone while the index knows it, or two things of one name.

    Args:
        out: The output folder.
        spellings: How candidates are written, by their identifiers in lower case.

    Returns:
        The spellings that are no more, each with the one that stays; and those that are still there beside it.
    """
    joined, apart = [], []
    for name, folders in _present(out).items():
        kept = spellings.get(name.lower(), name)
        if name == kept:
            continue
        if why := _kept_from_moving(out, name, kept, folders) or _move(out / name, out / kept):
            apart.append(Apart(name, kept, why))
        else:
            joined.append((name, kept))
    return tuple(joined), tuple(apart)


def _kept_from_moving(out: Path, name: str, kept: str, folders: Sequence[Path]) -> str | None:
    """Says what a move would change: the order of the runs, or what is known to be gone."""
    if linked := [one for one in (name, kept) if (out / one).is_symlink()]:
        return f"« {linked[0]} » est un lien"
    if gone := set(_indexed(out).get(name, ())) - {folder.name for folder in folders}:
        return f"« {name} » a perdu {counted(len(gone), 'vérification')}, ce que la réunion cacherait"
    merged = sorted([*run_folders(out / kept), *folders], key=run_order)
    if _moment(merged[-1]) != max(map(_moment, merged)):
        return "leurs numéros ne suivent pas leurs dates, et la réunion cacherait la plus récente"
    return None


def _move(other: Path, home: Path) -> str | None:
    """Moves what is in a folder into another, all of it; or nothing, and says why (French)."""
    done: list[tuple[Path, Path, bool]] = []
    try:
        if home.exists() and home.samefile(other):  # a disk on which both are one name
            other.rename(home)
            return None
        moves = {path: home / path.relative_to(other) for path in _movable(other)}
        for target in moves.values():
            if os.path.lexists(target) and not _is_ours_again(target):
                return f"« {target.relative_to(home)} » est dans les deux dossiers"
        for path, target in moves.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            both = target.exists()
            os.replace(path, target)
            done.append((path, target, both))
        for folder in (other / KEPT, other):
            if folder.is_dir():
                folder.rmdir()
    except OSError:
        _undo(done, home)
        return "l'un des deux dossiers ne se laisse pas écrire"
    return None


def _undo(done: Sequence[tuple[Path, Path, bool]], home: Path) -> None:
    """Moves back what was moved; of what both had, each has its own again."""
    for path, target, both in reversed(done):
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            if both:
                shutil.copy2(target, path)
            else:
                os.replace(target, path)
    for folder in (home / KEPT, home):
        with suppress(OSError):  # what was not empty before is not now
            folder.rmdir()


def _movable(home: Path) -> list[Path]:
    """What is in a candidate's folder, the kept submissions one by one: both spellings may have kept the same."""
    kept = list((home / KEPT).iterdir()) if (home / KEPT).is_dir() else []
    return [*(path for path in home.iterdir() if path.name != KEPT), *kept]


def _is_ours_again(path: Path) -> bool:
    """Tells what may be written over: a page, which is made again, and a kept submission, named by what it holds."""
    return path.is_file() and (path.suffix == ".html" or path.parent.name == KEPT)


def _moment(folder: Path) -> float:
    moment = name_of(folder).moment
    return moment.timestamp() if moment else 0.0


def _indexed(out: Path) -> dict[str, list[str]]:
    """Names of runs by candidate, as the index says; it is only read, and what cannot be read says nothing."""
    found: dict[str, list[str]] = {}
    if (out / FILE).is_file():
        address = f"{(out / FILE).absolute().as_uri()}?mode=ro"
        with suppress(sqlite3.Error), closing(sqlite3.connect(address, uri=True)) as index:
            for candidate, name in index.execute("SELECT candidate, run FROM runs"):
                if isinstance(candidate, str) and isinstance(name, str):
                    found.setdefault(candidate, []).append(name)
    return found


def _read(folder: Path) -> RunFolder:
    if folder.is_dir():
        return read_run_folder(folder)
    return RunFolder(folder, None, (Flaw(shown(folder.name), FlawKind.GONE),))


def _with_gone(home: Path, indexed: Iterable[str]) -> list[Path]:
    """The run folders of a candidate, with those that only the index still knows, in the order of their making."""
    known = {folder.name: folder for folder in run_folders(home)}
    known |= {name: home / name for name in indexed if name not in known and name_of(home / name).known}
    return sorted(known.values(), key=run_order)


def _homes(out: Path) -> set[str]:
    """The folders of an output folder as they are written there: some disks find « SNO-07 » under « sno-07 » too."""
    return {path.name for path in out.iterdir() if path.is_dir()} if out.is_dir() else set()


def _present(out: Path) -> dict[str, list[Path]]:
    """The run folders by candidate; no candidate without any, nor one whose name nobody could write."""
    if not out.is_dir():
        return {}
    homes = [path for path in sorted(out.iterdir()) if not path.name.startswith(".") and shown(path.name) == path.name]
    found = {home.name: run_folders(home) for home in homes}
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


def _engine(path: Path) -> Engine:
    """The index, made if need be; in memory where nothing can be written, since it can always be made again."""
    if os.path.lexists(path) and not path.is_file():
        raise UsageProblem(f"« {path} » n'est pas un fichier : retirez-le, puis relancez.")
    path.parent.mkdir(parents=True, exist_ok=True)
    writable = os.access(path.parent, os.W_OK) and (not path.exists() or os.access(path, os.W_OK))
    if writable:
        path.touch(mode=0o640)
        close_to_others(path)
    engine = create_engine(f"sqlite:///{path}" if writable else "sqlite://")
    event.listen(engine, "connect", _write_ahead)
    return engine


def _worthless(error: Exception) -> bool:
    """Tells whether what cannot be read is the index itself, which is then made again.

    Raises:
        UsageProblem: Another command is using it.
    """
    cause = getattr(error, "orig", error)
    name = getattr(cause, "sqlite_errorname", "") or ""
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        raise UsageProblem(
            "Une autre commande lit ou écrit les résultats de ce dossier : attendez sa fin, puis relancez."
        ) from error
    return not name.startswith(("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM"))


def _write_ahead(connection: sqlite3.Connection, _record: object) -> None:
    try:
        connection.execute(f"PRAGMA busy_timeout={WAIT_MS}")
        connection.execute("PRAGMA journal_mode=WAL")
    except sqlite3.Error:
        connection.close()  # nobody else would: the pool does not know it yet
        raise
