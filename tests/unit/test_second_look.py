"""The second look: a work whose few words hid the rest, repaired in a copy, and told beside its verdicts."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from helpers import spec
from report_page import Page
from report_samples import NOW, rejected_payload
from report_tables import validator
from small_class import SmallClass, close, end, stream

from etabli.cli.grade import _row
from etabli.cli.live import Live, conclude
from etabli.exam.contract.blot import Blot
from etabli.exam.contract.check import Failed
from etabli.exam.contract.errors import SandboxFailure
from etabli.exam.contract.outcome import Outcome, Status
from etabli.exam.contract.repair import Correction, parse_corrections
from etabli.exam.plugin import _verdict
from etabli.grading import one
from etabli.grading.alone import check_once
from etabli.grading.examine import Interrupted
from etabli.reports.build import lab_meta, payload_of
from etabli.reports.html import render_class, render_learner
from etabli.reports.repaired_view import INCIDENT, repaired_view
from etabli.runs.folder import read_run
from etabli.runs.repaired import REPAIRED, repaired
from etabli.runs.run import Run, run_folders
from etabli.runs.scoring import results, score
from etabli.sandbox.base import MISFIT, AppState

EDIT = {"path": "index.php", "line": 1, "start": 6, "was": "localhost", "becomes": "{DB_HOST}"}
OPEN = {"kind": "open", "protocol": 1, "lab": "essai", "checks": ["demarre", "liste"]}
HIDDEN = (
    OPEN,
    end("demarre", "failed", observed="Rien.", repair=[EDIT]),
    end("liste", "blocked", blocked_by=["demarre"]),
    close(),
)
SEEN = (OPEN, end("demarre"), end("liste", "failed", observed="Il manque une ligne."), close())


class Student(SmallClass):
    """One student whose connection is written in the code."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.work = self.deposit("sno-07")
        self.seen: list[dict[str, Any]] = []
        self.requests: list[dict[str, Any]] = []

    def exams(self, *said: Any) -> None:
        """What the examiner says, exam after exam."""
        scripts = iter(said)

        def answer(request: bytes) -> Any:
            self.requests.append(json.loads(request))
            script = next(scripts)
            return script if isinstance(script, bytes) else stream(*script)

        self.sandbox.on_exam = answer

    def check(self) -> Run:
        return check_once(self.sandbox, self.plan, self.work, seen=self.seen.append).run

    def started(self) -> list[tuple[Correction, ...]]:
        return [call.app.repair for call in self.sandbox.calls if call.verb == "start" and call.app]


@pytest.fixture
def student(tmp_path: Path) -> Student:
    return Student(tmp_path)


def test_the_copy_is_examined_and_no_verdict_nor_point_comes_from_it(student: Student) -> None:
    student.exams(HIDDEN, SEEN)
    run = student.check()
    assert student.started() == [(), parse_corrections([EDIT])], "the repair is for the container that starts second"
    assert [request["repaired"] for request in student.requests] == [False, True]
    assert [item.outcome for item in results(run)] == [Outcome.FAILED, Outcome.BLOCKED]
    assert (score(results(run)).earned, run.status, run.attempts) == (0, Status.GRADED, 1)
    again = repaired(run)
    assert again is not None and (again.check, again.edits) == ("demarre", parse_corrections([EDIT]))
    assert [item.outcome for item in again.results] == [Outcome.PASSED, Outcome.FAILED]
    assert run.reason == "Rien." and "repair" in run.phases_ms


def test_it_is_frozen_in_the_same_folder_and_verified_with_it(student: Student) -> None:
    student.exams(HIDDEN, SEEN)
    run = student.check()
    assert read_run(student.plan.out / "sno-07" / run.id) == run
    for event in run.events:
        validator("event").validate(json.loads(json.dumps(event)))
    assert {event["kind"] for event in run.events} >= {"check_end", f"{REPAIRED}check_end", f"{REPAIRED}close"}


def test_the_student_is_told_that_it_is_a_second_look(student: Student) -> None:
    student.exams(HIDDEN, SEEN)
    student.check()
    kinds = [event["kind"] for event in student.seen]
    assert kinds.count("open") == 1 and kinds.count(f"{REPAIRED}open") == 1
    assert kinds.index("close") < kinds.index(f"{REPAIRED}open")


