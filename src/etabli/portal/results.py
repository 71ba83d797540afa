"""What grading gave: the class page and learners' pages, exports, and what a teacher writes beside them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from etabli.appreciation.grid import grid_of
from etabli.appreciation.kept import Place
from etabli.classroom import hand_ins, remarks
from etabli.classroom.diary import note
from etabli.classroom.tables import WorkspaceRow
from etabli.classroom.workspaces import Entry, note_look
from etabli.exam.contract.errors import EtabliError, UsageProblem
from etabli.lab.manifest import shown_lab
from etabli.portal import appreciating, bench, classes, exports, opening, shelf
from etabli.portal.call import Call, answer, as_json, see_other, wants_json
from etabli.portal.numbers import number_in
from etabli.portal.pages import page
from etabli.reception.hand_in import read_hand_ins
from etabli.referentiel.kept import in_force
from etabli.reports.html import render_learner
from etabli.reports.payload import Payload
from etabli.reports.results import described_by
from etabli.reports.text import word_of


def show(call: Call) -> Response:
    """Shows a page or a file of the results of an opening; a page of the class says of which, and leads back."""
    with call.room.work() as db:
        found = opening.mine(call, db)
        of_class = found.of_class
    name = call.path("name") or "index.html"
    answered = shelf.shown(call.room.place.results(found.id), name, ours=exports.is_ours(name))
    if name not in exports.CLASS_PAGES:
        return answered
    bar = f"Classe {of_class.name}. Revenir à l'ouverture"
    content = shelf.leading_back(bytes(answered.body).decode(), f"/ouvertures/{found.id}", bar)
    return HTMLResponse(content, headers={"Content-Security-Policy": answered.headers["content-security-policy"]})


def export(call: Call) -> Response:
    """Gives the gradebook, in the form that the address names."""
    with call.room.work() as db:
        found = opening.mine(call, db)
        named = bool(call.request.query_params.get("noms"))
        note(db, call.now(), call.person, "exporte le carnet", found.lab, opening=found.id, names=named)
    return exports.gradebook_of(call.room.place.results(found.id), call.path("form"), named=named)


def export_moodle(call: Call) -> Response:
    """Fills the worksheet of Moodle that was sent, and gives it back with the pages for learners."""
    with call.room.work() as db:
        found = opening.mine(call, db)
        written = remarks.written(db, found.id, lambda row: {one["id"]: one["title"] for one in _checks(call, row)})
    sent = call.form.get("formulaire")
    try:
        if not isinstance(sent, UploadFile) or not sent.filename:
            raise UsageProblem("Aucun formulaire n'est arrivé : choisissez le fichier .csv téléchargé de Moodle.")
        content = sent.file.read(exports.LARGEST + 1)
        answered = exports.moodle_of(
            call.room.place.results(found.id),
            sent.filename,
            content,
            replace=bool(call.text("remplacer")),
            remarks=written,
        )
        with call.room.work() as db:
            note(db, call.now(), call.person, "exporte vers Moodle", found.lab, opening=found.id)
    except UsageProblem as problem:
        return opening.show(call, str(problem))
    return answered


def comment(call: Call) -> Response:
    """Keeps what a teacher writes of a learner's work, or takes it back."""
    with call.room.work() as db:
        found = opening.mine(call, db)
        row = db.get(WorkspaceRow, call.text("espace"))
        if row is None or row.opening_id != found.id or not bench.may_be_read(db, call, row):
            raise HTTPException(404)
        try:
            if number := call.text("retirer"):
                remarks.take_back(db, call.room, call.person, row, number_in(number) or 0)
            else:
                point = call.text("point") or None
                if point is not None and point not in {check["id"] for check in _checks(call, row)}:
                    raise UsageProblem("Ce point n'est pas de ce TP : choisissez-en un dans la liste.")
                remarks.remark(db, call.room, call.person, row, point, call.text("texte"))
        except UsageProblem as problem:
            return _report(call, db, row, str(problem))
    return see_other(f"/espace/{row.token}/rapport#commentaires")


def report(call: Call) -> Response:
    """Shows a learner's graded page, with what teachers wrote beside it."""
    with call.room.work() as db:
        access = bench.entered(call, db)
        if access.entry is Entry.READER:
            note_look(db, call.room, call.person, access.row)
        return _report(call, db, access.row)


def _report(call: Call, db: Session, row: WorkspaceRow, wrong: str | None = None) -> Response:
    checks = _checks(call, row)
    titles = {check["id"]: check["title"] for check in checks}
    done = hand_ins.hand_ins_of(db, row.token)
    number = hand_ins.graded_numbers(_results(call, row)).get(row.person.shown)
    written = remarks.remarks_of(db, row.token)
    return page(
        call,
        "rapport.html.j2",
        409 if wrong else 200,
        row=row,
        lab=shown_lab(row.lab).manifest,
        checks=checks,
        word_of=word_of,
        titles=titles,
        remarks=written,
        earlier=remarks.on_earlier(db, row, written, done),
        verified=next((one for one in done if one.number == number), None),
        last=done[0] if done else None,
        graded=_payload(call, row) is not None,
        reader=row.person_id != call.person.id,
        wrong=wrong,
        typed={"text": call.text("texte") if wrong else "", "check": call.text("point")},
    )


def _results(call: Call, row: WorkspaceRow) -> Path:
    return call.room.place.results(row.opening_id)


