"""Whose is it? The identity of a process, written so that its death can be seen later.

A bare pid is used again by another process; together with the boot and the start time it is not. The pid
namespace is there because two systems on one kernel (WSL, a container that holds the engine's socket) see
different processes: what cannot be seen from here is taken to be alive.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_PROC = Path("/proc")
_DEAD = frozenset("ZX")


@dataclass(frozen=True)
class Owner:
    """A process of one boot of one machine."""

    pid: int
    boot: str
    start: int
    namespace: int

    def __str__(self) -> str:
        return f"{self.pid}:{self.boot}:{self.start}:{self.namespace}"

    @classmethod
    def parse(cls, text: str) -> Owner | None:
        """Reads a label back, None when it is not one of ours."""
        parts = text.split(":")
        if len(parts) != 4 or not all(parts[i].isdecimal() for i in (0, 2, 3)):
            return None
        return cls(int(parts[0]), parts[1], int(parts[2]), int(parts[3]))

    def alive(self) -> bool:
        """Tells whether that process still runs, or could."""
        if self.boot != boot():
            return False
        if self.namespace != _namespace():
            return True
        return start_time(self.pid) == self.start


def boot() -> str:
    """Returns the identifier that the kernel drew when it started."""
    return (_PROC / "sys/kernel/random/boot_id").read_text("ascii").strip()


def start_time(pid: int) -> int | None:
    """Returns when a process started, in clock ticks since the boot; None when it has ended."""
    try:
        stat = (_PROC / str(pid) / "stat").read_text("utf-8", "replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The second field is the program's name, in parentheses, and may itself hold spaces and parentheses.
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in _DEAD else int(fields[19])


@cache
def _namespace() -> int:
    return os.stat(_PROC / "self/ns/pid").st_ino


def current() -> Owner:
    """Returns the identity of this very process."""
    start = start_time(os.getpid())
    assert start is not None, "a process that asks is alive"
    return Owner(os.getpid(), boot(), start, _namespace())
