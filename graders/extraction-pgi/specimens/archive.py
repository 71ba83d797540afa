"""Saved workbooks as archives: the same bytes for the same content, and what is changed in them by hand."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

from openpyxl import Workbook

from etabli.lab.specimens.papers import sealed, unzipped, zipped

__all__ = ["part_of", "rewritten", "saved", "sealed", "unzipped", "zipped"]


def saved(book: Workbook) -> bytes:
    """A workbook's bytes; nothing in them tells when."""
    buffer = io.BytesIO()
    book.save(buffer)
    return sealed(buffer.getvalue())


def rewritten(content: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """The same archive, one part changed.

    Raises:
        LookupError: It has no such part.
        ValueError: The change changes nothing.
    """
    parts = unzipped(content)
    before = parts[part].decode()
    after = change(before)
    if before == after:
        raise ValueError(f"{part} unchanged")
    return zipped(parts | {part: after.encode()})


def part_of(content: bytes, sheet: str) -> str:
    """The part of an `.xlsx` that holds a sheet."""
    parts = unzipped(content)
    titles = re.findall(r'<sheet [^>]*?name="([^"]*)"', parts["xl/workbook.xml"].decode())
    return f"xl/worksheets/sheet{titles.index(sheet) + 1}.xml"
