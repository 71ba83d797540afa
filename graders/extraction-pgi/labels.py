"""What a label of a summary stands for: a month, a customer, a tax rate, a bracket of days."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from etabli.exam.contract.words import fold, squeeze

from .grid import Grid, serial_date
from .meaning import as_key, as_rate, as_words
from .places import Spot
from .said import MONTHS

Reader = Callable[[Any], str | None]
"""From a cell's content to the key that it stands for, None when it is no label of that kind."""

_ENGLISH = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_FRENCH = tuple(fold(month) for month in MONTHS)
_SHORT = {"juil": 7, "jul": 7, "jun": 6, "dec": 12, "sept": 9, "fev": 2, "feb": 2, "avr": 4, "apr": 4, "aou": 8}
_FILLERS = set(
    "mois de d du ca ht m total somme en le vente ventes chiffre affaires periode 1er facture factures".split()
)
_WHOLE = re.compile(r"(20\d\d)(0[1-9]|1[0-2])")
_BRIEF = re.compile(r"(0?[1-9]|1[0-2])[/.\- ](\d\d)")
_SPAN = re.compile(r"(?:du )?(?:\d{1,2} )?(\d{2}) (\d{4}) au \d{1,2} (\d{2}) (\d{4})")
_PARTS = re.compile(r"[\s()\[\]|:;,–—_/-]+")
TOTAL_WORDS = set(
    "total totaux totales general generale generaux resultat result grand somme ensemble ht hors taxe taxes eur euro euros en "
    "a au de des du d la le les l sur pour tous toutes ventes vente factures montant montants ca chiffre affaires periode clients "
    "client mois entreprise".split()
)
"""Words of a label that says the grand total: with another one, it says the total of something else."""
BRACKETS = ("non_echu", "1_30", "31_60", "61_90", "plus_90")
_CODE = re.compile(r"0\d+|\d{3,}")
_BRACKETS: Sequence[tuple[str, str]] = (
    ("non_echu", r"\b(?:non|pas) (?:encore )?echus?e?s?\b|\ba echoir\b|^echu 0$|^courant$|\bnon atteinte?\b"),
    (
        "plus_90",
        r"\b(?:plus|sup|superieur\w*|au dela|dela)\b.*\b9[01]\b|^9[01]$|\b9[01] (?:jours )?et (?:plus|au dela)\b|^9[01] (?:j|jours|plus)$",
    ),
    ("plus_90", r"\bplus (?:de )?(?:3|trois) mois\b"),
    ("61_90", r"\b6[01]\b.*\b90\b"),
    ("31_60", r"\b3[01]\b.*\b60\b"),
    (
        "1_30",
        r"^(?:de )?[01]\b.*\b30\b|\b[01] (?:a )?30\b|^(?:echu )?(?:(?:depuis )?(?:moins|inf\w*|jusqu a)\b.*\b3[01]\b|30 (?:j|jours)$)",
    ),
)


class Months:
    """Labels of the months of a period.

    Args:
        months: ``2025-10``…, at most twelve.
    """

    def __init__(self, months: Sequence[str]) -> None:
        self._months = list(months)
        ranks = [int(key[5:]) for key in months]
        self._by_rank = {rank: key for rank, key in zip(ranks, months, strict=True) if ranks.count(rank) == 1}

    def read(self, value: Any) -> str | None:
        """The month of a label: a date of it, « janvier 2026 », « janv. », « 2026-01 », « 01/2026 », 202601."""
        if isinstance(value, date):
            return self._known(f"{value:%Y-%m}")
        if isinstance(value, bool) or value is None:
            return None
        if isinstance(value, int | float):
            return self._known(_of_number(value))
        if brief := _BRIEF.fullmatch(as_words(value)):
            return self._known(f"20{brief[2]}-{int(brief[1]):02d}")
        return self._known(_of_text(fold(str(value)), self._by_rank))

    def read_rank(self, value: Any) -> str | None:
        """The month of a bare rank, 1 to 12: what ``=MOIS(…)`` gives; only where nothing else tells the month."""
        words = as_words(value)
        return self._by_rank.get(int(words)) if re.fullmatch(r"\d{1,2}", words) else None

    def _known(self, key: str | None) -> str | None:
        return key if key in self._months else None


def _written(name: str) -> str:
    return as_words(name).casefold()


class Customers:
    """Labels of customers.

    Args:
        customers: Their names, by code.
    """

    def __init__(self, customers: Mapping[str, str]) -> None:
        self._codes = {as_key(code): code for code in customers}
        self._names: dict[str, str] = {}
        for written in (fold, _written):  # two names may differ by an accent alone
            codes: dict[str, list[str]] = {}
            for code, name in customers.items():
                codes.setdefault(written(name), []).append(code)
            self._names |= {name: whose[0] for name, whose in codes.items() if name and len(whose) == 1}

    def read(self, value: Any) -> str | None:
        """The code of a label: the code itself, « 00007 – Nom », « Nom (00007) », or a name that only one has."""
        if code := self.read_code(value):
            return code
        return (self._names.get(_written(value)) or self._names.get(fold(value))) if type(value) is str else None

    def read_code(self, value: Any) -> str | None:
        """The same of a label that has the code."""
        if value is None or isinstance(value, bool | date):
            return None
        words = as_words(value)
        if not words or (isinstance(value, float) and not value.is_integer()):
            return None
        return self._by_code(words) or self._inside(words)

    def _by_code(self, words: str) -> str | None:
        return self._codes.get(as_key(words)) if re.search(r"\d|[A-Z]", words) else None

    def _inside(self, words: str) -> str | None:
        """A label of several words, one of which is a whole code, with its zeros."""
        parts = [part for part in _PARTS.split(words) if part]
        if len(parts) < 2:
            return None
        codes = set(self._codes.values())
        return next((part for part in (parts[0], parts[-1]) if part in codes), None)


