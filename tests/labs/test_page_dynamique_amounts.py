"""Each writing of an amount that the brief allows is tried, in the form that adds and in the one that changes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from refused import failure
from small_site import LINKED_ITEM, field, site

from etabli.exam.contract.check import import_grader
from etabli.exam.contract.draw import Draw
from etabli.exam.contract.values import Diff
from etabli.system.settings import repository

GRADER = repository() / "graders" / "page-dynamique"
acting, adding, amounts = (import_grader(GRADER, name) for name in ("acting", "adding", "amounts"))
editing, forms = (import_grader(GRADER, name) for name in ("editing", "forms"))
TYPED = forms.Draft("Lampe", "Éclairage", "Fournil", "12,37", "09/03/2026", "")
ROW = SimpleNamespace(**vars(LINKED_ITEM) | {"price": Decimal("12.37")})


def test_each_writing_comes_in_each_exam() -> None:
    large = set[bool]()
    for number in range(200):
        made = amounts.decimals(Draw(str(number).encode()))
        for way in (
            r"\d+,\d",
            r"\d+\.\d",
            r"\d+,\d0",
            r"\d+\.\d0",
            r"\d{4,}[.,]\d",
            r"\d{4,},\d+",
            r"\d{4,}\.\d+",
            r"0[.,]00?",
        ):
            assert any(re.fullmatch(way, amount) for amount in made), way
        assert all((float(amount.replace(",", ".")) * 100).is_integer() for amount in made)
        large.add(any("," in amount and len(amount) == 6 for amount in made))
    assert large == {True, False}


def shop(monkeypatch: pytest.MonkeyPatch, kind: str, accepts: str) -> tuple[Any, list[str]]:
    """A site whose form stores what fits a pattern, and takes the rest for nothing."""
    sent, made = list[str](), site()
    made.visitor, made.words = lambda: None, SimpleNamespace(fields={"price": "Prix"})
    made.row = ROW

    def deliver(_visitor: Any, _form: Any, data: Sequence[tuple[str, str]], **_how: Any) -> None:
        sent.append(dict(data)["prix"])
        if re.fullmatch(accepts, sent[-1]):
            made.row = SimpleNamespace(**vars(ROW) | {"price": Decimal(sent[-1].replace(",", "."))})

    monkeypatch.setattr(amounts, "deliver", deliver)
    monkeypatch.setattr(amounts, "refreshed", lambda _visitor, _form, data, _page: data)
    monkeypatch.setattr(amounts, "field_of", lambda *_asked: field("Prix", name="prix", kind=kind))
    made.words.fields |= {name: name for name in ("name", "category", "place", "date", "description")}
    return made, sent


@pytest.mark.parametrize(
    ("kind", "accepts", "refused"),
    [
        ("text", r"\d+([.,]\d{1,2})?", []),
        ("number", r"\d+(\.\d{1,2})?", []),
        ("text", r"\d+([.,]\d\d)?", ["12,5", "1234.5"]),
        ("text", r"\d+(,\d{1,2})?", ["1234.5"]),
    ],
)
def test_what_the_form_does_not_store_is_known(
    monkeypatch: pytest.MonkeyPatch, kind: str, accepts: str, refused: list[str]
) -> None:
    made, sent = shop(monkeypatch, kind, accepts)
    form = amounts.Sent(None, "/ajouter", [("nom", "Lampe"), ("prix", "12,37")], TYPED)
    tried = ["12,5", "1234.5", "12,50", "0,00"]
    assert amounts.not_taken(made, form, tried, lambda: made.row) == refused
    assert sent == [one.replace(",", ".") if kind == "number" else one for one in tried]
    assert amounts.not_taken(made, replace(form, data=[]), tried, lambda: made.row) == tried, "a script sends it"


def test_what_seems_not_to_be_added_is_typed_by_a_visitor(monkeypatch: pytest.MonkeyPatch) -> None:
    typed, made = list[dict[str, str]](), site()
    made.stock = SimpleNamespace(items=list)
    for name in ("need_add_form", "fill", "sent_data"):
        monkeypatch.setattr(adding, name, lambda *_asked: None)
    monkeypatch.setattr(adding, "draft", lambda _site: TYPED)
    monkeypatch.setattr(amounts, "not_taken", lambda _site, _sent, tried, _row: tried[:2])
    monkeypatch.setattr(adding, "expect_added", lambda _site, **values: typed.append(values))
    adding._expect_amounts_added(made)
    assert [set(one) for one in typed] == [{"name", "price"}] * 2 and all(
        re.fullmatch(r"\d+[.,]\d", one["price"]) for one in typed
    )


@pytest.mark.parametrize(
    ("diff", "told"),
    [
        (Diff(), "rien n'a changé dans la base. Près de « Prix », on lit « Non »."),
        (Diff((), (), (SimpleNamespace(before={"id": 7}),)), "« Prix » est vide."),
    ],
)
def test_an_amount_that_is_not_changed_is_told_with_what_the_form_says(
    monkeypatch: pytest.MonkeyPatch, diff: Diff, told: str
) -> None:
    made = site()
    made.words, made.drawn = SimpleNamespace(fields={"price": "Prix"}), SimpleNamespace(whole="7")
    made.stock = SimpleNamespace(item=lambda _id: ROW, raw=list, since=lambda _before: diff)
    monkeypatch.setattr(amounts, "not_taken", lambda _site, _sent, tried, _row: tried[:3])
    monkeypatch.setattr(editing, "_edit_form_again", lambda *_asked: None)
    monkeypatch.setattr(editing, "send", lambda *_asked, **_how: None)
    monkeypatch.setattr(editing, "said_near", lambda *_asked: " Près de « Prix », on lit « Non ».")
    monkeypatch.setattr(
        editing,
        "problems",
        lambda _site, _row, typed: ["« Prix » est vide"] if re.search(r"[.,]\d$", typed.price) else [],
    )
    form = amounts.Sent(None, "/modifier", [], TYPED)
    found = failure(lambda: editing._expect_amounts_taken(made, ROW, "/fiche", form))
    assert not found.stops
    assert re.fullmatch(
        rf"Dans le formulaire de « Lampe », « Prix » seul a été corrigé : « \d+[.,]\d » ; après l'envoi, {re.escape(told)}",
        found.observed,
    )
    assert found.expected == amounts.TAKEN and found.help == editing.SAME_AMOUNTS
