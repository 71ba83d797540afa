"""Which référentiel is in force: the centre's own file, kept under its SHA-256, else Établi's.

Files that a centre brought are never overwritten: what was proposed or sealed by one of them names it by its hash, and
finds it again. ``actif`` holds the hash of the one in force.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from etabli.exam.contract.errors import LabError, UsageProblem
from etabli.referentiel.model import Competence, Referentiel, misfits
from etabli.runs.evidence import write_atomically
from etabli.system.disk import unwritable, why
from etabli.system.settings import home_path, repository
from etabli.system.yaml_files import read_yaml

_ACTIVE = "actif"
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class InForce:
    """The référentiel that counts, and where it is."""

    path: Path
    sha256: str
    """Of the file's bytes."""
    own: bool
    """Whether it is the centre's."""
    referentiel: Referentiel


def folder() -> Path:
    """Returns where a centre's files are kept, made or not."""
    return home_path() / "referentiel"


def in_force() -> InForce:
    """Reads the référentiel that counts.

    Raises:
        LabError: It is missing, damaged, or says something that it may not.
    """
    digest = _active(folder())
    path = folder() / f"{digest}.yaml" if digest else repository() / "course" / "referentiel.yaml"
    try:
        found = digest_of(path.read_bytes())
    except OSError as error:
        raise LabError(f"Le référentiel « {path} » ne peut pas être lu ({why(error)}) : {_REMEDY}") from error
    if digest not in (None, found):
        raise LabError(f"Le référentiel « {path} » n'est plus celui qui a été importé : {_REMEDY}")
    return InForce(path, found, digest is not None, _read(path, found))


_REMEDY = "importez-le de nouveau, ou lancez « etabli referentiel import --etabli » pour revenir à celui d'Établi."


@cache
def _read(path: Path, digest: str) -> Referentiel:
    """Reads a file once for each state of it."""
    return read_yaml(path, Referentiel, misfits)


def _active(home: Path) -> str | None:
    try:
        digest = (home / _ACTIVE).read_text("ascii").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError):
        digest = ""
    if not _DIGEST.fullmatch(digest):
        raise LabError(f"« {home / _ACTIVE} » est abîmé : {_REMEDY}")
    return digest


def digest_of(content: bytes) -> str:
    """Returns by what a référentiel is named for good: the SHA-256 of its file."""
    return hashlib.sha256(content).hexdigest()


def competences() -> dict[str, Competence]:
    """Reads the competences by code, in the référentiel's order.

    Raises:
        LabError: The référentiel in force is missing or wrong.
    """
    return dict(in_force().referentiel.competences)


def bring(content: bytes) -> str:
    """Keeps a centre's file, already found right, and puts it in force; returns its SHA-256.

    Raises:
        UsageProblem: It cannot be written.
        DiskFull: There is no room for it.
    """
    digest = digest_of(content)
    _write(folder() / f"{digest}.yaml", content)
    _write(folder() / _ACTIVE, f"{digest}\n".encode())
    return digest


def give_up() -> bool:
    """Puts Établi's own in force again; what was imported is kept. Tells whether another one was.

    Raises:
        UsageProblem: It cannot be done there.
    """
    try:
        (folder() / _ACTIVE).unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise UsageProblem(f"« {folder()} » ne peut pas être changé ({why(error)}) : réglez ETABLI_HOME.") from error
    return True


def _write(path: Path, content: bytes) -> None:
    try:
        write_atomically(path, content)
    except OSError as error:
        raise unwritable(path, error, "réglez ETABLI_HOME sur un dossier à vous, puis relancez") from error
