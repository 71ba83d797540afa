"""The one figure of human resources, stock or production: right, and calculated on an extraction of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from etabli import Failed
from etabli.examiner.scenario import Edit
from etabli.examiner.words import fold

from .extraction import Extraction
from .formulas import areas, reads_something
from .grid import Grid
from .places import Area, Spot, area
from .said import Marked, at, quote

if TYPE_CHECKING:
    from etabli.examiner.book import Book
    from etabli.examiner.computed import Values

CLOSE = 0.006
DAY = 24
"""Hours: a duration that a spreadsheet shows as [h]:mm is a part of a day."""
COMMON = {"pendant", "periode", "client"}
REACH, UNDER, MAX_EDITS = 6, 4, 600


class AskedFigure:
    """Where a workbook gives the figure that was asked for.

    Args:
        grids: Its sheets.
        extraction: Whose cells are not looked at.
        asked: ``figure`` of the variant.
        value: The right one.
        book: For tables and names.
    """

    def __init__(
        self, grids: Mapping[str, Grid], extraction: Extraction, asked: Mapping[str, str], value: float, book: Book
    ) -> None:
        self._grids = grids
        self._extraction = extraction
        self._title = asked["title"]
        said = " ".join(asked[name] for name in ("title", "what", "unit") if asked.get(name))
        self._words = {word.removesuffix("s") for word in fold(said).split() if len(word) > 4} - COMMON
        self._value = value
        self._book = book

    def find(self) -> tuple[Grid, Spot]:
        """The cell that gives it, beside or under a label that names it; the right figure is not told.

        Raises:
            Failed: No label names it, or no figure near one is right.
        """
        expected = f"{self._title} : une cellule, et son étiquette à côté."
        labels = [(grid, spot) for grid in self._grids.values() for spot in grid.spots if self._names(grid, spot)]
        near = [(grid, place) for grid, spot in labels for place in _near(grid, spot)]
        right = [(grid, place) for grid, place in near if self._is_right(grid, place)]
        if right:
            return max(right, key=lambda one: one[0].live(one[1]))
        if not near:
            raise Failed(f"Aucune cellule ne donne le chiffre demandé ({quote(self._title, 90)}).", expected)
        grid, place = max(near, key=lambda one: self._shared(labels, one))
        raise Marked(
            f"{at(grid.name, place.cell)} ne donne pas le chiffre de votre Tryton.", expected, grid.name, [place.cell]
        )

    def expect_calculated(self) -> None:
        """A formula or a pivot gives it, and reads cells of the workbook."""
        grid, spot = self.find()
        if grid.in_pivot(spot):
            return
        expected = "Une formule sur les lignes extraites de Tryton, dans leur propre feuille."
        if not grid.live(spot):
            raise Marked(f"{at(grid.name, spot.cell)} contient une valeur tapée.", expected, grid.name, [spot.cell])
        formula = grid.formula(spot)
        if not reads_something(formula, self._book, grid.name):
            raise Marked(
                f"{at(grid.name, spot.cell)} : {formula} ne lit aucune cellule.", expected, grid.name, [spot.cell]
            )

    def edits(self) -> list[Edit]:
        """One more in every number that the figure's formula reads, or its pivot's source: it must then move."""

        grid, spot = self.find()
        edits: list[Edit] = []
        for place in self._read(grid, spot):
            source = self._grids.get(place.sheet or "")
            for cell in (one for one in (source.spots if source else ()) if place.holds(one)):
                number = source.number(cell) if source and not source.live(cell) else None
                if source and number is not None:
                    edits.append(Edit(source.name, cell.cell, number + 1))
        return edits[:MAX_EDITS]

    def expect_moved(self, values: Values) -> None:
        """The figure is another one after the edits."""
        grid, spot = self.find()
        if grid.under(values).number(spot) == grid.number(spot):
            raise Marked(
                f"{at(grid.name, spot.cell)}, {grid.formula(spot)}, ne bouge pas quand les lignes qu'elle lit changent.",
                "Le chiffre suit son extraction.", grid.name, [spot.cell],
            )  # fmt: skip

    def _read(self, grid: Grid, spot: Spot) -> list[Area]:
        if not grid.in_pivot(spot):
            return areas(grid.formula(spot), self._book, grid.name)
        pivots = [pivot for pivot in grid.sheet.pivots if (place := area(pivot.ref)) and place.top <= spot.row]
        found = [place for pivot in pivots if (place := area(pivot.source) or self._table(pivot.source))]
        return [place if place.sheet else place._replace(sheet=grid.name) for place in found]

    def _table(self, name: str) -> Area | None:
        return next(iter(areas(f"={name}", self._book, "")), None)

    def _names(self, grid: Grid, spot: Spot) -> bool:
        if grid.name == self._extraction.sheet and self._extraction.covers(spot):
            return False
        return bool(self._found_words(grid, spot))

    def _found_words(self, grid: Grid, spot: Spot) -> set[str]:
        text = grid.text(spot)
        return {word.removesuffix("s") for word in fold(text).split()} & self._words if len(text) < 200 else set()

    def _shared(self, labels: Sequence[tuple[Grid, Spot]], one: tuple[Grid, Spot]) -> int:
        """How many words of the title the labels near a figure have."""
        grid, place = one
        return max(
            (
                len(self._found_words(grid, spot))
                for other, spot in labels
                if other is grid and place in _near(grid, spot)
            ),
            default=0,
        )

    def _is_right(self, grid: Grid, spot: Spot) -> bool:
        number = grid.number(spot)
        if number is None:
            return False
        timed = grid.cell(spot).format.kind == "time"
        return abs(number - self._value) < CLOSE or (timed and abs(number * DAY - self._value) < CLOSE)


def _near(grid: Grid, spot: Spot) -> list[Spot]:
    """Cells with a number on the right of a label, or in the few rows under it."""
    columns = range(spot.column, min(grid.width, spot.column + REACH) + 1)
    right = [Spot(spot.row, column) for column in columns if column > spot.column]
    under = [Spot(row, column) for row in range(spot.row + 1, spot.row + UNDER + 1) for column in columns]
    return [place for place in (*right, *under) if grid.number(place) is not None]
