"""The links and buttons of an item's page: which one changes it, and which one deletes."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from refused import failure
from small_site import ITEM, PARSE, field, site

from etabli.exam.contract.check import import_grader
from etabli.exam.contract.values import Button, Form, Link, Option
from etabli.system.settings import repository

GRADER = repository() / "graders" / "page-dynamique"
acting, forms = (import_grader(GRADER, name) for name in ("acting", "forms"))


def test_the_page_of_a_change_that_stops_is_told_and_not_a_missing_form(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = leading(monkeypatch, PARSE, gone=False)
    for find in (acting.find_edit_form, lambda *asked: list(acting.deletions(*asked))):
        assert failure(lambda find=find: find(broken, ITEM, "/")).observed.startswith(  # type: ignore[misc]
            "La page /modifier.php affiche une erreur de PHP"
        )


def leading(monkeypatch: pytest.MonkeyPatch, text: str, *, gone: bool) -> Any:
    """A site whose item's page has one link, to a page without any form."""
    made = site(text, path="/modifier.php")
    made.page.open, made.page.url = lambda _address: None, "/"
    made.page.pressables, made.page.forms, made.stock = list, list, SimpleNamespace(raw=list)
    link = SimpleNamespace(text="Supprimer", label="", path="/modifier.php", href="/modifier.php")
    monkeypatch.setattr(acting, "own_links", lambda *_asked: [link])
    monkeypatch.setattr(acting, "gone", lambda *_asked: gone)
    return made


def test_a_link_that_deletes_is_the_matter_of_post(monkeypatch: pytest.MonkeyPatch) -> None:
    linked = leading(monkeypatch, "", gone=True)
    kept: list[Any] = []
    linked.stock = SimpleNamespace(raw=list, since=kept.append, put_back=kept.append)
    linked.page.script = lambda _script, link, **_kind: (kept.append(link), "modifier.php?a=1&b=2")[1]
    linked.page.keep_source = kept.append
    found = failure(lambda: list(acting.deletions(linked, ITEM, "/fiche.php?id=3")))
    assert found.observed == "Sur la fiche, le lien « Supprimer » (/modifier.php) a suffi à supprimer « Lampe »."
    assert found.help is not None and "WHERE" not in found.help and "en POST" in found.help
    assert kept == [[], [], "/modifier.php", "modifier.php?a=1&amp;b=2"], (
        "the rows, the link in sight, and in the source"
    )


class ItemPage:
    """The page of an item, as a browser would give it."""

    url = "http://x/fiche?id=3"

    def __init__(self, links: str, *shown: Form) -> None:
        self.shown, self.sent = shown, links

    def links(self) -> list[Link]:
        found = re.findall(r'<a href="([^"]+)">([^<]+)', self.sent)
        return [Link(text, f"http://x/{href}", f"/{href}", text) for href, text in found]

    def forms(self) -> list[Form]:
        return list(self.shown)


FRAME = (
    '<a href="">Accueil</a><a href="ajouter">Ajouter</a>'
    '<a href="supprimer?id=3">Supprimer</a><a href="edition?id=5">Corriger une autre ligne</a>'
)
OWN = (
    '<a href="fiche?id=5">Voir aussi</a><a href="retour?id=3">Annuler</a><a href="supprimer?id=3">Supprimer</a>'
    '<a href="pdf">PDF</a><a href="reprise?id=3">Revoir</a><a href="edition?id=3">Corriger</a>'
)


def item_page(*shown: Form) -> Any:
    words = SimpleNamespace(fields={"name": "Nom", "date": "Jour"})
    http = SimpleNamespace(get=lambda _path: SimpleNamespace(readable=FRAME))
    columns = {"item": {"name": "nom", "date": "jour"}}
    return SimpleNamespace(
        page=ItemPage(FRAME + OWN, *shown), http=http, words=words, stock=SimpleNamespace(columns=columns)
    )


def test_words_only_say_which_link_is_tried_first() -> None:
    site, row = item_page(), SimpleNamespace(id=3)
    to_edit = [link.text for link in acting.own_links(site, row, site.page.url, forms.EDIT)]
    to_delete = [link.text for link in acting.own_links(site, row, site.page.url, forms.DELETE)]
    assert to_edit == ["Corriger", "Revoir", "PDF", "Annuler", "Supprimer"]
    assert to_delete == ["Supprimer", "Revoir", "PDF", "Annuler", "Corriger"]


def test_a_button_that_refuses_is_pressed_last_and_a_form_that_writes_only_if_it_says_so() -> None:
    def buttons(number: int, *names: str) -> tuple[Button, ...]:
        return tuple(Button(number, place, name) for place, name in enumerate(names))

    writing = Form(0, "post", "/", (field("Nom"), field("Jour", name="jour")), buttons(0, "Enregistrer", "Effacer"))
    asking = Form(1, "post", "/", (), buttons(1, "Ne pas supprimer", "Adieu"))
    searching = Form(2, "get", "/", (), buttons(2, "Supprimer les filtres"))
    scripted = Form(3, "post", "/", (), ())
    found = acting._buttons(item_page(writing, asking, searching, scripted), forms.DELETE)
    assert [one.button.name for one in found] == ["Effacer", "Adieu", "", "Ne pas supprimer"]


@pytest.mark.parametrize(
    ("names", "pressed"),
    [
        (["Enregistrer", "Annuler"], None),
        (["Annuler", "Enregistrer"], "Enregistrer"),
        (["Retour", "Supprimer", "OK"], "OK"),
        (["Enregistrer et revenir", "Supprimer"], None),
        (["Fermer"], None),
        ([], None),
    ],
)
def test_a_form_is_sent_by_the_first_button_that_does_not_refuse(names: list[str], pressed: str | None) -> None:
    buttons = tuple(Button(0, place, name) for place, name in enumerate(names))
    found = forms.sender(Form(0, "post", "/", (), buttons))
    assert (found.name if found else None) == pressed


def test_a_question_is_agreed_to_before_it_is_sent() -> None:
    filled: list[tuple[str, str | bool]] = []
    choices = (Option("Non", "0", selected=True), Option("Oui", "1"))
    asked = (field("Je sais", name="sur", kind="checkbox"), field("Sûr ?", name="choix", kind="radio", options=choices))
    site = SimpleNamespace(page=SimpleNamespace(fill=lambda one, value: filled.append((one.name, value))))
    acting._agree(site, Form(0, "post", "/", (*asked, field("Note")), ()))
    assert filled == [("sur", True), ("choix", "Oui")]
