"""The nonce of an exam: what it draws from, kept in the run, replayed for the same work, out of the candidate's sight."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from helpers import make_lab
from report_tables import validator
from small_class import GOOD, SmallClass, close, end, stream
from student import etabli, repository_with

from etabli.exam.runner.request import parse
from etabli.exam.tools.draws import Draws
from etabli.grading.matrix import witness_nonce
from etabli.grading.regrade import class_runs, gather, grade_again
from etabli.reports.results import publish
from etabli.reports.roll import roll_of
from etabli.runs.run import NONCE, Run

WORDS = [f"mot {number}" for number in range(500)]
UNSURE = (end("demarre"), end("liste", "error", traceback="ValueError"), close())
REPAIR = {"path": "index.php", "line": 1, "start": 6, "was": "localhost", "becomes": "{DB_HOST}"}
HIDDEN = (end("demarre", "failed", observed="Rien.", repair=[REPAIR]), end("liste"), close())


class Asked(SmallClass):
    """A small class that remembers the nonce of each exam."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(root, repository_with(make_lab(root), {}, monkeypatch))
        monkeypatch.setattr("etabli.sandbox.images.identity", lambda name: {"id": "sha256:1", "packages": "3"})
        self.nonces: list[str] = []
        self.scripts = [GOOD]
        self.sandbox.on_exam = self.answer

    def answer(self, request: bytes) -> bytes:
        self.nonces.append(parse(request).nonce)
        return stream(*(self.scripts.pop(0) if len(self.scripts) > 1 else self.scripts[0]))


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Asked:
    return Asked(tmp_path, monkeypatch)


def again(asked: Asked, *given: object) -> Run:
    todo = gather(class_runs(asked.plan.out), given)  # type: ignore[arg-type]
    return grade_again(todo, asked.sandbox, secret=bytes(32), workers=1).batch.done[0].graded.run


def test_each_exam_has_its_own_kept_in_its_run(asked: Asked) -> None:
    runs = [done.graded.run for done in asked.grade(asked.deposit("a"), asked.deposit("b")).done]
    runs.append(asked.one(fresh=True))
    assert [run.nonce for run in runs] == asked.nonces
    assert len(set(asked.nonces)) == 3 and all(map(NONCE.fullmatch, asked.nonces))
    for facts in asked.plan.out.glob("*/*/run.json"):
        validator("run").validate(json.loads(facts.read_text("utf-8")))


def test_what_is_not_examined_has_none(asked: Asked) -> None:
    assert asked.one({}).nonce is None


def test_a_second_attempt_and_the_second_look_draw_the_same(asked: Asked) -> None:
    asked.scripts = [UNSURE, HIDDEN, GOOD]
    run = asked.one()
    assert run.attempts == 2 and asked.nonces == [run.nonce] * 3


def test_the_same_work_graded_again_meets_the_same_draws(asked: Asked) -> None:
    first = asked.one()
    assert again(asked).nonce == first.nonce
    assert again(asked, asked.deposit()).nonce == first.nonce


def test_another_work_does_not_for_its_author_may_have_read_the_run(asked: Asked) -> None:
    first = asked.one()
    assert again(asked, asked.deposit(files={"index.php": "<?php // prévenu"})).nonce not in (None, first.nonce)


def test_a_run_of_before_draws_anew(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    asked.one()
    todo = gather(class_runs(asked.plan.out))
    older = {name: replace(run, nonce=None) for name, run in todo.former.runs.items()}
    grade_again(replace(todo, former=replace(todo.former, runs=older)), asked.sandbox, secret=bytes(32), workers=1)
    assert len(set(asked.nonces)) == 2


def test_the_candidate_s_side_and_the_reports_never_hold_it(asked: Asked) -> None:
    run = asked.one()
    assert run.nonce
    others = [call for call in asked.sandbox.calls if call.verb != "examine"]
    assert {call.verb for call in others} >= {"open_worker", "start"} and run.nonce not in repr(others)
    former = class_runs(asked.plan.out)
    publish(asked.plan.out, former.lab, None, roll_of(asked.plan.out))
    written = [path for path in asked.plan.out.rglob("*") if path.is_file()]
    assert [path.name for path in written if run.nonce.encode() in path.read_bytes()] == ["run.json"]


def test_specimens_meet_the_same_draws_each_time() -> None:
    nonces = [witness_nonce(name, seed) for name in ("pdo", "flask") for seed in (0, 1, 2)]
    assert len(set(nonces)) == 6 and all(map(NONCE.fullmatch, nonces))
    assert witness_nonce("pdo", 0) == nonces[0]


@pytest.mark.parametrize("text", ["", "é", "a b", "a" * 65, "--"])
def test_a_nonce_that_is_none_is_said(text: str) -> None:
    done = etabli("lab", "test", "page-dynamique", f"--alea={text}")
    assert done.exit_code == 2 and "« --alea » attend 64 lettres" in done.output


def test_draws_follow_from_nonce_and_purpose_alone() -> None:
    draws = Draws("abc")
    first = draws.of("nom").some(WORDS, 5)
    draws.of("origine").some(WORDS, 100)
    assert draws.of("nom").some(WORDS, 5) == Draws("abc").of("nom").some(WORDS, 5) == first
    assert len({tuple(Draws(nonce).of(purpose).some(WORDS, 5)) for nonce in "abcd" for purpose in ("nom", "lieu")}) == 8
