"""The files of a workspace: énoncé, data and starter, never over a student's work."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path, PurePosixPath

from etabli.lab.sujet import DATA, DOCUMENTS, Sujet
from etabli.reception.sources import is_junk
from etabli.runs.evidence import write_atomically
from etabli.system.disk import writable
from etabli.workspace.workspace import HIDDEN, WORK, Workspace

README = "LISEZMOI.txt"
COMPANY = f"{HIDDEN}/pgi"
"""Folder of the candidate's company, whose first start copies it."""
NOBODY_S_UID = 1000
"""The account of services in a workspace that root made for nobody else."""


def write_files(folder: Path, sujet: Sujet, starter: str, *, readme: str, renew: bool = False) -> dict[str, str]:
    """Writes what a student receives: énoncé, data, documents and starter.

    Args:
        folder: The workspace.
        sujet: What the candidate receives.
        starter: Folder of the lab's starter for the way of working chosen.
        readme: Text of ``LISEZMOI.txt``.
        renew: Replace the énoncé and the data of a former version of the lab; the work folder never is, nor a form that
            may have been filled in where it lies.

    Returns:
        Path → SHA-256 of the starter's files; empty when the work folder already held something.

    Raises:
        UsageProblem: The folder cannot be written.
    """
    contents = {**sujet.contents(), README: readme.encode()}
    kept = {name for name in contents if name.startswith(f"{DOCUMENTS}/") and not name.endswith(".html")}
    with writable(folder, "--dossier"):
        for name, content in contents.items():
            if (renew and name not in kept) or not (folder / name).exists():
                write_atomically(folder / name, content)
        if not work_paths(folder / WORK):
            sujet.write_starter(folder / WORK, starter)
            (folder / WORK).mkdir(exist_ok=True)
            fingerprints = hashes(folder / WORK)
        else:
            fingerprints = {}
        _write_company(folder / COMPANY, sujet)
        readable(folder)
        give_to_owner(folder)
    return fingerprints


def _write_company(place: Path, sujet: Sujet) -> None:
    """Writes the candidate's company, once: it takes seconds to make, and its work lives elsewhere."""
    path = place / "entreprise.sqlite"
    if not path.exists() and (content := sujet.variant.erp()) is not None:
        write_atomically(path, content)


def work_paths(work: Path) -> list[str]:
    """Returns the files of a work folder that are part of the work, sorted."""
    found = (path.relative_to(work).as_posix() for path in work.rglob("*") if path.is_file())
    return sorted(name for name in found if not is_junk(PurePosixPath(name)))


def hashes(work: Path) -> dict[str, str]:
    """Returns path → SHA-256 of the files of a work folder."""
    return {name: hashlib.sha256((work / name).read_bytes()).hexdigest() for name in work_paths(work)}


def readable(folder: Path) -> None:
    """Lets the services, which run under another account, read what is served and loaded."""
    for root in filter(Path.is_dir, (folder / name for name in (WORK, DATA, COMPANY))):
        for path in [root, *root.rglob("*")]:
            if not path.is_symlink() and os.geteuid() in (0, path.stat().st_uid):
                mode = path.stat().st_mode
                path.chmod(mode | (0o055 if path.is_dir() else 0o044))


def open_to_services(workspace: Workspace) -> None:
    """Lets a terminal write into the work folder of a workspace that is root's, as it does into anybody else's."""
    if os.geteuid() != 0 or workspace.folder.stat().st_uid != 0:
        return
    for path in [workspace.work, *workspace.work.rglob("*")]:
        if path.lstat().st_uid == 0:
            os.chown(path, NOBODY_S_UID, NOBODY_S_UID, follow_symlinks=False)


def give_to_owner(folder: Path, *only: Path) -> None:
    """Gives what root wrote to whoever owns the workspace, or the folder that it stands in (a start with « sudo »).

    Args:
        folder: The workspace.
        only: The parts of it that root has just written; without any, all of it.
    """
    if os.geteuid() != 0:
        return
    owner = folder.stat() if folder.stat().st_uid != 0 else folder.parent.stat()
    for path in [folder, *(path for part in only or [folder] for path in (part, *part.rglob("*")))]:
        if path.lstat().st_uid == 0 and owner.st_uid != 0:
            os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)
