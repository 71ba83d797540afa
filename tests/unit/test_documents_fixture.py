"""The `documents` fixture and what it makes of a reader's answers: a candidate's words about their own file."""

from __future__ import annotations

import base64
import contextlib
import datetime
import json
import os
import socket
import string
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from helpers import framed, hear, listening
from notebook import Notebook

from etabli.exam.contract.blot import INK, Blot
from etabli.exam.contract.causes import Cause, cause_of
from etabli.exam.contract.check import Failed
from etabli.exam.contract.places import Cells
from etabli.exam.runner import peer, refusals
from etabli.exam.runner.reader import Reader, ReaderError
from etabli.exam.runner.recorder import Recorder
from etabli.exam.tools.computed import Values
from etabli.exam.tools.documents import About, Documents, Trace


class Parrot(Reader):
    """Says what it was told to say, and counts."""

    def __init__(self, answer: Mapping[str, Any]) -> None:
        super().__init__()
        self.answer = answer
        self.together: Sequence[Mapping[str, Any]] = ()
        self.asked: list[tuple[str, str]] = []
        self.cost = 0.0

    def ask(self, verb: str, name: str, document: int) -> Mapping[str, Any]:
        self.asked.append((verb, name))
        self.spent += self.cost
        assert os.pread(document, 3, 0) == b"mot"
        return self.answer

    def ask_all(self, verbs: Sequence[str], name: str, document: int) -> Sequence[Mapping[str, Any]]:
        self.asked.append((" ".join(verbs), name))
        return self.together


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rendu" / "d").mkdir(parents=True)
    (tmp_path / "rendu" / "a.txt").write_bytes(b"mot")
    (tmp_path / "rendu" / "d" / "b.txt").write_bytes(b"mot")
    (tmp_path / "dehors.txt").write_bytes(b"mot")
    return tmp_path / "rendu"


def documents(folder: Path, answer: Mapping[str, Any]) -> tuple[Documents, Parrot, Notebook]:
    notebook, parrot = Notebook(), Parrot(answer)
    return Documents(folder, Recorder(notebook), parrot), parrot, notebook


# -- values


def test_cells_get_their_types(folder: Path) -> None:
    row = [
        ["s", "mot", "mot", None, "note", True],
        ["n", 3, "3", "=1+2", None, False],
        ["n", 2.5, "2,5", None, None, False],
        ["b", True, "VRAI", None, None, False],
        ["d", "2026-11-25", "25/11/2026", None, None, False],
        ["t", "2026-11-25T12:30:00", "25/11/2026 12:30", None, None, False],
        None,
        ["", None, "", "=A1", None, False],
    ]
    found, _, _ = documents(folder, {"found": [{"name": "F", "hidden": True, "rows": [[], row]}]})
    (sheet,) = found.tables("a.txt")
    cells = sheet.rows[1]
    midday = datetime.datetime(2026, 11, 25, 12, 30)
    assert [cell.value for cell in cells] == ["mot", 3, 2.5, True, datetime.date(2026, 11, 25), midday, None, None]
    assert (cells[0].comment, cells[0].hidden, cells[1].formula, cells[7].formula) == ("note", True, "=1+2", "=A1")
    assert sheet.texts == [[], ["mot", "3", "2,5", "VRAI", "25/11/2026", "25/11/2026 12:30", "", ""]]


TABLE = [
    [["s", "vu", "vu", '=IF(A2,"vu","")', None, False], ["s", "critique", "critique", "=D9", None, False]],
    [["n", 3, "3", None, None, False], ["s", "critique", "critique", "=D9", None, True]],
    [
        ["d", "2026-11-25", "25/11/2026", "=TODAY()", None, False],
        ["s", "mot  pour mot", "mot  pour mot", None, None, False],
    ],
]
"""B1 and B2 are one merged cell, as the reader gives it; the array of C1 goes down to C2."""
COMPUTED = {"F": [["vu", "faible", 42.0], [3.0, None, 43.0], [46352.0, "mot pour mot"]]}


