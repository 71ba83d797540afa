"""Amounts of documents, computed as Tryton 8.0 does: lines, VAT by group of lines, rounding half to even."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from etabli.exam.contract.errors import LabError

from .database import Database, Row, number, rounded
from .seasons import FIRST_DAY, TODAY

ZERO = Decimal("0.00")


def exact(line: Row) -> Decimal:
    """Returns quantity by unit price, not rounded."""
    return Decimal(str(line["quantity"] or 0)) * number(line["unit_price"])


def amount(line: Row) -> Decimal:
    """Returns the amount of a line."""
    return rounded(exact(line))


@dataclass
class Share:
    """What one tax takes on one document."""

    base: Decimal = ZERO
    tax: Decimal = ZERO


@dataclass(frozen=True)
class Sums:
    """Totals of a document, and its taxes by tax and by sign of the base."""

    untaxed: Decimal
    taxes: dict[tuple[int, bool], Share]

    @property
    def tax(self) -> Decimal:
        """All taxes."""
        return sum((share.tax for share in self.taxes.values()), ZERO)

    @property
    def total(self) -> Decimal:
        """Taxes included."""
        return self.untaxed + self.tax


class Taxes:
    """The taxes of a database, and which lines bear them."""

    def __init__(self, database: Database) -> None:
        self._rates: dict[int, Decimal] = {}
        self._applied: dict[int, int] = {}
        children = database["account_tax"].by("parent")
        for tax in database["account_tax"]:
            current = [child for child in children[tax["id"]] if self._current(child)] or [tax]
            if len(current) == 1 and current[0]["type"] == "percentage" and not current[0]["update_unit_price"]:
                self._applied[tax["id"]] = current[0]["id"]
                self._rates[current[0]["id"]] = number(current[0]["rate"])
        (setting,) = database["account_configuration_tax_rounding"].rows.values() or ({"tax_rounding": None},)
        self._by_line = setting["tax_rounding"] == "line"
        self._borne: dict[str, dict[int, int]] = {}
        for kind in ("account_invoice", "sale", "purchase"):
            self._borne[kind] = {row["line"]: row["tax"] for row in database[f"{kind}_line-account_tax"]}

    @staticmethod
    def _current(tax: Row) -> bool:
        """Tells whether a tax applies on every day of the history: « Taux normal » holds one tax for each epoch."""
        return (tax["start_date"] or "") <= FIRST_DAY.isoformat() and (tax["end_date"] or "9") >= TODAY.isoformat()

    def sums(self, kind: str, lines: Iterable[Row]) -> Sums:
        """Returns the totals of a document of kind `account_invoice`, `sale` or `purchase`."""
        shares: dict[tuple[int, bool], Share] = defaultdict(Share)
        untaxed = ZERO
        for line in lines:
            untaxed += amount(line)
            tax = self._borne[kind].get(line["id"])
            if tax is None:
                continue
            if tax not in self._applied:
                raise LabError("Une taxe de l'historique du PGI n'est pas un simple pourcentage.")
            tax = self._applied[tax]
            share = shares[tax, exact(line) >= 0]
            share.base += amount(line)
            part = number(line["unit_price"]) * self._rates[tax] * Decimal(str(line["quantity"] or 0))
            share.tax += rounded(part) if self._by_line else part
        for share in shares.values():
            share.tax = rounded(share.tax)
        return Sums(untaxed, dict(shares))
