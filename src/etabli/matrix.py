"""The specimen matrix: the verdicts a lab's checks give to witness submissions, against those declared."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from etabli.engine.batch import Batch, grade_many
from etabli.engine.lane import Done
from etabli.engine.planning import make_plan
from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.i18n import _
from etabli.exam.contract.outcome import Outcome
from etabli.lab import Lab
from etabli.runs.run import Run
from etabli.runs.scoring import results
from etabli.sandbox.base import Sandbox
from etabli.specimens import Specimen
from etabli.submission import Deposit
from etabli.variant import Purpose, Seat, make_variant


@dataclass(frozen=True)
class Deviation:
    """A check whose verdict is not the declared one."""

    check: str
    declared: Outcome
    found: Outcome
    observed: str | None


@dataclass(frozen=True)
class Row:
    """One specimen's line of the matrix."""

    specimen: Specimen
    run: Run
    outcomes: Mapping[str, Outcome]
    earned: int
    possible: int
    deviations: tuple[Deviation, ...]


def witness_secret(seed: int) -> bytes:
    """Returns a public secret for specimens: the matrix is the same on every machine for the same seed."""
    return hashlib.sha256(f"rendus témoins {seed}".encode()).digest()


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
    progress: Callable[[Done], None] = lambda done: None,
) -> list[Row]:
    """Renders and grades specimens, and compares.

    Args:
        sandbox: Where they run.
        lab: The lab.
        specimens: By name; the name serves as candidate.
        folder: Where to render (``rendus/``) and to grade (``resultats/``).
        seed: Another one gives the specimens other data.
        workers: Lanes at once.
        shuffle: A seed for another order of the checks.
        progress: Called after each.
    """
    secret = witness_secret(seed)
    plan = make_plan(lab, folder / "resultats", secret=secret, shuffle=shuffle)
    render_specimens(lab, specimens, secret, plan.session, folder / "rendus")
    deposits = [Deposit(name, folder / "rendus" / name) for name in specimens]
    batch = grade_many(sandbox, plan, deposits, workers=workers, fresh=True, progress=progress)
    return rows(specimens, batch)


def rows(specimens: Mapping[str, Specimen], batch: Batch) -> list[Row]:
    """Compares what a batch found with what its specimens declare, in the order of the specimens."""
    runs = {done.graded.run.candidate: done.graded.run for done in batch.done}
    return [_row(specimen, runs[name]) for name, specimen in specimens.items() if name in runs]


def _row(specimen: Specimen, run: Run) -> Row:
    items = {item.spec.id: item for item in results(run)}
    deviations = [
        Deviation(check, declared, items[check].outcome, items[check].observed)
        for check, declared in specimen.expected.items()
        if check in items and items[check].outcome is not declared
    ]
    absent = [
        Deviation(check, declared, Outcome.ERROR, run.reason)
        for check, declared in specimen.expected.items()
        if check not in items
    ]
    return Row(
        specimen=specimen,
        run=run,
        outcomes={check: item.outcome for check, item in items.items()},
        earned=sum(item.spec.points for item in items.values() if item.outcome is Outcome.PASSED),
        possible=sum(item.spec.points for item in items.values()),
        deviations=(*deviations, *absent),
    )


def chosen(specimens: Mapping[str, Specimen], names: Sequence[str]) -> dict[str, Specimen]:
    """Keeps the named specimens, or all when none is named.

    Raises:
        UsageProblem: A name that is no specimen's.
    """
    for name in names:
        if name not in specimens:
            raise UsageProblem(
                _("« {name} » n'est pas un rendu témoin : {known}.").format(name=name, known=", ".join(specimens))
            )
    return {name: specimen for name, specimen in specimens.items() if not names or name in names}
