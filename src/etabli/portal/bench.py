"""The bench: one workspace's page, its state, verifications and hand-ins."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any
from urllib.parse import quote

from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from etabli.classroom import hand_ins, verifications, workspaces
from etabli.classroom.files import Files
from etabli.classroom.hosts import SERVICES, Door
from etabli.classroom.jobs import Job
from etabli.classroom.quota import full
from etabli.classroom.state import Classroom
from etabli.classroom.tables import HandInRow, Progress, State, VerificationRow, WorkspaceRow
from etabli.classroom.versions import Versions
from etabli.classroom.workspaces import Access, Entry
from etabli.lab.manifest import Lab, shown_lab
from etabli.portal import shelf
from etabli.portal.call import Call, answer, as_json, see_other, signed_in
from etabli.portal.classes import learners_named
from etabli.portal.files import Bench
from etabli.portal.following import follow, page_of
from etabli.portal.guard import POLICY
from etabli.portal.home import report_of
from etabli.portal.pages import page
from etabli.workspace.submitting import code_of
from etabli.workspace.workspace import WORK, Memo, is_workspace, read_workspace, services_of

TERMINAL = "terminal"
_SHELF = ("donnees", "documents", "dossier")
"""Folders of a workspace that its page links to, beside the énoncé; what the student writes is not among them."""


def entered(call: Call, db: Session) -> Access:
    """Returns the workspace that the address names, and as what one is there.

    Raises:
        HTTPException: 404: it is not there for this person.
    """
    access = workspaces.enter(db, call.room, call.person, call.path("token"))
    if access is None:
        raise HTTPException(404)
    return access


def may_be_read(db: Session, call: Call, row: WorkspaceRow) -> bool:
    """Tells whether who asks may see this workspace."""
    return workspaces.enter(db, call.room, call.person, row.token) is not None


def owned(call: Call, db: Session) -> WorkspaceRow:
    """Returns the workspace that the address names, for its learner alone.

    Raises:
        HTTPException: 404, or 403 for a teacher who may only look.
    """
    access = entered(call, db)
    if access.entry is not Entry.OWNER:
        raise HTTPException(403, "Vous regardez seulement : c'est le travail d'un élève.")
    return access.row


def show(call: Call) -> Response:
    """Shows the bench."""
    with call.room.work() as db:
        access = entered(call, db)
        row, lab = access.row, shown_lab(access.row.lab)
        if access.entry is Entry.READER:
            workspaces.note_look(db, call.room, call.person, row)
        facts = _state(db, call, access, lab)
        of_class = row.opening.of_class
    nonce = secrets.token_urlsafe(16)
    told: dict[str, Any] = {"state": facts, "lab": lab, "nonce": nonce}
    if access.entry is Entry.READER:
        named = learners_named(of_class).get(row.person.shown)
        response = page(call, "regard.html.j2", **told, row=row, of_class=of_class, named=named)
    else:
        response = page(call, "espace.html.j2", **told)
    # The editor and the terminal write styles of their own, which bear it.
    response.headers["Content-Security-Policy"] = POLICY.replace(
        "style-src 'self'", f"style-src 'self' 'nonce-{nonce}'"
    )
    return response


def files_of(request: Request) -> Bench:
    """Returns the files of the workspace that the address names, for the one who asks.

    Raises:
        HTTPException: 401, or 404 when it is not there for this person.
    """
    room: Classroom = request.app.state.room
    found, token = signed_in(request), str(request.path_params["token"])
    if found is None:
        raise HTTPException(401, "Vous n'êtes plus connecté : rechargez la page.")
    with room.work() as db:
        access = workspaces.enter(db, room, found.person, token)
        if access is None:
            raise HTTPException(404, "Cet espace n'existe pas, ou il n'est pas le vôtre.")
        row = access.row
        limits = shown_lab(row.lab).manifest.submission
        name = f"{row.person.shown}-{row.lab}"

    def saved() -> None:
        with room.work() as db:
            db.get_one(WorkspaceRow, token).saved_at = room.now()

    versions = Versions(room.place.versions(token), cap=4 * limits.size_mb * 1_000_000)
    files = Files(room.place.workspace(token) / WORK, limits, versions)
    return Bench(files, access.entry is Entry.OWNER, name, saved, lambda: full(room.limits, room.place.kept))


def state(call: Call) -> Response:
    """Tells a workspace's page where all stands; a learner's page that asks is a learner who is there."""
    with call.room.work() as db:
        access = entered(call, db)
        if access.entry is Entry.OWNER:
            access.row.seen_at = call.now()
        return as_json(_state(db, call, access, shown_lab(access.row.lab)))


def _state(db: Session, call: Call, access: Access, lab: Lab) -> dict[str, Any]:
    row, room = access.row, call.room
    memo = _memo(room, row.token)
    services = services_of(lab)
    done, verification = hand_ins.hand_ins_of(db, row.token), verifications.latest(db, row.token)
    ends = workspaces.deadline(db, row)
    return {
        "token": row.token,
        "lab": row.lab,
        "title": lab.manifest.title,
        "state": row.state.value,
        "error": row.error,
        "services": addresses(room, row),
        "names": {host: services[name].told.title for host, name in SERVICES.items() if name in services},
        "terminal": TERMINAL in services,
        "renews": any(service.keeps for service in services.values()),
        "journal": any("journal" in one.told.commands for one in services.values()),
        "credentials": _credentials(lab, memo),
        "sheets": _sheets(lab, row) if memo else [],
        "documents": _documents(room, row.token) if memo else [],
        "deadline": _iso(ends),
        "server_now": _iso(call.now()),
        "editable": access.entry is Entry.OWNER,
        "reader": row.person.shown if access.entry is Entry.READER else None,
        "looked_at": [{"who": look.person.shown, "at": _iso(look.at)} for look in workspaces.looks(db, row.token)],
        "helped": _helped(db, row),
        "help": {"at": _iso(row.asked_at), "text": row.asked} if row.asked_at else None,
        "verification": _verification(db, room, row, verification) if verification else None,
        "hand_ins": [_hand_in(one) for one in done],
        "report": _report(call, db, row),
    }


def _report(call: Call, db: Session, row: WorkspaceRow) -> dict[str, str | None] | None:
    report = report_of(call, db, row)
    if report is None:
        return None
    href = f"/espace/{row.token}/rapport"
    return {"href": href, "graded": _iso(report.graded), "remarked": _iso(report.remarked)}


def _memo(room: Classroom, token: str) -> Memo | None:
    folder = room.place.workspace(token)
    return read_workspace(folder).memo if is_workspace(folder) else None


def addresses(room: Classroom, row: WorkspaceRow) -> dict[str, str]:
    """Returns where each service of a workspace opens, by the beginning of its host; none while it does not run."""
    if row.state is not State.READY:
        return {}
    doors = {name: Door(name, row.token) for name, service in SERVICES.items() if service in row.ports}
    services = services_of(shown_lab(row.lab))
    return {
        name: f"/entrer?hote={room.hosts.of(door)}&chemin={quote(services[SERVICES[name]].told.page or '/', safe='')}"
        for name, door in doors.items()
    }


def _credentials(lab: Lab, memo: Memo | None) -> list[dict[str, str]]:
    if memo is None:
        return []
    told = [service.told for service in services_of(lab).values() if service.told.user]
    return [{"title": one.title, "user": one.user or "", "password": memo.db_password} for one in told]


def _sheets(lab: Lab, row: WorkspaceRow) -> list[dict[str, str]]:
    home = f"/espace/{row.token}/enonce/enonce.html"
    numbered = [
        (f"seance-{number}", f"Séance {number} : {one.title}") for number, one in enumerate(lab.manifest.seances, 1)
    ]
    return [
        {"id": name, "title": title, "href": f"{home}#{name}"}
        for name, title in (*numbered, ("reference", "Référence"))
    ]


def _documents(room: Classroom, token: str) -> list[dict[str, str]]:
    folder = room.place.workspace(token)
    paths = [path for name in _SHELF if (folder / name).is_dir() for path in sorted((folder / name).rglob("*"))]
    names = [path.relative_to(folder).as_posix() for path in paths if path.is_file()]
    return [{"name": name, "href": f"/espace/{token}/enonce/{quote(name)}"} for name in names]


def _verification(db: Session, room: Classroom, row: WorkspaceRow, one: VerificationRow) -> dict[str, Any]:
    rank = verifications.rank(db, room, one)
    return {
        "id": one.id,
        "state": one.state.value,
        "asked_at": _iso(one.asked_at),
        "ended_at": _iso(one.ended_at),
        "rank": rank.ahead,
        "eta_s": round(rank.eta_s),
        "said": one.said,
        "page": page_of(row.token) if one.state is Progress.DONE else None,
    }


def _hand_in(one: HandInRow) -> dict[str, Any]:
    return {
        "number": one.number,
        "at": _iso(one.at),
        "sha256": one.sha256,
        "code": code_of(one.sha256),
        "late": one.late,
    }


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat(timespec="seconds") if instant else None


def _helped(db: Session, row: WorkspaceRow) -> dict[str, str | None] | None:
    """Returns who dealt with the last request for help, once nothing is asked any more."""
    found = workspaces.last_answer(db, row.token) if row.asked_at is None else None
    return {"who": found.person.shown, "at": _iso(found.at)} if found else None


def verify(call: Call) -> Response:
    """Asks for a verification."""
    with call.room.work() as db:
        row = owned(call, db)
        if not is_workspace(call.room.place.workspace(row.token)):
            raise HTTPException(409, "L'espace se prépare encore : attendez un instant.")
        wanted, new = verifications.ask(db, call.room, row)
    if new:
        call.jobs.ask(Job.VERIFY, wanted.id)
    return as_json({"id": wanted.id}, 202 if new else 409)


def verification_page(call: Call) -> Response:
    """Shows the page of the last verification, and its evidence."""
    name = call.path("name") or "verification.html"
    if name != "verification.html" and not name.startswith(".etabli/verifications/"):
        raise HTTPException(404)
    with call.room.work() as db:
        access = entered(call, db)
    return shelf.shown(
        call.room.place.workspace(access.row.token), name, ours=name == "verification.html", embedded=True
    )


def sheets(call: Call) -> Response:
    """Shows the sheets, and the documents that come with them."""
    name = call.path("name") or "enonce.html"
    if name not in ("enonce.html", "aides.html") and name.split("/")[0] not in _SHELF:
        raise HTTPException(404)
    with call.room.work() as db:
        access = entered(call, db)
    return shelf.shown(call.room.place.workspace(access.row.token), name, ours=name.endswith(".html"), embedded=True)


def hand_in(call: Call) -> Response:
    """Keeps a copy of the work, and gives its receipt."""
    with call.room.work() as db:
        done = hand_ins.hand_in(db, call.room, owned(call, db))
    return as_json(_hand_in(done.row) | {"warnings": done.row.warnings}, 201)


def receipt(call: Call) -> Response:
    """Shows the receipt of a hand-in."""
    with call.room.work() as db:
        row = entered(call, db).row
        folder = call.room.place.hand_ins(row.opening_id, row.person.shown)
    name = hand_ins.path_of(folder, int(call.path("number"))).with_suffix(".recu.txt").name
    return shelf.shown(folder, name, ours=False)


def ask_for_help(call: Call) -> Response:
    """Notes that a learner asks for help, or no longer does."""
    with call.room.work() as db:
        row = owned(call, db)
        if call.request.method == "DELETE":
            workspaces.no_more_help(db, call.room, row)
        else:
            workspaces.ask_for_help(db, call.room, row, str(call.json().get("text", "")))
    return as_json({"ok": True})


def wake(call: Call) -> Response:
    """Starts the services of a workspace again; those that run are stopped first, and may forget their data."""
    with call.room.work() as db:
        row = owned(call, db)
        job = Job.RENEW if call.text("donnees") else Job.RESTART if row.state is State.READY else Job.OPEN
        workspaces.set_state(db, row, State.QUEUED)
    call.jobs.ask(job, row.token)
    return see_other(f"/espace/{row.token}")


def routes() -> list[Route]:
    """All that a workspace's page asks for, its files apart."""
    return [
        Route("/espace/{token}", answer(show)),
        Route("/espace/{token}/reveil", answer(wake), methods=["POST"]),
        Route("/espace/{token}/enonce/{name:path}", answer(sheets)),
        Route("/espace/{token}/verification/{name:path}", answer(verification_page)),
        Route("/espace/{token}/depots/{number:int}", answer(receipt)),
        Route("/api/espace/{token}", answer(state)),
        Route("/api/espace/{token}/verifications", answer(verify), methods=["POST"]),
        Route("/api/espace/{token}/depots", answer(hand_in), methods=["POST"]),
        Route("/api/espace/{token}/aide", answer(ask_for_help), methods=["POST", "DELETE"]),
        Route("/api/verifications/{id:int}/suite", follow),
    ]
