"""What the lines of a workbook add up to: the figures its formulas show and its note quotes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

from .rows import Data, Row

CENT = Decimal("0.01")
BUCKETS = ("non_echu", "1_30", "31_60", "61_90", "plus_90")


@dataclass(frozen=True)
class Figures:
    """Sums over lines; aged receivables, ledger and the other figure come from the variant."""

    data: Data
    rows: tuple[Row, ...]

    @cached_property
    def by_month(self) -> dict[str, Decimal]:
        """Every month of the period, even one without sales."""
        return {
            month: _sum(row for row in self.rows if _month(row) == month) for month in self.data["period"]["months"]
        }

    @cached_property
    def by_customer(self) -> dict[str, Decimal]:
        """Code → total, in the order of codes."""
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for row in self.rows:
            sums[str(row["code_client"])] += _amount(row)
        return dict(sorted(sums.items()))

    @cached_property
    def names(self) -> dict[str, str]:
        """Code → name."""
        return {str(row["code_client"]): str(row["client"]) for row in self.rows}

    @cached_property
    def total(self) -> Decimal:
        """All lines."""
        return _sum(self.rows)

    @cached_property
    def of_months(self) -> Decimal:
        """What the months of the period add up to."""
        return sum(self.by_month.values(), Decimal())

    @cached_property
    def vat(self) -> dict[str, tuple[Decimal, Decimal]]:
        """Rate → base, tax."""
        bases = {rate: _sum(r for r in self.rows if r["taux"] == Decimal(rate)) for rate in self.data["rates"]}
        return {rate: (base, rounded(base * Decimal(rate))) for rate, base in bases.items()}

    @cached_property
    def ranking(self) -> list[str]:
        """Codes, the best customer first."""
        return sorted(self.by_customer, key=lambda code: (-self.by_customer[code], code))

    def share(self, code: str) -> Decimal:
        """A customer's part of the whole."""
        return self.by_customer[code] / self.total


def rounded(amount: Decimal) -> Decimal:
    """To the cent, as people round."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def _month(row: Row) -> str:
    return f"{row['date']:%Y-%m}"


def _amount(row: Row) -> Decimal:
    return Decimal(row["montant"])


def _sum(rows: Iterable[Row]) -> Decimal:
    return sum((_amount(row) for row in rows), Decimal())
