"""``resultats.csv``: one row per candidate and check, for spreadsheets and scripts.

UTF-8, commas, a header line, lines ended by CR LF (RFC 4180). A candidate whose submission was not examined has a row
per check of the lab all the same, with an empty ``outcome``: nobody disappears from a table.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from etabli.outcome import Outcome
from etabli.reports.payload import CheckResult, LabMeta, Payload
from etabli.reports.text import outcome_word, visible

COLUMNS: dict[str, str] = {
    "lab": "identifier of the lab",
    "lab_version": "version of the lab",
    "session": "session",
    "candidate": "identifier of the candidate",
    "status": "graded, needs_review or rejected",
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
}
"""The columns, in order, and what they hold."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def neutral(value: object) -> str:
    """Writes a cell that no spreadsheet takes for a formula, with hidden characters visible."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return str(value)
    shown = visible(value)
    return "'" + shown if shown.lstrip(" ").startswith(_FORMULA_STARTS) else shown


def render_csv(payloads: Sequence[Payload], lab: LabMeta) -> str:
    """Renders ``resultats.csv``."""
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, fieldnames=list(COLUMNS), lineterminator="\r\n")
    writer.writeheader()
    for payload in payloads:
        for row in _rows(payload, lab):
            writer.writerow({column: neutral(row.get(column)) for column in COLUMNS})
    return stream.getvalue()


def _rows(payload: Payload, lab: LabMeta) -> Iterator[dict[str, object]]:
    common: dict[str, object] = {key: payload.get(key) for key in COLUMNS if key in payload}
    if payload["checks"]:
        yield from (common | _examined(check) for check in payload["checks"])
        return
    for spec in lab.checks:
        yield common | {
            "check": spec.id,
            "title": spec.title,
            "palier": str(spec.palier),
            "competences": " ".join(spec.competences),
            "points": spec.points,
        }


def _examined(check: CheckResult) -> dict[str, object]:
    return {
        "check": check["id"],
        "title": check["title"],
        "palier": check["palier"],
        "competences": " ".join(check["competences"]),
        "points": check["points"],
        "outcome": check["outcome"],
        "constat": outcome_word(check["outcome"]).text,
        "earned": check["points"] if check["outcome"] == Outcome.PASSED else 0,
        "blocked_by": " ".join(check["blocked_by"]),
        "observed": check["observed"],
        "expected": check["expected"],
        "help": check["help"],
        "duration_ms": check["duration_ms"],
    }
