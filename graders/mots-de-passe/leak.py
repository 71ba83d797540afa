"""A leak list of our own: common shapes of French passwords, none taken from a real leak."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from etabli.exam.contract.draw import Draw

BASES = (
    "azerty", "azertyuiop", "motdepasse", "bonjour", "doudou", "loulou", "soleil", "chouchou", "coucou", "marseille",
    "camille", "nicolas", "chocolat", "princesse", "football", "papillon", "maison", "vacances", "licorne", "pirate",
    "bisous", "poussin", "toulouse", "bretagne", "tournesol", "ratatouille", "dauphin", "etoile", "fromage", "musique",
)  # fmt: skip
SIZE = 600
SPECIAL = ("doudou", "loulou", "chouchou", "princesse", "papillon", "licorne", "poussin", "tournesol")
"""Words of the planted ones: with a year after them they stand in no sentence."""


def make_leak(draw: Draw, count: int) -> tuple[list[str], list[str]]:
    """The list, most frequent first, and `count` passwords of it to give to accounts."""
    words = [*BASES, *(base.capitalize() for base in BASES)]
    planted = [f"{base}{draw.between(1958, 2012)}" for base in draw.some(SPECIAL, count)]
    made: dict[str, None] = dict.fromkeys(["123456789", "azerty123", "motdepasse1", "bonjour123", *planted])
    while len(made) < SIZE:
        base = draw.one(words)
        made[draw.one((f"{base}{draw.between(1, 99)}", f"{base}{draw.between(1950, 2019)}", f"{base}123", f"{base}!",
                       f"{base}{draw.between(1, 95):02d}!"))] = None  # fmt: skip
    first, others = list(made)[:4], draw.shuffled(list(made)[4:])
    return [*first, *others], planted


def counts(draw: Draw, words: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """How often each was seen, always fewer than the one before."""
    seen = 480_000
    result: list[tuple[str, int]] = []
    for word in words:
        seen = max(2, seen * draw.between(93, 99) // 100)
        result.append((word, seen))
    return tuple(result)


def hibp_lines(counted: Iterable[tuple[str, int]]) -> list[str]:
    """``SHA1:COUNT``, sorted, as the download of Have I Been Pwned is laid out."""
    return sorted(f"{hashlib.sha1(word.encode()).hexdigest().upper()}:{seen}" for word, seen in counted)
