"""A small référentiel, traces and observations, for tests of what is proposed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml

from etabli.exam.contract.outcome import Outcome, Palier
from etabli.referentiel.model import Referentiel, misfits
from etabli.referentiel.traces import Constat, LabTrace, Observation, OutsideTrace

SOURCE = {"source": "pour les tests", "verified": False}
TEXT = """\
format: etabli/referentiel/1
diploma: {name: Un diplôme, short: UD, level: 4, source: pour les tests, verified: false}
echelle:
  source: pour les tests
  verified: false
  degres:
    - {id: bas, title: non maîtrisé}
    - {id: moyen, title: insuffisamment maîtrisé}
    - {id: bon, title: maîtrise satisfaisante}
    - {id: haut, title: très bonne maîtrise}
regles:
  traces: 2
  observations: 1
  constats: 2
  exige:
    - {degre: haut, essentiel: 100, attendu: 90}
    - {degre: haut, essentiel: 90, attendu: 80, approfondissement: 2}
    - {degre: bon, essentiel: 80, attendu: 50}
    - {degre: moyen, essentiel: 40, attendu: 0}
blocs:
  - unit: U1
    exam: E1
    coefficient: 6
    pole: Un pôle
    title: Un bloc
    source: pour les tests
    verified: true
    competences:
      - code: C1.1
        text: Faire une chose
        source: pour les tests
        verified: true
        criteres:
          - id: chose-faite
            text: La chose est faite.
            origine: etabli
            constats:
              un: [e1, e2, e3, e4, e5, a1, a2, x1, x2]
              deux: [e1, e2, e3, e4, e5, a1, a2, x1, x2]
          - id: chose-dite
            text: La chose est dite.
            origine: etabli
            personne:
              un: [lue]
      - code: C1.2
        text: En parler
        source: pour les tests
        verified: true
        personnes_seulement: true
        criteres:
          - {id: parole, text: La parole est claire., origine: etabli}
"""
PALIERS = {"e": Palier.ESSENTIEL, "a": Palier.ATTENDU, "x": Palier.APPROFONDISSEMENT}
CHECKS = ("e1", "e2", "e3", "e4", "e5", "a1", "a2", "x1", "x2")


def small() -> Referentiel:
    """The référentiel above."""
    found = Referentiel.model_validate(yaml.safe_load(TEXT))
    assert list(misfits(found)) == []
    return found


def trace(
    lab: str = "un", name: str = "", *, date: str = "2026-11-24", decisive: Sequence[str] = (), **odd: Any
) -> LabTrace:
    """A run of a lab in which everything passed, but what is said: ``e1=Outcome.FAILED``; ``None`` takes a check away."""
    outcomes = {check: Outcome.PASSED for check in CHECKS} | odd
    constats = tuple(
        Constat(check, f"Titre de {check}.", PALIERS[check[0]], outcome, check in decisive)
        for check, outcome in outcomes.items()
        if outcome is not None
    )
    return LabTrace(name or f"0001-{lab}", lab, f"TP {lab}", date, constats)


def outside(origin: str = "PFMP 1", *criteria: str, name: str = "") -> OutsideTrace:
    """A trace from elsewhere."""
    return OutsideTrace(name or origin, origin, f"Rapport de {origin}", "2027-02-10", criteria or ("chose-faite",))


def seen(
    degree: str = "haut", criterion: str = "chose-dite", *, date: str = "2027-01-15", on: str | None = None
) -> Observation:
    """What a person observed."""
    return Observation(criterion, degree, "Mme Essai", date, on)
