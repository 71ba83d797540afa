"""The works of a class: who handed what in, its files as they were examined, and the evidence beside a criterion."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.outcome import Outcome, Status
from etabli.lab.manifest import Lab
from etabli.reception.hand_in import HandInState, read_hand_ins
from etabli.reception.kept_submissions import kept_path
from etabli.referentiel.model import Referentiel
from etabli.reports.payload import EvidenceItem, Payload
from etabli.reports.pictures import Album, Proof
from etabli.runs.identifier import is_same_candidate

RESULTS = "resultats.json"
LARGEST = 8_000_000
"""Bytes of a file that is shown."""
_SHOWN = 6
"""Pieces of evidence of one criterion."""
_NOT_THERE = {
    HandInState.MISSING: "non rendu",
    HandInState.EXCUSED: "absent justifié",
}
_TEXT = (".md", ".txt", ".csv", ".php", ".py", ".html", ".htm", ".css", ".js", ".sql", ".conf", ".json", ".ini", "")


@dataclass(frozen=True)
class Work:
    """What one learner handed in, as it was examined."""

    candidate: str
    digest: str | None
    """SHA-256 of what was examined; ``None`` when there is nothing to look at."""
    why_not: str
    """Why there is nothing to look at, in two words or a sentence."""
    out: Path
    payload: Payload | None

    @cached_property
    def zip(self) -> Path | None:
        """The kept copy, if it is there."""
        path = kept_path(self.out, self.candidate, self.digest) if self.digest else None
        return path if path and path.is_file() else None

    @cached_property
    def files(self) -> tuple[str, ...]:
        """The paths of its files."""
        if self.zip is None:
            return ()
        with suppress(OSError, zipfile.BadZipFile), zipfile.ZipFile(self.zip) as archive:
            return tuple(sorted(name for name in archive.namelist() if not name.endswith("/")))
        return ()

    def content(self, path: str) -> bytes | None:
        """Returns a file; ``None`` when there is none of this name, or it is too large to be shown."""
        if self.zip is None:
            return None
        with suppress(OSError, zipfile.BadZipFile, KeyError, RuntimeError), zipfile.ZipFile(self.zip) as archive:
            if archive.getinfo(path).file_size <= LARGEST:
                return archive.read(path)
        return None

    def proofs(self, checks: frozenset[str]) -> list[Proof]:
        """Returns the evidence that these checks kept: those of what failed first, for they show what is doubtful."""
        if self.payload is None:
            return []
        own = [one for one in self.payload["checks"] if one["id"] in checks]
        ordered = sorted(own, key=lambda one: one["outcome"] == Outcome.PASSED)
        items: dict[str, EvidenceItem] = {
            proof["sha256"]: proof for one in ordered for proof in one["evidence"] if proof["kind"] != "rows"
        }
        shown = Album(self.out, linked=False).proofs(list(items.values())[: 2 * _SHOWN])
        return [one for one in shown if one.image or one.text][:_SHOWN]


def works_of(out: Path, lab: Lab) -> list[Work]:
    """Reads who handed what in, as the class page shows it.

    Raises:
        UsageProblem: There are no results of this lab there.
        RunFolderError: The list of hand-ins is damaged.
    """
    told = _results(out)
    if told["lab"].get("id") != lab.id:
        raise UsageProblem(
            f"« {out} » a les résultats de « {told['lab'].get('id')} », et non de « {lab.id} » : donnez l'autre TP, ou "
            "l'autre dossier."
        )
    found = {one["candidate"]: _work(out, one) for one in told["results"]}
    hand_ins = read_hand_ins(out)
    for entry in hand_ins.entries if hand_ins else ():
        if not any(is_same_candidate(entry.candidate, name) for name in found):
            early = hand_ins is not None and hand_ins.early and entry.state is HandInState.MISSING
            said = "pas encore rendu" if early else _NOT_THERE.get(entry.state, "rendu, pas encore vérifié")
            found[entry.candidate] = Work(entry.candidate, None, said, out, None)
    return [found[name] for name in sorted(found, key=lambda name: (name.casefold(), name))]


def _results(out: Path) -> dict[str, Any]:
    try:
        told: dict[str, Any] = json.loads((out / RESULTS).read_text("utf-8"))
        if not (isinstance(told["lab"], dict) and isinstance(told["results"], list)):
            raise ValueError
        return told
    except FileNotFoundError as error:
        raise UsageProblem(
            f"« {out} » n'a pas de résultats : lancez d'abord « etabli grade », ou donnez le dossier qu'il a écrit."
        ) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageProblem(
            f"« {out / RESULTS} » est abîmé : relancez « etabli grade » vers ce dossier, qui l'écrit de nouveau."
        ) from error


def _work(out: Path, payload: Payload) -> Work:
    digest = payload["submission_sha256"]
    why_not = ""
    if payload["status"] == Status.MODIFIED:
        digest, why_not = None, payload["reason"] or "modifié depuis la vérification"
    elif digest is None:
        why_not = "refusé à la réception"
    return Work(payload["candidate"], digest, why_not, out, payload)


def checks_beside(referentiel: Referentiel, lab: str, criterion: str) -> frozenset[str]:
    """Returns the checks whose evidence helps to look at a criterion: those that show the same observable criteria."""
    shared = referentiel.criteria_of(lab, criterion)
    return frozenset(check for one in shared for check in one.constats.get(lab, ()))


def where(lab: Lab, criterion: str, paths: Sequence[str]) -> tuple[str, ...]:
    """Returns the files of a work in which a criterion is looked at.

    The one asked for whose name begins the criterion's (« note-lue » is read in « note »), else all that was asked
    for, else the entry of the application.
    """
    asked = {name: found for name, found in lab.asked(paths).items() if found}
    own = asked.get(criterion.partition("-")[0])
    if own:
        return own
    if asked:
        return tuple(path for found in asked.values() for path in found)
    entry = lab.entry(paths)
    return (entry.path,) if entry else tuple(paths[:1])


def is_text(path: str) -> bool:
    """Tells whether a file is shown as text."""
    return PurePosixPath(path).suffix.lower() in _TEXT
