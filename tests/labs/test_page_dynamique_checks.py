"""The pure helpers of the checks of page-dynamique: what is accepted, and what is not."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from html import escape
from html.parser import HTMLParser
from string import ascii_letters, digits
from types import SimpleNamespace
from typing import Any

import pytest
from bodies import fields as fields_of
from helpers import volume
from refused import failure, observed

from etabli.exam.contract.check import import_grader, load_checks
from etabli.exam.contract.draw import Draw
from etabli.exam.contract.french import counted
from etabli.exam.contract.values import Button, Field, Form, Link, Option
from etabli.exam.contract.words import contains_words
from etabli.exam.runner.timing import limit
from etabli.exam.tools.draws import Draws
from etabli.exam.tools.own_headers import OPAQUE
from etabli.exam.tools.page import SitePage
from etabli.lab.messages import explain
from etabli.system.settings import repository

GRADER = repository() / "graders" / "page-dynamique"
formats = import_grader(GRADER, "formats")
stock = import_grader(GRADER, "stock")
reading = import_grader(GRADER, "reading")
visitor = import_grader(GRADER, "visitor")
hostile = import_grader(GRADER, "hostile")
diagnosis = import_grader(GRADER, "diagnosis")
quality = import_grader(GRADER, "quality")
notice = import_grader(GRADER, "notice")
forms = import_grader(GRADER, "forms")
adding = import_grader(GRADER, "adding")
acting = import_grader(GRADER, "acting")
kinds = import_grader(GRADER, "kinds")
lists, columns, editing = (import_grader(GRADER, name) for name in ("lists", "columns", "editing"))
targets, values = (import_grader(GRADER, name) for name in ("targets", "values"))
items = import_grader(GRADER, "items")
shape = import_grader(GRADER, "shape")
variant = import_grader(GRADER, "variant")

NBSP, NARROW = "\u00a0", "\u202f"


# -- the grid


def test_only_checks_that_can_be_seen_alone_need_nothing() -> None:
    assert [spec.id for spec in load_checks(GRADER).specs if not spec.after] == ["site-repond"]


def test_every_sentence_counts_in_french() -> None:
    assert counted(0, "ligne") == "0 ligne"
    assert counted(1, "autre nom", "autres noms") == "1 autre nom"
    assert counted(2, "autre nom", "autres noms") == "2 autres noms"
    for path in GRADER.glob("*.py"):
        assert not re.search(r"\w\(e?s\)", path.read_text("utf-8")), path.name


def test_a_student_reads_no_word_of_specialists() -> None:
    for path in GRADER.glob("*.py"):
        strings = " ".join(re.findall(r'"[^"\n]*"', path.read_text("utf-8")))
        assert not re.search(r"collation|gabarit|RGAA \d", strings), path.name


class Sentences(ast.NodeVisitor):
    """The f-strings of a module, with a candidate's words between ⟨ ⟩ and « X » for the rest."""

    def __init__(self, words: Any) -> None:
        self.words = words
        self.found: list[str] = []

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        self.found.append("".join(map(self._part, node.values)))
        self.generic_visit(node)

    def _part(self, part: ast.expr) -> str:
        if isinstance(part, ast.Constant):
            return str(part.value)
        named = re.fullmatch(r"(?:site|self)\.words\.(\w+)", ast.unparse(part.value))  # type: ignore[attr-defined]
        return f"⟨{getattr(self.words, named[1])}⟩" if named else "X"


TREES = [ast.parse(path.read_text("utf-8")) for path in GRADER.glob("*.py") if path.name not in ("nouns.py", "sql.py")]


@pytest.mark.parametrize("seed", range(volume(15, 60)))
def test_no_sentence_joins_words_that_french_contracts(seed: int) -> None:
    words = variant.make(b"%d" % seed, b"%d" % seed).words
    found = []
    for tree in TREES:
        sentences = Sentences(words)
        sentences.visit(tree)
        found += sentences.found
    assert any(f"La page ⟨{words.of_the_item}⟩" in sentence for sentence in found)
    wrong = r"\b(?:de|à) ⟨?les? |\b(?:de|que) ⟨une? |\b(?:de|le|la|ce|que) ⟨[aeiouéèê]"
    assert not [text for text in found if re.search(wrong, text)]


def test_the_words_of_a_variant_are_contracted() -> None:
    for setting in variant.SETTINGS:
        for noun in (*setting.items, *setting.categories, *setting.places):
            assert not re.match(r"de les? ", noun.of_the()), noun


SHOWN = SimpleNamespace(words=SimpleNamespace(empty="non renseigné", item="objet", items="objets"))
"""A site that only has its words."""


@pytest.mark.parametrize(
    ("text", "times", "said"),
    [
        ("Prix : 0,00 €", 1, "« Lampe » n'a pas de prix : dans la liste, on lit « 0,00 € »."),
        ("Prix :", 1, "« Lampe » n'a pas de prix : dans la liste, on ne lit pas « non renseigné »."),
        ("Non renseigné", 2, "« Lampe » n'a pas de prix : dans la liste, on lit « non renseigné » une seule fois."),
    ],
)
def test_a_missing_value_is_told_in_a_sentence(text: str, times: int, said: str) -> None:
    assert (
        observed(lambda: values._expect_empty(SHOWN, text, times, "« Lampe » n'a pas de prix : dans la liste")) == said
    )


def test_what_stands_there_anyway_is_not_read_as_a_missing_value() -> None:
    usual = "Lampe des années 1970\n12,50 €\nLivraison à 0 €, retours non renseigné"
    said = "Sur sa page"
    values._expect_empty(SHOWN, usual.replace("12,50 €", "Non renseigné"), 1, said, usual=usual)
    assert observed(lambda: values._expect_empty(SHOWN, usual.replace("12,50 €", "0 €"), 1, said, usual=usual)) == (
        "Sur sa page, on lit « 0 € »."
    )
    assert observed(lambda: values._expect_empty(SHOWN, usual.replace("12,50 €", ""), 1, said, usual=usual)) == (
        "Sur sa page, on ne lit pas « non renseigné »."
    )


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("No data available in table", True),
        ("Sorry, the database is down.", True),
        ("It's not available, please try again", True),
        ("Site momentanément indisponible, revenez bientôt", False),
        ("Service indisponible : maintenance, merci", False),
        ("Erreur 404 (Not found)", False),
        ("Aucun résultat", False),
    ],
)
def test_a_sentence_in_english_is_told_from_a_french_one(text: str, english: bool) -> None:
    assert formats.in_english(text) is english


