"""How accounts and lines are told, and never a hidden value."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from etabli.exam.contract.french import listed, quote, rows, some

from .reading import LearnerTable, TableLine
from .vocabulary import SYSTEMS, word

if TYPE_CHECKING:
    from .shape import Variant


def by_system(keys: Iterable[str]) -> str:
    """How many accounts in each system, without their names: « 2 dans Annuaire et 1 dans Intranet »."""
    numbers = Counter(key.partition("@")[2].partition(":")[0] for key in keys)
    return listed(f"{numbers[term.id]} dans {term.word}" for term in SYSTEMS if numbers[term.id])


def account(key: str, lines: Sequence[TableLine], why: str = "") -> str:
    """An account that the candidate named: « c.petit (Annuaire, lignes 12 et 40) », and why it is told."""
    login, _, system = key.partition("@")
    told = f"{word(SYSTEMS, system.partition(':')[0])}, {rows([line.number for line in lines])}"
    return f"{login} ({told}{f' : {why}' if why else ''})"


def why_good(variant: Variant, key: str) -> str:
    """Why an account that looks suspicious is good, with the date that the candidate's own list of people gives."""
    why = variant.traps[key]
    number = next((account.person for account in variant.accounts if account.key == key), "")
    person = next((one for one in variant.people if number and one.matricule == number), None)
    if person and person.depart and "départ" in why:
        return f"départ prévu plus tard, le {_day(person.depart)}"
    if person and person.absence_jusqu_au and "absence" in why:
        return f"absence prévue jusqu'au {_day(person.absence_jusqu_au)}"
    return why


def _day(written: str) -> str:
    """A day of an export as a sentence says it: « 12/07/2026 »."""
    return f"{date.fromisoformat(written):%d/%m/%Y}"


def as_of(variant: Variant) -> str:
    """A sentence to follow another one: the day at which all is counted."""
    days = variant.period["fr"]
    return f" Tout délai se compte au {days['today']}, date de l'état des comptes." if isinstance(days, Mapping) else ""


def is_dated(told: str) -> bool:
    """Whether why an account is good is a date or a delay."""
    return re.search(r"départ|absence|date limite|depuis peu", told) is not None


def people(lines: Iterable[tuple[str, str, TableLine]]) -> list[str]:
    """Each login once, with why it is told and all its lines: « c.petit (absence …) : Annuaire, ligne 12 ; Intranet, ligne 40 ».

    Args:
        lines: ``login@system``, why, and the line.
    """
    found: dict[tuple[str, str], dict[str, list[int]]] = {}
    for key, why, line in lines:
        login, _, system = key.partition("@")
        found.setdefault((login, why), {}).setdefault(word(SYSTEMS, system), []).append(line.number)
    return [
        f"{login} ({' ; '.join(f'{system}, {rows(sorted(numbers))}' for system, numbers in where.items())}"
        + (f" : {why})" if why else ")")
        for (login, why), where in found.items()
    ]


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
