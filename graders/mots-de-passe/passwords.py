"""Passwords of the fictitious accounts: strong ones, and weak ones made as people make them.

A weak one never reads as a piece of an ordinary sentence once its case, accents and spaces are dropped: it always
holds a sign that prose does not put there. So it can be looked for everywhere without false alarms.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from etabli.exam.contract.draw import Draw
from etabli.exam.contract.words import fold

from .people import Person
from .words import OTHERS, USUAL

SEASONS = ("Printemps", "Automne", "Hiver")
WORDS = (
    "marmotte", "tabouret", "violet", "ponton", "cerise", "grelot", "bobine", "falaise", "trompette", "noisette",
    "brouette", "galet", "tambour", "cabane", "luciole", "piment", "rivage", "bougie", "carotte", "velours", "tortue",
    "marelle", "hamac", "navette", "goyave", "baleine", "colline", "gazelle", "moufle", "cascade", "lagune", "oreille",
    "balcon", "tulipe", "melon", "pelote", "cigale", "torche", "mouette", "fougasse", "girafe", "coquille", "virgule",
    "sirop", "palmier", "ruelle", "chaloupe", "tamis", "beignet", "renard",
)  # fmt: skip
"""Words without accents, and without three letters in the alphabet's order, which a policy may refuse."""
FEW = 3
_CLASS_RUN = re.compile(r"[a-z]{4}|[A-Z]{4}|[0-9]{4}|[^A-Za-z0-9]{4}")
MOST_DIGITS = 4
"""Of the number of a phrase: an age, a house, a year."""
LETTERS = "abcdefghijkmnpqrstuvwxyz"
CAPITALS, DIGITS, SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789", "!#$%&*+?@="


def manager_made(draw: Draw, length: int) -> str:
    """Random characters of four classes, without two neighbours of a kind in a row more than twice."""
    kinds = [LETTERS, CAPITALS, DIGITS, SIGNS]
    shape: list[str] = []
    while len(shape) < length:
        shape += draw.shuffled(kinds)
    made = ""
    for pool in shape[:length]:
        char = draw.one(pool)
        while made and abs(ord(made[-1].lower()) - ord(char.lower())) < 2:
            char = draw.one(pool)
        made += char
    return made


def any_manager(draw: Draw, length: int, refused: Sequence[str] = (), *, lone: bool = False) -> str:
    """What a password manager draws: any characters, each class as often as chance has it, and at least once.

    Nothing in it is what a policy may refuse: a word, a sign three times, three neighbours of the alphabet or four of a
    class in a row.

    Args:
        draw: Where choices come from.
        length: How many characters.
        refused: What it may not hold, forwards or backwards.
        lone: It has a single sign and a single digit, as most have few.
    """
    every = LETTERS + CAPITALS + ("" if lone else DIGITS + SIGNS)
    while True:
        made = [*map(draw.one, (LETTERS, CAPITALS, DIGITS, SIGNS)), *(draw.one(every) for _ in range(length - 4))]
        word = "".join(draw.shuffled(made))
        low = word.lower()
        if not (
            _CLASS_RUN.search(word)
            or _runs(word)
            or _runs(low)
            or _neighbours(low) > FEW
            or any(one in low or one in low[::-1] for one in refused)
        ):
            return word


def _runs(text: str) -> bool:
    """Whether a character stands three times in a row, or three neighbours of the alphabet do."""
    steps = [ord(two) - ord(one) for one, two in pairwise(text)]
    return any(one == two and abs(one) < 2 for one, two in pairwise(steps))


def passphrase(draw: Draw, count: int) -> str:
    """Words joined by hyphens, one with a capital, and a number among them."""
    return _phrase(draw, count, lambda: list(draw.some(WORDS, count)), lambda: draw.one((38, 47, 52, 64, 83, 92)))


def everyday(draw: Draw, count: int, refused: Sequence[str], digits: int = 0) -> str:
    """The same of words that everybody uses: half of them are so usual that few phrases go without.

    Args:
        draw: Where choices come from.
        count: How many words.
        refused: What no word may hold, forwards or backwards: a policy refuses it.
        digits: How many its number has; from one to `MOST_DIGITS`, drawn, unless told.
    """
    usual, others = (
        [word for word in pool if not any(one in word or one in word[::-1] for one in refused)]
        for pool in (USUAL, OTHERS)
    )
    half = count // 2
    size = digits or draw.between(1, MOST_DIGITS)
    while True:
        phrase = _phrase(
            draw,
            count,
            lambda: draw.shuffled([*draw.some(usual, half), *draw.some(others, count - half)]),
            lambda: draw.between(10 ** (size - 1), 10**size - 1),
        )
        if not _runs(phrase):
            return phrase


def _phrase(draw: Draw, count: int, pick: Callable[[], list[str]], number: Callable[[], int]) -> str:
    while True:
        words = pick()
        words[0] = words[0].capitalize()
        words.insert(draw.between(1, count), str(number()))
        phrase = "-".join(words)
        if _neighbours(phrase) <= FEW:
            return phrase


def _neighbours(text: str) -> int:
    """How often a character is followed by its neighbour in the alphabet, which cracklib counts as systematic."""
    return sum(abs(ord(one) - ord(two)) == 1 for one, two in pairwise(text))


def strong(draw: Draw) -> str:
    """A password nothing is to be said of."""
    return manager_made(draw, draw.between(14, 18)) if draw.below(2) else passphrase(draw, draw.between(5, 6))


def from_identity(draw: Draw, first: str, last: str) -> str:
    """Made from a name, as people do: ``kervadran75!``, ``Maelys#1987``."""
    first, last = (fold(name).replace(" ", "") for name in (first, last))
    year, short = draw.between(1962, 2004), draw.between(11, 98)
    return draw.one((f"{last}{short}!", f"{first.capitalize()}#{year}", f"{last.capitalize()}*{first[0]}{short}"))


def of_person(draw: Draw, person: Person) -> str:
    """Made from a person's name."""
    return from_identity(draw, person.first, person.last)


def from_organisation(draw: Draw, short: str, postcode: str) -> str:
    """Made from the organisation's name."""
    shapes = (f"{short}@{postcode[:2]}{draw.between(10, 99)}", f"{short}#{draw.between(2019, 2024)}",
              f"{short.lower()}*{draw.between(100, 999)}", f"{short}{draw.between(20, 26)}$")  # fmt: skip
    return draw.one(shapes)


def from_season(draw: Draw) -> str:
    """Made from a season and a year: ``Automne#2025``, ``hiver24*``."""
    season, year = draw.one(SEASONS), draw.between(2019, 2026)
    return draw.one((f"{season}#{year}", f"{season}{year % 100}*", f"{season.lower()}@{year}", f"{season}{year}$"))
