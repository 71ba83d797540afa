"""How the figures of a summary are named for a person: their words, their cells, what they show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from etabli.exam import Cells
from etabli.exam.contract.french import cells

from .finding import Figures
from .grid import Grid
from .meaning import as_words
from .places import Spot
from .said import amount, at, shown

MANY = 5
"""Cells that a reader counts by himself."""
FEMININE = ("part", "base")


@dataclass(frozen=True)
class Words:
    """How a summary is told."""

    one: str
    """« mois », « client »."""
    many: str
    label: Callable[[str], str]
    """A key for a person."""
    figure: Callable[[float], str] = amount
    noun: str = "total"

    @property
    def each(self) -> str:
        """« Chaque total », « Chaque rang »."""
        return f"Chaque {self.noun}"

    @property
    def a_noun(self) -> str:
        """« Un total », « Une part »."""
        return f"{'Une' if self.noun in FEMININE else 'Un'} {self.noun}"


class Wording:
    """The figures of one summary, in these words.

    Args:
        figures: Where they are.
        words: How they are told.
    """

    def __init__(self, figures: Figures, words: Words) -> None:
        self._figures = figures
        self._words = words

    def label(self, key: str) -> str:
        """A key for a person; a code as its cell shows it, where it has lost its zeros."""
        spot = self._figures.coded(key) if key in self._figures.listing.labels else None
        label = self._words.label(key)
        return label.replace(key, as_words(self._figures.grid.value(spot)), 1) if spot else label

    def cell(self, key: str, spot: Spot) -> str:
        """A figure's cell with its sheet, what it is, and its formula."""
        formula = self._figures.grid.formula(spot)
        told = f", {self._figures.grid.said(spot)}," if formula else ""
        return f"{at(self._figures.grid.name, spot.cell)} ({self.label(key)}){told}"

    def cell_alone(self, key: str, spot: Spot) -> str:
        """The cell and what it is, where the sheet is told already."""
        return f"{spot.cell} ({self.label(key)})"

    def show(self, grid: Grid, spot: Spot) -> str:
        """What a cell shows."""
        number = grid.number(spot)
        return self._words.figure(number) if number is not None else shown(grid.value(spot), calc=grid.calc)

    def more(self, wrong: Sequence[tuple[str, Spot]]) -> str:
        """The wrong cells after the first; '' when there is one."""
        if len(wrong) < 2:
            return ""
        whole = f" ({len(wrong)} cellules en tout)" if len(wrong) > MANY else ""
        return f" ; de même {cells([spot.cell for _, spot in wrong[1:]])}{whole}"

    def where(self, wrong: Sequence[tuple[str, Spot]]) -> Cells:
        """Where the wrong cells are seen."""
        return self._figures.grid.where(*(spot for _, spot in wrong))
