"""The interview: six questions on the candidate's own variant, for whoever listens (``labs/<id>/entretien.md``).

A question is a part of the file: its title, what is asked, then « Une bonne réponse montre : » and what to listen for.
Nothing of it is given with the sujet.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from etabli.exam.contract.errors import LabError
from etabli.lab.manifest import INTERVIEW, Lab
from etabli.lab.sujet import context_of
from etabli.lab.templating import render_file
from etabli.lab.variant import Seat

NUMBER = 6
"""How many questions a lab has."""
_GOOD = "\nUne bonne réponse montre :\n"
_ITEM = re.compile(r"^- (.+?)[ ;.]*$", re.MULTILINE)


@dataclass(frozen=True)
class Question:
    """One question."""

    title: str
    asked: str
    """Markdown, with the candidate's own data."""
    good: tuple[str, ...]
    """What a good answer shows."""

    @property
    def plain(self) -> str:
        """What is asked, without the marks of Markdown."""
        return self.asked.replace("`", "")


def questions_of(seat: Seat, secret: bytes) -> tuple[Question, ...]:
    """Renders the questions of a candidate's interview.

    Raises:
        LabError: The file is missing, malformed, or names what the lab's data does not hold.
    """
    return questions_in(seat.lab, context_of(seat, secret)[1])


def questions_in(lab: Lab, context: Mapping[str, Any]) -> tuple[Question, ...]:
    """Renders the questions of a lab with what its templates may name; raises as :func:`questions_of`."""
    path = lab.folder / INTERVIEW
    parts = ("\n" + render_file(path, context)).split("\n## ")[1:]
    found = tuple(map(_question, parts))
    wrong = next((one.title for one in found if not (one.asked and one.good)), None)
    if wrong is not None or len(found) != NUMBER:
        problem = f"« {wrong} » n'a pas de question ou de réponse" if wrong else f"{len(found)} questions"
        raise LabError(
            f"{path} : {problem} ; il en faut {NUMBER}, chacune sous « ## Titre », avec "
            f"« {_GOOD.strip()} » puis une liste."
        )
    return found


def _question(part: str) -> Question:
    title, _, rest = part.partition("\n")
    asked, _, good = rest.partition(_GOOD)
    return Question(title.strip(), " ".join(asked.split()), tuple(_ITEM.findall(good)))
