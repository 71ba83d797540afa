"""The scratch folder of a batch: submission trees and half-made run folders, gone when the batch ends.

It lives inside the output folder (so that freezing a run is one rename). What a killed batch left there is removed by
the next one, with the files that it did not finish beside the runs and the submissions that it did not examine. One
batch at a time writes to an output folder, which is its user's alone once results are in it.
"""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from etabli.exam.contract.errors import UsageProblem
from etabli.reception.kept_submissions import forget_unused
from etabli.runs.store import KEPT
from etabli.system.disk import close_to_others, unwritable
from etabli.system.held import remove_unfinished

FOLDER = ".travail"
LOCK = ".verrou"


@contextmanager
def scratch_folder(out: Path, token: str) -> Iterator[Path]:
    """Gives an empty folder for one batch, and takes it away.

    Raises:
        UsageProblem: Another batch is writing to this output folder, or it cannot be written.
        DiskFull: There is no room there.
    """
    root = out / FOLDER
    ours = not out.exists() or (out / LOCK).exists()
    try:
        root.mkdir(parents=True, exist_ok=True)
        (out / LOCK).touch()
        for folder in (out, root) if ours else (root,):
            close_to_others(folder)
    except OSError as error:
        raise unwritable(out, error, "choisissez un autre dossier avec « --sortie »") from error
    with _alone(out):
        _remove_left(out)
        folder = root / token
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(root, ignore_errors=True)


def tidy(out: Path) -> None:
    """Removes what a killed batch left in an output folder whose runs are all frozen, unless another one is at work."""
    if (out / FOLDER).is_dir():
        with suppress(UsageProblem, OSError), _alone(out):
            _remove_left(out)
            shutil.rmtree(out / FOLDER, ignore_errors=True)


@contextmanager
def _alone(out: Path) -> Iterator[None]:
    with open(out / LOCK, "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UsageProblem(f"Une autre vérification écrit déjà dans « {out} » : attendez sa fin.") from error
        except OSError as error:  # a share whose locks do not work
            raise unwritable(out, error, "choisissez un autre dossier avec « --sortie »") from error
        yield


def _remove_left(out: Path) -> None:
    for left in (out / FOLDER).iterdir():
        shutil.rmtree(left, ignore_errors=True)
    for place in (out, *out.glob("*/"), *out.glob("*/*/")):
        remove_unfinished(place)
    for kept in out.glob(f"*/{KEPT}"):
        forget_unused(out, kept.parent.name)
