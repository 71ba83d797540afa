"""What ``make test-long`` runs, in parts: every specimen whole on three seeds, the tables, ten times the covers beside
busy cores, and the other tests with all their cases.

::

    python scripts/essais_longs.py            every part, one after the other
    python scripts/essais_longs.py 2/6        the second of six parts
    python scripts/essais_longs.py --bilan    which parts are green for what the code is now

A part that was stopped goes on where it was: what nothing has changed since is not graded again, nor is a folder of
tests run again that passed. What it found is in ``.cache/long/``. Together the parts are what a release asks for; the
exit code is 0 when those asked about are green.
"""

from __future__ import annotations

import functools
import itertools
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from suite import ALONE, PHASES, PYTEST, SHARED, environment

from etabli.cli.fairness import derived_of, graded_table, total
from etabli.cli.progress import Show
from etabli.cli.screen import Exit, aside, exit_code, tell
from etabli.exam.contract.errors import EtabliError, UsageProblem
from etabli.grading.matrix import MatrixRow, chosen, run_matrix, told
from etabli.grading.matrix.cover import cover_of
from etabli.grading.matrix.fairness import Fairness
from etabli.grading.plan import make_plan
from etabli.lab.manifest import lab_ids, load_lab
from etabli.lab.specimens.specimen import load_specimens
from etabli.runs.evidence import write_atomically
from etabli.sandbox.docker_provider import DockerSandbox
from etabli.system.digest import files_below, sha256_of
from etabli.system.settings import repository
from etabli.system.temporary import temporary_folder

PARTS = 6
SEEDS = (10, 11, 12)
SECONDS = {
    "extraction-pgi": 4.6,
    "fiche-anglais": 3.0,
    "hameconnage": 3.0,
    "mots-de-passe": 4.8,
    "page-dynamique": 6.0,
}
"""Seconds that a specimen needs on two cores, as whole matrices took (November 2026): to cut parts alike."""
USUAL = 5.0
TABLE = "(tableau)"
"""Stands for all mutants and ways of a lab, on the seed of the published table: one job."""
TABLE_SEED = 0
MUTANT = 0.5
"""What a mutant needs, of the seconds of a specimen: it runs the checks of its demands only."""
AGAIN = "(couverture)"
"""Stands for the cover of a lab, graded once more while every core is busy: a job for each repetition."""
REPETITIONS = 10
BUSY = 2.0
"""How much longer it takes then."""
OTHERS = "tests"
"""Stands for the tests that are about no specimen."""
FOLDERS_SECONDS = {
    "tests/labs": 900.0,
    "tests/unit": 400.0,
    "tests/conformance": 300.0,
    "tests/integration": 800.0,
    "tests/acceptance": 1100.0,
    "tests/security": 1000.0,
}
"""Folders of ``make test`` that run again with every case and all that is left out there: a job for each."""
WHOLE = {"ETABLI_ESSAIS_LONGS": "1"}
"""Tells tests to try all cases of what they show."""
REVIEW = "--bilan"
INTERRUPTED = 2
"""What pytest says when somebody stops it."""


class Job(NamedTuple):
    """A specimen of a lab on one seed; or its table; or a repetition of its cover; or a folder of the other tests."""

    lab: str
    seed: int
    """Of a repetition, its number."""
    specimen: str
    seconds: float


@dataclass(frozen=True)
class Part:
    """One of so many parts of the whole work."""

    number: int
    among: int
    jobs: tuple[Job, ...]

    @property
    def name(self) -> str:
        return f"{self.number}/{self.among}"

    @property
    def file(self) -> Path:
        return repository() / ".cache" / "long" / f"{self.number}-sur-{self.among}.json"

    @property
    def batches(self) -> dict[tuple[str, int], list[str]]:
        """The names of specimens by lab and seed."""
        found: dict[tuple[str, int], list[str]] = {}
        for job in self.jobs:
            if job.lab != OTHERS and job.specimen not in (TABLE, AGAIN):
                found.setdefault((job.lab, job.seed), []).append(job.specimen)
        return found

    @property
    def tables(self) -> list[str]:
        """The labs whose table is in it."""
        return [job.lab for job in self.jobs if job.specimen == TABLE]

    @property
    def repetitions(self) -> list[tuple[str, int]]:
        """The covers that are in it: their labs and numbers."""
        return [(job.lab, job.seed) for job in self.jobs if job.specimen == AGAIN]

    @property
    def others(self) -> list[str]:
        """The folders of the other tests that are in it."""
        return [job.specimen for job in self.jobs if job.lab == OTHERS]

    def about(self) -> dict[str, Any]:
        """All that its result depends on: its specimens, what they are made of and what grades them."""
        labs = {lab: made_of(lab) for lab in dict.fromkeys(job.lab for job in self.jobs if job.lab != OTHERS)}
        again = [f"{lab}, {number}" for lab, number in self.repetitions]
        jobs: dict[str, list[str]] = {f"{lab}, {seed}": names for (lab, seed), names in self.batches.items()}
        jobs |= {TABLE: self.tables, AGAIN: again}
        return {"part": self.name, "specimens": jobs, "labs": labs} | (
            {OTHERS: [*self.others, made_of_tests()]} if self.others else {}
        )


