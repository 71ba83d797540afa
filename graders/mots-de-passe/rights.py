"""The review of rights, in both directions: what is to be done is asked for, and nothing else is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etabli.exam import Failed
from etabli.exam.contract.french import counted, quote, some

from .reading import LearnerTable
from .said import account, by_system
from .vocabulary import ACTIONS, word

if TYPE_CHECKING:
    from .shape import Variant


class Review:
    """A candidate's review and the truth about rights."""

    def __init__(self, table: LearnerTable, variant: Variant) -> None:
        self.table = table
        self._rights = variant.rights

    def expect_understood(self) -> None:
        """Each line names an account that exists and an action of the vocabulary."""
        odd = []
        for line in self.table.lines:
            if line.action is None:
                odd.append(f"{line.quoted('action', 'action vide')} ({line.where})")
            elif not line.key:
                odd.append(f"{quote(line['compte'])} ({line.where})")
        if odd:
            raise Failed(
                f"{counted(len(odd), 'ligne ne se comprend', 'lignes ne se comprennent')} pas : {some(odd)}.",
                f"Un compte de vos fichiers, son système, et une action : {', '.join(t.word for t in ACTIONS)}.",
            )

    def expect_all(self, action: str) -> None:
        """Every account that needs an action is there with it."""
        missed = [key for key in self._rights[action] if f"{key}:{action}" not in self.table.actions]
        if missed:
            raise Failed(
                f"Il manque {counted(len(missed), 'compte')} à l'action {quote(word(ACTIONS, action))}, sur "
                f"{len(self._rights[action])} ({by_system(missed)}).",
                "Tous les comptes concernés, dans chaque système.",
            )

    def expect_nothing_else(self) -> None:
        """No account is taken something from without need, and something right is asked for."""
        wanted = {f"{key}:{action}" for action, keys in self._rights.items() for key in keys}
        asked = self.table.actions
        if not wanted & asked.keys():
            raise Failed(
                "Aucune action de la revue n'est à faire.", "Des actions fondées sur les exports et la liste RH."
            )
        wrong = [
            f"{account(claim)} : {word(ACTIONS, claim.partition(':')[2])} ({line.where})"
            for claim, line in asked.items()
            if claim not in wanted
        ]
        if wrong:
            raise Failed(
                f"{counted(len(wrong), 'action')} sans raison : {some(wrong)}.",
                "Personne ne perd un compte ou un droit dont il se sert.",
            )
