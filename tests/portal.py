"""A room for tests: its state in memory, a class SNO of made-up people, and browsers that are signed in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

from moodle_samples import PEOPLE
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.testclient import TestClient

from etabli.classroom import openings, people, sign_ins
from etabli.classroom.hosts import Hosts
from etabli.classroom.jobs import Asked
from etabli.classroom.place import Place
from etabli.classroom.sign_ins import COOKIE
from etabli.classroom.state import Classroom, connect, prepare
from etabli.classroom.tables import Class, HandInRow, Opening, Person, Role, State, Teaching, WorkspaceRow
from etabli.classroom.workspaces import reserve
from etabli.lab.manifest import shown_lab
from etabli.portal.alone import Key, look_for
from etabli.portal.alone import build as build_alone
from etabli.portal.app import build
from etabli.roster.roster import new_roster

ORIGIN = "https://salle.internal"
NOON = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
"""Noon in Paris: what a room's clock says until a test moves it."""
LAB = "page-dynamique"
ALONE_PORT = 4817
ALONE = f"http://127.0.0.1:{ALONE_PORT}"


@dataclass
class Room:
    """A room, its class and its opening."""

    classroom: Classroom
    app: Starlette
    jobs: Asked
    clock: list[datetime]
    of_class: Class
    teacher: Person
    learners: list[Person]
    opening: Opening
    admin: Person
    others: dict[str, Person] = field(default_factory=dict)

    @contextmanager
    def work(self) -> Iterator[Session]:
        """A transaction."""
        with self.classroom.work() as db:
            yield db

    def later(self, **span: float) -> None:
        """Moves the clock."""
        self.clock[0] += timedelta(**span)

    def browser(self, person: Person | None = None) -> Browser:
        """A browser at the portal, signed in."""
        opened = Browser(self.app, base_url=ORIGIN, follow_redirects=False)
        if person is not None:
            with self.work() as db:
                token = sign_ins.begin(db, self.classroom, person, self.classroom.hosts.name)
            opened.cookies.set(COOKIE, token, domain="salle.internal")
        return opened

    def teaching(self, login: str) -> Person:
        """Another teacher, who has no class."""
        with self.work() as db:
            person = Person(login=login, shown=login.title(), role=Role.TEACHER)
            db.add(person)
        return person

    def space(self, person: Person, **facts: Any) -> str:
        """A learner's workspace in the opening; returns its token."""
        with self.work() as db:
            row = reserve(db, db.get_one(Person, person.id), db.get_one(Opening, self.opening.id))
            for name, value in facts.items():
                setattr(row, name, value)
            return row.token

    def ready(self, person: Person) -> str:
        """A workspace whose services answer."""
        return self.space(person, state=State.READY, ports={"application": 4242})

    def hand_in(self, person: Person, late: bool = False) -> str:
        """A hand-in as the table knows it; returns the workspace's token."""
        token = self.space(person)
        with self.work() as db:
            number = db.query(HandInRow).filter_by(token=token).count() + 1
            db.add(
                HandInRow(
                    token=token,
                    opening_id=self.opening.id,
                    number=number,
                    at=self.classroom.now(),
                    sha256=f"{number:064x}",
                    size=10,
                    files=1,
                    late=late,
                    warnings=[],
                )
            )
        return token

    def row(self, token: str) -> WorkspaceRow:
        """A workspace as the table knows it now."""
        with self.work() as db:
            return db.get_one(WorkspaceRow, token)


class Browser(TestClient):
    """A browser whose forms say where they are, as real ones do; an answer's ``words`` are what a person reads."""

    def request(self, *arguments: Any, **options: Any) -> Any:
        """Asks for a page."""
        answer = super().request(*arguments, **options)
        if "text/" in answer.headers.get("content-type", ""):
            answer.words = (
                unescape(answer.text).replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
            )
        return answer

    def send_form(self, path: str, data: dict[str, str] | None = None, **options: Any) -> Any:
        """Sends a form from a page of the portal."""
        return self.post(path, data=data or {}, headers={"Origin": ORIGIN}, **options)


def alone(*folders: Path, entered: bool = True, reader: Any = None) -> TestClient:
    """A browser of one person, before the pages of these folders (« etabli ouvrir »)."""
    key = Key(ALONE_PORT)
    opened = TestClient(build_alone(look_for(folders), key, ALONE_PORT, reader), base_url=ALONE, follow_redirects=False)
    opened.key = key  # type: ignore[attr-defined]
    if entered:
        assert opened.get(f"/?jeton={key.token}").headers["location"] == "/"
    return opened


def make_room(folder: Path, lab: str = LAB) -> Room:
    """Makes a room in a folder: class SNO, its teacher, an administrator, and one lab that is open."""
    engine, clock, jobs = connect("sqlite://"), [NOON], Asked()
    prepare(engine)
    classroom = Classroom(engine, Place(folder), Hosts("salle.internal"), now=lambda: clock[0])
    roster = new_roster("SNO")
    roster.add(list(PEOPLE))
    with classroom.work() as db:
        of_class = people.enrol(db, classroom, "SNO", [one.alias for one in roster.learners()])
        teacher = Person(login="roux", shown="Mme Roux", role=Role.TEACHER)
        admin = Person(login="admin", shown="Administration", role=Role.ADMIN)
        db.add_all([teacher, admin])
        db.flush()
        db.add(Teaching(class_id=of_class.id, person_id=teacher.id))
        hours = (NOON - timedelta(hours=1), NOON + timedelta(hours=2))
        opening = openings.open_lab(db, classroom, teacher, of_class, shown_lab(lab), "entrainement", *hours)
        learners = people.learners_of(db, of_class)
    return Room(classroom, build(classroom, jobs), jobs, clock, of_class, teacher, learners, opening, admin)
