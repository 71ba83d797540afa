"""A CSV text whose cells can be replaced without touching anything else.

The standard library reads a CSV well and cannot write it back as it was: quoting, line ends and blank lines are lost.
Here each cell keeps its place in the text, and a new value goes exactly there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

_QUOTE = '"'
_ENDS = "\r\n"


class Cell(NamedTuple):
    """One cell: what it says, and where it stands in the text."""

    value: str
    start: int
    end: int


@dataclass(frozen=True)
class Cells:
    """A CSV text, cut into rows of cells; blank lines are no rows."""

    text: str
    delimiter: str
    rows: tuple[tuple[Cell, ...], ...] = field(repr=False)

    def replaced(self, changes: Mapping[tuple[int, int], str]) -> str:
        """Returns the text with new values.

        Args:
            changes: New values by row and column.
        """
        pieces, at = [], 0
        places = sorted((self.rows[row][column], value) for (row, column), value in changes.items())
        for cell, value in sorted(places, key=lambda place: place[0].start):
            pieces += [self.text[at : cell.start], self._written(value)]
            at = cell.end
        return "".join([*pieces, self.text[at:]])

    def _written(self, value: str) -> str:
        """Quotes as PHP's ``fputcsv`` does, with which Moodle writes: also what holds a space."""
        if any(char in value for char in (self.delimiter, _QUOTE, " ", "\t", *_ENDS)):
            return _QUOTE + value.replace(_QUOTE, _QUOTE * 2) + _QUOTE
        return value


def cut(text: str) -> Cells:
    """Cuts a CSV text into cells; the delimiter is the one of the first line that is used most."""
    delimiter = _delimiter(text)
    rows: list[tuple[Cell, ...]] = []
    at = 0
    while at < len(text):
        row, at = _row(text, at, delimiter)
        if len(row) > 1 or row[0].value.strip():
            rows.append(tuple(row))
    return Cells(text, delimiter, tuple(rows))


def _delimiter(text: str) -> str:
    counts = dict.fromkeys((",", ";", "\t"), 0)
    quoted = False
    for char in text:
        if char == _QUOTE:
            quoted = not quoted
        elif not quoted and char in _ENDS:
            break
        elif not quoted and char in counts:
            counts[char] += 1
    return max(counts, key=lambda char: counts[char])


def _row(text: str, at: int, delimiter: str) -> tuple[list[Cell], int]:
    row: list[Cell] = []
    while True:
        cell = _cell(text, at, delimiter)
        row.append(cell)
        at = cell.end
        if text[at : at + 1] == delimiter:
            at += 1
            continue
        at += 2 if text[at : at + 2] == "\r\n" else 1
        return row, at


def _cell(text: str, start: int, delimiter: str) -> Cell:
    quoted, at, value = False, start, []
    while at < len(text):
        char = text[at]
        if quoted and char == _QUOTE and text[at + 1 : at + 2] == _QUOTE:
            value.append(_QUOTE)
            at += 2
            continue
        if char == _QUOTE and (quoted or at == start):
            quoted = not quoted
        elif not quoted and (char == delimiter or char in _ENDS):
            break
        else:
            value.append(char)
        at += 1
    return Cell("".join(value), start, at)
