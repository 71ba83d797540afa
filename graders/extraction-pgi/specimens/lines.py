"""The sheet *Données*: one line per line of invoice, and how formulas reach it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table, TableFormula, TableStyleInfo

from . import rows, styles
from .work import Made, Work

MONTHS = "Mois"
LAST = 280
"""Where a long range ends: some lines below the last, beyond the most that are added."""


def donnees(made: Made) -> None:
    """Writes the sheet: titles, lines, a Table over them."""
    work = made.work
    sheet = made.book.create_sheet(work.names["donnees"])
    titles, ids = headers(work), order(work)
    formats = {column["id"]: styles.FORMATS[column["kind"]] for column in work.data["columns"]}
    sheet.append([titles[name] for name in ids])
    dates = place(work, "date")
    for number, row in enumerate(work.rows, 2):
        for column, name in enumerate(ids, 1):
            value = f"={work.month_of(dates + str(number))}" if name == "mois" else _plain(row[name])
            cell = sheet.cell(number, column, value)
            cell.number_format = formats.get(name, styles.TEXT if name != "mois" else styles.GENERAL)
    styles.header(sheet, 1, 1, len(ids))
    styles.printable(sheet, repeat=True)
    styles.widths(sheet, **{get_column_letter(column): 18.0 for column in range(1, len(ids) + 1)})
    sheet.freeze_panes = "A2"
    if work.table:
        sheet.add_table(table(work))
    if work.reach == "names":
        for name in ids:
            whole = f"{quoted(sheet.title)}!${place(work, name)}:${place(work, name)}"
            made.book.defined_names[_name(name)] = DefinedName(_name(name), attr_text=whole)


def order(work: Work) -> list[str]:
    """The columns as they stand, the helper last."""
    ids = list(work.columns or rows.columns(work.data))
    return [*ids, "mois"] if work.dialect.helper else ids


def headers(work: Work) -> dict[str, str]:
    """The columns' titles."""
    return {"mois": MONTHS} | rows.headers(work.data) | dict(work.headers)


def place(work: Work, name: str) -> str:
    """The letter of a column."""
    return get_column_letter(order(work).index(name) + 1)


def refs(work: Work) -> dict[str, str]:
    """How formulas name each column."""
    return {name: _reference(work, name) for name in order(work)}


def _reference(work: Work, name: str) -> str:
    if work.reach == "table":
        return f"{work.table}[{headers(work)[name]}]"
    if work.reach == "names":
        return _name(name)
    sheet, letter = quoted(work.names["donnees"]), place(work, name)
    if work.reach == "whole":
        return f"{sheet}!${letter}:${letter}"
    last = LAST if work.reach == "long" else len(work.rows) + 1
    return f"{sheet}!${letter}$2:${letter}${last}"


def _name(column: str) -> str:
    return f"les_{column}s"


def quoted(sheet: str) -> str:
    """A sheet's name as formulas need it."""
    return sheet if sheet.isidentifier() else quote_sheetname(sheet)


def table(work: Work, *more: str) -> Table:
    """The Table over the lines; `more` columns may follow the demanded ones."""
    ids = order(work)
    names = [*(headers(work)[name] for name in ids), *more]
    made = Table(displayName=work.table, ref=f"A1:{get_column_letter(len(names))}{len(work.rows) + 1}")
    made.tableStyleInfo = TableStyleInfo(name="TableStyleMedium2", showRowStripes=True)
    made._initialise_columns()
    for column, name in zip(made.tableColumns, names, strict=True):
        column.name = name
    if work.dialect.helper:
        dates = f"{work.table}[[#This Row],[{headers(work)['date']}]]"
        made.tableColumns[ids.index("mois")].calculatedColumnFormula = TableFormula(attr_text=work.month_of(dates))
    return made


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value
