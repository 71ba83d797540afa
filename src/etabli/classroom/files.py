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
import shutil
import stat
import tempfile
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Literal

from etabli.classroom.versions import Keeping, Versions
from etabli.exam.contract.errors import EtabliError, RejectedSubmission
from etabli.lab.manifest import SubmissionLimits
from etabli.reception.intake import VENDOR, VENDOR_TIMES, limited
from etabli.reception.sources import UNREADABLE, Item, checked_path, is_junk, items_of, shown
from etabli.system.disk import why

ABSENT = "*"
"""What a writer expects who thinks that the file is not there yet."""
TEXT_MAX = 1_000_000
"""Bytes above which a file is not opened in the editor."""
_PARTIAL = ".~lock.etabli-"
"""How a file is called until it is whole: intake knows it as litter, should we die meanwhile."""
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_DEEPEST = 24
_WINDOWS = '<>:"|?*\\'
_CHUNK = 1 << 20
_REMEMBERED = 50_000

Kind = Literal["text", "binary", "other"]


class FileRefused(EtabliError):
    """Ce fichier ne peut pas être écrit : choisissez un autre nom."""


class NoSuchFile(FileRefused):
    """Ce fichier n'existe plus : relisez la liste des fichiers."""


class NameTaken(FileRefused):
    """Ce nom est déjà pris : choisissez un autre nom."""


