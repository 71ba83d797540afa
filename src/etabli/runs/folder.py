"""Reading a run folder back: whether it is still what was frozen, and if not, what has changed.

Nothing of a folder that has changed is believed. What this shows is a hand edit, a damaged disk, a cut copy; someone
who computes every hash again is met by a seal, not here.
"""

from __future__ import annotations

import errno
import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, cast

from pydantic import TypeAdapter

from etabli.exam.contract.errors import RunFolderError
from etabli.exam.contract.outcome import Status
from etabli.exam.contract.transcript import Event
from etabli.runs.identifier import is_same_candidate
from etabli.runs.repaired import repaired
from etabli.runs.run import DIGITS, FACTS, MOST, SCHEMA, TRANSCRIPT, Run, file_names, folder_name, name_of
from etabli.runs.scoring import Result, results
from etabli.system.digest import open_regular, sha256_of_file
from etabli.system.disk import why

OLD_SCHEMA = "etabli/run/1"
SAID: Final = 5
"""Changes that a sentence names; the others are counted."""
_RUN = TypeAdapter(Run)
_EVENTS = TypeAdapter(tuple[dict[str, Any], ...])
"""Events as an older Établi may have written them, with fields of its own."""
_RESULT = TypeAdapter(Result)
_ODD = "forme inattendue"
_REPLACED = frozenset({errno.ELOOP, errno.EINVAL, errno.EISDIR})
_MALFORMED = (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError)
"""What a JSON file that is not what we write can raise; pydantic's own error is a ValueError."""


class FlawKind(StrEnum):
    """What happened to a part of a run folder since it was frozen."""

    MODIFIED = "modified"
    MISSING = "missing"
    ADDED = "added"
    UNREADABLE = "unreadable"
    RENAMED = "renamed"
    ELSEWHERE = "elsewhere"  #: it is another candidate's
    GONE = "gone"  #: the whole folder, which the index still knows


@dataclass(frozen=True)
class Flaw:
    """One thing that is not what was frozen."""

    name: str
    """Path from the run folder; the folder's own name when that has changed."""
    change: FlawKind
    detail: str = ""

    def sentence(self) -> str:
        """Says it in French, without a full stop."""
        words = {
            FlawKind.GONE: "la vérification « {name} » a disparu",
            FlawKind.MODIFIED: "« {name} » a été modifié",
            FlawKind.MISSING: "« {name} » manque",
            FlawKind.ADDED: "« {name} » a été ajouté",
            FlawKind.UNREADABLE: "« {name} » est illisible ({detail})",
            FlawKind.RENAMED: "le dossier a été renommé « {name} »",
            FlawKind.ELSEWHERE: "« {name} » est la vérification de « {detail} »",
        }
        return words[self.change].format(name=self.name, detail=self.detail)


@dataclass(frozen=True)
class RunFolder:
    """A run folder, read back."""

    path: Path
    run: Run | None
    """None when something has changed: nothing of it is believed."""
    flaws: tuple[Flaw, ...] = ()
    told: Mapping[str, str] = field(default_factory=dict, compare=False)
    """Lab and session, where they are vouched for although something else has changed; only they say whose it was."""

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
        mine = {"lab": self.run.lab, "session": self.run.session} if self.run else dict(self.told)
        return all(
            wanted is None or mine.get(key, wanted) == wanted for key, wanted in (("lab", lab), ("session", session))
        )

    def sentence(self) -> str:
        """Says what has changed since it was frozen."""
        said = [flaw.sentence() for flaw in self.flaws[:SAID]]
        if more := len(self.flaws) - SAID:
            said += [f"et {more} autres"] if more > 0 else []
        return "Modifié depuis la vérification : {flaws}.".format(flaws=", ".join(said))

    def remedy(self) -> str:
        """Says what to do about it."""
        changes = {flaw.change for flaw in self.flaws}
        again = "vérifiez de nouveau ce rendu avec « etabli grade »"
        if changes == {FlawKind.ADDED}:
            return f"Rien n'en est retenu : retirez ce qui a été ajouté, ou {again}."
        if changes <= {FlawKind.RENAMED, FlawKind.ELSEWHERE}:
            return f"Rien n'en est retenu : rendez au dossier son nom et sa place, ou {again}."
        return f"Rien n'en est retenu : {again}."


def read_run(folder: Path) -> Run:
    """Reads a frozen run folder.

    Raises:
        RunFolderError: It is no longer what was frozen; the message says what has changed.
    """
    found = read_run_folder(folder)
    if found.run is None:
        raise RunFolderError(f"{folder} : {found.sentence()} {found.remedy()}")
    return found.run


def read_run_folder(folder: Path) -> RunFolder:
    """Reads a run folder and verifies it: every file by its SHA-256, ``run.json`` by the folder's name."""
    try:
        raw = _content(folder / FACTS)
    except FileNotFoundError:
        return _flawed(folder, FACTS, FlawKind.MISSING)
    except OSError as error:
        return _flawed(folder, FACTS, FlawKind.UNREADABLE, why(error))
    name, facts = name_of(folder), _facts(raw)
    if facts is not None and facts.get("schema") == OLD_SCHEMA and (name.old or not name.known):
        return _read_old(folder, facts)  # there is nothing to compare with
    if not name.known:
        return _flawed(folder, folder.name, FlawKind.RENAMED)
    if facts is None or not folder.name.endswith(hashlib.sha256(raw).hexdigest()[:DIGITS]):
        return _flawed(folder, FACTS, FlawKind.MODIFIED)
    told = {key: facts[key] for key in ("lab", "session") if isinstance(facts.get(key), str)}
    flaws = _flaws(folder, raw, facts)
    return RunFolder(folder, None, flaws, told) if flaws else _read(folder, facts, told)


