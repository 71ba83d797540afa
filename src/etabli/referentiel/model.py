"""``referentiel.yaml``: blocs and competences, observable criteria, scale, rules, and what does not fit together in it.

Three kinds of texts that never mix: official ones, each with its source and whether it was read there (``verified``);
observable criteria, written by us or by the centre; rules. No key makes a mark of a degree, and none can be added.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Annotated, Literal

import pydantic

from etabli.exam.contract.french import quoted
from etabli.system.yaml_files import Described, Identifier, Misfit

Text = Annotated[str, pydantic.StringConstraints(min_length=1, strip_whitespace=True)]
Code = Annotated[str, pydantic.StringConstraints(pattern=r"^[A-Z][0-9]{1,2}(\.[0-9]{1,2})*$")]
"""Of a competence, such as C1.1."""
Share = Annotated[int, pydantic.Field(ge=0, le=100)]
"""In percent."""
ByLab = dict[Identifier, tuple[Identifier, ...]]
"""Lab → identifiers of its checks, or of its criteria for a person."""
Place = tuple[int | str, ...]


class Sourced(Described):
    """An official text: where it is from, and whether it was read there."""

    source: Text
    verified: bool
    remarque: str = ""
    """What is still to be verified."""


class Diploma(Sourced):
    """The diploma."""

    name: Text
    short: Text
    level: int


class Degree(Described):
    """One degree of the scale; nothing gives it a number."""

    id: Identifier
    title: Text


class Scale(Sourced):
    """Degrees of mastery, from the lowest to the highest."""

    degres: tuple[Degree, ...]


class Demanded(Described):
    """What one verification shows when it shows a degree; of two rows of one degree, one is enough."""

    degre: Identifier
    essentiel: Share
    """Of the checks of this palier, those that passed."""
    attendu: Share
    approfondissement: Annotated[int, pydantic.Field(ge=0)] = 0
    """How many checks passed: one that failed lowers nothing."""


class Rules(Described):
    """What turns frozen outcomes into a proposed degree."""

    traces: Annotated[int, pydantic.Field(ge=2)]
    """Independent ones, below which there is not enough to propose anything."""
    observations: Annotated[int, pydantic.Field(ge=1)]
    """By a person, below which there is not enough either."""
    constats: Annotated[int, pydantic.Field(ge=1)]
    """Checks of Essentiel and Attendu without which a lab says nothing of a competence."""
    exige: tuple[Demanded, ...]


class AnnexeIII(Sourced):
    """What annexe III says of a competence, in its own words."""

    contexte: tuple[Text, ...] = ()
    ressources: tuple[Text, ...] = ()
    competences_detaillees: tuple[Text, ...] = ()
    savoirs_associes: tuple[Text, ...] = ()
    resultats_attendus: tuple[Text, ...] = ()
    criteres_evaluation: tuple[Text, ...] = ()


class Observable(Described):
    """An observable criterion: ours or the centre's, never the official text."""

    id: Identifier
    text: Text
    origine: Literal["etabli", "centre"]
    constats: ByLab = pydantic.Field(default_factory=dict)
    """Checks that show it."""
    personne: ByLab = pydantic.Field(default_factory=dict)
    """Criteria of ``humain:`` in ``lab.yaml``, which a person looks at."""


class Competence(Sourced):
    """One competence."""

    code: Code
    text: Text
    personnes_seulement: bool = False
    """No check says anything of it: it comes from traces and people alone."""
    annexe_iii: AnnexeIII | None = None
    criteres: tuple[Observable, ...] = ()

    def checks_of(self, lab: str) -> frozenset[str]:
        """Returns the checks of a lab that show something of it."""
        return frozenset(check for one in self.criteres for check in one.constats.get(lab, ()))

    @property
    def has_official_criteria(self) -> bool:
        """Whether the official criteria of evaluation are loaded."""
        return self.annexe_iii is not None and bool(self.annexe_iii.criteres_evaluation)


class SituationOfExam(Sourced):
    """One situation of an exam in CCF, as far as its source was read: what was not is absent."""

    id: Identifier
    title: Text
    presence: bool | None = None
    """Whether the candidate is there; none: not known."""
    duree: Annotated[int, pydantic.Field(ge=1)] | None = None
    """In minutes, without the interview."""
    entretien: Annotated[int, pydantic.Field(ge=1)] | None = None
    competences: tuple[Code, ...] = ()
    """None: all those of the bloc, or not known."""
    regles: tuple[Text, ...] = ()
    """What the text asks, in our words."""


