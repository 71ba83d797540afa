"""A room's worker without engine nor PostgreSQL: what each job writes, and what is looked after between jobs."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from helpers import make_run
from procrastinate.testing import InMemoryConnector
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from etabli.classroom import openings, people, sign_ins, verifications, workspaces
from etabli.classroom.hosts import Hosts
from etabli.classroom.jobs import Asked, Job
from etabli.classroom.place import Place
from etabli.classroom.settings import RoomSettings, write_settings
from etabli.classroom.state import Classroom, connect, prepare
from etabli.classroom.tables import (
    BatchRow,
    Connection,
    HandInRow,
    Opening,
    Person,
    Progress,
    Role,
    State,
    VerificationRow,
    WorkspaceRow,
)
from etabli.exam.contract.errors import SandboxFailure, UsageProblem
from etabli.grading.examine import Interrupted
from etabli.lab.manifest import load_lab
from etabli.reception.hand_in import HandInState
from etabli.runs.run import Run
from etabli.worker import duty, grading_class, housekeeping, spaces, verifying
from etabli.worker.duty import Duty, alone
from etabli.worker.spaces import lock_name
from etabli.worker.stream import Stream, Throttle, _size
from etabli.worker.tasks import ACTS, application
from etabli.workspace import running
from etabli.workspace.running import Running

LAB = "page-dynamique"
NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)


class Clock:
    """An hour that a test changes."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class Bench:
    """A room with a class of two, an opening, and the workspace of the first one."""

    def __init__(self, folder: Path) -> None:
        engine = connect("sqlite://")
        prepare(engine)
        self.clock = Clock()
        self.room = Classroom(engine, Place(folder), Hosts("salle.internal"), now=self.clock)
        self.jobs = Asked()
        self.duty = Duty(self.room, self.jobs)
        with self.room.work() as db:
            of_class = people.enrol(db, self.room, "SNO", ["SNO-01", "SNO-02"])
            teacher = Person(login="prof", shown="Mme Roux", role=Role.TEACHER)
            db.add(teacher)
            db.flush()
            begun = NOW - timedelta(hours=1)
            until = NOW + timedelta(hours=1)
            opening = openings.open_lab(db, self.room, teacher, of_class, load_lab(LAB), "lundi", begun, until)
            first, self.second = people.learners_of(db, of_class)
            row = workspaces.find_or_make(db, self.room, first, opening)
            self.opening, self.token, self.first = opening.id, row.token, first

    def row(self) -> WorkspaceRow:
        with self.room.work() as db:
            return db.get_one(WorkspaceRow, self.token)

    def change(self, **facts: Any) -> None:
        with self.room.work() as db:
            row = db.get_one(WorkspaceRow, self.token)
            for name, value in facts.items():
                setattr(row, name, value)

    def ask(self) -> int:
        with self.room.work() as db:
            return verifications.ask(db, self.room, db.get_one(WorkspaceRow, self.token))[0].id

    def verification(self, number: int) -> VerificationRow:
        with self.room.work() as db:
            return db.get_one(VerificationRow, number)

    def findings(self, number: int) -> list[tuple[int, str, str]]:
        with self.room.work() as db:
            found = verifications.findings(db, db.get_one(VerificationRow, number))
        return [(one.number, one.check, one.outcome) for one in found]


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setattr(spaces, "AT_ONCE", 1)  # a base in memory is one connection, which threads would share
    made = Bench(tmp_path)
    yield made
    made.room.engine.dispose()


# Spaces


def ups(monkeypatch: pytest.MonkeyPatch, up: Callable[[], Any]) -> None:
    monkeypatch.setattr(spaces, "_files", lambda duty, token, seat: None)
    monkeypatch.setattr(spaces, "bring_up", lambda workspace: up())


