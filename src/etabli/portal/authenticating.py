"""A teacher's side of traces: those of a class, and for each what helps to say whose work it is."""

from __future__ import annotations

from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from etabli.classroom import bindings, hand_ins, people
from etabli.classroom.diary import note
from etabli.classroom.tables import Person, Role
from etabli.classroom.work_hours import days_of
from etabli.exam.contract.errors import EtabliError, UsageProblem
from etabli.lab.manifest import lab_ids, shown_lab
from etabli.lab.parcours import wanted_weeks
from etabli.portal import classes, recueil_views, shelf, traces
from etabli.portal.call import Call, answer, as_json, see_other
from etabli.portal.pages import page
from etabli.portal.recueil_acts import TEACHER_S, TOLD, Desk, Sent, act
from etabli.recueil import comparing
from etabli.recueil.kept import FACTS

PREVIEW = "apercu.html"


def show_class(call: Call) -> Response:
    """Shows how far the recueils of a class are."""
    with call.room.work() as db:
        of_class = classes.mine(call, db)
        learners = people.learners_of(db, of_class)
    rows = [(one, _tally(call, one)) for one in learners if one.active]
    names = traces.names_of(of_class)
    return page(call, "traces-classe.html.j2", of_class=of_class, rows=rows, names=names, wanted_weeks=wanted_weeks())


def _tally(call: Call, learner: Person) -> recueil_views.Tally:
    try:
        return recueil_views.tally(recueil_views.kept_of(call.room.place.recueils, learner.shown))
    except EtabliError as problem:
        return recueil_views.Tally(wrong=str(problem))


def _learner(call: Call, db: Session) -> Person:
    """Returns the learner that the address names, to the teachers of the class.

    Raises:
        HTTPException: 404: to others they are not there.
    """
    of_class = classes.mine(call, db)
    found = next((one for one in people.learners_of(db, of_class) if one.shown == call.path("alias")), None)
    if found is None:
        raise HTTPException(404)
    return found


def _base(call: Call) -> str:
    return f"/classes/{int(call.path('id'))}/traces/{call.path('alias')}"


def show(call: Call, wrong: str | None = None) -> Response:
    """Shows a learner's traces, to be authenticated."""
    with call.room.work() as db:
        learner = _learner(call, db)
        of_class, bound = learner.of_class, bindings.latest(db, learner)
        kept = recueil_views.kept_of(call.room.place.recueils, learner.shown)
        names = traces.names_of(of_class)
        told = recueil_views.page_values(
            kept,
            may=TEACHER_S,
            base=_base(call),
            sent=Sent(call.form if wrong else {}),
            names=names,
            days=lambda lab: days_of(db, call.room, learner, lab),
        )
    told |= {"learner": learner.shown, "name": names.get(learner.shown, ""), "of_class": of_class, "bound": bound}
    told |= {"there": shelf.is_shown(call.room.place.bound(learner.shown) / FACTS), "signs": True}
    return page(call, "traces-eleve.html.j2", 409 if wrong else 200, **told, wrong=wrong)


def do(call: Call) -> Response:
    """Does what one of the page's forms asks for."""
    call.as_(Role.TEACHER)
    name = call.path("acte")
    if name not in TEACHER_S | {"recueil"}:
        raise HTTPException(404)
    with call.room.work() as db:
        learner = _learner(call, db)
    if name == "recueil":
        return traces.ask_binding(call, learner, f"{_base(call)}#recueil")
    try:
        traces.expect_space(call, name)
        with call.room.work() as db:
            desk = Desk(call.room.place.recueils, learner.shown, (), traces.today(call), by=call.person.shown)
            trace = act(desk, name, Sent(call.form))
            note(db, call.now(), call.person, TOLD[name], learner.shown, trace=trace)
    except UsageProblem as problem:
        return show(call, str(problem))
    return see_other(f"{_base(call)}#{f'trace-{trace}' if trace else name}")


def likeness(call: Call) -> Response:
    """Shows what the work of a trace shares with what the others of the class handed in on the same lab."""
    with call.room.work() as db:
        learner = _learner(call, db)
        kept = recueil_views.kept_of(call.room.place.recueils, learner.shown)
        trace = kept.recueil.trace(call.path("trace")) if kept else None
        if kept is None or trace is None or trace.verification is None or trace.verification.tp not in lab_ids():
            raise HTTPException(404)
        lab = shown_lab(trace.verification.tp)
        others = hand_ins.latest_of_lab(db, call.room, int(call.path("id")), lab.id)
        names = traces.names_of(learner.of_class)
    own = comparing.work_of(kept, trace)
    told = comparing.beside(own, comparing.makers_of(kept, trace), others, lab) if own else None
    template = "_ressemblances.html.j2" if call.request.query_params.get("partie") else "ressemblances.html.j2"
    return page(call, template, told=told, names=names, trace=trace, back=f"{_base(call)}#trace-{trace.id}")


def piece(call: Call) -> Response:
    """Gives the document of a trace."""
    with call.room.work() as db:
        learner = _learner(call, db)
        found = traces.document_of(call.room, learner.shown, call.path("trace"))
        note(db, call.now(), call.person, "lit un document", learner.shown, trace=call.path("trace"))
    return found


def recueil(call: Call) -> Response:
    """Gives a learner's recueil, as it was last bound; or shows it as it is now."""
    with call.room.work() as db:
        learner = _learner(call, db)
        preview = call.path("name") == PREVIEW
        kept = recueil_views.kept_of(call.room.place.recueils, learner.shown) if preview else None
        if kept is not None:
            note(db, call.now(), call.person, "lit le recueil", learner.shown)
    if preview:
        if kept is None:
            raise HTTPException(404)
        return recueil_views.preview(kept, traces.today(call))
    return traces.bound_file(call, learner, call.path("name"))


def state_of(call: Call) -> Response:
    """Tells the page where the binding is."""
    with call.room.work() as db:
        return as_json(traces.told_binding(bindings.latest(db, _learner(call, db))))


def routes() -> list[Route]:
    """The traces of a class."""
    one = "/classes/{id:int}/traces/{alias}"
    return [
        Route("/classes/{id:int}/traces", answer(show_class)),
        Route(one, answer(show), methods=["GET"]),
        Route(f"{one}/recueil/{{name:path}}", answer(recueil, at_once=2)),
        Route(f"{one}/pieces/{{trace}}", answer(piece)),
        Route(f"{one}/ressemblances/{{trace}}", answer(likeness, at_once=1)),
        Route(f"{one}/{{acte}}", answer(do), methods=["POST"]),
        Route(f"/api{one}", answer(state_of)),
    ]
