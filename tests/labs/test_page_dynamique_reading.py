"""How the pages of a list are followed, from one to the next."""

from __future__ import annotations

from typing import Any

import pytest
from small_site import link

from etabli.exam.contract.check import import_grader
from etabli.system.settings import repository

GRADER = repository() / "graders" / "page-dynamique"
reading = import_grader(GRADER, "reading")


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
