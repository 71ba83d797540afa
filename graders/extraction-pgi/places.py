"""Where a cell is: ``H12`` ↔ (12, 8), ``A1:I240`` and the areas that charts, names and tables refer to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

MAX_ROW, MAX_COLUMN = 1_048_576, 16_384
_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_ROWS = re.compile(r"\$?([0-9]{1,7}):\$?([0-9]{1,7})")
_COLUMNS = re.compile(r"\$?([A-Za-z]{1,3}):\$?([A-Za-z]{1,3})")


class Spot(NamedTuple):
    """A cell, counted from 1."""

    row: int
    column: int

    @property
    def cell(self) -> str:
        """``B4``."""
        return f"{letters(self.column)}{self.row}"


class Area(NamedTuple):
    """A rectangle of a sheet, its ends included; the sheet is None when the reference does not say it."""

    sheet: str | None
    top: int
    left: int
    bottom: int
    right: int

    def spots(self) -> Iterator[Spot]:
        """Its cells, row by row."""
        for row in range(self.top, self.bottom + 1):
            for column in range(self.left, self.right + 1):
                yield Spot(row, column)

    def holds(self, spot: Spot) -> bool:
        """Whether a cell is in it."""
        return self.top <= spot.row <= self.bottom and self.left <= spot.column <= self.right

    def meets(self, other: Area) -> bool:
        """Whether both have a cell in common, the sheet left aside."""
        rows = self.top <= other.bottom and other.top <= self.bottom
        return rows and self.left <= other.right and other.left <= self.right

    @property
    def size(self) -> int:
        """How many cells it has."""
        return (self.bottom - self.top + 1) * (self.right - self.left + 1)


@cache
def letters(column: int) -> str:
    """The name of a column: 1 → A, 27 → AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def number(name: str) -> int:
    """The number of a column: A → 1, AA → 27."""
    column = 0
    for letter in name.upper():
        column = column * 26 + ord(letter) - 64
    return column


def spot(cell: str) -> Spot:
    """A cell by its name, ``$`` or not.

    Raises:
        ValueError: It is no cell.
    """
    found = _CELL.fullmatch(cell.strip())
    if not found:
        raise ValueError(f"« {cell} » is no cell")
    return Spot(int(found[2]), number(found[1]))


@cache
def area(reference: str | None) -> Area | None:
    """The rectangle that a reference names; None for anything else (a formula, a name, several areas).

    Example:
        >>> area("'Ma feuille'!$B$4:$B$9")
        Area(sheet='Ma feuille', top=4, left=2, bottom=9, right=2)
    """
    if not reference:
        return None
    sheet, inside = _split(reference.strip().removeprefix("="))
    if rows_only := _ROWS.fullmatch(inside):
        top, bottom = sorted((int(rows_only[1]), int(rows_only[2])))
        return Area(sheet, top, 1, bottom, MAX_COLUMN)
    columns = _COLUMNS.fullmatch(inside)
    if columns:
        left, right = sorted((number(columns[1]), number(columns[2])))
        return Area(sheet, 1, left, MAX_ROW, right)
    first, _, last = inside.partition(":")
    try:
        start, end = spot(first), spot(last.rpartition("!")[2] or first)
    except ValueError:
        return None
    rows, sides = sorted((start.row, end.row)), sorted((start.column, end.column))
    return Area(sheet, rows[0], sides[0], rows[1], sides[1])


def _split(reference: str) -> tuple[str | None, str]:
    """The sheet and the rest of ``Feuille!A1``, ``'L''an'!A1`` or ``$Feuille.A1``."""
    quoted = re.match(r"\$?'((?:[^']|'')+)'[!.](.+)$", reference)
    if quoted:
        return quoted[1].replace("''", "'"), quoted[2]
    bare = re.match(r"\$?([^'!:]+)!(.+)$", reference) or re.match(r"\$?([^'!:.]+)\.(.+)$", reference)
    return (bare[1], bare[2]) if bare else (None, reference)
