"""What is told of the list, its filter and its search: one cause once, at its place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from refused import failure, observed
from small_site import DRAWN, PARSE, PARSE_TOLD, item, site

from etabli.exam import Failed
from etabli.exam.contract.check import import_grader
from etabli.system.settings import repository

GRADER = repository() / "graders" / "page-dynamique"
columns, formats, home, lists = (import_grader(GRADER, name) for name in ("columns", "formats", "home", "lists"))
order, results, searches, stock = (import_grader(GRADER, name) for name in ("order", "results", "searches", "stock"))
Results = results.Results
PAGES = (("Ampoule", "Lampe"), ("Buffet", "Vélo"), ("Zèbre",))


def filtered(monkeypatch: pytest.MonkeyPatch, *pages: tuple[str, ...]) -> Any:
    """A site whose list, without any filter, has these pages."""
    made = site()
    monkeypatch.setattr(made, "walk", lambda: iter(_listings(pages)))
    return made


def test_a_filter_lost_on_page_2_is_a_lost_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = ["Ampoule", "Lampe", "Lanterne"]
    plain = filtered(monkeypatch, ("Ampoule", "Arrosoir"), *PAGES[1:])
    found = failure(lambda: results.expect_shown(plain, Results(PAGES), wanted, "Pour le filtre « Éclairage »"))
    assert found.observed == (
        "Pour le filtre « Éclairage », la page 1 est juste ; mais en suivant le lien vers la page 2, le choix du "
        "visiteur est perdu : « Buffet » ne devrait pas y être."
    )
    assert "résultats" not in found.observed
    assert found.help is not None and "http_build_query" in found.help


@pytest.mark.parametrize("plain", [(("Ampoule", "Arrosoir"), ("Bidon", "Buffet"), ("Vélo", "Zèbre")), (), PAGES[:1]])
def test_a_filter_that_is_too_broad_is_not_lost_on_page_2(monkeypatch: pytest.MonkeyPatch, plain: Any) -> None:
    wanted = ["Ampoule", "Lampe", "Vélo", "Zèbre"]
    found = failure(lambda: results.expect_shown(filtered(monkeypatch, *plain), Results(PAGES), wanted, "Pour « x »"))
    assert found.observed == "Pour « x », les 3 pages montrent ensemble 5 résultats : « Buffet » ne devrait pas y être."
    assert found.help == results.CHOICE_CUT, "page 1 is right: its links are looked at before the query"


def test_page_2_of_a_filter_that_stops_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is judged is the page where the results ended, not one that the examiner opens afterwards."""
    broad = filtered(monkeypatch)
    broad.page.text = PARSE
    monkeypatch.setattr(broad, "walk", lambda: (setattr(broad, "page", site().page), iter(()))[1])
    found = failure(lambda: results.expect_shown(broad, Results(PAGES), PAGES[0], "Pour « x »"))
    assert found.observed == f"Pour « x », la page montre un message technique : « {PARSE_TOLD} »."


@pytest.mark.parametrize(
    ("pages", "wanted", "observed"),
    [
        (
            PAGES,
            ["Lampe"],
            "les 3 pages montrent ensemble 5 résultats : « Ampoule » (et 3 autres) ne devraient pas y être.",
        ),
        (
            ((), ("Vélo",)),
            ["Lampe"],
            "les 2 pages montrent ensemble 1 résultat : il manque « Lampe » et « Vélo » ne devrait pas y être.",
        ),
        (PAGES[:1], ["Ampoule", "Lampe", "Lit"], "la page montre 2 résultats : il manque « Lit »."),
    ],
)
def test_a_filter_that_is_wrong_from_page_1_is_told_by_its_items(pages: Any, wanted: list[str], observed: str) -> None:
    more = site(stock=SimpleNamespace(by_name=lambda: dict.fromkeys("ABCDEF")))
    found = failure(lambda: results.expect_shown(more, Results(pages), wanted, "Pour « x »"))
    assert found.observed == f"Pour « x », {observed}" and found.help != results.CHOICE_UNUSED


