"""Who reaches what in a room: every route of the portal and of the stream, asked by everybody, through the real front.

Each test goes on from the one before it, as a lesson does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

import pytest
from helpers import volume
from room_lesson import (
    ADMIN,
    COLLEAGUE,
    FORM,
    LEARNER,
    MATE,
    OTHER,
    TEACHER,
    Lesson,
    lesson,
    said,
    until,
)
from sqlalchemy import func, select
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from websockets.exceptions import InvalidStatus

from etabli.classroom.jobs import Asked
from etabli.classroom.sign_ins import COOKIE
from etabli.classroom.tables import Base, Connection, SignInRow, TicketRow
from etabli.portal.app import build
from etabli.server.services import Room
from etabli.server.visitor import Reply, Visitor
from etabli.worker.stream import Stream

NOBODY = ""
EVERYBODY = (LEARNER, MATE, OTHER, TEACHER, COLLEAGUE, ADMIN, NOBODY)
OWN, READ, CLASS = (LEARNER,), (LEARNER, TEACHER), (TEACHER,)
"""The learner; and the class's teacher, once asked; and the class's teacher, always."""
LEARNERS = (LEARNER, MATE, OTHER)
ONE, ASK_ONE = "/classes/{id:int}/traces/{alias}", "/classes/{class}/traces/{alias}"
SHUT = (401, 403, 404)
FILE = "/api/espace/{token}/fichier?chemin=notes.txt"


@dataclass(frozen=True)
class Door:
    """One way in: who may use it, and what they are told.

    Args:
        method: Of HTTP; ``WS`` is a WebSocket.
        route: As the application has it.
        who: Who may.
        ok: What they are told.
        ask: The address, unless the route says it.
        body: What is sent.
        headers: With what.
        shut: What the others are told.
    """

    method: str
    route: str
    who: tuple[str, ...]
    ok: int = 200
    ask: str | None = None
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    shut: tuple[int, ...] = SHUT


def form(**fields: str) -> dict[str, object]:
    return {"body": urlencode(fields).encode(), "headers": FORM}


ALL = EVERYBODY
DOORS = (
    Door("GET", "/sante", ALL),
    Door("GET", "/statique", ALL, ask="/statique/salle.css"),
    Door("GET", "/porte", (), shut=(404,)),  # asked on the portal's own host, it leads nowhere
    Door("GET", "/.etabli/entrer", (), ask="/.etabli/entrer?ticket=x", shut=(404,)),
    Door("GET", "/entrer", READ, 303, ask="/entrer?hote={host}"),
    Door("POST", "/tp/{opening:int}", (LEARNER, MATE), 303, ask="/tp/{terminal}", shut=(*SHUT, 409)),
    Door("GET", "/espace/{token}", READ),
    Door("GET", "/espace/{token}/enonce/{name:path}", READ, ask="/espace/{token}/enonce/enonce.html"),
    Door("GET", "/espace/{token}/verification/{name:path}", READ, ask="/espace/{token}/verification/"),
    Door("GET", "/espace/{token}/depots/{number:int}", READ, ask="/espace/{token}/depots/1"),
    Door("GET", "/espace/{token}/rapport", READ),
    Door("GET", "/espace/{token}/rapport/page/", READ),
    Door("GET", "/espace/{token}/rapport/{name:path}", READ, ask="/espace/{token}/rapport/{evidence}"),
    Door("GET", "/api/espace/{token}", READ),
    Door("GET", "/api/verifications/{id:int}/suite", READ, ask="/api/verifications/{verification}/suite"),
    Door("GET", "/api/espace/{token}/fichiers", READ),
    Door("PUT", "/api/espace/{token}/fichier", OWN, ask=FILE, body=b"bonjour", headers={"If-None-Match": "*"}),
    Door("GET", "/api/espace/{token}/fichier", READ, ask=FILE),
    Door("GET", "/api/espace/{token}/tout.zip", READ),
    Door("GET", "/api/espace/{token}/supprimes", READ),
    Door("GET", "/api/espace/{token}/versions", READ, ask="/api/espace/{token}/versions?chemin=notes.txt"),
    Door(
        *("GET", "/api/espace/{token}/version", READ),
        ask="/api/espace/{token}/version?chemin=notes.txt&sha256={sha256}",
    ),
    Door("POST", "/api/espace/{token}/dossier", OWN, 201, ask="/api/espace/{token}/dossier?chemin=neuf"),
    Door("POST", "/api/espace/{token}/renommer", OWN, body=b'{"de": "neuf", "vers": "neuf2"}'),
    Door(
        *("POST", "/api/espace/{token}/televerser", OWN, 201),
        body=b'--x\r\nContent-Disposition: form-data; name="fichiers"; filename="a.txt"\r\n\r\na\r\n--x--\r\n',
        headers={"Content-Type": "multipart/form-data; boundary=x"},
    ),
    Door("DELETE", "/api/espace/{token}/fichier", OWN, ask="/api/espace/{token}/fichier?chemin=neuf2"),
    Door("POST", "/api/espace/{token}/depots", OWN, 201, body=b"{}"),
    Door("POST", "/api/espace/{token}/aide", OWN, body=b'{"text": "Je ne trouve pas."}'),
    Door("WS", "/flux/{token}/journal", READ),
    Door("WS", "/flux/{token}/terminal", OWN),
    Door("POST", "/api/espace/{token}/verifications", OWN, 202, body=b"{}"),
    Door("POST", "/espace/{token}/reveil", OWN, 303),
    Door("GET", "/classes", (TEACHER, COLLEAGUE)),
    Door("GET", "/classes/suivi", (TEACHER, COLLEAGUE)),
    Door("POST", "/classes/importer", (TEACHER, COLLEAGUE), 409, body=b"", headers=FORM),  # without a list
    Door("GET", "/classes/{id:int}", CLASS, ask="/classes/{class}"),
    Door("POST", "/classes/{id:int}/codes", CLASS, 409, ask="/classes/{class}/codes", **form(eleve="x")),
    Door("GET", "/classes/{id:int}/codes/{key}", CLASS, 410, ask="/classes/{class}/codes/x"),
    Door("POST", "/classes/{id:int}/collegues", CLASS, 409, ask="/classes/{class}/collegues", **form(identifiant="x")),
    Door("POST", "/classes/{id:int}/ouvertures", CLASS, 409, ask="/classes/{class}/ouvertures", **form(tp="rien")),
    Door("GET", "/ouvertures/{id:int}", CLASS, ask="/ouvertures/{terminal}"),
    Door("POST", "/ouvertures/{id:int}", CLASS, 409, ask="/ouvertures/{terminal}", **form(ouvre="hier")),
    Door("GET", "/ouvertures/{id:int}/suivi", CLASS, ask="/ouvertures/{terminal}/suivi"),
    Door("POST", "/ouvertures/{id:int}/delais", CLASS, 409, ask="/ouvertures/{terminal}/delais", **form(eleve="x")),
    Door("GET", "/api/ouvertures/{id:int}/correction", CLASS, ask="/api/ouvertures/{terminal}/correction"),
    Door("GET", "/ouvertures/{id:int}/resultats/{name:path}", CLASS, ask="/ouvertures/{terminal}/resultats/"),
    Door("GET", "/ouvertures/{id:int}/export/{form}", CLASS, ask="/ouvertures/{terminal}/export/csv"),
    Door("POST", "/ouvertures/{id:int}/export/moodle", CLASS, 409, ask="/ouvertures/{terminal}/export/moodle"),
    Door(
        *("POST", "/ouvertures/{id:int}/commentaires", CLASS, 303),
        **({"ask": "/ouvertures/{terminal}/commentaires"} | form(espace="{token}", texte="Bien.")),
    ),
    Door("GET", "/ouvertures/{id:int}/appreciations", CLASS, ask="/ouvertures/{terminal}/appreciations"),
    Door(
        *("POST", "/ouvertures/{id:int}/appreciations", CLASS, 404),
        **({"ask": "/ouvertures/{terminal}/appreciations"} | form(eleve="x", critere="x")),
    ),
    Door(
        *("GET", "/ouvertures/{id:int}/appreciations/rendu/{eleve}/{name:path}", CLASS, 404),
        ask="/ouvertures/{terminal}/appreciations/rendu/x/x",
    ),
    Door("POST", "/ouvertures/{id:int}/supprimer", CLASS, 409, ask="/ouvertures/{terminal}/supprimer", **form(sur="")),
    Door("POST", "/ouvertures/{id:int}/aides", CLASS, 404, ask="/ouvertures/{terminal}/aides", **form(espace="x")),
    Door("POST", "/ouvertures/{id:int}/corriger", CLASS, 303, ask="/ouvertures/{terminal}/corriger"),
    Door("GET", "/mes-traces", LEARNERS),
    Door("PUT", "/api/mes-traces", LEARNERS, 404, body=b"{}"),  # without a recueil
    Door("GET", "/api/mes-traces/recueil", LEARNERS),
    Door("GET", "/mes-traces/recueil/{name:path}", (), ask="/mes-traces/recueil/recueil.zip", shut=(404,)),
    Door("GET", "/mes-traces/pieces/{trace}", (), ask="/mes-traces/pieces/rien", shut=(404,)),
    Door("POST", "/mes-traces/{acte}", LEARNERS, 409, ask="/mes-traces/choisir", **form(verification="")),
    Door("GET", "/classes/{id:int}/annee/", CLASS, ask="/classes/{class}/annee/"),
    Door("GET", "/classes/{id:int}/annee/index.html", CLASS, ask="/classes/{class}/annee/index.html"),
    Door("GET", "/classes/{id:int}/annee/{alias}/index.html", CLASS, ask="/classes/{class}/annee/{alias}/index.html"),
    Door("GET", "/classes/{id:int}/traces", CLASS, ask="/classes/{class}/traces"),
    Door("GET", ONE, CLASS, ask=ASK_ONE),
    Door("GET", f"/api{ONE}", CLASS, ask=f"/api{ASK_ONE}"),
    Door("GET", f"{ONE}/recueil/{{name:path}}", (), ask=f"{ASK_ONE}/recueil/recueil.zip", shut=(404,)),
    Door("GET", f"{ONE}/pieces/{{trace}}", (), ask=f"{ASK_ONE}/pieces/rien", shut=(404,)),
    Door("GET", f"{ONE}/ressemblances/{{trace}}", (), ask=f"{ASK_ONE}/ressemblances/rien", shut=(404,)),
    Door("POST", f"{ONE}/{{acte}}", CLASS, 409, ask=f"{ASK_ONE}/pfmp", **form(titre="")),
    Door("GET", "/administration", (ADMIN,)),
    Door("POST", "/administration/comptes", (ADMIN,), 409, **form(identifiant="")),
    Door("POST", "/administration/comptes/{id:int}", (ADMIN,), 409, ask="/administration/comptes/{admin}"),
    Door("POST", "/administration/classes/{id:int}", (ADMIN,), 409, ask="/administration/classes/{class}"),
    Door("GET", "/administration/machine", (ADMIN,)),
    Door("GET", "/administration/journal", (ADMIN,)),
    Door("GET", "/administration/connexions", (ADMIN,)),
)
OWN_AFFAIR = {
    *(("GET", "/connexion"), ("POST", "/connexion"), ("POST", "/deconnexion"), ("GET", "/code"), ("POST", "/code")),
    *(("GET", "/"), ("DELETE", "/api/espace/{token}/aide")),
}
"""What concerns whoever asks and nobody else, or what another test tries."""


@pytest.fixture(scope="module")
def room(one_room: Room) -> Iterator[Lesson]:
    with lesson(one_room, "MEL", "MEC") as found:
        found.tokens[LEARNER] = found.open(LEARNER, found.terminal)
        yield found


@pytest.fixture(scope="module")
def pcs(room: Lesson) -> dict[str, Visitor]:
    """A PC for each, where they are signed in."""
    return {who: room.visitor(who) for who in EVERYBODY}


@pytest.fixture(scope="module")
def facts(room: Lesson) -> dict[str, str]:
    token = room.tokens[LEARNER]
    told = {"token": token, "host": room.host(token, "site"), "terminal": str(room.terminal), "site": str(room.site)}
    numbers = {"mate": MATE, "admin": ADMIN, "learner": LEARNER}
    told |= {name: str(room.person(who).id) for name, who in numbers.items()}
    return told | {
        "class": str(room.person(LEARNER).class_id),
        "evidence": "rien",
        "verification": "1",
        "sha256": "0",
        "alias": room.person(LEARNER).shown,
    }


def asked(room: Lesson, pc: Visitor, door: Door, facts: dict[str, str]) -> Reply:
    """What somebody is told at a door."""
    path = re.sub(r"{(\w+)}", lambda found: facts[found[1]], door.ask or door.route)
    if door.method == "WS":
        mine = pc._cookies.get(room.room.settings.nom, {}).get(COOKIE, "")
        try:
            with room.line(path, mine):
                return Reply(200, {}, b"")
        except InvalidStatus as refused:
            return Reply(refused.response.status_code, {}, b"")
    body = door.body if door.body is not None else (None if door.method == "GET" else b"")
    if body and door.headers == FORM:
        body = re.sub(rb"%7B(\w+)%7D", lambda found: facts[found[1].decode()].encode(), body)
    return pc.request(door.method, room.room.settings.nom, path, body, dict(door.headers))


def is_shut(door: Door, reply: Reply) -> bool:
    """Whether somebody was refused, or sent to the way in."""
    return reply.status in door.shut or (
        reply.status == 303 and reply.headers["location"].startswith("/connexion") and not reply.body
    )


def rows(room: Lesson) -> dict[str, int]:
    """How much each table holds; who came and went apart."""
    apart = {table.__tablename__ for table in (Connection, SignInRow, TicketRow)}
    with room.state.work() as db:
        return {
            name: int(db.scalar(select(func.count()).select_from(table)) or 0)
            for name, table in Base.metadata.tables.items()
            if name not in apart
        }


def files(room: Lesson) -> set[tuple[str, int]]:
    """What is below the learner's work, with its sizes."""
    work = room.work(room.tokens[LEARNER])
    return {(path.relative_to(work).as_posix(), path.lstat().st_size) for path in work.rglob("*")}


