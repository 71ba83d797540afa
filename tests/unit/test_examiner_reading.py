"""The fixtures of a lab without application: what was asked for, commands on the bench, hidden values."""

from __future__ import annotations

import base64
import json
import os
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from notebook import Notebook

from etabli.exam.contract.blot import Blot
from etabli.exam.contract.check import Failed
from etabli.exam.contract.transcript import Decoder, Event
from etabli.exam.contract.values import Leftover, TypedLine
from etabli.exam.kit import Kit
from etabli.exam.runner.channel import Channel, Inbox
from etabli.exam.runner.recorder import Recorder
from etabli.exam.runner.request import Wanted, parse, parse_asked
from etabli.exam.runner.timing import limit
from etabli.exam.tools.asked import AskedFiles
from etabli.exam.tools.bench import MAX_INPUT, Bench, BenchBroken, Ran
from etabli.exam.tools.journal import MOST, Journal

WANTED = {
    "audit": Wanted("Relevé", ("audit.csv", "audit.xlsx"), ("audit.csv",)),
    "droits": Wanted("Droits", ("droits.csv",), ()),
    "note": Wanted("Note", ("note.md", "note.txt"), ("Note.md", "note.txt")),
}


@pytest.fixture
def asked() -> AskedFiles:
    return AskedFiles(WANTED, ["Note.md", "audit.csv", "note.txt"])


def test_the_file_that_answers(asked: AskedFiles) -> None:
    assert asked.path("audit") == "audit.csv"
    assert "audit" in asked
    assert "droits" not in asked
    assert asked.paths("note") == ("Note.md", "note.txt")


def test_a_missing_file_is_told_with_its_names(asked: AskedFiles) -> None:
    with pytest.raises(Failed) as caught:
        asked.path("droits")
    assert caught.value.observed == (
        "Aucun fichier pour « Droits » dans le rendu (on y trouve : Note.md, audit.csv et note.txt)."
    )
    assert caught.value.expected == "Un seul de ces fichiers : droits.csv."
    assert str(caught.value.help).endswith("Pas encore fait ? L'énoncé dit comment, et ce qui vient avant.")


def test_two_files_for_one_thing_are_both_named(asked: AskedFiles) -> None:
    with pytest.raises(Failed) as caught:
        asked.path("note")
    assert caught.value.observed == (
        "Plusieurs fichiers pour « Note » : « Note.md » et « note.txt ». Rien ne dit lequel compte."
    )


def test_an_unknown_thing_is_the_author_s_mistake(asked: AskedFiles) -> None:
    with pytest.raises(KeyError):
        asked.path("audi")


class Engine:
    """Answers each question as told."""

    def __init__(self, **answer: Any) -> None:
        self.said: dict[str, Any] | None = {
            "exit_code": 0,
            "stdout": "",
            "stderr": "",
            "timed_out": False,
            "truncated": False,
        } | answer
        self.questions: list[Event] = []
        self.each: list[dict[str, Any]] = []

    def ask(self, **question: Any) -> None:
        self.questions.append(question)

    def answer(self, question: str, seconds: float) -> dict[str, Any] | None:
        assert question == str(self.questions[-1]["number"])
        return self.each.pop(0) if self.each else self.said


def coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def bench(engine: Engine, sink: Notebook | None = None) -> Bench:
    return Bench(7, engine, Recorder(sink or Notebook()))


def test_a_command_is_asked_for_and_its_answer_read(tmp_path: Path) -> None:
    engine, sink = Engine(exit_code=3, stdout=coded("é"), stderr=coded("bruit"), truncated=True), Notebook()
    ran = bench(engine, sink).run(["pwscore", "-v"], files={"a": b"\x00"}, stdin=b"secret", timeout=2)
    assert ran == Ran(3, "é".encode(), b"bruit", truncated=True)
    assert (ran.text, ran.words) == ("é", "bruit")
    files = {"a": "AA==", ".entree": coded("secret")}
    assert engine.questions == [{"number": 1, "argv": ["pwscore", "-v"], "files": files, "timeout": 2, "within": 10}]
    (action,) = sink.events
    assert (action["fixture"], action["detail"], action["result"]) == (
        "bench",
        "pwscore -v",
        "code 3 · 2 octets · tronqué",
    )


