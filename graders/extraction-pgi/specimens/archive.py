"""Saved workbooks as archives: the same bytes for the same content, and what is changed in them by hand."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping

from openpyxl import Workbook

_DATE = (2026, 1, 1, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(?=<)")


def saved(book: Workbook) -> bytes:
    """A workbook's bytes; nothing in them tells when."""
    buffer = io.BytesIO()
    book.save(buffer)
    return sealed(buffer.getvalue())


def sealed(content: bytes) -> bytes:
    """The same archive at a fixed date."""
    parts = unzipped(content)
    for name in [name for name in parts if name.endswith("core.xml")]:
        parts[name] = _MODIFIED.sub(rb"\g<1>2026-01-01T00:00:00Z", parts[name])
    return zipped(parts)


def unzipped(content: bytes) -> dict[str, bytes]:
    """The parts of an archive, in order."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """An archive of these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, part in parts.items():
            stored = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, _DATE), part, stored)
    return buffer.getvalue()


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
