"""A picture of a sheet around some cells, as the office prints it: its columns, its formats, the cells in a frame."""

from __future__ import annotations

import base64
import glob
import importlib
import os
import subprocess
from collections.abc import Sequence
from typing import Any, Final

from .document import Document, properties
from .limits import MAX_PICTURE

_FRAME: Final = 0xC0221A
_TONE: Final = 0xFDE9A9
_BEFORE, _AFTER = 5, 12
_COLUMNS_BEFORE, _COLUMNS_AFTER = 4, 6
_MAX_ROWS, _MAX_COLUMNS = 34, 14
_MAX_WIDTH: Final = 6000
_MARGIN: Final = 500
"""Of the paper, in hundredths of a millimetre."""
_HEADINGS: Final = 2600
"""Room for the letters and numbers of columns and rows."""
_RESOLUTIONS: Final = (120, 90, 70, 50)


def take(document: Document, name: str, cells: Sequence[str], folder: str) -> str:
    """Returns a PNG in base64.

    Args:
        document: The workbook, computed.
        name: The sheet.
        cells: Names of the cells to frame; the picture is about the first of them.
        folder: Where to work.
    """
    sheet = next(one for one in document.sheets if one.Name.casefold() == name.casefold())
    sheet.IsVisible = True
    document.unprotect(sheet)
    marked = [sheet.getCellRangeByName(cell) for cell in cells]
    window = _window(sheet, [one.RangeAddress for one in marked])
    _widen(sheet, window.RangeAddress)
    for one in marked:
        _mark(one)
    _paper(document, sheet, window)
    return base64.b64encode(_print(document, sheet, window, folder)).decode("ascii")


def _window(sheet: Any, marked: Sequence[Any]) -> Any:
    """The cells to show: around the first marked one, with as many others as there is room for."""
    first = marked[0]
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    used = cursor.RangeAddress
    top, left = max(0, first.StartRow - _BEFORE), max(0, first.StartColumn - _COLUMNS_BEFORE)
    top = 0 if top <= 8 else top
    left = 0 if first.StartColumn < _MAX_COLUMNS - 2 else left
    bottom = max(area.EndRow for area in marked if area.EndRow < top + _MAX_ROWS) + _AFTER
    right = max(area.EndColumn for area in marked if area.EndColumn < left + _MAX_COLUMNS) + _COLUMNS_AFTER
    if sheet.DrawPage.Count:  # a chart may stand beyond the last cell that holds something
        bottom, right = max(bottom, top + _MAX_ROWS - 1), max(right, left + _MAX_COLUMNS - 1)
    else:
        bottom, right = min(bottom, max(used.EndRow, first.EndRow)), min(right, max(used.EndColumn, first.EndColumn))
    bottom, right = min(bottom, top + _MAX_ROWS - 1), min(right, left + _MAX_COLUMNS - 1)
    return sheet.getCellRangeByPosition(left, top, right, bottom)


def _widen(sheet: Any, window: Any) -> None:
    """Columns too narrow for their figures would only show « ### »."""
    for number in range(window.StartColumn, window.EndColumn + 1):
        column = sheet.Columns.getByIndex(number)
        if not column.IsVisible:
            continue
        before = column.Width
        column.OptimalWidth = True
        column.Width = max(before, min(column.Width, _MAX_WIDTH))


def _titles(sheet: Any, window: Any) -> int | None:
    """Returns the number of the row of titles (from 0) when it is above the window."""
    row = sheet.TitleRows.StartRow if sheet.PrintTitleRows else 0
    filled = sheet.getCellRangeByPosition(window.StartColumn, row, window.EndColumn, row).getFormulaArray()[0]
    return row if row < window.StartRow and any(filled) else None


def _mark(cells: Any) -> None:
    uno: Any = importlib.import_module("uno")
    line = uno.createUnoStruct("com.sun.star.table.BorderLine2")
    line.Color, line.OuterLineWidth, line.LineWidth = _FRAME, 90, 90
    for side in ("TopBorder", "BottomBorder", "LeftBorder", "RightBorder"):
        cells.setPropertyValue(side, line)
    cells.setPropertyValue("CellBackColor", _TONE)


def _paper(document: Document, sheet: Any, window: Any) -> None:
    """A page of the size of the window, with the names of rows and columns."""
    address = window.RangeAddress
    for other in document.sheets:
        other.setPrintAreas(())
    titles = _titles(sheet, address)
    sheet.setPrintAreas((address,))
    sheet.setPrintTitleRows(titles is not None)
    sheet.setPrintTitleColumns(False)
    above = 0
    if titles is not None:
        row = sheet.getCellRangeByPosition(0, titles, 0, titles)
        sheet.setTitleRows(row.RangeAddress)
        above = row.Size.Height
    style = document.model.StyleFamilies.getByName("PageStyles").getByName(sheet.PageStyle)
    size = window.Size
    page = {
        **{"IsLandscape": False, "HeaderIsOn": False, "FooterIsOn": False, "PrintHeaders": True, "PrintGrid": True},
        **{"PrintCharts": True, "PrintObjects": True, "PrintDrawing": True, "PageScale": 100},
        **{"CenterHorizontally": False, "CenterVertically": False, "PrintFormulas": False, "PrintZeroValues": True},
        **{f"{side}Margin": _MARGIN for side in ("Top", "Bottom", "Left", "Right")},
        **{"Width": size.Width + _HEADINGS, "Height": size.Height + above + _HEADINGS // 2 + 2 * _MARGIN},
        **{"ScaleToPages": 1},
    }
    for name, value in page.items():
        style.setPropertyValue(name, value)


def _print(document: Document, sheet: Any, window: Any, folder: str) -> bytes:
    uno: Any = importlib.import_module("uno")
    pages = f"{folder}/tmp/image.pdf"
    chosen = properties(PageRange="1", Selection=window, IsSkipEmptyPages=False)
    data = uno.Any("[]com.sun.star.beans.PropertyValue", chosen)
    document.model.storeToURL(f"file://{pages}", properties(FilterName="calc_pdf_Export", FilterData=data))
    data = b""
    for resolution in _RESOLUTIONS:
        data = _png(pages, resolution, folder)
        if len(data) <= MAX_PICTURE:
            break
    os.unlink(pages)
    return bytes(data)


def _png(pages: str, resolution: int, folder: str) -> bytes:
    target = f"{folder}/tmp/image"
    command = ("pdftoppm", "-png", "-r", str(resolution), "-f", "1", "-l", "1", pages, target)
    subprocess.run(command, check=True, timeout=20, stdin=subprocess.DEVNULL, capture_output=True)
    [file] = glob.glob(f"{target}-*.png")
    with open(file, "rb") as stream:
        data = stream.read()
    os.unlink(file)
    return data