def test_what_a_page_says_of_its_own_leaves_its_frame_out() -> None:
    assert diagnosis.own_text("Le site\nAccueil\nTout est en panne.", "Le site\nAccueil\nVélo") == "Tout est en panne."
    assert diagnosis.own_text("Le site\nAccueil", "Le site\nAccueil\nVélo") == ""


@pytest.mark.parametrize(
    ("shown", "price", "same"),
    [
        ("250", "250.00", True),
        ("250,0", "250.00", True),
        ("1 250,5 €", "1250.50", True),
        ("0", "0.00", True),
        ("25", "250.00", False),
        ("", "0.00", False),
        ("250,00 euros", "250.00", False),
    ],
)
def test_a_prefilled_price_is_compared_as_a_number(shown: str, price: str, same: bool) -> None:
    assert editing._same_price(shown, SimpleNamespace(price=Decimal(price))) is same


def test_a_price_that_comes_back_without_its_zeros_is_kept() -> None:
    assert adding._plain("12,50") == adding._plain("12.5") != adding._plain("12.05")
    assert adding._plain("250") != adding._plain("25")


def field(label: str, **values: Any) -> Field:
    given = {"form": 0, "index": 0, "label": label, "aria": "", "placeholder": "", "name": "nom", "kind": "text"}
    return Field(**(given | {"value": "", "required": False, "labelled": True} | values))


@pytest.mark.parametrize(
    ("after", "message"),
    [
        (field("Nom Écrivez un nom."), "Écrivez un nom."),
        (field("Nom", nearby="Écrivez un nom."), "Écrivez un nom."),
        (field("Nom", message="Écrivez un nom."), "Écrivez un nom."),
        (field("Nom"), ""),
    ],
)
def test_a_message_is_read_beside_its_field_or_in_its_label(after: Field, message: str) -> None:
    site = SimpleNamespace(
        words=SimpleNamespace(fields={"name": "Nom"}), stock=SimpleNamespace(columns={"item": {"name": "nom"}})
    )
    before, now = (Form(0, "post", "/", (one,), ()) for one in (field("Nom"), after))
    assert forms.message_near(site, now, before, "name") == message


HEAD = (
    "<!doctype html><HTML LANG=fr-FR><title>Le &amp; site</title><h1>Un <b>deux</b></h1><svg><title>x</title></svg><h1>"
)


def test_the_head_of_a_source_is_read() -> None:
    head = kinds.Head(HEAD)
    assert (head.lang, head.headings) == ("fr-FR", ["Un deux", ""])
    assert head.title.startswith("Le & site")


def test_what_php_says_beside_a_missing_value_is_told_and_not_read_as_the_cell() -> None:
    notice = (
        "Deprecated: number_format(): Passing null to parameter #1 ($num) is deprecated in /srv/app/l.php on line 9"
    )
    said = observed(lambda: values._expect_empty(SHOWN, f"Lampe\n{notice}\n0,00 €", 1, "Dans la liste"))
    assert said == f"Dans la liste, on lit « 0,00 € ». On y lit aussi : « {notice.replace('/srv/app/', '')} »."
    [known] = explain([said])
    assert known.message == notice.replace("/srv/app/", "") and known.look.endswith("l.php, ligne 9.")


LISTED = SimpleNamespace(
    title=lambda kind: {"price": "Forfait", "category": "Branche", "date": "Jour"}[kind],
    words=SimpleNamespace(empty="non précisé"),
)


def test_the_year_of_the_week_is_told_by_the_year() -> None:
    found = failure(lambda: values._expect_date(LISTED, "Lampe\t01/01/2026", date(2027, 1, 1), "Dans la liste"))
    assert found.observed == (
        "Dans la liste, « Jour » vaut 2027-01-01 dans la base : on lit « 01/01/2026 », avec une autre année."
    )
    assert found.help == values.WEEK_YEAR
    for text in ("Lampe\t2027-01-01", "Lampe\t02/01/2026", "Lampe"):
        other = failure(lambda text=text: values._expect_date(LISTED, text, date(2027, 1, 1), "Dans la liste"))
        assert "autre année" not in other.observed and other.help is None, "the check's own, about the format"


def test_an_amount_of_0_that_is_told_as_missing_is_the_matter_of_null() -> None:
    found = failure(lambda: values._expect_price(LISTED, "Lampe\tNon précisé", Decimal(0), "Dans la liste"))
    assert found.observed == (
        "Dans la liste, « Forfait » vaut 0 dans la base : on lit « non précisé » à la place de « 0,00 € ». "
        "0 n'est pas une case vide."
    )
    assert found.help == values.ONLY_NULL
    for text in ("Lampe\t0 €", "Lampe\tGratuit"):
        other = failure(lambda text=text: values._expect_price(LISTED, text, Decimal(0), "Dans la liste"))
        assert "case vide" not in other.observed and other.help is None, "the check's own, about formats"
    missing = failure(lambda: values._expect_price(LISTED, "Lampe\tnon précisé", Decimal(12), "Dans la liste"))
    assert "case vide" not in missing.observed


def test_a_price_is_told_in_the_words_of_the_list() -> None:
    assert observed(
        lambda: values._expect_price(LISTED, "Lampe\t1283.05 €", Decimal("1283.05"), "Sur la page de « Lampe »")
    ) == (
        "Sur la page de « Lampe », « Forfait » vaut 1283.05 dans la base : on attend « 1 283,05 € » et on lit "
        "« 1283.05 € »."
    )


@pytest.mark.parametrize(
    ("text", "price", "written"),
    [
        ("Lampe\t12/03/2026\t12 €", "12", "12 €"),
        ("Lampe 12\t12/03/2026", "12", "12"),
        ("12-12-2012, 12/12, 12 %", "12", ""),
        ("3 objets, 12.5 EUR", "12.50", "12.5 EUR"),
        ("1,283.05 €", "1283.05", "1,283.05 €"),
        ("€ 1 283,05", "1283.05", "€ 1 283,05"),
        ("2012.50 €, 112.50 €, 12.55 €", "12.50", ""),
    ],
)
def test_only_the_price_itself_is_read_as_the_price(text: str, price: str, written: str) -> None:
    assert formats.price_written(text, Decimal(price)) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Modèle 2026\t01/02/2026\t2026-03-09", "2026-03-09"),
        ("le 9/3/2026", "9/3/2026"),
        ("9 mars 2026", "9 mars 2026"),
        ("March 9, 2026", "March 9, 2026"),
        ("Modèle 2026, 19 mars 2026, 10/03/2026", ""),
    ],
)
def test_only_the_day_itself_is_read_as_the_date(text: str, written: str) -> None:
    assert formats.date_written(text, date(2026, 3, 9)) == written
    said = observed(lambda: values._expect_date(LISTED, text, date(2026, 3, 9), "Dans la liste"))
    assert said.endswith(f"on lit « {written} »." if written else "et on ne le trouve pas.")