def test_what_formulas_give_is_computed_again_and_the_rest_stays_as_it_was_read(folder: Path) -> None:
    asked: list[str] = []

    def compute(path: str) -> Values:
        asked.append(path)
        return Values(COMPUTED)

    def told(*, hidden: bool, rows: Any = TABLE) -> list[Any]:
        parrot = Parrot({"found": [{"name": "F", "hidden": hidden, "rows": rows}]})
        own = Documents(folder, Recorder(Notebook()), parrot, compute)
        assert own.tables("a.txt") == own.tables("a.txt")
        return [*own.tables("a.txt")[0].rows]

    first, second, third = told(hidden=False)
    assert asked == ["a.txt"], "once"
    assert [cell.text for cell in (*first, *second)] == ["vu", "faible", "42", "3", "faible", "43"]
    assert second[1].hidden and not first[1].hidden
    assert (third[0].value, third[0].text) == (datetime.date(2026, 11, 26), "26/11/2026")
    assert third[1].text == "mot  pour mot", "blanks are not what is computed"
    told(hidden=True)
    told(hidden=False, rows=[TABLE[2][1:]])
    assert asked == ["a.txt"], "where nobody sees formulas, or there are none, no office is asked"


def test_traces_and_kinds_get_their_types(folder: Path) -> None:
    assert documents(folder, {"found": [["ici", "mot", 1]]})[0].traces("a.txt") == [Trace("ici", "mot", True)]
    about = {"kind": "xlsx", "size": 3, "macros": True, "external": ["x"]}
    assert documents(folder, {"found": about})[0].about("a.txt") == About("xlsx", 3, True, ("x",))


@pytest.mark.parametrize(
    "answer",
    [
        {"found": 3},
        {"found": [{"name": "F"}]},
        {"found": [{"name": "F", "hidden": False, "rows": [[["d", "demain", "", None, None, False]]]}]},
        {"found": [{"name": "F", "hidden": False, "rows": [[["s"]]]}]},
        {"refused": {"cause": "inventee", "detail": "", "values": {}}},
        {"refused": {"cause": "too-many", "detail": "inventee", "values": {}}},
        {"refused": {"cause": "too-many", "detail": "rows", "values": {"number": "beaucoup"}}},
        {"refused": []},
    ],
)
def test_an_answer_of_another_shape_is_our_error(folder: Path, answer: Mapping[str, Any]) -> None:
    with pytest.raises(ReaderError):
        documents(folder, answer)[0].tables("a.txt")


# -- files


def test_files_that_take_too_long_together_are_the_submission_s(folder: Path) -> None:
    """Each is read within its own limits; what was read is there for the next check, which reads further."""
    for name in "cefgh":
        (folder / name).write_bytes(b"mot")
    found, parrot, _ = documents(folder, {"found": "mot"})
    recorder = found._recorder
    recorder.begin("un")
    for name in "cefg":
        parrot.cost = 7.0
        with contextlib.suppress(Failed):
            found.text(name)
    with pytest.raises(Failed) as caught:
        found.text("h")
    assert cause_of(caught.value) is Cause.ENDLESS and "« h »" in caught.value.observed
    assert [path for _verb, path in parrot.asked] == ["c", "e", "f"], "none is opened once 20 seconds have gone"
    recorder.begin("deux")
    assert found.text("c") == found.text("f") == found.text("g") == "mot"


def test_a_question_is_asked_once(folder: Path) -> None:
    found, parrot, notebook = documents(folder, {"found": "mot"})
    assert found.text("d/b.txt") == found.text("d/b.txt") == "mot"
    found.text("a.txt")
    assert parrot.asked == [("text", "d/b.txt"), ("text", "a.txt")]
    assert next((event["detail"], event["result"]) for event in notebook.events) == ("d/b.txt", "3 caractères")


def test_what_is_expected_of_a_file_is_read_at_once(folder: Path) -> None:
    found, parrot, _ = documents(folder, {"found": "mot"})
    parrot.together = [
        {"found": [["ici", "mot", False]]},
        {"refused": {"cause": "no-text", "detail": "", "values": {}}},
    ]
    found.expect({"a.txt": ["traces", "text"], "d/b.txt": ["traces"]})
    assert found.seen("a.txt") == "mot"
    with pytest.raises(Failed):
        found.text("a.txt")
    assert found.traces("a.txt") == [Trace("ici", "mot")]
    found.text("d/b.txt")
    assert parrot.asked == [("seen", "a.txt"), ("traces text", "a.txt"), ("text", "d/b.txt")]


def test_a_file_that_cannot_be_read_at_once_is_read_question_by_question(folder: Path) -> None:
    found, parrot, _ = documents(folder, {"found": "mot"})
    found.expect({"a.txt": ["text", "seen"]})
    assert (found.text("a.txt"), found.seen("a.txt")) == ("mot", "mot")
    assert parrot.asked == [("text seen", "a.txt"), ("text", "a.txt"), ("seen", "a.txt")]


