"""The verified histories of a company in Tryton, kept packed in ``images/erp/histories/``.

``<name>.sqlite.xz`` is a SQLite database, ``<name>.json`` says what is in it and its SHA-256 once unpacked.
``make histoires-pgi`` makes both, with Tryton itself.
"""

from __future__ import annotations

import hashlib
import json
import lzma
from pathlib import Path
from typing import Any

from etabli.exam.contract.errors import LabError
from etabli.system.settings import repository


def folder() -> Path:
    """Returns where the histories are."""
    return repository() / "images" / "erp" / "histories"


def names() -> tuple[str, ...]:
    """Returns the names of the histories, sorted."""
    return tuple(sorted(path.stem for path in folder().glob("*.json")))


def load(name: str | None = None) -> bytes:
    """Returns the database of a history: the one of this name, or the first one.

    Raises:
        LabError: There is none, or it is damaged.
    """
    if name is None:
        name = next(iter(names()), None)
    if name is None:
        raise LabError(f"Il n'y a aucune histoire d'entreprise dans « {folder()} » : lancez « make histoires-pgi ».")
    return unpack(name)


def unpack(name: str) -> bytes:
    """Returns the database of a history, which is the one that was verified.

    Raises:
        LabError: It is missing or damaged.
    """
    path = folder() / f"{name}.sqlite.xz"
    wanted = facts(name).get("sha256")
    try:
        content = lzma.decompress(path.read_bytes())
    except OSError as error:
        raise _missing(path) from error
    except lzma.LZMAError as error:
        raise _damaged(path) from error
    if hashlib.sha256(content).hexdigest() != wanted:
        raise _damaged(path)
    return content


def facts(name: str) -> dict[str, Any]:
    """Returns what was counted in a history: versions, period, counts, sums, SHA-256.

    Raises:
        LabError: It is missing or damaged.
    """
    path = folder() / f"{name}.json"
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise _missing(path) from error
    except ValueError as error:
        raise _damaged(path) from error
    if not isinstance(told, dict):
        raise _damaged(path)
    return told


def _missing(path: Path) -> LabError:
    return LabError(
        (
            "L'histoire d'entreprise « {path} » manque : reprenez-la dans le dépôt avec « git checkout -- {path} », "
            "ou refaites-la avec « make histoires-pgi »."
        ).format(path=_shown(path))
    )


def _damaged(path: Path) -> LabError:
    return LabError(
        f"L'histoire d'entreprise « {_shown(path)} » n'est pas celle qui a été vérifiée : reprenez-la dans le dépôt "
        f"avec « git checkout -- {_shown(path)} », ou refaites-la avec « make histoires-pgi »."
    )


def _shown(path: Path) -> str:
    return str(path.relative_to(repository()))
