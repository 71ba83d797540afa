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

_WRONG: Final = (0xC0221A, 0xFDE9A9)
_RIGHT: Final = (0x1F6F3A, 0xDDF1E0)
"""Colours of the frame and of the ground of the cells; frames are thick, so that they show without colours too."""
_BEFORE, _AFTER = 5, 12
_COLUMNS_BEFORE, _COLUMNS_AFTER = 4, 6
_MAX_ROWS, _MAX_COLUMNS = 34, 14
_MAX_TALL, _MAX_WIDE = 70, 30
"""When a chart stands there."""
_MAX_WIDTH: Final = 6000
_MARGIN: Final = 500
"""Of the paper, in hundredths of a millimetre."""
_HEADINGS: Final = 2600
"""Room for the letters and numbers of columns and rows."""
_RESOLUTIONS: Final = (120, 90, 70, 50)


def take(document: Document, name: str, cells: Sequence[str], folder: str, *, right: bool) -> str:
    """Returns a PNG in base64.

    Args:
        document: The workbook, computed.
        name: The sheet.
        cells: Names of the cells to frame; the picture is about the first of them.
        folder: Where to work.
        right: The cells are what was asked for.
    """
    sheet = document.sheet(name)
    sheet.IsVisible = True
    document.unprotect(sheet)
    marked = [sheet.getCellRangeByName(cell) for cell in cells]
    for one in marked:
        one.Columns.IsVisible = one.Rows.IsVisible = True
    window = _window(sheet, [one.RangeAddress for one in marked])
    _widen(sheet, window.RangeAddress)
    window = _with_charts(sheet, window)
    document.model.lockControllers()  # unlocked, one picture of forty brings the office down on a busy machine
    document.model.addActionLock()
    for one in marked:
        _mark(one, *(_RIGHT if right else _WRONG))
    document.model.removeActionLock()
    document.model.unlockControllers()
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
    bottom = max((area.EndRow for area in marked if area.EndRow < top + _MAX_ROWS), default=first.EndRow) + _AFTER
    right = max((area.EndColumn for area in marked if area.EndColumn < left + _MAX_COLUMNS), default=first.EndColumn)
    right += _COLUMNS_AFTER
    bottom, right = min(bottom, max(used.EndRow, first.EndRow)), min(right, max(used.EndColumn, first.EndColumn))
    bottom, right = min(bottom, top + _MAX_ROWS - 1), min(right, left + _MAX_COLUMNS - 1)
    return sheet.getCellRangeByPosition(left, top, right, bottom)


def _with_charts(sheet: Any, window: Any) -> Any:
    """The same cells, and those that a chart covers which begins among them: it is shown whole, or nearly."""
    area = window.RangeAddress
    left, top, right, bottom = area.StartColumn, area.StartRow, area.EndColumn, area.EndRow
    for shape in (sheet.DrawPage.getByIndex(number) for number in range(sheet.DrawPage.Count)):
        if (end := _end(sheet, shape, area)) is not None:
            bottom, right = max(bottom, end[0]), max(right, end[1])
    return sheet.getCellRangeByPosition(left, top, right, bottom)


def _end(sheet: Any, shape: Any, area: Any) -> tuple[int, int] | None:
    """Last row and column (from 0) that a shape covers; None when it does not begin among these cells."""
    corner = sheet.getCellByPosition(area.StartColumn, area.StartRow).Position
    limit = sheet.getCellByPosition(area.EndColumn + 1, area.EndRow + 1).Position
    begins, size = shape.Position, shape.Size
    if not (corner.X <= begins.X < limit.X and corner.Y <= begins.Y < limit.Y):
        return None
    row, column = area.EndRow, area.EndColumn
    while row < area.StartRow + _MAX_TALL and sheet.getCellByPosition(0, row).Position.Y < begins.Y + size.Height:
        row += 1
    while column < area.StartColumn + _MAX_WIDE and (
        sheet.getCellByPosition(column, 0).Position.X < begins.X + size.Width
    ):
        column += 1
    return row, column


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


def _mark(cells: Any, frame: int, tone: int) -> None:
    uno: Any = importlib.import_module("uno")
    line = uno.createUnoStruct("com.sun.star.table.BorderLine2")
    line.Color, line.OuterLineWidth, line.LineWidth = frame, 90, 90
    for side in ("TopBorder", "BottomBorder", "LeftBorder", "RightBorder"):
        cells.setPropertyValue(side, line)
    cells.setPropertyValue("CellBackColor", tone)


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
