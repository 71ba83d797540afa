"""Demands: what a sheet says is looked at, each with an anchor, and who looks: checks, or a person.

A demand whose anchor is the identifier of a check, or of a criterion of ``humain:`` in ``lab.yaml``, is looked at by
it. ``graders/<lab>/demands.yaml`` says it for the others: anchor → checks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pydantic

from etabli.exam.contract.errors import LabError
from etabli.lab.manifest import Lab
from etabli.lab.sheets import LOOKED_AT, Sheet
from etabli.system.yaml_files import read_yaml

FILE = "demands.yaml"
BY_A_PERSON = "par une personne"
"""What the text of a demand for a person says."""

_ITEM = re.compile(r"^- .*(?:\n(?!- |\n|#).*)*", re.MULTILINE)
_ANCHOR = re.compile(r"\[([^][]+)]\{#([a-z0-9-]+)}")


@dataclass(frozen=True)
class Demand:
    """One thing that is looked at."""

    anchor: str
    text: str
    """Markdown of the item that it stands in; an item may hold several demands."""
    seance: str
    """Identifier of the sheet: ``seance-1``."""
    checks: tuple[str, ...]
    """Those that look at it; none when it is for a person."""

    @property
    def label(self) -> str:
        """The words that its anchor stands on, without their last punctuation: « Ordre »."""
        words = {anchor: str(words) for words, anchor in _ANCHOR.findall(self.text)}
        return words[self.anchor].rstrip(" :,⊘")


class _Looked(pydantic.RootModel[dict[str, list[str]] | None]):
    """``demands.yaml``: anchor → checks."""


def sessions_of(lab: Lab) -> dict[str, int]:
    """Returns the first session, from 0, whose sheet announces each check; a check that none announces is left out.

    Read in the sheets' sources: which session announces what is the same for everyone.
    """
    path = lab.grader / FILE
    listed = (read_yaml(path, _Looked).root or {}) if path.is_file() else {}
    found: dict[str, int] = {}
    for place, seance in enumerate(lab.manifest.seances):
        source = lab.folder / "seances" / f"{seance.id}.md"
        for _, anchor in _ANCHOR.findall(source.read_text("utf-8") if source.is_file() else ""):
            for check in listed.get(anchor, [anchor]):
                found.setdefault(check, place)
    return found


def demands_of(lab: Lab, sheets: Iterable[Sheet]) -> Mapping[str, Demand]:
    """Returns a lab's demands by anchor, in the order of the sheets.

    Raises:
        LabError: A demand is looked at by nothing, ``demands.yaml`` names an unknown anchor or check, or a check is
            asked for by no demand.
    """
    checks = [spec.id for spec in lab.checks().specs]
    people = {criterion.id for criterion in lab.manifest.humain}
    path = lab.grader / FILE
    listed = (read_yaml(path, _Looked).root or {}) if path.is_file() else {}
    found: dict[str, Demand] = {}
    for sheet in sheets:
        for item in _ITEM.findall(sheet.part(LOOKED_AT)):
            for _, anchor in _ANCHOR.findall(item):
                own = tuple(listed.get(anchor, [anchor] if anchor in checks else []))
                if not own and anchor not in people:
                    raise LabError(
                        f"{sheet.id} du TP « {lab.id} », ancre « {anchor} » : rien ne regarde cette demande ; "
                        f"nommez ses points dans {path}, ou un critère de « humain » dans lab.yaml."
                    )
                found[anchor] = Demand(anchor, item, sheet.id, own)
    asked = {check for demand in found.values() for check in demand.checks}
    strange = [*(set(listed) - set(found)), *(asked - set(checks))]
    if strange:
        raise LabError(f"{path} : « {sorted(strange)[0]} » n'est ni une ancre d'une feuille ni un point. Corrigez-le.")
    if alone := [check for check in checks if check not in asked]:
        raise LabError(f"TP « {lab.id} » : aucune feuille n'annonce le point « {alone[0]} ». Écrivez sa demande.")
    if alone := sorted(people - set(found)):
        raise LabError(f"TP « {lab.id} » : aucune feuille n'annonce le critère « {alone[0]} ». Écrivez sa demande.")
    return found
