"""The grand total: a cell beside the word, right, and that follows the lines."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from etabli import Failed

from .extraction import Extraction
from .formulas import is_calculated
from .grid import Grid
from .places import Spot
from .precedents import Precedents
from .said import Marked, amount, at

if TYPE_CHECKING:
    from etabli.examiner.book import Book
    from etabli.examiner.computed import Values

CENT = 0.006
_BELOW = 3
EXPECTED = "Une cellule « Total » avec la somme des lignes, par une formule ou un tableau croisé."


class Total:
    """Where a workbook gives its grand total.

    Args:
        grids: Its sheets.
        extraction: Whose cells are not looked at.
        book: For tables and names.
        precedents: What its cells depend on.
        wanted: What it may be.
    """

    def __init__(
        self,
        grids: Sequence[Grid],
        extraction: Extraction,
        book: Book,
        precedents: Precedents,
        wanted: Sequence[float],
    ) -> None:
        self._grids = grids
        self._precedents = precedents
        self._extraction = extraction
        self._book = book
        self._wanted = wanted

    @cached_property
    def found(self) -> list[tuple[Grid, Spot]]:
        """The cells that give it, those that are calculated if there are.

        Raises:
            Failed: No figure beside the word « total » is the total.
        """
        near = [(grid, spot) for grid in self._grids for spot in self._near(grid)]
        right = [(grid, spot) for grid, spot in near if _is(grid.number(spot), self._wanted)]
        if not near:
            raise Failed("Aucune cellule « Total » dans la synthèse.", EXPECTED)
        if not right:
            # The highest figure beside the word is the one that means to be the grand total.
            grid, spot = max(near, key=lambda one: one[0].number(one[1]) or 0.0)
            told = f"{at(grid.name, spot.cell)} montre {amount(grid.number(spot) or 0)} ; vos lignes font {amount(self._wanted[0])}."
            raise Marked(told, EXPECTED, grid.name, [spot.cell])
        return [one for one in right if self._is_calculated(*one)] or right

    def after(self, values: Values) -> list[float]:
        """What these cells show after a change."""
        return [number for grid, spot in self.found for number in _after(grid, spot, values) if number is not None]

    def told(self) -> dict[tuple[str, str], str]:
        """Its sheet and cell, and what it is."""
        grid, spot = self.found[0]
        return {(grid.name, spot.cell): "total général"}

    def expect_calculated(self) -> None:
        """A formula or a pivot gives it, and does more than show a typed number again."""
        grid, spot = self.found[0]
        if not self._is_calculated(grid, spot):
            raise Marked(f"{at(grid.name, spot.cell)} : le total général est tapé.", EXPECTED, grid.name, [spot.cell])

    def expect_follows(self, values: Values, wanted: Sequence[float], told: str) -> None:
        """After a change, one of these cells is what the changed lines give."""
        if not any(_is(number, wanted) for grid, spot in self.found for number in _after(grid, spot, values)):
            grid, spot = self.found[0]
            now = _after(grid, spot, values)[0]
            shown = "rien" if now is None else amount(now)
            raise Marked(
                f"Avec {told}, {at(grid.name, spot.cell)} (total général) montre {shown} au lieu de {amount(wanted[0])}.",
                EXPECTED, grid.name, [spot.cell],
            )  # fmt: skip

    def _is_calculated(self, grid: Grid, spot: Spot) -> bool:
        return is_calculated(grid, spot, self._book) and self._precedents.copied(grid, spot) is None

    def _near(self, grid: Grid) -> list[Spot]:
        """Figures in the row of a cell that says « total », or just under it."""
        free = [spot for spot in grid.spots if not self._extraction.holds(grid, spot)]
        words = [spot for spot in free if "tota" in grid.text(spot).casefold()]
        rows = {spot.row for spot in words}
        under = {Spot(word.row + down, word.column) for word in words for down in range(1, _BELOW + 1)}
        return [spot for spot in free if (spot.row in rows or spot in under) and grid.number(spot) is not None]


def _is(number: float | None, wanted: Sequence[float]) -> bool:
    return number is not None and any(abs(number - one) < CENT for one in wanted)


def _after(grid: Grid, spot: Spot, values: Values) -> list[float | None]:
    """What a cell shows after a change; a pivot may have grown by one row."""
    places = [spot, spot._replace(row=spot.row + 1)] if grid.in_pivot(spot) else [spot]
    return [grid.under(values).number(place) for place in places]
