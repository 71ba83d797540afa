"""A workbook that stays open: what a trial types in it is taken back, and must have left nothing behind.

To open one costs ten times what computing it does. So trials that only put constants in the place of constants are made
in one that is open, which must then hold, computed again, what it held before; else they are made once more, each in a
copy of its own. So are those that make tables grow, and all those of a workbook that can remember what it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from .cells import Place, SheetCells, same
from .document import Document
from .edits import hide, value_of
from .formulas import column_of

_CELL: Final = re.compile(r"([A-Z]{1,3})([1-9][0-9]*)")
_LIGHT: Final = 100_000
"""Cells of a workbook that may stay open while others are."""
_NEAR: Final = 12
"""Rows between two that are typed in, up to which what lies between is typed again too: fewer words to the office."""


class _Typing(NamedTuple):
    """A piece of a column: where it is, what it holds and what is typed in it."""

    sheet: int
    row: int
    column: int
    held: Sequence[float | str]
    typed: Sequence[float | str]


class Standing:
    """An open workbook, computed as it is.

    Args:
        document: The workbook, just opened.

    Raises:
        Refused, Unable: A sheet goes too far, or it holds a function that the office does not know.
    """

    def __init__(self, document: Document) -> None:
        self._document: Document | None = None
        self._tried = self._failed = False
        try:
            document.require_known_functions()
            if document.pivots:
                document.compute()
            document.compute()
            self._cells = [SheetCells(document, sheet) for sheet in document.sheets]
            self._sizes = document.sizes
            stays = document.forgets and sum(one.size for one in self._cells) <= _LIGHT
        except BaseException:
            document.drop()
            raise
        if stays:
            self._document = document
        else:
            document.close()

    @property
    def sheets(self) -> list[Any]:
        """What its sheets hold, as it is."""
        return [cells.told for cells in self._cells]

    def trial(self, scenario: Sequence[Mapping[str, Any]]) -> list[Any] | None:
        """Returns what its sheets hold after a scenario; None when that must be made in a copy.

        Raises:
            Refused: A protected sheet refuses.
        """
        document = self._document
        if not scenario or document is None:
            return None if scenario else self.sheets
        typings = self._typings(document, scenario)
        if typings is None:
            return None
        hides = [edit for edit in scenario if "rows" in edit]
        self._tried = True
        self._put(document, [(one, one.typed) for one in typings])
        self._hide(document, hides, hidden=True)
        document.compute()
        found = self._read(document, typings)
        moved = document.sizes != self._sizes or any(map(_moved, self.sheets, found))
        self._put(document, [(one, one.held) for one in typings])
        self._hide(document, hides, hidden=False)
        if moved and not self._holds():
            self._failed = True
        return found

    def prove(self) -> bool:
        """Whether it holds again what it held before, after all that was tried since this was last asked.

        If it does not, it is closed, and what was tried is worth nothing.
        """
        failed, self._failed = self._failed or not self._holds(), False
        return not failed

    def _holds(self) -> bool:
        document, tried = self._document, self._tried
        self._tried = False
        if document is None or not tried:
            return True
        document.compute()
        if document.sizes == self._sizes and all(map(_alike, self.sheets, self._read(document, []))):
            return True
        self.close()
        return False

    def close(self) -> None:
        """Lets it go: every trial is then made in a copy."""
        document, self._document = self._document, None
        if document is not None:
            document.close()

    def _typings(self, document: Document, scenario: Sequence[Mapping[str, Any]]) -> list[_Typing] | None:
        """Returns what to type; None when some of it is no constant in the place of a constant.

        Raises:
            Refused: A protected sheet refuses.
        """
        columns: dict[tuple[int, int], dict[int, float | str]] = {}
        numbers = {cells.name.casefold(): number for number, cells in enumerate(self._cells)}
        for edit in scenario:
            if "rows" in edit:
                continue
            number, name = numbers.get(edit["sheet"].casefold()), _CELL.fullmatch(edit.get("cell", ""))
            if number is None or name is None:
                return None
            row, column, value = int(name[2]) - 1, column_of(name[1]), value_of(document, edit["value"])
            cells = self._cells[number]
            if value in (None, "") or cells.pivots or not cells.is_constant(row, column):
                return None
            if isinstance(value, float) and (row, column) in cells.texts:
                return None  # a hand leaves a text there
            columns.setdefault((number, column), {})[row] = value
        for number in {number for number, _column in columns}:
            document.unprotect(document.sheets[number])
        return [piece for (number, column), typed in columns.items() for piece in self._pieces(number, column, typed)]

    def _pieces(self, number: int, column: int, typed: Mapping[int, float | str]) -> Iterator[_Typing]:
        cells, rows = self._cells[number], sorted(typed)
        first = rows[0]
        for row, after in zip(rows, [*rows[1:], None], strict=True):
            if (
                after is None
                or after - row > _NEAR
                or not all(cells.is_constant(between, column) for between in range(row + 1, after))
            ):
                held = [cells.raw[one][column] for one in range(first, row + 1)]
                then = [typed.get(one, value) for one, value in enumerate(held, first)]
                yield _Typing(number, first, column, held, then)
                first = after or 0

    def _put(self, document: Document, pieces: Iterable[tuple[_Typing, Sequence[float | str]]]) -> None:
        for piece, values in pieces:
            bottom = piece.row + len(values) - 1
            area = document.sheets[piece.sheet].getCellRangeByPosition(piece.column, piece.row, piece.column, bottom)
            area.setDataArray(tuple((value,) for value in values))

    def _hide(self, document: Document, hides: Sequence[Mapping[str, Any]], *, hidden: bool) -> None:
        for edit in hides:
            hide(document.sheet(edit["sheet"]), edit["rows"], hidden=hidden)

    def _read(self, document: Document, typings: Sequence[_Typing]) -> list[dict[str, Any]]:
        typed: dict[int, dict[Place, float | str]] = {}
        for one in typings:
            places = {(row, one.column): value for row, value in enumerate(one.typed, one.row)}
            typed.setdefault(one.sheet, {}).update(places)
        found = []
        for number, cells in enumerate(self._cells):
            if cells.pivots or number in document.spilling:
                found.append(SheetCells(document, document.sheets[number]).told)
            else:
                found.append({**cells.told, "rows": cells.after(typed.get(number, {}))})
        return found


def _moved(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether a pivot has other words, or stands elsewhere: it may then keep the order of what it was."""
    return bool(before["pivots"]) and (before["pivots"] != after["pivots"] or _words(before) != _words(after))


def _words(sheet: Mapping[str, Any]) -> list[tuple[int, int, str]]:
    rows = enumerate(sheet["rows"])
    return [(row, column, held) for row, cells in rows for column, held in enumerate(cells) if isinstance(held, str)]


def _alike(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    return before["pivots"] == after["pivots"] and same(before["rows"], after["rows"])
