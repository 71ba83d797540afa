"""What a sheet asks for in more places than one: a choice made on a later page, a letter that names hold, a form to change rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from bodies import fields
from refused import failure
from small_site import NO_TROUBLE

from etabli.exam import Answer, Failed, Rows
from etabli.exam.contract.check import import_grader
from etabli.exam.contract.values import Field, Form
from etabli.exam.tools.draws import Draws
from etabli.system.settings import repository

GRADER = repository() / "graders" / "page-dynamique"
columns, doubles, editing = (import_grader(GRADER, name) for name in ("columns", "doubles", "editing"))
filters, forms, scripts = (import_grader(GRADER, name) for name in ("filters", "forms", "scripts"))
injection, items, keeping = (import_grader(GRADER, name) for name in ("injection", "items", "keeping"))
labels, lists, paging, quality = (import_grader(GRADER, name) for name in ("labels", "lists", "paging", "quality"))
reading, reduced, refusals, results = (
    import_grader(GRADER, name) for name in ("reading", "reduced", "refusals", "results")
)
searches, targets, values = (import_grader(GRADER, name) for name in ("searches", "targets", "values"))
Results = results.Results


class Chosen:
    """A site whose list is right when it is asked on ``/``; `here`: what it shows of a choice made on a later page."""

    def __init__(self, here: Sequence[str], home: Sequence[str] = ("A", "B")) -> None:
        self.shown = {True: here, False: home}
        self.now, self.opened = list[str](), list[str]()
        self.back = self.opened.append
        self.shuffled = lambda _purpose, some: list(some)

    def ask(self, *, here: bool = False) -> Any:
        return Results((tuple(self.shown[here]),), ("http://x/?page=2&f=1",))


def expect_shown(_site: Any, results: Any, wanted: Sequence[str], doing: str, _text: str = "") -> None:
    if set(results.names) != set(wanted):
        raise Failed(f"{doing}, il manque des lignes.", "Toutes.")


def test_a_choice_made_on_a_later_page_shows_its_rows_from_the_first_one_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filters, "expect_shown", expect_shown)
    right, kept, wrong = Chosen(["A", "B"]), Chosen(["B"]), Chosen(["B"], ["B"])
    doing = "Pour le filtre « Lyon »"
    for shop in (right, kept, wrong):
        if shop is right or shop is kept:
            filters.expect_asked(shop, shop.ask(), shop.ask, ["A", "B"], doing, later=False)
    filters.expect_asked(right, right.ask(here=True), right.ask, ["A", "B"], doing, later=True)
    found = failure(lambda: filters.expect_asked(kept, kept.ask(here=True), kept.ask, ["A", "B"], doing, later=True))
    assert found.help == filters.NUMBER_KEPT and kept.opened == ["http://x/?page=2&f=1"]
    assert found.observed == (
        "Depuis une page suivante de la liste, et non depuis la première : pour le filtre « Lyon », il manque des lignes."
    )
    found = failure(lambda: filters.expect_asked(wrong, wrong.ask(here=True), wrong.ask, ["A", "B"], doing, later=True))
    assert found.observed == "Pour le filtre « Lyon », il manque des lignes." and not found.help, (
        "the number is no cause"
    )


@pytest.mark.parametrize(
    ("offered", "text", "told", "because"),
    [
        (["Nice", "Dépôt d'Odile & fils"], "", "", ()),
        (["Nice", "Lyon"], "", "le filtre propose encore l'ancien nom.", ()),
        (["Nice"], "", "le filtre ne propose pas le nouveau nom.", ()),
        (["Nice", "Lyon"], "as before", "le filtre propose encore l'ancien nom.", ("liste-suit-ajout",)),
        ([], "", "", ()),
    ],
)
def test_a_value_that_has_another_name_is_offered_under_it(
    monkeypatch: pytest.MonkeyPatch, offered: list[str], text: str, told: str, because: tuple[str, ...]
) -> None:
    monkeypatch.setattr(filters, "offers", lambda _site, label: label in offered)
    new = "Dépôt d'Odile & fils"
    shop: Any = SimpleNamespace(
        rules=SimpleNamespace(filter="place"), page=SimpleNamespace(text=text),
        stock=SimpleNamespace(labels=lambda _kind: {1: new, 2: "Nice"}, tables={"place": "lieux"}, show_renamed=lambda _kind: None),
    )  # fmt: skip
    if not told:
        filters._expect_new_name_offered(shop, "Lyon", new, "as before")
        return
    found = failure(lambda: filters._expect_new_name_offered(shop, "Lyon", new, "as before"))
    assert found.observed == f"« Lyon » est devenu « {new} » dans la base : {told}" and found.because == because


def test_the_value_that_is_renamed_has_more_rows_than_a_page_and_a_sign_that_links_must_encode() -> None:
    rows = [
        SimpleNamespace(name=f"{place} {at}", category="", place=place) for place in ("Lyon", "Nice") for at in range(3)
    ]
    labels = {1: "Lyon", 2: "Nice", 3: "Vide", 4: "Petit"}
    rows.append(SimpleNamespace(name="P", category="", place="Petit"))
    seen = set[str]()
    for nonce in map(str, range(12)):
        renamed = dict(labels)
        shop: Any = SimpleNamespace(
            rules=SimpleNamespace(filter="place", page_size=2), draws=Draws(nonce),
            drawn=SimpleNamespace(lot=SimpleNamespace(text="d'Odile & fils")),
            stock=SimpleNamespace(
                items=lambda: rows, labels=lambda _kind: labels, rename=lambda _kind, number, name, renamed=renamed: renamed.update({number: name})
            ),
        )  # fmt: skip
        old, new = filters._rename_one(shop)
        assert new in renamed.values() and new.endswith(" d'Odile & fils") and renamed != labels
        [longer] = [name for name in renamed.values() if name.endswith(f" {new}")]
        assert longer != new and renamed[3] == "Vide", "another value that has rows holds the new name"
        seen.add(old)
    assert seen == {"Lyon", "Nice"}


def test_a_letter_that_names_hold_is_searched_or_one_that_none_holds() -> None:
    names = ["Kiwi vert", "kaki d'Anaïs", "Wok bleu"]
    seen = {}
    for nonce in map(str, range(40)):
        shop: Any = SimpleNamespace(
            draws=Draws(nonce), rules=SimpleNamespace(page_size=2), stock=SimpleNamespace(names=lambda: names)
        )
        [(sign, held)] = searches.lone_signs(shop)
        seen[sign] = held
    assert [] in seen.values() and seen["v"] == ["Kiwi vert"]
    assert not {"k", "w", "a", "e", "o", "s"} & set(seen), "of more than a page, or written in more ways than one"


@pytest.mark.parametrize(
    ("shown", "said", "told"),
    [
        (["Kiwi"], "", False),
        ([], "Tapez deux lettres au moins.", False),
        ([], "Aucun fruit pour « w ».", True),
        ([], "", True),
        (["Kiwi", "Pomme"], "Deux lettres au moins.", True),
        (["Pomme"], "", True),
    ],
)
def test_a_letter_finds_the_names_that_hold_it_or_is_refused(
    monkeypatch: pytest.MonkeyPatch, shown: list[str], said: str, told: bool
) -> None:
    shop: Any = Chosen([])
    shop.page = SimpleNamespace(status=200, text="", url="")
    monkeypatch.setattr(searches, "whole_or_ends", lambda _site: [])

    def search(_site: Any, text: str, **_how: Any) -> Any:
        shop.page.text = said if text == "w" else "Aucun fruit pour « igloo »."
        return Results((tuple(shown if text == "w" else ()),))

    monkeypatch.setattr(searches, "search", search)
    monkeypatch.setattr(searches, "expect_shown", expect_shown)
    monkeypatch.setattr(filters, "expect_shown", expect_shown)
    shop.walk, shop.trouble = lambda: [], NO_TROUBLE
    shop.drawn = SimpleNamespace(absent="igloo", lot=SimpleNamespace(text="lot"))
    monkeypatch.setattr(searches, "fragment_of_names", lambda _site: ("rien", []))
    monkeypatch.setattr(searches, "pieces_of_names", lambda _site: [])
    monkeypatch.setattr(searches, "lone_signs", lambda _site: [("w", ["Kiwi"])])
    monkeypatch.setattr(searches, "_add_lots", lambda _site: [])
    if told:
        assert failure(lambda: searches.expect_search(shop)).observed.startswith("Pour la recherche « w »")
    else:
        searches.expect_search(shop)


def pages(count: int) -> list[Any]:
    return [
        reading.Listing(f"http://x/?page={at}", (reading.Entry(f"N{at}", f"N{at}", "/f"),), (), ())
        for at in range(1, count + 1)
    ]


@pytest.mark.parametrize("before", [True, False])
def test_a_further_page_of_the_list_is_kept_and_looked_at_again_where_it_is_wrong(before: bool) -> None:
    """Whether `liste-complete`, which sees all pages, comes before or after who looks at a further one."""
    seen, turned = set[str](), list[int]()
    for nonce in map(str, range(20)):
        memo: dict[str, str] = {"reduced": "[]"}
        shop: Any = SimpleNamespace(
            memo=memo, draws=Draws(nonce), stock=SimpleNamespace(by_name=lambda: {f"N{at}": None for at in range(1, 6)})
        )
        shop.walk = lambda turned=turned: (turned.append(one) or one for one in pages(5))
        shop.read = lambda turned=turned: turned[-1]
        if before:
            reduced.keep_further(shop, pages(5))

        def look(listing: Any, _items: Any) -> None:
            raise Failed(f"Dans la liste, {listing.names[0]} est faux.", "Juste.")

        found = failure(lambda shop=shop, look=look: reduced.expect_reduced_too(shop, shop.stock.by_name(), look))
        assert found.help == reduced.SAME_ROWS
        seen.add(found.observed)
        reduced.expect_reduced_too(shop, {}, look, further=False)
    assert seen == {f"Sur la page n° {at} de la liste : dans la liste, N{at} est faux." for at in (3, 4, 5)}


@pytest.mark.parametrize("count", [1, 2])
def test_a_list_of_two_pages_has_no_further_one(count: int) -> None:
    shop: Any = SimpleNamespace(memo={"reduced": "[]"}, draws=Draws("0"))
    reduced.keep_further(shop, pages(count))
    reduced.expect_reduced_too(shop, {}, lambda *_asked: pytest.fail("nothing to look at"))


DRAWN = SimpleNamespace(
    negative="-7", lettered="douze", whole="15", unknown="branou", no_february=(30, 2), day=date(2026, 5, 4), lot=None
)
KINDS = ("name", "category", "place", "price", "date", "description")


def field(kind: str, index: int, shown: str = "text") -> Field:
    return Field(0, index, kind, "", "", kind, shown, "", required=False, labelled=True)


def test_a_mistake_that_is_alone_is_of_every_kind_that_the_sheet_names() -> None:
    sent: dict[str, set[str]] = {kind: set() for kind in ("name", "price", "date", "day")}
    for nonce in map(str, range(60)):
        shop: Any = SimpleNamespace(drawn=DRAWN, draws=Draws(nonce), words=SimpleNamespace(fields={}))
        for kind in ("name", "price", "date"):
            value, told = refusals.mistake_alone(shop, field(kind, 0), kind)
            sent[kind].add(
                re.sub(r"\d\d$", "00", value) if kind == "price" else value.strip() + "·" * (value != value.strip())
            )
            assert told.startswith("Avec ")
        sent["day"].add(refusals.mistake_alone(shop, field("date", 0, "date"), "date")[0])
    assert sent["name"] == {"", "·"} and sent["price"] == {"-7", "-7,00", "douze", "15branou"}
    assert {"", "30/02/2026"} < sent["date"] and {"", "2026-02-30"} < sent["day"]
    assert any(re.fullmatch(r"04/1[3-9]/2026", day) for day in sent["date"]), "a month that no calendar has"


class Edited:
    """A site with the form that changes one row; `status` and `changes`: what it does with a mistake."""

    def __init__(self, status: int, changes: str, nonce: str = "0") -> None:
        self.drawn, self.draws, self.status, self.changes = DRAWN, Draws(nonce), status, changes
        self.words = SimpleNamespace(fields=dict(zip(KINDS, KINDS, strict=True)))
        self.stock = SimpleNamespace(snapshot=dict, columns={"item": dict(zip(KINDS, KINDS, strict=True))})
        self.sent: dict[str, str] = {}
        self.trouble = SimpleNamespace(expect_decent=self.expect_decent)

    def visitor(self) -> Any:
        page = '<form><input type="hidden" name="jeton" value="now"></form>'
        return SimpleNamespace(get=lambda _address: SimpleNamespace(readable=page), post=self.post)

    def post(self, _action: str, data: Any, **_how: Any) -> Any:
        self.sent = dict(fields(data))
        return SimpleNamespace(status=self.status, readable="<p>Page</p>")

    def expect_decent(self, status: int, _text: str, doing: str, *_how: Any, **_more: Any) -> None:
        if status >= 500:
            raise Failed(f"{doing}, le site répond par une erreur.", "Une page.")


def expect_unchanged(site: Edited, _before: Any, doing: str, **how: str) -> None:
    if site.changes:
        raise Failed(f"{doing}, la table objets a changé : {site.changes}.", how["expected"], how["help"])


@pytest.mark.parametrize(("status", "changes", "told"), [
    (200, "", ""), (403, "", ""), (500, "", "le site répond par une erreur."),
    (200, "1 ligne modifiée", "la table objets a changé : 1 ligne modifiée."),
])  # fmt: skip
def test_the_form_that_changes_an_item_refuses_a_mistake_too(
    monkeypatch: pytest.MonkeyPatch, status: int, changes: str, told: str
) -> None:
    monkeypatch.setattr(refusals, "expect_unchanged", expect_unchanged)
    form = Form(0, "post", "/modifier", (*(field(kind, at) for at, kind in enumerate(KINDS)),
                                        Field(0, 9, "", "", "", "jeton", "hidden", "then", required=False, labelled=False)), ())  # fmt: skip
    data = [*((kind, f"right {kind}") for kind in KINDS), ("jeton", "then")]
    wrong = set[str]()
    for nonce in map(str, range(24)):
        shop = Edited(status, changes, nonce)
        check = lambda shop=shop: editing._expect_mistake_refused(shop, form, "/modifier", data)  # noqa: E731
        if told:
            found = failure(check)
            assert found.observed.endswith(told)
            assert "dans le formulaire de modification" in found.observed
            assert isinstance(found.at, Rows if changes else Answer)
        else:
            check()
        other = {name for name, value in data if shop.sent[name] != value} - {"jeton"}
        assert len(other) == 1 and shop.sent["jeton"] == "now", "all else is as it is"
        wrong |= other
    assert wrong == set(KINDS) - {"description"}


def test_a_text_in_capitals_is_shown_as_it_is_and_one_that_lost_its_tags_is_told_by_its_name() -> None:
    shop: Any = SimpleNamespace(page=SimpleNamespace(text="VOIR <B>ESSAI</B> ICI", keep_source=lambda: None))
    scripts.expect_literal(shop, "<b>essai</b>", "Sur la page")
    shop.page.text = "Voir essai ici"
    found = failure(lambda: scripts.expect_literal(shop, "<b>essai</b>", "Sur la page", "Lieu"))
    assert found.observed == "Sur la page, on ne lit pas le texte de « Lieu » tel qu'il est dans la base."


def test_a_name_of_the_filtered_list_holds_html_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a drawn value, which is then the one that is chosen."""
    rows = [
        SimpleNamespace(name=name, category="", place=place)
        for name, place in (("A", "Lyon"), ("B", "Nice"), ("C", "Nice"))
    ]
    both = list[tuple[str, str]]()
    looked = list[str]()
    monkeypatch.setattr(injection, "_filtered", lambda _site, option: (both.append((option, *changed)), ("", set()))[1])
    monkeypatch.setattr(scripts, "expect_inert", lambda _site, marker, *_how, **_more: looked.append(marker))
    for nonce in map(str, range(12)):
        changed = dict[str, str]()
        shop: Any = SimpleNamespace(
            rules=SimpleNamespace(filter="place"), words=SimpleNamespace(fields=dict(zip(KINDS, KINDS, strict=True))),
            page=SimpleNamespace(markup=lambda marker: f"<b>{marker}</b>", payload=str, spread=lambda *_asked: ""), draws=Draws(nonce),
            stock=SimpleNamespace(
                raw=list, since=list, rename=lambda *_asked: None, ahead=lambda: {"price": 1}, labels=lambda _kind: {1: "Lyon", 2: "Nice"},
                items=lambda: rows, by_name=lambda: {row.name: row for row in rows},
                change=lambda item, name, price, changed=changed: changed.update({item.name: name}),
            ),
        )  # fmt: skip
        injection.expect_filter_inert(shop)
        assert set(changed.values()) == {"Essai <b>choisi</b>"}
    assert set(both) == {("Nice", "B"), ("Lyon", "A")} and looked[:2] == ["choisi", "choix"], (
        "of the value that is chosen"
    )


