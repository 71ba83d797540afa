"""Where and when an exam looks is drawn: no page, day, field, value or visitor is always the one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

import pytest
from refused import failure
from small_site import NO_TROUBLE

from etabli.exam import Failed, Rows
from etabli.exam.contract.check import import_grader
from etabli.exam.contract.values import Diff
from etabli.exam.tools.draws import Draws
from etabli.system.settings import repository

GRADER = repository() / "graders" / "page-dynamique"
adding, editing, filters = (import_grader(GRADER, name) for name in ("adding", "editing", "filters"))
forgery, forms, links, queries = (import_grader(GRADER, name) for name in ("forgery", "forms", "links", "queries"))
lists, outage, paging, reading = (import_grader(GRADER, name) for name in ("lists", "outage", "paging", "reading"))
refusals, stock, values, visitor = (import_grader(GRADER, name) for name in ("refusals", "stock", "values", "visitor"))
NONCES = tuple(map(str, range(24)))
ROWS = [
    stock.Item(at, f"N{at}", "Vue", Decimal(1000 + at), date(2025, 5, 10 + at), 1, 1, "Lampes", "Lyon")
    for at in range(1, 9)
]
TITLES = {"date": "Date", "price": "Prix"}


def listing(names: Sequence[str], url: str = "/", text: str = "", links: Sequence[Any] = ()) -> Any:
    return reading.Listing(
        url, tuple(reading.Entry(name, f"{name}\t{text}", f"/{name}") for name in names), tuple(links), ()
    )


class Shop:
    """A site whose list is on pages of two; `page_of` gives the text of an item's page."""

    def __init__(self, nonce: str = "0", page_of: Callable[[Any], str] = lambda _item: "") -> None:
        self.rows, self.draws, self.page_of = {row.name: row for row in ROWS}, Draws(nonce), page_of
        self.rules = SimpleNamespace(page_size=2, order=(("name", "asc"),), filter="place")
        self.words = SimpleNamespace(no_item="aucun objet")
        self.drawn = SimpleNamespace(price="7,05", amounts=(Decimal("0.37"), Decimal("412345.67")))
        self.page = SimpleNamespace(open=self.open, text="", url="/", status=200)
        self.stock = SimpleNamespace(change=self.change, by_name=lambda: dict(self.rows))
        self.looked = list[Any]()
        self.title, self.trouble, self.address_now = TITLES.__getitem__, NO_TROUBLE, lambda _name, noted: noted

    def open(self, address: str) -> None:
        self.page.url = address
        if row := self.rows.get(address[1:]):
            self.looked.append(row)
            self.page.text = self.page_of(row)

    def change(self, item: Any, **values: Any) -> None:
        self.rows[item.name] = replace(self.rows[item.name], **values)

    def home(self) -> Any:
        return next(iter(self.walk()))

    def shuffled(self, purpose: str, some: Sequence[Any]) -> list[Any]:
        return self.draws.of(purpose).shuffled(list(some))

    told_how_one_came = nullcontext

    def walk(self, **_how: Any) -> Iterator[Any]:
        names = list(self.rows)
        for at in range(0, len(names), 2):
            self.page.url = f"/?page={at // 2 + 1}"
            entries = [
                reading.Entry(name, f"{name}\t{self.rows[name].date:%d/%m/%Y}", f"/{name}")
                for name in names[at : at + 2]
            ]
            yield reading.Listing(self.page.url, tuple(entries), (), ())


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is demanded of lists that are reduced has its own tests."""
    monkeypatch.setattr(values, "expect_reduced_too", lambda *_asked, **_how: None)


# -- values of an item's page


def test_an_item_s_page_writes_a_date_whose_day_and_month_cannot_be_taken_for_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On its own day and on one around the new year; of any item of ``/``."""
    monkeypatch.setattr(values, "_expect_listed_dates", lambda *_asked: None)
    seen = set[str]()
    for nonce in NONCES:
        shop = Shop(nonce, lambda row: f"{row.date:%d/%m/%Y}")
        values.expect_dates(shop)
        own, new = shop.looked
        assert own.name == new.name and own.date.year == 2025 and new.date.day != new.date.month
        seen.add(own.name)
        turned = Shop(nonce, lambda row: f"{row.date:{'%d/%m/%Y' if row.date.year == 2025 else '%m/%d/%Y'}}")
        found = failure(lambda turned=turned: values.expect_dates(turned))
        assert found.observed.startswith(f"Sur la page de « {own.name} », « Date » vaut {new.date.isoformat()}")
    assert seen == {"N1", "N2"}


