"""The specimen matrix: the verdicts a lab's checks give to witness submissions, against those declared.

A specimen whose run would be made of the same as its last one is not graded again
(:mod:`etabli.grading.matrix.former`).
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path

from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import count
from etabli.exam.contract.outcome import Outcome
from etabli.grading.batch import default_workers, grade_many
from etabli.grading.matrix.former import FormerRuns
from etabli.grading.one import Graded
from etabli.grading.plan import make_plan
from etabli.grading.works import Done
from etabli.lab.manifest import Lab
from etabli.lab.specimens.specimen import Specimen
from etabli.lab.variant import Purpose, Seat, make_variant
from etabli.reception.submission import Deposit
from etabli.runs.repaired import repaired
from etabli.runs.run import Run
from etabli.runs.scoring import results, score
from etabli.sandbox.base import Sandbox

REPAIRED_COPY = " (copie corrigée)"
NO_SECOND_LOOK = "La copie corrigée n'a pas été vérifiée."
_PLACE = re.compile(r'File "[^"]*/graders/[^/"]+/([^"]+)", line (\d+)')


@dataclass(frozen=True)
class Deviation:
    """A check whose verdict is not the declared one."""

    check: str
    declared: Outcome
    found: Outcome
    observed: str | None


@dataclass(frozen=True)
class MatrixRow:
    """One specimen's line of the matrix."""

    specimen: Specimen
    run: Run
    outcomes: Mapping[str, Outcome]
    earned: int
    possible: int
    deviations: tuple[Deviation, ...]
    """Of the checks that ran."""
    reused: bool = False
    """Whether its run stood from before."""


def witness_secret(seed: int) -> bytes:
    """Returns a public secret for specimens: the matrix is the same on every machine for the same seed."""
    return hashlib.sha256(f"rendus témoins {seed}".encode()).digest()


def witness_nonce(name: str, seed: int, repetition: int = 0) -> str:
    """Returns what a specimen's exam draws from: the same command meets the same draws, another seed others."""
    return hashlib.sha256(f"tirages de {name}, {seed}, {repetition}".encode()).hexdigest()[:32]


def render_specimens(lab: Lab, specimens: Mapping[str, Specimen], secret: bytes, session: str, target: Path) -> None:
    """Renders specimens, each for the candidate that bears the name it is given under.

    Args:
        lab: The lab.
        specimens: Candidate identifier → specimen.
        secret: From which the candidates' data derive.
        session: Enters the seed.
        target: One folder per candidate is made in it.
    """
    for candidate, specimen in specimens.items():
        variant = make_variant(Seat(lab, candidate, session), secret, Purpose.ATELIER)
        context = variant.data | {"candidate": candidate, "session": session, "lab": lab.manifest}
        specimen.render(target / candidate, context)


def run_matrix(
    sandbox: Sandbox,
    lab: Lab,
    specimens: Mapping[str, Specimen],
    folder: Path,
    *,
    seed: int = 0,
    workers: int | None = None,
    shuffle: int | None = None,
    nonce: str | None = None,
    only: Mapping[str, Sequence[str]] | None = None,
    fresh: bool = False,
    repetition: int = 0,
    progress: Callable[[Done], None] = lambda done: None,
    tell: Callable[[str], None] = lambda sentence: None,
) -> list[MatrixRow]:
    """Renders and grades specimens, and compares; in the order of the specimens.

    Args:
        sandbox: Where they run.
        lab: The lab.
        specimens: By name; the name serves as candidate.
        folder: Where to render (``rendus/``) and to grade (``resultats/``).
        seed: Another one gives the specimens other data.
        workers: Lanes at once.
        shuffle: A seed for another order of the checks.
        nonce: What all exams draw from; without, each draws from its specimen's name and the seed, always the same.
        only: By name, the checks that a specimen runs, with what they need; the others run all.
        fresh: Grade again those that nothing has changed since.
        repetition: Tells apart runs of the same that are made several times.
        progress: Called after each.
        tell: Told what :func:`~etabli.grading.batch.grade_many` tells.
    """
    secret = witness_secret(seed)
    plan = make_plan(lab, folder / "resultats", secret=secret, shuffle=shuffle)
    narrowed = {name: plan.narrowed(checks) for name, checks in (only or {}).items()}
    drawn = {name: nonce or witness_nonce(name, seed, repetition) for name in specimens}
    plans = {name: narrowed.get(name, plan).but(nonce=drawn[name]) for name in specimens}
    former = FormerRuns(plan, seed, repetition)
    done: dict[str, Graded] = {}
    one_at_a_time = threading.Lock()

    def finished(one: Done) -> None:
        name = one.graded.run.candidate
        with one_at_a_time:
            done[name] = one.graded
            if not one.graded.reused:
                former.keep(plans[name], one.graded.run)
            progress(one)

    def changed() -> Iterator[Deposit]:
        """Renders the specimens while others are graded; those whose former run stands are done."""
        for name, specimen in specimens.items():
            render_specimens(lab, {name: specimen}, secret, plan.session, folder / "rendus")
            deposit = Deposit(name, folder / "rendus" / name)
            if not fresh and (run := former.find(plans[name], deposit)):
                finished(Done(Graded(run, reused=True), 0.0))
            else:
                yield deposit

    todo = changed()
    if first := next(todo, None):  # no worker is opened when all stand
        deposits = chain([first], todo)
        at_once = workers or default_workers(len(specimens) - len(done))
        grade_many(sandbox, plan, deposits, workers=at_once, fresh=True, own_plans=plans, progress=finished, tell=tell)
    return [_row(specimen, done[name]) for name, specimen in specimens.items() if name in done]


