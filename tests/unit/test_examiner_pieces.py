"""The examiner's small parts, without a container."""

from __future__ import annotations

import base64
import json
import os
import time
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
import requests
import urllib3
from notebook import Notebook
from pymysql.err import OperationalError as Refusal
from sqlalchemy import exc as sa

from etabli.exam import plugin
from etabli.exam.contract import places
from etabli.exam.contract.blot import Blot
from etabli.exam.contract.causes import WORDS, Cause, cause_of, failed
from etabli.exam.contract.check import Failed
from etabli.exam.contract.outcome import Outcome
from etabli.exam.contract.places import Cells, Line, beginning, extract
from etabli.exam.contract.transcript import Decoder
from etabli.exam.contract.values import Response
from etabli.exam.kit import Kit
from etabli.exam.runner import timing
from etabli.exam.runner.channel import Channel
from etabli.exam.runner.command import command
from etabli.exam.runner.recorder import (
    MAX_ACTIONS,
    MAX_BYTES,
    MAX_EVIDENCE,
    MAX_KEPT,
    MAX_MISSING,
    MAX_TEXT,
    Recorder,
)
from etabli.exam.runner.request import DatabaseAddress, parse
from etabli.exam.runner.timing import CheckTimeout, limit
from etabli.exam.runner.translate import from_sql, http_cause, net_cause, sql_cause
from etabli.exam.tools.db import _FORGET, Database
from etabli.exam.tools.documents import failed_again
from etabli.exam.tools.files import Files
from etabli.exam.tools.nu import in_french
from etabli.exam.tools.page import SitePage


@pytest.fixture
def sink() -> Notebook:
    return Notebook()


@pytest.fixture
def recorder(sink: Notebook) -> Recorder:
    return Recorder(sink)


def test_the_command_fences_pytest() -> None:
    shell, flag, script = command("page-dynamique")
    assert (shell, flag) == ("sh", "-c")
    for part in (
        "-I -S -B /etabli/pack/src/etabli/exam/forkserver.py",
        "--noconftest",
        "--import-mode=importlib",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD=1",
    ):
        assert part in script
    assert script.endswith("/etabli/pack/graders/page-dynamique/checks.py")
    assert "/rendus" not in script


def test_a_request_is_read_or_refused() -> None:
    raw = (
        b'{"lab":"x","origin":"http://rendu.test:8080","address":"10.0.0.4","port":8080,"submission":"/r","variant":{}}'
    )
    request = parse(raw)
    assert (request.netloc, request.only, request.database, request.secrets) == ("rendu.test:8080", None, None, ())
    with pytest.raises(ValueError, match="exam request"):
        parse(b'{"lab":"x"}')
    with pytest.raises(ValueError, match="surprise"):
        parse(raw.replace(b'"variant"', b'"surprise":1,"variant"'))


