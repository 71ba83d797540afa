"""What one trace shows of one competence: the degree that it shows for certain, and the one that it might.

What was not observed is counted as failed for the first and as passed for the second, so that it is held against
nobody: where they differ, the degree is « au moins ». A check of Approfondissement counts when it passed, and never
otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from etabli.exam.contract.outcome import Outcome, Palier
from etabli.referentiel.model import Competence, Demanded, Referentiel
from etabli.referentiel.traces import Constat, LabTrace, Observation, OutsideTrace, Trace

_BASE = (Palier.ESSENTIEL, Palier.ATTENDU)
"""Paliers of which a degree may lack something."""


@dataclass(frozen=True)
class Showing:
    """What one trace shows of one competence, as ranks on the scale."""

    trace: Trace
    low: int
    """For certain."""
    high: int
    """If all that was not observed had passed."""
    constats: tuple[Constat, ...] = ()
    observations: tuple[Observation, ...] = ()
    row: Demanded | None = None
    """What it met of the rules, for certain; none for the lowest degree and for what people alone say."""
    enough: bool = True
    """Whether it is about enough checks of the competence to say something of it."""

    @property
    def barred(self) -> bool:
        """Whether a person decides of the trace first: a ⊘ failed in it."""
        return isinstance(self.trace, LabTrace) and bool(self.trace.decisive)

    @property
    def origin(self) -> tuple[str, str]:
        """Where it is from: two traces of one origin are not independent."""
        trace = self.trace
        return ("tp", trace.lab) if isinstance(trace, LabTrace) else ("ailleurs", trace.origin)


def of_lab(referentiel: Referentiel, competence: Competence, trace: LabTrace) -> Showing | None:
    """Returns what a run shows of a competence; nothing where no check of it is about it."""
    checks = competence.checks_of(trace.lab)
    constats = tuple(sorted((one for one in trace.constats if one.check in checks), key=lambda one: one.check))
    if not constats:
        return None
    enough = sum(one.palier in _BASE for one in constats) >= referentiel.regles.constats
    low = _highest(referentiel, constats, lambda one: one.outcome is Outcome.PASSED)
    high = _highest(referentiel, constats, lambda one: one.outcome is not Outcome.FAILED)
    return Showing(trace, _rank(referentiel, low), _rank(referentiel, high), constats, row=low, enough=enough)


def _rank(referentiel: Referentiel, row: Demanded | None) -> int:
    return referentiel.rank(row.degre) if row else 0


def _highest(
    referentiel: Referentiel, constats: Sequence[Constat], counts: Callable[[Constat], bool]
) -> Demanded | None:
    """Returns the row of the highest degree that is met; none where nothing passed."""
    if not any(counts(one) for one in constats if one.palier in _BASE):
        return None
    met = [row for row in referentiel.regles.exige if _met(row, constats, counts)]
    return max(met, key=lambda row: referentiel.rank(row.degre), default=None)


def _met(row: Demanded, constats: Sequence[Constat], counts: Callable[[Constat], bool]) -> bool:
    shares = {Palier.ESSENTIEL: row.essentiel, Palier.ATTENDU: row.attendu}
    base = all(100 * sum(map(counts, own)) >= share * len(own) for own, share in _by_palier(constats, shares))
    deeper = sum(one.outcome is Outcome.PASSED for one in constats if one.palier is Palier.APPROFONDISSEMENT)
    return base and deeper >= row.approfondissement


def _by_palier(constats: Sequence[Constat], shares: dict[Palier, int]) -> Iterable[tuple[list[Constat], int]]:
    return (([one for one in constats if one.palier is palier], share) for palier, share in shares.items())


def from_outside(
    referentiel: Referentiel, competence: Competence, trace: OutsideTrace, observations: Iterable[Observation]
) -> Showing | None:
    """Returns what a trace from elsewhere shows of a competence, as people said; nothing where nobody said it yet."""
    own = tuple(one for one in observations if one.trace == trace.id)
    rank = held(referentiel, own)
    return None if rank is None else Showing(trace, rank, rank, observations=own)


def held(referentiel: Referentiel, observations: Iterable[Observation]) -> int | None:
    """Returns the highest degree at which people saw half of the criteria they looked at, or more.

    Of one criterion, the latest observation counts; of one day, the highest.
    """
    ranks = sorted(referentiel.rank(one.degree) for one in latest(referentiel, observations))
    return ranks[len(ranks) // 2] if ranks else None


def latest(referentiel: Referentiel, observations: Iterable[Observation]) -> list[Observation]:
    """Returns the observation that counts of each criterion, by criterion."""
    found: dict[str, Observation] = {}
    for one in sorted(
        observations, key=lambda one: (one.date, referentiel.rank(one.degree), one.person, one.trace or "")
    ):
        found[one.criterion] = one
    return [found[criterion] for criterion in sorted(found)]
