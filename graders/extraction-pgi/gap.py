"""The gap between the extraction and the general ledger, in a workbook: both figures, and the entries that make it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from etabli import Failed
from etabli.examiner.words import fold

from .extraction import Extraction
from .formulas import is_calculated
from .grid import Grid
from .meaning import as_key, as_number, as_words
from .places import Spot
from .precedents import Precedents
from .said import Marked, at, counted, listed, quote

if TYPE_CHECKING:
    from etabli.examiner.book import Book

CENT = 0.006
SPARE = 3
"""Filled rows that a list of entries may have beside twice its length: titles, a total."""
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

    def expect_figures(self) -> None:
        """The ledger's total and the gap are there, right, and the gap is calculated."""
        self._ledger()
        grid, spot = self._gap()
        typed = self._precedents.one_by_one(grid, spot)
        if not is_calculated(grid, spot, self._book):
            told = f"L'écart est tapé dans {at(grid.name, spot.cell)}."
        elif typed:
            cells = listed([at(name, cell.cell) for name, cell in typed])
            told = (
                f"{at(grid.name, spot.cell)}, {grid.formula(spot)} : l'écart ne lit que des valeurs tapées ({cells})."
            )
        else:
            return
        expected = "Une formule : le total du grand livre moins celui de la synthèse, qui est calculé."
        raise Marked(told, expected, grid.name, [spot.cell])

    def told(self) -> dict[tuple[str, str], str]:
        """Sheet and cell of both figures, and what they are."""
        both = ((self._ledger(), "total du grand livre"), (self._gap(), "écart"))
        return {(grid.name, spot.cell): what for (grid, spot), what in both}

    def expect_entries(self) -> None:
        """The entries that make the gap are listed together, each with its amount."""
        entries: Sequence[Mapping[str, Any]] = self._truth["entries"]
        best: set[int] = set()
        for grid in self._grids:
            found = self._rows(grid, entries)
            best = max(best, set().union(*found.values()), key=len)
            if len(_window(found, 2 * len(entries) + SPARE)) == len(entries):
                return
        lost = len(entries) - len(best)
        expected = "Une liste à part, une ligne par écriture qui fait l'écart : numéro, date, compte, montant, raison."
        if lost:
            verb = "trouve" if lost < 2 else "trouvent"
            raise Failed(
                f"{counted(lost, 'écriture')} sur {len(entries)} ne se {verb} pas dans le classeur, avec numéro et montant.",
                expected,
            )
        raise Failed("Les écritures qui font l'écart sont noyées parmi d'autres.", expected)

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
            grid, spot = labels[0]
            raise Marked(
                f"Près de {quote(as_words(grid.value(spot)))} ({at(grid.name, spot.cell)}), on ne lit pas {what} de votre Tryton.",
                expected, grid.name, [spot.cell],
            )  # fmt: skip
        return max(right, key=lambda one: one[0].live(one[1]))

    def _labels(self, grid: Grid, words: Sequence[str]) -> list[Spot]:
        return [
            spot
            for spot in grid.spots
            if not self._covered(grid, spot) and any(f" {word}" in f" {fold(grid.text(spot))}" for word in words)
        ]

    def _rows(self, grid: Grid, entries: Sequence[Mapping[str, Any]]) -> dict[int, set[int]]:
        """Filled row → the entries that it tells, by number and amount."""
        cells: dict[int, list[Any]] = {}
        for spot in grid.spots:
            if not self._covered(grid, spot) and (value := grid.value(spot)) not in (None, ""):
                cells.setdefault(spot.row, []).append(value)
        wanted = [(_numbers(entry), _amounts(entry, entries)) for entry in entries]
        return {
            row: {
                rank
                for rank, (numbers, amounts) in enumerate(wanted)
                if any(as_key(value) in numbers for value in values)
                and any(abs(abs(as_number(value) or 0) - amount) < CENT for value in values for amount in amounts)
            }
            for row, values in cells.items()
        }

    def _covered(self, grid: Grid, spot: Spot) -> bool:
        return grid.name == self._extraction.sheet and self._extraction.covers(spot)


def _numbers(entry: Mapping[str, Any]) -> set[str]:
    """What an entry may be called: its number, or that of the invoice it comes from."""
    return {key for name in ("numero", "piece") if (key := as_key(entry.get(name)))}


def _amounts(entry: Mapping[str, Any], entries: Sequence[Mapping[str, Any]]) -> set[float]:
    """What an entry may show: its own amount, or that of all the lines of its number together."""
    together = sum(float(one["montant"]) for one in entries if one["numero"] == entry["numero"])
    return {abs(float(entry["montant"])), abs(round(together, 2))}


def _window(rows: Mapping[int, set[int]], size: int) -> set[int]:
    """The most entries that stand within so many filled rows."""
    numbers = sorted(rows)
    best: set[int] = set()
    for start in range(len(numbers)):
        told = set().union(*(rows[number] for number in numbers[start : start + size]))
        best = max(best, told, key=len)
    return best


def _near(grid: Grid, spot: Spot) -> list[Spot]:
    """Cells with a number on the right of a label, or under it."""
    right = [Spot(spot.row, column) for column in range(spot.column + 1, min(grid.width, spot.column + 6) + 1)]
    under = [Spot(row, spot.column) for row in range(spot.row + 1, min(grid.height, spot.row + 4) + 1)]
    return [place for place in (*right, *under) if grid.number(place) is not None]