def test_the_channel_numbers_events_and_blots_secrets() -> None:
    reading, writing = os.pipe()
    channel = Channel(writing, hidden=("s3cret",))
    channel.send("open", checks=["a", {"mot": "le s3cret ici"}])
    channel.send("close", count=0)
    assert not os.get_inheritable(writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        events = Decoder().feed(stream.read())
    assert [(event["n"], event["kind"]) for event in events] == [(0, "open"), (1, "close")]
    assert events[0]["checks"] == ["a", {"mot": "le ••• ici"}]


def test_actions_inside_an_action_are_part_of_it(recorder: Recorder, sink: Notebook) -> None:
    recorder.begin("x")
    with recorder.action("page", "choose", "a" * 500), recorder.action("page", "fill"):
        pass
    with pytest.raises(KeyError), recorder.action("db", "rows"):
        raise KeyError("non")
    assert [(event["check"], event["verb"]) for event in sink.events] == [("x", "choose"), ("x", "rows")]
    assert (len(sink.events[0]["detail"]), sink.events[0]["detail"][-1]) == (160, "…")
    assert "KeyError" in sink.events[1]["result"]


def test_what_we_did_in_the_database_is_forgotten_before_the_site_is_waited_for(recorder: Recorder) -> None:
    database, said = Database(cast(DatabaseAddress, SimpleNamespace()), recorder), list[str]()
    database.__dict__["_line"] = SimpleNamespace(exec_driver_sql=said.append)
    for asked in (False, True, False):
        with recorder.wait(), recorder.wait():
            said.append("visit")
        if asked is False:
            assert database.connection
    assert said == ["visit", _FORGET, "visit", "visit"]


def test_actions_and_evidence_have_a_budget(recorder: Recorder, sink: Notebook) -> None:
    recorder.begin("x")
    for _time in range(MAX_ACTIONS + 5):
        with recorder.action("http", "get"):
            pass
    assert len(sink.events) == MAX_ACTIONS
    assert sink.events[-1]["result"] == "… (journal coupé)"
    kept = [recorder.evidence("text", "c", "text/plain", b"x") for _time in range(MAX_EVIDENCE + 1)]
    assert kept == [True] * MAX_EVIDENCE + [False]
    before = len(sink.events)
    for check in range(MAX_KEPT // MAX_BYTES):
        recorder.begin(str(check))
        for _time in range(MAX_EVIDENCE):
            recorder.evidence("text", "c", "text/plain", bytes(MAX_BYTES))
    assert (len(sink.events) - before) * MAX_BYTES <= MAX_KEPT, "one exam has its share and no more"


def test_what_a_page_asks_for_in_vain_is_told_once_and_not_for_ever(recorder: Recorder, sink: Notebook) -> None:
    recorder.begin("demarre")
    for path in ("/Logo.PNG", "/Logo.PNG", "/" + "x" * 999):
        recorder.missing("/", path)
    assert [(event["kind"], event["check"], event["page"]) for event in sink.events] == [
        ("missing", "demarre", "/")
    ] * 2
    assert len(sink.events[1]["path"]) == MAX_TEXT
    for number in range(99):
        recorder.missing("/", f"/{number}.png")
    assert len(sink.events) == MAX_MISSING
    recorder.begin("y")
    assert not recorder.evidence("text", "c", "text/plain", b"x" * 600_000)
    assert recorder.evidence("text", "c", "text/plain", b"x")


def test_a_check_over_its_time_says_who_was_waited_for(recorder: Recorder) -> None:
    for waiting in (False, True):
        recorder.waiting = waiting
        with pytest.raises(CheckTimeout) as caught, limit(0.05, 7, lambda: recorder.waiting):
            time.sleep(600)
        assert (caught.value.waiting, caught.value.reading, caught.value.seconds) == (waiting, False, 7)


@pytest.mark.parametrize(("read", "reading"), [(11.0, True), (9.0, False)])
def test_a_check_over_its_time_says_whether_the_reader_was_at_work(read: float, reading: bool) -> None:
    with pytest.raises(CheckTimeout) as caught, limit(0.05, 7, lambda: False, lambda: read):
        time.sleep(600)
    assert caught.value.reading is reading


@pytest.mark.parametrize(("had", "reading"), [(0.04, True), (0.01, False)])
def test_a_check_over_its_time_says_whether_it_was_at_work(
    had: float, reading: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted in seconds of the processor, which a busy machine does not give: then it is nobody's fault."""
    told = iter((100.0, 100.0 + had))
    monkeypatch.setattr(timing, "time", SimpleNamespace(thread_time=lambda: next(told)))
    with pytest.raises(CheckTimeout) as caught, limit(0.05, 7, lambda: False):
        time.sleep(600)
    assert caught.value.reading is reading
    spec = SimpleNamespace(help=None)
    error = plugin._blamed(caught.value)
    outcome, words = plugin._verdict(error, spec, Blot(()))  # type: ignore[arg-type]
    if reading:
        assert (outcome, cause_of(error), words["observed"]) == (
            Outcome.FAILED, Cause.ENDLESS, "Ce que le rendu donne à lire est trop long à lire.",
        )  # fmt: skip
    else:
        assert outcome is Outcome.ERROR and "traceback" in words


@pytest.mark.parametrize(
    ("waited", "read", "cause"),
    [(20, 20, None), (99, 20, Cause.SLOW), (20, 99, Cause.ENDLESS), (60, 50, Cause.SLOW), (50, 60, Cause.ENDLESS)],
)
def test_what_makes_every_check_slow_ends_no_exam(
    waited: float, read: float, cause: Cause | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit = SimpleNamespace(recorder=SimpleNamespace(waited=waited), request=SimpleNamespace(patience=100))
    told = iter((7.0, 7.0 + read))
    monkeypatch.setattr(plugin, "time", SimpleNamespace(thread_time=lambda: next(told)))
    found = plugin.Exam(cast(Channel, None), cast(Kit, kit))._impatience()
    assert (found and cause_of(found)) is cause


def test_every_cause_has_its_words() -> None:
    assert set(WORDS) == set(Cause)
    for cause in Cause:
        failure = failed(cause, "/ici")
        assert "(/ici)" in failure.observed and failure.expected and failure.help
        assert cause_of(failure) is cause
    assert cause_of(Failed("a", "b")) is None


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("net::ERR_EMPTY_RESPONSE", Cause.CUT),
        ("net::ERR_TOO_MANY_REDIRECTS", Cause.LOOP),
        ("net::ERR_NAME_NOT_RESOLVED", Cause.ELSEWHERE),
        ("net::ERR_HTTP_RESPONSE_CODE_FAILURE", Cause.NO_PAGE),
        ("net::ERR_OF_TOMORROW", Cause.BROKEN_ANSWER),
        ("", Cause.CUT),
    ],
)
def test_why_the_browser_shows_no_page(code: str, cause: Cause) -> None:
    assert net_cause(code) is cause


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (requests.ConnectionError("NewConnectionError: Connection refused"), Cause.SILENT),
        (requests.ReadTimeout("read timed out"), Cause.SLOW),
        (requests.ConnectionError("Connection aborted.", ConnectionResetError(104)), Cause.CUT),
        (requests.ConnectionError("Connection aborted.", "BadStatusLine('x')"), Cause.BROKEN_ANSWER),
        (requests.exceptions.ContentDecodingError("gzip"), Cause.BROKEN_ANSWER),
        (urllib3.exceptions.InvalidHeader("Content-Length contained multiple unmatching values"), Cause.BROKEN_ANSWER),
        (urllib3.exceptions.BodyNotHttplibCompatible("chunked"), Cause.BROKEN_ANSWER),
        (urllib3.exceptions.ResponseError("too many"), Cause.BROKEN_ANSWER),
        (urllib3.exceptions.IncompleteRead(3, 4), Cause.CUT),
        (urllib3.exceptions.ClosedPoolError(None, "ours"), None),  # type: ignore[arg-type]
        (requests.exceptions.MissingSchema("ours"), None),
    ],
)
def test_http_causes(error: requests.RequestException | urllib3.exceptions.HTTPError, cause: Cause | None) -> None:
    assert http_cause(error) is cause


