"""Where a deposit's files come from: a folder or a zip, read without trust."""

from __future__ import annotations

import io
import lzma
import os
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol

from etabli.exam.contract.errors import RejectedSubmission
from etabli.reception.archives import refuse_document, unreadable
from etabli.reception.zipnames import names_of, vote

_JUNK_NAMES = frozenset({"__MACOSX", "Thumbs.db", ".DS_Store", "desktop.ini", ".git", ".svn", "node_modules"})
_JUNK_NAMES |= {"__pycache__", ".venv", "venv", ".idea", ".vscode", ".etabli"}
_JUNK_PREFIXES = ("~$", ".~lock.", "._")
_MAX_DEPTH = 24
_MAX_LIST = 16_000_000
"""Bytes of an archive's list of members, which is read into memory whole: more than 100 000 files."""
UNREADABLE = (
    *(OSError, EOFError, RuntimeError, NotImplementedError, ValueError),
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
)
"""All that the standard library raises on the bytes of a damaged or hostile archive."""


@dataclass(frozen=True)
class Item:
    """One regular file of a deposit: its path inside, its size in bytes as announced, and how to open it."""

    path: PurePosixPath
    size: int
    source: Source

    def open(self) -> BinaryIO:
        """Opens the file for reading."""
        return self.source.open(self)


class Source(Protocol):
    """Where a deposit's files come from."""

    def items(self) -> Iterator[Item]:
        """Yields the regular files; raises RejectedSubmission for what is unsafe."""

    def open(self, item: Item) -> BinaryIO:
        """Opens one of them."""

    def close(self) -> None:
        """Lets go of what is held open."""


def is_junk(path: PurePosixPath) -> bool:
    """Tells whether a path is a by-product of some tool and not part of the work."""
    return any(part in _JUNK_NAMES or part.startswith(_JUNK_PREFIXES) for part in path.parts)


def checked_path(name: str) -> PurePosixPath:
    """Returns the path a name means inside the tree, accents composed (NFC).

    Raises:
        RejectedSubmission: The name is absolute, climbs out of the tree, names the tree itself, or holds a control
            character.
    """
    path = PurePosixPath(unicodedata.normalize("NFC", name).replace("\\", "/"))
    drive = len(name) > 1 and name[1] == ":"
    outside = path.is_absolute() or drive or ".." in path.parts or not path.parts
    if outside or any(ord(char) < 32 for char in name):
        raise RejectedSubmission(f"Le rendu contient le chemin dangereux « {shown(name)} » : il n'a pas été examiné.")
    if len(path.parts) > _MAX_DEPTH or any(len(os.fsencode(part)) > 255 for part in path.parts):
        raise RejectedSubmission(f"Le rendu contient un chemin trop long (« {shown(name)[:80]} ») : raccourcissez-le.")
    return path


def shown(name: str) -> str:
    """Returns a foreign name with what cannot be printed replaced."""
    return "".join(char if char.isprintable() else "�" for char in name)


class FolderSource:
    """The files under a folder, opened without following links."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._places: dict[PurePosixPath, Path] = {}

    def items(self) -> Iterator[Item]:
        """Yields the regular files of the folder."""
        yield from self._walk(self._folder, PurePosixPath())

    def _walk(self, folder: Path, inside: PurePosixPath) -> Iterator[Item]:
        with os.scandir(folder) as entries:
            for entry in sorted(entries, key=lambda item: item.name):
                path = checked_path((inside / _readable(entry.name)).as_posix())
                if is_junk(path):
                    continue
                mode = entry.stat(follow_symlinks=False).st_mode
                if stat.S_ISDIR(mode):
                    yield from self._walk(Path(entry.path), path)
                elif stat.S_ISREG(mode):
                    if path in self._places:
                        raise RejectedSubmission(_twice_sentence(path))
                    self._places[path] = Path(entry.path)
                    yield Item(path, entry.stat(follow_symlinks=False).st_size, self)
                else:
                    raise RejectedSubmission(_link_sentence(path, stat.S_ISLNK(mode)))

    def open(self, item: Item) -> BinaryIO:
        """Opens a file; a link put there meanwhile is refused by the system."""
        descriptor = os.open(self._places[item.path], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise RejectedSubmission(_link_sentence(item.path, False))
        return os.fdopen(descriptor, "rb")

    def close(self) -> None:
        """Nothing is held open."""


def _readable(name: str) -> str:
    """Reads the name of a file that is not in UTF-8, unzipped from an old archive, as the zip itself would be read."""
    raw = os.fsencode(name)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode(vote([raw]))


def _link_sentence(path: PurePosixPath, link: bool) -> str:
    kind = "un lien" if link else "un fichier spécial"
    return (
        f"Le rendu contient {kind} (« {shown(path.as_posix())} ») : il n'a pas été examiné. Remplacez-le par le "
        "fichier lui-même."
    )


def _twice_sentence(path: PurePosixPath) -> str:
    return f"Le rendu contient deux fois « {shown(path.as_posix())} » : refaites-le sans ce double."


class _Sparing(io.BufferedReader):
    """A file that is read piece by piece, so that no archive can fill the memory by its mere list of members."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Reads a piece; raises RejectedSubmission for one that nobody needs to be so big."""
        if size is not None and size > _MAX_LIST:
            raise RejectedSubmission(
                "L'archive contient trop de fichiers pour être ouverte : refaites-la sans ce qui n'est pas demandé."
            )
        return super().read(size)


class ZipSource:
    """The files of a zip archive, read by the standard library.

    Args:
        path: The archive.
        name: What to call it in a sentence; its own name by default.

    Raises:
        RejectedSubmission: It is not a zip, it is an office document, it is encrypted, it is damaged, or it lists an
            absurd number of files.
        PermissionError: This account may not read it.
    """

    def __init__(self, path: Path, name: str | None = None) -> None:
        self._name = name or path.name
        self._members: dict[PurePosixPath, zipfile.ZipInfo] = {}
        with ExitStack() as opened:
            try:
                self._zip = zipfile.ZipFile(opened.enter_context(_Sparing(io.FileIO(path))))
            except PermissionError:
                raise
            except UNREADABLE as error:
                raise RejectedSubmission(unreadable(self._name, path)) from error
            refuse_document(self._name, self._zip)
            self._opened = opened.pop_all()

    def items(self) -> Iterator[Item]:
        """Yields the regular files of the archive."""
        members = self._zip.infolist()
        for info, name in zip(members, names_of(members), strict=True):
            if name.endswith(("/", "\\")):  # a folder; old Windows tools wrote « \\ »
                continue
            path = checked_path(name)
            if is_junk(path):
                continue
            mode = info.external_attr >> 16
            if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
                raise RejectedSubmission(_link_sentence(path, stat.S_ISLNK(mode)))
            if info.flag_bits & 0x1:
                raise RejectedSubmission("L'archive est protégée par un mot de passe : refaites-la sans.")
            if path in self._members:
                raise RejectedSubmission(_twice_sentence(path))
            self._members[path] = info
            yield Item(path, info.file_size, self)

    def open(self, item: Item) -> BinaryIO:
        """Opens a member for reading."""
        return self._zip.open(self._members[item.path])  # type: ignore[return-value]

    def close(self) -> None:
        """Closes the archive."""
        self._opened.close()


def open_source(path: Path) -> Source:
    """Opens a deposit, folder or zip."""
    return FolderSource(path) if path.is_dir() and not path.is_symlink() else ZipSource(path)
