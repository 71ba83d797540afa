"""What was the same in every exam, and is no more: who is right there alone is told."""

from __future__ import annotations

from contextlib import nullcontext
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
from etabli.exam.contract.words import squeeze
from etabli.exam.tools.draws import Draws
from etabli.system.settings import repository

GRADER = repository() / "graders" / "page-dynamique"
adding, editing, forms = (import_grader(GRADER, name) for name in ("adding", "editing", "forms"))
injection, items, kinds, lists = (import_grader(GRADER, name) for name in ("injection", "items", "kinds", "lists"))
quality, reading, refusals = (import_grader(GRADER, name) for name in ("quality", "reading", "refusals"))
stock, targets, values = (import_grader(GRADER, name) for name in ("stock", "targets", "values"))
NONCES = tuple(map(str, range(40)))
ROW = stock.Item(7, "Lampe", "Usée", Decimal(5), date(2025, 5, 10), 1, 4, "Vases", "Lyon")
LABELS = {kind: kind.capitalize() for kind in ("name", "category", "place", "price", "date", "description")}


class Stopped(Exception):
    """What comes next is looked at elsewhere."""


def stop(*_asked: Any, **_how: Any) -> Any:
    raise Stopped


# -- rows


@pytest.mark.parametrize(("href", "before"), [("/fiche?id=7", True), ("/fiche/lampe", False)])
def test_the_second_row_of_a_name_often_comes_before_the_first_one(href: str, before: bool) -> None:
    """Not where the address of a page does not bear the number: the row that is shown may then be another one."""
    found = set[int]()
    for nonce in NONCES:
        added = list[dict[str, Any]]()
        shop: Any = SimpleNamespace(
            draws=Draws(nonce),
            stock=SimpleNamespace(
                items=lambda: [replace(ROW, id=number) for number in (2, 3, 7, 9)],
                add=lambda _name, added=added, **values: added.append(values) or 12,
            ),
        )
        number = targets.add_twin(shop, ROW, href)
        assert number == added[0].get("id", 12)
        found.add(number)
    assert found == ({1, 4, 5, 6, 12} if before else {12})


def test_a_long_text_has_lines_that_end_as_forms_and_programs_write_them() -> None:
    lines = ["Une.", "Deux.", "Trois.", "Quatre."]
    seen = set[str]()
    for nonce in NONCES:
        shop: Any = SimpleNamespace(draws=Draws(nonce), drawn=SimpleNamespace(long_description="\n".join(lines)))
        text = items._long_text(shop)
        assert squeeze(text) == " ".join(f"{line} ({at})" for at, line in enumerate(lines * items.MOST_TOLD, 1))
        assert "(1)\r\n" in text or "(1)\n" in text
        seen |= {end for end in ("\r\n", ")\n", ") D", "\r\n\r\n") if end in text}
    assert len(seen) == 4


def test_rows_are_added_in_places_of_their_own_and_blanks_come_together_or_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent = list[dict[str, str]]()
    monkeypatch.setattr(adding, "expect_added", lambda _site, **typed: sent.append(typed))
    monkeypatch.setattr(adding, "_expect_amounts_added", lambda _site: None)
    together, names = set[bool](), set[str]()
    for nonce in NONCES:
        sent.clear()
        renamed = dict[str, tuple[str, int]]()
        drawn = SimpleNamespace(special="A", unpriced="B", rounded="C", free="D", whole="12", long_description="Long.",
                                later=date(2030, 5, 20), corrected_day=date(2001, 4, 3), renamed_label="Neuf", renamed_place="Là")  # fmt: skip
        shop: Any = SimpleNamespace(
            draws=Draws(nonce),
            drawn=drawn,
            stock=SimpleNamespace(
                labels=lambda kind: dict(enumerate(f"{kind} {number}" for number in range(5))),
                unused=lambda kind: f"{kind} 0",
                rename=lambda kind, number, new, renamed=renamed: renamed.update({new: (kind, number)}),
            ),
        )
        adding.expect_all_added(shop)
        assert renamed in ({"Neuf": ("category", 0)}, {"Là": ("place", next(iter(renamed.values()))[1])})
        assert [one for one in sent if {one["category"], one["place"]} & {*renamed}] == sent[3:]
        names |= {*renamed}
        assert len({one["place"] for one in sent}) == 4
        blank = [{kind for kind in ("price", "description") if one.get(kind) == ""} for one in sent]
        assert blank in ([set(), {"price", "description"}, set(), set()], [set(), {"price"}, set(), {"description"}])
        together.add(blank[3] == set())
    assert together == {True, False} and names == {"Neuf", "Là"}


