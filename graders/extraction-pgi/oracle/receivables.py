"""Aged receivables: what customers owe at a date, by how late it is."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from datetime import date
from decimal import Decimal

from ..shape import Due
from ..truth import agree, number, text

BUCKETS = (("non_echu", None, 0), ("1_30", 1, 30), ("31_60", 31, 60), ("61_90", 61, 90), ("plus_90", 91, None))
"""Days late, both included."""
# A payment that is not reconciled yet has no maturity: it is set against the invoice it was typed for.
OPEN = """
SELECT p.code, l.debit, l.credit, COALESCE(l.maturity_date, due.maturity_date) AS maturity,
       COALESCE(own.number, i.number) AS numero
FROM account_move_line l
JOIN account_account a ON a.id = l.account
JOIN account_move m ON m.id = l.move
JOIN party_party p ON p.id = l.party
LEFT JOIN "account_invoice-account_move_line" paid ON paid.line = l.id
LEFT JOIN account_invoice i ON i.id = paid.invoice
LEFT JOIN account_move_line due ON due.move = i.move AND due.account = i.account
LEFT JOIN account_invoice own ON own.move = m.id
WHERE a.code LIKE '411%' AND m.state = 'posted' AND l.reconciliation IS NULL AND m.date <= :today
"""
BALANCE = """
SELECT p.code, l.debit, l.credit FROM account_move_line l
JOIN account_account a ON a.id = l.account JOIN account_move m ON m.id = l.move JOIN party_party p ON p.id = l.party
WHERE a.code LIKE '411%' AND m.state = 'posted' AND m.date <= :today
"""


def bucket(maturity: str, today: str) -> str:
    """The name of the bucket of a maturity."""
    late = (date.fromisoformat(today) - date.fromisoformat(maturity)).days
    return next(name for name, low, high in BUCKETS if (low is None or late >= low) and (high is None or late <= high))


def dues(database: sqlite3.Connection, today: str) -> tuple[Due, ...]:
    """The lines of these receivables, one per invoice and maturity."""
    sums: dict[tuple[str, str, str], list[Decimal]] = defaultdict(list)
    for code, debit, credit, maturity, numero in database.execute(OPEN, {"today": today}):
        sums[numero, code, maturity].append(number(debit) - number(credit))
    found = []
    for (numero, code, maturity), values in sorted(sums.items()):
        asked = max(values) if max(values) > 0 else sum(values, Decimal(0))
        left = sum(values, Decimal(0))
        found.append(Due(numero, code, maturity, text(left), text(asked - left)))
    return tuple(found)


def aged(database: sqlite3.Connection, today: str) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """What each customer owes in each bucket, and the totals; checked against the balance of the 411 accounts."""
    sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: {name: Decimal(0) for name, _low, _high in BUCKETS})
    for code, debit, credit, maturity, _ in database.execute(OPEN, {"today": today}):
        sums[code][bucket(maturity, today)] += number(debit) - number(credit)
    balances: dict[str, Decimal] = defaultdict(Decimal)
    for code, debit, credit in database.execute(BALANCE, {"today": today}):
        balances[code] += number(debit) - number(credit)
    owed = {code: sum(parts.values(), Decimal(0)) for code, parts in sums.items()}
    agree({c: v for c, v in owed.items() if v}, {c: v for c, v in balances.items() if v}, "balance des comptes 411")
    told = {
        code: {**{name: text(value) for name, value in parts.items()}, "total": text(owed[code])}
        for code, parts in sorted(sums.items())
    }
    totals = {name: text(sum((parts[name] for parts in sums.values()), Decimal(0))) for name, _low, _high in BUCKETS}
    return told, {**totals, "total": text(sum(owed.values(), Decimal(0)))}
