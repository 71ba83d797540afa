"""Intake: from a folder or zip of unknown origin to a fresh tree of regular files.

Files are hashed, measured and copied by the standard library under limits; none is parsed or rendered.
Ordinary clumsiness (a wrapping folder, ``__MACOSX``, ``Thumbs.db``, lock files, ``.git``) is accepted;
links, devices, paths that leave the tree and bombs are refused with one sentence.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol

from etabli.errors import RejectedSubmission
from etabli.i18n import _
from etabli.lab import Lab, SubmissionLimits
from etabli.submission import RECEIPT, Submission

_JUNK_NAMES = frozenset({"__MACOSX", "Thumbs.db", ".DS_Store", "desktop.ini", ".git", ".svn", "node_modules"})
_JUNK_NAMES |= {"__pycache__", ".venv", "venv", ".idea", ".vscode", ".etabli"}
_JUNK_PREFIXES = ("~$", ".~lock.", "._")
_MAX_DEPTH = 24
_CHUNK = 1 << 20


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
    """Returns the path a name means inside the tree.

    Raises:
        RejectedSubmission: The name is absolute, climbs out of the tree, or holds a control character.
    """
    path = PurePosixPath(name.replace("\\", "/"))
    drive = len(name) > 1 and name[1] == ":"
    if path.is_absolute() or drive or ".." in path.parts or any(ord(char) < 32 for char in name):
        raise RejectedSubmission(
            _("Le rendu contient le chemin dangereux « {path} » : il n'a pas été examiné.").format(path=_shown(name))
        )
    if len(path.parts) > _MAX_DEPTH or any(len(os.fsencode(part)) > 255 for part in path.parts):
        raise RejectedSubmission(
            _("Le rendu contient un chemin trop long (« {path} ») : raccourcissez-le.").format(path=_shown(name)[:80])
        )
    return path


def _shown(name: str) -> str:
    return "".join(char if char.isprintable() else "�" for char in name)


class FolderSource:
    """The files under a folder, opened without following links."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def items(self) -> Iterator[Item]:
        """Yields the regular files of the folder."""
        yield from self._walk(self._folder, PurePosixPath())

    def _walk(self, folder: Path, inside: PurePosixPath) -> Iterator[Item]:
        with os.scandir(folder) as entries:
            for entry in sorted(entries, key=lambda item: item.name):
                path = checked_path((inside / entry.name).as_posix())
                if is_junk(path):
                    continue
                mode = entry.stat(follow_symlinks=False).st_mode
                if stat.S_ISDIR(mode):
                    yield from self._walk(Path(entry.path), path)
                elif stat.S_ISREG(mode):
                    yield Item(path, entry.stat(follow_symlinks=False).st_size, self)
                else:
                    raise RejectedSubmission(_link_sentence(path, stat.S_ISLNK(mode)))

    def open(self, item: Item) -> BinaryIO:
        """Opens a file; a link put there meanwhile is refused by the system."""
        descriptor = os.open(self._folder / item.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise RejectedSubmission(_link_sentence(item.path, False))
        return os.fdopen(descriptor, "rb")

    def close(self) -> None:
        """Nothing is held open."""


def _link_sentence(path: PurePosixPath, link: bool) -> str:
    kind = _("un lien") if link else _("un fichier spécial")
    return _(
        "Le rendu contient {kind} (« {path} ») : il n'a pas été examiné. Remplacez-le par le fichier lui-même."
    ).format(kind=kind, path=_shown(path.as_posix()))


class ZipSource:
    """The files of a zip archive, read by the standard library.

    Raises:
        RejectedSubmission: It is not a zip, it is encrypted, or it is damaged.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise RejectedSubmission(
                _("« {name} » n'est pas une archive .zip lisible : demandez un nouveau dépôt.").format(name=path.name)
            ) from error
        self._members: dict[PurePosixPath, zipfile.ZipInfo] = {}

    def items(self) -> Iterator[Item]:
        """Yields the regular files of the archive."""
        for info in self._zip.infolist():
            path = checked_path(info.filename)
            if info.is_dir() or is_junk(path):
                continue
            mode = info.external_attr >> 16
            if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
                raise RejectedSubmission(_link_sentence(path, stat.S_ISLNK(mode)))
            if info.flag_bits & 0x1:
                raise RejectedSubmission(_("L'archive est protégée par un mot de passe : refaites-la sans."))
            if path in self._members:
                raise RejectedSubmission(
                    _("L'archive contient deux fois « {path} » : refaites-la.").format(path=_shown(path.as_posix()))
                )
            self._members[path] = info
            yield Item(path, info.file_size, self)

    def open(self, item: Item) -> BinaryIO:
        """Opens a member for reading."""
        return self._zip.open(self._members[item.path])  # type: ignore[return-value]

    def close(self) -> None:
        """Closes the archive."""
        self._zip.close()


def open_source(path: Path) -> Source:
    """Opens a deposit, folder or zip."""
    return FolderSource(path) if path.is_dir() and not path.is_symlink() else ZipSource(path)


def without_wrapping(items: list[Item], lab: Lab) -> dict[PurePosixPath, Item]:
    """Drops the single top folder(s) that wrap a submission; keeps everything else as it is."""
    placed = {item.path: item for item in items}
    for _level in range(3):
        names = [path.as_posix() for path in placed]
        tops = {path.parts[0] for path in placed}
        alone = len(tops) == 1 and all(len(path.parts) > 1 for path in placed)
        if not alone or lab.entry(names) or RECEIPT in names:
            break
        placed = {PurePosixPath(*path.parts[1:]): item for path, item in placed.items()}
    return placed


def take_in(path: Path, lab: Lab, target: Path) -> Submission:
    """Builds the fresh tree of a deposit.

    Args:
        path: A folder or a zip.
        lab: Tells the entry files (to see through a wrapping folder) and the limits.
        target: A folder that does not exist yet.

    Raises:
        RejectedSubmission: Unreadable, unsafe, or over the limits.
    """
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    try:
        with ExitStack() as stack:
            source = stack.enter_context(closing(open_source(path)))
            placed = without_wrapping(list(_limited(source, lab.manifest.submission)), lab)
            return _copy(placed, target, lab.manifest.submission)
    except (OSError, zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError) as error:
        raise RejectedSubmission(
            _("« {name} » est illisible ({error}) : demandez un nouveau dépôt.").format(name=path.name, error=error)
        ) from error


def _limited(source: Source, limits: SubmissionLimits) -> Iterator[Item]:
    size = 0
    for count, item in enumerate(source.items(), start=1):
        size += item.size
        _within(limits, count, size)
        yield item


def _within(limits: SubmissionLimits, count: int, size: int) -> None:
    if count > limits.files:
        raise RejectedSubmission(
            _("Le rendu contient plus de {n} fichiers : retirez ce qui n'est pas demandé.").format(n=limits.files)
        )
    if size > limits.size_mb * 1_000_000:
        raise RejectedSubmission(
            _("Le rendu pèse plus de {n} Mo une fois ouvert : retirez ce qui n'est pas demandé.").format(
                n=limits.size_mb
            )
        )


def _copy(placed: dict[PurePosixPath, Item], target: Path, limits: SubmissionLimits) -> Submission:
    digest = hashlib.sha256()
    total = 0
    for path, item in sorted(placed.items()):
        destination = target / path
        destination.parent.mkdir(parents=True, exist_ok=True)
        file_digest = hashlib.sha256()
        with item.open() as stream, open(destination, "xb") as copy:
            while chunk := stream.read(_CHUNK):
                total += len(chunk)
                _within(limits, 0, total)
                file_digest.update(chunk)
                copy.write(chunk)
        destination.chmod(0o644)
        digest.update(os.fsencode(path.as_posix()) + b"\0" + file_digest.digest())
    for folder in [target, *(item for item in target.rglob("*") if item.is_dir())]:
        folder.chmod(0o755)
    return Submission(target, tuple(path.as_posix() for path in sorted(placed)), digest.hexdigest())
