"""The formulas of a sheet."""

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
