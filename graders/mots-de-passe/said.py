"""How things are told: counts, lists and lines in plain French, and never a hidden value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from etabli.exam.contract.words import cut, squeeze

from .vocabulary import SYSTEMS

SHOWN = 4


def counted(number: int, singular: str, plural: str = "") -> str:
    """A number and its noun; French counts nothing and one as singular.

    Example:
        >>> counted(1, "ligne"), counted(2, "ligne"), counted(2, "mot de passe", "mots de passe")
        ('1 ligne', '2 lignes', '2 mots de passe')
    """
    return f"{number} {singular if number < 2 else plural or singular + 's'}"


def quote(text: str) -> str:
    """A candidate's words as a French sentence quotes them, shortened if need be."""
    return f"« {cut(squeeze(text), 60)} »"


def listed(parts: Sequence[str], limit: int = SHOWN) -> str:
    """Some parts and how many more: ``ligne 3, ligne 8 et 2 autres``."""
    shown = list(parts[:limit])
    more = len(parts) - len(shown)
    if more:
        return f"{', '.join(shown)} et {counted(more, 'autre')}"
    return " et ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


def by_system(keys: Iterable[str]) -> str:
    """How many accounts in each system, without their names: ``Annuaire : 2, Intranet : 1``."""
    numbers = Counter(key.partition("@")[2].partition(":")[0] for key in keys)
    return ", ".join(f"{term.word} : {numbers[term.id]}" for term in SYSTEMS if numbers[term.id])


def account(key: str) -> str:
    """An account that the candidate named, as a sentence says it: ``c.petit (Annuaire)``."""
    login, _, system = key.partition("@")
    return f"{login} ({next(term.word for term in SYSTEMS if term.id == system.partition(':')[0])})"
