"""The form of a PFMP's tutor, on its way out: a workbook that any spreadsheet fills in, prefilled with what we know.

It bears the candidate's identifier and no name; only the yellow cells can be typed in. The last line of the sheet says,
for the program that reads it back, which form it is; the last column, which criterion a line is.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from etabli.appreciation.model import titles_of
from etabli.recueil.kept import Kept
from etabli.recueil.model import Period
from etabli.reports.xlsx import put_text

SHEET, DEGREES = "Fiche de PFMP", "Degrés"
LOOKED, DEGREE, REMARK, MARK = "Ce que vous avez pu observer", "Degré", "Remarque", "Repère"
AUTHOR, DATE = "Votre nom", "Le (jour/mois/année)"
NOT_SEEN = "pas observé"
FORMAT = "etabli/fiche-tuteur/1"
_WIDTHS = {"A": 58, "B": 26, "C": 46, "D": 22}
_YELLOW = PatternFill("solid", fgColor="FFF6CC")
_LINE = Side(style="thin", color="999999")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_WRAP = Alignment(wrap_text=True, vertical="top")
_GREY = Font(name="Calibri", color="777777", size=8)
_INTRO = (
    "Merci d'avoir accueilli ce stagiaire. Dites ce que vous avez vu, dans les cases jaunes : un degré choisi dans la "
    f"liste (« {NOT_SEEN} » si l'occasion ne s'est pas présentée), et une phrase si vous le voulez. Ne donnez pas de "
    "note. Renvoyez ce fichier à l'enseignant."
)
_NOTICE = (
    "Ce que vous écrivez est gardé avec les traces du stagiaire, lu par l'équipe et la commission, et remis au "
    "stagiaire s'il le demande. N'écrivez rien de sa santé ni de sa vie privée. Ce sont des personnes qui évaluent, "
    "et le jury qui décide."
)


def form_of(kept: Kept, period: Period, criteria: Sequence[str]) -> bytes:
    """Writes the form of one candidate and one period.

    Args:
        kept: The candidate's file, in whose référentiel people observe.
        period: The PFMP.
        criteria: Identifiers of the observable criteria that are asked for.
    """
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = SHEET
    book.properties.creator = "Établi"
    book.properties.title = f"{SHEET}, {kept.recueil.candidat}"
    head = [
        ("Fiche du tuteur ou de la tutrice", _font(16, bold=True)),
        (f"Stagiaire {kept.recueil.candidat} · {_told(period)}", _font(bold=True)),
        (_INTRO, _font()),
        (_NOTICE, _font(9, italic=True)),
    ]
    for text, font in head:
        _wide(sheet, text, font)
    _asked(sheet, AUTHOR, period.tuteur)
    _asked(sheet, DATE, "")
    first = _lines(sheet, kept, criteria)
    _degrees(book, sheet, [*titles_of(kept.referentiel).values(), NOT_SEEN], first)
    mark = f"{FORMAT} {kept.recueil.candidat} {period.id} {kept.recueil.referentiel[:16]}"
    _wide(sheet, mark, _GREY, after=2)
    _set_up(sheet)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _told(period: Period) -> str:
    where = f", {period.lieu}" if period.lieu else ""
    return f"{period.titre}, du {period.du:%d/%m/%Y} au {period.au:%d/%m/%Y}{where}"


def _font(size: float = 11, **how: Any) -> Font:
    return Font(name="Calibri", size=size, **how)


def _cell(sheet: Worksheet, row: int, column: int, text: str, font: Font | None = None) -> Cell:
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)  # nothing is written in the rest of a merged one
    if text:
        put_text(cell, text)
    cell.alignment = _WRAP
    if font is not None:
        cell.font = font
    return cell


def _wide(sheet: Worksheet, text: str, font: Font, *, after: int = 1) -> None:
    """Adds a line of text over the whole width."""
    row = sheet.max_row + after if sheet.cell(1, 1).value else 1
    _cell(sheet, row, 1, text, font)
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=3)
    size = font.size or 11
    sheet.row_dimensions[row].height = math.ceil(len(text) * size / 11 / 125) * 15 * max(1.0, size / 11) + 3


def _asked(sheet: Worksheet, title: str, known: str) -> None:
    row = sheet.max_row + 1
    _cell(sheet, row, 1, title, _font(bold=True))
    _to_fill(_cell(sheet, row, 2, known))


def _to_fill(cell: Cell) -> None:
    cell.fill, cell.border, cell.protection = _YELLOW, _BOX, Protection(locked=False)


def _lines(sheet: Worksheet, kept: Kept, criteria: Sequence[str]) -> int:
    """Adds a line per criterion below its competence; returns the number of the first."""
    row = first = sheet.max_row + 2
    for column, title in enumerate((LOOKED, DEGREE, REMARK, MARK), start=1):
        cell = _cell(sheet, row, column, title, _font(bold=True, color="FFFFFF") if column < 4 else _GREY)
        cell.fill = PatternFill("solid", fgColor="1D5476") if column < 4 else PatternFill()
    for code, competence in kept.referentiel.competences.items():
        own = [one for one in competence.criteres if one.id in criteria]
        if own:
            row += 1
            _cell(sheet, row, 1, f"{code}  {competence.text}", _font(bold=True))
            sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=3)
            sheet.row_dimensions[row].height = math.ceil(len(competence.text) / 120) * 15 + 3
        for one in own:
            row += 1
            _cell(sheet, row, 1, one.text).border = _BOX
            for column in (2, 3):
                _to_fill(_cell(sheet, row, column, ""))
            _cell(sheet, row, 4, one.id, _GREY)
            sheet.row_dimensions[row].height = max(2, math.ceil(len(one.text) / 54)) * 15 + 3
    return first


def _degrees(book: Workbook, sheet: Worksheet, titles: Sequence[str], first: int) -> None:
    other = book.create_sheet(DEGREES)
    for number, title in enumerate(titles, start=1):
        _cell(other, number, 1, title)
    other.column_dimensions["A"].width = 30
    other.protection.sheet = True
    other.sheet_state = "hidden"
    choice = DataValidation(type="list", formula1=f"{DEGREES}!$A$1:$A${len(titles)}", allow_blank=True)
    choice.errorTitle, choice.error = DEGREE, "Choisissez dans la liste."
    choice.showErrorMessage = True
    sheet.add_data_validation(choice)
    choice.add(f"B{first + 1}:B{max(first + 1, sheet.max_row)}")


def _set_up(sheet: Worksheet) -> None:
    for letter, width in _WIDTHS.items():
        sheet.column_dimensions[letter].width = width
    sheet.protection.sheet = True
    sheet.protection.formatRows = sheet.protection.formatColumns = False
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    foot = sheet.HeaderFooter.oddFooter
    assert foot is not None
    foot.right.text = "&P / &N"
