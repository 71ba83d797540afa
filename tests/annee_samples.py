"""A year of a small class, made of values: no run is frozen for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from etabli.exam.contract.outcome import Outcome
from etabli.lab.manifest import load_lab
from etabli.referentiel.kept import in_force
from etabli.referentiel.traces import Constat, LabTrace
from etabli.year.gathering import Followed, titles
from etabli.year.group import Group, group_of
from etabli.year.life import lives_of
from etabli.year.writing import write_class

MONTHS = ("2026-09-21", "2026-10-12", "2026-11-16", "2026-12-01", "2027-01-18", "2027-03-22", "2027-05-10")


def sample_year(learners: int = 24) -> Group:
    """A class whose learners pass more and more of two labs, month after month; one check disagrees with the rest."""
    force, known = in_force().referentiel, dict(list(titles().items())[:2])
    found = [
        Followed(f"SNO-{at:02}", f"Prénom Nom{at}", {lab: tuple(_runs(lab, title, at)) for lab, title in known.items()})
        for at in range(1, learners + 1)
    ]
    return group_of("SNO", found, lives_of(found, force, known, 12), force, known)


def _runs(lab: str, title: str, learner: int) -> Iterator[LabTrace]:
    specs = load_lab(lab).checks().specs
    for number, day in enumerate(MONTHS, start=1):
        bound = (learner + 2 * number) % len(specs)
        passed = [(at < bound) != (at == 0) for at in range(len(specs))]
        constats = tuple(
            Constat(one.id, one.title, one.palier, Outcome.PASSED if well else Outcome.FAILED, one.decisive)
            for one, well in zip(specs, passed, strict=True)
        )
        yield LabTrace(f"000{number}-x", lab, title, f"{day}T08:00:00+00:00", constats)


def write_sample_year(folder: Path) -> None:
    """Writes its pages."""
    write_class(folder, sample_year(), date(2027, 6, 1))
