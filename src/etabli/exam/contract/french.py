"""French as it is set: plurals, lists, quotes and no-break spaces."""

from __future__ import annotations

import re
from collections.abc import Iterable


def count(number: int, one: str, many: str) -> str:
    """Fills ``{n}`` of the singular (below 2, as French has it) or of the plural."""
    return (one if number < 2 else many).format(n=number)


def listed(items: Iterable[str]) -> str:
    """Joins words as a sentence lists them: « a, b et c »."""
    *others, last = items
    return f"{', '.join(others)} et {last}" if others else last


def quoted(items: Iterable[str]) -> str:
    """Quotes each name and joins them: « a », « b » et « c »."""
    return listed(f"« {item} »" for item in items)


def typeset(text: str) -> str:
    """Keeps punctuation on the line of its word, by no-break spaces."""
    return re.sub(r"(?<=«) | (?=[»:;?!])", "\u00a0", text)
