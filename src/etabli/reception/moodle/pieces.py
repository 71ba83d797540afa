"""The pieces of a download: each file in it, wherever it comes from, a zip or a folder already unpacked.

Nothing is read but the table of contents; a piece is copied when it is chosen. Nothing of it is believed: paths that
leave the tree, links and special files are passed over.
"""

from __future__ import annotations

import os
import re
import stat
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import IO

from etabli.exam.contract.errors import RejectedSubmission, UsageProblem
from etabli.exam.reading.unpacking import opened as opened_member
from etabli.reception.archives import method_problem
from etabli.reception.moodle.dates import are_dates_of_deposits
from etabli.reception.moodle.naming import MoodlePath, place_of
from etabli.reception.sources import checked_path, is_folder, is_junk
from etabli.reception.zipnames import names_of
from etabli.system.zip_errors import UNREADABLE

_MOST = 500_000
"""Files of a download that is a zip."""
_MOST_EACH = 10_000
"""Files of one folder of a download that was unpacked: what one learner hands in costs no other one."""
_DEPTH = 12


@dataclass(frozen=True)
class Piece:
    """One file of a download."""

    place: MoodlePath
    order: int
    """Moodle writes the files of a learner from the oldest to the newest."""
    when: datetime | None
    open: Callable[[], IO[bytes]] = field(compare=False)
    """Opens it for reading."""


@dataclass(frozen=True)
class Pieces:
    """A download, opened."""

    found: tuple[Piece, ...]
    """In order."""
    timed: bool = False
    """Whether the dates are those of the deposits; an unpacked folder has not even those of the download."""
    strange: tuple[str, ...] = ()
    """What is in it beside, under no name of Moodle's."""


@contextmanager
def pieces_of(path: Path) -> Iterator[Pieces]:
    """Opens a download (a zip, or a folder already unpacked); by the names in it, anything else has no piece.

    Raises:
        UsageProblem: It is protected by a password, or compressed in a way not read here.
    """
    with ExitStack() as opened:
        try:
            archive = None if path.is_dir() else opened.enter_context(zipfile.ZipFile(path))
            entries = [] if archive else list(_walk_each(path, PurePosixPath()))
            found = tuple(_zip_pieces(archive, path.name) if archive else _folder_pieces(entries))
            strange = _strange(names_of(archive.infolist()) if archive else map(str, dict(entries))) if found else ()
        except UNREADABLE:
            archive, found, strange = None, (), ()
        yield Pieces(found, archive is not None and are_dates_of_deposits([piece.when for piece in found]), strange)


def _zip_pieces(archive: zipfile.ZipFile, called: str) -> Iterator[Piece]:
    members = archive.infolist()
    if len(members) > _MOST:
        return
    paths = [_path(name) for name in names_of(members)]
    wrapped = _is_wrapped([path for path in paths if path])
    for order, (info, path) in enumerate(zip(members, paths, strict=True)):
        if is_folder(info, info.filename) or stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
            continue
        if (place := _place(path, wrapped)) is None:
            continue
        if info.flag_bits & 0x1:
            raise UsageProblem(
                "Le téléchargement de Moodle est protégé par un mot de passe : téléchargez-le de nouveau."
            )
        if problem := method_problem(info, called):
            raise UsageProblem(problem)
        yield Piece(place, order, _dos_date(info), partial(opened_member, archive, info))


def _strange(names: Iterable[str]) -> tuple[str, ...]:
    paths = [path for path in map(_path, names) if path]
    depth = int(_is_wrapped(paths))
    tops = [path.parts[depth] for path in paths if len(path.parts) > depth]
    return tuple(dict.fromkeys(top for top in tops if place_of(PurePosixPath(top)) is None))


def _folder_pieces(walked: Iterable[tuple[PurePosixPath, os.DirEntry[str]]]) -> Iterator[Piece]:
    entries = [(_path(inside.as_posix()), entry) for inside, entry in walked]
    wrapped = _is_wrapped([path for path, _entry in entries if path])
    for order, (path, entry) in enumerate(entries):
        if (place := _place(path, wrapped)) is not None:
            written = entry.stat(follow_symlinks=False).st_mtime
            yield Piece(place, order, _local(partial(datetime.fromtimestamp, written)), partial(_open_file, entry.path))


def _open_file(place: str) -> IO[bytes]:
    return os.fdopen(os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")


def _walk_each(folder: Path, inside: PurePosixPath) -> Iterator[tuple[PurePosixPath, os.DirEntry[str]]]:
    """Yields the first files of each entry of the folder, or of the one folder that holds everything."""
    entries = _entries(folder)
    if len(entries) == 1 and entries[0].is_dir(follow_symlinks=False) and len(inside.parts) < _DEPTH:
        yield from _walk_each(Path(entries[0].path), inside / entries[0].name)
        return
    for entry in entries:
        yield from islice(_walk([entry], inside), _MOST_EACH)


def _walk(
    entries: Iterable[os.DirEntry[str]], inside: PurePosixPath
) -> Iterator[tuple[PurePosixPath, os.DirEntry[str]]]:
    for entry in entries:
        path = inside / entry.name
        if entry.is_dir(follow_symlinks=False) and len(path.parts) < _DEPTH:
            yield from _walk(_entries(Path(entry.path)), path)
        elif entry.is_file(follow_symlinks=False):
            yield path, entry


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        found = [entry for entry in os.scandir(folder) if not is_junk(PurePosixPath(entry.name))]
    except OSError:
        return []
    return sorted(found, key=lambda entry: _natural(entry.name))


def _natural(name: str) -> list[tuple[int, str]]:
    """« v2 » comes before « v10 »."""
    return [(int(part) if part.isdecimal() else -1, part) for part in re.split(r"(\d+)", name)]


def _path(name: str) -> PurePosixPath | None:
    """A path that nobody need fear, however long: Moodle's own beginning is none of the learner's."""
    try:
        path = checked_path(name, again=True)
    except RejectedSubmission:
        return None
    return path if path.parts and not is_junk(path) else None


def _is_wrapped(paths: Sequence[PurePosixPath]) -> bool:
    """Tells whether one folder, which is not Moodle's, holds everything."""
    tops = {path.parts[0] for path in paths}
    return len(tops) == 1 and all(len(path.parts) > 1 and place_of(path) is None for path in paths)


def _place(path: PurePosixPath | None, wrapped: bool) -> MoodlePath | None:
    if path is None:
        return None
    place = place_of(PurePosixPath(*path.parts[1:]) if wrapped else path)
    return place if place and place.inner.parts else None


def _dos_date(info: zipfile.ZipInfo) -> datetime | None:
    """A zip's date has no time zone: it is read in this machine's."""
    return _local(partial(datetime, *info.date_time)) if info.date_time[0] > 1980 else None


def _local(read: Callable[[], datetime]) -> datetime | None:
    """A date in this machine's time zone; None for a day that no calendar has."""
    try:
        return read().astimezone()
    except (ValueError, OverflowError, OSError):
        return None
