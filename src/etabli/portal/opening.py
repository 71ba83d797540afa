"""An opening: a lab opened for a class, its hours, who is there, its hand-ins, and their grading."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from etabli.classroom import batches, hand_ins, openings, workspaces
from etabli.classroom.attendance import attendance
from etabli.classroom.jobs import Job
from etabli.classroom.tables import BatchRow, Opening, Person, Role, WorkspaceRow
from etabli.exam.contract.errors import EtabliError, UsageProblem
from etabli.lab.manifest import shown_lab
from etabli.lab.variant import TRAINING
from etabli.portal import classes, shelf
from etabli.portal.call import Call, answer, as_json, see_other, teaches_class
from etabli.portal.moments import read_moment, typed_moment
from etabli.portal.numbers import number_in
from etabli.portal.pages import page


def mine(call: Call, db: Session) -> Opening:
    """Returns the opening that the address names.

    Raises:
        HTTPException: 404: to others than the teachers of its class it is not there.
    """
    person = call.as_(Role.TEACHER)
    opening = db.get(Opening, int(call.path("id")))
    if opening is None:
        raise HTTPException(404)
    teaches_class(db, person, opening.class_id)
    return opening


def open_lab(call: Call) -> Response:
    """Opens a lab for a class."""
    try:
        hours = _hours(call)
        with call.room.work() as db:
            of_class = classes.mine(call, db)
            lab, session = shown_lab(call.text("tp")), call.text("session") or TRAINING
            opening = openings.open_lab(db, call.room, call.person, of_class, lab, session, *hours)
    except EtabliError as problem:
        return classes.show(call, str(problem))
    return see_other(f"/ouvertures/{opening.id}")


def _hours(call: Call) -> tuple[datetime, datetime | None]:
    """Reads from when to when, as a form says it."""
    opens_at, ends = read_moment(call.text("ouvre"), call.room.zone, "L'ouverture"), call.text("ferme")
    return opens_at, read_moment(ends, call.room.zone, "L'échéance") if ends else None


def show(call: Call, wrong: str | None = None) -> Response:
    """Shows an opening."""
    return page(call, "ouverture.html.j2", 409 if wrong else 200, **_told(call), wrong=wrong)


def follow(call: Call) -> Response:
    """Shows the part of the page that changes while a class works; the page asks for it again and again."""
    return page(call, "_suivi.html.j2", **_told(call))


def _told(call: Call) -> dict[str, Any]:
    with call.room.work() as db:
        opening = mine(call, db)
        seen = attendance(db, call.room, opening)
        batch = batches.latest(db, opening)
        kept = openings.why_kept(db, opening)
        names = classes.learners_named(opening.of_class)
    results = call.room.place.results(opening.id)
    numbers = hand_ins.graded_numbers(results)
    zone = call.room.zone
    return {
        "opening": opening,
        "lab": shown_lab(opening.lab).manifest,
        "seen": seen,
        "names": names,
        "batch": batch,
        "kept": kept,
        "folder": results,
        "newer": {one.person.id for one in seen.learners if one.number > numbers.get(one.person.shown, one.number)},
        "graded": shelf.is_shown(results / "index.html"),
        "reports": {
            one.person.id for one in seen.learners if shelf.is_shown(results / one.person.shown / "index.html")
        },
        "opens": typed_moment(opening.opens_at, zone),
        "closes": typed_moment(opening.closes_at, zone),
        "now": call.now(),
        "is_open": openings.is_open(opening, call.now()),
    }


def change(call: Call) -> Response:
    """Changes the hours of an opening, or ends it now."""
    try:
        with call.room.work() as db:
            opening = mine(call, db)
            hours = (opening.opens_at, call.now()) if call.text("fermer") else _hours(call)
            openings.change(db, call.room, call.person, opening, *hours)
    except UsageProblem as problem:
        return show(call, str(problem))
    return see_other(f"/ouvertures/{opening.id}")


def remove(call: Call) -> Response:
    """Removes an opening that nobody has used, once that was confirmed."""
    try:
        with call.room.work() as db:
            opening = mine(call, db)
            if not call.text("sur"):
                raise UsageProblem("Rien n'a été supprimé : cochez « Oui, supprimer cette ouverture ».")
            openings.remove(db, call.room, call.person, opening)
    except UsageProblem as problem:
        return show(call, str(problem))
    return see_other(f"/classes/{opening.class_id}")


def extend(call: Call) -> Response:
    """Gives one learner another end, or takes it back."""
    try:
        with call.room.work() as db:
            opening = mine(call, db)
            chosen = number_in(call.text("eleve"))
            learner = db.get(Person, chosen) if chosen is not None else None
            if learner is None or learner.class_id != opening.class_id:
                raise UsageProblem("Choisissez un élève de la classe.")
            if call.text("retirer"):
                openings.no_extension(db, call.room, call.person, opening, learner)
            else:
                until = read_moment(call.text("jusqua"), call.room.zone, "L'échéance")
                openings.extend(db, call.room, call.person, opening, learner, until)
    except UsageProblem as problem:
        return show(call, str(problem))
    return see_other(f"/ouvertures/{opening.id}#delais")


def answer_help(call: Call) -> Response:
    """Notes that a learner's request for help was dealt with."""
    try:
        with call.room.work() as db:
            opening = mine(call, db)
            row = db.get(WorkspaceRow, call.text("espace"))
            if row is None or row.opening_id != opening.id:
                raise HTTPException(404)
            workspaces.answer_help(db, call.room, call.person, row)
    except UsageProblem as problem:
        return show(call, str(problem))
    return see_other(f"/ouvertures/{opening.id}")


def grade(call: Call) -> Response:
    """Asks for the grading of all hand-ins; what has not changed since the last time stands."""
    try:
        with call.room.work() as db:
            opening = mine(call, db)
            batch, new = batches.ask(db, call.room, call.person, opening)
    except UsageProblem as problem:
        return show(call, str(problem))
    if new:
        call.jobs.ask(Job.GRADE, batch.id)
    return see_other(f"/ouvertures/{opening.id}#verifier")


def progress(call: Call) -> Response:
    """Tells where the grading is."""
    with call.room.work() as db:
        batch = batches.latest(db, mine(call, db))
    if batch is None:
        raise HTTPException(404)
    return as_json(progress_of(batch))


def progress_of(batch: BatchRow) -> dict[str, Any]:
    """Returns where a grading is, for a program."""
    return {
        "id": batch.id,
        "state": batch.state.value,
        "over": batch.state.over,
        "done": batch.done,
        "total": batch.total,
        "eta_s": batch.eta_s,
        "said": batch.said,
    }


def routes() -> list[Route]:
    """Openings and their grading."""
    return [
        Route("/classes/{id:int}/ouvertures", answer(open_lab), methods=["POST"]),
        Route("/ouvertures/{id:int}", answer(show), methods=["GET"]),
        Route("/ouvertures/{id:int}", answer(change), methods=["POST"]),
        Route("/ouvertures/{id:int}/suivi", answer(follow)),
        Route("/ouvertures/{id:int}/delais", answer(extend), methods=["POST"]),
        Route("/ouvertures/{id:int}/supprimer", answer(remove), methods=["POST"]),
        Route("/ouvertures/{id:int}/aides", answer(answer_help), methods=["POST"]),
        Route("/ouvertures/{id:int}/corriger", answer(grade), methods=["POST"]),
        Route("/api/ouvertures/{id:int}/correction", answer(progress)),
    ]
