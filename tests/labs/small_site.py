"""A site of page-dynamique of which a test says only what is looked at, and what stands in it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from etabli.exam.contract.check import import_grader
from etabli.exam.contract.values import Field
from etabli.exam.tools.draws import Draws
from etabli.system.settings import repository

GRADER = repository() / "graders" / "page-dynamique"
reading, stock, visitor = (import_grader(GRADER, name) for name in ("reading", "stock", "visitor"))
WORDS = SimpleNamespace(
    fields={"name": "Nom", "date": "Date d'arrivée", "price": "Prix"}, an_item="un objet", item="objet", items="objets",
    columns={"name": "Nom", "price": "Prix", "date": "Date"},
)  # fmt: skip
DRAWN = SimpleNamespace(edited="Lampe d'Odile", absent="igloo", lot=SimpleNamespace(text="d'Ivan & fils"))
PARSE = 'Parse error: syntax error, unexpected variable "$erreurs" in /srv/app/ajouter.php on line 6'
PARSE_TOLD = PARSE.replace("/srv/app/", "")
NO_TROUBLE = SimpleNamespace(crash=str, stopped=str, notice=str, expect_decent=lambda *_how, **_more: None)


def site(text: str = "", status: int = 200, path: str = "/", journal: str = "", **more: Any) -> Any:
    """A site of which only the page now open is known."""
    made = visitor.Site.__new__(visitor.Site)
    made.page = SimpleNamespace(
        text=text,
        status=status,
        path=path,
        url=path,
        source="",
        open=lambda _address: None,
        keep_source=lambda *_: None,
    )
    made.rules = SimpleNamespace(page_size=2)
    made.words, made.memo, made.journal = WORDS, {}, SimpleNamespace(text=lambda: journal)
    made.drawn, made.draws, made.acts = DRAWN, Draws("0"), lambda: None
    made.visitor, made.address_now = (lambda: made.http), lambda _name, noted: noted
    vars(made).update(more)
    return made


ITEM = SimpleNamespace(id=3, name="Lampe")


def sent(diff: Any, **page: Any) -> Any:
    """A site whose form was sent, and what came of it in the table."""
    stock = SimpleNamespace(
        raw=list,
        linked=dict,
        since=lambda _before: diff,
        items=lambda: [ITEM],
        sorted=lambda: [LINKED_ITEM],
        ids=lambda rows: {row["id"] for row in rows},
        change=lambda *_asked, **_values: None,
        item=lambda _identifier: ITEM,
        columns={"item": {"id": "id", "category": "id_type", "place": "id_lieu", "date": "jour", "price": "prix"}},
    )
    made = site(**page, stock=stock)
    last = SimpleNamespace(one=lambda some: some[-1], some=lambda some, count: some[:count], below=lambda _bound: 0)
    made.draws = SimpleNamespace(of=lambda _purpose: last)  # not the price, nor 0
    made.entry = lambda _name: SimpleNamespace(href="/fiche.php?id=3")
    made.listed_items = lambda count, **_how: [None, ITEM][:count]
    return made


LINKED_ITEM = SimpleNamespace(
    id=7, name="Lampe", category="Éclairage", category_id=4, place="Fournil", place_id=31, price=None, date=date(2026, 3, 9),
    description=None,
)  # fmt: skip


def field(label: str, **values: Any) -> Field:
    given = {"form": 0, "index": 0, "label": label, "aria": "", "placeholder": "", "name": "nom", "kind": "text"}
    return Field(**(given | {"value": "", "required": False, "labelled": True} | values))


def item(number: int, name: str, **values: Any) -> Any:
    defaults = {"description": None, "price": Decimal(1), "date": date(2026, 1, 1)}
    return stock.Item(id=number, name=name, category_id=1, place_id=1, category="c", place="p", **(defaults | values))


def link(text: str = "", href: str = "", **values: Any) -> Any:
    return reading.PageLink(**({"text": text, "label": text, "rel": "", "href": href} | values))
