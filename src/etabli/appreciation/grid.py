"""The grid of a class: learners × criteria, what is said of each, and what is left to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from etabli.appreciation.kept import Place
from etabli.appreciation.model import EVERY, Appreciation, Appreciations, Bank, titles_of
from etabli.appreciation.works import Work, where, works_of
from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.words import fold
from etabli.lab.manifest import Criterion, Lab
from etabli.runs.identifier import is_same_candidate

OFFERED = 12
"""Remarks of the bank that a page offers."""


@dataclass(frozen=True)
class Cell:
    """One criterion of one work."""

    work: Work
    criterion: Criterion
    said: Appreciation | None

    @property
    def stale(self) -> bool:
        """Whether what is said was said of another state of the work."""
        return bool(self.said and self.said.rendu and self.work.digest and self.said.rendu != self.work.digest)

    @property
    def left(self) -> bool:
        """Whether somebody still has to look."""
        return self.work.digest is not None and (self.said is None or self.said.degre is None or self.stale)

    def facts(self, lab: Lab) -> dict[str, Any]:
        """Returns it for programs."""
        said = self.said
        return {
            "candidate": self.work.candidate,
            "criterion": self.criterion.id,
            "degree": said.degre if said else None,
            "remark": said.remarque if said else "",
            "by": said.par if said else None,
            "at": said.le.isoformat(timespec="seconds") if said else None,
            "changed_since": self.stale,
            "left": self.left,
            "look_in": list(where(lab, self.criterion.id, self.work.files)),
            "kept_copy": str(self.work.zip) if self.work.zip else None,
            "nothing_to_see": self.work.why_not or None,
        }


@dataclass(frozen=True)
class Grid:
    """All of it."""

    place: Place
    works: tuple[Work, ...]
    said: Appreciations
    brought: Bank | None

    @property
    def lab(self) -> Lab:
        """Of which lab."""
        return self.place.lab

    @cached_property
    def degrees(self) -> dict[str, str]:
        """The words of each degree, from the lowest to the highest."""
        return titles_of(self.place.referentiel)

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Learner by learner."""
        return tuple(self.cell(work, one) for work in self.works for one in self.lab.manifest.humain)

    def cell(self, work: Work, criterion: Criterion) -> Cell:
        """Returns one criterion of one work."""
        return Cell(work, criterion, self.said.of(work.candidate, criterion.id))

    @property
    def to_look(self) -> int:
        """How many cells have something to look at."""
        return sum(one.work.digest is not None for one in self.cells)

    @property
    def left(self) -> int:
        """How many of them are left."""
        return sum(one.left for one in self.cells)

    def work(self, candidate: str) -> Work:
        """Returns a learner's work.

        Raises:
            UsageProblem: There is none.
        """
        found = next((one for one in self.works if is_same_candidate(one.candidate, candidate)), None)
        if found is None:
            raise UsageProblem(
                f"« {candidate} » n'est pas dans ces résultats : « etabli apprecier {self.lab.id} » dit qui."
            )
        return found

    def offered(self, criterion: str) -> tuple[str, ...]:
        """Returns the bank for a criterion: the remarks most used first, then those that a teacher brought."""
        used = Counter(one.remarque for one in self.said.appreciations if one.critere == criterion and one.remarque)
        first = [text for text, _ in used.most_common()]
        own = self.brought.remarques if self.brought else {}
        return tuple(_once([*first, *own.get(criterion, ()), *own.get(EVERY, ())]))[:OFFERED]


def _once(texts: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for text in texts:
        if (key := fold(text)) not in seen:
            seen.add(key)
            yield text


def grid_of(out: Path, place: Place) -> Grid:
    """Reads the grid of an output folder.

    Raises:
        UsageProblem: There are no results of this lab there, or nothing in it is for a person.
        LabError: What is said, or the bank, is wrong.
    """
    if not place.lab.manifest.humain:
        raise UsageProblem(
            f"Le TP « {place.lab.id} » n'a rien qu'une personne doive regarder (« humain » de lab.yaml)."
        )
    return Grid(place, tuple(works_of(out, place.lab)), place.read(), place.bank())
