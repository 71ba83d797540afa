"""Who asks, about which company, for which months and which columns."""

from __future__ import annotations

import sqlite3
from datetime import date

from etabli.exam.contract.draw import Draw

from ..company.names import Namer
from ..company.seasons import Season
from ..company.trades import make_trade
from ..shape import Column, Company, Manager, Period, Thresholds

MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
ROLES = (
    "responsable de gestion",
    "responsable des ventes",
    "responsable comptable",
    "responsable du site",
    "responsable de la boutique",
    "comptable",
)
"""Said alike of a woman and of a man: a first name does not tell which."""
# The rate is told by the name of the tax.
COLUMNS = (
    Column("numero", "Numéro", "text", "invoice/number"),
    Column("date", "Date", "date", "invoice/invoice_date"),
    Column("code_client", "Code client", "code", "invoice/party/code"),
    Column("client", "Client", "text", "invoice/party/name"),
    Column("compte", "Compte", "code", "account/code"),
    Column("article", "Article", "text", "product/name"),
    Column("quantite", "Quantité", "quantity", "quantity"),
    Column("montant", "Montant HT", "amount", "amount"),
    Column("taux", "Taux TVA", "rate", "taxes/rec_name"),
)


def french(day: date) -> str:
    """A date as a French text writes it."""
    return f"{'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]} {day.year}"


def period(season: Season) -> Period:
    """The months to extract, for machines and in words."""
    start, end = season.start, season.end
    first, last = f"{MONTHS[start.month - 1]} {start.year}", f"{MONTHS[end.month - 1]} {end.year}"
    of = "d'" if first[0] in "ao" else "de "
    return {
        "from": start.isoformat(),
        "to": end.isoformat(),
        "months": tuple(f"{year}-{month:02d}" for year, month in season.months),
        "fr": {"from": french(start), "to": french(end), "label": f"{of}{first} à {last}"},
    }


def company(database: sqlite3.Connection, atelier: bytes) -> Company:
    """The company as its own record in the ERP tells it."""
    query = """
    SELECT p.name, a.city, a.postal_code AS postcode, n.code_compact AS siren FROM company_company c JOIN party_party p ON p.id = c.party
    JOIN party_address a ON a.party = p.id JOIN party_identifier n ON n.party = p.id AND n.type = 'fr_siren'"""
    (row,) = database.execute(query).fetchall()
    return Company(**dict(row), legal=row["name"].split()[0], activity=make_trade(atelier).activity)


def manager(database: sqlite3.Connection, draw: Draw) -> Manager:
    """Who asks: nobody whose name is in the ERP, so that the note may name them."""
    known = {name for (name,) in database.execute("SELECT name FROM party_party")}
    namer = Namer(draw)
    name = next(name for name in iter(namer.person, "") if name not in known)
    return Manager(name, draw.one(ROLES))


def thresholds(draw: Draw) -> Thresholds:
    """How many customers the manager wants first, and from which share on one is a big one."""
    return Thresholds(top=draw.between(5, 8), big_share=draw.one(("0.03", "0.04", "0.05")))
