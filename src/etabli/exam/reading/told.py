"""What a workbook has besides its cells, as the reader sends it and as the author of a check reads it.

Both sides of the wire share these classes: the reader fills them, the examiner verifies what comes back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, NamedTuple


class CellTold(NamedTuple):
    """A cell of a table on the wire."""

    kind: str
    """The letter of its type, see `etabli.exam.tools.documents.value_of`."""
    value: Any
    text: str
    formula: str | None
    comment: str | None
    hidden: bool


class BookCellTold(NamedTuple):
    """A cell of a workbook on the wire: as `CellTold`, and what else its file says of it."""

    kind: str
    value: Any
    text: str
    formula: str | None
    comment: str | None
    hidden: bool
    format: int
    """Its rank among the workbook's formats."""
    error: str | None
    array: str | None
    raw: str | None


class BlockTold(NamedTuple):
    """A block of a text document: a paragraph, a step, a row of a table."""

    kind: str
    """``heading``, ``item`` (of a numbered list), ``row`` (cells between ``|``), ``picture``, ``hidden``, ``text``."""
    text: str
    """Of a picture, its alternative."""
    code: list[str]
    """What is in monospace in it, in order; lines of a whole passage are parted by ``\\n``."""


class Lack(NamedTuple):
    """What our office suite cannot compute, and a cell where it stands."""

    kind: str
    name: str
    where: str


@dataclass(frozen=True)
class DefinedName:
    """A name given to a range or a formula."""

    name: str
    refers_to: str
    """``Données!A1:A20``, without ``=``."""
    sheet: str | None = None
    """Where it is known; None: everywhere."""
    hidden: bool = False


@dataclass(frozen=True)
class BookTable:
    """A table of Excel, or a named database range of LibreOffice."""

    name: str
    ref: str
    """``A1:I240``: headers and totals included."""
    headers: bool
    """Its first row holds the names of its columns."""
    columns: tuple[str, ...]
    totals: bool = False
    """Its last row is a row of totals."""
    query: bool = False
    """Power Query, or a connection, fills it: its cells are no typing, and our office suite cannot refresh them."""


@dataclass(frozen=True)
class Series:
    """One series of a chart; a reference is ``Synthèse!B2:B8``, None when the figures were typed in the chart."""

    name_ref: str | None = None
    name_text: str | None = None
    """As typed, or as the file remembers it."""
    categories_ref: str | None = None
    values_ref: str | None = None
    categories: tuple[str, ...] = ()
    """As the chart remembers them; may be empty."""
    values: tuple[float | None, ...] = ()
    least: float | None = None
    """Where a hand made the axis of its values begin; None where the office does, or it shows no amounts."""
    most: float | None = None
    """Where it ends."""
    scale: str = ""
    """What its heights are where they are no amounts: ``percent`` (« 100 % », shares of each point), ``log``."""


@dataclass(frozen=True)
class Chart:
    """A chart that stands on a sheet."""

    kind: str
    """``bar`` (columns too), ``line``, ``pie``, ``doughnut``, ``area``, ``scatter``, ``bubble``, ``radar``, ``stock``,
    ``surface``, ``combo``, or Excel's own word for a newer one."""
    title: str | None = None
    """None when nobody would see one; the series' name where Excel shows that."""
    x_title: str | None = None
    """Of the categories' axis, wherever it stands."""
    y_title: str | None = None
    legend: bool = False
    labels: bool = False
    """Figures or names are written on the drawing."""
    series: tuple[Series, ...] = ()
    kinds: tuple[str, ...] = ()
    """Of a ``combo``, each of its kinds."""
    title_ref: str | None = None
    """The cell that the title comes from."""
    axes: bool = True
    """The axis of the values is shown, or the kind has none."""
    depth: bool = False
    """Drawn in three dimensions."""
    anchor: str | None = None
    """The cell under its upper left corner."""


@dataclass(frozen=True)
class Pivot:
    """A pivot table, by its definition."""

    name: str
    ref: str
    source: str
    """``Données!A1:I240``, or the name of a table or of a range; empty when it is outside the workbook."""
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    values: tuple[tuple[str, str], ...] = ()
    """Field and function: ``sum``, ``count``, ``average``, ``max``, ``min``, …"""
    filters: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()
    """For each of ``values``, what it is shown as: ``normal``, ``percentOfTotal``, ``percentOfCol``, …"""
    groups: tuple[tuple[str, str], ...] = ()
    """Field and unit of those that are grouped: ``("Date", "months")``."""
    bases: tuple[tuple[str, str], ...] = ()
    """Fields made from another, and which: ``("Mois (Date)", "Date")``."""
    left_out: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Field and items that a filter leaves out."""


@dataclass(frozen=True)
class Print:
    """How a sheet prints."""

    landscape: bool = False
    fit_width: bool = False
    """Its columns are made to fit on one page."""
    area: str | None = None
    """``A1:F20``; several with commas between."""
    title_rows: str | None = None
    """``1:1``: repeated on each page."""


AS_IT_IS: Final = Print()
