"""``session.yaml``, and what is decided in a session: degrees, annexes opened, marks proposed, each with its history.

A history is only ever added to. What a person typed counts by its last entry; nothing here computes a mark, and no key
holds a medical reason.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self, TypeVar

import pydantic

from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import listed, quoted
from etabli.recueil.model import Digest, Said
from etabli.referentiel.model import Code, Referentiel, SituationOfExam, Text
from etabli.system.yaml_files import Described, Identifier, Misfit

ROLES = {"enseignant": "Enseignant", "professionnel": "Professionnel associé"}
"""What an evaluator may be, as papers write it."""
STATUSES = ("CCF", "ponctuel", "VAE")
THIRD = 4 / 3
"""What a duration is multiplied by at most, unless somebody decides otherwise for a candidate."""
NOT_OBSERVED = "non-observe"
"""What an assessor says of a competence of which they saw nothing: never a degree."""
HIGHEST = 20


def _zoned(at: datetime) -> datetime:
    try:
        return at if at.tzinfo else at.astimezone()
    except OverflowError as error:
        raise ValueError("ce jour n'existe dans aucun calendrier") from error


Status = Literal["CCF", "ponctuel", "VAE"]
Name = Annotated[str, pydantic.StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
"""A candidate's identifier or alias."""
Moment = Annotated[datetime, pydantic.AfterValidator(_zoned)]
Minutes = Annotated[int, pydantic.Field(ge=1, le=600)]


class Candidate(Described):
    """One candidate of a session."""

    candidat: Name
    numero: str = ""
    """Under which papers name them, where the centre has one."""
    statut: Status = "CCF"
    unites: tuple[Text, ...] = ()
    """What they are judged on; nothing: all units of the session."""
    amenagements: tuple[Text, ...] = ()
    """What is done for them, never why."""
    temps: Annotated[float, pydantic.Field(ge=1, le=3)] = 1
    """By how much a duration is multiplied."""


class Evaluator(Described):
    """One member of the commission."""

    nom: Text
    role: Literal["enseignant", "professionnel"] = "enseignant"
    qualite: str = ""
    """Function and organisation, as papers write them."""
    unites: tuple[Text, ...] = ()
    """What they judge; nothing: all units of the session."""
    juge: bool = True
    """Whether they type degrees; a professional may be associated beforehand only."""


class Situation(Described):
    """One situation of evaluation."""

    id: Identifier
    unite: Text
    titre: Text
    presence: bool = True
    """Whether the candidate is there: E2 and E3-A are judged without them."""
    le: date | None = None
    heure: Annotated[str, pydantic.StringConstraints(pattern=r"^[0-2]?[0-9]:[0-5][0-9]$")] | None = None
    lieu: str = ""
    duree: Minutes | None = None
    entretien: Minutes | None = None
    """Minutes of the interview, which accommodations do not lengthen by themselves."""
    competences: tuple[Code, ...] = ()
    tp: Identifier | None = None
    """The lab whose own data each candidate works on."""
    contexte: Said = ""
    travail: Said = ""
    ressources: tuple[Text, ...] = ()
    production: Said = ""


class Consultation(Described):
    """When candidates may consult their papers."""

    du: date
    au: date
    lieu: str = ""