@pytest.mark.parametrize(
    ("under", "told"),
    [
        ("Catégorie\tLampes\tLieu\tLyon\tDate\t04/05/2026", ""),
        ("Catégorie\tLyon\tLieu\tLampes\tDate\t04/05/2026", "« Lyon » sous le titre « Catégorie », et « Lampes » sous « Lieu » : "
         "les deux sont échangés."),
        ("Catégorie\tLyon\tLieu\t04/05/2026\tDate\tLampes", "« Lyon » sous le titre « Catégorie », « 04/05/2026 » sous « Lieu », et "
         "« Lampes » sous « Date » : ces valeurs sont échangées."),
        ("Catégorie\tLyon\tLieu\tNice\tDate\tLampes", ""),
    ],
)  # fmt: skip
def test_values_that_are_turned_round_under_their_titles_are_told(under: str, told: str) -> None:
    titles = {"category": "Catégorie", "place": "Lieu", "date": "Date", "price": "Prix"}
    shop: Any = SimpleNamespace(words=SimpleNamespace(columns=titles), title=titles.__getitem__)
    row: Any = SimpleNamespace(category="Lampes", place="Lyon", date=date(2026, 5, 4), price=None)
    if told:
        assert (
            failure(lambda: columns.expect_own_titles(shop, under, row, "La page")).observed == f"La page donne {told}"
        )
    else:
        columns.expect_own_titles(shop, under, row, "La page")


