"""A list that a filter or a search reduces, « Tous », the question before a deletion, a form in a second tab."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from refused import failure
from small_site import NO_TROUBLE

from etabli.exam import Failed
from etabli.exam.contract.check import import_grader
from etabli.exam.contract.french import counted
from etabli.exam.contract.values import Link
from etabli.exam.tools.draws import Draws
from etabli.system.settings import repository

GRADER = repository() / "graders" / "page-dynamique"
filters, kinds, paging = (import_grader(GRADER, name) for name in ("filters", "kinds", "paging"))
reading, reduced, stock, targets = (import_grader(GRADER, name) for name in ("reading", "reduced", "stock", "targets"))
BOOKS = ["Lampe bleue", "Lampe rouge", "Lampe verte", "Table basse", "Table haute"]
ROWS = [
    stock.Item(at, name, None, None if at == 3 else Decimal(at), date(2025, 3, at), 1, 1, name.split()[0], "Ici")
    for at, name in enumerate(BOOKS, 1)
]
BY_NAME = {row.name: row for row in ROWS}


def listing(names: Sequence[str], text: str = "{}", headers: Sequence[str] = ()) -> Any:
    entries = tuple(reading.Entry(name, text.format(name), f"/f?id={BY_NAME[name].id}") for name in names)
    return reading.Listing("http://x/?f=1", entries, (), tuple(headers))


class Shop:
    """A site that shows what `shown` gives for a filter or a search."""

    def __init__(self, shown: Any, nonce: str = "0123", *, paged: bool = False) -> None:
        self.shown, self.asked, self.paged = shown, list[str](), paged
        self.memo, self.draws, self.now = {"further-page": "[]"}, Draws(nonce), listing([])
        self.rules = SimpleNamespace(filter="category", page_size=2, order=(("name", "asc"),))
        self.words = SimpleNamespace(no_item="aucun livre")
        self.stock = SimpleNamespace(
            items=lambda: ROWS, by_name=lambda: BY_NAME, labels=lambda _kind: {1: "Lampe", 2: "Table"}
        )
        self.page, self.trouble = SimpleNamespace(status=200, text=""), NO_TROUBLE

    def start(self) -> None:
        self.now = listing(BOOKS[:2])

    def choose_here(self, what: str) -> None:
        self.asked.append(what)
        self.now = self.shown(what)

    def read(self) -> Any:
        return next(iter(self.walk(here=True)))

    def walk(self, *, here: bool) -> Iterator[Any]:
        assert here
        rows = self.now.entries
        size = self.rules.page_size if self.paged else max(1, len(rows))
        for at in range(0, max(1, len(rows)), size):
            yield replace(self.now, entries=rows[at : at + size])

    def many(self, number: int) -> str:
        return counted(number, "livre")


@pytest.fixture(autouse=True)
def chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is chosen, or searched, in a `Shop`."""
    monkeypatch.setattr(filters, "choose_here", Shop.choose_here)
    monkeypatch.setattr(reduced, "choose_here", Shop.choose_here)
    monkeypatch.setattr(reduced, "look_up", Shop.choose_here)


def rows_of(what: str) -> Any:
    """As a right site does, without pages."""
    return listing([name for name in BOOKS if what.lower() in name.lower()])


def test_a_filter_and_a_search_are_read_once_in_an_exam() -> None:
    shop = Shop(rows_of)
    found = reduced.reduced_lists(shop)
    assert {one.way for one in found} == {"filter", "search"} and reduced.reduced_lists(shop) == found
    assert len(shop.asked) == 2 and all(len(one.listing.entries) >= 2 for one in found)


def test_of_one_more_rows_are_wanted_than_a_page_has_and_another_lacks_a_price() -> None:
    drawn = {nonce: reduced._chosen(Shop(rows_of, nonce)) for nonce in map(str, range(24))}
    assert {some[0][0] for some in drawn.values()} == {"filter", "search"}
    assert {tuple(pages for *_what, pages in some) for some in drawn.values()} == {(2, 1)}
    for (_way, first, _turned), (_other, second, _one) in drawn.values():
        assert len(rows_of(first).entries) > 2 and len(rows_of(second).entries) >= 2


def test_what_is_no_list_is_not_looked_at() -> None:
    def refuses(_what: str) -> Any:
        raise Failed("La page / n'a ni champ « Rayon », ni lien.", "Un champ.")

    for shown in (refuses, lambda _what: listing(BOOKS[:1])):
        assert reduced.reduced_lists(Shop(shown)) == []


def test_a_list_of_rows_that_are_no_more_is_not_looked_at() -> None:
    shop, met = Shop(rows_of), list[int]()
    reduced.keep_further(shop, [listing(BOOKS[:2])] * 3)
    for items in ({}, BY_NAME):
        reduced.expect_reduced_too(shop, items, lambda one, _items: met.append(len(one.entries)))
        assert bool(met) == bool(items)


def test_what_is_wrong_with_a_reduced_list_is_told_where_it_is_seen_again() -> None:
    shop, met = Shop(rows_of), list[int]()

    def look(shown: Any, _items: Any) -> None:
        met.append(len(shown.entries))
        raise Failed("Dans la liste, un montant manque.", "Un montant.", because=["liste-colonnes"])

    found = failure(lambda: reduced.expect_reduced_too(shop, BY_NAME, look))
    first = reduced.reduced_lists(shop)[0]
    assert found.observed == f"{first.doing} : dans la liste, un montant manque." and found.help == reduced.SAME_LIST
    assert shop.asked[-1] == first.what and met[0] == met[1] and len(met) == 2
    assert first.doing.startswith(("Pour le filtre « ", "Pour la recherche « "))


