"""Papers as HTML for the press: one style, one template each, black and white, A4.

Whatever people wrote is escaped and has its hidden characters shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from etabli.commission.model import NOT_OBSERVED, ROLES, decimal
from etabli.commission.papers import Paper, Press, exam, said
from etabli.exam.contract.french import count, counted, listed, typeset
from etabli.exam.contract.words import cut
from etabli.reports.text import visible
from etabli.sandbox.pressing import Job
from etabli.system.page_templates import page_templates

_TEMPLATES = Path(__file__).parent / "templates"
LENGTHS = (
    {"reasons": 12, "letters": 600},
    {"reasons": 6, "letters": 260},
    {"reasons": 3, "letters": 150},
    {"reasons": 0, "letters": 0},
)
"""Of a paper that may take so many pages only, from the longest."""


@cache
def environment() -> jinja2.Environment:
    """Returns what renders a page: text escaped, hidden characters shown, our words and style sheet at hand."""
    made = page_templates(_TEMPLATES, _shown)
    made.globals.update(count=count, counted=counted, listed=listed, cut=cut, day=_day, hours=_hours)
    made.globals.update(decimal=decimal, roles=ROLES, unseen=NOT_OBSERVED, drawn=Markup)
    made.globals.update(style=Markup((_TEMPLATES / "commission.css").read_text("utf-8").strip()))
    return made


def _shown(value: object) -> object:
    if isinstance(value, str) and not isinstance(value, Markup):
        return typeset(visible(value))
    return "" if value is None else value


def _day(given: date | None) -> str:
    return f"{given:%d/%m/%Y}" if given else ""


def _hours(minutes: int | None) -> str:
    """Writes minutes as papers do: « 2 h », « 2 h 40 », « 20 min »."""
    if minutes is None:
        return ""
    whole, rest = divmod(minutes, 60)
    return f"{whole} h {rest:02}".removesuffix(" 00") if whole else f"{rest} min"


def body(press: Press, paper: Paper, **length: Any) -> str:
    """Renders a paper, from ``<article>`` on."""
    board = press.board
    return (
        environment()
        .get_template(f"{paper.template}.html.j2")
        .render(
            board=board,
            s=board.session,
            referentiel=board.referentiel,
            made=press.made,
            paper=paper,
            degree=lambda one: said(press, one),
            exam=lambda unit: exam(press, unit),
            **{**LENGTHS[0], **length},
            **paper.values,
        )
    )


def job(press: Press, sheets: Sequence[Paper]) -> Job:
    """Returns what the press is given: papers of one kind, one after the other, in one PDF."""
    short = [one for one in sheets if one.most]
    top = environment().get_template("top.html.j2").render(title=_title(press, sheets), session=press.board.session)
    return {
        "top": top,
        "before": "".join(body(press, one) for one in sheets if not one.most),
        "parts": [[body(press, one, **length) for length in LENGTHS] for one in short],
        "after": "",
        "bottom": "</body></html>",
        "most": max((one.most or 1 for one in sheets), default=1),
    }


def _title(press: Press, sheets: Sequence[Paper]) -> str:
    who = {str(one.values["name"]) for one in sheets if "name" in one.values}
    return f"{sheets[0].title}, {who.pop()}" if len(who) == 1 else f"{sheets[0].title}, {press.board.session.objet}"
