"""``differences.json`` and ``differences.csv``: the page of differences for programs and spreadsheets."""

from __future__ import annotations

import csv
import io
import json
from typing import Any, Final

from etabli.reports.csv import neutral
from etabli.reports.differences_view import change_sentences, why
from etabli.reports.payload import LabMeta
from etabli.reports.text import outcome_word, status_word
from etabli.runs.differences import Change, Difference, Differences, Examined, Side

DIFFERENCES_SCHEMA: Final = "etabli/differences/1"
COLUMNS: Final[dict[str, str]] = {
    "candidate": "identifier of the candidate",
    "check": "identifier of the check; empty when it is the whole run whose status changed",
    "title": "what was asked",
    "palier": "essentiel, attendu or approfondissement",
    "before": "outcome (or status) before",
    "constat_before": "its word on screen",
    "after": "outcome (or status) after",
    "constat_after": "its word on screen",
    "earned_before": "points earned before",
    "earned_after": "points earned after",
    "causes": "codes, separated by spaces; « unstable » when nothing recorded changed",
    "why": "the causes in words",
    "observed_before": "what was observed before",
    "observed_after": "what was observed after",
    "run_before": "the run before",
    "run_after": "the run after",
}
"""The columns, in order, and what they hold."""


def differences_document(found: Differences, lab: LabMeta, *, generated_at: str) -> dict[str, Any]:
    """Builds the document that ``docs/schemas/differences.schema.json`` describes."""
    return {
        "schema": DIFFERENCES_SCHEMA,
        "lab": {"id": lab.id, "title": lab.title, "version": lab.version},
        "generated_at": generated_at,
        "summary": {
            "regraded": len(found.learners),
            "changed": len(found.changed),
            "unstable": len(found.unstable),
            "verdicts": sum(len(learner.changes) for learner in found.learners),
        },
        "checks": [
            {
                "check": edit.check,
                "title": edit.title,
                "kind": edit.kind.value,
                "before": edit.before,
                "after": edit.after,
            }
            for edit in found.edits
        ],
        "learners": [_learner(learner) for learner in found.learners],
        "skipped": [{"candidate": item.candidate, "why": item.why} for item in found.skipped],
    }


def render_differences_json(found: Differences, lab: LabMeta, *, generated_at: str) -> str:
    """Renders ``differences.json``."""
    document = differences_document(found, lab, generated_at=generated_at)
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _learner(learner: Difference) -> dict[str, Any]:
    return {
        "candidate": learner.candidate,
        "before": _examined(learner.before),
        "after": _examined(learner.after),
        "unstable": learner.unstable,
        "reasons": [
            {"cause": item.cause.value, "name": item.name, "before": item.before, "after": item.after}
            for item in learner.reasons
        ],
        "changes": [_change(change) for change in learner.changes],
    }


def _examined(side: Examined) -> dict[str, Any]:
    return {
        "run": side.run,
        "status": side.status.value,
        "reason": side.reason,
        "earned": side.earned,
        "possible": side.possible,
        "finished_at": side.finished_at,
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "check": change.check,
        "title": change.title,
        "palier": change.palier,
        "before": _side(change.before),
        "after": _side(change.after),
    }


def _side(side: Side | None) -> dict[str, Any] | None:
    if side is None:
        return None
    return {
        "outcome": side.outcome.value,
        "points": side.points,
        "earned": side.earned,
        "observed": side.observed,
        "evidence": list(side.evidence),
    }


def render_differences_csv(found: Differences) -> str:
    """Renders ``differences.csv``: one row per changed verdict, formulas neutralised."""
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, fieldnames=list(COLUMNS), lineterminator="\r\n")
    writer.writeheader()
    for learner in found.changed:
        for row in _rows(learner):
            writer.writerow({column: neutral(row.get(column)) for column in COLUMNS})
    return stream.getvalue()


def _rows(learner: Difference) -> list[dict[str, object]]:
    codes = [reason.cause.value for reason in learner.reasons] or (["unstable"] if learner.unstable else [])
    common: dict[str, object] = {
        "candidate": learner.candidate,
        "causes": " ".join(dict.fromkeys(codes)),
        "run_before": learner.before.run,
        "run_after": learner.after.run,
    }
    rows = [common | _check_row(change, learner) for change in learner.changes]
    if learner.before.status == learner.after.status:
        return rows
    return [common | _status_row(learner), *rows]


def _status_row(learner: Difference) -> dict[str, object]:
    return {
        "before": learner.before.status.value,
        "constat_before": status_word(learner.before.status).text,
        "after": learner.after.status.value,
        "constat_after": status_word(learner.after.status).text,
        "earned_before": learner.before.earned,
        "earned_after": learner.after.earned,
        "why": " ; ".join(said.whole for said in why(learner)),
        "observed_before": learner.before.reason,
        "observed_after": learner.after.reason,
    }


def _check_row(change: Change, learner: Difference) -> dict[str, object]:
    row: dict[str, object] = {
        "check": change.check,
        "title": change.title,
        "palier": change.palier,
        "why": " ; ".join((*change_sentences(change), *(said.whole for said in why(learner)))),
    }
    for name, side in (("before", change.before), ("after", change.after)):
        if side is not None:
            row |= {
                name: side.outcome.value,
                f"constat_{name}": outcome_word(side.outcome).text,
                f"earned_{name}": side.earned,
                f"observed_{name}": side.observed,
            }
    return row
