"""Two classes in a whole room: for tests of what stands between the people of it."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import inspect
from websockets.sync.client import ClientConnection
from whole_room import close_workspaces, state_of, websocket

from etabli.classroom import openings, people
from etabli.classroom.sign_ins import COOKIE
from etabli.classroom.state import Classroom
from etabli.classroom.tables import Person, Role
from etabli.lab.manifest import shown_lab
from etabli.server.services import Room
from etabli.server.visitor import Visitor

LIMIT_S = 180.0
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SITE, TERMINAL = "page-dynamique", "mots-de-passe"
LEARNER, MATE, OTHER, TEACHER, COLLEAGUE, ADMIN = "learner", "mate", "other", "teacher", "colleague", "admin"
"""A learner; one of the same class, one of another; the teacher of each class. Their logins are a lesson's own."""


@dataclass
class Lesson:
    """A room, people of it and their codes, and the openings of their classes."""

    room: Room
    state: Classroom
    logins: dict[str, str]
    codes: dict[str, str]
    site: int = 0
    """The opening of the lab that has a site, for the first class."""
    terminal: int = 0
    """That of the lab that has a terminal."""
    elsewhere: int = 0
    """The other class's."""
    tokens: dict[str, str] = field(default_factory=dict)
    stack: ExitStack = field(default_factory=ExitStack)

    def visitor(self, who: str | None = None) -> Visitor:
        """Somebody at a PC, signed in."""
        found = Visitor(self.room.settings.hosts, self.room.authority.root)
        self.stack.callback(found.close)
        if who:
            found.sign_in(self.logins[who], self.codes[who])
        return found

    def import_class(self, teacher: str, name: str, people: str) -> bytes:
        """Imports a list as a teacher does; returns the page that said what would change."""
        pc, edge = self.visitor(teacher), "etabli-essai"
        fields = {"classe": (name, ""), "liste": (people, '; filename="classe.csv"')}
        body = "".join(
            f'--{edge}\r\nContent-Disposition: form-data; name="{key}"{more}\r\n\r\n{value}\r\n'
            for key, (value, more) in fields.items()
        )
        kind = {"Content-Type": f"multipart/form-data; boundary={edge}"}
        preview = pc.post("/classes/importer", f"{body}--{edge}--\r\n".encode(), kind)
        key = re.search(rb'name="apercu" value="([^"]+)"', preview.body)
        assert key, preview.body
        done = pc.post("/classes/importer", urlencode({"apercu": key[1]}).encode(), FORM)
        assert done.status == 303, done.body
        return preview.body

    def cookie(self, visitor: Visitor, host: str | None = None) -> str:
        """What a browser keeps for a host: the portal's, unless another is named."""
        return visitor._cookies[host or self.room.settings.nom][COOKIE]

    def open(self, who: str, opening: int) -> str:
        """Opens a lab as a learner does; returns the token of the workspace, which answers."""
        visitor = self.visitor(who)
        token = visitor.open_lab(opening)
        until(lambda: visitor.state(token)["state"] in ("ready", "failed"))
        assert visitor.state(token)["state"] == "ready", visitor.state(token)["error"]
        return token

    def host(self, token: str, service: str = "site") -> str:
        """The host of a service of a workspace."""
        return f"{service}--{token}.{self.room.settings.nom}"

    def work(self, token: str) -> Path:
        """The files of a workspace."""
        return self.room.place.workspace(token) / "rendu"

    def line(self, path: str, cookie: str, origin: str | None = None) -> ClientConnection:
        """A WebSocket to the portal's host, through the front."""
        hosts = self.room.settings.hosts
        told = {"Cookie": f"{COOKIE}={cookie}", "Origin": origin or hosts.origin}
        return websocket(hosts.name, hosts.port, path, self.room.authority.root, told, LIMIT_S)

    def person(self, who: str) -> Person:
        """The row of one of these people."""
        with self.state.work() as db:
            return db.query(Person).filter_by(login=self.logins[who]).one()


def until(seen: Callable[[], Any]) -> Any:
    """Waits until something is so."""
    ends = time.monotonic() + LIMIT_S
    while not (found := seen()):
        assert time.monotonic() < ends, "it never came"
        time.sleep(0.2)
    return found


@contextmanager
def lesson(room: Room, ours: str, theirs: str) -> Iterator[Lesson]:
    """Brings two classes that nobody else has into a room; their labs are open since an hour."""
    with ExitStack() as stack:
        stack.callback(close_workspaces, room)
        state = state_of(room)
        stack.callback(state.engine.dispose)
        until(lambda: inspect(state.engine).has_table(Person.__tablename__))  # the worker makes them when it starts
        begun = state.now() - timedelta(hours=1)
        logins = {LEARNER: f"{ours}-01".lower(), MATE: f"{ours}-02".lower(), OTHER: f"{theirs}-01".lower()}
        logins |= {
            TEACHER: f"roux.{ours}".lower(),
            COLLEAGUE: f"petit.{theirs}".lower(),
            ADMIN: f"admin.{ours}".lower(),
        }
        found = Lesson(room, state, logins, {}, stack=stack)
        with state.work() as db:
            roux = Person(login=logins[TEACHER], shown="Mme Roux", role=Role.TEACHER)
            petit = Person(login=logins[COLLEAGUE], shown="M. Petit", role=Role.TEACHER)
            admin = Person(login=logins[ADMIN], shown="Administration", role=Role.ADMIN)
            for who, person in ((TEACHER, roux), (COLLEAGUE, petit), (ADMIN, admin)):
                found.codes[who] = people.give_code(db, person)
        found.import_class(TEACHER, ours, "Nom;Prénom\nAmbroise;Nina\nBellecour;Tom\n")
        found.import_class(COLLEAGUE, theirs, "Nom;Prénom\nCorvisart;Lou\n")
        with state.work() as db:
            first, second = (people.class_named(db, name) for name in (ours, theirs))
            assert first and second
            found.site, found.terminal, found.elsewhere = (
                openings.open_lab(db, state, teacher, of_class, shown_lab(lab), "entrainement", begun, None).id
                for teacher, of_class, lab in ((roux, first, SITE), (roux, first, TERMINAL), (petit, second, SITE))
            )
            for who in (LEARNER, MATE, OTHER):
                found.codes[who] = people.give_code(db, db.query(Person).filter_by(login=logins[who]).one())
        yield found


def said(body: bytes) -> Any:
    """Reads an answer of the portal's to a program."""
    return json.loads(body)
