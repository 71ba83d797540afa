"""How an exam sends is drawn too: how a body is written, from where it comes, what is typed over what, when it is sent again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from bodies import fields
from refused import failure

from etabli.exam import Failed, Rows
from etabli.exam.contract.check import import_grader
from etabli.exam.contract.draw import Draw
from etabli.exam.contract.values import Diff, Field, Form
from etabli.exam.tools.cookies import Cookie, Jar
from etabli.exam.tools.draws import Draws
from etabli.exam.tools.own_headers import OPAQUE
from etabli.system.settings import repository

GRADER = repository() / "graders" / "page-dynamique"
corrections, doubles, editing = (import_grader(GRADER, name) for name in ("corrections", "doubles", "editing"))
forgery, forms, sendings = (import_grader(GRADER, name) for name in ("forgery", "forms", "sendings"))
injection, paging, quality = (import_grader(GRADER, name) for name in ("injection", "paging", "quality"))
reduced, searches = (import_grader(GRADER, name) for name in ("reduced", "searches"))
NONCES = tuple(map(str, range(24)))
FOREIGN = "https://www.jeux-malin.com/"
TOKEN = "9f8e7d6c5b4a39281706"


def hidden(name: str, value: str) -> Field:
    return Field(0, 0, "", "", "", name, "hidden", value, required=False, labelled=False)


FORM = Form(0, "post", "http://rendu.test:8080/supprimer", (hidden("id", "7"), hidden("jeton", TOKEN)), ())
DATA = [("id", "7"), ("jeton", TOKEN), ("nom", "Été"), ("texte", "a\nb")]


class Visited:
    """A site that is sent forms; `takes` says which change a row, by their type and by their fields."""

    def __init__(self, nonce: str, takes: Callable[[str, Mapping[str, str]], bool] = lambda *_: False) -> None:
        self.draws, self.takes, self.changed = Draws(nonce), takes, False
        self.drawn = SimpleNamespace(foreign=FOREIGN, guessed=1)
        self.page = SimpleNamespace(jar=lambda: Jar([Cookie("session", "abc")]), url="http://x/")
        self.http = SimpleNamespace(session=lambda: SimpleNamespace(post=self.post, get=self.get))
        self.got = list[tuple[str, list[tuple[str, str]], str, bool]]()

    def get(self, _address: str) -> Any:
        return SimpleNamespace(text='<form><input type="hidden" name="jeton" value="theirs"></form>')

    def post(self, _address: str, data: Any, *, sent_from: str, headers: Mapping[str, str]) -> None:
        kind = headers.get("Content-Type", forms.URLENCODED).partition(";")[0]
        self.got.append((kind, fields(data), sent_from, "Cookie" in headers))
        self.changed = self.changed or self.takes(kind, dict(self.got[-1][1]))

    def forge(self, *, turned: bool = False, data: Sequence[tuple[str, str]] = DATA, form: Form = FORM) -> Any:
        return sendings.forged_post(
            self, form, "http://rendu.test:8080/", list(data), lambda: self.changed, turned=turned
        )


# -- how it is written


def test_a_form_is_written_as_browsers_write_it() -> None:
    pairs = [('a"b', "Été"), ("texte", "a\nb\r\nc"), ("vide", "")]
    kind, body = forms.written(pairs, forms.MULTIPART)
    boundary = kind.removeprefix("multipart/form-data; boundary=")
    assert boundary.startswith("----WebKitFormBoundary") and len(boundary) == 38
    assert body.decode() == (
        f'--{boundary}\r\nContent-Disposition: form-data; name="a%22b"\r\n\r\nÉté\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="texte"\r\n\r\na\r\nb\r\nc\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="vide"\r\n\r\n\r\n--{boundary}--\r\n'
    )
    assert forms.written(pairs, forms.MULTIPART)[0] != kind
    assert forms.written([], forms.MULTIPART)[1].endswith(b"--\r\n")
    assert forms.written(pairs, forms.PLAIN) == ("text/plain", 'a"b=Été\r\ntexte=a\r\nb\r\nc\r\nvide=\r\n'.encode())


def test_a_form_of_another_site_is_written_in_each_way() -> None:
    """Without its token in all of three; whatever else is sent of one form in one way is sent of the other in the other."""
    orders, places = set[tuple[str, ...]](), set[str]()
    for nonce in NONCES:
        both = [Visited(nonce), Visited(nonce)]
        for turned, site in enumerate(both):
            assert site.forge(turned=bool(turned)) == sendings.Forged("jeton")
            assert {kind for kind, _sent, _place, _known in site.got[:2]} == set(forms.ENCTYPES)
            assert site.got[2][0] == forms.PLAIN and all(kind in forms.ENCTYPES for kind, *_ in site.got[3:])
            assert all(
                dict(sent) | {"jeton": ""} == {**dict(DATA), "jeton": "", "texte": dict(sent)["texte"]}
                for kind, sent, *_ in site.got
                if kind != forms.PLAIN
            )
            assert [known for *_, known in site.got] == [True] * 3 + [False] * 3 + [True] * 3
            orders |= {tuple(name for name, _value in sent) for _kind, sent, *_ in site.got[:2]}
            places |= {place for *_, place, _known in site.got}
        assert all(
            one[0] != other[0]
            for place, (one, other) in enumerate(zip(*(site.got for site in both), strict=True))
            if place != 2
        )
    assert len(orders) > 2 and ("id", "nom", "texte") in orders
    assert {FOREIGN, OPAQUE, "http://rendu.test:8080/"} < places
    assert {f"http://rendu.test:{port}/" for port in sendings.OTHER_PORTS} & places


def test_each_half_of_a_token_is_changed_in_one_of_two_forms() -> None:
    """Who compares the first half alone is told in each exam, and so is who compares the other one."""
    for nonce in NONCES:
        for compared in (slice(0, 10), slice(10, 20)):
            takes = lambda _kind, sent, compared=compared: sent.get("jeton", "")[compared] == TOKEN[compared]  # noqa: E731
            found = [Visited(nonce, takes).forge(turned=turned) for turned in (False, True)]
            assert sum(one.changed or one.newcomer for one in found) == 1


def test_a_form_without_a_token_comes_from_no_place_that_may_be_taken_for_the_site() -> None:
    """Who looks at the host of the page alone, and at no token, is not told of another port: no sheet speaks of ports."""
    data = [pair for pair in DATA if pair[0] != "jeton"]
    for nonce in NONCES:
        site = Visited(nonce)
        site.forge(data=data, form=Form(0, "post", FORM.action, FORM.fields[:1], ()))
        assert {place for *_, place, _known in site.got} == {FOREIGN, OPAQUE} and len(site.got) == 3


@pytest.mark.parametrize("way", [forms.MULTIPART, forms.PLAIN])
def test_a_token_that_is_compared_in_one_way_of_writing_alone_is_told_with_the_other(
    monkeypatch: pytest.MonkeyPatch, way: str
) -> None:

    def changed(_site: Any, _before: Any, doing: str, *, help: str, **_how: str) -> None:
        raise Failed(doing, "", help)

    monkeypatch.setattr(forgery, "expect_unchanged", changed)
    for nonce in NONCES:
        site = Visited(nonce, lambda kind, _sent: kind == way)
        found = site.forge()
        assert found.token == "jeton" and found.enctype in ("", way) and site.got[-1][0] == way
        if not found.enctype:
            assert site.got[-1] == site.got[0], "the other way has not been tried: both may be taken"
            continue
        said = failure(lambda found=found: forgery._expect_forged_refused(None, {}, "suppression", found))
        assert said.observed == (
            f"Après un formulaire de suppression envoyé depuis un autre site sans le jeton « jeton », écrit autrement (enctype : {way})"
        )
        assert said.help.startswith(forgery.EACH_WAY) and said.at == Rows()


# -- a slip


def test_a_slip_is_one_sign_inside_a_word() -> None:
    text, kinds = "Lampe d'été & co \"90\\", set[str]()
    for nonce in map(str, range(200)):
        found = corrections.slightly(text, Draw(nonce.encode()))
        assert (
            found != text
            and abs(len(found) - len(text)) < 2
            and found[0] == "L"
            and found.strip() == found
            and "  " not in found
        )
        assert [sign for sign in found if not sign.isalpha()].count(" ") - 4 in (0, 1)
        kinds.add(
            "less"
            if len(found) < len(text)
            else "space"
            if found.count(" ") > 4
            else "more"
            if len(found) > len(text)
            else "other"
            if found.casefold() != text.casefold()
            else "capital"
        )
    assert kinds == {"less", "more", "space", "other", "capital"}
    assert any(corrections.slightly("été", Draw(nonce.encode())) == "éte" for nonce in NONCES), "an accent"
    assert corrections.slightly("12 a", Draw(b"0")) == "12 a"


def test_each_text_and_the_day_are_changed_by_a_slip_once_and_each_may_be_replaced() -> None:
    """In one of the two sendings, drawn: who leaves a name as it is where a letter was put right is told in each exam."""
    slips = [corrections.slight(SimpleNamespace(draws=Draws(nonce))) for nonce in map(str, range(80))]
    for nonce, last in zip(map(str, range(80)), slips, strict=True):
        assert set(last) <= set(corrections.corrected_alone(SimpleNamespace(draws=Draws(nonce))))
    assert {kind for last in slips for kind in last} == {"name", "date", "description"} and [] in slips


@pytest.fixture(autouse=True)
def one_act(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the visitor has done before has its own tests."""
    monkeypatch.setattr(editing, "other_act_first", lambda *_asked: "")


