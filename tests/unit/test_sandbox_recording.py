"""What a recording leaves, and what it must never hold; what the fake adds for tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_sandbox import FakeSandbox

from etabli.exam.contract.errors import SandboxFailure
from etabli.exam.contract.values import TypedLine
from etabli.sandbox.base import Application, AppState, ExecResult, Room, Worker, WorkerPlan
from etabli.sandbox.recording import MAX_TEXT, cut, recorded

PLAN = WorkerPlan("essai", 3, b"", Path("/slots"), {"web": "etabli/web:1"})
APP = Application("web", ("servir", "php"), Path("/rendu"), {"DB_PASSWORD": "secret-du-candidat"})


@pytest.fixture
def fake() -> FakeSandbox:
    return FakeSandbox(PLAN.images)


@pytest.fixture
def events() -> list[dict[str, Any]]:
    return []


@pytest.fixture
def worker(fake: FakeSandbox, events: list[dict[str, Any]]) -> Worker:
    return recorded(fake.open_worker(PLAN), events.append)


def last(events: list[dict[str, Any]]) -> tuple[str, str, str]:
    return events[-1]["verb"], events[-1]["detail"], events[-1]["result"]


def test_an_event_has_the_shape_of_an_action(worker: Worker, events: list[dict[str, Any]]) -> None:
    worker.start(Room.A, APP)
    (event,) = events
    assert event.pop("ms") >= 0
    assert event == {
        "kind": "action",
        "check": None,
        "fixture": "sandbox",
        "verb": "start",
        "detail": "a servir php",
        "result": "",
    }


def test_every_verb_is_recorded(
    fake: FakeSandbox, worker: Worker, events: list[dict[str, Any]], tmp_path: Path
) -> None:
    worker.service_exec(Room.A, ["mariadb"])
    worker.run_once(Room.B, APP, timeout=1)
    worker.bench(APP, inputs=tmp_path, timeout=1)
    worker.terminal(APP, [TypedLine("essai", {"secret.txt": b"xyzzy"})], data=tmp_path, timeout=1)
    worker.start(Room.A, APP)
    worker.logs(Room.A, limit=5)
    worker.state(Room.A)
    list(worker.examine(Room.A, ["python3"], b"{}", deadline=1))
    worker.stop(Room.A)
    assert ["open_worker", *(event["verb"] for event in events)] == [call.verb for call in fake.calls]
    assert worker.addresses(Room.A).candidate and worker.last_exam


def test_no_secret_is_recorded(fake: FakeSandbox, worker: Worker, events: list[dict[str, Any]]) -> None:
    password = worker.database_password
    fake.on_service = lambda argv, stdin: ExecResult(1, stderr=b"refus pour " + password.encode())
    worker.start(Room.A, APP)
    worker.service_exec(Room.A, ["mariadb", f"-p{password}"], stdin=f"SET PASSWORD = '{password}'".encode())
    assert last(events)[2] == "code 1 · refus pour •••"
    assert password not in str(events)
    assert "secret-du-candidat" not in str(events)


def test_a_long_result_is_cut_visibly(fake: FakeSandbox, worker: Worker, events: list[dict[str, Any]]) -> None:
    fake.on_run = lambda app: ExecResult(1, stderr=b"x" * 1000)
    worker.run_once(Room.A, APP, timeout=1)
    assert len(last(events)[2]) <= MAX_TEXT
    assert last(events)[2].endswith(")")
    assert "x… (+" in last(events)[2]


@pytest.mark.parametrize("size", [199, 200, 201, 1000, 12345])
def test_a_cut_says_exactly_how_much_is_gone(size: int) -> None:
    shown = cut("x" * size)
    gone = int(shown.partition("(+")[2].rstrip(")") or 0)
    assert len(shown) <= 200
    assert shown.count("x") + gone == size


def test_a_failure_is_recorded_and_raised(fake: FakeSandbox, worker: Worker, events: list[dict[str, Any]]) -> None:
    fake.fail("start", SandboxFailure("la salle brûle"))
    with pytest.raises(SandboxFailure, match="la salle brûle"):
        worker.start(Room.A, APP)
    assert last(events) == ("start", "a servir php", "SandboxFailure: la salle brûle")
    worker.start(Room.A, APP)


def test_an_exam_is_recorded_when_it_ends(fake: FakeSandbox, worker: Worker, events: list[dict[str, Any]]) -> None:
    fake.on_exam = lambda request: [request, b"cd"]
    channel = worker.examine(Room.B, ["python3"], b"ab", deadline=1)
    assert next(channel) == b"ab"
    assert events == []
    assert list(channel) == [b"cd"]
    assert last(events) == ("examine", "b (2 octets)", "4 octets, code 0")


def test_an_exam_left_early_is_recorded_and_closed(
    fake: FakeSandbox, worker: Worker, events: list[dict[str, Any]]
) -> None:
    closed: list[bool] = []

    def script(_request: bytes) -> Iterator[bytes]:
        try:
            yield b"a"
            yield b"b"
        finally:
            closed.append(True)

    fake.on_exam = script
    channel = worker.examine(Room.B, ["python3"], b"", deadline=1)
    next(channel)
    channel.close()
    assert closed == [True]
    assert last(events)[2].startswith("GeneratorExit")


def test_states_are_said_in_words(fake: FakeSandbox, worker: Worker, events: list[dict[str, Any]]) -> None:
    fake.on_start = lambda app: AppState(running=False, exit_code=137, oom_killed=True)
    worker.start(Room.A, APP)
    worker.state(Room.A)
    assert last(events)[2] == "arrêté, code 137 (mémoire épuisée)"
