"""Sheets on paper: WeasyPrint, given our own text only (a learner's bytes never reach it).

It is in black and white, on A4, and fetches nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from weasyprint import Document


def can_print() -> bool:
    """Tells whether the libraries that draw text are on this machine."""
    try:
        import weasyprint  # noqa: F401
    except OSError:
        return False
    return True


def layout(html: str) -> Document:
    """Lays out one page of ours for paper; ``pages`` of what is returned are the printed pages."""
    from weasyprint import HTML

    return HTML(string=html, url_fetcher=_nothing).render(presentational_hints=True)


def as_pdf(documents: Sequence[Document]) -> bytes:
    """Puts documents one after the other in one PDF; printed on two sides, each begins on a fresh sheet of paper."""
    pages = []
    for document in documents:
        pages += document.pages
        if len(document.pages) % 2 and len(documents) > 1:
            pages += layout("").pages
    return bytes(documents[0].copy(pages).write_pdf())


def _nothing(url: str, *_: Any, **__: Any) -> Any:
    raise ValueError(f"{url} is not fetched: a sheet holds all that it shows")
