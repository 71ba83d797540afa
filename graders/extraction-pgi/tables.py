"""The company's tables as Tryton exports them, for a learner who has no ERP: every line of them, in any state.

They are what the sheets say to export, fields and titles alike; to choose the right lines is the learner's work.
"""

from __future__ import annotations

import csv
import io
import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from .company.database import connect
from .company.generator import make_company
from .shape import Variant
from .truth import lines, number

STATES = "SELECT name, src, value FROM ir_translation WHERE lang = 'fr' AND type = 'selection' AND name LIKE '%,state'"
LEDGER = """
SELECT m.number, m.date, a.code, l.debit, l.credit, m.description, i.number
FROM account_move_line l JOIN account_move m ON m.id = l.move JOIN account_account a ON a.id = l.account
LEFT JOIN account_invoice i ON i.move = m.id WHERE m.state = 'posted' ORDER BY m.date, m.number, l.id
"""
OPEN = """
SELECT COALESCE(own.number, paid.number), p.code, COALESCE(l.maturity_date, due.maturity_date), l.debit, l.credit
FROM account_move_line l
JOIN account_account a ON a.id = l.account JOIN account_move m ON m.id = l.move JOIN party_party p ON p.id = l.party
LEFT JOIN account_invoice own ON own.move = m.id
LEFT JOIN "account_invoice-account_move_line" link ON link.line = l.id
LEFT JOIN account_invoice paid ON paid.id = link.invoice
LEFT JOIN account_move_line due ON due.move = paid.move AND due.account = paid.account
WHERE a.code LIKE '411%' AND m.state = 'posted' AND l.reconciliation IS NULL
"""
HOURS = """
SELECT l.date, l.duration, w.name FROM timesheet_line l JOIN timesheet_work w ON w.id = l.work ORDER BY l.date, l.id
"""
DELIVERED = """
SELECT t.name, m.quantity, m.effective_date, m.state FROM stock_move m JOIN stock_location d ON d.id = m.to_location
JOIN product_product p ON p.id = m.product JOIN product_template t ON t.id = p.template
WHERE d.type = 'customer' ORDER BY m.effective_date, m.id
"""
MADE = """
SELECT t.name, o.quantity, o.effective_date, o.state FROM production o
JOIN product_product p ON p.id = o.product JOIN product_template t ON t.id = p.template ORDER BY o.effective_date, o.id
"""
MOVED = ("Produit/Nom", "Quantité", "Date effective", "État (string)")
FIGURES = {
    "rh": ("lignes-de-releves.csv", HOURS, ("Date", "Durée", "Travail"), ""),
    "stock": ("mouvements-vers-les-clients.csv", DELIVERED, MOVED, "stock.move"),
    "production": ("productions.csv", MADE, MOVED, "production"),
}
"""For each figure that may be asked: file, SQL, titles, and the model whose state comes last."""


def csv_files(variant: Variant, atelier: bytes) -> dict[str, bytes]:
    """The tables that the sheets export: lines of invoices, the asked figure's, what customers owe, the ledger."""
    database = connect(make_company(atelier))
    try:
        states = {(row["name"].split(",")[0], row["src"]): row["value"] for row in database.execute(STATES)}
        figure, query, titles, model = FIGURES[variant.figure.kind]
        found = (tuple(row) for row in database.execute(query))
        rows = [(*row[:-1], _state(states, model, row[-1])) if model else row for row in found]
        return {
            "lignes-de-factures-client.csv": _invoice_lines(database, states),
            figure: _csv(titles, rows),
            "factures-client-comptabilisees.csv": _owed(database),
            "lignes-d-ecritures-comptables.csv": _csv(
                ("Mouvement/Numéro", "Date effective", "Compte", "Débit", "Crédit", "Description",
                 "Origine du mouvement/Nom de l'enregistrement"),
                ([*row[:3], number(row[3]), number(row[4]), *row[5:]] for row in database.execute(LEDGER)),
            ),
        }  # fmt: skip
    finally:
        database.close()


def _state(states: dict[tuple[str, str], str], model: str, state: str) -> str:
    return states[model, state.capitalize()]


def _invoice_lines(database: sqlite3.Connection, states: dict[tuple[str, str], str]) -> bytes:
    titles = ("Facture/Numéro", "Facture/Date de facturation", "Facture/État (string)", "Facture/Tiers/Code",
              "Facture/Tiers/Nom", "Compte/Code", "Produit/Nom", "Quantité", "Montant",
              "Taxe/Taux")  # fmt: skip
    rows = (
        (one.numero, one.date, _state(states, "account.invoice", line.state), one.code_client, one.client, one.compte,
         one.article, one.quantite, one.montant, one.taux)
        for line in lines(database)
        for one in [line.row]
    )  # fmt: skip
    return _csv(titles, rows)


def _owed(database: sqlite3.Connection) -> bytes:
    """What is left to pay of each posted invoice or credit note, payments that were typed for it deducted."""
    owed: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for invoice, code, due, debit, credit in database.execute(OPEN):
        owed[invoice, code, due] += number(debit) - number(credit)
    titles = ("Numéro", "Tiers/Code", "Montant à payer", "Lignes à payer/Date d'échéance")
    return _csv(titles, ((key[0], key[1], amount, key[2]) for key, amount in sorted(owed.items(), key=str)))


def _csv(titles: Iterable[str], rows: Iterable[Iterable[Any]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(titles)
    writer.writerows([_told(value) for value in row] for row in rows)
    return text.getvalue().encode()


def _told(value: Any) -> str:
    """A value as Tryton exports it without the local format: a point for decimals, ISO dates."""
    if isinstance(value, bytes):
        value = Decimal(value.decode())
    if isinstance(value, Decimal):
        return f"{value:f}"
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)
