"""From frozen runs and a lab to what reports may read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from etabli.exam.contract.check import CheckSpec
from etabli.exam.contract.outcome import Outcome, Palier, Status
from etabli.lab.aides import Aides, aides_of
from etabli.lab.demands import sessions_of
from etabli.lab.manifest import Lab
from etabli.lab.services import chosen
from etabli.lab.variant import TRAINING
from etabli.reports.payload import PAYLOAD_SCHEMA, CheckResult, LabMeta, Payload, RepairedBlock, tally
from etabli.reports.printed import advice_of, messages_of
from etabli.runs.folder import RunFolder, shown
from etabli.runs.repaired import Repaired, repaired
from etabli.runs.run import Run, iso, name_of
from etabli.runs.scoring import Result, results


def payload_of(run: Run, folder: Path | None = None) -> Payload:
    """Builds the payload of a run; paths of evidence are relative to the output folder.

    Args:
        run: The run.
        folder: Its folder, to look for known error messages in its evidence; without it there is no ``messages``.
    """
    items = results(run)
    payload = _facts(run, items)
    if again := repaired(run):
        payload["repaired"] = _repaired(again, run)
    if folder is not None:
        payload["messages"] = [*advice_of(run), *messages_of(run, items, folder)]
    return payload


def payload_of_folder(folder: RunFolder, lab: Lab, now: Mapping[str, str]) -> Payload:
    """Builds the payload of a run folder that was read back, whether or not it is still what was frozen.

    Args:
        folder: The folder.
        lab: The lab that the reports are about.
        now: The hashes of the lab's brief and of the platform today, as ``brief`` and ``platform``.
    """
    run = folder.run
    if run is None:
        return _modified(folder, lab)
    payload = payload_of(run, folder.path)
    payload["status"] = folder.status.value
    made = {"brief": run.brief_sha256, "platform": run.platform_sha256}
    payload["others"] = [name for name, digest in made.items() if digest and digest != now[name]]
    return payload


def _modified(folder: RunFolder, lab: Lab) -> Payload:
    """Of what has changed nothing is believed but its name."""
    at = iso(name_of(folder.path).moment or datetime.fromtimestamp(0, UTC))
    return {
        "schema": PAYLOAD_SCHEMA,
        "lab": lab.id,
        "lab_version": lab.manifest.version,
        "session": folder.told.get("session", TRAINING),
        "candidate": folder.candidate,
        "run": shown(folder.path.name),
        "seed_fingerprint": "",
        "submission_sha256": None,
        "runtime": None,
        "image_ids": {},
        "started_at": at,
        "finished_at": at,
        "phases_ms": {},
        "status": folder.status.value,
        "reason": folder.sentence(),
        "flaws": [{"name": flaw.name, "change": flaw.change.value} for flaw in folder.flaws],
        "checks": [],
        "score": None,
        "decisive_failed": [],
    }


def _facts(run: Run, items: tuple[Result, ...]) -> Payload:
    checks = [_check(item, run) for item in items]
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
        "checks": checks,
        "score": None if run.status is Status.REJECTED else tally(checks),
        "decisive_failed": [item.spec.id for item in items if item.spec.decisive and item.outcome is Outcome.FAILED],
        "noted": run.noted,
    }


def _repaired(again: Repaired, run: Run) -> RepairedBlock:
    lines: dict[str, set[int]] = {}
    for edit in again.edits:
        lines.setdefault(edit.path, set()).add(edit.line)
    return {
        "check": again.check,
        "places": [{"path": path, "lines": sorted(found)} for path, found in lines.items()],
        "checks": [_check(item, run) for item in again.results],
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
    return meta_of(lab, wording, lab.checks().specs, aides_of(lab))


def meta_of(lab: Lab, wording: Mapping[str, str], checks: tuple[CheckSpec, ...], aides: Mapping[str, Aides]) -> LabMeta:
    """Builds the same from its checks, wherever they are told."""
    titles = lab.manifest.paliers
    return LabMeta(
        id=lab.id,
        title=lab.manifest.title,
        version=lab.manifest.version,
        paliers=tuple((palier.value, titles[palier].title) for palier in Palier if palier in titles),
        competences={code: wording.get(code, code) for code in lab.manifest.competences},
        checks=checks,
        aides=aides,
        sessions=sessions_of(lab),
        other_rows=lab.manifest.service is not None,
        people=tuple(criterion.title for criterion in lab.manifest.humain),
        noted={name: one.told.noted for name, one in chosen(needs.services).items() if one.told.noted}
        if (needs := lab.manifest.workspace)
        else {},
    )
