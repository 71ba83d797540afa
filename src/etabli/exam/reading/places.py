"""Names of cells and ranges, as people write them."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

LAST_ROW: Final = 1_048_576
LAST_COLUMN: Final = 16_384
_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_PLAIN = re.compile(r"[^\W\d][\w.]*")
_LIKE_A_CELL = re.compile(r"[A-Za-z]{1,3}[0-9]+|[RrCc][0-9]*|[RrLl][0-9]+[Cc][0-9]+")


class Area(NamedTuple):
    """A rectangle of cells; all numbers start at 1."""

    top: int
    left: int
    bottom: int
    right: int

    def covers(self, row: int, column: int) -> bool:
        """Whether a cell is one of its own."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    def __str__(self) -> str:
        first, last = place(self.top, self.left), place(self.bottom, self.right)
        return first if first == last else f"{first}:{last}"


def letters(column: int) -> str:
    """Returns the letters of a column."""
    found = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def place(row: int, column: int) -> str:
    """Returns a cell's name.

    Example:
        >>> place(4, 28)
        'AB4'
    """
    return f"{letters(column)}{row}"


def spot(name: str) -> tuple[int, int]:
    """Returns the row and the column of a cell's name.

    Raises:
        ValueError: It is none.

    Example:
        >>> spot("$AB$4")
        (4, 28)
    """
    found = _CELL.fullmatch(name)
    if not found:
        raise ValueError(f"no cell is called {name!r}")
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - 64
    row = int(found[2])
    if not 0 < row <= LAST_ROW or column > LAST_COLUMN:
        raise ValueError(f"no cell is called {name!r}")
    return row, column


def area(ref: str) -> Area | None:
    """Returns the rectangle of ``A1:B4`` or of ``A1``; None when it is no such range."""
    first, _, last = ref.replace("$", "").partition(":")
    try:
        one, other = spot(first), spot(last or first)
    except ValueError:
        return None
    return Area(min(one[0], other[0]), min(one[1], other[1]), max(one[0], other[0]), max(one[1], other[1]))


def quoted(sheet: str) -> str:
    """Returns a sheet's name as a reference has it: in quotes where it needs them."""
    if _PLAIN.fullmatch(sheet) and not _LIKE_A_CELL.fullmatch(sheet):
        return sheet
    return "'{}'".format(sheet.replace("'", "''"))
