"""The verb ``book``: everything that a workbook says of itself, for :mod:`etabli.exam.tools.book`.

What is more than a workbook is refused here, before any office suite opens the file.
"""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from typing import Any, Final

from . import dangers
from .archive import Archive
from .formats import GENERAL, Format
from .grid import Book, Box, Grid
from .limits import Refused
from .notation import excel_reference, from_excel, from_odf
from .ods import charts as ods_charts
from .ods import parts as ods_parts
from .ods import sheets as ods
from .places import area, letters, place, quoted
from .told import BookCellTold, BookTable, DefinedName, Lack, Pivot
from .xlsx import parts as xlsx_parts
from .xlsx import sheets as xlsx

_NO_NAME: Final = re.compile(r"^'|'$|[\[\]*?:/\\]")
"""What no name of a sheet may have, in Excel nor in LibreOffice."""
_MOST_LIMITS: Final = 20


def read(archive: Archive, form: str, name: str) -> dict[str, Any]:
    """Returns a workbook as JSON has it.

    Args:
        archive: The open file.
        form: ``xlsx`` or ``ods``.
        name: The file's path.

    Raises:
        Refused: It is damaged, too big, or more than a workbook.
    """
    return _excel(archive, name) if form == "xlsx" else _odf(archive)


def sheets(archive: Archive, form: str) -> Book:
    """Returns the sheets of a workbook, ``xlsx`` or ``ods``, without what lies around their cells.

    Raises:
        Refused: It is damaged or too big.
    """
    return xlsx.read(archive) if form == "xlsx" else ods.read(archive)


def _excel(archive: Archive, name: str) -> dict[str, Any]:
    xlsx_parts.refuse(archive, name)
    book = xlsx.read(archive)
    names = [
        replace(name, refers_to=excel_reference(from_excel(name.refers_to)))
        for name in xlsx_parts.complete(archive, book)
    ]
    found = _told(book, names, excel=True)
    xlsx_parts.refuse_outside(archive)
    more = {"manual": xlsx_parts.manual(archive), "outside": xlsx_parts.beyond(archive)}
    return {**found, **more, "about": xlsx_parts.about(archive)}


def _odf(archive: Archive) -> dict[str, Any]:
    ods_parts.refuse(archive)
    watcher = ods_parts.Watcher()
    book = ods.read(archive, watcher)
    by_name = {grid.name: grid for grid in book.grids}
    frozen = ods_parts.frozen(archive)
    for grid in book.grids:
        grid.layout.frozen_rows = frozen.get(grid.name, 0)
        grid.layout.charts.extend(
            chart for folder, anchor in grid.layout.objects if (chart := ods_charts.chart(archive, folder, anchor))
        )
    for sheet, table in watcher.named_tables:
        if sheet in by_name:
            by_name[sheet].layout.tables.append(replace(table, columns=_headers(by_name[sheet], table)))
    for sheet, pivot in watcher.pivots:
        if sheet in by_name:
            by_name[sheet].layout.pivots.append(Pivot(**pivot))
    found = _told(book, watcher.names, excel=False)
    return {**found, "manual": ods_parts.manual(archive), "outside": [], "about": ods_parts.about(archive)}


def _headers(grid: Grid, table: BookTable) -> tuple[str, ...]:
    """Returns the words of a range's first row."""
    where = area(table.ref)
    if where is None or not table.headers:
        return ()
    return tuple(grid.at(where.top, column).text for column in range(where.left, min(where.right, grid.width) + 1))


# -- what both formats share


class _Formats:
    """Each format once, by its rank."""

    def __init__(self) -> None:
        self.plain: list[Format] = [GENERAL]
        self._ranks: dict[Format, int] = {GENERAL: 0}

    def rank(self, form: Format) -> int:
        """Returns the rank of a format."""
        if form not in self._ranks:
            self._ranks[form] = len(self.plain)
            self.plain.append(form)
        return self._ranks[form]


