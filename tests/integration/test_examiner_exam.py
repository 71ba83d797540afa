"""A whole exam on the real sandbox: fixtures, order, blocking, cleaning, evidence."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator

import pytest
from examiner_bench import Bench, verdicts

from etabli.exam.contract.transcript import Event
from etabli.sandbox.base import Room

FAILED = {"temoins", "cas", "aide", "mal-explique", "a-cote"}
BLOCKED = {"apres-cas", "apres-apres", "explique", "apres-explique"}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    made = Bench(tmp_path_factory.mktemp("banc"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def events(bench: Bench) -> list[Event]:
    return bench.exam("moeurs")


def outcomes(events: list[Event]) -> dict[str, str]:
    return {check: str(event["outcome"]) for check, event in verdicts(events).items()}


def test_every_fixture_does_what_it_says(events: list[Event]) -> None:
    wrong = {
        check: (event["observed"], event["expected"], event["traceback"])
        for check, event in verdicts(events).items()
        if event["outcome"] != "passed" and check not in FAILED | BLOCKED
    }
    assert wrong == {}


def test_the_sequence_opens_and_closes(events: list[Event]) -> None:
    assert (events[0]["kind"], events[0]["protocol"], events[0]["lab"]) == ("open", 1, "moeurs")
    assert events[-1] == {**events[-1], "kind": "close", "count": len(events[0]["checks"])}
    starts = [event["check"] for event in events if event["kind"] == "check_start"]
    assert starts == events[0]["checks"]


def test_failed_and_blocked(events: list[Event]) -> None:
    seen = verdicts(events)
    assert {check for check, outcome in outcomes(events).items() if outcome == "failed"} == FAILED
    assert seen["cas"]["observed"] == "cas 2"
    assert (seen["apres-cas"]["outcome"], seen["apres-cas"]["blocked_by"]) == ("blocked", ["cas"])
    assert (seen["apres-apres"]["outcome"], seen["apres-apres"]["blocked_by"]) == ("blocked", ["cas"])
    assert seen["aide"]["help"] == "Aide du point."
    assert (seen["explique"]["blocked_by"], seen["explique"]["observed"]) == (["aide"], None)
    assert seen["apres-explique"]["blocked_by"] == ["aide"]
    assert seen["apres-a-cote"]["outcome"] == "passed", (
        "a fault beside what comes after keeps nothing from being examined"
    )


def test_a_failure_keeps_picture_rows_and_response(events: list[Event]) -> None:
    kept = {
        event["evidence_kind"]: event for event in events if event["kind"] == "evidence" and event["check"] == "temoins"
    }
    picture = base64.b64decode(kept["screenshot"]["data"])
    assert (kept["screenshot"]["caption"], picture[:4]) == ("http://127.0.0.1:8080/liste", b"\x89PNG")
    assert len(picture) <= 300 * 1024
    rows = json.loads(base64.b64decode(kept["rows"]["data"]))
    assert rows["changed"][0]["after"]["nom"] == "Lampe bleue"
    assert b"Introuvable" in base64.b64decode(kept["response"]["data"])


def test_actions_have_times_and_no_secret(events: list[Event], bench: Bench) -> None:
    actions = [event for event in events if event["kind"] == "action"]
    assert {event["fixture"] for event in actions} == {"page", "http", "db", "files", "nu"}
    assert all(event["ms"] >= 0 and len(event["detail"]) <= 160 for event in actions)
    assert bench.worker.database_password not in json.dumps(events)


@pytest.mark.long
def test_shuffled_checks_have_the_same_outcomes(bench: Bench, events: list[Event]) -> None:
    again = bench.exam("moeurs", shuffle=7)
    assert again[0]["checks"] != events[0]["checks"]
    assert outcomes(again) == outcomes(events)


def test_a_page_that_comes_again_is_asked_for_and_shown_only_where_somebody_could_tell(bench: Bench) -> None:
    seen = verdicts(bench.exam("redemandes"))
    wrong = {check: (event["observed"], event["expected"], event["traceback"]) for check, event in seen.items()}
    assert {event["outcome"] for event in seen.values()} == {"passed"}, wrong


def test_only_what_is_asked_and_what_it_needs(bench: Bench) -> None:
    again = bench.exam("moeurs", only=["apres-cas", "explique"])
    asked = {"cas": "failed", "apres-cas": "blocked", "aide": "failed", "variante": "passed", "explique": "blocked"}
    assert outcomes(again) == asked


def test_the_browser_of_another_exam_keeps_nothing_of_a_page(bench: Bench, events: list[Event]) -> None:
    assert outcomes(events)["page-sans-memoire"] == "passed", "it looks, then leaves its traces"
    assert outcomes(bench.exam("moeurs", only=["page-sans-memoire"])) == {"page-sans-memoire": "passed"}


def test_an_unknown_check_gives_no_closing_record(bench: Bench) -> None:
    with pytest.raises(AssertionError, match="unknown check"):
        bench.exam("moeurs", only=["jamais"])


ALL = {"memoire": "passed", "parent": "passed", "canal": "passed", "fin-brutale": "passed"}


def test_an_exam_is_a_fork_that_knows_nothing_of_the_one_before(bench: Bench) -> None:
    assert outcomes(bench.exam("souvenirs")) == outcomes(bench.exam("souvenirs")) == ALL


def test_an_exam_that_dies_takes_nothing_with_it(bench: Bench) -> None:
    dead = bench.exam("souvenirs", variant={"mot": "meurs"})
    assert (dead[-1]["kind"], dead[-1]["check"]) == ("check_start", "fin-brutale")
    assert bench.worker.last_exam is not None and bench.worker.last_exam.exit_code == 70
    assert outcomes(bench.exam("souvenirs")) == ALL


def test_a_server_that_is_gone_is_started_again(bench: Bench) -> None:
    assert list(bench.worker.examine(Room.A, ["pkill", "-KILL", "-f", "forkserver.*--serve"], b"", deadline=60)) == []
    assert outcomes(bench.exam("souvenirs")) == ALL
