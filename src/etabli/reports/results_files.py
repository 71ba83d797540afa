"""``resultats.json``, ``resultats.csv`` and ``resultats.xlsx``: the class for scripts and spreadsheets.

The CSV has one row per candidate and check. A candidate whose submission was not examined has a row per check of the
lab all the same, with an empty ``outcome``: nobody disappears from a table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo
from typing import Any

from etabli.exam.contract.outcome import Outcome
from etabli.reports.class_tables import class_tables
from etabli.reports.document import render_document
from etabli.reports.payload import RESULTS_SCHEMA, LabMeta, Pace, Payload, unexamined
from etabli.reports.roll import NO_ROLL, Roll
from etabli.reports.table import Table, as_csv, keyed
from etabli.reports.text import word_of
from etabli.reports.xlsx import workbook

COLUMNS: dict[str, str] = {
    "lab": "identifier of the lab",
    "lab_version": "version of the lab",
    "session": "session",
    "candidate": "identifier of the candidate",
    "status": "graded, needs_review, rejected, modified, unverifiable; without run: missing, excused, handed_in, late",
    "reason": "sentence of the run, when there is one",
    "check": "identifier of the check",
    "title": "what was asked",
    "palier": "essentiel, attendu or approfondissement",
    "competences": "codes, separated by spaces",
    "points": "points of the check",
    "outcome": "passed, failed, blocked or error; empty when not examined",
    "constat": "the outcome's word on screen",
    "earned": "points earned; empty when not examined",
    "blocked_by": "checks to put right first, separated by spaces",
    "observed": "what was observed",
    "expected": "what was expected",
    "help": "where to look next",
    "duration_ms": "duration of the check",
    "started_at": "UTC, ISO 8601",
    "finished_at": "UTC, ISO 8601",
    "submission_sha256": "SHA-256 of the submission",
    "decisive": "yes for a check whose failure keeps the work from being accepted as it is",
    "decisive_failed": "decisive checks that the candidate failed, separated by spaces",
}
"""The columns of the CSV, in order, and what they hold."""


def render_json(payloads: Sequence[Payload], lab: LabMeta, pace: Pace | None, *, generated_at: str) -> str:
    """Renders the document that ``docs/schemas/resultats.schema.json`` describes.

    ``session`` is ``null`` when the payloads come from several sessions.
    """
    sessions = {payload["session"] for payload in payloads}
    facts = {
        "session": sessions.pop() if len(sessions) == 1 else None,
        "generated_at": generated_at,
        "results": list(payloads),
        "bench": pace.block() if pace else None,
    }
    return render_document(RESULTS_SCHEMA, lab, facts)


def render_csv(payloads: Sequence[Payload], lab: LabMeta, roll: Roll = NO_ROLL) -> str:
    """Renders ``resultats.csv``.

    Args:
        payloads: One per candidate.
        lab: What the lab says of itself.
        roll: The learners of the class: who has no run has rows too, their ``status`` being the hand-in's.
    """
    runs = [{**payload, "decisive_failed": " ".join(payload.get("decisive_failed", ()))} for payload in payloads]
    rows = [run | _verdict(check) for run in [*runs, *_without_run(payloads, lab, roll)] for check in _checks(run, lab)]
    return as_csv(Table("resultats", tuple(map(keyed, COLUMNS)), rows))


def _without_run(payloads: Sequence[Payload], lab: LabMeta, roll: Roll) -> Iterator[dict[str, object]]:
    graded = {payload["candidate"] for payload in payloads}
    for candidate in roll.candidates:
        hand_in = roll.hand_in(candidate)
        if candidate not in graded and hand_in is not None:
            facts = {"lab": lab.id, "lab_version": lab.version, "session": roll.session}
            yield {**facts, "candidate": candidate, "status": hand_in.state.value}


def _checks(run: Mapping[str, Any], lab: LabMeta) -> Sequence[Mapping[str, Any]]:
    return run.get("checks") or [unexamined(spec) for spec in lab.checks]


def _verdict(check: Mapping[str, Any]) -> dict[str, object]:
    outcome = check.get("outcome")
    return {
        **check,
        "check": check["id"],
        "competences": " ".join(check["competences"]),
        "constat": word_of(outcome) if outcome else None,
        "earned": (check["points"] if outcome == Outcome.PASSED else 0) if outcome else None,
        "blocked_by": " ".join(check.get("blocked_by", ())),
        "decisive": "yes" if check.get("decisive") else None,
    }


def render_xlsx(
    payloads: Sequence[Payload], lab: LabMeta, roll: Roll = NO_ROLL, *, zone: tzinfo | None = None
) -> bytes:
    """Renders ``resultats.xlsx``: the class, learners × points, one row per check, one row per competence.

    Args:
        payloads: One per candidate.
        lab: What the lab says of itself.
        roll: The learners of the class, present or not. Names stay out of the workbook.
        zone: Time zone of the dates; the machine's by default.
    """
    return workbook(class_tables(payloads, lab, roll), lab.title, zone=zone)
