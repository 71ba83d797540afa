"""The documents we publish fit the schemas that we publish."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from helpers import make_run
from report_samples import NOW, rejected_payload, sample_class, sample_lab, sample_payload
from report_tables import SCHEMAS, validator

from etabli.exam.contract.check import CheckSpec
from etabli.exam.contract.outcome import Outcome, Status
from etabli.lab.manifest import load_lab
from etabli.reception.hand_in import HandIn, HandIns, HandInState, read_hand_ins, write_hand_ins
from etabli.reports.build import payload_of, payload_of_folder
from etabli.reports.payload import Pace
from etabli.reports.results_files import render_json
from etabli.runs.folder import read_run_folder
from etabli.runs.run import Run, freeze

PACE = Pace(submissions=24, workers=2, wall_ms=192_000, median_ms=14_200, outside_share=0.28)


@pytest.mark.parametrize("name", SCHEMAS)
def test_schema_is_itself_valid(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name])


def test_a_whole_class_fits() -> None:
    lab = sample_lab()
    document = render_json(sample_class(lab), lab, PACE, generated_at=NOW)
    validator("resultats").validate(json.loads(document))


def test_an_empty_class_without_bench_fits() -> None:
    document = json.loads(render_json([], sample_lab(), None, generated_at=NOW))
    validator("resultats").validate(document)
    assert document["session"] is None


FROZEN = {Status.GRADED, Status.NEEDS_REVIEW, Status.REJECTED}


def _run(status: Status, checks: tuple[CheckSpec, ...], events: tuple[dict[str, Any], ...] = ()) -> Run:
    refused = {"submission_sha256": None, "reason": "Archive illisible."} if status is Status.REJECTED else {}
    return make_run(checks, events, status=status, candidate="SNO-01", **refused)


def test_a_frozen_run_and_its_payload_fit(tmp_path: Path) -> None:
    checks = sample_lab().checks[:2]
    proof = {"path": "evidence/aa.png", "sha256": "a" * 64, "media": "image/png"}
    events: tuple[dict[str, Any], ...] = (
        {"t": 0.1, "kind": "open", "protocol": 1, "lab": "page-dynamique", "checks": ["site-repond"]},
        {"t": 0.1, "kind": "check_start", "check": "site-repond"},
        {"t": 0.2, "kind": "evidence", "check": "site-repond", "evidence_kind": "screenshot", "caption": "x"} | proof,
        {"t": 0.3, "kind": "check_end", "check": "site-repond", "outcome": "failed", "observed": "Rien."},
        {
            "t": 0.3,
            "kind": "check_end",
            "check": "base-jointe",
            "outcome": "blocked",
            "blocked_by": ["site-repond"],
        },
        {"t": 0.4, "kind": "close", "count": 2},
    )
    run = freeze(_run(Status.GRADED, checks, events), tmp_path / "travail", tmp_path / "SNO-01")
    validator("run").validate(json.loads(json.dumps(run.to_json())))
    for event in run.events:
        validator("event").validate(event)
    payload = payload_of(run)
    validator("payload").validate(payload)
    assert payload["checks"][0]["evidence"][0]["path"] == f"SNO-01/{run.id}/evidence/aa.png"


def test_a_rejected_run_gives_a_payload_that_fits() -> None:
    validator("payload").validate(payload_of(_run(Status.REJECTED, sample_lab().checks)))


@pytest.mark.parametrize("spoilt", ["transcript.jsonl", "run.json"])
def test_a_run_that_changed_gives_a_payload_that_fits(tmp_path: Path, spoilt: str) -> None:
    run = freeze(_run(Status.GRADED, sample_lab().checks), tmp_path / "travail", tmp_path / "SNO-01")
    folder = tmp_path / "SNO-01" / run.id
    (folder / spoilt).write_text("{}", "utf-8")
    payload = payload_of_folder(read_run_folder(folder), load_lab("page-dynamique"), {})
    validator("payload").validate(payload)
    assert payload["status"] == "modified" and payload["flaws"] == [{"name": spoilt, "change": "modified"}]
    assert payload["started_at"] == run.started_at


def _change(key: str, value: object) -> Callable[[dict[str, Any]], None]:
    return lambda payload: payload.__setitem__(key, value)


@pytest.mark.parametrize(
    "spoil",
    [
        _change("status", "absent"),
        _change("status", "rejected"),
        _change("candidate", "../x"),
        _change("candidate", ".."),
        _change("started_at", "24/11/2026"),
        _change("score", None),
        _change("checks", []),
        lambda payload: payload.pop("seed_fingerprint"),
        lambda payload: payload["checks"][0].update(outcome="blocked", blocked_by=[]),
        lambda payload: payload["checks"][0].update(outcome="failed", observed=None),
        lambda payload: payload["checks"][0].update(outcome="error"),
        lambda payload: payload["checks"][0].update(
            evidence=[{"kind": "text", "caption": "x", "path": "../../secret", "sha256": "0" * 64}]
        ),
        lambda payload: payload["score"].update(total=20),
    ],
)
def test_a_wrong_payload_does_not_fit(spoil: Callable[[dict[str, Any]], object]) -> None:
    payload: dict[str, Any] = copy.deepcopy(dict(sample_payload("SNO-01", sample_lab())))
    validator("payload").validate(payload)
    spoil(payload)
    assert not validator("payload").is_valid(payload)


def test_sample_scores_add_up() -> None:
    for payload in sample_class(sample_lab()):
        score = payload["score"]
        if score is not None:
            assert score["possible"] == 105
            assert score["possible"] == score["earned"] + score["failed"] + score["blocked"] + score["error"]


def test_samples_cover_every_outcome_and_status() -> None:
    payloads = sample_class(sample_lab())
    assert {check["outcome"] for payload in payloads for check in payload["checks"]} == set(Outcome)
    assert {payload["status"] for payload in [*payloads, rejected_payload("X", sample_lab())]} == FROZEN


def test_hand_ins_fit(tmp_path: Path) -> None:
    entries = (
        HandIn(
            "SNO-01", HandInState.HANDED_IN, at="2026-11-23T20:15:00Z", files=("a.zip", "b.zip"), participant="4012"
        ),
        HandIn("SNO-02", HandInState.LATE, at="2026-11-25T10:30:00Z", late_s=60),
        HandIn("SNO-03", HandInState.MISSING),
        HandIn("SNO-04", HandInState.EXCUSED),
    )
    hand_ins = HandIns("page-dynamique", "entrainement", entries, class_name="SNO", deadline="2026-11-24T22:59:59Z")
    document = json.loads(write_hand_ins(tmp_path, hand_ins).read_text("utf-8"))
    validator("remises").validate(document)
    assert read_hand_ins(tmp_path) == hand_ins
    for spoil in ({"state": "late", "late_s": 0}, {"state": "handed_in", "late_s": 5}, {"state": "zero"}):
        assert not validator("remises").is_valid(document | {"entries": [document["entries"][0] | spoil]})
