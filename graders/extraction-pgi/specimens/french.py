"""Formulas as a French LibreOffice shows them: what is typed in it."""

from __future__ import annotations

import re

from . import office
from .work import Made

NAMES = {"SUMIFS": "SOMME.SI.ENS", "SUMIF": "SOMME.SI", "SUM": "SOMME", "EDATE": "MOIS.DECALER", "RANK": "RANG",
         "ROUND": "ARRONDI"}  # fmt: skip


def translated(formula: str) -> str:
    """`=SUM(Données!A1,B2)` → `=SOMME($Données.A1;B2)`."""
    text = re.sub(r"\b([A-Z]+)\(", lambda found: f"{NAMES.get(found[1], found[1])}(", formula)
    return re.sub(r"('[^']+'|[\w]+)!", r"$\1.", text).replace(",", ";")


def typed(made: Made) -> list[office.Act]:
    """All figures are typed again, in French."""
    sheets: dict[str, dict[str, str]] = {}
    for key in made.values:
        sheet, place = made.places[key]
        formula = made.book[sheet][place].value
        if isinstance(formula, str):
            sheets.setdefault(sheet, {})[place] = translated(formula)
    return [("type_formulas", {"sheet": sheet, "formulas": formulas}) for sheet, formulas in sheets.items()]