class Session(Described):
    """One session of a commission."""

    format: Literal["etabli/commission/1"]
    objet: Text
    etablissement: str = ""
    ville: str = ""
    convoque_par: str = ""
    """The chef d'établissement, who convenes."""
    convoque: tuple[Status, ...] = ("CCF",)
    """Of which statuses this centre convenes candidates; others are convened by whom the texts say."""
    referentiel: Digest
    """Of the file beside it, in whose words it judges."""
    unites: tuple[Text, ...]
    pas_de_note: Annotated[float, pydantic.Field(gt=0, le=5)] = 0.5
    evaluateurs: tuple[Evaluator, ...] = ()
    candidats: tuple[Candidate, ...] = ()
    situations: tuple[Situation, ...] = ()
    consultation: Consultation | None = None
    jury: date | None = None
    """When the jury decides: until then nothing hands a proposition de note over to a candidate."""

    def candidate(self, name: str) -> Candidate | None:
        """Returns a candidate by identifier, in any case."""
        return next((one for one in self.candidats if one.candidat.lower() == name.lower()), None)

    def units_of(self, who: Candidate | Evaluator) -> tuple[str, ...]:
        """Returns the units of a candidate, or those that an evaluator judges."""
        return tuple(unit for unit in self.unites if not who.unites or unit in who.unites)

    def judges(self, unit: str) -> tuple[Evaluator, ...]:
        """Returns who types degrees of a unit."""
        return tuple(one for one in self.evaluateurs if one.juge and unit in self.units_of(one))


class Proposed(Described):
    """What was proposed for a competence when the annex was opened."""

    competence: Code
    etat: Literal["proposed", "insufficient", "person"]
    degre: Identifier | None = None
    au_moins: bool = False
    dit: Text


class Decision(Described):
    """One entry of a candidate's history: who, when, what, and why where that is asked for."""

    quoi: Literal["degre", "annexe", "retenu", "note"]
    """An assessor's degree; the annex opened; the commission's degree; its own proposition de note."""
    le: Moment
    par: Text
    raison: Said = ""
    competence: Code | None = None
    degre: Identifier | None = None
    unite: Text | None = None
    proposition_de_note: Annotated[float, pydantic.Field(ge=0, le=HIGHEST)] | None = None
    propositions: tuple[Proposed, ...] = ()

    @pydantic.model_validator(mode="after")
    def _whole(self) -> Self:
        wanted = {
            "degre": ("competence", "degre"),
            "retenu": ("competence", "degre"),
            "note": ("unite", "proposition_de_note"),
            "annexe": ("unite", "propositions"),
        }[self.quoi]
        given = {"competence", "degre", "unite", "proposition_de_note", "propositions"} & self.model_fields_set
        if extra := sorted(given - set(wanted)):
            raise ValueError(f"« {extra[0]} » ne va pas avec « quoi: {self.quoi} »")
        if absent := [key for key in wanted if key not in given]:
            raise ValueError(f"il faut « {absent[0]} » avec « quoi: {self.quoi} »")
        return self


class Decisions(Described):
    """``decisions/<candidat>.yaml``."""

    format: Literal["etabli/decisions/1"]
    candidat: Name
    historique: tuple[Decision, ...] = ()


class Neutralised(Described):
    """One entry: a check of a lab no longer counts in this session, or counts again."""

    le: Moment
    par: Text
    raison: Text
    tp: Identifier
    point: Identifier
    effet: Literal["neutralise", "retabli"] = "neutralise"


class Neutralisations(Described):
    """``neutralisations.yaml``."""

    format: Literal["etabli/neutralisations/1"]
    historique: tuple[Neutralised, ...] = ()

    @property
    def in_force(self) -> frozenset[tuple[str, str]]:
        """Lab and check, of those that do not count."""
        last = {(one.tp, one.point): one.effet for one in self.historique}
        return frozenset(key for key, effect in last.items() if effect == "neutralise")


class Incident(Described):
    """What happened during a situation."""

    le: Moment
    par: Text
    fait: Said
    suite: Said = ""
    """What was done of it."""
    situation: Identifier | None = None
    candidats: tuple[Name, ...] = ()
    """Nobody: it touched everybody."""


class Incidents(Described):
    """``incidents.yaml``."""

    format: Literal["etabli/incidents/1"]
    historique: tuple[Incident, ...] = ()