def test_what_is_typed_is_a_slip_away_from_what_the_row_had(monkeypatch: pytest.MonkeyPatch) -> None:
    typed = forms.Draft("Lampe d'Odile & Zoé", "Lampes", "Lyon", "12,50", "20/03/2031", "Usée, mais solide.")
    row = items_row = SimpleNamespace(
        id=3, name="Chaise", category="Lampes", place="Lyon", price=None, date=date(2025, 5, 4), description="Texte."
    )
    seen = set[str]()
    for nonce in NONCES:
        changed = dict[str, Any]()
        monkeypatch.setattr(editing, "well_filled", lambda *_asked, **_how: [None, items_row])
        monkeypatch.setattr(editing, "changed_draft", lambda *_asked: typed)

        def change(_item: Any, changed: dict[str, Any] = changed, **values: Any) -> None:
            changed.update(values)
            raise Failed("Assez.", "Rien.")

        site: Any = SimpleNamespace(
            draws=Draws(nonce), drawn=SimpleNamespace(edited="Neuf"), stock=SimpleNamespace(change=change)
        )
        site.entry = lambda _name: SimpleNamespace(href="/3")
        failure(lambda site=site: editing.expect_edit(site))
        last = corrections.slight(site)
        assert changed["price"] == 0 and (changed["name"] == "Neuf") == ("name" in last)
        if "name" not in last:
            assert changed["name"] != typed.name and abs(len(changed["name"]) - len(typed.name)) < 2
        if "date" in changed:
            assert changed["date"] in (date(2031, 3, 19), date(2031, 3, 21))
        seen |= set(changed)
    assert seen == {"name", "price", "date", "description"}
    assert row.name == "Chaise"


