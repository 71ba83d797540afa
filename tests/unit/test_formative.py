"""A formative check on the shipped fake: live events, the same engine, only some checks, progress since last time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from helpers import make_lab, make_run, spec

from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.outcome import Outcome, Palier, Status
from etabli.exam.contract.transcript import encode
from etabli.grading.formative import check_once, narrowed
from etabli.grading.plan import Plan
from etabli.reception.submission import Deposit
from etabli.reports.build import payload_of
from etabli.reports.headway import headway, headway_line
from etabli.runs.folder import read_run
from etabli.runs.run import Run
from etabli.runs.scoring import results
from etabli.sandbox.fake import FakeSandbox


def stream(*events: dict[str, Any]) -> bytes:
    return b"".join(encode({"n": n, "t": 0.0, **event}) for n, event in enumerate(events))


def end(check: str, outcome: str = "passed", **facts: Any) -> dict[str, Any]:
    return {"kind": "check_end", "check": check, "outcome": outcome, "duration_ms": 5.0, **facts}


OPEN = {"kind": "open", "protocol": 1, "lab": "essai", "checks": ["demarre", "liste"]}
GOOD = (OPEN, end("demarre"), end("liste", "failed", observed="rien"), {"kind": "close", "count": 2})


class Bench:
    def __init__(self, root: Path) -> None:
        self.lab = make_lab(root)
        self.sandbox = FakeSandbox()
        self.sandbox.on_exam = lambda _request: stream(*GOOD)
        self.plan = Plan(self.lab, self.lab.checks(), bytes(32), root / "out", {"web": "web:1"}, {"web": "sha256:1"})
        self.seen: list[dict[str, Any]] = []
        self.work = root / "rendu"
        self.work.mkdir()
        (self.work / "index.php").write_text("<?php", "utf-8")

    def check(self, plan: Plan | None = None) -> Run:
        return check_once(self.sandbox, plan or self.plan, Deposit("sno-07", self.work), seen=self.seen.append).run


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_each_verdict_is_told_and_the_run_is_frozen_as_at_grading(bench: Bench) -> None:
    run = bench.check()
    assert [event["check"] for event in bench.seen if event["kind"] == "check_end"] == ["demarre", "liste"]
    assert [item.outcome for item in results(run)] == [Outcome.PASSED, Outcome.FAILED]
    assert read_run(bench.plan.out / "sno-07" / run.id) == run
    assert bench.sandbox.objects == {}
    assert not (bench.plan.out / ".travail").exists()


def test_an_exam_that_is_made_again_says_so(bench: Bench) -> None:
    exams = iter([stream(*GOOD[:2]), stream(*GOOD)])
    bench.sandbox.on_exam = lambda _request: next(exams)
    assert bench.check().attempts == 2
    assert [event["kind"] for event in bench.seen].count("open") == 2


def test_what_cannot_start_has_its_run_without_an_exam(bench: Bench) -> None:
    (bench.work / "index.php").rename(bench.work / "notes.txt")
    run = bench.check()
    assert run.status is Status.GRADED and run.reason and "Aucun fichier d'entrée" in run.reason
    assert bench.seen == []


def test_a_point_brings_what_it_needs_and_nothing_else(bench: Bench) -> None:
    asked: list[bytes] = []
    bench.sandbox.on_exam = lambda request: (asked.append(request), stream(*GOOD[:2], {"kind": "close", "count": 1}))[1]
    run = bench.check(narrowed(bench.plan, (), ["demarre"]))
    assert json.loads(asked[0])["only"] == ["demarre"]
    assert [item.spec.id for item in results(run)] == ["demarre"]
    assert run.status is Status.GRADED
    assert narrowed(bench.plan, (), ["liste"]).only == ("demarre", "liste")
    assert narrowed(bench.plan, [Palier.ESSENTIEL], ()).only == ("demarre", "liste")
    assert narrowed(bench.plan, (), ()) is bench.plan


def test_an_unknown_point_lists_those_there_are(bench: Bench) -> None:
    with pytest.raises(UsageProblem, match=r"« lsite » n'existe pas dans ce TP : il y a demarre, liste"):
        narrowed(bench.plan, (), ["lsite"])


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
