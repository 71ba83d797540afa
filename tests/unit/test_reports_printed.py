"""Known error messages in what an application printed, out of a frozen run folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from helpers import make_run, spec
from report_tables import validator
from small_class import end

from etabli.exam.contract.outcome import Status
from etabli.reports.build import payload_of
from etabli.reports.payload import Payload
from etabli.reports.printed import RUN_CAP, TEXT_CAP, EvidenceReader

WARNING = 'Warning: Undefined array key "hauteur" in /srv/app/index.php on line 7'
UNKNOWN = "SQLSTATE[42S22]: Column not found: 1054 Unknown column 'prixx' in 'field list'"


def evidence(folder: Path, check: str | None, kind: str, name: str, data: str) -> dict[str, Any]:
    path = folder / "evidence" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(data, "utf-8")
    facts = {"evidence_kind": kind, "caption": "x", "path": f"evidence/{name}", "sha256": "a" * 64}
    return {"kind": "evidence", "check": check, "media": "text/plain", **facts}


def payload(folder: Path, *events: dict[str, Any], **facts: Any) -> Payload:
    return payload_of(make_run([spec("a"), spec("b")], events, **facts), folder)


def found(shown: Payload) -> list[tuple[str, str | None]]:
    return [(item["id"], item["check"]) for item in shown["messages"]]


def test_a_message_in_what_was_observed_belongs_to_its_check(tmp_path: Path) -> None:
    shown = payload(tmp_path, end("a", "failed", observed=f"La page affiche « {WARNING} »."), end("b", "passed"))
    assert found(shown) == [("php-undefined-key", "a")]
    assert "hauteur" in shown["messages"][0]["means"]
    validator("payload").validate(shown)


def test_text_evidence_of_a_failed_check_is_read(tmp_path: Path) -> None:
    page = evidence(tmp_path, "a", "response", "aa.html.txt", f"<p>bonjour</p>\n<b>{UNKNOWN}</b>")
    assert found(payload(tmp_path, page, end("a", "failed", observed="Rien."), end("b", "passed")))[0][1] == "a"


def test_an_explained_message_names_no_other_place_than_its_check_does(tmp_path: Path) -> None:
    said = "mysqli_sql_exception: No such file or directory in /srv/app/inc/base.php:10"
    for observed, placed in (("Le code 503.", True), ("Écrit en dur dans config.php, ligne 6.", False)):
        page = evidence(tmp_path, "a", "response", "aa.html.txt", said)
        [message] = payload(tmp_path, page, end("a", "failed", observed=observed), end("b", "passed"))["messages"]
        assert ("inc/base.php" in message["look"]) is placed and "DB_HOST" in message["look"]


def test_the_journal_is_read_for_the_whole_run_and_says_nothing_twice(tmp_path: Path) -> None:
    journal = evidence(tmp_path, None, "journal", "jj.txt", f"[php] {WARNING}\n[php] {UNKNOWN}\n")
    shown = payload(tmp_path, journal, end("a", "failed", observed=WARNING), end("b", "passed"))
    assert found(shown)[0] == ("php-undefined-key", "a")
    assert [check for _name, check in found(shown)[1:]] == [None]


DENIED = "SQLSTATE[HY000] [1045] Access denied for user 'eleve'@'10.83.1.2' (using password: YES)"


def switch(verb: str, at: float, check: str = "b") -> dict[str, Any]:
    return {"kind": "action", "check": check, "fixture": "db", "verb": verb, "t": at}


def test_a_failure_that_the_grading_plays_says_nothing_of_the_work(tmp_path: Path) -> None:
    locked = "SQLSTATE[HY000] [4151] Access denied, this account is locked"
    journal = evidence(tmp_path, None, "journal", "jj.txt", f"[php:error] {locked}\n[php:notice] {DENIED}\n")
    played = [switch("down", 3.0), switch("up", 3.1)]
    assert found(payload(tmp_path, journal, *played, end("a", "passed"), end("b", "passed"))) == []
    shown = payload(
        tmp_path, journal, *played, end("a", "failed", observed=f"On y lit « {locked} »."), end("b", "passed")
    )
    assert found(shown) == [("sql-locked", "a")]
    assert ("sql-denied", None) in found(payload(tmp_path, journal, end("a", "passed"), end("b", "passed")))


def test_what_the_application_wrote_while_its_base_was_cut_off_is_left_out(tmp_path: Path) -> None:
    """By the minute and the second of its lines, whatever its time zone; a line without any belongs to the one above."""
    lines = (
        f"[Sat Nov 28 11:59:58.9 2026] [php:error] {WARNING}",
        f"[Sat Nov 28 12:00:03.0 2026] [php:error] {UNKNOWN}",
        "thrown in /srv/app/index.php: Call to a member function query() on null in /srv/app/index.php:7",
        "[Sat Nov 28 12:00:09.0 2026] [php:error] You have an error in your SQL syntax in /srv/app/index.php:7",
    )
    journal = evidence(tmp_path, None, "journal", "jj.txt", "\n".join(lines))
    events = (journal, switch("down", 62.8), switch("up", 63.2), end("a", "passed"), end("b", "passed"))
    shown = payload(tmp_path, *events, started_at="2026-11-28T09:59:00.000Z")
    assert found(shown) == [("php-undefined-key", None), ("sql-syntax", None)]


def test_an_account_that_the_check_itself_refuses_says_nothing_of_the_settings(tmp_path: Path) -> None:
    told = end("b", "failed", observed=f"Base en panne, la page montre « {DENIED} ».")
    shown = payload(tmp_path, switch("down", 3.0), switch("up", 3.1), end("a", "passed"), told)
    assert found(shown) == [("sql-denied", "b")]
    assert "DB_USER" not in shown["messages"][0]["look"] and "panne" in shown["messages"][0]["means"]
    alone = payload(tmp_path, end("a", "passed"), told)
    assert "DB_USER" in alone["messages"][0]["look"]


def test_what_a_passed_check_saw_and_rows_that_we_compared_are_left_alone(tmp_path: Path) -> None:
    seen = evidence(tmp_path, "b", "text", "bb.txt", WARNING)
    rows = evidence(tmp_path, "a", "rows", "rr.txt", WARNING)
    assert found(payload(tmp_path, seen, rows, end("a", "failed", observed="Rien."), end("b", "passed"))) == []


def test_a_rejected_run_printed_nothing(tmp_path: Path) -> None:
    assert payload(tmp_path, status=Status.REJECTED, reason="Illisible.", submission_sha256=None)["messages"] == []


def test_without_a_folder_nobody_looked() -> None:
    assert "messages" not in payload_of(make_run([spec("a")], [end("a", "failed", observed=WARNING)]))


def test_only_so_much_is_read_and_never_outside_the_run(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    run = tmp_path / "run"
    (run / "evidence").mkdir(parents=True)
    (run / "evidence" / "gros.txt").write_bytes(b"x" * (2 * TEXT_CAP))
    (run / "evidence" / "image.png").write_bytes(b"x")
    reader = EvidenceReader(run)
    assert reader.text("text", "../secret.txt") is None
    assert reader.text("text", str(tmp_path / "secret.txt")) is None
    assert reader.text("text", "evidence/absent.txt") is None
    assert reader.text("screenshot", "evidence/image.png") is None
    sizes = [len(reader.text("text", "evidence/gros.txt") or "") for _time in range(RUN_CAP // TEXT_CAP + 1)]
    assert sizes[0] == TEXT_CAP and sum(sizes) == RUN_CAP and sizes[-1] == 0
