"""What every cell of a workbook holds once everything is computed again."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from etabli.exam.reading.places import place, spot

_NAMES: Final = {
    **{501: "#VALUE!", 502: "#NUM!", 503: "#NUM!", 504: "#VALUE!", 519: "#VALUE!", 521: "#NULL!"},
    **{524: "#REF!", 525: "#NAME?", 532: "#DIV/0!", 533: "#VALUE!", 32767: "#N/A"},
}


class CellError(str):
    """An error that a cell shows: ``#DIV/0!``, ``#REF!``, ``#NAME?``, ``Err:522`` for formulas that turn in circles."""

    __slots__ = ()

    @property
    def circular(self) -> bool:
        """Whether the formula depends on itself."""
        return self in ("Err:522", "Err:523")


Held: TypeAlias = float | str | bool | CellError | None
"""A date is a number: days since 1899-12-30."""


@dataclass(frozen=True)
class PivotArea:
    """Where a refreshed pivot table stands."""

    sheet: str
    name: str
    ref: str
    """``A3:B12``."""


class Values:
    """The cells of one computed workbook.

    Example:
        values["Synthèse", "B4"]

    Args:
        cells: Rows by name of sheet, as they stand from A1.
        pivots: Its pivot tables, refreshed.
    """

    def __init__(self, cells: Mapping[str, list[list[Held]]], pivots: tuple[PivotArea, ...] = ()) -> None:
        self._cells = cells
        self._names = {name.casefold(): name for name in cells}
        self.pivots = pivots

    @property
    def sheets(self) -> list[str]:
        """The names of the sheets, in their order."""
        return list(self._cells)

    def rows(self, sheet: str) -> list[list[Held]]:
        """Returns the rows of a sheet; a row stops at its last cell that holds something.

        Raises:
            KeyError: There is no such sheet.
        """
        return self._cells[self._names[sheet.casefold()]]

    def __getitem__(self, where: tuple[str, str]) -> Held:
        """Returns what a cell holds: ``values["Synthèse", "B4"]``; None beyond the last one.

        Raises:
            KeyError: There is no such sheet.
            ValueError: It is no name of a cell.
        """
        rows = self.rows(where[0])
        row, column = spot(where[1])
        cells = rows[row - 1] if row <= len(rows) else []
        return cells[column - 1] if column <= len(cells) else None

    def cells(self) -> Iterator[tuple[str, str, Held]]:
        """Yields sheet, name and value of every cell that holds something."""
        for sheet, rows in self._cells.items():
            for number, row in enumerate(rows, 1):
                for column, value in enumerate(row, 1):
                    if value is not None:
                        yield sheet, place(number, column), value

    def errors(self) -> list[tuple[str, str, CellError]]:
        """Returns sheet, name and error of every cell that shows one."""
        return [(sheet, cell, value) for sheet, cell, value in self.cells() if isinstance(value, CellError)]

    def changed(self, other: Values) -> list[tuple[str, str]]:
        """Returns sheet and name of the cells that hold something else in `other`; noise of computing is none."""
        mine, theirs = ({(s, c): value for s, c, value in one.cells()} for one in (self, other))
        places = [*mine, *(where for where in theirs if where not in mine)]
        return [where for where in places if not _same(mine.get(where), theirs.get(where))]


def _same(one: Held, other: Held) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-9)
    return type(one) is type(other) and one == other


def values_of(found: Any, first: Values | None = None) -> Values:
    """Returns the values behind one scenario's answer.

    Args:
        found: Its sheets.
        first: The values of the first scenario, of which a sheet may tell only what differs.

    Raises:
        LookupError, TypeError, ValueError, AttributeError: The answer has another shape: our error.
    """
    cells = {str(sheet["name"]): _rows(sheet, first) for sheet in found}
    pivots = tuple(
        PivotArea(str(sheet["name"]), str(name), f"{place(int(top), int(left))}:{place(int(bottom), int(right))}")
        for sheet in found
        for name, top, left, bottom, right in sheet["pivots"]
    )
    return Values(cells, pivots)


def _rows(sheet: Any, first: Values | None) -> list[list[Held]]:
    if "rows" in sheet or first is None:
        return [[_held(value) for value in row] for row in sheet["rows"]]
    rows = first.rows(str(sheet["name"])).copy()
    for number in {int(row) for row, _column, _value in sheet["cells"]}:
        rows[number] = rows[number].copy()
    for row, column, value in sheet["cells"]:
        rows[int(row)][int(column)] = _held(value)
    return rows


def _held(found: Any) -> Held:
    if isinstance(found, list):
        code = int(found[0])
        return CellError(_NAMES.get(code, f"Err:{code}"))
    if found is None or isinstance(found, bool | str):
        return found
    return float(found)
