"""The year of a class, for its teachers: the pages of ``etabli annee``, made from what was graded in this room.

What learners verified on their own is not in them: it is theirs.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy import select
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from etabli.classroom import people
from etabli.classroom.tables import Opening
from etabli.lab.parcours import wanted_weeks
from etabli.portal import classes, shelf
from etabli.portal.call import Call, answer
from etabli.referentiel.kept import in_force
from etabli.year.gathering import follow, outputs_in, titles
from etabli.year.group import Group, group_of
from etabli.year.life import lives_of
from etabli.year.pages import class_page, learner_page


def _year(call: Call, written: Callable[[Group, date], str]) -> Response:
    """Answers with a page of the year of the class that the address names."""
    place = call.room.place
    with call.room.work() as db:
        of_class = classes.mine(call, db)
        aliases = [one.shown for one in people.learners_of(db, of_class) if one.active]
        openings = db.scalars(select(Opening.id).where(Opening.class_id == of_class.id)).all()
    outputs = outputs_in(place.results(number) for number in openings if place.results(number).is_dir())
    force, known = in_force().referentiel, titles()
    found = [follow(alias, outputs, place.recueils, known) for alias in aliases]
    group = group_of(of_class.name, found, lives_of(found, force, known, wanted_weeks()), force, known)
    html = written(group, call.now().astimezone(call.room.zone).date())
    html = shelf.leading_back(html, f"/classes/{of_class.id}", f"Revenir à la classe {of_class.name}")
    return HTMLResponse(html, headers={"Content-Security-Policy": shelf.policy(ours=True, embedded=False)})


def of_the_class(call: Call) -> Response:
    """Shows the year of a class."""
    return _year(call, class_page)


def of_a_learner(call: Call) -> Response:
    """Shows the year of one of its learners."""

    def written(group: Group, made: date) -> str:
        for who, life in group.rows:
            if who.candidate == call.path("alias"):
                return learner_page(who, life, made)
        raise HTTPException(404)

    return _year(call, written)


def routes() -> list[Route]:
    """The year's pages."""
    return [
        Route("/classes/{id:int}/annee/", answer(of_the_class)),
        Route("/classes/{id:int}/annee/index.html", answer(of_the_class)),
        Route("/classes/{id:int}/annee/{alias}/index.html", answer(of_a_learner)),
    ]
