"""Reading a run folder back: whether it is still what was frozen, and if not, what has changed.

Nothing of a folder that has changed is believed. What this shows is a hand edit, a damaged disk, a cut copy; someone
who computes every hash again is met by a seal, not here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter

from etabli.digest import sha256_of_file
from etabli.disk import why
from etabli.exam.contract.errors import RunFolderError
from etabli.exam.contract.i18n import _
from etabli.exam.contract.outcome import Status
from etabli.exam.contract.transcript import Event
from etabli.runs.run import FACTS, SCHEMA, TRANSCRIPT, Run, file_names, folder_name, name_of
from etabli.runs.scoring import results

OLD_SCHEMA = "etabli/run/1"
AGAIN: Final = _("Rien n'en est retenu : vérifiez de nouveau ce rendu avec « etabli grade ».")
"""What to do about it."""
_RUN = TypeAdapter(Run)
_EVENTS = TypeAdapter(tuple[Event, ...])
_MALFORMED = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""What a JSON file that is not what we write can raise; pydantic's own error is a ValueError."""


class Change(StrEnum):
    """What happened to a part of a run folder since it was frozen."""

    MODIFIED = "modified"
    MISSING = "missing"
    ADDED = "added"
    UNREADABLE = "unreadable"
    RENAMED = "renamed"
    ELSEWHERE = "elsewhere"  #: it is another candidate's


@dataclass(frozen=True)
class Flaw:
    """One thing that is not what was frozen."""

    name: str
    """Path from the run folder; the folder's own name when that has changed."""
    change: Change
    detail: str = ""

    def sentence(self) -> str:
        """Says it in French, without a full stop."""
        words = {
            Change.MODIFIED: _("« {name} » a été modifié"),
            Change.MISSING: _("« {name} » manque"),
            Change.ADDED: _("« {name} » a été ajouté"),
            Change.UNREADABLE: _("« {name} » est illisible ({detail})"),
            Change.RENAMED: _("le dossier a été renommé « {name} »"),
            Change.ELSEWHERE: _("« {name} » est la vérification de « {detail} »"),
        }
        return words[self.change].format(name=self.name, detail=self.detail)


@dataclass(frozen=True)
class RunFolder:
    """A run folder, read back."""

    path: Path
    run: Run | None
    """None when something has changed: nothing of it is believed."""
    flaws: tuple[Flaw, ...] = ()
    told: Mapping[str, Any] = field(default_factory=dict, compare=False)
    """What a changed ``run.json`` says, to find whose and what it was."""

    @property
    def candidate(self) -> str:
        """Whose it is: the name of the folder that holds it."""
        return self.path.parent.name

    @property
    def verifiable(self) -> bool:
        """Whether the run kept the hashes by which it can be verified."""
        return self.run is not None and self.run.schema != OLD_SCHEMA

    @property
    def status(self) -> Status:
        """The status of the run, or why it has none that can be believed."""
        if self.run is None:
            return Status.MODIFIED
        return self.run.status if self.verifiable else Status.UNVERIFIABLE

    def concerns(self, lab: str | None, session: str | None) -> bool:
        """Tells whether it is one of this lab and session; where nobody can tell any more, it may be."""
        mine = {"lab": self.run.lab, "session": self.run.session} if self.run else self.told
        return all(
            wanted is None or mine.get(key, wanted) == wanted for key, wanted in (("lab", lab), ("session", session))
        )

    def sentence(self) -> str:
        """Says what has changed since it was frozen."""
        return _("Modifié depuis la vérification : {flaws}.").format(
            flaws=", ".join(flaw.sentence() for flaw in self.flaws)
        )


def read_run(folder: Path) -> Run:
    """Reads a frozen run folder.

    Raises:
        RunFolderError: It is no longer what was frozen; the message says what has changed.
    """
    found = read_run_folder(folder)
    if found.run is None:
        raise RunFolderError(f"{folder} : {found.sentence()} {AGAIN}")
    return found.run


