"""Comparing words as a person does: without case, accents or punctuation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, filterfalse
from operator import and_, eq
from typing import Final, Literal, Protocol, TypeVar

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})
_LOOK_ALIKES: Final = (
    "AΑАᎪꓮ BΒВᏴꓐꞴ CϹСҪᏟⲤꓚ DÐĐƉᎠꓓ EɆΕЄЕᎬꓰ FƑϜꓝꞘ GǤԌᏀᏳꓖ HĦΗНҢӇӉᎻⱧⲎꓧ IΙІⲒꓲ JɈͿЈᎫꓙꞲ KΚКҚҞᏦⱩⲔꓗꝀ LŁᏞⳐꓡ MΜϺМӍᎷⲘꓟ NƝΝⲚꓠ "
    "OØƟΘΟθОѲӨՕᎾᏫⲞꓳꝊ PΡРᏢⲢꓑ QԚ RƦᎡᏒꓣ SЅՏᏕᏚꓢ TŦƮȾΤТҬᎢⲦꓔ UɄՍᏌꓴ VѴᏙꓦ WԜᎳᏔꓪ XΧХҲⲬꓫꞳ YɎΥУҮҰᎩᎽⲨꓬ ZƵȤΖᏃꓜ aɑαаᴀꭺ "
    "bƀƂƃƄɓʙБЬьвѢѣҌҍᏏᏼ cȼϲсҫᴄⲥꮯ dđƌɖɗԁᏧᴅꓒꭰ eɇεеєҽҿԑᴇꬲꭼ fƒքᵮẝꜰꞙꬵ gƍǥɠɡɢԍցᏻᶃꮐ hħɦʜнћңһӈӊհᏂᏲꚕꮋ iıɨɩɪιіᎥᵻᵼꙇꭵ jɉϳјᴊꭻ "
    "kĸƙκкқҝҟҡᴋ lłƖƗƚǀɫɭʟӀӏⳑꮮ mмӎᴍ nƞɳɴηոռᵰ oøɵοσоѳөօᴏᴑⲟꝋꬽꬾꭴꮎꮻ pƥρрᴘᴩᵽⲣꮲ qʠԛգզ rɍɼɽʀгғᴦᵲⲅꭇꭈꭱꮁꮢ sƽʂѕᵴꜱꮪ tŧƭτтҭᴛᵵꭲ "
    "uʋυսᴜᵾꞟꭎꭒꮜ vνѵᴠꮩ wɯωѡѽԝաᴡꝡꮃ xχх yƴɏɣʏγуүұᶌỿꭚ zƶȥʐᴢᵶꮓ "
)
_SHAPES: Final = {ord(char): word[0] for word in _LOOK_ALIKES.split() for char in word[1:]} | {
    first + rank: ord("A") + rank for first in (0x1F150, 0x1F170) for rank in range(26)
}
"""Letters of six alphabets, and odd ones of ours, with the plain one that readers see: confusables.txt of Unicode
(TR 39, version 13) without accents, small capitals (т) as their letter, ε, χ and ω besides; white letters on black."""
_OTHER: Final = re.compile("[ÐØøĐđĦħıĸŁłŦŧ\u0180-\u1fff\u2070-\U0010ffff]")
_NOT_A_WORD = re.compile(r"[^a-z0-9]+")
_ASIDES = re.compile(r"\((?:obligatoire|facultati(?:f|ve)|optionnel(?:le)?|requise?)\)")

_PILE: Final = re.compile(r"((?<![^\w\s!-~])(?<![\uff9e\uff9f])(?:[^\w\s!-~]|[\uff9e\uff9f]){200,}+)")
"""Marks on one letter, and whatever else is no letter, without end."""
_SHORT: Final = 400
"""Characters of a text that may be compared many times: a name, a label, a line."""


class Named(Protocol):
    """What a field can be called by."""

    @property
    def label(self) -> str:
        """Text of its label."""

    @property
    def aria(self) -> str:
        """Name given by aria-label or aria-labelledby."""

    @property
    def placeholder(self) -> str:
        """Example text inside the control."""

    @property
    def name(self) -> str:
        """Technical name."""


N = TypeVar("N", bound=Named)


def normal(form: Literal["NFC", "NFD", "NFKC", "NFKD"], text: str) -> str:
    """Normalise a foreign text as `unicodedata.normalize` does, in one reading of it.

    Hundreds of marks on one letter, which no writing has, stay as they are: to put them in order takes the square of
    their number, during which nothing else of this process works.
    """
    if text.isascii():
        return text
    parts = _PILE.split(text)
    parts[::2] = [unicodedata.normalize(form, part) for part in parts[::2]]
    return "".join(parts)


def without_homoglyphs(text: str) -> str:
    """Read letters that only look like Latin ones as these: Cyrillic, Greek, full-width, mathematical ones.

    For what must not be in a foreign text; what is asked for is looked for in the text as it is. Each sign keeps its
    place.

    Example:
        >>> without_homoglyphs("Наllоnvillе")
        'Hallonville'
    """
    return text if text.isascii() else _OTHER.sub(lambda sign: _latin(sign[0]), text)


@lru_cache(4096)
def _latin(char: str) -> str:
    bare = "".join(filterfalse(unicodedata.combining, unicodedata.normalize("NFKD", char)))
    read = (bare if ord(char) not in _SHAPES else char).translate(_SHAPES)
    return read if len(read) == 1 and read.isascii() and (read.isalpha() or char.isdecimal()) else char


def fold(text: str) -> str:
    """Reduce `text` to what counts when it is compared.

    Example:
        >>> fold("  Date d’entrée * :")
        'date d entree'
    """
    return _folded(text) if len(text) < _SHORT else _folded.__wrapped__(text)


@lru_cache(16384)
def _folded(text: str) -> str:
    bare = text.casefold()
    if not bare.isascii():
        bare = normal("NFKD", bare).translate(_LIGATURES)
        bare = "".join(filterfalse(unicodedata.combining, bare))
    return _NOT_A_WORD.sub(" ", _ASIDES.sub(" ", bare)).strip()


def contains_words(text: str, words: str) -> bool:
    """Whether `words` stand in `text`, without case, accents or punctuation."""
    return f" {fold(words)} " in f" {fold(text)} "


_SOUNDS: Final = [
    ("ph", "f"),
    ("y", "i"),
    ("e?au", "o"),
    ("(?<!c)h", ""),
    (r"(.)\1+", r"\1"),
    ("(?<=..)[estdxz]+$", ""),
]
"""What is written otherwise and heard alike, in order: « Tharelle », « Tarele », « Tarel »."""


def are_near(one: str, other: str) -> bool:
    """Whether a word may be another, as it is heard, or with one letter wrong, too many, too few or exchanged.

    Example:
        >>> are_near("Tarel", "Tharelle"), are_near("Fauquelle", "Faugerelle")
        (True, False)
    """
    first, second = fold(one), fold(other)
    if abs(len(first) - len(second)) < 2:
        same = sum(accumulate(map(eq, first, second), and_))
        left, right = first[same:], second[same:]
        exchanged = left[1::-1] == right[:2] and left[2:] == right[2:]
        if exchanged or right[1:] in (left, left[1:]) or left[1:] == right:
            return True
    return _heard(first) == _heard(second)


@lru_cache(4096)
def _heard(word: str) -> str:
    for written, heard in _SOUNDS:
        word = re.sub(written, heard, word)
    return word


def squeeze(text: str) -> str:
    """Collapse all white space, no-break spaces included, to single spaces."""
    return " ".join(text.split())


def cut(text: str, limit: int) -> str:
    """Shorten `text` to `limit` characters with a visible mark."""
    return text if len(text) <= limit else text[: max(0, limit - 1)] + "…"


def best_match(wanted: str, items: Sequence[N]) -> N | None:
    """The item that a person would call `wanted`, or None.

    The whole name counts before a part of it; the label before aria-label,
    placeholder and field name; the shortest name wins among parts.
    """
    target = fold(wanted)
    if not target:
        return None
    for source in ("label", "aria", "placeholder", "name"):
        for item in items:
            if fold(getattr(item, source)) == target:
                return item
    for source in ("label", "aria", "placeholder", "name"):
        partial = [item for item in items if f" {target} " in f" {fold(getattr(item, source))} "]
        if partial:
            return min(partial, key=lambda item: len(getattr(item, source)))
    return None
