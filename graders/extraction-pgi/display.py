"""What a reader sees of the totals: charts, formats, errors, the source and the date, the printed page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from datetime import date

from etabli.exam import Failed

from . import presentation
from .contents import Contents
from .finding import if_found
from .formulas import read_by
from .places import Spot
from .precedents import SheetSpot
from .summary import Summary
from .totals import Totals
from .trial import FOLLOWED
from .trials import Trials


class Display:
    """What is expected of the way in which the workbook shows its lines and totals.

    Args:
        contents: What is shown.
        trials: What a chart must follow.
        totals: Which figures are right.
    """

    def __init__(self, contents: Contents, trials: Trials, totals: Totals) -> None:
        self._contents = contents
        self._trials = trials
        self._totals = totals

    def expect_right_chart(self) -> None:
        """The chart shows the right totals.

        Raises:
            OfficeLimit: It shows a pivot itself, or names that grow: only the office that draws it knows their cells.
        """
        contents = self._contents
        try:
            contents.charts.expect_right()
            for name in FOLLOWED:
                if tried := self._trials.tried(name):
                    contents.charts.expect_follows(tried.values, contents.synthesis.charted(tried), tried.told)
        except Failed:
            if what := contents.charts.unknown:
                contents.workbook.give_up(what)
            raise

    def expect_readable_chart(self) -> None:
        """A colleague can read the chart."""
        contents = self._contents
        sheet, chart = contents.charts.expect_readable()
        contents.workbook.picture(
            contents.path, sheet, [chart.anchor or "A1"], f"Le graphique, feuille {sheet}", right=True
        )

    def expect_no_error(self) -> None:
        """No cell shows an error."""
        presentation.expect_no_error(self._contents.values, calc=self._contents.calc, explained=self._explaining)

    def _explaining(self, errors: Set[SheetSpot]) -> list[str]:
        """The checks of the figures that explain all errors: they show them, and the other cells in error read those."""
        made = self._contents.synthesis
        figures: dict[str, list[Callable[[], Summary]]] = {
            "mois-justes": [lambda: made.months],
            "clients-justes": [lambda: made.customers],
            "parts": [lambda: made.shares],
            "rangs": [lambda: made.ranks],
            "tva": [lambda: made.bases, lambda: made.taxes],
        }
        found = {
            check: {one for find in finds if (summary := if_found(find)) for one in summary.places}
            for check, finds in figures.items()
        }
        return [
            check for check, own in found.items() if errors <= self._contents.precedents.spread(own & errors, errors)
        ]

    def expect_formats(self) -> None:
        """Dates, amounts and shares have the format of what they are."""
        contents = self._contents
        shares = if_found(lambda: contents.synthesis.shares.figures)
        more = {
            "un total général": if_found(lambda: contents.total.found) or [],
            "un montant du tableau de TVA": self._totals.right_vat_cells,
        }
        months = if_found(lambda: contents.synthesis.months.figures)
        presentation.expect_formats(contents.extraction, self._by_sheet, shares, contents.grids, more, months)

    def expect_source(self) -> None:
        """The source and the date of the extraction are written."""
        contents = self._contents
        ends = [date.fromisoformat(contents.variant.period[end]) for end in ("from", "to")]
        presentation.expect_source(
            list(contents.grids.values()), contents.extraction, contents.precedents, contents.book, ends
        )

    def expect_printable(self) -> None:
        """The extraction and the summary print well, and whole."""
        contents = self._contents
        tables = {sheet: [*spots] for sheet, spots in self._by_sheet.items()}
        made = contents.synthesis
        for find in (lambda: made.months, lambda: made.customers, lambda: made.shares, lambda: made.ranks):
            if one := if_found(find):
                tables.get(one.sheet, []).extend([*one.figures.listing.labels.values(), *one.figures.spots.values()])
        for grid, spot in if_found(lambda: contents.total.found) or []:
            tables.get(grid.name, []).append(spot)
        others = [sheet for rank, sheet in enumerate(tables) if rank and self._is_source(sheet)]
        kept = {sheet: sorted({*spots}) for sheet, spots in tables.items() if sheet not in others}
        presentation.expect_printable(contents.book, contents.extraction, kept)

    def _is_source(self, sheet: str) -> bool:
        """Whether formulas of another sheet show what a sheet of totals has: that one is the summary to be printed."""
        contents = self._contents
        return any(
            (place.sheet or "").casefold() == sheet.casefold()
            for grid in contents.grids.values()
            if grid.name not in (sheet, contents.extraction.sheet)
            for spot in grid.spots
            if grid.live(spot)
            for place in read_by(grid, spot, contents.book)
        )

    @property
    def _by_sheet(self) -> Mapping[str, Sequence[Spot]]:
        """The totals by month and by customer, by sheet."""
        totals: dict[str, list[Spot]] = {}
        for summary in self._contents.synthesis.found():
            totals.setdefault(summary.sheet, []).extend(summary.figures.spots.values())
        return totals
