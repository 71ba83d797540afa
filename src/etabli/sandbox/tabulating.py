"""Reads the first sheet of a workbook that comes from outside, in a container without network, as nobody.

Its source travels alone, as that of :mod:`etabli.sandbox.pressing`: it imports openpyxl and the standard library only.
It reads eight digits of hexadecimal (a size), then that much of a workbook, and answers by JSON: ``rows``, each a line
number and its cells as text; or ``refused``, why it is no workbook.
"""

from __future__ import annotations

import io
import json
import sys
import warnings
import zipfile
from typing import Any

MOST_ROWS, MOST_COLUMNS = 5_000, 40
_UNPACKED = 100_000_000


def tabulated(data: bytes) -> dict[str, Any]:
    """Returns the rows of the first sheet that are not blank, or why there are none."""
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(member.file_size for member in archive.infolist()) > _UNPACKED:
                return {"refused": "démesuré"}
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        values = book.worksheets[0].iter_rows(values_only=True, max_row=MOST_ROWS, max_col=MOST_COLUMNS)
        rows = [[line, [_said(cell) for cell in cells]] for line, cells in enumerate(values, 1)]
    except Exception:
        # a foreign file, and a process that ends with it: whatever it raises is no fault of ours
        return {"refused": "abîmé, ou pas un classeur .xlsx"}
    return {"rows": [row for row in rows if any(row[1])]}


def _said(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


if __name__ == "__main__":
    size = int(sys.stdin.buffer.read(8), 16)
    sys.stdout.buffer.write(json.dumps(tabulated(sys.stdin.buffer.read(size))).encode())
