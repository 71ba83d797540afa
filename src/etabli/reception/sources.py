"""Where a deposit's files come from: a folder or a zip, read without trust."""

from __future__ import annotations

import io
import os
import re
import stat
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from etabli.exam.contract.errors import RejectedSubmission
from etabli.exam.contract.words import cut, normal
from etabli.exam.reading.unpacking import opened as opened_member
from etabli.reception.archives import method_problem, refuse_document, unreadable
from etabli.reception.zipnames import names_of, vote
from etabli.system.beneath import FILE, entered, inner
from etabli.system.zip_errors import UNREADABLE

_JUNK_NAMES = frozenset({"__MACOSX", "Thumbs.db", ".DS_Store", "desktop.ini", ".git", ".svn", "node_modules"})
_JUNK_NAMES |= {"__pycache__", ".venv", "venv", ".idea", ".vscode", ".etabli", "Icon\r"}
_JUNK_PREFIXES = ("~$", ".~lock.", "._")
_DOS_FOLDER = 0x10
_DRIVE = re.compile(r"[A-Za-z]:/")
_MAX_DEPTH = 24
_MAX_PART, _MAX_PATH = 255, 1_024
"""Bytes of a name, and of a path: the most that macOS takes of a whole one (Windows: 260 signs).

Below ours there is room for it then, wherever results are (Linux: 4,096 in all); and the list of what is kept of a work
of 2,000 files and five times as many of ``vendor`` stays below :data:`_MAX_LIST`.
"""
_SHOWN = 80
"""Signs of a foreign path in a sentence."""
_MAX_LIST = 16_000_000
"""Bytes of an archive's list of members, which is read into memory whole: more than 100 000 files."""


@dataclass(frozen=True)
class Item:
    """One regular file of a deposit: its path inside, its size in bytes as announced, and how to open it."""

    path: PurePosixPath
    size: int
    open: Callable[[], IO[bytes]]


@contextmanager
def items_of(path: Path, name: str | None = None, *, again: bool = False) -> Iterator[Iterator[Item]]:
    """Opens a deposit, folder or zip: its regular files, one after the other.

    Args:
        path: The folder or the archive.
        name: What to call it in a sentence; its own name by default.
        again: Whether intake has accepted all of it before, below another folder perhaps: it is not refused for what
            its names look like without.

    Raises:
        RejectedSubmission: It is not a zip, it is an office document, it is encrypted, it is damaged, it is compressed
            in a way not read here, or it lists an absurd number of files; or, on the way, one of its files is unsafe.
        PermissionError: This account may not read it.
    """
    if path.is_dir() and not path.is_symlink():
        with entered(path) as top:
            yield _each_once(_Folder(path, top).items())
        return
    if path.exists() and not path.is_file():
        raise RejectedSubmission(unreadable(name or path.name, path))
    with ExitStack() as opened:
        try:
            archive = zipfile.ZipFile(opened.enter_context(_Sparing(io.FileIO(path))))
        except PermissionError:
            raise
        except UNREADABLE as error:
            raise RejectedSubmission(unreadable(name or path.name, path)) from error
        if not again:
            refuse_document(name or path.name, archive)
        yield _each_once(_zip_items(archive, name or path.name, again))


def is_junk(path: PurePosixPath) -> bool:
    """Tells whether a path is a by-product of some tool and not part of the work."""
    return any(part in _JUNK_NAMES or part.startswith(_JUNK_PREFIXES) for part in path.parts)


def is_folder(info: zipfile.ZipInfo, name: str) -> bool:
    """Tells a folder of a zip from an empty file: by the end of its name, or by its attributes alone (Unix or DOS)."""
    mode, dos = info.external_attr >> 16, info.external_attr & _DOS_FOLDER
    told = stat.S_ISDIR(mode) or (dos and not stat.S_IFMT(mode))
    by_name = name.endswith(("/", "\\"))  # old Windows tools wrote « \\ »
    return by_name or bool(told and not info.file_size)


def checked_path(name: str, *, again: bool = False) -> PurePosixPath:
    """Returns the path a name means inside the tree, accents composed (NFC); `again` as in :func:`items_of`.

    Raises:
        RejectedSubmission: The name is absolute, climbs out of the tree, names the tree itself, or holds a control
            character or half a character; or it is too long.
    """
    path = PurePosixPath(normal("NFC", name).replace("\\", "/"))
    drive = not again and _DRIVE.match(path.as_posix())
    outside = path.is_absolute() or drive or ".." in path.parts or not path.parts
    if outside or any(ord(char) < 32 or "\ud800" <= char <= "\udfff" for char in name):
        raise RejectedSubmission(f"Le rendu contient le chemin dangereux « {cited(name)} » : il n'a pas été examiné.")
    if not again and _is_too_long(path):
        raise RejectedSubmission(
            f"Le rendu contient un chemin trop long (« {cited(name)} ») : donnez des noms plus courts à ce fichier et "
            "à ses dossiers, ou mettez-le dans moins de dossiers."
        )
    return path


