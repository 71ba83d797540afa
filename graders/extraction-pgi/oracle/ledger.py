"""The general ledger beside the extraction: revenue accounts, VAT, and the entries that part them."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from ..shape import Booked, Entry, Ledger
from ..truth import Extraction, agree, number, text

LINES = """
SELECT m.id AS move, m.number AS numero, m.date AS date, m.description AS libelle, a.code AS compte, l.debit, l.credit,
       i.number AS piece, i.invoice_date, i.state, i.type
FROM account_move_line l
JOIN account_move m ON m.id = l.move
JOIN account_account a ON a.id = l.account
LEFT JOIN account_invoice i ON i.move = m.id
WHERE a.code LIKE '70%' AND m.state = 'posted' ORDER BY m.date, m.number, l.id
"""


@dataclass
class _Move:
    """What a move of the ledger tells, added up line by line."""

    numero: str
    piece: str | None
    date: str
    libelle: str | None
    accounts: set[str] = field(default_factory=set)
    montant: Decimal = Decimal(0)

    def told(self) -> Entry:
        return Entry(
            numero=self.numero,
            piece=self.piece,
            date=self.date,
            why="accounting_date" if self.piece else "od",
            libelle=self.libelle or f"Facture {self.piece}",
            compte=", ".join(sorted(self.accounts)),
            montant=text(self.montant),
        )


def compare(database: sqlite3.Connection, extraction: Extraction) -> Ledger:
    """Total of the 70 accounts by accounting date, what it has more than the extraction, and why, entry by entry.

    `gap` is ledger less extraction; the amounts of the entries (credit less debit, the other sign for what the
    extraction has and the ledger has not in the period) add up to it.
    """
    total = Decimal(0)
    sums: dict[str, Decimal] = defaultdict(Decimal)
    moves: dict[int, _Move] = {}
    lines: list[Booked] = []
    for row in database.execute(LINES):
        value = number(row["credit"]) - number(row["debit"])
        booked = extraction.start <= row["date"] <= extraction.end
        listed = bool(row["piece"]) and extraction.start <= row["invoice_date"] <= extraction.end
        total += value if booked else 0
        sums[row["compte"]] += value if listed else 0
        if booked or listed:
            debit, credit = (text(number(row[side])) for side in ("debit", "credit"))
            lines.append(Booked(row["numero"], row["date"], row["compte"], debit, credit, row["piece"] or ""))
        if booked != listed:
            told = (row[name] for name in ("numero", "piece", "date", "libelle"))
            move = moves.setdefault(row["move"], _Move(*told))
            move.montant += value if booked else -value
            move.accounts.add(row["compte"])
    agree(
        {code: value for code, value in sums.items() if value},
        {code: value for code, value in extraction.by(lambda one: one.compte).items() if value},
        "comptes 70 des factures",
    )
    gap = total - extraction.total
    agree(gap, sum((move.montant for move in moves.values()), Decimal(0)), "écart avec le grand livre")
    _vat(database, extraction)
    return Ledger(text(total), text(gap), tuple(move.told() for move in moves.values()), tuple(lines))


def _vat(database: sqlite3.Connection, extraction: Extraction) -> None:
    """Checks the VAT of the invoices against the collected VAT that their moves book."""
    query = """
    SELECT l.debit, l.credit FROM account_move_line l JOIN account_invoice i ON i.move = l.move JOIN account_account a ON a.id = l.account
    WHERE i.type = 'out' AND i.state IN ('posted', 'paid') AND i.invoice_date BETWEEN ? AND ? AND a.code LIKE '4457%'"""
    booked = sum(
        (number(c) - number(d) for d, c in database.execute(query, (extraction.start, extraction.end))), Decimal(0)
    )
    told = sum((number(vat.tax) for vat in extraction.vat().values()), Decimal(0))
    agree(told, booked, "TVA collectée")
