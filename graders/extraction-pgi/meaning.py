"""What a cell means, however it was written: a number, a date, a code, a rate; and whether it has the right type."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any, TypeGuard

from etabli.exam.contract.words import squeeze

_NUMBER = re.compile(r"[-−+]?\d[\d ]*(?:[.,]\d+)?")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_FRENCH = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{2}|\d{4})(?: .*)?")


HUGE = 1e15
"""No company's figure; a spreadsheet keeps 15 digits."""
MOST_DIGITS = 40
"""Signs of the number of an invoice; of a longer one, no part is a number."""


def is_number(value: Any) -> TypeGuard[float]:
    """Whether a cell holds a number: a date is none, nor is true or false."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def as_number(value: Any) -> float | None:
    """The number that a cell means: its own, or that of its text (« 1 234,56 € », « 20 % »); None for a huge one."""
    if is_number(value):
        return float(value) if abs(value) < HUGE else None
    if type(value) is not str:
        return None
    text = squeeze(value).replace("€", "").replace("EUR", "").strip()
    percent = text.endswith("%")
    text = text.removesuffix("%").strip()
    if not _NUMBER.fullmatch(text):
        return None
    figure = float(text.replace("−", "-").replace(" ", "").replace(",", "."))
    if abs(figure) >= HUGE:
        return None
    return figure / 100 if percent else figure


def as_date(value: Any) -> date | None:
    """The day that a cell means: its own, or that of its text (« 05/01/2026 », « 2026-01-05 »)."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if type(value) is not str:
        return None
    text = squeeze(value)
    if iso := _ISO.fullmatch(text):
        year, month, day = (int(part) for part in iso.groups())
    elif french := _FRENCH.fullmatch(text):
        day, month, year = (int(part) for part in french.groups())
        year += 2000 if year < 100 else 0
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def written_as(like: Any, day: date) -> str | date:
    """A day, written as a cell is: as a text when that is one."""
    if isinstance(like, str) and as_date(like):
        return day.isoformat() if like.strip()[:4].isdigit() else f"{day:%d/%m/%Y}"
    return day


def number_as(like: Any, number: float) -> float | str:
    """A number, written as a cell is: as a text when that is one, with its comma or its point.

    Example:
        >>> number_as(3.5, 4.5), number_as("3,50", 4.5), number_as("14400", 18000.0)
        (4.5, '4,5', '18000')
    """
    if not isinstance(like, str):
        return number
    return f"{number:.10g}".replace(".", "," if "," in like else ".")


def as_words(value: Any) -> str:
    """The words of a cell; a whole number is its digits."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return squeeze(str(value))


def as_key(value: Any) -> str:
    """What tells a code from another: neither case, nor spaces, nor the zeros that a spreadsheet eats.

    Example:
        >>> as_key("00012"), as_key(12.0), as_key(" fa-07 ")
        ('12', '12', 'FA-07')
    """
    return as_words(value).replace(" ", "").upper().lstrip("0")


def as_rate(value: Any) -> float | None:
    """A tax rate as a fraction: 0.2, 20 and « 20 % » are the same."""
    figure = as_number(value)
    if figure is None:
        return None
    return round(figure / 100 if abs(figure) >= 1 else figure, 6)


def cents(value: float) -> int:
    """An amount as a whole number of cents."""
    return round(value * 100)


def series_of(numero: Any) -> tuple[str, str]:
    """What the number of an invoice begins with, and the digits at its end."""
    words = as_words(numero)
    series = words.rstrip("0123456789") if len(words) < MOST_DIGITS else words
    return series, words[len(series) :] or "0"
