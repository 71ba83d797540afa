"""What a number format means: money, a date, a share; how many decimals; whether thousands are set apart.

Sources: ECMA-376, part 1, clause 18.8.31 (number format codes, always with English letters in a file) and 18.8.30
(those known by number alone).
"""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

Kind = Literal["general", "number", "integer", "currency", "percent", "date", "time", "text"]
"""What a format may mean."""
_LONGEST = 255
"""Excel refuses longer codes."""
_QUOTED = re.compile(r'"[^"]*"?')
_PADDED = re.compile(r"[_*].")
_ESCAPED = re.compile(r"\\(.)")
_MONEY_BRACKET = re.compile(r"\[\$([^\[\]-]+)(?:-[^\[\]]*)?\]")
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.I)
_BRACKET = re.compile(r"\[[^\[\]]*\]")
_MONEY = re.compile(r"[€$£¥]|\b(?:EUR|USD|GBP|CHF)\b|\beuros?\b", re.I)
_CLOCK = re.compile(r"AM/PM|A/P", re.I)
_DAYS = frozenset("ydj")
_HOURS = frozenset("hs")
_GROUPED = re.compile(r"[#0?],[#0?]|[#0?][ \u00a0\u202f]+[#0?]{3}")
_DECIMALS = re.compile(r"\.([#0?]*)")
_NUMBER = re.compile(r"[#0?]")
_PIECES = re.compile(r'"([^"]*)"?|\\(.)|\[\$([^\[\]-]*)[^\[\]]*\]|[_*].|\[[^\[\]]*\]|([1-9 \u00a0\u202f])|(.)', re.S)
"""Quoted, escaped, a bracket of money, what shows nothing, what shows as it is, and what may stand for the value."""
_STANDS = re.compile(r"[#0?@dmyjhs]|general|standard", re.I)
_WRITTEN = re.compile(r"(?<![\d \u00a0\u202f])[\d \u00a0\u202f]++(?<=\d),\d\d(?!\d)")
_FRACTION = re.compile(r"(?<=[sS])\.0+")
"""Of a second."""


class Format(NamedTuple):
    """How a cell shows its value, by meaning."""

    kind: Kind = "general"
    """A date with a time of day is a ``date``."""
    decimals: int | None = None
    """Digits after the comma; None where it has no sense or is left to the value."""
    grouping: bool = False
    """Thousands are set apart."""
    code: str = ""
    """As Excel writes it (``#,##0.00 "€"``); made up from its parts for an ``.ods``."""

    @property
    def negative(self) -> Format:
        """How it shows an amount below zero: by its second part, where that shows a number.

        Example:
            >>> of_code("#,##0.00;-#,##0").negative.decimals, of_code("0.00;-").negative.decimals
            (0, 2)
        """
        second = _first(self.code[len(_first(self.code)) + 1 :])
        return of_code(second) if _NUMBER.search(_QUOTED.sub("", second)) else self

    @property
    def written(self) -> bool:
        """Whether a part of it writes a figure out, which shows whatever the cell holds.

        Example:
            >>> of_code('[>9]0.00;"16 656,61 €"').written, of_code('0.00" (2025)";"- 0,00 €"').written
            (True, False)
        """
        rest = self.code
        while rest:
            part = _first(rest)
            if _writes(part):
                return True
            rest = rest[len(part) + 1 :]
        return False


GENERAL: Final = Format()
BUILTIN: Final = {
    **{0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00"},
    **{5: '#,##0 "€"', 6: '#,##0 "€"', 7: '#,##0.00 "€"', 8: '#,##0.00 "€"'},
    **{9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??"},
    **{14: "dd/mm/yyyy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 22: "dd/mm/yyyy hh:mm"},
    **{18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0"},
    **{37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 41: "#,##0", 42: '#,##0 "€"', 43: "#,##0.00"},
    **{44: '#,##0.00 "€"', 48: "##0.0E+0", 49: "@"},
}
"""The formats that a file names by number alone, as a French Excel shows them."""


def of_code(code: str) -> Format:
    """Returns the meaning of a code; its first part, for positive numbers, tells."""
    code = code[:_LONGEST]
    first = _first(code)
    money = bool(
        _MONEY_BRACKET.search(first) or _MONEY.search(_PADDED.sub("", _BRACKET.sub("", first)).replace("\\", ""))
    )
    bare = _PADDED.sub("", _QUOTED.sub("", _ESCAPED.sub(_literal, first)))
    elapsed = bool(_ELAPSED.search(bare))
    bare = _BRACKET.sub("", bare).strip()
    if bare.casefold() in ("", "general", "standard"):
        return Format(
            "currency" if money and bare else "general", None, False, "" if bare.casefold() == "general" else code
        )
    if "@" in bare:
        return Format("text", None, False, code)
    moment = None if _NUMBER.search(_FRACTION.sub("", bare)) and not elapsed else _moment(bare, elapsed)
    if moment is not None:
        return Format(moment, None, False, code)
    return _number(bare, money, code)


def _first(code: str) -> str:
    """Cuts at the first ``;`` that is no literal."""
    place = 0
    while place < len(code):
        sign = code[place]
        if sign == ";":
            return code[:place]
        if sign == '"':
            end = code.find('"', place + 1)
            place = len(code) if end < 0 else end
        elif sign in "\\_*":
            place += 1
        place += 1
    return code


def _writes(part: str) -> bool:
    """Whether one part shows a figure of its own: an amount, or digits alone; « > 1 000 » is none."""
    pieces = [*_PIECES.finditer(part)]
    shown = "".join(piece for found in pieces for piece in found.groups()[:4] if piece)
    stands = _STANDS.search("".join(found[5] or "" for found in pieces))
    told = [found[0] for found in _WRITTEN.finditer(shown)] if stands else [shown]
    return not re.search("[<>≤≥]", shown) and any(re.search("[1-9]", one) for one in told)


def _literal(match: re.Match[str]) -> str:
    """An escaped blank may set thousands apart; other escaped signs are only shown."""
    return " " if match[1].isspace() else ""


def _moment(bare: str, elapsed: bool) -> Kind | None:
    clock = bool(_CLOCK.search(bare))
    letters = set(_CLOCK.sub("", bare).casefold())
    if letters & _DAYS:
        return "date"
    if elapsed or clock or letters & _HOURS:
        return "time"
    return "date" if "m" in letters else None


def _number(bare: str, money: bool, code: str) -> Format:
    found = _DECIMALS.search(bare)
    decimals = len(found[1]) if found else 0
    grouping = bool(_GROUPED.search(bare))
    if "%" in bare:
        return Format("percent", decimals, grouping, code)
    if money:
        return Format("currency", decimals, grouping, code)
    if not _NUMBER.search(bare):
        return Format("general", None, False, code)
    plain = "E" in bare.upper() or "/" in bare or decimals
    return Format("number" if plain else "integer", None if "/" in bare else decimals, grouping, code)