def test_a_text_is_kept_for_the_person_who_judges_it(folder: Path) -> None:
    found, _, notebook = documents(folder, {"found": "mot \ud800" * 40_000})
    assert found.keep("a.txt", "Le message").startswith("mot")
    (kept,) = [event for event in notebook.events if event["kind"] == "evidence"]
    caption = "Le message (les 100 000 premiers caractères, sur 200 000)"
    assert (kept["caption"], kept["media"], kept["evidence_kind"]) == (caption, "text/plain", "text")
    text = base64.b64decode(kept["data"]).decode()
    assert text.startswith("mot ?mot") and len(text) == 100_000 and text.endswith("…")


def test_the_rows_of_a_failures_cells_are_kept_as_text_without_what_is_hidden(folder: Path) -> None:
    rows = [
        [["s", f"{letter}{number}", f"{letter}{number}", None, None, False] for letter in "AB"]
        for number in range(1, 7)
    ]
    found, _, notebook = documents(folder, {"found": [{"name": "Audit", "hidden": False, "rows": rows}]})
    found._recorder.blot = Blot(["tournesol-B4"])
    rows[3][1][2] = "mdp tournesol-B4"
    for place in (Cells("Audit", ["B4", "B5"], path="a.txt"), Cells("Autre", "B4", path="a.txt"), Cells("Audit", "B4")):
        found.show(place)
    (kept,) = [event for event in notebook.events if event["kind"] == "evidence"]
    assert (kept["caption"], kept["evidence_kind"]) == (
        "a.txt, feuille « Audit », B4 et B5 (extrait : lignes 2 à 6, sur 6)",
        "text",
    )
    assert base64.b64decode(kept["data"]).decode().splitlines() == [
        "2 : A2 | B2", "3 : A3 | B3", f"4 : A4 | mdp {INK}", "5 : A5 | B5", "6 : A6 | B6",
    ]  # fmt: skip


def test_a_refusal_is_remembered_and_each_time_a_new_failure(folder: Path) -> None:
    found, parrot, _ = documents(folder, {"refused": {"cause": "encrypted", "detail": "", "values": {}}})
    failures = []
    for _time in range(2):
        with pytest.raises(Failed) as caught:
            found.text("a.txt")
        failures.append(caught.value)
    assert failures[0] is not failures[1] and len(parrot.asked) == 1
    assert [cause_of(failure) for failure in failures] == [Cause.ENCRYPTED] * 2


@pytest.mark.parametrize(
    "path",
    [
        "rien.txt",
        "",
        "/etc/passwd",
        "../dehors.txt",
        "d",
        "d/../../dehors.txt",
        "lien.txt",
        "lien/b.txt",
        "tube",
        "a.txt/b",
    ],
)
def test_only_regular_files_of_the_submission_are_opened(folder: Path, path: str) -> None:
    (folder / "lien.txt").symlink_to("../dehors.txt")
    (folder / "lien").symlink_to("d")
    os.mkfifo(folder / "tube")
    found, parrot, _ = documents(folder, {"found": "mot"})
    with pytest.raises(Failed) as caught:
        found.text(path)
    assert cause_of(caught.value) is Cause.MISSING
    assert parrot.asked == []


