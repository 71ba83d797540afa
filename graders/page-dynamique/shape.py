"""What a variant is made of: settings, words, rules and rows of one candidate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Table = Literal["item", "category", "place"]
Linked = Literal["category", "place"]
"""A table that each item names one row of."""
Key = tuple[Literal["date", "price", "name"], Literal["asc", "desc"]]


@dataclass(frozen=True)
class Host:
    """Who hosts the site."""

    name: str
    street: str
    postcode: str
    city: str
    phone: str


@dataclass(frozen=True)
class Organisation:
    """The facts that the brief gives and the legal notice repeats."""

    name: str
    kind: str
    pitch: str
    street: str
    postcode: str
    city: str
    phone: str
    email: str
    director: str
    host: Host


@dataclass(frozen=True)
class Words:
    """The words of the brief: nouns with their articles, titles and labels."""

    item: str
    items: str
    the_item: str
    an_item: str
    of_item: str
    of_items: str
    of_the_item: str
    this_item: str
    no_item: str
    feminine: bool
    category: str
    categories: str
    the_category: str
    a_category: str
    of_the_category: str
    this_category: str
    place: str
    places: str
    the_place: str
    a_place: str
    of_the_place: str
    this_place: str
    columns: Mapping[str, str]
    """Titles of the list."""
    fields: Mapping[str, str]
    """Labels of the form."""
    search: str
    empty: str
    """What stands for a value that is missing."""
    filter: str


@dataclass(frozen=True)
class Rules:
    """What the list must do."""

    order: tuple[Key, ...]
    page_size: int
    filter: Linked


@dataclass(frozen=True)
class LinkedRow:
    """A category or a place."""

    id: int
    name: str


@dataclass(frozen=True)
class ItemRow:
    """A row of the main table, as it is put there."""

    id: int
    name: str
    description: str | None
    price: str | None
    date: str
    category: int
    place: int


@dataclass(frozen=True)
class Rows:
    """All rows, by table."""

    category: tuple[LinkedRow, ...]
    place: tuple[LinkedRow, ...]
    item: tuple[ItemRow, ...]


@dataclass(frozen=True)
class Variant:
    """This candidate's data and rules."""

    setting: str
    organisation: Organisation
    tables: Mapping[Table, str]
    """Names of the SQL tables."""
    columns: Mapping[Table, Mapping[str, str]]
    """Names of their columns."""
    words: Words
    rules: Rules
    formats: Mapping[str, str]
    rows: Rows
    own: Rows
    """Those of the candidate's own folder: in the base at some moments of an exam, so that no page tells it by its rows."""
