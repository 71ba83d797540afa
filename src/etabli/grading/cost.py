"""What an exam costs this machine: right specimens graded in one batch, every container counted."""

from __future__ import annotations

import resource
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice, pairwise
from pathlib import Path

from etabli.grading.batch import grade_many
from etabli.grading.matrix import render_specimens, witness_secret
from etabli.grading.plan import make_plan
from etabli.grading.works import Done
from etabli.lab.manifest import Lab
from etabli.lab.specimens.description import Kind
from etabli.lab.specimens.specimen import Specimen
from etabli.reception.submission import Deposit
from etabli.runs.scoring import results, score
from etabli.sandbox.docker_provider import DockerSandbox
from etabli.sandbox.meter import Meter

BROWSER, DRIVER, PYTHON, NU, OFFICE = "navigateur", "pilote du navigateur", "Python", "Nu", "bureautique"
_PROGRAMS = {
    "chromedriver": DRIVER,
    "chrom": BROWSER,
    "headless_shell": BROWSER,
    "java": NU,
    "soffice": OFFICE,
    "oosplash": OFFICE,
    "python": PYTHON,
    "pytest": PYTHON,
}
_ROLES = {"candidate": "application", "services": "base de données"}
REST, HERE = "reste de l'examinateur", "etabli (hors conteneurs)"


@dataclass(frozen=True)
class Cost:
    """What a batch took, once its workers were open and had each graded one submission."""

    lab: str
    workers: int
    exams: int
    """Measured; those that opened the workers are not."""
    wall_s: float
    cpu_s: Mapping[str, Sequence[float]]
    """By part, seconds of the processor for each exam in turn (their mean when several are graded at once)."""
    outside_s: float
    """Mean seconds of the processor that `etabli` itself takes for one, beside the containers."""
    peak_mb: Mapping[str, float]
    """By role, the most that its containers held together."""
    phases_ms: Mapping[str, float]
    """Medians."""
    missed: Sequence[str]
    """Specimens that did not earn every point: what is measured should be right work."""

    def totals(self) -> list[float]:
        """Seconds of the processor of all containers, exam by exam."""
        return [sum(one) for one in zip(*self.cpu_s.values(), strict=True)]


def right_specimens(specimens: Mapping[str, Specimen]) -> list[Specimen]:
    """Returns those that earn everything, in order."""
    return [one for one in specimens.values() if one.kind is Kind.RIGHT]


def cost_of(
    sandbox: DockerSandbox,
    lab: Lab,
    specimens: Sequence[Specimen],
    folder: Path,
    *,
    exams: int,
    workers: int = 1,
    seed: int = 0,
    progress: Callable[[Done], None] = lambda done: None,
) -> Cost:
    """Grades specimens in turn until `exams` of them are measured.

    Args:
        sandbox: Where they run.
        lab: The lab.
        specimens: What is graded, the first one again after the last.
        folder: Where to render and to grade.
        exams: How many are measured; each worker grades one more before.
        workers: Lanes at once.
        seed: Another one gives other data.
        progress: Called after each, the first ones included.

    Raises:
        SandboxUnavailable: This machine cannot grade, or cannot measure.
    """
    secret = witness_secret(seed)
    plan = make_plan(lab, folder / "resultats", secret=secret)
    named = {f"{number:04d}-{one.name}": one for number, one in enumerate(islice(cycle(specimens), exams + workers))}
    render_specimens(lab, named, secret, plan.session, folder / "rendus")
    looks: list[_Look] = []
    with sandbox.metered(_PROGRAMS) as meter:

        def finished(done: Done) -> None:
            looks.append(_Look.now(meter))
            progress(done)

        batch = grade_many(
            sandbox, plan, [Deposit(name, folder / "rendus" / name) for name in named], workers=workers, fresh=True,
            progress=finished,
        )  # fmt: skip
        peak = meter.peak_mb()
    runs = [one.graded.run for one in batch.done]
    points = {run.candidate: score(results(run)) for run in runs}
    counted = looks[workers - 1 :]
    steps = list(pairwise(counted)) if workers == 1 else [(counted[0], counted[-1])]
    each = 1 if workers == 1 else len(counted) - 1
    parts = sorted({part for look in counted for part in look.parts}, key=lambda part: -counted[-1].parts.get(part, 0))
    phases: dict[str, list[float]] = defaultdict(list)
    for run in runs[workers:]:
        for name, spent in run.phases_ms.items():
            phases[name].append(spent)
    return Cost(
        lab=lab.id,
        workers=workers,
        exams=len(counted) - 1,
        wall_s=counted[-1].at - counted[0].at,
        cpu_s={
            part: [(after.parts.get(part, 0.0) - before.parts.get(part, 0.0)) / each for before, after in steps]
            for part in parts
        },
        outside_s=(counted[-1].outside - counted[0].outside) / (len(counted) - 1),
        peak_mb=peak,
        phases_ms={name: statistics.median(spent) for name, spent in phases.items()},
        missed=[name.partition("-")[2] for name, one in points.items() if one.earned < one.possible],
    )


@dataclass(frozen=True)
class _Look:
    """What had been spent at a moment."""

    at: float
    parts: Mapping[str, float]
    outside: float

    @classmethod
    def now(cls, meter: Meter) -> _Look:
        roles, programs = meter.cpu_s(), meter.programs_s()
        parts = {_ROLES[role]: spent for role, spent in roles.items() if role in _ROLES}
        parts |= {name: spent for name, spent in programs.items() if name != "autre"}
        parts[REST] = max(0.0, roles.get("examiner", 0.0) - sum(s for n, s in programs.items() if n != "autre"))
        mine = resource.getrusage(resource.RUSAGE_SELF)
        return cls(time.monotonic(), parts, mine.ru_utime + mine.ru_stime - meter.own_s)
