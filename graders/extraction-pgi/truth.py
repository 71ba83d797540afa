"""The oracle: what a right extraction holds, read by SQL in the candidate's own database.

It shares no rule with what made that database. The amount of a line is computed here once more; the sums are checked
against what Tryton stores beside it: totals and VAT of the invoices here, the general ledger in `oracle/ledger.py`.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from etabli.exam.contract.errors import LabError

Row = dict[str, Any]
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


def lines(database: sqlite3.Connection, kind: str = "out") -> list[Row]:
    """All lines of invoices, `out` to customers or `in` from suppliers, in the order of dates."""
    found = []
    for row in database.execute(LINES, {"type": kind}):
        line = dict(row)
        price, quantity = number(line.pop("price")), Decimal(str(line["quantite"]))
        line["montant"] = text((quantity * price).quantize(CENT, ROUND_HALF_EVEN))
        line["quantite"] = str(quantity.normalize()) if quantity % 1 else str(int(quantity))
        line["taux"] = str(number(line["taux"])) if line["taux"] is not None else None
        line["credit"] = bool(line["credit"])
        found.append(line)
    return found


class Extraction:
    """The demanded lines, and those that must not be there."""

    def __init__(self, database: sqlite3.Connection, start: str, end: str) -> None:
        self.database, self.start, self.end = database, start, end
        everything = lines(database)
        valid = [line for line in everything if line["state"] in VALID]
        self.inside = [line for line in valid if start <= line["date"] <= end]
        self.total = sum((number(line["montant"]) for line in self.inside), Decimal(0))
        self.outside = {
            "draft": _brief(line for line in everything if line["state"] == "draft"),
            "cancelled": _brief(line for line in everything if line["state"] == "cancelled"),
            "before": _brief(line for line in valid if line["date"] < start),
            "after": _brief(line for line in valid if line["date"] > end),
            "supplier": _brief(line for line in lines(database, "in") if start <= line["date"] <= end),
        }
        self._check()

    def rows(self) -> list[Row]:
        """The lines as a right workbook has them."""
        hidden = {"state", "invoice"}
        return [{name: value for name, value in line.items() if name not in hidden} for line in self.inside]

    def by(self, key: str) -> dict[str, Decimal]:
        """The total for each value of a column; `month` is the month of the date."""
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for line in self.inside:
            sums[line["date"][:7] if key == "month" else line[key]] += number(line["montant"])
        return dict(sorted(sums.items()))

    def vat(self) -> dict[str, dict[str, str]]:
        """Base and tax of each rate, from the VAT lines of the invoices."""
        query = """
        SELECT t.rate, x.base, x.amount FROM account_invoice_tax x JOIN account_tax t ON t.id = x.tax JOIN account_invoice i ON i.id = x.invoice
        WHERE i.type = 'out' AND i.state IN ('posted', 'paid') AND i.invoice_date BETWEEN ? AND ?"""
        sums: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
        for rate, base, amount in self.database.execute(query, (self.start, self.end)):
            sums[str(number(rate))][0] += number(base)
            sums[str(number(rate))][1] += number(amount)
        bases = {rate: base for rate, (base, _tax) in sums.items()}
        agree(dict(sorted(bases.items())), self.by("taux"), "bases de TVA")
        return {
            rate: {"base": text(base), "tax": text(tax)} for rate, (base, tax) in sorted(sums.items(), reverse=True)
        }

    def _check(self) -> None:
        """Checks the lines against the totals Tryton keeps with each invoice."""
        if any(not line["numero"] or line["taux"] is None for line in self.inside):
            raise LabError("Une ligne de facture validée n'a pas de numéro ou pas de taux de TVA.")
        sums: dict[int, Decimal] = defaultdict(Decimal)
        for line in self.inside:
            sums[line["invoice"]] += number(line["montant"])
        query = """
        SELECT id, untaxed_amount_cache FROM account_invoice
        WHERE type = 'out' AND state IN ('posted', 'paid') AND invoice_date BETWEEN ? AND ?"""
        told = {key: number(value) for key, value in self.database.execute(query, (self.start, self.end))}
        agree(told, dict(sums), "totaux HT des factures")


def _brief(found: Iterable[Row]) -> list[Row]:
    return [{name: line[name] for name in ("numero", "date", "code_client", "montant")} for line in found]