@pytest.mark.parametrize(
    ("text", "number", "told"),
    [
        ("Lampe\t3\t12,50 €", 8, True),
        ("Lampe\nBranche : 3\nPrix : 12,50 €", 8, True),
        ("Lampe\tRayon\t3 €", 8, False),
        ("Lampe pour 3 personnes\t12,50 €", 8, False),
        ("3\tLampe\t12,50 €", 3, False),
    ],
)
def test_only_a_number_in_the_place_of_a_name_is_told(text: str, number: int, told: bool) -> None:
    row = SimpleNamespace(id=number, name="Lampe", category_id=3, place_id=5)
    said = columns.number_shown(LISTED, reading.Entry("Lampe", text, ""), row, "category")
    assert said == ("Dans la liste, « Branche » montre un numéro (3) au lieu du nom." if told else "")


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


def test_only_the_opening_tag_of_a_faulty_element_is_shown() -> None:
    assert quality.opening_tag('<select name="a"\n  title="x > y">\n<option>1') == '<select name="a" title="x > y">'
    assert quality._listed("1 défaut", ["Un"], 1) == "1 défaut :\n- Un"
    assert quality._listed("3 défauts", ["Un", "Deux"], 3) == "3 défauts :\n- Un\n- Deux\n- … et 1 autre"


def test_what_a_modification_touched_is_counted() -> None:
    assert targets.touched_besides(2, 1, 0) == "changé 2 autres lignes et ajouté 1 ligne"
    assert targets.touched_besides(0, 0, 3) == "supprimé 3 lignes"


# -- formats


@pytest.mark.parametrize(
    "text",
    [
        "1 234,50 €",
        f"1{NBSP}234,50{NBSP}€",
        f"1{NARROW}234,50{NARROW}€",
        "1234,50 €",
        "Prix : 1 234,50 € TTC",
        "Étagère\t1 234,50 €\t09/03/2026",
        "1 234,50€",
    ],
)
def test_a_french_price_is_seen(text: str) -> None:
    assert formats.shows_price(text, Decimal("1234.50"))


@pytest.mark.parametrize(
    "text",
    ["1234.50 €", "1,234.50 €", "1 234,5 €", "1 234,50", "€ 1 234,50", "11 234,50 €", "234,50 €", "1.234,50 €", ""],
)
def test_another_price_is_not(text: str) -> None:
    assert not formats.shows_price(text, Decimal("1234.50"))


def test_a_small_price_is_not_the_end_of_a_larger_one() -> None:
    assert not formats.shows_price("17,00 €", Decimal("7.00"))
    assert formats.shows_price("7,00 €", Decimal("7"))


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("le 09/03/2026", True),
        ("09/03/2026 à 14 h", True),
        ("2026-03-09", False),
        ("9/3/2026", False),
        ("03/09/2026", False),
        ("109/03/2026", False),
        ("09/03/20261", False),
    ],
)
def test_a_french_date(text: str, seen: bool) -> None:
    assert formats.shows_date(text, date(2026, 3, 9)) is seen


@pytest.mark.parametrize("text", ["1.234,50 €", "1,234.50", "1,234.50 €", "1 234.5"])
def test_thousands_written_another_way_are_a_mention(text: str) -> None:
    assert formats.mentions_price(text, Decimal("1234.50")) and not formats.shows_price(text, Decimal("1234.50"))


@pytest.mark.parametrize("text", ["12.5 €", "12,50", "12.50€", "EUR 12,5", "12,50 €"])
def test_any_writing_of_a_price_is_a_mention(text: str) -> None:
    assert formats.mentions_price(text, Decimal("12.50"))


@pytest.mark.parametrize("text", ["112,50 €", "12 €", "12,55 €", "2,50 €", "12,50,1"])
def test_another_price_is_no_mention(text: str) -> None:
    assert not formats.mentions_price(text, Decimal("12.50"))


def test_thousands_are_mentioned_with_and_without_space() -> None:
    assert formats.mentions_price("1 234 €", Decimal("1234"))
    assert formats.mentions_price(f"1{NARROW}234.00", Decimal("1234"))
    assert formats.mentions_price("1234,00", Decimal("1234"))


@pytest.mark.parametrize(
    "text", ["2026-03-09", "9/3/2026", "09/03/2026", "09/03/26", "le 09.03.2026", "lundi 9 mars 2026"]
)
def test_any_writing_of_a_date_is_a_mention(text: str) -> None:
    assert formats.mentions_date(text, date(2026, 3, 9))


def test_another_date_is_no_mention() -> None:
    assert not formats.mentions_date("10/03/2026, 2026-04-09", date(2026, 3, 9))


def test_words_are_compared_without_case_accents_or_punctuation() -> None:
    assert contains_words("RAYON :\tÉlectro-ménager", "électro ménager")
    assert not contains_words("Livres", "livre")


# -- order


def item(number: int, name: str, **values: Any) -> Any:
    defaults = {"description": None, "price": Decimal(1), "date": date(2026, 1, 1)}
    return stock.Item(id=number, name=name, category_id=1, place_id=1, category="c", place="p", **(defaults | values))


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


# -- from page to page


def link(text: str = "", href: str = "", **values: Any) -> Any:
    return reading.PageLink(**({"text": text, "label": text, "rel": "", "href": href} | values))


@pytest.mark.parametrize(
    "way",
    [
        link("2", "http://x/?page=2"),
        link("Suivant", "http://x/?page=2"),
        link("Page suivante »", "http://x/?page=2"),
        link("»", "http://x/?page=2"),
        link("…", "http://x/?page=2", label="Page suivante"),
        link("plus loin", "http://x/?page=2", rel="nofollow next"),
        link("2", "", button=4),
    ],
)
def test_ways_to_the_next_page(way: Any) -> None:
    others = [link("1", "http://x/?page=1"), link("9", "http://x/?page=9"), link("Accueil", "http://x/")]
    assert reading.next_page([*others, way], 1, {"http://x/"}) is way


def test_no_way_on_the_last_page() -> None:
    links = [link("1", "http://x/?page=1"), link("Suivant", "http://x/?page=2"), link("Ajouter", "http://x/ajout")]
    assert reading.next_page(links, 2, {"http://x/?page=1", "http://x/?page=2"}) is None


@pytest.mark.parametrize("text", ["Les 8 suivants", "Lignes suivantes", "❯", "►", "➜", "▸▸", ">>"])
def test_more_ways_to_the_next_page(text: str) -> None:
    way = link(text, "http://x/?debut=8")
    assert reading.next_page([link("◄", "http://x/"), way], 1, {"http://x/"}) is way