# -- a double click


class Shop:
    """A site with the form that adds; `stores`: the rows that each double click adds."""

    def __init__(self, *stores: int) -> None:
        self.rows, self.left, self.draws, self.sent = 1, list(stores), Draws("0"), list[tuple[dict[str, str], float]]()
        self.stock = SimpleNamespace(raw=list, since=lambda _before: Diff())

    def visitor(self) -> Any:
        page = f'<form><input type="hidden" name="cle" value="new{len(self.sent)}"></form>'
        return SimpleNamespace(
            get=lambda _address: SimpleNamespace(readable=page), post_twice=self.post_twice, close=lambda: None
        )

    def post_twice(self, _action: str, data: Any, pause: float, *, sent_from: str) -> None:
        assert sent_from == "/ajouter"
        self.sent.append((dict(data), pause))
        self.rows += self.left[len(self.sent) - 1]


@pytest.mark.parametrize(("stores", "told"), [((1,), False), ((0,), False), ((2, 2, 1), False), ((2, 2, 2), True)])
def test_a_form_that_is_sent_again_before_its_answer_adds_one_row(
    monkeypatch: pytest.MonkeyPatch, stores: tuple[int, ...], told: bool
) -> None:
    """Three times of three: who notes a key right after the insertion has a moment in which both get through."""
    shop, form = Shop(*stores), Form(0, "post", "/ajouter", (hidden("cle", "old"),), ())
    monkeypatch.setattr(doubles, "stored", lambda _site, _name: [None] * shop.rows)

    def check() -> None:
        doubles._expect_one_of_both(shop, form, "Lampe", [("nom", "Lampe"), ("cle", "old")], "/ajouter")

    if told:
        found = failure(check)
        assert found.help == doubles.TOO_LATE and found.at == Rows()
        assert (
            "sans attendre sa réponse : « Lampe » est enregistré 2 fois. C'est arrivé 3 fois sur 3." in found.observed
        )
    else:
        check()
    assert [data for data, _pause in shop.sent] == [
        {"nom": "Lampe", "cle": f"new{time}"} for time in range(len(stores))
    ]
    assert all(0.08 <= pause <= 0.4 for _data, pause in shop.sent)


