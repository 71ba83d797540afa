"""Files and folders that are held while their process lives, so that whoever comes next knows what a dead one left.

Each is held by a lock (``flock``), which the kernel lets go of when the process ends, however it ends: no number of a
process has to be believed, nor a date. Where locks do not work, nothing is ever taken for abandoned.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from etabli.system.disk import unwritable

_OURS = ".etabli-"
_PART = ".part"
_LOCK = ".verrou"


@contextmanager
def unfinished(folder: Path) -> Iterator[tuple[int, Path]]:
    """Gives a new file, open for writing, to be moved into its place; what is still there at the end is removed.

    What killed processes left unfinished in the same folder is removed first.
    """
    remove_unfinished(folder)
    with _held(folder, _PART) as (descriptor, path):
        yield descriptor, path


def remove_unfinished(folder: Path) -> None:
    """Removes the files that killed processes did not finish in a folder."""
    for path in _abandoned(folder, _PART):
        path.unlink(missing_ok=True)


@contextmanager
def folder_within(root: Path) -> Iterator[Path]:
    """Gives a new empty folder below a root, for this account alone, and takes it away at the end.

    What killed processes left below the same root is removed first.
    """
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    remove_abandoned(root)
    with _held(root, _LOCK) as (_descriptor, lock):
        folder = lock.with_suffix("")
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def remove_abandoned(root: Path) -> None:
    """Removes the folders that killed processes left below a root."""
    for lock in _abandoned(root, _LOCK):
        shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
        lock.unlink(missing_ok=True)


@contextmanager
def alone_in(folder: Path, otherwise: str) -> Iterator[None]:
    """Holds a folder, which is made if need be: of two that read and then write there, the second waits for the first.

    Raises:
        UsageProblem: It cannot be made there; ``otherwise`` says what to do.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        raise unwritable(folder, error, otherwise) from error
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX)
        except OSError as error:  # a share whose locks do not work
            raise unwritable(folder, error, otherwise) from error
        yield
    finally:
        os.close(held)


@contextmanager
def _held(folder: Path, suffix: str) -> Iterator[tuple[int, Path]]:
    """Makes a file that is this process's own until the end of the block."""
    while True:
        descriptor, name = tempfile.mkstemp(dir=folder, prefix=_OURS, suffix=suffix)
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.fstat(descriptor).st_nlink:
            break
        os.close(descriptor)  # somebody took it for abandoned before it was locked
    try:
        yield descriptor, Path(name)
    finally:
        Path(name).unlink(missing_ok=True)
        os.close(descriptor)


def _abandoned(folder: Path, suffix: str) -> Iterator[Path]:
    """Yields the files that nobody holds any more, each held meanwhile so that nobody else removes it too."""
    for path in folder.glob(f"{_OURS}*{suffix}"):
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield path
        except OSError:
            continue
        finally:
            os.close(descriptor)
