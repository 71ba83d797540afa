"""The `draws` fixture: what an exam draws, so that no submission can know it beforehand.

One nonce per exam, kept in ``run.json``: the same work graded again meets the same draws.

Example::

    def check_recherche(page, draws):
        word = draws.of("mot absent").one(("tracteur", "parapluie", "cerf-volant"))
"""

from __future__ import annotations

from etabli.exam.contract.draw import Draw


class Draws:
    """Choices from the nonce of an exam.

    Args:
        nonce: What the orchestrator drew.
    """

    def __init__(self, nonce: str) -> None:
        self._nonce = nonce

    def of(self, purpose: str) -> Draw:
        """Returns the choices made for one purpose, from their beginning.

        They follow from the nonce and the purpose alone: which checks run, in which order, and whether it is the second
        look at the same work, changes none of them.
        """
        return Draw(f"{self._nonce}|{purpose}".encode())
