"""Publish: the reports of an output folder, from the run folders that are in it."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from pathlib import Path

from etabli.engine.batch import Batch
from etabli.engine.pack import platform_sha256
from etabli.lab import Lab
from etabli.referentiel import competences
from etabli.reports import write_reports, written_now
from etabli.reports.build import lab_meta, payload_of_folder
from etabli.reports.differences import Differences
from etabli.reports.differences_files import render_differences_csv, render_differences_json
from etabli.reports.html import render_differences
from etabli.reports.payload import Bench, LabMeta, Payload
from etabli.reports.roll import Roll
from etabli.runs.evidence import write_atomically
from etabli.runs.run import Run
from etabli.runs.store import newest_folders


@dataclass(frozen=True)
class Published:
    """What was written, as data."""

    payloads: list[Payload]
    bench: Bench | None
    files: list[Path]


def publish(out: Path, lab: Lab, batch: Batch | None, roll: Roll | None = None) -> Published:
    """Writes the reports: the run of every candidate of the folder that counts, and a row for who handed in nothing.

    With hand-ins in the roll, only runs of their session count: work done for another one is no answer to this one.
    """
    payloads = newest_payloads(out, lab, roll.session if roll else None)
    bench = measure(batch) if batch else None
    files = write_reports(out, payloads, described(lab), bench, roll)
    return Published(payloads, bench, files)


def publish_differences(out: Path, lab: Lab, found: Differences, roll: Roll | None = None) -> list[Path]:
    """Writes the page of differences and its two data files; returns them, the page first."""
    meta, now = described(lab), written_now()
    files = {
        "differences.html": render_differences(found, meta, roll, generated_at=now),
        "differences.json": render_differences_json(found, meta, generated_at=now),
        "differences.csv": render_differences_csv(found),
    }
    for name, content in files.items():
        write_atomically(out / name, content.encode())
    return [out / name for name in files]


def newest_payloads(out: Path, lab: Lab, session: str | None = None) -> list[Payload]:
    """Builds the payload of the run of each candidate of a lab that counts, in one session if it is given."""
    now = {"brief": lab.brief_sha256(), "platform": platform_sha256()}
    return [payload_of_folder(folder, lab, now) for folder in newest_folders(out, lab.id, session)]


def described(lab: Lab) -> LabMeta:
    """Builds what reports say of a lab, competences in the words of the référentiel."""
    return lab_meta(lab, {code: line.text for code, line in competences().items()})


def measure(batch: Batch) -> Bench | None:
    """Computes the pace of a batch: what was examined now, and the share of the time spent outside checks."""
    examined = [done for done in batch.done if not done.graded.reused and done.graded.run.submission_sha256]
    if not examined:
        return None
    inside = sum(_inside_ms(done.graded.run) for done in examined)
    available = batch.wall_s * 1000 * batch.workers
    return Bench(
        submissions=len(examined),
        workers=batch.workers,
        wall_ms=batch.wall_s * 1000,
        median_ms=statistics.median(done.busy_s * 1000 for done in examined),
        outside_share=max(0.0, 1 - inside / available),
    )


def _inside_ms(run: Run) -> float:
    ends = (event for event in run.events if event["kind"] == "check_end")
    return sum(float(event.get("duration_ms") or 0.0) for event in ends)
