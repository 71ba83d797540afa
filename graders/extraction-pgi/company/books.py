"""Whether the books of a company hold: what an accountant would check before trusting them."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from etabli.exam.contract.errors import LabError

from .database import CENT, number, rounded

Complaint = Iterator[str]


def check(connection: sqlite3.Connection) -> None:
    """Checks the books of a database.

    Raises:
        LabError: they do not hold; the sentence names the first thing that is wrong.
    """
    for rule in (moves, invoices, taxes, dates, reconciliations, sequences, orders, stocks):
        for complaint in rule(connection):
            raise LabError(f"Les comptes de l'entreprise ne tiennent pas : {complaint}")


def moves(connection: sqlite3.Connection) -> Complaint:
    """Every move is balanced, and a line is a debit or a credit."""
    for move, debit, credit in connection.execute("SELECT move, debit, credit FROM account_move_line"):
        if number(debit) and number(credit):
            yield f"une ligne de l'écriture {move} est au débit et au crédit."
    for move, value in _sums(connection, "SELECT move, debit, credit FROM account_move_line").items():
        if value:
            yield f"l'écriture {move} n'est pas équilibrée."


def invoices(connection: sqlite3.Connection) -> Complaint:
    """A posted invoice says what its lines, its taxes and its move say; a draft has no move."""
    lines = _amounts(connection, "account_invoice_line", "invoice")
    taxed = _sums(connection, "SELECT invoice, amount FROM account_invoice_tax")
    owed = _sums(
        connection,
        "SELECT i.id, l.debit, l.credit FROM account_invoice i "
        "JOIN account_move_line l ON l.move = i.move AND l.account = i.account",
    )
    query = (
        "SELECT id, type, state, number, move, untaxed_amount_cache, tax_amount_cache, total_amount_cache "
        "FROM account_invoice"
    )
    for key, kind, state, label, move, untaxed, tax, total in connection.execute(query):
        told = label or key
        if (state in {"posted", "paid"}) != bool(move and label):
            yield f"la facture {told} a une écriture ou un numéro de trop ou de moins."
        cached = [(untaxed, lines[key]), (tax, taxed[key]), (total, lines[key] + taxed[key])]
        if any(value is not None and number(value) != truth for value, truth in cached):
            yield f"les totaux de la facture {told} ne sont pas ceux de ses lignes."
        if move and owed[key] != (lines[key] + taxed[key]) * (1 if kind == "out" else -1):
            yield f"l'écriture de la facture {told} n'a pas son montant."


def taxes(connection: sqlite3.Connection) -> Complaint:
    """A tax is its rate of its base, to the cent, and all lines are the base of a tax.

    Only Tryton knows which tax a line's « Taux normal » stands for; here the rates and the sums tell.
    """
    bases: dict[int, Decimal] = defaultdict(Decimal)
    query = "SELECT x.invoice, x.base, x.amount, t.rate FROM account_invoice_tax x JOIN account_tax t ON t.id = x.tax"
    for invoice, base, amount, rate in connection.execute(query):
        bases[invoice] += number(base)
        # Tryton rounds the tax of exact amounts, and the base line by line: half a cent a line may part them.
        if abs(number(amount) - number(base) * number(rate)) > CENT * 3:
            yield f"une ligne de TVA de la facture {invoice} n'est pas juste."
    for invoice, value in _amounts(connection, "account_invoice_line", "invoice").items():
        if bases[invoice] != value:
            yield f"les lignes de TVA de la facture {invoice} ne couvrent pas ses lignes."


def dates(connection: sqlite3.Connection) -> Complaint:
    """A move is in the period of its date; that of an invoice has the invoice's accounting date."""
    query = (
        "SELECT m.number FROM account_move m JOIN account_period p ON p.id = m.period "
        "WHERE m.date NOT BETWEEN p.start_date AND p.end_date "
        "UNION SELECT i.number FROM account_invoice i JOIN account_move m ON m.id = i.move "
        "WHERE m.date <> COALESCE(i.accounting_date, i.invoice_date)"
    )
    for (label,) in connection.execute(query):
        yield f"la pièce {label} n'est pas dans la période de sa date."


