"""CSV as French office suites write it."""

from __future__ import annotations

import csv
import io
from itertools import islice

from .grid import Book, Box
from .kinds import decode
from .limits import Refused

DELIMITERS = ";,\t"
_SAMPLE = 20


def read(data: bytes, name: str) -> Book:
    """Returns a book of one sheet named after the file; all its cells are text.

    Raises:
        Refused: It is no text, it is damaged or too big.
    """
    text = decode(data)
    book = Book()
    grid = book.sheet(name.rpartition("/")[2], hidden=False)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(text))
    try:
        for row, values in enumerate(rows, 1):
            for column, value in enumerate(values, 1):
                if value.strip():
                    grid.put(row, column, Box(value))
            book.skip()
    except csv.Error as error:
        raise Refused("broken-file", "line", number=rows.line_num) from error
    return book


def delimiter(text: str) -> str:
    """Returns the sign that cuts the most of the first rows into the same number of cells, ``;`` by default."""

    def regularity(sign: str) -> tuple[float, int]:
        rows = islice(csv.reader(io.StringIO(text, newline=""), delimiter=sign), _SAMPLE)
        counts = [len(row) for row in rows if any(cell.strip() for cell in row)]
        usual = max(set(counts), key=counts.count, default=1)
        return (counts.count(usual) / len(counts) if usual > 1 else 0, usual)

    try:
        return max(DELIMITERS, key=regularity)
    except csv.Error:
        return ";"