def test_a_file_that_we_cannot_open_is_our_error(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found, _, _ = documents(folder, {"found": "mot"})

    def refuse(*_arguments: object, **_options: object) -> int:
        raise PermissionError(13, "a.txt")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(PermissionError):
        found.text("a.txt")


def test_nothing_stays_open(folder: Path) -> None:
    found, _, _ = documents(folder, {"found": "mot"})
    before = len(os.listdir("/proc/self/fd"))
    for path in ("a.txt", "d/b.txt", "rien.txt", "d/rien.txt", "d"):
        try:
            found.text(path)
        except Failed:
            continue
    assert len(os.listdir("/proc/self/fd")) == before


# -- words


def test_every_detail_of_the_reader_has_its_words() -> None:
    import ast

    from etabli.exam import office, reading

    said = {""}
    for path in (path for package in (reading, office) for path in Path(package.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refused":
                values = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
                if values:
                    assert values[0] in set(Cause), (path, values)
                said |= set(values[1:])
    assert said - {""} == set(refusals._TEMPLATES)


def test_every_detail_is_one_clear_sentence() -> None:
    values = {"name": "Feuille\n1", "number": 30_000, "limit": 64 * 1024 * 1024, "kind": "pdf"}
    for code, template in refusals._TEMPLATES.items():
        fields = {field for _text, field, _spec, _conversion in string.Formatter().parse(template) if field}
        failure = refusals.refused("audit.xlsx", {"cause": "too-heavy", "detail": code, "values": values})
        assert "« audit.xlsx » : " in failure.observed and "\n" not in failure.observed
        assert not fields or "{" not in failure.observed
    assert refusals.refused("a.xlsx", {"cause": "wrong-kind", "detail": "kind", "values": {"kind": "?"}}).observed == (
        "Le fichier n'est pas ce que dit son nom (« a.xlsx » : c'est un fichier d'un format inconnu)."
    )


# -- the socket


Talk = Callable[[socket.socket], None]


@pytest.fixture
def listen() -> Iterator[Callable[[Talk], Reader]]:
    address = f"\0etabli-essai-{os.getpid()}"
    with contextlib.ExitStack() as open_:

        def start(talk: Talk) -> Reader:
            open_.enter_context(listening(address, talk))
            return Reader(address, os.getuid())

        yield start


def answering(body: bytes) -> Talk:
    def talk(connection: socket.socket) -> None:
        hear(connection)
        connection.sendall(framed(body))

    return talk


def test_an_answer_comes_back(listen: Callable[[Talk], Reader]) -> None:
    with open("/dev/null", "rb") as nothing:
        assert listen(answering(b'{"found": 3}')).ask("text", "a", nothing.fileno()) == {"found": 3}


def test_our_sources_are_sent_to_a_reader_that_has_none(listen: Callable[[Talk], Reader]) -> None:
    heard: list[dict[str, Any]] = []

    def talk(connection: socket.socket) -> None:
        heard.append(json.loads(hear(connection)))
        connection.sendall(framed(b'{"unknown": true}' if len(heard) == 1 else b'{"found": 3}'))

    with open("/dev/null", "rb") as nothing:
        assert listen(talk).ask("text", "a", nothing.fileno()) == {"found": 3}
    first, second = heard
    assert "sources" not in first and "serve" in second.pop("sources")
    assert first == second


@pytest.mark.parametrize(
    ("body", "answers"),
    [
        (b'{"found": [{"found": 3}, {"refused": {}}]}', [{"found": 3}, {"refused": {}}]),
        (b'{"found": [{"found": 3}]}', ()),
        (b'{"found": [{"found": 3}, 4]}', ()),
        (b'{"refused": {"cause": "too-heavy"}}', ()),
        (b'{"error": "notre faute"}', ()),
    ],
)
def test_several_questions_have_each_its_answer_or_none(
    listen: Callable[[Talk], Reader], body: bytes, answers: Sequence[object]
) -> None:
    with open("/dev/null", "rb") as nothing:
        assert listen(answering(body)).ask_all(["text", "seen"], "a", nothing.fileno()) == answers


@pytest.mark.parametrize(
    "talk",
    [
        answering(b'{"error": "notre faute"}'),
        answering(b"[]"),
        answering(b"{"),
        answering(b"[" * 100_000),
        lambda connection: connection.recv(10),
        lambda connection: connection.sendall((1 << 60).to_bytes(8, "big")),
    ],
    ids=["says", "list", "cut", "deep", "hangs-up", "endless"],
)
def test_no_answer_is_our_error(listen: Callable[[Talk], Reader], talk: Talk) -> None:
    with open("/dev/null", "rb") as nothing, pytest.raises(ReaderError):
        listen(talk).ask("text", "a", nothing.fileno())


def test_a_silent_reader_is_given_up(listen: Callable[[Talk], Reader]) -> None:
    def silence(connection: socket.socket) -> None:
        while hear(connection):
            pass

    reader = listen(silence)
    reader._wall = 0.1
    with open("/dev/null", "rb") as nothing, pytest.raises(ReaderError, match="timed out"):
        reader.ask("text", "a", nothing.fileno())


def test_nobody_else_passes_for_the_reader(listen: Callable[[Talk], Reader]) -> None:
    reader_ = listen(answering(b'{"found": 3}'))
    reader_._peer._account = os.getuid() + 1
    with open("/dev/null", "rb") as nothing, pytest.raises(ReaderError, match="listens in the reader's place"):
        reader_.ask("text", "a", nothing.fileno())


def test_a_reader_that_never_starts_is_our_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peer, "_START_S", 0.1)
    with open("/dev/null", "rb") as nothing, pytest.raises(ReaderError):
        Reader("\0etabli-personne").ask("text", "a", nothing.fileno())
