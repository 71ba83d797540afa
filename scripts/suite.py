"""`make test`, once set-up is done: form and types, then the tests in three phases; where the minutes went, at the end.

Every phase runs whatever the others said. The folder of a test says its phase.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

KEPT = Path(".cache/suite")
PYTEST = [sys.executable, "-m", "pytest", "-m", "not long", "--durations=20", "-o", "junit_family=xunit1"]
SHARED = ["--dist", "loadfile", "--no-loadscope-reorder"]
"""Processes take one file after the other; the folders with the longest come first."""
PHASES = {
    "relecture": ["make", "--assume-old=setup", "lint"],
    "unité": [*PYTEST, "tests/labs", "tests/unit", "-n", "2", *SHARED],
    "conteneurs": [
        *PYTEST, "tests/security", "tests/acceptance", "tests/conformance", "tests/integration", "-n", "3", *SHARED
    ],
    # They take both cores by themselves, and nothing that looks at a clock goes beside them.
    "témoins": [*PYTEST, "tests/matrix"],
}  # fmt: skip
NO_ENGINE = {"DOCKER_HOST": "unix:///nowhere/docker.sock"}
"""A test of « unité » that needs a container says so at once: its place is in another folder."""
TOLD = {"failure": "failed", "error": "error", "skipped": "skipped"}


def run(phase: str) -> bool:
    """Runs a phase and tells whether all is well; the results of tests are kept."""
    words = PHASES[phase]
    kept = [f"--junit-xml={KEPT / phase}.xml"] if "pytest" in words else []
    return subprocess.call([*words, *kept], env=environment(phase)) == 0


def environment(phase: str) -> dict[str, str]:
    """Returns the environment of a phase."""
    return {**os.environ, **(NO_ENGINE if phase == "unité" else {})}


def outcomes(phase: str) -> list[tuple[str, str]]:
    """Returns each test of a phase and what became of it."""
    path = KEPT / f"{phase}.xml"
    cases = list(ElementTree.parse(path).iter("testcase")) if path.exists() else []
    what = [next((TOLD[said.tag] for said in case if said.tag in TOLD), "passed") for case in cases]
    return [(f"{case.get('file')}::{case.get('name')}", said) for case, said in zip(cases, what, strict=True)]


def minutes(seconds: float) -> str:
    """Returns a time as people read it."""
    return f"{int(seconds) // 60:3} min {int(seconds) % 60:02} s"


def main(begun: float) -> int:
    """Runs all phases and returns the exit code.

    Args:
        begun: When set-up began, in seconds since 1970.
    """
    shutil.rmtree(KEPT, ignore_errors=True)
    times, bad = {"préparation": time.time() - begun}, []
    for phase in PHASES:
        start = time.time()
        if not run(phase):
            bad.append(phase)
        times[phase] = time.time() - start
    found = [one for phase in PHASES for one in outcomes(phase)]
    print(*(f"{what.upper()} {name}" for name, what in found if what in ("failed", "error")), sep="\n")
    print("Où les minutes sont passées :")
    for phase, seconds in times.items():
        print(f"  {phase:12}{minutes(seconds)}{'   en échec' if phase in bad else ''}")
    total = sum(times.values())
    print(f"  {'en tout':12}{minutes(total)}")
    counts = Counter(what for _name, what in found)
    words = ", ".join(f"{counts[what]} {what}" for what in ("failed", "passed", "skipped", "error") if counts[what])
    print(f" {words or 'no tests ran'} in {total:.2f}s ".center(80, "="))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1])))
