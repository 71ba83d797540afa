"""What happens in the history, and when: the shape of a plan, which :mod:`history.chance` fills."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

START = dt.date(2025, 1, 2)
TODAY = dt.date(2026, 6, 30)
TERM_DAYS = {"Comptant": 0, "30 jours": 30, "45 jours fin de mois": 60}


@dataclass
class Credit:
    """A credit note on an invoice: the share of its first line, or the whole invoice."""

    date: dt.date
    whole: bool
    settled: bool


@dataclass
class Sale:
    """A sale and all that follows; ``state`` is where the sale stops, ``invoice`` where its invoice does."""

    customer: int
    date: dt.date
    lines: list[tuple[str, float]]
    state: str = "processed"
    invoice: str = "posted"
    invoice_date: dt.date = START
    accounting_date: dt.date | None = None
    shipped: dt.date | None = None
    payments: list[tuple[dt.date, Decimal]] = field(default_factory=list)
    credit: Credit | None = None


@dataclass
class Purchase:
    """An order to a supplier: received, invoiced, paid or not yet."""

    supplier: int
    date: dt.date
    lines: list[tuple[str, float]]
    received: dt.date
    invoiced: dt.date
    paid: dt.date | None


@dataclass
class Batch:
    """A production order."""

    product: str
    quantity: int
    start: dt.date
    end: dt.date | None


@dataclass
class Entry:
    """A manual entry on a revenue account (journal OD), and when it is reversed."""

    date: dt.date
    account: str
    counterpart: str
    amount: Decimal
    label: str
    customer: int
    reversed_on: dt.date | None


@dataclass
class Hours:
    """A line of a timesheet."""

    employee: int
    activity: int
    date: dt.date
    minutes: int


@dataclass
class Plan:
    """The whole history."""

    sales: list[Sale]
    purchases: list[Purchase]
    batches: list[Batch]
    entries: list[Entry]
    hours: list[Hours]


def months() -> list[tuple[int, int]]:
    """Returns the 18 months of the history."""
    return [(2025 + index // 12, index % 12 + 1) for index in range(18)]


def last_day(year: int, month: int) -> dt.date:
    """Returns the last day of a month."""
    return dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)


def term_of(customer: int) -> str:
    """Returns the payment term of a customer."""
    return list(TERM_DAYS)[(customer * 5 + 2) % 3]


def due_date(invoice_date: dt.date, customer: int) -> dt.date:
    """Returns when an invoice is due, as the payment terms of the history compute it."""
    term = term_of(customer)
    if term == "Comptant":
        return invoice_date
    if term == "30 jours":
        return invoice_date + dt.timedelta(days=30)
    later = invoice_date + dt.timedelta(days=45)
    return last_day(later.year, later.month)
