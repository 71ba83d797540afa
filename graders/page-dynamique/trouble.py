"""A page in trouble, and how it is told: its program has stopped, or it shows the inside of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from etabli.exam import Failed

from .diagnosis import EMPTY, REFUSED, advice, crash, last_error, leak

if TYPE_CHECKING:
    from etabli.exam.tools.journal import Journal
    from etabli.exam.tools.page import SitePage

ITEM_STOPPED = "item-stopped"
"""Of the memo: how the page of an item stops, as `fiche-complete` saw it."""
DECENT = "Le programme va jusqu'au bout : une page, avec une phrase pour le visiteur, sans code d'erreur 500 ou plus."
READ_MESSAGE = "Commencez par le message affiché dans la page : il nomme souvent le fichier et la ligne."


@dataclass(frozen=True)
class Trouble:
    """Of the page now open, with what the application's journal says of it, and what is told of items already (`memo`)."""

    page: SitePage
    journal: Journal
    memo: dict[str, str]

    def notice(self) -> str:
        """A sentence that quotes the technical message of the page now open, to follow another one; '' without it."""
        message = leak(self.page.text)
        return f" On y lit : « {message} »." if message else ""

    def crash(self) -> str:
        """How the page now open shows that its program stopped, or ''.

        What it should show is then the matter of `fiche-complete` only, which says so.
        """
        return crash(self.page.status, self.page.text)

    def stopped(self) -> str:
        """The same, and what the journal says of it when the page itself does not."""
        crashed = self.crash()
        message = last_error(self.journal.text(), self.page.path) if crashed and not leak(self.page.text) else ""
        return f"{crashed} : « {message} »" if message else crashed

    @contextmanager
    def told_by_items(self) -> Iterator[None]:
        """What stops the program of an item's page in the same words is told by `fiche-complete`, not again here.

        Its words were noted there: no page is opened to know them, and what is kept of the failure is what was seen.
        """
        try:
            yield
        except Failed as failed:
            if not failed.because and self.told_before(self.crash()):
                failed.because = ("fiche-complete",)
            raise

    def told_before(self, stopped: str) -> bool:
        """Whether these are the words in which `fiche-complete` told that an item's page stops."""
        return bool(stopped) and stopped == self.memo.get(ITEM_STOPPED)

    def expect_decent(
        self, status: int, text: str, doing: str, expected: str = DECENT, *, refused: str = "", empty: str = ""
    ) -> None:
        """Raises Failed when a page is a crash or shows the inside of the program; the journal's error is said first.

        Args:
            status: Of the answer.
            text: Of the page.
            doing: What was done, at the start of a sentence.
            expected: What should be seen instead.
            refused: Where to look when the base refused a value that was sent.
            empty: The same, when it is for want of a value.
        """
        message = leak(text)
        if message:
            raise Failed(
                observed=f"{doing}, la page montre un message technique : « {message} ».",
                expected=f"{expected} Le visiteur n'y lit aucun message de PHP, de Python ou de la base.",
                help=_refused(message, refused, empty)
                or (None if re.search(r"SQL|mysqli|PDO", message) else READ_MESSAGE),
            )
        if status >= 500:
            said = last_error(self.journal.text(), self.page.path)
            cause = f"{doing}, le programme s'arrête sur une erreur, que dit son journal : « {said} »."
            raise Failed(
                observed=f"{cause} Le visiteur reçoit le code {status}."
                if said
                else f"{doing}, le site répond par une erreur {status}.",
                expected=expected,
                help=_refused(said, refused, empty) or (advice(status, "", said) if said else None),
            )


def _refused(message: str, refused: str, empty: str) -> str:
    """Which advice fits the message of a base that refused a value, '' for any other message."""
    if not REFUSED.search(message):
        return ""
    return (empty if EMPTY.search(message) else "") or refused
