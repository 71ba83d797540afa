"""What a trial does to a copy of a workbook before it is computed again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeAlias

Typed: TypeAlias = str | float | date | None
"""What is typed in a cell; None empties it."""
GREATEST: Final = 9.99999999999999e307
"""The greatest number that a spreadsheet lets a person type."""
LONGEST: Final = 32_767
"""Signs of the longest text in a cell."""
_HALF: Final = re.compile("[\ud800-\udfff]")


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


@dataclass(frozen=True)
class Hide:
    """Lines that a filter leaves out: they are there, and nobody sees them."""

    sheet: str
    rows: Sequence[int]
    """As they are read on the sheet; none of them is hidden already."""


Scenario: TypeAlias = Sequence[Edit | Append | Hide]


def plain(scenario: Scenario) -> list[dict[str, Any]]:
    """Returns a scenario as the office's side reads it, without what nobody can type: such a cell keeps what it holds.

    What is typed is often made of what a candidate's cells hold: a number times two, a text of another line. A number
    without end, or half of a sign, stops the office.
    """
    return [*_told(scenario)]


def _told(scenario: Scenario) -> Iterator[dict[str, Any]]:
    for edit in scenario:
        if isinstance(edit, Append):
            values = {column: _plain(value) for column, value in edit.values.items() if _can_be_typed(value)}
            yield {"sheet": edit.sheet, "after": edit.after_row, "values": values}
        elif isinstance(edit, Hide):
            yield {"sheet": edit.sheet, "rows": [*edit.rows]}
        elif _can_be_typed(edit.value):
            yield {"sheet": edit.sheet, "cell": edit.cell, "value": _plain(edit.value)}


def _can_be_typed(value: Typed) -> bool:
    if isinstance(value, str):
        return len(value) <= LONGEST and not _HALF.search(value)
    return not isinstance(value, int | float) or abs(value) <= GREATEST


def _plain(value: Typed) -> Any:
    if isinstance(value, datetime):
        return {"date": value.date().isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    return value if value is None or isinstance(value, str) else float(value)