@pytest.mark.parametrize(
    ("code", "said", "cause"),
    [
        *((1146, "non", Cause.DATABASE), (1364, "non", Cause.DATABASE), (1205, "non", Cause.LOCKED)),
        *((1114, "The table 'objets' is full", Cause.DATABASE_FULL), (1021, "Disk got full", Cause.DATABASE_FULL)),
        (3, "Error writing file './ddl_recovery.log' (Errcode: 28 \"No space left on device\")", Cause.DATABASE_FULL),
        (3, "Error writing file './ddl_recovery.log' (Errcode: 13 \"Permission denied\")", Cause.DATABASE),
        (1040, "Too many connections", Cause.CROWDED),
        *((1064, "non", None), (2013, "non", None), (1045, "non", None)),
    ],
)
def test_sql_causes(code: int, said: str, cause: Cause | None) -> None:
    error = sa.OperationalError("SELECT 1", {}, Refusal(code, said))
    assert sql_cause(error) is cause


@pytest.mark.parametrize(
    ("said", "answers", "cause"),
    [
        ("Lost connection to MySQL server during query (timed out)", True, Cause.SLOW_BASE),
        ("Lost connection to MySQL server during query (timed out)", False, None),
        ("Lost connection to MySQL server during query ([Errno 104] Connection reset by peer)", True, None),
        ("Lost connection to MySQL server during query", True, None),
    ],
)
def test_a_statement_that_is_waited_for_in_vain_is_slow_where_the_server_answers(
    said: str, answers: bool, cause: Cause | None
) -> None:
    error = sa.OperationalError("SELECT 1", {}, Refusal(2013, said))
    assert sql_cause(error, lambda: answers) is cause


def slow_base(monkeypatch: pytest.MonkeyPatch, *, alive: bool) -> tuple[Database, list[str]]:
    """A database whose tables are never read to an end; what is asked of it."""
    asked: list[str] = []

    class Line:
        def execute(self, statement: object, *_: object) -> None:
            asked.append(str(statement))
            if str(statement) != "SELECT 1" or not alive:
                raise sa.OperationalError("", {}, Refusal(2013, "Lost connection during query (timed out)"))

        exec_driver_sql = execute

        def close(self) -> None:
            asked.append("close")

    monkeypatch.setattr(Database, "_engine", SimpleNamespace(connect=Line))
    address = DatabaseAddress("h", 1, "b", "r_b", "u", "p", "c", "cp", "%")
    return Database(address, Recorder(SimpleNamespace(send=lambda *_, **__: None))), asked  # type: ignore[arg-type]


