"""Evidence: what a run kept so that a person can look again."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from etabli.system.disk import close_to_others
from etabli.system.held import unfinished

EXTENSIONS = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "text/plain": ".txt",
    "application/json": ".json",
    "text/html": ".html.txt",
}


@dataclass(frozen=True)
class Evidence:
    """One piece of evidence, stored by its hash."""

    kind: str
    """``screenshot``, ``rows``, ``response``, ``text``, …"""
    caption: str
    path: str
    """Relative to the run folder."""
    sha256: str


class EvidenceStore:
    """The ``evidence/`` folder of a run: content-addressed, written once.

    Args:
        folder: The run folder; files go to its ``evidence/``.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, kind: str, caption: str, media: str, data: bytes) -> Evidence:
        """Writes bytes under the name of their SHA-256 and returns the record of them."""
        digest = hashlib.sha256(data).hexdigest()
        relative = Path("evidence") / f"{digest}{EXTENSIONS.get(media, '.bin')}"
        target = self._folder / relative
        if not target.exists():
            write_atomically(target, data)
        return Evidence(kind=kind, caption=caption, path=relative.as_posix(), sha256=digest)


def write_results(path: Path, data: bytes) -> None:
    """Writes a file of results as :func:`write_atomically`, for its user alone."""
    write_atomically(path, data, mode=0o640)
    close_to_others(path)


def write_atomically(path: Path, data: bytes, *, mode: int = 0o644, owner: tuple[int, int] | None = None) -> None:
    """Writes a file that is either whole or absent, whatever interrupts us; root may give it to its owner."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with unfinished(path.parent) as (descriptor, temporary):
        with open(descriptor, "wb", closefd=False) as stream:
            stream.write(data)
        os.chmod(temporary, mode)
        if owner is not None:
            os.chown(descriptor, *owner)
        os.replace(temporary, path)
