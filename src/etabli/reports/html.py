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

from etabli.exam.contract.french import count, grouped, typeset
from etabli.reception.hand_in import HandIn
from etabli.reports import differences_view, text
from etabli.reports.class_view import class_view
from etabli.reports.comment import Remarked
from etabli.reports.hand_in_view import chased
from etabli.reports.learner_view import learner_view
from etabli.reports.payload import LabMeta, Pace, Payload, usual_title
from etabli.reports.pictures import Album
from etabli.reports.prose import prose
from etabli.reports.roll import NO_ROLL, Roll
from etabli.runs.differences import Differences
from etabli.system.page_templates import page_templates

_TEMPLATES = Path(__file__).parent / "templates"


@cache
def style() -> str:
    """Returns the style sheet, exactly as it stands in the pages."""
    return (_TEMPLATES / "style.css").read_text(encoding="utf-8").strip()


@cache
def content_policy(sheet: str | None = None) -> str:
    """Returns the content security policy: one style sheet (ours by default) by its hash, pictures, nothing else."""
    digest = base64.b64encode(hashlib.sha256((sheet or style()).encode()).digest()).decode("ascii")
    return f"default-src 'none'; style-src 'sha256-{digest}'; img-src data: 'self'; base-uri 'none'; form-action 'none'"


def _shown(value: object) -> object:
    """Jinja's last word before escaping: plain text gets its hidden characters shown and its spaces right."""
    return typeset(text.visible(value)) if isinstance(value, str) and not isinstance(value, Markup) else value


def _verbatim(value: str) -> Markup:
    """Escapes a text that is shown letter for letter, hidden characters apart."""
    return escape(text.visible(value))


@cache
def environment() -> jinja2.Environment:
    """Returns what renders a page: text escaped, hidden characters shown, our words and style sheet at hand."""
    made = page_templates(_TEMPLATES, _shown)
    made.globals.update(
        count=count,
        grouped=grouped,
        usual_title=usual_title,
        word_of=text.word_of,
        outcome_meaning=text.outcome_meaning,
    )
    made.globals.update(style=Markup(style()), policy=content_policy())
    made.filters.update(verbatim=_verbatim, prose=prose)
    return made


def _render(template: str, zone: tzinfo | None, **values: Any) -> str:
    return (
        environment()
        .get_template(template)
        .render(
            when=lambda instant: text.local_moment(instant, zone),
            **values,
        )
    )


def render_class(
    payloads: Sequence[Payload],
    lab: LabMeta,
    pace: Pace | None,
    roll: Roll = NO_ROLL,
    *,
    generated_at: str,
    zone: tzinfo | None = None,
    differences: bool = False,
) -> str:
    """Renders the class page.

    Args:
        payloads: One per candidate, in the order to be shown.
        lab: What the lab says of itself.
        pace: The pace of the batch, if it was measured.
        roll: The learners of the class, present or not.
        generated_at: ISO instant.
        zone: Time zone of the dates; the machine's by default.
        differences: Whether a page of differences stands beside this one.

    Names, and identifiers that may be names, are hidden until a click; see :class:`etabli.reports.roll.Identity`.
    """
    return _render(
        "classe.html.j2",
        zone,
        view=class_view(payloads, lab, roll),
        lab=lab,
        sessions=sorted({payload["session"] for payload in payloads}),
        pace=text.pace_line(pace) if pace else None,
        differences=differences,
        generated_at=generated_at,
    )


def render_chase(
    payloads: Sequence[Payload], lab: LabMeta, roll: Roll, *, generated_at: str, zone: tzinfo | None = None
) -> str:
    """Renders the list to print of those from whom a hand-in is still wanted.

    Args:
        payloads: One per candidate.
        lab: What the lab says of itself.
        roll: The learners of the class and their hand-ins.
        generated_at: ISO instant.
        zone: Time zone of the dates; the machine's by default.
    """
    return _render(
        "a-relancer.html.j2",
        zone,
        chased=chased(payloads, roll),
        early=roll.early,
        deadline=roll.hand_ins.deadline if roll.hand_ins else None,
        class_name=roll.hand_ins.class_name if roll.hand_ins else None,
        lab=lab,
        generated_at=generated_at,
    )


def render_learner(
    payload: Payload,
    lab: LabMeta,
    *,
    out: Path,
    zone: tzinfo | None = None,
    alone: bool = False,
    linked: bool | None = None,
    hand_in: HandIn | None = None,
    remarks: Sequence[Remarked] = (),
) -> str:
    """Renders one learner's page. It names them by identifier only: the page travels, the table of names does not.

    Args:
        payload: The learner's newest run.
        lab: What the lab says of itself.
        out: The output folder that evidence paths are relative to.
        zone: Time zone of the dates; the machine's by default.
        alone: For the learner alone: nothing of the class, no word to the teacher.
        linked: Links to the files of evidence; by default, unless the page is alone and leaves the folder.
        hand_in: What is known of the hand-in: of several files, the page says which was graded.
        remarks: What teachers wrote of the work, shown apart from what was observed.
    """
    return _render(
        "eleve.html.j2",
        zone,
        view=learner_view(payload, lab),
        payload=payload,
        which_file=(text.told_file if alone else text.graded_file)(hand_in),
        shared_work=text.shared_work(hand_in),
        lab=lab,
        album=Album(out, linked=not alone if linked is None else linked),
        alone=alone,
        remarks=remarks,
    )


def render_differences(
    found: Differences, lab: LabMeta, roll: Roll = NO_ROLL, *, generated_at: str, zone: tzinfo | None = None
) -> str:
    """Renders the page of differences between the former runs of a class and the new ones.

    Args:
        found: Runs before and after, compared.
        lab: What the lab says of itself.
        roll: The learners of the class, if it is known.
        generated_at: ISO instant.
        zone: Time zone of the dates; the machine's by default.
    """
    return _render(
        "differences.html.j2",
        zone,
        view=differences_view.differences_view(found, roll),
        told=differences_view,
        summary=differences_view.summary(found),
        lab=lab,
        generated_at=generated_at,
    )
