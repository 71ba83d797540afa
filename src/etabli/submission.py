"""A submission: whose it is, where it came from, and the fresh tree that intake made of it."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

IDENTIFIER = re.compile(r"[A-Za-z0-9._-]{1,64}\Z")
RESERVED = frozenset({"index.html", "resultats.json", "resultats.csv", "etabli.sqlite"})
RECEIPT = "rendu.json"


@dataclass(frozen=True)
class Deposit:
    """Something handed in, not yet looked into."""

    candidate: str
    source: Path
    """A folder or a ``.zip``."""
    problem: str | None = None
    """Why it cannot even be taken in (French), if so."""


@dataclass(frozen=True)
class Submission:
    """A fresh tree of regular files made by intake."""

    tree: Path
    paths: tuple[str, ...]
    """Relative POSIX paths, sorted."""
    sha256: str


def is_identifier(name: str) -> bool:
    """Tells whether a name may identify a candidate."""
    return bool(IDENTIFIER.match(name)) and name.strip(".") != "" and name not in RESERVED


def nearest_identifier(name: str) -> str:
    """Returns an identifier that resembles a name, to speak about a deposit whose name is not one."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    cleaned = re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("-.")[:64]
    if is_identifier(cleaned):
        return cleaned
    return f"sans-nom-{hashlib.sha256(name.encode('utf-8', 'surrogateescape')).hexdigest()[:8]}"
