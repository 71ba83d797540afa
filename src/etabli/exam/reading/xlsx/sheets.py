"""Workbooks of Excel: values as they were last computed, formulas, comments, and what is hidden.

Source: ECMA-376, part 1, clause 18 (SpreadsheetML). Read as a stream rather than by openpyxl, so that limits hold
while reading and so that a part that no table needs (a theme, a broken style) is no obstacle; openpyxl tells what
a shared formula means.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from openpyxl.formula.translate import Translator
from openpyxl.utils.datetime import CALENDAR_MAC_1904, from_excel

from ..archive import Archive
from ..formats import Format, of_code
from ..grid import Book, Box, Grid, Value, number
from ..limits import MAX_FORMULA, Refused
from ..markup import END, START, TEXT, Event, walk, whole
from ..places import area, place, spot
from ..relations import main_part, relations
from . import layout
from .shared import NO_SIGN, TRUE, Shared, share, unescaped

_LONGEST_DAYS = 10_000


@dataclass
class _Raw:
    """A cell while it is read."""

    row: int
    column: int
    kind: str
    style: int
    value: str = ""
    inline: str = ""
    formula: str | None = None
    array: str | None = None
    """The range that the formula fills."""


def read(archive: Archive) -> Book:
    """Returns the sheets of a workbook.

    Raises:
        Refused: It is damaged or too big.
    """
    book, shared, main = Book(), Shared(), main_part(archive)
    related = relations(archive, main)
    sheets: list[tuple[Grid, str]] = []
    for kind, tag, attributes in walk(archive.read(main), main):
        if kind != START:
            continue
        if tag == "workbookPr" and attributes.get("date1904") in TRUE:
            shared.epoch = CALENDAR_MAC_1904
        elif tag == "sheet":
            hidden = attributes.get("state", "visible") != "visible"
            grid = book.sheet(_named(attributes.get("name", "")), hidden=hidden)
            relation = related.get(attributes.get("id", ""))
            if relation is not None:
                grid.layout.part = relation.target
            if relation is not None and relation.kind == "worksheet":
                sheets.append((grid, relation.target))
    share(archive, shared, related)
    for grid, part in sheets:
        _Sheet(grid, book, shared, part).read(archive)
    return book


def _named(written: str) -> str:
    """Returns the name of a sheet; of half a sign, each spreadsheet makes another one."""
    name = unescaped(written)
    if name.count(NO_SIGN) > written.count(NO_SIGN):
        raise Refused("broken-file", "sheet-name", name=name)
    return name


class _Sheet:
    """Reads one sheet into its grid."""

    def __init__(self, grid: Grid, book: Book, shared: Shared, part: str) -> None:
        self._grid = grid
        self._book = book
        self._shared = shared
        self._part = part
        self._layout = grid.layout
        self._formulas: dict[str, tuple[str, str]] = {}
        self._row = self._column = 0
        self._row_hidden = False
        self._under = ""
        """The ranges of the conditional format that is read."""
        self._writes = False

    def read(self, archive: Archive) -> None:
        """Reads cells, then comments."""
        raw: _Raw | None = None
        place_of_text = rule = ""
        ranges = False
        for event in walk(archive.read(self._part), self._part):
            if event.kind == START:
                if event.name == "c":
                    raw = self._cell(event.attributes)
                elif raw is not None and event.name in ("v", "t", "f"):
                    place_of_text = event.name
                    if event.name == "f":
                        raw.formula = self._shared_formula(raw, event.attributes)
                else:
                    self._outside(event)
                    rule = event.name if event.name in layout.RULES else ""
                    ranges = event.name == "sqref"
            elif event.kind == TEXT and ranges:
                self._under = event.text
            elif event.kind == TEXT and raw is not None and place_of_text:
                self._text(raw, place_of_text, event.text)
            elif event.kind == TEXT and rule:
                self._layout.rules.append(event.text)
            elif event.kind == END:
                rule = ""
                place_of_text = ""
                ranges = False
                if event.name == "conditionalFormatting" and self._writes:
                    self._layout.written += [found for one in self._under.split() if (found := area(one))]
                if event.name == "c" and raw is not None:
                    self._finish(raw)
                    raw = None
        for relation in relations(archive, self._part).values():
            if relation.kind in ("comments", "threadedComment") and relation.target in archive:
                self._comments(archive, relation.target)

    def _outside(self, event: Event) -> None:
        if event.name == "row":
            self._row = whole(event.attributes.get("r")) or self._row + 1
            self._column = 0
            self._row_hidden = layout.unseen(event.attributes, "ht")
            if self._row_hidden:
                self._layout.hidden_rows.add(self._row)
            self._book.skip()
        elif event.name == "conditionalFormatting":
            self._under, self._writes = event.attributes.get("sqref", ""), False
        elif event.name == "cfRule":
            self._writes |= event.attributes.get("dxfId") in self._shared.written
        elif event.name == "numFmt":
            self._writes |= of_code(event.attributes.get("formatCode", "")).written
        else:
            layout.take(self._layout, event)

    def _cell(self, attributes: Mapping[str, str]) -> _Raw:
        row, column = _where(attributes.get("r", "")) or (self._row, self._column + 1)
        self._column = column
        return _Raw(row, column, attributes.get("t", "n"), whole(attributes.get("s")))

    def _text(self, raw: _Raw, where: str, text: str) -> None:
        if where == "v":
            raw.value += text
        elif where == "t":
            raw.inline += text
        else:
            raw.formula = (raw.formula or "") + text
            if len(raw.formula) > MAX_FORMULA:
                raise Refused("broken-file", "part", name=self._part)

    def _shared_formula(self, raw: _Raw, attributes: Mapping[str, str]) -> str | None:
        """A shared formula is written once and named by number elsewhere: a number stands for it until the end."""
        kind = attributes.get("t")
        if kind in ("array", "dataTable") and (filled := area(attributes.get("ref", ""))):
            raw.array = str(filled)
            if filled.top < filled.bottom or filled.left < filled.right:
                self._layout.arrays.append(filled)
        return f"\0{attributes.get('si', '')}\0" if kind == "shared" else None

    def _finish(self, raw: _Raw) -> None:
        formula = self._formula(raw)
        value = self._value(raw)
        if formula is None and (value is None or value == ""):
            self._book.skip()
            return
        hidden = self._row_hidden or any(first <= raw.column <= last for first, last in self._layout.hidden_columns)
        form = self._shared.format(raw.style)
        error = raw.value if raw.kind == "e" else None
        box = Box(value, formula, None, hidden, _time(form, value), form, raw.array, error)
        self._grid.put(raw.row, raw.column, box)

    def _formula(self, raw: _Raw) -> str | None:
        if not raw.formula:
            return None
        if not raw.formula.startswith("\0"):
            return f"={raw.formula}"
        _, key, text = raw.formula.split("\0", 2)
        here = place(raw.row, raw.column)
        if text:
            self._formulas[key] = (f"={text}", here)
            return f"={text}"
        if key not in self._formulas:
            return None
        origin, origin_place = self._formulas[key]
        try:
            return str(Translator(origin, origin_place).translate_formula(here))
        except Exception:  # the tokenizer's own errors are many; the formula of the first cell tells enough
            return origin

    def _value(self, raw: _Raw) -> Value:
        text = raw.value
        if raw.kind == "s":
            index = whole(text)
            strings = self._shared.strings
            return strings[index] if text and index < len(strings) else None
        if raw.kind == "inlineStr":
            return unescaped(raw.inline)
        if raw.kind == "b":
            return text.strip() in TRUE if text else None
        if raw.kind == "d":
            return _iso(text)
        if raw.kind in ("str", "e") or not text:
            return unescaped(text) or None
        value = number(text)
        return value if isinstance(value, str) else self._date(raw, value)

    def _date(self, raw: _Raw, value: float) -> Value:
        if self._shared.format(raw.style).kind != "date" or value < 1:
            return value
        try:
            found = from_excel(value, self._shared.epoch)
        except (OverflowError, ValueError):
            return value
        if not isinstance(found, datetime.datetime):
            return value
        return found.date() if float(value).is_integer() else found

    def _comments(self, archive: Archive, part: str) -> None:
        where: tuple[int, int] | None = None
        pieces: list[str] = []
        inside = False
        for event in walk(archive.read(part), part):
            if event.kind == START and event.name in ("comment", "threadedComment"):
                where = _where(event.attributes.get("ref", ""))
            elif event.kind in (START, END) and event.name in ("t", "text"):
                inside = event.kind == START
            elif event.kind == TEXT and inside:
                pieces.append(event.text)
            elif event.kind == END and event.name in ("comment", "threadedComment") and where:
                self._grid.comment(*where, "".join(pieces).strip())
                pieces.clear()


def _time(form: Format, value: Value) -> str | None:
    """A time of day, or a duration, is a number of days."""
    if isinstance(value, bool) or not isinstance(value, int | float) or form.kind not in ("date", "time"):
        return None
    if not 0 <= value < (1 if form.kind == "date" else _LONGEST_DAYS):
        return None
    minutes = round(value * 1440)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _where(reference: str) -> tuple[int, int] | None:
    try:
        return spot(reference)
    except ValueError:  # what has no place is placed after its neighbour
        return None


def _iso(text: str) -> Value:
    """A day, with a time or without; a time without a day is a part of one."""
    try:
        time = datetime.time.fromisoformat(text)
        return (time.hour * 3600 + time.minute * 60 + time.second) / 86_400
    except ValueError:
        pass
    try:
        found = datetime.datetime.fromisoformat(text)
    except ValueError:
        return text
    return found.date() if "T" not in text and " " not in text else found.replace(tzinfo=None)
