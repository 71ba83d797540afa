"""Who asks, about which company, for which months and which columns."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from datetime import date

from etabli.exam.contract.draw import Draw

from ..company.names import Namer
from ..company.seasons import Season
from ..company.trades import make_trade
from ..shape import NEAR, Column, Company, Manager, Period, Thresholds

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


TOPS = range(5, 9)
SHARES = ("0.025", "0.03", "0.035", "0.04", "0.045", "0.05", "0.055", "0.06", "0.065", "0.07")
MORE = 2
"""How many customers are big ones beyond the first, give or take one."""


def thresholds(draw: Draw, shares: Collection[float]) -> Thresholds:
    """How many customers the manager wants first, and from which share on one is a big one.

    Everyone's note has as many names, or nearly: a few more are big ones than the manager wants first.

    Args:
        draw: Chooses among those that fit.
        shares: Of all customers in the total.
    """
    every = [(top, share) for top in TOPS for share in SHARES]
    more = {one: sum(share > float(one[1]) + NEAR for share in shares) - one[0] for one in every}
    least = min(abs(more[one] - MORE) for one in every)
    return Thresholds(*draw.one([one for one in every if abs(more[one] - MORE) <= max(1, least)]))