def test_lines_are_typed_and_what_each_left_is_told() -> None:
    done = {"exit_code": 0, "stdout": coded("1"), "stderr": "", "timed_out": False, "truncated": False}
    engine, sink = Engine(), Notebook()
    engine.each = [{"ran": {**done, "left": []}}, {"ran": {**done, "left": [["/tmp/x", "y"]]}}]
    first, second = bench(engine, sink).type(
        [
            TypedLine("php rendu/a.php < donnees/l.csv", {"l.csv": b"secret"}),
            TypedLine("php rendu/a.php", screen=1, earlier=40, own=True),
        ]
    )
    assert (first, second) == (Ran(0, b"1"), Ran(0, b"1", left=(Leftover("/tmp/x", "y"),)))
    lines = [
        {
            "text": "php rendu/a.php < donnees/l.csv",
            "files": {"l.csv": coded("secret")},
            "screen": 0,
            "earlier": 0,
            "own": False,
        },
        {"text": "php rendu/a.php", "files": {}, "screen": 1, "earlier": 40, "own": True},
    ]
    assert engine.questions == [{"number": 1, "lines": lines, "timeout": 7, "within": 70}]
    (action,) = sink.events
    assert (action["verb"], action["detail"]) == ("type", "php rendu/a.php < donnees/l.csv ; php rendu/a.php")
    with pytest.raises(ValueError, match="bytes at most"):
        bench(engine).type([TypedLine("cat", {"a": b"x" * (MAX_INPUT + 1)})])


def test_what_is_run_ends_before_the_check_that_waits_for_it() -> None:
    engine = Engine()
    with limit(100, 100, lambda: False):
        bench(engine).run(["a"], timeout=1)
        bench(engine).run(["a"])
        engine.each = [{"ran": engine.said}] * 9
        bench(engine).type([TypedLine("a")] * 9)
    first, second, lines = (question["within"] for question in engine.questions)
    assert (first, second) == (5, 35) and 60 < lines < 70


def test_all_that_ten_lines_print_is_taken_and_what_nobody_waits_for_holds_nobody_up() -> None:
    """A mebibyte on each of both outputs of each line; an answer that no check reads is taken all the same."""
    read, write = os.pipe()
    inbox = Inbox(read)
    asks = SimpleNamespace(
        ask=lambda **_question: None, answer=lambda name, s: inbox.answer(name, time.monotonic() + s)
    )
    loud = {"stdout": coded("x" * 2**20), "stderr": coded("y" * 2**20)}
    line = {"exit_code": 0, **loud, "timed_out": False, "truncated": True, "left": []}

    def told(number: int) -> bytes:
        return json.dumps({"question": str(number), "ran": line}).encode() + b"\n"

    def say() -> None:
        with os.fdopen(write, "wb") as out:
            for number in [1] * 10 + [2] * 3 + [3]:
                out.write(told(number))

    speaker = threading.Thread(target=say, daemon=True)
    speaker.start()
    own = Bench(7, asks, Recorder(Notebook()))
    ran = own.type([TypedLine("a")] * 10)
    assert [(len(one.stdout), len(one.stderr)) for one in ran] == [(2**20, 2**20)] * 10
    speaker.join(60)
    assert not speaker.is_alive(), "nobody listens any more, and it is said"
    assert inbox.answer("3", time.monotonic() + 60) is not None, "what came for another question is passed over"
    os.close(read)


def journal(there: bool, *answers: str) -> tuple[Journal, list[dict[str, Any]]]:
    """A journal, and the questions asked about it."""
    questions: list[dict[str, Any]] = []
    texts = {f"journal-{number}": {"journal": text} for number, text in enumerate(answers, start=1)}
    asks = SimpleNamespace(ask=lambda **question: questions.append(question), answer=lambda name, _s: texts.get(name))
    return Journal(there, asks, Recorder(Notebook())), questions


def test_the_journal_is_asked_for_and_read(tmp_path: Path) -> None:
    one, questions = journal(True, "Traceback", "été")
    assert (one.text(), one.text()) == ("Traceback", "été")
    assert questions == [{"number": 1, "journal": True}, {"number": 2, "journal": True}]


def test_the_journal_is_read_a_few_times_only(tmp_path: Path) -> None:
    one, questions = journal(True, *["x"] * (MOST + 1))
    assert [one.text() for _ in range(MOST + 1)] == ["x"] * MOST + [""]
    assert len(questions) == MOST


def test_without_an_application_there_is_no_journal() -> None:
    one, questions = journal(False)
    assert one.text() == "" and questions == []


def test_the_lab_s_limit_is_the_most(tmp_path: Path) -> None:
    engine = Engine()
    one = bench(engine)
    one.run(["a"], timeout=60)
    one.run(["b"])
    assert [question["timeout"] for question in engine.questions] == [7, 7]
    assert [question["number"] for question in engine.questions] == [1, 2]


