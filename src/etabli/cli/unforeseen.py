"""What no sentence was written for: a mistake of ours, kept in a file and told in one sentence."""

from __future__ import annotations

import errno
import os
import platform
import sys
import traceback
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from etabli.exam.contract.errors import DiskFull, EtabliError, UsageProblem
from etabli.system.disk import disk_full, is_full, why, write_new
from etabli.system.settings import home

FOLDER = "journaux"
DEBUG = "ETABLI_DEBUG"
_KEPT = 20
_REFUSALS = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ENAMETOOLONG, errno.EIO})

_LOOP = "Symlink loop from "
"""How ``Path.resolve`` says it before Python 3.13."""


def debugging() -> bool:
    """Tells whether the user is a developer who wants tracebacks (``ETABLI_DEBUG=1``)."""
    return os.environ.get(DEBUG, "") not in ("", "0")


def foreseen(error: Exception) -> EtabliError | None:
    """Returns the error of ours that a refusal of the disk stands for; ``None`` for anything else."""
    if isinstance(error, RuntimeError) and str(error).startswith(_LOOP):
        return UsageProblem(f"Une boucle de liens empêche de lire {str(error)[len(_LOOP) :]} : retirez-la.")
    named = isinstance(error, OSError) and error.filename
    if is_full(error, Path.cwd()):
        return disk_full(Path(str(named))) if named else DiskFull()
    if isinstance(error, OSError) and named and error.errno in _REFUSALS:
        return UsageProblem(
            f"« {named} » ne peut pas être lu ou écrit ({why(error)}) : vérifiez ce chemin et vos droits, puis "
            "relancez."
        )
    return None


def sentence(error: Exception) -> str:
    """Keeps the details of an unforeseen error and returns what to tell the user."""
    what = f"{type(error).__name__} : {error}" if str(error) else type(error).__name__
    brief = " ".join(what.split())[:160]
    try:
        kept = keep(error)
    except (OSError, EtabliError):
        return (
            f"Erreur inattendue d'Établi ({brief}) : relancez avec « {DEBUG}=1 » et envoyez ce qui s'affiche "
            "aux auteurs d'Établi."
        )
    return (
        f"Erreur inattendue d'Établi ({brief}) : relancez la commande ; si cela se répète, envoyez le fichier "
        f"« {kept} » aux auteurs d'Établi."
    )


def keep(error: Exception) -> Path:
    """Writes the traceback to ``ETABLI_HOME/journaux/``, for this account alone, and forgets the oldest ones.

    Raises:
        OSError: It cannot be written.
        EtabliError: There is no folder to write it to.
    """
    folder = home() / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"erreur-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}.txt"
    write_new(path, f"{_facts()}\n\n{''.join(traceback.format_exception(error))}")
    for old in sorted(folder.glob("erreur-*.txt"))[:-_KEPT]:
        old.unlink(missing_ok=True)
    return path


def _facts() -> str:
    """Says which command of which version; not its arguments, which may name people."""
    command = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    try:
        ours = version("etabli")
    except PackageNotFoundError:
        ours = "?"
    return f"etabli {ours}, commande « {command} », Python {platform.python_version()}, {platform.platform()}"
