"""Workbooks: tables as sheets, ready to filter, read and print.

Numbers and dates are typed. Text is text whatever it begins with: the cell is a string, never a formula or an error
value, and one that looks like a formula is marked as quoted (``quotePrefix``), so that editing it does not wake it
up. Characters that a workbook cannot hold are made visible.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from copy import copy
from datetime import UTC, datetime, tzinfo
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from etabli.reports.table import Table, Value
from etabli.reports.text import Word, visible
from etabli.system.formulas import looks_like_formula

TEXT_LIMIT = 32_000
"""Excel holds 32 767 characters in a cell: units of UTF-16, of which an emoji takes two."""
_DATE = "dd/mm/yyyy hh:mm"
_ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_COLOURS = {
    "E1F1E9": ("passed", "graded"),
    "FDEBDF": ("failed",),
    "ECEEF0": ("blocked", "rejected", "missing"),
    "F0E8F8": ("error", "needs_review", "modified", "unverifiable"),
    "FFF3D6": ("late",),
}
_FILL = {code: PatternFill("solid", fgColor=colour) for colour, codes in _COLOURS.items() for code in codes}
_HEAD_FILL = PatternFill("solid", fgColor="1D5476")
_HEAD_FONT = Font(bold=True, color="FFFFFF")
_HEAD = Alignment(wrap_text=True, vertical="center")
_BODY = Alignment(wrap_text=True, vertical="top")
_WIDE = 30
PERSONAL = "Données personnelles : à garder dans l'établissement."


def workbook(tables: Sequence[Table[Any]], title: str, *, zone: tzinfo | None = None, foot: str = PERSONAL) -> bytes:
    """Writes tables as the sheets of one workbook.

    Args:
        tables: One per sheet.
        title: What the pages are headed with when printed.
        foot: What stands below them then.
        zone: Time zone of the dates; the machine's by default.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator = "Établi"
    book.properties.title = visible(title)
    for table in tables:
        sheet = book.create_sheet(table.title)
        _fill(sheet, table, zone)
        _set_up(sheet, table, title, foot)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _fill(sheet: Worksheet, table: Table[Any], zone: tzinfo | None) -> None:
    styles: dict[tuple[str, bool, bool], Any] = {}
    for column, heading in enumerate(table.columns, start=1):
        cell = _cell(sheet, 1, column)
        put_text(cell, heading.title)
        cell.font, cell.fill, cell.alignment = _HEAD_FONT, _HEAD_FILL, _HEAD
    for number, row in enumerate(table.rows(), start=2):
        for column, value in enumerate(row, start=1):
            if value is not None:
                _put(_cell(sheet, number, column), value, zone, styles)


def _cell(sheet: Worksheet, row: int, column: int) -> Cell:
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)  # no cell of ours is merged
    return cell


def _put(cell: Cell, value: Value, zone: tzinfo | None, styles: dict[tuple[str, bool, bool], Any]) -> None:
    """Writes a value as its kind is written.

    Args:
        cell: Where.
        value: What.
        zone: Time zone of a date.
        styles: Those of former cells of the book, by what they look like: to find the same anew takes openpyxl longer
            than all the rest.
    """
    fill, quoted = "", False
    if isinstance(value, Word):
        fill = value.code if value.code in _FILL else ""
        quoted = _put_words(cell, f"{value.sign} {value.text}")
    elif isinstance(value, datetime):
        cell.value = value.replace(tzinfo=value.tzinfo or UTC).astimezone(zone).replace(tzinfo=None, microsecond=0)
    elif isinstance(value, str):
        quoted = _put_words(cell, value)
    else:
        cell.value = value
    looks = (fill, quoted, isinstance(value, datetime))
    if looks in styles:
        cell._style = copy(styles[looks])  # type: ignore[attr-defined]
        return
    cell.alignment = _BODY
    cell.quotePrefix = quoted
    if fill:
        cell.fill = _FILL[fill]
    if isinstance(value, datetime):
        cell.number_format = _DATE
    styles[looks] = cell._style  # type: ignore[attr-defined]


def put_text(cell: Cell, text: str) -> None:
    """Writes text as text: openpyxl would take « =1 » for a formula and « #N/A » for an error."""
    cell.quotePrefix = _put_words(cell, text)


def _put_words(cell: Cell, text: str) -> bool:
    """Writes text as text, and returns whether it is to be marked as quoted."""
    shown = _ESCAPE_LIKE.sub("_x005F_", visible(text))
    units = shown.encode("utf-16-le")
    cut = shown if len(units) <= 2 * TEXT_LIMIT else units[: 2 * TEXT_LIMIT].decode("utf-16-le", "ignore") + " […]"
    cell.value = cut
    cell.data_type = "s"
    return looks_like_formula(cut)


def _set_up(sheet: Worksheet, table: Table[Any], title: str, below: str) -> None:
    last = get_column_letter(len(table.columns))
    for column, heading in enumerate(table.columns, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = heading.width
    sheet.row_dimensions[1].height = 62 if any(len(heading.title) > _WIDE for heading in table.columns) else 32
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{last}{len(table.items) + 1}"
    sheet.print_title_rows = "1:1"
    sheet.print_title_cols = "A:A"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    head, foot = sheet.HeaderFooter.oddHeader, sheet.HeaderFooter.oddFooter
    assert head is not None and foot is not None
    head.center.text = visible(title).replace("&", "&&")
    foot.left.text = visible(below).replace("&", "&&")
    foot.right.text = "&P / &N"
