"""The page of a recueil, and what the press is given of it: one template, one style, in several lengths.

The page is one file that works offline: style and pictures inside, no script. Whatever people wrote is escaped, goes
through the veil, and has its hidden characters shown.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from etabli.exam.contract.french import count, counted, listed, typeset
from etabli.exam.contract.words import cut
from etabli.recueil.contents import Contents, TraceView
from etabli.recueil.veil import Veil, open_veil
from etabli.reports.text import visible, word_of
from etabli.sandbox.pressing import Job
from etabli.system.page_templates import page_templates

_TEMPLATES = Path(__file__).parent / "templates"
MOST_PAGES = 2
"""Of a trace on paper."""


@dataclass(frozen=True)
class Length:
    """How much of a trace is shown."""

    words: int | None
    """Characters of each of the learner's texts; None: all."""
    passed: int | None
    """Titles of what passed, by competence."""
    failed: int | None
    pictures: int
    tall: str
    """Class of a picture's height."""
    texts: int
    """Characters of the beginning of one text; 0: none."""


WHOLE = Length(None, None, None, 6, "large", 900)
LENGTHS = (
    Length(None, None, None, 2, "large", 500),
    Length(2500, None, 12, 1, "middle", 0),
    Length(1000, 24, 8, 1, "small", 0),
    Length(450, 10, 4, 0, "small", 0),
)
"""On paper, from the longest: the first that fits is printed."""


@cache
def style() -> str:
    """Returns the style sheet, exactly as it stands in the page."""
    return (_TEMPLATES / "recueil.css").read_text("utf-8").strip()


@cache
def content_policy() -> str:
    """Returns the content security policy: our style sheet by its hash, pictures that are in the page, nothing else."""
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode("ascii")
    return f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"


def page(contents: Contents, veil: Veil = open_veil) -> str:
    """Renders the whole recueil as one page."""
    parts = _parts(contents, veil)
    body = [_render(parts, "trace", contents, trace=trace, length=WHOLE) for trace in contents.traces]
    return "".join([_top(parts, contents), _render(parts, "before", contents), *body, *_ends(parts, contents)])


def job(contents: Contents, veil: Veil = open_veil) -> Job:
    """Renders the same for the press: each trace in several lengths, of which one is printed."""
    parts = _parts(contents, veil)

    def forms(trace: TraceView) -> list[str]:
        return [_render(parts, "trace", contents, trace=trace, length=length) for length in LENGTHS]

    after, bottom = _ends(parts, contents)
    return {
        "top": _top(parts, contents),
        "before": _render(parts, "before", contents),
        "parts": [forms(trace) for trace in contents.traces],
        "after": after,
        "bottom": bottom,
        "most": MOST_PAGES,
    }


def _top(parts: jinja2.Template, contents: Contents) -> str:
    return _render(parts, "top", contents)


def _ends(parts: jinja2.Template, contents: Contents) -> tuple[str, str]:
    return _render(parts, "after", contents), _render(parts, "bottom", contents)


def _parts(contents: Contents, veil: Veil) -> jinja2.Template:
    environment = page_templates(_TEMPLATES, _said(veil))
    environment.globals.update(count=count, counted=counted, listed=listed, cut=cut, word_of=word_of)
    environment.globals.update(style=Markup(style()), policy=content_policy())
    return environment.get_template("recueil.html.j2")


def _render(parts: jinja2.Template, name: str, contents: Contents, **values: Any) -> str:
    """Renders one block: no inheritance, so that pieces may be put together on paper as they fit."""
    context = parts.new_context({"contents": contents, **values})
    return "".join(parts.blocks[name](context))


def _said(veil: Veil) -> Any:
    def shown(value: object) -> object:
        if isinstance(value, str) and not isinstance(value, Markup):
            return typeset(visible(veil(value)))
        return value

    return shown
