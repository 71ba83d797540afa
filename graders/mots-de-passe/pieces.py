"""Passwords shown in pieces: « commence par « chouch » et finit par « ou2001 » », which no search for whole values finds.

What stands in a password stands in ordinary sentences too: a season, a year, a name. So a piece counts when no prose
has it (letters beside figures or signs), or when it is shown as one: alone between quotation marks, beside a mask, after
« commence par ».
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from etabli.exam.contract.words import normal, without_homoglyphs

MOST = 0.8
"""The part of a password beyond which its pieces give it away."""
LEAST = 6
"""Characters of a password that its pieces have at least, to give it away."""
_OPEN, _CLOSE = '«"“„‘', '»"”“’'
_TOKEN = re.compile(r"[^\s«»\"“”„'’‘]+")
_MASK = re.compile(r"[*•·_]{2,}|…|\.{3,}")
_CUE = re.compile(
    r"\b(?:commen[cç]\w*|fini\w*|termin\w*|d[ée]but\w*|fin|suivi\w*|puis|premi\w+|derni\w+)"
    r"(?: (?:par|de|en|avec|est|sont|lettres|caractères|signes|chiffres|le|la|les|mot|passe))* ?[:=]? ?[«\"“„‘']? ?$",
    re.IGNORECASE,
)
_BEFORE = 60
"""Characters before a piece in which it may be said to be one."""
_ENDS = ".,:;!?()[]"


class _Piece(NamedTuple):
    """A part of a text, and how it stands there."""

    text: str
    quoted: bool
    cued: bool


class _Place(NamedTuple):
    """Where a piece is in a password."""

    start: int
    end: int
    piece: _Piece


class Pieces:
    """Finds passwords of which a text gives most, in pieces.

    Args:
        passwords: The values; a text that has one whole is `Blot`'s.

    Example:
        >>> Pieces(["chouchou2001"]).given("commence par « chouch » et finit par « ou2001 »")
        [0]
    """

    def __init__(self, passwords: Sequence[str]) -> None:
        self._folded = [_fold(without_homoglyphs(one)) for one in passwords]
        self._whole = "\n".join(self._folded)
        self._known: dict[str, list[tuple[int, int, int]]] = {}

    def given(self, text: str, *, cell: bool = False) -> list[int]:
        """Returns the rank of each password that a text gives away: most of it, from its first sign to its last.

        Args:
            text: A line, a paragraph, or the cells of one row.
            cell: It is of a table, where nobody gives an example: a beginning alone may be most of a password there.
        """
        places: dict[int, list[_Place]] = {}
        for piece in _pieces(without_homoglyphs(text), self._places):
            for rank, start, end in self._places(piece.text):
                places.setdefault(rank, []).append(_Place(start, end, piece))
        return [rank for rank, found in places.items() if _gives(len(self._folded[rank]), found, cell)]

    def share(self, text: str, rank: int) -> int:
        """Returns how many signs of a password pieces of a text may be."""
        return sum(
            end - start
            for piece in _pieces(without_homoglyphs(text), self._places)
            for one, start, end in self._places(piece.text)
            if one == rank
        )

    def _places(self, piece: str) -> list[tuple[int, int, int]]:
        """Where a piece is in each password: at an end, or of three signs or more inside."""
        if piece not in self._known:
            token = _fold(piece)
            self._known[piece] = [
                (rank, start, start + len(token))
                for rank, word in enumerate(self._folded if token in self._whole else ())
                if len(token) < len(word) and (start := _place(token, word)) >= 0
            ]
        return self._known[piece]


def _place(token: str, word: str) -> int:
    if word.startswith(token):
        return 0
    if word.endswith(token):
        return len(word) - len(token)
    return word.find(token) if len(token) > 2 else -1


def _gives(length: int, found: Sequence[_Place], cell: bool) -> bool:
    """Whether pieces give most of a password of some length."""
    mixed = [one for one in found if len(_kinds(one.piece.text)) > 1]
    if any(
        one.end - one.start >= LEAST and len(_kinds(one.piece.text)) > 2 and "sign" in _kinds(one.piece.text)
        for one in found
    ):
        return True
    if any((cell or one.piece.cued) and _part([one]) >= max(MOST * length, LEAST) for one in mixed):
        return True
    shown = [one for one in found if one.piece.cued or (cell and one.piece.quoted)]
    beside = [one for one in found if all(one.end <= other.start or one.start >= other.end for other in mixed)]
    used = [*mixed, *shown, *beside] if mixed else shown
    ends = {0, length} <= {one.start for one in used} | {one.end for one in used}
    least = MOST if mixed or cell else 1
    return ends and len({one.piece.text for one in used}) > 1 and _part(used) >= max(least * length, LEAST)


def _part(found: Sequence[_Place]) -> int:
    return len({at for one in found for at in range(one.start, one.end)})


def _kinds(piece: str) -> frozenset[str]:
    """The classes of signs of a piece; a hyphen, a dot or an apostrophe is of words."""
    kinds: Mapping[str, bool] = {
        "lower": any(map(str.islower, piece)),
        "upper": any(map(str.isupper, piece)),
        "figure": any(map(str.isdigit, piece)),
        "sign": any(not one.isalnum() and one not in "-.,:;()/'’" for one in piece),
    }
    made = {name for name, there in kinds.items() if there}
    return frozenset(made if made & {"figure", "sign"} else made - {"upper"})


def _pieces(text: str, known: Callable[[str], object]) -> Iterator[_Piece]:
    """The known pieces of a text that stand between white signs, quotation marks or masks, with and without what ends a sentence."""
    for match in _TOKEN.finditer(text):
        parts = [one for one in _MASK.split(match[0]) if one]
        tokens = [
            one for part in parts for one in dict.fromkeys((part, part.strip(_ENDS))) if len(one) > 1 and known(one)
        ]
        if tokens:
            quoted, cued = _context(text, *match.span())
            yield from (_Piece(one, quoted or parts != [match[0]], cued) for one in tokens)


def _context(text: str, start: int, end: int) -> tuple[bool, bool]:
    """Whether a token is alone between quotation marks, and whether it is said to be a piece."""
    before, after = text[max(0, start - _BEFORE) : start], text[end:].lstrip(" \u00a0\u202f")
    around = before.rstrip(" \u00a0\u202f")
    quoted = bool(around) and around[-1] in _OPEN and after[:1] in _CLOSE and bool(after)
    quoted |= around[-1:] == "'" and not around[-2:-1].isalpha() and after[:1] == "'"
    return quoted, _CUE.search(before.replace("\u00a0", " ")) is not None


def _fold(text: str) -> str:
    plain = normal("NFKD", text)
    return "".join(one for one in plain if not unicodedata.combining(one)).casefold()
