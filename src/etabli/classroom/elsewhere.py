"""What is kept of people outside a room's own folders: results, recueils, commissions, archives, forms, years.

A folder is known by what is in it, so that whoever purges or exports names folders only. Three clocks: what is
formative goes at the end of the school year, traces and sheets at the next session, decisions and archives never by
themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from etabli.runs.identifier import is_same_candidate
from etabli.runs.run import name_of, run_folders
from etabli.system.digest import open_regular

CONTESTATION = "contestation.yaml"
"""In a candidate's folder of recueils: as long as it is there, nothing of theirs is erased."""
RECUEIL, BUILT, PAGE, FORM = "recueil.yaml", "recueil.html", "index.html", "fiche-tuteur-"
SHARED = ("session.yaml", "incidents.yaml")
"""Files of a commission's whole session, with rows about one candidate each."""
_DAY = re.compile(r"\b20\d\d-[01]\d-[0-3]\d\b")
_DEPTH = 3
"""``commissions/<session>/<kind>/<candidate>`` at most."""


class Clock(StrEnum):
    """When something is due to go."""

    RUNS = "essais"  #: at the end of the school year
    TRACES = "traces"  #: once the next session is over
    ARCHIVES = "archives"  #: never by itself


CLOCKS = {
    "resultats": Clock.RUNS,
    "recueils": Clock.TRACES,
    "fiches": Clock.TRACES,
    "annees": Clock.TRACES,
    "commissions": Clock.ARCHIVES,
    "archives": Clock.ARCHIVES,
}
"""What may be found, by what it is called, and its clock."""


@dataclass(frozen=True)
class Found:
    """A folder, or a file, that is about one candidate alone."""

    part: str
    """A key of `CLOCKS`."""
    path: Path
    alias: str
    name: str
    """What a person would call it: the folder that it was found in."""

    @property
    def clock(self) -> Clock:
        """When it is due to go."""
        return CLOCKS[self.part]

    @property
    def last_day(self) -> date | None:
        """The last day of which it tells something; None where nothing says it, and so it never goes by a clock."""
        if self.part == "resultats":
            moments = [moment for run in run_folders(self.path) if (moment := name_of(run).moment)]
            return max(moments).astimezone().date() if moments else None
        told = next((self.path / name for name in (RECUEIL, "recueil.json") if (self.path / name).is_file()), None)
        if told is not None:
            return max(_days_in(told), default=None)
        written = self.path / PAGE if self.path.is_dir() else self.path
        with suppress(OSError):
            return datetime.fromtimestamp(written.stat().st_mtime).astimezone().date()
        return None


def _days_in(path: Path) -> Iterator[date]:
    """Gives the days that a file tells of; a link in its place, which whoever writes there may make, tells nothing."""
    with suppress(OSError), open_regular(path) as stream:
        for text in _DAY.findall(stream.read().decode("utf-8", "replace")):
            with suppress(ValueError):
                yield date.fromisoformat(text)


def found_in(roots: Iterable[Path], alias: str | None = None) -> Iterator[Found]:
    """Finds what is about one candidate alone in folders; about every candidate, where none is given.

    Of every candidate, only what says by its contents that it is of one is found.
    """
    for root in dict.fromkeys(roots):
        yield from _within(root, root, alias, _DEPTH)


def _within(root: Path, folder: Path, alias: str | None, depth: int) -> Iterator[Found]:
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.is_symlink() or path.name.startswith("."):  # a learner may have put it there
            continue
        whose = _whose(path, alias)
        part = _part(root, path) if whose else None
        if part is None and whose and alias and path.is_dir():  # it bears their identifier, whatever is in it
            part = "resultats" if is_same_candidate(path.name, alias) else "archives"
        if whose and part:
            yield Found(part, path, whose, root.name)
        elif path.is_dir() and depth and not name_of(path).known and not (path / RECUEIL).is_file():  # another's own
            yield from _within(root, path, alias, depth - 1)


def _whose(path: Path, alias: str | None) -> str | None:
    """Returns whose a folder or a file would be, by its name."""
    stem = path.name.removeprefix(FORM)
    if alias is not None:
        if path.is_dir():
            return alias if is_same_candidate(path.name, alias) or _begins(path.name, alias) else None
        return alias if _begins(path.name, alias) else None
    if path.is_dir():
        return path.name
    form = re.fullmatch(r"(.+?)-{2}.+", stem) if path.name.startswith(FORM) else None
    return form[1] if form else None


def _begins(name: str, alias: str) -> bool:
    """Tells whether a name is about an alias: « SNO-07-2027.zip », « liasse-SNO-07 »; not « SNO-070 », « SNO-07-1 »."""
    return re.match(rf"(?:[a-z]{{4,}}-)*(?i:{re.escape(alias)})(?:$|[._-](?!\d{{1,3}}(?!\d)))", name) is not None


def _part(root: Path, path: Path) -> str | None:
    """Tells what something is, by what is in it and where it is."""
    if path.is_file():
        if path.name.startswith(FORM):
            return "fiches"
        return "commissions" if _is_commission(root, path) else "archives"
    inside = {one.name for one in path.iterdir()}
    if inside & {RECUEIL, BUILT, CONTESTATION}:
        return "recueils"
    if run_folders(path):
        return "resultats"
    if _is_commission(root, path):
        return "commissions"
    if inside == {PAGE}:
        return "annees" if not (path.parent / "remises.json").exists() else "resultats"
    return None


def _is_commission(root: Path, path: Path) -> bool:
    above = [root.name, *(one.name for one in path.parents if one.is_relative_to(root))]
    return "commissions" in above


def contests_in(roots: Iterable[Path]) -> dict[str, Path]:
    """Finds who contests: identifier in lower case → the file that says so."""
    found = [path for root in dict.fromkeys(roots) for path in sorted(root.glob(f"*/{CONTESTATION}"))]
    return {path.parent.name.lower(): path for path in found}


def shared_in(folders: Iterable[Path], alias: str) -> list[Path]:
    """Finds the files of a commission's session that say something of one candidate."""
    places = [place for folder in folders for place in (folder, *sorted(folder.glob("*/")))]
    paths = dict.fromkeys(place / name for place in places for name in SHARED)
    return [path for path in paths if path.is_file() and not path.is_symlink() and rows_of(path, alias)]


def rows_of(path: Path, alias: str) -> list[Any]:
    """Returns what such a file says of one candidate; nothing of what cannot be read."""
    try:
        told = yaml.safe_load(path.read_text("utf-8"))
        lists = [value for value in told.values() if isinstance(value, list)] if isinstance(told, dict) else []
        return [row for rows in lists for row in rows if _is_about(row, alias)]
    except (OSError, ValueError, RecursionError, yaml.YAMLError):
        return []


def _is_about(row: Any, alias: str) -> bool:
    values: Iterable[Any] = row.values() if isinstance(row, dict) else row if isinstance(row, list) else ()
    return any(is_same_candidate(one, alias) if isinstance(one, str) else _is_about(one, alias) for one in values)
