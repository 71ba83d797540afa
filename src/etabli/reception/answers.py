"""Answers: what the user said beforehand of whose things are, by ``--associer``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from etabli.exam.contract.errors import UsageProblem
from etabli.reception.dropped import Dropped
from etabli.roster.names import name_key


class Answers:
    """The user's ``NAME=ALIAS`` pairs; several aliases are a group's members, and none leaves a thing aside.

    Args:
        pairs: As typed.

    Raises:
        UsageProblem: One of them has no ``=`` or no name.
    """

    def __init__(self, pairs: Sequence[str] = ()) -> None:
        self._by_key: dict[str, str] = {}
        self._unused: dict[str, str] = {}
        for pair in pairs:
            name, sign, alias = pair.rpartition("=")
            if not sign or not name_key(name):
                raise UsageProblem(f'« --associer {pair} » est incomplet : écrivez « --associer "Nom Prénom=SNO-07" ».')
            self._by_key[name_key(name)] = alias.strip()
            self._unused[name_key(name)] = pair

    def of(self, dropped: Dropped) -> tuple[str, ...] | None:
        """Returns the aliases answered for something; none to leave it aside, ``None`` when nothing was said."""
        number = dropped.participant or dropped.group
        for key in (dropped.participant, f"participant {number}", f"groupe {number}", dropped.title):
            if key and (answer := self._by_key.get(name_key(key))) is not None:
                self._unused.pop(name_key(key), None)
                return aliases_in(answer)
        return None

    def check_all_used(self) -> None:
        """Makes sure that every answer met something.

        Raises:
            UsageProblem: One did not; nothing was graded yet.
        """
        for pair in self._unused.values():
            raise UsageProblem(
                f"« --associer {pair} » ne correspond à aucun rendu : recopiez le nom tel que Moodle l'écrit."
            )


def aliases_in(answer: str) -> tuple[str, ...]:
    """Cuts an answer into the aliases in it."""
    return tuple(alias for part in re.split("[,;+]", answer) if (alias := part.strip()))