@pytest.mark.parametrize("years", [values.OLD_YEARS, values.NEW_YEARS])
def test_a_day_around_the_new_year_has_two_figures_to_write_and_another_year_of_its_week(years: range) -> None:
    days = values._odd_days(years)
    assert len(days) > 2 and len({day.year for day in days}) > 2
    for day in days:
        assert day.isocalendar().year == day.year - 1 and f"{day:%d/%m}" in ("02/01", "03/01")


def test_a_page_that_does_not_follow_the_base_is_told_by_other_checks() -> None:
    shop = Shop(page_of=lambda _row: "11/05/2025")
    values.expect_date_of_page(shop, ROWS[0], "/N1", date(2027, 1, 2))
    shop = Shop(page_of=lambda _row: "")
    assert failure(lambda: values.expect_date_of_page(shop, ROWS[0], "/N1", date(2027, 1, 2)))


@pytest.mark.parametrize("careless", [Decimal(1002), Decimal("7.05"), Decimal("0.37"), Decimal("412345.67")])
def test_less_than_1_and_many_thousands_are_written_in_the_list_and_on_a_page(
    monkeypatch: pytest.MonkeyPatch, careless: Decimal
) -> None:
    """One of them there, the other one here, where the row stands in the list."""
    monkeypatch.setattr(values, "_expect_listed_prices", lambda *_asked: None)
    told = set[str]()
    for nonce in NONCES:
        for write in (values.price_text, lambda price: f"{price} €" if price == careless else values.price_text(price)):
            shop = Shop(nonce, lambda row, write=write: str(write(row.price)))
            shop.words.empty = "non renseigné"
            shop.read = lambda shop=shop, write=write: reading.Listing(
                shop.page.url,
                tuple(reading.Entry(name, f"{name}\t{write(shop.rows[name].price)}", "/f") for name in ("N1", "N2")),
                (),
                (),
            )
            try:
                values.expect_prices(shop)
            except Failed as failed:
                assert write is not values.price_text and f"« Prix » vaut {careless} dans la base" in failed.observed
                told.add(failed.observed.partition(" «")[0])
            else:
                prices, (low, high) = [row.price for row in shop.looked], shop.drawn.amounts
                assert (*prices, shop.rows["N1"].price) in ((1002, low, 0, high), (high, Decimal("7.05"), 0, low))
                assert shop.page.url == "/?page=1" and (write is values.price_text or careless not in prices)
    both = {"Sur la page de", "Dans la liste, pour"}
    assert told == (both if careless in Shop().drawn.amounts else {"Sur la page de"})


# -- pages of the list


@pytest.mark.parametrize("number", [2, 3])
def test_any_page_leads_back_to_the_one_before(number: int) -> None:
    """The third one and the last one as well."""
    link = reading.PageLink("Précédent", "", "", "/?page={}")
    told = set[bool]()
    for nonce in NONCES:
        walked = [
            listing(
                [f"N{at}"], f"/?page={at}", links=[] if at == number + 1 else [replace(link, href=f"/?page={at - 1}")]
            )
            for at in range(1, 5)
        ]
        shop: Any = Shop(nonce)
        shop.http = SimpleNamespace(get=lambda _address: SimpleNamespace(readable=""))
        try:
            paging._expect_way_back(shop, walked)
            told.add(False)
        except Failed as failed:
            assert failed.observed == f"Depuis la page n° {number + 1}, aucun lien ne ramène à la page n° {number}."
            told.add(True)
    assert told == {True, False}


def visits(nonce: str, pages: Sequence[Sequence[str]]) -> Any:
    """A site that shows these pages."""
    made = visitor.Site.__new__(visitor.Site)
    made.draws, made.words = Draws(nonce), SimpleNamespace(item="objet", items="objets", no_item="aucun objet")
    made.stock = SimpleNamespace(by_name=lambda: {row.name: row for row in ROWS})
    made.page = SimpleNamespace(url="")

    def walk() -> Iterator[Any]:
        for at, names in enumerate(pages, 1):
            made.page.url = f"/?page={at}"
            yield listing(names)

    made.walk = walk
    return made


