"""Values that nothing of ours may show: found in any of their usual disguises, and blotted out.

A lab about passwords knows passwords; its reports, journals and evidence must not. ``Blot`` is given the values and
answers for any text: which are in it (``found``), and the text without them (``clean``). Disguises are those that a
person uses to show a password all the same: another case, without accents, letters of another alphabet, spaced out,
reversed, in base64.

A value that is also an ordinary word would blot a whole page: such a value (letters alone, digits alone, or short) is
matched as a whole word only. Values of fewer than :data:`SHORTEST` characters are not looked for.
"""

from __future__ import annotations

import base64
import re
import unicodedata
from bisect import bisect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from typing import Any, NamedTuple

from etabli.exam.contract.words import normal, without_homoglyphs

INK = "•••"
SHORTEST = 4
_DISGUISED = 6
"""Shorter values are looked for as they are, and in another case or without accents, only."""
_ANYWHERE = 8
"""Values as long as this that mix letters with something else are found inside longer words too."""
_CORE = 7
"""Characters of base64 that do not depend on what stands around; fewer would be met by chance."""
_CODED_WORD = re.compile(r"[A-Za-z0-9+/_=-]++")
_SPACERS = dict.fromkeys(map(ord, " \t\r\n\v\f\u00a0\u2009\u202f-_.·|\u2010\u2011\u2013"))
_FACTS = frozenset(
    {"kind", "check", "checks", "blocked_by", "outcome", "lab", "evidence_kind", "media", "fixture", "verb", "sha256"}
)
"""Keys of an event whose values are words of ours: a check may bear the name of somebody's password."""


class Disguise(StrEnum):
    """How a value was shown (the value is French, for a sentence)."""

    PLAIN = "tel quel"
    CASE = "majuscules ou minuscules changées"
    ACCENTS = "accents changés"
    ALPHABET = "lettres d'un autre alphabet"
    SPACING = "caractères espacés"
    REVERSED = "à l'envers"
    BASE64 = "en base64"


class Found(NamedTuple):
    """One value that is in a text, told by its rank among the values."""

    secret_index: int
    disguise: Disguise


class _Hit(NamedTuple):
    start: int
    end: int
    found: Found


@dataclass(frozen=True)
class _View:
    """A text seen in one way, and where each of its characters stands in the original."""

    text: str
    place: Callable[[], list[int]]


class _Sought:
    """One value, in the forms under which it is looked for."""

    def __init__(self, value: str) -> None:
        self.plain = unicodedata.normalize("NFC", value)
        self.cased = self.plain.casefold()
        self.folded = _fold(value)
        self.squeezed = _squeeze(self.folded)
        self.spaced = len(self.squeezed) >= _DISGUISED
        kinds = {char.isalpha() for char in self.squeezed}
        self.word = len(self.squeezed) < _ANYWHERE or kinds != {True, False}
        backwards = self.squeezed[::-1]
        self.backwards = backwards if self.spaced and backwards != self.squeezed else None
        self.cores = tuple(_cores(self.plain.encode())) if len(self.plain) >= _DISGUISED else ()


