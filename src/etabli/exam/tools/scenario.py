"""What a trial does to a copy of a workbook before it is computed again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias

Typed: TypeAlias = str | float | date | None
"""What is typed in a cell; None empties it."""


@dataclass(frozen=True)
class Edit:
    """Another value in one cell, whatever it held."""

    sheet: str
    cell: str
    """``H12``."""
    value: Typed


@dataclass(frozen=True)
class Append:
    """A line typed under the last one: a table, or a database range, whose last row that is takes it in."""

    sheet: str
    after_row: int
    """The last line, as its number is read on the sheet."""
    values: Mapping[str, Typed]
    """By column letter."""


Scenario: TypeAlias = Sequence[Edit | Append]


def plain(scenario: Scenario) -> list[dict[str, Any]]:
    """Returns a scenario as the office's side reads it."""
    return [
        {"sheet": edit.sheet, "cell": edit.cell, "value": _plain(edit.value)}
        if isinstance(edit, Edit)
        else {
            "sheet": edit.sheet,
            "after": edit.after_row,
            "values": {column: _plain(value) for column, value in edit.values.items()},
        }
        for edit in scenario
    ]


def _plain(value: Typed) -> Any:
    if isinstance(value, datetime):
        return {"date": value.date().isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    return value if value is None or isinstance(value, str) else float(value)
