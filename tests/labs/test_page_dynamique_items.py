"""What is told of the page of an item, and of its address."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from refused import failure, observed
from small_site import LINKED_ITEM, WORDS, site

from etabli.exam.contract.check import import_grader
from etabli.system.settings import repository

GRADER = repository() / "graders" / "page-dynamique"
addresses, columns, items = (import_grader(GRADER, name) for name in ("addresses", "columns", "items"))


def test_what_is_shown_of_an_unknown_item_is_its_page(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    first, second = (SimpleNamespace(name=name, href=f"/fiche.php?id={at}") for at, name in ((3, "Lit"), (4, "Lampe")))
    monkeypatch.setattr(items, "two_entries", lambda _site: (first, second))
    answer = SimpleNamespace(status=200, readable="<h1>Page introuvable</h1>", text="<h1>Page introuvable</h1>")
    made = site(
        http=SimpleNamespace(get=lambda _address: answer), free_id=lambda: 2199, drawn=SimpleNamespace(unknown="x")
    )
    made.page.open, made.shuffled = opened.append, lambda _for, some: list(some)
    made.visitors, made.visitor = lambda _why: [made.http.get], lambda: made.http
    made.words = SimpleNamespace(columns={}, fields={}, empty="non renseigné", item="objet", items="objets")
    monkeypatch.setattr(items, "_free_ids", lambda *_asked: [])
    assert "code 200 au lieu de 404" in observed(lambda: items.expect_not_found(made))
    assert opened == ["/fiche.php?id=2199"]


FICHE = "Lampe\nType\nÉclairage\nCuisine\n31\nDate\n09/03/2026\n"


def the_page(text: str, status: int = 200) -> Any:
    """A site whose item page is open."""
    made = site(text, status, "/fiche.php?id=7", open_item=lambda _entry: None, entry=lambda _name: None)
    made.page.headings = lambda _level: ["Lampe"]
    titles = {"category": "Type", "place": "Cuisine", "price": "Prix", "date": "Date"}
    made.words = SimpleNamespace(fields={}, columns=titles, of_the_item="du plat")
    return made


@pytest.mark.parametrize(
    ("text", "told", "advice"),
    [
        (FICHE, "sous « Cuisine », on lit « 31 » là où on attend « Fournil ».", columns.JOIN),
        (FICHE.replace("31", "Salle"), "sous « Cuisine », on lit « Salle » là où on attend « Fournil ».", "chacun de ses titres"),
        (FICHE.replace("Cuisine\n31\n", ""), "on ne trouve pas : Cuisine.", "chacun de ses titres"),
    ],
)  # fmt: skip
def test_what_stands_in_the_place_of_a_value_is_quoted_and_the_page_opens(text: str, told: str, advice: str) -> None:
    made = the_page(text)
    found = failure(lambda: items.expect_item_page(made, LINKED_ITEM))
    assert found.observed == f"Sur la page de « Lampe », {told}" and advice in (found.help or "")
    items.expect_openable(made)


def test_a_page_that_does_not_open_is_told_once() -> None:
    made = the_page("Erreur", 404)
    assert "code 404" in failure(lambda: items.expect_item_page(made, LINKED_ITEM)).observed
    assert failure(lambda: items.expect_openable(made)).because == ("fiche-complete",)
    items.expect_openable(site())


def test_an_address_that_moves_is_told_with_what_it_showed_and_all_that_was_done() -> None:
    gone, item = SimpleNamespace(name="Vélo"), SimpleNamespace(id=3, name="Lampe")
    said = ["Lampe d'Odile", "Vase"]
    answer = lambda _href: SimpleNamespace(status=200, text=said[0] if len(said) > 1 else said[-1])  # noqa: E731
    made = site(
        drawn=SimpleNamespace(readdressed="Lampe d'Odile"),
        listed_items=lambda _count: [gone, item],
        entry=lambda _name: SimpleNamespace(href="/fiche.php?rang=14"),
        http=SimpleNamespace(session=lambda: SimpleNamespace(get=answer)),
    )
    made.words = SimpleNamespace(fields={}, columns={"price": "Prix"}, the_item="la lampe")
    made.page.headings = lambda _level: ["Vase"]
    made.stock = SimpleNamespace(
        columns={"item": {"id": "id"}},
        change=lambda *_asked, **_values: None,
        remove=lambda _item: said.pop(0),
        ahead=lambda: {"price": 5},
    )
    found = failure(lambda: items.expect_stable_address(made))
    assert found.observed == (
        "Dans la base, une autre ligne (« Vélo ») a été supprimée, et « Lampe d'Odile » a changé de « Prix » : la place de chacun "
        "dans la liste n'est plus la même. L'adresse /fiche.php?rang=14 montrait « Lampe d'Odile » ; maintenant, elle montre "
        "« Vase »."
    )
    assert found.expected == "La même adresse montre toujours la lampe."


def test_a_name_that_is_no_link_is_told_with_all_of_its_page(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [
        SimpleNamespace(name=name, href=f"/{name}", named=named)
        for name, named in (("a", True), ("b", False), ("c", False))
    ]
    words = SimpleNamespace(**vars(WORDS), of_the_item="de l'objet")
    one = site(linked=lambda: entries, entry=lambda _name: None, words=words, walk=lambda: iter([SimpleNamespace(entries=[])]),
               draws=SimpleNamespace(of=lambda _what: SimpleNamespace(between=lambda _low, _high: 1)),
               stock=SimpleNamespace(items=list, by_name=dict))  # fmt: skip
    reduced: list[Any] = []
    monkeypatch.setattr(items, "expect_reduced_too", lambda *asked: reduced.append(asked))
    found = failure(lambda: items.expect_named_links(one))
    assert (
        found.observed.startswith("Dans la liste, « b » n'est pas un lien")
        and "1 autre nom de cette page" in found.observed
    )
    one.linked = lambda: entries[:1]
    items.expect_named_links(one)
    assert len(reduced) == 1, "then a filter and a search as well"


@pytest.mark.parametrize(
    ("status", "text", "said"),
    [
        (404, "Le site\nNot found", "la page dit « Not found » : écrivez-la en français"),
        (404, "Le site\nThe requested URL was not found.", "écrivez-la en français"),
        (404, "", "la page est vide"),
        (404, "Introuvable", "la page dit seulement « Introuvable »"),
        (200, "Le site\nAucune fiche", "le site répond par le code 200 au lieu de 404 ; la page dit « Aucune fiche »"),
    ],
)
def test_what_is_wrong_with_an_unknown_address_is_told(status: int, text: str, said: str) -> None:
    assert said in items.wrong_answer(status, text, "Le site\nNos objets")


TITLES = ("Prix", "Date", "Rayon", "non renseigné")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Le site\nNos objets\nModifier", "on n'y lit que ce qu'ont les autres pages"),
        (
            "Le site\nRayon :\nPrix : 0,00 €\nDate : 01/01/1970\nnon renseigné",
            "on n'y lit que ce qu'ont les autres pages",
        ),
        ("Le site\nRayon :\nErreur 404", "en dehors de ce qu'ont toutes les pages, on lit « Erreur 404 »"),
        ("Le site\nRayon :\nCette fiche n'existe pas.", ""),
        ("Le site\nRayon introuvable", ""),
        ("Le site, et son menu\nFiche inconnue", ""),
    ],
)
def test_the_frame_and_blank_values_explain_no_unknown_address(text: str, said: str) -> None:
    found = items.wrong_answer(404, text, "Le site\nNos objets\nModifier", TITLES)
    assert found == "" if not said else found.endswith(said)


@pytest.mark.parametrize("text", ["Le site\nCette fiche n'existe pas.", "Erreur 404 (Not found) : la fiche est perdue"])
def test_a_french_page_explains_an_unknown_address(text: str) -> None:
    assert items.wrong_answer(404, text, "Le site") == ""


@pytest.mark.parametrize(
    ("first", "second", "altered"),
    [
        ("http://x/fiche.php?id=3", "http://x/fiche.php?id=12", "http://x/fiche.php?id=900"),
        ("http://x/fiche/3", "http://x/fiche/12", "http://x/fiche/900"),
        ("http://x/?p=fiche&id=3&r=1", "http://x/?p=fiche&id=4&r=1", "http://x/?p=fiche&id=900&r=1"),
        ("http://x/velo-rouge", "http://x/lampe", "http://x/velo-rouge-igloo"),
        ("http://x/12-velo", "http://x/7-lampe", "http://x/900-velo"),
    ],
)
def test_the_identifier_is_altered(first: str, second: str, altered: str) -> None:
    assert addresses.altered_addresses(first, second, 900, "igloo") == [altered]


def test_two_items_at_one_address_have_no_identifier() -> None:
    assert addresses.altered_addresses("http://x/fiche", "http://x/fiche", 900, "igloo") == []


def test_each_parameter_is_tried_in_turn() -> None:
    assert addresses.with_values("http://x/?a=1&b=&c=2", "'") == ["http://x/?a=%27&b=&c=2", "http://x/?a=1&b=&c=%27"]
    assert addresses.with_values("http://x/?a=1&b=", "#z", after=True) == ["http://x/?a=1%23z&b="]
    assert addresses.value_addresses("http://x/?a=1&b=", "#z") == ["http://x/?a=1%23z&b="]
    assert addresses.value_addresses("http://x/liste/2/", "/*z*/") == ["http://x/liste/2%2F%2Az%2A%2F"]
    assert addresses.value_addresses("http://x/liste", "z") == []
