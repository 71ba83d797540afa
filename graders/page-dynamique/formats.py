"""French formats and words: what a visitor accepts as the same text."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from datetime import date
from decimal import Decimal

from etabli.exam.contract import french

_SPACE = "[\\s\u00a0\u202f\u2009]"


def price_text(price: Decimal) -> str:
    """A price as the brief writes it: ``1 234,50 €``."""
    whole, cents = f"{price:.2f}".split(".")
    return f"{int(whole):,}".replace(",", " ") + f",{cents} €"


def shows_price(text: str, price: Decimal) -> bool:
    """Whether `text` shows `price` the French way.

    The thousands separator is optional; any kind of space will do.

    Example:
        >>> shows_price("Prix : 1 234,50 €", Decimal("1234.5"))
        True
        >>> shows_price("12.50 €", Decimal("12.5"))
        False
    """
    whole, cents = price_text(price).removesuffix(" €").split(",")
    digits = f"{_SPACE}?".join(re.escape(group) for group in whole.split(" "))
    return re.search(rf"(?<![\d,.]){digits},{cents}{_SPACE}*€", text) is not None


def shows_date(text: str, day: date) -> bool:
    """Whether `text` shows `day` as ``JJ/MM/AAAA``."""
    return re.search(rf"(?<!\d){day:%d/%m/%Y}(?!\d)", text) is not None


def mentions_price(text: str, price: Decimal) -> bool:
    """Whether `text` gives `price` in any usual writing; its format is another check's matter."""
    digits = re.sub(rf"(?<=\d){_SPACE}(?=\d{{3}}(?!\d))", "", text)
    whole, cents = f"{price:.2f}".split(".")
    tail = "(?:[.,]00?)?" if cents == "00" else f"[.,]{cents.rstrip('0')}0?"
    return re.search(rf"(?<![\d,.]){whole}{tail}(?![\d]|[.,]\d)", digits) is not None


def mentions_date(text: str, day: date) -> bool:
    """Whether `text` gives `day` in figures, in any usual order."""
    return day in dates_in(text)


def dates_in(text: str) -> set[date]:
    """The days that `text` gives in figures, whichever way they may be read."""
    found = set()
    for first, second, third in re.findall(r"(?<!\d)(\d{1,4})[/.-](\d{1,2})[/.-](\d{1,4})(?!\d)", text):
        for year, month, day in ((first, second, third), (third, second, first), (third, first, second)):
            with suppress(ValueError):
                found.add(date(int(year), int(month), int(day)))
    return found


def quote(text: str) -> str:
    """A name as a French sentence quotes it, shortened if need be."""
    return french.quote(text, 70)


def tie_keys(name: str) -> tuple[str, str]:
    """Two honest alphabetical keys of a name: with and without spaces and punctuation.

    Databases and languages weigh an apostrophe or a hyphen differently; either is an order.
    """
    spread = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(char for char in spread if not unicodedata.combining(char))
    return bare, re.sub(r"[^a-z0-9]", "", bare)