class Rates:
    """Labels of tax rates.

    Args:
        rates: ``0.20``, ``0.055``.
    """

    def __init__(self, rates: Iterable[str]) -> None:
        self._rates = {round(float(rate), 6): rate for rate in rates}

    def read(self, value: Any) -> str | None:
        """The rate of a label: 0.2, 20, « 20 % », « TVA 5,5 % », « Taux normal (20 %) »; « 00020 » is a code."""
        if value is None or isinstance(value, date) or (type(value) is str and _CODE.fullmatch(value.strip())):
            return None
        rate = as_rate(value)
        if rate is None and type(value) is str:
            found = re.findall(r"\d+(?:[.,]\d+)?(?=\s*%)", squeeze(value))
            found = found or re.findall(r"\d+(?:[.,]\d+)?", value) if len(value) < 30 else found
            rate = as_rate(f"{found[0]} %") if len(found) == 1 else None
        return self._rates.get(round(rate, 6)) if rate is not None else None


def means_total(text: str) -> bool:
    """Whether a label is that of the grand total: « Total », « Total général HT », not « Total 2025 » or « Total TTC »."""
    words = fold(text).split()
    return any(word.startswith("tota") for word in words) and set(words) <= TOTAL_WORDS


def uncoded(grid: Grid, places: Mapping[str, Spot], *, down: bool) -> list[str]:
    """The codes that no cell says in the line of their figure, alone or among other words; their zeros may be lost.

    Nor in the two lines beside, where a compact pivot has the code of a name.

    Args:
        grid: Where the figures are.
        places: Code → one of its figures.
        down: Whether the labels go down.
    """
    wide = grid.width if down else grid.height

    def said(code: str, spot: Spot) -> bool:
        here = spot.row if down else spot.column
        lines = (line for line in (here, here - 1, here + 1) if line > 0)
        spots = (Spot(line, at) if down else Spot(at, line) for line in lines for at in range(1, wide + 1))
        told = (as_words(grid.value(one)) for one in spots)
        return any(as_key(code) in map(as_key, (words, *_PARTS.split(words))) for words in told if words)

    return [code for code, spot in places.items() if not said(code, spot)]


def read_bracket(value: Any) -> str | None:
    """The bracket of days of a label: « Non échu », « 1 à 30 jours », « > 90 j »."""
    if type(value) is not str:
        return None
    text = fold(value.replace(">", " plus ").replace("+", " plus ").replace("≥", " plus "))
    return next((name for name, pattern in _BRACKETS if re.search(pattern, text)), None)


def _of_number(value: float) -> str | None:
    if value != int(value):
        return None
    if 200001 <= value <= 209912:
        return f"{int(value) // 100}-{int(value) % 100:02d}"
    if 40000 <= value <= 55000 and isinstance(day := serial_date(value), date) and (day.day == 1 or _is_last(day)):
        return f"{day:%Y-%m}"
    return None


def _is_last(day: date) -> bool:
    return day.toordinal() + 1 == date(day.year + day.month // 12, day.month % 12 + 1, 1).toordinal()


def _of_text(folded: str, by_rank: Mapping[int, str]) -> str | None:
    """The month that words tell; without a year, the only one of that name in the period."""
    if whole := _WHOLE.fullmatch(folded):
        return f"{whole[1]}-{whole[2]}"
    if span := _SPAN.fullmatch(folded):
        return f"{span[2]}-{span[1]}" if (span[1], span[2]) == (span[3], span[4]) else None
    words = re.sub(r"\bm?(\d{4}) ?m ?(?=\d)|\bm(?=\d)", r"\1 ", folded).split()
    if not words or len(words) > 6:
        return None
    names = [rank for word in words if (rank := _rank(word))]
    digits = [word for word in words if word.isdigit()]
    others = [word for word in words if not word.isdigit() and not _rank(word) and word not in _FILLERS]
    if others or len(names) > 1:
        return None
    years = [int(word) for word in digits if len(word) == 4 and word.startswith("20")]
    if names:
        short = [2000 + int(word) for word in digits if len(word) == 2 and 20 <= int(word) <= 40]
        year = next(iter(years or short), None)
        return f"{year}-{names[0]:02d}" if year else by_rank.get(names[0])
    ranks = [int(word) for word in digits if len(word) <= 2 and 1 <= int(word) <= 12]
    if len(years) == 1 and ranks:
        # 2026-01, 01/2026, 2026-01-01: with a day, the month stands in the middle.
        small = [int(word) for word in digits if len(word) <= 2]
        rank = small[0] if len(small) == 1 else small[1] if digits[-1] == str(years[0]) else small[0]
        return f"{years[0]}-{rank:02d}" if 1 <= rank <= 12 else None
    return None


def _rank(word: str) -> int | None:
    """The rank of a month by its name, whole or cut, in French or English."""
    if len(word) < 3:
        return None
    for names in (_FRENCH, _ENGLISH):
        found = [rank for rank, name in enumerate(names, 1) if name.startswith(word)]
        if len(found) == 1:
            return found[0]
    return _SHORT.get(word)
