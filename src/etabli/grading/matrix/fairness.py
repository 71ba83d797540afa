"""The fairness of a lab, demand by demand: mutants that are caught, ways that are accepted.

A mutant is caught when a check of one of its demands fails; the other checks say nothing of it. A way is accepted when
every check passes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from etabli.exam.contract.outcome import Outcome
from etabli.grading.matrix import MatrixRow
from etabli.lab.demands import Demand
from etabli.lab.specimens.operators import Derived

CAUGHT = 0.95
"""Share of mutants that must be caught, in all."""
ACCEPTED = 0.98
"""Share of ways that must be accepted, in all."""


@dataclass(frozen=True)
class Count:
    """How many are judged as they should, of how many."""

    good: int
    made: int

    def reaches(self, share: float) -> bool:
        """Tells whether they are enough; where none was made, none is missing."""
        return self.good >= share * self.made

    def __str__(self) -> str:
        return f"{self.good}/{self.made}" if self.made else "—"


@dataclass(frozen=True)
class DemandRow:
    """What became of the mutants and ways of one demand."""

    demand: Demand
    mutants: Count
    ways: Count

    @property
    def by_a_person(self) -> bool:
        """Whether no check looks at it."""
        return not self.demand.checks


@dataclass(frozen=True)
class Amiss:
    """A mutant that nothing of its demands catches, or a way that is refused."""

    name: str
    title: str
    demands: tuple[str, ...]
    way: bool
    told: tuple[tuple[str, str], ...]
    """The checks that did not pass, each with what it says: for a mutant, those of other demands."""


@dataclass(frozen=True)
class Fairness:
    """The table of a lab."""

    lab: str
    rows: tuple[DemandRow, ...]
    """In the order of the sheets."""
    mutants: Count
    ways: Count
    """Each counts once here, however many demands it touches."""
    amiss: tuple[Amiss, ...]

    @property
    def holds(self) -> bool:
        """Whether enough mutants are caught and enough ways accepted, in all."""
        return self.mutants.reaches(CAUGHT) and self.ways.reaches(ACCEPTED)


def checks_of(derived: Mapping[str, Derived], demands: Mapping[str, Demand]) -> dict[str, tuple[str, ...]]:
    """Returns the checks that each mutant runs, those of its demands: nothing is said of the others; ways run all."""
    return {name: tuple(sorted(_checks(one, demands))) for name, one in derived.items() if not one.way}


def fairness(
    lab: str, demands: Mapping[str, Demand], derived: Iterable[Derived], rows: Iterable[MatrixRow]
) -> Fairness:
    """Compares what a lab's mutants and ways got with what they should; one that was not graded is amiss.

    Args:
        lab: Its identifier.
        demands: By anchor, in the order of the sheets.
        derived: Its mutants and ways.
        rows: What they got.
    """
    graded = {row.specimen.name: row for row in rows}
    judged = [(one, *_judged(one, demands, graded.get(one.specimen.name))) for one in derived]

    def count(way: bool, anchor: str | None = None) -> Count:
        good = [fine for one, fine, _ in judged if one.way is way and (anchor is None or anchor in one.demands)]
        return Count(sum(good), len(good))

    return Fairness(
        lab,
        tuple(DemandRow(one, count(False, anchor), count(True, anchor)) for anchor, one in demands.items()),
        count(False),
        count(True),
        tuple(
            Amiss(one.specimen.name, one.specimen.title, one.demands, one.way, told)
            for one, fine, told in judged
            if not fine
        ),
    )


def _judged(
    one: Derived, demands: Mapping[str, Demand], row: MatrixRow | None
) -> tuple[bool, tuple[tuple[str, str], ...]]:
    """Tells whether one is judged as it should, and what did not pass."""
    if row is None:
        return False, ()
    told = tuple((gap.check, gap.observed or "") for gap in row.deviations if gap.found is not Outcome.BLOCKED)
    if one.way:
        return not row.deviations, told
    own = _checks(one, demands)
    return any(gap.check in own and gap.found is Outcome.FAILED for gap in row.deviations), told


def _checks(one: Derived, demands: Mapping[str, Demand]) -> set[str]:
    return {check for anchor in one.demands for check in demands[anchor].checks}
