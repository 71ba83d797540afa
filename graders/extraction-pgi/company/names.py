"""Invented people, places and companies: plausible in French, and nobody's (``words.yaml`` has the pieces)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from pathlib import Path

import yaml

from etabli.exam.contract.draw import Draw

WORDS: dict[str, list[str]] = yaml.safe_load(Path(__file__).with_name("words.yaml").read_text("utf-8"))
_MOBILE = "06 39 98"


@dataclass(frozen=True)
class Address:
    """A postal address."""

    street: str
    postal_code: str
    town: str


def plain(text: str) -> str:
    """Returns only the letters and digits of a text, without accents, in lower case: for a mail address."""
    text = text.replace("œ", "oe").replace("Œ", "Oe")
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "".join(letter for letter in bare if letter.isalnum())


class Namer:
    """Gives names, never the same twice."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self._surnames = iter(draw.shuffled(_joined("surname_beginnings", "surname_endings")))
        self._first_names = iter(draw.shuffled(WORDS["first_names"] * 3))
        self._towns = iter(draw.shuffled(_joined("town_heads", "town_tails")))
        self._phones = iter(draw.some(range(10000), 400))

    def word(self, kind: str) -> str:
        """One of the words of a kind."""
        return self.draw.one(WORDS[kind])

    def surname(self) -> str:
        """An invented surname."""
        return next(self._surnames)

    def person(self) -> str:
        """A first name and a surname."""
        return f"{next(self._first_names)} {self.surname()}"

    def town(self) -> tuple[str, str]:
        """A postal code (of a number no department has) and an invented town."""
        return f"{self.draw.one((96, 99))}{self.draw.between(10, 98)}0", next(self._towns)

    def place(self, site: bool = False) -> Address:
        """An address; the name of a site comes first when it is a second address."""
        street = f"{self.draw.between(1, 118)} {self.word('streets')}"
        return Address(f"{self.word('sites')}, {street}" if site else street, *self.town())

    def phone(self, mobile: bool = False) -> str:
        """A number from the ranges kept for fiction."""
        four = next(self._phones)
        return f"{_MOBILE if mobile else self.word('phones')} {four // 100:02d} {four % 100:02d}"

    def siren(self) -> str:
        """Nine digits whose last one is a Luhn key."""
        digits = str(self.draw.between(3, 8)) + "".join(str(self.draw.below(10)) for _ in range(7))
        return digits + luhn(digits)

    def customers(self, count: int) -> list[str]:
        """Names of customers: first two that are easily confused, then one with a digit, apostrophes, public bodies."""
        kind = self.word("customers")
        names = [f"{kind} {surname}" for surname in self.word("alike").split("/")]
        names += [pattern.format(name=self.surname()) for pattern in self.draw.some(WORDS["with_digit"], 2)]
        things = self.draw.shuffled(WORDS["things"])
        patterns = self.draw.some(WORDS["with_apostrophe"], 5)
        names += [pattern.format(thing=thing) for pattern, thing in zip(patterns, things, strict=False)]
        names += [pattern.format(town=self.town()[1]) for pattern in self.draw.some(WORDS["public_bodies"], 4)]
        return names + [f"{self.word('customers')} {self.surname()}" for _ in range(count - len(names))]

    def supplier(self) -> str:
        """The name of a supplier."""
        return f"{self.word('suppliers')} {self.surname()}"


def _joined(heads: str, tails: str) -> list[str]:
    return [head + tail for head in WORDS[heads] for tail in WORDS[tails]]


def luhn(digits: str) -> str:
    """Returns the key that makes a number pass Luhn's check."""
    total = 0
    for rank, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if rank % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)
