"""The extraction in a candidate's workbook: found by its titles, read line by line."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from etabli.exam import Cells, Failed
from etabli.exam.contract.formulas import in_french
from etabli.exam.contract.french import listed, quote, some
from etabli.exam.contract.words import fold

from .columns import columns_of
from .grid import Grid, serial_date
from .meaning import as_date, as_key, as_number, as_rate, as_words, cents, is_number
from .places import Spot, letters

HEADER_ROWS = 30
"""Titles are looked for in the first rows of each sheet."""
LEAST_TITLES = 5
LEAST_CELLS = 3
"""A row with fewer of the asked cells filled is no line: a note, a source, a stray word."""
UNDER = 3
"""A total may stand so many rows under the last line."""
KEYS = ("numero", "montant")
LEAST_SERIAL = 36_526
"""1 January 2000: a number beyond it, in a column of dates, is a date without its format."""


def day_of(value: Any) -> date | None:
    """The day that a cell of a column of dates means, that of a text or of a bare serial number too."""
    return as_date(serial_date(value) if is_number(value) and value > LEAST_SERIAL else value)


@dataclass(frozen=True)
class ExtractLine:
    """One line of the extraction."""

    row: int
    cells: Mapping[str, Any]
    """Column → what the cell holds."""

    @property
    def numero(self) -> str:
        """The invoice's number, as a key."""
        return as_key(self.cells.get("numero"))

    @property
    def date(self) -> date | None:
        """The day, that of a text or of a bare serial number too."""
        return day_of(self.cells.get("date"))

    @property
    def month(self) -> str:
        """``2026-01``; '' when the day is not understood."""
        return f"{self.date:%Y-%m}" if self.date else ""

    @property
    def code(self) -> str:
        """The customer's code, as a key."""
        return as_key(self.cells.get("code_client"))

    @property
    def amount(self) -> float:
        """The amount, a text's too; 0 when there is none."""
        return as_number(self.cells.get("montant")) or 0.0

    @property
    def cents(self) -> int:
        """The amount in cents."""
        return cents(self.amount)

    @property
    def rate(self) -> float | None:
        """The tax rate, as a fraction."""
        return as_rate(self.cells.get("taux"))


class Extraction:
    """The lines of a sheet, under their titles.

    Args:
        grid: Where they are.
        header: The row of the titles.
        columns: Identifier → number of the column.
    """

    def __init__(self, grid: Grid, header: int, columns: Mapping[str, int]) -> None:
        self.grid = grid
        self.header = header
        self.columns = columns

    @property
    def sheet(self) -> str:
        """The sheet's name."""
        return self.grid.name

    @cached_property
    def _rows(self) -> Mapping[int, Mapping[str, Any]]:
        """Every row under the titles, by number."""
        return {
            row: {name: self.grid.value(Spot(row, column)) for name, column in self.columns.items()}
            for row in range(self.header + 1, self.grid.height + 1)
        }

    @cached_property
    def lines(self) -> Sequence[ExtractLine]:
        """What the sheet says of invoices, in its order."""
        return [
            ExtractLine(row, cells)
            for row, cells in self._rows.items()
            if _filled(cells) >= LEAST_CELLS and not self._is_title(cells) and not is_total(cells)
        ]

    @cached_property
    def last(self) -> int:
        """The row of the last line."""
        return max((line.row for line in self.lines), default=self.header)

    @cached_property
    def totals(self) -> Sequence[int]:
        """Rows that add others up."""
        return [row for row, cells in self._rows.items() if is_total(cells) or self._ends(row, cells)]

    def _ends(self, row: int, cells: Mapping[str, Any]) -> bool:
        """Whether a row right under the lines has an amount that is calculated, or a word for its number: « Somme »."""
        if not self.last < row <= self.last + UNDER or as_number(cells.get("montant")) is None:
            return False
        worded = not any(map(str.isdigit, as_words(cells.get("numero"))))
        return worded or self.grid.live(Spot(row, self.columns["montant"]))

    @cached_property
    def blanks(self) -> Sequence[int]:
        """Rows between the lines that say nothing."""
        known = {line.row for line in self.lines} | set(self.totals)
        return [row for row in self._rows if row < self.last and row not in known]

    @cached_property
    def repeated(self) -> Sequence[int]:
        """Rows of titles among the lines."""
        return [row for row, cells in self._rows.items() if self._is_title(cells)]

    @cached_property
    def others(self) -> Mapping[int, str]:
        """Columns with a title or cells of their own, beside those asked for: number → title."""
        span = range(1, self.grid.width + 1)
        near = [column for column in span if column not in self.columns.values() and self._touches(column)]
        return {column: as_words(self.grid.cell(Spot(self.header, column)).value) for column in near}

    def formula(self, pattern: str) -> str:
        """A formula over whole columns of the extraction, as the candidate types it; '' when a column lacks.

        Args:
            pattern: In the one notation of `Book`, with a column's identifier for its cells: ``=SUM({montant})``.
        """
        sheet = self.sheet if re.fullmatch(r"[^\W\d]\w*", self.sheet) else "'" + self.sheet.replace("'", "''") + "'"
        cells = {name: f"{sheet}!{letters(column)}:{letters(column)}" for name, column in self.columns.items()}
        try:
            return in_french(pattern.format(**cells), calc=self.grid.calc)
        except KeyError:
            return ""

    def covers(self, spot: Spot) -> bool:
        """Whether a cell belongs to the extraction: its titles, its lines, its columns and those that touch them."""
        sides = [*self.columns.values(), *self.others]
        return self.header <= spot.row <= self.last and min(sides) <= spot.column <= max(sides)

    def holds(self, grid: Grid, spot: Spot) -> bool:
        """Whether a cell of any sheet belongs to the extraction."""
        return grid.name == self.sheet and self.covers(spot)

    def _touches(self, column: int) -> bool:
        """Whether a column stands among the lines: most of its cells are filled where lines are."""
        spots = [Spot(line.row, column) for line in self.lines]
        filled = sum(self.grid.live(spot) or as_words(self.grid.cell(spot).value) != "" for spot in spots)
        return filled * 2 > len(spots)

    def _is_title(self, cells: Mapping[str, Any]) -> bool:
        titles = {name: as_words(self.grid.value(Spot(self.header, column))) for name, column in self.columns.items()}
        same = sum(fold(as_words(cells[name])) == fold(title) for name, title in titles.items())
        return same >= LEAST_TITLES