def ways(routes: list[BaseRoute]) -> Iterator[tuple[str, str]]:
    for route in routes:
        if isinstance(route, Mount):
            yield "GET", route.path
        elif isinstance(route, WebSocketRoute):
            yield "WS", route.path
        elif isinstance(route, Route):
            yield from ((method, route.path) for method in (route.methods or {"GET"}) - {"HEAD"})


def test_every_route_is_in_the_table(room: Lesson) -> None:
    """A route that somebody adds has to say who may use it."""
    there = {*ways(build(room.state, Asked()).routes), *ways(Stream(room.state, lambda: None).application().routes)}  # type: ignore[arg-type, return-value]
    told = {(door.method, door.route) for door in DOORS}
    assert there - OWN_AFFAIR == told | {("GET", "/sante")}


def refusals(
    room: Lesson,
    pcs: dict[str, Visitor],
    facts: dict[str, str],
    whom: dict[str, tuple[str, ...]],
    doors: Sequence[Door] = DOORS,
) -> None:
    """Everybody who is not told of in `whom` tries each door: it is shut, and nothing is written."""
    before = rows(room), files(room)
    wrong = []
    for door in doors:
        for who in EVERYBODY:
            if who not in whom[f"{door.method} {door.route}"]:
                reply = asked(room, pcs[who], door, facts)
                if not is_shut(door, reply):
                    wrong.append((door.method, door.route, who or "nobody", reply.status, reply.body[:80]))
    assert not wrong
    assert (rows(room), files(room)) == before


