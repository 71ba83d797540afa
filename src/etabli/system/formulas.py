"""Formulas: text that a spreadsheet would compute instead of showing it, and how it is made inert."""

from __future__ import annotations

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def looks_like_formula(text: str) -> bool:
    """Tells whether a spreadsheet might take a text for a formula; also by full-width signs, or after blanks."""
    return text.lstrip(" \u00a0").startswith(_STARTS)


def inert(text: str) -> str:
    """Returns a text that no spreadsheet computes when it opens a CSV."""
    return "'" + text if looks_like_formula(text) else text
