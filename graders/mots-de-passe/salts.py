"""The salts of new hashes: whether each is drawn at random, and whole."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from itertools import combinations
from math import comb
from operator import eq

from .hashing import salt_of

CHANCE = 1e-6
"""How likely salts that are drawn whole may be told by mistake, in one exam."""
LONGEST = 64
"""Signs of a written salt that are looked at."""
OF_BCRYPT, OF_ARGON = (9, 22), (6, 16)
"""Of each form: the fewest bytes, or signs of bcrypt, that two salts share to be told, and what a library draws for one.

Two salts of 16 drawn bytes share 6 at the same places with a chance of C(16, 6) / 256^6 = 3e-11; the 40 to 150 new hashes of an
exam make 11,000 pairs at most, one of which does with a chance of 3e-7. Of bcrypt's 22 signs, of 64 each but for the last one,
of four: 9 are shared in one exam of 500,000. Where the signs are drawn among fewer (figures of hexadecimal, letters), or are
more, `_enough` asks for as many as keep to that chance: no salt that is drawn whole was told in 1,000 exams of 16 ways each.
"""


def shared(hashes: Iterable[str]) -> str:
    """What salts of new hashes share, a French clause; '' for nothing that chance does not explain.

    A word before a salt that is drawn whole beside it is no part of what is drawn.
    """
    forms: dict[tuple[tuple[int, int], int], list[Sequence[object]]] = {}
    for stored in hashes:
        salt, form = salt_of(stored)[:LONGEST], OF_BCRYPT if stored.startswith("$2") else OF_ARGON
        read = salt if form is OF_BCRYPT else base64.b64decode(salt + "A" * (-len(salt) % 4))[: len(salt) * 3 // 4]
        forms.setdefault((form, len(read)), []).append(read)
    told = [_shared(salts, fewest, whole) for ((fewest, whole), _), salts in forms.items() if len(salts) > 1]
    return next(filter(None, told), "")


def _shared(salts: Sequence[Sequence[object]], fewest: int, whole: int) -> str:
    """The same of salts of one form and length."""
    places = [*zip(*salts, strict=True)]
    free = [place for place in places if len({*place}) > 1]
    enough = max(fewest, _enough(len(places), len({sign for place in free for sign in place}), comb(len(salts), 2)))
    if len(places) - len(free) >= enough and len(free) < whole:
        return "une partie du sel est la même dans toutes"
    drawn = [*zip(*free, strict=True)]
    if any(sum(map(eq, one, other)) >= enough for one, other in combinations(drawn, 2)):
        return "plusieurs ont en commun une partie de leur sel"
    return ""


def _enough(length: int, signs: int, pairs: int) -> int:
    """How many places two salts of drawn signs must share, that chance does not explain it."""
    odds = [pairs * comb(length, shared) / max(2, signs) ** shared for shared in range(length + 1)]
    return next((shared for shared, chance in enumerate(odds) if shared and chance < CHANCE), length + 1)
