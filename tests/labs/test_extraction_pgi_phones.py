"""Phone numbers kept as numbers: told where a title or words say what they are; nine digits alone are anything."""

from __future__ import annotations

import pytest
from pgi_sheets import privacy
from refused import observed

from etabli.exam.tools.documents import Trace

PERSONAL = privacy.Personal({"emails": [], "phones": [], "streets": [], "employees": []}, [])
NUMBERS = ("475443774", "612345678", "33475443774", "475443774,0")


def column(title: str, *texts: str, above: int = 1) -> list[Trace]:
    found = enumerate((title, *texts), above)
    return [Trace(f"cellule F{row} de la feuille « Échéances »", text) for row, text in found]


@pytest.mark.parametrize(
    "title", ["Appeler au", "Téléphone", "Tél.", "N° de tél", "Mobile", "À joindre", "Numéro d'appel"]
)
def test_numbers_under_a_title_that_speaks_of_phones_are_told(title: str) -> None:
    told = observed(lambda: privacy.expect_none({"a.ods": column(title, *NUMBERS)}, PERSONAL))
    assert "4 numéros de téléphone dans la colonne F de la feuille « Échéances »" in told
    assert PERSONAL.fills(NUMBERS, title) and not PERSONAL.fills(NUMBERS, "Montant")


@pytest.mark.parametrize(
    "title",
    [
        *(
            "SIREN",
            "Numéro",
            "N° client",
            "Montant HT",
            "Compte",
            "Facture à rappeler",
            "SIREN à rappeler",
            "Portable (référence)",
        ),
        *("Numéro d'appel d'offres", "Rappel", "Pièces à joindre", "Télétravail", "Contact", "Code à appeler", ""),
    ],
)
def test_nine_digits_under_another_title_are_anything(title: str) -> None:
    privacy.expect_none({"a.ods": column(title, *NUMBERS, "552100554", "202600123", "411000034")}, PERSONAL)


def test_another_title_ends_a_column_of_phones() -> None:
    pieces = [*column("Téléphone", "au siège"), *column("SIREN", "552100554", "732829320", above=9)]
    privacy.expect_none({"a.ods": pieces}, PERSONAL)
    privacy.expect_none({"a.ods": column("Téléphone", "12", "oui", "1234567890")}, PERSONAL)


def test_a_number_right_after_such_words_is_told() -> None:
    beside = [
        Trace(f"cellule {cell} de la feuille « Note »", text)
        for cell, text in (("A1", "Appeler au"), ("B1", NUMBERS[0]))
    ]
    assert "1 numéro de téléphone" in observed(lambda: privacy.expect_none({"a.ods": beside}, PERSONAL))
    privacy.expect_none({"a.ods": [beside[0], Trace("cellule B2 de la feuille « Note »", NUMBERS[0])]}, PERSONAL)
    for said, told in (
        ("Merci d'appeler au 475443774 avant lundi.", True), ("Tél. : 0475443774", True), ("Portable 6 12 34 56 78", True),
        ("Appelez le 33 475443774", True), ("Le client 475443774 est à appeler.", False), ("Joindre la facture 202600123.", False),
        ("Appeler le client 475443774.", False), ("Total : 475443774 €", False), ("Tél. 4754437741", False),
    ):  # fmt: skip
        assert PERSONAL.contacts(said) == (("phones",) if told else ()), said


def test_one_phone_is_told_once() -> None:
    known = privacy.Personal({"emails": [], "phones": ["04 75 44 37 74"], "streets": [], "employees": []}, [])
    told = observed(lambda: privacy.expect_none({"a.ods": column("Téléphone", NUMBERS[0])}, known))
    assert "1 numéro de téléphone dans a.ods (cellule F2 de la feuille « Échéances »)" in told
    assert known.kinds("475443774") == ("phones",), "a number that Tryton has, whatever stands over it"
