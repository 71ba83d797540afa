"""A room's worker against its real database and the real engine: opened, verified, killed, graded, typed into.

One lab of two checks, one class of two learners; each test goes on from the one before it, as a lesson does.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import room_lab
from helpers import volume
from room_lab import start_worker
from small_repository import LAB, PAGE
from sqlalchemy import text
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, unix_connect

from etabli.classroom import hand_ins, openings, people, sign_ins, verifications, workspaces
from etabli.classroom.hosts import Hosts
from etabli.classroom.jobs import Job
from etabli.classroom.place import Place
from etabli.classroom.queue import VERIFICATIONS, Queue, prepare_queue
from etabli.classroom.state import Classroom, connect, prepare
from etabli.classroom.tables import BatchRow, Opening, Person, Progress, Role, State, VerificationRow, WorkspaceRow
from etabli.lab.manifest import load_lab
from etabli.lab.surroundings import Surroundings
from etabli.reception.hand_in import HandInState, read_hand_ins
from etabli.roster.learner import Person as Named
from etabli.roster.roster import new_roster
from etabli.worker.duty import Duty
from etabli.worker.housekeeping import ask_again
from etabli.workspace.compose import compose
from etabli.workspace.running import stop
from etabli.workspace.workspace import read_workspace

LIMIT_S = 240.0
CHECKS = '''
import time
from etabli.exam import Failed, check

@check(points=1, palier="essentiel", competences=["C1.1"], help="Ouvrez la page.")
def check_demarre(page):
    """La page répond."""
    page.open("/")
    if page.status != 200:
        raise Failed(observed=f"La page répond {page.status}.", expected="200")

@check(points=2, palier="essentiel", competences=["C1.1"], after=["demarre"])
def check_titre(page):
    """La page a un titre."""
    page.open("/")
    time.sleep(2)
    if page.headings() != ["Bonjour"]:
        raise Failed(observed="Pas de titre.", expected="Bonjour")
'''
"""The second one leaves time to pull the plug after the first."""
NAMES = ("Camille Roussel", "Yanis Moreau")


@dataclass
class Lesson:
    """A room, its class, and its worker."""

    room: Classroom
    address: str
    queue: Queue
    opening: int
    tokens: tuple[str, ...]
    journal: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self, *, second: bool = False) -> None:
        """Starts the worker; or a second one, which is told the database's address and the shared folder alone."""
        with open(self.journal, "ab") as said:
            self.process = start_worker(self.address, self.room.place.folder, said, second=second, lanes=1)

    def end(self, number: signal.Signals) -> int:
        """Ends the worker; returns its exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(LIMIT_S)

    def until(self, what: str, met: Callable[[], Any]) -> Any:
        """Waits for something of the state."""
        limit = time.monotonic() + LIMIT_S
        while not (found := met()):
            assert time.monotonic() < limit, f"{what}: never; {self.journal.read_text('utf-8')}"
            assert self.process is None or self.process.poll() is None, self.journal.read_text("utf-8")
            time.sleep(0.2)
        return found

    def row(self, number: int = 0) -> WorkspaceRow:
        with self.room.work() as db:
            return db.get_one(WorkspaceRow, self.tokens[number])

    def open(self, number: int = 0, job: Job = Job.OPEN) -> WorkspaceRow:
        """Opens a workspace, or starts it anew, as the portal does, and waits until it is ready."""
        with self.room.work() as db:
            workspaces.set_state(db, db.get_one(WorkspaceRow, self.tokens[number]), State.QUEUED)
        self.queue.ask(job, self.tokens[number])
        self.until("open", lambda: self.row(number).state in (State.READY, State.FAILED))
        return self.row(number)

    def verify(self, number: int = 0) -> int:
        """Asks for a verification."""
        with self.room.work() as db:
            asked, new = verifications.ask(db, self.room, db.get_one(WorkspaceRow, self.tokens[number]))
        assert new
        self.queue.ask(Job.VERIFY, asked.id)
        return asked.id

    def verification(self, number: int) -> VerificationRow:
        with self.room.work() as db:
            return db.get_one(VerificationRow, number)

    def findings(self, number: int) -> list[tuple[str, str]]:
        with self.room.work() as db:
            found = verifications.findings(db, db.get_one(VerificationRow, number))
        return [(one.check, one.outcome) for one in found]

    def cookie(self, number: int, role: Role = Role.LEARNER) -> str:
        """Signs somebody in on the portal."""
        with self.room.work() as db:
            row = db.get_one(WorkspaceRow, self.tokens[number])
            person = row.person if role is Role.LEARNER else db.query(Person).filter_by(role=role).one()
            return sign_ins.begin(db, self.room, person, self.room.hosts.name)

    def stream(self, path: str, cookie: str, origin: str | None = None) -> ClientConnection:
        told = {"Cookie": f"{sign_ins.COOKIE}={cookie}", "Origin": origin or self.room.hosts.origin}
        return unix_connect(
            str(self.room.place.sockets("flux") / "flux.sock"), uri=f"ws://{self.room.hosts.name}{path}",
            additional_headers=told, open_timeout=LIMIT_S, max_size=None,
        )  # fmt: skip

    def jobs(self, number: int) -> int:
        """How many jobs of the queue are about a verification."""
        about = "SELECT count(*) FROM procrastinate_jobs WHERE queue_name = :queue AND (args->>'about')::int = :about"
        with self.room.work() as db:
            return int(db.scalar(text(about), {"queue": VERIFICATIONS, "about": number}) or 0)

    def runs(self, number: int = 0) -> list[Path]:
        place = self.room.place.workspace(self.tokens[number])
        return sorted(place.glob(".etabli/verifications/*/0*/run.json"))


@pytest.fixture(scope="module")
def lesson(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lesson]:
    folder = Path(tempfile.mkdtemp(prefix="salle-", dir="/tmp"))  # sockets have short names
    folder.chmod(0o711)
    root = room_lab.repository(tmp_path_factory.mktemp("depot"), CHECKS)
    (folder / "tmp").mkdir()
    with pytest.MonkeyPatch.context() as patch, room_lab.database(folder) as address:
        for name, value in (
            ("ETABLI_ROOT", root), ("ETABLI_HOME", folder / "home"), ("TMPDIR", folder / "tmp"),
            ("ETABLI_CLASSES", folder / "classes" / "classes.sqlite"),
        ):  # fmt: skip
            patch.setenv(name, str(value))
        made = _class(Classroom(connect(address), Place(folder), Hosts("salle.essai.internal")), address, folder)
        made.start()
        try:
            yield made
        finally:
            if made.process and made.process.poll() is None:
                made.end(signal.SIGKILL)
            for token in made.tokens:
                if (made.room.place.workspace(token) / ".etabli").is_dir():
                    stop(read_workspace(made.room.place.workspace(token)), forget_database=True)
            made.room.engine.dispose()
    shutil.rmtree(folder, ignore_errors=True)


def _class(room: Classroom, address: str, folder: Path) -> Lesson:
    prepare_queue(room.engine)
    prepare(room.engine)
    new_roster("SNO").add([Named(*name.split()) for name in NAMES])
    with room.work() as db:
        of_class = people.enrol(db, room, "SNO", ["SNO-01", "SNO-02", "SNO-03"])
        teacher = Person(login="prof", shown="Mme Roux", role=Role.TEACHER)
        db.add(teacher)
        db.flush()
        begun = room.now() - timedelta(hours=1)
        opening = openings.open_lab(db, room, teacher, of_class, load_lab(LAB), "lundi", begun, room.now())
        learners = people.learners_of(db, of_class)
        openings.extend(db, room, teacher, opening, learners[1], room.now() + timedelta(days=1))
        tokens = tuple(workspaces.find_or_make(db, room, person, opening).token for person in learners[:2])
    return Lesson(room, address, Queue(address), opening.id, tokens, folder / "tmp" / "dit.txt")


def test_a_workspace_opens_and_its_site_answers(lesson: Lesson) -> None:
    row = lesson.open()
    assert (row.state, row.error) == (State.READY, None)
    assert set(row.ports) == {"application", "adminer"}
    line = http.client.HTTPConnection("127.0.0.1", row.ports["application"], timeout=LIMIT_S)
    line.request("GET", "/")
    assert b"<h1>Bonjour</h1>" in line.getresponse().read()
    line.close()
    folder = lesson.room.place.workspace(row.token)
    work = {path for path in [folder / "rendu", *(folder / "rendu").rglob("*")]}
    if os.geteuid() == 0:
        assert {path.lstat().st_uid for path in work} == {1000}, "the portal writes there"
        for path in {folder, *folder.rglob("*")} - work:
            facts, private = path.lstat(), path.name in ("compose.yml", "compose.env")
            assert (facts.st_uid, facts.st_gid, facts.st_mode & 0o022) == (0, 1000, 0), f"root alone writes {path}"
            assert bool(facts.st_mode & 0o040) is not private, f"the portal reads {path}"


def test_a_verification_tells_its_findings_and_a_second_press_changes_nothing(lesson: Lesson) -> None:
    number = lesson.verify()
    lesson.until("a first finding", lambda: lesson.findings(number))
    with lesson.room.work() as db:  # as if it had waited for long already
        db.get_one(VerificationRow, number).asked_at = lesson.room.now() - timedelta(minutes=5)
    ask_again(Duty(lesson.room, lesson.queue))
    assert lesson.jobs(number) == 1, "what is under way is not asked again"
    lesson.queue.ask(Job.VERIFY, number)
    lesson.until("its end", lambda: lesson.verification(number).state.over)
    done = lesson.verification(number)
    assert (done.state, done.total, done.attempts) == (Progress.DONE, 2, 1)
    assert done.said == "Essentiel : 2 sur 2 réussis. Tout est réussi."
    assert lesson.findings(number) == [("demarre", "passed"), ("titre", "passed")]
    page = lesson.room.place.workspace(done.token) / "verification.html"
    assert "La page a un titre" in page.read_text("utf-8")
    assert [path.parent.name for path in lesson.runs()] == [done.run]


def test_workers_that_are_told_to_end_then_killed_leave_a_verification_that_is_made_once(lesson: Lesson) -> None:
    before = len(lesson.runs())
    number = lesson.verify()
    ends = [(signal.SIGTERM, 0), (signal.SIGKILL, -signal.SIGKILL)][volume(1, 0) :]
    for attempt, (how, code) in enumerate(ends, 1):
        lesson.until("a finding", lambda wanted=attempt: _told(lesson, number, wanted))
        assert lesson.end(how) == code
        assert lesson.verification(number).state is Progress.RUNNING
        lesson.start(second=attempt < len(ends))
    lesson.until("its end", lambda: lesson.verification(number).state.over)
    assert lesson.verification(number).state is Progress.DONE
    assert lesson.verification(number).attempts == len(ends) + 1
    assert lesson.findings(number) == [("demarre", "passed"), ("titre", "passed")]
    assert len(lesson.runs()) == before + 1


def _told(lesson: Lesson, number: int, attempt: int) -> bool:
    return lesson.verification(number).attempts == attempt and bool(lesson.findings(number))


def test_a_terminal_is_typed_into_by_its_learner_alone(lesson: Lesson) -> None:
    path = f"/flux/{lesson.tokens[0]}/terminal"
    lesson.until("the stream", lambda: (lesson.room.place.sockets("flux") / "flux.sock").exists())
    mine = lesson.cookie(0)
    for cookie, origin in (
        (mine, f"https://site--{lesson.tokens[0]}.salle.essai.internal"),
        (mine, "null"),
        ("rien", None),
        (lesson.cookie(1), None),
        (lesson.cookie(0, Role.TEACHER), None),
    ):
        with pytest.raises(InvalidStatus) as refused:
            lesson.stream(path, cookie, origin)
        assert refused.value.response.status_code == 403
    with lesson.stream(path, mine) as line:
        line.send(json.dumps({"cols": 91, "rows": 27}))
        line.send("un texte qui n'est pas une taille")
        line.send(b"stty size; echo $((41+1)) ; sleep 300 &\n")
        _heard(line, b"27 91", b"42\r\n")
        lesson.until("the shell, and what it has left running", lambda: _shells(lesson) == 2)
    lesson.until("its end", lambda: _shells(lesson) == 0)


def test_three_terminals_at_most(lesson: Lesson) -> None:
    path, mine = f"/flux/{lesson.tokens[0]}/terminal", lesson.cookie(0)
    with ExitStack() as stack:
        for _n in range(3):
            line = stack.enter_context(lesson.stream(path, mine))
            line.send(b"echo $((40+2))\n")
            _heard(line, b"42\r\n")
        fourth = stack.enter_context(lesson.stream(path, mine))
        with pytest.raises(ConnectionClosed):
            while True:
                fourth.recv(LIMIT_S)
        assert fourth.close_code == 4429
    lesson.until("their end", lambda: _shells(lesson) == 0)


def test_the_journal_follows_what_the_application_says(lesson: Lesson) -> None:
    row = lesson.row()
    (lesson.room.place.workspace(row.token) / "rendu" / "dit.php").write_text('<?php error_log("coucou du journal");')
    with lesson.stream(f"/flux/{row.token}/journal", lesson.cookie(0)) as line:
        asked = http.client.HTTPConnection("127.0.0.1", row.ports["application"], timeout=LIMIT_S)
        asked.request("GET", "/dit.php")
        asked.getresponse().read()
        asked.close()
        _heard(line, b"coucou du journal")
    (lesson.room.place.workspace(row.token) / "rendu" / "dit.php").unlink()


@pytest.mark.long
def test_a_class_is_graded_with_the_hours_of_the_server(lesson: Lesson) -> None:
    with lesson.room.work() as db:
        first, second = (db.get_one(WorkspaceRow, token) for token in lesson.tokens)
        kept = hand_ins.hand_in(db, lesson.room, first)
    assert kept.row.late
    assert lesson.open(1).state is State.READY
    work = lesson.room.place.workspace(lesson.tokens[1]) / "rendu"
    (work / "index.php").write_text(PAGE.replace("h1", "p"), "utf-8")
    with lesson.room.work() as db:
        hand_ins.hand_in(db, lesson.room, db.get_one(WorkspaceRow, second.token))
        batch = BatchRow(opening_id=lesson.opening, made_by=1, asked_at=lesson.room.now())
        db.add(batch)
    lesson.queue.ask(Job.GRADE, batch.id)

    def row() -> BatchRow:
        with lesson.room.work() as db:
            return db.get_one(BatchRow, batch.id)

    lesson.until("some progress", lambda: row().done or row().state.over)
    lesson.end(signal.SIGKILL)
    lesson.start()
    lesson.until("its end", lambda: row().state.over)
    done = row()
    assert (done.state, done.done, done.total) == (Progress.DONE, 2, 2), done.said
    assert done.said == "2 rendus vérifiés."
    out = lesson.room.place.results(lesson.opening)
    for alias in ("SNO-01", "SNO-02"):
        assert "La page a un titre" in (out / alias / "index.html").read_text("utf-8")
        assert len([*(out / alias).glob("0*/run.json")]) == 1, "none is graded twice"
    found = read_hand_ins(out)
    assert found is not None
    states = {entry.candidate: entry.state for entry in found.entries}
    assert states == {
        "SNO-01": HandInState.LATE, "SNO-02": HandInState.HANDED_IN, "SNO-03": HandInState.MISSING,
    }  # fmt: skip
    shown = [path.lstat() for path in (out, *out.rglob("*")) if path.name != ".verrou"]
    assert os.geteuid() != 0 or all(one.st_gid == 1000 and one.st_mode & 0o040 for one in shown), "the portal reads"


def test_a_workspace_that_stops_keeps_its_files_and_gives_no_port(lesson: Lesson) -> None:
    with lesson.stream(f"/flux/{lesson.tokens[0]}/journal", lesson.cookie(0)):
        lesson.queue.ask(Job.STOP, lesson.tokens[0])
        lesson.until("its end", lambda: lesson.row().state is State.STOPPED)
    assert lesson.row().ports == {}
    assert (lesson.room.place.workspace(lesson.tokens[0]) / "rendu" / "index.php").is_file()


@pytest.mark.long
def test_a_workspace_starts_anew_with_its_data_or_the_first_ones(lesson: Lesson) -> None:
    lesson.open()
    space = read_workspace(lesson.room.place.workspace(lesson.tokens[0]))
    assert space.memo.surroundings is Surroundings.ROOM
    (space.work / "mien.txt").write_text("à moi", "utf-8")

    def asked(statement: str) -> str:
        return compose(space, "exec", "-T", "base", "mariadb", "atelier", "--execute", statement)

    asked("CREATE TABLE de_trop (n INT)")
    for job, kept in ((Job.RESTART, True), (Job.RENEW, False)):
        row = lesson.open(job=job)
        assert row.state is State.READY and set(row.ports) == {"application", "adminer"}
        assert ("de_trop" in asked("SHOW TABLES")) is kept, lesson.journal.read_text("utf-8")
    assert (space.work / "mien.txt").read_text("utf-8") == "à moi"
    (space.work / "mien.txt").unlink()


def test_an_opening_is_prepared_ahead(lesson: Lesson) -> None:
    with lesson.room.work() as db:
        opening = db.get_one(Opening, lesson.opening)
        opening.ahead = Progress.QUEUED
    lesson.queue.ask(Job.PREPARE, lesson.opening)

    def ahead() -> bool:
        with lesson.room.work() as db:
            found = db.get_one(Opening, lesson.opening).ahead
            return found is not None and found.over

    lesson.until("its end", ahead)
    assert lesson.row(0).state in (State.READY, State.STOPPED) and lesson.row(1).state is State.READY
    with lesson.room.work() as db:
        third = db.query(WorkspaceRow).filter(WorkspaceRow.token.not_in(lesson.tokens)).one()
    lesson.tokens = (*lesson.tokens, third.token)
    assert (lesson.room.place.workspace(third.token) / "rendu" / "index.php").is_file()


def _heard(line: ClientConnection, *wanted: bytes) -> None:
    heard = b""
    while not all(words in heard for words in wanted):
        said = line.recv(LIMIT_S)
        heard += said.encode() if isinstance(said, str) else said


def _shells(lesson: Lesson) -> int:
    """How many processes of streams there are in the terminal."""
    project = read_workspace(lesson.room.place.workspace(lesson.tokens[0])).memo.project
    count = "cat /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' | grep -c ^ETABLI_FLUX="
    argv = ["docker", "exec", f"{project}-terminal-1", "sh", "-c", count]
    return int(subprocess.run(argv, capture_output=True, text=True, check=False).stdout)