def find_extraction(
    path: str, grids: Sequence[Grid], wanted: Mapping[str, str], tabled: Collection[str] = ()
) -> Extraction:
    """The sheet that has the titles of the extraction, most of them, and most lines under them.

    Of several with the same lines (the raw export kept beside), the one that was worked on: it has a table, the name
    that the brief gives, or more cells of the right type.

    Args:
        path: The workbook, for a sentence.
        grids: Its sheets.
        wanted: Identifier → title asked for.
        tabled: The sheets, in lower case, that a table or a name is about.

    Raises:
        Failed: No sheet has them; nothing stands under them.
    """
    found = [candidate for grid in grids if (candidate := _candidate(grid, wanted))]
    expected = f"Une ligne de titres ({listed(wanted.values())}), puis une ligne par ligne de facture."
    if not found:
        told, look, at = next((one for grid in grids if (one := _untitled(grid))), ("", None, None))
        raise Failed(
            f"{path} : aucune feuille n'a les titres de colonnes de l'extraction.{told}", expected, look, at=at
        )
    best = max(found, key=lambda one: (len(one.columns), *_kept(one, tabled)))
    if lacking := [wanted[key] for key in KEYS if key not in best.columns]:
        titles = some([quote(title) for title in lacking])
        noun = "la colonne" if len(lacking) < 2 else "les colonnes"
        raise Failed(
            f"Dans la feuille {quote(best.sheet)}, on ne trouve pas {noun} {titles}.",
            expected,
            "Écrivez les titres du tableau de l'énoncé, tous dans la même ligne.",
            at=best.grid.where(*(Spot(best.header, column) for column in best.columns.values())),
        )
    if not best.lines:
        raise Failed(
            f"Dans la feuille {quote(best.sheet)}, aucune ligne remplie sous les titres.",
            expected,
            "Les lignes de l'export se collent juste sous les titres, dans la même feuille.",
            at=best.grid.where(*(Spot(best.header, column) for column in best.columns.values())),
        )
    return best


def _kept(one: Extraction, tabled: Collection[str]) -> tuple[bool, int, bool, int]:
    typed = sum(not isinstance(value, str | None) for line in one.lines for value in line.cells.values())
    return one.sheet.casefold() in tabled, len(one.lines), fold(one.sheet) == "donnees", typed


def sums(lines: Sequence[ExtractLine], key: Callable[[ExtractLine], str]) -> dict[str, int]:
    """Cents of lines by key."""
    found: dict[str, int] = {}
    for line in lines:
        name = key(line)
        found[name] = found.get(name, 0) + line.cents
    return found


def is_total(cells: Mapping[str, Any]) -> bool:
    """Whether a row adds others up: it says so, or it has an amount and nothing that tells an invoice."""
    words = " ".join(fold(as_words(value)) for name, value in cells.items() if name not in ("article", "client"))
    if {"total", "totaux", "general"} & set(words.split()):
        return True
    told = [name for name in ("numero", "date", "code_client", "compte") if as_words(cells.get(name))]
    return as_number(cells.get("montant")) is not None and not told


def _filled(cells: Mapping[str, Any]) -> int:
    return sum(as_words(value) != "" for value in cells.values())


def _untitled(grid: Grid) -> tuple[str, str, Cells] | None:
    """That the first row of a sheet is a line of invoice already, and what to do; None where it is none."""

    def line(row: int) -> list[Any]:
        return [grid.cell(Spot(row, column)).value for column in range(1, grid.width + 1)]

    first, second, third = line(1), line(2), line(3)
    kinds = [[type(value) for value in cells] for cells in (first, second, third)]
    filled = sum(value not in (None, "") for value in first)
    if filled < LEAST_TITLES or kinds[0] != kinds[1] or kinds[1] != kinds[2] or not any(map(is_number, first)):
        return None
    numero = next((as_words(value) for value in first if type(value) is str), "")
    same = first == second
    told = f" Dans {quote(grid.name)}, la ligne 1 est déjà une ligne de facture ({numero}){', la même que la ligne 2' if same else ''}."
    look = (
        "Écrivez les titres du tableau de l'énoncé à sa place, dans la ligne 1."
        if same
        else "Insérez une ligne au-dessus, et écrivez-y les titres du tableau de l'énoncé."
    )
    return (
        told,
        look,
        grid.where(*(Spot(1, column) for column, value in enumerate(first, 1) if value not in (None, ""))),
    )


def _candidate(grid: Grid, wanted: Mapping[str, str]) -> Extraction | None:
    rows = range(1, min(grid.height, HEADER_ROWS) + 1)
    best: dict[str, int] = {}
    header = 0
    for row in rows:
        titles = [as_words(grid.cell(Spot(row, column)).value) for column in range(1, grid.width + 1)]
        columns = columns_of(titles, wanted)
        if len(columns) > len(best):
            best, header = {name: place + 1 for name, place in columns.items()}, row
    return Extraction(grid, header, best) if len(best) >= LEAST_TITLES else None
