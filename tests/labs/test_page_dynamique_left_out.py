"""What a site may leave out and keep its points no more: links of results, a word for a page too high, a way back, own messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from etabli.exam.contract.values import Diff
from etabli.exam.tools.draws import Draws
from etabli.system.settings import repository

GRADER = repository() / "graders" / "page-dynamique"
editing, filters, forms, items = (import_grader(GRADER, name) for name in ("editing", "filters", "forms", "items"))
keeping, paging, reading = (import_grader(GRADER, name) for name in ("keeping", "paging", "reading"))
reduced, refusals = (import_grader(GRADER, name) for name in ("reduced", "refusals"))
LABELS = {kind: kind.capitalize() for kind in ("name", "category", "place", "price", "date", "description")}


def link(text: str = "", href: str = "", **values: Any) -> Any:
    return reading.PageLink(**({"text": text, "label": "", "rel": "", "href": href, "button": -1} | values))


def listing(url: str, names: Sequence[str] = (), links: Sequence[Any] = (), **entry: Any) -> Any:
    entries = tuple(reading.Entry(**({"name": name, "text": name, "href": f"/f?n={name}"} | entry)) for name in names)
    return reading.Listing(f"http://x{url}", entries, tuple(links), ())


class Shop:
    """A site of which each address has one source, the same with a browser and without; a list of two on a page."""

    def __init__(self, sources: Mapping[str, str], status: int = 200) -> None:
        self.sources, self.status = {f"http://x{at}": source for at, source in sources.items()}, status
        self.words, self.draws = SimpleNamespace(of_the_item="de l'objet", fields=LABELS), Draws("0123")
        self.rules = SimpleNamespace(page_size=2)
        self.http, self.opened, self.free = SimpleNamespace(get=self.get), "", True
        self.page = SimpleNamespace(
            open=self.open, url="", text="", status=200, headings=lambda _level: [self.page.text], script=lambda *_, **__: self.free
        )  # fmt: skip

    def get(self, address: str) -> Any:
        source = self.sources[address]
        return SimpleNamespace(status=self.status, readable=source, text=source, url=address)

    def visitor(self) -> Any:
        return SimpleNamespace(get=lambda address: self.get(f"http://x{address}"))

    def open(self, address: str) -> None:
        address = address if address.startswith("http") else f"http://x{address}"
        self.page.url, self.page.text, self.page.status = address, self.sources[address], self.status

    back = open

    def read(self) -> Any:
        names = [name for name in ("Lampe", "Table") if name in self.page.text]
        return listing(self.page.url.removeprefix("http://x"), names)

    def many(self, number: int) -> str:
        return counted(number, "objet")


@pytest.mark.parametrize(
    ("entry", "title", "told"),
    [
        ({}, "<h1>Lampe</h1>", ""),
        ({"named": False}, "", "Dans la liste, « Lampe » n'est pas un lien."),
        ({"href": ""}, "", "Dans la liste, « Lampe » n'est pas un lien."),
        ({}, "<h1>Table</h1>", "Dans la liste, le lien « Lampe » mène à /f?n=Lampe, qui montre « <h1>Table</h1> »."),
    ],
)
def test_the_names_of_a_reduced_list_are_links_to_their_pages(entry: dict[str, Any], title: str, told: str) -> None:
    shop, shown = Shop({"/f?n=Lampe": title, "": ""}), listing("/?q=l", ["Lampe"], **entry)
    if not told:
        items._expect_results_linked(shop, shown, {})
        return
    assert failure(lambda: items._expect_results_linked(shop, shown, {})).observed == told


def test_what_is_kept_of_a_reduced_list_are_its_links_too() -> None:
    one = {
        "listing": {
            "entries": [{"name": "A", "text": "A", "href": "", "named": False}],
            "links": [vars(link("2", "/2"))],
        }
    }
    assert reduced._entries(one) == (reading.Entry("A", "A", "", False),) and reduced._links(one) == (link("2", "/2"),)


FRAME = "<h1>Objets</h1>\n<a>Page précédente</a>\n"


@pytest.mark.parametrize(
    ("source", "fine"),
    [
        (FRAME, False),
        (f"{FRAME}<p>Page 9999</p>", False),
        (f"{FRAME}<p>Aucun objet ici.</p>", True),
        (f"{FRAME}<p>No such page</p>", False),
        (f"{FRAME}<p>Table</p>", True),
    ],
)
def test_a_page_number_too_high_is_told_by_rows_or_by_a_sentence(source: str, fine: bool) -> None:
    shop = Shop({"/?page=2": f"{FRAME}<p>Page 2</p>\n<p>Lampe</p>", "/?page=9999": source})
    answer = shop.get("http://x/?page=9999")
    assert paging._told_too_high(shop, "http://x/?page=2", answer, ["Lampe", "Table"]) is fine


PAGES = [listing("/", ["A", "B"]), listing("/?page=2&tri=", ["C", "D"])]


@pytest.mark.parametrize(
    ("links", "source", "back"),
    [
        ([link("2", "http://x/index.php?page=2")], "", True),
        ([link("Tourner", "http://x/?tri=&page=2")], "", True),
        ([link("Suivant", "http://x/?page=4"), link("Accueil", "http://x/")], "", False),
        ([link("«", button=0)], "", True),
        ([link("Précédent", "http://x/?debut=2")], "", True),
        ([link("Retour", "http://x/")], "", False),
        ([], "<a onclick='history.back()'>", True),
        ([], "", False),
    ],
)
def test_the_third_page_leads_back_to_the_second_one(links: list[Any], source: str, back: bool) -> None:
    shop = Shop({"/?page=3": source, "/?debut=2": "<p>C</p>", "/": "<p>A</p>"})
    walked = [*PAGES, listing("/?page=3", ["E"], links)]
    if back:
        paging._expect_way_back(shop, walked)
        return
    found = failure(lambda: paging._expect_way_back(shop, walked))
    assert found.observed == "Depuis la page n° 3, aucun lien ne ramène à la page n° 2."
    paging._expect_way_back(shop, PAGES)


def test_a_page_of_no_rows_is_told_unless_its_link_is_greyed() -> None:
    shop = Shop({"/": "", "/?page=2&tri=": "", "/?page=3": ""})
    walked = [*PAGES, listing("/?page=3")]
    found = failure(lambda: paging._expect_last_filled(shop, walked))
    assert found.observed == "4 objets tiennent en 2 pages de 2 ; un lien mène pourtant à la page n° 3, vide."
    shop.free = False
    paging._expect_last_filled(shop, walked)
    paging._expect_last_filled(shop, PAGES)


@pytest.mark.parametrize(("second", "told"), [("", True), ("<p>Lampe</p>", False)])
def test_a_reduced_list_of_one_page_has_no_empty_second_one(second: str, told: bool) -> None:
    shop = Shop({"/?q=l": "<p>Lampe</p>", "/?q=l&page=2": second})
    one = listing("/?q=l", ["Lampe"], [link("2", "http://x/?q=l&page=2")])
    if told:
        found = failure(lambda: paging._expect_no_empty_page(shop, one, {}))
        assert found.observed == "La liste tient en une page (1 objet), et un lien mène pourtant à une page 2, vide."
    else:
        paging._expect_no_empty_page(shop, one, {})
    paging._expect_no_empty_page(shop, listing("/?q=l", ["Lampe"]), {})
    paging._expect_no_empty_page(shop, listing("/?q=l", ["Lampe", "Table"], one.links), {})


@pytest.mark.parametrize(
    ("right", "text", "told"),
    [
        ("Champ faux.", "Champ faux. " * 6, True),
        ("Champ faux.", "Champ faux.", False),
        ("", "Champ faux. " * 3, False),
        ("Très bien", "Champ faux. " * 3 + "Très bien " * 3, False),
    ],
)
def test_a_message_beside_every_field_is_none_of_the_faulty_ones(right: str, text: str, told: bool) -> None:
    faulty = ("name", "price", "date")
    messages = {kind: "Champ faux." if kind in faulty else right for kind in LABELS}
    shop: Any = SimpleNamespace(words=SimpleNamespace(fields=LABELS), page=SimpleNamespace(text=text))
    if not told:
        refusals._expect_own_messages(shop, "nom vide", faulty, messages)
        return
    found = failure(lambda: refusals._expect_own_messages(shop, "nom vide", faulty, messages))
    assert found.observed == (
        "Avec nom vide, un message apparaît aussi près des champs justes. Près de « Category », « Place » et « Description », on lit "
        "« Champ faux »."
    )


@pytest.mark.parametrize("shown", ["", "0", "0,00"])
def test_a_form_that_shows_nothing_for_an_amount_of_0_is_told(monkeypatch: pytest.MonkeyPatch, shown: str) -> None:
    row = SimpleNamespace(
        name="Lampe", category="A", place="B", description="C", price=Decimal(0), date=date(2026, 3, 9)
    )
    values = {"category": "A", "place": "B", "description": "C", "price": shown, "date": "2026-03-09"}
    monkeypatch.setattr(editing, "need_item_form", lambda _site: None)
    monkeypatch.setattr(
        editing,
        "field_of",
        lambda _site, _form, kind: SimpleNamespace(name=kind, value=values[kind], chosen=values[kind]),
    )
    shop: Any = SimpleNamespace(
        words=SimpleNamespace(fields=LABELS), page=SimpleNamespace(keep_source=lambda _part: None)
    )
    if shown:
        editing._expect_prefilled(shop, row)
    else:
        found = failure(lambda: editing._expect_prefilled(shop, row))
        assert (
            found.help == editing.ZERO_SHOWN and "« Price » est vide, et la base contient « 0,00 € »" in found.observed
        )


ROW = {"id": 8}


@pytest.mark.parametrize(
    ("added", "wrong", "told"),
    [
        ((ROW,), [], ""),
        ((), [], "rien n'est enregistré."),
        ((ROW, ROW), [], "2 lignes ajoutées dans la table."),
        ((ROW,), ["« Prix » est vide"], "dans la nouvelle ligne, « Prix » est vide."),
    ],
)
def test_a_mistake_that_is_put_right_in_the_form_that_came_back_is_stored(
    monkeypatch: pytest.MonkeyPatch, added: tuple[Any, ...], wrong: list[str], told: str
) -> None:
    sent = list[tuple[str, str]]()
    right = forms.Draft("Lampe", "", "", "12,50", "", "")
    monkeypatch.setattr(keeping, "send", lambda _site, _form, draft, only: sent.append((draft.name, only)))
    monkeypatch.setattr(keeping, "problems", lambda *_asked: wrong)
    shop: Any = SimpleNamespace(
        words=SimpleNamespace(fields={"name": "Nom"}), page=SimpleNamespace(text="", status=200), trouble=NO_TROUBLE,
        stock=SimpleNamespace(raw=list, since=lambda _before: Diff(added, (), ()), ids=lambda rows: [row["id"] for row in rows],
                              item=lambda identifier: identifier),
    )  # fmt: skip

    def check() -> None:
        keeping._expect_mended_stored(shop, "avec un nom vide", "name", right, None)

    if told:
        found = failure(check)
        assert found.observed == (
            f"Envoyé avec un nom vide, le formulaire revient ; le champ « Nom » corrigé, il est envoyé de nouveau : {told}"
        )
        assert found.help == (None if added else keeping.KEY_SPENT), "the check's own where the key is none of it"
    else:
        check()
    assert sent == [("Lampe", ["name"])], "what else the form shows is left as it is"


def test_where_each_value_of_the_filter_has_rows_one_is_added_that_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    labels = {1: "Lyon", 2: "Nice"}
    added = list[str]()
    rows = [
        SimpleNamespace(name=name, category="", place=place)
        for name, place in (("A", "Lyon"), ("B", "Nice"), ("C", "Nice"))
    ]

    def add(kind: str, label: str) -> None:
        added.append(f"{kind} {label}")
        labels[3] = label

    shop: Any = SimpleNamespace(
        rules=SimpleNamespace(filter="place"), draws=Draws("0123"), page=SimpleNamespace(open=lambda _address: None),
        drawn=SimpleNamespace(renamed_place="Dépôt d'Odile"),
        stock=SimpleNamespace(items=lambda: rows, labels=lambda _kind: labels, add_label=add),
    )  # fmt: skip
    monkeypatch.setattr(filters, "offers", lambda *_asked: True)
    wanted = {"Nice": ["B", "C"], "Lyon": ["A"], "Dépôt d'Odile": []}
    for _time in range(2):
        filters._leave_one_empty(shop)
        assert filters.filter_samples(shop) == wanted and added == ["place Dépôt d'Odile"], "once"

    def refuses(_kind: str, _label: str) -> None:
        raise Failed("La table a une colonne de plus.", "Rien.")

    del labels[3]
    shop.stock.add_label = refuses
    filters._leave_one_empty(shop)
    assert filters.filter_samples(shop) == {"Nice": ["B", "C"], "Lyon": ["A"]}
