"""The totals of the synthesis, and of all lines: each is right, calculated from the lines, and follows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from etabli.exam import Failed
from etabli.exam.contract.french import cells, some

from .analysis import Analysis
from .blame import AFTER, FOLLOW, RIGHT
from .contents import Contents
from .finding import holds, if_found
from .formulas import read_by
from .grid import Grid
from .meaning import is_number
from .places import Area, Spot
from .places import spot as spot_of
from .precedents import SheetSpot
from .summary import Summary
from .trial import ADDED, CORRECTED, FOLLOWED
from .trials import BY_FORMAT, Trials


class Totals:
    """What is expected of each list of totals, and of the grand total.

    Args:
        contents: Where they are.
        trials: What they must follow.
    """

    def __init__(self, contents: Contents, trials: Trials) -> None:
        self._contents = contents
        self._trials = trials

    # -- right

    def expect_right(self, summary: Summary) -> None:
        """A summary has every key, and the right figures; amounts that are text, and so left out, are told by `nombres`."""
        with self._told_by_numbers(
            lambda one: summary.expect_right(*self._contents.synthesis.wanted(summary.what, one))
        ):
            self._expect_right(summary)
        self._contents.keep(f"Les cellules, feuille {summary.sheet}", summary.told())

    @contextmanager
    def _told_by_numbers(self, expect: Callable[[Analysis], None]) -> Iterator[None]:
        """Where figures are right of the amounts that are numbers, and of these alone, `nombres` tells why they are wrong."""
        try:
            yield
        except Failed as failed:
            lines = self._contents.extraction.lines
            bare = [
                line if is_number(line.cells.get("montant")) else replace(line, cells={**line.cells, "montant": None})
                for line in lines
            ]
            if bare != list(lines) and holds(lambda: expect(self._contents.synthesis.analyse(bare))):
                failed.because = ("nombres", *failed.because)
            raise

    def _expect_right(self, summary: Summary) -> None:
        contents = self._contents
        summary.expect_all(contents.synthesis.required(summary.what))
        wanted = contents.synthesis.wanted(summary.what, contents.synthesis.analysis)
        try:
            summary.expect_right(*wanted)
        except Failed as failed:
            end, months = summary.causes.short_end, if_found(lambda: contents.synthesis.months)
            if end and summary.what == "by_month":
                failed.help = f"{self._stops(end)}\n{AFTER['by_month']}"
            elif end and months and months.causes.short_end == end:
                failed.because = (RIGHT["by_month"], *failed.because)
            raise
        if summary.what == "by_customer":
            summary.expect_coded()
            summary.expect_named(contents.variant.names)
            summary.expect_once()

    def _right_customers(self) -> bool:
        contents = self._contents
        wanted = contents.synthesis.wanted("by_customer", contents.synthesis.analysis)
        return holds(lambda: contents.synthesis.customers.expect_right(*wanted))

    @property
    def right_vat_cells(self) -> list[tuple[Grid, Spot]]:
        """The right bases and taxes: a list of rates beside other numbers is no table of VAT."""
        found = [
            summary
            for find in (lambda: self._contents.synthesis.bases, lambda: self._contents.synthesis.taxes)
            if (summary := if_found(find)) and holds(partial(self._expect_right, summary))
        ]
        return [(one.figures.grid, spot) for one in found for spot in one.figures.spots.values()]

    # -- calculated

    def expect_calculated(self, summary: Summary) -> None:
        """A summary is calculated, from the lines alone."""
        summary.expect_calculated()
        judged = () if summary.what in ("by_month", "by_customer") else self._judged | self._grand
        grid, spots = summary.figures.grid, summary.figures.spots.values()
        labels = () if judged else summary.figures.listing.labels.values()
        self._contents.precedents.expect_lines_alone(grid, [*spots, *labels], judged)
        try:
            self._contents.precedents.expect_none_written(grid, spots)
        except Failed:  # where a trial shows what such a formula does, that says more
            if holds(lambda: self.expect_follows(summary, *FOLLOWED)):
                raise

    def expect_lines_alone(self, cells: Iterable[tuple[str, str]]) -> None:
        """Figures by sheet and cell depend on lines alone, but for the totals that other checks have judged."""
        for sheet, cell in cells:
            self._contents.precedents.expect_lines_alone(
                self._contents.grids[sheet], [spot_of(cell)], self._judged | self._grand
            )

    @property
    def _judged(self) -> set[SheetSpot]:
        """The totals by month and by customer, whose faults are told once."""
        return {
            (one.sheet, spot)
            for one in if_found(self._contents.synthesis.found) or []
            for spot in one.figures.spots.values()
        }

    @property
    def _grand(self) -> set[SheetSpot]:
        """The grand totals, whose faults `total` tells."""
        return {(grid.name, spot) for grid, spot in if_found(lambda: self._contents.total.found) or []}

    # -- following

    def expect_follows(self, summary: Summary, *names: str) -> None:
        """A summary follows the lines in these trials, by their names."""
        contents = self._contents
        if summary.what not in ("shares", "ranks"):
            self._expect_read((summary.figures.grid, spot) for spot in summary.figures.spots.values())
        for name in names:
            if tried := self._trials.tried(name):
                wanted = contents.synthesis.wanted(summary.what, tried.analysis, tried.values)
                wanted += self._trials.of_seen(name, summary.what, wanted[0])
                added = contents.extraction.last + 1 if name in ADDED and not self._trials.remade(name) else None
                typed = if_found(lambda: contents.total.typed) or []
                told_by = self._copies(summary.what)
                try:
                    with self._trials.told_by_format(name):
                        summary.expect_follows(
                            tried.values, tried.told, *wanted, added=added, typed=typed, told_by=told_by
                        )
                except Failed:
                    if (
                        self._trials.computed[name][0].in_order
                        or summary.what not in ("shares", "ranks")
                        or self._right_customers()
                    ):
                        raise  # else other lines are left out than today, which `clients-justes` tells

    def _expect_read(self, figures: Iterable[tuple[Grid, Spot]]) -> None:
        """What a person reads in these cells is what they hold: no format writes a figure over it."""
        if odd := [(grid, spot) for grid, spot in figures if grid.written(spot)]:
            (grid, first), more = odd[0], [spot.cell for _, spot in odd[1:]]
            told = f" ; de même {cells(more)}" if more else ""
            raise Failed(
                f"Un format de nombre de {grid.told(first)} écrit lui-même un montant : quand une ligne change, on peut lire ce "
                f"montant-là, et non le total{told}.",
                "Chaque total se lit, et suit les lignes.",
                "Donnez à ces cellules un format de nombre qui montre la valeur : # ##0,00 €. Si le montant écrit vient d'une mise en forme "
                "conditionnelle, supprimez-la (Excel : Accueil ▸ Mise en forme conditionnelle ▸ Gérer les règles ; LibreOffice : "
                "Format ▸ Conditionnel ▸ Gérer).",
                at=grid.where(*(spot for own, spot in odd if own is grid)),
            )

    def expect_automatic(self, *told_by: str) -> None:
        """Totals follow by themselves in front of whoever opens it; the checks `told_by` tell it first."""
        contents = self._contents
        if contents.book.manual:
            where = (
                "Données ▸ Calculer ▸ Calculer automatiquement"
                if contents.calc
                else "Formules ▸ Options de calcul ▸ Automatique"
            )
            raise Failed(
                f"{contents.path} est enregistré en calcul manuel : chez qui l'ouvre, aucun total ne suit avant un recalcul (F9).",
                "Des totaux qui suivent dès qu'une cellule change.",
                f"Choisissez {where}, puis enregistrez le classeur et rendez à nouveau.",
                because=told_by,
            )

    def _copies(self, what: str) -> list[str]:
        """The checks that tell a copy of the lines before those of a summary do: their figures read one too."""
        found = [
            ("by_month", if_found(lambda: self._contents.synthesis.months)),
            ("by_customer", if_found(lambda: self._contents.synthesis.customers)),
        ]
        return [
            FOLLOW[name]
            for name, one in found[: 1 if what == "by_customer" else 0 if what == "by_month" else 2]
            if one and any(one.causes.copy_read(spot) for spot in one.figures.spots.values())
        ]

    # -- all of it, of what has one check

    def expect_ranks(self) -> None:
        """Every customer's rank is right, and follows.

        Raises:
            OfficeLimit: A pivot shows them, as ours cannot.
        """
        contents = self._contents
        try:
            self.expect_right(contents.synthesis.ranks)
        except Failed:
            if sheet := contents.synthesis.ranked_by_pivot:
                contents.workbook.give_up(f"les rangs d'un tableau croisé (feuille {sheet})")
            raise
        self._expect_live(contents.synthesis.ranks, "rank", *FOLLOWED)

    def expect_vat(self) -> None:
        """VAT is given by rate, base and amount: right, calculated, and it follows the lines."""
        for summary in self._vat():
            self.expect_right(summary)
            self._expect_live_vat(summary)

    def _expect_live_vat(self, summary: Summary) -> None:
        self._expect_live(summary, *CORRECTED)

    def _expect_live(self, summary: Summary, *names: str) -> None:
        self.expect_calculated(summary)
        self.expect_follows(summary, *names)

    def _vat(self) -> Iterator[Summary]:
        yield self._contents.synthesis.bases
        yield self._contents.synthesis.taxes

    def _expect_right_vat(self) -> None:
        for summary in self._vat():
            self._expect_right(summary)
            self._expect_live_vat(summary)

    def expect_total(self) -> None:
        """The grand total is right, calculated, and follows the lines."""
        contents = self._contents
        with self._told_by_numbers(lambda one: contents.total_of(one).expect_there()):
            self._expect_live_total()
        contents.keep("Le total général", contents.total.told())

    def _expect_live_total(self) -> None:
        contents = self._contents
        contents.total.expect_calculated()
        for grid, spot in contents.total.found:
            contents.precedents.expect_lines_alone(grid, [spot], self._judged)
        self._expect_total_follows(*FOLLOWED)
        for grid, spot in contents.total.found:
            contents.precedents.expect_none_written(grid, [spot])

    def _expect_total_follows(self, *names: str) -> None:
        self._expect_read(self._contents.total.found)
        for name in names:
            if tried := self._trials.tried(name):
                with self._trials.told_by_format(name):
                    self._contents.total.expect_follows(tried.values, tried.analysis.totals, tried.told)

    # -- lines more

    def expect_takes_in(self) -> None:
        """New lines, under the last, are in every total; one that is wrong already is another check's to say."""
        try:
            self._expect_takes_in()
        except Failed as failed:
            if failed.help != BY_FORMAT and (told := self._stops(self._contents.extraction.last)):
                failed.help = told
            raise

    def _expect_takes_in(self) -> None:
        contents = self._contents
        self.expect_follows(contents.synthesis.months, *ADDED)
        self.expect_follows(contents.synthesis.customers, *ADDED)
        if holds(self._expect_live_total):
            self._expect_total_follows(*ADDED)
        if holds(self._expect_right_vat):
            for summary in self._vat():
                self.expect_follows(summary, *ADDED)
        for summary in filter(
            None, (if_found(lambda: contents.synthesis.shares), if_found(lambda: contents.synthesis.ranks))
        ):
            if holds(partial(self._expect_right, summary)) and holds(partial(self._expect_live, summary, *FOLLOWED)):
                self.expect_follows(summary, *ADDED)

    def _stops(self, end: int) -> str:
        """What to write in every formula whose range stops at a row, by kind; '' when none does."""
        contents = self._contents
        finds = (
            lambda: contents.synthesis.months,
            lambda: contents.synthesis.customers,
            lambda: contents.synthesis.bases,
        )
        told = [told for find in finds if (summary := if_found(find)) and (told := summary.remedies.stops(end))]
        told += [total] if (total := self._total_stops(end)) else []
        steps = "\n".join(f"{rank}. {one}" for rank, one in enumerate(told, 1))
        return f"Ces plages s'arrêtent toutes à la ligne {end} :\n{steps}" if told else ""

    def _total_stops(self, end: int) -> str:
        """What to write in the grand totals that add up the lines as far as a row; '' when none does."""
        contents = self._contents
        formula = contents.extraction.formula("=SUM({montant})")
        found = [
            grid.told(spot)
            for grid, spot in if_found(lambda: contents.total.found) or []
            if any(self._stops_at(place, end) for place in read_by(grid, spot, contents.book))
        ]
        return f"Total général : dans {some(found)}, écrivez {formula}." if found and formula else ""

    def _stops_at(self, place: Area, end: int) -> bool:
        own = (place.sheet or "").casefold() == self._contents.extraction.sheet.casefold()
        return own and place.top < place.bottom == end
