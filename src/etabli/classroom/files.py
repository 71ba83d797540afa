"""A learner's files: what is below ``rendu/`` of a workspace, read and written for the bench page.

The learner's own container may write there meanwhile (a terminal does), so nothing is trusted between two calls: every
folder is opened by its descriptor from the one above, no link is ever followed, and a file appears whole under its
name. What changes here changes under the one lock of the workspace's versions, which no container can reach.
"""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Literal

from etabli.classroom.file_names import (
    DEEPEST,
    FileRefused,
    NameTaken,
    NoSuchFile,
    TooMuch,
    parts_of,
    path_of,
    unreadable,
)
from etabli.classroom.versions import Keeping, Versions
from etabli.lab.manifest import SubmissionLimits
from etabli.reception.intake import VENDOR, VENDOR_TIMES
from etabli.reception.sources import is_junk, shown
from etabli.system.beneath import FILE, FOLDER, NEW, Found, walk
from etabli.system.disk import why

ABSENT = "*"
"""What a writer expects who thinks that the file is not there yet."""
TEXT_MAX = 1_000_000
"""Bytes above which a file is not opened in the editor."""
_PARTIAL = ".~lock.etabli-"
"""How a file is called until it is whole: intake knows it as litter, should we die meanwhile."""
_REMEMBERED = 50_000

Kind = Literal["text", "binary", "other"]


class Changed(FileRefused):
    """Ce fichier a changé ailleurs depuis que vous l'avez ouvert : choisissez la version à garder."""

    def __init__(self, content: bytes | None) -> None:
        super().__init__()
        self.content = content
        """What it is now; ``None`` when it is there no more."""


@dataclass(frozen=True)
class Entry:
    """One file of the work."""

    path: str
    size: int
    modified: datetime
    kind: Kind
    """``other`` is neither read nor handed in: a link, a device, a name that is no text."""
    sha256: str | None


@dataclass(frozen=True)
class Listing:
    """All that is below ``rendu/``, without the litter of tools."""

    files: tuple[Entry, ...]
    folders: tuple[str, ...]
    whole: bool
    """False when there is far too much to list."""


@dataclass(frozen=True)
class Unpacked:
    """What an upload has written."""

    written: tuple[str, ...]
    replaced: tuple[str, ...]
    """Those that were there before: what they held is among the versions."""


@dataclass
class _Weight:
    own: int = 0
    foreign: int = 0
    size: int = 0