def reconciliations(connection: sqlite3.Connection) -> Complaint:
    """What is reconciled adds up to nothing, for one party; an invoice is paid when its maturity is reconciled."""
    groups: dict[int, list[tuple[Decimal, int, int]]] = defaultdict(list)
    query = (
        "SELECT reconciliation, debit, credit, party, account FROM account_move_line WHERE reconciliation IS NOT NULL"
    )
    for key, debit, credit, party, account in connection.execute(query):
        groups[key].append((number(debit) - number(credit), party, account))
    for key, rows in groups.items():
        if sum(row[0] for row in rows) or len({row[1:] for row in rows}) != 1:
            yield f"le rapprochement {key} ne tombe pas juste."
    query = (
        "SELECT i.number, i.state, l.reconciliation IS NOT NULL FROM account_invoice i "
        "JOIN account_move_line l ON l.move = i.move AND l.account = i.account"
    )
    for label, state, settled in connection.execute(query):
        if (state == "paid") != bool(settled):
            yield f"la facture {label} est payée sans rapprochement, ou le contraire."


def sequences(connection: sqlite3.Connection) -> Complaint:
    """Invoices and moves are numbered without holes, and the next number is free."""
    query = (
        "SELECT s.id, s.prefix, s.padding, s.number_next_internal, n.number, n.date FROM ir_sequence_strict s "
        "JOIN (SELECT sequence AS id, number, invoice_date AS date FROM account_invoice WHERE number IS NOT NULL "
        "UNION ALL SELECT y.move_sequence, m.number, m.date FROM account_move m "
        "JOIN account_period p ON p.id = m.period JOIN account_fiscalyear y ON y.id = p.fiscalyear "
        "WHERE m.number IS NOT NULL) n ON n.id = s.id ORDER BY s.id, n.number"
    )
    found: dict[tuple[int, str, int, int], list[tuple[str, str]]] = defaultdict(list)
    for key, prefix, padding, following, label, moment in connection.execute(query):
        found[key, prefix, padding, following].append((label, moment))
    for (_key, prefix, padding, following), rows in found.items():
        wanted = [f"{prefix}{rank:0{padding}d}" for rank in range(1, following)]
        if [label for label, _moment in rows] != wanted or [moment for _label, moment in rows] != sorted(
            moment for _label, moment in rows
        ):
            yield f"les numéros « {prefix} » ont un trou ou ne suivent pas les dates."


def orders(connection: sqlite3.Connection) -> Complaint:
    """Orders say what their lines say, and are invoiced for what they order."""
    for kind in ("sale", "purchase"):
        sums = _amounts(connection, f"{kind}_line", kind)
        for key, label, untaxed in connection.execute(f"SELECT id, number, untaxed_amount_cache FROM {kind}_{kind}"):
            if untaxed is not None and number(untaxed) != sums[key]:
                yield f"la commande {label or key} n'a pas le total de ses lignes."
        query = (
            f"SELECT o.id FROM {kind}_line o JOIN account_invoice_line l ON l.origin = '{kind}.line,' || o.id "
            "WHERE l.quantity <> o.quantity OR l.product <> o.product OR l.unit_price <> o.unit_price"
        )
        for (key,) in connection.execute(query):
            yield f"une ligne de facture n'est pas celle de la commande (ligne {key})."


def stocks(connection: sqlite3.Connection) -> Complaint:
    """No product is ever short in the warehouse, at the end of a day."""
    levels: dict[int, float] = defaultdict(float)
    query = (
        "SELECT m.product, COALESCE(m.effective_date, m.planned_date) AS day, "
        "SUM(((t.type = 'storage') - (f.type = 'storage')) * m.internal_quantity) FROM stock_move m "
        "JOIN stock_location f ON f.id = m.from_location JOIN stock_location t ON t.id = m.to_location "
        "WHERE m.state = 'done' GROUP BY m.product, day ORDER BY m.product, day"
    )
    for product, moment, change in connection.execute(query):
        levels[product] += change
        if levels[product] < 0:
            yield f"le stock de l'article {product} est négatif le {moment}."


def _amounts(connection: sqlite3.Connection, table: str, owner: str) -> dict[int, Decimal]:
    """Adds up the amounts of lines, each rounded to the cent, by what they belong to."""
    sums: dict[int, Decimal] = defaultdict(Decimal)
    query = f"SELECT {owner}, quantity, unit_price FROM {table} WHERE type = 'line'"
    for key, quantity, price in connection.execute(query):
        sums[key] += rounded(Decimal(str(quantity)) * number(price))
    return sums


def _sums(connection: sqlite3.Connection, query: str) -> dict[int, Decimal]:
    """Adds up amounts, or debits less credits, by the first column."""
    sums: dict[int, Decimal] = defaultdict(Decimal)
    for key, plus, *minus in connection.execute(query):
        sums[key] += number(plus) - sum(map(number, minus))
    return sums
