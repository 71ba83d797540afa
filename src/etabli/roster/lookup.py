"""Lookup: the rows of a class that an alias, a name, an e-mail or a number points to. Exact, or else only a hint."""

from __future__ import annotations

import re
from collections.abc import Sequence

from etabli.roster.namebook import LearnerRow
from etabli.roster.names import fold, is_same_name, name_key, spelling, tidy

_LOOK_ALIKE = str.maketrans("oil", "011")
"""Letters that are read, and typed, for digits."""


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


def with_alias(rows: Sequence[LearnerRow], prefix: str, alias: str, *, bare: bool = False) -> LearnerRow | None:
    """Returns the row that an alias names: « SNO-03 », and « sno-3 » or « SNO3 » which say the same.

    Args:
        rows: The class.
        prefix: What its aliases begin with.
        alias: As typed.
        bare: Whether the number alone will do.
    """
    wanted = alias.strip().casefold()
    rank = _rank(wanted, prefix, bare)
    exact = [row for row in rows if row.alias.casefold() == wanted]
    return next(iter(exact or [row for row in rows if row.rank == rank]), None)


def mistyped(rows: Sequence[LearnerRow], prefix: str, alias: str) -> LearnerRow | None:
    """Returns whom an alias with a letter typed for a digit names (« SNO-O7 »); nobody rather than a neighbour."""
    wanted, head = alias.strip().casefold(), prefix.casefold()
    if not wanted.startswith(head):
        return None
    return with_alias(rows, prefix, head + wanted[len(head) :].translate(_LOOK_ALIKE))


def _rank(wanted: str, prefix: str, bare: bool) -> int | None:
    between = "[-_ ]+" if prefix[-1:].isdigit() else "[-_ ]*"  # « BTS-11 » is no « BTS-1 » and « 1 »
    found = re.fullmatch(rf"{re.escape(prefix.casefold())}{between}([0-9]{{1,6}})", wanted)
    if found is None and bare:
        found = re.fullmatch(r"([0-9]{1,6})", wanted)
    return int(found[1]) if found else None
