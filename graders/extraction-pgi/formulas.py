"""What a formula reads: cells, tables and names; a formula that reads nothing is a figure typed with a `=`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from .choices import KINDS, blind, is_logical, kind_asked
from .grid import Grid
from .places import Area, Spot, area

if TYPE_CHECKING:
    from etabli.exam.tools.book import Book

CENT = 0.006
_STRING = re.compile(r'"(?:[^"]|"")*"')
_QUOTED = r"(?<!')'(?:[^']|'')++'!"
_CELLS = re.compile(
    rf"(?:\$?{_QUOTED}|(?<![\w.])[\w.]++!)?"
    rf"(?:\$?[A-Z]{{1,3}}\$?\d{{1,7}}(?::(?:\$?{_QUOTED}|[\w.]++!)?\$?[A-Z]{{1,3}}\$?\d{{1,7}})?"
    r"|\$?[A-Z]{1,3}:\$?[A-Z]{1,3}|\$?\d{1,7}:\$?\d{1,7})"
    r"(?![\w(])",
    re.IGNORECASE,
)
_SHEET = re.compile(_QUOTED)
_STRUCTURED = re.compile(r"(?<![\w.])([\w.]++)\[")
_SURROUNDINGS = re.compile(
    r"\b(TODAY|NOW|RAND(?:BETWEEN)?(?:\.NV)?|RANDARRAY|INFO|CELL|SHEETS?|CODE|CHAR(?!\(\s*(?:\d\d?|1[01]\d|12[0-7])\s*\))"
    r"|(?:LEN|LEFT|RIGHT|MID|FIND|SEARCH|REPLACE)B|ASC|DBCS|JIS|PHONETIC|FORMULA(?:TEXT)?|ERRORTYPE)\s*\(",
    re.IGNORECASE,
)
"""The day, chance, the machine, its letters (of which 128 are the same everywhere), how a program writes formulas and errors."""
_CALC_ALONE = re.compile(r"\b(STYLE|CURRENT|COLOR|ROT13|RAWSUBTRACT|MULTIPLE\.OPERATIONS)\s*\(", re.IGNORECASE)
"""What only LibreOffice has, and no total of a workbook of Excel needs."""
_SURE_DAY = re.compile(
    r'\bDATEVALUE\(\s*"(?:(?:0?[1-9]|[12]\d|3[01])/(?:0?[1-9]|1[0-2])/(?:19[5-9]\d|20\d\d)|(?:19[5-9]\d|20\d\d)-[01]\d-[0-3]\d)"\s*\)',
    re.IGNORECASE,
)
"""A day of our times, in a text that a French program reads in one way."""
_SURE_CODE = re.compile(r'\bTEXT\(\s*\d+\s*,\s*"0+"\s*\)', re.IGNORECASE)
"""A code with its zeros, as ``TEXT(7,"00000")`` writes it."""
_DAY_OF = re.compile(
    r"\b(YEAR|MONTH|DAY|WEEKDAY|WEEKNUM|ISOWEEKNUM|EDATE|EOMONTH)\(\s*[-+]?\s*N\(([^()]*+)\)", re.IGNORECASE
)
"""The day that a number is, where N makes one of what may be none."""
_KIND_OF = re.compile(rf"\b({'|'.join(KINDS)})\(([^()]*+)\)", re.IGNORECASE)
"""What a formula asks of the value of a cell or a name."""
_TITLE = re.compile(r"\[[^\[\]]*+\]")
"""The title of a column of a table."""
AMOUNT = re.compile(r"(?<![\w.])\d{3,}\.\d+(?![\w.])")
"""A number of three figures or more, with decimals, written out in a formula."""
_WORD = re.compile(r"(?<![\w.])[^\W\d][\w.]*+(?!\s*+[(!\[])")


def areas(formula: str, book: Book, sheet: str) -> list[Area]:
    """The areas of cells that a formula reads, each with its sheet; those of tables and names too.

    Args:
        formula: With its ``=``, in the one notation of `Book`.
        book: Where names and tables are.
        sheet: Where the formula stands.
    """
    bare = _STRING.sub('""', formula)
    found = [place for match in _CELLS.findall(bare) if (place := area(match.replace("$", "")))]
    found += [place for name in _STRUCTURED.findall(bare) if (place := _table(name, book))]
    found += _named(bare, book)
    found += [place for name in _WORD.findall(_SHEET.sub("", bare)) if (place := _table(name, book))]
    if re.search(r"(?<![\w\]])\[", bare):
        found += [place._replace(sheet=one.name) for one in book.sheets for table in one.tables
                  if one.name == sheet and (place := area(table.ref))]  # fmt: skip
    return [place if place.sheet else place._replace(sheet=sheet) for place in found]


def reads_something(formula: str, book: Book, sheet: str) -> bool:
    """Whether a formula reads at least one cell."""
    return bool(areas(formula, book, sheet))


def read_by(grid: Grid, spot: Spot, book: Book) -> list[Area]:
    """The areas that a cell's formula reads, or the pivots that begin above it or beside it; each with its sheet."""
    found = areas(grid.formula(spot), book, grid.name)
    if grid.in_pivot(spot):
        for pivot in grid.sheet.pivots:
            own = area(pivot.ref)
            if own and own.top <= spot.row and own.left <= spot.column:
                found += areas(f"={pivot.source}", book, grid.name)
    return found


