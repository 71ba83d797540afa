"""From frozen runs and a lab to what reports may read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from etabli.aides import aides_of
from etabli.lab import Lab
from etabli.outcome import Outcome, Palier, Status
from etabli.reports.payload import PAYLOAD_SCHEMA, CheckResult, LabMeta, Payload, ScoreBlock
from etabli.reports.printed import advice_of, messages_of
from etabli.run import Run
from etabli.scoring import Result, results, score


def payload_of(run: Run, folder: Path | None = None) -> Payload:
    """Builds the payload of a run; paths of evidence are relative to the output folder.

    Args:
        run: The run.
        folder: Its folder, to look for known error messages in its evidence; without it there is no ``messages``.
    """
    items = results(run)
    payload = _facts(run, items)
    if folder is not None:
        payload["messages"] = [*advice_of(run), *messages_of(run, items, folder)]
    return payload


def _facts(run: Run, items: tuple[Result, ...]) -> Payload:
    rejected = run.status is Status.REJECTED
    return {
        "schema": PAYLOAD_SCHEMA,
        "lab": run.lab,
        "lab_version": run.lab_version,
        "session": run.session,
        "candidate": run.candidate,
        "run": run.id,
        "seed_fingerprint": run.seed_fingerprint,
        "submission_sha256": run.submission_sha256,
        "runtime": run.runtime,
        "image_ids": dict(run.image_ids),
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "phases_ms": dict(run.phases_ms),
        "status": run.status.value,
        "reason": run.reason,
        "checks": [_check(item, run) for item in items],
        "score": None if rejected else _score(items),
        "decisive_failed": [item.spec.id for item in items if item.spec.decisive and item.outcome is Outcome.FAILED],
    }


def _score(items: tuple[Result, ...]) -> ScoreBlock:
    total = score(items)
    return {
        "possible": total.possible,
        "earned": total.earned,
        "failed": total.failed,
        "blocked": total.blocked,
        "error": total.error,
    }


def _check(item: Result, run: Run) -> CheckResult:
    prefix = f"{run.candidate}/{run.id}"
    return {
        "id": item.spec.id,
        "title": item.spec.title,
        "competences": list(item.spec.competences),
        "palier": item.spec.palier.value,
        "points": item.spec.points,
        "outcome": item.outcome.value,
        "blocked_by": list(item.blocked_by),
        "observed": item.observed,
        "expected": item.expected,
        "help": item.help,
        "evidence": [
            {"kind": proof.kind, "caption": proof.caption, "path": f"{prefix}/{proof.path}", "sha256": proof.sha256}
            for proof in item.evidence
        ],
        "duration_ms": item.duration_ms,
        "decisive": item.spec.decisive,
    }


def lab_meta(lab: Lab, wording: Mapping[str, str]) -> LabMeta:
    """Builds what reports say of a lab.

    Args:
        lab: The lab.
        wording: Texts of competences by code, from the référentiel.
    """
    titles = lab.manifest.paliers
    return LabMeta(
        id=lab.id,
        title=lab.manifest.title,
        version=lab.manifest.version,
        paliers=tuple((palier.value, titles[palier].title) for palier in Palier if palier in titles),
        competences={code: wording.get(code, code) for code in lab.manifest.competences},
        checks=lab.checks().specs,
        aides=aides_of(lab),
    )
