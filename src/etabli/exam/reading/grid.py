"""Tables under construction: cells placed one by one, within limits, and what they look like as words."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator
from typing import Any, NamedTuple

from .formats import GENERAL, Format
from .layout import Layout
from .limits import MAX_CELLS, MAX_COLUMNS, MAX_EMPTY, MAX_ROWS, MAX_SHEETS, Refused
from .told import CellTold

Value = str | float | bool | datetime.date | None


class Box(NamedTuple):
    """One cell that holds something."""

    value: Value = None
    formula: str | None = None
    comment: str | None = None
    hidden: bool = False
    shown: str | None = None
    """Words that the file itself gives; else `words` of the value."""
    format: Format = GENERAL
    array: str | None = None
    """The range that its formula fills."""
    error: str | None = None
    """The error that an office suite left in it."""

    @property
    def text(self) -> str:
        """The value as words."""
        return (words(self.value) if self.shown is None else self.shown).strip()

    @property
    def told(self) -> CellTold:
        """The cell on the wire."""
        kind, value = _plain(self.value)
        return CellTold(kind, value, self.text, self.formula, self.comment, self.hidden)


def _plain(value: Value) -> tuple[str, Any]:
    if value is None:
        return "", None
    if isinstance(value, bool):
        return "b", value
    if isinstance(value, datetime.datetime):
        return "t", value.isoformat()
    if isinstance(value, datetime.date):
        return "d", value.isoformat()
    return ("s", value) if isinstance(value, str) else ("n", value)


def words(value: Value) -> str:
    """Returns a value as a French office suite shows it without a format."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "VRAI" if value else "FAUX"
    if isinstance(value, datetime.datetime):
        return value.strftime("%d/%m/%Y %H:%M")
    if isinstance(value, datetime.date):
        return value.strftime("%d/%m/%Y")
    return value if isinstance(value, str) else f"{value:.15g}".replace(".", ",")


def number(text: str) -> float | str:
    """Returns a number, whole where it is; the text itself when it is none."""
    try:
        value = float(text)
    except ValueError:
        return text
    if not math.isfinite(value):
        return text
    return int(value) if value.is_integer() and abs(value) < 1e15 else value


class Grid:
    """One sheet.

    Args:
        name: Its name.
        hidden: It is not seen when the file is opened.
        book: Counts what all sheets hold.
    """

    def __init__(self, name: str, hidden: bool, book: Book) -> None:
        self.name = name
        self.hidden = hidden
        self.layout = Layout()
        self._book = book
        self._cells: dict[tuple[int, int], Box] = {}

    def put(self, row: int, column: int, box: Box) -> None:
        """Places a cell; both numbers start at 1.

        Raises:
            Refused: It is too far, or there are too many.
        """
        if row > MAX_ROWS:
            raise Refused("too-many", "rows", name=self.name, number=row, limit=MAX_ROWS)
        if column > MAX_COLUMNS:
            raise Refused("too-many", "columns", name=self.name, number=column, limit=MAX_COLUMNS)
        if (row, column) not in self._cells:
            self._book.count()
        self._cells[row, column] = box

    def comment(self, row: int, column: int, text: str) -> None:
        """Adds a comment to a cell, which may be empty otherwise."""
        old = self._cells.get((row, column), Box())
        both = f"{old.comment}\n{text}" if old.comment else text
        self.put(row, column, old._replace(comment=both))

    def at(self, row: int, column: int) -> Box:
        """Returns a cell, an empty one where nothing was put."""
        return self._cells.get((row, column), Box())

    def spread(self) -> None:
        """Reads a merged cell on each row that it covers, down to the last row that holds something.

        Raises:
            Refused: There are too many.
        """
        last = max((row for row, _column in self._cells), default=0)
        for merged in self.layout.merged:
            for row in range(merged.top + 1, min(merged.bottom, last) + 1):
                if (box := self.at(merged.top, merged.left)) != Box() and self.at(row, merged.left) == Box():
                    self.put(row, merged.left, box)

    @property
    def width(self) -> int:
        """The last column that holds something."""
        return max((column for _row, column in self._cells), default=0)

    def cells(self) -> Iterator[tuple[int, int, Box]]:
        """Yields the cells that hold something, in reading order."""
        for (row, column), box in sorted(self._cells.items(), key=lambda item: item[0]):
            yield row, column, box._replace(hidden=box.hidden or self.hidden)

    @property
    def plain(self) -> dict[str, Any]:
        """The sheet as JSON has it: each row stops at its last cell that holds something."""
        rows: list[list[CellTold | None]] = []
        for row, column, box in self.cells():
            rows.extend([] for _missing in range(row - len(rows)))
            rows[-1].extend(None for _missing in range(column - 1 - len(rows[-1])))
            rows[-1].append(box.told)
        return {"name": self.name, "hidden": self.hidden, "rows": rows}


class Book:
    """The sheets of a file."""

    def __init__(self) -> None:
        self.grids: list[Grid] = []
        self._cells = 0
        self._empty = 0

    def sheet(self, name: str, *, hidden: bool) -> Grid:
        """Adds a sheet.

        Raises:
            Refused: There are too many.
        """
        if len(self.grids) >= MAX_SHEETS:
            raise Refused("too-many", "sheets", limit=MAX_SHEETS)
        self.grids.append(Grid(name, hidden, self))
        return self.grids[-1]

    def count(self) -> None:
        """Counts a cell that holds something.

        Raises:
            Refused: There are too many.
        """
        self._cells += 1
        if self._cells > MAX_CELLS:
            raise Refused("too-many", "cells", limit=MAX_CELLS)

    def skip(self) -> None:
        """Counts a row or a cell that holds nothing.

        Raises:
            Refused: There are too many.
        """
        self._empty += 1
        if self._empty > MAX_EMPTY:
            raise Refused("too-many", "empty-cells", limit=MAX_EMPTY)
