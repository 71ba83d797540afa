"""Papers: what can be stated of a text that somebody wrote, whatever it is about."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from etabli.exam import Failed
from etabli.exam.contract.french import counted, quote

OFTEN = 3
"""A sentence that comes so many times is said to."""
SPARE = 0.1
"""Word processors do not count alike: a tenth beyond is no fault."""
AT_ALL = 2
"""A text that is so many times shorter or longer than what is asked for is none: what else is asked of it waits."""


class Words(NamedTuple):
    """How many words a text has, as two ways of counting have it."""

    fewest: int
    most: int


def words(text: str) -> Words:
    """Counts the words of a text, between spaces and between signs."""
    counts = sum(any(map(str.isalnum, one)) for one in text.split()), len(re.findall(r"\w+(?:['’]\w+)?", text))
    return Words(min(counts), max(counts))


def expect_length(text: str, bounds: tuple[int, int], what: str, *, short: str, long: str) -> None:
    """A text has the length asked for, in words, or is well within what another word processor counts.

    Args:
        text: The text.
        bounds: The fewest and the most words.
        what: What a sentence about it begins with: « La note ».
        short: Where to look when some are missing.
        long: Where to look when there are too many.

    Raises:
        Failed: It is shorter, or longer. By less than :data:`AT_ALL`, the rest is looked at all the same.
    """
    low, high = bounds
    fewest, most = words(text)
    stops = most < low / AT_ALL or fewest > high * AT_ALL
    if most < low * (1 - SPARE):
        raise Failed(f"{what} a {counted(most, 'mot')}.", f"Entre {low} et {high} mots.", short, stops=stops)
    if fewest > high * (1 + SPARE):
        told = f"{what} a {counted(fewest, 'mot')}.{_repeated(text)}"
        raise Failed(told, f"Entre {low} et {high} mots.", long, stops=stops)


def _repeated(text: str) -> str:
    """The sentence that comes most often, when it comes again and again, in a sentence; ''."""
    sentences = Counter(
        found for one in re.split(r"[.!?…]+|\n", text) if len((found := " ".join(one.split())).split()) > 2
    )
    often, times = next(iter(sentences.most_common(1)), ("", 0))
    return f" Une phrase y revient {times} fois : {quote(often, 80)}." if times >= OFTEN else ""
