"""Which column of an extraction is which, by the words of its title."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from etabli.exam.contract.words import fold

PATTERNS: Sequence[tuple[str, str]] = (
    ("date", r"\bdate\b"),
    ("taux", r"\btaux\b|^(?:tva|taxes?)$|^taxes? taux\b"),
    ("quantite", r"\bquantites?\b|\bqtes?\b"),
    ("compte", r"\bcomptes?\b"),
    ("article", r"\b(?:articles?|produits?|designation|variantes?|prestation)\b"),
    ("code_client", r"\bcode\b|\b(?:client|tiers) (?:numero|n|no)\b|\b(?:numero|n|no) (?:de |du )?(?:client|tiers)\b"),
    ("numero", r"\b(?:numero|n|no|num)\b|^(?:facture|piece)$"),
    ("montant", r"^montants?\b(?!.*\b(?:tva|taxes?|ttc)\b)|^total ht$|^ht$|\bhors taxes?\b"),
    ("client", r"\b(?:clients?|tiers|raison sociale|nom)\b"),
)
"""From the most particular to the least: « Facture / Tiers / Code » is a code before it is a customer."""


def column_of(title: str) -> str | None:
    """The identifier of the column that a title names, None for another one."""
    folded = fold(title)
    if not folded:
        return None
    return next((name for name, pattern in PATTERNS if re.search(pattern, folded)), None)


def columns_of(titles: Sequence[str], wanted: Mapping[str, str]) -> dict[str, int]:
    """Where each column stands among titles, from 0; a title written as asked goes before one that resembles it.

    Args:
        titles: The words of a row.
        wanted: Identifier → title, as the brief has it.
    """
    found: dict[str, int] = {}
    exact = {fold(title): name for name, title in wanted.items()}
    for place, title in enumerate(titles):
        if (name := exact.get(fold(title))) and name not in found:
            found[name] = place
    for place, title in enumerate(titles):
        name = column_of(title) or ""
        if name in wanted and name not in found and place not in found.values():
            found[name] = place
    return found
