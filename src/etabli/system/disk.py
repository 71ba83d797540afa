"""What the disk refuses, said in French wherever it strikes: above all that it is full.

What is frozen is never at stake: run folders are moved into place whole, and the same command resumes.
"""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from etabli.exam.contract.errors import DiskFull, EtabliError, UsageProblem

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_SQLITE_FULL = "database or disk is full"
_SQLITE_MAYBE = "disk I/O error"
_NOTHING = 256 * 1024
"""Bytes free below which SQLite's « disk I/O error » means a full disk."""


def why(error: OSError) -> str:
    """Returns the system's reason in French, in a few words without a full stop."""
    said = {
        errno.EACCES: "accès interdit à ce compte",
        errno.EPERM: "accès interdit à ce compte",
        errno.EROFS: "disque en lecture seule",
        errno.ENOSPC: "disque plein",
        errno.EDQUOT: "quota de disque atteint",
        errno.ENOENT: "il n'existe pas",
        errno.EEXIST: "il existe déjà",
        errno.ENOTDIR: "une partie du chemin n'est pas un dossier",
        errno.EISDIR: "c'est un dossier",
        errno.ENOTEMPTY: "le dossier n'est pas vide",
        errno.ENAMETOOLONG: "nom trop long",
        errno.EIO: "le disque ne répond pas bien",
        errno.ELOOP: "c'est un lien, ou une boucle de liens",
        errno.EINVAL: "ce n'est pas un fichier ordinaire",
        errno.ENOLCK: "ce disque ne connaît pas les verrous",
    }
    return said.get(error.errno or 0) or error.strerror or str(error)


def is_full(error: BaseException, folder: Path | None = None) -> bool:
    """Tells whether an error, or what caused it, is a full disk or an exhausted quota.

    Args:
        error: Anything; SQLite's own words count too, where it says them.
        folder: Where it happened, for the words of SQLite that leave a doubt.
    """
    seen: list[BaseException] = []
    pending: list[BaseException | None] = [error]
    while pending:
        item = pending.pop()
        if item is None or item in seen:
            continue
        if isinstance(item, DiskFull) or (isinstance(item, OSError) and item.errno in _FULL):
            return True
        words = str(item) if isinstance(item, sqlite3.Error) else ""  # others may quote a learner's name of a file
        if _SQLITE_FULL in words or (_SQLITE_MAYBE in words and _nothing_left(folder)):
            return True
        seen.append(item)
        pending += [item.__cause__, item.__context__]
    return False


def _nothing_left(folder: Path | None) -> bool:
    try:
        return folder is not None and shutil.disk_usage(folder).free < _NOTHING
    except OSError:
        return False


def disk_full(folder: Path) -> DiskFull:
    """Returns the error that names the folder which could not be written."""
    return DiskFull(
        f"Le disque de « {folder} » est plein : libérez de la place, puis relancez la même commande ; "
        "ce qui était fini est gardé."
    )


def unwritable(path: Path, error: OSError, instead: str) -> EtabliError:
    """Returns the error for what cannot be written: the disk is full, or something else is chosen instead.

    Args:
        path: What was to be written, as the user named it.
        error: What the system said.
        instead: The next step in French, without a full stop: « choisissez … ».
    """
    if is_full(error):
        return disk_full(path)
    return UsageProblem(f"« {path} » ne peut pas être écrit ({why(error)}) : {instead}.")


@contextmanager
def writable(folder: Path, option: str) -> Iterator[None]:
    """Turns a refusal of the system within the block into a sentence.

    Args:
        folder: What is written.
        option: The one that names another folder, such as ``-o``.

    Raises:
        UsageProblem: The folder cannot be written.
        DiskFull: There is no room for it.
    """
    try:
        yield
    except OSError as error:
        raise unwritable(folder, error, f"choisissez un autre dossier avec « {option} »") from error


def close_to_others(path: Path) -> None:
    """Makes a file or a folder of results its user's alone; what is in a closed folder keeps ordinary modes.

    A folder that bears the group's bit (setgid, ``chmod g+s``) was shared on purpose: it, and what is made in it, stays
    open to that group. One that anybody may write in (sticky, as ``/tmp``) is not ours to close. Under ``sudo``, what
    is closed is given to the user who asked.
    """
    with suppress(PermissionError):  # somebody else's, who has to know
        mode = path.stat().st_mode
        if mode & stat.S_ISVTX:
            return
        shared = (mode if stat.S_ISDIR(mode) else path.parent.stat().st_mode) & stat.S_ISGID
        os.chmod(path, stat.S_IMODE(mode) & ~(0o007 if shared else 0o077))
        if os.geteuid() == 0 and os.environ.get("SUDO_UID", "").isdecimal():
            os.chown(path, int(os.environ["SUDO_UID"]), -1)


def write_new(path: Path, text: str) -> None:
    """Writes a file that is not there yet, for this account alone.

    Raises:
        OSError: It is there already, or cannot be written.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as stream:
        stream.write(text)


@contextmanager
def room_on_disk(folder: Path) -> Iterator[None]:
    """Turns a full disk within the block into one sentence that names the folder being written.

    Of two blocks, the outer one names its folder: the one that the user knows.

    Raises:
        DiskFull: There was no room left.
    """
    try:
        yield
    except Exception as error:
        if is_full(error, folder):
            raise disk_full(folder) from error
        raise
