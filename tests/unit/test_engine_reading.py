"""A lab without application: files asked for, commands on a bench, values that nothing of ours may show."""

from __future__ import annotations

import base64
import itertools
import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fake_sandbox import HANG, FakeSandbox
from helpers import SECRET, make_lab, make_reading_lab
from small_class import GOOD, SmallClass, close, end, outcomes

from etabli.exam.contract.errors import SandboxFailure
from etabli.exam.contract.outcome import Outcome, Status
from etabli.exam.contract.transcript import encode
from etabli.exam.contract.values import Leftover, TypedLine
from etabli.grading import desk
from etabli.grading.plan import EXAMINER, image_names
from etabli.lab.sujet import make_sujet, write_sujet
from etabli.lab.variant import Seat
from etabli.reception.submission import Deposit
from etabli.runs.scoring import results
from etabli.sandbox.base import Application, ExamEnd, ExecResult

BACKWARDS = SECRET[::-1]
CODED = base64.b64encode(f"x:{SECRET}".encode()).decode()


class Examiner:
    """Plays an examiner: says events, asks for commands, and keeps the request and the answers."""

    def __init__(self, sandbox: FakeSandbox, *says: dict[str, Any]) -> None:
        self.says = says or GOOD
        self.request: dict[str, Any] = {}
        self.answers: list[dict[str, Any]] = []
        self.sandbox = sandbox
        sandbox.on_exam = self.exam

    def exam(self, request: bytes) -> Iterator[bytes]:
        self.request = json.loads(request)
        for n, event in enumerate(self.says):
            yield encode({"n": n, "t": 0.0, **event})
            if event["kind"] == "ask":
                name = f"journal-{event['number']}" if event.get("journal") else str(event["number"])
                while self.sandbox.answers:
                    said = json.loads(self.sandbox.answers.pop(0))
                    assert said.pop("question") == name
                    self.answers.append(said)


def ask(number: int = 1, **changes: Any) -> dict[str, Any]:
    files = {"essais": base64.b64encode(f"{SECRET}\n".encode()).decode()}
    return {
        "kind": "ask",
        "number": number,
        "argv": ["pwscore", "-v"],
        "files": files,
        "timeout": 3.0,
        "within": 9.0,
        **changes,
    }


@pytest.fixture
def room(tmp_path: Path) -> SmallClass:
    return SmallClass(tmp_path, make_reading_lab(tmp_path))


def written(room: SmallClass) -> str:
    """All that the run folder says, file names included, but the submission itself."""
    files = [path for path in room.plan.out.rglob("*") if path.is_file() and path.suffix not in {".zip", ".sqlite"}]
    return "\n".join(f"{path}\n{path.read_text('utf-8', 'replace')}" for path in files)


# What was asked for


def test_files_are_examined_without_any_application(room: SmallClass) -> None:
    examiner = Examiner(room.sandbox)
    run = room.one({"Audit.CSV": "x", "autre.txt": "y"})
    assert (run.status, run.runtime, outcomes(run)) == (Status.GRADED, None, [Outcome.PASSED] * 2)
    assert {call.verb for call in room.sandbox.calls} == {"reap", "open_worker", "examine", "close"}
    assert "start" not in run.phases_ms
    assert examiner.request["served"] is False
    assert examiner.request["database"] is None
    assert examiner.request["asked"]["audit"]["found"] == ["Audit.CSV"]
    assert examiner.request["asked"]["note"] == {"title": "Note", "names": ["migration/vérifier.py"], "found": []}


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"tp/AUDIT.xlsx": ""}, {"audit": ["AUDIT.xlsx"], "note": []}),  # one wrapping folder
        ({"audit.csv": "", "audit.xlsx": ""}, {"audit": ["audit.csv", "audit.xlsx"], "note": []}),
        ({"audit.csv": "", "Migration/verifier.PY": ""}, {"audit": ["audit.csv"], "note": ["Migration/verifier.PY"]}),
    ],
)
def test_names_are_recognised_whatever_their_case_and_accents(
    room: SmallClass, files: dict[str, str], found: dict[str, list[str]]
) -> None:
    examiner = Examiner(room.sandbox)
    room.one(files)
    assert {name: item["found"] for name, item in examiner.request["asked"].items()} == found