@pytest.mark.parametrize(("order", "asked"), [(("price", "desc"), ["Lampe"]), (("date", "asc"), ["/?page=3"])])
def test_an_amount_of_0_is_looked_at_in_the_list_wherever_it_stands(
    monkeypatch: pytest.MonkeyPatch, order: tuple[str, str], asked: list[str]
) -> None:
    done = list[str]()
    monkeypatch.setattr(values, "look_up", lambda _site, text: done.append(text))
    entry = reading.Entry("Lampe", "Lampe\tgratuit", "/f?id=1")
    page = reading.Listing("http://x/", (entry,), (), ())
    shop: Any = SimpleNamespace(
        rules=SimpleNamespace(order=[order]), words=SimpleNamespace(empty="non renseigné"), trouble=SimpleNamespace(crash=lambda: "stopped"),
        stock=SimpleNamespace(change=lambda *_how, **_values: None), page=SimpleNamespace(open=done.append, text=""),
        address_now=lambda *_asked: "/f", read=lambda: page,
        title=lambda _kind: "Prix",
    )  # fmt: skip
    row = SimpleNamespace(name="Lampe", price=Decimal(5), description="Une lampe")
    assert failure(lambda: values._expect_zero(shop, row, entry, "/?page=3")).observed.startswith(
        "Dans la liste, pour « Lampe », « Prix » vaut 0"
    )
    assert done == ["/f", *asked]