class TooMuch(FileRefused):
    """Le rendu est trop lourd : retirez ce qui n'est pas demandé."""


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
        self._limits = limits
        self.versions = versions

    @property
    def size_max(self) -> int:
        """Bytes that all files may weigh together."""
        return self._limits.size_mb * 1_000_000

    def listing(self) -> Listing:
        """Returns all files, with their digests, and all folders."""
        files: list[Entry] = []
        folders: list[str] = []
        most = self._limits.files * (1 + VENDOR_TIMES) + 1000
        whole = True
        for path, parent, facts in self._walk():
            if len(files) + len(folders) >= most:
                whole = False
                break
            if stat.S_ISDIR(facts.st_mode):
                folders.append(path)
            else:
                files.append(self._entry(path, parent, facts))
        return Listing(tuple(sorted(files, key=lambda entry: entry.path)), tuple(sorted(folders)), whole)

    def read(self, name: str) -> bytes:
        """Returns a file's content.

        Raises:
            NoSuchFile: There is none of that name.
            FileRefused: It is a link, a folder, a device, or too heavy.
        """
        *folders, last = _parts(name)
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
        *folders, last = _parts(name)
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
        *from_folders, from_name = _parts(old)
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
        with self.versions.writing() as keeping:
            return self._put_all(keeping, [(_inside(folder, name), stream.read) for name, stream in uploads])

    def unpack(self, folder: str, name: str, archive: IO[bytes]) -> Unpacked:
        """Writes what a zip holds into a folder, under the limits of a hand-in.

        When all is in one folder of the zip, and that folder's files are those of the work, the folder is left out:
        Windows packs a folder with its own name.

        Raises:
            FileRefused: The zip cannot be read, holds a link or a path that leaves it, or too much.
        """
        with self.versions.writing() as keeping, ExitStack() as stack:
            copy = stack.enter_context(tempfile.NamedTemporaryFile(dir=self.versions.folder, suffix=".zip"))
            shutil.copyfileobj(archive, copy, _CHUNK)
            copy.flush()
            try:
                items = list(limited(stack.enter_context(items_of(Path(copy.name), shown(name))), self._limits))
                placed = self._without_wrapping(folder, items)
                named = [(_inside(folder, path.as_posix()), _reader(item, name)) for path, item in placed]
                return self._put_all(keeping, named)
            except RejectedSubmission as refused:
                raise FileRefused(str(refused)) from refused

    def pack(self, target: IO[bytes]) -> None:
        """Writes a zip of all files that are part of the work.

        Raises:
            TooMuch: They are over the limits of a hand-in.
        """
        weight = _Weight()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for path, parent, facts in self._walk():
                if not stat.S_ISREG(facts.st_mode) or _unreadable(path):
                    continue
                try:
                    content = self._content(parent, path.rpartition("/")[2], path)
                except NoSuchFile:
                    continue  # gone meanwhile
                self._fits(weight, path, len(content))
                modified = max(datetime.fromtimestamp(facts.st_mtime), datetime(1980, 1, 1))
                member = zipfile.ZipInfo(path, modified.timetuple()[:6])
                member.external_attr = (stat.S_IFREG | 0o644) << 16
                archive.writestr(member, content, zipfile.ZIP_DEFLATED)

    def _write(
        self, keeping: Keeping, name: str, content: bytes, expected: str | None, weight: _Weight
    ) -> tuple[str, bool]:
        path = PurePosixPath(name) if self._is_there(name) else path_of(name)
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
            *folders, last = _parts(name)
            with self._folder(folders) as parent:
                self._facts(parent, last, name)
        except FileRefused:
            return False
        return True

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

    def _without_wrapping(self, folder: str, items: Sequence[Item]) -> list[tuple[PurePosixPath, Item]]:
        placed = [(item.path, item) for item in items]
        if len({path.parts[0] for path, _item in placed}) != 1 or any(len(path.parts) < 2 for path, _item in placed):
            return placed
        inner = [(PurePosixPath(*path.parts[1:]), item) for path, item in placed]
        there = {entry.path for entry in self.listing().files}
        ours = any(_inside(folder, path.as_posix()) in there for path, _item in inner)
        return inner if ours else placed

    def _weight(self) -> _Weight:
        weight = _Weight()
        for path, _parent, facts in self._walk():
            if stat.S_ISREG(facts.st_mode):
                weight.size += facts.st_size
                if VENDOR in PurePosixPath(path).parts[:-1]:
                    weight.foreign += 1
                else:
                    weight.own += 1
            if weight.own + weight.foreign > self._limits.files * (2 + VENDOR_TIMES):
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
                f"Tous les fichiers pèseraient plus de {self._limits.size_mb} Mo : retirez ce qui n'est pas demandé."
            )
        if new and (weight.own > self._limits.files or weight.foreign > self._limits.files * VENDOR_TIMES):
            raise TooMuch(f"Il y aurait plus de {self._limits.files} fichiers : retirez ce qui n'est pas demandé.")

    def _walk(self) -> Iterator[tuple[str, int, os.stat_result]]:
        """Gives everything below, each with the descriptor of its folder; links are told and never followed."""
        with self._folder(()) as root:
            yield from self._below(root, "", 0)

    def _below(self, folder: int, inside: str, depth: int) -> Iterator[tuple[str, int, os.stat_result]]:
        with suppress(OSError):  # taken away meanwhile
            for name in sorted(os.listdir(folder)):
                path = f"{inside}{name}"
                if is_junk(PurePosixPath(name)):
                    continue
                try:
                    facts = os.stat(name, dir_fd=folder, follow_symlinks=False)
                except OSError:
                    continue
                if not stat.S_ISDIR(facts.st_mode):
                    yield path, folder, facts
                elif depth < _DEEPEST and not _unreadable(path):
                    yield path, folder, facts
                    try:
                        inner = os.open(name, _FOLDER, dir_fd=folder)
                    except OSError:
                        continue
                    try:
                        yield from self._below(inner, f"{path}/", depth + 1)
                    finally:
                        os.close(inner)

    def _entry(self, path: str, parent: int, facts: os.stat_result) -> Entry:
        modified = datetime.fromtimestamp(facts.st_mtime, UTC)
        kind: Kind = "other"
        sha256 = None
        if stat.S_ISREG(facts.st_mode) and not _unreadable(path):
            key = (facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns)
            if (known := _known.get(key)) is None and facts.st_size <= self.size_max:
                with suppress(FileRefused):
                    known = _described(self._content(parent, path.rpartition("/")[2], path))
                    if len(_known) >= _REMEMBERED:
                        _known.clear()
                    _known[key] = known
            kind, sha256 = known or ("binary", None)
        return Entry(shown(path) if _unreadable(path) else path, facts.st_size, modified, kind, sha256)

    @contextmanager
    def _folder(self, parts: Sequence[str], *, make: bool = False) -> Iterator[int]:
        """Opens a folder from the top, one after the other, without following a link."""
        try:
            descriptor = os.open(self._root, _FOLDER)
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
            descriptor = os.open(last, _FILE, dir_fd=parent)
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
            raise TooMuch(f"« {shown(name)} » pèse plus de {self._limits.size_mb} Mo : supprimez-le ou réduisez-le.")
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
        if depth > 4 * _DEEPEST:
            raise FileRefused(f"« {shown(name)[:80]} » est trop profond : supprimez-le depuis le terminal.")
        try:
            descriptor = os.open(last, _FOLDER, dir_fd=parent)
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