def test_a_choice_that_shows_the_whole_list_is_a_choice_that_is_not_used() -> None:
    made = site(stock=SimpleNamespace(by_name=lambda: dict.fromkeys("ABCDE")))
    found = failure(lambda: results.expect_shown(made, Results(PAGES), ["Lampe"], "Pour le filtre « x »"))
    assert found.observed.endswith("C'est toute la liste : le choix du visiteur ne change rien.")
    assert found.help == results.CHOICE_UNUSED


SAME = (("Ampoule", "Lampe"), ("Ampoule", "Lampe"), ("Ampoule", "Lampe"))


def listing(monkeypatch: pytest.MonkeyPatch, *pages: tuple[str, ...]) -> Any:
    """A site with five rows whose list has these pages; it remembers the addresses that are opened."""
    made = filtered(monkeypatch, *pages)
    rows = {name: SimpleNamespace(name=name) for page in PAGES for name in page}
    made.stock = SimpleNamespace(names=lambda: [*rows], by_name=lambda: rows, name_ranks=lambda: ranks)
    ranks = {name: rank for rank, name in enumerate(rows)}
    made.rules.order = [("name", "asc")]
    made.opened = []
    monkeypatch.setattr(lists, "keep_further", lambda *_asked: None)
    monkeypatch.setattr(lists, "_expand", lambda _site: [])
    made.page.open = made.opened.append
    return made


def test_pages_that_all_show_the_same_rows_are_the_matter_of_offset(monkeypatch: pytest.MonkeyPatch) -> None:
    found = failure(lambda: lists.expect_all_shown(listing(monkeypatch, *SAME)))
    assert found.observed == "Vos 3 pages montrent les 2 mêmes objets, sur 5."
    assert found.help is not None and "OFFSET" in found.help and "(page - 1) × 2" in found.help


def test_rows_that_lack_are_links_that_were_not_seen_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """A learner whose every page was opened is not sent to the words of links."""
    one = observed(lambda: lists.expect_all_shown(listing(monkeypatch, PAGES[0])))
    assert one.startswith(
        "Sur la seule page trouvée, on voit 2 objets sur 5 : il manque par exemple « Buffet ». Un lien"
    )
    assert observed(lambda: lists.expect_all_shown(listing(monkeypatch, *PAGES[:2]))) == (
        "En 2 pages, on voit 4 objets sur 5 : il manque « Zèbre »."
    )


def test_a_row_that_lacks_between_two_pages_is_a_matter_of_offset(monkeypatch: pytest.MonkeyPatch) -> None:
    made = listing(monkeypatch, ("Ampoule",), ("Buffet", "Vélo"), ("Zèbre",))
    found = failure(lambda: lists.expect_all_shown(made))
    assert found.observed == (
        "En 3 pages, on voit 4 objets sur 5. La ligne qui manque a sa place entre deux pages : « Lampe », entre la dernière "
        "ligne de la page 1 et la première de la page 2. La page 1 en montre 1, la page 2 en montre 2."
    )
    assert made.opened == ["/?page=1"] and "(page - 1) × 2" in (found.help or ""), "the page before the row"
    disordered = listing(monkeypatch, ("Buffet",), ("Ampoule", "Vélo"), ("Zèbre",))
    assert "il manque « Lampe »" in observed(lambda: lists.expect_all_shown(disordered)), "nobody knows its place"


def test_a_choice_among_the_rows_of_the_first_page_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    made = listing(monkeypatch, ("Ampoule", "Buffet", "Lampe"), ("Vélo", "Zèbre"))
    made.rules.page_size = 3
    wanted = ["Ampoule", "Lampe", "Zèbre"]
    found = failure(
        lambda: results.expect_shown(made, Results((("Ampoule", "Lampe"),)), wanted, "Pour le filtre « x »")
    )
    assert found.observed.endswith("Ce sont les seules qui conviennent parmi les 3 premières de la liste entière.")
    assert found.help == results.CUT_FIRST
    other = failure(
        lambda: results.expect_shown(made, Results((("Ampoule", "Zèbre"),)), wanted, "Pour le filtre « x »")
    )
    assert "premières" not in other.observed and other.help is None


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("nom LIKE ? COLLATE utf8mb4_uca1400_as_ci", "tient compte des accents."),
        ("nom LIKE ? COLLATE utf8mb4_bin", "tient compte des majuscules et des accents."),
        ("nom LIKE BINARY ?", "tient compte des majuscules et des accents."),
        ("nom LIKE ? COLLATE utf8mb4_unicode_ci", ""),
        ("SET NAMES utf8mb4 COLLATE utf8mb4_bin", ""),
        ("a binary file", ""),
    ],
)
def test_what_asks_the_base_to_mind_accents_is_named_where_it_stands(query: str, told: str) -> None:
    files = SimpleNamespace(paths=lambda *_ends: ["inc/f.php"], text=lambda _path: f"<?php\n'{query}'")
    said = searches._strict_comparison(site(files=files)) or ""
    assert (told in said and "inc/f.php, ligne 2" in said) if told else not said


