"""``resultats.csv``: one row per candidate and check, for spreadsheets and scripts.

UTF-8, commas, a header line, lines ended by CR LF (RFC 4180). A candidate whose submission was not examined has a row
per check of the lab all the same, with an empty ``outcome``: nobody disappears from a table.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from etabli.exam.contract.outcome import Outcome
from etabli.reports.payload import CheckResult, LabMeta, Payload
from etabli.reports.roll import Roll
from etabli.reports.text import outcome_word, visible
from etabli.system.formulas import inert

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
"""The columns, in order, and what they hold."""
_YES = "yes"


def neutral(value: object) -> str:
    """Writes a cell that no spreadsheet takes for a formula, with hidden characters visible."""
    if value is None:
        return ""
    return inert(visible(value)) if isinstance(value, str) else str(value)


def render_csv(payloads: Sequence[Payload], lab: LabMeta, roll: Roll | None = None) -> str:
    """Renders ``resultats.csv``.

    Args:
        payloads: One per candidate.
        lab: What the lab says of itself.
        roll: The learners of the class: who has no run has rows too, their ``status`` being the hand-in's.
    """
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, fieldnames=list(COLUMNS), lineterminator="\r\n")
    writer.writeheader()
    rows = [row for payload in payloads for row in _rows(payload, lab)]
    rows += _without_run({payload["candidate"] for payload in payloads}, lab, roll or Roll())
    for row in rows:
        writer.writerow({column: neutral(row.get(column)) for column in COLUMNS})
    return stream.getvalue()


def _without_run(graded: set[str], lab: LabMeta, roll: Roll) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for candidate in roll.candidates:
        hand_in = roll.hand_in(candidate)
        if candidate not in graded and hand_in is not None:
            common = {"lab": lab.id, "lab_version": lab.version, "session": roll.session}
            common |= {"candidate": candidate, "status": hand_in.state.value}
            found += [common | row for row in _unexamined(lab)]
    return found


def _rows(payload: Payload, lab: LabMeta) -> Iterator[dict[str, object]]:
    common: dict[str, object] = {key: payload.get(key) for key in COLUMNS if key in payload}
    common["decisive_failed"] = " ".join(payload.get("decisive_failed", ()))
    if payload["checks"]:
        yield from (common | _examined(check) for check in payload["checks"])
        return
    yield from (common | row for row in _unexamined(lab))


def _unexamined(lab: LabMeta) -> Iterator[dict[str, object]]:
    for spec in lab.checks:
        yield {
            "check": spec.id,
            "title": spec.title,
            "palier": str(spec.palier),
            "competences": " ".join(spec.competences),
            "points": spec.points,
            "decisive": _YES if spec.decisive else "",
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
        "decisive": _YES if check.get("decisive") else "",
    }
