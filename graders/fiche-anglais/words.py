"""Words: a text without accents."""

from __future__ import annotations

import unicodedata

from etabli.exam.contract.words import normal
from etabli.kit.language import FRENCH, LEAST, SIGNS, english_ones, is_english, sentences, words

__all__ = ["FRENCH", "LEAST", "bare", "english_ones", "is_english", "sentences", "words"]


def bare(text: str) -> str:
    """A text in small letters without accents, with plain apostrophes and spaces: what patterns are made for."""
    plain = normal("NFKD", text.translate(SIGNS).casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).replace("œ", "oe")
