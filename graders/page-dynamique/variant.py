"""What each candidate of `page-dynamique` gets: settings, schema, words, rules, rows."""

from __future__ import annotations

from typing import Any

from etabli.exam.contract.draw import Draw
from etabli.exam.contract.plain import plain

from .decors import SETTINGS
from .nouns import Noun, fold, upper_first
from .organisations import make_organisation
from .rows import make_rows
from .shape import Key, Linked, Rules, Variant, Words
from .sql import csv_files, rows_sql, schema_sql

__all__ = ["csv_files", "make", "rows_sql", "schema_sql", "sujet"]

ORDERS: tuple[tuple[Key, ...], ...] = (
    (("date", "desc"), ("name", "asc")),
    (("date", "asc"), ("name", "asc")),
    (("price", "desc"), ("name", "asc")),
)
"""Orders of equal difficulty: two keys each, and missing prices come last by themselves."""

PAGE_SIZES = (8, 10, 12, 15)
EMPTY_WORDS = ("non renseigné", "non précisé", "non communiqué", "non indiqué")
FORMATS = {"price": "12,50 €", "date": "JJ/MM/AAAA"}


def make(atelier: bytes, rows: bytes) -> Variant:
    """A variant: all but its rows from `atelier`, its rows from `rows`."""
    draw = Draw(b"atelier|" + atelier)
    setting = draw.one(SETTINGS)
    item, category, place = (draw.one(pool) for pool in (setting.items, setting.categories, setting.places))
    name, price, day = draw.one(setting.names), draw.one(setting.prices), draw.one(setting.dates)
    description, own_id = draw.one(setting.descriptions), draw.one((True, False))
    small_name, empty = draw.one(("nom", "libelle", "intitule")), draw.one(EMPTY_WORDS)
    linked: tuple[Linked, ...] = ("category", "place")
    filtered = draw.one(linked)
    titles = {
        "name": name.title,
        "category": upper_first(category.singular),
        "place": upper_first(place.singular),
        "price": price.title,
        "date": day.title,
    }
    fields = titles | {
        "name": f"{name.title} {item.of_the()}",
        "price": f"{price.title} en euros",
        "description": upper_first(description),
    }
    return Variant(
        setting=setting.id,
        organisation=make_organisation(setting, draw),
        tables={"item": item.table, "category": category.table, "place": place.table},
        columns={
            "item": {
                "id": _key(item, own_id),
                "name": name.column,
                "description": fold(description),
                "price": price.column,
                "date": day.column,
                "category": _reference(category, own_id),
                "place": _reference(place, own_id),
            },
            "category": {"id": _key(category, own_id), "name": small_name},
            "place": {"id": _key(place, own_id), "name": small_name},
        },
        words=Words(
            item=item.singular,
            items=item.plural,
            the_item=item.the(),
            an_item=item.a(),
            of_item=item.of(),
            of_items=item.of_many(),
            of_the_item=item.of_the(),
            this_item=item.this(),
            no_item=item.none(),
            feminine=item.feminine,
            category=category.singular,
            categories=category.plural,
            the_category=category.the(),
            a_category=category.a(),
            of_the_category=category.of_the(),
            this_category=category.this(),
            place=place.singular,
            places=place.plural,
            the_place=place.the(),
            a_place=place.a(),
            of_the_place=place.of_the(),
            this_place=place.this(),
            columns=titles,
            fields=fields,
            search=f"Rechercher {item.a()}",
            empty=empty,
            filter=fields[filtered],
        ),
        rules=Rules(order=draw.one(ORDERS), page_size=draw.one(PAGE_SIZES), filter=filtered),
        formats=FORMATS,
        rows=make_rows(setting, atelier, rows),
        own=make_rows(setting, atelier, atelier),
    )


def sujet(variant: Variant) -> dict[str, Any]:
    """All that the brief says, for machines: the variant without any rows."""
    return {name: value for name, value in plain(variant).items() if name not in ("rows", "own")}


def _key(noun: Noun, own_id: bool) -> str:
    return f"id_{noun.key}" if own_id else "id"


def _reference(noun: Noun, own_id: bool) -> str:
    return f"id_{noun.key}" if own_id else f"{noun.key}_id"