class Exam(Sourced):
    """The exam of a unit, in CCF."""

    forme: Text
    regles: tuple[Text, ...] = ()
    """What the text asks of all its situations, in our words."""
    situations: tuple[SituationOfExam, ...] = ()


class Bloc(Sourced):
    """A bloc of competences: one unit, one exam."""

    unit: Text
    exam: Text
    coefficient: Annotated[int, pydantic.Field(ge=1)]
    pole: Text
    title: Text
    epreuve: Exam | None = None
    competences: tuple[Competence, ...]

    def situation(self, name: str) -> SituationOfExam | None:
        """Returns a situation of its exam by identifier."""
        return next((one for one in self.epreuve.situations if one.id == name), None) if self.epreuve else None


class Referentiel(Described):
    """What is assessed, and by which rules a degree is proposed."""

    format: Literal["etabli/referentiel/1"]
    diploma: Diploma
    echelle: Scale
    regles: Rules
    hors_competence: ByLab = pydantic.Field(default_factory=dict)
    """Checks that say nothing of any competence of the diploma."""
    blocs: tuple[Bloc, ...]

    @cached_property
    def competences(self) -> Mapping[str, Competence]:
        """The competences by code, in the référentiel's order."""
        return {one.code: one for bloc in self.blocs for one in bloc.competences}

    @cached_property
    def exam_of(self) -> Mapping[str, str]:
        """Code of a competence → the exam of its unit, such as E1."""
        return {one.code: bloc.exam for bloc in self.blocs for one in bloc.competences}

    @cached_property
    def competence_of(self) -> Mapping[str, str]:
        """Criterion → code of its competence."""
        return {item.id: one.code for one in self.competences.values() for item in one.criteres}

    @cached_property
    def criteria(self) -> Mapping[str, Observable]:
        """The observable criteria by identifier."""
        return {item.id: item for one in self.competences.values() for item in one.criteres}

    def rank(self, degree: str) -> int:
        """Returns the place of a degree on the scale, 0 being the lowest."""
        return [one.id for one in self.echelle.degres].index(degree)

    def criteria_of(self, lab: str, looked: str) -> tuple[Observable, ...]:
        """Returns the criteria that a check, or a criterion of ``humain:``, of a lab shows something of."""
        return tuple(
            one
            for one in self.criteria.values()
            if looked in one.constats.get(lab, ()) or looked in one.personne.get(lab, ())
        )


class Looked(Described):
    """What a lab looks at, by which a référentiel is held to it."""

    checks: tuple[str, ...]
    people: tuple[str, ...]
    """Identifiers of its ``humain:``."""
    competences: tuple[str, ...]


def misfits(referentiel: Referentiel, labs: Mapping[str, Looked] | None = None) -> Iterator[Misfit]:
    """Finds what does not fit together in a référentiel.

    Args:
        referentiel: What a file says.
        labs: What each lab looks at, where that is known: names of checks are then held to it.
    """
    yield from _too_few(referentiel)
    yield from _twice(((*place, "code"), one.code) for place, one in _competences(referentiel))
    yield from _twice(((*place, "id"), one.id) for place, _, one in _criteria(referentiel))
    yield from _twice((("echelle", "degres", at, "id"), one.id) for at, one in enumerate(referentiel.echelle.degres))
    yield from _rules(referentiel)
    yield from _exams(referentiel)
    for place, competence, one in _criteria(referentiel):
        if competence.personnes_seulement and one.constats:
            yield Misfit(
                (*place, "constats"),
                f"aucun point ne dit quelque chose de « {competence.code} », qui vient des traces et des personnes "
                "seules (personnes_seulement) ; retirez cette clé",
            )
    if labs is not None:
        yield from _unknown(referentiel, labs)


def _competences(referentiel: Referentiel) -> Iterator[tuple[Place, Competence]]:
    for at, bloc in enumerate(referentiel.blocs):
        for number, one in enumerate(bloc.competences):
            yield ("blocs", at, "competences", number), one


def _criteria(referentiel: Referentiel) -> Iterator[tuple[Place, Competence, Observable]]:
    for place, competence in _competences(referentiel):
        for number, one in enumerate(competence.criteres):
            yield (*place, "criteres", number), competence, one


