"""How accounts and lines are told, and never a hidden value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from etabli.exam.contract.french import listed, quote, rows, some

from .reading import LearnerTable, TableLine
from .vocabulary import SYSTEMS, word


def by_system(keys: Iterable[str]) -> str:
    """How many accounts in each system, without their names: « 2 dans Annuaire et 1 dans Intranet »."""
    numbers = Counter(key.partition("@")[2].partition(":")[0] for key in keys)
    return listed(f"{numbers[term.id]} dans {term.word}" for term in SYSTEMS if numbers[term.id])


def account(key: str, lines: Sequence[TableLine], why: str = "") -> str:
    """An account that the candidate named: « c.petit (Annuaire, lignes 12 et 40) », and why it is told."""
    login, _, system = key.partition("@")
    told = f"{word(SYSTEMS, system.partition(':')[0])}, {rows([line.number for line in lines])}"
    return f"{login} ({told}{f' : {why}' if why else ''})"


def words(table: LearnerTable, odd: Iterable[tuple[str, str, TableLine]]) -> str:
    """Words that are not understood, each once: « grave » (gravité, lignes 3 et 8).

    Args:
        table: Where they are.
        odd: Column, word and line of each.
    """
    found: dict[tuple[str, str], list[TableLine]] = {}
    for column, text, line in odd:
        found.setdefault((column, text), []).append(line)
    told = [f"{_cell(column, text)}, {table.told(lines)})" for (column, text), lines in found.items()]
    return some(told)


def _cell(column: str, text: str) -> str:
    return f"{quote(text)} ({column}" if text else f"case vide ({column}"


def first_lines(odd: Sequence[tuple[str, str, TableLine]]) -> tuple[str, list[TableLine]]:
    """The column of the first of some words, and the lines where that column has one."""
    column = odd[0][0]
    return column, [line for one, _, line in odd if one == column]
