"""A history is kept only when its books hold: the ledger, the invoices, the reconciliations, and the French FEC."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections import defaultdict
from decimal import Decimal
from importlib import metadata
from typing import Any

from .office import Office

ZERO = Decimal(0)


class Broken(Exception):
    """The history does not hold, and why."""


def verify(office: Office) -> dict[str, Any]:
    """Checks the database; returns what a reader may want to know of it.

    Raises:
        Broken: The books do not hold.
    """
    link = sqlite3.connect(f"file:{office.file}?mode=ro", uri=True)
    try:
        _ledger(link)
        _invoices(link)
        _reconciliations(link)
        facts = _facts(link)
    finally:
        link.close()
    facts["fec"] = {year: _fec(office, year) for year in ("2025", "2026")}
    return facts


def amount(stored: Any) -> Decimal:
    """Returns a stored number: Tryton keeps a decimal as the bytes of its text, a quantity as a float."""
    return Decimal(stored.decode() if isinstance(stored, bytes) else str(stored or 0))


def _sums(link: sqlite3.Connection, query: str) -> dict[Any, Decimal]:
    """Returns sums by key, exact: SQL would add floats."""
    sums: dict[Any, Decimal] = defaultdict(lambda: ZERO)
    for key, *amounts in link.execute(query):
        sums[key] += amount(amounts[0]) - (amount(amounts[1]) if len(amounts) > 1 else ZERO)
    return sums


def _expect(label: str, wrong: Any) -> None:
    if wrong:
        raise Broken(f"{label}: {wrong!r}"[:500])


def _ledger(link: sqlite3.Connection) -> None:
    moves = _sums(link, "SELECT move, debit, credit FROM account_move_line")
    _expect("moves that do not balance", {move: total for move, total in moves.items() if total})
    query = (
        "SELECT m.number FROM account_move m JOIN account_period p ON p.id = m.period "
        "WHERE m.state != 'posted' OR m.date NOT BETWEEN p.start_date AND p.end_date"
    )
    _expect("moves not posted, or outside their period", link.execute(query).fetchall())


def _invoices(link: sqlite3.Connection) -> None:
    """Posted invoices say what their moves say; their lines and taxes too."""
    posted = "account_invoice i WHERE i.move IS NOT NULL"
    totals = _sums(link, f"SELECT i.id, i.total_amount_cache FROM {posted}")
    sides = (
        "CASE i.type WHEN 'out' THEN l.debit ELSE l.credit END, CASE i.type WHEN 'out' THEN l.credit ELSE l.debit END"
    )
    own = "account_invoice i JOIN account_move_line l ON l.move = i.move AND l.account = i.account"
    _same("totals and ledger", totals, _sums(link, f"SELECT i.id, {sides} FROM {own}"))
    net = _sums(link, f"SELECT i.id, i.untaxed_amount_cache FROM {posted}")
    lines: dict[Any, Decimal] = defaultdict(lambda: ZERO)
    for key, quantity, price in link.execute("SELECT invoice, quantity, unit_price FROM account_invoice_line"):
        lines[key] += (amount(quantity) * amount(price)).quantize(Decimal("0.01"))
    _same("net amounts and lines", net, lines)
    tax = _sums(link, "SELECT invoice, amount FROM account_invoice_tax")
    _same("totals and taxes", totals, {key: net[key] + tax[key] for key in net})


def _same(label: str, wanted: dict[Any, Decimal], found: dict[Any, Decimal]) -> None:
    _expect(label, {key: (wanted[key], found.get(key)) for key in wanted if wanted[key] != found.get(key)})


def _reconciliations(link: sqlite3.Connection) -> None:
    groups = _sums(link, "SELECT reconciliation, debit, credit FROM account_move_line WHERE reconciliation IS NOT NULL")
    _expect("reconciliations that do not balance", {group for group, total in groups.items() if total})
    query = (
        "SELECT i.number, i.state FROM account_invoice i WHERE i.move IS NOT NULL AND (i.state = 'paid') != NOT EXISTS "
        "(SELECT 1 FROM account_move_line l"
        " WHERE l.move = i.move AND l.account = i.account AND l.reconciliation IS NULL)"
    )
    _expect("invoices whose state is not what the ledger says", link.execute(query).fetchall())


def _fec(office: Office, year: str) -> dict[str, Any]:
    """Exports the FEC with Tryton's own wizard and adds it up."""
    content = b""

    def export() -> None:
        nonlocal content
        wizard = office.get("account.fr.fec", "wizard")
        session, _, _ = wizard.create()
        (fiscal,) = office.get("account.fiscalyear").search([("name", "=", year)])
        start = {"fiscalyear": fiscal.id, "type": "is-bic", "deferral_period": None}
        answer = wizard.execute(session, {"start": start}, "generate")
        content = answer["view"]["defaults"]["file"]

    office.work(export)
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8")), delimiter="\t"))
    debit, credit = (sum((Decimal(row[name].replace(",", ".")) for row in rows), ZERO) for name in ("Debit", "Credit"))
    if not rows or debit != credit:
        raise Broken(f"FEC {year}: {len(rows)} rows, {debit} / {credit}")
    return {"rows": len(rows), "debit": str(debit)}


_OUT = "FROM account_invoice WHERE type = 'out' AND"
_MOVES = "FROM account_move m JOIN account_journal j ON j.id = m.journal WHERE"
COUNTS = {
    "customers": "SELECT count(DISTINCT party) FROM sale_sale",
    "suppliers": "SELECT count(DISTINCT party) FROM purchase_purchase",
    "products": "SELECT count(*) FROM product_product",
    "employees": "SELECT count(*) FROM company_employee",
    "sales": "SELECT count(*) FROM sale_sale",
    "customer_invoices": f"SELECT count(*) {_OUT} move IS NOT NULL AND sequence_type_cache = 'invoice'",
    "credit_notes": f"SELECT count(*) {_OUT} move IS NOT NULL AND sequence_type_cache = 'credit_note'",
    "paid_invoices": f"SELECT count(*) {_OUT} state = 'paid' AND sequence_type_cache = 'invoice'",
    "draft_invoices": f"SELECT count(*) {_OUT} state = 'draft'",
    "cancelled_invoices": f"SELECT count(*) {_OUT} state = 'cancelled'",
    "invoices_booked_in_another_month": f"SELECT count(*) {_OUT} accounting_date IS NOT NULL",
    "supplier_invoices": "SELECT count(*) FROM account_invoice WHERE type = 'in'",
    "payments": f"SELECT count(*) {_MOVES} j.code = 'BQ'",
    "manual_entries": f"SELECT count(*) {_MOVES} j.code = 'OD'",
    "moves": "SELECT count(*) FROM account_move",
    "stock_moves": "SELECT count(*) FROM stock_move",
    "productions": "SELECT count(*) FROM production",
    "timesheet_lines": "SELECT count(*) FROM timesheet_line",
}


def _facts(link: sqlite3.Connection) -> dict[str, Any]:
    sold = _sums(link, f"SELECT 'all', untaxed_amount_cache {_OUT} move IS NOT NULL")
    first, last = link.execute("SELECT min(date), max(date) FROM account_move").fetchone()
    return {
        "versions": {name: metadata.version(name) for name in ("trytond", "trytond-account", "trytond-account-fr")},
        "period": {"from": first, "to": last},
        "sold": str(sold["all"]),
        "counts": {name: link.execute(query).fetchone()[0] for name, query in COUNTS.items()},
    }
