"""What a variant is made of: an organisation, its accounts and the truth about them; and what hidden tests are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Card = Mapping[str, str]
"""What is only shown or exported: a line of a table of the brief, or of a file of ``donnees/``."""


@dataclass(frozen=True)
class Organisation:
    """The facts that the brief gives."""

    name: str
    with_article: str
    """« l'Association Passerive »: what « de » is put before."""
    short: str
    kind: str
    pitch: str
    street: str
    postcode: str
    city: str
    town_word: str
    """The city's name without accents, as it is found in passwords."""
    phone: str
    email: str
    domain: str


@dataclass(frozen=True)
class System:
    """One of the systems to audit."""

    id: str
    name: str
    word: str
    means: str
    file: str
    accounts: int
    hashes: bool


@dataclass(frozen=True)
class Situation:
    """How people sign in, and which case of the CNIL's recommendation then applies."""

    id: str
    case: int
    bits: int
    short: str
    text: str


@dataclass(frozen=True)
class Family:
    """Words that every policy must refuse."""

    id: str
    title: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Employee:
    """A line of the HR list; its columns."""

    matricule: str
    nom: str
    prenom: str
    fonction: str
    service: str
    entree: str
    depart: str
    absence_jusqu_au: str
    habilitations: str


@dataclass(frozen=True)
class External:
    """An account of the partner: out of the mandate's scope."""

    login: str
    holder: str
    last_login: str
    created: str


@dataclass(frozen=True)
class Account:
    """An account of a system."""

    place: str
    """The plan's name of it, ``slot@system``."""
    login: str
    system: str
    person: str
    holder: str
    service: str
    email: str
    admin: bool
    active: bool
    last_login: str
    second_factor: bool
    created: str
    hash: str
    password: str

    @property
    def key(self) -> str:
        """How it is named in all tables of the variant: ``login@system``."""
        return f"{self.login}@{self.system}"


@dataclass(frozen=True)
class Finding:
    """A risk of an account."""

    account: str
    system: str
    kind: str
    severity: str
    admin: bool

    @property
    def claim(self) -> str:
        """How a report claims it: ``login@system:kind``."""
        return f"{self.account}@{self.system}:{self.kind}"


@dataclass(frozen=True)
class Try:
    """A password tried for a login."""

    login: str
    password: str


@dataclass(frozen=True)
class PolicyTests:
    """Passwords that a policy must refuse, by family, and accept, by kind."""

    weak: Mapping[str, tuple[str, ...]]
    logins: tuple[Try, ...]
    strong: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Case:
    """A line for the migration script, and what is true of it."""

    role: str
    scheme: str
    mot_de_passe: str
    empreinte: str
    ok: bool
    other: str = ""
    """Of a right password, another that begins alike; of one that is nearly right, the right one."""
    login: str = ""


@dataclass(frozen=True)
class Variant:
    """This candidate's data and truth."""

    organisation: Organisation
    partner: Card
    period: Mapping[str, str | Card]
    systems: tuple[System, ...]
    counts: Mapping[str, int]
    situation: Situation
    rules: Mapping[str, int]
    vocabulary: tuple[Card, ...]
    severities: tuple[str, ...]
    actions: tuple[Card, ...]
    accepted_sources: tuple[Card, ...]
    advice: tuple[Card, ...]
    columns: Mapping[str, tuple[str, ...]]
    block_families: tuple[Family, ...]
    policy_form: tuple[Card, ...]
    alphabets: Mapping[str, int]
    migration_kinds: tuple[Card, ...]
    files: tuple[Card, ...]
    people: tuple[Employee, ...]
    externals: tuple[External, ...]
    accounts: tuple[Account, ...]
    passwords: Mapping[str, str]
    """By account, ``login@system``."""
    hashes: Mapping[str, str]
    leak: tuple[tuple[str, int], ...]
    """Each password of the leak list, and how often it was seen."""
    results: tuple[Card, ...]
    findings: tuple[Finding, ...]
    tolerated: tuple[str, ...]
    """Claims that may be made and need not be."""
    rights: Mapping[str, tuple[str, ...]]
    """Accounts by action."""
    traps: Mapping[str, str]
    """Good accounts that look suspicious, and why they are good."""