@pytest.mark.parametrize("text", ["◄", "↑", "Lignes précédentes", "Article suivi", "…"])
def test_other_links_surely_turn_no_page(text: str) -> None:
    assert reading.next_page([link(text, "http://x/?debut=8")], 1, {"http://x/"}) is None


LABELS = ["Jeux de société", "Livres"]


@pytest.mark.parametrize(
    ("here", "way"),
    [
        ("http://x/", link("Voir plus", "http://x/tout")),
        ("http://x/", link("Charger plus de lignes", "", button=2)),
        ("http://x/", link("Tourner la page", "http://x/index.php?page=2")),
        ("http://x/?q=a&page=2", link("", "http://x/?q=a&page=3")),
        ("http://x/liste/2", link("Encore", "http://x/liste/3")),
    ],
)
def test_what_may_lead_on_is_tried(here: str, way: Any) -> None:
    others = [
        link("Livres (12)", "http://x/?rayon=3"),
        link("Page précédente, plus haut", "http://x/?page=0"),
        link("Tout", "http://x/"),
        link("Ajouter", "http://x/ajout?etape=a"),
    ]
    assert reading.likely_next([*others, way], here, {here}, LABELS) == [way]


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("http://x/?page=3", "http://x/?page=2"),
        ("http://x/?q=a&page=2", "http://x/?q=b&page=3"),
        ("http://x/?page=2", "http://x/?rayon=3"),
        ("http://x/", "http://x/fiche/3"),
        ("http://x/?tri=nom", "http://x/?tri=prix"),
    ],
)
def test_an_address_that_differs_by_more_than_a_higher_number_is_no_step(here: str, there: str) -> None:
    assert reading._step(here, there) == 0


def test_the_next_number_wins_over_an_arrow_to_the_end() -> None:
    two, end = link("2", "http://x/?page=2"), link("»", "http://x/?page=9")
    assert reading.next_page([end, two], 1, {"http://x/"}) is two


# -- what changes and what deletes


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


# -- addresses


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
    assert visitor.altered_addresses(first, second, 900, "igloo") == [altered]


def test_two_items_at_one_address_have_no_identifier() -> None:
    assert visitor.altered_addresses("http://x/fiche", "http://x/fiche", 900, "igloo") == []


def test_each_parameter_is_tried_in_turn() -> None:
    assert hostile.with_values("http://x/?a=1&b=&c=2", "'") == ["http://x/?a=%27&b=&c=2", "http://x/?a=1&b=&c=%27"]
    assert hostile.with_values("http://x/?a=1&b=", "#z", after=True) == ["http://x/?a=1%23z&b="]
    assert hostile.value_addresses("http://x/?a=1&b=", "#z") == ["http://x/?a=1%23z&b="]
    assert hostile.value_addresses("http://x/liste/2/", "/*z*/") == ["http://x/liste/2%2F%2Az%2A%2F"]
    assert hostile.value_addresses("http://x/liste", "z") == []


def test_links_of_a_page_stay_on_the_site() -> None:
    source = '<a href="/a#x">a</a><a href="b?c=1&amp;d=2">b</a><a href="http://y/">y</a><a href="mailto:z@z">z</a>'
    assert reading.links_of(source, "http://x/dir/") == ["http://x/a", "http://x/dir/b?c=1&d=2"]
    odd = "".join(
        f'<a href="{one}">z</a>' for one in ("http://[2001", "http://a℀b/", "//x:99999/", "http://x:-1/", "ok")
    )
    assert reading.links_of(odd, "http://x/") == ["http://x/ok"]


def test_addresses_of_forms_are_those_that_are_sent_by_post() -> None:
    source = (
        "<form method=post action=b.php><input type=hidden name=id value=7><input type=hidden name=jeton value=9f8e></form>"
        "<form action=cherche.php><button formaction=tout.php>Tout</button></form><form method=POST></form>"
        "<form method=post><button formaction='c?x=1'>Oui</button><button formaction=d formmethod=get>Non</button></form>"
        "<form method=post action=http://ailleurs/></form>"
    )
    links, actions = reading.links_and_actions(f"<a href=a>a</a>{source}", "http://x/dir/?p=2")
    assert links == ["http://x/dir/a"]
    assert actions == ["http://x/dir/b.php?id=7", "http://x/dir/?p=2", "http://x/dir/c?x=1"]


def test_hidden_fields_are_those_of_the_form_first() -> None:
    source = (
        '<form><input type="hidden" name="a" value="1&amp;2"></form>'
        "<form><input name=b><INPUT TYPE=HIDDEN NAME=a value=3><INPUT TYPE=HIDDEN NAME=c></form>"
    )
    assert hostile.hidden_fields(source, 0) == {"a": "1&2", "c": ""}
    assert hostile.hidden_fields(source, 1) == {"a": "3", "c": ""}
    assert hostile.hidden_fields("<p>", 0) == {}


