"""A formative check on a fake sandbox: live events, the same engine, only some checks, progress since last time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from helpers import make_run, spec
from small_class import SmallClass, close, end, stream

from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.outcome import Outcome, Palier, Status
from etabli.grading.alone import check_once
from etabli.grading.plan import Plan
from etabli.reports.build import payload_of
from etabli.reports.headway import headway, headway_line
from etabli.runs.folder import read_run
from etabli.runs.run import Run
from etabli.runs.scoring import results

OPEN = {"kind": "open", "protocol": 1, "lab": "essai", "checks": ["demarre", "liste"]}
SAID = (OPEN, end("demarre"), end("liste", "failed", observed="rien"), close())


class Alone(SmallClass):
    """One student, who checks their own work, and what they are told meanwhile."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.says(*SAID)
        self.work = self.deposit("sno-07")
        self.seen: list[dict[str, Any]] = []

    def check(self, plan: Plan | None = None) -> Run:
        return check_once(self.sandbox, plan or self.plan, self.work, seen=self.seen.append).run


@pytest.fixture
def alone(tmp_path: Path) -> Alone:
    return Alone(tmp_path)


def test_each_verdict_is_told_and_the_run_is_frozen_as_at_grading(alone: Alone) -> None:
    run = alone.check()
    assert [event["check"] for event in alone.seen if event["kind"] == "check_end"] == ["demarre", "liste"]
    assert [item.outcome for item in results(run)] == [Outcome.PASSED, Outcome.FAILED]
    assert read_run(alone.plan.out / "sno-07" / run.id) == run
    assert alone.sandbox.objects == {}
    assert not (alone.plan.out / ".travail").exists()


def test_its_worker_is_left_to_the_next_check_unless_something_of_ours_broke(alone: Alone) -> None:
    alone.check()
    assert alone.sandbox.released == [0]
    alone.sandbox.on_exam = lambda _request: stream(*SAID[:2])
    assert alone.check().status is Status.NEEDS_REVIEW
    alone.says(*SAID)

    def leave(_event: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check_once(alone.sandbox, alone.plan, alone.work, seen=leave)
    assert alone.sandbox.asked("open_worker") == 3
    assert alone.sandbox.released == [0] and alone.sandbox.objects == {}


def test_an_exam_that_is_made_again_says_so(alone: Alone) -> None:
    exams = iter([stream(*SAID[:2]), stream(*SAID)])
    alone.sandbox.on_exam = lambda _request: next(exams)
    assert alone.check().attempts == 2
    assert [event["kind"] for event in alone.seen].count("open") == 2


def test_what_cannot_start_has_its_run_without_an_exam(alone: Alone) -> None:
    (alone.work.source / "index.php").rename(alone.work.source / "notes.txt")
    run = alone.check()
    assert run.status is Status.GRADED and run.reason and "Aucun fichier d'entrée" in run.reason
    assert alone.seen == []


def test_a_point_brings_what_it_needs_and_nothing_else(alone: Alone) -> None:
    asked: list[bytes] = []
    alone.sandbox.on_exam = lambda request: (asked.append(request), stream(*SAID[:2], close(1)))[1]
    run = alone.check(alone.plan.narrowed(["demarre"]))
    assert json.loads(asked[0])["only"] == ["demarre"]
    assert [item.spec.id for item in results(run)] == ["demarre"]
    assert run.status is Status.GRADED
    assert alone.plan.narrowed(["liste"]).only == ("demarre", "liste")
    assert alone.plan.narrowed((), [Palier.ESSENTIEL]).only == ("demarre", "liste")
    assert alone.plan.narrowed(()) is alone.plan


def test_an_unknown_point_lists_those_there_are(alone: Alone) -> None:
    with pytest.raises(UsageProblem, match=r"« lsite » n'existe pas dans ce TP : il y a demarre, liste"):
        alone.plan.narrowed(["lsite"])


SPECS = [spec("a"), spec("b"), spec("c")]


def payload(*outcomes: str) -> Any:
    return payload_of(make_run(SPECS, [end(s.id, outcome) for s, outcome in zip(SPECS, outcomes, strict=False)]))


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (("failed", "failed", "passed"), ("passed", "passed", "passed"), "2 points réussis de plus."),
        (("failed", "passed", "passed"), ("passed", "passed", "passed"), "1 point réussi de plus."),
        (
            ("passed", "failed", "failed"),
            ("failed", "passed", "failed"),
            "1 point réussi de plus, « Titre de a » ne réussit plus.",
        ),
        (("passed", "passed", "failed"), ("failed", "failed", "failed"), "2 points ne réussissent plus."),
        (("passed", "passed", "failed"), ("passed", "blocked", "failed"), "rien n'a changé."),
        (("passed", "failed", "error"), ("passed", "failed", "failed"), "rien n'a changé."),
    ],
)
def test_progress_is_said(before: tuple[str, ...], after: tuple[str, ...], words: str) -> None:
    assert headway_line(headway([payload(*before)], payload(*after))) == f"Depuis la dernière fois : {words}"


def test_what_a_verification_did_not_see_is_remembered_from_the_one_before() -> None:
    broken = payload("failed", "blocked", "blocked")
    partial = payload("passed")
    change = headway([payload("passed", "passed", "failed"), broken, partial], payload("passed", "failed", "passed"))
    assert (change.gained, change.lost) == ((SPECS[2].title,), (SPECS[1].title,))
