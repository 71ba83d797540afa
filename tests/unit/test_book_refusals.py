"""Workbooks that are refused, each for its reason and with one clear sentence, and ordinary ones that are not."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping

import book_hostile as hostile
import book_samples as samples
import documents_samples as documents
import pytest

from etabli.exam.reading import serve
from etabli.exam.reading.limits import CPU_S, Refused
from etabli.exam.runner.refusals import refused


@pytest.fixture(scope="module")
def everything() -> Mapping[str, hostile.Sample]:
    return hostile.hostile()


def refusal(sample: hostile.Sample) -> tuple[Refused, str]:
    """Why it is refused, and in which words."""
    file, data, _cause = sample
    with pytest.raises(Refused) as caught:
        serve.read("book", file, data)
    why = caught.value
    return why, refused(file, {"cause": why.cause, "detail": why.detail, "values": why.values}).observed


@pytest.mark.parametrize("name", [*hostile.SAME, *hostile.own()])
def test_each_is_refused_for_its_reason_with_one_sentence(everything: Mapping[str, hostile.Sample], name: str) -> None:
    start = time.process_time()
    why, said = refusal(everything[name])
    assert time.process_time() - start < CPU_S
    assert why.cause == everything[name][2], why.detail
    assert re.fullmatch(r"L[ea] [^\n{}]{15,280}\.", said)


def test_the_sentence_names_the_cell(everything: Mapping[str, hostile.Sample]) -> None:
    assert refusal(everything["reseau-formule"])[1] == (
        "Le classeur va chercher quelque chose sur le réseau quand on l'ouvre ou qu'on le calcule "
        "(« analyse.xlsx » : fonction SERVICEWEB, cellule B4 de la feuille « Feuille 1 »)."
    )


def test_the_folders_of_a_persons_computer_are_not_told(everything: Mapping[str, hostile.Sample]) -> None:
    assert refusal(everything["lie-partie"])[0].values == {"name": "prix.xlsx"}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.ods", documents.ods_of([["a", "", "b"], [], ["c"]])),
        ("a.xlsx", hostile.with_formula("B5")),
        ("a.xlsx", hostile.with_formula('HYPERLINK("http://exemple.test/")')),
        ("a.ods", hostile.ods_formula("of:=[.A1]")),
        ("a.xlsx", documents.workbook()),
        ("a.xlsx", samples.charts()),
    ],
    ids=["million-de-rangs-vides", "circulaire", "lien-hypertexte", "circulaire-ods", "ordinaire", "graphiques"],
)
def test_an_ordinary_workbook_is_read(name: str, data: bytes) -> None:
    assert serve.read("book", name, data)["sheets"]


def test_a_link_to_a_page_is_no_link_to_a_file() -> None:
    book = samples.analysis()
    book["Synthèse"]["A9"].hyperlink = "https://exemple.test/"
    assert serve.read("book", "a.xlsx", samples.saved(book))["sheets"]
