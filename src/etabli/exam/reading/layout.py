"""What a sheet has around its cells, under construction."""

from __future__ import annotations

from dataclasses import dataclass, field

from .places import Area
from .told import BookTable, Chart, Pivot, Print


@dataclass
class Layout:
    """One sheet's."""

    part: str = ""
    """Of the archive, where the sheet is one."""
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    """First and last of each group."""
    arrays: list[Area] = field(default_factory=list)
    """Ranges that one formula fills."""
    merged: list[Area] = field(default_factory=list)
    """Ranges that one cell covers."""
    rules: list[str] = field(default_factory=list)
    """Formulas that are in no cell: conditional formats, validations."""
    written: list[Area] = field(default_factory=list)
    """Ranges under a conditional format that writes a figure out."""
    objects: list[tuple[str, str | None]] = field(default_factory=list)
    """What is drawn on an OpenDocument sheet: part, and cell under its corner."""
    landscape: bool = False
    fit: bool = False
    """Fits to a number of pages."""
    fit_pages: int = 1
    """Pages across; 0: as many as it takes."""
    area: str | None = None
    title_rows: str | None = None
    frozen_rows: int = 0
    unreached: tuple[int, int] = 0, 0
    """Rows above what is frozen, and columns before it: no scrolling shows them."""
    first: tuple[int, int] = 1, 1
    """Where the view begins: row, column."""
    tables: list[BookTable] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    pivots: list[Pivot] = field(default_factory=list)

    @property
    def print(self) -> Print:
        """The print set-up."""
        return Print(self.landscape, self.fit and self.fit_pages == 1, self.area, self.title_rows)
