"""How things are told: counts, amounts, months and cells in plain French."""

from __future__ import annotations

from datetime import date
from typing import Any

from etabli.exam.contract.formulas import error_in_french
from etabli.exam.contract.french import quote
from etabli.exam.tools.computed import CellError

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def plain(value: float) -> str:
    """A number with its decimals, if it has any: ``12,5``."""
    return f"{value:.10g}".replace(".", ",")


def amount(value: float) -> str:
    """A number as a French table shows it: ``12 345,67``."""
    return f"{value:,.2f}".replace(",", " ").replace(".", ",")


def moved(was: str, now: str, wanted: str = "") -> str:
    """What became of a figure, for a sentence: « reste à 12,00 au lieu de passer à 15,00 », or « au lieu de rester à »."""
    if now == was:
        return f"reste à {was}" + (f" au lieu de passer à {wanted}" if wanted else "")
    return f"passe de {was} à {now}" + (f" au lieu de {'rester à ' if wanted == was else ''}{wanted}" if wanted else "")


def month(key: str) -> str:
    """``2026-01`` → ``janvier 2026``."""
    year, _, rank = key.partition("-")
    return f"{MONTHS[int(rank) - 1]} {year}"


def day(value: date) -> str:
    """A date as French writes it: ``05/01/2026``."""
    return f"{value:%d/%m/%Y}"


def shown(value: Any, *, calc: bool = False) -> str:
    """What a cell shows, for a sentence; an error as LibreOffice has it, or as Excel does."""
    if value is None or value == "":
        return "rien"
    if isinstance(value, bool):
        return "VRAI" if value else "FAUX"
    if isinstance(value, date):
        return day(value)
    if isinstance(value, int | float):
        return amount(value)
    return error_in_french(value, calc=calc) if isinstance(value, CellError) else quote(str(value))


def at(sheet: str, cell: str) -> str:
    """A cell as a sentence names it: ``Synthèse!B4``."""
    return f"{sheet}!{cell}"
