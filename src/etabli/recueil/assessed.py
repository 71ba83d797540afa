"""A candidate's file as the values that a proposal is made of; nothing is proposed here (ADR 45)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from etabli.recueil.kept import Kept
from etabli.recueil.model import Trace
from etabli.referentiel import traces as values
from etabli.runs.folder import read_run_folder


@dataclass(frozen=True)
class Assessed:
    """What people may judge of a candidate's file."""

    traces: tuple[values.Trace, ...]
    """Those that a teacher authenticated, as they are now."""
    observations: tuple[values.Observation, ...]
    waiting: tuple[Trace, ...]
    """Those that nobody authenticated, or that changed since: they count for nothing yet."""


def assessed(kept: Kept, titles: Mapping[str, str]) -> Assessed:
    """Reads what counts of a candidate's file.

    Args:
        kept: The file.
        titles: Of labs, by identifier.
    """
    return Assessed(
        traces=tuple(value_of(kept, one, titles) for one in kept.recueil.traces if one.stands),
        observations=tuple(
            values.Observation(one.critere, one.degre, one.par, one.le.isoformat(), one.trace)
            for one in kept.recueil.observations
        ),
        waiting=tuple(one for one in kept.recueil.traces if not one.stands),
    )


def value_of(kept: Kept, trace: Trace, titles: Mapping[str, str]) -> values.Trace:
    """Returns one trace as a value; a run that has changed says so, and nothing of it is believed."""
    if trace.verification is not None:
        title = titles.get(trace.verification.tp, trace.titre)
        return values.trace_of(read_run_folder(kept.copy_of(trace.verification)), title)
    outside = trace.ailleurs
    assert outside is not None  # a trace is one or the other
    whole = [one.id for code in outside.competences for one in kept.referentiel.competences[code].criteres]
    criteria = tuple(dict.fromkeys([*outside.criteres, *whole]))
    return values.OutsideTrace(trace.id, outside.origine, trace.titre, trace.date.isoformat(), criteria)
