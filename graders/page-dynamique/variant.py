"""What each candidate of `page-dynamique` gets: settings, schema, words, rules, rows."""

from __future__ import annotations

from typing import Any

from etabli.exam.contract.draw import Draw

from .decors import SETTINGS
from .nouns import Noun, Setting, fold, upper_first
from .organisations import make_organisation
from .rows import make_rows
from .sql import rows_sql, schema_sql

__all__ = ["make", "rows_sql", "schema_sql", "sujet"]

ORDERS = (
    (("date", "desc"), ("name", "asc")),
    (("date", "asc"), ("name", "asc")),
    (("price", "desc"), ("name", "asc")),
)
"""Orders of equal difficulty: two keys each, and missing prices come last by themselves."""

PAGE_SIZES = (8, 10, 12, 15)
EMPTY_WORDS = ("non renseigné", "non précisé", "non communiqué", "non indiqué")
FORMATS = {"price": "12,50 €", "date": "JJ/MM/AAAA"}


def make(atelier: bytes, rows: bytes) -> dict[str, Any]:
    """A variant: all but its rows from `atelier`, its rows from `rows`."""
    draw = Draw(b"atelier|" + atelier)
    setting = draw.one(SETTINGS)
    item, category, place = (draw.one(pool) for pool in (setting.items, setting.categories, setting.places))
    columns, words = _columns_and_words(setting, draw, item, category, place)
    filtered = draw.one(("category", "place"))
    words["filter"] = words["fields"][filtered]
    return {
        "setting": setting.id,
        "organisation": make_organisation(setting, draw),
        "tables": {"item": item.table, "category": category.table, "place": place.table},
        "columns": columns,
        "words": words,
        "rules": {
            "order": [list(key) for key in draw.one(ORDERS)],
            "page_size": draw.one(PAGE_SIZES),
            "filter": filtered,
        },
        "formats": dict(FORMATS),
        "rows": make_rows(setting, atelier, rows),
    }


def sujet(variant: dict[str, Any]) -> dict[str, Any]:
    """All that the brief says, for machines: the variant without its rows."""
    return {key: value for key, value in variant.items() if key != "rows"}


def _columns_and_words(
    setting: Setting, draw: Draw, item: Noun, category: Noun, place: Noun
) -> tuple[dict[str, Any], dict[str, Any]]:
    name, price, day = draw.one(setting.names), draw.one(setting.prices), draw.one(setting.dates)
    description = draw.one(setting.descriptions)
    own_id = draw.one((True, False))
    small_name = draw.one(("nom", "libelle", "intitule"))
    columns = {
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
    }
    titles = {
        "name": name.title,
        "category": upper_first(category.singular),
        "place": upper_first(place.singular),
        "price": price.title,
        "date": day.title,
    }
    fields = {
        "name": f"{name.title} {item.of_the()}",
        "category": titles["category"],
        "place": titles["place"],
        "price": price.field,
        "date": day.title,
        "description": upper_first(description),
    }
    words = _nouns(item, category, place) | {
        "columns": titles,
        "fields": fields,
        "search": f"Rechercher {item.a()}",
        "empty": draw.one(EMPTY_WORDS),
    }
    return columns, words


def _key(noun: Noun, own_id: bool) -> str:
    return f"id_{noun.key}" if own_id else "id"


def _reference(noun: Noun, own_id: bool) -> str:
    return f"id_{noun.key}" if own_id else f"{noun.key}_id"


def _nouns(item: Noun, category: Noun, place: Noun) -> dict[str, Any]:
    return {
        "item": item.singular,
        "items": item.plural,
        "the_item": item.the(),
        "an_item": item.a(),
        "of_item": item.of(),
        "of_items": item.of_many(),
        "of_the_item": item.of_the(),
        "this_item": item.this(),
        "no_item": item.none(),
        "feminine": item.feminine,
        "category": category.singular,
        "categories": category.plural,
        "the_category": category.the(),
        "a_category": category.a(),
        "of_the_category": category.of_the(),
        "this_category": category.this(),
        "place": place.singular,
        "places": place.plural,
        "the_place": place.the(),
        "a_place": place.a(),
        "of_the_place": place.of_the(),
        "this_place": place.this(),
    }