def item_page(text: str, *, is_cut: bool = False) -> Any:
    columns = {"category": "Catégorie", "place": "Lieu", "price": "Prix", "date": "Date"}
    return SimpleNamespace(
        memo={}, words=SimpleNamespace(columns=columns, of_the_item="de l'objet"), open_item=lambda _entry: None, entry=lambda _name: None,
        page=SimpleNamespace(status=200, text=text, headings=lambda _level: ["Lampe"], path="/f", look=lambda *_how, **_kind: is_cut), trouble=NO_TROUBLE,
        title=lambda kind: {"description": "Description", **columns}[kind],
    )  # fmt: skip


def test_a_long_description_is_shown_whole() -> None:
    lines = [f"{at}. Une phrase." for at in range(1, 13)]
    row: Any = SimpleNamespace(
        name="Lampe",
        category="A",
        place="B",
        price=None,
        date=date(2026, 5, 4),
        description="\n".join(lines),
        category_id=1,
        place_id=2,
    )
    head = "Lampe\nA\nB\n04/05/2026\n"
    items.expect_item_page(item_page(head + "\n\n".join(lines)), row, known="Avant.")
    items.expect_item_page(item_page(head + "Avant."), row, known="Avant.")
    found = failure(lambda: items.expect_item_page(item_page(head + " ".join(lines[:8]) + "…"), row, known="Avant."))
    assert (
        found.observed
        == "Sur la page de « Lampe », « Description » n'est pas en entier : la base en contient 182 caractères."
    )
    found = failure(lambda: items.expect_item_page(item_page(head + "\n".join(lines), is_cut=True), row))
    assert "n'est pas en entier à l'écran : le bloc s'arrête avant « 12. Une phrase. »" in found.observed
    assert not found.stops, "the text is there: what others look at is no matter of it"
    found = failure(lambda: items.expect_item_page(item_page(head), row))
    assert found.observed == "Sur la page de « Lampe », on ne trouve pas : Description."


