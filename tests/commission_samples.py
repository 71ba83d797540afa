"""A session of a commission with one candidate, their recueil, and what assessors type, for tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from helpers import Done, here
from recueil_samples import frozen_run

from etabli.roster.learner import Person
from etabli.roster.roster import new_roster

SESSION = "e2-2027"
ESSAI, DUC = "Mme Essai", "M. Duc"
CODES = ("C2.1", "C2.2", "C2.3")
SITUATION = {
    "id": "oral",
    "unite": "U2",
    "titre": "Un entretien",
    "le": "2027-05-20",
    "heure": "9:00",
    "duree": 120,
    "tp": "mots-de-passe",
}
FAULT = "votre-extraction"
"""A decisive check of extraction-pgi, on C2.1."""


@contextmanager
def staged(folder: Path) -> Iterator[None]:
    """Makes a folder the current one, with a home of its own in it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ETABLI_HOME", str(folder / "home"))
        patch.setenv("COLUMNS", "240")
        patch.chdir(folder)
        yield


def commission(verb: str, *words: object) -> Done:
    """Types a command about the session."""
    return here("commission", verb, SESSION, *words)


def furnish(failed: dict[str, str] | None = None) -> str:
    """Makes, in the current folder, a class, a recueil with two traces on C2.1, and a session; returns the alias."""
    roster = new_roster("SNO", "SNO")
    roster.add([Person("Bouvard-Lenoir", "Inès")])
    (alias,) = (one.alias for one in roster.learners())
    frozen_run(Path("resultats/page-dynamique"), alias, "page-dynamique", submission_sha256="ab" * 32)
    frozen_run(Path("resultats/extraction-pgi"), alias, "extraction-pgi", failed or {})
    own = ("--candidat", alias)
    seen = ("--critere", "donnees-saisies", "--degre", "satisfaisante", "--par", ESSAI)
    for words in (
        ("choisir", *own),
        ("observer", *own, *seen),
        ("authentifier", *own, "--par", ESSAI, "--aide", "seul"),
    ):
        done = here("trace", *words)
        assert done.returncode == 0, done
    people = ("--evaluateur", ESSAI, "--evaluateur", f"{DUC}=professionnel")
    done = commission("ouvrir", "--objet", "E2, session 2027", "--unite", "U2", *own, *people)
    assert done.returncode == 0, done
    return alias


def edit(**keys: Any) -> None:
    """Changes keys of ``session.yaml`` as a person would."""
    path = Path("commissions", SESSION, "session.yaml")
    told = yaml.safe_load(path.read_text("utf-8")) | keys
    path.write_text(yaml.safe_dump(told, allow_unicode=True, sort_keys=False), "utf-8")


def all_judge(alias: str, **others: str) -> None:
    """Both assessors judge everything satisfactory, but for what is given of the second one."""
    for person in (ESSAI, DUC):
        degrees = dict.fromkeys(CODES, "satisfaisante") | (others if person == DUC else {})
        words = [word for code, degree in degrees.items() for word in ("--degre", f"{code}={degree}")]
        done = commission("juger", "--candidat", alias, "--evaluateur", person, *words)
        assert done.returncode == 0, done


def history(alias: str) -> list[dict[str, Any]]:
    """What was decided of the candidate, as it is written."""
    path = Path("commissions", SESSION, "decisions", f"{alias}.yaml")
    found: list[dict[str, Any]] = yaml.safe_load(path.read_text("utf-8"))["historique"]
    return found