def misfits(referentiel: Referentiel) -> Callable[[Session], Iterable[Misfit]]:
    """Returns what finds, in a session, all that does not fit together or that the référentiel has not."""
    units = [one.unit for one in referentiel.blocs]

    def found(session: Session) -> Iterator[Misfit]:
        if not session.unites:
            yield Misfit(("unites",), f"il faut une unité au moins ; le référentiel a {listed(units)}")
        yield from _units(("unites",), session.unites, units)
        for key in ("evaluateurs", "candidats"):
            for at, one in enumerate(getattr(session, key)):
                yield from _units((key, at, "unites"), one.unites, session.unites)
        yield from _twice("evaluateurs", "nom", [one.nom for one in session.evaluateurs])
        yield from _twice("candidats", "candidat", [one.candidat for one in session.candidats])
        yield from _twice("situations", "id", [one.id for one in session.situations])
        for at, situation in enumerate(session.situations):
            yield from _units(("situations", at, "unite"), (situation.unite,), session.unites)
            for number, code in enumerate(situation.competences):
                if code not in referentiel.competences:
                    place = ("situations", at, "competences", number)
                    yield Misfit(
                        place, f"« {code} » n'est pas une compétence ; il y a {listed(referentiel.competences)}"
                    )
        if (dates := session.consultation) and dates.au < dates.du:
            yield Misfit(("consultation", "au"), f"{dates.au:%d/%m/%Y} est avant le {dates.du:%d/%m/%Y}")

    return found


def situations_of(referentiel: Referentiel, units: Sequence[str]) -> tuple[Situation, ...]:
    """Returns the situations that the exams of units have, for the centre to complete; not those that were not read."""
    return tuple(
        Situation(
            id=one.id,
            unite=bloc.unit,
            titre=one.title,
            presence=one.presence,
            duree=one.duree,
            entretien=one.entretien,
            competences=one.competences,
        )
        for bloc in referentiel.blocs
        if bloc.unit in units and bloc.epreuve
        for one in bloc.epreuve.situations
        if one.presence is not None
    )


def doubts(session: Session, referentiel: Referentiel) -> Iterator[str]:
    """Says what, in a session, is not as the exam's rules have it: to be looked at, never refused."""
    for bloc in referentiel.blocs:
        known = bloc.epreuve.situations if bloc.epreuve and bloc.unit in session.unites else ()
        own = [one for one in session.situations if one.unite == bloc.unit]
        alone = bool(known) and all(one.presence is False for one in known)
        for one in own:
            rule = bloc.situation(one.id)
            if one.presence and (alone if rule is None else rule.presence is False):
                yield f"« {one.id} » : en {bloc.exam}, cela se juge hors de la présence du candidat (presence: false)"
            if rule and one.presence and rule.presence is not False:
                yield from _other_time(one, rule)
        for rule in known:
            if rule.presence is None and bloc.situation(rule.id) and rule.id not in {one.id for one in own}:
                yield f"{bloc.exam}, « {rule.title} » : {rule.remarque or 'à compléter'} (id: {rule.id})"
    if others := [one.candidat for one in session.candidats if one.statut != "CCF"]:
        who = f"{listed(others)} {'a' if len(others) == 1 else 'ont'} un autre statut que le CCF"
        yield f"{who} ; les situations connues sont celles du CCF, la forme ponctuelle et la VAE n'ont pas été lues"
    for person in session.candidats:
        if person.temps > THIRD:
            yield f"{person.candidat} : temps × {decimal(person.temps)}, plus d'un tiers ; vérifiez ce qui l'accorde"


def _other_time(one: Situation, rule: SituationOfExam) -> Iterator[str]:
    for what, own, asked in (("duree", one.duree, rule.duree), ("entretien", one.entretien, rule.entretien)):
        if own and asked and own != asked:
            yield f"« {one.id} » : {what}: {own}, et le texte dit {asked} minutes"


def _units(place: tuple[int | str, ...], given: Sequence[str], known: Sequence[str]) -> Iterator[Misfit]:
    for at, one in enumerate(given):
        if one not in known:
            where = place if place[-1] == "unite" else (*place, at)
            yield Misfit(where, f"« {one} » n'est pas une unité d'ici ; il y a {listed(known)}")


