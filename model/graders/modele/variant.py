"""Les données de chaque élève, tirées au sort : les mêmes à chaque fois pour lui, d'autres pour son voisin."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from etabli.exam.contract.draw import Draw

from .shape import Machine, Variant

SERVICES = ("Accueil", "Atelier", "Comptabilité", "Direction")
FIRST_DAY = date(2026, 9, 1)
EXPIRED, GOOD = 9, 15


def make(atelier: bytes, rows: bytes) -> Variant:
    """Tout vient de « atelier », la graine de cet élève ; « rows » servirait à d'autres données pour l'évaluation."""
    draw = Draw(atelier)
    today = FIRST_DAY + timedelta(days=draw.below(200))
    names = draw.some([f"poste-{number}" for number in range(101, 200)], EXPIRED + GOOD)
    expired = {name: today - timedelta(days=draw.between(1, 900)) for name in names[:EXPIRED]}
    good = {name: today + timedelta(days=draw.between(1, 900)) for name in names[EXPIRED:]}
    good[names[-1]] = today  # le piège : ce jour-là, la garantie court encore
    machines = [Machine(name, draw.one(SERVICES), ends.isoformat()) for name, ends in (expired | good).items()]
    return Variant(today.isoformat(), f"{today:%d/%m/%Y}", tuple(draw.shuffled(machines)), tuple(sorted(expired)))


def files(variant: Variant) -> dict[str, bytes]:
    """Ce que l'élève trouve dans donnees/."""
    text = io.StringIO()
    writer = csv.DictWriter(text, ["poste", "service", "fin_garantie"], delimiter=";", lineterminator="\n")
    writer.writeheader()
    writer.writerows(map(asdict, variant.machines))
    return {"parc.csv": text.getvalue().encode()}


def sujet(variant: Variant) -> dict[str, Any]:
    """Ce que sujet.json dit de ces données : jamais la réponse."""
    return {"today": variant.today, "today_fr": variant.today_fr}
