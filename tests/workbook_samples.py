"""Workbooks made with openpyxl, and what it cannot write: stale values, arrays that spill, pivot tables."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import documents_samples
import openpyxl
from documents_samples import saved as packed
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table, TableFormula

LINES = 40
LAST = LINES + 1
TITLES = ("Numéro", "Date", "Code", "Montant HT", "Taux", "Mois")
_X14 = "http://schemas.microsoft.com/office/spreadsheetml/2017/dynamicarray"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_METADATA = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<metadata xmlns="{_MAIN}" xmlns:xda="{_X14}"><metadataTypes count="1"><metadataType name="XLDAPR" minSupportedVersion="120000" copy="1" pasteAll="1" pasteValues="1" merge="1" splitFirst="1" rowColShift="1" clearFormats="1" clearComments="1" assign="1" coerce="1" cellMeta="1"/></metadataTypes><futureMetadata name="XLDAPR" count="1"><bk><extLst><ext uri="{{bdbb8cdc-fa1e-496e-a857-3c3f30c029c3}}"><xda:dynamicArrayProperties fDynamic="1" fCollapsed="0"/></ext></extLst></bk></futureMetadata><cellMetadata count="1"><bk><rc t="1" v="0"/></bk></cellMetadata></metadata>"""


def amounts() -> list[tuple[str, date, str, float]]:
    """Number, date, customer's code and amount of each line: 8 customers, October 2025 to January 2026."""
    first = date(2025, 10, 1)
    return [
        (f"F{number:03d}", first + timedelta(days=3 * number), f"{number % 8:05d}", 100.0 + number)
        for number in range(LINES)
    ]


def book(*, table: bool = True) -> openpyxl.Workbook:
    """Données, with a column of formulas, and an empty Synthèse."""
    made = openpyxl.Workbook()
    lines = made.active
    assert lines is not None
    lines.title = "Données"
    lines.append(TITLES)
    for row, (number, day, code, amount) in enumerate(amounts(), 2):
        lines.append([number, day, code, amount, 0.2, f'=TEXT(B{row},"aaaa-mm")'])
        lines[f"D{row}"].number_format = '#,##0.00 "€"'
    if table:
        shape = Table(displayName="Extraction", ref=f"A1:F{LAST}")
        shape._initialise_columns()
        for column, title in zip(shape.tableColumns, TITLES, strict=True):
            column.name = title
        shape.tableColumns[5].calculatedColumnFormula = TableFormula(
            attr_text='TEXT(Extraction[[#This Row],[Date]],"aaaa-mm")'
        )
        lines.add_table(shape)
    made.create_sheet("Synthèse")
    return made


def fill(made: openpyxl.Workbook, cells: dict[str, Any]) -> openpyxl.Workbook:
    """Puts cells in Synthèse."""
    for cell, value in cells.items():
        made["Synthèse"][cell] = value
    return made


def array(ref: str, formula: str) -> ArrayFormula:
    """A formula that fills a range."""
    return ArrayFormula(ref, formula)


def named(made: openpyxl.Workbook, name: str, refers_to: str) -> openpyxl.Workbook:
    """Gives a name to a range."""
    made.defined_names[name] = DefinedName(name, attr_text=refers_to)
    return made