@pytest.mark.parametrize(("pages", "told"), [(SAME, True), (PAGES, False), (PAGES[:1], False)])
def test_one_cause_for_the_list_and_for_its_filter_is_told_so(
    monkeypatch: pytest.MonkeyPatch, pages: Any, told: bool
) -> None:
    made = listing(monkeypatch, *pages)
    monkeypatch.setattr(made, "walk", lambda: (setattr(made.page, "url", "/?page=3"), iter(_listings(pages)))[1])
    both = Results(SAME[:2])
    found = failure(lambda: results.expect_shown(made, both, ["Ampoule", "Lampe", "Lanterne"], "Pour le filtre « x »"))
    assert found.observed == "Pour le filtre « x », vos 2 pages montrent les 2 mêmes objets, sur 3."
    assert found.because == (("liste-complete",) if told else ())
    assert made.opened == ["/"], "the picture is that of the results, not of the list"


def _listings(pages: Any) -> list[Any]:
    return [SimpleNamespace(names=list(page), url=f"/?page={number}") for number, page in enumerate(pages, 1)]


def test_the_same_strangers_on_every_page_are_not_a_matter_of_offset(monkeypatch: pytest.MonkeyPatch) -> None:
    made = listing(monkeypatch, *PAGES)
    said = observed(lambda: results.expect_shown(made, Results(SAME[:2]), ["Lampe", "Lit"], "Pour « x »"))
    assert (
        said
        == "Pour « x », les 2 pages montrent ensemble 2 résultats : il manque « Lit » et « Ampoule » ne devrait pas y être."
    )


def test_a_full_first_page_without_a_second_is_a_matter_of_links(monkeypatch: pytest.MonkeyPatch) -> None:
    made = listing(monkeypatch)
    found = failure(lambda: results.expect_shown(made, Results(PAGES[:1]), ["Ampoule", "Lampe", "Lit"], "Pour « x »"))
    assert found.help == results.MORE_PAGES
    found = failure(lambda: results.expect_shown(made, Results(PAGES[2:]), ["Zèbre", "Lit"], "Pour « x »"))
    assert found.help is None, "the check's own"


def test_an_intruder_of_a_search_is_shown_on_its_page_and_its_column_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    made = listing(monkeypatch, ("Ampoule", "Arrosoir"), ("Bidon", "Buffet"))
    made.page.url = "/?page=3"
    row = SimpleNamespace(description="Voir aussi l'ampoule.", category="Coin ampoule", place="Cave")
    unseen = SimpleNamespace(description=None, category="Coin ampoule", place="Cave")
    made.stock.by_name = lambda: {"Buffet": row, "Coffre": unseen}  # its category has the text: it was not looked at
    monkeypatch.setattr(made, "title", lambda kind: {"description": "Descriptif"}[kind])
    shown = Results(PAGES, ("/?page=1", "/?page=2", "/?page=3"))
    wanted = ["Ampoule", "Lampe", "Vélo", "Zèbre"]
    said = observed(lambda: results.expect_shown(made, shown, wanted, "Pour « ampoule »", "ampoule"))
    assert said.endswith("« Buffet » ne devrait pas y être. Ce texte est dans « Descriptif », et pas dans le nom.")
    assert made.opened[-1] == "/?page=2", "the picture is that of the page with the intruder"
    row.description = "Un meuble."
    assert "Ce texte" not in observed(lambda: results.expect_shown(made, shown, wanted, "Pour « ampoule »", "ampoule"))


