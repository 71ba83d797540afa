"""An open workbook: no macro, no link, nothing shown; every formula computed again when it is asked."""

from __future__ import annotations

import contextlib
import importlib
import re
from collections.abc import Set
from datetime import date
from functools import cached_property
from types import TracebackType
from typing import Any, Final

from .formulas import formulas, listed
from .limits import Misasked, Refused, Unable
from .packing import Told
from .spills import Spills
from .tables import name_tables

FILTERS: Final = {"xlsx": "Calc MS Excel 2007 XML", "ods": "calc8"}
PERCENT: Final = 128
TEXT: Final = 256
"""com.sun.star.util.NumberFormat: what is typed in such a cell is a hundredth of it, or stays a text."""
_UNKNOWN: Final = re.compile(r"(?i)_xlfn\.(?:_xlws\.)?([\w.]{1,99}+)\(")
_REMEMBERS: Final = re.compile(r"(?i)\bSTYLE\(")
"""A function that leaves a format behind, which another one can read."""


def properties(**values: Any) -> tuple[Any, ...]:
    """Returns what the office calls property values."""
    uno: Any = importlib.import_module("uno")
    kind = uno.getClass("com.sun.star.beans.PropertyValue")
    return tuple(kind(name, 0, value, 0) for name, value in values.items())


class Document:
    """One workbook, open.

    Args:
        desktop: The office's.
        path: The file: no format but the one of its suffix is tried.
        told: What its parts say.

    Raises:
        Refused: The office does not open it.
    """

    def __init__(self, desktop: Any, path: str, told: Told) -> None:
        self.kind = path.rpartition(".")[2]
        asked = properties(
            Hidden=True, FilterName=FILTERS[self.kind], MacroExecutionMode=0, UpdateDocMode=0, Silent=True
        )
        uno: Any = importlib.import_module("uno")
        try:
            self.model = desktop.loadComponentFromURL(f"file://{path}", "_blank", 0, asked)
        except uno.getClass("com.sun.star.lang.IllegalArgumentException") as error:
            raise Refused("broken-file") from error
        if self.model is None:
            raise Refused("broken-file")
        self._types: dict[int, int] = {}
        self.loose = False
        """Something reads a few rows more than a table has: it would be taken for the whole of one that has grown; or a
        number became something else by a format that its cell has no more."""
        self.pivot_sources = told.pivot_sources
        try:
            self.model.enableAutomaticCalculation(False)
            if self.kind == "xlsx":
                name_tables(self.model)
            self.spills = Spills(self.model, told.spilling) if self.kind == "xlsx" else None
        except BaseException:
            self.drop()
            raise

    def __enter__(self) -> Document:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if error is None:
            self.close()
        else:
            self.drop()

    def close(self) -> None:
        """Lets it go."""
        self.model.close(True)

    def drop(self) -> None:
        """Lets it go after an error: an office that has just died cannot close anything."""
        with contextlib.suppress(Exception):
            self.close()

    @cached_property
    def sheets(self) -> list[Any]:
        """The sheets, in their order."""
        return listed(self.model.Sheets)

    def sheet(self, name: str) -> Any:
        """Returns the sheet of that name, whatever its case.

        Raises:
            Misasked: There is none.
        """
        for sheet in self.sheets:
            if sheet.Name.casefold() == name.casefold():
                return sheet
        raise Misasked(f"no sheet {name!r}")

    def type_of(self, number_format: int) -> int:
        """Returns what a format is for: flags of com.sun.star.util.NumberFormat."""
        if number_format not in self._types:
            self._types[number_format] = int(self.model.NumberFormats.getByKey(number_format).Type)
        return self._types[number_format]

    def formatted(self, cells: Any, kind: int) -> list[Any]:
        """Returns the ranges of some cells whose format is for that: flags as of `type_of`."""
        found = [
            one for one in listed(cells.UniqueCellFormatRanges) if self.type_of(one.getByIndex(0).NumberFormat) & kind
        ]
        return [area for one in found for area in one.RangeAddresses]

    @cached_property
    def day_zero(self) -> date:
        """The day that the workbook counts dates from."""
        null = self.model.NullDate
        try:
            return date(null.Year, null.Month, null.Day)
        except ValueError as error:
            raise Refused("broken-file") from error

    def unprotect(self, sheet: Any) -> None:
        """Takes away a protection.

        Raises:
            Refused: There is a password, where :mod:`packing` has not found it.
        """
        if not sheet.isProtected():
            return
        uno: Any = importlib.import_module("uno")
        try:
            sheet.unprotect("")
        except uno.getClass("com.sun.star.lang.IllegalArgumentException") as error:
            raise Refused("broken-file", "locked", name=sheet.Name) from error

    def require_known_functions(self) -> None:
        """Looks for functions of Excel's that the office does not know: it keeps the prefix of those only.

        Raises:
            Unable: There is one.
        """
        for sheet, row, column, text in self._opened_formulas if self.kind == "xlsx" else ():
            for name in _UNKNOWN.findall(text):
                if name.upper() != "ANCHORARRAY":
                    cell = sheet.getCellByPosition(column, row).AbsoluteName.replace("$", "").replace(".", "!")
                    raise Unable("function", f"{name.upper()} ({cell})")

    @property
    def forgets(self) -> bool:
        """Whether what it computes depends on what its cells hold, and on nothing that was computed before."""
        remembers = any(_REMEMBERS.search(text) for _sheet, _row, _column, text in self._opened_formulas)
        return not self.model.IsIterationEnabled and not remembers

    @property
    def steady(self) -> bool:
        """Whether lines typed after others leave it as if all had been typed at once."""
        return not self.pivots and not self.loose and self.forgets

    @cached_property
    def _opened_formulas(self) -> list[tuple[Any, int, int, str]]:
        """Sheet, row, column and text of every formula, as the workbook was when this was first asked for."""
        return [(sheet, *formula) for sheet in self.sheets for formula in formulas(sheet)]

    @property
    def sizes(self) -> list[tuple[int, int]]:
        """Height and width of its dynamic arrays."""
        return self.spills.sizes if self.spills else []

    @property
    def spilling(self) -> Set[int]:
        """The numbers of the sheets that have some (from 0)."""
        return self.spills.on if self.spills else frozenset()

    @cached_property
    def pivots(self) -> list[Any]:
        """Its pivot tables."""
        return [pivot for sheet in self.sheets for pivot in listed(sheet.DataPilotTables)]

    def compute(self) -> None:
        """Computes every formula, lets arrays spill, refreshes every pivot, and what depends on them."""
        self.model.calculateAll()
        if self.spills:
            self.spills.settle()
        for pivot in self.pivots:
            pivot.refresh()
        if self.pivots:
            self.model.calculateAll()
            if self.spills:
                self.spills.settle()
