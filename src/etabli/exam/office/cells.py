"""What every used cell holds, as JSON has it: a number, a text, true or false, null, or ``[code]`` for an error."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

from .document import Document
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


def read(document: Document) -> list[Any]:
    """Returns name, rows and pivots of every sheet.

    Raises:
        Refused: A sheet goes too far.
    """
    formats = document.model.NumberFormats
    late = (document.day_zero - _DAY_ZERO).days
    return [
        {"name": sheet.Name, "rows": _rows(sheet, formats, late), "pivots": _pivots(sheet)} for sheet in document.sheets
    ]


def _rows(sheet: Any, formats: Any, late: int) -> list[list[Any]]:
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    end = cursor.RangeAddress
    if (end.EndRow + 1) * (end.EndColumn + 1) > MAX_AREA:
        raise Refused("too-many", "rows", name=sheet.Name, number=end.EndRow + 1, limit=MAX_AREA // (end.EndColumn + 1))
    area = sheet.getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow)
    rows = [list(row) for row in area.getDataArray()]
    doubtful = []
    for number, formulas in enumerate(area.getFormulaArray()):
        row = rows[number]
        for column, formula in enumerate(formulas):
            if not formula:
                row[column] = None
            elif row[column] in (0.0, 1.0) and formula[0] not in "0123456789":
                doubtful.append((number, column))
    _put_logical(sheet, rows, doubtful, formats)
    if late:
        _put_days(sheet, rows, late, formats)
    _put_errors(sheet, rows)
    for row in rows:
        while row and row[-1] is None:
            row.pop()
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _put_logical(sheet: Any, rows: list[list[Any]], doubtful: Sequence[tuple[int, int]], formats: Any) -> None:
    """Tells true and false from one and zero, by their format: cell by cell, or format by format if that is less."""

    def logical(cells: Any) -> bool:
        return bool(formats.getByKey(cells.NumberFormat).Type & _LOGICAL)

    if len(doubtful) > _MANY:
        of_format = [one for one in listed(sheet.UniqueCellFormatRanges) if logical(one.getByIndex(0))]
        found = {place for one in of_format for address in one.RangeAddresses for place in _places(address, rows)}
        doubtful = [place for place in doubtful if place in found]
    else:
        doubtful = [place for place in doubtful if logical(sheet.getCellByPosition(place[1], place[0]))]
    for row, column in doubtful:
        rows[row][column] = bool(rows[row][column])


def _put_days(sheet: Any, rows: list[list[Any]], late: int, formats: Any) -> None:
    """Counts dates from the same day in every workbook: those of old Macs begin in 1904."""
    for one in listed(sheet.UniqueCellFormatRanges):
        if formats.getByKey(one.getByIndex(0).NumberFormat).Type & _DATE:
            for row, column in (place for address in one.RangeAddresses for place in _places(address, rows)):
                if isinstance(rows[row][column], float):
                    rows[row][column] += late


def _places(address: Any, rows: Sequence[Sequence[Any]]) -> Iterator[tuple[int, int]]:
    for row in range(address.StartRow, min(address.EndRow + 1, len(rows))):
        for column in range(address.StartColumn, min(address.EndColumn + 1, len(rows[row]))):
            yield row, column


def _put_errors(sheet: Any, rows: list[list[Any]]) -> None:
    for address in sheet.queryFormulaCells(_ERROR_RESULT).RangeAddresses:
        for row in range(address.StartRow, min(address.EndRow, len(rows) - 1) + 1):
            for column in range(address.StartColumn, min(address.EndColumn, len(rows[row]) - 1) + 1):
                rows[row][column] = [sheet.getCellByPosition(column, row).getError()]


def _pivots(sheet: Any) -> list[Any]:
    found = []
    for pivot in listed(sheet.DataPilotTables):
        area = pivot.OutputRange
        found.append([pivot.Name, area.StartRow + 1, area.StartColumn + 1, area.EndRow + 1, area.EndColumn + 1])
    return found
