"""Who a workbook says made it: told once, cleaned, and the reason of nothing."""

from __future__ import annotations

from typing import Any

import pytest
from notebook import Notebook

from etabli.exam.contract.blot import Blot
from etabli.exam.runner.recorder import Recorder
from etabli.exam.tools.authors import ADVICE, advise
from etabli.exam.tools.book import Book
from etabli.reports.printed import ASIDE


def told(*books: Book, blot: Blot | None = None) -> list[dict[str, Any]]:
    notebook = Notebook()
    recorder = Recorder(notebook, blot or Blot())
    recorder.begin("classeur-lisible")
    for book in books:
        advise(recorder, "analyse.xlsx", book)
    return notebook.events


@pytest.mark.parametrize(
    ("book", "message"),
    [
        (Book([], author="Camille"), "analyse.xlsx : auteur « Camille »"),
        (
            Book([], author="Camille", last_author="Dominique", modified="2026-11-25T10:00:00Z"),
            "analyse.xlsx : auteur « Camille », enregistré par « Dominique », le 25/11/2026",
        ),
        (
            Book([], author="Camille", last_author="Camille", modified="hier"),
            "analyse.xlsx : auteur « Camille »",
        ),
        (Book([], author="openpyxl", last_author="Dominique"), "analyse.xlsx : enregistré par « Dominique »"),
    ],
)
def test_the_names_are_told(book: Book, message: str) -> None:
    (event,) = told(book)
    assert (event["kind"], event["advice"], event["check"]) == ("advice", ADVICE, None)
    assert event["message"] == message
    assert "aucun point n'en dépend" in event["means"] and "Propriétés" in event["look"]


@pytest.mark.parametrize(
    "book", [Book([]), Book([], author="  "), Book([], author="openpyxl", last_author="Microsoft Office User")]
)
def test_nothing_is_told_of_nobody(book: Book) -> None:
    assert told(book) == []


def test_each_is_told_once() -> None:
    assert len(told(Book([], author="A"), Book([], author="A"), Book([], author="B"))) == 2


def test_a_hidden_value_is_blotted_before_anything_is_cut() -> None:
    (event,) = told(Book([], author=f"{'x' * 280} Motdepasse-2026"), blot=Blot(["Motdepasse-2026"]))
    assert "Motdepasse" not in event["message"] and "Motd" not in event["message"]


def test_it_never_stands_for_the_reason_of_a_failure() -> None:
    assert ADVICE in ASIDE
