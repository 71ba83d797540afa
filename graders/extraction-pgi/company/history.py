"""The verified histories of a company in Tryton, kept packed in ``histories/``.

``<name>.sqlite.xz`` is a SQLite database, ``<name>.json`` says what is in it and its SHA-256 once unpacked.
``make histoires-pgi`` makes both, with Tryton itself.
"""

from __future__ import annotations

import hashlib
import json
import lzma
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from etabli.exam.contract.errors import LabError
from etabli.system.settings import repository

FOLDER = Path(__file__).with_name("histories")


def names() -> tuple[str, ...]:
    """Returns the names of the histories, sorted."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.json")))


def load(name: str | None = None) -> bytes:
    """Returns the database of a history, which is the one that was verified: the one of this name, or the first one.

    Raises:
        LabError: It is missing or damaged.
    """
    name = name or next(iter(names()), None)
    if name is None:
        raise LabError(f"Il n'y a aucune histoire d'entreprise dans « {FOLDER} » : lancez « make histoires-pgi ».")
    wanted = facts(name).get("sha256")
    with _verified(FOLDER / f"{name}.sqlite.xz") as path:
        content = lzma.decompress(path.read_bytes())
        if hashlib.sha256(content).hexdigest() != wanted:
            raise ValueError("another history")
    return content


def facts(name: str) -> dict[str, Any]:
    """Returns what was counted in a history: versions, period, counts, sums, SHA-256.

    Raises:
        LabError: It is missing or damaged.
    """
    with _verified(FOLDER / f"{name}.json") as path:
        return {**json.loads(path.read_text(encoding="utf-8"))}


@contextmanager
def _verified(path: Path) -> Iterator[Path]:
    """Says of a file that cannot be read, or is not what it was, how to have it again."""
    try:
        yield path
    except OSError as error:
        raise LabError(_again(path, "manque")) from error
    except (ValueError, TypeError, lzma.LZMAError) as error:
        raise LabError(_again(path, "n'est pas celle qui a été vérifiée")) from error


def _again(path: Path, problem: str) -> str:
    shown = path.relative_to(repository())
    return (
        f"L'histoire d'entreprise « {shown} » {problem} : reprenez-la dans le dépôt avec « git checkout -- {shown} », "
        "ou refaites-la avec « make histoires-pgi »."
    )
