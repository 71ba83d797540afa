"""A run: one automatic grading by one lab and grader version, frozen in a folder.

The folder is the source of truth: ``run.json`` (facts), ``transcript.jsonl`` (ordered events) and
``evidence/`` (files named by their SHA-256). Points, levels and reports are computed from it.
"""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from etabli.check import CheckSpec
from etabli.errors import RunFolderError
from etabli.outcome import Palier, Status
from etabli.transcript import Event

SCHEMA = "etabli/run/1"


@dataclass(frozen=True)
class Run:
    """The facts of a run; no score in it."""

    id: str
    lab: str
    lab_version: str
    grader_sha256: str
    session: str
    candidate: str
    seed_fingerprint: str
    submission_sha256: str | None
    runtime: str | None
    image_ids: dict[str, str]
    started_at: str
    """UTC, ISO 8601."""
    finished_at: str
    phases_ms: dict[str, float]
    status: Status
    reason: str | None
    """A sentence for the teacher, when there is something to say."""
    checks: tuple[CheckSpec, ...]
    """The list fixed by the lab when the run was made."""
    attempts: int = 1
    lab_sha256: str | None = None
    """Of ``lab.yaml``; absent from the runs of older versions."""
    schema: str = SCHEMA
    events: tuple[Event, ...] = field(default=(), compare=False)

    def to_json(self) -> dict[str, Any]:
        """Returns what ``run.json`` holds (the events are in ``transcript.jsonl``)."""
        facts = dataclasses.asdict(dataclasses.replace(self, events=()))
        del facts["events"]
        return facts


def now() -> datetime:
    """Returns the present moment in UTC."""
    return datetime.now(UTC)


def iso(moment: datetime) -> str:
    """Writes a moment as UTC ISO 8601 to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def run_id(moment: datetime, digest: str) -> str:
    """Returns a folder name that sorts by time."""
    return f"{moment:%Y%m%dT%H%M%S}{moment.microsecond // 1000:03d}Z-{digest[:6]}"


def freeze(run: Run, workshop: Path, target: Path) -> None:
    """Freezes a run: writes its facts and events beside the evidence, then moves the folder in one step.

    Args:
        run: The facts and events.
        workshop: A folder on the same file system that already holds ``evidence/``.
        target: The final run folder; must not exist.
    """
    workshop.mkdir(parents=True, exist_ok=True)
    lines = "".join(json.dumps(event, ensure_ascii=False) + "\n" for event in run.events)
    (workshop / "transcript.jsonl").write_text(lines, "utf-8")
    (workshop / "run.json").write_text(json.dumps(run.to_json(), ensure_ascii=False, indent=1) + "\n", "utf-8")
    target.parent.mkdir(parents=True, exist_ok=True)
    os.rename(workshop, target)


def read_run(folder: Path) -> Run:
    """Reads a frozen run folder.

    Raises:
        RunFolderError: The folder is incomplete or of another version.
    """
    try:
        facts = json.loads((folder / "run.json").read_text("utf-8"))
        lines = (folder / "transcript.jsonl").read_text("utf-8").splitlines()
        if facts["schema"] != SCHEMA:
            raise RunFolderError(f"{folder} : format « {facts['schema']} », attendu « {SCHEMA} ».")
        facts["status"] = Status(facts["status"])
        facts["checks"] = tuple(_spec(item) for item in facts["checks"])
        return Run(**facts, events=tuple(json.loads(line) for line in lines))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunFolderError(f"{folder} est illisible ({error}). Relancez la vérification avec « --fresh ».") from error


def _spec(item: dict[str, Any]) -> CheckSpec:
    return CheckSpec(
        **{
            **item,
            "palier": Palier(item["palier"]),
            "competences": tuple(item["competences"]),
            "after": tuple(item["after"]),
        }
    )


def discard(workshop: Path) -> None:
    """Removes a half-made run folder."""
    shutil.rmtree(workshop, ignore_errors=True)
