"""A sheet as it shows itself: constants as they were read, formulas and pivots as the office recalculated them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from etabli.exam import Cells
from etabli.exam.contract.formulas import in_french
from etabli.exam.tools.book import NOTHING
from etabli.exam.tools.computed import CellError

from .meaning import as_number, is_number
from .places import Area, Spot, area
from .said import at, shown

if TYPE_CHECKING:
    from etabli.exam.tools.book import Book, BookCell, Pivot, WorkSheet
    from etabli.exam.tools.computed import Values

_EPOCH = datetime(1899, 12, 30)
_LAST_SERIAL = 2_958_465
NAMED = 40
CENT = 0.006
LONG = 120
"""Characters of a formula that a sentence shows."""


class Grid:
    """One sheet and its recalculated values.

    Args:
        sheet: As it was read.
        compute: Gives the values; called only when a formula's value is asked for.
        calc: Formulas and errors are told as LibreOffice shows them, not as Excel does.
    """

    def __init__(self, sheet: WorkSheet, compute: Callable[[], Values], *, calc: bool = False) -> None:
        self.sheet = sheet
        self.calc = calc
        self.name = sheet.name
        self._compute = compute
        self._values: dict[Spot, Any] = {}
        self._lives: dict[Spot, bool] = {}

    def under(self, values: Values) -> Grid:
        """The same sheet as another recalculation shows it."""
        return Grid(self.sheet, lambda: values, calc=self.calc)

    def cell(self, spot: Spot) -> BookCell:
        """The cell as it was read, an empty one beyond the last."""
        rows = self.sheet.rows
        cells = rows[spot.row - 1] if 0 < spot.row <= len(rows) else ()
        return cells[spot.column - 1] if 0 < spot.column <= len(cells) else NOTHING

    def value(self, spot: Spot) -> Any:
        """What the cell holds: a number, a text, a boolean, a date, an error or None; a date is never a number."""
        if spot not in self._values:
            self._values[spot] = self._value(spot)
        return self._values[spot]

    def _value(self, spot: Spot) -> Any:
        cell = self.cell(spot)
        if not self.live(spot):
            return cell.value
        value = self._compute()[self.name, spot.cell]
        if cell.format.kind == "date" and is_number(value):
            return serial_date(value)
        return value

    def number(self, spot: Spot) -> float | None:
        """The number in a cell, None for anything else."""
        value = self.value(spot)
        return as_number(value) if isinstance(value, int | float) else None

    def fails(self, spot: Spot) -> bool:
        """Whether the cell shows an error: that is no figure, and never near one."""
        return isinstance(self.value(spot), CellError)

    def differs(self, spot: Spot, wanted: float) -> bool:
        """Whether the cell shows another amount, to the cent: what is not there is 0, an error is no amount."""
        return self.fails(spot) or abs((self.number(spot) or 0.0) - wanted) >= CENT

    def amount(self, spot: Spot) -> str:
        """The amount in a cell for a sentence, 0 where there is none; an error as it is."""
        return shown(self.value(spot) if self.fails(spot) else self.number(spot) or 0.0, calc=self.calc)

    def text(self, spot: Spot) -> str:
        """The text in a cell, '' for anything else."""
        value = self.value(spot)
        return value.strip() if type(value) is str else ""

    def written(self, spot: Spot) -> bool:
        """Whether a format, its own or a conditional one, may write a figure in place of what the cell holds."""
        return self.cell(spot).format.written or any(place.holds(spot) for place in self._written)

    @cached_property
    def _written(self) -> list[Area]:
        return [place for one in self.sheet.written if (place := area(one))]

    def in_pivot(self, spot: Spot) -> bool:
        """Whether a pivot fills the cell."""
        return any(place.holds(spot) for place in self._pivots)

    def pivot(self, spot: Spot) -> Pivot | None:
        """The pivot that fills a cell, in the file or once refreshed: of several, the one that begins nearest."""
        known = self._compute().pivots if self.sheet.pivots else ()
        found: list[tuple[int, int, Pivot]] = []
        for pivot in self.sheet.pivots:
            refs = [pivot.ref, *(one.ref for one in known if (one.sheet, one.name) == (self.name, pivot.name))]
            found += [(place.top, place.left, pivot) for ref in refs if (place := area(ref)) and place.holds(spot)]
        return max(found, key=lambda one: one[:2])[2] if found else None

    def live(self, spot: Spot) -> bool:
        """Whether something else than a hand fills the cell: a formula, an array or a pivot."""
        if spot not in self._lives:
            cell = self.cell(spot)
            self._lives[spot] = cell.live or self.in_pivot(spot) or any(one.holds(spot) for one in self._arrays)
        return self._lives[spot]

    def formula(self, spot: Spot) -> str:
        """The formula of a cell, or of the array that fills it; '' for a typed value."""
        cell = self.cell(spot)
        if cell.formula is None and (place := area(cell.array)):
            return self.cell(Spot(place.top, place.left)).formula or ""
        return cell.formula or ""

    def said(self, spot: Spot) -> str:
        """The formula of a cell as a sentence quotes it, in French; '' for a typed value."""
        return in_french(self.formula(spot), LONG, calc=self.calc)

    def told(self, spot: Spot) -> str:
        """A cell as a sentence names it: ``Synthèse!B4``."""
        return at(self.name, spot.cell)

    def where(self, *spots: Spot) -> Cells:
        """The place that some cells are, for a failure: as many of them as the journal has room to name."""
        return Cells(self.name, [spot.cell for spot in spots[:NAMED]])

    @cached_property
    def spots(self) -> Sequence[Spot]:
        """Every cell that may hold something, row by row."""
        found = {
            Spot(row, column) for row, cells in enumerate(self.sheet.rows, 1) for column in range(1, len(cells) + 1)
        }
        for place in (*self._pivots, *self._arrays):
            found |= set(place.spots())
        return sorted(found)

    @cached_property
    def height(self) -> int:
        """The number of its last row."""
        return max((spot.row for spot in self.spots), default=0)

    @cached_property
    def width(self) -> int:
        """The number of its last column."""
        return max((spot.column for spot in self.spots), default=0)

    @cached_property
    def _pivots(self) -> Sequence[Area]:
        """Where pivots stand: in the file, and once refreshed."""
        if not self.sheet.pivots:
            return []
        refreshed = [pivot.ref for pivot in self._compute().pivots if pivot.sheet == self.name]
        refs = [pivot.ref for pivot in self.sheet.pivots] + refreshed
        return [place for ref in refs if (place := area(ref))]

    @cached_property
    def _arrays(self) -> Sequence[Area]:
        names = {cell.array for row in self.sheet.rows for cell in row if cell.array}
        return [place for name in sorted(names) if (place := area(name))]


def grids(book: Book, compute: Callable[[], Values], *, calc: bool = False) -> Mapping[str, Grid]:
    """Every sheet by its name, hidden ones too, in the workbook's order."""
    return {sheet.name: Grid(sheet, compute, calc=calc) for sheet in book.sheets}


def serial_date(value: float) -> date | float:
    """The date behind a serial number; the number itself where there is none."""
    if not 1 <= value <= _LAST_SERIAL:
        return value
    return (_EPOCH + timedelta(days=int(value))).date()