class _Running(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements += [tag] if "onerror" in dict(attrs) else []


@pytest.mark.parametrize(
    "page",
    [
        '<input value="{}">',
        "<input value='{}'>",
        "<!-- cherché : {} --><p>x</p>",
        '<script type="application/json">["{}"]</script>',
        '<style>p::after {{ content: "{}" }}</style>',
        "<p>{}</p>",
    ],
)
@pytest.mark.parametrize("marker", range(8))
def test_a_stored_script_leaves_each_place_where_a_page_puts_texts(page: str, marker: int) -> None:
    payload = f"<img src=x onerror=import(`/{marker}`)>"
    assert _Running(page.format(hostile.breakout(payload, *hostile.LEAVING))).elements == ["img"]
    assert len({len(way) for ways in hostile.LEAVING for way in ways}) == 1, "none is longer than a narrow column takes"


def test_a_tag_without_an_end_is_ended_by_the_page() -> None:
    """Who protects only what has both signs is told."""
    text = hostile.unclosed("<img src=x onerror=import(`/x`)>")
    assert ">" not in text and _Running(f"<td><a href=/1>Essai {text}</a></td>").elements == ["img"]


@pytest.mark.parametrize("kept", ["\n\t", "\n\f", "\t\f"])
def test_each_white_space_leaves_a_value_without_quotation_marks(kept: str) -> None:
    page = SitePage.__new__(SitePage)
    vars(page).update(_browser=SimpleNamespace(drawn="x"), _markers={})
    for html in (page.payload("nom"), hostile.unclosed(page.payload("nom")), page.markup("nom")):
        text = page.spread(html, "nom")
        assert " " not in text and len(text) <= 60 and "category" not in text, "the narrowest column takes it"
        row = _Read(f"<tr data-nom={escape(re.sub(f'[{kept}]', '·', text))}>").attributes
        assert any(page._drawn("nom") in (value or "") for name, value in row.items() if name != "data-nom")


class _Read(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.attributes: dict[str, str | None] = {}
        self.feed(page)

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes |= dict(attrs)


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


def test_another_visitor_knows_no_secret_of_a_form_that_a_script_writes() -> None:
    posted: list[dict[str, str]] = []
    origins: list[str] = []
    shown = (field("Nom", name="nom"), field("", name="jeton", kind="hidden"), field("", name="id", kind="hidden"))
    source = "<form><input type=hidden name=jeton value=theirs></form>"

    def session() -> Any:
        return SimpleNamespace(
            get=lambda _address: SimpleNamespace(text=source),
            post=lambda _address, data, sent_from, headers: (
                origins.append(sent_from),
                posted.append(dict(fields_of(data))),
            ),
        )

    site = SimpleNamespace(http=SimpleNamespace(session=session), page=SimpleNamespace(cookies=list))
    site.drawn = SimpleNamespace(foreign="https://www.jeux-malin.com/", guessed=2)
    site.draws = Draws("0123")
    form, data = Form(1, "post", "/x", shown, ()), [("nom", "A"), ("jeton", "mine"), ("id", "7")]
    hostile.forged_post(site, form, "/fiche?id=7", data)
    source = ""
    hostile.forged_post(site, form, "/fiche?id=7", data)
    without = {"nom": "A", "id": "7"}
    cut = {**without, "jeton": "mi"}
    changed = {**without, "jeton": posted[5]["jeton"]}
    assert re.fullmatch("[a-ln-z][a-hj-z]ne|mi[a-mo-z]e", changed["jeton"])
    both = [*[without] * 4, {**without, "jeton": ""}, changed, changed, cut]
    assert posted == [*both, {**without, "jeton": "theirs"}, *both]
    assert [place for place, one in enumerate(origins) if one == "/fiche?id=7"] == [6, 15]
    assert {*origins} == {"/fiche?id=7", "https://www.jeux-malin.com/", OPAQUE}


NOTHING_MORE = tuple(hostile.Forged())[1:]


@pytest.mark.parametrize(
    ("name", "theirs", "own", "shared"),
    [
        ("jeton", "abc", "abc", True),
        ("jeton", "abc", "def", False),
        ("cle", "9f8e7d6c5b4a39281706", "9f8e7d6c5b4a39281706", True),
        ("action", "effacer", "effacer", None),
    ],
)
def test_the_post_that_changed_the_base_is_the_last_one_and_says_whose_token_it_had(
    name: str, theirs: str, own: str, shared: bool | None
) -> None:
    posted: list[dict[str, str]] = []
    asked: list[int] = []
    source = f"<form><input type=hidden name={name} value={theirs}></form>"

    def get(_address: str) -> Any:
        asked.append(len(posted))
        return SimpleNamespace(text=source)

    session = SimpleNamespace(get=get, post=lambda _address, data, **_: posted.append(dict(fields_of(data))))
    site = SimpleNamespace(http=SimpleNamespace(session=lambda: session), page=SimpleNamespace(cookies=list))
    site.drawn = SimpleNamespace(foreign="https://www.jeux-malin.com/", guessed=1)
    site.draws = Draws("0123")
    form, data = Form(1, "post", "/x", (field("", name=name, kind="hidden"),), ()), [(name, own)]
    mine = "" if name == "action" else name
    draw = Draws("0123").of("jeton changé")
    other = {name: hostile.another_token(own, draw, late=bool(draw.below(2)))}
    newcomer = [{}, {name: ""}, other]
    alone = [{}] * 3 + ([*newcomer, other, {name: own[:1]}] if mine else [])
    assert hostile.forged_post(site, form, "/", data, lambda: len(posted) == len(alone) + 1).shared is shared
    assert posted == [*alone, {name: theirs}], "its answer is the one that is kept"
    assert asked == [len(alone)], "nobody has asked for the page before a form without any token is sent"
    posted.clear()
    assert hostile.forged_post(site, form, "/", data, lambda: True) == (mine, *NOTHING_MORE) and len(posted) == 1
    assert hostile.forged_post(site, form, "/", data) == (mine, *NOTHING_MORE) and len(posted) == len(alone) + 2
    posted.clear()
    cut = hostile.forged_post(site, form, "/", data, lambda: {name: own[:1]} in posted).guessed
    assert cut == len(mine and own[:1]), "a token that is compared as far as it goes"
    posted.clear()
    assert hostile.forged_post(site, form, "/", data, lambda: posted.count(other) > 1).changed is bool(mine), "for show"
    posted.clear()
    new = hostile.forged_post(site, form, "/", data, lambda: posted[3:] == newcomer)
    assert new.newcomer is bool(mine), "a token that is compared only where a session has one"


def test_a_form_comes_without_its_token_and_with_the_words_that_everybody_is_given() -> None:
    """A form whose other hidden word is there is compared like the others."""
    posted: list[dict[str, str]] = []
    words = {"page": "suppression", "visite": "du matin", "jeton": "0123456789abcdef"}
    fields = "".join(f"<input type=hidden name={name} value='{said}'>" for name, said in words.items())
    session = SimpleNamespace(
        get=lambda _address: SimpleNamespace(text=f"<form>{fields}</form>"),
        post=lambda _address, data, **_: posted.append(dict(fields_of(data))),
    )
    site = SimpleNamespace(http=SimpleNamespace(session=lambda: session), page=SimpleNamespace(cookies=list))
    site.drawn, site.draws = SimpleNamespace(foreign="https://www.jeux-malin.com/", guessed=1), Draws("0123")
    own = words | {"visite": "du soir", "jeton": "fedcba9876543210"}
    form = Form(1, "post", "/x", tuple(field("", name=name, kind="hidden") for name in own), ())
    hostile.forged_post(site, form, "/", [*own.items()])
    assert posted[-1] == {"page": "suppression"}, "what is another for another visitor may be a secret"


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("token", ["9f8e7d6c5b4a39281706", "ABCDEF", "12345", "aB3-_xY9zK", "x", "é"])
def test_a_changed_token_looks_like_the_one_it_was(token: str, late: bool) -> None:
    """One half of it, and never its last sign, where it has several."""
    other, half = hostile.another_token(token, Draws("0123").of("jeton changé"), late=late), len(token) // 2
    assert (other != token) is token.isascii() and len(other) == len(token)
    if len(token) > 1:
        kept, changed = (other[:half], other[half:]) if late else (other[half:], other[:half])
        assert kept in token and changed not in token and other[-1] == token[-1]
    assert not set(other) - set(token) - set(ascii_letters + digits)


@pytest.mark.parametrize(
    ("action", "asked"), [("/supprimer", "/supprimer?id=7"), ("/supprimer?id=7", "/supprimer?id=7")]
)
def test_a_link_of_another_site_leads_where_the_form_is_sent_without_its_token(action: str, asked: str) -> None:
    sent: list[tuple[str, str]] = []
    session = SimpleNamespace(get=lambda address, sent_from, headers: sent.append((address, sent_from)))
    site = SimpleNamespace(http=SimpleNamespace(session=lambda: session), page=SimpleNamespace(cookies=list))
    site.drawn, site.draws = SimpleNamespace(foreign="https://www.jeux-malin.com/"), Draws("0123")
    hidden = [
        replace(field("", name=name, kind="hidden"), value=value) for name, value in (("id", "7"), ("jeton", "abc"))
    ]
    assert hostile.follow_from_elsewhere(site, Form(1, "post", action, tuple(hidden), ())) == asked
    assert [address for address, _place in sent] == [asked] and sent[0][1] in ("https://www.jeux-malin.com/", OPAQUE)


@pytest.mark.parametrize("action", ["/modifier", "/modifier?id=7"])
def test_a_form_that_is_sent_by_get_is_forged_by_get_and_any_form_is_asked_for_with_all_its_data(action: str) -> None:
    asked, posted = list[str](), list[str]()
    session = SimpleNamespace(
        get=lambda address, **_how: asked.append(address) or SimpleNamespace(text=""),
        post=lambda address, _data, **_how: posted.append(address),
    )
    site = SimpleNamespace(http=SimpleNamespace(session=lambda: session), page=SimpleNamespace(cookies=list))
    site.drawn, site.draws = SimpleNamespace(foreign="https://www.jeux-malin.com/", guessed=1), Draws("0123")
    hidden = (
        replace(field("", name="id", kind="hidden"), value="7"),
        replace(field("", name="jeton", kind="hidden"), value="a1"),
    )
    data = [("id", "7"), ("jeton", "a1"), ("nom", "Lampe d'Odile")]
    hostile.forged_post(site, Form(1, "get", action, hidden, ()), "/fiche", data, lambda: bool(asked))
    [address], ways = asked, ("id=7&nom=Lampe+d%27Odile", "nom=Lampe+d%27Odile&id=7")
    assert address in [f"/modifier?{way}" for way in ways] and posted == [action], "as a browser would"
    asked.clear()
    found = hostile.follow_from_elsewhere(site, Form(1, "post", action, hidden, ()), data)
    assert asked == [found] == [f"{action}{'&' if '?' in action else '?'}id=7&nom=Lampe+d%27Odile"], (
        "its token is left out"
    )


def test_submitted_files_are_looked_for_under_the_web_root() -> None:
    paths = ["public/index.php", "config.php", "style.css", ".env"]
    orders = [hostile.web_addresses(paths, Draw(bytes([seed]))) for seed in range(8)]
    for addresses in orders:
        assert set(addresses[:4]) == {"public/index.php", "index.php", "config.php", ".env"}
        assert set(addresses) == {*addresses[:4], *hostile.GUESSES} and "style.css" not in addresses
    assert len(set(map(tuple, orders))) == 8
    assert "dump.sql" in addresses


# -- what gives itself away

MANY = 150_000
"""Times that a page or a file says the same: what reads it again for each of them would take hours."""

PROGRAM = """<?php
require 'inc/base.php';
$fiches = lister_fiches($recherche, $filtre);
?>
<h1>Nos objets de la semaine</h1>
<?php foreach ($fiches as $fiche): ?>
<p><?= h($fiche['nom']) ?></p>
<?php endforeach ?>
"""
FLASK = """import os
from flask import Flask, render_template

@app.route("/fiches")
def lister_fiches():
    return PAGE
"""
SENT = "<p>Nos objets de la semaine</p><script>const $fiches = lister_fiches($recherche, $filtre);\nforeach ($fiches as $fiche):</script>"


@pytest.mark.parametrize(
    ("page", "found"),
    [
        (f"<pre>{escape(PROGRAM)}</pre>", "du code de index.php"),
        (escape(PROGRAM).replace("$", "&#36;").replace(" ", "&nbsp;"), "du code de index.php"),
        ("".join(f"<span>{escape(word)}</span> " for word in PROGRAM.split(" ")), "du code de index.php"),
        (PROGRAM, "du code de index.php"),
        (f"<code>{escape(FLASK)}</code>", "du code de app.py"),
        ("<ul><li>DB_HOST : base<li>DB_USER : eleve</ul>", "les réglages de la base"),
        ("<pre>INSERT INTO `objets` (`id`) VALUES (1);</pre>", "les données de la base"),
        (SENT, ""),
        ("<h1>Nos objets de la semaine</h1><p>Prix : 12,50 $ ou import de fiches</p>", ""),
    ],
)
def test_a_page_that_shows_code_is_told_from_one_that_holds_a_script(page: str, found: str) -> None:
    assert hostile.code_in(page, hostile.code_lines({"index.php": PROGRAM, "app.py": FLASK})) == found


@pytest.mark.parametrize("sign", ["<script", "<", "<?php ", "INSERT INTO a ", "@a", "<?php $a\n"])
def test_a_page_is_searched_for_code_once_whatever_it_repeats(sign: str) -> None:
    with limit(20, 120, lambda: False):
        assert not hostile.code_in(sign * MANY, hostile.code_lines({"a.php": sign * MANY, "b.py": sign * MANY}))


PHPINFO = "la page de phpinfo(), avec les réglages du serveur"


@pytest.mark.parametrize(
    ("body", "address", "found"),
    [
        ("<?php echo 1;", "config.php~", "du code PHP"),
        ("DB_PASSWORD=\n", ".env", "les réglages de la base"),
        ("INSERT INTO objets VALUES (1);", "base/dump.sql", "les données de la base"),
        ("[core]\n\tbare = false", ".git/config", "l'historique Git"),
        ("import os\n", "app.py", "du code Python"),
        ("ALTER TABLE objets ADD note TEXT;", "base/modifications.sql", ""),
        ("<?php\nreturn ['mot_de_passe' => 'x'];", "config.txt", "du code PHP, avec un mot de passe"),
        ("<?php $mdp = $_POST['mdp'];", "config.txt", "du code PHP"),
        ("DB_PASSWORD=lavande\n", "reglages.txt", "les réglages de la base, dont un mot de passe"),
        ("mdp = lavande\n", "notes.txt", "un mot de passe"),
        ("Sur XAMPP : new PDO('mysql:host=localhost', 'root', '');", "notes.txt", "les réglages de la base"),
        ("Écrire new PDO($adresse, $compte, $secret).", "LISEZMOI.txt", ""),
        ("-- copie\nINSERT INTO objets VALUES (1);", "base.txt", "les données de la base"),
        ("# réglages\nimport os\n", "config.py.txt", "du code Python"),
        ("Écrire <?php en haut, puis INSERT INTO objets. Mot de passe : voir config.php.", "LISEZMOI.txt", ""),
        ("<!DOCTYPE html><p>Mot de passe : oublié</p>", "compte.php", ""),
        ("<!DOCTYPE html><title>PHP 8.3.6 - phpinfo()</title>", "info.php", PHPINFO),
        ("<!DOCTYPE html><title>Le cours</title><p>phpinfo() montre les réglages.</p>", "cours.php", ""),
        ("", "config.php", ""),
    ],
)
def test_secrets(body: str, address: str, found: str) -> None:
    assert hostile.secret_in(body, address) == found


@pytest.mark.parametrize("sign", ["# ", "#\n", "\n", " \t", "mysqli_connect(,", "new PDO(", "DB_PASS ", "password "])
def test_a_file_is_searched_for_secrets_once_whatever_it_repeats(sign: str) -> None:
    with limit(120, 120, lambda: False):
        for address in ("lisez-moi.txt", "config.inc"):
            assert hostile.secret_in(sign * MANY, address) == ""


@pytest.mark.parametrize(
    "sign", ["<head ", "<script>", "</head>", "<", "<b>", "Warning: ", "&amp", "Traceback (", " on line"]
)
def test_a_page_is_read_once_whatever_it_repeats(sign: str) -> None:
    with limit(120, 120, lambda: False):
        text = diagnosis.visible_text(f"<p>Lampe</p>{sign * MANY}")
        assert "Lampe" in text and diagnosis.without_notices(text)
        diagnosis.leak(text)
        diagnosis.broken_page(200, sign * MANY)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<HEAD><title>a</title></head>b<Script>c</SCRIPT>d<style>e</style>f", " b d f"),
        ("<head>a<p>b</p>", " a b "),
        ("<script>a<style>b</script>c</style>d", " c d"),
        ("a < b <i>c</i> &lt;d&gt; <e", "a  c  <d> <e"),
    ],
)
def test_what_no_visitor_reads_is_left_out(source: str, text: str) -> None:
    assert diagnosis.visible_text(source) == text


