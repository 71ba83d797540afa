"""The message names nobody: family names nearly written are names too, and no other word is one."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from password_works import GRADER, data, naming, texts, typed
from refused import failure, observed

from etabli.exam.contract.check import import_grader
from etabli.exam.contract.words import are_near, fold
from etabli.system.settings import repository

people = import_grader(GRADER, "people")
organisations = import_grader(GRADER, "organisations")
NAMES = {
    "Faugerelle": "Inès",
    "Tharelle": "Farid",
    "Capdevielle-Rous": "Loïc",
    "Sauvignol": "Kenza",
    "Vaucelin": "Chloé",
}


@cache
def own() -> Any:
    """A variant with these people, whatever is drawn."""
    bearers = [replace(typed().people[0], nom=name, prenom=first) for name, first in NAMES.items()]
    return replace(typed(), people=tuple(bearers))


@pytest.mark.parametrize(
    ("said", "name", "written"),
    [
        ("Ne faites pas comme madame Faugerele, qui a une saison.", "Faugerelle", "Faugerele"),
        ("Ne faites pas comme M. faugérèle.", "Faugerelle", "faugérèle"),
        ("Comme Tarelle, trop de gens oublient.", "Tharelle", "Tarelle"),
        ("Le compte d’Inès FAUGERELE est faible.", "Faugerelle", "FAUGERELE"),
        ("Faugerele a choisi une saison.", "Faugerelle", "Faugerele"),
        ("Tarele : une saison et une année.", "Tharelle", "Tarele"),
        ("Allez voir Capdeviele.", "Capdevielle-Rous", "Capdeviele"),
        ("Ne suivez pas monsieur Sauvignon.", "Sauvignol", "Sauvignon"),
        ("Le mot de passe de\nmonsieur Vauclin est faible.", "Vaucelin", "Vauclin"),
    ],
)
def test_a_family_name_that_is_nearly_written_is_told(said: str, name: str, written: str) -> None:
    told = failure(lambda: naming.expect_nobody(texts.message(data(), more=said), own()))
    assert told.observed.startswith(f"Le message nomme {name} (écrit « {written} »)")
    assert written in told.observed.partition(") : « ")[2]


def test_a_first_name_that_is_nearly_written_is_told_where_somebody_is_called_by_it() -> None:
    people = replace(own(), people=(replace(own().people[0], prenom="Hélori"), *own().people[1:]))
    told = failure(
        lambda: naming.expect_nobody(texts.message(data(), more="Un doute ? Prévenez Hélory à l'accueil."), people)
    )
    assert told.observed.startswith("Le message nomme Hélori (écrit « Hélory »)")
    for other in ("Hélore", "Mélori", "Hélorix"):
        naming.expect_nobody(texts.message(data(), more=f"Prévenez {other} à l'accueil."), people)
    naming.expect_nobody(texts.message(data(), more="Passez par la rue Hélory, qui longe le parc."), people)


@pytest.mark.parametrize(
    "said",
    [
        "Un bon Sauvignon est trop court : trois mots de plus.",
        "À Capdeville comme ailleurs, prenez une longue phrase.",
        "Merci à Léa Vauclin, de la classe de SIO.",
        "UNE LONGUE PHRASE : UN SAUVIGNON, UN VELO, UN CANARD.",
    ],
)
def test_words_that_are_near_a_name_and_are_none_name_nobody(said: str) -> None:
    naming.expect_nobody(texts.message(data(), more=said), own())


@pytest.mark.parametrize("name", ["Léa Vauclin", "Léa Vaucelain", "Mme Tarelle, directrice", "Faugerele"])
def test_who_writes_may_have_a_name_that_is_near_somebody_s(name: str) -> None:
    naming.expect_nobody(f"{texts.message(data())}\nBonne semaine,\n{name}", own())
    naming.expect_nobody(f"{name}, SIO 1\n{texts.message(data())}", own())


def test_a_name_told_as_it_is_is_told_once() -> None:
    told = observed(
        lambda: naming.expect_nobody(texts.message(data(), more="Comme Mme Faugerelle (Faugerele)."), own())
    )
    assert told.startswith("Le message nomme Inès Faugerelle.")


def test_no_name_of_these_lists_is_near_what_a_message_may_say() -> None:
    """Organisations, towns, streets, first names, jobs, software: nothing that our texts write is taken for somebody."""
    halves = {half for name in people.LAST_NAMES for half in fold(name).split() if len(half) >= naming._LETTERS}
    firsts = {*people.FIRST_NAMES, *(people._other(letter) for letter in "abcdefghijklmnopqrstuvwxyz")}
    said = {*firsts, *organisations.TOWNS, *organisations.ACCENTED.values(), *organisations.STREETS}
    said |= {text for one in organisations.ORGANISATIONS for text in vars(one).values()}
    said |= {text for one in (*organisations.PARTNERS, *people.JOBS, *people.ADMIN_JOBS) for text in one}
    root = repository()
    pages = [page for folder in ("labs", "docs", "course", "model") for page in (root / folder).rglob("*.md")]
    said |= {page.read_text("utf-8") for page in pages if page.name != "securite.md"}
    words = {word for text in said for word in naming._WORD.findall(text) if len(word) >= naming._LETTERS}
    assert len(words) > 4000, "as they begin a sentence"
    near = {word for word in words if any(are_near(word, half) for half in halves)}
    assert {fold(word) for word in near} - halves - naming._OTHERS == set()
    assert all(any(are_near(word, half) for half in halves) for word in naming._OTHERS)
