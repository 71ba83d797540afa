"""What the candidate's own lines give: totals, shares, ranks, VAT. Figures in euros, by the keys of the variant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from .extraction import ExtractLine, sums
from .meaning import as_key, as_words

HALF_CENT = 0.005


@dataclass(frozen=True)
class Analysis:
    """The sums of some lines.

    Args:
        lines: Of the extraction, as handed in or as changed.
        months: Of the period.
        codes: Key → code of a customer.
        rates: As the variant writes them.
    """

    lines: Sequence[ExtractLine]
    months: Sequence[str]
    codes: Mapping[str, str]
    rates: Sequence[str]

    @cached_property
    def by_month(self) -> dict[str, float]:
        """Euros by month of the period, and of other months that lines have by mistake."""
        found = {month: 0 for month in self.months} | sums(self.lines, lambda line: line.month)
        return {month: value / 100 for month, value in found.items() if month}

    @cached_property
    def by_customer(self) -> dict[str, float]:
        """Euros by customer's code, of those who have lines."""
        found = sums(self.lines, lambda line: line.code)
        return {self.codes.get(key, key): value / 100 for key, value in found.items() if key}

    @property
    def by_known_customer(self) -> dict[str, float]:
        """The same, and nothing for those who have no line."""
        return dict.fromkeys(self.codes.values(), 0.0) | self.by_customer

    @cached_property
    def totals(self) -> tuple[float, ...]:
        """What a grand total may be: of all lines, of the period's months."""
        months = sum(self.by_month[month] for month in self.months)
        return (sum(line.cents for line in self.lines) / 100, round(months, 2))

    @cached_property
    def shares(self) -> dict[str, float]:
        """Part of the total by customer, as a fraction."""
        total = self.totals[0]
        return {code: value / total for code, value in self.by_customer.items()} if total else {}

    @cached_property
    def ranks(self) -> dict[str, float]:
        """Rank by customer."""
        return ranked(self.by_customer)

    @cached_property
    def bases(self) -> dict[str, float]:
        """Euros before tax by rate."""
        found = {rate: 0 for rate in self.rates}
        for line in self.lines:
            for rate in self.rates:
                if line.rate is not None and abs(line.rate - float(rate)) < 1e-6:
                    found[rate] += line.cents
        return {rate: value / 100 for rate, value in found.items()}

    @cached_property
    def taxes(self) -> dict[str, float]:
        """Tax by rate: the base times the rate."""
        return {rate: base * float(rate) for rate, base in self.bases.items()}

    @cached_property
    def rounded_taxes(self) -> list[dict[str, float]]:
        """The same, rounded line by line, then invoice by invoice: both are ways to make it."""
        by_invoice: dict[tuple[str, str], int] = {}
        by_line = dict.fromkeys(self.rates, 0)
        for line in self.lines:
            for rate in self.rates:
                if line.rate is not None and abs(line.rate - float(rate)) < 1e-6:
                    by_line[rate] += _taxed(line.cents, rate)
                    by_invoice[line.numero, rate] = by_invoice.get((line.numero, rate), 0) + line.cents
        whole = dict.fromkeys(self.rates, 0)
        for (_, rate), base in by_invoice.items():
            whole[rate] += _taxed(base, rate)
        return [{rate: value / 100 for rate, value in one.items()} for one in (by_line, whole)]

    @cached_property
    def slack(self) -> float:
        """How far a tax may be from one of these: it may be rounded month by month, or customer by customer."""
        return 0.01 + HALF_CENT * max(len(self.by_month), len(self.by_customer))


def _taxed(base: int, rate: str) -> int:
    """The tax of some cents, to the cent, as people round it."""
    tax = (abs(base) * round(float(rate) * 1000) + 500) // 1000
    return -tax if base < 0 else tax


def ranked(totals: Mapping[str, float], digits: int = 2) -> dict[str, float]:
    """Ranks from the highest total; equals, to so many digits, share a rank."""
    values = [round(value, digits) for value in totals.values()]
    return {key: 1.0 + sum(other > round(value, digits) for other in values) for key, value in totals.items()}


def codes_of(customers: Iterable[str], lines: Sequence[ExtractLine]) -> dict[str, str]:
    """Key → code: of Tryton's customers, and of whatever else the lines name."""
    known = {as_key(code): code for code in customers}
    for line in lines:
        known.setdefault(line.code, as_words(line.cells.get("code_client")))
    known.pop("", None)
    return known
