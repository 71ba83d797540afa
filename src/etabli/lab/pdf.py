"""Sheets on paper: WeasyPrint, given our own text only (a learner's bytes never reach it).

It is in black and white, on A4, and fetches nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from etabli.exam.contract.errors import UsageProblem

if TYPE_CHECKING:
    from weasyprint import Document


def layout(html: str) -> Document:
    """Lays out one page of ours for paper; ``pages`` of what is returned are the printed pages.

    Raises:
        UsageProblem: The libraries that draw text are not on this machine.
    """
    try:
        from weasyprint import HTML
    except OSError as error:
        raise UsageProblem(
            "Les PDF demandent Pango, qui manque sur cette machine : lancez « make setup », "
            "ou ajoutez « --sans-pdf » pour n'avoir que les pages HTML."
        ) from error
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
