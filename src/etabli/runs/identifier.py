"""Identifiers: the names that a candidate may bear in an output folder."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection

from etabli.exam.contract.words import normal

IDENTIFIER = re.compile(r"[A-Za-z0-9._-]{1,64}\Z")
RESERVED = frozenset(
    {
        "a-relancer.html",
        "appreciations.journal.jsonl",
        "appreciations.yaml",
        "differences.csv",
        "differences.html",
        "differences.json",
        "etabli.sqlite",
        "index.html",
        "remarques.yaml",
        "remises.json",
        "resultats.csv",
        "resultats.json",
        "resultats.xlsx",
    }
)
"""Names of an output folder's own files, which no candidate may bear, in capitals or not.

Nor may one begin as the database's and its journals, or with a full stop as the lock and what is under way.
"""


def is_identifier(name: str) -> bool:
    """Tells whether a name may identify a candidate."""
    ours = name.lower() in RESERVED or name.lower().startswith((".", "etabli.sqlite"))
    return bool(IDENTIFIER.match(name)) and not ours


def is_same_candidate(one: str, other: str) -> bool:
    """Tells whether two identifiers are one person's: « sno-07 » and « SNO-07 » are, and have the same seed."""
    return one.lower() == other.lower()


def nearest_identifier(name: str, taken: Collection[str] = ()) -> str:
    """Returns an identifier that resembles a name, to speak about a deposit whose name is not one.

    Args:
        name: The name.
        taken: Those of others, in lower case, none of which it returns.
    """
    plain = normal("NFKD", name).encode("ascii", "ignore").decode()
    cleaned = re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("-.")[:64]
    if is_identifier(cleaned) and cleaned.lower() not in taken:
        return cleaned
    return f"sans-nom-{hashlib.sha256(name.encode('utf-8', 'surrogateescape')).hexdigest()[:8]}"
