"""The gap between the extraction and the general ledger, in a workbook: both figures, and the entries that make it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from etabli import Failed
from etabli.examiner.words import fold

from .extraction import Extraction
from .formulas import is_calculated
from .grid import Grid
from .meaning import as_date, as_key, as_number, as_words
from .places import Spot
from .precedents import Precedents
from .said import Marked, at, counted, listed, quote

if TYPE_CHECKING:
    from etabli.examiner.book import Book
    from etabli.examiner.computed import Values
    from etabli.examiner.scenario import Edit

CENT = 0.006
SPARE = 3
"""Filled rows that a list of entries may have beside twice its length: titles, a total."""
SOME = 200
"""Numbers that are changed to see a difference of two sums move."""
LONG = 60
"""A sheet with more filled rows is the ledger itself: the numbers in it are not the candidate's choice."""
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

    def expect_entries(self) -> None:
        """The entries that make the gap, and no other, are listed together, each in a row or one per account."""
        everything: Sequence[Mapping[str, Any]] = self._truth["entries"]
        entries = required(everything)
        best: dict[int, list[set[int]]] = {}
        strangers: list[tuple[Grid, list[Spot]]] = []
        for grid in self._grids:
            lines = self._lines(grid)
            found = _told(list(lines.values()), entries)
            best = max(best, found, key=len)
            if span := _together(found, entries):
                others = _strangers(lines, span, everything)
                if not others:
                    return
                strangers.append((grid, others))
        expected = "Une liste à part, une ligne par écriture qui fait l'écart : numéro, date, compte, montant, raison."
        if strangers:
            grid, spots = strangers[0]
            told = counted(len(spots), "écriture qui ne fait pas l'écart", "écritures qui ne font pas l'écart")
            cells = [spot.cell for spot in spots]
            raise Marked(f"{told} dans la liste de {quote(grid.name)} ({listed(cells)}).", expected, grid.name, cells)
        if lost := [entry for rank, entry in enumerate(entries) if rank not in best]:
            verb = "trouve" if len(lost) < 2 else "trouvent"
            raise Failed(
                f"{counted(len(lost), 'écriture')} sur {len(entries)} ne se {verb} pas dans le classeur, avec numéro et "
                f"montant{self._half_told(lost)}.",
                expected,
            )
        raise Failed("Les écritures qui font l'écart sont noyées parmi d'autres.", expected)

    def _half_told(self, lost: Sequence[Mapping[str, Any]]) -> str:
        """The numbers that the candidate listed with another amount: these are no secret."""
        seen: set[str] = set()
        for grid in self._grids:
            spots = [spot for spot in grid.spots if not self._covered(grid, spot) and as_words(grid.value(spot))]
            if len({spot.row for spot in spots}) <= LONG:
                seen |= {as_key(grid.value(spot)) for spot in spots}
        known = [str(entry["numero"]) for entry in lost if seen & _numbers(entry)]
        return f" ; le montant n'est pas le bon pour {listed(known)}" if known else ""

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
            if not self._covered(grid, spot) and any(f" {word}" in f" {fold(grid.text(spot))}" for word in words)
        ]

    def _lines(self, grid: Grid) -> dict[int, dict[int, Any]]:
        """What the filled rows of a sheet hold: row → column → value."""
        lines: dict[int, dict[int, Any]] = {}
        for spot in grid.spots:
            if not self._covered(grid, spot) and (value := grid.value(spot)) not in (None, ""):
                lines.setdefault(spot.row, {})[spot.column] = value
        return lines

    def _covered(self, grid: Grid, spot: Spot) -> bool:
        return grid.name == self._extraction.sheet and self._extraction.covers(spot)


def _numbers(entry: Mapping[str, Any]) -> set[str]:
    """What an entry may be called: its number, or that of the invoice it comes from."""
    return {key for name in ("numero", "piece") if (key := as_key(entry.get(name)))}