def test_a_base_that_is_slow_by_its_own_structure_fails_and_is_not_waited_for_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    base, asked = slow_base(monkeypatch, alive=True)
    for _check in range(4):
        with pytest.raises(Failed, match="une ligne"):
            base.restore()
    assert asked.count("SELECT 1") == 2
    with pytest.raises(Failed, match=r"une ligne \(objets\)"):
        base.rows("objets")
    assert base._recorder.waited > 0


def test_a_server_that_is_gone_is_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    base, _asked = slow_base(monkeypatch, alive=False)
    with pytest.raises(sa.OperationalError):
        base.restore()
    with pytest.raises(sa.OperationalError):
        base.rows("objets")


def test_sql_words_do_not_name_our_database() -> None:
    refusal = Refusal(1146, "Table 'c_ab12.objets' doesn't exist")
    with pytest.raises(Failed) as caught, from_sql("objets"):
        raise sa.ProgrammingError("SELECT 1", {}, refusal)
    assert "objets" in caught.value.observed
    assert "c_ab12" not in caught.value.observed


def test_a_response_is_read_in_the_encoding_it_claims() -> None:
    def answer(body: bytes, kind: str) -> Response:
        return Response(200, {"content-type": kind}, body, "/")

    assert answer("é".encode("latin-1"), "text/html; charset=ISO-8859-1").text == "é"
    assert answer("<meta charset='cp1252'>é".encode("cp1252"), "text/html").text.endswith("é")
    assert answer("é".encode(), "text/html; charset=undefined").readable == "é"
    assert answer("é".encode(), "text/html").text == "é"
    broken = answer(b"\xff", "text/html")
    with pytest.raises(Failed):
        _ = broken.text
    assert broken.readable == "\ufffd"


def test_compared_rows(recorder: Recorder, sink: Notebook) -> None:
    database = Database(DatabaseAddress("h", 1, "c", "r", "root", "x", "u", "secret", "h"), recorder)
    before = [{"id": 1, "nom": "a"}, {"id": 2, "nom": "b"}]
    after = [{"id": 2, "nom": "B"}, {"id": 3, "nom": "c"}]
    diff = database.compare(before, after)
    assert ([row["id"] for row in diff.added], [row["id"] for row in diff.removed]) == ([3], [1])
    assert [(change.columns, change.after["nom"]) for change in diff.changed] == [(("nom",), "B")]
    assert not database.compare(before, before)
    assert not database.compare([], [])
    assert database.gives_away("DB_PASSWORD => secret") and not database.gives_away("DB_PASSWORD =>")
    database.witness()
    assert not [event for event in sink.events if event["kind"] == "evidence"], "rows that are the same show nothing"
    with pytest.raises(Failed, match="colonne id"):
        database.compare(before, [{"numero": 1, "nom": "a"}])
    database.compare(before, after, key="nom")
    database.witness()
    assert (sink.events[-1]["evidence_kind"], sink.events[-1]["caption"]) == ("rows", "Lignes comparées dans la base")
    database.compare(before, after, caption="Les nôtres")
    database.witness()
    assert sink.events[-1]["caption"] == "Les nôtres"


def test_files_never_leave_the_submission(tmp_path: Path, recorder: Recorder) -> None:
    (tmp_path / "dedans").mkdir()
    (tmp_path / "dedans" / "a.php").write_text("<?php // localhost\n", "utf-8")
    (tmp_path / "image.png").write_bytes(b"\x89PNG\0localhost")
    (tmp_path / "lien.php").symlink_to("/etc/passwd")
    files = Files(tmp_path, recorder)
    assert files.paths() == ["dedans/a.php", "image.png"]
    assert [hit.path for hit in files.search("localhost|root")] == ["dedans/a.php"]
    with pytest.raises(Failed):
        files.text("lien.php")
    with pytest.raises(FileNotFoundError):
        Files(tmp_path / "absent", recorder).paths()


def test_the_checker_speaks_french_where_it_can() -> None:
    assert in_french("Stray end tag “div”.") == "Balise fermante </div> de trop."
    bad = "Bad character “ ” after “<”. Probable cause: Unescaped “<”. Try escaping it as “&lt;”."
    assert in_french(bad) == "Un signe < seul dans le texte : écrivez &lt; à sa place."
    assert in_french("Something new.") == "Something new."