def path_of(name: str) -> PurePosixPath:
    """Returns the path that a new name means.

    Raises:
        FileRefused: Nothing may be called so: it leaves the folder, Windows refuses it, or intake would leave it out.
    """
    called = shown(name)[:80]
    if any(unicodedata.category(sign) in ("Cc", "Cf") for sign in name):
        raise FileRefused(f"Le nom « {called} » contient un signe invisible : choisissez un nom tapé au clavier.")
    for part in name.split("/"):
        if bad := next((sign for sign in part if sign in _WINDOWS), None):
            raise FileRefused(f"Le nom « {called} » contient « {bad} », que Windows refuse : choisissez un autre nom.")
        if not part or part != part.strip() or part.endswith("."):
            raise FileRefused(
                f"Le nom « {called} » ne convient pas : ni vide, ni espace au bord, ni point à la fin. "
                "Choisissez un autre nom."
            )
    try:
        path = checked_path(name)
    except RejectedSubmission as refused:
        raise FileRefused(f"Le nom « {called} » ne convient pas : choisissez un nom plus simple.") from refused
    if is_junk(path):
        raise FileRefused(f"« {called} » est un nom d'outil, qui n'est jamais remis : choisissez un autre nom.")
    if len(path.parts) > _DEEPEST - 1:
        raise FileRefused(f"« {called} » est dans trop de dossiers : mettez-le plus haut.")
    return path


def _parts(name: str) -> list[str]:
    """Returns the parts of the path of something that is there, letter by letter as the system has it."""
    parts = name.split("/")
    odd = any(part in ("", ".", "..") for part in parts) or "\0" in name or _unreadable(name)
    if odd or len(parts) > 4 * _DEEPEST:
        raise NoSuchFile(f"« {shown(name)[:80]} » n'existe pas : relisez la liste des fichiers.")
    return parts


def _inside(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _reader(item: Item, archive: str) -> Callable[[int], bytes]:
    def read(most: int) -> bytes:
        try:
            with item.open() as stream:
                return stream.read(most)
        except UNREADABLE as error:
            raise FileRefused(f"« {shown(archive)} » est abîmé : refaites ce zip, puis renvoyez-le.") from error

    return read


def _inner_folder(parent: int, name: str, make: bool) -> int:
    try:
        return os.open(name, _FOLDER, dir_fd=parent)
    except FileNotFoundError:
        if not make:
            raise
    with suppress(FileExistsError):
        os.mkdir(name, 0o755, dir_fd=parent)
    descriptor = os.open(name, _FOLDER, dir_fd=parent)
    os.fchmod(descriptor, 0o755)  # the services read it under another account, whatever our umask is
    return descriptor


def _replace(parent: int, name: str, content: bytes, mode: int) -> None:
    partial = f"{_PARTIAL}{secrets.token_hex(8)}"
    try:
        descriptor = os.open(partial, _NEW, 0o600, dir_fd=parent)
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


def _unreadable(path: str) -> bool:
    """Tells a name that is no text, which no page can send back."""
    return any("\ud800" <= char <= "\udfff" for char in path)


def _described(content: bytes) -> tuple[Kind, str]:
    kind: Kind = "binary"
    if len(content) <= TEXT_MAX and b"\0" not in content:
        with suppress(UnicodeDecodeError):
            content.decode("utf-8")
            kind = "text"
    return kind, hashlib.sha256(content).hexdigest()