def test_an_opened_workspace_tells_its_ports(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def up() -> Any:
        assert (bench.row().state, bench.row().ports) == (State.STARTING, {})
        return SimpleNamespace(ports={"application": 8090})

    ups(monkeypatch, up)
    bench.change(state=State.QUEUED, ports={"application": 8080}, error="avant")
    spaces.open_space(bench.duty, bench.token)
    assert (bench.row().state, bench.row().ports, bench.row().error) == (State.READY, {"application": 8090}, None)


@pytest.mark.parametrize("state", [State.ABSENT, State.READY, State.STOPPED, State.FAILED])
def test_what_nobody_asked_for_is_left_alone(bench: Bench, monkeypatch: pytest.MonkeyPatch, state: State) -> None:
    ups(monkeypatch, lambda: pytest.fail("opened"))
    bench.change(state=state)
    spaces.open_space(bench.duty, bench.token)
    spaces.open_space(bench.duty, "inconnuu")
    assert bench.row().state is state


@pytest.mark.parametrize("problem", [SandboxFailure("Le moteur se tait."), RuntimeError("une faute à nous")])
def test_one_that_cannot_start_says_so_and_why_is_in_the_journal(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, problem: Exception
) -> None:
    def up() -> Any:
        raise problem

    ups(monkeypatch, up)
    monkeypatch.setattr(duty, "_engine_answers", lambda: True)
    bench.change(state=State.QUEUED)
    spaces.open_space(bench.duty, bench.token)
    assert bench.row().state is State.FAILED
    assert (bench.row().error or "").startswith("Votre espace n'a pas pu démarrer")
    assert str(problem) in caplog.text and bench.token in caplog.text


@pytest.mark.parametrize(("job", "forgets"), [(Job.RESTART, False), (Job.RENEW, True)])
def test_one_that_starts_anew_is_stopped_first_and_may_forget_its_data(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, job: Job, forgets: bool
) -> None:
    done: list[str] = []

    def stop(workspace: Any, *, forget_database: bool = False) -> None:
        done.append(f"stopped, {forget_database}")

    ups(monkeypatch, lambda: done.append("started") or SimpleNamespace(ports={"application": 8090}))
    monkeypatch.setattr(spaces, "stop", stop)
    monkeypatch.setattr("etabli.worker.tasks.stop", stop)
    bench.change(state=State.QUEUED)
    for _once in range(2):  # the queue may call it twice
        ACTS[job](bench.duty, bench.token)
    assert done == [f"stopped, {forgets}", "started"] and bench.row().state is State.READY


def test_the_ports_are_forgotten_before_anything_stops(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setattr(spaces, "is_workspace", lambda folder: True)
    monkeypatch.setattr(spaces, "read_workspace", lambda folder: None)
    monkeypatch.setattr(spaces, "stop", lambda workspace: seen.append((bench.row().state, bench.row().ports)))
    bench.change(state=State.READY, ports={"application": 8080})
    spaces.stop_space(bench.duty, bench.token)
    assert seen == [(State.STOPPED, {})]


def test_nothing_stops_under_a_learner_who_is_back(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spaces, "stop", lambda workspace: pytest.fail("stopped"))
    bench.change(state=State.READY, ports={"application": 8080}, seen_at=NOW - timedelta(seconds=30))
    spaces.stop_space(bench.duty, bench.token)
    assert bench.row().state is State.READY


@pytest.mark.parametrize(("left", "expected"), [(8_000, State.READY), (500, State.STOPPED)])
def test_a_class_is_prepared_ahead_as_memory_allows(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, left: int, expected: State
) -> None:
    ups(monkeypatch, lambda: SimpleNamespace(ports={}))
    monkeypatch.setattr(spaces, "memory_left_mb", lambda: left)
    spaces.prepare(bench.duty, bench.opening)
    with bench.room.work() as db:
        assert db.get_one(Opening, bench.opening).ahead is Progress.DONE
        assert [row.state for row in db.scalars(select(WorkspaceRow))] == [expected, expected]


def test_preparing_goes_on_where_it_was_when_its_worker_ends(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    ups(monkeypatch, lambda: SimpleNamespace(ports={}))
    monkeypatch.setattr(spaces, "memory_left_mb", lambda: 8_000)
    bench.duty.stopping.set()
    with pytest.raises(Interrupted):
        spaces.prepare(bench.duty, bench.opening)
    bench.duty.stopping.clear()
    spaces.prepare(bench.duty, bench.opening)
    with bench.room.work() as db:
        assert db.get_one(Opening, bench.opening).ahead is Progress.DONE


# Verifications


class Exam:
    """Stands for the exam: it tells events and freezes a run, as a test wishes."""

    def __init__(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        self.bench, self.made = bench, 0
        self.ends: Exception | None = None
        self.frozen: list[Run] = []
        self.events: list[dict[str, Any]] = [{"kind": "open"}, self.end("a", "passed"), self.end("b", "failed")]
        place = SimpleNamespace(
            seat=SimpleNamespace(lab=None, session="lundi", candidate="SNO-01"), runs=bench.room.place.folder, work=None,
            run_folders=lambda: [], of_this_work=lambda folders: self.frozen,
        )  # fmt: skip
        specs = tuple(SimpleNamespace(id=one, title=f"Point {one}") for one in "abc")
        monkeypatch.setattr(verifying, "read_workspace", lambda folder: None)
        monkeypatch.setattr(verifying, "place_of", lambda workspace, secret: place)
        plan = SimpleNamespace(checks=SimpleNamespace(specs=specs))
        monkeypatch.setattr(verifying, "make_plan", lambda *_given, **_named: plan)
        monkeypatch.setattr(verifying, "check_once", self.check_once)
        monkeypatch.setattr(verifying, "publish_page", lambda place, run: (self.payload(), None))
        vars(bench.duty).update(secret=b"", sandbox=None)

    def end(self, check: str, outcome: str) -> dict[str, Any]:
        return {"kind": "check_end", "check": check, "outcome": outcome}

    def payload(self) -> Any:
        outcomes = {"a": "passed", "b": "failed", "c": "blocked"}
        return {
            "status": "graded",
            "checks": [
                {"id": one, "title": f"Point {one}", "outcome": said, "palier": "essentiel"}
                for one, said in outcomes.items()
            ],
        }

    def check_once(self, sandbox: Any, plan: Any, deposit: Any, *, seen: Any, stopped: threading.Event) -> Any:
        self.made += 1
        for event in self.events:
            seen(event)
        if self.ends:
            raise self.ends
        return SimpleNamespace(run=make_run((), (), id="0001", candidate="SNO-01"))


@pytest.fixture
def exam(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Exam:
    return Exam(bench, monkeypatch)


def test_a_verification_tells_all_its_points_and_ends_with_a_sentence(bench: Bench, exam: Exam) -> None:
    number = bench.ask()
    verifying.verify(bench.duty, number)
    done = bench.verification(number)
    assert (done.state, done.total, done.run, done.attempts) == (Progress.DONE, 3, "0001", 1)
    assert done.said == "Essentiel : 1 sur 3 réussis."
    assert bench.findings(number) == [(1, "a", "passed"), (2, "b", "failed"), (3, "c", "blocked")]
    verifying.verify(bench.duty, number)
    verifying.verify(bench.duty, 99)
    assert exam.made == 1, "one that is over is not made again"


def test_an_exam_that_is_made_again_tells_its_points_again(bench: Bench, exam: Exam) -> None:
    exam.events = [*exam.events, {"kind": "open"}, exam.end("a", "failed")]
    number = bench.ask()
    verifying.verify(bench.duty, number)
    assert bench.verification(number).attempts == 2
    assert bench.findings(number)[:2] == [(1, "a", "failed"), (2, "b", "failed")]


def test_one_that_its_worker_leaves_is_made_by_the_next(bench: Bench, exam: Exam) -> None:
    number, exam.ends = bench.ask(), Interrupted()
    with pytest.raises(Interrupted):
        verifying.verify(bench.duty, number)
    assert bench.verification(number).state is Progress.RUNNING
    exam.ends = None
    verifying.verify(bench.duty, number)
    assert (bench.verification(number).state, bench.verification(number).attempts) == (Progress.DONE, 2)


def test_one_that_a_dead_engine_cuts_goes_back_to_the_queue(
    bench: Bench, exam: Exam, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    number, exam.ends = bench.ask(), SandboxFailure("Le moteur se tait.")
    with pytest.raises(SandboxFailure):
        verifying.verify(bench.duty, number)
    assert bench.verification(number).state is Progress.RUNNING
    monkeypatch.setattr(duty, "_engine_answers", lambda: True)
    verifying.verify(bench.duty, number)
    assert bench.verification(number).state is Progress.FAILED


def test_a_run_that_was_frozen_before_the_worker_died_is_taken_as_it_is(bench: Bench, exam: Exam) -> None:
    number, exam.ends = bench.ask(), Interrupted()
    with suppress(Interrupted):
        verifying.verify(bench.duty, number)
    old = make_run((), (), id="0007", candidate="SNO-01", started_at="2026-11-30T08:59:59.999Z")
    own = make_run((), (), id="0008", candidate="SNO-01", started_at="2026-11-30T09:00:00.000Z")
    exam.ends, exam.frozen = None, [old]
    assert verifying._frozen(bench.duty, number, verifying.place_of(None, b"")) is None
    exam.frozen = [own]
    left = bench.room.place.folder / ".travail" / "mort" / "w0"
    left.mkdir(parents=True)
    verifying.verify(bench.duty, number)
    assert not left.parents[1].exists(), "nor does what the dead one could not tidy stay"
    assert (bench.verification(number).run, exam.made) == ("0008", 1)
    assert [check for _n, check, _said in bench.findings(number)] == ["a", "b", "c"]


@pytest.mark.parametrize("problem", [UsageProblem("Le dossier manque."), RuntimeError("une faute à nous")])
def test_an_incident_of_ours_is_a_sentence_and_never_a_verification_that_does_not_end(
    bench: Bench, exam: Exam, caplog: pytest.LogCaptureFixture, problem: Exception
) -> None:
    number, exam.ends = bench.ask(), problem
    verifying.verify(bench.duty, number)
    assert bench.verification(number).state is Progress.FAILED
    assert (bench.verification(number).said or "").startswith("La vérification a eu un incident de notre côté")
    assert str(problem) in caplog.text


def test_what_came_out_is_said_in_a_sentence() -> None:
    checks = [{"outcome": "passed", "palier": "essentiel"}] * 12
    whole: Any = {"status": "graded", "checks": checks}
    assert verifying.summary(whole) == "Essentiel : 12 sur 12 réussis. Tout est réussi."
    refused: Any = {"status": "rejected", "reason": "Le rendu contient un lien.", "checks": []}
    assert verifying.summary(refused) == "Le rendu contient un lien."
    more = [{"outcome": outcome, "palier": "attendu"} for outcome in ("passed", "failed", "blocked", "error")]
    mixed: Any = {"status": "needs_review", "checks": [*checks, *more]}
    said = "Essentiel : 12 sur 12 réussis. Attendu : 1 sur 4 réussis. 1 incident de notre côté."
    assert verifying.summary(mixed) == said


def test_a_job_outlives_a_database_that_restarts(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("etabli.worker.duty._PAUSE_S", 0)
    left = [1, 2]

    def act(db: Any) -> str:
        if left:
            left.pop()
            raise OperationalError(
                "SELECT 1", {}, type("OperationalError", (Exception,), {})(), connection_invalidated=True
            )
        return "fait"

    assert bench.duty.write(act) == "fait"


def test_a_thing_is_held_by_one_at_a_time(bench: Bench) -> None:
    with alone(bench.room.engine, "x") as first, alone(bench.room.engine, "x", wait=False) as second:
        assert first and not second
        with alone(bench.room.engine, "y", wait=False) as other:
            assert other


# The queue


def test_what_a_worker_leaves_goes_back_to_the_queue_and_what_is_done_does_not(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends: dict[str, Exception | None] = {"laisse": Interrupted(), "fait": None, "faute": RuntimeError("x")}

    def act(duty: Duty, about: str) -> None:
        if problem := ends[about]:
            raise problem

    monkeypatch.setattr("etabli.worker.tasks.ACTS", {Job.OPEN: act})
    connector = InMemoryConnector()
    app = application(connector, bench.duty)

    async def go() -> None:
        async with app.open_async():
            for about in ends:
                await app.configure_task(Job.OPEN.value).defer_async(about=about)
            await app.run_worker_async(wait=False, install_signal_handlers=False)

    asyncio.run(go())
    found = {row["args"]["about"]: row["status"] for row in connector.jobs.values()}
    assert found == {"laisse": "todo", "fait": "succeeded", "faute": "failed"}


def test_the_jobs_of_a_dead_worker_are_given_back(bench: Bench) -> None:
    connector = InMemoryConnector()
    app = application(connector, bench.duty)

    async def go() -> None:
        async with app.open_async():
            worker = await app.job_manager.register_worker()
            await app.configure_task(Job.OPEN.value).defer_async(about="x")
            assert await app.job_manager.fetch_job(queues=None, worker_id=worker) is not None
            await housekeeping.rescue(app)
            assert [row["status"] for row in connector.jobs.values()] == ["doing"], "it gave a sign of life just now"
            connector.workers[worker] -= timedelta(seconds=60)
            await housekeeping.rescue(app)

    asyncio.run(go())
    assert [row["status"] for row in connector.jobs.values()] == ["todo"]


def test_what_a_dead_worker_left_keeps_its_place_though_it_was_asked_for_again(bench: Bench) -> None:
    connector = InMemoryConnector()
    app = application(connector, bench.duty)
    taken: list[int | None] = []

    async def go() -> None:
        async with app.open_async():
            worker = await app.job_manager.register_worker()
            first = await app.configure_task(Job.VERIFY.value, queueing_lock="verifier-1").defer_async(about=1)
            assert await app.job_manager.fetch_job(queues=None, worker_id=worker) is not None
            await app.configure_task(Job.VERIFY.value, queueing_lock="verifier-2").defer_async(about=2)
            await app.configure_task(Job.VERIFY.value, queueing_lock="verifier-1").defer_async(about=1)
            connector.workers[worker] -= timedelta(seconds=60)
            await housekeeping.rescue(app)
            other = await app.job_manager.register_worker()
            while job := await app.job_manager.fetch_job(queues=None, worker_id=other):
                taken.append(job.id)
            assert taken[0] == first

    asyncio.run(go())
    assert len(taken) == 2, "and is made once"


# Housekeeping


def test_an_opening_is_prepared_a_quarter_of_an_hour_ahead_once(bench: Bench) -> None:
    with bench.room.work() as db:
        db.get_one(Opening, bench.opening).opens_at = NOW + timedelta(minutes=16)
    housekeeping.prepare_openings(bench.duty)
    assert bench.jobs.jobs == []
    bench.clock.now += timedelta(minutes=2)
    housekeeping.prepare_openings(bench.duty)
    housekeeping.prepare_openings(bench.duty)
    assert bench.jobs.jobs == [(Job.PREPARE, bench.opening)]


def test_a_workspace_stops_once_its_learner_has_been_away_for_hours(bench: Bench) -> None:
    bench.change(state=State.READY, seen_at=NOW)
    for hours in (1, 2):
        bench.clock.now = NOW + timedelta(hours=hours)
        housekeeping.stop_idle(bench.duty)
    assert bench.jobs.jobs == []
    bench.clock.now = NOW + timedelta(hours=3, seconds=1)
    housekeeping.stop_idle(bench.duty)
    assert bench.jobs.jobs == [(Job.STOP, bench.token)]


def test_one_that_was_prepared_waits_for_its_hour(bench: Bench) -> None:
    bench.change(state=State.READY, seen_at=None)
    with bench.room.work() as db:
        db.get_one(Opening, bench.opening).opens_at = NOW + timedelta(hours=1)
    bench.clock.now = NOW + timedelta(hours=3, minutes=30)
    housekeeping.stop_idle(bench.duty)
    assert bench.jobs.jobs == []


@pytest.mark.parametrize(
    ("runs", "there", "expected"),
    [
        ("same", False, State.READY),
        ("gone", False, State.STOPPED),
        ("gone", True, State.QUEUED),
        ("elsewhere", False, State.QUEUED),
    ],
)
def test_what_the_engine_really_runs_is_what_is_said(bench: Bench, runs: str, there: bool, expected: State) -> None:
    bench.change(state=State.READY, ports={"application": 8080}, seen_at=NOW if there else None)
    folder = str(bench.room.place.workspace(bench.token).resolve())
    port = {"same": 8080, "elsewhere": 8085}.get(runs)
    found = [Running("p", folder, LAB, "SNO-01", "lundi", (f"http://127.0.0.1:{port}", "http://127.0.0.1:8081"))]
    housekeeping.reconcile(bench.duty, lambda: found if port else [])
    row = bench.row()
    assert row.state is expected and bool(row.ports) is (expected is State.READY)
    assert bench.jobs.jobs == ([(Job.OPEN, bench.token)] if expected is State.QUEUED else [])


@pytest.mark.parametrize("held", [True, False], ids=["at work", "just done"])
def test_a_workspace_that_somebody_starts_anew_meanwhile_is_left_to_them(bench: Bench, held: bool) -> None:
    """What was seen while its services were down is older than what is said of it."""
    bench.change(state=State.READY, ports={"application": 8080}, seen_at=NOW)
    folder = str(bench.room.place.workspace(bench.token).resolve())
    again = [Running("p", folder, LAB, "SNO-01", "lundi", ("http://127.0.0.1:8080",))]
    seen = iter([[], [] if held else again])
    with ExitStack() as stack:
        if held:
            stack.enter_context(alone(bench.room.engine, lock_name(bench.token)))
        housekeeping.reconcile(bench.duty, lambda: next(seen))
    assert bench.row().state is State.READY and bench.jobs.jobs == []


@pytest.mark.parametrize("job", [Job.OPEN, Job.RESTART, Job.RENEW])
def test_what_is_starting_anew_is_not_asked_to_open_as_well(bench: Bench, job: Job) -> None:
    bench.change(state=State.QUEUED)
    bench.jobs.doing.add((job, bench.token))
    housekeeping.ask_again(bench.duty)
    assert bench.jobs.jobs == []


def test_what_waits_too_long_is_asked_again(bench: Bench) -> None:
    number = bench.ask()
    bench.change(state=State.STARTING)
    with bench.room.work() as db:
        batch = BatchRow(opening_id=bench.opening, made_by=1, asked_at=NOW)
        db.add(batch)
    housekeeping.ask_again(bench.duty)
    assert bench.jobs.jobs == [(Job.OPEN, bench.token)]
    bench.clock.now += timedelta(minutes=2)
    housekeeping.ask_again(bench.duty)
    assert bench.jobs.jobs[1:] == [(Job.VERIFY, number), (Job.GRADE, batch.id)]
    bench.jobs.jobs.clear()
    bench.jobs.doing |= {(Job.VERIFY, str(number)), (Job.OPEN, bench.token)}
    housekeeping.ask_again(bench.duty)
    assert bench.jobs.jobs == [(Job.GRADE, batch.id)], "what is being done is not asked again"
    with bench.room.work() as db:
        verifications.end(db, bench.room, db.get_one(VerificationRow, number), Progress.DONE, "")
        db.get_one(BatchRow, batch.id).state = Progress.FAILED
    bench.change(state=State.READY)
    bench.jobs.jobs.clear()
    housekeeping.ask_again(bench.duty)
    assert bench.jobs.jobs == []


def test_a_workspace_that_takes_too_much_of_the_disk_is_stopped_and_told(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped: list[Path] = []
    folder = bench.room.place.workspace(bench.token)
    workspace: Any = SimpleNamespace(work=folder / "rendu", folder=folder, memo=SimpleNamespace(project="etabli-x"))
    workspace.work.mkdir(parents=True)
    with open(workspace.work / "vide", "wb") as holes:
        holes.truncate(5_000_000_000)
    for module in (housekeeping, spaces):
        monkeypatch.setattr(module, "is_workspace", lambda folder: True)
        monkeypatch.setattr(module, "read_workspace", lambda folder: workspace)
    monkeypatch.setattr(spaces, "stop", lambda workspace: stopped.append(workspace.folder))
    bench.change(state=State.READY, seen_at=NOW, ports={"application": 8080})
    housekeeping.stop_heavy(bench.duty, {"etabli-xy_base": 9_000_000_000, "etabli-x_base": 1_900_000_000})
    assert bench.row().state is State.READY and stopped == [], "holes weigh nothing, nor another's database"
    housekeeping.stop_heavy(bench.duty, {"etabli-x_base": 2_100_000_000})
    row = bench.row()
    assert (row.state, row.ports, stopped) == (State.FAILED, {}, [folder])
    assert row.error is not None and row.error.startswith("Votre espace pèse 2100 Mo, plus que les 2000 Mo permis")


def test_what_is_over_is_forgotten_after_its_time(bench: Bench) -> None:
    write_settings(bench.room.place.folder, RoomSettings.model_validate({"conservation": {"connexions_jours": 10}}))
    with bench.room.work() as db:
        for days in (9, 11):
            db.add(Connection(at=NOW - timedelta(days=days), login=f"j{days}", address="", well=True))
        sign_ins.begin(db, bench.room, bench.first, "salle.internal")
    bench.clock.now += timedelta(hours=13)
    housekeeping.forget(bench.duty)
    with bench.room.work() as db:
        assert [one.login for one in db.scalars(select(Connection))] == ["j9"]
        assert db.scalar(select(sign_ins.SignInRow)) is None


def test_a_look_that_fails_keeps_no_other_from_being_made(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def silent() -> list[Running]:
        raise SandboxFailure("Docker n'a pas répondu.")

    forgot: list[Duty] = []
    monkeypatch.setattr(housekeeping, "running_workspaces", silent)
    monkeypatch.setattr(housekeeping, "forget", forgot.append)
    housekeeping.rounds(bench.duty)
    assert "Docker n'a pas répondu." in caplog.text and forgot == [bench.duty]


# Grading a class


def test_lateness_is_the_learners_own_and_who_is_absent_is_listed(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grading_class, "class_names", lambda: [])
    late = NOW + timedelta(hours=2)
    with bench.room.work() as db:
        opening = db.get_one(Opening, bench.opening)
        second = workspaces.reserve(db, db.get_one(Person, bench.second.id), opening)
        for token, number in ((bench.token, 1), (bench.token, 2), (second.token, 1)):
            db.add(
                HandInRow(
                    token=token, opening_id=opening.id, number=number, at=late, sha256="", size=1, files=1, late=True,
                    warnings=[],
                )
            )  # fmt: skip
        openings.extend(db, bench.room, bench.first, opening, second.person, NOW + timedelta(hours=3))
        people.enrol(db, bench.room, "SNO", ["SNO-01", "SNO-02", "SNO-03"])
        batch = BatchRow(opening_id=opening.id, made_by=1, asked_at=NOW)
        db.add(batch)
        db.flush()
        wanted = grading_class._wanted(db, bench.duty, batch.id)
        assert wanted is not None and (batch.state, batch.total) == (Progress.RUNNING, 2)
        batch.state = Progress.DONE
        assert grading_class._wanted(db, bench.duty, batch.id) is None
    states = [(one.candidate, one.state, one.late_s, one.files) for one in wanted.hand_ins.entries]
    assert states == [
        ("SNO-01", HandInState.LATE, 3600, ("002.zip",)),
        ("SNO-02", HandInState.HANDED_IN, 0, ("001.zip",)),
        ("SNO-03", HandInState.MISSING, 0, ()),
    ]
    assert wanted.hand_ins.deadline == "2026-11-30T10:00:00Z"
    places = {one.candidate: one.source.relative_to(bench.room.place.folder).as_posix() for one in wanted.deposits}
    assert places == {"SNO-01": "depots/1/SNO-01/002.zip", "SNO-02": "depots/1/SNO-02/001.zip"}


# The stream


def test_a_stream_is_for_the_portals_own_pages_and_for_who_may_enter(bench: Bench) -> None:
    bench.change(state=State.READY)
    with bench.room.work() as db:
        mine, other, site = (
            sign_ins.begin(db, bench.room, person, host)
            for person, host in (
                (bench.first, "salle.internal"), (bench.second, "salle.internal"), (bench.first, "site--x.salle.internal"),
            )
        )  # fmt: skip
    client = TestClient(Stream(bench.room, lambda: pytest.fail("asked the engine")).application())
    for cookie, origin in (
        (None, "https://salle.internal"),
        (other, "https://salle.internal"),
        (site, "https://salle.internal"),
        (mine, f"https://site--{bench.token}.salle.internal"),
        (mine, "http://salle.internal"),
        (mine, None),
    ):
        told = {"cookie": f"{sign_ins.COOKIE}={cookie}"} | ({"origin": origin} if origin else {})
        for kind in ("terminal", "journal"):
            with (
                pytest.raises(WebSocketDisconnect) as refused,
                client.websocket_connect(f"/flux/{bench.token}/{kind}", headers=told),
            ):
                pass
            assert refused.value.code == 4403
    client.close()


def test_a_stopped_workspace_has_no_stream(bench: Bench) -> None:
    bench.change(state=State.STOPPED)
    with bench.room.work() as db:
        mine = sign_ins.begin(db, bench.room, bench.first, "salle.internal")
    stream = Stream(bench.room, lambda: pytest.fail("asked the engine"))
    told = {"cookie": f"{sign_ins.COOKIE}={mine}", "origin": "https://salle.internal"}
    client = TestClient(stream.application())
    with pytest.raises(WebSocketDisconnect) as ended, client.websocket_connect(
        f"/flux/{bench.token}/journal", headers=told
    ) as line:  # fmt: skip
        assert "arrêté" in line.receive_text()
        line.receive_text()
    assert ended.value.code == 4409
    client.close()


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ('{"cols": 91, "rows": 27}', (91, 27)),
        ('{"cols": 0, "rows": 27}', None),
        ('{"cols": 501, "rows": 27}', None),
        ('{"cols": 1e999, "rows": 27}', None),
        ('{"cols": "x", "rows": 27}', None),
        ("[" * 100_000, None),
        ("[1, 2]", None),
        ("bonjour", None),
    ],
)
def test_a_size_is_sensible_or_nothing(text: str, size: tuple[int, int] | None) -> None:
    assert _size(text) == size


def test_what_is_above_the_rate_waits() -> None:
    throttle = Throttle(1000)
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    async def go() -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("etabli.worker.stream.asyncio.sleep", sleep)
            for _n in range(3):
                await throttle.take(1000)

    asyncio.run(go())
    assert waited, "a second of it goes at once, and no more"


def test_a_container_is_named_by_its_workspace_alone(tmp_path: Path) -> None:
    workspace: Any = SimpleNamespace(folder=tmp_path, memo=SimpleNamespace(project="etabli-x"))
    assert running.labels_of(workspace, "terminal") == {
        "com.docker.compose.project": "etabli-x",
        "com.docker.compose.service": "terminal",
        "etabli.espace": str(tmp_path),
    }
