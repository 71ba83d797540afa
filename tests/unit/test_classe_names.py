"""Spellings of one person meet, those of two people do not, and a full name is cut by a rule that is told."""

from __future__ import annotations

import unicodedata
from itertools import combinations

import pytest

from etabli.roster.names import Cut, fold, name_key, split_name, tidy

ONE_PERSON = [
    ("MARTIN Léa", "Léa MARTIN", "lea martin", "Martin  Léa ", "MARTIN\u00a0Léa", "Martin, Léa"),
    (
        "DURAND-LEROY Maëlys",
        "Maëlys Durand-Leroy",
        "Maelys DURAND LEROY",
        "durand – leroy maëlys",
        "DURAND‑LEROY Maëlys",
    ),
    ("DUPONT LEROY Anne-Sophie", "Anne Sophie Dupont Leroy", "anne-sophie dupont-leroy"),
    ("D'ALMEIDA Inès", "Inès d’Almeida", "Ines D ALMEIDA", "Inès d' Almeida", "D´ALMEIDA Inès", "dalmeida inès"),
    ("LE ROY Jean", "Jean Leroy", "Jean LE-ROY", "LEROY Jean"),
    ("DE LA FONTAINE Jean", "Jean de La Fontaine", "LA FONTAINE Jean de", "Jean DELAFONTAINE"),
    ("EL AMRANI Yassine", "Yassine El Amrani", "Yassine EL-AMRANI", "ELAMRANI Yassine"),
    ("BEN SALAH Amine", "Amine Bensalah", "Amine Ben-Salah", "amine ben salah"),
    ("VAN DEN BERG Noor", "Noor van den Berg", "Noor Vandenberg"),
    ("N'GUESSAN Aya", "Aya N’Guessan", "Aya NGUESSAN"),
    ("O'BRIEN Liam", "Liam O Brien", "liam o’brien"),
    ("LEBŒUF Chloé", "Chloé LEBOEUF", "chloe lebœuf"),
    ("SAINT-MARTIN Théo", "Théo St Martin", "ST-MARTIN Théo"),
    ("NGUYEN Thi Le", "Thi Le NGUYEN"),
    ("MARTIN Ben", "Ben Martin"),
    ("WEISS Zoé", "Zoé Weiß"),
    ("ŁUKASIK Ola", "Ola Lukasik"),
    ("ABD EL KADER Samy", "Samy Abdelkader", "Samy Abd-El-Kader"),
    ("LE Van", "Van LE"),
]


@pytest.mark.parametrize("spellings", ONE_PERSON, ids=lambda spellings: spellings[0])
def test_spellings_of_one_person_meet(spellings: tuple[str, ...]) -> None:
    assert {name_key(spelling) for spelling in spellings} == {name_key(spellings[0])}


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_unicode_composition_does_not_matter(form: str) -> None:
    for spellings in ONE_PERSON:
        for spelling in spellings:
            assert name_key(unicodedata.normalize(form, spelling)) == name_key(spelling)  # type: ignore[arg-type]


def test_different_people_do_not_meet() -> None:
    people = [spellings[0] for spellings in ONE_PERSON]
    people += ["MARTIN Léo", "MARTIN-DUPONT Léa", "OLIVEIRA Inès", "DE OLIVEIRA Inès", "PETIT Lucas", "PETIT Luca"]
    for a, b in combinations(people, 2):
        assert name_key(a) != name_key(b), (a, b)


def test_family_and_given_name_may_come_apart() -> None:
    assert name_key("MARTIN", "Léa") == name_key("Léa MARTIN")
    assert name_key("", " - ") == ""


@pytest.mark.parametrize(
    ("full", "family", "given", "cut"),
    [
        ("DUPONT LEROY Anne-Sophie", "DUPONT LEROY", "Anne-Sophie", Cut.CAPITALS),
        ("Anne-Sophie DUPONT LEROY", "DUPONT LEROY", "Anne-Sophie", Cut.CAPITALS),
        ("DURAND-LEROY Maëlys", "DURAND-LEROY", "Maëlys", Cut.CAPITALS),
        ("PALETAN Amy Latifah", "PALETAN", "Amy Latifah", Cut.CAPITALS),
        ("de OLIVEIRA Inès", "de OLIVEIRA", "Inès", Cut.CAPITALS),
        ("Inès d’ALMEIDA", "d’ALMEIDA", "Inès", Cut.CAPITALS),
        ("N'GUESSAN Aya", "N'GUESSAN", "Aya", Cut.CAPITALS),
        ("N GUESSAN Aya", "N GUESSAN", "Aya", Cut.CAPITALS),
        ("McDONALD Ewan", "McDONALD", "Ewan", Cut.CAPITALS),
        ("Jean de LA FONTAINE", "de LA FONTAINE", "Jean", Cut.CAPITALS),
        ("DUPONT J", "DUPONT", "J", Cut.CAPITALS),
        ("Dupont Leroy, Anne-Sophie", "Dupont Leroy", "Anne-Sophie", Cut.COMMA),
        ("MARTIN, Léa", "MARTIN", "Léa", Cut.COMMA),
        ("Anne-Sophie Dupont Leroy", "Dupont Leroy", "Anne-Sophie", Cut.FIRST_WORD),
        ("Inès de Oliveira", "de Oliveira", "Inès", Cut.FIRST_WORD),
        ("DUPONT LEROY ANNE", "DUPONT LEROY", "ANNE", Cut.LAST_WORD),
        ("MARTIN", "MARTIN", "", Cut.NONE),
        ("Martin,", "Martin", "", Cut.NONE),
        ("", "", "", Cut.NONE),
    ],
)
def test_a_full_name_is_cut_by_a_rule(full: str, family: str, given: str, cut: Cut) -> None:
    assert split_name(full) == (family, given, cut)
    assert split_name(unicodedata.normalize("NFD", full)) == (family, given, cut)


def test_only_what_the_writing_shows_is_sure() -> None:
    assert {cut for cut in Cut if cut.sure} == {Cut.CAPITALS, Cut.COMMA}


def test_texts_are_tidied_without_losing_letters() -> None:
    assert tidy("  Le\u0301a\u00a0\u200bMARTIN\t\ufeff") == "Léa MARTIN"
    assert fold("Éléonore Œuvrard") == "eleonore oeuvrard"
