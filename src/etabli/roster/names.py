"""Names of people, compared and cut in two: pure functions, and never a guess that is not said.

Two spellings of one person must meet (« MARTIN Léa », « Léa Martin », « D’ALMEIDA Inès », « Ines d'Almeida »), and
two people must never be taken for one: what is equal here is a *candidate*, and the caller looks at how many there are.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import NamedTuple

from etabli.exam.contract.words import normal

_APOSTROPHES = "'’‘ʼʹ′`´＇"
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_SHORT = {"st": "saint", "ste": "sainte"}
_PARTICLES = frozenset(
    "d l o n m de du des del della di da do dos das le la les van von der den ter ten zu zum "
    "el al ben bin ibn bent bint ait abd mac mc".split()
)
_LOWER_PREFIX = re.compile(rf"(?:[dl][{_APOSTROPHES}]|Mc|Mac|[OoNnMm][{_APOSTROPHES}])(?=\w)")


class Cut(StrEnum):
    """How a full name was cut into family name and given name."""

    CAPITALS = "capitals"  #: the family name is in capitals, as PRONOTE writes it
    COMMA = "comma"  #: « Martin, Léa »
    FIRST_WORD = "first_word"  #: no sign: the first word is taken for the given name; to be checked
    LAST_WORD = "last_word"  #: all in capitals: the last word is taken for the given name; to be checked
    NONE = "none"  #: one word only: there is no given name

    @property
    def sure(self) -> bool:
        """Whether the writing itself shows where the family name ends."""
        return self in (Cut.CAPITALS, Cut.COMMA)


class SplitName(NamedTuple):
    """A full name, cut in two."""

    family: str
    given: str
    cut: Cut


def tidy(text: str) -> str:
    """Returns a text in composed form (NFC), with single spaces and nothing invisible."""
    composed = normal("NFC", text)
    seen = "".join(char if unicodedata.category(char) not in ("Cc", "Zl", "Zp") else " " for char in composed)
    return " ".join("".join(char for char in seen if unicodedata.category(char) != "Cf").split())


def fold(text: str) -> str:
    """Returns a text without accents, case or typographic variants, for comparing and for sorting."""
    plain = normal("NFKD", text.casefold().translate(_LETTERS))
    return unicodedata.normalize("NFC", "".join(char for char in plain if not unicodedata.combining(char)))


def name_key(*parts: str) -> str:
    """Returns what is equal for every usual spelling of one name.

    Ignored: Unicode composition, case, accents, apostrophes, hyphens, spaces, and which of family and given name
    comes first. A particle is joined to the word it belongs to, so that « LE ROY » meets « Leroy » and « d'Almeida »
    meets « D ALMEIDA »; it is never dropped, so that « Oliveira » does not meet « de Oliveira ».

    Args:
        parts: A full name, or family name and given name in any order.
    """
    words = _words(" ".join(parts))
    if not words or all(word in _PARTICLES for word in words):
        return " ".join(sorted(words))
    return " ".join(sorted(_join_particles(words)))


def spelling(text: str) -> str:
    """Returns what is equal for every way to write one name *in one order*: the words of :func:`name_key`, unsorted."""
    return "".join(_words(text))


def is_same_name(full: str, family: str, given: str) -> bool:
    """Tells whether a full name is exactly this family name and this given name, whichever of both comes first.

    The two halves of a double name may not change places: « Leroy-Dupont Tom » may be another than « DUPONT LEROY
    Tom », and only a person can tell.
    """
    return name_key(full) == name_key(family, given) and spelling(full) in (
        spelling(f"{family} {given}"),
        spelling(f"{given} {family}"),
    )


def _words(text: str) -> list[str]:
    plain = fold(text)
    for apostrophe in _APOSTROPHES:
        plain = plain.replace(apostrophe, "")
    return [_SHORT.get(word, word) for word in re.findall(r"[^\W_]+", plain)]


def _join_particles(words: list[str]) -> list[str]:
    """Joins particles to the next word, the last one to the first: family and given name may be swapped."""
    start = next(at for at, word in enumerate(words) if word not in _PARTICLES) + 1
    joined, pending = [], ""
    for word in words[start:] + words[:start]:
        pending += word
        if word not in _PARTICLES:
            joined.append(pending)
            pending = ""
    return joined


def split_name(full: str) -> SplitName:
    """Cuts a full name in two.

    The rule, in this order: words in capitals are the family name (PRONOTE: « DUPONT LEROY Anne-Sophie »), with the
    small particles before them; else what stands before a comma; else, when all is in capitals, the last word is the
    given name; else the first word is the given name (Moodle: « Anne-Sophie Dupont Leroy »: in French a given name
    of two words has a hyphen, a family name often has none). :attr:`SplitName.cut` says which one served.
    """
    text = tidy(full)
    if "," in text:
        family, _sep, given = text.partition(",")
        return SplitName(family.strip(), given.strip(), Cut.COMMA if given.strip() else Cut.NONE)
    words = text.split()
    if len(words) < 2:
        return SplitName(text, "", Cut.NONE)
    marks = _family_words(words)
    if all(marks):
        return SplitName(" ".join(words[:-1]), words[-1], Cut.LAST_WORD)
    if any(marks):
        marked = list(zip(words, marks, strict=True))
        capitals = " ".join(word for word, mark in marked if mark)
        return SplitName(capitals, " ".join(word for word, mark in marked if not mark), Cut.CAPITALS)
    return SplitName(" ".join(words[1:]), words[0], Cut.FIRST_WORD)


def _family_words(words: list[str]) -> list[bool]:
    marks = [_in_capitals(word) for word in words]
    for at in reversed(range(len(words) - 1)):
        small = words[at].islower() or len(words[at]) == 1
        if marks[at + 1] and small and fold(words[at]).strip(_APOSTROPHES) in _PARTICLES:
            marks[at] = True
    return marks


def _in_capitals(word: str) -> bool:
    letters = [char for char in _LOWER_PREFIX.sub("", word) if char.isalpha()]
    return len(letters) >= 2 and all(char.isupper() for char in letters)
