"""How accounts are told, and never a hidden value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from .vocabulary import SYSTEMS, word


def by_system(keys: Iterable[str]) -> str:
    """How many accounts in each system, without their names: ``Annuaire : 2, Intranet : 1``."""
    numbers = Counter(key.partition("@")[2].partition(":")[0] for key in keys)
    return ", ".join(f"{term.word} : {numbers[term.id]}" for term in SYSTEMS if numbers[term.id])


def account(key: str) -> str:
    """An account that the candidate named, as a sentence says it: ``c.petit (Annuaire)``."""
    login, _, system = key.partition("@")
    return f"{login} ({word(SYSTEMS, system.partition(':')[0])})"