def test_what_a_script_alone_sends_is_not_sent_twice_without_it() -> None:
    shop = Shop()
    doubles._expect_one_of_both(shop, Form(-1, "post", "/", (), ()), "Lampe", [], "/ajouter")
    assert not shop.sent


# -- what is searched, chosen and looked at, and how much of it


def stocked(nonce: str, names: Sequence[str], size: int = 3) -> Any:
    rows = [SimpleNamespace(name=name, description="", category="Vases", place="Lyon", price=1) for name in names]
    added = list[str]()
    return SimpleNamespace(
        draws=Draws(nonce),
        rules=SimpleNamespace(page_size=size, filter="place"),
        drawn=SimpleNamespace(
            beside="Coin",
            description="",
            lot=SimpleNamespace(
                text="d'Eva & fils",
                stem="Zeste",
                tail="neuf",
                end="Fin",
                others=("A", "Z"),
                word="d'Eva",
                turned="fils & d'Eva",
            ),
        ),
        added=added,
        stock=SimpleNamespace(
            items=lambda: rows,
            some=lambda: SimpleNamespace(category_id=1, place_id=1, date=None, price=1),
            ahead=dict,
            rename=lambda *_asked: None,
            add_many=lambda some: added.extend(str(row["name"]) for row in some),
        ),
    )


def test_the_word_that_is_searched_is_drawn_among_the_best() -> None:
    names = ["Lampe rouge", "Lampe verte", "Chaise rouge", "Chaise verte", "Tabouret seul"]
    found = {searches.fragment_of_names(stocked(nonce, names))[0] for nonce in NONCES}
    assert found == {"rouge", "verte", "Lampe", "Chaise"}


def test_what_asks_for_two_pages_of_results_is_of_any_length_up_to_two_pages() -> None:
    counts = set[int]()
    for nonce in NONCES:
        site = stocked(nonce, [])
        many = searches._add_lots(site)
        assert set(many) < set(site.added) and all("d'Eva & fils" in name for name in many)
        counts.add(len(many))
    assert counts == {4, 5, 6}


def test_two_to_four_letters_are_searched_for_a_reduced_list() -> None:
    searched = {
        what
        for nonce in NONCES
        for way, what, _pages in reduced._chosen(stocked(nonce, [f"Lampe {sign}" for sign in "abcde"]))
        if way == reduced.SEARCH
    }
    assert {len(what) for what in searched} == {2, 3, 4}


