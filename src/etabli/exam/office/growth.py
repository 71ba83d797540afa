"""Lines typed under the last one: a table whose last row that was takes them in, as Excel makes it do.

Calculated columns are filled down; what refers to the table, to a name for its columns or (in Excel) to the whole
of a column by its cells, follows. A range of cells that is no table stays what it is.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from .document import PERCENT, TEXT, Document
from .formulas import column_of, formulas, listed, put

_CONSTANTS: Final = 1 | 2 | 4
"""CellFlags: value, date, text."""
_FORMULAS: Final = 16
_DOWN: Final = "DOWN"


def add_rows(
    document: Document, sheet: Any, after: int, count: int, letters: Sequence[str]
) -> dict[tuple[int, int], int]:
    """Makes room for lines under row `after`, with the formats of that row, and lets tables grow.

    Args:
        document: The workbook.
        sheet: One of its sheets.
        after: The row above, from 1.
        count: How many lines.
        letters: The columns that will be typed in.

    Returns:
        By row and column (from 0), `TEXT` or `PERCENT` where a new cell itself has such a format, which decides what a
        hand makes of a number there; a percentage under another one decides nothing.
    """
    row, number = after, sheet.RangeAddress.Sheet  # from 0, the first new row is the number of the one above
    tables = [table for table in listed(document.model.DatabaseRanges) if _ends_at(table, number, after - 1)]
    columns = [sheet.getCellRangeByName(f"{one}1").CellAddress.Column for one in letters]
    areas = [table.DataArea for table in tables]
    first = min([*columns, *(area.StartColumn for area in areas)])
    last = max([*columns, *(area.EndColumn for area in areas)])
    end = row + count - 1
    taken = _first_filled(sheet.getCellRangeByPosition(first, row, last, end))
    own = _own_formats(document, sheet, (first, row, last, row + (count if taken is None else taken) - 1))
    if taken is not None:
        uno: Any = importlib.import_module("uno")
        mode = uno.Enum("com.sun.star.sheet.CellInsertMode", _DOWN)
        sheet.insertCells(sheet.getCellRangeByPosition(first, row + taken, last, end).RangeAddress, mode)
    done = row
    while done <= end:  # twice as many each time: a copy costs the same for a row and for twenty
        some = min(done - row + 1, end - done + 1)
        above = sheet.getCellRangeByPosition(first, done - some, last, done - 1).RangeAddress
        sheet.copyRange(sheet.getCellByPosition(first, done).CellAddress, above)
        done += some
    sheet.getCellRangeByPosition(first, row, last, end).clearContents(_CONSTANTS)
    for column in range(first, last + 1):
        if not any(area.StartColumn <= column <= area.EndColumn for area in areas):
            sheet.getCellRangeByPosition(column, row, column, end).clearContents(_FORMULAS)
    for table, area in zip(tables, areas, strict=True):
        _grow(document, sheet, table, area, count)
    return own


def _own_formats(document: Document, sheet: Any, place: tuple[int, int, int, int]) -> dict[tuple[int, int], int]:
    left, top, right, bottom = place
    if bottom < top:
        return {}
    free = sheet.getCellRangeByPosition(*place)
    rates = document.formatted(sheet.getCellRangeByPosition(left, top - 1, right, top - 1), PERCENT)
    alike = {column for area in rates for column in range(area.StartColumn, area.EndColumn + 1)}
    return {
        (row, column): kind
        for kind in (TEXT, PERCENT)
        for area in document.formatted(free, kind)
        for row in range(area.StartRow, area.EndRow + 1)
        for column in range(area.StartColumn, area.EndColumn + 1)
        if kind == TEXT or column not in alike
    }


def _ends_at(table: Any, sheet: int, row: int) -> bool:
    area = table.DataArea
    return bool(area.Sheet == sheet and area.EndRow - (1 if table.TotalsRow else 0) == row)


def _first_filled(area: Any) -> int | None:
    return next((row for row, texts in enumerate(area.getFormulaArray()) if any(texts)), None)


def _grow(document: Document, sheet: Any, table: Any, before: Any, count: int) -> None:
    """Makes a table some rows longer, and what refers to it."""
    body = _Body(sheet.Name, before, table, count)
    grown = table.DataArea
    grown.StartRow, grown.EndRow = before.StartRow, before.EndRow + count
    table.setDataArea(grown)
    known = {table.Name.casefold()}
    for names in (document.model.NamedRanges, *(one.NamedRanges for one in document.sheets)):
        for name in listed(names):
            text = body.longer(name.Content, None)
            if text != name.Content or f"{table.Name}[".casefold() in text.casefold():
                name.setContent(text)  # one that names the table's column is read anew, and reaches its new end
                known.add(name.Name.casefold())
    if known & document.pivot_sources:
        _feed_pivots(document, before, grown)
    if document.kind == "xlsx":
        _lengthen(document, sheet, body)
    document.loose |= body.loose


def _feed_pivots(document: Document, before: Any, grown: Any) -> None:
    """Pivots that read the table by its name, or by a name for it."""
    for pivot in document.pivots:
        area = pivot.SourceRange
        if all(getattr(area, side) == getattr(before, side) for side in ("Sheet", "StartColumn", "EndColumn")) and (
            area.EndRow == before.EndRow or area.EndRow == grown.EndRow
        ):
            area.EndRow = grown.EndRow
            pivot.setSourceRange(area)


def _lengthen(document: Document, sheet: Any, body: _Body) -> None:
    for other in document.sheets:
        here = other.Name == sheet.Name
        for row, column, text in formulas(other):
            if here and body.holds(row, column):
                continue
            longer = body.longer(text, body.sheet if here else None)
            if longer != text:
                put(other, row, column, longer)


class _Body:
    """The rows of a table before it grew, and how references to whole columns of them are written."""

    def __init__(self, sheet: str, area: Any, table: Any, more: int) -> None:
        self.sheet = sheet
        self._more = more
        self.loose = False
        """Whether something reads from its top down to a row where it grows."""
        self._columns = range(area.StartColumn, area.EndColumn + 1)
        self._head = area.StartRow + 1
        self._first = self._head + (1 if table.ContainsHeader else 0)
        self._last = area.EndRow + (0 if table.TotalsRow else 1)
        self._rows = range(area.StartRow, area.EndRow + 1 + more)
        quoted = re.escape("'" + sheet.replace("'", "''") + "'")
        prefix = rf"(?P<sheet>\$?(?:{re.escape(sheet)}|{quoted})\.)?"
        corner = r"\$?(?P<{0}>[A-Z]{{1,3}})\$?(?P<{1}>\d{{1,7}})"
        self._pattern = re.compile(
            rf"(?<![\w.$'!]){prefix}{corner.format('left', 'top')}:\.?(?P<end>{corner.format('right', 'bottom')})"
            r"(?![\w.(])"
        )

    def holds(self, row: int, column: int) -> bool:
        """Whether a cell (from 0) is in the table as it has grown."""
        return row in self._rows and column in self._columns

    def longer(self, text: str, here: str | None) -> str:
        """Returns a formula whose references to whole columns of the table are as long as it has grown.

        Args:
            text: The formula, in the office's own notation.
            here: The table's sheet when the formula stands on it too.
        """

        def change(match: re.Match[str]) -> str:
            bottom = int(match["bottom"])
            near = self._last <= bottom <= self._last + self._more and int(match["top"]) in (self._head, self._first)
            mine = match["sheet"] is not None or here is not None
            inside = all(column_of(match[side]) in self._columns for side in ("left", "right"))
            if not (near and mine and inside):
                return match.group()
            if bottom > self._last:
                self.loose = True
                return match.group()
            start, end = match.start("bottom") - match.start(), match.end("bottom") - match.start()
            return f"{match.group()[:start]}{self._last + self._more}{match.group()[end:]}"

        return "".join(
            part if part.startswith('"') else self._pattern.sub(change, part) for part in _outside_texts(text)
        )


def _outside_texts(formula: str) -> Iterator[str]:
    """Yields the pieces of a formula; texts between quotes are pieces of their own."""
    yield from re.split(r'("(?:[^"]|"")*")', formula)
