"""``recueil.yaml``: a candidate's traces, what they say of each, what people observed, and their PFMP.

It names a candidate by identifier only. No key holds a mark, a point or a proposed degree: assessors judge first.
"""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Annotated, Literal, Self

import pydantic

from etabli.exam.contract.french import listed, quoted
from etabli.referentiel.model import Code, Referentiel, Text
from etabli.system.yaml_files import Described, Identifier, Misfit

KINDS = {"tp": "TP", "pfmp": "PFMP", "projet": "Projet", "seance": "Séance", "autre": "Autre"}
"""What a trace may be, as people read it."""
WORDS = {
    "contexte": "Contexte",
    "fait": "Ce que j'ai fait",
    "difficultes": "Difficultés rencontrées",
    "appris": "Ce que j'ai appris",
    "aide": "Aide reçue (personne, web, IA)",
}
"""What a learner says of a trace, as people read it."""

Kind = Literal["tp", "pfmp", "projet", "seance", "autre"]
Said = Annotated[str, pydantic.StringConstraints(max_length=6000, strip_whitespace=True)]
"""A few paragraphs of a person's."""
Digest = Annotated[str, pydantic.StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Reflection(Described):
    """What the learner says of a trace, in their own words."""

    contexte: Said = ""
    fait: Said = ""
    difficultes: Said = ""
    appris: Said = ""
    aide: Said = ""


class Part(Described):
    """One member of a group, and their part in the work."""

    membre: Text
    """An identifier where they have one."""
    part: Said = ""


class Authentication(Described):
    """A teacher says that the work is the candidate's, and what help there was."""

    par: Text
    le: date
    aide: Text
    empreinte: Digest
    """Of what the trace was then: a later change is seen."""


class ChosenRun(Described):
    """A frozen verification, copied beside ``recueil.yaml``."""

    tp: Identifier
    run: Annotated[str, pydantic.StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z-]{4,63}$")]
    de: Annotated[str, pydantic.StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,64}$")] | None = None
    """Of a group's work: the member whose verification it is; none: the candidate's own."""


class Outside(Described):
    """What was done elsewhere than in a lab."""

    origine: Text
    """Where it is from, such as « PFMP 1 »: two traces of one origin are one."""
    auteur: Text
    """Who made the document."""
    fichier: str | None = None
    """Its name, as it was given."""
    copie: Annotated[str, pydantic.StringConstraints(pattern=r"^pieces/[a-z0-9-]+(\.[a-z0-9]{1,8})?$")] | None = None
    """Where its copy is, from the candidate's folder."""
    sha256: Digest | None = None
    competences: tuple[Code, ...] = ()
    criteres: tuple[Identifier, ...] = ()


class Trace(Described):
    """One trace: a verification, or something from elsewhere."""

    id: Identifier
    type: Kind
    titre: Text
    date: date
    verification: ChosenRun | None = None
    ailleurs: Outside | None = None
    reflexion: Reflection = Reflection()
    groupe: tuple[Part, ...] = ()
    """Of a group's work: its members, the candidate among them."""
    authentification: Authentication | None = None

    @pydantic.model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (self.verification is None) == (self.ailleurs is None):
            raise ValueError("donnez « verification » ou « ailleurs », l'un des deux")
        return self

    @property
    def digest(self) -> str:
        """The SHA-256 of all that a teacher authenticates, by its canonical JSON."""
        facts = self.model_dump(mode="json", exclude={"authentification"})
        if self.verification and self.verification.de is None:
            del facts["verification"]["de"]  # as it was before a group's trace could be taken
        text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()

    @property
    def stands(self) -> bool:
        """Whether it is authenticated, and has not changed since."""
        return self.authentification is not None and self.authentification.empreinte == self.digest


class LookedAt(Described):
    """Of an observation that went along with a work: the criterion of the lab that was looked at."""

    tp: Identifier
    critere: Identifier
    titre: Text
    rendu: Digest | None = None
    """SHA-256 of what was looked at: another than the trace's is said."""


class Seen(Described):
    """What a person observed of one criterion: on a trace, or directly."""

    critere: Identifier
    degre: Identifier
    par: Text
    le: date
    trace: Identifier | None = None
    remarque: Said = ""
    regarde: LookedAt | None = None
    """What was looked at in a lab's work (« etabli apprecier »)."""


class Period(Described):
    """A period in a company, as it was done."""

    id: Identifier
    titre: Text
    lieu: str = ""
    du: date
    au: date
    semaines: Annotated[int, pydantic.Field(ge=1, le=52)]
    tuteur: str = ""


class Recueil(Described):
    """All that is gathered of one candidate."""

    format: Literal["etabli/recueil/1"]
    candidat: Annotated[str, pydantic.StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
    referentiel: Digest
    """Of the référentiel beside it (``referentiel.yaml``), in whose criteria and degrees people spoke."""
    traces: tuple[Trace, ...] = ()
    observations: tuple[Seen, ...] = ()
    pfmp: tuple[Period, ...] = ()

    def trace(self, name: str) -> Trace | None:
        """Returns a trace by its identifier."""
        return next((one for one in self.traces if one.id == name), None)

    def changed(self, trace: Trace) -> Recueil:
        """Returns it with a trace in the place of the one that bears its identifier, or at the end."""
        others = tuple(trace if one.id == trace.id else one for one in self.traces)
        return self.model_copy(update={"traces": others if self.trace(trace.id) else (*others, trace)})


class Attempt(Described):
    """One verification of a lab, chosen or not, as the annex counts it."""

    run: str
    le: date
    reussis: Annotated[int, pydantic.Field(ge=0)]
    a_revoir: Annotated[int, pydantic.Field(ge=0)]
    non_observes: Annotated[int, pydantic.Field(ge=0)]
    incidents: Annotated[int, pydantic.Field(ge=0)]
    remarque: str = ""
    """Why it has no finding, or is not believed."""


class Attempts(Described):
    """``essais.yaml``: all the verifications of a lab, when the last choice was made."""

    format: Literal["etabli/essais/1"]
    tp: Identifier
    titre: Text
    essais: tuple[Attempt, ...] = ()


def misfits(referentiel: Referentiel) -> Callable[[Recueil], Iterable[Misfit]]:
    """Returns what finds, in a recueil, all that does not fit together or that the référentiel has not."""

    def found(recueil: Recueil) -> Iterator[Misfit]:
        yield from _twice("traces", [one.id for one in recueil.traces])
        yield from _twice("pfmp", [one.id for one in recueil.pfmp])
        for at, trace in enumerate(recueil.traces):
            yield from _of_trace(at, trace, referentiel)
        for at, seen in enumerate(recueil.observations):
            yield from _of_observation(at, seen, recueil, referentiel)
        for at, period in enumerate(recueil.pfmp):
            if period.au < period.du:
                problem = f"{period.au:%d/%m/%Y} est avant le début ({period.du:%d/%m/%Y}) ; il faut ce jour ou après"
                yield Misfit(("pfmp", at, "au"), problem)

    return found


def _twice(key: str, names: Sequence[str]) -> Iterator[Misfit]:
    for at, name in enumerate(names):
        if name in names[:at]:
            yield Misfit((key, at, "id"), f"« {name} » est déjà pris plus haut ; donnez un autre nom")


def _of_trace(at: int, trace: Trace, referentiel: Referentiel) -> Iterator[Misfit]:
    place: tuple[int | str, ...] = ("traces", at)
    members = [one.membre.lower() for one in trace.groupe]
    for number, member in enumerate(members):
        if member in members[:number]:
            yield Misfit((*place, "groupe", number, "membre"), "ce membre est déjà nommé plus haut ; gardez-en un")
    if trace.ailleurs is None:
        return
    if not (trace.ailleurs.competences or trace.ailleurs.criteres):
        yield Misfit((*place, "ailleurs"), "il faut « competences » ou « criteres » : de quoi elle est la trace")
    for number, code in enumerate(trace.ailleurs.competences):
        if code not in referentiel.competences:
            known = listed(referentiel.competences)
            problem = f"« {code} » n'est pas une compétence du référentiel ; il a {known}"
            yield Misfit((*place, "ailleurs", "competences", number), problem)
    for number, criterion in enumerate(trace.ailleurs.criteres):
        if criterion not in referentiel.criteria:
            yield Misfit((*place, "ailleurs", "criteres", number), unknown_criterion(criterion, referentiel))


def _of_observation(at: int, seen: Seen, recueil: Recueil, referentiel: Referentiel) -> Iterator[Misfit]:
    place: tuple[int | str, ...] = ("observations", at)
    if seen.critere not in referentiel.criteria:
        yield Misfit((*place, "critere"), unknown_criterion(seen.critere, referentiel))
    if seen.degre not in {one.id for one in referentiel.echelle.degres}:
        yield Misfit((*place, "degre"), unknown_degree(seen.degre, referentiel))
    if seen.trace is not None and recueil.trace(seen.trace) is None:
        known = quoted(one.id for one in recueil.traces) if recueil.traces else "aucune"
        yield Misfit((*place, "trace"), f"« {seen.trace} » n'est pas une trace du recueil ; il a {known}")


def unknown_criterion(given: str, referentiel: Referentiel) -> str:
    """Says that a criterion is unknown, and which may be meant, without a full stop."""
    near = difflib.get_close_matches(given, list(referentiel.criteria), 1)
    hint = f"vouliez-vous dire « {near[0]} » ?" if near else "« etabli trace criteres » les donne tous"
    return f"« {given} » n'est pas un critère du référentiel ; {hint}"


def unknown_degree(given: str, referentiel: Referentiel) -> str:
    """Says that a degree is unknown, and which there are, without a full stop."""
    return (
        f"« {given} » n'est pas un degré de l'échelle ; elle a {quoted(one.id for one in referentiel.echelle.degres)}"
    )
