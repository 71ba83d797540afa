"""Aliases: what begins those of a class (``SNO`` in ``SNO-07``), how they are written, and how they may be typed.

Run folders know candidates by alias only, so two classes never share a prefix.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from etabli.exam.contract.errors import UsageProblem
from etabli.roster.namebook import LearnerRow
from etabli.roster.refusals import ImportProblem
from etabli.runs.identifier import is_identifier, nearest_identifier

_LOOK_ALIKE = str.maketrans("oil", "011")
"""Letters that are read, and typed, for digits."""


def alias_of(prefix: str, rank: int) -> str:
    """Writes an alias."""
    return f"{prefix}-{rank:02}"


def same_prefix(name: str, prefix: str, wanted: str | None) -> str:
    """Returns the prefix of a class that exists.

    Raises:
        UsageProblem: Another one is wanted.
    """
    if wanted is not None and wanted != prefix:
        what = f"La classe {name} a déjà le préfixe « {prefix} », qui ne change plus :"
        raise ImportProblem(what, "retirez « --prefixe »", "videz « Préfixe des alias »")
    return prefix


def new_prefix(name: str, wanted: str | None, known: Mapping[str, str]) -> str:
    """Returns the prefix of a new class: the one wanted, or one made from its name.

    Args:
        name: The class's name.
        wanted: The prefix asked for, if any.
        known: The prefixes of the other classes, by name.

    Raises:
        UsageProblem: The name or the prefix cannot serve, or another class has it.
    """
    if not name or len(name) > 40:
        raise UsageProblem("Le nom de la classe doit avoir de 1 à 40 caractères : choisissez-en un autre.")
    prefix = nearest_identifier(name).upper() if wanted is None else wanted
    if not prefix or len(prefix) > 20 or not is_identifier(f"{prefix}-00"):
        what = f"« {prefix} » ne peut pas commencer un alias :"
        letters = "1 à 20 lettres sans accent, chiffres ou « - »"
        raise ImportProblem(
            what, f"donnez « --prefixe » avec {letters}", f"donnez sous « Préfixe des alias » {letters}"
        )
    for other, taken in known.items():
        if taken.casefold() == prefix.casefold():
            what = f"Le préfixe « {prefix} » est celui de la classe {other} : donnez-en un autre"
            raise ImportProblem(what, "avec « --prefixe »", "sous « Préfixe des alias »")
    return prefix


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
