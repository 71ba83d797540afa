"""What a machine holds and computes while a room is measured."""

from __future__ import annotations

import re
import subprocess
import threading
from pathlib import Path


class Weigher:
    """Looks every two seconds at what all containers of this machine hold, and at what the machine computes."""

    def __init__(self) -> None:
        self.peak_mb = self.cpu_s = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Weigher:
        self._began = _cpu_s()
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()
        self.cpu_s = _cpu_s() - self._began

    def _look(self) -> None:
        while not self._over.wait(2):
            words = ["docker", "stats", "--no-stream", "--format", "{{.MemUsage}}"]
            told = subprocess.run(words, capture_output=True, text=True).stdout
            self.peak_mb = max(self.peak_mb, sum(_mb(line) for line in told.splitlines()))


def _mb(line: str) -> float:
    found = re.match(r"([\d.]+)([KMG]?i?B)", line.strip())
    units = {"B": 1e-6, "KiB": 1.024e-3, "MiB": 1.048576, "GiB": 1073.741824}
    return float(found[1]) * units.get(found[2], 1.0) if found else 0.0


def _cpu_s() -> float:
    """Returns what the whole machine has computed: user, nice and system, in seconds."""
    fields = Path("/proc/stat").read_text("ascii").splitlines()[0].split()[1:]
    return sum(int(fields[place]) for place in (0, 1, 2, 5, 6)) / 100
