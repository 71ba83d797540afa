"""Kept submissions: what was examined stays beside its runs, so that it can be examined again.

``<out>/<candidate>/rendus/<first 16 digits of the submission's SHA-256>.zip`` holds the fresh tree that intake made,
never the deposit itself: a rejected deposit, which intake did not take in, is not kept. Taken in again, a kept
submission has the same SHA-256. One that a run already kept, and that nobody changed, is not written twice.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from etabli.exam.contract.errors import RejectedSubmission
from etabli.lab.manifest import Lab
from etabli.reception.intake import take_in
from etabli.reception.submission import Deposit, Submission
from etabli.runs.evidence import write_results
from etabli.runs.folder import read_run_folder
from etabli.runs.run import run_folders
from etabli.runs.store import KEPT
from etabli.system.disk import room_on_disk, unwritable
from etabli.system.temporary import temporary_folder

_DIGITS = 16
_EPOCH = (1980, 1, 1, 0, 0, 0)
_REGULAR_FILE = 0o100644 << 16
_UNIX = 3


def kept_path(out: Path, candidate: str, sha256: str) -> Path:
    """Returns where a candidate's submission is kept, whether or not it is there."""
    return out / candidate / KEPT / f"{sha256[:_DIGITS]}.zip"


def kept_deposit(out: Path, candidate: str, sha256: str, lab: Lab) -> Deposit:
    """Returns a kept submission as a deposit to grade again.

    Raises:
        RejectedSubmission: It is gone, no longer what it was, or not to be read; the message says which.
    """
    path = kept_path(out, candidate, sha256)
    if not path.is_file():
        raise RejectedSubmission("le rendu gardé n'est plus là")
    try:
        same = _taken_in(deposit := Deposit(candidate, path, kept=True), lab) == sha256
    except RejectedSubmission as refusal:
        cause, _colon, _advice = str(refusal).removesuffix(".").partition(" : ")  # advice is for whoever handed it in
        raise RejectedSubmission(f"le rendu gardé ne se lit pas ({cause})") from refusal
    if not same:
        raise RejectedSubmission("le rendu gardé a été modifié")
    return deposit


def holds(deposit: Deposit, sha256: str, lab: Lab) -> bool:
    """Tells whether a deposit is the submission of this hash, once taken in."""
    with suppress(RejectedSubmission, OSError):
        return _taken_in(deposit, lab) == sha256
    return False


def _taken_in(deposit: Deposit, lab: Lab) -> str:
    with temporary_folder() as folder:
        return take_in(deposit.source, lab, folder / "rendu", as_is=deposit.kept).sha256


def keep(submission: Submission, out: Path, candidate: str) -> Path:
    """Keeps a submission while its tree is still there; returns the zip, whole and in place.

    Raises:
        DiskFull: There is no room for it.
        UsageProblem: Something that is not ours stands in its place.
    """
    path, data = kept_path(out, candidate, submission.sha256), zipped(submission)
    try:
        with room_on_disk(out):
            if not path.is_file() or path.read_bytes() != data:
                write_results(path, data)
    except (IsADirectoryError, FileExistsError, NotADirectoryError) as error:
        raise unwritable(path, error, "retirez ce qui est à sa place") from error
    return path


def forget_unused(out: Path, candidate: str) -> None:
    """Removes the kept submissions of a candidate that none of the runs beside them has examined.

    Where one of the runs cannot be read, nobody knows, and all are kept.
    """
    kept = [*(out / candidate / KEPT).glob("*.zip")]
    runs = [read_run_folder(folder).run for folder in run_folders(out / candidate)] if kept else []
    if None in runs:
        return
    used = {(run.submission_sha256 or "")[:_DIGITS] for run in runs if run}
    for path in kept:
        if path.stem not in used:
            path.unlink(missing_ok=True)


def zipped(submission: Submission, first: Mapping[str, bytes] | None = None) -> bytes:
    """Zips a tree so that the same tree always gives the same bytes.

    Args:
        submission: The tree.
        first: Files to put before it, and instead of those of the same path.
    """
    first = first or {}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in first.items():
            _add(archive, path, data)
        for path in (path for path in submission.paths if path not in first):
            _add(archive, path, (submission.tree / path).read_bytes())
    return buffer.getvalue()


def _add(archive: zipfile.ZipFile, path: str, data: bytes) -> None:
    info = zipfile.ZipInfo(path, _EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = _UNIX
    info.external_attr = _REGULAR_FILE
    archive.writestr(info, data)
