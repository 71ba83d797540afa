"""The gap between the extraction and the general ledger, in a workbook: both figures."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from etabli import Failed
from etabli.examiner.words import fold

from .extraction import Extraction
from .formulas import is_calculated
from .grid import Grid
from .meaning import as_words
from .places import Spot
from .precedents import Precedents
from .said import Marked, at, listed, quote

if TYPE_CHECKING:
    from etabli.examiner.book import Book
    from etabli.examiner.computed import Values
    from etabli.examiner.scenario import Edit

CENT = 0.006
SOME = 200
"""Numbers that are changed to see a difference of two sums move."""
LEDGER, GAP = ("grand livre", "comptabilite", "compta"), ("ecart", "difference")


class Gap:
    """What a workbook says of the ledger.

    Args:
        grids: Its sheets.
        extraction: Whose cells are not looked at.
        truth: ``ledger`` of the variant.
        book: For tables and names.
    """

    def __init__(self, grids: Mapping[str, Grid], extraction: Extraction, truth: Mapping[str, Any], book: Book) -> None:
        self._grids = list(grids.values())
        self._precedents = Precedents(grids, book)
        self._extraction = extraction
        self._truth = truth
        self._book = book

    def expect_figures(self, summaries: Collection[str]) -> None:
        """The ledger's total and the gap are there, right, and the gap is calculated.

        Args:
            summaries: The sheets of the summaries, where a typed total is another check's to tell.
        """
        self._ledger()
        grid, spot = self._gap()
        typed = self._precedents.one_by_one(grid, spot)
        if not is_calculated(grid, spot, self._book):
            told = f"L'écart est tapé dans {at(grid.name, spot.cell)}."
        elif typed and not any(name in summaries for name, _ in typed):
            cells = listed([at(name, cell.cell) for name, cell in typed])
            told = (
                f"{at(grid.name, spot.cell)}, {grid.formula(spot)} : l'écart ne lit que des valeurs tapées ({cells})."
            )
        else:
            return
        expected = "Une formule : le total du grand livre moins celui de la synthèse, qui est calculé."
        raise Marked(told, expected, grid.name, [spot.cell])

    def edits(self) -> list[Edit]:
        """Another number wherever the gap reads one, itself or through others."""
        grid, spot = self._gap()
        return self._precedents.edits(self._precedents.numbers(grid, [spot]), SOME)

    def expect_moved(self, values: Values) -> None:
        """The gap is another one after the edits."""
        grid, spot = self._gap()
        after = grid.under(values).number(spot)
        if after is not None and abs(after - (grid.number(spot) or 0.0)) < CENT:
            raise Marked(
                f"{at(grid.name, spot.cell)}, {grid.formula(spot)}, ne bouge pas quand les nombres qu'il lit changent.",
                "Une formule : le total du grand livre moins celui de la synthèse.", grid.name, [spot.cell],
            )  # fmt: skip

    def told(self) -> dict[tuple[str, str], str]:
        """Sheet and cell of both figures, and what they are."""
        both = ((self._ledger(), "total du grand livre"), (self._gap(), "écart"))
        return {(grid.name, spot.cell): what for (grid, spot), what in both}

    def _ledger(self) -> tuple[Grid, Spot]:
        return self._expect("le total du grand livre", LEDGER, float(self._truth["total"]))

    def _gap(self) -> tuple[Grid, Spot]:
        return self._expect("l'écart", GAP, float(self._truth["gap"]))

    def _expect(self, what: str, words: Sequence[str], wanted: float) -> tuple[Grid, Spot]:
        """The cell that gives a figure, beside or under a label that names it; the right figure is not told.

        Raises:
            Failed: No label names it, or no figure near one is right.
        """
        expected = f"Une cellule qui dit {what}, et son étiquette à côté."
        labels = [(grid, spot) for grid in self._grids for spot in self._labels(grid, words)]
        if not labels:
            raise Failed(f"Aucune cellule ne dit {what}.", expected)
        figures = [(grid, near) for grid, spot in labels for near in _near(grid, spot)]
        right = [(grid, near) for grid, near in figures if abs(abs(grid.number(near) or 0) - abs(wanted)) < CENT]
        if not right:
            grid, spot = next(((grid, spot) for grid, spot in labels if _beside(grid, spot)), labels[0])
            raise Marked(
                f"Près de {quote(as_words(grid.value(spot)))} ({at(grid.name, spot.cell)}), on ne lit pas {what} de votre Tryton.",
                expected, grid.name, [spot.cell],
            )  # fmt: skip
        return max(right, key=lambda one: one[0].live(one[1]))

    def _labels(self, grid: Grid, words: Sequence[str]) -> list[Spot]:
        return [
            spot
            for spot in grid.spots
            if not self._extraction.holds(grid, spot)
            and any(f" {word}" in f" {fold(grid.text(spot))}" for word in words)
        ]


def _near(grid: Grid, spot: Spot) -> list[Spot]:
    """Cells with a number on the right of a label, or under it."""
    under = [Spot(row, spot.column) for row in range(spot.row + 1, min(grid.height, spot.row + 4) + 1)]
    return [*_beside(grid, spot), *(place for place in under if grid.number(place) is not None)]


def _beside(grid: Grid, spot: Spot) -> list[Spot]:
    """Cells with a number on the right of a label."""
    right = (Spot(spot.row, column) for column in range(spot.column + 1, min(grid.width, spot.column + 6) + 1))
    return [place for place in right if grid.number(place) is not None]