class Files:
    """The files of one workspace.

    Args:
        folder: ``rendu/``; its own place is trusted, nothing in it is.
        limits: What a submission may weigh.
        versions: Where former contents go.
    """

    def __init__(self, folder: Path, limits: SubmissionLimits, versions: Versions) -> None:
        self._root = folder
        self.limits = limits
        self.versions = versions

    @property
    def size_max(self) -> int:
        """Bytes that all files may weigh together."""
        return self.limits.size_mb * 1_000_000

    def listing(self) -> Listing:
        """Returns all files, with their digests, and all folders."""
        files: list[Entry] = []
        folders: list[str] = []
        most = self.limits.files * (1 + VENDOR_TIMES) + 1000
        whole = True
        for path, name, parent, facts in self._walk():
            if len(files) + len(folders) >= most:
                whole = False
                break
            if stat.S_ISDIR(facts.st_mode):
                folders.append(path)
            else:
                files.append(self._entry(path, name, parent, facts))
        return Listing(tuple(sorted(files, key=lambda entry: entry.path)), tuple(sorted(folders)), whole)

    def read(self, name: str) -> bytes:
        """Returns a file's content.

        Raises:
            NoSuchFile: There is none of that name.
            FileRefused: It is a link, a folder, a device, or too heavy.
        """
        *folders, last = parts_of(name)
        with self._folder(folders) as parent:
            return self._content(parent, last, name)

    def write(self, name: str, content: bytes, expected: str | None = None) -> str:
        """Writes a file, whole or not at all; what it held before is kept.

        Args:
            name: Its path; folders are made.
            content: All of it.
            expected: The SHA-256 of what the writer knows, or :data:`ABSENT`; ``None`` when it does not matter.

        Returns:
            The SHA-256 of the content.

        Raises:
            Changed: It is not what the writer expected.
            FileRefused: The name cannot be used, or the work would be too heavy.
        """
        with self.versions.writing() as keeping:
            sha256, _replaced = self._write(keeping, name, content, expected, self._weight())
            return sha256

    def delete(self, name: str) -> dict[str, str]:
        """Takes away a file, or a folder with all that is in it.

        Returns:
            The path and the SHA-256 of each file that can be had back from the versions.
        """
        *folders, last = parts_of(name)
        with self.versions.writing() as keeping, self._folder(folders) as parent:
            facts = self._facts(parent, last, name)
            kept: dict[str, str] = {}
            if stat.S_ISDIR(facts.st_mode):
                self._empty(keeping, parent, last, name, kept, 0)
            else:
                self._remove(keeping, parent, last, name, kept)
            return kept

    def rename(self, old: str, new: str) -> None:
        """Gives a file or a folder another name or place; its versions follow.

        Raises:
            NameTaken: Something is there already.
            FileRefused: The name cannot be used.
        """
        *from_folders, from_name = parts_of(old)
        path = path_of(new)
        with self.versions.writing() as keeping, self._folder(from_folders) as source:
            self._facts(source, from_name, old)
            if (path.parts[: len(from_folders) + 1]) == (*from_folders, from_name) and new != old:
                raise FileRefused(f"« {shown(old)} » ne peut pas aller dans lui-même : choisissez un autre dossier.")
            with self._folder(path.parts[:-1], make=True) as target:
                self._free(target, path, but=from_name if path.parts[:-1] == tuple(from_folders) else None)
                try:
                    os.rename(from_name, path.name, src_dir_fd=source, dst_dir_fd=target)
                except OSError as error:
                    raise _refused(old, error) from error
            keeping.rename("/".join((*from_folders, from_name)), path.as_posix())

    def make_folder(self, name: str) -> None:
        """Makes a folder, and those above it.

        Raises:
            NameTaken: Something is there already.
        """
        path = path_of(name)
        with self.versions.writing(), self._folder(path.parts[:-1], make=True) as parent:
            self._free(parent, path)
            with self._folder(path.parts, make=True):
                return

    def put(self, folder: str, uploads: Sequence[tuple[str, IO[bytes]]]) -> Unpacked:
        """Writes files that were uploaded into a folder; what bears the same name is replaced, and kept."""
        return self.take([(inside(folder, name), stream.read) for name, stream in uploads])

    def take(self, named: Sequence[tuple[str, Callable[[int], bytes]]]) -> Unpacked:
        """Writes files that are read one after the other, each up to so many bytes; one bad name, and none is.

        Raises:
            FileRefused: A name cannot be used, or the work would be too heavy.
        """
        with self.versions.writing() as keeping:
            return self._put_all(keeping, named)

    def contents(self) -> Iterator[tuple[str, bytes, float]]:
        """Gives each file that is part of the work: its path, its content, when it was last changed.

        Raises:
            TooMuch: They are over the limits of a hand-in.
        """
        weight = _Weight()
        for path, name, parent, facts in self._walk():
            if not stat.S_ISREG(facts.st_mode) or unreadable(path):
                continue
            try:
                content = self._content(parent, name, path)
            except NoSuchFile:
                continue  # gone meanwhile
            self._fits(weight, path, len(content))
            yield path, content, facts.st_mtime

    def _write(
        self, keeping: Keeping, name: str, content: bytes, expected: str | None, weight: _Weight
    ) -> tuple[str, bool]:
        path = PurePosixPath(name) if self._is_there(name) or self._was_there(name) else path_of(name)
        sha256 = hashlib.sha256(content).hexdigest()
        with self._folder(path.parts[:-1], make=True) as parent:
            try:
                before: bytes | None = self._content(parent, path.name, name)
                facts = self._facts(parent, path.name, name)
            except NoSuchFile:
                before, facts = None, None
                self._free(parent, path)
            if expected is not None:
                there = ABSENT if before is None else hashlib.sha256(before).hexdigest()
                if there not in (expected, sha256):
                    raise Changed(before)
            if before is not None:
                weight.size -= len(before)
                keeping.keep(path.as_posix(), before, facts.st_mtime if facts else None)
            self._fits(weight, path.as_posix(), len(content), new=before is None)
            if before != content:
                _replace(parent, path.name, content, stat.S_IMODE(facts.st_mode) if facts else 0o644)
            keeping.keep(path.as_posix(), content)
        return sha256, before is not None

    def _is_there(self, name: str) -> bool:
        try:
            *folders, last = parts_of(name)
            with self._folder(folders) as parent:
                self._facts(parent, last, name)
        except FileRefused:
            return False
        return True

    def _was_there(self, name: str) -> bool:
        """Tells whether a file that was called so is kept: what is had back may be called as it was."""
        return not unreadable(name) and bool(self.versions.of(name))

    def _put_all(self, keeping: Keeping, named: Sequence[tuple[str, Callable[[int], bytes]]]) -> Unpacked:
        for name, _read in named:
            path_of(name)  # one bad name, and nothing is written
        weight = self._weight()
        written: list[str] = []
        replaced: list[str] = []
        for name, read in named:
            _sha256, was_there = self._write(keeping, name, read(self.size_max + 1), None, weight)
            (replaced if was_there else written).append(name)
        return Unpacked(tuple(written), tuple(replaced))

    def _weight(self) -> _Weight:
        weight = _Weight()
        for path, _name, _parent, facts in self._walk():
            if stat.S_ISREG(facts.st_mode):
                weight.size += facts.st_size
                if VENDOR in PurePosixPath(path).parts[:-1]:
                    weight.foreign += 1
                else:
                    weight.own += 1
            if weight.own + weight.foreign > self.limits.files * (2 + VENDOR_TIMES):
                break
        return weight

    def _fits(self, weight: _Weight, path: str, size: int, *, new: bool = True) -> None:
        weight.size += size
        if VENDOR in PurePosixPath(path).parts[:-1]:
            weight.foreign += new
        else:
            weight.own += new
        if weight.size > self.size_max:
            raise TooMuch(
                f"Tous les fichiers pèseraient plus de {self.limits.size_mb} Mo : retirez ce qui n'est pas demandé."
            )
        if new and (weight.own > self.limits.files or weight.foreign > self.limits.files * VENDOR_TIMES):
            raise TooMuch(f"Il y aurait plus de {self.limits.files} fichiers : retirez ce qui n'est pas demandé.")

    def _walk(self) -> Iterator[Found]:
        """Gives everything below; links are told and never followed."""

        def wanted(path: str, facts: os.stat_result) -> bool:
            hidden = is_junk(PurePosixPath(path.rpartition("/")[2]))
            return not hidden and not (stat.S_ISDIR(facts.st_mode) and unreadable(path))

        with self._folder(()) as root:
            yield from walk(root, wanted, DEEPEST)

    def _entry(self, path: str, name: str, parent: int, facts: os.stat_result) -> Entry:
        modified = datetime.fromtimestamp(facts.st_mtime, UTC)
        kind: Kind = "other"
        sha256 = None
        if stat.S_ISREG(facts.st_mode) and not unreadable(path):
            key = (facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns)
            if (known := _known.get(key)) is None and facts.st_size <= self.size_max:
                with suppress(FileRefused):
                    known = _described(self._content(parent, name, path))
                    if len(_known) >= _REMEMBERED:
                        _known.clear()
                    _known[key] = known
            kind, sha256 = known or ("binary", None)
        return Entry(shown(path) if unreadable(path) else path, facts.st_size, modified, kind, sha256)

    @contextmanager
    def _folder(self, parts: Sequence[str], *, make: bool = False) -> Iterator[int]:
        """Opens a folder from the top, one after the other, without following a link."""
        try:
            descriptor = os.open(self._root, FOLDER)
        except OSError as error:
            raise NoSuchFile("L'espace de travail n'est pas encore prêt : attendez qu'il s'ouvre.") from error
        try:
            for depth, part in enumerate(parts, 1):
                try:
                    inner = _inner_folder(descriptor, part, make)
                except OSError as error:
                    raise _refused("/".join(parts[:depth]), error) from error
                os.close(descriptor)
                descriptor = inner
            yield descriptor
        finally:
            os.close(descriptor)

    def _facts(self, parent: int, last: str, name: str) -> os.stat_result:
        try:
            return os.stat(last, dir_fd=parent, follow_symlinks=False)
        except OSError as error:
            raise _refused(name, error) from error

    def _content(self, parent: int, last: str, name: str) -> bytes:
        try:
            descriptor = os.open(last, FILE, dir_fd=parent)
        except OSError as error:
            raise _refused(name, error) from error
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            os.close(descriptor)
            if stat.S_ISDIR(mode):
                raise FileRefused(f"« {shown(name)} » est un dossier : ouvrez un de ses fichiers.")
            raise FileRefused(f"« {shown(name)} » est un fichier spécial : supprimez-le, puis recommencez.")
        with open(descriptor, "rb") as stream:
            content = stream.read(self.size_max + 1)
        if len(content) > self.size_max:
            raise TooMuch(f"« {shown(name)} » pèse plus de {self.limits.size_mb} Mo : supprimez-le ou réduisez-le.")
        return content

    def _free(self, parent: int, path: PurePosixPath, but: str | None = None) -> None:
        """Makes sure that a name is free, on Windows too, where upper and lower case are one."""
        for name in os.listdir(parent):
            if name == but:
                continue
            if name == path.name:
                raise NameTaken(f"« {shown(path.as_posix())} » existe déjà : choisissez un autre nom.")
            if name.casefold() == path.name.casefold():
                raise NameTaken(
                    f"« {shown(name)} » existe déjà : sous Windows, « {shown(path.name)} » serait le même nom. "
                    "Choisissez un autre nom."
                )

    def _remove(self, keeping: Keeping, parent: int, last: str, name: str, kept: dict[str, str]) -> None:
        with suppress(FileRefused):  # a link, or too heavy to be kept: it goes all the same
            if (sha256 := keeping.keep(name, self._content(parent, last, name))) is not None:
                kept[name] = sha256
        try:
            os.unlink(last, dir_fd=parent)
        except OSError as error:
            raise _refused(name, error) from error

    def _empty(self, keeping: Keeping, parent: int, last: str, name: str, kept: dict[str, str], depth: int) -> None:
        if depth > 4 * DEEPEST:
            raise FileRefused(f"« {shown(name)[:80]} » est trop profond : supprimez-le depuis le terminal.")
        try:
            descriptor = os.open(last, FOLDER, dir_fd=parent)
            try:
                for inner in os.listdir(descriptor):
                    path = f"{name}/{inner}"
                    if stat.S_ISDIR(os.stat(inner, dir_fd=descriptor, follow_symlinks=False).st_mode):
                        self._empty(keeping, descriptor, inner, path, kept, depth + 1)
                    else:
                        self._remove(keeping, descriptor, inner, path, kept)
            finally:
                os.close(descriptor)
            os.rmdir(last, dir_fd=parent)
        except OSError as error:
            raise _refused(name, error) from error


