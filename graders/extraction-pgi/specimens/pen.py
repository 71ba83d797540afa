"""Writes figures on a sheet and remembers where."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from openpyxl.utils import get_column_letter

from . import styles
from .work import Made


class Pen:
    """A new sheet of a workbook in the making."""

    def __init__(self, made: Made, sheet: str) -> None:
        self.made = made
        self.title = made.work.names[sheet]
        self.sheet = made.book.create_sheet(self.title)

    def heading(self, *lines: str) -> int:
        """Writes the first lines; returns the row after them and a blank one."""
        for number, line in enumerate(lines, 1):
            self.sheet.cell(number, 1, line)
        styles.title(self.sheet, "A1")
        return len(lines) + 2

    def titles(self, row: int, column: int, names: Sequence[str]) -> None:
        """Writes the titles of columns."""
        for place, name in enumerate(names, column):
            self.sheet.cell(row, place, name)
        styles.header(self.sheet, row, column, len(names))

    def put(self, row: int, column: int, value: Any, form: str = styles.GENERAL) -> str:
        """Writes one cell; returns its address."""
        cell = self.sheet.cell(row, column, float(value) if isinstance(value, Decimal) else value)
        cell.number_format = form
        return f"{get_column_letter(column)}{row}"

    def figure(self, key: str, shows: Decimal | int, row: int, column: int, formula: str, form: str) -> str:
        """Writes one figure, known as `key`; returns its address."""
        address = self.put(row, column, formula, form)
        self.made.places[key] = (self.title, address)
        self.made.values[key] = shows
        return address
