"""The nouns of a setting: French words with their articles, and what a setting holds."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from etabli.exam.contract.words import normal


def fold(text: str) -> str:
    """The text without case or accents, as the database compares it."""
    spread = normal("NFKD", text.replace("œ", "oe").replace("Œ", "OE"))
    return "".join(c for c in spread if not unicodedata.combining(c)).casefold()


def upper_first(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


@dataclass(frozen=True)
class Noun:
    """A French noun as the brief needs it."""

    singular: str
    plural: str
    gender: str
    """`m` or `f`."""

    @property
    def table(self) -> str:
        """Name of the SQL table that holds them."""
        return fold(self.plural)

    @property
    def key(self) -> str:
        """The singular as an SQL identifier."""
        return fold(self.singular).replace(" ", "_").replace("'", "_").replace("-", "_")

    @property
    def elided(self) -> bool:
        """Whether the article loses its vowel before the noun."""
        return fold(self.singular)[0] in "aeiou"

    @property
    def feminine(self) -> bool:
        """Whether the noun is feminine."""
        return self.gender == "f"

    def the(self) -> str:
        """`l'objet`, `le plat`, `la prestation`."""
        if self.elided:
            return f"l'{self.singular}"
        return f"{'la' if self.feminine else 'le'} {self.singular}"

    def a(self) -> str:
        """`un objet`, `une prestation`."""
        return f"{'une' if self.feminine else 'un'} {self.singular}"

    def of_the(self) -> str:
        """`de l'objet`, `du plat`, `de la prestation`."""
        if self.elided or self.feminine:
            return f"de {self.the()}"
        return f"du {self.singular}"

    def of(self) -> str:
        """`d'objet`, `de plat`."""
        return f"d'{self.singular}" if self.elided else f"de {self.singular}"

    def of_many(self) -> str:
        """`d'objets`, `de plats`."""
        return f"d'{self.plural}" if self.elided else f"de {self.plural}"

    def this(self) -> str:
        """`cet objet`, `ce plat`, `cette prestation`."""
        if self.feminine:
            return f"cette {self.singular}"
        return f"{'cet' if self.elided else 'ce'} {self.singular}"

    def none(self) -> str:
        """`aucun objet`, `aucune prestation`."""
        return f"{'aucune' if self.feminine else 'aucun'} {self.singular}"


@dataclass(frozen=True)
class Family:
    """A category and the words its items' names are made of.

    Every stem goes with every tail.
    """

    name: str
    prices: tuple[int, int]
    """Ordinary prices, in euros."""

    dear: str
    """The stem whose items may cost more than 1 000 €."""

    stems: tuple[str, ...]
    tails: tuple[str, ...]


@dataclass(frozen=True)
class Title:
    """A column of items: as an SQL name and as a visitor reads it."""

    column: str
    title: str


@dataclass(frozen=True)
class Setting:
    """A small organisation and its data."""

    id: str
    kind: str
    """What the organisation is: « une ressourcerie »."""

    pitch: str
    """What it does and wants, in two sentences about « elle »."""

    organisations: tuple[str, ...]
    """Invented names."""

    items: tuple[Noun, ...]
    categories: tuple[Noun, ...]
    places: tuple[Noun, ...]
    names: tuple[Title, ...]
    descriptions: tuple[str, ...]
    """Words that are a field label with a capital, and an SQL column without accents."""

    prices: tuple[Title, ...]
    dates: tuple[Title, ...]
    families: tuple[Family, ...]
    less_than: tuple[str, ...]
    """Tails with `<` that go with every stem."""

    ampersands: tuple[str, ...]
    """Tails with `&` that go with every stem."""

    spots: tuple[str, ...]
    """Names of places."""

    openings: tuple[str, ...]
    closings: tuple[str, ...]
    """First and second sentences of descriptions: each goes with each."""

    marked: tuple[str, ...]
    """Sentences that hold both `<` and `&`."""