def test_a_drawn_page_of_too_few_rows_gives_its_turn_to_one_before() -> None:
    """A list of any size of pages is right before the last sheet: its last page may hold one row."""
    for nonce in NONCES:
        some = visits(nonce, [["N1", "N2", "N3"], ["N4"]]).listed_items(2, later=True)
        assert {row.name for row in some} < {"N1", "N2", "N3"}
    assert "que 1 objet" in failure(lambda: visits("0", [["N4"]]).listed_items(2, later=True)).observed
    assert "ne montre aucun objet" in failure(lambda: visits("0", [[]]).listed_items(2)).observed


@pytest.mark.parametrize(
    ("shown", "turned", "told"),
    [
        (["N4"], [], ""),
        (["N3", "N4"], [], "« N3 », supprimé de la base, est encore dans la liste."),
        (["N3"], [], "« N3 », supprimé de la base, est encore dans la liste."),
        (["N1", "N2"], [["N1", "N2"], ["N4", "N5"]], ""),
        (["N1", "N2"], [["N1", "N2"], ["N3", "N4"]], "« N3 », supprimé de la base, est encore dans la liste."),
        (["N1", "N2"], [["N1", "N2"]], "Après la suppression d'une ligne, « N4 » a disparu aussi."),
    ],
)
def test_a_row_that_is_deleted_goes_from_the_page_it_was_on(
    shown: list[str], turned: list[list[str]], told: str
) -> None:
    """Whatever its number; a page that has no address of its own is turned to once more."""
    opened = list[str]()
    shop: Any = SimpleNamespace(
        come_again=lambda at, _why: opened.append(at), read=lambda _also: listing(shown), trouble=NO_TROUBLE,
        walk=lambda _also: map(listing, turned),
    )  # fmt: skip
    check = lambda: lists.expect_gone(shop, ROWS[2], ROWS[3], "/?page=2")  # noqa: E731
    if told:
        assert failure(check).observed == told
    else:
        check()
    assert opened == ["/?page=2"]


def test_the_other_values_of_the_filter_are_drawn_once_one_is_renamed() -> None:
    groups = {"A": ["a"], "B": ["b", "b"], "C": ["c"] * 3, "D": ["d"] * 4, "Neuf": ["n"] * 5, "Vide": []}
    seen = set[str]()
    for nonce in NONCES:
        shop: Any = Shop(nonce)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(filters, "by_value", lambda _site: groups)
            patch.setattr(filters, "offers", lambda *_asked: True)
            samples = filters.filter_samples(shop, "Neuf")
        assert len(samples) == 4 and next(iter(samples)) == "Neuf" and list(samples)[-1] == "Vide"
        seen |= set(samples)
    assert seen == set(groups)


# -- forms


@pytest.mark.parametrize(("opens", "stored", "told"), [("", None, False), ("0,00", Decimal(0), True)])
def test_a_field_in_which_nothing_is_typed_is_left_as_it_opens(
    monkeypatch: pytest.MonkeyPatch, opens: str, stored: Decimal | None, told: bool
) -> None:
    typed = forms.Draft("N1", "Lampes", "Lyon", "", "11/05/2025", "Vue")
    filled = list[Sequence[str]]()
    monkeypatch.setattr(adding, "draft", lambda *_asked, **_values: typed)
    monkeypatch.setattr(adding, "need_add_form", lambda _site: None)
    monkeypatch.setattr(adding, "values_shown", lambda *_asked: {"price": opens, "date": "2025-05-11"})
    monkeypatch.setattr(adding, "send", lambda *_asked, only: filled.append(only))
    monkeypatch.setattr(adding, "_expect_confirmed", lambda *_asked: None)
    monkeypatch.setattr(adding, "expect_unchanged", lambda *_asked, **_how: None)
    row = replace(ROWS[0], price=stored)
    shop: Any = SimpleNamespace(
        words=SimpleNamespace(fields=TITLES), page=SimpleNamespace(text="", status=200), one_line=False,
        stock=SimpleNamespace(raw=list, linked=dict, since=lambda _before: Diff(({"id": 1},), (), ()), ids=lambda _rows: {1}, item=lambda _id: row),
    )  # fmt: skip
    if told:
        found = failure(lambda: adding.expect_added(shop, name="N1"))
        assert found.help == adding.OPENS_BLANK and found.observed == (
            "Dans la nouvelle ligne, « Prix » vaut « 0.00 » au lieu de rien. À l'ouverture du formulaire, « Prix » montrait déjà « 0,00 »."
        )
    else:
        adding.expect_added(shop, name="N1")
    assert filled == [["name", "category", "place", "date", "description"]]


