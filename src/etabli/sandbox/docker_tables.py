"""A workbook from outside, read where learners' files are read: in a container without network that is then gone."""

from __future__ import annotations

import json

from etabli.exam.contract.errors import UsageProblem
from etabli.sandbox import tabulating
from etabli.sandbox.docker_press import answer


def rows_of(name: str, data: bytes) -> list[tuple[int, list[str]]]:
    """Returns the rows of the first sheet that are not blank, each with its line.

    Args:
        name: How sentences call the file.
        data: What it holds.

    Raises:
        UsageProblem: It is no workbook, or has no row.
        SandboxError: It cannot be read on this machine.
    """
    told = json.loads(answer(tabulating, data, "lire un classeur", f"« {name} » n'a pas pu être lu"))
    if (why := told.get("refused")) or not told.get("rows"):
        raise UsageProblem(f"« {name} » n'est pas un classeur lisible ({why or 'vide'}) : enregistrez-le en .xlsx.")
    return [(int(line), [str(cell) for cell in cells]) for line, cells in told["rows"]]