@pytest.mark.parametrize(("status", "told"), [(404, ""), (400, ""), (200, "répond par le code 200 au lieu de 404")])
def test_a_word_in_the_place_of_a_number_opens_no_page(monkeypatch: pytest.MonkeyPatch, status: int, told: str) -> None:
    asked = list[str]()

    def get(address: str) -> Any:
        asked.append(address)
        worded = address.endswith("branou")
        text = "<h1>Not Found</h1>" if worded else "<p>Cette fiche n'existe pas, ou n'existe plus.</p>"
        text = "<h1>Objets</h1>" if address in ("/", "/f?id=3") else text
        return SimpleNamespace(status=status if worded else 404, text=text, readable=text)

    entries = [SimpleNamespace(name=name, href=f"/f?id={at}") for name, at in (("Lampe", 3), ("Table", 12))]
    shop: Any = SimpleNamespace(
        drawn=DRAWN, free_id=lambda: 900, visitor=lambda: SimpleNamespace(get=get), visitors=lambda _for: [get],
        words=SimpleNamespace(columns={}, fields={}, empty="non renseigné"), shuffled=lambda _for, some: list(some),
        page=SimpleNamespace(open=lambda _address: None, text=""), trouble=NO_TROUBLE,
    )  # fmt: skip
    monkeypatch.setattr(items, "two_entries", lambda _site: entries)
    monkeypatch.setattr(items, "_free_ids", lambda *_asked: [17])
    if told:
        assert told in failure(lambda: items.expect_not_found(shop)).observed
    else:
        items.expect_not_found(shop)
    assert asked[-1] == "/f?id=branou"


