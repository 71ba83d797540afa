"""The files of the bench behind the real portal: their learner's alone, and a teacher's to read once that is right."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from etabli.classroom import sign_ins
from etabli.classroom.hosts import Hosts
from etabli.classroom.place import Place
from etabli.classroom.settings import read_settings
from etabli.classroom.sign_ins import COOKIE
from etabli.classroom.state import Classroom, connect, prepare, utc_now
from etabli.classroom.tables import Class, Opening, Person, Role, Teaching, WorkspaceRow
from etabli.portal.app import build

TOKEN = "abcd2345"
FILE = f"/api/espace/{TOKEN}/fichier?chemin=index.php"
FILES = f"/api/espace/{TOKEN}/fichiers"
NEW = {"If-None-Match": "*"}


class Jobs:
    """Nothing is asked of a worker here."""

    def ask(self, *what: Any) -> None:
        raise AssertionError(what)


class Portal:
    """The portal of a class of two, one of whom has a workspace."""

    def __init__(self, folder: Path) -> None:
        (folder / "salle.yaml").write_text("nom: salle.internal\n")
        hosts: Hosts = read_settings(folder).hosts
        self.room = Classroom(connect("sqlite://"), Place(folder), hosts)
        prepare(self.room.engine)
        app = build(self.room, Jobs())
        self.client = TestClient(app, base_url=hosts.origin, follow_redirects=False)
        self.work = self.room.place.workspace(TOKEN) / "rendu"
        self.work.mkdir(parents=True)
        with self.room.work() as db:
            sno = Class(name="SNO1", made_at=utc_now())
            db.add(sno)
            db.flush()
            learners = [
                Person(login=f"sno-0{n}", shown=f"SNO-0{n}", role=Role.LEARNER, class_id=sno.id) for n in (1, 2)
            ]
            teachers = [Person(login=name, shown=name, role=Role.TEACHER) for name in ("perrin", "diallo")]
            db.add_all([*learners, *teachers])
            db.flush()
            db.add(Teaching(class_id=sno.id, person_id=teachers[0].id))
            self.opening = Opening(
                class_id=sno.id, lab="page-dynamique", session="s", opens_at=utc_now() - timedelta(hours=1),
                closes_at=None, made_by=teachers[0].id,
            )  # fmt: skip
            db.add(self.opening)
            db.flush()
            db.add(
                WorkspaceRow(
                    token=TOKEN, person_id=learners[0].id, opening_id=self.opening.id, lab="page-dynamique", session="s"
                )
            )
            self.cookies = {one.login: sign_ins.begin(db, self.room, one, hosts.name) for one in (*learners, *teachers)}

    def ask(self, who: str, method: str, path: str, content: bytes = b"", **headers: str) -> Any:
        """Asks as the page of a person does, unless headers say otherwise."""
        origin = self.room.hosts.origin
        told = {"Origin": origin, "X-Etabli": "1"} | {name.replace("_", "-"): value for name, value in headers.items()}
        told |= {"Cookie": f"{COOKIE}={self.cookies[who]}"} if who else {}
        return self.client.request(method, path, content=content, headers=told)


@pytest.fixture
def portal(tmp_path: Path) -> Portal:
    return Portal(tmp_path)


def test_a_learner_writes_and_the_teacher_s_table_knows_when(portal: Portal) -> None:
    assert portal.ask("sno-01", "PUT", FILE, b"<?php", If_None_Match="*").status_code == 200
    assert (portal.work / "index.php").read_bytes() == b"<?php"
    with portal.room.work() as db:
        assert db.get_one(WorkspaceRow, TOKEN).saved_at is not None


def test_to_everybody_else_the_files_are_not_there(portal: Portal) -> None:
    (portal.work / "index.php").write_bytes(b"a")
    for who, status in (("sno-02", 404), ("perrin", 404), ("diallo", 404), ("", 401)):
        assert portal.ask(who, "GET", FILES).status_code == status
        assert portal.ask(who, "GET", FILE).status_code == status
        assert portal.ask(who, "GET", f"/api/espace/{TOKEN}/tout.zip").status_code == status
        assert portal.ask(who, "PUT", FILE, b"b", If_None_Match="*").status_code == status
        assert portal.ask(who, "DELETE", FILE).status_code == status
    assert (portal.work / "index.php").read_bytes() == b"a"


def test_a_teacher_of_the_class_reads_once_help_is_asked_and_never_writes(portal: Portal) -> None:
    (portal.work / "index.php").write_bytes(b"a")
    asked = portal.ask("sno-01", "POST", f"/api/espace/{TOKEN}/aide", b'{"text": "?"}')
    assert asked.status_code == 200
    assert portal.ask("perrin", "GET", FILE).content == b"a"
    assert portal.ask("perrin", "PUT", FILE, b"b", If_None_Match="*").status_code == 403
    assert portal.ask("perrin", "DELETE", FILE).status_code == 403
    assert portal.ask("diallo", "GET", FILE).status_code == 404
    assert (portal.work / "index.php").read_bytes() == b"a"


def test_a_learner_s_own_site_writes_nothing_in_the_visitor_s_name(portal: Portal) -> None:
    for headers in (
        {"Origin": f"https://site--{TOKEN}.salle.internal"},
        {"Origin": "null"},
        {"X_Etabli": ""},
    ):
        answer = portal.ask("sno-01", "PUT", FILE, b"b", If_None_Match="*", **headers)
        assert answer.status_code == 403, headers
    assert list(portal.work.iterdir()) == []


def test_styles_of_the_bench_page_bear_a_number_that_nobody_can_guess(portal: Portal) -> None:
    pages = [portal.ask("sno-01", "GET", f"/espace/{TOKEN}") for _time in range(2)]
    policies = [page.headers["content-security-policy"] for page in pages]
    assert policies[0] != policies[1]
    for page, policy in zip(pages, policies, strict=True):
        nonce = policy.partition("'nonce-")[2].partition("'")[0]
        assert len(nonce) > 20 and f'data-nonce="{nonce}"' in page.text
        assert "unsafe-inline" not in policy and "script-src 'self';" in policy
