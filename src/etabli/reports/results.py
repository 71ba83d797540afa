"""Publish: the reports of an output folder, from the run folders that are in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from etabli.exam.contract.check import CheckSpec
from etabli.exam.contract.outcome import Palier
from etabli.lab.aides import aides_for
from etabli.lab.manifest import Lab
from etabli.referentiel.kept import competences
from etabli.reports import write_files, write_reports, written_now
from etabli.reports.build import lab_meta, meta_of, payload_of_folder
from etabli.reports.differences_files import render_differences_csv, render_differences_json
from etabli.reports.html import render_differences
from etabli.reports.payload import LabMeta, Pace, Payload
from etabli.reports.roll import NO_ROLL, Roll
from etabli.runs.differences import Differences
from etabli.runs.store import newest_folders
from etabli.system.platform import platform_sha256


@dataclass(frozen=True)
class Published:
    """What was written, as data."""

    payloads: list[Payload]
    files: list[Path]


def publish(out: Path, lab: Lab, pace: Pace | None, roll: Roll | None = None) -> Published:
    """Writes the reports: the run of every candidate of the folder that counts, and a row for who handed in nothing.

    With hand-ins in the roll, only runs of their session count: work done for another one is no answer to this one.
    """
    roll = roll or NO_ROLL
    payloads = newest_payloads(out, lab, roll.session)
    files = write_reports(out, payloads, described(lab), pace, roll)
    return Published(payloads, files)


def publish_differences(out: Path, lab: Lab, found: Differences, roll: Roll = NO_ROLL) -> list[Path]:
    """Writes the page of differences and its two data files; returns them, the page first."""
    meta, now = described(lab), written_now()
    files: dict[str, str | bytes] = {
        "differences.html": render_differences(found, meta, roll, generated_at=now),
        "differences.json": render_differences_json(found, meta, generated_at=now),
        "differences.csv": render_differences_csv(found),
    }
    return write_files(out, files)


def newest_payloads(out: Path, lab: Lab, session: str | None = None) -> list[Payload]:
    """Builds the payload of the run of each candidate of a lab that counts, in one session if it is given."""
    now = {"brief": lab.brief_sha256(), "platform": platform_sha256()}
    return [payload_of_folder(folder, lab, now) for folder in newest_folders(out, lab.id, session)]


def described_by(lab: Lab, payloads: Sequence[Payload]) -> LabMeta:
    """Builds what reports say of a lab whose checks are not here (a portal has none): they are told by its runs."""
    told = max((payload["checks"] for payload in payloads), key=len, default=[])
    specs = tuple(
        CheckSpec(
            *(check["id"], check["title"], check["points"], Palier(check["palier"]), tuple(check["competences"])),
            after=(),
            timeout=0.0,
            help="",
            decisive=check.get("decisive", False),
        )
        for check in told
    )
    aides = aides_for(lab, tuple(spec.id for spec in specs))
    return meta_of(lab, {code: line.text for code, line in competences().items()}, specs, aides)


def described(lab: Lab) -> LabMeta:
    """Builds what reports say of a lab, competences in the words of the référentiel."""
    return lab_meta(lab, {code: line.text for code, line in competences().items()})
