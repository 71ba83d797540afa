"""What each candidate of `extraction-pgi` gets: a company in Tryton, a demand, and the truth about it.

Company, demand and truth come from the workshop's seed whatever the purpose, for the workbook is about them; only the
lines that the checks change and add to try the formulas come from the purpose's own.
"""

from __future__ import annotations

import sqlite3
from functools import cache
from typing import Any

from etabli.exam.contract.draw import Draw

from .company.database import connect
from .company.generator import make_company
from .company.seasons import TODAY, Season, make_season
from .oracle import demand, figures, ledger, personal, receivables, trials
from .truth import Extraction, text

__all__ = ["erp", "files", "make", "sujet"]

HIDDEN = ("rows", "by_month", "by_customer", "total", "vat", "shares", "ranks", "figure_value", "outside", "credit_notes",
          "aged", "aged_totals", "ledger", "customers", "namesakes", "personal", "trials")  # fmt: skip
"""Keys that the sujet never has."""


def make(atelier: bytes, rows: bytes) -> dict[str, Any]:
    """A variant: everything from `atelier`, but the trials from `rows`."""
    return _with_trials(_of_company(atelier), rows)


def _with_trials(told: dict[str, Any], rows: bytes) -> dict[str, Any]:
    return {**told, "trials": trials.make(Draw(b"rows|" + rows), told["rows"])}


@cache
def _of_company(atelier: bytes) -> dict[str, Any]:
    """All that the company tells; a candidate's brief and their exam ask for the same."""
    database = connect(make_company(atelier))
    try:
        return _make(database, atelier)
    finally:
        database.close()


def erp(atelier: bytes) -> bytes:
    """The database of the candidate's Tryton."""
    return make_company(atelier)


def sujet(variant: dict[str, Any]) -> dict[str, Any]:
    """All that the brief says, for machines: nothing hidden."""
    return {name: value for name, value in variant.items() if name not in HIDDEN}


def files(variant: dict[str, Any]) -> dict[str, bytes]:
    """Nothing goes in `donnees/`: all is in the ERP."""
    return {}


def _make(database: sqlite3.Connection, atelier: bytes) -> dict[str, Any]:
    draw, season = Draw(b"demande|" + atelier), make_season(atelier)
    start, end = season.start.isoformat(), season.end.isoformat()
    extraction = Extraction(database, start, end)
    figure, value = figures.make(database, draw, start, end)
    aged, totals = receivables.aged(database, TODAY.isoformat())
    found = extraction.rows()
    return {
        "company": demand.company(database, atelier),
        "today": TODAY.isoformat(),
        "period": demand.period(season),
        "manager": demand.manager(database, draw),
        "columns": demand.COLUMNS,
        "accounts": sorted({row["compte"] for row in found}),
        "rates": sorted({row["taux"] for row in found}, reverse=True),
        "figure": figure,
        "thresholds": demand.thresholds(draw),
        "login": "assistant",
        **_truth(extraction, season),
        "figure_value": value,
        "outside": extraction.outside,
        "aged": aged,
        "aged_totals": totals,
        "ledger": ledger.compare(database, extraction),
        "customers": (customers := personal.customers(database)),
        "namesakes": personal.namesakes({row["code_client"]: customers[row["code_client"]]["name"] for row in found}),
        "personal": personal.private(database),
    }


def _truth(extraction: Extraction, season: Season) -> dict[str, Any]:
    customers = extraction.by("code_client")
    ordered = sorted(customers, key=lambda code: -customers[code])
    months = {f"{year}-{month:02d}": "0.00" for year, month in season.months}
    return {
        "rows": extraction.rows(),
        "by_month": months | {month: text(value) for month, value in extraction.by("month").items()},
        "by_customer": {code: text(value) for code, value in customers.items()},
        "total": text(extraction.total),
        "vat": extraction.vat(),
        "shares": {code: f"{value / extraction.total:.4f}" for code, value in customers.items()},
        "ranks": {code: 1 + sum(other > customers[code] for other in customers.values()) for code in ordered},
        "credit_notes": list(dict.fromkeys(row["numero"] for row in extraction.inside if row["credit"])),
    }