def test_which_texts_and_addresses_come_among_the_rows_of_a_workspace_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Links that carry a number of rows always among the hidden ones, which fill several pages."""
    orders = set[tuple[str, ...]]()
    for nonce in NONCES:
        done = list[str]()
        for name in ("_expect_filter_safe", "_expect_items_safe", "_expect_signs_kept", "_expect_edit_safe"):
            monkeypatch.setattr(injection, name, lambda _site, name=name, done=done: done.append(name))
        monkeypatch.setattr(injection.queries, "expect_search_safe", lambda _site, some, done=done: done.extend(some))
        monkeypatch.setattr(injection.queries, "expect_links_safe", lambda _site, done=done: done.append("links"))
        nothing: Callable[..., Any] = lambda *_asked: None  # noqa: E731
        for name in ("expect_shown", "search", "expect_unchanged"):
            monkeypatch.setattr(injection, name, nothing)
        site: Any = SimpleNamespace(
            drawn=SimpleNamespace(plain="A", plain_person="B", searches=("1", "2", "3", "4")),
            stock=SimpleNamespace(add=nothing, item=nothing, remove=nothing, raw=nothing, since=nothing, snapshot=dict),
            as_at_home=lambda done=done: done.append("home"),
            shuffled=lambda purpose, some, nonce=nonce: Draws(nonce).of(purpose).shuffled(list(some)),
        )  # fmt: skip
        injection.expect_no_injection(site)
        orders.add(tuple(done))
    first, other = "_expect_filter_safe", "_expect_items_safe"
    assert orders == {
        ("1", "3", one, "links", "home", "2", "4", two, "_expect_signs_kept", "_expect_edit_safe")
        for one, two in ((first, other), (other, first))
    }


def test_pages_are_looked_at_in_any_order_and_told_in_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = {"la page /": "/", "la page de « A »": "/A", "la page des mentions": "/mentions"}
    monkeypatch.setattr(quality, "main_pages", lambda *_asked: dict(pages))
    monkeypatch.setattr(quality, "_further_lists", lambda *_asked: {})
    orders = {"axe": set[tuple[str, ...]](), "Nu": set[tuple[str, ...]]()}
    for nonce in NONCES:
        opened = list[str]()
        site: Any = SimpleNamespace(
            page=SimpleNamespace(),
            stock=SimpleNamespace(items=list),
            shuffled=lambda purpose, some, nonce=nonce: Draws(nonce).of(purpose).shuffled(list(some)),
        )
        site.page.visit_links = site.page.themed = lambda: False
        site.page.axe = lambda opened=opened, **_how: [
            SimpleNamespace(
                impact="serious",
                id=opened[-1],
                nodes=(),
                contrasts=(),
                rgaa=(),
                help=f"le défaut de {opened[-1]}",
                count=1,
            )
        ]
        site.page.keep_source = lambda _line: None
        monkeypatch.setattr(
            quality, "_open_or_refused", lambda _site, _where, address, typed, opened=opened: opened.append(address)
        )
        monkeypatch.setattr(quality, "_passed_over", lambda *_asked: False)
        monkeypatch.setattr(
            quality, "_to_validate", lambda _site, _where, address, opened=opened: opened.append(address) or "<p>"
        )
        told = failure(lambda site=site: quality.expect_accessible(site)).observed
        assert [told.index(f"le défaut de {address}") for address in pages.values()] == sorted(
            told.index(f"le défaut de {address}") for address in pages.values()
        )
        orders["axe"].add(tuple(opened))
        opened.clear()
        nu: Any = SimpleNamespace(
            check=lambda _source, where: (
                [SimpleNamespace(line=1, text="Une erreur.", english="")] * (where != "la page /")
            )
        )
        told = failure(lambda site=site, nu=nu: quality.expect_valid(site, nu)).observed
        assert told.startswith("Le code de la page de « A » a 1 erreur (elle est aussi sur la page des mentions)")
        orders["Nu"].add(tuple(opened[:3]))
    assert all(len(order) > 3 for order in orders.values())


@pytest.mark.parametrize(("form", "numbered"), [("/?page={}", True), ("/?debut={}0", False)])
def test_a_page_number_that_is_too_high_may_be_just_after_the_last_one(
    monkeypatch: pytest.MonkeyPatch, form: str, numbered: bool
) -> None:
    """Not where it may be a number of rows, of which one that is a little higher leads to a page."""
    for name in ("expect_reduced_too", "_expect_way_back", "_expect_last_filled"):
        monkeypatch.setattr(paging, name, lambda *_asked, **_how: None)
    asked = set[str]()
    monkeypatch.setattr(
        paging, "_asked_page", lambda _site, address, *_how: (asked.add(address), SimpleNamespace(status=404))[1]
    )
    listings = [SimpleNamespace(url=form.format(number), names=[f"N{number}"]) for number in (1, 2, 3)]
    for nonce in NONCES:
        paging.expect_full_walk(
            SimpleNamespace(
                draws=Draws(nonce),
                rules=SimpleNamespace(page_size=1),
                drawn=SimpleNamespace(series="S", page=900, unknown="branou"),
                stock=SimpleNamespace(names=lambda: ["N1", "N2", "N3"], by_name=dict, add_many=list),
                walk=lambda: listings,
            )
        )
    high = {int(address.partition("=")[2]) for address in asked} - {0, -1}
    assert 900 in high and high - {900} <= set(range(4, 13)) and (len(high) > 3) is numbered
