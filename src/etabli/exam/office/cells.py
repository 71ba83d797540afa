"""What every used cell holds, as JSON has it: a number, a text, true or false, null, or ``[code]`` for an error."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any, Final, TypeAlias

from .document import TEXT, Document
from .formulas import listed
from .limits import MAX_AREA, Refused

_ERROR_RESULT: Final = 4
"""com.sun.star.sheet.FormulaResult.ERROR"""
_LOGICAL: Final = 1024
"""com.sun.star.util.NumberFormat.LOGICAL"""
_DATE: Final = 2
"""com.sun.star.util.NumberFormat.DATE"""
_DAY_ZERO: Final = date(1899, 12, 30)
_MANY: Final = 30
"""Cells of a sheet beyond which its formats are fewer."""
Place: TypeAlias = tuple[int, int]
"""Row and column, from 0."""
Plain: TypeAlias = float | str | bool | list[int] | None
Rows: TypeAlias = list[list[Plain]]


def read(document: Document) -> list[Any]:
    """Returns name, rows and pivots of every sheet.

    Raises:
        Refused: A sheet goes too far.
    """
    return [SheetCells(document, sheet).told for sheet in document.sheets]


def same(one: Rows, other: Rows) -> bool:
    """Whether two sheets hold the same; one and true are not."""
    return one == other and all(list(map(type, a)) == list(map(type, b)) for a, b in zip(one, other, strict=True))


class SheetCells:
    """The cells of one sheet of a computed workbook.

    Args:
        document: The workbook.
        sheet: The sheet.

    Raises:
        Refused: It goes too far.
    """

    def __init__(self, document: Document, sheet: Any) -> None:
        self._document = document
        self._sheet = sheet
        self.name = str(sheet.Name)
        self._late = (document.day_zero - _DAY_ZERO).days
        cursor = sheet.createCursor()
        cursor.gotoEndOfUsedArea(False)
        end = cursor.RangeAddress
        if (end.EndRow + 1) * (end.EndColumn + 1) > MAX_AREA:
            limit = MAX_AREA // (end.EndColumn + 1)
            raise Refused("too-many", "rows", name=self.name, number=end.EndRow + 1, limit=limit)
        self.size = (end.EndRow + 1) * (end.EndColumn + 1)
        area = sheet.getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow)
        self.raw: tuple[tuple[Any, ...], ...] = area.getDataArray()
        self._texts: tuple[tuple[str, ...], ...] = area.getFormulaArray()
        self.rows: Rows = [list(row) for row in self.raw]
        self.pivots = _pivots(sheet)
        self._fill()

    @property
    def told(self) -> dict[str, Any]:
        """The sheet, for the answer."""
        return {"name": self.name, "rows": self.rows, "pivots": self.pivots}

    def is_constant(self, row: int, column: int) -> bool:
        """Whether a hand typed a number or a text in a cell."""
        if row >= len(self.raw) or column >= len(self.raw[0]):
            return False
        return self.raw[row][column] not in ("", None) and not _computed(self._texts[row][column])

    @cached_property
    def texts(self) -> set[Place]:
        """The cells with the format of a text: what is typed there is one."""
        return self._formatted(TEXT)

    @cached_property
    def formulas(self) -> list[Place]:
        """The cells that hold a formula, or a part of an array's."""
        return [
            (row, column)
            for row, texts in enumerate(self._texts)
            for column, text in enumerate(texts)
            if text and _computed(text)
        ]

    def after(self, typed: Mapping[Place, float | str]) -> Rows:
        """Returns its rows once more, where only constants have been replaced and everything was computed again.

        It is for sheets whose formulas stay where they are.

        Args:
            typed: The constants.
        """
        rows = self.rows.copy()
        for number in {row for row, _column in (*typed, *self.formulas)}:
            rows[number] = rows[number].copy()
        for (row, column), value in typed.items():
            rows[row][column] = value
        values = dict(self._computed_values())
        for (row, column), value in values.items():
            rows[row][column] = value
        doubtful = [place for place in (*typed, *values) if rows[place[0]][place[1]] in (0.0, 1.0)]
        self._put_logical(rows, [*doubtful, *(place for place in self._ones if place not in typed)])
        self._put_days(rows, self._days & {*typed, *values})
        if any(value is None for value in values.values()):
            self._put_errors(rows)
        return rows

    @cached_property
    def _left(self) -> int:
        return min(column for _row, column in self.formulas)

    @cached_property
    def _live(self) -> Any:
        """The cells from the first formula to the last."""
        right = max(column for _row, column in self.formulas)
        return self._sheet.getCellRangeByPosition(self._left, self.formulas[0][0], right, self.formulas[-1][0])

    def _computed_values(self) -> Iterator[tuple[Place, Any]]:
        if not self.formulas:
            return
        left, top, data = self._left, self.formulas[0][0], self._live.getDataArray()
        for row, column in self.formulas:
            yield (row, column), data[row - top][column - left]

    def _fill(self) -> None:
        doubtful = []
        for number, texts in enumerate(self._texts):
            row = self.rows[number]
            for column, text in enumerate(texts):
                if not text:
                    row[column] = None
                elif row[column] in (0.0, 1.0) and text[0] not in "0123456789":
                    doubtful.append((number, column))
        self._put_logical(self.rows, doubtful)
        self._ones = [(row, column) for row, column in doubtful if not _computed(self._texts[row][column])]
        self._put_days(self.rows, self._days)
        self._put_errors(self.rows)
        for row in self.rows:
            while row and row[-1] is None:
                row.pop()
        while self.rows and not self.rows[-1]:
            self.rows.pop()

    def _put_logical(self, rows: Rows, doubtful: Sequence[Place]) -> None:
        """Tells true and false from one and zero by their format: of each cell, or of all formats if they are fewer."""
        for row, column in doubtful:
            if (
                (row, column) in self._logical
                if len(doubtful) > _MANY
                else self._type(self._sheet.getCellByPosition(column, row)) & _LOGICAL
            ):
                rows[row][column] = bool(rows[row][column])

    @cached_property
    def _logical(self) -> set[Place]:
        """The cells that were given the format of true and false."""
        return self._formatted(_LOGICAL)

    def _formatted(self, kind: int) -> set[Place]:
        return {place for area in self._document.formatted(self._sheet, kind) for place in _places(area, self.raw)}

    def _type(self, cells: Any) -> int:
        """What the format of cells is for: flags of com.sun.star.util.NumberFormat."""
        return self._document.type_of(cells.NumberFormat)

    def _put_days(self, rows: Rows, places: Iterable[Place]) -> None:
        """Counts dates from the same day in every workbook: those of old Macs begin in 1904."""
        for row, column in places:
            held = rows[row][column]
            if isinstance(held, float):
                rows[row][column] = held + self._late

    @cached_property
    def _days(self) -> set[Place]:
        """The cells with the format of a date, of a workbook that counts from another day."""
        return self._formatted(_DATE) if self._late else set()

    def _put_errors(self, rows: Rows) -> None:
        for address in self._sheet.queryFormulaCells(_ERROR_RESULT).RangeAddresses:
            for row, column in _places(address, rows):
                rows[row][column] = [self._sheet.getCellByPosition(column, row).getError()]


def _computed(text: str) -> bool:
    return text.startswith(("=", "{="))


def _places(address: Any, rows: Sequence[Sequence[Any]]) -> Iterator[Place]:
    for row in range(address.StartRow, min(address.EndRow + 1, len(rows))):
        for column in range(address.StartColumn, min(address.EndColumn + 1, len(rows[row]))):
            yield row, column


def _pivots(sheet: Any) -> list[Any]:
    found = []
    for pivot in listed(sheet.DataPilotTables):
        area = pivot.OutputRange
        found.append([pivot.Name, area.StartRow + 1, area.StartColumn + 1, area.EndRow + 1, area.EndColumn + 1])
    return found
