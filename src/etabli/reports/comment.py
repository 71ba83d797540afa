"""A few words for Moodle's comment field: what was observed, in one paragraph."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from etabli.exam.contract.french import listed, typeset
from etabli.exam.contract.outcome import Status
from etabli.reports.payload import CheckResult, LabMeta, Payload, fix_first
from etabli.reports.text import visible
from etabli.reports.views import cannot_stand, own_step, states
from etabli.system.formulas import inert


class Remarked(NamedTuple):
    """What a teacher wrote to a learner; who wrote it is not told outside the room."""

    text: str
    about: str | None = None
    """The title of a point; else it is about the whole work."""
    deposit: int | None = None
    """Of the hand-in that it was written on, where a newer one came since."""

    @property
    def label(self) -> str:
        """What it is about, in a few words."""
        about = f"sur « {self.about.rstrip('.')} »" if self.about else "sur tout le travail"
        return f"{about} (dépôt n° {self.deposit})" if self.deposit else about


def comment_of(payload: Payload, lab: LabMeta, *, mark: str | None = None, remarks: Sequence[Remarked] = ()) -> str:
    """Returns the comment for one learner; Moodle shows it as HTML, a spreadsheet as a cell: both take it for text.

    It holds titles of the lab only, and nothing that a candidate wrote; of a rejected submission, why it was; of a run
    that is no longer what was frozen, in what. What a teacher wrote comes last, and is said to be theirs.

    Args:
        payload: The learner's newest run.
        lab: What the lab says of itself.
        mark: The mark that stands beside it, as a sentence with its label; without it, the comment says that none
            of this is a mark.
        remarks: What teachers wrote of the work.
    """
    if payload["status"] == Status.REJECTED:
        return _escaped(["Rendu refusé :", payload["reason"] or "il n'a pas pu être examiné.", _written(remarks)])
    if payload["status"] == Status.MODIFIED:
        return _escaped([payload["reason"] or "", own_step(payload) or ""])
    own = mark or "Ce retour n'est pas une note : l'enseignant décide."
    return _escaped(
        [cannot_stand(payload) or "", *_observed(payload, lab), _first(payload, lab), own, _written(remarks)]
    )


def _written(remarks: Sequence[Remarked]) -> str:
    said = [f"{one.label}, « {' '.join(one.text.split())} »" for one in remarks]
    return f"Écrit par l'enseignant : {' ; '.join(said)}" if said else ""


def _escaped(sentences: Sequence[str]) -> str:
    told = html.escape(visible(typeset(" ".join(sentence for sentence in sentences if sentence))), quote=False)
    return inert(told)  # last of all: « &lt;=2 » holds « ;=2 »


def _observed(payload: Payload, lab: LabMeta) -> list[str]:
    """Says what was observed by palier, then by competence; never « 17 sur 20 », which would read as a mark."""

    def told(title: str, names: Mapping[str, str], is_in: Callable[[CheckResult, str], bool]) -> str:
        found = {name: states(check for check in payload["checks"] if is_in(check, key)) for key, name in names.items()}
        parts = [f"{name} ({said})" for name, said in found.items() if said]
        return f"{title} : {listed(parts)}." if parts else ""

    paliers = {palier: f"« {lab.palier_title(palier)} »" for palier in lab.palier_ids}
    codes = {code: code for code in lab.competences}
    return [
        told("Points de vérification", paliers, lambda check, palier: check["palier"] == palier),
        told("Compétences", codes, lambda check, code: code in check["competences"]),
    ]


def _first(payload: Payload, lab: LabMeta) -> str:
    failed = fix_first(payload["checks"], lab)
    return f"À reprendre d'abord : « {failed[0]['title'].rstrip('.')} »." if failed else ""
