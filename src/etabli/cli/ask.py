"""Questions: asked on a terminal only, so that a script never waits for an answer."""

from __future__ import annotations

import sys

from etabli.cli.screen import escape, screen
from etabli.exam.contract.errors import UsageProblem

YES = frozenset({"o", "oui", "y", "yes"})
"""What counts as a yes."""


def agreed(question: str, *, said: bool) -> bool:
    """Asks for a yes; anything else is a no.

    Args:
        question: In French, with its question mark.
        said: Whether the command line said yes already (``--oui``).

    Raises:
        UsageProblem: Nobody is there to answer.
    """
    if said:
        return True
    if not sys.stdin.isatty():
        raise UsageProblem(
            f"Sans terminal, « {question} » reste sans réponse : vérifiez ce qui précède, puis ajoutez « --oui »."
        )
    screen.print(f"{escape(question)} [bold]\\[o/N][/] ", end="")
    try:
        return input().strip().casefold() in YES
    except EOFError:
        return False
