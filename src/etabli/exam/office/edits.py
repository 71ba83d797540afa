"""What a person does to a workbook: types in a cell, types lines under the last one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from .document import PERCENT, TEXT, Document
from .formulas import column_of
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
                _add(document, sheet, _lines_from(scenario[at:]))
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


def _add(document: Document, sheet: Any, lines: Sequence[Mapping[str, Any]], there: int = 0) -> None:
    """Types lines under each other, a column at once where each has something in it: a cell costs as much as a column.

    So many of them are `there` already, with others typed in them.
    """
    above, count = int(lines[0]["after"]), len(lines)
    columns = sorted({column for line in lines for column in line["values"]})
    own = add_rows(document, sheet, above + there, count - there, columns)
    for letters in columns:
        column = column_of(letters)
        given = [
            _by_hand(document, line["values"].get(letters), own.get((row, column), 0))
            for row, line in enumerate(lines, above)
        ]
        if given != [value_of(document, line["values"].get(letters)) for line in lines]:
            document.loose = True  # what is copied from the line above has these formats no more
        if None not in given and "" not in given:
            area = sheet.getCellRangeByName(f"{letters}{above + 1}:{letters}{above + count}")
            area.setDataArray(tuple((value,) for value in given))
            continue
        for row, (line, value) in enumerate(zip(lines, given, strict=True), above + 1):
            if letters in line["values"]:
                _put(sheet.getCellRangeByName(f"{letters}{row}"), value)


def goes_on(former: Sequence[Mapping[str, Any]], scenario: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a scenario makes the edits of another, and more: its cells again, more lines in the same columns."""
    (cells, lines), (others, more) = _apart(former), _apart(scenario)
    columns = lines[0]["values"].keys() if lines else ()
    return (
        0 < len(lines) < len(more)
        and [*cells, *lines] == [*former]
        and [*others, *more] == [*scenario]
        and {(one["sheet"], one["cell"]) for one in cells} <= {(one["sheet"], one["cell"]) for one in others}
        and all(line["values"].keys() == columns for line in (*lines, *more))
        and all(value not in (None, "") for line in (*lines, *more) for value in line["values"].values())
        and all(_lines_from(some) == some for some in (lines, more))
        and (lines[0]["sheet"], lines[0]["after"]) == (more[0]["sheet"], more[0]["after"])
    )


def go_on(document: Document, former: Sequence[Mapping[str, Any]], scenario: Sequence[Mapping[str, Any]]) -> None:
    """Makes the edits of a scenario in a workbook that has those of the one that it goes on."""
    cells, lines = _apart(scenario)
    apply(document, cells)
    _add(document, document.sheet(lines[0]["sheet"]), lines, there=len(_apart(former)[1]))


def _apart(scenario: Sequence[Mapping[str, Any]]) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    """The cells that are typed in, and the lines that are added."""
    return [edit for edit in scenario if "cell" in edit], [edit for edit in scenario if "after" in edit]


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


def _by_hand(document: Document, value: Any, kind: int) -> float | str | None:
    """What a hand that types a value leaves in a cell whose format is for that."""
    typed = value_of(document, value)
    if isinstance(typed, float) and kind & TEXT:
        return f"{date.fromisoformat(value['date']):%d/%m/%Y}" if isinstance(value, dict) else _french(typed)
    share = isinstance(value, float) and abs(value) >= 1 and kind & PERCENT
    return value / 100 if share else typed


def _french(number: float) -> str:
    """Returns a number as it is typed.

    Example:
        >>> _french(1234.5), _french(-3.0)
        ('1234,5', '-3')
    """
    return f"{number:.15g}".replace(".", ",")


def _type(document: Document, cell: Any, value: Any) -> None:
    number = value is not None and not isinstance(value, str)
    _put(cell, _by_hand(document, value, document.type_of(cell.NumberFormat) & TEXT if number else 0))


def _put(cell: Any, typed: float | str | None) -> None:
    if typed is None:
        cell.clearContents(1 | 2 | 4 | 16)  # value, date, text, formula
    elif isinstance(typed, str):
        cell.setString(typed)
    else:
        cell.setValue(typed)
