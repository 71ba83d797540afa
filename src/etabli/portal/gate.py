"""The gate: who may enter another origin. Caddy asks here for each request to a workspace's service.

The answer always says ``X-Cible``, so that none which the browser sent can stand in its place.
"""

from __future__ import annotations

from urllib.parse import quote

from sqlalchemy.orm import Session
from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from etabli.classroom import sign_ins, workspaces
from etabli.classroom.hosts import SERVICES, Door
from etabli.classroom.sign_ins import COOKIE
from etabli.classroom.tables import Person, State
from etabli.portal.call import Call, answer, see_other
from etabli.portal.guard import own_or_link
from etabli.portal.pages import page
from etabli.portal.sign_in import set_cookie, way_in

ENTER = "/.etabli/entrer"
"""Path of every service's host where a ticket becomes a cookie."""
GATE = "/porte"
TARGET = "X-Cible"
_NOWHERE = {TARGET: ""}


def gate(call: Call) -> Response:
    """Answers Caddy: where a request goes on to; else where the browser must go first, or why it cannot enter."""
    headers, hosts = call.request.headers, call.room.hosts
    host = headers.get("x-forwarded-host", "").lower()
    door = hosts.door(host)
    if door is None:
        return _told(call, 404, "Il n'y a rien à cette adresse.")
    bare = hosts.of(door)
    who = sign_ins.find(call.room, call.request.cookies.get(COOKIE), bare)
    if who is None:
        if headers.get("x-forwarded-method", "GET") not in ("GET", "HEAD"):
            return _told(call, 403, "Vous n'êtes plus connecté : revenez à la salle.")
        wanted = headers.get("x-forwarded-uri", "/")
        to = f"{hosts.origin}/entrer?hote={bare}&chemin={quote(wanted, safe='')}"
        return RedirectResponse(to, 303, headers=_NOWHERE)
    if _from_elsewhere(headers, hosts.at(bare)):
        return _told(call, 403, "Cette demande vient d'une autre page : elle est refusée.")
    with call.room.work() as db:
        return _opened(call, db, who.person, door)


def _from_elsewhere(headers: Headers, own: str) -> bool:
    """Tells what another learner's page asks for in the visitor's name: neighbours are of the same *site* for browsers.

    Following a link is not that: it only shows a page, and says no origin.
    """
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site == "same-origin" or origin == own:
        return False
    shown = headers.get("x-forwarded-method", "GET") in ("GET", "HEAD")
    return origin is not None or not own_or_link(headers) or not (shown or site in (None, "none"))


def _opened(call: Call, db: Session, person: Person, door: Door) -> Response:
    access = workspaces.enter(db, call.room, person, door.token)
    if access is None:
        return _told(call, 403, "Cet espace n'est pas le vôtre.")
    port = access.row.ports.get(SERVICES[door.service])
    if access.row.state is not State.READY or not isinstance(port, int):
        return _told(call, 503, "Cet espace est arrêté : rouvrez le TP dans la salle.")
    return Response(status_code=200, headers={TARGET: f"127.0.0.1:{port}"})


def _told(call: Call, status: int, sentence: str) -> Response:
    response = page(call, "porte.html.j2", status, sentence=sentence, origin=call.room.hosts.origin)
    response.headers[TARGET] = ""
    return response


def leave_for(call: Call) -> Response:
    """Sends a person of the portal to another origin, with a ticket for it."""
    host, path = call.request.query_params.get("hote", ""), call.request.query_params.get("chemin", "/")
    door = call.room.hosts.door(host)
    if door is None or not path.startswith("/"):
        return see_other("/")
    if call.sign_in is None:
        return see_other(way_in("/entrer", call.request.url.query))
    with call.room.work() as db:
        access = workspaces.enter(db, call.room, call.person, door.token)
        if access is None:
            return _told(call, 403, "Cet espace n'est pas le vôtre.")
        if access.entry is workspaces.Entry.READER:
            workspaces.note_look(db, call.room, call.person, access.row)
        ticket = sign_ins.give_ticket(db, call.room, call.sign_in, call.room.hosts.of(door), path)
    return RedirectResponse(f"{call.room.hosts.at(call.room.hosts.of(door))}{ENTER}?ticket={ticket}", 303)


def enter(call: Call) -> Response:
    """On a service's host: a ticket becomes this host's cookie."""
    door = call.room.hosts.door(call.request.headers.get("host", ""))
    if door is None:
        return _told(call, 404, "Il n'y a rien à cette adresse.")
    with call.room.work() as db:
        used = sign_ins.use_ticket(db, call.room, call.request.query_params.get("ticket", ""), call.room.hosts.of(door))
    if used is None:
        return _told(call, 403, "Cette entrée a déjà servi, ou il est trop tard : rouvrez la page depuis la salle.")
    token, path = used
    response = RedirectResponse(path if not path.startswith(("//", "/\\")) else "/", 303)
    set_cookie(response, token)
    return response


def routes() -> list[Route]:
    """What Caddy asks, and the way from the portal to another origin."""
    return [
        Route(GATE, answer(gate)),
        Route("/entrer", answer(leave_for)),
        Route(ENTER, answer(enter)),
    ]