def _payload(call: Call, row: WorkspaceRow) -> Payload | None:
    """Returns what the class page says of a learner, as it was written with it."""
    try:
        told: dict[str, Any] = json.loads(shelf.read_below(_results(call, row), "resultats.json"))
    except (HTTPException, ValueError):
        return None
    return next((one for one in told.get("results", ()) if one["candidate"] == row.person.shown), None)


def _checks(call: Call, row: WorkspaceRow) -> list[dict[str, Any]]:
    payload = _payload(call, row)
    return [dict(check) for check in payload["checks"]] if payload else []


def graded_page(call: Call) -> Response:
    """Shows the graded page itself, as its learner may see it: nothing of the class, no word to the teacher."""
    with call.room.work() as db:
        row = bench.entered(call, db).row
        payload, results, alias = _payload(call, row), _results(call, row), row.person.shown
    if payload is None:
        raise HTTPException(404)
    noted = read_hand_ins(results)
    html = render_learner(
        payload,
        described_by(shown_lab(row.lab), [payload]),
        out=results,
        zone=call.room.zone,
        alone=True,
        linked=True,
        hand_in=noted.by_candidate().get(alias) if noted else None,
    )
    return HTMLResponse(html, headers={"Content-Security-Policy": shelf.policy(ours=True, embedded=True)})


def evidence(call: Call) -> Response:
    """Shows a piece of evidence that the graded page links to, and no other file of its run."""
    with call.room.work() as db:
        row = bench.entered(call, db).row
        payload, results, name = _payload(call, row), _results(call, row), call.path("name")
    if payload is None or name not in {item["path"] for check in payload["checks"] for item in check["evidence"]}:
        raise HTTPException(404)
    return shelf.shown(results, name, ours=False, embedded=True)


def _desk(call: Call) -> appreciating.Desk:
    """Returns what the page of appreciations of an opening is about.

    Raises:
        HTTPException: 404: it is not there for this person, or nothing of its lab is for a person to look at.
    """
    with call.room.work() as db:
        found = opening.mine(call, db)
        names = {alias: one.name for alias, one in classes.learners_named(found.of_class).items()}
        rows = db.scalars(select(WorkspaceRow).where(WorkspaceRow.opening_id == found.id)).all()
        sites = {row.person.shown: bench.addresses(call.room, row).get("site") for row in rows}
    lab = shown_lab(found.lab)
    if not lab.manifest.humain:
        raise HTTPException(404)
    place = Place(call.room.place.appreciations(found.id), lab, in_force().referentiel)
    return appreciating.Desk(
        grid_of(call.room.place.results(found.id), place),
        f"/ouvertures/{found.id}/appreciations",
        (f"/ouvertures/{found.id}", f"{lab.manifest.title}, {found.of_class.name}"),
        call.person.shown,
        signed=True,
        now=call.now().astimezone(call.room.zone),
        names=names,
        site=sites.get,
    )


def appreciate(call: Call) -> Response:
    """Shows the page of appreciations of an opening, or keeps what its form says; each look is noted."""
    desk = _desk(call)
    if call.request.method != "POST":
        return _grid(call, desk, dict(call.request.query_params))
    try:
        saved = appreciating.saved(desk, call.form)
    except EtabliError as problem:
        if wants_json(call.request):
            raise
        return _grid(call, desk, {name: call.text(name) for name in ("eleve", "critere", "ordre")}, str(problem))
    if saved.changed:
        with call.room.work() as db:
            found, about = opening.mine(call, db), saved.cell.work.candidate
            note(
                db,
                call.now(),
                call.person,
                "apprécie le travail",
                about,
                lab=found.lab,
                critere=saved.cell.criterion.id,
            )
    return as_json(saved.facts(desk)) if wants_json(call.request) else see_other(saved.go)


def _grid(call: Call, desk: appreciating.Desk, query: dict[str, str], wrong: str | None = None) -> Response:
    told = appreciating.shown(desk, query, wrong)
    if told["cell"] is not None:
        with call.room.work() as db:
            found = opening.mine(call, db)
            for row in db.scalars(select(WorkspaceRow).where(WorkspaceRow.opening_id == found.id)):
                if row.person.shown == told["cell"].work.candidate:
                    note_look(db, call.room, call.person, row)
    return page(call, "apprecier.html.j2", 409 if wrong else 200, **told)


def piece(call: Call) -> Response:
    """Gives a file of a work that is being looked at."""
    return appreciating.fetched(_desk(call), call.path("eleve"), call.path("name"))


def routes() -> list[Route]:
    """Results, exports, remarks and appreciations."""
    return [
        Route("/ouvertures/{id:int}/appreciations", answer(appreciate), methods=["GET", "POST"]),
        Route("/ouvertures/{id:int}/appreciations/rendu/{eleve}/{name:path}", answer(piece)),
        Route("/ouvertures/{id:int}/resultats/{name:path}", answer(show)),
        Route("/ouvertures/{id:int}/export/moodle", answer(export_moodle), methods=["POST"]),
        Route("/ouvertures/{id:int}/export/{form}", answer(export)),
        Route("/ouvertures/{id:int}/commentaires", answer(comment), methods=["POST"]),
        Route("/espace/{token}/rapport", answer(report)),
        Route("/espace/{token}/rapport/page/", answer(graded_page)),
        Route("/espace/{token}/rapport/{name:path}", answer(evidence)),
    ]
