"""Templates of the portal, and how they are filled in."""

from __future__ import annotations

from datetime import datetime, tzinfo
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from etabli.exam.contract.french import count, typeset
from etabli.reports import text
from etabli.system.page_templates import page_templates

if TYPE_CHECKING:  # the pages of one person have no room, and start sooner without one
    from etabli.portal.call import Call

HERE = Path(__file__).parent


def _shown(value: object) -> object:
    return typeset(text.visible(value)) if isinstance(value, str) and not isinstance(value, Markup) else value


def moment(instant: datetime | None, zone: tzinfo) -> str:
    """Writes an instant as people here read it."""
    return f"{instant.astimezone(zone):%d/%m/%Y à %H:%M}" if instant else ""


def hour(instant: datetime | None, zone: tzinfo, now: datetime) -> str:
    """Writes the hour of an instant, and its day unless that is today."""
    if instant is None:
        return ""
    local = instant.astimezone(zone)
    return f"{local:%H:%M}" if local.date() == now.astimezone(zone).date() else f"{local:%d/%m à %H:%M}"


def weight(size: float) -> str:
    """Writes a number of bytes as people here read it."""
    for unit in ("octets", "ko", "Mo"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} Go".replace(".", ",")


@cache
def environment() -> jinja2.Environment:
    """Returns the templates; whatever is shown is escaped, its hidden characters made visible."""
    made = page_templates(HERE / "templates", _shown)
    made.globals.update(count=count, weight=weight)
    return made


def page(call: Call, template: str, status: int = 200, **values: Any) -> Response:
    """Answers with a page."""
    person = call.sign_in.person if call.sign_in else None
    return written(template, call.room.zone, status, person=person, path=call.request.url.path, **values)


def written(template: str, zone: tzinfo, status: int = 200, **values: Any) -> Response:
    """Answers with a page, whoever asks."""
    told = {"moment": lambda instant: moment(instant, zone), "hour": lambda instant, now: hour(instant, zone, now)}
    return HTMLResponse(environment().get_template(template).render(told | values), status)
