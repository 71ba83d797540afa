"""What a formula decides without reading a cell: such a thing tells one program or one day from another, never lines."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"(?P<open>(?:(?<![\w.])[^\W\d][\w.]*+)?\()|(?P<close>\))|(?P<next>,)|(?P<array>\{[^{}]*+\})"
    r"|(?P<word>(?<![\w.])[^\W\d][\w.]*+|[\[!]|\d:\$?\d)|(?P<compares>[<>=]++)|(?P<number>(?<![\w.])\d++(?![\w.]))"
)
_CHOOSING = {"IF", "IFS", "IFERROR", "IFNA", "CHOOSE"}
"""What is in their first argument decides."""
_READING = {"INDIRECT", "ROW", "COLUMN", "CURRENT"}
"""They read cells, tell where they stand, or what the formula has up to there."""
_PLAIN = {
    *("", "TRUE", "FALSE", "NA", "PI", "ROUND", "VALUE", "CHAR", "UNICHAR", "CONCATENATE", "CONCAT", "TEXTJOIN"),
    *("UPPER", "LOWER", "PROPER", "TRIM", "REPT", "LEFT", "RIGHT", "LEN", "STYLE"),
    *("SUM", "ABS", "INT", "MIN", "MAX", "POWER", "SEQUENCE", "TIME"),
}
"""What they make of constants is the same everywhere."""
_YEARS = range(1950, 2100)
"""Programs count the days before March 1900 each in its own way."""
_CONSTANTS = {"TRUE", "FALSE"}


@dataclass
class _Call:
    """A call, or brackets without a name, while they are read."""

    name: str
    reads: bool = False
    """A cell, a table, or a name."""
    dated: bool = False
    """It starts from a day of our times."""
    compares: bool = False
    calls: bool = False
    decided: bool | None = None
    """Whether the first argument decides without reading a cell, once it is read."""
    number: int | None = None
    """The first number."""

    @property
    def blind(self) -> bool:
        """Whether what was read up to here decides without reading a cell."""
        return not self.reads and (self.compares or self.calls)

    def ends(self) -> str | None:
        """What it decides by; None when lines have a part in it."""
        if self.name in _CHOOSING and (self.blind if self.decided is None else self.decided):
            return self.name
        if self.reads or self.name in _READING:
            return None
        if self.name in ("DATE", "DATEVALUE"):
            return None if self.dated else self.name
        if self.name == "":
            return "" if self.compares else None
        return None if self.dated or self.name in _PLAIN else self.name


def blind(formula: str) -> str | None:
    """The function by which a formula decides without reading a cell; '' for a comparison, None when there is none.

    ``IF(TRUE,…)`` and ``CHOOSE({1,2},…)`` decide the same everywhere; a day that a formula writes out is no choice.

    Args:
        formula: With its ``=``, without its texts nor the names of sheets.
    """
    open_: list[_Call] = [_Call("=")]
    for token in _TOKEN.finditer(formula.removeprefix("=")):
        here = open_[-1]
        match token.lastgroup:
            case "open":
                open_.append(_Call(token[0][:-1].upper()))
            case "close" if len(open_) > 1:
                if (found := here.ends()) is not None:
                    return found
                _close(open_.pop(), open_[-1])
            case "next":
                if here.decided is None:
                    here.decided = here.blind
            case "word" if token[0].upper() not in _CONSTANTS:
                here.reads = True
            case "compares":
                here.compares = True
            case "number" if here.number is None:
                here.number = int(token[0][:6])
                here.dated |= here.name == "DATE" and here.number in _YEARS
    return None


def _close(inner: _Call, outer: _Call) -> None:
    outer.reads |= inner.reads or inner.name in _READING
    outer.dated |= inner.dated
    outer.calls |= inner.name != "" or inner.calls
    outer.compares |= inner.name == "" and inner.compares