def rewritten(data: bytes, change: Callable[[dict[str, str]], None]) -> bytes:
    """The same archive, its parts changed as texts."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    change(parts)
    return documents_samples.packed(parts)


def packed_again(data: bytes, rename: Callable[[str], str]) -> bytes:
    """The same parts under other names."""
    return documents_samples.packed({rename(name): part for name, part in documents_samples.parts(data).items()})


def stale(data: bytes, value: str = "999") -> bytes:
    """Every formula of the file remembers that value."""

    def change(parts: dict[str, str]) -> None:
        for name in list(parts):
            if name.startswith("xl/worksheets/sheet"):
                parts[name] = re.sub(r"</f><v ?/?>(</v>)?", f"</f><v>{value}</v>", parts[name])

    return rewritten(data, change)


def dynamic(data: bytes) -> bytes:
    """Its arrays spill, as those that Excel 365 writes."""

    def change(parts: dict[str, str]) -> None:
        for name in list(parts):
            if name.startswith("xl/worksheets/sheet"):
                parts[name] = re.sub(r'<c ([^>]*)>(<f t="array")', r'<c \1 cm="1">\2', parts[name])
        parts["xl/metadata.xml"] = _METADATA
        _declare(parts, "xl/metadata.xml", f"{_TYPE}.sheetMetadata+xml")
        _relate(parts, "xl/_rels/workbook.xml.rels", "sheetMetadata", "metadata.xml")

    return rewritten(data, change)


def pivoted(data: bytes, source: str) -> bytes:
    """A pivot table of Excel's at A3 of the second sheet: amounts by customer.

    Args:
        data: A workbook of `book`.
        source: Attributes of the source: ``name="Extraction"`` or ``ref="A1:F41" sheet="Données"``.
    """
    codes = sorted({code for _number, _day, code, _amount in amounts()})

    def change(parts: dict[str, str]) -> None:
        fields = "".join(
            f'<cacheField name="{title}" numFmtId="0"><sharedItems'
            + (
                f' count="{len(codes)}">' + "".join(f'<s v="{code}"/>' for code in codes) + "</sharedItems>"
                if title == "Code"
                else "/>"
            )
            + "</cacheField>"
            for title in TITLES
        )
        parts["xl/pivotCache/pivotCacheDefinition1.xml"] = (
            f'<pivotCacheDefinition xmlns="{_MAIN}" xmlns:r="{_R}" saveData="0" refreshOnLoad="1" createdVersion="6" recordCount="0">'
            f'<cacheSource type="worksheet"><worksheetSource {source}/></cacheSource>'
            f'<cacheFields count="{len(TITLES)}">{fields}</cacheFields></pivotCacheDefinition>'
        )
        items = "".join(f'<item x="{number}"/>' for number in range(len(codes)))
        rows = "".join(f'<i><x v="{number}"/></i>' for number in range(len(codes)))
        pivot_fields = "".join(
            f'<pivotField axis="axisRow" showAll="0"><items count="{len(codes) + 1}">{items}<item t="default"/></items></pivotField>'
            if title == "Code"
            else ('<pivotField dataField="1" showAll="0"/>' if title == "Montant HT" else '<pivotField showAll="0"/>')
            for title in TITLES
        )
        parts["xl/pivotTables/pivotTable1.xml"] = (
            f'<pivotTableDefinition xmlns="{_MAIN}" name="TCD1" cacheId="1" dataOnRows="0" applyNumberFormats="0" dataCaption="Valeurs" '
            'updatedVersion="6" minRefreshableVersion="3" useAutoFormatting="1" itemPrintTitles="1" createdVersion="6" indent="0" outline="1" outlineData="1" multipleFieldFilters="0">'
            f'<location ref="A3:B{len(codes) + 4}" firstHeaderRow="1" firstDataRow="1" firstDataCol="1"/>'
            f'<pivotFields count="{len(TITLES)}">{pivot_fields}</pivotFields><rowFields count="1"><field x="2"/></rowFields>'
            f'<rowItems count="{len(codes) + 1}">{rows}<i t="grand"><x/></i></rowItems><colItems count="1"><i/></colItems>'
            '<dataFields count="1"><dataField name="Somme de Montant HT" fld="3" baseField="0" baseItem="0"/></dataFields></pivotTableDefinition>'
        )
        _declare(parts, "xl/pivotCache/pivotCacheDefinition1.xml", f"{_TYPE}.pivotCacheDefinition+xml")
        _declare(parts, "xl/pivotTables/pivotTable1.xml", f"{_TYPE}.pivotTable+xml")
        key = _relate(
            parts, "xl/_rels/workbook.xml.rels", "pivotCacheDefinition", "pivotCache/pivotCacheDefinition1.xml"
        )
        _relate(parts, "xl/worksheets/_rels/sheet2.xml.rels", "pivotTable", "../pivotTables/pivotTable1.xml")
        _relate(
            parts, "xl/pivotTables/_rels/pivotTable1.xml.rels", "pivotCacheDefinition",
            "../pivotCache/pivotCacheDefinition1.xml",
        )  # fmt: skip
        caches = f'<pivotCaches><pivotCache xmlns:r="{_R}" cacheId="1" r:id="{key}"/></pivotCaches></workbook>'
        parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace("</workbook>", caches)

    return rewritten(data, change)


def heavy() -> bytes:
    """Small, and hours of computing."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for row in range(1, 8001):
        again = f"=SUMPRODUCT(($A$1:$A$8000=A{row})*($B$1:$B$8000>B{row})*SQRT($B$1:$B$8000)*SIN($B$1:$B$8000))"
        sheet.append([row % 97, row, again])
    return packed(made)


def greedy() -> bytes:
    """Small, and it brings the office down: more memory than it may have."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet["A1"] = '=REPT("x",32767)'
    for row in range(2, 60):
        sheet[f"A{row}"] = f"=A{row - 1}&A{row - 1}"
    return packed(made)


def _declare(parts: dict[str, str], part: str, kind: str) -> None:
    line = f'<Override PartName="/{part}" ContentType="{kind}"/></Types>'
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace("</Types>", line)


def _relate(parts: dict[str, str], where: str, kind: str, target: str) -> str:
    empty = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
    text = parts.get(where, empty)
    key = f"rIdE{text.count('<Relationship ') + 1}"
    namespace = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    line = f'<Relationship Id="{key}" Type="{namespace}/{kind}" Target="{target}"/></Relationships>'
    parts[where] = text.replace("</Relationships>", line)
    return key
