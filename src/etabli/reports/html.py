"""The two pages: the class at a glance, and one page per learner.

Each page is one file that works offline: its style sheet and pictures are inside, there is no script, and a strict
content security policy allows nothing else. Whatever a candidate wrote is escaped, with control characters visible.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import tzinfo
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from etabli.i18n import _, language, typeset
from etabli.reports import text
from etabli.reports.class_view import class_view
from etabli.reports.learner_view import learner_view
from etabli.reports.payload import Bench, LabMeta, Payload
from etabli.reports.pictures import Album

_TEMPLATES = Path(__file__).parent / "templates"


@cache
def style() -> str:
    """Returns the style sheet, exactly as it stands in the pages."""
    return (_TEMPLATES / "style.css").read_text(encoding="utf-8").strip()


@cache
def content_policy() -> str:
    """Returns the content security policy: our own style sheet by its hash, pictures, nothing else."""
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode("ascii")
    return f"default-src 'none'; style-src 'sha256-{digest}'; img-src data: 'self'; base-uri 'none'; form-action 'none'"


def _shown(value: object) -> object:
    """Jinja's last word before escaping: plain text gets its hidden characters shown and its spaces right."""
    return typeset(text.visible(value)) if isinstance(value, str) and not isinstance(value, Markup) else value


def _verbatim(value: str) -> Markup:
    """Escapes a text that is shown letter for letter, hidden characters apart."""
    return escape(text.visible(value))


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(_=_, count=text.count, style=Markup(style()), policy=content_policy())
    environment.filters.update(verbatim=_verbatim)
    return environment


def _render(template: str, zone: tzinfo | None, **values: Any) -> str:
    return (
        _environment()
        .get_template(template)
        .render(
            lang=language(),
            when=lambda instant: text.local_moment(instant, zone),
            outcome_word=text.outcome_word,
            **values,
        )
    )


def render_class(
    payloads: Sequence[Payload],
    lab: LabMeta,
    bench: Bench | None,
    *,
    generated_at: str,
    zone: tzinfo | None = None,
) -> str:
    """Renders the class page.

    Args:
        payloads: One per candidate, in the order to be shown.
        lab: What the lab says of itself.
        bench: The pace of the batch, if it was measured.
        generated_at: ISO instant.
        zone: Time zone of the dates; the machine's by default.
    """
    return _render(
        "classe.html.j2",
        zone,
        view=class_view(payloads, lab),
        lab=lab,
        sessions=sorted({payload["session"] for payload in payloads}),
        bench=text.bench_line(bench) if bench else None,
        generated_at=generated_at,
    )


def render_learner(payload: Payload, lab: LabMeta, *, out: Path, zone: tzinfo | None = None) -> str:
    """Renders one learner's page.

    Args:
        payload: The learner's newest run.
        lab: What the lab says of itself.
        out: The output folder that evidence paths are relative to.
        zone: Time zone of the dates; the machine's by default.
    """
    return _render(
        "eleve.html.j2",
        zone,
        view=learner_view(payload, lab),
        payload=payload,
        lab=lab,
        album=Album(out),
    )
