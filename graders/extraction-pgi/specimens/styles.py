"""How cells and pages look: number formats, titles, print set-up."""

from __future__ import annotations

from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

AMOUNT = "#,##0.00"
EURO = '#,##0.00\\ "€"'
QUANTITY = "0.##"
DATE = "dd/mm/yyyy"
MONTH = "mmmm yyyy"
PERCENT = "0.0%"
WHOLE = "0"
TEXT = "@"
GENERAL = "General"

FORMATS = {
    "text": TEXT, "code": TEXT, "date": DATE, "amount": AMOUNT, "quantity": QUANTITY, "rate": PERCENT,
}  # fmt: skip

_TITLE = Font(bold=True, size=14)
_HEADER = Font(bold=True, color="FFFFFF")
_FILL = PatternFill("solid", fgColor="2F5496")


def title(sheet: Worksheet, cell: str) -> None:
    """A sheet's title."""
    sheet[cell].font = _TITLE


def header(sheet: Worksheet, row: int, column: int, count: int) -> None:
    """A row of column titles."""
    for number in range(column, column + count):
        sheet.cell(row, number).font = _HEADER
        sheet.cell(row, number).fill = _FILL


def printable(sheet: Worksheet, *, repeat: bool = False) -> None:
    """Landscape, as wide as a page; the titles come again on each page."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = "9"
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    if repeat:
        sheet.print_title_rows = "1:1"


def widths(sheet: Worksheet, **columns: float) -> None:
    """Columns wide enough."""
    for letter, width in columns.items():
        sheet.column_dimensions[letter].width = width
