"""Who is on a page: what may be projected on a wall, and what is shown after a click only.

An alias given by the class says nothing of a person. Any other identifier is the name of a folder or of a file, and
may well be a learner's name: on the wall it becomes « Élève 3 ».
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from etabli.reports.roll import Roll


@dataclass(frozen=True)
class Who:
    """One learner, as a page names them."""

    candidate: str
    label: str
    """What anyone may read: the alias, or a neutral number."""
    name: str | None
    """The learner's name, if the class is known."""
    aliased: bool
    """True when the identifier itself, and so a link that contains it, reveals nobody."""
    departed: bool = False
    """True for who is in the class no more."""

    @property
    def href(self) -> str:
        """The learner's page, seen from the class page."""
        return f"{self.candidate}/index.html"


def everyone(roll: Roll, graded: Sequence[str]) -> tuple[Who, ...]:
    """Returns every learner of the page once, in the order to be shown."""
    return tuple(_who(candidate, place, roll) for place, candidate in enumerate(roll.ordered(graded), start=1))


def _who(candidate: str, place: int, roll: Roll) -> Who:
    aliased = roll.is_alias(candidate)
    label = candidate if aliased else f"Élève {place}"
    return Who(candidate, label, roll.name(candidate), aliased, candidate in roll.departed)
