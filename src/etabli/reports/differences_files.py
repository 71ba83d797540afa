"""``differences.json`` and ``differences.csv``: the page of differences for programs and spreadsheets."""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

from etabli.reports.differences_view import change_sentences, why
from etabli.reports.document import render_document
from etabli.reports.payload import LabMeta
from etabli.reports.table import FRENCH_EXCEL, Table, as_csv, keyed
from etabli.reports.text import word_of
from etabli.runs.differences import CheckChange, Difference, Differences, Side

DIFFERENCES_SCHEMA: Final = "etabli/differences/1"
_COLUMNS: Final = (
    keyed("candidate", "Élève"),
    keyed("title", "Point de vérification"),
    keyed("palier", "Palier"),
    keyed("constat_before", "Constat avant"),
    keyed("constat_after", "Constat après"),
    keyed("why", "Pourquoi"),
    keyed("observed_before", "Observé avant"),
    keyed("observed_after", "Observé après"),
    keyed("check", "Identifiant du point"),
    keyed("causes", "Codes des causes"),
    keyed("run_before", "Vérification avant"),
    keyed("run_after", "Vérification après"),
)
"""A row without a title is that of a whole run, whose status changed; points are in the JSON only."""


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
    """Renders ``differences.csv``: one row per changed verdict, for a French spreadsheet."""
    rows = [row for learner in found.changed for row in _rows(learner)]
    return as_csv(Table("differences", _COLUMNS, rows), FRENCH_EXCEL)


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
        row |= _told(name, side.status, side.reason)
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
            row |= _told(name, side.outcome, side.observed)
    return row


def _told(name: str, code: str, observed: str | None) -> dict[str, object]:
    return {f"constat_{name}": word_of(code), f"observed_{name}": observed}
