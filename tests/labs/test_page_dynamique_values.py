"""Prices, dates and missing values: which writings are accepted, and what is told of others."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from refused import failure, observed

from etabli.exam.contract.check import import_grader
from etabli.exam.contract.words import contains_words
from etabli.lab.messages import explain
from etabli.system.settings import repository

GRADER = repository() / "graders" / "page-dynamique"
columns, formats = (import_grader(GRADER, name) for name in ("columns", "formats"))
reading, values = (import_grader(GRADER, name) for name in ("reading", "values"))
NBSP, NARROW = "\u00a0", "\u202f"
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
    found = failure(lambda: values.expect_date(LISTED, "Lampe\t01/01/2026", date(2027, 1, 1), "Dans la liste"))
    assert found.observed == (
        "Dans la liste, « Jour » vaut 2027-01-01 dans la base : on lit « 01/01/2026 », avec une autre année."
    )
    assert found.help == values.WEEK_YEAR
    for text in ("Lampe\t2027-01-01", "Lampe\t02/01/2026", "Lampe"):
        other = failure(lambda text=text: values.expect_date(LISTED, text, date(2027, 1, 1), "Dans la liste"))
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
    said = observed(lambda: values.expect_date(LISTED, text, date(2026, 3, 9), "Dans la liste"))
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
