"""What each candidate of `extraction-pgi` gets: a company in Tryton, a demand, and the truth about it.

Company, demand and truth come from the workshop's seed whatever the purpose, for the workbook is about them; which lines
the checks change and add to try the formulas is drawn by each exam (`changes.py`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from etabli.exam.contract.draw import Draw
from etabli.exam.contract.plain import plain

from .company.database import connect
from .company.generator import make_company
from .company.seasons import TODAY, make_season
from .oracle import demand, figures, ledger, personal, receivables
from .shape import Variant
from .tables import csv_files
from .truth import Extraction, text

__all__ = ["csv_files", "erp", "files", "make", "sujet"]

HIDDEN = ("rows", "by_month", "by_customer", "total", "vat", "shares", "ranks", "figure_value", "outside", "credit_notes",
          "aged", "aged_totals", "dues", "ledger", "customers", "namesakes", "personal")  # fmt: skip
"""Keys that the sujet never has."""


def make(atelier: bytes, rows: bytes) -> Variant:
    """A variant: everything from `atelier`, nothing from `rows`."""
    return _of_company(atelier)


@cache
def _of_company(atelier: bytes) -> Variant:
    """The workshop's own; a candidate's brief and their exam ask for the same company."""
    database = connect(make_company(atelier))
    try:
        return _make(database, atelier)
    finally:
        database.close()


def erp(atelier: bytes) -> bytes:
    """The database of the candidate's Tryton."""
    return make_company(atelier)


def sujet(variant: Variant) -> dict[str, Any]:
    """All that the brief says, for machines: nothing hidden."""
    return {name: value for name, value in plain(variant).items() if name not in HIDDEN}


def files(variant: Variant) -> dict[str, bytes]:
    """Nothing goes in `donnees/`: all is in the ERP."""
    return {}


def _make(database: sqlite3.Connection, atelier: bytes) -> Variant:
    draw, season = Draw(b"demande|" + atelier), make_season(atelier)
    start, end = season.start.isoformat(), season.end.isoformat()
    extraction = Extraction(database, start, end)
    figure, value = figures.make(database, draw, start, end)
    aged, totals = receivables.aged(database, TODAY.isoformat())
    rows, customers = extraction.rows(), personal.customers(database)
    period = demand.period(season)
    by_month = extraction.by(lambda row: row.month)
    by_customer = extraction.by(lambda row: row.code_client)
    ordered = sorted(by_customer, key=lambda code: -by_customer[code])
    return Variant(
        company=demand.company(database, atelier),
        today=TODAY.isoformat(),
        period=period,
        manager=demand.manager(database, draw),
        columns=demand.COLUMNS,
        accounts=tuple(sorted({row.compte for row in rows})),
        rates=tuple(sorted({row.taux for row in rows}, reverse=True)),
        figure=figure,
        thresholds=demand.thresholds(draw, [float(value / extraction.total) for value in by_customer.values()]),
        login="assistant",
        rows=rows,
        by_month=dict.fromkeys(period["months"], "0.00") | _texts(by_month),
        by_customer=_texts(by_customer),
        total=text(extraction.total),
        vat=extraction.vat(),
        shares={code: f"{value / extraction.total:.4f}" for code, value in by_customer.items()},
        ranks={code: 1 + sum(other > by_customer[code] for other in by_customer.values()) for code in ordered},
        credit_notes=tuple(dict.fromkeys(row.numero for row in rows if row.credit)),
        figure_value=value,
        outside=extraction.outside,
        aged=aged,
        aged_totals=totals,
        dues=receivables.dues(database, TODAY.isoformat()),
        ledger=ledger.compare(database, extraction),
        customers=customers,
        namesakes=personal.namesakes({row.code_client: customers[row.code_client].name for row in rows}),
        personal=personal.private(database),
    )


def _texts(sums: Mapping[str, Decimal]) -> dict[str, str]:
    return {key: text(value) for key, value in sums.items()}