class _Formulas:
    """Reads formulas in the notation of their format; refuses those that do more than compute."""

    def __init__(self, *, excel: bool) -> None:
        self._read = from_excel if excel else from_odf
        self.limits: list[Lack] = []
        self._known: set[tuple[str, str]] = set()

    def told(self, raw: str, sheet: str, cell: str) -> str:
        """Returns a formula as a person reads it.

        Raises:
            Refused: It does more than compute.
        """
        formula = self._read(raw)
        dangers.check(formula, sheet, cell)
        for lack in dangers.lacking(formula):
            if lack not in self._known and len(self.limits) < _MOST_LIMITS:
                self._known.add(lack)
                self.limits.append(Lack(*lack, f"{quoted(sheet)}!{cell}" if cell else sheet))
        return formula


def _told(book: Book, names: list[DefinedName], *, excel: bool) -> dict[str, Any]:
    formulas, formats = _Formulas(excel=excel), _Formats()
    _resolve(book)
    sheets = [_sheet(grid, formulas, formats) for grid in book.grids]
    for name in names:
        formulas.told(name.refers_to, name.name, "")
    _expect_named(book)
    told = [asdict(name) for name in names]
    return {"sheets": sheets, "names": told, "formats": formats.plain, "limits": formulas.limits}


def _expect_named(book: Book) -> None:
    """Refuses sheets whose names an office suite changes when it opens the file: nothing of theirs is found again."""
    known: set[str] = set()
    for grid in book.grids:
        key = grid.name.casefold()
        if key in known or not key or _NO_NAME.search(key):
            raise Refused("broken-file", "sheet-name", name=grid.name)
        known.add(key)


def _sheet(grid: Grid, formulas: _Formulas, formats: _Formats) -> dict[str, Any]:
    layout = grid.layout
    rows: list[list[BookCellTold | None]] = []
    last = 0
    for row, column, box in grid.cells():
        rows.extend([] for _missing in range(row - len(rows)))
        rows[-1].extend(None for _missing in range(column - 1 - len(rows[-1])))
        rows[-1].append(_cell(box, row, column, grid, formulas, formats))
        last = max(last, column)
    for rule in layout.rules:
        formulas.told(rule, grid.name, "")
    hidden = sorted({column for low, high in layout.hidden_columns for column in range(low, min(high, last) + 1)})
    return {
        "name": grid.name,
        "hidden": grid.hidden,
        "rows": rows,
        "hidden_rows": sorted(row for row in layout.hidden_rows if row <= len(rows)),
        "hidden_columns": [letters(column) for column in hidden],
        "tables": [asdict(table) for table in layout.tables],
        "charts": [asdict(chart) for chart in layout.charts],
        "pivots": [asdict(pivot) for pivot in layout.pivots],
        "print": asdict(layout.print),
        "frozen_rows": layout.frozen_rows,
        "unreached": layout.unreached,
        "written": [str(one) for one in layout.written],
    }


def _cell(box: Box, row: int, column: int, grid: Grid, formulas: _Formulas, formats: _Formats) -> BookCellTold:
    formula = formulas.told(box.formula, grid.name, place(row, column)) if box.formula else None
    array = box.array
    if array is None and formula is None and grid.layout.arrays:
        array = next((str(one) for one in grid.layout.arrays if one.covers(row, column)), None)
    told = box.told._replace(formula=formula)
    return BookCellTold(*told, format=formats.rank(box.format), error=box.error, array=array, raw=box.formula)


def _resolve(book: Book) -> None:
    """Gives charts the words of the cells that they name, where the file does not remember them."""
    by_name = {grid.name.casefold(): grid for grid in book.grids}

    def words(ref: str | None) -> str | None:
        sheet, _, cell = (ref or "").rpartition("!")
        grid = by_name.get(sheet.strip("'").replace("''", "'").casefold())
        where = area(cell)
        return grid.at(where.top, where.left).text or None if grid and where else None

    for layout in (grid.layout for grid in book.grids):
        for rank, chart in enumerate(layout.charts):
            series = tuple(replace(one, name_text=one.name_text or words(one.name_ref)) for one in chart.series)
            layout.charts[rank] = replace(chart, series=series, title=chart.title or words(chart.title_ref))
