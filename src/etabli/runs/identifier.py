"""Identifiers: the names that a candidate may bear in an output folder."""

from __future__ import annotations

import hashlib
import re

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

Nor may one begin as the database's and its journals, with a full stop as the lock and what is under way, or end as a
name of :func:`stand_in`.
"""
_STAND_IN = "a-renommer"
_DIGITS = 12
_OURS = re.compile(rf"etabli\.sqlite|\.|(?:.*-)?{_STAND_IN}-[0-9a-f]{{{_DIGITS}}}\Z", re.IGNORECASE)


def is_identifier(name: str) -> bool:
    """Tells whether a name may identify a candidate."""
    return bool(IDENTIFIER.match(name)) and name.lower() not in RESERVED and not _OURS.match(name)


def is_same_candidate(one: str, other: str) -> bool:
    """Tells whether two identifiers are one person's: « sno-07 » and « SNO-07 » are, and have the same seed."""
    return one.lower() == other.lower()


def nearest_identifier(name: str) -> str:
    """Returns an identifier that resembles a name; others may bear it."""
    cleaned = _cleaned(name)[:64]
    return cleaned if is_identifier(cleaned) else f"sans-nom-{_digest(name)[:8]}"


def stand_in(name: str) -> str:
    """Returns what a deposit is called whose name is no identifier: the same each time, and nobody's own name ever."""
    return "-".join(filter(None, (_cleaned(name)[:40].strip("-."), _STAND_IN, _digest(name)[:_DIGITS])))


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()


def _cleaned(name: str) -> str:
    plain = normal("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("-.")
