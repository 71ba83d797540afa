"""A run: one automatic grading by one lab and one state of ours, frozen in a folder.

The folder is the source of truth: ``run.json`` (facts, and the SHA-256 of every other file), ``transcript.jsonl``
(ordered events) and ``evidence/`` (files named by their SHA-256). Points, levels and reports are computed from it.
Reading a folder, and whether it is still what was frozen: :mod:`etabli.runs.folder`.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from etabli.exam.contract.check import CheckSpec
from etabli.exam.contract.outcome import Status
from etabli.exam.contract.transcript import Event
from etabli.system.digest import open_regular, sha256_of_file
from etabli.system.disk import close_to_others

SCHEMA = "etabli/run/2"
FACTS = "run.json"
TRANSCRIPT = "transcript.jsonl"
EVIDENCE = "evidence"
MOST = 64 * 1024 * 1024
"""Bytes of the longest ``run.json`` or transcript that is read."""
DIGITS = 16
NONCE = re.compile(r"[0-9A-Za-z]{1,64}")
_NAME = re.compile(rf"(?P<number>[0-9]{{4,9}})-(?P<moment>[0-9]{{8}}T[0-9]{{6}}Z)-(?P<digest>[0-9a-f]{{{DIGITS}}})")
_OLD_NAME = re.compile(r"(?P<moment>\d{8}T\d{6})\d{3}Z-[0-9a-z]+")


@dataclass(frozen=True)
class Run:
    """The facts of a run; no score in it. Later versions may add some: an absent one has the value given here."""

    lab: str
    candidate: str
    status: Status
    checks: tuple[CheckSpec, ...]
    """The list fixed by the lab when the run was made."""
    id: str = ""
    """Name of the folder: ``<number>-<moment>-<first digits of the SHA-256 of run.json>``."""
    number: int = 0
    """1 for the candidate's first run of an output folder; the order that this machine wrote, whatever its clock."""
    lab_version: str = ""
    pack_sha256: str = ""
    """Of what the examiner was given: ``exam/`` and the grader."""
    lab_sha256: str | None = None
    """Of ``lab.yaml`` and of what makes candidates' data without being in the pack."""
    brief_sha256: str | None = None
    """Of what candidates are told and given."""
    platform_sha256: str | None = None
    """Of the rest of ``etabli``, but its reports and commands."""
    image_ids: dict[str, str] = field(default_factory=dict)
    session: str = "entrainement"
    seed_fingerprint: str = ""
    nonce: str | None = None
    """From which the exam drew what it types, and in which order it visits; none where there was no exam."""
    data_of: str | None = None
    """Whose data it was examined with, when several handed it in together."""
    submission_sha256: str | None = None
    runtime: str | None = None
    started_at: str = "1970-01-01T00:00:00.000Z"
    """UTC, ISO 8601."""
    finished_at: str = "1970-01-01T00:00:00.000Z"
    phases_ms: dict[str, float] = field(default_factory=dict)
    reason: str | None = None
    """A sentence for the teacher, when there is something to say."""
    noted: dict[str, list[str]] = field(default_factory=dict)
    """What services of the learner's workspace noted of their use, by service, as the hand-in says."""
    attempts: int = 1
    schema: str = SCHEMA
    files: dict[str, str] = field(default_factory=dict)
    """Path in the folder → SHA-256, of every file but ``run.json``."""
    events: tuple[Event, ...] = field(default=(), compare=False)

    def to_json(self) -> dict[str, Any]:
        """Returns what ``run.json`` holds (events are in ``transcript.jsonl``, and the folder's name is made of it)."""
        facts = dataclasses.asdict(dataclasses.replace(self, events=()))
        del facts["events"], facts["id"]
        return facts


def now() -> datetime:
    """Returns the present moment in UTC."""
    return datetime.now(UTC)