def jobs() -> list[Job]:
    """The whole work, in the order in which it is cut: the other tests, then lab by lab its table, and seed by seed."""
    work = [Job(OTHERS, 0, folder, seconds) for folder, seconds in FOLDERS_SECONDS.items()]
    for lab in lab_ids():
        each, (_, derived) = SECONDS.get(lab, USUAL), derived_of(load_lab(lab))
        if derived:
            work.append(
                Job(lab, TABLE_SEED, TABLE, sum(each if one.way else each * MUTANT for one in derived.values()))
            )
        specimens = load_specimens(load_lab(lab))
        cover = cover_of(load_lab(lab), specimens)
        long = BUSY * each * (len(cover.whole) + MUTANT * len(cover.shares))
        work += [Job(lab, number, AGAIN, long) for number in range(1, REPETITIONS + 1)]
        work += [Job(lab, seed, name, each) for seed in SEEDS for name in specimens]
    return work


def cut(work: Sequence[Job], among: int) -> list[Part]:
    """Cuts a work into parts that take the same time, within half the longest job; a lab's jobs stay together."""
    ends = list(itertools.accumulate(job.seconds for job in work))
    share = ends[-1] / among
    places = [int((end - job.seconds / 2) / share) for job, end in zip(work, ends, strict=True)]
    return [
        Part(number + 1, among, tuple(job for job, place in zip(work, places, strict=True) if place == number))
        for number in range(among)
    ]


@functools.cache
def made_of(lab: str) -> dict[str, Any]:
    """Hashes all that a lab's verdicts on its specimens come from."""
    loaded = load_lab(lab)
    plan = make_plan(loaded, Path(), secret=b"")
    specimens = sha256_of(files_below(loaded.grader / "specimens"))
    return {**plan.made_by._asdict(), "images": dict(plan.image_ids), "specimens": specimens}


@functools.cache
def made_of_tests() -> str:
    """Hashes what the other tests try: everything."""
    folders = ("images", "labs", "graders", "model", "scripts", "src", "tests")
    inside = ((f"{folder}/{name}", path) for folder in folders for name, path in files_below(repository() / folder))
    return sha256_of([("docker-compose.yml", repository() / "docker-compose.yml"), *inside])


def run_part(part: Part) -> bool:
    """Runs a part and writes what it found; returns whether it is green.

    Raises:
        KeyboardInterrupt: Somebody stopped it; what was finished is kept.
    """
    aside.print(f"Partie {part.name}")
    begun, about = time.monotonic(), part.about()
    rows = [row for (lab, seed), names in part.batches.items() for row in matrix(lab, seed, names)]
    rows += [row for lab, number in part.repetitions for row in again(lab, number)]
    found = {lab: table(lab) for lab in part.tables}
    facts = {
        **about,
        "verified": sum(not row.reused for row in rows),
        "reused": sum(row.reused for row in rows),
        "deviations": [f"{row.run.lab}, {row.specimen.name} : {gap.check}" for row in rows for gap in row.deviations],
        "tables": [f"{lab} : {total(one)}" for lab, one in found.items() if not one.holds],
        "failures": [folder for folder in part.others if not other_tests(folder)],
        "seconds": round(time.monotonic() - begun, 1),
        "date": datetime.now().astimezone().isoformat(timespec="seconds"),
    }
    write_atomically(part.file, json.dumps(facts, ensure_ascii=False, indent=1).encode())
    return verdict(part).green


def matrix(lab: str, seed: int, names: Sequence[str]) -> list[MatrixRow]:
    """Grades specimens of a lab whole, on a seed and in an order that it shuffles."""
    loaded = load_lab(lab)
    specimens = chosen(load_specimens(loaded), names)
    with temporary_folder() as folder, Show(len(specimens)) as show:
        rows = run_matrix(DockerSandbox(), loaded, specimens, folder, seed=seed, shuffle=seed, progress=show)
    if len(rows) < len(specimens):
        raise KeyboardInterrupt
    aside.print(f"{lab}, {seed} : {told(rows)}", highlight=False)
    return rows


def again(lab: str, number: int) -> list[MatrixRow]:
    """Grades the cover of a lab once more, beside busy cores: a verdict that is not always the declared one shows."""
    loaded = load_lab(lab)
    cover = cover_of(loaded, load_specimens(loaded))
    specimens = cover.of(load_specimens(loaded))
    with busy_cores(), temporary_folder() as folder, Show(len(specimens)) as show:
        rows = run_matrix(DockerSandbox(), loaded, specimens, folder, only=cover.only, repetition=number, progress=show)
    if len(rows) < len(specimens):
        raise KeyboardInterrupt
    aside.print(f"{lab}, répétition {number} : {told(rows)}", highlight=False)
    return rows