@pytest.mark.parametrize(
    "text",
    [
        "SQLSTATE[42000]: Syntax error",
        "Fatal error: Uncaught PDOException in /srv/app/index.php",
        "Warning: Undefined variable $x in index.php on line 3",
        'pymysql.err.OperationalError: (2003, "Can\'t connect")',
        "Traceback (most recent call last):",
        "Access denied for user 'root'@'localhost'",
        "En panne : (4151, 'Access denied, this account is locked')",
        "Access denied, this account is locked",
        "(2013, 'Lost connection to MySQL server during query')",
        "Can't reach the base: MySQL server has gone away",
    ],
)
def test_technical_words_are_noticed(text: str) -> None:
    assert diagnosis.leak(f"Bonjour\n{text}\nAu revoir")


@pytest.mark.parametrize(
    "text",
    [
        "Le service est indisponible pour le moment. Revenez plus tard.",
        "Aucun objet ne correspond à votre recherche.",
        "Notice de montage : table en chêne. Prix en ligne, 12,50 €",
        "Warning signs, lot de 3",
        "Atelier (2026, 'Les beaux jours')",
        "Access denied",
    ],
)
def test_ordinary_words_are_not(text: str) -> None:
    assert diagnosis.leak(text) == ""


def test_a_page_is_told_from_a_crash() -> None:
    assert diagnosis.broken_page(200, "<!DOCTYPE html><h1>Nos objets</h1>") == ""
    assert "500" in diagnosis.broken_page(500, "")
    assert "vide" in diagnosis.broken_page(200, "  ")
    assert "erreur" in diagnosis.broken_page(200, "<b>Fatal error</b>: Uncaught PDOException: SQLSTATE[HY000] [2002]")


