"""Packing: from a work folder to the zip that is handed in, with its label and its receipt.

The zip is made from the very tree that intake would make of it, so what is packed is what will be examined.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from etabli.exam.contract.errors import UsageProblem
from etabli.lab.manifest import Lab
from etabli.reception.declaration import SCHEMA, declared_candidate
from etabli.reception.intake import take_in
from etabli.reception.kept_submissions import zipped
from etabli.reception.submission import DECLARATION, Submission
from etabli.runs.evidence import write_atomically
from etabli.system.disk import unwritable
from etabli.workspace.files import hashes
from etabli.workspace.memo import WORK, Workspace

_GROUPS = 4


@dataclass(frozen=True)
class Packed:
    """What was packed, for the receipt."""

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

    @property
    def code(self) -> str:
        """Sixteen digits of the SHA-256, short enough to copy by hand."""
        return _code(self.sha256)


def default_name(workspace: Workspace) -> str:
    """Returns the usual name of the zip: whose, then which lab."""
    return f"{workspace.memo.candidate}-{workspace.memo.lab}.zip"


def pack(workspace: Workspace, out: Path, at: datetime) -> Packed:
    """Packs the work folder into a zip, and writes its receipt beside it.

    Args:
        workspace: Whose work.
        out: The zip to write; an older one of the same candidate is replaced.
        at: When, with a time zone.

    Raises:
        RejectedSubmission: The work could not be examined: a link, too many files, too heavy.
        UsageProblem: There is nothing to hand in, the zip would replace something else, or it cannot be written.
    """
    lab = workspace.lab()
    work = workspace.present_work()
    _only_over_an_older_one(workspace, out)
    with tempfile.TemporaryDirectory(prefix="etabli-rendu-") as temporary:
        submission = take_in(work, lab, Path(temporary) / WORK)
        if not set(submission.paths) - {DECLARATION}:
            raise UsageProblem(f"« {work} » est vide : il n'y a rien à rendre.")
        data = zipped(submission, {DECLARATION: _label(workspace, submission)})
    packed = Packed(
        path=out,
        lab=lab.id,
        lab_version=lab.manifest.version,
        session=workspace.memo.session,
        candidate=workspace.memo.candidate,
        files=len(set(submission.paths) - {DECLARATION}),
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        at=at,
        warnings=(*_warnings(workspace, submission), *_replaced(out, data)),
    )
    try:
        write_atomically(out, data)
        write_atomically(receipt_path(out), receipt(packed).encode())
    except OSError as error:
        raise unwritable(out, error, "choisissez un autre fichier avec « -o »") from error
    return packed


def _only_over_an_older_one(workspace: Workspace, out: Path) -> None:
    if out.exists() and (declared_candidate(out) or "").lower() != workspace.memo.candidate.lower():
        raise UsageProblem(
            f"« {out} » existe et n'est pas un rendu de « {workspace.memo.candidate} » : choisissez un autre fichier "
            "avec « -o », ou supprimez-le."
        )


def _label(workspace: Workspace, submission: Submission) -> bytes:
    entry = workspace.lab().entry(submission.paths)
    memo = workspace.memo
    facts = {
        "schema": SCHEMA,
        "lab": memo.lab,
        "lab_version": workspace.lab().manifest.version,
        "data_version": memo.data_version,
        "session": memo.session,
        "candidate": memo.candidate,
        "seed_fingerprint": memo.seed_fingerprint,
        "runtime": entry.runtime.id if entry else None,
    }
    return (json.dumps(facts, ensure_ascii=False, indent=1) + "\n").encode()


def _warnings(workspace: Workspace, submission: Submission) -> tuple[str, ...]:
    found = []
    lab = workspace.lab()
    if lab.manifest.asked:
        found += _of_what_is_asked(lab, submission)
    elif lab.entry(submission.paths) is None:
        wanted = ", ".join(path for runtime in lab.manifest.runtimes for path in runtime.entries)
        found.append(f"Il n'y a pas de fichier d'entrée ({wanted}) : rien ne pourra démarrer à la vérification.")
    if workspace.memo.starter and hashes(workspace.work) == workspace.memo.starter:
        found.append("Rien n'a changé depuis le point de départ : avez-vous enregistré vos fichiers ?")
    return tuple(found)


def _of_what_is_asked(lab: Lab, submission: Submission) -> list[str]:
    """Says what is not there yet, or there twice: nothing is refused, for each palier counts alone."""
    found = lab.asked(submission.paths)
    said = []
    for asked in lab.manifest.asked:
        paths = found[asked.id]
        if not paths:
            missing = "Palier {palier} : il n'y a pas encore « {title} » ({names})."
            palier, names = asked.palier.value.capitalize(), ", ".join(asked.names)
            said.append(missing.format(palier=palier, title=asked.title, names=names))
        elif len(paths) > 1:
            twice = "« {title} » est là plusieurs fois ({paths}) : gardez un seul fichier."
            said.append(twice.format(title=asked.title, paths=", ".join(paths)))
    return said


def _replaced(out: Path, data: bytes) -> tuple[str, ...]:
    try:
        former = out.read_bytes()
    except OSError:
        return ()
    if former == data:
        return ()
    return (
        (
            f"« {out.name} » existait avec un autre contenu (code {_code(hashlib.sha256(former).hexdigest())}) : il "
            "est remplacé. Si vous l'aviez déjà déposé, déposez celui-ci à sa place."
        ),
    )


def _code(sha256: str) -> str:
    digits = sha256[: 4 * _GROUPS].upper()
    return " ".join(digits[place : place + 4] for place in range(0, len(digits), 4))


def receipt_path(out: Path) -> Path:
    """Returns where the receipt of a zip is written."""
    return out.with_name(f"{out.stem}.recu.txt")


def receipt(packed: Packed) -> str:
    """Returns the receipt: what was packed, when, and the digits by which anybody can recognise it."""
    lines = [
        ("TP", f"{packed.lab} (version {packed.lab_version})"),
        ("Session", packed.session),
        ("Candidat", packed.candidate),
        ("Fichier", packed.path.name),
        ("Contenu", f"{packed.files} fichiers, {-(-packed.size // 1000)} Ko"),
        ("Fait le", _when(packed.at)),
        ("Code", packed.code),
        ("SHA-256", packed.sha256),
    ]
    width = max(len(name) for name, _value in lines)
    body = "\n".join(f"{name:<{width}}  {value}" for name, value in lines)
    return "Reçu" + f"\n\n{body}\n\n" + _closing() + "\n"


def _when(at: datetime) -> str:
    offset = at.isoformat(timespec="seconds")[-6:]
    return f"{at:%d/%m/%Y} à {at:%H:%M:%S} (UTC{offset})"


def _closing() -> str:
    return (
        "Le code reconnaît ce fichier et lui seul : le même travail donne le même code, un octet changé un autre.\n"
        "Rien n'est encore déposé : déposez le fichier .zip là où votre enseignant le demande."
    )
