"""Comparing words as a person does: without case, accents or punctuation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol, TypeVar

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})
_NOT_A_WORD = re.compile(r"[^a-z0-9]+")
_ASIDES = re.compile(r"\((?:obligatoire|facultati(?:f|ve)|optionnel(?:le)?|requise?)\)")

_SHORT = 200
"""Characters of a text that is often one of many cells or labels: what it folds to is remembered."""


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


def fold(text: str) -> str:
    """Reduce `text` to what counts when it is compared.

    Example:
        >>> fold("  Date d’entrée * :")
        'date d entree'
    """
    return _fold_short(text) if len(text) <= _SHORT else _fold(text)


def _fold(text: str) -> str:
    lowered = unicodedata.normalize("NFKD", text.casefold()).translate(_LIGATURES)
    bare = "".join(char for char in lowered if not unicodedata.combining(char))
    return _NOT_A_WORD.sub(" ", _ASIDES.sub(" ", bare)).strip()


_fold_short = lru_cache(1 << 14)(_fold)


def contains_words(text: str, words: str) -> bool:
    """Whether `words` stand in `text`, without case, accents or punctuation."""
    return f" {fold(words)} " in f" {fold(text)} "


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
