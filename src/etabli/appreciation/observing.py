"""What people said of a work, as observations of the référentiel's own criteria (its ``personne:`` says which)."""

from __future__ import annotations

from collections.abc import Iterable

from etabli.appreciation.model import Appreciation
from etabli.referentiel.model import Referentiel
from etabli.referentiel.traces import Observation


def observations(
    said: Iterable[Appreciation], lab: str, referentiel: Referentiel, trace: str | None = None
) -> list[Observation]:
    """Returns what a proposal takes of them: one observation per observable criterion; no degree, no observation.

    Args:
        said: Of one candidate, for one lab.
        lab: The lab.
        referentiel: Whose criteria people's own show.
        trace: The trace that the work is, if it is one.
    """
    return [
        Observation(one.id, appreciation.degre, appreciation.par, appreciation.le.date().isoformat(), trace)
        for appreciation in said
        if appreciation.degre is not None
        for one in referentiel.criteria_of(lab, appreciation.critere)
    ]