@contextmanager
def busy_cores() -> Iterator[None]:
    """Keeps every core busy with something else."""
    work = f"import os\nwhile os.getppid() == {os.getpid()}: pass"  # who is killed leaves nothing at work
    others = [subprocess.Popen([sys.executable, "-c", work]) for _core in range(os.cpu_count() or 1)]
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()


def table(lab: str) -> Fairness:
    """Grades the mutants and ways of a lab, as ``etabli lab test --tableau``."""
    return graded_table(DockerSandbox(), load_lab(lab), seed=TABLE_SEED)


def other_tests(folder: str) -> bool:
    """Runs a folder of ``make test`` with every case, what is marked « long » included; returns whether all passed.

    Once they have, they are not run again before something changes.

    Raises:
        KeyboardInterrupt: Somebody stopped it.
    """
    passed = repository() / ".cache" / "long" / folder.replace("/", "-")
    if passed.exists() and passed.read_text() == made_of_tests():
        aside.print(f"{folder} : rien n'a changé depuis que tout y a réussi", highlight=False)
        return True
    phase = next(name for name, words in PHASES.items() if folder in words)
    at_once = "2" if phase in ALONE else "3"
    argv, env = [*PYTEST, folder, "-n", at_once, *SHARED, "--assert=rewrite", "-m", ""], environment(phase) | WHOLE
    if (code := subprocess.run(argv, cwd=repository(), env=env, check=False).returncode) == INTERRUPTED:
        raise KeyboardInterrupt
    if code == 0:
        write_atomically(passed, made_of_tests().encode())
    return code == 0


class Verdict(NamedTuple):
    """Whether a part is green for what the code is now, and why (in French, without a full stop)."""

    green: bool
    words: str


def verdict(part: Part) -> Verdict:
    """Reads what a part found when it last ran to its end."""
    try:
        found = json.loads(part.file.read_bytes())
    except FileNotFoundError:
        return Verdict(False, "manque")
    date = f"{datetime.fromisoformat(found['date']):%d/%m/%Y %H:%M}"
    if any(found.get(key) != value for key, value in part.about().items()):
        return Verdict(False, f"à refaire, quelque chose a changé depuis le {date}")
    if wrong := [
        *found["deviations"],
        *found["tables"],
        *(f"des essais de {folder} ont échoué" for folder in found["failures"]),
    ]:
        return Verdict(False, "rouge le {date} : {wrong}".format(date=date, wrong=" ; ".join(wrong)))
    return Verdict(
        True,
        "verte le {date} : {verified} vérifiés, {reused} inchangés, {s:.0f} s".format(
            date=date, verified=found["verified"], reused=found["reused"], s=found["seconds"]
        ),
    )


def review(parts: Sequence[Part]) -> bool:
    """Says of each part whether it is green for what the code is now; returns whether all are."""
    verdicts = {part.name: verdict(part) for part in parts}
    for name, (green, words) in verdicts.items():
        aside.print(f"{'✓' if green else '✗'} {name} {words}", markup=False, highlight=False, soft_wrap=True)
    missing = [name for name, (green, _words) in verdicts.items() if not green]
    if missing:
        commands = " ; ".join(f"make test-long PARTIE={name}" for name in missing)
        aside.print(f"Il manque : {commands}", highlight=False, soft_wrap=True)
    else:
        aside.print("Toutes les parties sont vertes pour ce que le code est maintenant.")
    return not missing


def asked(argument: str) -> Part:
    """Returns the part named « 2/5 ».

    Raises:
        UsageProblem: There is no such part.
    """
    match = re.fullmatch(r"(\d{1,3})/(\d{1,3})", argument)
    number, among = map(int, match.groups()) if match else (0, 0)
    if not 1 <= number <= among:
        raise UsageProblem(f"« {argument} » n'est pas une partie : écrivez par exemple 2/5.")
    return cut(jobs(), among)[number - 1]


def main(arguments: Sequence[str]) -> int:
    try:
        if arguments and arguments[0] != REVIEW:
            part = asked(arguments[0])
            done = run_part(part)
            review(cut(jobs(), part.among))
            return Exit.OK if done else Exit.DEVIATION
        parts = cut(jobs(), PARTS)
        if not arguments:
            for part in parts:
                run_part(part)
        return Exit.OK if review(parts) else Exit.DEVIATION
    except EtabliError as error:
        tell(str(error))
        return exit_code(error)
    except KeyboardInterrupt:
        aside.print("Interrompu : ce qui était fini est gardé, relancez la commande pour la suite.")
        return Exit.INTERRUPTED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
