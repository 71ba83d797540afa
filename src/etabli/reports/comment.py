"""A few words for Moodle's comment field: what was observed, in one paragraph."""

from __future__ import annotations

import html
from collections.abc import Sequence

from etabli.exam.contract.french import typeset
from etabli.exam.contract.outcome import Outcome, Status
from etabli.reports.payload import LabMeta, Payload, fix_first
from etabli.reports.text import visible
from etabli.reports.views import cannot_stand, own_step


def comment_of(payload: Payload, lab: LabMeta, *, marked: bool = False) -> str:
    """Returns the comment for one learner; Moodle shows it as HTML, so that it is escaped.

    It holds titles of the lab only, and nothing that a candidate wrote; of a rejected submission, why it was; of a run
    that is no longer what was frozen, in what.

    Args:
        payload: The learner's newest run.
        lab: What the lab says of itself.
        marked: Whether the points stand beside it as a mark: then nothing says that they are none.
    """
    if payload["status"] == Status.REJECTED:
        return _escaped(["Rendu refusé :", payload["reason"] or "il n'a pas pu être examiné."])
    if payload["status"] == Status.MODIFIED:
        return _escaped([payload["reason"] or "", own_step(payload) or ""])
    sentences = [cannot_stand(payload) or "", _per_palier(payload, lab), _first(payload, lab)]
    if not marked:
        sentences.append("Les points ne sont pas une note : l'enseignant décide.")
    return _escaped(sentences)


def _escaped(sentences: Sequence[str]) -> str:
    return html.escape(visible(typeset(" ".join(sentence for sentence in sentences if sentence))), quote=False)


def _per_palier(payload: Payload, lab: LabMeta) -> str:
    parts = []
    for palier in lab.palier_ids:
        outcomes = [check["outcome"] for check in payload["checks"] if check["palier"] == palier]
        if outcomes:
            passed = outcomes.count(Outcome.PASSED)
            title = lab.palier_title(palier)
            parts.append(f"{passed} sur {len(outcomes)} en « {title} »")
    return f"Points de vérification réussis : {', '.join(parts)}." if parts else ""


def _first(payload: Payload, lab: LabMeta) -> str:
    failed = fix_first(payload["checks"], lab.palier_ids)
    return f"À reprendre d'abord : « {failed[0]['title'].rstrip('.')} »." if failed else ""