def told(rows: Sequence[MatrixRow]) -> str:
    """Says how many specimens were graded, and how many stand: « 121 vérifiés, 93 inchangés depuis le … »."""
    standing = [row for row in rows if row.reused]
    words = [count(len(rows) - len(standing), "{n} vérifié", "{n} vérifiés")]
    if standing:
        last = max(datetime.fromisoformat(row.run.finished_at) for row in standing).astimezone()
        unchanged = count(len(standing), "{n} inchangé depuis le", "{n} inchangés depuis le")
        words.append(f"{unchanged} {last:%d/%m/%Y %H:%M}")
    return ", ".join(words)


def _row(specimen: Specimen, graded: Graded) -> MatrixRow:
    run, expected = graded.run, specimen.expected
    found = results(run)
    verdicts = {spec.id: (Outcome.ERROR, run.reason) for spec in run.checks}
    broke = {event["check"]: _last_line(trace) for event in run.events if (trace := event.get("traceback"))}
    verdicts |= {item.spec.id: (item.outcome, item.observed or broke.get(item.spec.id)) for item in found}
    total, again = score(found), repaired(run)
    second = {item.spec.id: (item.outcome, item.observed) for item in (again.results if again else ())}
    looked = {check: second.get(check, (Outcome.ERROR, NO_SECOND_LOOK)) for check in verdicts}
    return MatrixRow(
        specimen=specimen,
        run=run,
        outcomes={item.spec.id: item.outcome for item in found},
        earned=total.earned,
        possible=total.possible,
        deviations=(*_deviations(verdicts, expected), *_deviations(looked, specimen.repaired or {}, REPAIRED_COPY)),
        reused=graded.reused,
    )


def _last_line(trace: str) -> str:
    """Returns what a traceback ends with, after the last place of the grader: « checks.py, ligne 47 : KeyError: 3 »."""
    places = _PLACE.findall(trace)
    where = f"{places[-1][0]}, ligne {places[-1][1]} : " if places else ""
    return where + trace.strip().rpartition("\n")[2]


def _deviations(
    found: Mapping[str, tuple[Outcome, str | None]], expected: Mapping[str, Outcome], where: str = ""
) -> Iterator[Deviation]:
    for check, (outcome, observed) in found.items():
        if check in expected and outcome is not expected[check]:
            yield Deviation(check + where, expected[check], outcome, observed)


def chosen(specimens: Mapping[str, Specimen], names: Sequence[str]) -> dict[str, Specimen]:
    """Keeps the named specimens, or all when none is named.

    Raises:
        UsageProblem: A name that is no specimen's.
    """
    for name in names:
        if name not in specimens:
            raise UsageProblem(f"« {name} » n'est pas un rendu témoin : {', '.join(specimens)}.")
    return {name: specimen for name, specimen in specimens.items() if not names or name in names}