PARSE = (
    '<br />\n<b>Parse error</b>:  syntax error, unexpected variable "$l" in <b>/srv/app/index.php</b> on line <b>4</b>'
)


def test_an_error_page_keeps_the_file_and_the_line() -> None:
    said = diagnosis.broken_page(200, PARSE)
    message = 'Parse error: syntax error, unexpected variable "$l" in index.php on line 4'
    assert said == f"L'adresse / montre un message d'erreur au lieu d'une page : « {message} »."
    [known] = explain([said])
    assert known.message == message and known.look.endswith("Endroit signalé : index.php, ligne 4.")
    long = f"Fatal error: Uncaught PDOException: {'x' * 300} in /srv/app/inc/base.php:10 Stack trace: #0 {{main}}"
    assert diagnosis.leak(long).endswith("… in inc/base.php:10") and len(diagnosis.leak(long)) == diagnosis.READABLE


def test_a_mere_notice_leaves_a_page_a_page() -> None:
    notice = "<b>Warning</b>:  Undefined variable $x in <b>/srv/app/index.php</b> on line <b>3</b>"
    assert diagnosis.broken_page(200, f"{notice}<h1>Nos objets</h1>") == ""
    assert diagnosis.crash(200, diagnosis.visible_text(notice)) == ""


def test_an_items_page_that_stops_is_told() -> None:
    assert diagnosis.crash(200, diagnosis.visible_text(PARSE)).startswith("affiche une erreur de PHP : « Parse error: ")
    assert diagnosis.crash(500, "Erreur").startswith("répond par le code 500")
    assert diagnosis.crash(404, "Introuvable") == ""


def test_bytes_in_a_message_are_read_as_letters() -> None:
    message = r"You have an error in your SQL syntax near '\xC3\x89tang%' \xC3 at line 1"
    assert diagnosis.leak(message) == r"You have an error in your SQL syntax near 'Étang%' \xC3 at line 1"
    assert explain([message])[0].message == diagnosis.leak(message)


@pytest.mark.parametrize(
    ("status", "source", "said"),
    [
        (404, "Introuvable", "index.php ou app.py"),
        (200, PARSE, "celle d'avant"),
        (200, "Warning: require(config.php): Failed to open stream: No such file in a.php on line 2", "introuvable"),
        (200, "SQLSTATE[42S02]: Table 'x.y' doesn't exist", "votre requête"),
        (200, "SQLSTATE[HY000] [2002] Connection refused", "DB_HOST"),
        (500, "", "le journal de votre site"),
        (200, "<?php echo 1;", ".php"),
    ],
)
def test_where_to_look_depends_on_what_is_seen(status: int, source: str, said: str) -> None:
    assert said in diagnosis.advice(status, source)