def test_one_or_more_fields_are_corrected_of_the_form_that_changes_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = list[tuple[Any, Sequence[str]]]()
    other = forms.Draft("x", "x", "x", "x", "x", "x")
    monkeypatch.setattr(editing, "_edit_form_again", lambda *_asked: None)
    monkeypatch.setattr(editing, "changed_draft", lambda *_asked: other)
    monkeypatch.setattr(editing, "send", lambda _site, _form, draft, only: sent.append((draft, only)))
    monkeypatch.setattr(editing, "field_of", lambda *_asked: None)
    wanted = list[Any]()
    monkeypatch.setattr(editing, "problems", lambda _site, _row, draft: wanted.append(draft) or ["« Prix » est vide"])
    told = set[str]()
    for nonce in NONCES:
        shop: Any = Shop(nonce)
        shop.drawn = SimpleNamespace(edited="Neuf", dear="1234.50", day=date(2025, 3, 9), description="Usée.")
        shop.words = SimpleNamespace(fields=dict(zip(forms.Draft.__dataclass_fields__, "NCLPDT", strict=True)))
        vars(shop.stock).update(
            item=lambda _id: ROWS[0],
            raw=list,
            since=lambda _before: Diff(),
            ids=lambda _rows: set(),
            sorted=lambda: ROWS,
        )
        told.add(
            failure(lambda shop=shop: editing._expect_rest_kept(shop, ROWS[0], "", "")).observed.partition(" ; ")[0]
        )
        (draft, kinds), kept = sent[-1], wanted[-1]
        assert shop.rows["N1"].date == ROWS[-1].date, (
            "no longer at the head of the list, where the first correction put it"
        )
        changed = {kind for kind in forms.Draft.__dataclass_fields__ if getattr(kept, kind) == getattr(draft, kind)}
        assert changed == set(kinds) and "price" not in kinds
    assert {len(kinds) for _draft, kinds in sent} == {1, 2, 3}
    assert any(said.endswith("seul le champ « N » a été corrigé") for said in told)
    assert any(" seuls « " in said and said.endswith(" ont été corrigés") for said in told)


