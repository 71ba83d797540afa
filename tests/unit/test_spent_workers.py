"""A worker that fails: it pauses and says so, a fresh one takes its place, and the batch goes on or ends in a sentence."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from fake_sandbox import FakeSandbox, FakeWorker, Script
from small_class import GOOD, SmallClass, stream

from etabli.exam.contract.errors import SandboxFailure
from etabli.exam.contract.outcome import Status
from etabli.grading.batch import Batch, grade_many
from etabli.grading.lane import TIRED
from etabli.grading.works import Work, Works
from etabli.runs.run import Run
from etabli.sandbox.base import ExamCrashed, WorkerPlan

DEAD = "Docker n'a pas pu ouvrir une salle (rien) : relancez la vérification."


class Failing(FakeSandbox):
    """Cannot open the workers of some lanes, at all."""

    def __init__(self, *lanes: int) -> None:
        super().__init__()
        self.lanes = lanes
        self.on_exam = lambda _request: stream(*GOOD)

    def open_worker(self, plan: WorkerPlan) -> FakeWorker:
        if plan.index in self.lanes:
            raise SandboxFailure(DEAD)
        return super().open_worker(plan)


@pytest.fixture
def small(tmp_path: Path) -> SmallClass:
    return SmallClass(tmp_path)


@pytest.fixture
def told() -> list[str]:
    return []


def grade(small: SmallClass, told: list[str], names: str = "abcd", workers: int = 1) -> Batch:
    deposits = [small.deposit(name) for name in names]
    return grade_many(small.sandbox, small.plan, deposits, workers=workers, tell=told.append)


def statuses(batch: Batch) -> dict[str, Status]:
    return {done.graded.run.candidate: done.graded.run.status for done in batch.done}


def frozen(small: SmallClass, candidate: str) -> int:
    return len(list((small.plan.out / candidate).glob("*/run.json")))


def test_what_broke_while_a_submission_was_made_ready_is_tried_again(small: SmallClass) -> None:
    small.sandbox.fail("start", SandboxFailure("plus de place"))
    run = small.one()
    assert (run.status, run.reason, small.sandbox.asked("start")) == (Status.GRADED, None, 2)
    assert [event["message"] for event in run.events if event["kind"] == "incident"] == ["plus de place"]


def test_a_worker_that_cannot_be_opened_at_once_is_opened_a_little_later(small: SmallClass, told: list[str]) -> None:
    small.sandbox.fail("open_worker", SandboxFailure(DEAD))
    assert set(statuses(grade(small, told)).values()) == {Status.GRADED}
    assert told == ["Poste 1 : Docker n'a pas pu ouvrir une salle (rien) ; il repart à neuf dans 0 s."]


def test_the_others_go_on_without_one_that_gives_up(small: SmallClass, told: list[str]) -> None:
    small.sandbox = Failing(0)
    assert statuses(grade(small, told, workers=2)) == dict.fromkeys("abcd", Status.GRADED)
    assert small.sandbox.asked("open_worker") == 1


def test_when_all_give_up_the_batch_ends_in_a_sentence_and_resumes_later(small: SmallClass, told: list[str]) -> None:
    small.sandbox, healthy = Failing(0, 1), small.sandbox
    with pytest.raises(SandboxFailure) as caught:
        grade(small, told, workers=2)
    assert str(caught.value) == (
        "4 rendus n'ont pas pu être vérifiés (Docker n'a pas pu ouvrir une salle (rien)) : lancez « etabli doctor », "
        "puis relancez la même commande ; ce qui était fini est gardé."
    )
    tries = len(small.plan.pauses) + 1
    assert len(told) == 2 * tries
    assert sum(said.endswith("laisse ses rendus aux autres postes.") for said in told) == 2
    assert not (small.plan.out / ".travail").exists()
    small.sandbox = healthy
    assert statuses(grade(small, told, workers=2)) == dict.fromkeys("abcd", Status.GRADED)


def test_a_room_that_cannot_be_emptied_ends_with_its_worker_and_nobody_is_lost_nor_done_twice(
    small: SmallClass, told: list[str]
) -> None:
    def exam(_request: bytes) -> Script:
        if small.sandbox.asked("examine") == 1:
            small.sandbox.fail("state", SandboxFailure("le moteur s'est tu"))
            small.sandbox.fail("stop", SandboxFailure("un conteneur ne part pas"))
        return stream(*GOOD)

    small.sandbox.on_exam = exam
    batch = grade(small, told)
    assert statuses(batch) == dict.fromkeys("abcd", Status.GRADED), "each had all of its verdicts"
    assert [frozen(small, name) for name in "abcd"] == [1, 1, 1, 1]
    run: Run = next(done.graded.run for done in batch.done if done.graded.run.candidate == "a")
    assert run.reason == "le moteur s'est tu"
    messages = [event["message"] for event in run.events if event["kind"] == "incident"]
    assert messages == ["le moteur s'est tu", "un conteneur ne part pas"]
    assert told == ["Poste 1 : un conteneur ne part pas ; il repart à neuf dans 0 s."]
    assert small.sandbox.asked("open_worker") == small.sandbox.asked("close") == 2
    assert small.sandbox.objects == {}


def test_run_after_run_that_breaks_brings_a_fresh_worker_and_never_stops_a_class(
    small: SmallClass, told: list[str]
) -> None:
    """What breaks may be the submissions' doing, of friends who sit side by side."""

    def exam(_request: bytes) -> Script:
        raise ExamCrashed("l'examinateur s'est arrêté")

    small.sandbox.on_exam = exam
    names = "abcdefghijklmnopqrst"
    batch = grade(small, told, names)
    assert statuses(batch) == dict.fromkeys(names, Status.NEEDS_REVIEW)
    assert small.sandbox.asked("open_worker") == 2 * (1 + len(names) // TIRED), "in company, then alone"
    assert told and not any("il s'arrête" in said for said in told)
    small.says(*GOOD)
    assert statuses(grade(small, told, names)) == dict.fromkeys(names, Status.GRADED)


def test_a_worker_is_left_to_the_next_command_only_when_all_went_to_its_end(small: SmallClass, told: list[str]) -> None:
    grade(small, told)
    assert small.sandbox.released == [0]

    def crash(_request: bytes) -> Script:
        raise ExamCrashed("l'examinateur s'est arrêté")

    small.sandbox.on_exam = crash
    grade(small, told, "efg")
    assert small.sandbox.released == [0], "run after run broke in it"

    def leave(_done: object) -> None:
        raise KeyboardInterrupt

    small.says(*GOOD)
    deposits = [small.deposit("h"), small.deposit("i")]
    assert grade_many(small.sandbox, small.plan, deposits, workers=1, progress=leave).interrupted
    assert small.sandbox.released == [0], "it was left in the middle"
    assert small.sandbox.objects == {}


def test_a_worker_that_cannot_be_closed_loses_nothing(small: SmallClass, told: list[str]) -> None:
    small.sandbox.fail("close", SandboxFailure("le moteur s'est tu"))
    assert set(statuses(grade(small, told)).values()) == {Status.GRADED}


def test_what_is_given_back_goes_to_whoever_still_works(small: SmallClass) -> None:
    works, work = Works(), Work(small.plan, small.deposit("a"), None)
    works.put(work)
    works.close()
    taken = works.take(wait=True)
    assert taken is work and works.take(wait=False) is None
    found: list[Work | None] = []
    other = threading.Thread(target=lambda: found.append(works.take(wait=True)))
    other.start()  # nothing waits, but a work is in hand: it may come back
    works.give_back(work)
    other.join(60)
    assert found == [work]
    works.done()
    assert works.take(wait=True) is None and not works.pause(3600)


def test_a_pause_ends_when_somebody_stops_the_batch(small: SmallClass) -> None:
    works = Works()
    works.stopped.set()
    assert not works.pause(3600)
    works.put(Work(small.plan, small.deposit("a"), None))
    assert works.take(wait=True) is None and works.left() == 1
