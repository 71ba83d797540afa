"""What a formula decides without reading a cell: such a thing tells one program or one day from another, never lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"(?P<open>(?:(?<![\w.])[^\W\d][\w.]*+)?\()|(?P<close>\))|(?P<next>,)|(?P<array>\{[^{}]*+\})"
    r'|(?P<text>"")|(?P<joins>[-+*/^&%])'
    r"|(?P<word>(?<![\w.])[^\W\d][\w.]*+|[\[!]|\d:\$?\d)|(?P<compares>[<>=]++)|(?P<number>(?<![\w.])\d++(?![\w.]))"
)
_CHOOSING = {"IF", "IFS", "IFERROR", "IFNA", "CHOOSE"}
"""What is in their first argument decides."""
_READING = {"INDIRECT", "ROW", "COLUMN", "CURRENT"}
"""They read cells, tell where they stand, or what the formula has up to there."""
_PLAIN = {
    *("=", "", "TRUE", "FALSE", "NA", "PI", "ROUND", "VALUE", "CHAR", "UNICHAR", "CONCATENATE", "CONCAT", "TEXTJOIN"),
    *("UPPER", "LOWER", "PROPER", "TRIM", "REPT", "LEFT", "RIGHT", "LEN", "STYLE"),
    *("SUM", "ABS", "INT", "MIN", "MAX", "POWER", "SEQUENCE", "TIME"),
}
"""What they make of constants is the same everywhere."""
_COUNTING = {"ROUND", "SUM", "ABS", "INT", "MIN", "MAX", "POWER", "SEQUENCE", "TIME"}
"""Of these, what each program makes of a text, or of a logical value in an array, in its own way."""
_LOGICAL = {
    *("AND", "OR", "NOT", "XOR", "EXACT", "TRUE", "FALSE", "ISBLANK", "ISERROR", "ISERR", "ISNA", "ISREF", "ISFORMULA"),
    *("ISNUMBER", "ISTEXT", "ISNONTEXT", "ISLOGICAL", "ISEVEN", "ISODD"),
}
KINDS = ("ISNUMBER", "TYPE", "COUNT", "VALUE", "ISEVEN", "ISODD", "LEN", "TEXT", "LEFT", "RIGHT", "MID")
"""They tell a logical value, which is a number in LibreOffice and none in Excel."""
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
    words: bool = False
    """A text, or an array that is not of numbers alone."""
    holds: set[str] = field(default_factory=set)
    """Kinds of what is in the argument that is read."""
    truths: list[bool] = field(default_factory=list)
    """Whether each argument up to here is a logical value."""

    @property
    def blind(self) -> bool:
        """Whether what was read up to here decides without reading a cell."""
        return not self.reads and (self.compares or self.calls or self.words)

    @property
    def logical(self) -> bool:
        """Whether it is true or false, whatever it reads."""
        match self.name:
            case "" | "=":
                return any(self.truths)
            case "IF" | "CHOOSE":
                values = self.truths[1:]
            case "IFS":
                values = self.truths[1::2]
            case "IFERROR" | "IFNA":
                values = self.truths
            case _:
                return self.name in _LOGICAL
        return bool(values) and all(values)

    @property
    def asks_kind(self) -> bool:
        """Whether it asks what kind of value a logical one is."""
        return self.name in KINDS and any(self.truths if self.name == "COUNT" else self.truths[:1])

    def next(self) -> None:
        """The end of an argument: a comparison is what is done last in it."""
        self.truths.append("compares" in self.holds or self.holds & {"logical", "joins"} == {"logical"})
        self.holds.clear()

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
        plain = self.name in _PLAIN and not (self.words and self.name in _COUNTING)
        return None if self.dated or plain else self.name


def blind(formula: str) -> str | None:
    """The function by which a formula decides without reading a cell; '' for a comparison, None when there is none.

    ``IF(TRUE,…)`` and ``CHOOSE({1,2},…)`` decide the same everywhere; a day that a formula writes out is no choice.

    Args:
        formula: With its ``=``, without its texts nor the names of sheets.
    """
    return next((by for call in _calls(formula) if (by := call.ends()) is not None), None)


def kind_asked(formula: str) -> str | None:
    """The function by which a formula asks what kind of value a comparison is, whatever cells that reads; None without one.

    Args:
        formula: As `blind` has it.
    """
    return next((call.name for call in _calls(formula) if call.asks_kind), None)


def is_logical(formula: str) -> bool:
    """Whether a formula is a comparison, or ends in a logical function (:func:`blind` says how it is written)."""
    return any(call.logical for call in _calls(formula) if call.name == "=")


def _calls(formula: str) -> Iterator[_Call]:
    """The calls of a formula, each when it ends, and last the formula itself, as ``=``."""
    open_: list[_Call] = [_Call("=")]
    for token in _TOKEN.finditer(formula.removeprefix("=")):
        here = open_[-1]
        here.holds.add(token.lastgroup or "")
        match token.lastgroup:
            case "open":
                open_.append(_Call(token[0][:-1].upper()))
            case "close" if len(open_) > 1:
                here.next()
                yield here
                _close(open_.pop(), open_[-1])
            case "next":
                here.next()
                if here.decided is None:
                    here.decided = here.blind
            case "word" if token[0].upper() in _CONSTANTS:
                here.holds.add("logical")
            case "word":
                here.reads = True
            case "compares":
                here.compares = True
            case "text":
                here.words = True
            case "array":
                here.words |= re.search(r'["A-Z]', token[0], re.IGNORECASE) is not None
            case "number" if here.number is None:
                here.number = int(token[0][:6])
                here.dated |= here.name == "DATE" and here.number in _YEARS
    open_[0].next()
    yield open_[0]


def _close(inner: _Call, outer: _Call) -> None:
    outer.reads |= inner.reads or inner.name in _READING
    outer.dated |= inner.dated
    outer.calls |= inner.name != "" or inner.calls
    outer.compares |= inner.name == "" and inner.compares
    outer.words |= inner.name == "" and inner.words
    outer.holds |= {"logical"} if inner.logical else set()
