"""What a sheet has besides its cells: formats, tables, charts, pivots, print set-up.

Used through :mod:`etabli.exam.tools.book`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from etabli.exam.tools.documents import optional

KINDS: Final = ("general", "number", "integer", "currency", "percent", "date", "time", "text")
"""What a format may mean."""


@dataclass(frozen=True)
class Format:
    """How a cell shows its value, by meaning."""

    kind: str = "general"
    """One of `KINDS`; a date with a time of day is a ``date``."""
    decimals: int | None = None
    """Digits after the comma; None where it has no sense or is left to the value."""
    grouping: bool = False
    """Thousands are set apart."""
    code: str = ""
    """As Excel writes it (``#,##0.00 "€"``); made up from its parts for an ``.ods``."""


GENERAL: Final = Format()


@dataclass(frozen=True)
class Table:
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

# -- what the reader sends is a candidate's word: it is given its types here


def format_of(found: Any) -> Format:
    """Returns the format behind the reader's."""
    kind, decimals, grouping, code = found
    if kind not in KINDS:
        raise ValueError(f"a format of kind {kind!r}")
    return Format(str(kind), None if decimals is None else int(decimals), bool(grouping), str(code))


def table_of(found: Any) -> Table:
    """Returns the table behind the reader's."""
    return Table(
        str(found["name"]),
        str(found["ref"]),
        bool(found["headers"]),
        texts(found["columns"]),
        bool(found["totals"]),
        bool(found["query"]),
    )


def print_of(found: Any) -> Print:
    """Returns the print set-up behind the reader's."""
    return Print(
        bool(found["landscape"]),
        bool(found["fit_width"]),
        optional(found["area"]),
        optional(found["title_rows"]),
    )


def chart_of(found: Any) -> Chart:
    """Returns the chart behind the reader's."""
    return Chart(
        kind=str(found["kind"]),
        title=optional(found["title"]),
        x_title=optional(found["x_title"]),
        y_title=optional(found["y_title"]),
        legend=bool(found["legend"]),
        labels=bool(found["labels"]),
        series=tuple(_series_of(one) for one in found["series"]),
        kinds=texts(found["kinds"]),
        title_ref=optional(found["title_ref"]),
        axes=bool(found["axes"]),
        depth=bool(found["depth"]),
        anchor=optional(found["anchor"]),
    )


def _series_of(found: Any) -> Series:
    return Series(
        name_ref=optional(found["name_ref"]),
        name_text=optional(found["name_text"]),
        categories_ref=optional(found["categories_ref"]),
        values_ref=optional(found["values_ref"]),
        categories=texts(found["categories"]),
        values=tuple(None if value is None else float(value) for value in found["values"]),
    )


def pivot_of(found: Any) -> Pivot:
    """Returns the pivot behind the reader's."""
    return Pivot(
        name=str(found["name"]),
        ref=str(found["ref"]),
        source=str(found["source"]),
        rows=texts(found["rows"]),
        columns=texts(found["columns"]),
        values=_pairs(found["values"]),
        filters=texts(found["filters"]),
        shows=texts(found["shows"]),
        groups=_pairs(found["groups"]),
        bases=_pairs(found["bases"]),
        left_out=tuple((str(name), texts(items)) for name, items in found["left_out"]),
    )


def _pairs(found: Any) -> tuple[tuple[str, str], ...]:
    return tuple((str(one), str(other)) for one, other in found)


def texts(found: Any) -> tuple[str, ...]:
    """Returns texts."""
    return tuple(str(one) for one in found)
