"""De quoi sont faites les données d'un élève."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Machine:
    """Un poste du parc : une ligne de parc.csv."""

    poste: str
    service: str
    fin_garantie: str


@dataclass(frozen=True)
class Variant:
    """Les données d'un élève, et la vérité sur elles : la feuille peut nommer chacun de ces mots."""

    today: str
    today_fr: str
    machines: tuple[Machine, ...]
    expired: tuple[str, ...]
    """Les postes à remplacer : c'est la réponse, et rien de ce que reçoit l'élève ne la donne."""
