"""What containers cost this machine, read in their control groups: nothing that runs meanwhile is counted with them.

The containers of one role are put below one control group of ours, which counts those that have gone too. The kernel's
documents say what is read: ``cpu.stat`` and ``memory.peak`` (version 2), ``cpuacct.usage`` and
``memory.max_usage_in_bytes`` (version 1). What a container's own processes cost is read in ``/proc`` a few times a
second: one that was short may be missed, and is then in what is left of the container.
"""

from __future__ import annotations

import os
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

from etabli.exam.contract.errors import SandboxUnavailable
from etabli.sandbox.share import used_s

_ROOT: Final = Path("/sys/fs/cgroup")
_EVERY: Final = 0.05
"""Seconds between two looks at the processes."""
_REAPED_S: Final = 10.0
"""What a loaded kernel may take until a container's own control group, below ours, is empty and goes."""
_TICK: Final = 1 / os.sysconf("SC_CLK_TCK")
_NO_GROUP = "Les groupes de contrôle de cette machine ne se lisent pas ({path}) : mesurez sur un Linux, comme root."


class Meter:
    """The processor and memory of containers, by role; a context manager.

    Args:
        token: Names the control groups.
        driver: Of the engine: ``cgroupfs`` or ``systemd``.
        version: Of the control groups: ``1`` or ``2``.
        programs: Beginnings of the names of processes that are told apart within ``watched`` → what they are called.
        watched: The role whose processes are looked at.
    """

    def __init__(
        self, token: str, *, driver: str, version: str, programs: Mapping[str, str], watched: str = "examiner"
    ) -> None:
        self._token, self._driver, self._old = token, driver, version == "1"
        self._programs, self._watched = programs, watched
        self._roles: set[str] = set()
        self._seen: dict[tuple[int, str], tuple[str, float]] = {}
        self.own_s = 0.0
        """Seconds of the processor that looking takes."""
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, name="meter", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        self._thread.join()
        left = [
            root / self._path(role) for role in self._roles for root in (_ROOT.iterdir() if self._old else (_ROOT,))
        ]
        ends = time.monotonic() + _REAPED_S
        while (left := [group for group in left if not _gone(group)]) and time.monotonic() < ends:
            time.sleep(_EVERY)

    def parent(self, role: str) -> str:
        """Returns the control group below which containers of this role are made."""
        self._roles.add(role)
        return f"etabli-{self._token}-{role}.slice" if self._driver == "systemd" else f"/etabli-{self._token}-{role}"

    def cpu_s(self) -> dict[str, float]:
        """Returns the seconds of the processor that each role has taken so far.

        Raises:
            SandboxUnavailable: They cannot be read here.
        """
        return {role: self._cpu_s(role) for role in sorted(self._roles)}

    def peak_mb(self) -> dict[str, float]:
        """Returns the most memory that the containers of each role held together so far, in MB."""
        name = "memory.max_usage_in_bytes" if self._old else "memory.peak"
        found = {role: self._folder(role, "memory") / name for role in sorted(self._roles)}
        return {role: int(path.read_text()) / 1_000_000 for role, path in found.items() if path.is_file()}

    def programs_s(self) -> dict[str, float]:
        """Returns the seconds of the processor that each program of the watched role has taken so far."""
        found: dict[str, float] = defaultdict(float)
        for name, seconds in list(self._seen.values()):
            found[name] += seconds
        return dict(found)

    # -- inside

    def _cpu_s(self, role: str) -> float:
        folder = self._folder(role, "cpuacct")
        if not folder.is_dir():
            return 0.0
        try:
            return used_s(folder, old=self._old)
        except (OSError, KeyError, ValueError) as error:
            raise SandboxUnavailable(_NO_GROUP.format(path=folder)) from error

    def _folder(self, role: str, controller: str) -> Path:
        return (_ROOT / controller if self._old else _ROOT) / self._path(role)

    def _path(self, role: str) -> str:
        """A slice ``a-b-c`` is below ``a-b``, below ``a``: systemd.slice(5)."""
        parent = self.parent(role).lstrip("/")
        if self._driver != "systemd":
            return parent
        parts = parent.removesuffix(".slice").split("-")
        return "/".join(f"{'-'.join(parts[:end])}.slice" for end in range(1, len(parts) + 1))

    def _look(self) -> None:
        while not self._ended.wait(_EVERY):
            for pid in self._pids():
                with suppress(OSError, ValueError, IndexError):
                    name, _sep, rest = Path(f"/proc/{pid}/stat").read_text().partition("(")[2].rpartition(") ")
                    told = rest.split()
                    seconds = (int(told[11]) + int(told[12])) * _TICK  # utime, stime: proc(5)
                    called = next((word for start, word in self._programs.items() if name.startswith(start)), "autre")
                    self._seen[pid, told[19]] = (called, seconds)  # starttime: numbers of processes come again
            self.own_s = time.thread_time()

    def _pids(self) -> Iterator[int]:
        if self._watched in self._roles:
            for path in self._folder(self._watched, "cpuacct").glob("**/cgroup.procs"):
                with suppress(OSError):
                    yield from map(int, path.read_text().split())


def _gone(group: Path) -> bool:
    with suppress(OSError):
        group.rmdir()
    return not group.exists()
