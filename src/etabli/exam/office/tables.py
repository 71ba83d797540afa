"""References without a table's name, ``[Montant HT]``, which Excel and others write inside of that table.

This office wants the name.
"""

from __future__ import annotations

from typing import Any

from .formulas import formulas, listed, put


def name_tables(model: Any) -> None:
    """Writes the name of the table around a formula before the columns that it gives without one.

    Args:
        model: The open document.
    """
    tables = listed(model.DatabaseRanges)
    for number, sheet in enumerate(listed(model.Sheets)):
        here = [table for table in tables if table.DataArea.Sheet == number]
        for row, column, text in formulas(sheet) if here else ():
            table = next((one.Name for one in here if _holds(one.DataArea, row, column)), "") if "[" in text else ""
            if table and (named := _named(text, table)) != text:
                put(sheet, row, column, named)


def _holds(area: Any, row: int, column: int) -> bool:
    return bool(area.StartRow <= row <= area.EndRow and area.StartColumn <= column <= area.EndColumn)


def _named(formula: str, table: str) -> str:
    told = ""
    depth, quoted = 0, ""
    for place, sign in enumerate(formula):
        if quoted:
            quoted = "" if sign == quoted else quoted
        elif sign in "\"'" and not depth:
            quoted = sign
        elif depth and formula[place - 1] == "'":
            pass  # a quote protects the next sign of a column's name
        elif sign == "]":
            depth -= 1
        elif sign == "[":
            before = formula[place - 1 : place]
            told += table if not depth and not (before.isalnum() or before in "_.])'") else ""
            depth += 1
        told += sign
    return told
