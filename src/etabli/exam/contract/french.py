"""French as it is set: plurals and no-break spaces."""

from __future__ import annotations

import re


def count(number: int, one: str, many: str) -> str:
    """Fills ``{n}`` of the singular (below 2, as French has it) or of the plural."""
    return (one if number < 2 else many).format(n=number)


def typeset(text: str) -> str:
    """Keeps punctuation on the line of its word, by no-break spaces."""
    return re.sub(r"(?<=«) | (?=[»:;?!])", "\u00a0", text)
