"""Dynamic arrays: Excel lets a result spill as far as it goes, this office keeps the size that the file tells.

Those of a file are told by its parts; after each calculation each gets the size that its result wants, when the cells
are free, and what says ``A1#`` reads the whole of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from .formulas import bare, column_of, formulas, put

_ROUNDS: Final = 4
_MAX_CELLS: Final = 20_000
_BESIDE: Final = 26
"""Columns beyond the last used one, where a result is measured: each column up to there costs memory every time."""
_BASE: Final = 100_000
"""More than a sheet has columns: two sizes in one number."""
_CONTENT: Final = 1 | 2 | 4 | 16
_CORNERS: Final = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})(?::([A-Z]{1,3})([1-9][0-9]{0,6}))?")
_ANCHOR: Final = re.compile(r"(?i)(?:_xlfn\.)?anchorarray\(((?:\$?(?:'(?:[^']|'')+'|[\w ]+)\.)?\$?[A-Z]{1,3}\$?\d+)\)")


@dataclass
class _Spill:
    """One array."""

    sheet: Any
    number: int
    """Of the sheet, from 0."""
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


class _Boxes:
    """Cells of a sheet that tell how large results are, far from what it holds."""

    def __init__(self, sheet: Any) -> None:
        cursor = sheet.createCursor()
        cursor.gotoEndOfUsedArea(False)
        self._sheet = sheet
        self._column = min(cursor.RangeAddress.EndColumn + _BESIDE, sheet.RangeAddress.EndColumn)
        self._bottom = sheet.RangeAddress.EndRow - 1
        self._count = 0

    def add(self, body: str) -> None:
        """Wants the size of what a formula gives."""
        box = self._sheet.getCellByPosition(self._column, self._bottom - self._count)
        box.setArrayFormula(f"=ROWS({body})*{_BASE}+COLUMNS({body})")
        self._count += 1

    def sizes(self) -> list[tuple[int, int] | None]:
        """Returns the height and width of each, None of an error, and empties the cells."""
        top = self._bottom - self._count + 1
        boxes = self._sheet.getCellRangeByPosition(self._column, top, self._column, self._bottom)
        told = [row[0] for row in reversed(boxes.getDataArray())]
        boxes.clearContents(_CONTENT)
        sizes = [divmod(int(one), _BASE) if isinstance(one, float) else (0, 0) for one in told]
        return [(height, width) if 0 < height * width <= _MAX_CELLS else None for height, width in sizes]


class Spills:
    """The dynamic arrays of one workbook.

    Args:
        model: The open document.
        anchors: The number of the sheet (from 0) and the range of every one, as the file says.
    """

    def __init__(self, model: Any, anchors: Sequence[tuple[int, str]]) -> None:
        self._model = model
        self._spills: dict[tuple[str, int, int], _Spill] = {}
        self._followers: list[_Follower] = []
        self.on = frozenset(number for number, _ref in anchors)
        """The numbers of the sheets that have some (from 0)."""
        texts = self._texts()
        for number, ref in anchors:
            sheet = model.Sheets.getByIndex(number)
            left, top, right, bottom = _corners(sheet, ref)
            text = bare(texts.get((number, top, left), ""))
            height, width = bottom - top + 1, right - left + 1
            self._spills[_place(sheet.Name, left, top)] = _Spill(sheet, number, text, top, left, height, width)
        if self._spills:
            self._find_followers()
            for spill in self._spills.values():
                if self._formula(spill) != spill.text:
                    spill.area().setArrayFormula(self._formula(spill))
            self._tell_followers()

    def settle(self) -> None:
        """Gives each array the size of its result, until none changes."""
        for _round in range(_ROUNDS):
            if self._rest() or not any([self._resize(spill) for spill in self._spills.values()]):
                return
            self._tell_followers()
            self._model.calculateAll()

    @property
    def sizes(self) -> list[tuple[int, int]]:
        """Height and width of each."""
        return [(spill.height, spill.width) for spill in self._spills.values()]

    def _rest(self) -> bool:
        """Whether none would change, told by one calculation for all."""
        texts, told = self._texts(), [(spill, self._formula(spill)) for spill in self._spills.values()]
        return all(
            size is None
            or (
                size == (spill.height, spill.width)
                and bare(texts.get((spill.number, spill.row, spill.column), "")) == formula
            )
            for size, (spill, formula) in zip(self._natural(told), told, strict=True)
        )

    def _texts(self) -> dict[tuple[int, int, int], str]:
        """The formulas of the sheets that have some, by sheet, row and column."""
        sheets = ((number, self._model.Sheets.getByIndex(number)) for number in self.on)
        return {(number, row, column): text for number, sheet in sheets for row, column, text in formulas(sheet)}

    def _resize(self, spill: _Spill) -> bool:
        formula = self._formula(spill)
        [size] = self._natural([(spill, formula)])
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

    def _natural(self, wanted: Sequence[tuple[_Spill, str]]) -> list[tuple[int, int] | None]:
        """Returns the height and width of the results of formulas where these arrays are, None of an error."""
        boxes: dict[int, _Boxes] = {}
        for spill, formula in wanted:
            if spill.number not in boxes:
                boxes[spill.number] = _Boxes(spill.sheet)
            boxes[spill.number].add(formula.removeprefix("="))
        self._model.calculate()
        told = {number: iter(one.sizes()) for number, one in boxes.items()}
        return [next(told[spill.number]) for spill, _formula in wanted]

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


def _corners(sheet: Any, ref: str) -> tuple[int, int, int, int]:
    """Returns first column and row, last column and row (from 0) of ``B2`` or ``B2:C9``."""
    if found := _CORNERS.fullmatch(ref):
        left, top, right, bottom = found.groups()
        return column_of(left), int(top) - 1, column_of(right or left), int(bottom or top) - 1
    area = sheet.getCellRangeByName(ref).RangeAddress
    return area.StartColumn, area.StartRow, area.EndColumn, area.EndRow


def _place(sheet: str, column: int, row: int) -> tuple[str, int, int]:
    return sheet.casefold(), column, row
