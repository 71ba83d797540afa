"""The prefix of a class: what its aliases begin with, such as ``SNO`` in ``SNO-07``.

Run folders know candidates by alias only, so two classes never share one.
"""

from __future__ import annotations

from collections.abc import Mapping

from etabli.exam.contract.errors import UsageProblem
from etabli.runs.identifier import is_identifier, nearest_identifier


def same_prefix(name: str, prefix: str, wanted: str | None) -> str:
    """Returns the prefix of a class that exists.

    Raises:
        UsageProblem: Another one is wanted.
    """
    if wanted is not None and wanted != prefix:
        raise UsageProblem(
            f"La classe {name} a déjà le préfixe « {prefix} », qui ne change plus : retirez « --prefixe »."
        )
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
        raise UsageProblem(
            f"« {prefix} » ne peut pas commencer un alias : donnez « --prefixe » avec 1 à 20 lettres sans accent, "
            "chiffres ou « - »."
        )
    for other, taken in known.items():
        if taken.casefold() == prefix.casefold():
            raise UsageProblem(
                f"Le préfixe « {prefix} » est celui de la classe {other} : donnez-en un autre avec « --prefixe »."
            )
    return prefix
