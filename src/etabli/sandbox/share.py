"""What containers had of the processor, and how long they stood in line for it: was it a busy machine?

The kernel's documents say what is read: ``cpu.pressure`` and ``cpu.stat`` (control groups of version 2),
``cpuacct.usage`` (version 1). Where there is no pressure, the thread that stood in line longest tells, by the second
field of its ``schedstat``: a thread that has ended by then is missed.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple, Self

ROOT: Final = Path("/sys/fs/cgroup")
_WHOLE = 0
_LEAST_S = 1.0
_PART = 0.25
"""Of the time that went by: who stood in line for less was late for another reason."""
_FAIR = 3.0
"""Times what it had: who fills its own container with work stands in line as long as it runs, and no longer."""


class Share(NamedTuple):
    """What a container had so far."""

    had_s: float
    """Seconds of the processor."""
    waited_s: Mapping[int, float]
    """Seconds in line, by thread; of the container as a whole, where the kernel counts them."""


@dataclass(frozen=True)
class Shares:
    """The shares of some containers, at one moment."""

    of: Mapping[str, Share] = field(default_factory=dict)
    """By container; those that cannot be read are missing."""
    at: float = field(default_factory=time.monotonic)

    def starved(self, now: Self) -> bool:
        """Whether others had the processors that one of these containers, or a newer one, stood in line for since."""
        return any(self._starved(name, share, now.at - self.at) for name, share in now.of.items())

    def _starved(self, name: str, share: Share, went_by_s: float) -> bool:
        before = self.of.get(name, Share(0.0, {}))
        waited_s = max((total - before.waited_s.get(task, 0.0) for task, total in share.waited_s.items()), default=0.0)
        return waited_s > max(_LEAST_S, _PART * went_by_s, _FAIR * (share.had_s - before.had_s))


class Group:
    """The control group of a container that runs.

    Args:
        pid: The container's first process, as this machine numbers it.

    Raises:
        OSError: It does not run, or this machine does not tell.
    """

    def __init__(self, pid: int) -> None:
        lines = Path(f"/proc/{pid}/cgroup").read_text().splitlines()
        paths = {names: path.lstrip("/") for _number, names, path in (line.split(":", 2) for line in lines)}
        old = next((path for names, path in paths.items() if "cpuacct" in names.split(",")), None)
        self._old = old is not None
        self._folder = ROOT / paths.get("", "") if old is None else ROOT / "cpuacct" / old

    def share(self) -> Share | None:
        """Reads what it had so far; None when nothing can be read."""
        try:
            return Share(used_s(self._folder, old=self._old), self._pressure() or dict(self._threads()))
        except (OSError, KeyError, ValueError):
            return None

    def _pressure(self) -> dict[int, float]:
        with suppress(OSError):
            said = re.search(r"^some .*total=(\d+)", (self._folder / "cpu.pressure").read_text(), re.MULTILINE)
            return {_WHOLE: int(said[1]) / 1e6} if said else {}
        return {}

    def _threads(self) -> Iterator[tuple[int, float]]:
        for pid in (self._folder / "cgroup.procs").read_text().split():
            for path in Path(f"/proc/{pid}/task").glob("*/schedstat"):
                with suppress(OSError, IndexError):
                    yield int(path.parent.name), int(path.read_text().split()[1]) / 1e9


def used_s(folder: Path, *, old: bool) -> float:
    """Returns the seconds of the processor that a control group has taken so far.

    Args:
        folder: Of the group; of its controller ``cpuacct`` in version 1.
        old: It is of version 1.
    """
    if old:
        return int((folder / "cpuacct.usage").read_text()) / 1e9
    told = dict(line.split() for line in (folder / "cpu.stat").read_text().splitlines())
    return int(told["usage_usec"]) / 1e6
