"""Formulas: text that a spreadsheet would compute instead of showing it, and how it is made inert.

A CSV is opened with commas, semicolons or tabs, whatever it was written with: then a cell begins after any of them,
and after each end of line, for the quotes around a cell count only where a cell begins. So a text is made inert
wherever one of these readings would begin a formula in it, not at its start only.
"""

from __future__ import annotations

import re

_SIGNS = "=+\\-@＝＋－＠"
_BLANKS = '(?:"|[^\\S\\t\\r\\n])*'
"""What a spreadsheet takes away around a cell: quotes and blanks, save those that end a cell or a line."""
_STARTS = re.compile(rf"(?:\A(?=[\t\r\n])|(?:\A|(?<=[,;\t\r\n]))(?={_BLANKS}[{_SIGNS}]))")


def looks_like_formula(text: str) -> bool:
    """Tells whether a spreadsheet might take a text for a formula; also by full-width signs, or after blanks."""
    return _STARTS.match(text) is not None


def inert(text: str) -> str:
    """Returns a text in which no spreadsheet begins a formula when it opens a CSV: « ;=2+5 » becomes « ;'=2+5 »."""
    return _STARTS.sub("'", text)