def test_before_anything_is_asked_a_workspace_is_its_learner_s_alone(
    room: Lesson, pcs: dict[str, Visitor], facts: dict[str, str]
) -> None:
    may = {
        f"{door.method} {door.route}": OWN
        if TEACHER in door.who and LEARNER in door.who and door.who != ALL
        else door.who
        for door in DOORS
    }
    # What another moment opens to nobody else is tried once, in the next test.
    others = [door for door in DOORS if may[f"{door.method} {door.route}"] != door.who]
    assert len(others) > 15
    refusals(room, pcs, facts, may, (others, DOORS)[volume(0, 1)])


def test_once_asked_the_teacher_of_the_class_reads_and_nobody_else(
    room: Lesson, pcs: dict[str, Visitor], facts: dict[str, str]
) -> None:
    mine, token = pcs[LEARNER], room.tokens[LEARNER]
    assert mine.post(f"/api/espace/{token}/aide", b'{"text": "Je ne trouve pas."}').status == 200
    facts["verification"] = str(mine.verify(token))
    mine.hand_in(token)
    until(lambda: mine.state(token)["verification"]["state"] in ("done", "failed"))
    assert mine.state(token)["verification"]["state"] == "done"
    graded = pcs[TEACHER].post(f"/ouvertures/{room.terminal}/corriger")
    assert graded.status == 303
    progress = f"/api/ouvertures/{room.terminal}/correction"
    until(lambda: said(pcs[TEACHER].get(progress).body)["over"])
    told = json.loads((room.room.place.results(room.terminal) / "resultats.json").read_text("utf-8"))
    facts["evidence"] = next(
        (item["path"] for one in told["results"] for check in one["checks"] for item in check["evidence"]), "rien"
    )
    refusals(room, pcs, facts, {f"{door.method} {door.route}": door.who for door in DOORS})


