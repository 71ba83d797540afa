"""Zips of a learner's work: one that is unpacked into it, and one of all of it."""

from __future__ import annotations

import shutil
import stat
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO

from etabli.classroom.file_names import FileRefused
from etabli.classroom.files import Files, Unpacked, inside
from etabli.exam.contract.errors import RejectedSubmission
from etabli.reception.intake import limited
from etabli.reception.sources import Item, items_of, shown
from etabli.system.zip_errors import UNREADABLE
from etabli.workspace.workspace import WORK

_CHUNK = 1 << 20
_FIRST, _LAST = 315_619_200, 4_354_732_800
"""The days that the format has, 1980 to 2107, whatever the time zone; in seconds."""


def unpack(files: Files, folder: str, name: str, archive: IO[bytes]) -> Unpacked:
    """Writes what a zip holds into a folder, under the limits of a hand-in.

    When all is in one folder of the zip, and that folder is ``rendu`` or its files are those of the work, the folder
    is left out: Windows packs a folder with its own name.

    Raises:
        FileRefused: The zip cannot be read, holds a link or a path that leaves it, or too much.
    """
    files.versions.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with ExitStack() as stack:
        copy = stack.enter_context(tempfile.NamedTemporaryFile(dir=files.versions.folder, suffix=".zip"))
        shutil.copyfileobj(archive, copy, _CHUNK)
        copy.flush()
        try:
            items = list(limited(stack.enter_context(items_of(Path(copy.name), shown(name))), files.limits))
            placed = _without_wrapping(files, folder, items)
            return files.take([(inside(folder, path.as_posix()), _reader(item, name)) for path, item in placed])
        except RejectedSubmission as refused:
            raise FileRefused(str(refused)) from refused


def date_of(moment: float) -> tuple[int, int, int, int, int, int]:
    """Returns the date of a member of a zip: a learner may give a file whatever date they like."""
    return datetime.fromtimestamp(min(max(moment, _FIRST), _LAST)).timetuple()[:6]


def pack(files: Files, target: IO[bytes]) -> None:
    """Writes a zip of all files that are part of the work.

    Raises:
        TooMuch: They are over the limits of a hand-in.
    """
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content, moment in files.contents():
            member = zipfile.ZipInfo(path, date_of(moment))
            member.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(member, content, zipfile.ZIP_DEFLATED)


def _without_wrapping(files: Files, folder: str, items: Sequence[Item]) -> list[tuple[PurePosixPath, Item]]:
    placed = [(item.path, item) for item in items]
    if len({path.parts[0] for path, _item in placed}) != 1 or any(len(path.parts) < 2 for path, _item in placed):
        return placed
    top = placed[0][0].parts[0]
    inner = [(PurePosixPath(*path.parts[1:]), item) for path, item in placed]
    there = {entry.path for entry in files.listing().files}
    ours = top.casefold() == WORK or any(inside(folder, path.as_posix()) in there for path, _item in inner)
    return inner if ours else placed


def _reader(item: Item, archive: str) -> Callable[[int], bytes]:
    def read(most: int) -> bytes:
        try:
            with item.open() as stream:
                return stream.read(most)
        except UNREADABLE as error:
            raise FileRefused(f"« {shown(archive)} » est abîmé : refaites ce zip, puis renvoyez-le.") from error

    return read
