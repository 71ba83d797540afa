"""Spreadsheets of LibreOffice: values, formulas, comments, and what is hidden.

Source: OASIS Open Document Format 1.3, part 3, clauses 9 (tables) and 19 (attributes). Rows and cells come with a
number of repetitions: a file of one page may say a million rows, and most files do, of nothing.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .archive import Archive
from .grid import Book, Box, Grid, Value, number
from .limits import MAX_COLUMNS, Refused
from .markup import END, START, TEXT, Event, walk

CONTENT = "content.xml"
_CELLS = ("table-cell", "covered-table-cell")
_ASIDE = ("frame", "custom-shape", "g", "tracked-changes", "detective")
"""Elements of a cell whose paragraphs are not its text."""
_DURATION = re.compile(r"PT(\d+)H(\d+)M([\d.,]+)S")


def read(archive: Archive) -> Book:
    """Returns the sheets of a spreadsheet.

    Raises:
        Refused: It is encrypted, damaged or too big.
    """
    refuse_encrypted(archive)
    reader = _Reader()
    for event in walk(archive.read(CONTENT), CONTENT):
        reader.take(event)
    return reader.book


def refuse_encrypted(archive: Archive) -> None:
    """An encrypted document is an ordinary zip whose manifest says how each part is ciphered.

    Raises:
        Refused: It is.
    """
    manifest = "META-INF/manifest.xml"
    if manifest in archive and b"encryption-data" in archive.read(manifest):
        raise Refused("encrypted")


def spacing(event: Event) -> str:
    """Returns the white space that an element of a paragraph stands for."""
    if event.name == "s":
        return " " * min(repeated(event.attributes, "c"), 1000)
    return {"tab": "\t", "line-break": "\n"}.get(event.name, "")


def repeated(attributes: Mapping[str, str], name: str) -> int:
    """Returns a number of repetitions, 1 when absent or absurd."""
    text = attributes.get(name, "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 10 else 1


@dataclass
class _Cell:
    """A cell while it is read."""

    attributes: Mapping[str, str]
    lines: list[str] = field(default_factory=list)
    comment: list[str] = field(default_factory=list)


class _Reader:
    """Takes events, fills the book."""

    def __init__(self) -> None:
        self.book = Book()
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._grid: Grid | None = None
        self._columns: list[tuple[int, int]] = []
        self._next_column = 1
        self._row = 0
        self._row_hidden = False
        self._row_times = 1
        self._boxes: list[tuple[int, int, Box]] = []
        self._column = 0
        self._cell: _Cell | None = None
        self._aside = 0
        self._note = False
        self._paragraph: list[str] | None = None

    def take(self, event: Event) -> None:
        """Takes the next event."""
        if event.kind == TEXT:
            if self._paragraph is not None:
                self._paragraph.append(event.text)
        elif event.kind == START:
            self._start(event)
        elif event.kind == END:
            self._end(event.name)

    def _start(self, event: Event) -> None:
        tag, attributes = event.name, event.attributes
        if self._cell is not None:
            self._start_inside(event)
        elif tag == "style":
            self._style = attributes.get("name", "")
        elif tag == "table-properties" and attributes.get("display") == "false":
            self._hidden_styles.add(self._style)
        elif tag == "table" and not self._aside:
            hidden = attributes.get("style-name", "") in self._hidden_styles
            self._grid = self.book.sheet(attributes.get("name", ""), hidden=hidden)
            self._columns, self._next_column, self._row = [], 1, 0
        elif tag in _ASIDE or tag == "shapes":
            self._aside += 1
        elif tag == "table-column":
            self._table_column(attributes)
        elif tag == "table-row":
            self._row_hidden = attributes.get("visibility", "visible") != "visible"
            self._row_times = repeated(attributes, "number-rows-repeated")
            self._boxes, self._column = [], 0
        elif tag in _CELLS and not self._aside:
            self._cell = _Cell(attributes)

    def _start_inside(self, event: Event) -> None:
        if event.name == "annotation":
            self._note = True
        elif event.name in _ASIDE:
            self._aside += 1
        elif event.name in ("p", "h") and not self._aside:
            self._paragraph = []
        elif self._paragraph is not None:
            self._paragraph.append(spacing(event))

    def _table_column(self, attributes: Mapping[str, str]) -> None:
        last = self._next_column + repeated(attributes, "number-columns-repeated")
        if attributes.get("visibility", "visible") != "visible":
            self._columns.append((self._next_column, last - 1))
        self._next_column = last

    def _end(self, tag: str) -> None:
        if tag in _ASIDE or tag == "shapes":
            self._aside -= 1
        elif tag == "annotation":
            self._note = False
        elif tag in ("p", "h") and self._paragraph is not None and self._cell is not None:
            lines = self._cell.comment if self._note else self._cell.lines
            lines.append("".join(self._paragraph))
            self._paragraph = None
        elif tag in _CELLS and self._cell is not None and not self._aside:
            self._finish_cell(self._cell)
            self._cell = None
        elif tag == "table-row" and not self._aside:
            self._finish_row()

    def _finish_cell(self, cell: _Cell) -> None:
        times = repeated(cell.attributes, "number-columns-repeated")
        first, self._column = self._column + 1, self._column + times
        value = _value(cell.attributes, "\n".join(cell.lines))
        formula = cell.attributes.get("formula")
        comment = "\n".join(cell.comment).strip() or None
        if (value is None or value == "") and formula is None and comment is None:
            self.book.skip()
            return
        hidden = self._row_hidden or any(low <= first <= high for low, high in self._columns)
        shown = "\n".join(cell.lines) if cell.attributes.get("value-type") == "time" else None
        self._boxes.append((first, times, Box(value, _plain_formula(formula), comment, hidden, shown)))

    def _finish_row(self) -> None:
        if self._grid is None:
            raise Refused("broken-file", "part", name=CONTENT)
        if not self._boxes:
            self.book.skip()
        else:
            for row in range(self._row + 1, self._row + self._row_times + 1):
                for column, box in self._spread():
                    self._grid.put(row, column, box)
        self._row += self._row_times

    def _spread(self) -> Iterator[tuple[int, Box]]:
        for first, times, box in self._boxes:
            for column in range(first, first + min(times, MAX_COLUMNS + 1)):
                yield column, box


def _value(attributes: Mapping[str, str], text: str) -> Value:
    kind = attributes.get("value-type", "")
    if kind in ("float", "percentage", "currency"):
        return number(attributes.get("value", ""))
    if kind == "boolean":
        return attributes.get("boolean-value") == "true"
    if kind == "date":
        return _date(attributes.get("date-value", ""))
    if kind == "time":
        found = _DURATION.fullmatch(attributes.get("time-value", ""))
        return _day_fraction(*found.groups()) if found else text
    return attributes.get("string-value", text) or None


def _date(text: str) -> Value:
    try:
        found = datetime.datetime.fromisoformat(text[:26])
    except ValueError:
        return text
    return found.replace(tzinfo=None) if "T" in text else found.date()


def _day_fraction(hours: str, minutes: str, seconds: str) -> Value:
    return number(str((int(hours[:6]) * 60 + int(minutes[:6]) + float(seconds[:9].replace(",", ".")) / 60) / 1440))


def _plain_formula(formula: str | None) -> str | None:
    """Takes the name of the formula language away: ``of:=SUM([.A1:.A3])``."""
    if formula is None:
        return None
    before, equals, after = formula.partition("=")
    return f"={after}" if equals and before.endswith(":") else f"={formula.lstrip('=')}"
