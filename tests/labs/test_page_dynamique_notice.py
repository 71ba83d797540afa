"""What a legal notice must hold, in any order and layout."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from refused import failure, observed
from small_site import site

from etabli.exam.contract.check import import_grader
from etabli.system.settings import repository

GRADER = repository() / "graders" / "page-dynamique"
notice, shape = (import_grader(GRADER, name) for name in ("notice", "shape"))


def test_lacking_facts_are_a_list_and_who_has_the_page_is_not_told_to_make_it(monkeypatch: pytest.MonkeyPatch) -> None:
    notice = import_grader(GRADER, "notice")
    lacks = ["son téléphone", "la rue de l'hébergeur"]
    monkeypatch.setattr(notice, "legal_link", lambda _site: SimpleNamespace(href="/mentions.php"))
    monkeypatch.setattr(notice, "missing_facts", lambda *_asked: lacks)
    found = failure(lambda: notice.expect_legal_notice(site(organisation=None)))
    lead = "Sur la page des mentions légales, on ne trouve pas"
    assert found.observed == f"{lead} 2 informations :\n- son téléphone\n- la rue de l'hébergeur"
    assert found.help is not None and found.help.startswith("La page et son lien sont là.")
    del lacks[1]
    assert observed(lambda: notice.expect_legal_notice(site(organisation=None))) == f"{lead} son téléphone."


def test_a_legal_notice_under_other_capitals_is_named_as_it_is_written() -> None:
    notice = import_grader(GRADER, "notice")
    paths = ["index.php", "Mentions.php", "pages/avis.php"]
    assert notice.otherwise_written("/mentions.php?x=1", paths) == "Mentions.php"
    assert notice.otherwise_written("/pages/Avis.php", paths) == "pages/avis.php"
    assert [notice.otherwise_written(path, paths) for path in ("/Mentions.php", "/", "/legal.php")] == ["", "", ""]


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