def _twice(key: str, name: str, given: Sequence[str]) -> Iterator[Misfit]:
    low = [one.lower() for one in given]
    for at, one in enumerate(low):
        if one in low[:at]:
            yield Misfit((key, at, name), f"« {given[at]} » est déjà nommé plus haut ; gardez-en un")


def history_misfits(session: Session, referentiel: Referentiel) -> Callable[[Decisions], Iterable[Misfit]]:
    """Returns what finds, in a candidate's history, what its session does not know, or what was put out of order."""
    degrees = {one.id for one in referentiel.echelle.degres}

    def found(told: Decisions) -> Iterator[Misfit]:
        for at, one in enumerate(told.historique):
            place: tuple[int | str, ...] = ("historique", at)
            if at and one.le < told.historique[at - 1].le:
                yield Misfit(
                    (*place, "le"), "cette décision est avant la précédente ; l'historique s'écrit dans l'ordre"
                )
            if one.quoi == "degre" and one.par not in {person.nom for person in session.evaluateurs}:
                yield Misfit((*place, "par"), unknown_evaluator(one.par, session))
            if one.competence is not None and one.competence not in referentiel.competences:
                yield Misfit((*place, "competence"), f"« {one.competence} » n'est pas une compétence du référentiel")
            if one.degre is not None and one.degre not in {*degrees, NOT_OBSERVED}:
                yield Misfit((*place, "degre"), unknown_degree(one.degre, referentiel))
            if one.unite is not None and one.unite not in session.unites:
                yield Misfit(
                    (*place, "unite"), f"« {one.unite} » n'est pas une unité d'ici ; il y a {listed(session.unites)}"
                )
            if (mark := one.proposition_de_note) is not None and not on_step(mark, session.pas_de_note):
                yield Misfit((*place, "proposition_de_note"), off_step(mark, session.pas_de_note))

    return found


M = TypeVar("M", bound=pydantic.BaseModel)


def typed(model: type[M], facts: Mapping[str, Any]) -> M:
    """Makes what a file will hold of what was typed.

    Raises:
        UsageProblem: It could not hold it; what is wrong is named.
    """
    try:
        return model.model_validate(facts)
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "la décision"
        kinds = {"string_too_long": "plus de 6000 caractères", "string_too_short": "il est vide"}
        said = kinds.get(first["type"], "il n'a pas la forme attendue")
        raise UsageProblem(f"« {place} » ne va pas ({said}) : écrivez-le autrement.") from error


def on_step(mark: float, step: float) -> bool:
    """Tells whether a mark is one that the centre's step allows."""
    return abs(mark / step - round(mark / step)) < 1e-9


def off_step(mark: float, step: float) -> str:
    """Says that it is not, without a full stop."""
    return f"{decimal(mark)} n'est pas un multiple de {decimal(step)}, le pas de ce centre (pas_de_note)"


def decimal(number: float) -> str:
    """Writes a number as French papers do: « 12,5 », « 12 »."""
    return f"{number:g}".replace(".", ",")


def unknown_evaluator(given: str, session: Session) -> str:
    """Says that nobody of the commission is called so, without a full stop."""
    names = [one.nom for one in session.evaluateurs]
    near = difflib.get_close_matches(given, names, 1)
    hint = f"vouliez-vous dire « {near[0]} » ?" if near else f"il y a {quoted(names) if names else 'personne encore'}"
    return f"« {given} » n'est pas un évaluateur de cette session ; {hint}"


def unknown_degree(given: str, referentiel: Referentiel) -> str:
    """Says that a degree is unknown, and which there are, without a full stop."""
    known = [*(one.id for one in referentiel.echelle.degres), NOT_OBSERVED]
    return f"« {given} » n'est pas un degré de l'échelle ; elle a {quoted(known)}"
