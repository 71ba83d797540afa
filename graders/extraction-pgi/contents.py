"""What the workbook has, found once: its cells, its lines, its lists and totals, what other demands ask for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from . import aging
from .analysis import Analysis
from .charts import Charts
from .extraction import Extraction, find_extraction
from .fidelity import Fidelity
from .figure import AskedFigure
from .finding import if_found
from .gap import Gap
from .grid import Grid, grids
from .kinds import Kinds
from .places import area
from .precedents import Precedents
from .shape import Variant
from .synthesis import Synthesis
from .total import Total

if TYPE_CHECKING:
    from etabli.exam.tools.asked import AskedFiles
    from etabli.exam.tools.book import Book
    from etabli.exam.tools.computed import Values
    from etabli.exam.tools.workbook import Workbook


class Contents:
    """The workbook that was handed in; it is read and recalculated once, and nothing is looked for twice.

    What is not there fails where it is asked for.

    Args:
        asked: Which file answers what.
        workbook: Reads, recalculates and tries a workbook.
        variant: The candidate's data and truth.
    """

    def __init__(self, asked: AskedFiles, workbook: Workbook, variant: Variant) -> None:
        self._asked = asked
        self.workbook = workbook
        self.variant = variant

    # -- its cells

    @property
    def path(self) -> str:
        """The one workbook."""
        return self._asked.path("classeur")

    @cached_property
    def book(self) -> Book:
        """As it was read."""
        return self.workbook.read(self.path)

    @cached_property
    def values(self) -> Values:
        """As the office recalculated it."""
        return self.workbook.computed(self.path)

    @cached_property
    def grids(self) -> Mapping[str, Grid]:
        """Its sheets."""
        return grids(self.book, lambda: self.values, calc=self.calc)

    @property
    def calc(self) -> bool:
        """Whether it was made in LibreOffice: its formulas and errors are told as that shows them."""
        return self.path.lower().endswith(".ods")

    @cached_property
    def precedents(self) -> Precedents:
        """What its cells depend on."""
        return Precedents(self.grids, self.book)

    def keep(self, caption: str, cells: Mapping[tuple[str, str], str]) -> None:
        """Keeps right figures as evidence: each cell, what it shows, its formula.

        Args:
            caption: For a person.
            cells: Sheet and cell of each, and what it is.
        """
        self.workbook.keep(self.path, caption, cells)

    # -- its lines

    @cached_property
    def extraction(self) -> Extraction:
        """The lines of invoices."""
        tabled = {sheet.name.casefold() for sheet in self.book.sheets if sheet.tables}
        named = (area(name.refers_to) for name in self.book.names if not name.hidden)
        tabled |= {(place.sheet or "").casefold() for place in named if place}
        return find_extraction(self.path, list(self.grids.values()), self.variant.titles, tabled)

    @cached_property
    def fidelity(self) -> Fidelity:
        """The extraction and Tryton."""
        return Fidelity(self.extraction, self.variant)

    @property
    def kinds(self) -> Kinds:
        """The types of its cells."""
        return Kinds(self.extraction, self.variant.titles)

    # -- what is made of them

    @cached_property
    def synthesis(self) -> Synthesis:
        """Months, customers, shares, ranks and VAT."""
        return Synthesis(self.book, self.grids, self.extraction, self.variant)

    @cached_property
    def total(self) -> Total:
        """The grand total."""
        return self.total_of(self.synthesis.analysis)

    def total_of(self, analysis: Analysis) -> Total:
        """The grand total that it gives, against what other lines add up to."""
        lists, cells = if_found(self.synthesis.found) or [], list(self.grids.values())
        return Total(cells, self.extraction, self.book, self.precedents, lists, analysis.totals)

    @cached_property
    def charts(self) -> Charts:
        """The charts."""
        return Charts(self.book, self.grids, self.synthesis.charted())

    # -- what other demands ask for

    def asked_figure(self) -> AskedFigure:
        """The figure of human resources, stock or production."""
        asked, truth = self.variant.figure, self.variant.figure_value
        period = self.variant.period
        return AskedFigure(self.grids, self.extraction, asked, truth, self.book, self.precedents, period)

    @cached_property
    def gap(self) -> Gap:
        """The gap with the general ledger."""
        totals = [*self.synthesis.analysis.totals, *self.total.shown()]
        ledger, period = self.variant.ledger, self.variant.period
        grids = list(self.grids.values())
        return Gap(grids, self.extraction, ledger, self.book, self.precedents, totals, period)

    @cached_property
    def aged(self) -> aging.Aged:
        """The aged receivables."""
        totals = self.variant.aged_totals
        today = date.fromisoformat(self.variant.today)
        return aging.find_aged(list(self.grids.values()), totals, self.synthesis.read_customer, today)

    @property
    def today(self) -> date:
        """The day of the accounts."""
        return date.fromisoformat(self.variant.today)
