"""The veil: a candidate's number in the place of names, in every text of a recueil that is to be read without them.

What hides is what the table of names knows: the candidate and the group's members, however they are written; others of
the class by full name, and by a single name where it begins with a capital. Pictures and documents are not looked into.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from etabli.exam.contract.words import normal, without_homoglyphs
from etabli.roster.learner import Person

Veil = Callable[[str], str]

_BETWEEN = r"[\s\-'’._]*"
_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)+")
_OTHER = "[un autre élève]"
_SHORT = 3
"""Letters below which one name of a classmate alone is no name."""
_PART = 4


def open_veil(text: str) -> str:
    """Hides nothing."""
    return text


def number_of(candidate: str, secret: bytes) -> str:
    """Draws the number under which a candidate is read: always the same here, and nothing by which to find them."""
    drawn = hmac.new(secret, b"recueil\0" + candidate.lower().encode(), hashlib.sha256).hexdigest()
    return f"C-{int(drawn[:12], 16) % 10**6:06d}"


def veil_over(
    number: str,
    aliases: Iterable[str],
    own: Person | None,
    members: Iterable[str],
    others: Iterable[tuple[str, Person]],
) -> Veil:
    """Returns what puts a number in the place of a candidate, and hides everyone else of the class.

    Args:
        number: Under which the candidate is read.
        aliases: Identifiers of the candidate.
        own: Who the candidate is, where that is known.
        members: Names or identifiers of the others of a group, as they were typed.
        others: The rest of the class: alias and person.
    """
    hidden: list[tuple[re.Pattern[str], str, bool]] = []
    hidden += [(_whole(alias), number, False) for alias in aliases]
    if own is not None:
        hidden += [(_whole(name), number, False) for name in _full(own)]
    hidden += [(_whole(name), _OTHER, False) for name in members]
    for alias, person in others:
        hidden += [(_whole(name), _OTHER, False) for name in (alias, *_full(person))]
        hidden += [(_whole(name), _OTHER, True) for name in (person.family, person.given) if len(name) >= _SHORT]
    if own is not None:
        hidden += [(_whole(name), number, False) for name in sorted(_singles(own), key=len, reverse=True)]

    def hide(text: str) -> str:
        text = _ADDRESS.sub("[adresse]", normal("NFC", text))
        for pattern, instead, capital in hidden:
            text = _replaced(text, pattern, instead, capital)
        return text

    return hide


def _full(person: Person) -> tuple[str, ...]:
    return tuple(
        name for name in (f"{person.given} {person.family}", f"{person.family} {person.given}") if name.strip()
    )


def _singles(person: Person) -> set[str]:
    """Each name of a person alone, and the parts of a double one that are long enough to be one."""
    whole = {name for name in (person.family, person.given) if len(name) > 1}
    return whole | {part for name in whole for part in re.split(r"[\s\-'’]", name) if len(part) >= _PART}


@cache
def _whole(name: str) -> re.Pattern[str]:
    """Finds a name among folded letters, whatever stands between its words."""
    words = filter(None, re.split(r"[\s\-'’._]+", _folded(name)))
    return re.compile(rf"(?<![^\W\d_]){_BETWEEN.join(map(re.escape, words)) or '(?!)'}(?![^\W_])")


def _replaced(text: str, pattern: re.Pattern[str], instead: str, capital: bool) -> str:
    spans = [found.span() for found in pattern.finditer(_folded(text))]
    for start, end in reversed(spans):
        if not capital or text[start].isupper():
            text = text[:start] + instead + text[end:]
    return text


def _folded(text: str) -> str:
    """Latin letters without case nor accent, one for one, so that a place in it is the same place in the text."""
    return "".join(_letters(without_homoglyphs(normal("NFC", text))))


def _letters(text: str) -> Iterator[str]:
    for letter in text:
        yield unicodedata.normalize("NFD", letter)[0].lower()[0]
