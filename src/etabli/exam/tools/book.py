"""A workbook as it lies in its file: cells, formats, tables, charts, pivots, print set-up; nothing is computed here.

The reader (:mod:`etabli.exam.reading.book`) found it in a candidate's bytes: `book_of` gives what it says its
types. Formulas of ``.xlsx`` and ``.ods`` are told in one notation: English names, ``,`` between arguments,
``Feuille!A1`` for another sheet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from pydantic import TypeAdapter

from etabli.exam.contract.formulas import function_in_french
from etabli.exam.reading.formats import GENERAL, Format
from etabli.exam.reading.places import place, spot
from etabli.exam.reading.told import (
    AS_IT_IS,
    BookCellTold,
    BookTable,
    Chart,
    DefinedName,
    Lack,
    Pivot,
    Print,
    Series,
)
from etabli.exam.tools.documents import Cell, facts, optional

__all__ = [
    "GENERAL",
    "NOTHING",
    "Book",
    "BookCell",
    "BookTable",
    "Chart",
    "DefinedName",
    "Format",
    "Pivot",
    "Print",
    "Series",
    "WorkSheet",
    "book_of",
]


@dataclass(frozen=True)
class BookCell(Cell):
    """A cell, its cached value, and what else its file says of it."""

    format: Format = GENERAL
    error: str | None = None
    """The error that the office suite had left in it: ``#DIV/0!``; ``value`` is then the same text."""
    array: str | None = None
    """The range ``B2:B13`` that one formula fills, in every cell of it: only the first has ``formula``."""
    raw: str | None = None
    """The formula as the file has it, with ``_xlfn.`` or ``[.A1]``."""

    @property
    def live(self) -> bool:
        """Whether a formula fills it, its own or that of an array."""
        return self.formula is not None or self.array is not None


NOTHING: Final[BookCell] = BookCell(None, "")


@dataclass(frozen=True)
class WorkSheet:
    """One sheet, down to its last cell that holds something."""

    name: str
    hidden: bool
    rows: Sequence[Sequence[BookCell]]
    hidden_rows: tuple[int, ...] = ()
    """Hidden or filtered away, as far as cells go: ``2`` is the second row."""
    hidden_columns: tuple[str, ...] = ()
    """As far as cells go: ``H``."""
    tables: tuple[BookTable, ...] = ()
    charts: tuple[Chart, ...] = ()
    pivots: tuple[Pivot, ...] = ()
    print: Print = AS_IT_IS
    frozen_rows: int = 0
    unreached: tuple[int, int] = 0, 0
    """Rows above the frozen ones, columns before them: in Excel, no scrolling shows them."""
    written: tuple[str, ...] = ()
    """Ranges under a conditional format that writes a figure out, whatever the cells hold."""

    def cell(self, name: str) -> BookCell:
        """Returns the cell of that name (``B4``, ``$B$4``), an empty one beyond the last.

        Raises:
            ValueError: It is no name of a cell.
        """
        row, column = spot(name)
        cells = self.rows[row - 1] if row <= len(self.rows) else ()
        return cells[column - 1] if column <= len(cells) else NOTHING

    def cells(self) -> Iterator[tuple[str, BookCell]]:
        """Yields name and cell of those that hold something, row by row."""
        for number, row in enumerate(self.rows, 1):
            for column, cell in enumerate(row, 1):
                if cell is not NOTHING:
                    yield place(number, column), cell


@dataclass(frozen=True)
class Book:
    """A workbook."""

    sheets: Sequence[WorkSheet]
    names: tuple[DefinedName, ...] = ()
    author: str | None = None
    """Who the file says made it."""
    last_author: str | None = None
    created: str | None = None
    """ISO, as the file says."""
    modified: str | None = None
    limits: tuple[str, ...] = ()
    """What our office suite cannot compute, in French with its place: « la fonction GROUPER.PAR (Synthèse!B4) »."""
    outside: tuple[str, ...] = ()
    """What feeds it from outside its cells, in French: « une requête Power Query »; what it brought is in cells."""
    manual: bool = False
    """Nothing is computed again until who opens it asks for it (F9)."""

    def __str__(self) -> str:
        return f"{len(self.sheets)} feuilles"

    def sheet(self, name: str) -> WorkSheet | None:
        """Returns the sheet of that name, whatever its case, or None."""
        return next((sheet for sheet in self.sheets if sheet.name.casefold() == name.casefold()), None)


# -- what the reader sends is a candidate's word: it is given its types here

_FEATURES: Final = {
    "function": "la fonction {name}",
    "sheets-function": "une formule propre à Google Sheets",
    "connection": "une connexion à des données externes",
    "query": "une requête Power Query",
    "model": "un modèle de données Power Pivot",
}
"""What is more than cells, or less than computed."""
_FORMATS: Final = TypeAdapter(list[Format])
_LACKS: Final = TypeAdapter(list[Lack])
_NAMES: Final = TypeAdapter(tuple[DefinedName, ...])
_ABOUT: Final = TypeAdapter(dict[Literal["author", "last_author", "created", "modified"], str | None])
_SHEET: Final = TypeAdapter(WorkSheet)


def book_of(found: Any) -> Book:
    """Returns the workbook behind an answer to the reader's verb ``book``.

    Raises:
        KeyError, TypeError, ValueError, AttributeError: The answer has another shape: our error.
    """
    formats = _FORMATS.validate_python(found["formats"])
    sheets = [_sheet(sheet, formats) for sheet in found["sheets"]]
    limits = tuple(_feature(lack.kind, lack.name, lack.where) for lack in _LACKS.validate_python(found["limits"]))
    outside = tuple(_feature(kind) for kind in found["outside"])
    names, manual = _NAMES.validate_python(found["names"]), bool(found["manual"])
    about = _ABOUT.validate_python(found["about"])
    return Book(sheets, names, **about, limits=limits, outside=outside, manual=manual)


def _feature(kind: str, name: str = "", where: str = "") -> str:
    feature = _FEATURES[kind].format(name=function_in_french(name))
    return f"{feature} ({where})" if where else feature


def _sheet(found: Any, formats: Sequence[Format]) -> WorkSheet:
    around = _SHEET.validate_python({**found, "rows": ()})
    return replace(around, rows=[[_cell(cell, formats) for cell in row] for row in found["rows"]])


def _cell(found: Any, formats: Sequence[Format]) -> BookCell:
    if found is None:
        return NOTHING
    told = BookCellTold._make(found)
    more = formats[told.format], optional(told.error), optional(told.array), optional(told.raw)
    return BookCell(*facts(told), *more)
