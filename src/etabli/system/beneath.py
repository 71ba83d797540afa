"""Folders that somebody else may be changing meanwhile: entered from the top by descriptors, and no link is followed.

A learner's terminal, or who broke a room's portal, may put a link in the place of any file or folder of theirs between
two calls. Root would follow it. Only the place of the top folder is trusted here, never what is in it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_HANDLE = os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC
_DEEPEST = 96


class Found(NamedTuple):
    """Something below a folder."""

    path: str
    """From the top, with « / »."""
    name: str
    parent: int
    """The descriptor of the folder that it is in, open as long as the walk stands there."""
    facts: os.stat_result

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder."""
        return stat.S_ISDIR(self.facts.st_mode)

    @property
    def is_file(self) -> bool:
        """Whether it is an ordinary file, and no link to one."""
        return stat.S_ISREG(self.facts.st_mode)


@contextmanager
def entered(top: Path, parts: Sequence[str] = ()) -> Iterator[int]:
    """Gives the descriptor of a folder, or of one below it.

    Raises:
        OSError: It is not there, is no folder, or a link is on the way (``ELOOP``, ``ENOTDIR``).
    """
    descriptor = os.open(top, FOLDER)
    try:
        with inner(descriptor, parts) as folder:
            yield folder
    finally:
        os.close(descriptor)


@contextmanager
def inner(top: int, parts: Sequence[str]) -> Iterator[int]:
    """Gives the descriptor of a folder below another, which is known by its own.

    Raises:
        OSError: As :func:`entered`.
    """
    descriptor = os.dup(top)
    try:
        for part in parts:
            deeper = os.open(part, FOLDER, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = deeper
        yield descriptor
    finally:
        os.close(descriptor)


def walk(
    top: int, wanted: Callable[[str, os.stat_result], bool] = lambda path, facts: True, deepest: int = _DEEPEST
) -> Iterator[Found]:
    """Gives all that is below a folder in order, links as links; what is taken away meanwhile is left out.

    Args:
        top: Its descriptor.
        wanted: Tells of a path what is given; a folder that is not wanted is not entered either.
        deepest: Folders further down are left out.
    """
    yield from _below(top, "", wanted, deepest)


def _below(folder: int, inside: str, wanted: Callable[[str, os.stat_result], bool], deepest: int) -> Iterator[Found]:
    with suppress(OSError):  # taken away meanwhile
        for name in sorted(os.listdir(folder)):
            path = f"{inside}{name}"
            try:
                facts = os.stat(name, dir_fd=folder, follow_symlinks=False)
            except OSError:
                continue
            found = Found(path, name, folder, facts)
            if not wanted(path, facts) or (found.is_folder and not deepest):
                continue
            yield found
            if not found.is_folder:
                continue
            try:
                inner = os.open(name, FOLDER, dir_fd=folder)
            except OSError:
                continue
            try:
                yield from _below(inner, f"{path}/", wanted, deepest - 1)
            finally:
                os.close(inner)


def open_file(folder: int, name: str) -> int:
    """Opens an ordinary file of a folder to read it; returns the descriptor.

    Raises:
        OSError: It is not there, or is a link, a folder, a pipe, a device.
    """
    descriptor = os.open(name, FILE, dir_fd=folder)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(f"« {name} » is no ordinary file")
    return descriptor


def write_new(top: int, path: str, content: bytes) -> None:
    """Writes a file that is not there yet, and the folders above it, for whoever owns the folder that each is in.

    Raises:
        OSError: It is there already, or a link is on the way.
    """
    *folders, name = path.split("/")
    folder = os.dup(top)
    try:
        for part in folders:
            with suppress(FileExistsError):
                os.mkdir(part, dir_fd=folder)
            inner = os.open(part, FOLDER, dir_fd=folder)
            _give_as(inner, folder)
            os.close(folder)
            folder = inner
        descriptor = os.open(name, NEW, 0o644, dir_fd=folder)
        with open(descriptor, "wb") as stream:
            stream.write(content)
            _give_as(descriptor, folder)
    finally:
        os.close(folder)


def _give_as(descriptor: int, folder: int) -> None:
    """Gives what root has just made to who owns the folder that it is in."""
    if os.geteuid() == 0 and os.fstat(descriptor).st_uid == 0:
        owner = os.fstat(folder)
        os.fchown(descriptor, owner.st_uid, owner.st_gid)


def give(found: Found, uid: int, gid: int) -> None:
    """Gives what root has made to an account; not a file of several names, one of which may be elsewhere."""
    if found.facts.st_uid == 0 and (not found.is_file or found.facts.st_nlink == 1):
        with suppress(FileNotFoundError):
            os.chown(found.name, uid, gid, dir_fd=found.parent, follow_symlinks=False)


def let_read(folder: int) -> None:
    """Lets everybody read what is below a folder and its owner's: services run under another account."""
    owner = os.fstat(folder)
    if os.geteuid() not in (0, owner.st_uid):
        return
    os.fchmod(folder, stat.S_IMODE(owner.st_mode) | 0o055)
    for found in walk(folder):
        more = 0o055 if found.is_folder else 0o044
        mode = found.facts.st_mode
        if (found.is_folder or found.is_file) and mode & more != more and found.facts.st_uid == owner.st_uid:
            _add_rights(found, more)


def _add_rights(found: Found, more: int) -> None:
    """Adds rights by a handle, which needs none itself and cannot become another file."""
    try:
        handle = os.open(found.name, _HANDLE, dir_fd=found.parent)
    except OSError:
        return  # taken away meanwhile
    try:
        facts = os.fstat(handle)
        if (facts.st_ino, facts.st_uid) == (found.facts.st_ino, found.facts.st_uid):
            os.chmod(f"/proc/self/fd/{handle}", stat.S_IMODE(facts.st_mode) | more)
    finally:
        os.close(handle)