def test_and_who_may_is_answered(room: Lesson, pcs: dict[str, Visitor], facts: dict[str, str]) -> None:
    """The table would shut everybody out otherwise, and no test would see it."""
    pc, token = pcs[LEARNER], room.tokens[LEARNER]
    kept = pc.request("PUT", room.room.settings.nom, FILE.format(token=token), b"bonjour", {"If-None-Match": "*"})
    facts["sha256"] = said(kept.body)["sha256"]
    wrong = []
    for door in DOORS:
        for who in door.who:
            reply = asked(room, pcs[who], door, facts)
            missing = facts["evidence"] == "rien" and door.route.endswith("rapport/{name:path}")
            if reply.status != (404 if missing else door.ok):
                wrong.append((door.method, door.route, who or "nobody", reply.status, reply.body[:120]))
    assert not wrong


def test_when_help_is_no_longer_asked_the_door_closes_again(room: Lesson, pcs: dict[str, Visitor]) -> None:
    """On the site too, where the teacher's browser has a cookie already."""
    token = room.open(MATE, room.site) if MATE not in room.tokens else room.tokens[MATE]
    room.tokens[MATE] = token
    pcs[MATE] = room.visitor(MATE)
    teacher, host = pcs[TEACHER], room.host(token)
    assert teacher.get(f"/entrer?hote={host}").status == 403
    assert pcs[MATE].post(f"/api/espace/{token}/aide", b'{"text": "?"}').status == 200
    assert teacher.visit(f"/entrer?hote={host}&chemin=/").status == 200
    assert teacher.request("GET", host, "/").status == 200
    assert pcs[MATE].request("DELETE", room.room.settings.nom, f"/api/espace/{token}/aide", b"").status == 200
    assert teacher.request("GET", host, "/").status == 403
    assert teacher.get(f"/api/espace/{token}").status == 404
