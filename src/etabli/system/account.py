"""Root that touches another account's files with that account's rights: a link left there leads no further than it.

For programs that open files by name (SQLite and its journals); where we open them, :mod:`etabli.system.beneath` does.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager

_libc = ctypes.CDLL(None)


@contextmanager
def acting_as(uid: int, gid: int) -> Iterator[None]:
    """Gives this thread, when it is root's, the rights of another account on files, for the time of the block."""
    if os.geteuid() != 0 or uid == 0:
        yield
        return
    _libc.setfsgid(gid)
    _libc.setfsuid(uid)
    try:
        yield
    finally:
        _libc.setfsuid(0)
        _libc.setfsgid(os.getegid())