def test_an_amount_or_a_text_is_typed_alone_or_with_all_others(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = list[tuple[Any, Sequence[str]]]()
    other = forms.Draft("x", "Lampes", "Lyon", "9", "x", "Neuve")
    for name in ("_edit_form_again", "_expect_prefilled", "expect_linked_kept"):
        monkeypatch.setattr(editing, name, lambda *_asked, **_how: None)
    monkeypatch.setattr(editing, "changed_draft", lambda *_asked: other)
    monkeypatch.setattr(editing, "send", lambda _site, _form, draft, only, keep: sent.append((draft, only)) or [])
    monkeypatch.setattr(editing, "problems", lambda *_asked: [])
    monkeypatch.setattr(editing, "_expect_amounts_taken", lambda *_asked: None)
    for nonce in NONCES:
        shop: Any = Shop(nonce)
        shop.drawn, shop.memo = SimpleNamespace(corrected_day=date(2026, 5, 4)), {}
        vars(shop.stock).update(
            item=lambda _id, shop=shop: shop.rows["N1"], raw=list, linked=dict, since=lambda _before: Diff()
        )
        shop.title = shop.words.fields = {"price": "Prix", "description": "Texte"}
        shop.title = shop.title.__getitem__
        editing._expect_missing_kept(shop, "description", ROWS[0], "", "/modifier")
        draft, only = sent[-1]
        assert (draft.price, draft.description) == ("", "Neuve") and (draft.name == "N1") == bool(only)
    assert {tuple(only) for _draft, only in sent} == {(), ("description",)}


def test_one_value_that_is_missing_is_looked_at_alone_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who says so only where both are missing is told, whichever is emptied first."""
    monkeypatch.setattr(values, "_expect_first_empty", lambda *_asked: None)
    monkeypatch.setattr(values, "_expect_blank_told", lambda *_asked: None)
    told = set[str]()
    for nonce in NONCES:

        def both(row: Any) -> str:
            return "non indiqué, non indiqué" if row.price is None and row.description is None else "Rien"

        def each(row: Any) -> str:
            return ", ".join(["non indiqué"] * sum(one is None for one in (row.price, row.description)))

        for page_of, right in ((each, True), (both, False)):
            shop: Any = Shop(nonce, page_of)
            shop.words.empty, shop.linked = "non indiqué", lambda shop=shop: list(shop.home().entries)
            shop.title = {"price": "Prix", "description": "Texte"}.__getitem__
            if right:
                values.expect_missing_values(shop)
                assert len(shop.looked) == 3
            else:
                told.add(failure(lambda shop=shop: values.expect_missing_values(shop)).observed)
    assert told == {
        f"Nous avons vidé « {kind} » de « N1 » dans la base : sur sa page, on ne lit pas « non indiqué »."
        for kind in ("Prix", "Texte")
    }


def test_two_forms_hold_each_kind_of_mistake_once_and_not_always_the_same_together() -> None:
    seen, names = set[tuple[str, ...]](), set[str]()
    for nonce in NONCES:
        shop: Any = SimpleNamespace(drawn=SimpleNamespace(negative="-7", lettered="douze"), draws=Draws(nonce))
        forms_ = refusals.faulty_forms(shop)
        typed = [(kind, value) for _doing, _faulty, values in forms_ for kind, value in values.items()]
        names.update(value for kind, value in typed if kind == "name")
        alone, _told = refusals.mistake_alone(shop, SimpleNamespace(kind="text"), "name")
        assert {bool(value) for kind, value in typed if kind == "name"} == {not alone}, "an exam sends both"
        assert sorted((kind, value.strip()) for kind, value in typed) == sorted(
            [
                ("name", ""),
                ("price", "-7"),
                ("price", "douze"),
                ("date", ""),
                ("date", refusals.IMPOSSIBLE),
                ("category", ""),
                ("place", ""),
            ]
        )
        for doing, faulty, values in forms_:
            assert faulty == list(values) and ("{day}" in doing) == (values["date"] == refusals.IMPOSSIBLE)
            seen.add(tuple(faulty))
    assert seen == {
        ("price", "date"), ("name", "price", "date"), ("price", "date", "category", "place"),
        ("name", "price", "date", "category", "place"),
    }  # fmt: skip
    assert "" in names and len(names) > 2 and not any(name.strip() for name in names)


@pytest.mark.parametrize("has", [("add", "edit"), ("add",), ()])
def test_which_form_is_sent_while_the_base_is_down_is_drawn(
    monkeypatch: pytest.MonkeyPatch, has: Sequence[str]
) -> None:
    named = {"add": forms.ADD_FORM, "edit": forms.EDIT_FORM}
    filled = set[str]()
    monkeypatch.setattr(outage.kinds, "further_pages", lambda _site: {named[one]: f"/{one}" for one in has})
    monkeypatch.setattr(outage, "_expect_outage_told", lambda *_asked: None)
    monkeypatch.setattr(outage, "_after_sending", lambda _site, _form, which, _frame: filled.add(which))
    monkeypatch.setattr(outage, "_filled_form", lambda _site, _where, address: address)
    for nonce in NONCES:
        shop: Any = Shop(nonce)
        shop.visitor = lambda: SimpleNamespace(get=lambda _address: SimpleNamespace(text=""))
        shop.linked, shop.db = list, SimpleNamespace(down=lambda _outage: nullcontext())
        outage.expect_decent_outage(shop)
    assert filled == {{"add": "d'ajout", "edit": "de modification"}[one] for one in has}


# -- addresses


@pytest.mark.parametrize(
    ("reads", "told"),
    [
        (lambda said: said.partition(" --")[0], True),
        (lambda said: said.partition(" ")[0], False),
        (lambda said: re.match(r"\d*", said)[0], False),
        (lambda said: said.partition("/")[0].partition("#")[0], False),
        (lambda said: said, False),
    ],
)
def test_the_number_of_a_page_at_the_end_of_a_path_is_tried_too(reads: Callable[[str], str], told: bool) -> None:
    """One comment of SQL alone: a program may well read « / » or « # » of an address as its own signs."""
    shop: Any = Shop()

    def opened(address: str) -> None:
        shop.page.path = address
        shop.now = listing(["N1"] if reads(unquote(address.removeprefix("/page/"))) == "2" else [])

    shop.page = SimpleNamespace(open=opened, links=list, path="")
    shop.walk, shop.read = lambda: iter([listing([], "/"), listing([], "/page/2")]), lambda: shop.now
    shop.drawn = SimpleNamespace(unknown="branou")
    if told:
        found = failure(lambda: queries.expect_links_safe(shop))
        assert found.observed.startswith("À l'adresse /page/2%20--%20branou, la page montre ce que montre /page/2 ;")
    else:
        queries.expect_links_safe(shop)


# -- visitors


def follow(nonce: str, changes: Callable[[bool, str], bool]) -> Any:
    """What comes of a site with one link, which `changes` rows for who is known or not, and from where."""
    rows = [("a",)]
    asked = list[tuple[bool, str]]()

    def ask(known: bool) -> Callable[..., Any]:
        def get(address: str, sent_from: str = "") -> Any:
            asked.append((known, sent_from))
            rows.append(() if changes(known, sent_from) else rows[-1])
            return SimpleNamespace(readable="", url=address)

        return get

    made = visitor.Site.__new__(visitor.Site)
    made.draws, made.drawn, made.memo = Draws(nonce), SimpleNamespace(foreign="https://ailleurs.fr/"), {}
    made.linked, made.acts, made.visitor = list, lambda: None, lambda: SimpleNamespace(get=ask(True))
    made.visitors = lambda _purpose: [ask(True), ask(False)]
    made.db = SimpleNamespace(
        compare=lambda before, after: Diff((), tuple({"id": one} for one in before if one not in after), ())
    )
    made.page = SimpleNamespace(
        links=lambda: [SimpleNamespace(href="/voir")], forms=list, url="/", open=lambda _address: None, awaited=list,
        roam=lambda: False, script=lambda *_asked, **_how: "", keep_source=lambda _written: None,
    )  # fmt: skip
    made.stock = SimpleNamespace(
        snapshot=lambda: {"objets": list(rows[-1])}, sums=lambda: [rows[-1]], tables={"item": "objets"},
        put_back=lambda _rows: None, replace=lambda before: rows.append(tuple(before["objets"])),
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(links, "_after_acts", lambda _site: {})
        try:
            links.expect_links_harmless(made)
        except Failed as failed:
            return failed, asked
    return None, asked


def test_one_of_both_who_follow_a_link_comes_from_another_site() -> None:
    seen = set[tuple[bool, str]]()
    for nonce in NONCES:
        told, asked = follow(nonce, lambda _known, _place: False)
        assert told is None and len({place for _known, place in asked}) == 2
        seen |= set(asked)
    assert len(seen) == 4
    told = [follow(nonce, lambda known, place: known and bool(place))[0] for nonce in NONCES]
    assert None in told and {one.observed for one in told if one} == {
        "Suivre depuis un autre site le lien /voir, celui de la page /, a changé la table objets : 1 ligne supprimée."
    }
    assert all(
        follow(nonce, lambda _known, place: not place)[0].observed.startswith("Suivre le lien /voir")
        for nonce in NONCES
    )


@pytest.mark.parametrize("accepted", [(), ("deletion",), ("edit",), ("deletion", "edit")])
def test_which_forged_form_comes_among_the_rows_of_a_workspace_is_drawn(
    monkeypatch: pytest.MonkeyPatch, accepted: tuple[str, ...]
) -> None:
    at_home = set[str]()
    for nonce in NONCES:
        done = list[str]()

        def refused(_site: Any, name: str = "", done: list[str] = done) -> None:
            done.append(name)
            if name in accepted:
                raise Failed(f"Accepté : {name}.", "La base ne change pas.", at=Rows())

        for name in ("deletion", "edit"):
            monkeypatch.setattr(forgery, f"_expect_forged_{name}_refused", lambda site, name=name: refused(site, name))
        made = visitor.Site.__new__(visitor.Site)
        made.draws, made.db = Draws(nonce), SimpleNamespace(witness=lambda: None)
        made.as_at_home = lambda done=done: done.append("home")
        if accepted:
            told = failure(lambda made=made: forgery.expect_forgery_refused(made)).observed
            assert all(f"Accepté : {name}." in told for name in accepted)
        else:
            forgery.expect_forgery_refused(made)
        assert sorted(done) == ["deletion", "edit", "home"] and done[1] == "home"
        at_home.add(done[2])
    assert at_home == {"deletion", "edit"}
