"""A degree is proposed, with its reasons, from traces and from what people observed. Pure: values in, values out.

The same traces in any order give the same proposal. A person decides: nothing here makes a mark.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from etabli.referentiel import reasons
from etabli.referentiel.model import Competence, Referentiel
from etabli.referentiel.reasons import Reason
from etabli.referentiel.showing import Showing, from_outside, held, latest, of_lab
from etabli.referentiel.traces import LabTrace, Observation, Trace


class State(StrEnum):
    """What may be said of a competence."""

    PROPOSED = "proposed"  #: a degree
    INSUFFICIENT = "insufficient"  #: éléments insuffisants: never a low degree
    PERSON = "person"  #: a ⊘, or traces that contradict each other: a person looks


@dataclass(frozen=True)
class Proposal:
    """What is proposed for one competence."""

    competence: str
    text: str
    state: State
    degree: str | None
    """Identifier on the scale; none unless it is proposed."""
    at_least: bool
    """Whether what was not observed could raise it."""
    said: str
    """The proposal in a few French words."""
    reasons: tuple[Reason, ...]

    def to_json(self) -> dict[str, Any]:
        """Returns it for programs."""
        return asdict(self)


def propose(
    referentiel: Referentiel, traces: Iterable[Trace], observations: Iterable[Observation] = ()
) -> tuple[Proposal, ...]:
    """Proposes a degree for each competence, in the référentiel's order.

    Args:
        referentiel: The référentiel in force.
        traces: Those that the candidate chose and a teacher authenticated.
        observations: What people observed, on a trace or directly, in degrees of this référentiel's scale; those of
            criteria that it has not are left aside.
    """
    given, seen = sorted(traces, key=_order), tuple(observations)
    return tuple(_of(referentiel, competence, given, seen) for competence in referentiel.competences.values())


def _order(trace: Trace) -> tuple[str, str, str]:
    origin = trace.lab if isinstance(trace, LabTrace) else trace.origin
    return origin, trace.date, trace.id


def _of(
    referentiel: Referentiel, competence: Competence, traces: Sequence[Trace], seen: Sequence[Observation]
) -> Proposal:
    own = [one for one in seen if referentiel.competence_of.get(one.criterion) == competence.code]
    notes: list[Reason] = []
    shown = [one for trace in traces if (one := _shown(referentiel, competence, trace, own, notes))]
    best = _best(shown)
    notes += [
        reasons.shown(referentiel, competence, one, shown) if one.enough else reasons.too_few(referentiel, one.trace)
        for one in best
    ]
    notes += [reasons.observed(referentiel, one) for one in latest(referentiel, own)]
    state, low, high, rules = _settle(referentiel, best, own)
    degree = referentiel.echelle.degres[low] if state is State.PROPOSED else None
    at_least = degree is not None and high > low
    said = reasons.proposal(degree, at_least) if degree else _SAID[state]
    return Proposal(
        competence=competence.code,
        text=competence.text,
        state=state,
        degree=degree.id if degree else None,
        at_least=at_least,
        said=said,
        reasons=(*notes, *rules),
    )


_SAID = {State.INSUFFICIENT: "éléments insuffisants", State.PERSON: "à regarder par une personne"}


def _shown(
    referentiel: Referentiel, competence: Competence, trace: Trace, own: Sequence[Observation], notes: list[Reason]
) -> Showing | None:
    """Returns what a trace shows; where it should and does not, says why."""
    if isinstance(trace, LabTrace):
        if trace.unusable is not None:
            if competence.checks_of(trace.lab):
                notes.append(reasons.unusable(trace))
            return None
        return of_lab(referentiel, competence, trace)
    if not any(referentiel.competence_of.get(criterion) == competence.code for criterion in trace.criteria):
        return None
    outside = from_outside(referentiel, competence, trace, own)
    if outside is None:
        notes.append(reasons.unseen(trace))
    return outside


def _best(shown: Iterable[Showing]) -> list[Showing]:
    """Keeps one trace of each origin: the one that shows most, of which no ⊘ failed if there is one."""
    found: dict[tuple[str, str], Showing] = {}
    for one in shown:
        former = found.get(one.origin)
        if former is None or _worth(one) >= _worth(former):
            found[one.origin] = one
    return [found[origin] for origin in sorted(found)]


def _worth(one: Showing) -> tuple[bool, int, int]:
    return not one.barred, one.low, one.high


def _settle(
    referentiel: Referentiel, best: Sequence[Showing], own: Sequence[Observation]
) -> tuple[State, int, int, list[Reason]]:
    """Applies the rules: what may be said, the degree for certain and the one that might be, and why."""
    wanted, people = referentiel.regles.traces, referentiel.regles.observations
    if barred := [one.trace for one in best if one.barred]:
        return State.PERSON, 0, 0, [reasons.barred(trace) for trace in barred if isinstance(trace, LabTrace)]
    counted, cap = [one for one in best if one.enough], held(referentiel, own)
    lacks = [reasons.few_traces(len(counted), wanted)] if len(counted) < wanted else []
    lacks += [reasons.few_observations(len(own), people)] if len(own) < people else []
    if lacks or cap is None:
        return State.INSUFFICIENT, 0, 0, lacks
    low = sorted((one.low for one in counted), reverse=True)[wanted - 1]
    high = sorted((one.high for one in counted), reverse=True)[wanted - 1]
    if low == 0 and high > 0:
        return State.INSUFFICIENT, 0, 0, [reasons.not_observed(referentiel)]
    if min(low, cap) == 0 and (cap > 0 or sum(one.high == 0 for one in counted) < wanted):
        return State.PERSON, 0, 0, [reasons.contradiction(referentiel)]
    if low == 0:
        return State.PROPOSED, 0, 0, [reasons.lowest(referentiel, wanted)]
    rules = [reasons.confirmed(counted, low, wanted)]
    rules += [reasons.capped(referentiel, cap)] if cap < low else []
    return State.PROPOSED, min(low, cap), min(high, cap), rules
