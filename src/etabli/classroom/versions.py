"""Former contents of a learner's files, so that what was there an hour ago can be had back.

Contents are files named by their SHA-256; ``index.sqlite`` beside them says which file had which content when. What is
kept thins out with age: all of the last hour, then one per ten minutes of the day, then one per day. Learners' own
containers never see this folder, so its lock is also the one under which their files change.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

INDEX = "index.sqlite"
CAP = 200_000_000
"""Bytes of former contents per workspace, by default."""
_CONTENTS = "contenus"
_LOCK_S = 30
_HOUR, _DAY = 3600, 86_400
_TEN_MINUTES = 600
_SCHEMA = """
CREATE TABLE IF NOT EXISTS version (path TEXT NOT NULL, at REAL NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL,
  PRIMARY KEY (path, at, sha256)) WITHOUT ROWID
"""


@dataclass(frozen=True)
class Version:
    """One content that a file had."""

    at: datetime
    """Since when (UTC)."""
    sha256: str
    size: int


class Versions:
    """The former contents of one workspace.

    Args:
        folder: Where they are kept; made when the first one comes.
        cap: Bytes that they may weigh; the oldest go first, the last of each file stays.
        now: The clock.
    """

    def __init__(self, folder: Path, cap: int = CAP, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.folder = folder
        self._cap = cap
        self._now = now

    @contextmanager
    def writing(self) -> Iterator[Keeping]:
        """Gives the one right to change this workspace's files and versions, for the time of the block."""
        (self.folder / _CONTENTS).mkdir(mode=0o700, parents=True, exist_ok=True)
        with closing(self._connect()) as base:
            base.execute("BEGIN IMMEDIATE")
            keeping = Keeping(self.folder / _CONTENTS, base, self._now(), self._cap)
            try:
                yield keeping
            finally:  # what was kept before something failed stays kept
                keeping.settle()
                base.execute("COMMIT")

    def of(self, path: str) -> list[Version]:
        """Returns the contents that a file had, the newest first."""
        return [
            Version(datetime.fromtimestamp(at, UTC), sha256, size)
            for at, sha256, size in self._select(
                "SELECT at, sha256, size FROM version WHERE path = ? ORDER BY at DESC", path
            )
        ]

    def last_ones(self) -> dict[str, Version]:
        """Returns the last content of every file that had one, those that are gone included, by path."""
        rows = self._select("SELECT path, max(at), sha256, size FROM version GROUP BY path ORDER BY path")
        return {path: Version(datetime.fromtimestamp(at, UTC), sha256, size) for path, at, sha256, size in rows}

    def read(self, path: str, sha256: str) -> bytes | None:
        """Returns a content that this file had, or ``None`` when it is not kept."""
        if not self._select("SELECT 1 FROM version WHERE path = ? AND sha256 = ?", path, sha256):
            return None
        try:
            return (self.folder / _CONTENTS / sha256).read_bytes()
        except FileNotFoundError:
            return None

    def _select(self, query: str, *values: str) -> list[Any]:
        if not (self.folder / INDEX).is_file():
            return []
        with closing(self._connect()) as base:
            return base.execute(query, values).fetchall()

    def _connect(self) -> sqlite3.Connection:
        base = sqlite3.connect(self.folder / INDEX, timeout=_LOCK_S, isolation_level=None)
        base.execute(_SCHEMA)
        return base


class Keeping:
    """What may be done while the right to change a workspace is held."""

    def __init__(self, folder: Path, base: sqlite3.Connection, now: datetime, cap: int) -> None:
        self._folder = folder
        self._base = base
        self._now = now.timestamp()
        self._cap = cap
        self._changed: set[str] = set()
        self._gone: set[str] = set()

    def keep(self, path: str, content: bytes, at: float | None = None) -> str | None:
        """Keeps a content of a file, unless it is the last one kept; returns its SHA-256, or ``None`` if too heavy."""
        if len(content) > self._cap // 2:
            return None
        sha256 = hashlib.sha256(content).hexdigest()
        last = self._base.execute(
            "SELECT sha256 FROM version WHERE path = ? ORDER BY at DESC LIMIT 1", (path,)
        ).fetchone()
        if last is None or last[0] != sha256:
            place = self._folder / sha256
            if not place.exists():
                partial = place.with_name(f"{sha256}.{os.getpid()}")
                partial.write_bytes(content)
                partial.replace(place)
            when = min(self._now if at is None else at, self._now)
            self._base.execute("INSERT OR REPLACE INTO version VALUES (?, ?, ?, ?)", (path, when, sha256, len(content)))
            self._changed.add(path)
        return sha256

    def rename(self, old: str, new: str) -> None:
        """Lets the contents of a file, or of all below a folder, follow its new name."""
        self._base.execute(
            "UPDATE OR REPLACE version SET path = ?1 || substr(path, length(?2) + 1) "
            "WHERE path = ?2 OR substr(path, 1, length(?2) + 1) = ?2 || '/'",
            (new, old),
        )

    def settle(self) -> None:
        """Thins out what the files that changed had, and what is over the cap, and removes what no file has had."""
        for path in self._changed:
            rows = self._base.execute("SELECT at, sha256 FROM version WHERE path = ? ORDER BY at DESC", (path,))
            self._forget((path, at, sha256) for at, sha256 in thinned_out(rows.fetchall(), self._now))
        if self._changed:
            self._hold_the_cap()
        for sha256 in self._gone:
            if not self._base.execute("SELECT 1 FROM version WHERE sha256 = ? LIMIT 1", (sha256,)).fetchone():
                with suppress(FileNotFoundError):
                    (self._folder / sha256).unlink()

    def _hold_the_cap(self) -> None:
        (weight,) = self._base.execute(
            "SELECT coalesce(sum(size), 0) FROM (SELECT DISTINCT sha256, size FROM version)"
        ).fetchone()
        if weight <= self._cap:
            return
        oldest = self._base.execute(
            "SELECT path, at, sha256, size FROM version AS v "
            "WHERE at < (SELECT max(at) FROM version WHERE path = v.path) ORDER BY at"
        ).fetchall()
        for path, at, sha256, size in oldest:
            if weight <= self._cap:
                break
            self._forget([(path, at, sha256)])
            if not self._base.execute("SELECT 1 FROM version WHERE sha256 = ? LIMIT 1", (sha256,)).fetchone():
                weight -= size

    def _forget(self, rows: Iterator[tuple[str, float, str]] | list[tuple[str, float, str]]) -> None:
        for path, at, sha256 in rows:
            self._base.execute("DELETE FROM version WHERE path = ? AND at = ? AND sha256 = ?", (path, at, sha256))
            self._gone.add(sha256)


def thinned_out(rows: list[tuple[float, str]], now: float) -> list[tuple[float, str]]:
    """Returns what goes of one file's contents, given as (at, SHA-256), the newest first.

    The last hour stays whole; before it, the newest of each ten minutes; before a day, the newest of each day.
    """
    seen: set[tuple[int, int]] = set()
    gone = []
    for index, (at, sha256) in enumerate(rows):
        age = now - at
        if age <= _HOUR:
            continue
        slot = (_TEN_MINUTES, int(at // _TEN_MINUTES)) if age <= _DAY else (_DAY, int(at // _DAY))
        if slot in seen and index:
            gone.append((at, sha256))
        seen.add(slot)
    return gone