class Blot:
    """Finds values in texts and blots them out.

    Args:
        secrets: The values.

    Example:
        Blot(["Lavande1987!"]).clean("mdp : LAVANDE 1987!")   →   "mdp : •••"
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._sought = {rank: _Sought(value) for rank, value in enumerate(secrets) if len(value) >= SHORTEST}
        self._letters, self._coded = _Starts(), _Starts()
        for rank, sought in self._sought.items():
            for needle in (sought.squeezed, sought.backwards):
                if needle is not None:
                    self._letters.add(needle, rank)
            for core in sought.cores:
                self._coded.add(core, rank)

    def __bool__(self) -> bool:
        return bool(self._sought)

    def found(self, text: str) -> list[Found]:
        """Returns each value that is in a text with the disguises under which it is, in the order of the values."""
        return list(dict.fromkeys(hit.found for hit in sorted(self._hits(text), key=lambda hit: hit.found)))

    def clean(self, text: str) -> str:
        """Returns the text without the values; the same text when there is none."""
        hits = sorted(self._hits(text)) if self._sought else []
        if not hits:
            return text
        pieces, at = [], 0
        for start, end, _found in hits:
            if start >= at:
                pieces += [text[at:start], INK]
            at = max(at, end)
        return "".join([*pieces, text[at:]])

    def clean_event(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Returns an event whose texts are clean; a piece of evidence (``data``, in base64) is cleaned inside."""
        if not self._sought:
            return dict(event)
        clean = {key: value if key in _FACTS or key == "data" else self._cleaned(value) for key, value in event.items()}
        if isinstance(event.get("data"), str):
            data = self.clean_data(str(event.get("media")), base64.b64decode(event["data"]))
            clean["data"] = base64.b64encode(data).decode("ascii")
        return clean

    def clean_data(self, media: str, data: bytes) -> bytes:
        """Returns the bytes of a piece of evidence without the values.

        Pictures are ours and stay as they are. What is neither text nor picture could hold anything anywhere: it
        must not be kept in a lab with such values.

        Raises:
            ValueError: It is neither text nor picture.
        """
        if not self._sought or media.startswith("image/"):
            return data
        if not media.startswith("text/") and media not in {"application/json", "application/xml"}:
            raise ValueError(f"evidence of type {media} cannot be cleaned of hidden values")
        return self.clean(data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")

    def _cleaned(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.clean(value)
        if isinstance(value, dict):
            return {key: self._cleaned(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self._cleaned(item) for item in value]
        return value

    def _hits(self, text: str) -> Iterator[_Hit]:
        sight = _Sight(text)
        for rank in sorted(self._letters.met(sight.squeezed.text) | self._coded.met(sight.tight.text)):
            for start, end, disguise in sight.of(self._sought[rank]):
                yield _Hit(start, end, Found(rank, disguise))


class _Starts:
    """Which of many values a text may hold: those whose first characters are in it, told in one reading."""

    def __init__(self) -> None:
        self._by_start: dict[str, set[int]] = {}
        self._short: set[int] = set()

    def add(self, needle: str, rank: int) -> None:
        """Looks for a value."""
        if len(needle) < SHORTEST:
            self._short.add(rank)
        else:
            self._by_start.setdefault(needle[:SHORTEST], set()).add(rank)

    def met(self, text: str) -> set[int]:
        """Returns the ranks of all values that a text holds, and of some that it does not."""
        starts = {text[at : at + SHORTEST] for at in range(len(text) - SHORTEST + 1)}
        return self._short.union(*(self._by_start[start] for start in self._by_start.keys() & starts))


class _Sight:
    """One text, in the views that disguises need, each made when it is first needed."""

    def __init__(self, text: str) -> None:
        self._text = text

    def of(self, sought: _Sought) -> Iterator[tuple[int, int, Disguise]]:
        """Yields where a value stands in the original, and how disguised."""
        if sought.squeezed in self.squeezed.text:
            whole = set(self._places(self.folded, sought.folded, sought.word))
            yield from ((start, end, _how(self._text[start:end], sought)) for start, end in whole)
            if sought.spaced:
                yield from self._spaced(sought, whole)
        if sought.backwards:
            view = self.folded if sought.word else self.squeezed
            for start, end in self._places(view, sought.backwards, sought.word):
                yield start, end, Disguise.REVERSED
        for core in sought.cores:
            for start, end in self._places(self.tight, core, False):
                yield *self._coded(start, end), Disguise.BASE64

    def _spaced(self, sought: _Sought, whole: set[tuple[int, int]]) -> Iterator[tuple[int, int, Disguise]]:
        """A value of letters alone must have all its letters apart: « mot de passe » does not show « motdepasse »."""
        known_places = sorted(whole)  # one that begins later never ends before
        for start, end in self._places(self.squeezed, sought.squeezed, sought.word):
            at = bisect(known_places, start, key=lambda place: place[0])
            known = at > 0 and end <= known_places[at - 1][1]
            apart = all(len(piece) < 2 for piece in _pieces(self._text[start:end]))
            if not known and (apart or not sought.word):
                yield start, end, Disguise.SPACING

    @cached_property
    def folded(self) -> _View:
        return _View(_fold(self._text), lambda: _folded_places(self._text))

    @cached_property
    def squeezed(self) -> _View:
        whole = self.folded.text
        places = cache(
            lambda: [at for at, char in zip(self.folded.place(), whole, strict=True) if ord(char) not in _SPACERS]
        )
        return _View(_squeeze(whole), places)

    @cached_property
    def tight(self) -> _View:
        text = self._text
        return _View("".join(text.split()), lambda: [at for at, char in enumerate(text) if not char.isspace()])

    def _places(self, view: _View, needle: str, word: bool) -> Iterator[tuple[int, int]]:
        at = view.text.find(needle) if needle else -1
        if at < 0:
            return
        places = view.place()
        while at >= 0:
            start, end = places[at], places[at + len(needle) - 1] + 1
            if not word or self._alone(start, end):
                yield start, end
            at = view.text.find(needle, at + 1)

    @cached_property
    def _coded_words(self) -> tuple[list[int], list[int]]:
        """Where words that may be coded begin, and where they end."""
        found = [word.span() for word in _CODED_WORD.finditer(self._text)]
        return [start for start, _end in found], [end for _start, end in found]

    def _coded(self, start: int, end: int) -> tuple[int, int]:
        """Widens a core to the whole coded word: its edges hold the rest of the value."""
        starts, ends = self._coded_words
        return starts[bisect(starts, start) - 1], ends[bisect(starts, end - 1) - 1]

    def _alone(self, start: int, end: int) -> bool:
        """Tells whether nothing is glued to a piece of the text."""
        text = self._text
        before = start > 0 and text[start].isalnum() and text[start - 1].isalnum()
        after = end < len(text) and text[end - 1].isalnum() and text[end].isalnum()
        return not before and not after


def _pieces(text: str) -> list[str]:
    return text.translate(dict.fromkeys(_SPACERS, " ")).split()


def _how(shown: str, sought: _Sought) -> Disguise:
    shown = normal("NFC", shown)
    if shown == sought.plain:
        return Disguise.PLAIN
    if shown.casefold() == sought.cased:
        return Disguise.CASE
    return Disguise.ACCENTS if without_homoglyphs(shown) == shown else Disguise.ALPHABET


@cache
def _fold_char(char: str) -> str:
    plain = normal("NFKD", without_homoglyphs(char))
    return "".join(one for one in plain if unicodedata.category(one) not in {"Mn", "Cf"}).casefold()


def _fold(text: str) -> str:
    """Without accents, upper case nor invisible characters, in Latin letters."""
    return text.lower() if text.isascii() else "".join(map(_fold_char, text))


def _folded_places(text: str) -> list[int]:
    return [at for at, char in enumerate(text) for _one in _fold_char(char)]


def _squeeze(folded: str) -> str:
    return folded.translate(_SPACERS)


def _cores(value: bytes) -> Iterator[str]:
    """Yields what base64 makes of a value whatever stands before and after it: one core per alignment."""
    for before in range(3):
        coded = base64.b64encode(bytes(before) + value).decode("ascii")
        first, last = -(-before * 8 // 6), (before + len(value)) * 8 // 6
        core = coded[first:last]
        if len(core) >= _CORE:
            yield core
            if (other := core.replace("+", "-").replace("/", "_")) != core:
                yield other
