"""What people said of a work goes along with its trace, as observations on it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import chain

from etabli.appreciation.kept import Place, folder_of
from etabli.appreciation.observing import observations
from etabli.lab.manifest import Lab
from etabli.recueil.choosing import Choice
from etabli.recueil.kept import Kept
from etabli.recueil.model import LookedAt, Recueil, Seen, Trace
from etabli.runs.identifier import is_same_candidate


@dataclass(frozen=True)
class Along:
    """A recueil with what was said of a trace's work."""

    recueil: Recueil
    seen: int
    """Observations that went along."""
    stale: int
    """Those of another state of the work."""


def along(kept: Kept, trace: Trace, choice: Choice, lab: Lab, known: Collection[str | None]) -> Along:
    """Puts what was said of a chosen work on its trace, in the place of what went along before.

    What was said of another state of the work goes along too, and says so, unless that state is itself among the
    candidate's runs: it is then told with them alone.

    Args:
        kept: The candidate's file, the trace in it.
        trace: The trace.
        choice: The run that it is.
        lab: Its lab.
        known: SHA-256 of what each of the candidate's runs of this lab examined.

    Raises:
        LabError: The file of appreciations says something that it may not.
    """
    place = Place(folder_of(choice.folder.path.parent.parent), lab, kept.referentiel)
    digest = choice.run.submission_sha256
    titles = {one.id: one.title for one in lab.manifest.humain}
    said = [
        one
        for one in place.read().appreciations
        if is_same_candidate(one.eleve, choice.run.candidate)
        and (one.rendu in (None, digest) or one.rendu not in known)
    ]
    own = tuple(
        Seen(
            critere=seen.criterion,
            degre=seen.degree,
            par=one.par,
            le=one.le.date(),
            trace=trace.id,
            remarque=one.remarque,
            regarde=LookedAt(tp=lab.id, critere=one.critere, titre=titles[one.critere], rendu=one.rendu),
        )
        for one in said
        for seen in observations([one], lab.id, kept.referentiel, trace.id)
    )
    others = (one for one in kept.recueil.observations if one.trace != trace.id or one.regarde is None)
    stale = sum(one.regarde is not None and one.regarde.rendu not in (None, digest) for one in own)
    recueil = kept.recueil.model_copy(update={"observations": tuple(chain(others, own))})
    return Along(recueil, len(own), stale)