@pytest.mark.parametrize(
    ("files", "words"), [({}, "Le rendu est vide."), ({"bilan.odt": ""}, "(on y trouve : bilan.odt)")]
)
def test_nothing_of_what_was_asked_is_nothing_to_examine(room: SmallClass, files: dict[str, str], words: str) -> None:
    run = room.one(files)
    assert outcomes(run) == [Outcome.FAILED, Outcome.BLOCKED]
    assert run.reason and words in run.reason
    first = results(run)[0]
    assert first.expected == "Des fichiers de ces noms : audit.csv ou audit.xlsx ; migration/vérifier.py."
    assert room.sandbox.asked("examine") == 0


def test_a_limit_of_ours_that_says_what_it_is_is_not_tried_again(room: SmallClass) -> None:
    limit = end("liste", "error", observed="LibreOffice ne sait pas calculer LAMBDA.", traceback="OfficeLimit")
    Examiner(room.sandbox, end("demarre"), limit, close())
    run = room.one()
    assert (run.attempts, run.status) == (1, Status.NEEDS_REVIEW)
    assert run.reason == "LibreOffice ne sait pas calculer LAMBDA."


def test_a_second_attempt_starts_nothing(room: SmallClass) -> None:
    Examiner(room.sandbox, end("demarre"), end("liste", "error", traceback="ValueError"), close())
    run = room.one()
    assert (run.attempts, run.status) == (2, Status.NEEDS_REVIEW)
    assert room.sandbox.asked("start") == room.sandbox.asked("stop") == 0


def test_the_images_of_a_lab_without_application(room: SmallClass) -> None:
    assert image_names(room.lab) == ["audit", EXAMINER]


# The bench


def test_a_command_is_run_on_the_work_and_answered(room: SmallClass) -> None:
    examiner = Examiner(room.sandbox, ask(), ask(2, files={}), *GOOD)
    room.sandbox.on_bench = lambda _app, _inputs: ExecResult(3, b"\xff out", b"err", truncated=True)
    run = room.one()
    assert outcomes(run) == [Outcome.PASSED] * 2
    first, second = (call for call in room.sandbox.calls if call.verb == "bench")
    assert first.inputs == {"essais": f"{SECRET}\n".encode()}
    assert second.inputs == {}
    assert first.app is not None
    assert first.app.command == ("/usr/local/bin/banc", "pwscore", "-v")
    assert (first.app.image, first.app.memory_mb, first.app.pids, first.app.tmp_mb) == ("audit", 128, 32, 8)
    assert first.app.source.name in {"a", "b"}
    coded = base64.b64encode(b"\xff out").decode()
    assert examiner.answers[0] == {
        **{"exit_code": 3, "stdout": coded, "stderr": base64.b64encode(b"err").decode()},
        **{"timed_out": False, "truncated": True},
    }


def test_a_command_that_takes_too_long_is_told_so(room: SmallClass) -> None:
    examiner = Examiner(room.sandbox, ask(), *GOOD)
    room.sandbox.on_bench = lambda _app, _inputs: HANG
    room.one()
    assert (examiner.answers[0]["exit_code"], examiner.answers[0]["timed_out"]) == (137, True)


