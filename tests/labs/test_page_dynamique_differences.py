"""What a row holds otherwise than it was typed, and how it is told."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

import pytest
from small_site import item

from etabli.exam.contract.check import import_grader
from etabli.system.settings import repository

GRADER = repository() / "graders" / "page-dynamique"
differences, forms = (import_grader(GRADER, name) for name in ("differences", "forms"))
TYPED = forms.Draft("Table", "c", "p", "12,50", "01/01/2026", "Une  table\nbasse")
FIELDS = {"name": "Nom", "price": "Prix", "description": "Notes"}


def shop(*, one_line: bool = False) -> SimpleNamespace:
    return SimpleNamespace(words=SimpleNamespace(fields=FIELDS), one_line=one_line)


def test_what_was_stored_wrong_is_said() -> None:
    for text in ("Une  table\r\nbasse", " Une  table\nbasse\n"):
        assert differences.problems(shop(), item(1, "Table", price=Decimal("12.50"), description=text), TYPED) == []
    wrong = item(1, "Table", price=Decimal("12.00"), description=None)
    assert differences.problems(shop(), wrong, TYPED) == [
        "« Prix » vaut « 12.00 » au lieu de « 12.50 »",
        "« Notes » est vide dans la base, au lieu de « Une table basse »",
    ]


@pytest.mark.parametrize(
    ("stored", "one_line", "told"),
    [
        ("Une  table basse", True, []),
        ("Une  table basse", False, ["« Notes » n'a plus ses retours à la ligne, ou en a d'autres"]),
        ("Une table\nbasse", False, ["« Notes » n'a plus toutes ses espaces, ou en a d'autres"]),
        ("Une table basse", True, ["« Notes » n'a plus toutes ses espaces, ou en a d'autres"]),
    ],
)
def test_lines_and_spaces_stay_where_the_field_has_them(stored: str, one_line: bool, told: list[str]) -> None:
    row = item(1, "Table", price=Decimal("12.50"), description=stored)
    assert differences.problems(shop(one_line=one_line), row, TYPED) == told


def test_a_long_text_is_quoted_where_it_differs() -> None:
    before = "Un long texte, dont on ne lit que ce qui précède la faute."
    typed = TYPED.but(description=f"{before} Écrire à zoe@example.org ou appeler.")
    row = item(1, "Table", price=Decimal("12.50"), description=f"{before} Écrire à  ou appeler.")
    assert differences.problems(shop(), row, typed) == [
        "« Notes » vaut « …la faute. Écrire à ou appeler. » au lieu de « …la faute. Écrire à zoe@example.org ou appeler. »"
    ]
    assert differences.reworked(shop(), row, typed)
    assert not differences.reworked(shop(), item(1, "Autre", price=Decimal("12.50"), description="Autre"), typed)
    assert not differences.reworked(shop(), item(1, "Table", price=None, description=row.description), typed)


@pytest.mark.parametrize(
    ("name", "description", "alone"),
    [
        ("Table basse", "Voir et ; écrire à", True),
        ("Table basse www.example.org/plan", "Voir et ; écrire à zoe@example.org", True),
        ("Table basse", "Voir et ; écrire", False),
        ("Table", "Voir et ; écrire à", False),
    ],
)
def test_addresses_that_are_gone_alone_keep_no_other_check_waiting(name: str, description: str, alone: bool) -> None:
    text = "Voir https://example.com/avis et www.example.net/avis ; écrire à zoe@example.org"
    typed = TYPED.but(name="Table basse www.example.org/plan", description=text)
    row = item(1, name, price=Decimal("12.50"), description=description)
    assert differences.lacks_addresses(shop(), row, typed) is alone
    assert not differences.lacks_addresses(shop(), item(1, name, price=None, description=description), typed)


def test_lines_that_are_joined_are_no_addresses_that_are_gone() -> None:
    typed = TYPED.but(description="Voir www.example.net/avis\nFermé le lundi")
    row = item(1, typed.name, price=Decimal("12.50"), description="Voir www.example.net/avis Fermé le lundi")
    assert not differences.lacks_addresses(shop(), row, typed)
