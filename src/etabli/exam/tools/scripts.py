"""Our JavaScript, read from the package; what runs in a page is one script per question."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "js"
_ALONE = frozenset({"early", "state", "settle", "common"})


@cache
def source(name: str) -> str:
    """Returns the text of ``js/<name>.js``, with the shared helpers in front when it needs them."""
    text = (_FOLDER / f"{name}.js").read_text("utf-8")
    return text if name in _ALONE else (_FOLDER / "common.js").read_text("utf-8") + text
