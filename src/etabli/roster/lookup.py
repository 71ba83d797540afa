"""Lookup: the rows of a class that a name, an e-mail or a number points to. Exact, or else only a hint."""

from __future__ import annotations

from collections.abc import Sequence

from etabli.roster.namebook import LearnerRow
from etabli.roster.names import fold, is_same_name, name_key, spelling, tidy


def bearing(rows: Sequence[LearnerRow], field: str, value: str | None) -> set[str]:
    """Returns the aliases of those whose e-mail or number is this one, case and spaces apart."""
    wanted = fold(tidy(value or ""))
    return {row.alias for row in rows if wanted and fold(tidy(getattr(row, field) or "")) == wanted}


def named(rows: Sequence[LearnerRow], full_name: str | None) -> set[str]:
    """Returns the aliases of those who bear a name: the very spelling that somebody answered for, their own, another.

    A spelling that was remembered counts in any order of its words only where nobody bears it.
    """
    key = name_key(full_name or "")
    if full_name is None or not key:
        return set()
    kept = [(row.alias, known) for row in rows for known in row.spellings if name_key(known) == key]
    very = {alias for alias, known in kept if spelling(known) == spelling(full_name)}
    return very or bearing_name(rows, full_name) or {alias for alias, _known in kept}


def bearing_name(rows: Sequence[LearnerRow], full_name: str) -> set[str]:
    """Returns the aliases of those whose own name this is."""
    return {row.alias for row in rows if is_same_name(full_name, row.family, row.given)}


def resembling(rows: Sequence[LearnerRow], full_name: str) -> set[str]:
    """Returns the aliases of those whose name has the same words in another order: to be asked, never to be taken."""
    key = name_key(full_name)
    return {row.alias for row in rows if key and row.name_key == key} - bearing_name(rows, full_name)
