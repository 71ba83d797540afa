"""The summaries of a workbook: months, customers, their shares and ranks, VAT; wherever and however they are made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from etabli.exam import Failed
from etabli.exam.contract.formulas import in_french
from etabli.exam.contract.french import quote

from .analysis import Analysis, codes_of, ranked
from .blame import NO_SYNTHESIS
from .charts import Shown
from .extraction import Extraction, ExtractLine
from .finding import Figures, best_figures, if_found, lines_of, listings, title_words, titled
from .grid import Grid
from .labels import Customers, Months, Rates, Reader, uncoded
from .meaning import as_words
from .places import Spot, letters
from .precedents import Precedents
from .said import amount, month, plain
from .shape import Variant
from .summary import Close, Summary, near_cent
from .wording import Words

if TYPE_CHECKING:
    from etabli.exam.tools.book import Book
    from etabli.exam.tools.computed import Values

SHARE_SLACK = 0.0006
"""A share shown with one decimal of a percent, and rounded so, is right."""
TITLES = {"shares": {"part", "parts", "pourcentage", "poids"}, "ranks": {"rang", "rangs", "classement", "place"}}
"""Words of the title of a line that means to be these figures."""
RATE_TITLES = {"bases": {"base", "bases", "ht"}, "taxes": {"tva", "taxe", "taxes"}}
"""The same of the lines beside the rates of tax."""
EXACT = 14
"""Digits by which a spreadsheet tells two sums apart that are the same to the cent."""
LEAST_CUSTOMERS, SEEN_SHARE = 3, 1 / 3
"""A column of figures is the shares when so many of them are right."""
EXPECTED = "Une synthèse avec une étiquette et un total par ligne ou par colonne."


@dataclass(frozen=True)
class Tried:
    """A copy of the workbook, changed and computed again."""

    values: Values
    analysis: Analysis
    """Of the lines as changed."""
    told: str
    """What was changed, in French."""


class Synthesis:
    """What a workbook says of its own lines.

    Args:
        book: As read.
        grids: Its sheets, recalculated.
        extraction: Its lines.
        variant: Period, customers, rates.
    """

    def __init__(self, book: Book, grids: Mapping[str, Grid], extraction: Extraction, variant: Variant) -> None:
        self._book = book
        self._grids = grids
        self._extraction = extraction
        self._names = variant.names
        self._months = variant.period["months"]
        self._rates = variant.rates

    # -- what the lines give

    @cached_property
    def analysis(self) -> Analysis:
        """Of the lines as handed in."""
        return self.analyse(self._extraction.lines)

    def analyse(self, lines: Sequence[ExtractLine]) -> Analysis:
        """Of other lines."""
        return Analysis(lines, self._months, self._codes, self._rates)

    @cached_property
    def read_month(self) -> Reader:
        """What a label of a month is: one of the period, or one that lines have by mistake."""
        return Months(list(self.analysis.by_month)).read

    @cached_property
    def read_customer(self) -> Reader:
        """What a label of a customer is: Tryton's customers, and others that the lines name."""
        return self._labelled.read

    @cached_property
    def _labelled(self) -> Customers:
        known = dict(self._names)
        for line in self._extraction.lines:
            code = self._codes.get(line.code)
            if code and code not in known:
                known[code] = as_words(line.cells.get("client"))
        return Customers(known)

    # -- the summaries

    @cached_property
    def months(self) -> Summary:
        """The totals by month.

        Raises:
            Failed: There is no list of the months.
        """
        least, wanted = max(2, len(self._months) // 2), [self.analysis.by_month]
        # A bare rank tells a month only where it makes more totals right: any small number could be one.
        readers = (self.read_month, Months(self._months).read_rank)
        found = [(read, figures) for read in readers if (figures := self._find(read, wanted, least))]
        if (
            len(found) == 1
            and found[0][0] != self.read_month
            and 2 * len(_right(found[0][1], near_cent, wanted)) < least
        ):
            found = []
        if not found:
            raise Failed(
                "On ne trouve pas la synthèse par mois : aucune liste des mois, avec un total à côté.",
                EXPECTED,
                self._first_step(
                    f"le 01/{self._months[0][5:]}/{self._months[0][:4]}",
                    "chaque mois",
                    '=SUMIFS({montant},{date},">="&A5,{date},"<"&EDATE(A5,1))',
                ),
            )
        read, figures = max(found, key=lambda one: len(_right(one[1], near_cent, wanted)))
        return self._summary("by_month", figures, read, Words("mois", "mois", month, amount))

    @cached_property
    def customers(self) -> Summary:
        """The totals by customer.

        Raises:
            Failed: There is no list of the customers.
        """
        wanted = [self.analysis.by_customer]
        figures = self._find(self.read_customer, wanted, LEAST_CUSTOMERS)
        if figures and uncoded(figures.grid, figures.spots, down=figures.listing.down):
            coded = self._find(self._labelled.read_code, wanted, LEAST_CUSTOMERS)
            if coded and len(_right(coded, near_cent, wanted)) >= len(_right(figures, near_cent, wanted)):
                figures = coded
        if figures is None:
            raise Failed(
                "On ne trouve pas la synthèse par client : aucune liste des clients, avec un total à côté.",
                EXPECTED,
                self._first_step("le code d'un client", "chaque client", "=SUMIFS({montant},{code_client},A5)"),
            )
        return self._summary("by_customer", figures, self.read_customer, self._words("total", amount))

    @cached_property
    def shares(self) -> Summary:
        """Each customer's part of the total, as a fraction or in percent.

        Raises:
            Failed: No figures beside customers are their shares.
        """

        def close(seen: float, wanted: float) -> bool:
            return abs(seen - wanted) <= SHARE_SLACK or abs(seen / 100 - wanted) <= SHARE_SLACK < abs(seen)

        return self._beside("shares", close, self._words("part", _percent), "part du total")

    @cached_property
    def ranks(self) -> Summary:
        """Each customer's rank.

        Raises:
            Failed: No figures beside customers are their ranks.
        """
        return self._beside("ranks", lambda seen, wanted: seen == wanted, self._words("rang", plain), "rang")

    @property
    def ranked_by_pivot(self) -> str:
        """The sheet of a pivot that shows ranks, which our office suite does not compute; '' when there is none."""
        return next(
            (sheet.name for sheet in self._book.sheets for pivot in sheet.pivots
             if any(show.startswith("rank") for show in pivot.shows)), "",
        )  # fmt: skip

    @cached_property
    def bases(self) -> Summary:
        """The amounts before tax by rate.

        Raises:
            Failed: There is no list of the rates.
        """
        return self._by_rate("bases", near_cent, "base")

    @cached_property
    def taxes(self) -> Summary:
        """The tax by rate.

        Raises:
            Failed: There is no list of the rates.
        """
        slack = self.analysis.slack
        return self._by_rate("taxes", lambda seen, wanted: abs(seen - wanted) < slack, "montant de TVA")

    def required(self, what: str) -> list[str]:
        """The keys that a summary must have: the period's months, the customers who have lines."""
        if what == "by_month":
            return list(self._months)
        figures: dict[str, float] = getattr(self.analysis, what)
        # A customer missing from the list of totals costs once.
        shown = self._numbers(lambda: self.customers) if what in ("shares", "ranks") else figures
        return [key for key in figures if key in shown]

    def wanted(self, what: str, analysis: Analysis, values: Values | None = None) -> list[dict[str, float]]:
        """What figures may be: by the lines and, for shares and ranks, by the totals that the workbook itself shows.

        So that a wrong total costs once.

        Args:
            what: A property of `Analysis`.
            analysis: Of the lines.
            values: Computed after a change; None for the workbook as it is.
        """
        found: list[dict[str, float]] = [getattr(analysis, "by_known_customer" if what == "by_customer" else what)]
        shown = self._numbers(lambda: self.customers, values) if what in ("shares", "ranks") else {}
        if shown and what == "ranks":
            found += [ranked(shown), ranked(shown, EXACT)]
        found += analysis.rounded_taxes if what == "taxes" else []
        for total in (sum(shown.values()), *analysis.totals) if what == "shares" else ():
            if total:
                found.append({code: value / total for code, value in shown.items()})
        return found

    def found(self) -> list[Summary]:
        """The totals by month and by customer, those there are, right or not.

        Raises:
            Failed: There are none.
        """
        totals = [one for one in (if_found(lambda: self.months), if_found(lambda: self.customers)) if one]
        if not totals:
            raise Failed(
                "On ne trouve aucune synthèse dans le classeur.",
                EXPECTED,
                "Commencez par les totaux des mois et des clients.",
                because=NO_SYNTHESIS,
            )
        return totals

    @property
    def absence(self) -> Sequence[str]:
        """The checks that tell that there is no synthesis at all; none when there is one, right or not."""
        return () if if_found(self.found) else NO_SYNTHESIS

    def charted(self, tried: Tried | None = None) -> list[Shown]:
        """What a chart may show: all months, or customers; in the workbook, or in a changed copy."""
        analysis, values = (tried.analysis, tried.values) if tried else (self.analysis, None)
        months, customers = analysis.by_month, analysis.by_customer
        least = len([month for month in self._months if months[month]])
        read_month = if_found(lambda: self.months.read) or self.read_month
        of_months = self._numbers(lambda: self.months, values)
        of_customers = self._numbers(lambda: self.customers, values)
        few = min(LEAST_CUSTOMERS, len(customers))
        return [
            Shown(read_month, [months, of_months], least, "mois", "mois"),
            Shown(self.read_customer, [customers, of_customers], few, "client", "clients"),
        ]

    # -- finding

    @cached_property
    def _codes(self) -> Mapping[str, str]:
        return codes_of(self._names, self._extraction.lines)

    def _numbers(self, find: Callable[[], Summary], values: Values | None = None) -> dict[str, float]:
        """The totals by month or by customer as they are shown, right or not; nothing when there are none."""
        summary = if_found(find)
        if summary is None:
            return {}
        figures = summary.figures if values is None else summary.after(values)
        return {key: value for key, value in figures.numbers().items() if value is not None}

    def _find(
        self, read: Reader, wanted: Sequence[Mapping[str, float]], least: int, close: Close = near_cent
    ) -> Figures | None:
        found = [one for grid in self._grids.values() for one in listings(grid, read, self._keeps(grid), least)]

        def near(value: float, key: str) -> bool:
            return any(one.get(key) and close(value, one[key]) for one in wanted)

        return best_figures(found, near)

    def _keeps(self, grid: Grid) -> Callable[[Spot], bool]:
        """Which cells of a sheet may be labels: those of the lines may not."""
        return lambda spot: not self._extraction.holds(grid, spot)

    def _summary(self, what: str, figures: Figures, read: Reader, words: Words, close: Close = near_cent) -> Summary:
        def rival() -> Figures | None:
            """The best of the lists that something calculates, right or not."""
            found = (
                one for grid in self._grids.values() for one in listings(grid, read, self._keeps(grid), LEAST_CUSTOMERS)
            )
            alive = [
                one for one in found if any(one.grid.live(spot) for spot in Figures(one, figures.line).spots.values())
            ]
            return best_figures(alive, lambda value, key: False)

        precedents, totals = Precedents(self._grids, self._book), self.analysis.totals
        return Summary(
            figures, read, words, self._extraction, self._book, precedents, totals, what=what, close=close, rival=rival
        )

    def _beside(self, what: str, close: Close, words: Words, told: str) -> Summary:
        """The figures of customers that are neither their totals nor another thing."""
        wanted = self.wanted(what, self.analysis)
        figures = self._find(self.read_customer, wanted, LEAST_CUSTOMERS, close)
        if figures is None or len(_right(figures, close, wanted)) < SEEN_SHARE * len(wanted[0]):
            figures = self._titled(TITLES[what])
        if figures is None:
            raise Failed(
                f"On ne trouve pas, à côté des clients, de colonne qui donne leur {told}.",
                f"Pour chaque client, sa {told}." if what == "shares" else f"Pour chaque client, son {told}.",
                self._step_beside(what),
                because=() if if_found(lambda: self.customers) else ["clients-justes"],
            )
        return self._summary(what, figures, self.read_customer, words, close)

    def _first_step(self, label: str, each: str, pattern: str, summary: Summary | None = None) -> str:
        """What to write first, cell by cell, for a list that is not there: from A5 on, or under the summary that is."""
        grid = summary.figures.grid if summary else None
        sheet, cell = (grid.name, f"A{grid.height + 3}") if grid else ("Synthèse", "A5")
        formula = self._extraction.formula(pattern.replace("A5", cell)) or "la somme de ses montants"
        return (
            f"Dans {'la' if grid else 'une'} feuille {quote(sheet)}, écrivez {label} en {cell}, par exemple, et à droite "
            f"{formula}. Faites de même pour {each}, l'un sous l'autre."
        )

    def _step_beside(self, what: str) -> str:
        """What to write first, cell by cell, for a column that lacks beside the customers' totals."""
        title = "« Part »" if what == "shares" else "« Rang »"
        step = f"À droite des totaux par client, ajoutez une colonne {title}."
        figures = if_found(lambda: self.customers.figures)
        if figures is None or not figures.listing.down:
            return step
        grid, rows, column = figures.grid, [spot.row for spot in figures.spots.values()], letters(figures.line)
        first, last = f"{column}{min(rows)}", max(rows)
        pattern = f"=RANK({first},${column}${min(rows)}:${column}${last})"
        where = ""
        if what == "shares":
            pattern, below = f"={first}/${column}${last + 1}", grid.number(Spot(last + 1, figures.line))
            whole = sum(number or 0.0 for number in figures.numbers().values())
            right = below is not None and near_cent(below, whole)
            where = f" ({column}{last + 1} {'est' if right else 'doit être'} le total général)"
        formula = in_french(pattern, calc=grid.calc)
        return f"{step} Dans la feuille {quote(grid.name)}, ligne {min(rows)}, écrivez-y {formula}{where}, puis recopiez vers le bas."

    def _titled(self, words: Set[str]) -> Figures | None:
        """The line beside the customers' totals whose title has one of these words, right or not."""
        return if_found(lambda: titled(self.customers.figures, words))

    def _by_rate(self, what: str, close: Close, noun: str) -> Summary:
        read, wanted = Rates(self._rates).read, self.wanted(what, self.analysis)
        figures = self._find(read, wanted, len(self._rates), close)
        if figures is not None and not _right(figures, close, wanted):
            figures = self._meant(figures, RATE_TITLES[what], "bases" if what == "taxes" else "taxes") or figures
        if figures is None:
            raise Failed(
                "On ne trouve pas de tableau de TVA : aucune liste des taux, avec un montant à côté.",
                "Une ligne par taux, avec sa base hors taxes et son montant de TVA.",
                self._first_step(
                    f"le taux {_percent(float(self._rates[0]))}",
                    "chaque taux",
                    "=SUMIFS({montant},{taux},A5)",
                    if_found(lambda: self.customers) or if_found(lambda: self.months),
                )
                + " À droite de la base, le montant de TVA est base × taux.",
            )
        words = Words("taux", "taux", lambda rate: f"taux {_percent(float(rate))}, {noun}", amount, noun)
        return self._summary(what, figures, read, words, close)

    def _meant(self, figures: Figures, words: Set[str], other: str) -> Figures | None:
        """Of lines that are all wrong, the one that means to be these figures: by its title, else the nearest.

        The line that gives the `other` figures rightly is none: no learner is sent to a cell that is right.
        """
        known, slack = self.wanted(other, self.analysis), self.analysis.slack
        lines = [
            one
            for one in lines_of(figures)
            if any(one.numbers().values()) and not _right(one, lambda seen, good: abs(seen - good) < slack, known)
        ]
        return min(lines, key=lambda one: not title_words(one) & words, default=None)

    def _words(self, noun: str, figure: Callable[[float], str]) -> Words:
        def label(code: str) -> str:
            return f"client {code}, {self._names[code]}" if code in self._names else f"client {code}"

        return Words("client", "clients", label, figure, noun)


def _right(figures: Figures, close: Close, wanted: Sequence[Mapping[str, float]]) -> list[str]:
    """The keys whose figure is one of those wanted."""
    return [
        key
        for key, value in figures.numbers().items()
        if value is not None and any(key in one and close(value, one[key]) for one in wanted)
    ]


def _percent(value: float) -> str:
    return f"{value * 100:.2f}".rstrip("0").rstrip(".").replace(".", ",") + " %"
