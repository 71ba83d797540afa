"""What a person does to a workbook: types in a cell, types lines under the last one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from .document import Document
from .growth import add_rows


def apply(document: Document, scenario: Sequence[Mapping[str, Any]]) -> None:
    """Makes the edits of a scenario.

    Args:
        document: The workbook.
        scenario: Each edit has ``sheet``, and either ``cell`` and ``value``, ``after`` (a row, from 1) and
            ``values`` by column letter, or the ``rows`` that a filter hides. A value is null, a number, a text, or
            ``{"date": iso}``.

    Raises:
        Refused: A protected sheet refuses.
        Misasked: There is no such sheet.
    """
    sheets: dict[str, Any] = {}
    for at, edit in enumerate(scenario):
        name = edit["sheet"]
        if name not in sheets:
            sheets[name] = document.sheet(name)
            document.unprotect(sheets[name])
        sheet = sheets[name]
        if "rows" in edit:
            hide(sheet, edit["rows"], hidden=True)
        elif "after" in edit:
            if not (at and _follows(scenario[at - 1], edit)):
                lines = _lines_from(scenario[at:])
                letters = sorted({column for line in lines for column in line["values"]})
                add_rows(document, sheet, int(edit["after"]), len(lines), letters)
            for letters, value in edit["values"].items():
                _type(document, sheet.getCellRangeByName(f"{letters}{int(edit['after']) + 1}"), value)
        else:
            _type(document, sheet.getCellRangeByName(edit["cell"]), edit["value"])


def _follows(former: Mapping[str, Any], edit: Mapping[str, Any]) -> bool:
    """Whether a line is typed under the one that was typed before it: room was made for both at once."""
    return "after" in former and former["sheet"] == edit["sheet"] and former["after"] + 1 == edit.get("after")


def _lines_from(scenario: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The line that a scenario begins with, and those that are typed under it."""
    lines = [scenario[0]]
    for edit in scenario[1:]:
        if not _follows(lines[-1], edit):
            break
        lines.append(edit)
    return lines


def hide(sheet: Any, rows: Sequence[int], *, hidden: bool) -> None:
    """Hides rows (from 1, in their order) as a filter does, or shows them again."""
    for _, run in groupby(enumerate(rows), lambda one: one[1] - one[0]):
        numbers = [row for _, row in run]
        found = sheet.getCellRangeByPosition(0, numbers[0] - 1, 0, numbers[-1] - 1).Rows
        found.IsFiltered, found.IsVisible = hidden, not hidden


def value_of(document: Document, value: Any) -> float | str | None:
    """Returns what is typed, a date as its number of days."""
    if isinstance(value, dict):
        return float((date.fromisoformat(value["date"]) - document.day_zero).days)
    return value if value is None or isinstance(value, str) else float(value)


def _type(document: Document, cell: Any, value: Any) -> None:
    typed = value_of(document, value)
    if typed is None:
        cell.clearContents(1 | 2 | 4 | 16)  # value, date, text, formula
    elif isinstance(typed, str):
        cell.setString(typed)
    else:
        cell.setValue(typed)
