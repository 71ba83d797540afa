"""Surroundings: where a learner works, and what sheets call each action there.

The words are in ``here.md.j2``, once for all labs: a sheet says ``@{ here.verify('attendu') }@`` and names no command.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from etabli.lab.templating import macros_of

_WORDS = Path(__file__).with_name("here.md.j2")


class Surroundings(StrEnum):
    """Where a learner works."""

    PAPER = "papier"  #: with sheets, and with Établi, XAMPP or nothing at all on their machine
    COMMANDS = "commandes"  #: in a workspace of « etabli start »
    ROOM = "salle"  #: in the page of a room, where no command can be typed


def told(surroundings: Surroundings, context: Mapping[str, Any]) -> dict[str, Any]:
    """Returns what templates of a lab may name of the surroundings: ``workspace``, ``room``, and ``here`` for actions.

    Args:
        surroundings: Where the learner works.
        context: What the templates may name besides.
    """
    room = surroundings is Surroundings.ROOM
    names = {"workspace": surroundings is not Surroundings.PAPER, "room": room}
    return names | {"here": macros_of(_WORDS, {**context, **names})}
