"""Our JavaScript, read from the package; what runs beside a page is one script per question."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

_FOLDER = Path(__file__).parent / "js"
_ALONE = frozenset({"early", "ordinary", "settle", "common", "given", "lead"})
MARK: Final = "etabli: hidden by the page"
"""What our scripts throw when a page puts an element in place of what they need; no page can throw it there."""
SOON: Final = 1000
"""Milliseconds: what a page does by itself within these is waited for."""


@cache
def source(name: str) -> str:
    """Returns the text of ``js/<name>.js``, with the shared helpers in front when it needs them."""
    text = (_FOLDER / f"{name}.js").read_text("utf-8")
    return text if name in _ALONE else (_FOLDER / "common.js").read_text("utf-8") + text


@lru_cache(256)
def acts_soon(script: str) -> bool:
    """Whether a script of a page may act by itself within `SOON`: a ``setTimeout`` that does not tell a longer delay.

    Example:
        >>> acts_soon("setTimeout(load, 200)"), acts_soon("setTimeout(() => { hide(a, b); }, 4000)"), acts_soon("f()")
        (True, False, False)
    """
    return any(_delay(script, found.end()) <= SOON for found in re.finditer("setTimeout", script))


def _delay(script: str, place: int) -> int:
    """The last argument of the call that opens at `place`, 0 when it is not a plain number."""
    opened = re.compile(r"\s*\(").match(script, place)
    if not opened:
        return 0
    depth, last, quote = 1, opened.end(), ""
    for at in range(opened.end(), len(script)):
        sign = script[at]
        if quote:
            quote = "" if sign == quote and script[at - 1] != "\\" else quote
        elif sign in "'\"`":
            quote = sign
        elif sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth -= 1
            if depth == 0:
                told = script[last:at].strip()
                return int(told) if re.fullmatch(r"\d{1,9}", told) else 0
        elif sign == "," and depth == 1:
            last = at + 1
    return 0
