"""The other exports of Tryton that the workbook counts: the asked figure, the general ledger, the dues."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from . import aging
from .contents import Contents
from .elsewhere import Elsewhere
from .entries import Entries
from .finding import holds, if_found
from .totals import Totals
from .trial import ADDED, FOLLOWED, SINGLES
from .trials import Trials

if TYPE_CHECKING:
    from etabli.exam.tools.computed import Values


class Exports:
    """What is expected of the figures that lines of other exports make.

    Args:
        contents: Where they are.
        elsewhere: What is changed in their lines.
        trials: What is changed in the extraction.
        totals: Those that other checks have judged.
    """

    def __init__(self, contents: Contents, elsewhere: Elsewhere, trials: Trials, totals: Totals) -> None:
        self._contents = contents
        self._elsewhere = elsewhere
        self._trials = trials
        self._totals = totals

    def expect_figure(self) -> None:
        """The figure of human resources, stock or production is right, calculated, and moves with what it reads."""
        figure = self._contents.asked_figure()
        figure.expect_calculated()
        self._totals.expect_lines_alone(figure.told())
        changes = self._elsewhere.figure_changes
        scenarios = [*(one.edits for one in changes[:-1]), [*changes[-1].edits, *self._trials.sale]]
        for values, change in zip(self._contents.workbook.trials(self._contents.path, scenarios), changes, strict=True):
            figure.expect_moved(values, change)
        self._contents.keep("Le chiffre demandé", figure.told())

    def expect_gap(self) -> None:
        """The gap with the general ledger is given and calculated."""
        self._contents.gap.expect_figures()
        self._totals.expect_lines_alone(self._contents.gap.told())
        typed = if_found(lambda: self._contents.total.typed) or []
        for name in (*FOLLOWED, *ADDED):
            if tried := self._trials.tried(name):
                totals = [*tried.analysis.totals, *self._contents.total.shown(tried.values)]
                self._contents.gap.expect_follows(tried.values, totals, tried.told, typed)
        if change := self._elsewhere.ledger_change:
            sales = [sale for name in SINGLES[1:] if (sale := self._trials.made.get(name))]
            scenarios = [change.edits, *([*change.edits, *sale.scenario] for sale in sales)]
            values, *others = self._contents.workbook.trials(self._contents.path, scenarios)
            self._contents.gap.expect_changed(values, change)
            for values, sale in zip(others, sales, strict=True):
                totals = [*self._contents.synthesis.analyse(sale.lines).totals, *self._contents.total.shown(values)]
                self._contents.gap.expect_changed(
                    values, replace(change, told=f"{change.told}, et {sale.told}"), totals
                )
        self._contents.keep("Le grand livre et l'écart", self._contents.gap.told())

    def expect_entries(self) -> None:
        """The entries that make it are listed."""
        entries = Entries(
            list(self._contents.grids.values()), self._contents.extraction, self._contents.variant.ledger.entries
        )
        entries.expect_listed(begun=self._contents.gap.begun, gap=if_found(lambda: self._contents.gap.given) or "")

    def expect_aged_totals(self) -> None:
        """The aged receivables have every bracket's total."""
        aging.expect_totals(
            self._contents.aged, self._contents.variant.aged_totals, self._contents.precedents, self._contents.today
        )
        if holds(self.expect_aged_calculated):
            for values, other in self._aged_tried[1]:
                if other.by_day:
                    aging.expect_borders(self._contents.aged, values, other.sums, other.more, other.by_day)
        self._contents.keep("Les totaux de la balance âgée", self._contents.aged.told())

    def expect_aged_calculated(self) -> None:
        """The aged receivables are calculated, and move with what they read."""
        aging.expect_calculated(
            self._contents.aged, self._contents.precedents, self._contents.book, self._contents.variant.dues
        )
        self._contents.precedents.expect_lines_alone(self._contents.aged.grid, self._contents.aged.spots)
        (amounts, dates), _ = self._aged_tried
        aging.expect_moved(self._contents.aged, amounts, dates)
        for values, other in self._aged_tried[1]:
            aging.expect_customers_follow(self._contents.aged, values, other)

    @cached_property
    def _aged_tried(self) -> tuple[list[Values], list[tuple[Values, aging.OtherDues]]]:
        """Computed after other amounts, and after other dates; then after other dues, and what the table then is, if anybody can tell."""
        made = self._elsewhere.other_dues
        trials = aging.trials(self._contents.aged, self._contents.precedents, self._contents.today)
        others = [[*one.edits, *self._trials.sale] for one in made[-1:]]
        found = self._contents.workbook.trials(
            self._contents.path, [*trials, *(one.edits for one in made[:-1]), *others]
        )
        return found[: len(trials)], [*zip(found[len(trials) :], made, strict=True)]
