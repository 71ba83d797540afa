"""A form is filled when an exam begins and sent at its end: what a person typed slowly is stored too."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from refused import failure
from small_site import site

from etabli.exam import Failed, Rows
from etabli.exam.contract.addresses import form_encoded
from etabli.exam.contract.check import import_grader
from etabli.exam.contract.values import Diff, Field, Form, Link
from etabli.system.settings import repository

GRADER = repository() / "graders" / "page-dynamique"
forms, late = (import_grader(GRADER, name) for name in ("forms", "late"))
TYPED = forms.Draft("Lampe", "", "", "12,50", "01/02/2026", "")
KEY = Field(0, 0, "", "", "", "cle", "hidden", "old", required=False, labelled=False)
FORM = Form(0, "post", "/ajouter", (KEY,), ())


class Shop:
    """A site with the form that adds; `stores`: the price that it stores of the old form and of a fresh one, '' for nothing."""

    def __init__(self, stores: Mapping[str, str]) -> None:
        self.stores, self.memo, self.acts = stores, dict[str, str](), lambda: None
        self.rows, self.sent = list[dict[str, Any]](), list[str]()
        self.page = SimpleNamespace(url="/ajouter")
        self.http = SimpleNamespace(session=lambda: SimpleNamespace(post=self.post))
        self.stock = SimpleNamespace(
            raw=lambda: list(self.rows),
            since=lambda before: Diff(tuple(self.rows[len(before) :]), (), ()),
            ids=lambda rows: {row["id"] for row in rows},
            item=lambda number: self.rows[number],
        )

    def visitor(self) -> Any:
        shown = SimpleNamespace(readable='<form><input type="hidden" name="cle" value="fresh"></form>')
        return SimpleNamespace(get=lambda _address: shown, post=self.post)

    def post(self, action: str, data: Sequence[tuple[str, str]], *, sent_from: str, headers: Any = None) -> None:
        key = dict(data)["cle"]
        assert action == sent_from == "/ajouter" and form_encoded(data)
        assert headers == ({"Cookie": "visite=1"} if key == "old" else None)
        self.sent.append(key)
        if not self.stores[key]:
            raise Failed("La page répond par le code 403.", "")
        self.rows.append({"id": len(self.rows), "price": self.stores[key]})


def slow(monkeypatch: pytest.MonkeyPatch, old: str, fresh: str) -> tuple[Shop, Callable[[], None]]:
    shop, clock = Shop({"old": old, "fresh": fresh}), iter((5.0, 18.2))
    for name in ("linked_add_form", "need_add_form"):
        monkeypatch.setattr(late, name, lambda _site: FORM)
    monkeypatch.setattr(late, "draft", lambda _site: TYPED)
    monkeypatch.setattr(late, "fill", lambda *_asked: None)
    monkeypatch.setattr(late, "sent_data", lambda *_asked: [("nom", "Lampe"), ("cle", "old")])
    monkeypatch.setattr(late, "cookie_header", lambda _site: {"Cookie": "visite=1"})
    monkeypatch.setattr(late, "monotonic", lambda: next(clock))
    wrong = lambda _site, row, typed: [] if row["price"] == typed.price else [f"« Prix » vaut « {row['price']} »"]  # noqa: E731
    monkeypatch.setattr(late, "problems", wrong)
    late.keep_filled(shop)
    return shop, lambda: late.expect_stored(shop)


def test_what_is_typed_slowly_and_lost_is_told_with_the_time_that_it_took(monkeypatch: pytest.MonkeyPatch) -> None:
    shop, check = slow(monkeypatch, "12,00", "12,50")
    found = failure(check)
    assert "envoyé 13 secondes après son affichage : dans la nouvelle ligne, « Prix » vaut « 12,00 »." in found.observed
    assert found.at == Rows() and shop.sent == ["old", "fresh"]


@pytest.mark.parametrize(
    ("old", "fresh", "sent"),
    [("12,50", "", ["old"]), ("", "12,50", ["old"]), ("12,00", "12,00", ["old", "fresh"]), ("12,00", "", ["old", "fresh"])],
)  # fmt: skip
def test_a_form_that_is_over_or_that_needs_its_script_is_not_blamed_on_time(
    monkeypatch: pytest.MonkeyPatch, old: str, fresh: str, sent: list[str]
) -> None:
    """It is stored as it was filled in, or refused; what is wrong at once as well is not told here."""
    shop, check = slow(monkeypatch, old, fresh)
    check()
    assert shop.sent == sent


def test_nothing_is_kept_of_a_form_that_cannot_be_filled(monkeypatch: pytest.MonkeyPatch) -> None:
    def lacks(*_asked: Any) -> None:
        raise Failed("Le formulaire n'a pas de champ « Prix ».", "")

    shop = Shop({})
    for form, fill in ((None, lambda *_asked: None), (FORM, lacks)):
        monkeypatch.setattr(late, "linked_add_form", lambda _site, form=form: form)
        monkeypatch.setattr(late, "draft", lambda _site: TYPED)
        monkeypatch.setattr(late, "fill", fill)
        monkeypatch.setattr(late, "sent_data", lambda *_asked: [])
        late.keep_filled(shop)
    late.expect_stored(shop)
    assert not shop.memo and not shop.sent


def said(text: str, path: str) -> Link:
    return Link(text, f"http://rendu.test{path}", path, text)


@pytest.mark.parametrize(
    ("at_home", "links", "opened"),
    [
        (True, [said("Ajouter", "/ajouter")], []),
        (False, [said("Lampe", "/f?id=1"), said("Supprimer", "/s"), said("Ajouter", "/ajouter"), said("Nouveau", "/n")], ["http://rendu.test/ajouter"]),
        (False, [said("Lampe", "/f?id=1")], []),
    ],
)  # fmt: skip
def test_the_first_link_that_says_so_alone_is_followed_to_the_form(
    monkeypatch: pytest.MonkeyPatch, at_home: bool, links: list[Any], opened: list[str]
) -> None:
    seen = list[str]()
    made = site()
    made.page.links, made.page.open = lambda: links, seen.append
    monkeypatch.setattr(forms, "_blank_form", lambda _site: FORM if at_home or seen else None)
    assert forms.linked_add_form(made) is (FORM if at_home or opened else None) and seen == opened
