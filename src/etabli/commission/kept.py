"""Where a session is: ``commissions/<session>/``, whole in itself.

::

    session.yaml                     who judges whom of what, when; people edit it
    referentiel.yaml                 the référentiel in whose words it judges
    decisions/<candidat>.yaml        degrees, annexes opened, marks proposed: a history that is only added to
    neutralisations.yaml             checks that do not count, who said so and why
    incidents.yaml                   what happened
"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar, cast

import pydantic

from etabli.commission.model import (
    Candidate,
    Decision,
    Decisions,
    Evaluator,
    Incident,
    Incidents,
    Neutralisations,
    Neutralised,
    Session,
    history_misfits,
    misfits,
    unknown_evaluator,
)
from etabli.exam.contract.errors import LabError, UsageProblem
from etabli.exam.contract.french import quoted
from etabli.recueil.kept import as_yaml, put
from etabli.referentiel import kept as referentiels
from etabli.referentiel.model import Referentiel
from etabli.referentiel.model import misfits as referentiel_misfits
from etabli.system.disk import close_to_others, why
from etabli.system.held import alone_in
from etabli.system.yaml_files import read_yaml

USUAL = Path("commissions")
FILE, REFERENTIEL = "session.yaml", "referentiel.yaml"
DECISIONS = "decisions"
NEUTRALISATIONS, INCIDENTS = "neutralisations.yaml", "incidents.yaml"
_HEAD = """\
# Session d'une commission. Complétez-la ici ; « etabli commission voir {session} » dit ce qui n'y va pas.
# amenagements : ce qui est fait pour le candidat, jamais pourquoi (aucun motif médical).
# docs/commission.md donne toutes les clés.
"""
_HISTORY = "# Historique : on y ajoute, on n'y change rien. « etabli commission » l'écrit.\n"
_AGAIN = "choisissez un autre dossier avec « --commissions »"

M = TypeVar("M", bound=pydantic.BaseModel)
Entry = TypeVar("Entry", bound=Decision | Neutralised | Incident)


@dataclass(frozen=True)
class Board:
    """A session, as it was read."""

    folder: Path
    session: Session
    referentiel: Referentiel
    neutralisations: Neutralisations
    incidents: Incidents

    @property
    def name(self) -> str:
        """How it is called in commands."""
        return self.folder.name

    def codes(self, unit: str) -> tuple[str, ...]:
        """Returns the competences of a unit."""
        return tuple(one.code for bloc in self.referentiel.blocs if bloc.unit == unit for one in bloc.competences)

    def unit_of(self, code: str) -> str | None:
        """Returns the unit of a competence, of those that the session is about."""
        return next((unit for unit in self.session.unites if code in self.codes(unit)), None)

    def candidate(self, name: str) -> Candidate:
        """Returns a candidate.

        Raises:
            UsageProblem: They are none of this session.
        """
        found = self.session.candidate(name)
        if found is None:
            names = [one.candidat for one in self.session.candidats]
            near = difflib.get_close_matches(name, names, 1)
            hint = f"vouliez-vous dire « {near[0]} » ?" if near else f"ajoutez-le dans « {self.folder / FILE} »."
            raise UsageProblem(f"« {name} » n'est pas un candidat de la session « {self.name} » : {hint}")
        return found

    def evaluator(self, name: str) -> Evaluator:
        """Returns a member of the commission.

        Raises:
            UsageProblem: Nobody is called so.
        """
        found = next((one for one in self.session.evaluateurs if one.nom.lower() == name.strip().lower()), None)
        if found is None:
            said = unknown_evaluator(name, self.session)
            raise UsageProblem(said if said.endswith("?") else f"{said} : ajoutez-le dans « {self.folder / FILE} ».")
        return found

    def decisions(self, candidate: str) -> Decisions:
        """Reads a candidate's history; a blank one where nothing was decided.

        Raises:
            LabError: It says something that it may not.
        """
        path = self.folder / DECISIONS / f"{candidate}.yaml"
        if not path.is_file():
            return Decisions(format="etabli/decisions/1", candidat=candidate)
        told = read_yaml(path, Decisions, history_misfits(self.session, self.referentiel))
        if told.candidat.lower() != candidate.lower():
            raise LabError(
                f"{path}, clé « candidat » : « {told.candidat} », et ce fichier est celui de « {candidate} »."
            )
        return told


def begin(root: Path, name: str, session: Session) -> Board:
    """Opens a session with the référentiel in force.

    Raises:
        UsageProblem: It is there already, or cannot be written.
    """
    folder = root / name
    if folder.exists():
        raise UsageProblem(f"La session « {name} » existe déjà dans « {root} » : complétez « {folder / FILE} ».")
    force = referentiels.in_force()
    session = session.model_copy(update={"referentiel": force.sha256})
    for wrong in misfits(force.referentiel)(session):
        raise UsageProblem(f"{'.'.join(map(str, wrong.place))} : {wrong.problem}.")
    put(folder / REFERENTIEL, force.path.read_bytes(), _AGAIN)
    close_to_others(folder)
    board = Board(folder, session, force.referentiel, _no_neutralisations(), _no_incidents())
    told = session.model_dump(exclude_defaults=True) | {"pas_de_note": session.pas_de_note}
    told["candidats"] = [
        {"candidat": one.candidat, "statut": one.statut, **one.model_dump(exclude_defaults=True)}
        for one in session.candidats
    ]
    put(folder / FILE, (_HEAD.format(session=name) + as_yaml(told)).encode(), _AGAIN)
    return board


def read(root: Path, name: str) -> Board:
    """Reads a session.

    Raises:
        UsageProblem: There is none.
        LabError: A file of it says something that it may not; all that is wrong is told, with file, line and key.
    """
    folder = root / name
    if not (folder / FILE).is_file():
        known = sorted(path.parent.name for path in root.glob(f"*/{FILE}")) if root.is_dir() else []
        hint = f"il y a {quoted(known)}" if known else "ouvrez-la avec « etabli commission ouvrir »"
        raise UsageProblem(f"Il n'y a pas de session « {name} » dans « {root} » : {hint}.")
    try:
        referentiel = read_yaml(folder / REFERENTIEL, Referentiel, referentiel_misfits)
        session = read_yaml(folder / FILE, Session, misfits(referentiel))
        known_hash = hashlib.sha256((folder / REFERENTIEL).read_bytes()).hexdigest()
        board = Board(
            folder,
            session,
            referentiel,
            _or_none(folder / NEUTRALISATIONS, Neutralisations) or _no_neutralisations(),
            _or_none(folder / INCIDENTS, Incidents) or _no_incidents(),
        )
    except OSError as error:
        raise LabError(f"« {folder} » ne peut pas être lu ({why(error)}) : vérifiez ce qui y manque.") from error
    if session.referentiel != known_hash:
        raise LabError(
            f"{folder / REFERENTIEL} n'est plus le référentiel de cette session : remettez le fichier dont l'empreinte "
            f"commence par {session.referentiel[:16]}, puis relancez."
        )
    return board


def _or_none(path: Path, model: type[M]) -> M | None:
    return read_yaml(path, model) if path.is_file() else None


def _no_neutralisations() -> Neutralisations:
    return Neutralisations(format="etabli/neutralisations/1")


def _no_incidents() -> Incidents:
    return Incidents(format="etabli/incidents/1")


def add(board: Board, candidate: Candidate, entries: Sequence[Decision]) -> Decisions:
    """Adds entries at the end of a candidate's history; returns it.

    Raises:
        UsageProblem: It cannot be written.
        LabError: What is there is wrong.
    """
    with alone_in(board.folder, _AGAIN):
        told = board.decisions(candidate.candidat)
        told = told.model_copy(update={"historique": _followed(told.historique, entries)})
        _write(board.folder / DECISIONS / f"{candidate.candidat}.yaml", told)
    return told


def _followed(history: Sequence[Entry], entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Returns a history and what comes after: an entry of somebody who waited is not before the one they waited for."""
    if not history:
        return tuple(entries)
    last = history[-1].le
    return (*history, *(one if one.le >= last else cast(Entry, one.model_copy(update={"le": last})) for one in entries))


def neutralise(board: Board, entry: Neutralised) -> Board:
    """Adds an entry to what does not count; returns the session as it is now."""
    with alone_in(board.folder, _AGAIN):
        told = _or_none(board.folder / NEUTRALISATIONS, Neutralisations) or _no_neutralisations()
        told = told.model_copy(update={"historique": _followed(told.historique, [entry])})
        _write(board.folder / NEUTRALISATIONS, told)
    return replace(board, neutralisations=told)


def note_incident(board: Board, entry: Incident) -> Board:
    """Adds what happened; returns the session as it is now."""
    with alone_in(board.folder, _AGAIN):
        told = _or_none(board.folder / INCIDENTS, Incidents) or _no_incidents()
        told = told.model_copy(update={"historique": _followed(told.historique, [entry])})
        _write(board.folder / INCIDENTS, told)
    return replace(board, incidents=told)


def _write(path: Path, told: pydantic.BaseModel) -> None:
    content = as_yaml(told.model_dump(exclude_defaults=True))
    put(path, (_HISTORY + content).encode(), _AGAIN)


def now() -> datetime:
    """Returns the moment of a decision, to the second, with its zone."""
    return datetime.now().astimezone().replace(microsecond=0)
