"""Digests: one SHA-256 for many files, and which files of a folder count."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from io import BufferedReader
from pathlib import Path

MADE = frozenset({"__pycache__"})
"""Folders that Python writes: never part of what was written by a person."""


def files_below(root: Path, *, without: Collection[str] = ()) -> Iterator[tuple[str, Path]]:
    """Gives the files of a folder, sorted: the path from it with forward slashes, and where the file is.

    Args:
        root: The folder; one that does not exist has no file.
        without: Names of files and folders to leave out, at any depth, beside those that Python writes.
    """
    yield from list(_below(root, "", MADE.union(without)))


def _below(folder: Path, inside: str, left_out: frozenset[str]) -> Iterator[tuple[str, Path]]:
    with suppress(FileNotFoundError, NotADirectoryError, PermissionError), os.scandir(folder) as found:
        for entry in sorted(found, key=lambda entry: entry.name):
            if entry.name in left_out:
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _below(folder / entry.name, f"{inside}{entry.name}/", left_out)
            elif entry.is_file():
                yield f"{inside}{entry.name}", folder / entry.name


def sha256_of_file(path: Path) -> str:
    """Returns the SHA-256 of a regular file's content, in hexadecimal.

    Raises:
        OSError: It is none (a link, a pipe, a device), or cannot be read.
    """
    with open_regular(path) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def open_regular(path: Path) -> BufferedReader:
    """Opens a regular file to read: what is a link, a pipe or a device is neither followed nor waited for.

    Raises:
        OSError: It is none, or cannot be read.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    return open(descriptor, "rb")


def sha256_of(files: Iterable[tuple[str, Path]], first: bytes = b"") -> str:
    """Returns the SHA-256, in hexadecimal, of names and contents in the order given.

    Args:
        files: Name and file.
        first: Bytes that count before them.
    """
    total = hashlib.sha256(first)
    for name, path in files:
        content = path.read_bytes()
        total.update(b"\0%s\0%d\0" % (name.encode("utf-8", "surrogateescape"), len(content)))
        total.update(content)
    return total.hexdigest()