# -- where a failure is seen


def kit(tmp_path: Path, sink: Notebook) -> Kit:
    request = {"lab": "x", "origin": "http://x", "address": "x", "port": 1, "submission": str(tmp_path), "variant": {}}
    return Kit(parse(json.dumps(request).encode()), cast(Channel, sink))


def test_a_line_is_kept_among_its_neighbours(tmp_path: Path, sink: Notebook) -> None:
    (tmp_path / "a.csv").write_text("\n".join(f"ligne {number}" for number in range(1, 9)), "utf-8")
    made = kit(tmp_path, sink)
    for place in (Line("a.csv", 1), Line("a.csv", 5), Line("b.csv", 1), None):
        made.witness(Failed("Une ligne.", "Une autre.", at=place))
    kept = [base64.b64decode(event["data"]).decode().splitlines() for event in sink.events]
    assert kept == [
        ["1 : ligne 1", "2 : ligne 2", "3 : ligne 3"],
        ["3 : ligne 3", "4 : ligne 4", "5 : ligne 5", "6 : ligne 6", "7 : ligne 7"],
    ]
    assert [event["caption"] for event in sink.events] == [
        "a.csv, ligne 1 (extrait : lignes 1 à 3, sur 8)",
        "a.csv, ligne 5 (extrait : lignes 3 à 7, sur 8)",
    ]


def test_an_extract_says_how_much_it_is() -> None:
    assert extract(1, 8, 8) == "" == beginning(2048, 2048)
    assert extract(8, 1, 12345) == " (extrait : ligne 8, sur 12\u202f345)"
    assert beginning(2049, 2048) == " (les 2\u202f048 premiers caractères, sur 2\u202f049)"


def test_an_extract_shows_what_it_is_about(tmp_path: Path, sink: Notebook) -> None:
    made = kit(tmp_path, sink)
    page = "<p>" + "a\n" * 3000 + "<a href='baisser.php'>" + "b" * 3000
    answer = Response(200, {"content-type": "text/html"}, page.encode(), "http://x/")
    made.recorder.last.update(http=answer, around=(answer, "baisser.php"))
    made.witness(Failed("Vu.", "Attendu."))
    kept = base64.b64decode(sink.events[0]["data"]).decode()
    assert "<a href='baisser.php'>" in kept and len(kept) < 2300
    assert sink.events[0]["caption"].endswith("(extrait, sur 9 025 caractères)")


def test_an_answer_of_another_page_is_no_proof_of_the_one_that_came_since(recorder: Recorder) -> None:
    page = SitePage.__new__(SitePage)
    page._recorder = recorder
    for came, kept in (("http://x/?q=d'Ivan#a", True), ("http://x/autre", False)):
        recorder.last["http"] = Response(200, {}, b"", "http://x/?q=d%27Ivan")
        page._turn_to(came)
        assert ("http" in recorder.last) is kept


def test_cells_start_no_office_where_no_workbook_was_asked_for(
    tmp_path: Path, sink: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, seen = kit(tmp_path, sink), []
    monkeypatch.setattr(made.documents, "show", seen.append)
    place = Cells("Audit", "B6", path="audit.xlsx")
    made.witness(Failed("Vu.", "Attendu.", at=place))
    assert seen == [place] and "workbook" not in vars(made)


def test_cells_and_the_page_are_shown_with_what_was_observed(
    tmp_path: Path, sink: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, seen = kit(tmp_path, sink), []
    monkeypatch.setattr(made.workbook, "picture", lambda *what: seen.append(what))
    made.page = cast(SitePage, SimpleNamespace(witness=lambda caption: seen.append(caption)))
    for place in (Cells("Synthèse", "B6:B12", path="a.xlsx"), Cells("Synthèse", ["B6", "B9"]), places.Page()):
        made.witness(Failed("Vu.", "Attendu.", at=place))
    made.witness()
    assert seen == [
        *(("a.xlsx", "Synthèse", ["B6:B12"], "Feuille « Synthèse », B6:B12"), ""),
        *(("", "Synthèse", ["B6", "B9"], "Feuille « Synthèse », B6 et B9"), ""),
        *("Vu.", ""),
    ]


def test_a_failure_raised_again_keeps_its_place() -> None:
    assert failed_again(Failed("a", "b", at=Line("a.csv", 3))).at == Line("a.csv", 3)
