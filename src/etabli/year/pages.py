"""The pages of the year: the class's and one per learner, each one file that works offline, without a script."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from babel.numbers import format_decimal
from markupsafe import Markup

from etabli.exam.contract.french import counted, listed
from etabli.reports import html
from etabli.reports.roll import Identity
from etabli.reports.text import LOCALE
from etabli.year.group import Group
from etabli.year.items import EACH_SIDE, LEARNERS, NEARLY, WEAK
from etabli.year.life import LEGEND, Life, month_name

_TEMPLATES = Path(__file__).parent / "templates"


@cache
def style() -> str:
    """Returns the style sheet of these pages: that of the reports, and what is their own."""
    return f"{html.style()}\n{(_TEMPLATES / 'annee.css').read_text('utf-8').strip()}"


@cache
def _environment() -> jinja2.Environment:
    ours = html.environment()
    assert ours.loader is not None
    return ours.overlay(loader=jinja2.ChoiceLoader([jinja2.FileSystemLoader(_TEMPLATES), ours.loader]))


def _render(template: str, made: date, **values: Any) -> str:
    page = _environment().get_template(template)
    return page.render(
        style=Markup(style()),
        policy=html.content_policy(style()),
        made=f"{made:%d/%m/%Y}",
        counted=counted,
        listed=listed,
        month_name=month_name,
        share=_share,
        number=_number,
        limits={"learners": LEARNERS, "side": EACH_SIDE, "nearly": NEARLY, "weak": _number(WEAK)},
        **values,
    )


def class_page(group: Group, made: date) -> str:
    """Renders the class's page."""
    return _render("annee-classe.html.j2", made, group=group, words=LEGEND)


def learner_page(who: Identity, life: Life, made: date, *, alone: bool = False) -> str:
    """Renders one learner's page, for their teachers.

    Args:
        who: How a page names them.
        life: Their year.
        made: Today.
        alone: There is no page of the class beside it.
    """
    return _render("annee-eleve.html.j2", made, who=who, life=life, alone=alone)


def _number(value: float | None) -> str:
    return "–" if value is None else format_decimal(round(value, 2), "0.00", LOCALE).replace("-", "−")


def _share(value: float | None) -> str:
    return "–" if value is None else f"{round(100 * value)} %"
