"""Publish: the reports of an output folder, from the run folders that are in it."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from pathlib import Path

from etabli.engine.batch import Batch
from etabli.errors import RunFolderError
from etabli.lab import Lab
from etabli.referentiel import competences
from etabli.reports import write_reports
from etabli.reports.build import lab_meta, payload_of
from etabli.reports.payload import Bench, Payload
from etabli.run import Run, read_run
from etabli.store import Store


@dataclass(frozen=True)
class Published:
    """What was written, as data."""

    payloads: list[Payload]
    bench: Bench | None
    files: list[Path]


def publish(out: Path, lab: Lab, batch: Batch) -> Published:
    """Writes the reports: the newest run of every candidate of the folder."""
    payloads = [payload_of(run) for run in newest_runs(out) if run.lab == lab.id]
    wording = {code: line.text for code, line in competences().items()}
    bench = measure(batch)
    return Published(payloads, bench, write_reports(out, payloads, lab_meta(lab, wording), bench))


def newest_runs(out: Path) -> list[Run]:
    """Reads the newest run of each candidate, sorted by candidate."""
    store = Store(out)
    try:
        folders = [store.newest(candidate) for candidate in store.candidates()]
    finally:
        store.close()
    return [run for folder in folders if folder is not None for run in _readable(folder)]


def _readable(folder: Path) -> list[Run]:
    try:
        return [read_run(folder)]
    except RunFolderError:
        return []


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
