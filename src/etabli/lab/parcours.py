"""The year: modules, their sessions and the PFMP between them, and how many independent traces each competence gets.

``course/parcours.yaml`` says it. What a session of a lab shows follows from the demands of its sheet; what is done
elsewhere says itself which criteria it shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import pydantic

from etabli.exam.contract.errors import LabError
from etabli.exam.contract.outcome import Palier
from etabli.lab.demands import sessions_of
from etabli.lab.manifest import Lab, lab_ids, load_lab
from etabli.referentiel.model import Referentiel, Sourced, Text
from etabli.system.disk import why
from etabli.system.settings import repository
from etabli.system.yaml_files import Described, Identifier, Misfit, read_yaml


class PlannedSession(Described):
    """One session: of a lab, or of something else."""

    tp: Identifier | None = None
    seance: Identifier | None = None
    """Of ``lab.yaml``."""
    title: Text | None = None
    origine: Text | None = None
    """Where its trace is from."""
    criteres: tuple[Identifier, ...] = ()
    """Observable criteria that it shows."""

    @pydantic.model_validator(mode="after")
    def _one_kind(self) -> PlannedSession:
        of_lab = self.tp is not None and self.seance is not None
        elsewhere = bool(self.title and self.origine and self.criteres)
        if of_lab == elsewhere or (of_lab and (self.title or self.origine or self.criteres)) or (elsewhere and self.tp):
            raise ValueError("donnez « tp » et « seance », ou bien « title », « origine » et « criteres »")
        return self


class Module(Described):
    """Sessions that go together."""

    id: Identifier
    title: Text
    unit: Text
    """The unit that it prepares most."""
    seances: tuple[PlannedSession, ...]


class Pfmp(Described):
    """A period of training in a company."""

    id: Identifier
    title: Text
    semaines: Annotated[int, pydantic.Field(ge=1, le=52)]
    criteres: tuple[Identifier, ...]
    """Observable criteria of which a trace may be brought back."""


class Step(Described):
    """One step of the year."""

    module: Module | None = None
    pfmp: Pfmp | None = None

    @pydantic.model_validator(mode="after")
    def _one_kind(self) -> Step:
        if (self.module is None) == (self.pfmp is None):
            raise ValueError("donnez « module » ou « pfmp », l'un des deux")
        return self


class Parcours(Sourced):
    """``parcours.yaml``."""

    format: Literal["etabli/parcours/1"]
    title: Text
    semaines_pfmp: Annotated[int, pydantic.Field(ge=1)]
    """Weeks of PFMP that the diploma asks for."""
    etapes: tuple[Step, ...]


@dataclass(frozen=True)
class SessionView:
    """One session, and what it shows."""

    title: str
    lab: str | None
    origin: str
    """The lab, or where its trace is from."""
    criteria: tuple[str, ...]


@dataclass(frozen=True)
class StepView:
    """One step, and what it shows."""

    id: str
    title: str
    unit: str | None
    """None for a PFMP."""
    weeks: int | None
    """None for a module."""
    sessions: tuple[SessionView, ...]


@dataclass(frozen=True)
class Coverage:
    """The independent traces that the year gives to a competence."""

    competence: str
    text: str
    labs: tuple[str, ...]
    elsewhere: tuple[str, ...]
    """Origins of what is to be brought from elsewhere."""
    wanted: int
    unplanned: tuple[str, ...]
    """Observable criteria that no session and no PFMP shows."""

    @property
    def independent(self) -> int:
        """How many traces are independent of each other."""
        return len(self.labs) + len(self.elsewhere)


@dataclass(frozen=True)
class Year:
    """The whole year."""

    title: str
    steps: tuple[StepView, ...]
    weeks: int
    wanted_weeks: int
    coverage: tuple[Coverage, ...]


def read_year(referentiel: Referentiel, path: Path | None = None) -> Year:
    """Reads the year, and works out what it shows of each competence.

    Raises:
        LabError: The file is missing or wrong; all that is wrong is told, with file, line and key.
    """
    path = path or _usual()
    labs = {lab_id: load_lab(lab_id) for lab_id in lab_ids()}
    try:
        parcours = read_yaml(path, Parcours, lambda said: _misfits(said, referentiel, labs))
    except OSError as error:
        raise _unreadable(path, error) from error
    steps = tuple(_step(step, referentiel, labs) for step in parcours.etapes)
    coverage = tuple(_coverage(code, referentiel, steps, labs) for code in referentiel.competences)
    weeks = sum(step.weeks or 0 for step in steps)
    return Year(parcours.title, steps, weeks, parcours.semaines_pfmp, coverage)


def wanted_weeks() -> int:
    """Returns the weeks of PFMP that the diploma asks for.

    Raises:
        LabError: The year is missing or wrong.
    """
    path = _usual()
    try:
        return read_yaml(path, Parcours).semaines_pfmp
    except OSError as error:
        raise _unreadable(path, error) from error


def _usual() -> Path:
    return repository() / "course" / "parcours.yaml"


def _unreadable(path: Path, error: OSError) -> LabError:
    return LabError(
        f"L'année « {path} » ne peut pas être lue ({why(error)}) : vérifiez le chemin, ou récupérez de nouveau le "
        "dépôt d'Établi."
    )


def _misfits(parcours: Parcours, referentiel: Referentiel, labs: Mapping[str, Lab]) -> Iterator[Misfit]:
    seen: set[str] = set()
    for at, step in enumerate(parcours.etapes):
        kind, told = ("module", step.module) if step.module else ("pfmp", step.pfmp)
        place: tuple[int | str, ...] = ("etapes", at, kind)
        if told is not None and told.id in seen:
            yield Misfit((*place, "id"), f"« {told.id} » est déjà pris plus haut ; donnez un autre nom")
        seen |= {told.id} if told else set()
        if step.pfmp:
            yield from _unknown_criteria((*place, "criteres"), step.pfmp.criteres, referentiel)
        for number, session in enumerate(step.module.seances if step.module else ()):
            where = (*place, "seances", number)
            yield from _unknown_criteria((*where, "criteres"), session.criteres, referentiel)
            if session.tp and session.tp not in labs:
                yield Misfit((*where, "tp"), f"le TP « {session.tp} » n'existe pas ; TP connus : {', '.join(labs)}")
            elif session.tp and session.seance not in (known := [one.id for one in labs[session.tp].manifest.seances]):
                problem = f"ce TP n'a pas de séance « {session.seance} » ; il a {', '.join(known)}"
                yield Misfit((*where, "seance"), problem)


def _unknown_criteria(
    place: tuple[int | str, ...], criteria: tuple[str, ...], referentiel: Referentiel
) -> Iterator[Misfit]:
    for at, one in enumerate(criteria):
        if one not in referentiel.criteria:
            yield Misfit((*place, at), f"« {one} » n'est pas un critère du référentiel en vigueur")


def _step(step: Step, referentiel: Referentiel, labs: Mapping[str, Lab]) -> StepView:
    if step.pfmp:
        only = SessionView(step.pfmp.title, None, step.pfmp.title, step.pfmp.criteres)
        return StepView(step.pfmp.id, step.pfmp.title, None, step.pfmp.semaines, (only,))
    module = step.module
    assert module is not None  # a step is one or the other
    sessions = tuple(_session(one, referentiel, labs) for one in module.seances)
    return StepView(module.id, module.title, module.unit, None, sessions)


def _session(one: PlannedSession, referentiel: Referentiel, labs: Mapping[str, Lab]) -> SessionView:
    if one.tp is None:
        return SessionView(str(one.title), None, str(one.origine), one.criteres)
    lab = labs[one.tp]
    number = [seance.id for seance in lab.manifest.seances].index(str(one.seance))
    looked = {name for name, place in sessions_of(lab).items() if place == number}
    shown = {criterion.id for name in looked for criterion in referentiel.criteria_of(lab.id, name)}
    ordered = tuple(criterion for criterion in referentiel.criteria if criterion in shown)
    return SessionView(lab.manifest.seances[number].title, lab.id, lab.id, ordered)


def _coverage(code: str, referentiel: Referentiel, steps: tuple[StepView, ...], labs: Mapping[str, Lab]) -> Coverage:
    competence = referentiel.competences[code]
    criteria = {one.id for one in competence.criteres}
    sessions = [session for step in steps for session in step.sessions]
    own = [session for session in sessions if criteria & set(session.criteria)]
    planned = {criterion for session in own for criterion in session.criteria}
    used = dict.fromkeys(session.lab for session in own if session.lab)
    return Coverage(
        competence=code,
        text=competence.text,
        labs=tuple(lab for lab in used if _says_enough(labs[lab], competence.checks_of(lab), referentiel)),
        elsewhere=tuple(dict.fromkeys(session.origin for session in own if session.lab is None)),
        wanted=referentiel.regles.traces,
        unplanned=tuple(one.id for one in competence.criteres if one.id not in planned),
    )


def _says_enough(lab: Lab, checks: frozenset[str], referentiel: Referentiel) -> bool:
    base = [spec for spec in lab.checks().specs if spec.id in checks and spec.palier is not Palier.APPROFONDISSEMENT]
    return len(base) >= referentiel.regles.constats