def _is_too_long(path: PurePosixPath) -> bool:
    parts = [len(os.fsencode(part)) for part in path.parts]
    return len(parts) > _MAX_DEPTH or max(parts) > _MAX_PART or sum(parts) + len(parts) > _MAX_PATH


def cited(name: str) -> str:
    """Returns a foreign path as a sentence names it: what cannot be printed replaced, and cut."""
    return cut(shown(name), _SHOWN)


def shown(name: str) -> str:
    """Returns a foreign name with what cannot be printed replaced."""
    return "".join(char if char.isprintable() else "�" for char in name)


def _each_once(items: Iterator[Item]) -> Iterator[Item]:
    seen: set[PurePosixPath] = set()
    folders: set[PurePosixPath] = set()
    for item in items:
        if item.path in seen:
            twice = cited(item.path.as_posix())
            raise RejectedSubmission(f"Le rendu contient deux fois « {twice} » : refaites-le sans ce double.")
        seen.add(item.path)
        folders.update(item.path.parents)
        if both := folders & ({item.path} | (seen & set(item.path.parents))):
            name = cited(both.pop().as_posix())
            raise RejectedSubmission(
                f"Le rendu contient « {name} » à la fois comme fichier et comme dossier : renommez l'un des deux."
            )
        yield item


@dataclass(frozen=True)
class _Folder:
    """A deposit that is a folder: whoever made it may be changing it, and no link in it is ever followed."""

    place: Path
    top: int
    """Its descriptor."""

    def items(self, parts: tuple[str, ...] = (), inside: PurePosixPath | None = None) -> Iterator[Item]:
        """Yields the files below."""
        with self._entered(parts) as folder:
            names = sorted(os.listdir(folder))
            facts = {name: os.stat(name, dir_fd=folder, follow_symlinks=False) for name in names}
        for name in names:
            inner_path = (inside or PurePosixPath()).joinpath(_readable(name))
            if is_junk(inner_path):
                continue
            path = checked_path(inner_path.as_posix())
            mode = facts[name].st_mode
            if stat.S_ISDIR(mode):
                yield from self.items((*parts, name), path)
            elif stat.S_ISREG(mode):
                yield Item(path, facts[name].st_size, partial(self._open, (*parts, name), path))
            else:
                raise _link(path, mode)

    def _open(self, parts: tuple[str, ...], path: PurePosixPath) -> IO[bytes]:
        with self._entered(parts[:-1], parts[-1]) as folder:
            descriptor = os.open(parts[-1], FILE, dir_fd=folder)
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            os.close(descriptor)
            raise _link(path, mode)
        return os.fdopen(descriptor, "rb")

    @contextmanager
    def _entered(self, parts: tuple[str, ...], file: str = "") -> Iterator[int]:
        """Enters a folder below, from the top, for one of its files or for all; a refusal names the whole path."""
        try:
            with inner(self.top, parts) as folder:
                yield folder
        except PermissionError as error:
            error.filename = str(self.place.joinpath(*parts, file))
            raise


def _readable(name: str) -> str:
    """Reads the name of a file that is not in UTF-8, unzipped from an old archive, as the zip itself would be read."""
    raw = os.fsencode(name)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode(vote([raw]))


def _link(path: PurePosixPath, mode: int) -> RejectedSubmission:
    kind = "un lien" if stat.S_ISLNK(mode) else "un fichier spécial"
    return RejectedSubmission(
        f"Le rendu contient {kind} (« {cited(path.as_posix())} ») : il n'a pas été examiné. Remplacez-le par le "
        "fichier lui-même."
    )


class _Sparing(io.BufferedReader):
    """A file that is read piece by piece, so that no archive can fill the memory by its mere list of members."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Reads a piece; raises RejectedSubmission for one that nobody needs to be so big."""
        if size is not None and size > _MAX_LIST:
            raise RejectedSubmission(
                "L'archive contient trop de fichiers pour être ouverte : refaites-la sans ce qui n'est pas demandé."
            )
        return super().read(size)


def _zip_items(archive: zipfile.ZipFile, called: str, again: bool) -> Iterator[Item]:
    """Yields the files of an archive, read by the standard library."""
    members = archive.infolist()
    for info, name in zip(members, names_of(members), strict=True):
        if is_folder(info, name):
            continue
        if is_junk(PurePosixPath(name.replace("\\", "/"))):  # whatever it is called: it is not taken
            continue
        path = checked_path(name, again=again)
        mode = info.external_attr >> 16
        if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            raise _link(path, mode)
        if info.flag_bits & 0x1:
            raise RejectedSubmission("L'archive est protégée par un mot de passe : refaites-la sans.")
        if problem := method_problem(info, called):
            raise RejectedSubmission(problem)
        yield Item(path, info.file_size, partial(opened_member, archive, info))
