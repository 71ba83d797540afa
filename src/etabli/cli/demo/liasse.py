"""The commission of the invented candidate: two assessors judge, disagree once, retain, and print the whole set."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

from etabli.commission import acting, kept
from etabli.commission.model import NOT_OBSERVED, Candidate, Consultation, Evaluator, Session, situations_of
from etabli.commission.papers import Press
from etabli.commission.printing import Wrote, print_set
from etabli.lab.manifest import lab_ids, load_lab
from etabli.lab.parcours import wanted_weeks
from etabli.recueil.kept import read
from etabli.referentiel.kept import in_force
from etabli.seal.short import printable
from etabli.system.settings import secret

_NAME = "session-2027"
_TEACHER, _TUTOR = "Mme Aubry", "Mme Colin"
_BOTH = f"{_TEACHER}, {_TUTOR}"
_WHY = "La revue des droits est juste ; la politique reste à tenir."
_DEPARTS = "Ce qui a été vu en entreprise n'en montre pas autant."
_PLANNED: dict[str, dict[str, Any]] = {
    "e1-a": {
        "le": date(2027, 4, 8),
        "heure": "10:00",
        "lieu": "salle 12",
        "contexte": "Projet d'atelier, à trois : le site du TP, repris pour le service culturel de la mairie.",
        "travail": "Présenter le projet à plusieurs, puis répondre seul aux questions sur sa propre part.",
        "ressources": ("le dossier numérique", "un vidéoprojecteur"),
        "production": "Une présentation.",
    },
    "e2": {"le": date(2027, 5, 27), "heure": "14:00", "lieu": "salle 12"},
    "e3-a": {"le": date(2027, 5, 27), "heure": "15:30", "lieu": "salle 12"},
    "e3-b": {
        "le": date(2027, 5, 20),
        "heure": "9:00",
        "lieu": "salle 12",
        "contexte": "La mairie change de standard téléphonique ; sa documentation n'existe qu'en anglais.",
        "travail": "En faire une ressource numérique en français, que les agents suivent seuls, puis en répondre.",
        "ressources": ("la documentation en anglais", "un poste informatique"),
        "production": "Une ressource numérique en français.",
    },
}
"""What the centre completes of the situations that the référentiel knows."""


def make_set(root: Path, alias: str, archive: Path) -> tuple[Path, Wrote]:
    """Judges the candidate whose recueil is in ``recueils/`` of a folder, and leaves their set in ``liasse/``.

    Args:
        root: The folder.
        alias: The candidate.
        archive: Their sealed archive, whose root is printed.

    Raises:
        EtabliError: Something could not be read, decided or printed.
    """
    files, sessions, out = root / "recueils", root / "commissions", root / "liasse"
    for former in (sessions / _NAME, out):
        shutil.rmtree(former, ignore_errors=True)
    force = in_force()
    units = tuple(one.unit for one in force.referentiel.blocs)
    known = situations_of(force.referentiel, units)
    shown = {"e1-a": {"tp": next(lab for lab in lab_ids() if load_lab(lab).manifest.runtimes)}}  # it has a site
    person = Candidate(candidat=alias, numero="0412", amenagements=("une salle à part",), temps=1.33)
    board = kept.begin(
        sessions,
        _NAME,
        Session(
            format="etabli/commission/1",
            objet="Certificat de spécialisation, session 2027",
            etablissement="Lycée des Quatre-Vents, Saint-Aubin",
            ville="Saint-Aubin",
            convoque_par="M. Lelièvre, proviseur",
            referentiel=force.sha256,
            unites=units,
            evaluateurs=(
                Evaluator(nom=_TEACHER),
                Evaluator(nom=_TUTOR, role="professionnel", qualite="Mairie de Saint-Aubin"),
            ),
            candidats=(person,),
            situations=tuple(one.model_copy(update=_PLANNED.get(one.id, {}) | shown.get(one.id, {})) for one in known),
            jury=date(2027, 7, 5),
            consultation=Consultation(du=date(2027, 7, 6), au=date(2027, 7, 9), lieu="au secrétariat"),
        ),
    )
    _decide(board, person, files)
    press = Press(board, files, date.today(), wanted_weeks(), printable(archive))
    return out, print_set(press, person, out, secret())


def _decide(board: kept.Board, person: Candidate, files: Path) -> None:
    """Both judge what they saw; the tutor sees C2.3 higher, and the commission says why it keeps the teacher's."""
    degrees = [one.id for one in board.referentiel.echelle.degres]
    codes = list(board.referentiel.competences)
    recueil = read(files, person.candidat).recueil
    seen = {code for one in recueil.traces if one.verification for code in _of(board, one.verification.tp)}
    seen |= {board.referentiel.competence_of[one.critere] for one in recueil.observations}
    judged = {code: degrees[-2] if code in seen else NOT_OBSERVED for code in codes}
    acting.judge(board, person, _TEACHER, judged)
    acting.judge(board, person, _TUTOR, judged | {"C2.3": degrees[-1]})
    acting.open_annex(board, person, files, _TEACHER, board.session.units_of(person))
    ready, waits = acting.agreed(board, person)
    acting.retain(board, person, _BOTH, ready)
    for code in waits:
        acting.retain(board, person, _BOTH, {code: degrees[-2]}, _WHY if code == "C2.3" else _DEPARTS)
    acting.propose_mark(board, person, _BOTH, "U2", 13.5)


def _of(board: kept.Board, lab: str) -> list[str]:
    return [code for code, one in board.referentiel.competences.items() if one.checks_of(lab)]
