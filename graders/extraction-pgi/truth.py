"""The oracle: what a right extraction holds, read by SQL in the candidate's own database.

It shares no rule with what made that database. The amount of a line is computed here once more; the sums are checked
against what Tryton stores beside it: totals and VAT of the invoices here, the general ledger in `oracle/ledger.py`.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from etabli.exam.contract.errors import LabError

from .shape import Row, Stray, Vat

CENT = Decimal("0.01")
LINES = """
SELECT i.number AS numero, i.invoice_date AS date, p.code AS code_client, p.name AS client, a.code AS compte,
       t.name AS article, pr.code AS article_code, l.quantity AS quantite, l.unit_price AS price, i.state AS state,
       i.sequence_type_cache = 'credit_note' AS credit, i.id AS invoice,
       (SELECT r.rate FROM "account_invoice_line-account_tax" lt JOIN account_tax r ON r.id = lt.tax OR r.parent = lt.tax
        JOIN account_invoice_tax x ON x.tax = r.id AND x.invoice = i.id WHERE lt.line = l.id) AS taux
FROM account_invoice_line l
JOIN account_invoice i ON i.id = l.invoice
JOIN party_party p ON p.id = i.party
JOIN account_account a ON a.id = l.account
JOIN product_product pr ON pr.id = l.product
JOIN product_template t ON t.id = pr.template
WHERE l.type = 'line' AND i.type = :type
ORDER BY i.invoice_date, i.number, l.sequence, l.id
"""
VALID = ("posted", "paid")


@dataclass(frozen=True)
class InvoiceLine:
    """A line of an invoice of Tryton, in any state; what it lacks is empty."""

    row: Row
    state: str
    invoice: int


def number(value: object) -> Decimal:
    """An amount of Tryton's SQLite: the text of a decimal, in bytes."""
    return Decimal(value.decode()) if isinstance(value, bytes) else Decimal(str(value or 0))


def text(value: Decimal) -> str:
    """An amount as the variant writes it."""
    return str(value.quantize(CENT))


def agree(told: object, found: object, what: str) -> None:
    """Raises LabError when two ways to the same figure part."""
    if told != found:
        raise LabError(f"L'oracle ne s'accorde pas avec la base du PGI ({what}) : {told} et {found}.")


def lines(database: sqlite3.Connection, kind: str = "out") -> list[InvoiceLine]:
    """All lines of invoices, `out` to customers or `in` from suppliers, in the order of dates."""
    found = []
    for row in database.execute(LINES, {"type": kind}):
        price, quantity = number(row["price"]), Decimal(str(row["quantite"]))
        told = Row(
            numero=row["numero"] or "",
            date=row["date"] or "",
            code_client=row["code_client"],
            client=row["client"],
            compte=row["compte"],
            article=row["article"],
            article_code=row["article_code"],
            quantite=str(quantity.normalize()) if quantity % 1 else str(int(quantity)),
            credit=bool(row["credit"]),
            taux=str(number(row["taux"])) if row["taux"] is not None else "",
            montant=text((quantity * price).quantize(CENT, ROUND_HALF_EVEN)),
        )
        found.append(InvoiceLine(told, row["state"], row["invoice"]))
    return found


class Extraction:
    """The demanded lines, and those that must not be there."""

    def __init__(self, database: sqlite3.Connection, start: str, end: str) -> None:
        self.database, self.start, self.end = database, start, end
        everything = lines(database)
        valid = [line for line in everything if line.state in VALID]
        self.inside = [line for line in valid if start <= line.row.date <= end]
        self.total = sum((number(line.row.montant) for line in self.inside), Decimal(0))
        self.outside = {
            "draft": _brief(line for line in everything if line.state == "draft"),
            "cancelled": _brief(line for line in everything if line.state == "cancelled"),
            "before": _brief(line for line in valid if line.row.date < start),
            "after": _brief(line for line in valid if line.row.date > end),
            "supplier": _brief(line for line in lines(database, "in") if start <= line.row.date <= end),
        }
        self._check()

    def rows(self) -> tuple[Row, ...]:
        """The lines as a right workbook has them."""
        return tuple(line.row for line in self.inside)

    def by(self, key: Callable[[Row], str]) -> dict[str, Decimal]:
        """The total for each key."""
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for line in self.inside:
            sums[key(line.row)] += number(line.row.montant)
        return dict(sorted(sums.items()))

    def vat(self) -> dict[str, Vat]:
        """Base and tax of each rate, from the VAT lines of the invoices."""
        query = """
        SELECT t.rate, x.base, x.amount FROM account_invoice_tax x JOIN account_tax t ON t.id = x.tax JOIN account_invoice i ON i.id = x.invoice
        WHERE i.type = 'out' AND i.state IN ('posted', 'paid') AND i.invoice_date BETWEEN ? AND ?"""
        sums: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
        for rate, base, amount in self.database.execute(query, (self.start, self.end)):
            sums[str(number(rate))][0] += number(base)
            sums[str(number(rate))][1] += number(amount)
        bases = {rate: base for rate, (base, _tax) in sums.items()}
        agree(dict(sorted(bases.items())), self.by(lambda row: row.taux), "bases de TVA")
        return {rate: Vat(text(base), text(tax)) for rate, (base, tax) in sorted(sums.items(), reverse=True)}

    def _check(self) -> None:
        """Checks the lines against the totals Tryton keeps with each invoice."""
        if any(not line.row.numero or not line.row.taux for line in self.inside):
            raise LabError("Une ligne de facture validée n'a pas de numéro ou pas de taux de TVA.")
        sums: dict[int, Decimal] = defaultdict(Decimal)
        for line in self.inside:
            sums[line.invoice] += number(line.row.montant)
        query = """
        SELECT id, untaxed_amount_cache FROM account_invoice
        WHERE type = 'out' AND state IN ('posted', 'paid') AND invoice_date BETWEEN ? AND ?"""
        told = {key: number(value) for key, value in self.database.execute(query, (self.start, self.end))}
        agree(told, dict(sums), "totaux HT des factures")


def _brief(found: Iterable[InvoiceLine]) -> tuple[Stray, ...]:
    rows = (line.row for line in found)
    return tuple(Stray(row.numero or None, row.date, row.code_client, row.montant) for row in rows)
