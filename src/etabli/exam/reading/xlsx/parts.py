"""The parts of an Excel workbook around its sheets: names, tables, charts, pivots, properties, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from ..archive import Archive
from ..dangers import refuse_address
from ..grid import Book, Grid
from ..kinds import suffix
from ..limits import Refused
from ..markup import END, START, TEXT, walk, whole
from ..notation import excel_reference
from ..relations import main_part, outgoing, relations
from ..told import BookTable, DefinedName
from ..tree import Node, tree
from .charts import charts
from .pivots import pivots
from .shared import TRUE, unescaped

_MACRO_PARTS: Final = re.compile(r"vbaProject\.bin$|/macrosheets/|/dialogsheets/|/activeX/", re.I)
_DRAWINGS: Final = re.compile(r"^/?xl/(?!worksheets/|_rels/).*\.(?:xml|vml)$", re.I)
_AREAS = re.compile(r"^(?:'(?:[^']|'')*'|[^'!]*)!")
_CORE = {"creator": "author", "lastModifiedBy": "last_author", "created": "created", "modified": "modified"}


def refuse(archive: Archive, name: str) -> None:
    """Refuses what is more than a workbook, before its sheets are read.

    Raises:
        Refused: It holds macros, or commands another program.
    """
    names = [info.filename for info in archive.members]
    macros = next((one for one in names if _MACRO_PARTS.search(one)), None)
    said = archive.read("[Content_Types].xml")
    if macros or b"macroEnabled" in said or suffix(name) in ("xlsm", "xltm"):
        raise Refused("macros", "part", name=macros) if macros else Refused("macros")
    for part in names:
        if "/externallinks/" in part.casefold() and part.casefold().endswith(".xml"):
            root = tree(archive, part)
            dde = next(root.inside("ddeLink"), None)
            if dde is not None:
                raise Refused("dde", "program", name=f"{dde.get('ddeService')}|{dde.get('ddeTopic')}")


def refuse_outside(archive: Archive) -> None:
    """Refuses a workbook that needs another file; called last, when no cell could be named.

    Raises:
        Refused: It does.
    """
    for address in (*outgoing(archive), *_disguised(archive)):
        refuse_address(address)


def _disguised(archive: Archive) -> Iterator[str]:
    """Yields what drawings fetch by a relation that calls itself a hyperlink: the office looks at its number alone."""
    for part in (info.filename for info in archive.members if _DRAWINGS.search(info.filename)):
        outside = {name: one.target for name, one in relations(archive, part).items() if one.external}
        for event in walk(archive.read(part), part) if outside else ():
            if event.kind == START and not event.name.startswith("hlink"):
                yield from (outside[value] for value in event.attributes.values() if value in outside)


def about(archive: Archive) -> dict[str, str | None]:
    """Returns who the file says made it, and when."""
    found: dict[str, str | None] = dict.fromkeys(_CORE.values())
    for relation in relations(archive, "").values():
        if relation.kind == "core-properties" and relation.target in archive:
            for node in tree(archive, relation.target).children:
                if node.name in _CORE:
                    found[_CORE[node.name]] = node.text.strip() or None
    return found


def beyond(archive: Archive) -> list[str]:
    """Returns what the workbook has that lives outside of its cells: ``connection``, ``query``, ``model``."""
    found = set()
    for info in archive.members:
        name = info.filename.casefold()
        if name == "xl/connections.xml":
            mashup = b"Microsoft.Mashup" in archive.read(info)
            found.add("query" if mashup else "connection")
        elif name.startswith("xl/model/"):
            found.add("model")
    return sorted(found)


def manual(archive: Archive) -> bool:
    """Returns whether nothing is computed again until a person asks for it."""
    main = main_part(archive)
    found = (event for event in walk(archive.read(main), main) if event.kind == START and event.name == "calcPr")
    return any(event.attributes.get("calcMode") == "manual" for event in found)


def complete(archive: Archive, book: Book) -> list[DefinedName]:
    """Gives the sheets their tables, charts, pivots and print set-up; returns the defined names, as they are written.

    Raises:
        Refused: A part is damaged or too big.
    """
    for grid in book.grids:
        if grid.layout.part and grid.layout.part in archive:
            grid.layout.charts.extend(charts(archive, grid.layout.part))
            grid.layout.pivots.extend(pivots(archive, grid.layout.part))
            _tables(archive, grid)
    return _names(archive, book)


def _tables(archive: Archive, grid: Grid) -> None:
    for relation in relations(archive, grid.layout.part).values():
        if relation.kind == "table" and relation.target in archive:
            root = tree(archive, relation.target)
            grid.layout.tables.append(_table(root))
            grid.layout.rules.extend(node.text for node in root.inside("calculatedColumnFormula", "totalsRowFormula"))


def _table(root: Node) -> BookTable:
    return BookTable(
        name=root.get("displayName") or root.get("name"),
        ref=root.get("ref"),
        headers=whole(root.get("headerRowCount", "1")) > 0,
        columns=tuple(unescaped(one.get("name")) for one in root.all("tableColumns", "tableColumn")),
        totals=whole(root.get("totalsRowCount", "0")) > 0,
        query=root.get("tableType") == "queryTable",
    )


def _names(archive: Archive, book: Book) -> list[DefinedName]:
    main = main_part(archive)
    found: list[DefinedName] = []
    text: list[str] | None = None
    attributes: Any = {}
    for event in walk(archive.read(main), main):
        if event.name == "definedName" and event.kind == START:
            text, attributes = [], event.attributes
        elif event.kind == TEXT and text is not None:
            text.append(event.text)
        elif event.name == "definedName" and event.kind == END and text is not None:
            _name(attributes, "".join(text), book, found)
            text = None
    return found


def _name(attributes: Any, text: str, book: Book, found: list[DefinedName]) -> None:
    name = attributes.get("name", "")
    if any(attributes.get(key) in TRUE for key in ("xlm", "vbProcedure")):
        raise Refused("macros", "macro", name=name)
    local = attributes.get("localSheetId")
    grid = book.grids[whole(local)] if local is not None and whole(local) < len(book.grids) else None
    if not name.startswith("_xlnm."):
        hidden = attributes.get("hidden") in TRUE
        found.append(DefinedName(name, text, grid.name if grid else None, hidden))
    elif grid is not None and name == "_xlnm.Print_Area":
        grid.layout.area = ",".join(_AREAS.sub("", one) for one in excel_reference(text).split(","))
    elif grid is not None and name == "_xlnm.Print_Titles":
        areas = [_AREAS.sub("", one) for one in excel_reference(text).split(",")]
        grid.layout.title_rows = next((one for one in areas if one.replace(":", "").isdigit()), None)