def test_names_that_a_source_writes_itself_are_the_matter_of_the_join() -> None:
    stock = SimpleNamespace(labels=lambda _kind: {5: "Viandes", 18: "Apéritif", 27: "Entrées"})
    for source, told in (
        ("[5 => 'Viandes', 18 => \"Apéritif\"]", True),
        ("// Viandes et Apéritif", False),
        ("['Viandes']", False),
    ):
        files = SimpleNamespace(paths=lambda *_ends: ["noms.php"], text=lambda _path, source=source: f"<?php {source};")
        assert columns._written_names(site(files=files, stock=stock), "category") is told


LOTS = ["Boîte 1", "Boîte 2", "Boîte 3"]


def test_the_picture_of_a_search_is_that_of_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the filter is lost too is looked at in between: the search is made again before it is told."""
    made = listing(monkeypatch, *PAGES)
    done: list[str] = []
    found = {"amp": ["Ampoule"], "mpou": ["Ampoule"], "igloo": [], "k": []}
    search = lambda _site, text, **_how: (done.append(text), Results((tuple(found.get(text, LOTS[:2])),)))[1]  # noqa: E731
    monkeypatch.setattr(searches, "search", search)
    monkeypatch.setattr(searches, "fragment_of_names", lambda _site: ("amp", ["Ampoule"]))
    monkeypatch.setattr(searches, "pieces_of_names", lambda _site: [("mpou", ["Ampoule"])])
    monkeypatch.setattr(searches, "lone_signs", lambda _site: [("k", [])])
    monkeypatch.setattr(searches, "_add_lots", lambda _site: LOTS)
    monkeypatch.setattr(searches, "filter_is_lost", lambda _site: done.append("filter") or False)
    assert "il manque « Boîte 3 »" in observed(lambda: searches.expect_search(made))
    assert done == ["amp", "mpou", "igloo", "k", DRAWN.lot.text, DRAWN.lot.text, "filter", DRAWN.lot.text], (
        "on a later page, on /"
    )


def test_the_right_results_are_right_on_any_number_of_pages() -> None:
    results.expect_shown(site(), Results(PAGES), [name for page in PAGES for name in page], "Pour tout")


@pytest.mark.parametrize(("dated", "told"), [(1, True), (2, False)])
def test_two_rows_of_one_date_are_told_to_be_settled_by_the_next_key(dated: int, told: bool) -> None:
    rows = {
        name: SimpleNamespace(name=name, date=date(2026, 9, day), key=lambda key, day=day: f"0{day}/09/2026")
        for name, day in (("Pain", 1), ("Brioche", dated))
    }
    made = site(look_for=lambda _name: None)
    made.rules = SimpleNamespace(order=(("date", "desc"), ("name", "asc")), page_size=2)
    made.stock = SimpleNamespace(by_name=lambda: rows, name_ranks=lambda: {"Brioche": 0, "Pain": 1})
    said = observed(lambda: order.expect_order(made, ["Pain", "Brioche"]))
    assert said.startswith("À la place n° 1, « Pain »")
    assert said.endswith("Les deux ont « Date » : 01/09/2026. C'est « Nom » qui les départage.") == told


def test_a_place_of_a_later_page_is_told_with_its_page() -> None:
    names = ["Abricot", "Brioche", "Figue", "Datte"]
    rows = {name: SimpleNamespace(name=name, date=date(2026, 9, 1), key=lambda _key: "01/09/2026") for name in names}
    made = site(look_for=lambda _name: None)
    made.rules = SimpleNamespace(order=(("date", "desc"), ("name", "asc")), page_size=2)
    made.stock = SimpleNamespace(
        by_name=lambda: rows, name_ranks=lambda: {name: at for at, name in enumerate(sorted(names))}
    )
    said = observed(lambda: order.expect_order(made, names))
    assert said.startswith("À la place n° 3 (page 2, ligne 1), « Figue » est affiché avant « Datte »")


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        (["Vélo BEFAGIC"], ""),
        (["Lit BÉFAG", "Pot béfag"], " Les majuscules sont bien ignorées ; les accents ne le sont pas."),
        ([], ""),
    ],
)
def test_a_search_that_minds_accents_only_says_so_and_names_the_rows_put_in(shown: list[str], told: str) -> None:
    names = ["Lit BÉFAG", "Pot béfag", "Sac BEFAG"]
    added = " La vérification a mis dans la base : « Lit BÉFAG », « Pot béfag » et « Sac BEFAG »."
    assert searches._which_writing("béfag", names, set(shown)) == told + added


@pytest.mark.parametrize(("said", "help_"), [("No data available in table", True), ("", False)])
def test_a_sentence_in_english_is_only_to_be_put_in_french(said: str, help_: bool) -> None:
    texts = ["Lampe\nVélo", said]
    made = site(stock=SimpleNamespace(clear=lambda: texts.pop(0)))
    made.page = SimpleNamespace(status=200, open=lambda _address: setattr(made.page, "text", texts[0]))
    found = failure(lambda: lists.expect_empty_sentence(made))
    assert (found.help == "Le cas est déjà prévu : écrivez cette phrase en français.") is help_


def test_titles_that_are_missing_are_listed_as_french_lists() -> None:
    listing = SimpleNamespace(headers=["Nom"], entries=[SimpleNamespace(text="Lampe")])
    made = site(stock=SimpleNamespace(by_name=dict))
    made.home = lambda: listing
    made.page.script = lambda *_asked, **_kind: [["", ""], ["", ""]]
    found = failure(lambda: columns.expect_columns(made))
    assert found.observed == "On ne trouve pas ces titres dans la liste : « Prix » et « Date »."
    made.page.script = lambda *_asked, **_kind: [["", ""], ['<span class="lecteur">', "Le"]]
    found = failure(lambda: columns.expect_columns(made))
    assert found.observed.endswith('caché par « <span class="lecteur"> » ; à sa place, on lit « Le ».') and found.help
    assert found.expected == "Les titres : Nom, Prix et Date."


def not_joined(monkeypatch: pytest.MonkeyPatch, text: str, rows: int) -> Failed:
    seen = site(text, words=SimpleNamespace(items="plats", no_item="aucun plat"))
    seen.page.look = lambda *_asked, **_kind: rows
    failed = lambda _site, observed, _message, expected, help: Failed(observed, expected, help)  # noqa: E731
    monkeypatch.setattr(home, "_failed", failed)
    found: Failed = home._not_joined(seen, 83, ())
    return found


def test_a_home_page_without_rows_is_quoted_and_another_list_is_not_a_cut_one(monkeypatch: pytest.MonkeyPatch) -> None:
    found = not_joined(monkeypatch, "Bienvenue. Lignes trouvées dans la base : 83.", 0)
    said = "La page / n'affiche encore aucun plat. La page elle-même écrit : « Bienvenue. Lignes trouvées dans la base : 83. »."
    assert found.observed == said and found.help == home.NO_LOOP
    found = not_joined(monkeypatch, "Tarte aux poires", 12)
    said = "La page / montre une liste, mais ce ne sont pas les 83 plats de la base de vérification."
    assert found.observed == said and found.help == home.OTHER_ROWS


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Rayon\nJouets\nCommune\nLyon\nDate\n09/03/2026", ""),
        ("Rayon\nLyon\nCommune\nJouets", "« Lyon » sous le titre « Rayon », et « Jouets » sous « Commune »"),
        ("Commune : Jouets\nPrix : 12,50 €\nRayon : Lyon", "« Lyon » sous le titre « Rayon »"),
        ("Prix\t09/03/2026\nDate :\t12,50 €", "« 12,50 € » sous le titre « Date », et « 09/03/2026 » sous « Prix »"),
        ("Rayon\tCommune\nLyon\tJouets", ""),
        ("Voir aussi : Lyon\nRayon Lyon, commune Jouets", ""),
        ("Rayon\nJouets de Lyon\nCommune\nLyon, près de Jouets", ""),
    ],
)
def test_values_that_have_changed_places_are_told(text: str, told: str) -> None:
    titles = {"name": "Nom", "category": "Rayon", "place": "Commune", "price": "Prix", "date": "Date"}
    words = SimpleNamespace(columns=titles, fields=titles)
    row = SimpleNamespace(category="Jouets", place="Lyon", price=Decimal("12.5"), date=date(2026, 3, 9))
    look = partial(columns.expect_own_titles, site(words=words), text, row, "La page de « Vélo »")
    if told:
        assert told in failure(look).observed
    else:
        look()


def test_a_disorder_may_be_that_of_another_check() -> None:
    rows = [SimpleNamespace(name=name, key=lambda _column, name=name: name) for name in ("Beau", "Ami")]
    stock = SimpleNamespace(by_name=lambda: {row.name: row for row in rows}, name_ranks=lambda: {"Ami": 0, "Beau": 1})
    one = site(stock=stock, look_for=lambda _name: {})
    one.rules = SimpleNamespace(page_size=2, order=(("name", "asc"),))
    assert failure(lambda: order.expect_order(one, ["Beau", "Ami"], because=["liste-ordre"])).because == (
        "liste-ordre",
    )


def test_a_text_that_is_inside_a_word_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searches, "fragment_of_names", lambda _site: ("Brioche", ["Brioche aux graines"]))
    monkeypatch.setattr(searches, "pieces_of_names", lambda _site: [("raine", ["Brioche aux graines"])])
    monkeypatch.setattr(searches, "whole_or_ends", lambda _site: [])
    made = site()
    monkeypatch.setattr(searches, "search", lambda _site, text: text)

    def shown(_site: Any, found: str, *_asked: Any) -> None:
        if found == "raine":
            raise Failed("la page ne montre aucun résultat : il manque « Brioche aux graines ».", "")

    monkeypatch.setattr(searches, "expect_shown", shown)
    assert (failure(lambda: searches.expect_search(made)).help or "").startswith(
        "« raine » est un nom, ou un morceau d'un nom"
    )


def disorder(*items: Any, order: tuple[tuple[str, str], ...]) -> int | None:
    ranks = {row.name: place for place, row in enumerate(sorted(items, key=lambda row: formats.tie_keys(row.name)))}
    found: int | None = stock.first_disorder(items, order, ranks)
    return found


DATE_DESC = (("date", "desc"), ("name", "asc"))
PRICE_ASC = (("price", "asc"), ("name", "asc"))


def test_the_first_key_orders() -> None:
    new, old = item(1, "b", date=date(2026, 5, 1)), item(2, "a", date=date(2026, 4, 1))
    assert disorder(new, old, order=DATE_DESC) is None
    assert disorder(old, new, order=DATE_DESC) == 0


def test_ties_follow_the_name() -> None:
    assert disorder(item(1, "Âne"), item(2, "Zèbre"), order=DATE_DESC) is None
    assert disorder(item(2, "Zèbre"), item(1, "Âne"), order=DATE_DESC) == 0


def test_ties_that_only_punctuation_decides_are_left_alone() -> None:
    left, right = item(1, "L'été"), item(2, "Là-haut")
    assert disorder(left, right, order=DATE_DESC) is None
    assert disorder(right, left, order=DATE_DESC) is None


def test_missing_prices_come_last_both_ways() -> None:
    none, one = item(1, "a", price=None), item(2, "b", price=Decimal(3))
    for way in ("asc", "desc"):
        order = (("price", way), ("name", "asc"))
        assert disorder(one, none, order=order) is None
        assert disorder(none, one, order=order) == 0


def test_missing_prices_are_ordered_by_name_among_themselves() -> None:
    a, b = item(1, "a", price=None), item(2, "b", price=None)
    assert disorder(a, b, order=PRICE_ASC) is None
    assert disorder(b, a, order=PRICE_ASC) == 0


@pytest.mark.parametrize("number", range(1, 9))
def test_each_column_changes_in_a_row_of_its_own(number: int) -> None:
    """As far as there are rows: then no other column of that row changes."""
    rows = [item(place, f"n° {place}", price=None if place == 2 else Decimal(place)) for place in range(number)]
    some = [replace(row, category_id=row.id % 4, place_id=row.id % 3) for row in rows]
    chosen = lists._one_each(some)
    assert set(chosen) == {"category", "place", "moved", "price", "date", "name"}
    assert len({one.id for one in chosen.values()}) == min(number, 6)
    if number == 8:
        category, place = chosen["category"].category_id, chosen["place"].place_id
        for kind, one in chosen.items():
            assert kind == "category" or one.category_id != category
            assert kind == "place" or one.place_id != place
