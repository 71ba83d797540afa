"""A candidate's own company: a verified history of Tryton, lived by other people, on other days, for other amounts.

Nothing is inserted: rows of the history are changed or taken out, so that every row keeps the shape Tryton gave it,
and all that depends on a changed figure is derived again as Tryton 8.0 derives it.
"""

from __future__ import annotations

from functools import lru_cache

from . import books, supplies, traces
from .adjustments import Adjustments
from .agenda import Agenda
from .chains import Chains
from .database import Database
from .history import load
from .ledger import Ledger
from .numbering import Numbering
from .papers import Papers
from .parties import Renamer
from .products import Catalogue
from .seasons import make_season
from .terms import Terms
from .trades import make_trade
from .workshop import Workshop


@lru_cache(maxsize=4)  # `start`, the variant and a browser test ask for the same one
def make_company(seed: bytes) -> bytes:
    """Returns the SQLite file of a candidate's company.

    Raises:
        LabError: the history lacks something, or the books would not hold.
    """
    return _make(seed, load())


def _make(seed: bytes, content: bytes) -> bytes:
    database = Database(content)
    try:
        _individualise(database, seed)
        traces.tidy(database.connection)
        books.check(database.connection)
        database.connection.commit()
        database.connection.execute("VACUUM")  # the history's own words do not stay in freed pages
        return database.content()
    finally:
        database.close()


def _individualise(database: Database, seed: bytes) -> None:
    trade, season = make_trade(seed), make_season(seed)
    parties = Renamer(database, seed, trade).rename()
    products = Catalogue(database, seed, trade).rename()
    chains, terms = Chains(database), Terms(database)
    papers, ledger = Papers(database, products, seed), Ledger(database, terms, seed)
    sales, purchases = Agenda(chains, parties, season, terms, seed).make(), supplies.deal(chains, parties, seed)
    chains.keep(sales, chains.sales)
    chains.keep(purchases, chains.purchases)
    for deal in (*sales, *purchases):
        papers.write(deal)
        ledger.book(deal)
    workshop = Workshop(database, products, season, seed)
    workshop.produce()
    workshop.hours()
    chains.sweep()
    workshop.count()
    revenue = {account["id"] for account in database["account_account"] if str(account["code"]).startswith("70")}
    adjustments = Adjustments(chains, ledger, season, seed)
    adjustments.deal(revenue)
    adjustments.capital(revenue)
    Numbering(database).number(chains)
    database.flush()
