"""Dynamic arrays: Excel lets a result spill as far as it goes, this office keeps the size that the file tells.

Those of a file are found in it; after each calculation each gets the size that its result wants, when the cells
are free, and what says ``A1#`` reads the whole of it.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from typing import Any, Final

from .formulas import bare, formulas, put

_ROUNDS: Final = 4
_MAX_CELLS: Final = 20_000
_BESIDE: Final = 26
"""Columns beyond the last used one, where a result is measured: each column up to there costs memory every time."""
_BASE: Final = 100_000
"""More than a sheet has columns: two sizes in one number."""
_CONTENT: Final = 1 | 2 | 4 | 16
_SHEET: Final = re.compile(rb"<(?:\w+:)?sheet\b[^<>]*?\bname=\"([^\"<]*)\"[^<>]*?\br:id=\"([^\"]*)\"")
_RELATION: Final = re.compile(rb"<Relationship\b[^<>]*>")
_ATTRIBUTE: Final = re.compile(rb"\b(\w+)=\"([^\"]*)\"")
_CELL: Final = re.compile(
    rb"<(?:\w+:)?c\b(?=[^<>]*\bcm=\")[^<>]*?\br=\"([A-Z]+[0-9]+)\"[^<>]*>\s*<(?:\w+:)?f\b([^<>]*)>"
)
_REF: Final = re.compile(rb"\bref=\"([A-Z0-9:]+)\"")
_ANCHOR: Final = re.compile(r"(?i)(?:_xlfn\.)?anchorarray\(((?:\$?(?:'(?:[^']|'')+'|[\w ]+)\.)?\$?[A-Z]{1,3}\$?\d+)\)")


@dataclass
class _Spill:
    """One array."""

    sheet: Any
    text: str
    """Its formula, with ``A1#`` as the office writes it."""
    row: int
    column: int
    height: int
    width: int

    def area(self, height: int | None = None, width: int | None = None) -> Any:
        """The cells, or those that another size would take."""
        return self.sheet.getCellRangeByPosition(
            self.column,
            self.row,
            self.column + (width or self.width) - 1,
            self.row + (height or self.height) - 1,
        )


@dataclass
class _Follower:
    """A formula that reads the whole of some array."""

    sheet: Any
    text: str
    row: int
    column: int


class Spills:
    """The dynamic arrays of one workbook.

    Args:
        model: The open document.
        path: Its file.
    """

    def __init__(self, model: Any, path: str) -> None:
        self._model = model
        self._spills: dict[tuple[str, int, int], _Spill] = {}
        self._followers: list[_Follower] = []
        for number, ref in _anchors(path):
            sheet = model.Sheets.getByIndex(number)
            address = sheet.getCellRangeByName(ref).RangeAddress
            first = sheet.getCellByPosition(address.StartColumn, address.StartRow)
            height, width = address.EndRow - address.StartRow + 1, address.EndColumn - address.StartColumn + 1
            text = bare(first.getFormula())
            key = _place(sheet.Name, address.StartColumn, address.StartRow)
            self._spills[key] = _Spill(sheet, text, address.StartRow, address.StartColumn, height, width)
        if self._spills:
            self._find_followers()
            for spill in self._spills.values():
                if self._formula(spill) != spill.text:
                    spill.area().setArrayFormula(self._formula(spill))
            self._tell_followers()

    def settle(self) -> None:
        """Gives each array the size of its result, until none changes."""
        for _round in range(_ROUNDS):
            if not any([self._resize(spill) for spill in self._spills.values()]):
                return
            self._tell_followers()
            self._model.calculateAll()

    def _resize(self, spill: _Spill) -> bool:
        formula = self._formula(spill)
        size = self._natural(spill, formula)
        if size is None or not self._free(spill, *size):
            return False
        if (
            size == (spill.height, spill.width)
            and bare(spill.sheet.getCellByPosition(spill.column, spill.row).getFormula()) == formula
        ):
            return False
        spill.area().clearContents(_CONTENT)
        spill.height, spill.width = size
        spill.area().setArrayFormula(formula)
        return True

    def _natural(self, spill: _Spill, formula: str) -> tuple[int, int] | None:
        """Returns the height and width of its result, None when it is an error."""
        cursor = spill.sheet.createCursor()
        cursor.gotoEndOfUsedArea(False)
        column = min(cursor.RangeAddress.EndColumn + _BESIDE, spill.sheet.RangeAddress.EndColumn)
        row = spill.sheet.RangeAddress.EndRow - 1
        box = spill.sheet.getCellRangeByPosition(column, row, column, row)
        body = formula.removeprefix("=")
        box.setArrayFormula(f"=ROWS({body})*{_BASE}+COLUMNS({body})")
        self._model.calculate()
        cell = box.getCellByPosition(0, 0)
        height, width = (0, 0) if cell.getError() else divmod(int(cell.getValue()), _BASE)
        box.clearContents(_CONTENT)
        return (height, width) if 0 < height * width <= _MAX_CELLS else None

    def _free(self, spill: _Spill, height: int, width: int) -> bool:
        texts = spill.area(height, width).getFormulaArray()
        return not any(
            text
            for row, line in enumerate(texts)
            for column, text in enumerate(line)
            if row >= spill.height or column >= spill.width
        )

    def _find_followers(self) -> None:
        for number in range(self._model.Sheets.getCount()):
            sheet = self._model.Sheets.getByIndex(number)
            for row, column, text in formulas(sheet):
                if "anchorarray" in text.lower() and not any(
                    spill.sheet.Name == sheet.Name
                    and spill.row <= row < spill.row + spill.height
                    and spill.column <= column < spill.column + spill.width
                    for spill in self._spills.values()
                ):
                    self._followers.append(_Follower(sheet, text, row, column))

    def _tell_followers(self) -> None:
        for follower in self._followers:
            put(follower.sheet, follower.row, follower.column, self._formula(follower))

    def _formula(self, one: _Spill | _Follower) -> str:
        """Returns its formula, with cells in the place of ``A1#``."""

        def whole(match: re.Match[str]) -> str:
            where, _, cell = match[1].replace("$", "").rpartition(".")
            name = where.strip("'").replace("''", "'") or one.sheet.Name
            address = one.sheet.getCellRangeByName(cell).RangeAddress
            spill = self._spills.get(_place(name, address.StartColumn, address.StartRow))
            return str(spill.area().AbsoluteName) if spill else match.group()

        return _ANCHOR.sub(whole, one.text)


def _place(sheet: str, column: int, row: int) -> tuple[str, int, int]:
    return sheet.casefold(), column, row


def _anchors(path: str) -> list[tuple[int, str]]:
    """Returns the number of the sheet and the range of every dynamic array of a file."""
    found = []
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        if "xl/metadata.xml" not in names:
            return []
        book = archive.read("xl/workbook.xml")
        parts = {}
        for relation in _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels")):
            words = dict(_ATTRIBUTE.findall(relation))
            parts[words.get(b"Id", b"")] = words.get(b"Target", b"").decode("utf-8", "replace")
        for number, (_name, key) in enumerate(_SHEET.findall(book)):
            target = parts.get(key, "")
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if part in names:
                for cell, rest in _CELL.findall(archive.read(part)):
                    ref = _REF.search(rest)
                    found.append((number, (ref[1] if ref else cell).decode()))
    return found
