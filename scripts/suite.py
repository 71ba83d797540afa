"""`make test`, once set-up is done: form and types, and the tests in three phases; where the minutes went, at the end.

Every phase runs whatever the others said. The folder of a test says its phase.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

KEPT = Path(".cache/suite")
PYTEST = [sys.executable, "-m", "pytest", "-m", "not long", "--durations=20", "-o", "junit_family=xunit1"]
SHARED = ["--dist", "loadfile", "--no-loadscope-reorder"]
"""Processes take one file after the other; the folders with the longest come first."""
PLAIN = "--assert=plain"
"""Each process would write the assertions of all files anew, ten seconds of a processor, for what fails. What needs no
container fails again, and tells its values then; beside containers it may not, and its values are all there is to
know."""
PHASES = {
    "relecture": ["make", "--assume-old=setup", "lint"],
    "labos": [*PYTEST, "tests/labs", PLAIN],
    "unité": [*PYTEST, "tests/unit", PLAIN],
    "conteneurs": [
        *PYTEST, "tests/security", "tests/acceptance", "tests/conformance", "tests/integration", "-n", "3", *SHARED
    ],
    # They take both cores by themselves, and nothing that looks at a clock goes beside them.
    "témoins": [*PYTEST, "tests/matrix"],
}  # fmt: skip
BESIDE = {"conteneurs": {15: ["unité"], 19: ["relecture", "labos"]}}
"""What runs beside a phase that often waits, when a processor is free, in lines by their niceness, the longest the
least nice; it is told afterwards. These are plain processes: to hand out thousands of short tests, and to find all of
them twice, took fifteen seconds of a processor."""
ALONE = ("labos", "unité")
"""Phases that need no container."""
AGAIN, MOST_AGAIN = ("conteneurs", "unité"), 3
"""An engine, a browser or a thread that others keep from a processor may answer too late: so few failures of these
phases have their files run once more, whole, when all is quiet. What fails twice has failed; what passes then is
named."""
MOST_TOLD = 20
"""Failures of :data:`ALONE` that tell their values."""
NO_ENGINE = {"DOCKER_HOST": "unix:///nowhere/docker.sock"}
"""A test of :data:`ALONE` that needs a container says so at once: its place is in another folder."""
COMPILED = Path(".cache/compile").absolute()
"""Where Python keeps what it compiled, of tests and of the commands that they start: each file once for all processes
and from one run to the next, whatever the machine says, and none beside the sources."""
BAD = ("failed", "error", "unsteady")
"""What the end names; what passed the second time only is counted apart, and fails nothing."""
TOLD = {"failure": "failed", "error": "error", "skipped": "skipped"}


class Ran(NamedTuple):
    """How a phase went."""

    well: bool
    seconds: float


def run(phase: str, words: list[str], nice: int = 0) -> Ran:
    """Runs the command of a phase; the results of tests are kept, and what it says when it runs aside, more nicely."""
    start = time.time()
    kept = [f"--junit-xml={KEPT / phase}.xml"] if "pytest" in words else []
    with ExitStack() as stack:
        said = stack.enter_context(open(KEPT / f"{phase}.txt", "wb")) if nice else None
        argv = [*(["nice", "-n", str(nice)] if nice else []), *words, *kept]
        code = subprocess.call(argv, env=environment(phase), stdout=said, stderr=said)
    return Ran(code == 0, time.time() - start)


def run_with_others(phase: str) -> dict[str, Ran]:
    """Runs a phase, and the lines of those that go beside it; what these said comes last."""
    lines = BESIDE.get(phase, {})
    with ThreadPoolExecutor(len(lines) + 1) as pool:
        aside = [
            pool.submit(lambda nice=nice, line=line: {other: run(other, PHASES[other], nice) for other in line})
            for nice, line in lines.items()
        ]
        found = {phase: run(phase, PHASES[phase])}
        found = {other: ran for line in aside for other, ran in line.result().items()} | found
    for other in (other for line in lines.values() for other in line):
        print((KEPT / f"{other}.txt").read_text("utf-8", "replace"))
    return found


def run_again(ran: dict[str, Ran]) -> set[str]:
    """Runs the files of :data:`AGAIN` that failed once more, if few tests did; returns those tests if all pass now."""
    found = {phase: {name for name, what in outcomes(phase) if what in BAD} for phase in AGAIN}
    failed = set[str]().union(*found.values())
    if 0 < len(failed) <= MOST_AGAIN:
        ran["encore"] = run("encore", [*PYTEST, *sorted({name.partition("::")[0] for name in failed})])
        if ran["encore"].well:
            ran.update({phase: ran[phase]._replace(well=True) for phase in AGAIN if found[phase]})
            return failed
    return set()


def tell_values(unsteady: set[str]) -> None:
    """Runs what failed in :data:`ALONE` once more, for the values of its assertions: no outcome changes by it."""
    found = (one for phase in ALONE for one in outcomes(phase))
    failed = dict.fromkeys(name.partition("[")[0] for name, what in found if what in BAD and name not in unsteady)
    if failed:
        subprocess.call([*PYTEST, *list(failed)[:MOST_TOLD]], env=environment(ALONE[0]))


def environment(phase: str) -> dict[str, str]:
    """Returns the environment of a phase."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(COMPILED), **(NO_ENGINE if phase in ALONE else {})}


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
    KEPT.mkdir(parents=True)
    ran = {"préparation": Ran(True, time.time() - begun)}
    aside = {other for lines in BESIDE.values() for line in lines.values() for other in line}
    for phase in PHASES:
        if phase not in aside:
            ran |= run_with_others(phase)
    unsteady = run_again(ran)
    tell_values(unsteady)
    found = [one for phase in PHASES for one in outcomes(phase) if one[0] not in unsteady]
    found += [(name, "unsteady") for name in sorted(unsteady)]
    print(*(f"{what.upper()} {name}" for name, what in found if what in BAD), sep="\n")
    print("Où les minutes sont passées :")
    for phase, (well, seconds) in ran.items():
        where = "   à côté des conteneurs" if phase in aside else ""
        print(f"  {phase:12}{minutes(seconds)}{where}{'' if well else '   en échec'}")
    total = time.time() - begun
    print(f"  {'en tout':12}{minutes(total)}")
    counts = Counter(what for _name, what in found)
    words = ", ".join(
        f"{counts[what]} {what}" for what in ("failed", "passed", "skipped", "error", "unsteady") if counts[what]
    )
    print(f" {words or 'no tests ran'} in {total:.2f}s ".center(80, "="))
    return 0 if all(one.well for one in ran.values()) else 1


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1])))
