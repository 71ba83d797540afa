"""What a variant is made of: a company, a demand, and the truth about it. Amounts are texts, as ``1234.50``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from typing_extensions import TypedDict  # pydantic wants this one before Python 3.12

Days = TypedDict("Days", {"from": str, "to": str, "label": str})
"""A period in French words."""
Period = TypedDict("Period", {"from": str, "to": str, "months": tuple[str, ...], "fr": Days})
"""The months to extract; ``from`` is a word of Python, so these two are no dataclasses."""


@dataclass(frozen=True)
class Company:
    """The company whose ERP it is."""

    name: str
    city: str
    postcode: str
    siren: str
    legal: str
    activity: str


@dataclass(frozen=True)
class Manager:
    """Who asks."""

    name: str
    role: str


@dataclass(frozen=True)
class Column:
    """A column asked for."""

    id: str
    title: str
    kind: str
    field: str
    """Where the export of « Lignes de facture » finds it."""


@dataclass(frozen=True)
class Figure:
    """The one figure asked outside of sales."""

    kind: str
    title: str
    what: str
    unit: str


@dataclass(frozen=True)
class FigureValue:
    """Its value, and the quantities that make it."""

    value: str
    rows: int
    each: tuple[str, ...]
    all_rows: int
    """With those of other activities or products."""
    by: Mapping[str, str]
    """The value of each activity or product."""
    lines: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The quantities of Tryton's lines, by activity or product: no check reads those that were not asked for."""
    days: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The day of each of these lines; no check reads it."""


NEAR = 0.0005
"""A share this near to the threshold is at it, once rounded to one decimal of a percent."""


@dataclass(frozen=True)
class Thresholds:
    """How many customers the manager wants first, and from which share on one is a big one."""

    top: int
    big_share: str


@dataclass(frozen=True)
class Row:
    """A line of an invoice, as a right workbook has it."""

    numero: str
    date: str
    code_client: str
    client: str
    compte: str
    article: str
    article_code: str
    quantite: str
    credit: bool
    taux: str
    montant: str

    @property
    def month(self) -> str:
        """The month of its date."""
        return self.date[:7]


@dataclass(frozen=True)
class Stray:
    """A line that must not be in the extraction; a draft has no number."""

    numero: str | None
    date: str
    code_client: str
    montant: str


@dataclass(frozen=True)
class Vat:
    """Base and tax of a rate."""

    base: str
    tax: str


@dataclass(frozen=True)
class Entry:
    """An entry that makes the gap with the general ledger."""

    numero: str
    piece: str | None
    """Number of the invoice it comes from."""
    date: str
    why: str
    libelle: str
    compte: str
    montant: str


@dataclass(frozen=True)
class Booked:
    """A line of the general ledger, as Tryton exports it."""

    numero: str
    date: str
    compte: str
    debit: str
    credit: str
    piece: str
    """Number of its invoice; '' without one."""


@dataclass(frozen=True)
class Ledger:
    """The general ledger beside the extraction."""

    total: str
    gap: str
    """Ledger less extraction."""
    entries: tuple[Entry, ...]
    lines: tuple[Booked, ...] = ()
    """The lines of the accounts 70 that are of the period by one of their dates."""


@dataclass(frozen=True)
class Due:
    """What is left to pay of an invoice or of a credit note, as Tryton exports it."""

    numero: str
    code_client: str
    echeance: str
    montant: str
    """Payments deducted."""
    paye: str
    """What was paid of it."""


@dataclass(frozen=True)
class Customer:
    """A customer of the ERP."""

    name: str
    addresses: int


@dataclass(frozen=True)
class Variant:
    """This candidate's data and truth."""

    company: Company
    today: str
    period: Period
    manager: Manager
    columns: tuple[Column, ...]
    accounts: tuple[str, ...]
    rates: tuple[str, ...]
    figure: Figure
    thresholds: Thresholds
    login: str
    rows: tuple[Row, ...]
    by_month: Mapping[str, str]
    by_customer: Mapping[str, str]
    total: str
    vat: Mapping[str, Vat]
    """By rate."""
    shares: Mapping[str, str]
    ranks: Mapping[str, int]
    credit_notes: tuple[str, ...]
    figure_value: FigureValue
    outside: Mapping[str, tuple[Stray, ...]]
    """By why it must not be there: ``draft``, ``cancelled``, ``before``, ``after``, ``supplier``."""
    aged: Mapping[str, Mapping[str, str]]
    """Code → bracket → what is owed."""
    aged_totals: Mapping[str, str]
    dues: tuple[Due, ...]
    """The lines of the aged receivables."""
    ledger: Ledger
    customers: Mapping[str, Customer]
    namesakes: tuple[tuple[str, str], ...]
    personal: Mapping[str, tuple[str, ...]]
    """``emails``, ``phones``, ``streets``, ``employees``."""

    @property
    def titles(self) -> dict[str, str]:
        """The title of each column asked for."""
        return {column.id: column.title for column in self.columns}

    @property
    def names(self) -> dict[str, str]:
        """The name of each customer."""
        return {code: customer.name for code, customer in self.customers.items()}
