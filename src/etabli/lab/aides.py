"""Aides: three helps per check, opened one by one by a student who is stuck, and what their teacher says to them.

``labs/<id>/aides.yaml`` maps a check's identifier to ``geste`` (two to four words, for the class page), ``question``
(what to ask oneself), ``piste`` (where to look) and ``exemple`` (a worked example on other data, never the answer).
Where a check fails for unlike reasons, ``selon`` has the gesture of each, by words of what was observed.
They are the lab's, and a candidate may see them. The three helps are Markdown.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pydantic

from etabli.exam.contract.errors import LabError
from etabli.lab.manifest import Lab
from etabli.lab.sheets import FOLDED, Sheet
from etabli.system.yaml_files import Described, read_yaml

FILE = "aides.yaml"


class Aides(Described):
    """What to say of one check, and its three helps in the order in which they are opened."""

    geste: str
    """What to do next, as the teacher says it while passing by: « Revoyez ORDER BY »."""
    selon: dict[str, str] = pydantic.Field(default_factory=dict)
    """What to say instead, by words of what was observed; the first that are found there count."""
    apres: tuple[str, ...] = ()
    """Earlier checks to put right before this one, although it may pass without: its work is made of theirs."""
    question: str
    """A question to ask oneself."""
    piste: str
    """Where to look."""
    exemple: str
    """A worked example on other data."""

    def geste_for(self, observed: str | None) -> str:
        """Returns what to say of this very failure; the check's own gesture where nothing more precise is known."""
        return next((said for words, said in self.selon.items() if words in (observed or "")), self.geste)


def aides_of(lab: Lab) -> Mapping[str, Aides]:
    """Reads the aides of a lab by check; a lab without the file has none.

    Raises:
        LabError: The file is not readable YAML, names an unknown check, or a text is missing.
    """
    path = lab.folder / FILE
    return _read(path, tuple(spec.id for spec in lab.checks().specs)) if path.is_file() else {}


def aides_for(lab: Lab, checks: tuple[str, ...]) -> Mapping[str, Aides]:
    """Reads the aides of these checks, where the lab's own are not known."""
    path = lab.folder / FILE
    found = (read_yaml(path, _AidesOfLab).root or {}) if path.is_file() else {}
    return {check: aides for check, aides in found.items() if check in checks}


class _AidesOfLab(pydantic.RootModel[dict[str, Aides] | None]):
    """``aides.yaml``: check → its helps."""


@cache
def _read(path: Path, checks: tuple[str, ...]) -> Mapping[str, Aides]:
    found = read_yaml(path, _AidesOfLab).root or {}
    unknown = sorted(set(found) - set(checks))
    if unknown:
        raise LabError(f"{path} : « {unknown[0]} » n'est pas un point de vérification. Corrigez cette clé.")
    for check, aides in found.items():
        if late := [one for one in aides.apres if one not in checks[: checks.index(check)]]:
            raise LabError(
                f"{path}, « {check} », apres : « {late[0]} » n'est pas un point qui vient avant lui. Corrigez ce mot."
            )
    return found


def aides_sheet(lab: Lab) -> Sheet | None:
    """Returns the three aides of each check, folded until they are opened; nothing when the lab has none."""
    found, lines = aides_of(lab), ["# Aides", "", "Ouvrez une aide à la fois, et essayez avant d'ouvrir la suivante."]
    for spec in lab.checks().specs:
        if aides := found.get(spec.id):
            lines += ["", f"## {spec.title}"]
            for title, text in (
                ("Une question", aides.question), ("Une piste", aides.piste), ("Un exemple", aides.exemple)
            ):  # fmt: skip
                lines += ["", f":::{FOLDED} {title}", "", text.strip(), "", ":::"]
    return Sheet("aides", f"{lab.manifest.title} : aides", "\n".join(lines) + "\n") if found else None
