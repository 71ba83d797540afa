"""Why a degree is proposed, or none is: sentences that name the trace, the checks and the rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from etabli.exam.contract.french import count, counted, listed, some
from etabli.exam.contract.outcome import Outcome, Palier
from etabli.referentiel.model import Competence, Degree, Demanded, Referentiel
from etabli.referentiel.showing import Showing
from etabli.referentiel.traces import Constat, LabTrace, Observation, OutsideTrace, Trace, day

_NAMED = 4
"""Checks that a sentence names; the others are counted."""
_PALIERS = {Palier.ESSENTIEL: "Essentiel", Palier.ATTENDU: "Attendu", Palier.APPROFONDISSEMENT: "Approfondissement"}


class Rule(StrEnum):
    """The rule that a reason applies."""

    PALIER = "palier"  #: what a run shows, palier by palier
    PERSON = "personne"  #: what a person observed
    INDEPENDENT = "traces-independantes"
    OBSERVATION = "observation-humaine"
    CAP = "plafond"  #: no higher than what people saw
    DECISIVE = "a-reprendre-avant-tout"  #: ⊘
    NOT_OBSERVED = "non-observe"
    CONTRADICTION = "desaccord"
    LOWEST = "degre-le-plus-bas"
    ASIDE = "non-retenue"  #: a trace that does not count, and why


@dataclass(frozen=True)
class Reason:
    """One reason."""

    rule: Rule
    text: str
    """One French sentence or more."""
    trace: str | None = None
    """Identifier of the trace that it is about."""
    checks: tuple[str, ...] = ()
    """The checks on which it rests."""
    criteria: tuple[str, ...] = ()
    """The observable criteria on which it rests."""


def proposal(degree: Degree, at_least: bool) -> str:
    """Says a proposed degree in a few words."""
    return f"proposition : {'au moins ' if at_least else ''}« {degree.title} »"


def shown(referentiel: Referentiel, competence: Competence, one: Showing, all_shown: Sequence[Showing]) -> Reason:
    """Says what the trace that counts of its origin shows."""
    title = referentiel.echelle.degres[one.low].title
    criteria = _criteria(referentiel, competence, one)
    if isinstance(one.trace, OutsideTrace):
        text = f"{one.trace.told} : « {title} », d'après {_people(one.observations)}."
        return Reason(Rule.PERSON, text, one.trace.id, criteria=criteria)
    others = sum(other.origin == one.origin for other in all_shown) - 1
    sentences = [f"{one.trace.told} : {_shares(one.constats)}.", _conclusion(referentiel, one)]
    sentences += _failures(one.constats)
    if others:
        sentences.append(
            count(
                others,
                "Une autre vérification de ce TP compte avec elle pour une seule trace.",
                "{n} autres vérifications de ce TP comptent avec elle pour une seule trace.",
            )
        )
    return Reason(Rule.PALIER, " ".join(sentences), one.trace.id, tuple(item.check for item in one.constats), criteria)


def _criteria(referentiel: Referentiel, competence: Competence, one: Showing) -> tuple[str, ...]:
    lab = one.trace.lab if isinstance(one.trace, LabTrace) else ""
    checks, seen = {item.check for item in one.constats}, {item.criterion for item in one.observations}
    return tuple(item.id for item in competence.criteres if checks & set(item.constats.get(lab, ())) or item.id in seen)


def _shares(constats: Sequence[Constat]) -> str:
    """Says, palier by palier, how many checks passed."""
    parts = []
    for palier, name in _PALIERS.items():
        if own := [one for one in constats if one.palier is palier]:
            passed = sum(one.outcome is Outcome.PASSED for one in own)
            parts.append(f"{passed} sur {len(own)} à l'{name}")
    return f"points réussis, {listed(parts)}"


def _conclusion(referentiel: Referentiel, one: Showing) -> str:
    """Says the degree that a run shows, and by which row of the rules."""
    degrees = referentiel.echelle.degres
    base = [item for item in one.constats if item.palier is not Palier.APPROFONDISSEMENT]
    hidden = sum(item.outcome in (Outcome.BLOCKED, Outcome.ERROR) for item in base)
    if one.low == 0 and one.high > 0:
        return f"{_unobserved(hidden)} : on ne peut rien en conclure."
    words = f"Elle montre {'au moins ' if one.high > one.low else ''}« {degrees[one.low].title} »"
    rule = _row(one.row) if one.row else f"rien de ce qu'exige « {degrees[1].title} »"
    doubt = f" ; {_unobserved(hidden, small=True)}" if one.high > one.low else ""
    return f"{words} (règle : {rule}){doubt}."


def _row(row: Demanded) -> str:
    parts = [f"Essentiel {row.essentiel} %", f"Attendu {row.attendu} %"]
    if row.approfondissement:
        parts.append(f"{counted(row.approfondissement, 'point réussi', 'points réussis')} à l'Approfondissement")
    return listed(parts)


def _unobserved(number: int, small: bool = False) -> str:
    said = count(number, "{n} point non observé", "{n} points non observés")
    return said if small else said[0].upper() + said[1:]


def _failures(constats: Sequence[Constat]) -> Iterator[str]:
    """Names what failed, Approfondissement apart, which lowers nothing."""
    failed = [one for one in constats if one.outcome is Outcome.FAILED]
    base = [one for one in failed if one.palier is not Palier.APPROFONDISSEMENT]
    deeper = [one for one in failed if one.palier is Palier.APPROFONDISSEMENT]
    if base:
        yield f"À revoir : {_titles(base)}."
    if deeper:
        yield f"À revoir à l'Approfondissement, sans rien abaisser : {_titles(deeper)}."


def _titles(constats: Iterable[Constat]) -> str:
    return some([f"« {one.title.rstrip('.')} »" for one in constats], _NAMED)


def _people(observations: Iterable[Observation]) -> str:
    return listed(sorted({f"{one.person} ({day(one.date)})" for one in observations}))


def observed(referentiel: Referentiel, one: Observation) -> Reason:
    """Says what a person observed of a criterion."""
    title = referentiel.echelle.degres[referentiel.rank(one.degree)].title
    text = (
        f"{one.person}, le {day(one.date)} : « {referentiel.criteria[one.criterion].text.rstrip('.')} », « {title} »."
    )
    return Reason(Rule.PERSON, text, one.trace, criteria=(one.criterion,))


def unusable(trace: LabTrace) -> Reason:
    """Says why a run does not count."""
    return Reason(Rule.ASIDE, f"{trace.told} ne compte pas. {trace.unusable}", trace.id)


def too_few(referentiel: Referentiel, trace: Trace) -> Reason:
    """Says that too few checks of a run are about the competence."""
    need = counted(referentiel.regles.constats, "point", "points")
    text = f"{trace.told} ne suffit pas : il faut {need} de l'Essentiel ou de l'Attendu sur cette compétence."
    return Reason(Rule.ASIDE, text, trace.id)


def unseen(trace: OutsideTrace) -> Reason:
    """Says that nobody said yet what a trace from elsewhere shows."""
    text = f"{trace.told} ne compte pas encore : personne n'a dit ce qu'elle montre de cette compétence."
    return Reason(Rule.ASIDE, text, trace.id)


def barred(trace: LabTrace) -> Reason:
    """Says that a ⊘ leaves the trace to a person."""
    titles = listed(f"« {one.title.rstrip('.')} »" for one in trace.decisive)
    text = f"⊘ {trace.told} : {titles}, à reprendre avant tout. Une personne décide si la trace peut être retenue."
    return Reason(Rule.DECISIVE, text, trace.id, tuple(one.check for one in trace.decisive))


def few_traces(number: int, wanted: int) -> Reason:
    """Says that there are too few independent traces."""
    have = count(number, "{n} trace indépendante", "{n} traces indépendantes") if number else "aucune trace"
    text = (
        f"Éléments insuffisants : {have}, et il en faut {wanted} (de deux TP différents, ou d'un TP et d'ailleurs : "
        "PFMP, projet)."
    )
    return Reason(Rule.INDEPENDENT, text)


def few_observations(number: int, wanted: int) -> Reason:
    """Says that too few people looked."""
    have = counted(number, "observation") if number else "aucune observation"
    text = f"Éléments insuffisants : {have} d'une personne sur cette compétence, et il en faut {wanted}."
    return Reason(Rule.OBSERVATION, text)


def confirmed(best: Sequence[Showing], low: int, wanted: int) -> Reason:
    """Says which traces show the degree."""
    names = listed(one.trace.told for one in best if one.low >= low)
    text = f"Règle : un degré est proposé quand {wanted} traces indépendantes au moins le montrent. Ici : {names}."
    return Reason(Rule.INDEPENDENT, text)


def capped(referentiel: Referentiel, cap: int) -> Reason:
    """Says that people saw less than the traces show."""
    title = referentiel.echelle.degres[cap].title
    text = (
        f"Règle : la proposition ne dépasse pas ce que des personnes ont vu pour la moitié des critères qu'elles ont "
        f"regardés : « {title} »."
    )
    return Reason(Rule.CAP, text)


def not_observed(referentiel: Referentiel) -> Reason:
    """Says that what was not observed is not counted as lacking."""
    title = referentiel.echelle.degres[0].title
    text = f"Éléments insuffisants : ce qui n'a pas été observé n'est jamais compté comme « {title} »."
    return Reason(Rule.NOT_OBSERVED, text)


def contradiction(referentiel: Referentiel) -> Reason:
    """Says that traces and people do not agree on the lowest degree."""
    title = referentiel.echelle.degres[0].title
    text = (
        f"Les traces et les personnes ne disent pas la même chose : « {title} » n'est proposé que si toutes le "
        "montrent. Une personne regarde."
    )
    return Reason(Rule.CONTRADICTION, text)


def lowest(referentiel: Referentiel, wanted: int) -> Reason:
    """Says why the lowest degree is proposed."""
    title = referentiel.echelle.degres[0].title
    text = (
        f"« {title} » : {wanted} traces indépendantes au moins le montrent, des personnes l'ont vu aussi, et rien de "
        "ce qui n'a pas été observé n'y changerait quelque chose."
    )
    return Reason(Rule.LOWEST, text)