@pytest.mark.parametrize(("answer", "told"), [(None, ""), (500, "l'erreur 500"), (403, "")])
def test_a_form_that_is_sent_once_more_shows_no_error(
    monkeypatch: pytest.MonkeyPatch, answer: int | None, told: str
) -> None:
    shop: Any = Edited(200, "")
    shop.stock, shop.page = SimpleNamespace(since=lambda _before: None), SimpleNamespace(status=200, text="")
    monkeypatch.setattr(doubles, "stored", lambda *_asked: [None])
    sent = SimpleNamespace(status=answer, readable="") if answer else None
    check = lambda: doubles._expect_one(shop, "Lampe", [], "Envoyé deux fois", str, answer=sent)  # noqa: E731
    if told:
        found = failure(check)
        assert "Envoyé deux fois, le formulaire n'ajoute rien de plus ; ensuite, le site" in found.observed
        assert isinstance(found.at, Answer)
    else:
        check()


def test_the_form_that_changes_an_item_has_labels_too(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = SimpleNamespace(
        visible=True, labelled=False, label="", aria="Prix", placeholder="", name="prix", kind="text"
    )
    opened = list[str]()
    shown = lambda: [SimpleNamespace(entries=[bare] if opened[-1] == "/modifier" else [])]  # noqa: E731
    shop: Any = SimpleNamespace(
        page=SimpleNamespace(url="/ajouter", open=opened.append, forms=shown, script=lambda *_asked, **_kind: []),
        draws=Draws("0"), stock=SimpleNamespace(names=lambda: ["Lampe"]),
    )  # fmt: skip
    left = SimpleNamespace(label="", step="")
    shop.page.leaving_label = lambda: left
    shop.acts, shop.page.submit = lambda: None, lambda *_asked: opened.append("sent")
    opened.append("/ajouter")
    for name in ("need_add_form", "need_item_form"):
        monkeypatch.setattr(labels, name, lambda _site: None)
    monkeypatch.setattr(labels, "field_of", lambda *_asked: None)
    monkeypatch.setattr(labels, "look_up", lambda _site, _name: opened.append("searched"))
    monkeypatch.setattr(labels, "sender", lambda _form: None)
    monkeypatch.setattr(labels, "item_form", lambda _site: True)
    further = {"la page 2 de la liste": "/?page=2", forms.EDIT_FORM: "/modifier"}
    found = failure(lambda: labels.expect_labels(shop, further))
    assert found.observed.startswith(
        "Sur la page du formulaire de modification, on trouve 1 champ sans étiquette reliée"
    )
    assert opened == ["/ajouter", "sent", "/", "searched", "/modifier"]
    opened.append("/ajouter")
    labels.expect_labels(shop, {})
    for step, since in (("focus", "dès qu'on clique dans le champ"), ("filled", "dès que le champ est rempli")):
        vars(left).update(label="Chercher", step=step)
        found = failure(lambda: labels.expect_labels(shop, {}))
        assert found.observed.startswith(f"Sur {forms.ADD_FORM}, l'étiquette « Chercher » disparaît {since}")
    left.step = ""
    shown = lambda: [SimpleNamespace(entries=[bare] if opened[-1] == "sent" else [])]  # noqa: E731
    shop.page.forms = shown
    opened.append("/ajouter")
    found = failure(lambda: labels.expect_labels(shop, {}))
    assert found.observed.startswith(f"Sur {forms.RETURNED}, on trouve 1 champ sans étiquette reliée")
    opened.append("/ajouter")
    monkeypatch.setattr(labels, "item_form", lambda _site: None)
    labels.expect_labels(shop, {})


@pytest.mark.parametrize(
    ("text", "ahead", "at", "told"),
    [
        ("Lampe 5 €\nLampe 5 €", {"price": 9}, "/", False),
        ("LAMPE 5 €\nLAMPE 5 €", {"price": 9}, "/", False),
        ("Lampe 5 €", {"price": 9}, "/", True),
        ("Lampe 5 €", {"price": 9}, "/?page=8", False),
        ("Lam\xadpe 5 €", {"price": 9}, "/", False),
        ("Lampe 5 €", {}, "/", False),
    ],
)
def test_two_rows_of_one_name_are_both_shown(text: str, ahead: dict[str, int], at: str, told: bool) -> None:
    added, page = list[str](), SimpleNamespace(text=text, url="/")

    def entry(_name: str, **_why: str) -> None:
        page.url = at

    shop: Any = SimpleNamespace(
        drawn=SimpleNamespace(put="Lampe", dear="1234.56", description="Usée."), draws=Draws("0"), home=lambda: None, entry=entry, page=page,
        stock=SimpleNamespace(ahead=lambda: ahead, add=lambda name, **_values: added.append(name)),
    )  # fmt: skip
    if told:
        assert "la liste n'en montre qu'une" in failure(lambda: lists.expect_additions_followed(shop)).observed
    else:
        lists.expect_additions_followed(shop)
    assert len(added) == (2 if ahead else 1)


def test_a_list_is_looked_at_on_a_phone_and_the_sources_of_all_lists_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = list[list[str]]()
    monkeypatch.setattr(quality, "main_pages", lambda *_asked: {"la page /": "/"})
    monkeypatch.setattr(quality, "_expect_within", lambda _site, _width, pages: shown.append(list(pages.values())))
    memo = {"further": '{"la liste filtrée": "/?f=1"}', "other-lists": '{"la page 2 de la liste": "/?page=2"}'}
    get = lambda address: SimpleNamespace(readable=f"<title>{address}</title>")  # noqa: E731
    shop: Any = SimpleNamespace(
        page=SimpleNamespace(width=lambda *_asked, **_how: None), memo=memo, visitor=lambda: SimpleNamespace(get=get),
        stock=SimpleNamespace(by_name=dict), linked=list, home=lambda: SimpleNamespace(entries=[]),
    )  # fmt: skip
    memo["hidden-on-phones"] = "{}"
    monkeypatch.setattr(quality.phone, "look", lambda _site: None)
    quality.expect_no_overflow(shop, 360)
    assert shown == [["/", "/?f=1"], [], ["/", "/?f=1"]]
    monkeypatch.setattr(quality.kinds, "after_an_act", lambda _site: "")
    assert {where: head.title for where, head in quality.kinds.heads(shop).items()} == {
        "la liste filtrée": "/?f=1", "la page 2 de la liste": "/?page=2"
    }  # fmt: skip


@pytest.mark.parametrize("low", [0, -1])
def test_a_page_before_the_first_one_is_no_crash(monkeypatch: pytest.MonkeyPatch, low: int) -> None:
    nonce = next(
        nonce for nonce in map(str, range(20)) if Draws(nonce).of("page avant la première").one((0, -1)) == low
    )
    monkeypatch.setattr(paging, "expect_reduced_too", lambda *_asked, **_how: None)
    monkeypatch.setattr(paging, "_expect_way_back", lambda *_asked: None)
    broken = {True: 500, False: 404}
    for crashes in (True, False):
        shop: Any = Edited(200, "", nonce)
        get = lambda address, crashes=crashes: SimpleNamespace(  # noqa: E731
            status=broken[crashes] if address.endswith(f"={low}") else 404, text=""
        )
        shop.http, shop.walk = SimpleNamespace(get=get), lambda: pages(3)
        shop.rules, shop.drawn = SimpleNamespace(page_size=1), SimpleNamespace(series="S", page=900, unknown="branou")
        names = ["N1", "N2", "N3"]
        shop.stock = SimpleNamespace(names=lambda names=names: names, by_name=dict, add_many=list)
        if crashes:
            found = failure(lambda shop=shop: paging.expect_full_walk(shop))
            assert found.observed.startswith(f"À l'adresse /?page={low}, d'une page avant la première, le site")
            assert found.help == paging.TOO_LOW
        else:
            paging.expect_full_walk(shop)


def test_rows_before_the_first_one_are_asked_in_each_exam(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where links carry a number of rows, 0 is the first page and tells nothing."""
    for name in ("expect_reduced_too", "_expect_way_back"):
        monkeypatch.setattr(paging, name, lambda *_asked, **_how: None)
    for nonce in map(str, range(8)):
        shop, asked = Edited(200, "", nonce), list[str]()
        shop.http = SimpleNamespace(
            get=lambda one, asked=asked: asked.append(one) or SimpleNamespace(status=404, text="")
        )
        shop.walk = lambda: [replace(one, url=f"http://x/?debut={at}") for at, one in enumerate(pages(3))]
        shop.rules, shop.drawn = SimpleNamespace(page_size=1), SimpleNamespace(series="S", page=900, unknown="branou")
        shop.stock = SimpleNamespace(names=lambda: ["N1", "N2", "N3"], by_name=dict, add_many=list)
        paging.expect_full_walk(shop)
        assert asked == ["http://x/?debut=900", "http://x/?debut=-1"]


def test_a_list_that_is_not_read_again_lacks_one_of_many_rows_in_each_exam() -> None:
    """Whatever days are drawn for the many, one of them stands before all those that were there."""
    rows, day = list[dict[str, Any]](), date(2031, 1, 1)
    stock = SimpleNamespace(ahead=lambda: {"date": day}, some=lambda: SimpleNamespace(category_id=1, place_id=1))
    stock.add_many = rows.extend
    shop: Any = SimpleNamespace(
        stock=stock, draws=Draws("0"), rules=SimpleNamespace(page_size=2), many=lambda count: f"{count} lampes",
        drawn=SimpleNamespace(series="Lot", description="Usée."), home=lambda **_how: SimpleNamespace(names=["A", "B", "C"]),
    )  # fmt: skip
    assert "3 lampes" in failure(lambda: paging.expect_large_list(shop)).observed
    assert [row["name"] for row in rows if row["date"] == day] == ["Lot n° 0000"] and len(rows) > 800


@pytest.mark.parametrize("alone", [False, True])
def test_a_linked_table_that_loses_the_category_of_the_last_row_is_told_so(
    monkeypatch: pytest.MonkeyPatch, alone: bool
) -> None:
    told: list[tuple[str, str]] = []
    shop: Any = SimpleNamespace(words=SimpleNamespace(this_category="cette catégorie", this_place="ce local"))
    unchanged = lambda _site, _before, doing, expected, help: told.append((doing, help))  # noqa: E731
    monkeypatch.setattr(targets, "expect_unchanged", unchanged)
    targets.expect_linked_kept(shop, {}, "Après la suppression de « Lampe »", "DELETE", alone=alone)
    last = ", seule ligne de cette catégorie et de ce local" if alone else ""
    assert told[0][0] == f"Après la suppression de « Lampe »{last}" and "votre DELETE" in told[0][1]


def test_a_new_category_and_a_new_place_are_put_in_where_the_base_takes_them() -> None:
    def add(kind: str, _label: str) -> None:
        if kind == "place":
            raise Failed("La table a une colonne de plus.", "Rien.")

    shop: Any = SimpleNamespace(
        drawn=SimpleNamespace(renamed_label="Côté d'Irma", renamed_place="Dépôt d'Odile"),
        stock=SimpleNamespace(add_label=add),
    )
    assert targets._of_no_other(shop) == {"category": "Côté d'Irma"}


def test_what_was_typed_stays_whatever_the_mistake_and_one_that_lost_it_is_looked_at_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen, mended = set[str](), set[str]()
    tried: list[str] = []

    def kept(_site: Any, _doing: str, kept: Sequence[str], **values: str) -> tuple[Any, Any]:
        [field] = values
        assert field not in kept and len(kept) == 5
        tried.append(field)
        return forms.Draft("", "", "", "", "", ""), None

    monkeypatch.setattr(keeping, "expect_kept", kept)
    monkeypatch.setattr(keeping, "_expect_mended_stored", lambda _site, _doing, field, *_asked: mended.add(field))
    monkeypatch.setattr(keeping, "draft", lambda *_asked, **_values: forms.Draft("", "", "", "", "", ""))
    monkeypatch.setattr(keeping, "item_form", lambda _site: True)
    monkeypatch.setattr(keeping, "field_of", lambda _site, _form, kind: kind)
    monkeypatch.setattr(keeping, "may_be_left", lambda field: field == "place")
    for nonce in map(str, range(40)):
        tried.clear()
        shop: Any = SimpleNamespace(
            draws=Draws(nonce), memo={}, drawn=SimpleNamespace(kept="", negative="-5"), stock=SimpleNamespace(snapshot=dict),
            words=SimpleNamespace(fields={"place": "Local"}),
        )  # fmt: skip
        keeping.expect_all_kept(shop)
        assert len(tried) == 2 and tried[0] in ("name", "price") and tried[1] in ("date", "place"), (
            "a list without a blank"
        )
        seen.update(tried)
    assert seen == mended == {"name", "price", "date", "place"}
    tried.clear()
    shop.memo[refusals.LOST] = "description"  # as no draw gives it
    shop.words.fields["description"] = "Détail"
    keeping.expect_all_kept(shop)
    assert tried[2:] == ["description"]