def test_a_row_that_is_added_in_the_base_has_a_price_and_a_description_or_none() -> None:
    seen = set[frozenset[str]]()
    for nonce in NONCES:
        added = list[frozenset[str]]()
        shop: Any = SimpleNamespace(
            draws=Draws(nonce), home=lambda: None, drawn=SimpleNamespace(put="Lampe", dear="1234.56", description="Usée."), page=SimpleNamespace(url="/"),
            stock=SimpleNamespace(ahead=lambda: {"date": 1}, add=lambda _name, added=added, **values: added.append(frozenset(values))),
            entry=stop,
        )  # fmt: skip
        with pytest.raises(Stopped):
            lists.expect_additions_followed(shop)
        seen |= set(added)
    assert seen == {frozenset({"date"}), frozenset({"date", "price", "description"})}


def test_rows_of_any_page_change_and_one_goes_to_another_category_or_place(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, found = list[list[str]](), set[str]()
    monkeypatch.setattr(lists, "_one_each", lambda some: asked.append([one.name for one in some]) or stop())
    rows = {f"{page}{line}": replace(ROW, name=f"{page}{line}") for page in "ABCDE" for line in range(3)}
    for nonce in NONCES:
        shop: Any = SimpleNamespace(
            draws=Draws(nonce), stock=SimpleNamespace(by_name=lambda: rows), listed_items=lambda _count: [rows["A1"]],
            shuffled=lambda why, some, nonce=nonce: Draws(nonce).of(why).shuffled(list(some)),
            walk=lambda here: (SimpleNamespace(names=[f"{page}{line}" for line in range(3)], url="/") for page in "ABCDE"),
        )  # fmt: skip
        with pytest.raises(Stopped):
            lists.expect_changes_followed(shop)
        [later] = {name[0] for name in asked[-1]} - {"A"}
        assert len(asked[-1]) == 6 and {name[0] for name in asked[-1][1:4]} == {"A", later}
        found.add(later)
    assert found == {"B", "C"}
    seen = set[tuple[str, int]]()
    for nonce in NONCES:
        shop = SimpleNamespace(draws=Draws(nonce), stock=SimpleNamespace(labels=lambda kind: {1: kind, 4: "x", 5: "y"}))
        kind, (number, _label) = lists._elsewhere(shop, ROW)
        seen.add((kind, number))
    assert seen == {("category", 4), ("category", 5), ("place", 1), ("place", 5)}


@pytest.mark.parametrize(
    ("shown", "told"), [("Lampe\tVases\tLyon", True), ("Lampe\tVases\tNice", False), ("Lampe\tVases", False)]
)
def test_a_row_that_stays_where_it_was_is_told(shown: str, told: bool) -> None:
    shop: Any = SimpleNamespace(title=LABELS.__getitem__)
    entry = reading.Entry("Lampe", shown, "/f")
    if told:
        found = failure(lambda: lists._expect_moved(shop, entry, ROW, "place", "Nice"))
        assert found.observed.endswith(
            "« Lampe » a maintenant « Nice » sous « Place » : la liste montre encore « Lyon »."
        )
    else:
        lists._expect_moved(shop, entry, ROW, "place", "Nice")


def test_two_rows_of_which_a_small_letter_or_an_accent_decides_are_in_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    added = list[dict[str, Any]]()
    monkeypatch.setattr(lists, "reduced_lists", lambda _site: [])
    monkeypatch.setattr(lists, "expect_order", stop)
    shop: Any = SimpleNamespace(
        draws=Draws("0"), drawn=SimpleNamespace(neighbours=("bol", "Cadre")), walk=lambda **_how: iter(()), told_how_one_came=nullcontext,
        stock=SimpleNamespace(items=lambda: [ROW], add_many=added.extend),
    )  # fmt: skip
    with pytest.raises(Stopped):
        lists.expect_listed_order(shop)
    assert [row.pop("name") for row in added] == ["Cadre", "bol"]
    assert added == [{"category": 1, "place": 4, "date": ROW.date, "price": ROW.price}] * 2


def test_the_whole_list_has_more_than_a_hundred_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that are cut off after a hundred lack; a list that shows none of those that are added is an old one."""
    monkeypatch.setattr(lists, "keep_further", lambda *_asked: None)
    monkeypatch.setattr(lists, "_between_pages", lambda *_asked: 0)
    counts = set[int]()
    for nonce in NONCES:
        rows = [replace(ROW, id=at, name=f"N{at}") for at in range(84)]
        names = [row.name for row in rows]
        shop: Any = SimpleNamespace(
            draws=Draws(nonce), drawn=SimpleNamespace(series="Série"), rules=SimpleNamespace(page_size=200), many=str,
            stock=SimpleNamespace(items=lambda rows=rows: rows, names=lambda names=names: names,
                                  add_many=lambda some, names=names: names.extend(row["name"] for row in some)),
        )  # fmt: skip
        for shown, told in ((500, False), (84, False), (100, True)):
            del names[84:]
            shop.walk = lambda names=names, shown=shown: iter(
                [reading.Listing("/", tuple(reading.Entry(name, "", "") for name in names[:shown]), (), ())]
            )
            if told:
                assert "Série n° 0" in failure(lambda shop=shop: lists.expect_all_shown(shop)).observed
            else:
                lists.expect_all_shown(shop)
        counts.add(len(names))
    assert counts == set(range(101, 108))


# -- what is shown


def test_each_row_without_a_price_is_looked_at() -> None:
    rows = {name: replace(ROW, name=name, price=price) for name, price in (("A", None), ("B", Decimal(5)), ("C", None))}
    shown = {"A": "A\tnon renseigné", "B": "B\t5,00 €", "C": "C\t"}
    page = reading.Listing("/", tuple(reading.Entry(name, text, "/f") for name, text in shown.items()), (), ("Prix",))
    shop: Any = SimpleNamespace(
        words=SimpleNamespace(empty="non renseigné"), page=SimpleNamespace(text=""), title=lambda _kind: "Prix"
    )
    assert "« C » n'a rien" in failure(lambda: values._expect_first_empty(shop, page, rows)).observed


def test_the_page_of_an_item_gives_a_day_of_another_century_than_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "expect_reduced_too", lambda *_asked, **_how: None)
    early = 0
    for nonce in NONCES:
        days = list[date]()
        entry = reading.Entry("Lampe", "Lampe 10/05/2025", "/f")
        page = reading.Listing("/", (entry,), (), ("Date",))
        shop: Any = SimpleNamespace(
            draws=Draws(nonce), rules=SimpleNamespace(order=(("date", "desc"), ("name", "asc"))), walk=lambda page=page, **_how: iter([page]), told_how_one_came=nullcontext,
            home=lambda page=page: page, page=SimpleNamespace(text="10/05/2025", open=lambda _at: None), trouble=NO_TROUBLE, address_now=lambda *_asked: "/f", title=lambda _kind: "Date",
            stock=SimpleNamespace(by_name=lambda: {"Lampe": ROW}, change=lambda _item, date, days=days: days.append(date)),
        )  # fmt: skip
        values.expect_dates(shop)
        assert [day.year in values.NEW_YEARS for day in days] == [True, False]
        early += days[1].year < 2000
    assert early > len(NONCES) / 2


def test_the_item_whose_page_is_checked_as_a_page_may_lack_what_may_be_missing() -> None:
    seen = set[tuple[str, ...]]()
    for nonce in NONCES:
        changed = [()]
        shop: Any = SimpleNamespace(
            draws=Draws(nonce), linked=lambda: [reading.Entry("Lampe", "", "/f")], memo={"add": ""},
            stock=SimpleNamespace(empty=lambda _name, columns, changed=changed: changed.append(columns)),
        )  # fmt: skip
        assert forms.main_pages(shop, "axe") == {"la page /": "/", "la page de « Lampe »": "/f"}
        seen.add(changed[-1])
    assert seen == {(), ("price",), ("description",), ("price", "description")}


def test_a_text_that_names_a_sign_is_shown_as_it_is() -> None:
    """Who leaves « & » alone, or what follows it, shows another sign."""
    stored = list[str]()
    page = SimpleNamespace(payload=str, url="/")
    for nonce in NONCES:
        shop: Any = SimpleNamespace(
            page=page, memo={"add": ""}, draws=Draws(nonce), listed_items=lambda _count: [ROW], linked=list,
            stock=SimpleNamespace(ahead=dict, change=lambda _item, description, **_more: stored.append(description) or stop()),
        )  # fmt: skip
        with pytest.raises(Stopped):
            injection.expect_stored_text_inert(shop)
    assert {text.split()[1] for text in stored} == set(injection._ENTITIES)


# -- forms and what follows them


def test_what_a_form_shows_is_on_one_line_as_any_field_holds_it() -> None:
    assert editing._stored("description", "Une.\nDeux.") == "Une. Deux."
    assert editing._stored("date", "03/04/2001") == date(2001, 4, 3)


def test_a_message_beside_every_field_that_may_be_faulty_is_none_of_the_faulty_ones() -> None:
    shop: Any = SimpleNamespace(words=SimpleNamespace(fields=LABELS), page=SimpleNamespace(text="Champ faux. " * 5))
    faulty, beside = ("name", "price", "date"), dict.fromkeys(LABELS, "Champ faux.") | {"description": ""}
    found = failure(lambda: refusals._expect_own_messages(shop, "nom vide", faulty, beside))
    assert "Près de « Category » et « Place », on lit « Champ faux »" in found.observed
    refusals._expect_own_messages(shop, "nom vide", faulty, beside | {"place": ""})
    refusals._expect_own_messages(shop, "listes", ("category", "place", "price", "date"), beside)


def acted(monkeypatch: pytest.MonkeyPatch, nonce: str, **page: Any) -> tuple[Any, list[str]]:
    sent = list[str]()

    def send(_site: Any, _form: Any, typed: str) -> None:
        if sent.append(typed) or page.get("lost"):
            raise Failed("Rien.", "Une page.")

    monkeypatch.setattr(kinds, "find_add_form", lambda _site: page.get("form", True))
    monkeypatch.setattr(kinds, "draft", lambda _site, **values: values.get("name", "filled"))
    monkeypatch.setattr(kinds, "send", send)
    monkeypatch.setattr(kinds, "item_form", lambda _site: page.get("back", True))
    shop = SimpleNamespace(
        draws=Draws(nonce), trouble=SimpleNamespace(crash=lambda: page.get("crash", "")), memo={"further": "{}"}, visitor=lambda: None,
        page=SimpleNamespace(source=page.get("source", ""), headings=lambda _level: [], title="Objets", lang="en"),
    )  # fmt: skip
    return shop, sent


def test_the_page_after_an_addition_or_the_form_that_comes_back_is_a_page_too(monkeypatch: pytest.MonkeyPatch) -> None:
    found = set[tuple[str, str]]()
    for nonce in NONCES:
        shop, sent = acted(monkeypatch, nonce)
        found.add((kinds.after_an_act(shop), *sent))
    assert found == {(kinds.RETURNED, ""), (kinds.AFTER, "filled")}
    assert {kinds.after_an_act(acted(monkeypatch, nonce, back=None)[0]) for nonce in NONCES} == {"", kinds.AFTER}
    for page in ({"form": None}, {"lost": True}, {"crash": "500"}):
        assert kinds.after_an_act(acted(monkeypatch, "0", **page)[0]) == ""


def test_a_page_after_an_act_has_a_title_and_a_language(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = list[tuple[str, str]]()
    monkeypatch.setattr(quality, "_main_two", lambda _site: [])
    monkeypatch.setattr(quality, "_expect_french", lambda _site, where, lang: looked.append((where, lang)))
    right = '<html lang="fr"><title>Objets</title><h1>Lampe</h1>'
    for source in (right, right.replace("h1", "h2").replace("fr", "")):
        shop, sent = acted(monkeypatch, "0", source=source)
        quality.expect_language(shop)
        if source == right:
            quality.expect_titles(shop)
            assert not looked and len(sent) == 1, "once for both"
        else:
            found = failure(lambda shop=shop: quality.expect_titles(shop))
            assert found.observed.startswith("Sur la page ") and "titre <h1>" in found.observed and len(sent) == 3
    [(where, lang)] = looked
    assert where.removeprefix("Sur ") in (kinds.AFTER, kinds.RETURNED) and lang == ""


def test_the_sources_of_pages_are_read_once_for_their_titles_and_language(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[str]()

    def get(address: str) -> Any:
        asked.append(address)
        return SimpleNamespace(readable='<html lang="fr"><title>Objets</title><h1>Lampe</h1><h1></h1>')

    shop: Any = SimpleNamespace(memo={"further": '{"la liste": "/?f=1"}'}, visitor=lambda: SimpleNamespace(get=get))
    monkeypatch.setattr(kinds, "after_an_act", lambda _site: "")
    for _check in range(2):
        [head] = kinds.heads(shop).values()
        assert (head.lang, head.title, head.headings) == ("fr", "Objets", ["Lampe", ""])
    assert asked == ["/?f=1"]