def required(entries: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The entries that a list must have: without those that have no invoice and that another one cancels.

    Both kinds of list add up to the gap.
    """
    kept: list[Mapping[str, Any]] = []
    for entry in entries:
        other = next((one for one in kept if _cancel(one, entry)), None)
        if other is None:
            kept.append(entry)
        else:
            kept.remove(other)
    return kept


def _cancel(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return one["why"] == other["why"] == "od" and abs(float(one["montant"]) + float(other["montant"])) < CENT


def _is(value: float | None, wanted: float) -> bool:
    return value is not None and abs(abs(value) - wanted) < CENT


def _adds_up(rows: Sequence[Mapping[int, Any]], wanted: float) -> bool:
    """Whether a column of these rows adds up to an amount, or one less another: credits less debits."""
    columns = {column for row in rows for column in row}
    sums = [sum(as_number(row.get(column)) or 0.0 for row in rows) for column in columns]
    return any(_is(one - other, wanted) for one in sums for other in (0.0, *sums) if len(rows) > 1 or other)


def _told(lines: Sequence[Mapping[int, Any]], entries: Sequence[Mapping[str, Any]]) -> dict[int, list[set[int]]]:
    """Entry → where it is told: filled rows, from 0, one with its number and amount, or some that add up to it."""
    found: dict[int, list[set[int]]] = {}
    for rank, entry in enumerate(entries):
        numbers, wanted = _numbers(entry), abs(float(entry["montant"]))
        rows = [row for row, line in enumerate(lines) if any(as_key(value) in numbers for value in line.values())]
        alone = [{row} for row in rows if any(_is(as_number(value), wanted) for value in lines[row].values())]
        if alone:
            found[rank] = alone
        elif _adds_up([lines[row] for row in rows], wanted):
            found[rank] = [set(rows)]
    return found


def _together(rows: Mapping[int, Sequence[set[int]]], entries: Sequence[Mapping[str, Any]]) -> range | None:
    """Filled rows that follow each other and tell all entries, with few others between; None when there are none."""
    if len(rows) < len(entries):
        return None
    size = 2 * sum(min(map(len, places)) for places in rows.values()) + SPARE
    for start in sorted({place for places in rows.values() for one in places for place in one}):
        span = set(range(start, start + size))
        chosen = [next((one for one in places if one <= span), None) for places in rows.values()]
        if None not in chosen:
            return range(start, max(place for one in chosen if one for place in one) + 1)
    return None


def _strangers(lines: Mapping[int, Mapping[int, Any]], span: range, entries: Sequence[Mapping[str, Any]]) -> list[Spot]:
    """Dated rows of a list, or that touch it, that are none of the entries: the cell of each date."""
    numbers = list(lines)
    known = set().union(*(_numbers(entry) for entry in entries))
    first, last = span.start, span.stop - 1
    while first > 0 and numbers[first - 1] == numbers[first] - 1:
        first -= 1
    while last + 1 < len(numbers) and numbers[last + 1] == numbers[last] + 1:
        last += 1
    found = []
    for row in numbers[first : last + 1]:
        line = lines[row]
        dates = [column for column, value in line.items() if as_date(value)]
        amounts = [value for column, value in line.items() if column not in dates and as_number(value) is not None]
        if dates and amounts and not any(as_key(value) in known for value in line.values()):
            found.append(Spot(row, dates[0]))
    return found


def _near(grid: Grid, spot: Spot) -> list[Spot]:
    """Cells with a number on the right of a label, or under it."""
    under = [Spot(row, spot.column) for row in range(spot.row + 1, min(grid.height, spot.row + 4) + 1)]
    return [*_beside(grid, spot), *(place for place in under if grid.number(place) is not None)]


def _beside(grid: Grid, spot: Spot) -> list[Spot]:
    """Cells with a number on the right of a label."""
    right = (Spot(spot.row, column) for column in range(spot.column + 1, min(grid.width, spot.column + 6) + 1))
    return [place for place in right if grid.number(place) is not None]
