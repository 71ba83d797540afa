"""Demands: each is looked at by checks or by a person, and each check is asked for; otherwise a sentence says which."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers import make_lab

from etabli.exam.contract.errors import LabError
from etabli.lab.demands import demands_of, sessions_of
from etabli.lab.manifest import load_lab
from etabli.lab.sheets import Sheet

SHEET = """# Séance 1

## À faire

1. Ouvrez la page.

## Ce qui est regardé

- [Le départ :]{#demarre} le site répond.
- [La liste :]{#la-liste} elle est là,
  tout entière.
- [Le ton :]{#ton} il est aimable (regardé par une personne).

## Si vous êtes bloqué

- [Ailleurs]{#ailleurs}
"""
TON = {"id": "ton", "title": "Le ton est aimable.", "competences": ["C1.1"]}


def found(root: Path, markdown: str = SHEET, listed: str = "la-liste: [liste]\n", people: tuple[object, ...] = (TON,)):  # type: ignore[no-untyped-def]
    lab = make_lab(root, humain=list(people))
    (lab.grader / "demands.yaml").write_text(listed, "utf-8")
    return demands_of(lab, [Sheet("seance-1", "Séance 1", markdown), Sheet("reference", "Référence", "# Référence\n")])


def test_each_demand_says_who_looks_at_it(tmp_path: Path) -> None:
    demands = found(tmp_path)
    assert {anchor: one.checks for anchor, one in demands.items()} == {
        "demarre": ("demarre",),
        "la-liste": ("liste",),
        "ton": (),
    }
    assert demands["la-liste"].text.endswith("tout entière.") and demands["ton"].seance == "seance-1"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"listed": ""}, "ancre « la-liste » : rien ne regarde cette demande"),
        ({"listed": "la-liste: [liste]\nautre: [liste]\n"}, "« autre » n'est ni une ancre"),
        ({"listed": "la-liste: [liste, lista]\n"}, "« lista » n'est ni une ancre d'une feuille ni un point"),
        ({"markdown": SHEET.replace("#demarre", "#liste")}, "aucune feuille n'annonce le point « demarre »"),
        ({"people": (TON, TON | {"id": "style"})}, "aucune feuille n'annonce le critère « style »"),
        ({"people": ()}, "ancre « ton » : rien ne regarde cette demande"),
    ],
)
def test_what_is_not_mapped_is_said(tmp_path: Path, change: dict[str, object], sentence: str) -> None:
    with pytest.raises(LabError, match=r".") as caught:
        found(tmp_path, **change)
    assert sentence in str(caught.value)


def test_the_session_of_a_check_is_the_first_whose_sheet_announces_it() -> None:
    sessions = sessions_of(load_lab("extraction-pgi"))
    assert sessions["dates"] < sessions["mois-justes"] < sessions["tva"] < sessions["note-longueur"] < sessions["ecart"]
