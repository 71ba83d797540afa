"""The files of a workspace: énoncé, data and starter, never over a student's work."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

from etabli.lab.sujet import DATA, DOCUMENTS, Sujet
from etabli.reception.sources import is_junk
from etabli.runs.evidence import write_atomically
from etabli.system.beneath import Found, entered, give, let_read, open_file, walk, write_new
from etabli.system.disk import writable
from etabli.system.temporary import temporary_folder
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
        _make_work(folder)
        with entered(folder / WORK) as work:
            fingerprints = {} if any(_parts_of_work(work)) else _begin(work, sujet, starter)
        _write_company(folder / COMPANY, sujet)
        give_to_owner(folder)
        readable(folder)
    return fingerprints


def _make_work(folder: Path) -> None:
    """Makes the work folder, for whoever owns the workspace."""
    if not (folder / WORK).exists():
        (folder / WORK).mkdir()
        give_to_owner(folder, folder / WORK)


def _begin(work: int, sujet: Sujet, starter: str) -> dict[str, str]:
    """Writes the starter into a work folder, which a terminal may be changing; returns path → SHA-256."""
    written: dict[str, str] = {}
    with temporary_folder() as rendered:
        sujet.write_starter(rendered, starter)
        for path in sorted(path for path in rendered.rglob("*") if path.is_file()):
            name, content = path.relative_to(rendered).as_posix(), path.read_bytes()
            write_new(work, name, content)
            written[name] = hashlib.sha256(content).hexdigest()
    return written


def _write_company(place: Path, sujet: Sujet) -> None:
    """Writes the candidate's company, once: it takes seconds to make, and its work lives elsewhere."""
    path = place / "entreprise.sqlite"
    if not path.exists() and (content := sujet.variant.erp()) is not None:
        write_atomically(path, content)


def work_paths(work: Path) -> list[str]:
    """Returns the files of a work folder that are part of the work, sorted; a link is none."""
    with suppress(OSError), entered(work) as folder:
        return sorted(found.path for found in _parts_of_work(folder) if found.is_file)
    return []


def hashes(work: Path) -> dict[str, str]:
    """Returns path → SHA-256 of the files of a work folder."""
    told: dict[str, str] = {}
    with entered(work) as folder:
        for found in _parts_of_work(folder):
            with suppress(OSError), open(open_file(found.parent, found.name), "rb") as stream:
                told[found.path] = hashlib.file_digest(stream, "sha256").hexdigest()
    return told


def _parts_of_work(work: int) -> Iterator[Found]:
    """Gives all that is part of the work, folders apart."""
    wanted = walk(work, lambda path, facts: not is_junk(PurePosixPath(path)))
    return (found for found in wanted if not found.is_folder)


def readable(folder: Path) -> None:
    """Lets the services, which run under another account, read what is served and loaded."""
    for name in (WORK, DATA, COMPANY):
        with suppress(FileNotFoundError), entered(folder / name) as served:
            let_read(served)


def open_to_services(workspace: Workspace) -> None:
    """Lets a terminal write into the work folder of a workspace that is root's, as it does into anybody else's."""
    if os.geteuid() != 0 or workspace.folder.stat().st_uid != 0:
        return
    with entered(workspace.work) as work:
        if os.fstat(work).st_uid == 0:
            os.fchown(work, NOBODY_S_UID, NOBODY_S_UID)
        for found in walk(work):
            give(found, NOBODY_S_UID, NOBODY_S_UID)


def give_to_owner(folder: Path, *only: Path) -> None:
    """Gives what root wrote to whoever owns the workspace, or the folder that it stands in (a start with « sudo »).

    Args:
        folder: The workspace.
        only: The parts of it that root has just written; without any, all of it.
    """
    if os.geteuid() != 0:
        return
    owner = folder.stat() if folder.stat().st_uid != 0 else folder.parent.stat()
    if owner.st_uid == 0:
        return
    for path in (folder, *only):
        if path.lstat().st_uid == 0:
            os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)
    for path in only or [folder]:
        with suppress(FileNotFoundError, NotADirectoryError), entered(path) as below:
            for found in walk(below):
                give(found, owner.st_uid, owner.st_gid)
