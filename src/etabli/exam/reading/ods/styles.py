"""Styles of OpenDocument: the format of a cell, through the styles that it stands on; the page of a sheet.

Source: OASIS Open Document Format 1.3, part 3, clauses 16 (styles) and 16.29 (data styles).
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import Final, Literal, NamedTuple

from ..formats import GENERAL, Format, Kind, of_code
from ..limits import Refused
from ..markup import END, START, TEXT, Event, whole

_DATA: Final[Mapping[str, Kind | Literal[""]]] = {
    **{"number-style": "", "boolean-style": "", "currency-style": "currency", "percentage-style": "percent"},
    **{"date-style": "date", "time-style": "time", "text-style": "text"},
}
"""What each element of a data style says of its meaning."""
_BY_VALUE: Final[Mapping[str, Kind]] = {"currency": "currency", "percentage": "percent", "date": "date", "time": "time"}
_SHORT_LONG: Final = {
    **{"year": ("yy", "yyyy"), "day": ("d", "dd"), "day-of-week": ("ddd", "dddd"), "hours": ("h", "hh")},
    **{"minutes": ("m", "mm"), "seconds": ("s", "ss"), "am-pm": ("AM/PM", "AM/PM"), "month": ("m", "mm")},
}
_DEEPEST = 20
"""Styles one on another."""
_MOST_DIGITS = 30


class _Cell(NamedTuple):
    """A cell style."""

    data: str
    parent: str
    known: Mapping[str, Format]
    """The data styles of the part that it is in: two parts may use a name twice."""


@dataclass
class PageSetup:
    """How a page prints."""

    landscape: bool = False
    fit_width: bool = False


@dataclass
class _Data:
    """A data style while it is read."""

    name: str
    kind: Kind | Literal[""]
    code: str = ""
    decimals: int | None = None
    grouping: bool = False
    literal: str = ""
    own_order: bool = False
    """The language of the computer decides."""


@dataclass
class Styles:
    """Takes the events of ``styles.xml``, then of ``content.xml``."""

    pages: dict[str, PageSetup] = field(default_factory=dict)
    masters: dict[str, str] = field(default_factory=dict)
    """Layout by master page."""
    table_masters: dict[str, str] = field(default_factory=dict)
    """Master page by table style."""
    _cells: dict[str, _Cell] = field(default_factory=dict)
    _default: _Cell | None = None
    _known: MutableMapping[str, Format] = field(default_factory=dict)
    _found: dict[tuple[str, str], Format] = field(default_factory=dict)
    _data: _Data | None = None
    _maps: dict[str, list[str]] = field(default_factory=dict)
    """By cell style, those that a condition puts in its place."""
    _leads: dict[str, set[str]] = field(default_factory=dict)
    """By data style of this part, the others that a condition puts in its place."""
    _style_name: str = ""
    _page: str = ""

    def begin_part(self) -> None:
        """Another part begins: its own data styles go before those known."""
        self._known = ChainMap({}, self._known)
        self._leads = {}

    def expect_an_end(self) -> None:
        """Refuses data styles of this part that lead to one another in a circle: an office that reads them falls.

        Raises:
            Refused: Some do.
        """
        try:
            TopologicalSorter(self._leads).prepare()
        except CycleError as error:
            raise Refused("broken-file", "formats") from error

    def take(self, event: Event) -> None:
        """Takes the next event."""
        if event.kind == TEXT:
            if self._data is not None and self._data.literal:
                self._literal(self._data, event.text)
        elif event.kind == END:
            if self._data is not None:
                self._data.literal = ""
                if event.name in _DATA:
                    self._known[self._data.name] = _format(self._data)
                    self._data = None
        elif event.kind == START:
            self._start(event.name, event.attributes)

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in _DATA:
            own = attributes.get("format-source") == "language"
            self._data = _Data(attributes.get("name", ""), _DATA[tag], own_order=own)
        elif tag == "map":
            self._map(attributes.get("apply-style-name", ""))
        elif self._data is not None:
            _data_piece(self._data, tag, attributes)
        elif tag in ("style", "default-style"):
            self._style(tag, attributes)
        elif tag == "page-layout":
            self._page = attributes.get("name", "")
        elif tag == "page-layout-properties":
            self.pages[self._page] = PageSetup(
                attributes.get("print-orientation") == "landscape",
                attributes.get("scale-to-X") == "1" or attributes.get("scale-to-pages") == "1",
            )
        elif tag == "master-page":
            self.masters[attributes.get("name", "")] = attributes.get("page-layout-name", "")

    def _style(self, tag: str, attributes: Mapping[str, str]) -> None:
        name, family = attributes.get("name", ""), attributes.get("family")
        self._style_name = name
        if family == "table":
            self.table_masters[name] = attributes.get("master-page-name", "")
        elif family == "table-cell":
            data, parent = attributes.get("data-style-name", ""), attributes.get("parent-style-name", "")
            style = _Cell(data, parent, self._known)
            if tag == "style":
                self._cells[name] = style
                self._cells.setdefault(attributes.get("display-name", name), style)  # as conditional formats name it
            else:
                self._default = style

    def _map(self, name: str) -> None:
        """Takes what stands in the place of a style under a condition; of a data style, as one more part."""
        if self._data is None:
            self._maps.setdefault(self._style_name, []).append(name)
            return
        if name != self._data.name:
            self._leads.setdefault(self._data.name, set()).add(name)
        if (one := self._known.get(name, GENERAL)).written:
            self._data.code += f";{one.code}"

    def _literal(self, data: _Data, text: str) -> None:
        if data.literal == "text" and (text.strip("%-+()/: .,\u00a0\u202f") == "" or data.kind == "text"):
            data.code += text.replace("\u00a0", " ")
        else:
            data.code += f'"{text}"'

    def page(self, table_style: str) -> PageSetup:
        """Returns the page of a sheet by its style."""
        master = self.table_masters.get(table_style, "") or "Default"
        return self.pages.get(self.masters.get(master, ""), PageSetup())

    def format(self, style: str, value_type: str) -> Format:
        """Returns the format of a cell.

        Args:
            style: Its own style, or that of its row or column.
            value_type: What it holds, which tells its format when no style does.
        """
        key = (style, value_type)
        if key not in self._found:
            found = self._through(style)
            if found.kind == "general" and value_type in _BY_VALUE:
                found = Format(_BY_VALUE[value_type], None, False, "")
            for other in self._maps.get(style, ()):
                if (more := self._through(other)).written:
                    found = found._replace(code=f"{found.code};{more.code}")
            self._found[key] = found
        return self._found[key]

    def _through(self, style: str) -> Format:
        for _step in range(_DEEPEST):
            cell = self._cells.get(style)
            if cell is None:
                break
            if cell.data:
                return cell.known.get(cell.data, GENERAL)
            style = cell.parent
        base = self._cells.get("Default")
        for cell in (base, self._default):
            if cell is not None and cell.data:
                return cell.known.get(cell.data, GENERAL)
        return GENERAL


def _data_piece(data: _Data, tag: str, attributes: Mapping[str, str]) -> None:
    if tag == "number":
        decimals = whole(attributes.get("decimal-places"), -1, digits=3)
        data.decimals = None if decimals < 0 else min(decimals, _MOST_DIGITS)
        data.grouping = attributes.get("grouping") == "true"
        integers = max(1, min(whole(attributes.get("min-integer-digits"), 1, digits=3), _MOST_DIGITS))
        shown = "#,##0" if data.grouping else "0" * integers
        bare = data.decimals is None and not data.grouping and len(shown) == 1
        data.code += "General" if bare else shown + ("." + "0" * data.decimals if data.decimals else "")
    elif tag == "scientific-number":
        data.code += "0.00E+00"
    elif tag == "fraction":
        data.code += "# ?/?"
    elif tag == "text-content":
        data.code += "@"
    elif tag in ("text", "currency-symbol"):
        data.literal = tag
    elif tag == "month" and attributes.get("textual") == "true":
        data.code += "mmmm" if attributes.get("style") == "long" else "mmm"
    elif tag in _SHORT_LONG:
        data.code += _SHORT_LONG[tag][attributes.get("style") == "long"]


def _format(data: _Data) -> Format:
    told = of_code(data.code)
    if data.kind in ("date", "time", "text"):
        days = any(letter in data.code for letter in "yd")
        kind = "time" if data.kind == "date" and not days and "h" in data.code else data.kind
        ordinary = data.own_order and data.code == "d/m/yy"
        return Format(kind, None, False, "dd/mm/yyyy" if ordinary else data.code)
    if not data.kind:
        return told
    return Format(data.kind, data.decimals, data.grouping, data.code)
