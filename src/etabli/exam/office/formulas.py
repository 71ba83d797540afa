"""The formulas of a sheet, read and written."""

from __future__ import annotations

from typing import Any, Final

_FORMULAS: Final = 16
"""com.sun.star.sheet.CellFlags.FORMULA"""


def formulas(sheet: Any) -> list[tuple[int, int, str]]:
    """Returns row, column (from 0) and text of every formula of a sheet."""
    found = []
    for address in sheet.queryContentCells(_FORMULAS).RangeAddresses:
        area = sheet.getCellRangeByPosition(
            address.StartColumn, address.StartRow, address.EndColumn, address.EndRow
        ).getFormulaArray()
        for row, texts in enumerate(area, address.StartRow):
            found += [(row, column, text) for column, text in enumerate(texts, address.StartColumn)]
    return found


def put(sheet: Any, row: int, column: int, text: str) -> None:
    """Gives a cell (from 0) another formula; one in braces goes to the whole array that the cell is in."""
    cell = sheet.getCellByPosition(column, row)
    if not text.startswith("{"):
        cell.setFormula(text)
        return
    cursor = sheet.createCursorByRange(cell)
    cursor.collapseToCurrentArray()
    cursor.setArrayFormula(bare(text))


def bare(formula: str) -> str:
    """Returns a formula without the braces of an array's; the property that has none speaks French."""
    return formula.removeprefix("{").removesuffix("}")


def listed(found: Any) -> list[Any]:
    """Returns what one of the office's collections holds."""
    return [found.getByIndex(number) for number in range(found.getCount())]


def column_of(letters: str) -> int:
    """Returns the number (from 0) of the column of that name."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
