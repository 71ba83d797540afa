"""Tables as values, and how they are written as CSV; :mod:`etabli.reports.xlsx` makes workbooks of them.

In every form, text that a spreadsheet might take for a formula is neutralised.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from operator import methodcaller
from typing import Any, Final, Generic, TypeVar

from etabli.reports.text import Word, visible
from etabli.system.formulas import inert

Value = str | int | float | datetime | Word | None
"""A cell: an instant is in UTC, a word has its sign and colour, ``None`` is an empty cell."""
Item = TypeVar("Item")


@dataclass(frozen=True)
class Column(Generic[Item]):
    """One column: its stable key, its heading on screen, what it says of an item, its width in characters."""

    key: str
    title: str
    of: Callable[[Item], Value]
    width: int = 16


@dataclass(frozen=True)
class Table(Generic[Item]):
    """One table: a row per item, a cell per column."""

    title: str
    columns: tuple[Column[Item], ...]
    items: Sequence[Item]

    def rows(self) -> list[list[Value]]:
        """Returns the cells, row by row."""
        return [[column.of(item) for column in self.columns] for item in self.items]

    def records(self, shown: Callable[[Value], object]) -> list[dict[str, object]]:
        """Returns the rows as dictionaries by key, each value as ``shown`` writes it."""
        return [{column.key: shown(column.of(item)) for column in self.columns} for item in self.items]


def keyed(key: str, title: str | None = None, width: int = 16) -> Column[Mapping[str, Any]]:
    """Returns a column whose items are dictionaries: it shows the value of its key, if there is one."""
    return Column(key, title or key, methodcaller("get", key), width)


@dataclass(frozen=True)
class CsvStyle:
    """How a CSV is written."""

    delimiter: str = ","
    french: bool = False
    """Decimal commas, and dates as ``24/11/2026 14:05`` in the machine's time zone."""
    bom: bool = False
    """A byte order mark, by which Excel knows UTF-8."""


FRENCH_EXCEL: Final = CsvStyle(delimiter=";", french=True, bom=True)
"""What a French Excel opens by double click."""


def as_csv(table: Table[Item], style: CsvStyle = CsvStyle(), *, zone: tzinfo | None = None) -> str:
    """Writes a table as CSV, lines ended by CR LF (RFC 4180).

    Args:
        table: The table.
        style: Separator, decimal mark and byte order mark.
        zone: Time zone of French dates; the machine's by default.
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=style.delimiter, lineterminator="\r\n")
    writer.writerow(neutral(column.title) for column in table.columns)
    for row in table.rows():
        writer.writerow(_cell(value, style, zone) for value in row)
    return ("\ufeff" if style.bom else "") + stream.getvalue()


def _cell(value: Value, style: CsvStyle, zone: tzinfo | None) -> str:
    if isinstance(value, Word):
        return neutral(value.text)
    if isinstance(value, datetime):
        return f"{value.astimezone(zone):%d/%m/%Y %H:%M}" if style.french else iso_seconds(value)
    if isinstance(value, float) and style.french:
        return str(value).replace(".", ",")
    return neutral(value)


def neutral(value: object) -> str:
    """Writes a cell that no spreadsheet takes for a formula, with hidden characters visible."""
    if value is None:
        return ""
    return inert(visible(value)) if isinstance(value, str) else str(value)


def iso_seconds(instant: datetime) -> str:
    """Writes an instant as programs read it: UTC, ISO 8601, to the second."""
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