def test_our_failure_is_no_verdict(tmp_path: Path) -> None:
    with pytest.raises(BenchBroken, match="plus de place"):
        bench(Engine(error="plus de place")).run(["a"])


def test_no_answer_is_our_failure() -> None:
    engine = Engine()
    engine.said = None
    with pytest.raises(BenchBroken, match="no answer"):
        bench(engine).run(["a"], timeout=0.05)


def test_what_the_engine_says_is_read_line_by_line() -> None:
    read, write = os.pipe()
    inbox, out = Inbox(read), Channel(write)
    os.write(write, b'{"lab": "x"}\n{"question": "journal-1", "journal": "trop tard"}\n{"question": "1", "exit')
    assert inbox.request() == b'{"lab": "x"}\n'
    assert inbox.answer("1", 0) is None, "it has not come whole"
    os.write(write, b'_code": 0}\n')
    assert Channel(write, inbox=inbox).answer("1", 60) == {"exit_code": 0}
    assert out.answer("1", 60) is None, "nobody was asked to listen"
    os.close(write)
    assert inbox.answer("2", 60) is None, "nobody will answer any more"
    os.close(read)


def test_too_much_is_refused_before_it_is_sent(tmp_path: Path) -> None:
    engine = Engine()
    with pytest.raises(ValueError, match="bytes at most"):
        bench(engine).run(["a"], stdin=b"x" * (MAX_INPUT + 1))
    assert engine.questions == []


def through(send: Any) -> list[Event]:
    read, write = os.pipe()
    send(Channel(write, blot=Blot(["Lavande1987!"])))
    os.close(write)
    with os.fdopen(read, "rb") as stream:
        return Decoder().feed(stream.read())


def test_events_are_clean_of_hidden_values_and_questions_hold_them() -> None:
    def send(channel: Channel) -> None:
        channel.send("check_end", check="lavande", observed="vu LAVANDE1987!", outcome="failed")
        channel.send("evidence", check="x", media="text/plain", data=coded("vu : Lavande1987!"))
        channel.ask(number=1, files={"a": coded("Lavande1987!")})

    verdict, proof, question = through(send)
    assert (verdict["observed"], verdict["check"]) == ("vu •••", "lavande")
    assert base64.b64decode(proof["data"]).decode() == "vu : •••"
    assert (question["kind"], question["files"]) == ("ask", {"a": coded("Lavande1987!")})


RAW: dict[str, Any] = {
    **{"lab": "x", "origin": "http://rendu.test:8080", "address": "10.0.0.4", "port": 8080, "variant": {}},
    **{"submission": "/rendus/a", "served": False, "hidden": ["Lavande1987!"]},
    "asked": {"audit": {"title": "Relevé", "names": ["audit.csv"], "found": ["audit.csv"]}},
    "bench": 20,
}


def test_the_request_says_what_was_asked_for_and_where_answers_come() -> None:
    request = parse(json.dumps(RAW).encode())
    assert request.asked == parse_asked(RAW["asked"]) == {"audit": Wanted("Relevé", ("audit.csv",), ("audit.csv",))}
    assert (request.bench, request.journal) == (20, False)
    assert (request.hidden, request.served) == (("Lavande1987!",), False)


def test_a_lab_without_application_has_nobody_to_visit_nor_a_browser_to_start(tmp_path: Path) -> None:
    read, write = os.pipe()
    try:
        kit = Kit(parse(json.dumps(RAW | {"submission": str(tmp_path), "bench": None}).encode()), Channel(write))
        kit.start()
        kit.clean()
        for tool in (kit.new_page, kit.new_http, lambda: kit.bench):
            with pytest.raises(LookupError):
                tool()
        assert kit.blot.found("lavande1987!")
        assert kit.asked.path("audit") == "audit.csv"
        kit.close()
    finally:
        os.close(read)
        os.close(write)


def test_what_fixtures_say_is_clean_before_it_is_cut() -> None:
    sink = Notebook()
    recorder = Recorder(sink, Blot(["Lavande1987!"]))
    for n in range(148, 164, 2):
        with recorder.action("files", "search", "x" * n + " Lavande1987!") as note:
            note.result = "y" * n + " Lavande1987!"
        recorder.missing("/", "z" * n + "/Lavande1987!")
    recorder.evidence("text", "c" * 293 + " Lavande1987!", "text/plain", b"")
    assert "Lavan" not in str(sink.events)
