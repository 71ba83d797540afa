"""``differences.json`` and ``differences.csv``: the page of differences for programs and spreadsheets."""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

from etabli.reports.differences_view import change_sentences, why
from etabli.reports.document import render_document
from etabli.reports.payload import LabMeta
from etabli.reports.table import Table, as_csv, keyed
from etabli.reports.text import word_of
from etabli.runs.differences import CheckChange, Difference, Differences, Side

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


def render_differences_json(found: Differences, lab: LabMeta, *, generated_at: str) -> str:
    """Renders the document that ``docs/schemas/differences.schema.json`` describes."""
    facts = {
        "generated_at": generated_at,
        "summary": {
            "regraded": len(found.learners),
            "changed": len(found.changed),
            "unstable": len(found.unstable),
            "verdicts": sum(len(learner.changes) for learner in found.learners),
        },
        "checks": [asdict(edit) for edit in found.edits],
        "learners": [_learner(learner) for learner in found.learners],
        "skipped": [asdict(item) for item in found.skipped],
    }
    return render_document(DIFFERENCES_SCHEMA, lab, facts)


def _learner(learner: Difference) -> dict[str, object]:
    return {
        "candidate": learner.candidate,
        "before": asdict(learner.before),
        "after": asdict(learner.after),
        "unstable": learner.unstable,
        "reasons": [
            {"cause": item.cause, "name": item.name, "before": item.before, "after": item.after}
            for item in learner.reasons
        ],
        "changes": [
            {
                "check": change.check,
                "title": change.title,
                "palier": change.palier,
                "before": _side(change.before),
                "after": _side(change.after),
            }
            for change in learner.changes
        ],
    }


def _side(side: Side | None) -> dict[str, object] | None:
    if side is None:
        return None
    return {
        "outcome": side.outcome,
        "points": side.points,
        "earned": side.earned,
        "observed": side.observed,
        "evidence": side.evidence,
    }


def render_differences_csv(found: Differences) -> str:
    """Renders ``differences.csv``: one row per changed verdict."""
    rows = [row for learner in found.changed for row in _rows(learner)]
    return as_csv(Table("differences", tuple(map(keyed, COLUMNS)), rows))


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
    row: dict[str, object] = {"why": " ; ".join(said.whole for said in why(learner))}
    for name, side in (("before", learner.before), ("after", learner.after)):
        row |= _told(name, side.status, side.earned, side.reason)
    return row


def _check_row(change: CheckChange, learner: Difference) -> dict[str, object]:
    row: dict[str, object] = {
        "check": change.check,
        "title": change.title,
        "palier": change.palier,
        "why": " ; ".join((*change_sentences(change), *(said.whole for said in why(learner)))),
    }
    for name, side in (("before", change.before), ("after", change.after)):
        if side is not None:
            row |= _told(name, side.outcome, side.earned, side.observed)
    return row


def _told(name: str, code: str, earned: int | None, observed: str | None) -> dict[str, object]:
    return {name: code, f"constat_{name}": word_of(code), f"earned_{name}": earned, f"observed_{name}": observed}