@pytest.mark.parametrize(
    "said",
    [
        (OPEN, end("demarre", "failed", observed="Rien."), end("liste", "blocked", blocked_by=["demarre"]), close()),
        (OPEN, end("demarre"), end("liste"), close()),
    ],
)
def test_what_nothing_offers_to_repair_is_examined_once(student: Student, said: Any) -> None:
    student.exams(said)
    run = student.check()
    assert student.started() == [()] and repaired(run) is None and "repair" not in run.phases_ms
    assert "repaired" not in payload_of(run)


@pytest.mark.parametrize("wrong", [{"path": "a"}, {**EDIT, "start": -1}, {**EDIT, "line": "?"}, "rien"])
def test_a_repair_that_makes_no_sense_is_left_aside(student: Student, wrong: Any) -> None:
    student.exams((OPEN, end("demarre", "failed", observed="Rien.", repair=[wrong]), end("liste"), close()))
    run = student.check()
    assert run.status is Status.GRADED and student.started() == [()]
    assert read_run(student.plan.out / "sno-07" / run.id) == run


def test_a_check_says_what_to_repair_in_its_verdict() -> None:
    failure = Failed("Rien.", "Une page.", repair=parse_corrections([EDIT]))
    assert _verdict(failure, spec("demarre"), Blot())[1] == {
        "observed": "Rien.", "expected": "Une page.", "help": "aide du point", "repair": [EDIT],
    }  # fmt: skip
    assert "repair" not in _verdict(Failed("Rien.", "Une page."), spec("demarre"), Blot())[1]


def _silent(student: Student) -> None:
    student.exams(HIDDEN, b"")


def _crash(student: Student) -> None:
    student.exams(HIDDEN, SEEN)
    later = iter([None, SandboxFailure("la salle est tombée : relancez.")])
    begin = student.sandbox.note

    def note(call: Any) -> None:
        begin(call)
        if call.verb == "start" and (error := next(later)) is not None:
            raise error

    student.sandbox.note = note  # type: ignore[method-assign]


def _misfit(student: Student) -> None:
    student.exams(HIDDEN, SEEN)
    student.sandbox.on_start = lambda app: AppState(not app.repair, MISFIT if app.repair else None)


@pytest.mark.parametrize("trouble", [_silent, _crash, _misfit])
def test_an_incident_of_ours_takes_the_second_look_only(student: Student, trouble: Any) -> None:
    trouble(student)
    run = student.check()
    assert [item.outcome for item in results(run)] == [Outcome.FAILED, Outcome.BLOCKED]
    assert run.status is Status.GRADED, "the verdicts are whole"
    again = repaired(run)
    assert again is not None and again.results == ()
    said = repaired_view(payload_of(run))
    assert said is not None and (said.found, said.tallies, said.left) == (INCIDENT, (), ())
    assert student.sandbox.objects == {}


def _stopped_at(kind: str, student: Student) -> Run:
    """The run of a student who stops at the first event of this kind."""
    stopped = threading.Event()

    def seen(event: Any) -> None:
        if event["kind"] == kind:
            stopped.set()

    try:
        return check_once(student.sandbox, student.plan, student.work, seen=seen, stopped=stopped).run
    finally:
        assert student.sandbox.objects == {}


def _first_exam_alone(student: Student, run: Run) -> None:
    assert read_run(student.plan.out / "sno-07" / run.id) == run
    assert [item.outcome for item in results(run)] == [Outcome.FAILED, Outcome.BLOCKED]
    assert run.status is Status.GRADED and run.reason == "Rien."
    assert repaired(run) is None and not any(event["kind"].startswith(REPAIRED) for event in run.events)


@pytest.mark.parametrize("kind", [f"{REPAIRED}open", f"{REPAIRED}check_end", f"{REPAIRED}close"])
def test_who_stops_it_in_the_middle_keeps_what_the_exam_found(student: Student, kind: str) -> None:
    student.exams(HIDDEN, SEEN)
    _first_exam_alone(student, _stopped_at(kind, student))


def test_who_stops_before_it_keeps_what_the_exam_found(student: Student, monkeypatch: pytest.MonkeyPatch) -> None:
    student.exams(HIDDEN)
    stopped = threading.Event()
    last_words = one._last_words
    monkeypatch.setattr(one, "_last_words", lambda *known: (stopped.set(), last_words(*known))[1])
    run = check_once(student.sandbox, student.plan, student.work, seen=student.seen.append, stopped=stopped).run
    _first_exam_alone(student, run)
    assert student.started() == [()]


