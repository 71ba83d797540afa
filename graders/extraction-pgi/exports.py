"""The other exports of Tryton that the workbook counts: the asked figure, the general ledger, the dues."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from etabli.exam import Failed

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
        contents = self._contents
        figure = contents.asked_figure()
        figure.expect_calculated()
        self._totals.expect_lines_alone(figure.told())
        changes = self._elsewhere.figure_changes
        scenarios = [*(one.edits for one in changes[:-1]), [*changes[-1].edits, *self._trials.sale]]
        for values, change in zip(contents.workbook.trials(contents.path, scenarios), changes, strict=True):
            figure.expect_moved(values, change)
        contents.keep("Le chiffre demandé", figure.told())

    def expect_gap(self) -> None:
        """The gap with the general ledger is given and calculated."""
        contents = self._contents
        contents.gap.expect_figures()
        self._totals.expect_lines_alone(contents.gap.told())
        typed = if_found(lambda: contents.total.typed) or []
        for name in (*FOLLOWED, *ADDED):
            if tried := self._trials.tried(name):
                totals = [*tried.analysis.totals, *contents.total.shown(tried.values)]
                contents.gap.expect_follows(tried.values, totals, tried.told, typed)
        if change := self._elsewhere.ledger_change:
            sales = [sale for name in SINGLES[1:] if (sale := self._trials.made.get(name))]
            scenarios = [change.edits, *([*change.edits, *sale.scenario] for sale in sales)]
            values, *others = contents.workbook.trials(contents.path, scenarios)
            contents.gap.expect_changed(values, change)
            for values, sale in zip(others, sales, strict=True):
                totals = [*contents.synthesis.analyse(sale.lines).totals, *contents.total.shown(values)]
                contents.gap.expect_changed(values, replace(change, told=f"{change.told}, et {sale.told}"), totals)
        contents.keep("Le grand livre et l'écart", contents.gap.told())

    def expect_entries(self) -> None:
        """The entries that make it are listed."""
        contents = self._contents
        entries = Entries(list(contents.grids.values()), contents.extraction, contents.variant.ledger.entries)
        entries.expect_listed(begun=contents.gap.begun, gap=if_found(lambda: contents.gap.given) or "")

    def expect_aged_totals(self) -> None:
        """The aged receivables have every bracket's total; where each customer's are right, other checks do not wait for it."""
        try:
            self._expect_aged_totals()
        except Failed as failed:
            failed.stops = not holds(self.expect_aged_customers)
            raise

    def expect_aged_customers(self) -> None:
        """The aged receivables are right for each customer."""
        aging.expect_customers(self._contents.aged, self._contents.variant.aged)

    def _expect_aged_totals(self) -> None:
        contents = self._contents
        aging.expect_totals(contents.aged, contents.variant.aged_totals, contents.precedents, contents.today)
        if holds(self.expect_aged_calculated):
            for values, other in self._aged_tried[1]:
                if other.by_day:
                    aging.expect_borders(contents.aged, values, other.sums, other.more, other.by_day)
        contents.keep("Les totaux de la balance âgée", contents.aged.told())

    def expect_aged_calculated(self) -> None:
        """The aged receivables are calculated, and move with what they read."""
        contents = self._contents
        aging.expect_calculated(contents.aged, contents.precedents, contents.book, contents.variant.dues)
        contents.precedents.expect_lines_alone(contents.aged.grid, contents.aged.spots)
        (amounts, dates), _ = self._aged_tried
        aging.expect_moved(contents.aged, amounts, dates)
        for values, other in self._aged_tried[1]:
            aging.expect_customers_follow(contents.aged, contents.variant.aged, values, other)

    @cached_property
    def _aged_tried(self) -> tuple[list[Values], list[tuple[Values, aging.OtherDues]]]:
        """Computed after other amounts, and after other dates; then after other dues, and what the table then is, if anybody can tell."""
        contents = self._contents
        made = self._elsewhere.other_dues
        trials = aging.trials(contents.aged, contents.precedents, contents.today)
        others = [[*one.edits, *self._trials.sale] for one in made[-1:]]
        found = contents.workbook.trials(contents.path, [*trials, *(one.edits for one in made[:-1]), *others])
        return found[: len(trials)], [*zip(found[len(trials) :], made, strict=True)]
