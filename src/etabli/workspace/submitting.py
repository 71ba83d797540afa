"""Submitting: from a work folder to the zip that is handed in, with its label and its receipt.

The zip is made from the very tree that intake would make of it, so what is handed in is what will be examined.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from etabli.exam.contract.errors import UsageProblem
from etabli.lab.manifest import Lab, shown_lab
from etabli.lab.surroundings import Surroundings
from etabli.reception.declaration import SCHEMA, declared_candidate
from etabli.reception.intake import take_in
from etabli.reception.kept_submissions import zipped
from etabli.reception.submission import DECLARATION, Submission
from etabli.runs.evidence import write_atomically
from etabli.system.disk import unwritable
from etabli.system.temporary import temporary_folder
from etabli.workspace.files import hashes
from etabli.workspace.notes import notes_of
from etabli.workspace.workspace import WORK, Workspace

_GROUPS = 4
_CODE = "Le code reconnaît ce fichier et lui seul : le même travail donne le même code, un octet changé un autre."
_STILL_TO_DEPOSIT = "Rien n'est encore déposé : déposez le fichier .zip là où votre enseignant le demande."
_DEPOSITED = "Ce dépôt est gardé dans la salle : vous n'avez rien d'autre à faire."


@dataclass(frozen=True)
class Receipt:
    """What was made to be handed in, and the digits by which anybody can recognise it."""

    path: Path
    lab: str
    lab_version: str
    session: str
    candidate: str
    files: int
    size: int
    sha256: str
    at: datetime
    """In the machine's own time zone."""
    warnings: tuple[str, ...] = ()
    began: datetime | None = None
    """When a rehearsal of so many minutes began."""
    minutes: int | None = None
    deposited: bool = False
    """It is where it has to be: in a room."""

    @property
    def code(self) -> str:
        """Sixteen digits of the SHA-256, short enough to copy by hand."""
        return code_of(self.sha256)

    @property
    def text_path(self) -> Path:
        """Where the receipt is written, beside the zip."""
        return self.path.with_name(f"{self.path.stem}.recu.txt")

    def text(self) -> str:
        """Returns the receipt as it is written and shown."""
        offset = self.at.isoformat(timespec="seconds")[-6:]
        lines = {
            "TP": f"{self.lab} (version {self.lab_version})",
            "Session": self.session,
            "Candidat": self.candidate,
            "Fichier": self.path.name,
            "Contenu": f"{self.files} fichiers, {-(-self.size // 1000)} Ko",
            **self._times(),
            "Fait le": f"{self.at:%d/%m/%Y} à {self.at:%H:%M:%S} (UTC{offset})",
            "Code": self.code,
            "SHA-256": self.sha256,
        }
        width = max(map(len, lines))
        body = "\n".join(f"{name:<{width}}  {value}" for name, value in lines.items())
        return f"Reçu\n\n{body}\n\n{_CODE}\n{_DEPOSITED if self.deposited else _STILL_TO_DEPOSIT}\n"

    def _times(self) -> dict[str, str]:
        """When it began, and how long it took."""
        if self.began is None or self.minutes is None:
            return {}
        began = self.began.astimezone(self.at.tzinfo)
        spent = int((self.at - began).total_seconds() // 60)
        told = f"{spent} min, pour {self.minutes} min prévues"
        return {"Commencé le": f"{began:%d/%m/%Y} à {began:%H:%M:%S}", "Durée": told}


def default_name(workspace: Workspace) -> str:
    """Returns the usual name of the zip: whose, then which lab."""
    return f"{workspace.memo.candidate}-{workspace.memo.lab}.zip"


def write_submission(workspace: Workspace, out: Path, at: datetime) -> Receipt:
    """Makes a zip of the work folder, and writes its receipt beside it.

    Args:
        workspace: Whose work.
        out: The zip to write; an older one of the same candidate is replaced.
        at: When, with a time zone.

    Raises:
        RejectedSubmission: The work could not be examined: a link, too many files, too heavy.
        UsageProblem: There is nothing to hand in, the zip would replace something else, or it cannot be written.
    """
    lab, memo, work = shown_lab(workspace.memo.lab), workspace.memo, workspace.present_work()
    _only_over_an_older_one(workspace, out)
    with temporary_folder() as temporary:
        submission = take_in(work, lab, temporary / WORK)
        files = len(set(submission.paths) - {DECLARATION})
        if not files:
            raise UsageProblem(f"Le dossier « {work.name} » est vide : il n'y a rien à rendre.")
        data = zipped(submission, {DECLARATION: _label(workspace, lab, submission)})
    receipt = Receipt(
        path=out,
        lab=lab.id,
        lab_version=lab.manifest.version,
        session=memo.session,
        candidate=memo.candidate,
        files=files,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        at=at,
        began=memo.began_at,
        minutes=memo.minutes,
        warnings=(*_warnings(workspace, lab, submission), *_replaced(out, data)),
        deposited=memo.surroundings is Surroundings.ROOM,
    )
    try:
        write_atomically(out, data)
        write_atomically(receipt.text_path, receipt.text().encode())
    except OSError as error:
        raise unwritable(out, error, "choisissez un autre fichier avec « -o »") from error
    return receipt


def _only_over_an_older_one(workspace: Workspace, out: Path) -> None:
    if out.exists() and (declared_candidate(out) or "").lower() != workspace.memo.candidate.lower():
        raise UsageProblem(
            f"« {out} » existe et n'est pas un rendu de « {workspace.memo.candidate} » : choisissez un autre fichier "
            "avec « -o », ou supprimez-le."
        )


def _label(workspace: Workspace, lab: Lab, submission: Submission) -> bytes:
    entry, memo = lab.entry(submission.paths), workspace.memo
    facts = {
        "schema": SCHEMA,
        "lab": memo.lab,
        "lab_version": lab.manifest.version,
        "data_version": memo.data_version,
        "session": memo.session,
        "candidate": memo.candidate,
        "seed_fingerprint": memo.seed_fingerprint,
        "runtime": entry.runtime.id if entry else None,
        **({"noted": noted} if (noted := notes_of(workspace)) else {}),
    }
    return (json.dumps(facts, ensure_ascii=False, indent=1) + "\n").encode()


def _warnings(workspace: Workspace, lab: Lab, submission: Submission) -> Iterator[str]:
    if lab.manifest.asked:
        yield from _of_what_is_asked(lab, submission)
    elif lab.entry(submission.paths) is None:
        wanted = ", ".join(path for runtime in lab.manifest.runtimes for path in runtime.entries)
        yield f"Il n'y a pas de fichier d'entrée ({wanted}) : rien ne pourra démarrer à la vérification."
    if workspace.memo.starter and hashes(workspace.work) == workspace.memo.starter:
        yield "Rien n'a changé depuis le point de départ : avez-vous enregistré vos fichiers ?"


def _of_what_is_asked(lab: Lab, submission: Submission) -> Iterator[str]:
    """Says what is not there yet, or there twice: nothing is refused, for each palier counts alone."""
    found = lab.asked(submission.paths)
    for asked in lab.manifest.asked:
        paths = found[asked.id]
        if not paths:
            palier, names = asked.palier.value.capitalize(), ", ".join(asked.names)
            yield f"Palier {palier} : il n'y a pas encore « {asked.title} » ({names})."
        elif len(paths) > 1:
            yield f"« {asked.title} » est là plusieurs fois ({', '.join(paths)}) : gardez un seul fichier."


def _replaced(out: Path, data: bytes) -> Iterator[str]:
    try:
        former = out.read_bytes()
    except OSError:
        return
    if former != data:
        code = code_of(hashlib.sha256(former).hexdigest())
        yield (
            f"« {out.name} » existait avec un autre contenu (code {code}) : il est remplacé. "
            "Si vous l'aviez déjà déposé, déposez celui-ci à sa place."
        )


def code_of(sha256: str) -> str:
    """Returns the digits of a SHA-256 that a receipt shows."""
    digits = sha256[: 4 * _GROUPS].upper()
    return " ".join(digits[place : place + 4] for place in range(0, len(digits), 4))