def _content(path: Path) -> bytes:
    with open_regular(path) as stream:
        content = stream.read(MOST + 1)
    if len(content) > MOST:
        raise OSError(errno.EFBIG, "too big", str(path))
    return content


def _facts(raw: bytes) -> dict[str, Any] | None:
    try:
        facts = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return facts if isinstance(facts, dict) else None


def _flaws(folder: Path, raw: bytes, facts: Mapping[str, Any]) -> tuple[Flaw, ...]:
    """Compares the folder with what an intact ``run.json`` says of it."""
    try:
        listed = {str(path): str(digest) for path, digest in facts["files"].items()}
        if folder_name(facts["number"], facts["started_at"], raw) != folder.name:
            return (Flaw(shown(folder.name), FlawKind.RENAMED),)
        if not is_same_candidate(facts["candidate"], folder.parent.name):
            return (Flaw(shown(folder.name), FlawKind.ELSEWHERE, shown(str(facts["candidate"]))),)
    except _MALFORMED:
        return (Flaw(FACTS, FlawKind.UNREADABLE, _ODD),)
    try:
        present = set(file_names(folder)) - {FACTS}
    except OSError as error:
        return (Flaw(shown(folder.name), FlawKind.UNREADABLE, why(error)),)
    changes = [
        *(_compared(folder, path, digest) for path, digest in listed.items() if path in present),
        *(Flaw(shown(path), FlawKind.MISSING) for path in listed if path not in present),
        *(Flaw(shown(path), FlawKind.ADDED) for path in present if path not in listed),
    ]
    return tuple(sorted((flaw for flaw in changes if flaw), key=lambda flaw: flaw.name))


def _compared(folder: Path, path: str, digest: str) -> Flaw | None:
    try:
        same = sha256_of_file(folder / path) == digest
    except OSError as error:
        if error.errno in _REPLACED:
            return Flaw(shown(path), FlawKind.MODIFIED)
        return Flaw(shown(path), FlawKind.UNREADABLE, why(error))
    return None if same else Flaw(shown(path), FlawKind.MODIFIED)


def _flawed(
    folder: Path, name: str, change: FlawKind, detail: str = "", told: Mapping[str, str] | None = None
) -> RunFolder:
    """A run folder of which nothing is believed, for this one flaw."""
    return RunFolder(folder, None, (Flaw(shown(name), change, detail),), told or {})


def shown(name: str) -> str:
    """Returns a name as text that can be written anywhere, whatever its bytes were."""
    return name.encode("utf-8", "backslashreplace").decode()


def _read_old(folder: Path, facts: Mapping[str, Any]) -> RunFolder:
    """Reads what an older version wrote."""
    if not is_same_candidate(str(facts.get("candidate")), folder.parent.name):
        return _flawed(folder, folder.name, FlawKind.ELSEWHERE, shown(str(facts.get("candidate"))))
    return _read(folder, {**facts, "pack_sha256": facts.get("grader_sha256", ""), "number": 0}, {})


def _read(folder: Path, facts: Mapping[str, Any], told: Mapping[str, str]) -> RunFolder:
    """Reads what the hashes vouch for, or what an older version wrote."""
    if facts.get("schema") not in (SCHEMA, OLD_SCHEMA):
        detail = f"format « {facts.get('schema')} », attendu « {SCHEMA} »"
        return _flawed(folder, FACTS, FlawKind.UNREADABLE, detail, told)
    try:
        run = _RUN.validate_python({**facts, "events": ()})
        run = replace(run, id=folder.name, candidate=folder.parent.name)  # it may be written in another case there
        _be_plausible(run)
    except _MALFORMED:
        return _flawed(folder, FACTS, FlawKind.UNREADABLE, _ODD, told)
    try:
        lines = _content(folder / TRANSCRIPT).split(b"\n")
        events = _EVENTS.validate_python(tuple(json.loads(line) for line in lines if line))
        run = replace(run, events=cast(tuple[Event, ...], events))
        again = repaired(run)
        for result in (*results(run), *(again.results if again else ())):
            _RESULT.validate_python(asdict(result))
            if not math.isfinite(result.duration_ms):
                raise ValueError("numbers")
    except FileNotFoundError:
        return _flawed(folder, TRANSCRIPT, FlawKind.MISSING, told=told)
    except OSError as error:
        return _flawed(folder, TRANSCRIPT, FlawKind.UNREADABLE, why(error), told)
    except _MALFORMED:
        return _flawed(folder, TRANSCRIPT, FlawKind.UNREADABLE, _ODD, told)
    return RunFolder(folder, run)


def _be_plausible(run: Run) -> None:
    """Makes sure that what types do not tell is what reports expect: moments, finite numbers, text that can be written.

    Raises:
        ValueError, OverflowError: It is not.
    """
    datetime.fromisoformat(run.started_at)
    datetime.fromisoformat(run.finished_at)
    if not all(map(math.isfinite, run.phases_ms.values())) or not all(0 <= spec.points < 10**6 for spec in run.checks):
        raise ValueError("numbers")
    json.dumps(replace(run, reason=None).to_json(), ensure_ascii=False).encode()


def lab_ids_of(folders: Iterable[RunFolder]) -> set[str]:
    """Returns the labs that the intact runs are of; where none is intact, those that the others name."""
    known = list(folders)
    intact = {folder.run.lab for folder in known if folder.run}
    return intact or {folder.told["lab"] for folder in known if "lab" in folder.told}
