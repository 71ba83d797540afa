"""What an OpenDocument spreadsheet has around its cells: names, ranges, pivots, the page, and what is refused.

Source: OASIS Open Document Format 1.3, part 3, clauses 9.4 (table content), 9.5 (database ranges), 9.6 (data pilots).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from ..archive import Archive
from ..dangers import fetches, refuse_address
from ..grid import Grid
from ..limits import Refused
from ..markup import START, Event, walk, whole
from ..notation import from_odf, odf_reference, split
from ..told import BookTable, DefinedName
from ..tree import Node, tree
from .styles import Styles

_MACROS: Final = re.compile(r"(?:^|/)(?:Basic/[^/]+/(?!script-l[bc]\.xml)[^/]+\.xml|Scripts/.+/[^/]+)$")
_SCRIPT: Final = re.compile(r"(?:vnd\.sun\.star\.script|macro|script):", re.I)
_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,20}:|\.\./|/")
_DRAWN: Final = ("object", "object-ole", "image", "floating-frame", "plugin", "applet")
_LEADING: Final = re.compile(r"(?:^|/)(?:styles|meta|settings)\.xml$|(?<=.)/content\.xml$")
"""The parts, beside the main one, in which the office follows addresses and styles."""
_ANONYMOUS: Final = "__Anonymous_Sheet_DB__"
_RULES: Final = {"content-validation": "condition", "condition": "value", "map": "condition"}
_WHO = {"creator": "last_author", "initial-creator": "author", "creation-date": "created", "date": "modified"}
WATCHED: Final = frozenset(
    {
        *_DRAWN,
        *_RULES,
        *("table-source", "cell-range-source", "dde-source", "event-listener", "script", "named-range"),
        *(
            "named-expression",
            "database-range",
            "database-source-sql",
            "database-source-query",
            "database-source-table",
        ),
        *("data-pilot-table", "source-cell-range", "source-service", "data-pilot-field", "data-pilot-member"),
        *("data-pilot-groups", "data-pilot-field-reference", "data-pilot-level"),
    }
)
"""The elements whose start `Watcher.take` wants to see, wherever they are."""


def refuse(archive: Archive) -> None:
    """Refuses macros, addresses of another machine around the sheets and formats in a circle, before anything is read.

    Raises:
        Refused: There is some.
    """
    found = next((info.filename for info in archive.members if _MACROS.search(info.filename)), None)
    if found is not None:
        raise Refused("macros", "part", name=found)
    for info in archive.members:
        if _LEADING.search(info.filename):
            styles = Styles()
            for event in walk(archive.read(info), info.filename):
                refuse_fetching(event)
                styles.take(event)
            styles.expect_an_end()


def refuse_fetching(event: Event) -> None:
    """Refuses an element that the office fetches from another machine: a background, a template, a sound, a font.

    Raises:
        Refused: It is one, and no hyperlink.
    """
    if event.kind == START and event.name != "a" and fetches(event.attributes.get("href", "")):
        refuse_address(event.attributes["href"])


def about(archive: Archive) -> dict[str, str | None]:
    """Returns who the file says made it, and when."""
    found: dict[str, str | None] = dict.fromkeys(_WHO.values())
    if "meta.xml" in archive:
        for node in tree(archive, "meta.xml").inside(*_WHO):
            found[_WHO[node.name]] = node.text.strip() or None
    found["author"] = found["author"] or found["last_author"]
    return found


def frozen(archive: Archive) -> dict[str, int]:
    """Returns how many rows stay in place when a sheet is scrolled, by sheet."""
    found: dict[str, int] = {}
    if "settings.xml" not in archive:
        return found
    for tables in tree(archive, "settings.xml").inside("config-item-map-named"):
        for entry in tables.all("config-item-map-entry") if tables.get("name") == "Tables" else ():
            items = {item.get("name"): item.text.strip() for item in entry.all("config-item")}
            rows = whole(items.get("VerticalSplitPosition"), -1, digits=7)
            if items.get("VerticalSplitMode") == "2" and rows >= 0:
                found[entry.get("name")] = rows
    return found


def manual(archive: Archive) -> bool:
    """Returns whether nothing is computed again until a person asks for it."""
    items = tree(archive, "settings.xml").inside("config-item") if "settings.xml" in archive else ()
    return any(item.get("name") == "AutoCalculate" and item.text.strip() == "false" for item in items)


class Watcher:
    """Takes elements of ``content.xml`` as the sheets are read."""

    def __init__(self) -> None:
        self.names: list[DefinedName] = []
        self.tables: list[tuple[str, BookTable]] = []
        """With the sheet that each is on."""
        self.pivots: list[tuple[str, dict[str, Any]]] = []
        """What each `Pivot` will hold."""
        self._field = ""

    def take(self, event: Event, grid: Grid | None, anchor: str | None) -> None:
        """Takes the start of an element of `WATCHED`.

        Args:
            event: It.
            grid: The sheet around, if any.
            anchor: The cell around, if any.

        Raises:
            Refused: It reaches out of the file, or runs a program.
        """
        tag, attributes = event.name, event.attributes
        href = attributes.get("href", "")
        if tag in ("table-source", "cell-range-source"):
            refuse_address(href or attributes.get("name", ""))
        elif tag == "dde-source":
            raise Refused("dde", "program", name=f"{attributes.get('dde-application')}|{attributes.get('dde-topic')}")
        elif tag == "event-listener" and (_SCRIPT.match(href) or attributes.get("macro-name")):
            raise Refused("macros", "macro", name=href or attributes.get("macro-name", ""))
        elif tag == "script":
            raise Refused("macros")
        elif tag in _DRAWN:
            self._drawn(tag, href, grid, anchor)
        elif tag in _RULES and grid is not None:
            grid.layout.rules.append(attributes.get(_RULES[tag], ""))
        elif tag.startswith("named-"):
            self._name(attributes, grid)
        elif tag.startswith("database-"):
            self._database(tag, attributes)
        else:
            self._pilot(tag, attributes)

    def _drawn(self, tag: str, href: str, grid: Grid | None, anchor: str | None) -> None:
        if _ADDRESS.match(href):
            refuse_address(href)
        if tag == "object" and grid is not None:
            grid.layout.objects.append((href.removeprefix("./").rstrip("/"), anchor))

    def _name(self, attributes: Mapping[str, str], grid: Grid | None) -> None:
        ref = attributes.get("cell-range-address")
        refers_to = odf_reference(ref) if ref else from_odf(attributes.get("expression", "")).lstrip("=")
        if attributes.get("name", "").startswith("_xlnm"):  # LibreOffice keeps Excel's own as it found them
            return
        self.names.append(DefinedName(attributes.get("name", ""), refers_to, grid.name if grid else None))

    def _database(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "database-range":
            sheet, ref = _on_sheet(attributes.get("target-range-address", ""))
            headers = attributes.get("contains-header", "true") == "true"
            self.tables.append((sheet, BookTable(attributes.get("name", ""), ref, headers, ())))
        elif self.pivots:
            self.pivots[-1][1]["source"] = ""
        elif self.tables:
            sheet, table = self.tables[-1]
            self.tables[-1] = sheet, replace(table, query=True)

    @property
    def named_tables(self) -> list[tuple[str, BookTable]]:
        """Those that somebody named: a filter alone makes an anonymous one."""
        return [(sheet, table) for sheet, table in self.tables if not table.name.startswith(_ANONYMOUS)]

    def _pilot(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "data-pilot-table":
            sheet, ref = _on_sheet(attributes.get("target-range-address", ""))
            self._field = ""
            keys = ("rows", "columns", "values", "shows", "filters", "groups", "bases", "left_out")
            self.pivots.append(
                (sheet, {"name": attributes.get("name", ""), "ref": ref, "source": "", **{key: [] for key in keys}})
            )
        elif self.pivots:
            self._pivot_piece(self.pivots[-1][1], tag, attributes)

    def _pivot_piece(self, pivot: dict[str, Any], tag: str, attributes: Mapping[str, str]) -> None:
        name = attributes.get("source-field-name", "")
        if tag == "source-cell-range":
            address = attributes.get("cell-range-address")
            pivot["source"] = attributes.get("name") or odf_reference(address or "")
        elif tag == "data-pilot-field":
            orientation = attributes.get("orientation", "")
            self._field = name
            if orientation == "data":
                pivot["values"].append([name, attributes.get("function", "sum")])
                pivot["shows"].append("normal")
            elif attributes.get("is-data-layout-field") != "true" and orientation in ("row", "column", "page"):
                pivot[{"row": "rows", "column": "columns", "page": "filters"}[orientation]].append(name)
            if chosen := attributes.get("selected-page"):
                pivot["left_out"].append([name, [f"≠ {chosen}"]])
        elif tag == "data-pilot-groups":
            pivot["groups"].append([self._field, attributes.get("grouped-by", "range")])
            if name and name != self._field:
                pivot["bases"].append([self._field, name])
        elif tag == "data-pilot-field-reference" and pivot["shows"]:
            pivot["shows"][-1] = attributes.get("type", "normal")
        elif tag == "data-pilot-member" and attributes.get("display") == "false":
            if not pivot["left_out"] or pivot["left_out"][-1][0] != self._field:
                pivot["left_out"].append([self._field, []])
            pivot["left_out"][-1][1].append(attributes.get("name", ""))


def _on_sheet(address: str) -> tuple[str, str]:
    """Returns the sheet and the range of an address."""
    sheet, _, ref = odf_reference(address).rpartition("!")
    name = sheet[1:-1].replace("''", "'") if sheet.startswith("'") else sheet
    return name, ref


def areas(text: str) -> str | None:
    """Returns the ranges of an attribute that lists them, without their sheet."""
    found = [odf_reference(one).rpartition("!")[2] for one in split(text, " ") if one]
    return ",".join(found) or None


def root_of(archive: Archive, folder: str) -> Node | None:
    """Returns the content of an embedded object, if it is a document of its own."""
    part = f"{folder}/content.xml"
    return tree(archive, part) if part in archive else None
