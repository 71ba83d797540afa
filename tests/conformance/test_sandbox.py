"""What a sandbox promises, tried on Docker and on the fake alike."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from conformance.rigs import (
    CHATTER,
    COPY,
    EXAM_FAILS,
    EXAM_FLOOD,
    EXAM_HANGS,
    EXAM_PACK,
    EXIT_3,
    HOG,
    JOURNAL,
    KEEP_LINE,
    MIB,
    READ_INPUTS,
    REPEAT_20M,
    SERVE,
    SLEEP,
    SPEAK,
    SPEAK_LINE,
    WRITE_AROUND,
    Rig,
)

from etabli.exam.contract.errors import ExamTimeout, SandboxFailure
from etabli.exam.contract.values import Leftover, TypedLine
from etabli.sandbox import owner
from etabli.sandbox.base import AppState, ExamCrashed, Room, Worker


def until(true: Callable[[], bool], seconds: float = 120) -> None:
    """Waits for something to become true."""
    limit = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < limit, "it never became true"
        time.sleep(0.05)


def test_probe_names_the_engine(rig: Rig) -> None:
    probe = rig.sandbox.probe()
    assert probe.engine == rig.sandbox.name
    assert probe.cpus >= 1


# Applications


def test_an_application_runs_until_it_is_stopped(rig: Rig, worker: Worker) -> None:
    assert worker.state(Room.A) == AppState(running=False)
    worker.start(Room.A, rig.app(SERVE))
    assert worker.state(Room.A) == AppState(running=True)
    assert not worker.state(Room.B).running
    worker.stop(Room.A)
    assert worker.state(Room.A) == AppState(running=False)


def test_a_room_takes_one_application_at_a_time(rig: Rig, worker: Worker) -> None:
    worker.start(Room.A, rig.app(SERVE))
    with pytest.raises(SandboxFailure):
        worker.start(Room.A, rig.app(SERVE))
    with pytest.raises(SandboxFailure):
        worker.run_once(Room.A, rig.app(EXIT_3), timeout=5)
    worker.stop(Room.A)
    worker.start(Room.A, rig.app(SERVE))
    assert worker.state(Room.A).running


def test_stopping_an_empty_room_is_nothing(worker: Worker) -> None:
    worker.stop(Room.B)
    worker.stop(Room.B)


def test_an_application_that_ends_says_how(rig: Rig, worker: Worker) -> None:
    worker.start(Room.A, rig.app(EXIT_3))
    until(lambda: not worker.state(Room.A).running)
    assert worker.state(Room.A) == AppState(running=False, exit_code=3, oom_killed=False)


def test_a_memory_hog_is_seen_as_one(rig: Rig, worker: Worker) -> None:
    worker.start(Room.A, rig.app(HOG, memory_mb=64))
    until(lambda: not worker.state(Room.A).running)
    assert worker.state(Room.A) == AppState(running=False, exit_code=137, oom_killed=True)


def test_logs_are_the_end_of_the_journal(rig: Rig, worker: Worker) -> None:
    assert worker.logs(Room.A) == ""
    worker.start(Room.A, rig.app(JOURNAL))
    until(lambda: worker.logs(Room.A, limit=100).endswith(" fin\n"))
    assert len(worker.logs(Room.A, limit=1001).encode("utf-8", "replace")) <= 1003
    assert len(worker.logs(Room.A)) <= 65536
    worker.stop(Room.A)
    assert worker.logs(Room.A) == ""


# A command of the candidate's


def test_run_once_gives_code_and_both_outputs(rig: Rig, worker: Worker) -> None:
    done = worker.run_once(Room.A, rig.app(SPEAK), timeout=300)
    assert (done.exit_code, done.stdout, done.stderr) == (4, b"dit\n", "crié\n".encode())
    assert not done.truncated
    assert not done.timed_out
    assert worker.state(Room.A) == AppState(running=False)


def test_run_once_keeps_a_mebibyte(rig: Rig, worker: Worker) -> None:
    done = worker.run_once(Room.A, rig.app(CHATTER), timeout=300)
    assert done.exit_code == 0
    assert done.stdout == b"x" * MIB
    assert done.truncated


def test_run_once_ends_at_its_timeout(rig: Rig, worker: Worker) -> None:
    done = worker.run_once(Room.A, rig.app(SLEEP), timeout=1)
    assert (done.exit_code, done.timed_out) == (137, True)
    assert worker.run_once(Room.A, rig.app(EXIT_3), timeout=300).exit_code == 3


# The bench


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    folder = tmp_path / "entrees"
    folder.mkdir()
    (folder / "cas").write_text("trois", "utf-8")
    return folder


def test_the_bench_sees_the_work_and_its_inputs(rig: Rig, worker: Worker, inputs: Path) -> None:
    done = worker.bench(rig.app(READ_INPUTS), inputs=inputs, timeout=300)
    assert (done.exit_code, done.stdout, done.stderr) == (5, b"trois <p>Bonjour</p>\n", b"bruit\n")
    assert not done.timed_out


def test_the_bench_is_fresh_each_time_and_changes_nothing(rig: Rig, worker: Worker, inputs: Path) -> None:
    for _time in range(2):
        assert worker.bench(rig.app(WRITE_AROUND), inputs=inputs, timeout=300).stdout == b"[] 9\n"


def test_the_bench_ends_a_command_at_its_timeout(rig: Rig, worker: Worker, inputs: Path) -> None:
    done = worker.bench(rig.app(SLEEP), inputs=inputs, timeout=1)
    assert (done.exit_code, done.timed_out) == (137, True)


def test_the_bench_keeps_a_mebibyte(rig: Rig, worker: Worker, inputs: Path) -> None:
    done = worker.bench(rig.app(CHATTER), inputs=inputs, timeout=300)
    assert done.stdout == b"x" * MIB
    assert done.truncated


def test_the_bench_needs_no_room_and_leaves_nothing(rig: Rig, inputs: Path) -> None:
    plan = rig.plan(services=False)
    with rig.sandbox.open_worker(plan) as worker:
        worker.start(Room.A, rig.app(SERVE))
        before = len(rig.left(plan))
        assert worker.bench(rig.app(EXIT_3), inputs=inputs, timeout=300).exit_code == 3
        assert worker.state(Room.A).running
        assert len(rig.left(plan)) == before
    with pytest.raises(SandboxFailure):
        worker.bench(rig.app(EXIT_3), inputs=inputs, timeout=300)


def test_lines_are_typed_one_after_the_other_and_what_each_leaves_is_told(
    rig: Rig, worker: Worker, inputs: Path
) -> None:
    lines = [TypedLine(SPEAK_LINE, {"cas": b"un"}), TypedLine(KEEP_LINE), TypedLine("exit 3")]
    spoke, kept, ended = worker.terminal(
        replace(rig.app(""), image="audit", command=()), lines, data=inputs, timeout=300
    )
    assert (spoke.exit_code, spoke.stdout, spoke.stderr, spoke.left) == (0, b"un\n", b"bruit\n", ())
    assert (kept.exit_code, kept.left) == (0, (Leftover("/srv/app/note", ""), Leftover("/tmp/lien", "secret")))
    assert (ended.exit_code, ended.left) == (3, ())


# Services


def test_service_exec_takes_a_large_input(worker: Worker) -> None:
    done = worker.service_exec(Room.A, ["wc", "-c"], stdin=b"x" * 5_000_000)
    assert (done.exit_code, done.stdout) == (0, b"5000000\n")


def test_service_exec_gives_back_a_mebibyte_at_most(worker: Worker) -> None:
    done = worker.service_exec(Room.A, ["cat"], stdin=b"y" * 3_000_000)
    assert done.stdout == b"y" * MIB
    assert done.truncated


def test_service_exec_ends_at_its_timeout(worker: Worker) -> None:
    done = worker.service_exec(Room.A, ["sleep", "3600"], timeout=0.5)
    assert (done.exit_code, done.timed_out) == (137, True)


def test_each_room_has_services_of_its_own_that_can_be_renewed(rig: Rig) -> None:
    plan = rig.plan()
    with rig.sandbox.open_worker(plan) as worker:
        few = len(rig.left(plan))
        assert not worker.service_state(Room.B).running
        for room in Room:
            assert worker.service_exec(room, ["cat"], stdin=b"ici").stdout == b"ici"
            assert worker.service_state(room).running
        assert len(rig.left(plan)) == few + 1
        worker.renew_service(Room.A)
        worker.renew_service(Room.A)
        assert [worker.service_state(room).running for room in Room] == [False, True]
        assert worker.service_exec(Room.A, ["cat"], stdin=b"encore").stdout == b"encore"
        assert len(rig.left(plan)) == few + 1
    assert rig.left(plan) == []
    with pytest.raises(SandboxFailure):
        worker.service_exec(Room.B, ["true"])


def test_without_services_there_is_nobody_to_ask(rig: Rig) -> None:
    with rig.sandbox.open_worker(rig.plan(services=False)) as worker, pytest.raises(SandboxFailure):
        worker.service_exec(Room.A, ["true"])


# Exams


def test_an_exam_reads_a_large_request_and_answers(rig: Rig, worker: Worker) -> None:
    request = bytes(range(256)) * 20_000
    assert b"".join(rig.exam(worker, COPY, request)) == request
    assert worker.last_exam is not None
    assert worker.last_exam.exit_code == 0


def test_an_exam_may_say_a_lot(rig: Rig, worker: Worker) -> None:
    assert sum(map(len, rig.exam(worker, REPEAT_20M))) == 20_000_000


def test_the_exit_code_is_no_verdict(rig: Rig, worker: Worker) -> None:
    assert b"".join(rig.exam(worker, EXAM_FAILS)) == b"bilan\n"
    assert worker.last_exam is not None
    assert (worker.last_exam.exit_code, worker.last_exam.stderr) == (1, b"bruit\n")


def test_an_exam_that_hangs_gives_what_it_said_and_the_next_one_works(rig: Rig, worker: Worker) -> None:
    said = bytearray()
    for deadline in (5, 60):  # a machine that is busy has not begun after five seconds
        with pytest.raises(ExamTimeout):
            for data in rig.exam(worker, EXAM_HANGS, deadline=deadline):
                said += data
        if said:
            break
    assert said.decode() == "début\n"
    assert worker.last_exam is not None
    assert worker.last_exam.exit_code is None
    assert b"".join(rig.exam(worker, EXAM_PACK)) == b"le paquet\n"


def test_an_exam_that_floods_is_stopped_and_the_next_one_works(rig: Rig, worker: Worker) -> None:
    with pytest.raises(ExamCrashed):
        for _data in rig.exam(worker, EXAM_FLOOD):
            pass
    assert b"".join(rig.exam(worker, EXAM_PACK)) == b"le paquet\n"


def test_an_exam_nobody_reads_to_its_end_does_not_disturb_the_next(rig: Rig, worker: Worker) -> None:
    abandoned = rig.exam(worker, EXAM_HANGS)
    next(abandoned)
    assert b"".join(rig.exam(worker, EXAM_PACK)) == b"le paquet\n"
    del abandoned
    assert b"".join(rig.exam(worker, EXAM_PACK)) == b"le paquet\n"


def test_the_other_room_works_during_an_exam(rig: Rig, worker: Worker) -> None:
    exam = rig.exam(worker, EXAM_HANGS)
    next(exam)
    worker.start(Room.B, rig.app(SERVE))
    assert worker.state(Room.B).running
    exam.close()  # type: ignore[attr-defined]


# Rooms, workers, and what they leave


def test_addresses_are_fixed_and_distinct(worker: Worker) -> None:
    seen = [worker.addresses(room) for room in Room]
    flat = [address for one in seen for address in (one.examiner, one.services, one.candidate)]
    assert len(set(flat)) == 6
    assert all(address.startswith("10.83.") for address in flat)
    assert seen == [worker.addresses(room) for room in Room]


def test_two_workers_stand_side_by_side(rig: Rig, worker: Worker) -> None:
    with rig.sandbox.open_worker(rig.plan()) as other:
        assert other.addresses(Room.A) != worker.addresses(Room.A)
        assert other.database_password != worker.database_password
        for one in (worker, other):
            one.start(Room.A, rig.app(SERVE))
        assert other.state(Room.A).running
        other.stop(Room.A)
        assert worker.state(Room.A).running


def test_close_leaves_nothing_and_may_be_called_again(rig: Rig) -> None:
    plan = rig.plan()
    worker = rig.sandbox.open_worker(plan)
    worker.start(Room.B, rig.app(SERVE))
    assert len(rig.left(plan)) == 5
    worker.close()
    assert rig.left(plan) == []
    worker.close()
    with pytest.raises(SandboxFailure):
        worker.start(Room.A, rig.app(SERVE))


def test_a_worker_is_closed_by_an_error_in_its_block(rig: Rig) -> None:
    plan = rig.plan(services=False)
    with pytest.raises(KeyboardInterrupt), rig.sandbox.open_worker(plan):
        raise KeyboardInterrupt
    assert rig.left(plan) == []


def test_reaping_takes_from_the_dead_alone(rig: Rig, worker: Worker, dead: owner.Owner) -> None:
    orphan, kept = rig.abandon(dead), rig.abandon(owner.current())
    assert rig.sandbox.reap() >= 1 or rig.sandbox.name != "fake"  # on one engine, another process may be first
    assert not rig.exists(orphan)
    assert rig.exists(kept)
    assert worker.service_exec(Room.A, ["cat"], stdin=b"encore").stdout == b"encore"