def _too_few(referentiel: Referentiel) -> Iterator[Misfit]:
    if len(referentiel.echelle.degres) < 2:
        yield Misfit(("echelle", "degres"), "il faut deux degrés au moins, du plus bas au plus haut")
    if not referentiel.blocs:
        yield Misfit(("blocs",), "il faut un bloc au moins")
    for at, bloc in enumerate(referentiel.blocs):
        if not bloc.competences:
            yield Misfit(("blocs", at, "competences"), "il faut une compétence au moins")


def _twice(named: Iterator[tuple[Place, str]]) -> Iterator[Misfit]:
    seen: set[str] = set()
    for place, name in named:
        if name in seen:
            yield Misfit(place, f"« {name} » est déjà pris plus haut ; donnez un autre nom")
        seen.add(name)


def _rules(referentiel: Referentiel) -> Iterator[Misfit]:
    degrees = [one.id for one in referentiel.echelle.degres]
    if not degrees:
        return
    for at, row in enumerate(referentiel.regles.exige):
        place = ("regles", "exige", at, "degre")
        if row.degre not in degrees:
            yield Misfit(place, f"« {row.degre} » n'est pas un degré de l'échelle{_meant(row.degre, degrees)}")
        elif row.degre == degrees[0]:
            yield Misfit(place, f"« {row.degre} » est le plus bas : il n'exige rien ; retirez cette ligne")
    absent = [one for one in degrees[1:] if one not in {row.degre for row in referentiel.regles.exige}]
    if absent:
        yield Misfit(("regles", "exige"), f"aucune ligne ne dit ce qu'exige {quoted(absent)} ; ajoutez-la")


def _exams(referentiel: Referentiel) -> Iterator[Misfit]:
    found = [
        (("blocs", at, "epreuve", "situations", number), bloc, one)
        for at, bloc in enumerate(referentiel.blocs)
        if bloc.epreuve
        for number, one in enumerate(bloc.epreuve.situations)
    ]
    yield from _twice(((*place, "id"), one.id) for place, _, one in found)
    for place, bloc, one in found:
        own = [item.code for item in bloc.competences]
        for at, code in enumerate(one.competences):
            if code not in own:
                problem = f"« {code} » n'est pas une compétence de ce bloc{_meant(code, own)}"
                yield Misfit((*place, "competences", at), problem)


def _unknown(referentiel: Referentiel, labs: Mapping[str, Looked]) -> Iterator[Misfit]:
    """Finds names that no lab has, and competences that a lab works on and this référentiel has not."""
    for place, _, one in _criteria(referentiel):
        yield from _names((*place, "constats"), one.constats, {lab: looked.checks for lab, looked in labs.items()})
        yield from _names((*place, "personne"), one.personne, {lab: looked.people for lab, looked in labs.items()})
    known = {lab: looked.checks for lab, looked in labs.items()}
    yield from _names(("hors_competence",), referentiel.hors_competence, known)
    for lab, looked in labs.items():
        if absent := [code for code in looked.competences if code not in referentiel.competences]:
            yield Misfit(("blocs",), f"le TP « {lab} » travaille {quoted(absent)}, qui manque ici ; ajoutez-la")


def _names(place: Place, given: ByLab, known: Mapping[str, Sequence[str]]) -> Iterator[Misfit]:
    for lab, names in given.items():
        if lab not in known:
            yield Misfit((*place, lab), f"le TP « {lab} » n'existe pas{_meant(lab, list(known))}")
            continue
        for at, name in enumerate(names):
            if name not in known[lab]:
                yield Misfit((*place, lab, at), f"le TP « {lab} » n'a pas de « {name} »{_meant(name, known[lab])}")


def _meant(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, 1)
    if near:
        return f" ; vouliez-vous dire « {near[0]} » ?"
    return f" ; sont connus : {quoted(known)}" if known and len(known) <= 12 else ""


def unmapped(referentiel: Referentiel, labs: Mapping[str, Looked]) -> dict[str, tuple[str, ...]]:
    """Returns what each lab looks at that shows no criterion, and that is not said to be outside: it says nothing."""
    found: dict[str, tuple[str, ...]] = {}
    for lab, looked in labs.items():
        aside = set(referentiel.hors_competence.get(lab, ()))
        alone = [
            one
            for one in (*looked.checks, *looked.people)
            if one not in aside and not referentiel.criteria_of(lab, one)
        ]
        if alone:
            found[lab] = tuple(alone)
    return found
