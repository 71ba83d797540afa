"""French formats and words: what a visitor accepts as the same text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from decimal import Decimal

from etabli.exam.contract import french
from etabli.exam.contract.words import cut, fold, normal, squeeze

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
    usual = re.search(rf"(?<![\d,.]){whole}{tail}(?![\d]|[.,]\d)", digits)
    return usual is not None or bool(price_written(text, price))


def mentions_date(text: str, day: date) -> bool:
    """Whether `text` gives `day`, in figures in any usual order, with its month in words, or as seen from today."""
    return day in dates_in(text) or bool(date_written(text, day) or near_written(text, day))


def dates_in(text: str) -> set[date]:
    """The days that `text` gives in figures, whichever way they may be read; a year may have two of them."""
    found = set()
    for first, second, third in re.findall(r"(?<!\d)(\d{1,4})[/.-](\d{1,2})[/.-](\d{1,4})(?!\d)", text):
        for year, month, day in ((first, second, third), (third, second, first), (third, first, second)):
            with suppress(ValueError):
                found.add(date(int(year) + (2000 if len(year) < 3 else 0), int(month), int(day)))
    return found


_AMOUNT = re.compile(rf"(?:€{_SPACE}*)?\d+(?:{_SPACE}\d{{3}}(?!\d))*(?:[.,]\d+)*(?:{_SPACE}*(?:€|EUR|euros?))?")
_MONTHS = (
    r"janv", r"f[ée]v|feb", r"mar", r"avr|apr", r"mai|may", r"juin|jun", r"juil|jul", r"ao[uû]|aug", r"sep", r"oct",
    r"nov", r"d[ée]c",
)  # fmt: skip


def price_written(text: str, price: Decimal) -> str:
    """The first amount of `text` that is worth `price`, as it is written there; '' when there is none.

    Another figure (a date, a number of the row) is none, whatever digits it shares with the price.
    """
    cents = f"{price:.2f}"
    for found in _AMOUNT.finditer(text):
        digits = re.sub(rf"[^\d.,]|{_SPACE}", "", found.group())
        whole, point, rest = digits.replace(",", ".").rpartition(".")
        read = {f"{digits.replace(',', '').replace('.', '')}.00", f"{whole.replace('.', '') or '0'}.{rest:0<2}"}
        lone = not re.match(rf"[/.-]\d|{_SPACE}?[/%]", text[found.end() :]) and not re.search(
            r"\d[/-]$", text[: found.start()]
        )
        if lone and cents in (read if point else {f"{digits}.00"}):
            return squeeze(found.group())
    return ""


def date_written(text: str, day: date) -> str:
    """The first date of `text` that is `day`, as it is written there, in figures or in words; '' when there is none."""
    for found in re.finditer(r"(?<!\d)\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}(?!\d)", text):
        if day in dates_in(found.group()):
            return found.group()
    words = rf"(?<!\d)0?{day.day}(?:er)?{_SPACE}+(?:{_MONTHS[day.month - 1]})\w*\.?{_SPACE}+{day.year}"
    words += rf"|(?:{_MONTHS[day.month - 1]})\w*\.?{_SPACE}+0?{day.day},?{_SPACE}+{day.year}"
    lone = re.search(words, text, re.IGNORECASE)
    return squeeze(lone.group()) if lone else ""


_WEEK = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_NEAR = {0: r"aujourd['’]hui", -1: "hier", 1: "demain", -2: "avant-hier", 2: r"apr[èe]s-demain"}
MOST_NEAR = 6
"""Days from today of which the name of the day alone tells which it is."""


def near_written(text: str, day: date, today: date | None = None) -> str:
    """How `text` tells a day of last week or of the next one from today, or without its year; '' when it does not.

    Example:
        >>> near_written("Ajouté il y a 3 jours", date(2026, 3, 6), date(2026, 3, 9)), near_written("Le cahier", date.today())
        ('il y a 3 jours', '')
    """
    gap = (day - (today or date.today())).days
    if abs(gap) > MOST_NEAR:
        return ""
    ways = [_NEAR[gap]] if gap in _NEAR else []
    ways += [
        rf"il y a {-gap} jours?" if gap < 0 else rf"dans {gap} jours?",
        rf"0?{day.day}[/.-]0?{day.month}(?![/.-]?\d)",
    ]
    ways += [rf"(?:{_WEEK[day.weekday()]} )?0?{day.day}(?:er)? (?:{_MONTHS[day.month - 1]})\w*\.?(?! ?\d)"]
    ways += [rf"{_WEEK[day.weekday()]}(?: dernier| prochain)?"]
    found = (re.search(rf"(?<![\w/.-]){way}(?!\w)", squeeze(text), re.IGNORECASE) for way in ways)
    return next((one.group() for one in found if one), "")


_ENGLISH = re.compile(
    r"\b(?:the|is|not|no|was|were|does|doesn|found|requested|such|sorry|unknown|try|again|please|available|unavailable"
    r"|down|showing|results?|records?|entries|nothing|empty|error|failed|could|cannot|to|of)\b"
)
_FRENCH = re.compile(
    r"\b(?:le|la|les|un|une|des|est|pas|nous|notre|vous|votre|l|d|de|du|n|en|et|au|ce|cette?|il|aucune?|rien|pour"
    r"|introuvable|erreur|indisponible|revenez|reessayez)\b"
)


def in_english(text: str) -> bool:
    """Whether a sentence for the visitor is in English: words of that language, and none of French."""
    return bool(_ENGLISH.search(fold(text))) and not _FRENCH.search(fold(text))


def quote(text: str) -> str:
    """A name as a French sentence quotes it, shortened if need be."""
    return french.quote(text, 70)


def tie_keys(name: str) -> tuple[str, str]:
    """Two honest alphabetical keys of a name: with and without spaces and punctuation.

    Databases and languages weigh an apostrophe or a hyphen differently; either is an order.
    """
    spread = normal("NFKD", name.casefold())
    bare = "".join(char for char in spread if not unicodedata.combining(char))
    return bare, re.sub(r"[^a-z0-9]", "", bare)


def new_sentences(before: str, after: str) -> Iterator[str]:
    """The lines of `after` that `before` does not hold and that say something."""
    known = {_shape(line) for line in before.splitlines()}
    for line in after.splitlines():
        if _shape(line) not in known and len(re.findall(r"[^\W\d_]{2,}", line)) >= 2:
            yield cut(line.strip(), 200)


def _shape(line: str) -> str:
    return re.sub(r"\d+", "0", fold(line))