def read_run_folder(folder: Path) -> RunFolder:
    """Reads a run folder and verifies it: every file by its SHA-256, ``run.json`` by the folder's name."""
    try:
        raw = (folder / FACTS).read_bytes()
    except FileNotFoundError:
        return RunFolder(folder, None, (Flaw(FACTS, Change.MISSING),))
    except OSError as error:
        return RunFolder(folder, None, (Flaw(FACTS, Change.UNREADABLE, why(error)),))
    facts = _facts(raw)
    if facts is None:
        return RunFolder(folder, None, (Flaw(FACTS, Change.MODIFIED),))
    flaws = _flaws(folder, raw, facts)
    if flaws:
        return RunFolder(folder, None, flaws, facts)
    return _read(folder, facts)


def _facts(raw: bytes) -> dict[str, Any] | None:
    try:
        facts = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return facts if isinstance(facts, dict) else None


def _flaws(folder: Path, raw: bytes, facts: Mapping[str, Any]) -> tuple[Flaw, ...]:
    name = name_of(folder)
    if facts.get("schema") == OLD_SCHEMA and (name.old or not name.known):
        return ()  # there is nothing to compare with
    if not name.known:
        return (Flaw(folder.name, Change.RENAMED),)
    if not folder.name.endswith(hashlib.sha256(raw).hexdigest()[:16]):
        return (Flaw(FACTS, Change.MODIFIED),)
    try:
        listed = {str(path): str(digest) for path, digest in facts["files"].items()}
        if folder_name(facts["number"], facts["started_at"], raw) != folder.name:
            return (Flaw(folder.name, Change.RENAMED),)
        if facts["candidate"] != folder.parent.name:
            return (Flaw(folder.name, Change.ELSEWHERE, str(facts["candidate"])),)
    except _MALFORMED:
        return (Flaw(FACTS, Change.UNREADABLE, _("forme inattendue")),)
    present = set(file_names(folder)) - {FACTS}
    changes = [
        *(_compared(folder, path, digest) for path, digest in listed.items() if path in present),
        *(Flaw(path, Change.MISSING) for path in listed if path not in present),
        *(Flaw(path, Change.ADDED) for path in present if path not in listed),
    ]
    return tuple(sorted((flaw for flaw in changes if flaw), key=lambda flaw: flaw.name))


def _compared(folder: Path, path: str, digest: str) -> Flaw | None:
    file = folder / path
    try:
        same = file.is_file() and not file.is_symlink() and sha256_of_file(file) == digest
    except OSError as error:
        return Flaw(path, Change.UNREADABLE, why(error))
    return None if same else Flaw(path, Change.MODIFIED)


def _read(folder: Path, facts: dict[str, Any]) -> RunFolder:
    """Reads what the hashes vouch for, or what an older version wrote."""
    if facts.get("schema") == OLD_SCHEMA:
        facts = {**facts, "pack_sha256": facts.get("grader_sha256", "")}
    elif facts.get("schema") != SCHEMA:
        detail = _("format « {found} », attendu « {wanted} »").format(found=facts.get("schema"), wanted=SCHEMA)
        return RunFolder(folder, None, (Flaw(FACTS, Change.UNREADABLE, detail),), facts)
    try:
        run = replace(_RUN.validate_python({**facts, "events": ()}), id=folder.name)
    except _MALFORMED:
        return RunFolder(folder, None, (Flaw(FACTS, Change.UNREADABLE, _("forme inattendue")),), facts)
    try:
        lines = (folder / TRANSCRIPT).read_bytes().split(b"\n")
        run = replace(run, events=_EVENTS.validate_python(tuple(json.loads(line) for line in lines if line)))
        results(run)
    except FileNotFoundError:
        return RunFolder(folder, None, (Flaw(TRANSCRIPT, Change.MISSING),), facts)
    except OSError as error:
        return RunFolder(folder, None, (Flaw(TRANSCRIPT, Change.UNREADABLE, why(error)),), facts)
    except _MALFORMED:
        return RunFolder(folder, None, (Flaw(TRANSCRIPT, Change.UNREADABLE, _("forme inattendue")),), facts)
    return RunFolder(folder, run)


def lab_ids_of(folders: Iterable[RunFolder]) -> set[str]:
    """Returns the labs that the intact runs are of; where none is intact, those that the others name."""
    known = list(folders)
    intact = {folder.run.lab for folder in known if folder.run}
    return intact or {str(folder.told["lab"]) for folder in known if "lab" in folder.told}