def test_what_is_right_the_second_time_is_no_fault() -> None:
    shop, times = Shop(rows_of), list[int]()

    def look(_shown: Any, _items: Any) -> None:
        times.append(1)
        if len(times) % 2:
            raise Failed("Rien.", "Tout.")

    reduced.expect_reduced_too(shop, BY_NAME, look)
    assert len(times) == 4


def test_a_reduced_list_on_one_page_alone_is_too_long() -> None:
    shop = Shop(rows_of)
    paging._expect_size(shop, listing(BOOKS[:2]), BY_NAME)
    found = failure(lambda: paging._expect_size(shop, listing(BOOKS[:3]), BY_NAME))
    assert found.observed == "La première page montre 3 livres."


@pytest.mark.parametrize(("before", "here", "told"), [
    ((2, 2), 1, ""), ((2, 2), 2, ""), ((2, 2), 3, "On y voit 3 livres."),
    ((2, 1), 1, "La page n° 2, qui n'est pas la dernière, montre 1 livre."),
    ((3,), 1, "La page n° 1, qui n'est pas la dernière, montre 3 livres."),
])  # fmt: skip
def test_pages_that_are_not_the_last_one_are_full(before: tuple[int, ...], here: int, told: str) -> None:
    shop, page = Shop(rows_of), replace(listing(BOOKS[:here]), before=before)
    if told:
        assert failure(lambda: paging._expect_size(shop, page, BY_NAME)).observed == told
    else:
        paging._expect_size(shop, page, BY_NAME)


def test_a_later_page_of_the_longer_list_is_kept_with_how_many_each_before_shows() -> None:
    """And found once more by turning its pages, where something is wrong with it."""
    seen = set[str]()
    for nonce in map(str, range(24)):
        shop = Shop(rows_of, nonce, paged=True)
        kept = [one for one in reduced.reduced_lists(shop) if one.number > 1]
        seen |= {one.doing.partition("»")[2] for one in kept}
        assert all(one.listing.before == (2,) * (one.number - 1) for one in kept)

        def look(shown: Any, _items: Any) -> None:
            if shown.before:
                raise Failed("Dans la liste, un montant manque.", "Un montant.")

        for one in kept:
            found = failure(lambda shop=shop: reduced.expect_reduced_too(shop, BY_NAME, look))
            assert found.observed == f"{one.doing} : dans la liste, un montant manque."
    assert seen == {", page n° 2"}


def test_how_many_pages_of_the_longer_list_are_turned_is_drawn() -> None:
    shops = [Shop(rows_of, nonce) for nonce in map(str, range(24))]
    for shop in shops:
        shop.rules.page_size = 1
    assert {pages for shop in shops for *_what, pages in reduced._chosen(shop)[:1]} == {2, 3}, "of three"


@pytest.mark.parametrize(
    ("texts", "shown", "told"),
    [
        (["Tous", "Lampe", "Table"], BOOKS[:2], ""),
        (["– tout afficher –", "Lampe"], [], "ne montre aucun livre ; la page / en montre 2."),
        (["Toutes", "Lampe"], BOOKS[2:3], "montre 1 livre ; la page / en montre 2."),
        (["Choisissez", "Lampe"], [], ""),
    ],
)
def test_the_choice_of_all_shows_the_whole_list_again(
    monkeypatch: pytest.MonkeyPatch, texts: list[str], shown: list[str], told: str
) -> None:
    shop: Any = Shop(lambda _what: listing(shown))
    field = SimpleNamespace(options=[SimpleNamespace(text=text) for text in texts])
    monkeypatch.setattr(filters, "filter_field", lambda _site: field)
    if not told:
        filters._expect_whole_again(shop, BOOKS[:2])
        return
    found = failure(lambda: filters._expect_whole_again(shop, BOOKS[:2]))
    assert found.observed == f"Après un filtre, le choix « {texts[0]} » {told}"


@pytest.mark.parametrize(
    ("text", "source", "deletes", "found"),
    [
        ("Supprimer", "<form method=post><button>Oui</button></form>", False, True),
        ("Supprimer", "<p>Supprimé</p>", True, False),
        ("Annuler", "<form method=post>", False, False),
    ],
)
def test_the_question_before_a_deletion_is_a_page_too(
    monkeypatch: pytest.MonkeyPatch, text: str, source: str, deletes: bool, found: bool
) -> None:
    link = Link(text, "http://x/supprimer?id=1", "/supprimer?id=1", text)
    put = list[Any]()
    monkeypatch.setattr(kinds, "own_links", lambda *_asked: [link])
    monkeypatch.setattr(kinds, "gone", lambda *_asked: deletes)
    shop = SimpleNamespace(
        page=SimpleNamespace(open=lambda _address: None), acts=lambda: None,
        stock=SimpleNamespace(raw=lambda: ["rows"], put_back=put.append),
        visitor=lambda: SimpleNamespace(get=lambda _address: SimpleNamespace(readable=source)),
    )  # fmt: skip
    assert kinds._question(shop, ROWS[0], "/f?id=1") == (link.href if found else "")
    assert put == ([["rows"]] if deletes else []), "what a mere link deletes is put back"


def test_the_form_of_another_row_is_asked_for_as_in_a_second_tab() -> None:
    asked = list[str]()
    get = lambda address: asked.append(address) or SimpleNamespace(status=200)  # noqa: E731
    shop = SimpleNamespace(visitor=lambda: SimpleNamespace(get=get))
    assert targets.show_beside(shop, "/modifier/7?x=17", 7, 90) and asked == ["/modifier/90?x=17"]
    assert targets.show_beside(shop, "http://10.0.0.7/fiche/7#a", 7, 90) and asked[1:] == ["/fiche/90"]
    assert not targets.show_beside(shop, "/modifier", 7, 90) and len(asked) == 2