_known: dict[tuple[int, int, int, int, int], tuple[Kind, str]] = {}
"""What a file was found to be, by what the system says of it: its bytes are read once."""


def inside(folder: str, name: str) -> str:
    """Returns the path of a name in a folder; the top is empty."""
    return f"{folder}/{name}" if folder else name


def _inner_folder(parent: int, name: str, make: bool) -> int:
    try:
        return os.open(name, FOLDER, dir_fd=parent)
    except FileNotFoundError:
        if not make:
            raise
    with suppress(FileExistsError):
        os.mkdir(name, 0o755, dir_fd=parent)
    descriptor = os.open(name, FOLDER, dir_fd=parent)
    os.fchmod(descriptor, 0o755)  # the services read it under another account, whatever our umask is
    return descriptor


def _replace(parent: int, name: str, content: bytes, mode: int) -> None:
    partial = f"{_PARTIAL}{secrets.token_hex(8)}"
    try:
        descriptor = os.open(partial, NEW, 0o600, dir_fd=parent)
        with open(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fchmod(descriptor, (mode & 0o777) | 0o644)
            os.fsync(descriptor)
        os.rename(partial, name, src_dir_fd=parent, dst_dir_fd=parent)
    except OSError as error:
        with suppress(OSError):
            os.unlink(partial, dir_fd=parent)
        raise _refused(name, error) from error


def _refused(name: str, error: OSError) -> FileRefused:
    called = shown(name)[:200]
    if isinstance(error, FileNotFoundError):
        return NoSuchFile(f"« {called} » n'existe plus : relisez la liste des fichiers.")
    if error.errno in (errno.ELOOP, errno.ENOTDIR):
        return FileRefused(f"« {called} » est un lien ou n'est pas un dossier : il n'est pas ouvert. Supprimez-le.")
    return FileRefused(f"« {called} » ne peut pas être ouvert ({why(error)}) : prévenez votre enseignant.")


def _described(content: bytes) -> tuple[Kind, str]:
    kind: Kind = "binary"
    if len(content) <= TEXT_MAX and b"\0" not in content:
        with suppress(UnicodeDecodeError):
            content.decode("utf-8")
            kind = "text"
    return kind, hashlib.sha256(content).hexdigest()
