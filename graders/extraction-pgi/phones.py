"""Phone numbers that nobody's list has, kept as numbers: their zero is lost, and nine digits alone could be anything.

They are told where something says so: the title of their column, the cell before them, the words before them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from etabli.exam.contract.words import fold

if TYPE_CHECKING:
    from etabli.exam.tools.documents import Trace

_TITLE = 40
"""Characters of a title, at most."""
_PHONE = r"(?:n|no|numero)?(?: de)? ?\b(?:tel|telephon\w+|portable|mobile|gsm|joindre|joignable|(?:r?appele[rz]|appel)(?! d))\b"
_SPEAKS = re.compile(_PHONE)
_OTHER = re.compile(
    r"\b(?:factures?|siren|siret|clients?|codes?|comptes?|dates?|references?|montants?|commandes?|articles?|contrats?|dossiers?|quantites?|pieces?|justificatifs?|serie)\b"
)
"""What else a number under such a title may be: « Factures à rappeler »."""
_BARE = re.compile(r"(?:(?:\+|00)?33|0)?[1-9]\d{8}")
_WRITTEN = re.compile(
    rf"{_PHONE} (?:(?:au|le|n|no|numero|est|de|a) )*(?:0?[1-9](?: ?\d\d){{4}}|33 ?[1-9](?: ?\d\d){{4}})(?! ?\d)"
)
_CELL = re.compile(r"cellule(?: masquée)? ([A-Z]+)(\d+) de la (.*)")


def speaks_of_phones(title: str) -> bool:
    """Whether a title says that what it stands over, or before, is called."""
    said = fold(title)
    return len(said) <= _TITLE and bool(_SPEAKS.search(said)) and not _OTHER.search(said)


def is_bare(text: str) -> bool:
    """Whether a text is nothing but the digits of a phone number, with or without its zero."""
    return bool(_BARE.fullmatch(re.sub(r"[\s.-]|,0+$", "", text)))


def are_written(text: str) -> bool:
    """Whether a text gives a phone number after words that say so: « appeler au 475443774 »."""
    return bool(_WRITTEN.search(fold(text)))


def kept_as_numbers(pieces: Iterable[Trace]) -> Iterator[Trace]:
    """The cells that hold a phone number under such a title, or right after it in a row; another title ends the column."""
    under: dict[tuple[str, str], bool] = {}
    before = ("", "", "")
    for piece in pieces:
        if not (cell := _CELL.fullmatch(piece.where)):
            continue
        column, row, sheet = cell.groups()
        if not is_bare(piece.text):
            if not piece.text.replace(" ", "").isdigit():
                under[sheet, column] = speaks_of_phones(piece.text)
        elif under.get((sheet, column)) or (before[:2] == (sheet, row) and speaks_of_phones(before[2])):
            yield piece
        before = (sheet, row, piece.text)