def iso(moment: datetime) -> str:
    """Writes a moment as UTC ISO 8601 to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def freeze(run: Run, workshop: Path, folder: Path, *, after: int = 0) -> Run:
    """Freezes a run: its facts and events beside the evidence, all on the disk before the folder moves in one step.

    Args:
        run: The facts and events; its number, files and id are worked out here.
        workshop: A folder on the same file system that already holds ``evidence/``.
        folder: The candidate's folder, in which the run folder is made.
        after: A number that the new one must be above, beside those that are there.

    Returns:
        The run as it can be read back.
    """
    workshop.mkdir(parents=True, exist_ok=True)
    (workshop / TRANSCRIPT).write_bytes(b"".join(_line(event) for event in run.events))
    files = {name: sha256_of_file(workshop / name) for name in file_names(workshop) if name != FACTS}
    number = 1 + max((name_of(former).number for former in run_folders(folder)), default=0)
    number = max(number, after + 1)
    whole = dataclasses.replace(run, number=number, files=files, schema=SCHEMA)
    facts = (json.dumps(whole.to_json(), ensure_ascii=False, indent=1) + "\n").encode("utf-8", "backslashreplace")
    (workshop / FACTS).write_bytes(facts)
    name = folder_name(number, run.started_at, facts)
    folder.mkdir(parents=True, exist_ok=True)
    close_to_others(folder)
    for path in (*workshop.rglob("*"), workshop):
        _sync(path)
    os.rename(workshop, folder / name)
    _sync(folder)
    return dataclasses.replace(whole, id=name)


def folder_name(number: int, started_at: str, facts: bytes) -> str:
    """Returns the name of the folder that holds these facts: what is in ``run.json`` cannot change without it."""
    moment = datetime.fromisoformat(started_at).astimezone(UTC)
    return f"{number:04d}-{moment:%Y%m%dT%H%M%SZ}-{hashlib.sha256(facts).hexdigest()[:DIGITS]}"


@dataclass(frozen=True)
class RunName:
    """What the name of a run folder tells."""

    number: int
    """0 for the runs of older versions, which come before all others, and for a folder that was renamed."""
    moment: datetime | None
    """When it was made, by the clock of that machine."""
    known: bool
    """False when the name is none that we write."""
    old: bool = False
    """Whether the name is one of ``etabli/run/1``."""


def name_of(folder: Path) -> RunName:
    """Reads the name of a run folder."""
    if match := _NAME.fullmatch(folder.name):
        return RunName(int(match["number"]), _moment(match["moment"].rstrip("Z")), True)
    if match := _OLD_NAME.fullmatch(folder.name):
        return RunName(0, _moment(match["moment"]), True, old=True)
    return RunName(0, None, False)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def run_folders(folder: Path) -> list[Path]:
    """Returns the run folders of a candidate in the order in which they were made.

    A folder that lost its ``run.json``, or was renamed, is among them: it is told, not forgotten.

    Args:
        folder: ``<out>/<candidate>``.
    """
    if not folder.is_dir():
        return []
    found = [path for path in folder.iterdir() if path.is_dir() and is_run_folder(path)]
    return sorted(found, key=run_order)


def is_run_folder(path: Path) -> bool:
    """Tells whether a folder is one of ours: by its name, or by what is in it when it was renamed."""
    return not path.name.startswith(".") and (name_of(path).known or (path / FACTS).is_file())


def run_order(path: Path) -> tuple[int, bool, float, str]:
    """Sorts run folders of a candidate by number; a folder that was renamed still has its number in its facts."""
    told = name_of(path)
    number = told.number if told.known else _number_inside(path)
    return number, told.known, told.moment.timestamp() if told.moment else 0.0, path.name


def _number_inside(path: Path) -> int:
    try:
        with open_regular(path / FACTS) as stream:
            number = json.loads(stream.read(MOST))["number"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return 0
    return number if isinstance(number, int) and 0 <= number < 10**9 else 0


def _line(event: Event) -> bytes:
    """One event: U+2028 and its like are no end of line here, and half a surrogate pair is kept as it is written."""
    return json.dumps(event, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


def file_names(folder: Path) -> list[str]:
    """Returns the paths of all that is in a run folder, sorted; of folders, the empty ones, but for ``evidence``.

    Raises:
        OSError: It cannot be listed.
    """
    found = (path for path in folder.rglob("*") if not path.is_dir() or path.is_symlink() or not any(path.iterdir()))
    names = ((path, path.relative_to(folder).as_posix()) for path in found)
    return sorted(name for path, name in names if name != EVIDENCE or path.is_symlink() or not path.is_dir())


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
