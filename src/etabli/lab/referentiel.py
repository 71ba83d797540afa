"""The référentiel, as data: ``course/referentiel.yaml``, each line with its source and whether it was verified."""

from __future__ import annotations

from dataclasses import dataclass

import yaml

from etabli.exam.contract.errors import LabError
from etabli.system.disk import why
from etabli.system.settings import repository


@dataclass(frozen=True)
class Competence:
    """One line of the référentiel."""

    code: str
    text: str
    source: str
    verified: bool


def competences() -> dict[str, Competence]:
    """Reads the competences by code, in the référentiel's order.

    Raises:
        LabError: The file is missing or a line lacks a key.
    """
    path = repository() / "course" / "referentiel.yaml"
    try:
        data = yaml.safe_load(path.read_text("utf-8"))
        lines = [_competence(item) for bloc in data["blocs"] for item in bloc["competences"]]
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        reason = f" ({why(error)})" if isinstance(error, OSError) else ""
        raise LabError(f"{path} est illisible{reason} : chaque compétence a code, text, source et verified.") from error
    return {line.code: line for line in lines}


def _competence(item: dict[str, object]) -> Competence:
    return Competence(
        code=str(item["code"]), text=str(item["text"]), source=str(item["source"]), verified=bool(item["verified"])
    )
