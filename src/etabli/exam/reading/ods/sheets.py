"""Spreadsheets of LibreOffice: values, formulas, comments, and what is hidden.

Source: OASIS Open Document Format 1.3, part 3, clauses 9 (tables) and 19 (attributes). Rows and cells come with a
number of repetitions: a file of one page may say a million rows, and most files do, of nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ..archive import Archive
from ..grid import Book, Box, Grid
from ..layout import Layout
from ..limits import MAX_COLUMNS, MAX_ROWS, Refused
from ..markup import END, START, TEXT, Event, walk, whole
from ..notation import bare
from ..places import Area, area, place
from . import parts
from .styles import Styles
from .values import value_of

CONTENT = "content.xml"
STYLES = "styles.xml"
_SIZES = {"table-column-properties": "column-width", "table-row-properties": "row-height"}
_LENGTH = re.compile(r"(\d{0,6}\.?\d{1,6})(cm|mm|in|pt|pc|px)")
_CENTIMETRES = {"cm": 1.0, "mm": 0.1, "in": 2.54, "pt": 2.54 / 72, "pc": 2.54 / 6, "px": 2.54 / 96}
_LEAST_CENTIMETRES = 0.1
_CELLS = ("table-cell", "covered-table-cell")
_ASIDE = ("frame", "custom-shape", "g", "tracked-changes", "detective")
"""Elements of a cell whose paragraphs are not its text."""


def read(archive: Archive, watcher: parts.Watcher | None = None) -> Book:
    """Returns the sheets of a spreadsheet.

    Args:
        archive: It.
        watcher: Is told what lies around the cells; formats are read for it too.

    Raises:
        Refused: It is encrypted, damaged or too big.
    """
    refuse_encrypted(archive)
    styles = Styles()
    if watcher is not None and STYLES in archive:
        for event in walk(archive.read(STYLES), STYLES):
            styles.take(event)
        styles.begin_part()
    reader = _Reader(styles, watcher)
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


def _is_thin(length: str) -> bool:
    """Whether something is so small that nobody sees it.

    Example:
        >>> _is_thin("0.02cm"), _is_thin("0in"), _is_thin("2.3cm"), _is_thin("")
        (True, True, False, False)
    """
    found = _LENGTH.fullmatch(length)
    return found is not None and float(found[1]) * _CENTIMETRES[found[2]] < _LEAST_CENTIMETRES


def repeated(attributes: Mapping[str, str], name: str) -> int:
    """Returns a number of repetitions, 1 when absent or absurd."""
    return max(1, whole(attributes.get(name), 1))


@dataclass
class _Cell:
    """A cell while it is read."""

    attributes: Mapping[str, str]
    lines: list[str] = field(default_factory=list)
    comment: list[str] = field(default_factory=list)


class _Reader:
    """Takes events, fills the book."""

    def __init__(self, styles: Styles, watcher: parts.Watcher | None) -> None:
        self.book = Book()
        self._styles = styles
        self._watcher = watcher
        self._in_body = False
        self._hidden_styles: set[str] = set()
        self._under = ""
        """The ranges of the conditional format that is read."""
        self._flat = False
        """The frame around is too small to be seen."""
        self._style = ""
        self._grid: Grid | None = None
        self._column_styles: list[tuple[int, str]] = []
        """Last column and default style of each group."""
        self._next_column = 1
        self._titles = 0
        self._row_style = ""
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
        if not self._in_body and self._watcher is not None:
            self._styles.take(event)
        if event.kind == TEXT:
            if self._paragraph is not None:
                self._paragraph.append(event.text)
        elif event.kind == START:
            self._start(event)
        elif event.kind == END:
            self._end(event.name)

    def _start(self, event: Event) -> None:
        tag, attributes = event.name, event.attributes
        if tag == "frame":
            self._flat = any(_is_thin(attributes.get(side, "")) for side in ("width", "height"))
        if self._watcher is not None and tag in parts.WATCHED:
            anchor = place(self._row + 1, self._column + 1) if self._cell is not None else None
            drawn = self._grid.layout.objects if self._grid is not None else []
            known = len(drawn)
            self._watcher.take(event, self._grid, anchor)
            if self._flat:
                del drawn[known:]
        if self._watcher is not None and "href" in attributes:
            parts.refuse_fetching(event)
        if self._cell is not None:
            self._start_inside(event)
        elif tag == "style":
            self._style = attributes.get("name", "")
        elif (tag == "table-properties" and attributes.get("display") == "false") or _is_thin(
            attributes.get(_SIZES.get(tag, ""), "")
        ):
            self._hidden_styles.add(self._style)
        elif tag == "table" and not self._aside:
            self._table(attributes)
        elif tag in _ASIDE or tag == "shapes":
            self._aside += 1
        elif tag == "table-column":
            self._table_column(attributes)
        elif tag == "table-header-rows":
            self._titles = self._row + 1
        elif tag == "body":
            self._in_body = True
            self._styles.expect_an_end()
        elif tag == "conditional-format":
            self._under = attributes.get("target-range-address", "")
        elif tag == "condition" and self._grid is not None:
            if self._styles.format(attributes.get("apply-style-name", ""), "").written:
                found = (parts.areas(self._under) or "").split(",")
                self._grid.layout.written += [where for one in found if (where := area(one))]
        elif tag == "table-row":
            self._row_style = attributes.get("default-cell-style-name", "")
            self._row_hidden = self._unseen(attributes)
            self._row_times = repeated(attributes, "number-rows-repeated")
            self._boxes, self._column = [], 0
        elif tag in _CELLS and not self._aside:
            self._cell = _Cell(attributes)

    def _table(self, attributes: Mapping[str, str]) -> None:
        style = attributes.get("style-name", "")
        self._grid = self.book.sheet(attributes.get("name", ""), hidden=style in self._hidden_styles)
        self._column_styles, self._next_column, self._row = [], 1, 0
        page, layout = self._styles.page(style), self._grid.layout
        layout.landscape, layout.fit = page.landscape, page.fit_width
        layout.area = parts.areas(attributes.get("print-ranges", ""))

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
        if self._unseen(attributes) and self._grid is not None:
            self._grid.layout.hidden_columns.append((self._next_column, last - 1))
        self._column_styles.append((last - 1, attributes.get("default-cell-style-name", "")))
        self._next_column = last

    def _unseen(self, attributes: Mapping[str, str]) -> bool:
        """Whether a row or a column is hidden, or as thin as one."""
        hidden = attributes.get("visibility", "visible") != "visible"
        return hidden or attributes.get("style-name", "") in self._hidden_styles

    def _end(self, tag: str) -> None:
        if tag == "frame":
            self._flat = False
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
        elif tag == "table-header-rows" and self._grid is not None and self._titles:
            self._grid.layout.title_rows = self._grid.layout.title_rows or f"{self._titles}:{self._row}"
        elif tag == "table" and not self._aside:
            self._grid = None

    def _finish_cell(self, cell: _Cell) -> None:
        times = repeated(cell.attributes, "number-columns-repeated")
        first, self._column = self._column + 1, self._column + times
        value = value_of(cell.attributes, "\n".join(cell.lines))
        formula = cell.attributes.get("formula")
        comment = "\n".join(cell.comment).strip() or None
        if (value is None or value == "") and formula is None and comment is None:
            self.book.skip()
            return
        layout = self._grid.layout if self._grid is not None else Layout()
        if (rows := repeated(cell.attributes, "number-rows-spanned")) > 1:
            layout.merged.append(Area(self._row + 1, first, self._row + rows, first))
        hidden = self._row_hidden or any(low <= first <= high for low, high in layout.hidden_columns)
        kind = cell.attributes.get("value-type", "")
        shown = "\n".join(cell.lines) if kind == "time" else None
        own = cell.attributes.get("style-name") or self._row_style or self._column_style(first)
        array = self._array(cell.attributes, first, layout)
        error = str(value) if kind == "error" and value else None
        form = self._styles.format(own, kind)
        box = Box(value, _plain_formula(formula), comment, hidden, shown, form, array, error)
        self._boxes.append((first, times, box))

    def _column_style(self, column: int) -> str:
        return next((style for last, style in self._column_styles if column <= last), "")

    def _array(self, attributes: Mapping[str, str], first: int, layout: Layout) -> str | None:
        """Returns the range that the formula of a cell fills, when it is an array's."""
        if "number-matrix-rows-spanned" not in attributes:
            return None
        rows, columns = (repeated(attributes, f"number-matrix-{which}-spanned") for which in ("rows", "columns"))
        area = Area(self._row + 1, first, self._row + rows, first + columns - 1)
        if rows > 1 or columns > 1:
            layout.arrays.append(area)
        return str(area)

    def _finish_row(self) -> None:
        if self._grid is None:
            raise Refused("broken-file", "part", name=CONTENT)
        if self._row_hidden:
            last = min(self._row + self._row_times, MAX_ROWS)
            self._grid.layout.hidden_rows.update(range(self._row + 1, last + 1))
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


def _plain_formula(formula: str | None) -> str | None:
    return None if formula is None else bare(formula)
