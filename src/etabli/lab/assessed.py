"""What the labs of this repository look at: a référentiel and a year are held to it."""

from __future__ import annotations

from collections.abc import Mapping

from etabli.lab.manifest import Lab, lab_ids, load_lab
from etabli.referentiel.model import Looked


def looked_at() -> Mapping[str, Looked]:
    """Returns what each lab looks at, by its identifier.

    Raises:
        LabError: A lab is badly written, or its grader is missing.
    """
    return {lab_id: _looked(load_lab(lab_id)) for lab_id in lab_ids()}


def _looked(lab: Lab) -> Looked:
    return Looked(
        checks=tuple(spec.id for spec in lab.checks().specs),
        people=tuple(criterion.id for criterion in lab.manifest.humain),
        competences=lab.manifest.competences,
    )