class Sources:
    """A tree of submitted files, searched as the fixture does."""

    def __init__(self, **texts: str) -> None:
        self.texts = {name.replace("_", "."): text for name, text in texts.items()}
        self.repaired = False

    def paths(self, *suffixes: str) -> list[str]:
        return [path for path in sorted(self.texts) if path.endswith(suffixes)]

    def text(self, path: str) -> str:
        return self.texts[path]

    def search(self, pattern: re.Pattern[str], suffixes: tuple[str, ...] = ()) -> list[Any]:
        return [
            SimpleNamespace(path=path, line=number, text=line)
            for path, text in sorted(self.texts.items())
            if path.endswith(suffixes)
            for number, line in enumerate(text.splitlines(), start=1)
            if re.search(pattern, line)
        ]


def test_the_line_that_fixes_the_connection_is_named() -> None:
    files = Sources(index_php="<?php\n// root\n$b = mysqli_connect('localhost', 'root', '');")
    written = diagnosis.written_connection(files)
    assert written.sentence() == "La connexion à la base est écrite en dur dans index.php, ligne 3."
    assert written.remedy().startswith("index.php, ligne 3 : « $b = mysqli_connect('localhost', 'root', ''); » fixe")
    assert "DB_HOST" in written.remedy() and len(written.repair) == 3


@pytest.mark.parametrize(
    "line",
    ["$h = getenv('DB_HOST') ?: 'localhost';", "HOST = os.environ.get('DB_HOST', 'localhost')", "# 'localhost'"],
)
def test_a_fallback_is_no_fixed_connection(line: str) -> None:
    assert diagnosis.written_connection(Sources(config_php=line)) is None


# -- sentences and facts


def test_a_new_sentence_is_told_from_the_frame() -> None:
    full = "Nos objets\nRechercher\n12 objets\nVélo 12,00 €"
    assert list(visitor.new_sentences(full, "Nos objets\nRechercher\nAucun objet à afficher.")) == [
        "Aucun objet à afficher."
    ]
    assert not list(visitor.new_sentences(full, "Nos objets\nRechercher\n0 objets"))


ORGANISATION = shape.Organisation(
    name="L'Établi d'Orvane",
    kind="un atelier",
    pitch="Il répare.",
    street="3, rue des Tilleuls",
    postcode="49999",
    city="Orvane",
    phone="02 99 00 12 34",
    email="contact@etabli.example",
    director="Maëlle Duvigan",
    host=shape.Host("Nuage d'Orvane", "1 quai Bas", "49998", "Orvane-sur-Lise", "02 99 00 56 78"),
)
NOTICE = """L’Établi d’Orvane, 3 rue des Tilleuls, 49999 ORVANE, tél. 02.99.00.12.34.
Directrice de la publication : Maëlle Duvigan.
Hébergeur : Nuage d'Orvane, 1 quai Bas, 49998 Orvane-sur-Lise, 0299005678"""


def test_a_complete_legal_notice() -> None:
    assert notice.missing_facts(NOTICE, ORGANISATION) == []


HOST_FIRST = """Qui héberge ce site ?
Nuage d'Orvane
1 quai Bas
49998 Orvane-sur-Lise
02 99 00 56 78
Qui l'édite ?
L'Établi d'Orvane
3, rue des Tilleuls
49999 Orvane
02 99 00 12 34
Directrice de la publication : Maëlle Duvigan"""
TWO_COLUMNS = """Information\tHébergeur\tÉditeur
Nom\tNuage d'Orvane\tL'Établi d'Orvane
Adresse\t1 quai Bas\t3, rue des Tilleuls
Téléphone\t02 99 00 56 78\t02 99 00 12 34"""
TITLES_TOGETHER = """Hébergeur
Éditeur
L'Établi d'Orvane, 3, rue des Tilleuls, 02 99 00 12 34
Nuage d'Orvane, 1 quai Bas, 02 99 00 56 78"""
TITLES_BELOW = """L'Établi d'Orvane, 3, rue des Tilleuls, 02 99 00 12 34
Éditeur
Nuage d'Orvane, 1 quai Bas, 02 99 00 56 78
Hébergeur
L'Établi d'Orvane"""
CONTACT_LAST = """Éditeur : L'Établi d'Orvane
Nuage d'Orvane, 1 quai Bas, 02 99 00 56 78
C'est notre hébergeur depuis 2020.
Contact : 3, rue des Tilleuls, 02 99 00 12 34"""
ONE_SENTENCE = """Site édité par L'Établi d'Orvane (3, rue des Tilleuls, 02 99 00 12 34), hébergé par Nuage d'Orvane (1 quai Bas,
02 99 00 56 78)."""


@pytest.mark.parametrize(
    "text", [NOTICE, HOST_FIRST, TWO_COLUMNS, TITLES_TOGETHER, TITLES_BELOW, CONTACT_LAST, ONE_SENTENCE]
)
def test_a_right_legal_notice_is_right_in_any_order_and_layout(text: str) -> None:
    assert notice.crossed_parts(text, ORGANISATION) is None


def test_a_legal_notice_that_takes_the_one_for_the_other_is_told_by_its_titles() -> None:
    crossed = HOST_FIRST.replace("Qui héberge ce site ?", "Notre éditeur").replace("Qui l'édite ?", "Hébergeur")
    assert notice.crossed_parts(crossed, ORGANISATION) == ("Hébergeur", "Notre éditeur")
    labelled = "Éditeur : Nuage d'Orvane, 1 quai Bas, 0299005678\nHébergeur : L'Établi d'Orvane, 3 rue des Tilleuls, 02.99.00.12.34"
    assert notice.crossed_parts(f"L'Établi d'Orvane\n{labelled}", ORGANISATION) is not None


def test_what_a_legal_notice_lacks_is_named() -> None:
    text = NOTICE.replace("56", "65").replace("Duvigan", "")
    assert notice.missing_facts(text, ORGANISATION) == [
        "le directeur ou la directrice de la publication",
        "le téléphone de l'hébergeur",
    ]


def test_what_was_stored_wrong_is_said() -> None:
    typed = forms.Draft("Table", "c", "p", "12,50", "01/01/2026", "Une  table\nbasse")
    right = item(1, "Table", price=Decimal("12.50"), description="Une table basse")
    site = SimpleNamespace(words=SimpleNamespace(fields={"price": "Prix", "description": "Notes"}))
    assert forms.problems(site, right, typed) == []
    wrong = item(1, "Table", price=Decimal("12.00"), description=None)
    assert forms.problems(site, wrong, typed) == [
        "« Prix » vaut « 12.00 » au lieu de « 12.50 »",
        "« Notes » est vide dans la base, au lieu de « Une table basse »",
    ]
