"""Small office files for witnesses: spreadsheets, made of what a candidate wrote (texts are of the platform)."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

import openpyxl
from openpyxl.comments import Comment

from etabli.lab.specimens.papers import open_document, sealed

Rows = Sequence[Sequence[str]]
_ODS = "application/vnd.oasis.opendocument.spreadsheet"


def xlsx(
    sheets: Mapping[str, Rows],
    *,
    hidden: Sequence[str] = (),
    folded: Mapping[str, Sequence[int]] | None = None,
    comments: Mapping[str, str] | None = None,
    merged: Mapping[str, str] | None = None,
) -> bytes:
    """A workbook, which does not tell when it was made; `comments` are on cells of its first sheet, `folded` rows hidden."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
        if merged and title in merged:
            sheet.merge_cells(merged[title])  # what its other cells held is gone
        if title in hidden:
            sheet.sheet_state = "hidden"
        for row_number in (folded or {}).get(title, ()):
            sheet.row_dimensions[row_number].hidden = True
    for place, text in (comments or {}).items():
        book.worksheets[0][place].comment = Comment(text, "audit")
    buffer = io.BytesIO()
    book.save(buffer)
    return sealed(buffer.getvalue())


def ods(sheets: Mapping[str, Rows]) -> bytes:
    """An OpenDocument spreadsheet of texts."""
    tables = "".join(
        f'<table:table table:name="{escape(title)}">{"".join(map(_ods_row, rows))}</table:table>'
        for title, rows in sheets.items()
    )
    return open_document(_ODS, f"<office:spreadsheet>{tables}</office:spreadsheet>")


def csv_bytes(rows: Rows) -> bytes:
    """A CSV file as a French spreadsheet saves it."""
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=";", lineterminator="\r\n").writerows(rows)
    return stream.getvalue().encode("utf-8-sig")


def _ods_row(row: Sequence[str]) -> str:
    cells = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{escape(text)}</text:p></table:table-cell>'
        if text
        else "<table:table-cell/>"
        for text in row
    )
    return f"<table:table-row>{cells}</table:table-row>"