def test_all_that_is_run_in_an_exam_leaves_time_for_the_rest(room: SmallClass, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that ends just in time whenever it is started: 300 seconds of exam, of which it has 120 in all."""
    typed = {"text": "php rendu/a.php", "files": {}, "screen": 0, "earlier": 0, "own": False}
    asks = [ask(number, argv=None, files=None, lines=[typed], within=168) for number in (1, 2, 3)]
    examiner = Examiner(room.sandbox, *asks, ask(4), *GOOD)
    clock = itertools.count(0, 100)
    monkeypatch.setattr(desk, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    run = room.one()
    late = [answer.get("ran", answer)["timed_out"] for answer in examiner.answers]
    assert late == [False, False, True, True] and outcomes(run) == [Outcome.PASSED] * 2


def test_our_own_failure_is_an_answer_that_is_no_verdict(room: SmallClass) -> None:
    examiner = Examiner(room.sandbox, ask(), *GOOD)
    room.sandbox.fail("bench", SandboxFailure("plus de place"))
    room.one()
    assert examiner.answers == [{"error": "plus de place"}]


def test_questions_leave_nothing_but_the_command(room: SmallClass) -> None:
    Examiner(room.sandbox, ask(), *GOOD)
    room.sandbox.on_bench = lambda _app, _inputs: ExecResult(1, SECRET.encode(), SECRET.encode())
    run = room.one()
    assert [event["kind"] for event in run.events if event["kind"] == "ask"] == []
    (action,) = [event for event in run.events if event.get("verb") == "bench"]
    assert (action["detail"], action["result"]) == ("/usr/local/bin/banc pwscore -v", "code 1")
    assert "essais" not in written(room)


def test_inputs_are_gone_before_the_next_question_and_after_the_exam(room: SmallClass) -> None:
    seen: list[list[str]] = []

    def look(app: Application, _inputs: Mapping[str, bytes]) -> ExecResult:
        around = app.source.parent.parent.rglob("*")
        seen.append(sorted(path.name for path in around if path.name == "essais"))
        return ExecResult(0)

    room.sandbox.on_bench = look
    Examiner(room.sandbox, ask(), ask(2, files={}), ask(3), *GOOD)
    room.one()
    assert seen == [["essais"], [], ["essais"]]
    assert not (room.root / "out" / ".travail").exists()


def test_lines_are_typed_beside_the_candidate_s_own_data(room: SmallClass) -> None:
    typed = {"text": "php rendu/a.php", "files": {"cas.csv": base64.b64encode(b"1").decode()}, "screen": True}
    typed |= {"earlier": 10**9, "own": True}
    examiner = Examiner(room.sandbox, ask(argv=None, files=None, lines=[typed, typed]), *GOOD)
    lines: list[TypedLine] = []
    room.sandbox.on_line = lambda line: lines.append(line) or ExecResult(0, b"oui", left=(Leftover("/tmp/x", "y"),))
    run = room.one()
    assert lines == [TypedLine("php rendu/a.php", {"cas.csv": b"1"}, screen=1, earlier=999, own=True)] * 2
    (call,) = (call for call in room.sandbox.calls if call.verb == "terminal")
    assert call.inputs == {"comptes.csv": b"login\n", "annuaire/export.csv": b"bonjour"}, "what donnees/ has"
    assert call.app is not None and (call.app.command, call.app.memory_mb) == ((), 128)
    told = {"exit_code": 0, "stdout": base64.b64encode(b"oui").decode(), "stderr": "", "timed_out": False}
    ran = {**told, "truncated": False, "left": [["/tmp/x", "y"]]}
    assert examiner.answers == [{"ran": ran}] * 2, "one answer for each: together, they may be more than is taken"
    (action,) = [event for event in run.events if event.get("verb") == "terminal"]
    assert (action["detail"], action["result"]) == ("php rendu/a.php", "code 0, code 0")


@pytest.mark.parametrize(
    "changes",
    [
        {"argv": []},
        {"lines": ["php"]},
        {"lines": [{"text": "php", "files": {"../a": ""}, "screen": False}]},
        {"lines": [{"text": "php", "screen": False}]},
        {"number": "un"},
        {"timeout": None},
        {"files": []},
        {"files": {"a": "pas du base64"}},
        *({"files": {name: ""}} for name in ("../a", "/etc/passwd", "a/b", "..", ".", "", "é", "a" * 65)),
    ],
)
def test_a_question_that_makes_no_sense_is_our_error(room: SmallClass, changes: dict[str, Any]) -> None:
    Examiner(room.sandbox, ask(**changes), *GOOD)
    run = room.one()
    assert (run.status, run.attempts) == (Status.NEEDS_REVIEW, 2)
    assert room.sandbox.asked("bench") == 0


def test_the_journal_of_an_application_is_told_to_who_asks(tmp_path: Path) -> None:
    small = SmallClass(tmp_path)
    examiner = Examiner(small.sandbox, {"kind": "ask", "number": 1, "journal": True}, *GOOD)
    small.sandbox.on_logs = lambda _app: "PHP Fatal error: été"
    small.one()
    assert examiner.answers == [{"journal": "PHP Fatal error: été"}]
    assert examiner.request["journal"] is True and examiner.request["bench"] is None
    assert small.sandbox.asked("bench") == 0


@pytest.mark.parametrize(
    "question", [{"journal": True, "number": "?"}, {"journal": True}, {"number": 1, "argv": ["x"]}]
)
def test_a_question_on_an_application_that_makes_no_sense_is_our_error(tmp_path: Path, question: Any) -> None:
    small = SmallClass(tmp_path)
    small.says({"kind": "ask", **question}, *GOOD)
    assert small.one().status is Status.NEEDS_REVIEW


def test_a_lab_without_bench_answers_nobody(tmp_path: Path) -> None:
    room = SmallClass(tmp_path, make_reading_lab(tmp_path, bench=None))
    examiner = Examiner(room.sandbox, tmp_path, *GOOD)
    room.one()
    assert examiner.request["bench"] is None


# What must stay hidden


@pytest.mark.parametrize("shown", [SECRET, SECRET.upper(), "lavande 1987!", BACKWARDS, CODED])
def test_nothing_of_a_run_shows_a_hidden_value(room: SmallClass, shown: str) -> None:
    proof = {"kind": "evidence", "check": "liste", "evidence_kind": "text", "caption": shown, "media": "text/plain"}
    Examiner(
        room.sandbox,
        {**proof, "data": base64.b64encode(f"avant {shown} après".encode()).decode()},
        {
            "kind": "action",
            "check": "liste",
            "fixture": "files",
            "verb": "text",
            "detail": shown,
            "ms": 1,
            "result": shown,
        },
        end("demarre"),
        end("liste", "failed", observed=f"On y lit {shown}.", expected="Rien.", help=shown),
        close(),
    )
    run = room.one()
    assert outcomes(run) == [Outcome.PASSED, Outcome.FAILED]
    assert shown not in written(room)
    assert "avant ••• après" in written(room)
    assert "On y lit •••." in str(results(run)[1].observed)


@pytest.mark.parametrize("around", range(170, 205, 3))
def test_a_value_cut_in_two_does_not_either(room: SmallClass, around: int) -> None:
    argv = ["x" * around, SECRET]
    Examiner(room.sandbox, ask(argv=argv), end("demarre"), end("liste"))  # no closing record: the noise is kept
    room.sandbox.exam_end = ExamEnd(1, f"{SECRET}{'y' * (4_000 - len(SECRET) // 2)}".encode())
    run = room.one()
    assert run.status is Status.NEEDS_REVIEW
    assert "yyy" in written(room)
    for piece in (SECRET[:6], SECRET[-6:]):
        assert piece not in written(room)


def test_our_own_traceback_does_not_either(room: SmallClass) -> None:
    Examiner(room.sandbox, end("demarre"), end("liste", "error", traceback=f"ValueError: {SECRET}"), close())
    room.one()
    assert SECRET not in written(room)


@pytest.mark.parametrize("files", [{f"{SECRET}.txt": "x"}, {f"{SECRET}/a.txt": "x", "b.txt": "y"}])
def test_the_name_of_a_file_handed_in_does_not_either(room: SmallClass, files: dict[str, str]) -> None:
    run = room.one(files)
    assert "•••" in str(run.reason)
    assert SECRET not in written(room)


def test_the_reason_of_a_refusal_does_not_either(room: SmallClass) -> None:
    path = room.root / "sno-01.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"../{SECRET}", "x")
    run = room.grade(Deposit("sno-01", path)).done[0].graded.run
    assert run.status is Status.REJECTED
    assert run.reason and "•••" in run.reason and SECRET not in written(room)


def test_data_that_cannot_be_made_are_told_as_our_mistake(room: SmallClass) -> None:
    (room.lab.grader / "variant.py").write_text(
        "def make(a, r): raise ValueError('non')\ndef secrets(v): return []\n", "utf-8"
    )
    run = room.one()
    assert run.status is Status.NEEDS_REVIEW
    assert "ValueError" in str(run.reason)


# What the candidate receives


def test_the_sujet_holds_files_and_no_sql(room: SmallClass, tmp_path: Path) -> None:
    (room.lab.folder / "starter").mkdir()
    sujet = make_sujet(Seat(room.lab, "sno-01"), bytes(32))
    assert set(sujet.texts) == {"enonce.html", "sujet.json"}
    assert SECRET not in "".join(sujet.texts.values())
    write_sujet(sujet, tmp_path / "sujet")
    assert (tmp_path / "sujet" / "donnees" / "annuaire" / "export.csv").read_bytes() == b"bonjour"


def test_a_lab_with_a_database_has_its_sql(tmp_path: Path) -> None:
    lab = make_lab(tmp_path)
    assert set(make_sujet(Seat(lab, "sno-01"), bytes(32)).files) == {"schema.sql", "donnees.sql"}
