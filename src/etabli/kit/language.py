"""Language: the sentences of a text, and which of two languages each is in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from etabli.exam.contract.words import without_homoglyphs

SIGNS = str.maketrans("’‘ʼ\u00a0\u202f\u2009œ", "'''   \u0153")
_STOPS = re.compile(r"(?<=[.!?…])\s+|\n+|\s\|\s")
_WORD = re.compile(r"[^\W\d_]+")
FRENCH = frozenset(
    "le la les l d un une des du de et ou où que qui quoi dont ne n pas plus est sont ont être avoir fait vous votre "
    "vos il elle ils elles on ce cet cette ces se s qu dans sur sous avec sans pour par en au aux si chaque tout tous "
    "toute toutes mais donc car puis alors comme aussi encore jamais toujours ici y j je nous son sa ses leur leurs "
    "quand avant après entre vers chez dès doit peut faut".split()
)
ENGLISH = frozenset(
    "the of and to is are was were be been it its this that these those with without for from by at as not which who "
    "you your they their them when then than there where what will would should must can may has have had does did do "
    "if into each every any all before after because while only other such we he she his her so a an in on or no one "
    "use used uses open named name keep keeps first last list here until once nothing older new names type write wait "
    "read run runs look find finished never everybody nobody never folder file files both another made make how".split()
)
_ENDS = ("ing", "ly", "ness", "ful", "ed")
_BORROWED = frozenset("parking planning camping shopping meeting marketing mailing building bled pied".split())
_ACCENTS = re.compile(r"[éèêëàâîïôûùç]")
LEAST = 4
"""Words of a sentence that is told apart."""


def sentences(text: str) -> list[str]:
    """The sentences of a block; a line, a cell is one."""
    return [one.strip() for one in _STOPS.split(text) if one.strip()]


def words(sentence: str) -> list[str]:
    """The words of a sentence, in small letters."""
    return _WORD.findall(sentence.translate(SIGNS).casefold())


def is_english(sentence: str) -> bool:
    """Whether a sentence of some words is English rather than French, by its little words."""
    said = words(sentence)
    french = sum(word in FRENCH or bool(_ACCENTS.search(word)) for word in said)
    english = sum(word in ENGLISH or (word not in _BORROWED and word.endswith(_ENDS)) for word in said)
    return len(said) >= LEAST and english > french and english >= 2


def english_ones(texts: Iterable[str], known: Sequence[str] = ()) -> Iterator[str]:
    """The sentences that were left in English, but for parts of what is known (its words, in small letters)."""
    for one in (one for text in texts for one in sentences(text) if is_english(without_homoglyphs(one))):
        if not any(" ".join(words(one)) in message for message in known):
            yield one
