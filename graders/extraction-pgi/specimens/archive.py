"""Saved workbooks as archives: the same bytes for the same content, and what is changed in them by hand."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping

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


METADATA = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><metadata '
    'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:xda="http://schemas.microsoft.com/office/spreadsheetml/2017/dynamicarray"><metadataTypes count="1">'
    '<metadataType name="XLDAPR" minSupportedVersion="120000" copy="1" pasteAll="1" pasteValues="1" merge="1" '
    'splitFirst="1" rowColShift="1" clearFormats="1" clearComments="1" assign="1" coerce="1" cellMeta="1"/>'
    '</metadataTypes><futureMetadata name="XLDAPR" count="1"><bk><extLst><ext uri="{bdbb8cdc-fa1e-496e-a857-3c3f30c029c3}">'
    '<xda:dynamicArrayProperties fDynamic="1" fCollapsed="0"/></ext></extLst></bk></futureMetadata>'
    '<cellMetadata count="1"><bk><rc t="1" v="0"/></bk></cellMetadata></metadata>'
)
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEET_ML = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def dynamic(content: bytes, sheet: str, values: Mapping[str, object]) -> bytes:
    """Formulas with functions of Excel 365 as Excel writes them, each a dynamic array, with what it last showed.

    Args:
        content: An `.xlsx`.
        sheet: Whose formulas.
        values: Place → what it shows.
    """

    def array(cell: re.Match[str]) -> str:
        place, attributes, formula = cell["place"], cell["attributes"], cell["formula"]
        shown = f"<v>{values[place]}</v>" if place in values else ""
        if "_xlfn." not in formula:
            return f'<c r="{place}"{attributes}><f>{formula}</f>{shown}'
        return f'<c r="{place}"{attributes} cm="1"><f t="array" ref="{place}">{formula}</f>{shown}'

    def change(xml: str) -> str:
        xml = re.sub(r'<c ([^>]*)>(<f t="array")', r'<c \1 cm="1">\2', xml)
        return re.sub(r'<c r="(?P<place>[A-Z]+\d+)"(?P<attributes>[^>]*)><f>(?P<formula>[^<]*)</f><v ?/>', array, xml)

    parts = unzipped(rewritten(content, part_of(content, sheet), change))
    for name, mark, more in (
        ("[Content_Types].xml", "</Types>", f'<Override PartName="/xl/metadata.xml" ContentType="{SHEET_ML}.sheetMetadata+xml"/>'),
        ("xl/_rels/workbook.xml.rels", "</Relationships>", f'<Relationship Id="rId98" Type="{KINDS}/sheetMetadata" Target="metadata.xml"/>'),
    ):  # fmt: skip
        parts[name] = parts[name].decode().replace(mark, more + mark, 1).encode()
    return zipped(parts | {"xl/metadata.xml": METADATA.encode()})