def is_calculated(grid: Grid, spot: Spot, book: Book) -> bool:
    """Whether a pivot gives a cell, or a formula that reads at least one other."""
    return grid.in_pivot(spot) or (grid.live(spot) and reads_something(grid.formula(spot), book, grid.name))


def surroundings(formula: str, book: Book, *, calc: bool = True) -> str:
    """The first function, of a formula or of its names, that tells the day, the program, the machine or chance; '' without one.

    Args:
        formula: With its ``=``.
        book: Where names are.
        calc: The workbook is LibreOffice's own; in one of Excel's, functions that Excel has not tell the program too.
    """
    for text in (formula, *definitions(formula, book)):
        bare = _TITLE.sub("", _SHEET.sub("", _STRING.sub('""', text)))
        if found := _SURROUNDINGS.search(bare) or (not calc and _CALC_ALONE.search(bare)):
            return found[1].upper()
    return ""


def decides(formula: str, book: Book) -> str | None:
    """What a formula, or one of its names, decides by without reading a cell (:func:`.choices.blind`)."""
    texts = (_bare(text) for text in (formula, *definitions(formula, book)))
    return next((found for text in texts if (found := blind(text)) is not None), None)


def tells_logical(formula: str, grid: Grid, book: Book, other: Callable[[Area], Grid | None]) -> str | None:
    """The function by which a formula asks what kind of value a comparison is: its own, a name's, or that of a cell.

    Args:
        formula: With its ``=``.
        grid: Where it stands.
        book: Where names are.
        other: The sheet of an area.
    """
    for text in (formula, *definitions(formula, book)):
        if found := kind_asked(_bare(text)):
            return found
        for name, read in _KIND_OF.findall(text):
            cells = [(other(place), Spot(place.top, place.left)) for place in areas(f"={read}", book, grid.name) if place.size == 1]  # fmt: skip
            read_there = [sheet.formula(spot) for sheet, spot in cells if sheet]
            if any(is_logical(_bare(one)) for one in (*definitions(read, book), *read_there)):
                return str(name).upper()
    return None


def _bare(formula: str) -> str:
    """A formula as `choices` reads it: without its texts nor the names of sheets; sure days and codes in short."""
    sure = _SURE_CODE.sub('""', _SURE_DAY.sub("DATE(2000)", formula))
    return _SHEET.sub("A!", _STRING.sub('""', sure))


def days_of(formula: str, book: Book, sheet: str) -> list[tuple[str, Area]]:
    """The cells of which a formula, or one of its names, takes the day through ``N``, and the function that does."""
    found = [match for text in (formula, *definitions(formula, book)) for match in _DAY_OF.findall(text)]
    return [(name.upper(), place) for name, read in found for place in areas(f"={read}", book, sheet)]


def writes(formula: str, figure: float, book: Book) -> bool:
    """Whether a formula, or one of its names, writes a figure out: an amount of 100 or more, with its cents.

    A rate, a year, a threshold or a day of the calendar is shorter, or whole.
    """
    if round(figure, 2).is_integer():
        return False
    texts = [_SHEET.sub("", text) for text in (formula, *definitions(formula, book))]
    return any(abs(float(one) - abs(figure)) < CENT for text in texts for one in AMOUNT.findall(text))


def _table(name: str, book: Book) -> Area | None:
    for sheet in book.sheets:
        for table in sheet.tables:
            if table.name.casefold() == name.casefold() and (place := area(table.ref)):
                return place._replace(sheet=sheet.name)
    return None


def definitions(formula: str, book: Book) -> list[str]:
    """What the names in a formula, and those in them, stand for: ``Données!A1:A20``, ``OFFSET(…)``."""
    found, known, waiting = list[str](), set[str](), [formula]
    while waiting and book.names:
        words = {word.casefold() for word in _WORD.findall(_SHEET.sub("", _STRING.sub('""', waiting.pop())))} - known
        known |= words
        more = [name.refers_to for name in book.names if name.name.casefold() in words]
        found += more
        waiting += more
    return found


def _named(formula: str, book: Book) -> list[Area]:
    """The areas that the names in a formula mention: plain ones, columns of a table, and what OFFSET… starts from."""
    found: list[Area] = []
    for refers_to in definitions(formula, book):
        bare = _STRING.sub('""', refers_to)
        places = [place for match in _CELLS.findall(bare) if (place := area(match.replace("$", "")))]
        found += [*places, *(place for name in _STRUCTURED.findall(bare) if (place := _table(name, book)))]
    return found