def test_a_key_that_stops_it_keeps_what_the_exam_found_and_stops(student: Student) -> None:
    student.exams(HIDDEN, SEEN)

    def seen(event: Any) -> None:
        if event["kind"] == f"{REPAIRED}open":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check_once(student.sandbox, student.plan, student.work, seen=seen)
    assert student.sandbox.objects == {}
    [folder] = run_folders(student.plan.out / "sno-07")
    _first_exam_alone(student, read_run(folder))


def test_the_exam_itself_can_be_stopped_in_the_middle(student: Student) -> None:
    student.exams(HIDDEN, SEEN)
    with pytest.raises(Interrupted):
        _stopped_at("check_end", student)


def test_the_same_work_stands_with_its_second_look(student: Student) -> None:
    student.exams(HIDDEN, SEEN)
    student.grade(student.work)
    student.grade(student.work)
    assert len(student.requests) == 2


def test_what_is_said_of_it(student: Student) -> None:
    student.exams(HIDDEN, SEEN)
    payload = payload_of(student.check())
    validator("payload").validate(payload)
    said = repaired_view(payload)
    assert said is not None
    assert said.title == "Si cette ligne était corrigée"
    assert said.lead == (
        "index.php, ligne 1 : dans une copie, nous avons changé cette ligne pour voir le reste, puis regardé tout une "
        "seconde fois. Les points restent ceux du travail rendu : le reste comptera quand la faute dite plus haut sera "
        "corrigée chez vous."
    )
    assert said.short == "Essai sur une copie, cette ligne corrigée : 1 réussi et 1 à revoir."
    assert [check["observed"] for check in said.left] == ["Il manque une ligne."]
    assert payload["score"] == {"possible": 5, "earned": 0, "failed": 2, "blocked": 3, "error": 0}


def test_several_lines_are_named_and_what_stays_hidden_is_said(student: Student) -> None:
    edits = [{**EDIT, "line": line, "start": line} for line in (3, 6, 6, 9)] + [{**EDIT, "path": "b.php"}]
    hidden = (OPEN, end("demarre", "failed", observed="Rien.", repair=edits), *HIDDEN[2:])
    student.exams(hidden, HIDDEN)
    said = repaired_view(payload_of(student.check()))
    assert said is not None
    assert said.lead.startswith("index.php, lignes 3, 6 et 9 ; b.php, ligne 1 : dans une copie, nous avons changé ces")
    assert said.short == "Essai sur une copie, ces lignes corrigées : le reste ne se verrait pas encore."


def test_the_pages_tell_it_beside_the_verdicts(student: Student) -> None:
    student.exams(HIDDEN, SEEN)
    payload, lab = payload_of(student.check()), lab_meta(student.lab, {})
    page = Page(render_learner(payload, lab, out=student.plan.out)).text
    told = page[page.index("Si cette ligne était corrigée") : page.index("Tous les points de vérification")]
    assert "index.php, ligne 1 : dans une copie" in told and "Il resterait à revoir, dans cette copie :" in told
    assert "Il manque une ligne." in told and "Il manque une ligne." not in page.replace(told, "")
    whole = Page(render_class([payload], lab, None, generated_at=NOW)).text
    assert whole.count("Essai sur une copie, cette ligne corrigée : 1 réussi et 1 à revoir.") == 3, (
        "where help is needed, in the table and on the card"
    )
    assert _row(payload)[-1] == "Rien. Essai sur une copie, cette ligne corrigée : 1 réussi et 1 à revoir."
    assert "Si cette ligne" not in Page(render_learner(rejected_payload("b", lab), lab, out=student.plan.out)).text


def test_the_screen_tells_it_after_what_to_take_up_first(student: Student, capsys: pytest.CaptureFixture[str]) -> None:
    student.exams(HIDDEN, SEEN)
    live = Live(student.lab, quiet=False)
    run = check_once(student.sandbox, student.plan, student.work, seen=live).run
    live.end()
    conclude(payload_of(run), lab_meta(student.lab, {}), None, student.root / "verification.html")
    said = " ".join(capsys.readouterr().out.split())
    looked = said.index("on les corrige dans une copie, et on regarde une seconde fois")
    first = said.index("À reprendre d'abord")
    again = said.index("Si cette ligne était corrigée index.php, ligne 1")
    assert looked < first < again
    assert "1 réussi et 1 à revoir." in said[again:]
    assert "L'application démarre. (demarre)" in said[:looked] and "✓" not in said[:first], "no verdict of the copy"
