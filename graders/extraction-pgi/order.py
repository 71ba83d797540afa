"""The orders that lines may be sorted in, as a spreadsheet does it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from .extraction import ExtractLine
from .meaning import as_words, is_number

if TYPE_CHECKING:
    from etabli.exam.contract.draw import Draw

COLUMNS = {
    "montant": "montant",
    "date": "date",
    "client": "client",
    "article": "article",
    "numero": "numéro",
    "code_client": "code client",
    "quantite": "quantité",
    "compte": "compte",
    "taux": "taux",
}
"""Those that lines may be sorted by, each upwards and downwards, and their words."""
OFTEN = [*COLUMNS][:4]
"""Those that people sort by first."""


class Order(NamedTuple):
    """Which lines may change places, and where their order comes from."""

    draw: Draw
    rows: Collection[int]
    beside: Sequence[int] = ()
    """The columns beside the lines where a hand has typed."""


def orders(draw: Draw) -> Iterator[tuple[str, Sequence[tuple[str, bool]]]]:
    """Ways to sort, first by each of the usual columns and by amount again or by another, then by any, half of them by a second one too; their words."""
    ways = [(name, falling) for name in COLUMNS for falling in (False, True)]
    usual = [(name, bool(draw.below(2))) for name in OFTEN]
    back = OFTEN[0], not usual[0][1]
    firsts = draw.shuffled([*usual, draw.one([back, draw.one([way for way in ways if way[0] not in OFTEN])])])
    for way in [*firsts, *draw.shuffled([way for way in ways if way not in firsts])]:
        keys = [way, *draw.some([one for one in ways if one[0] != way[0]], draw.below(2))]
        told = (f"par {COLUMNS[name]} (tri {'dé' * falling}croissant)" for name, falling in keys)
        yield f"triées {', puis '.join(told)}", keys


def in_order(lines: Sequence[ExtractLine], keys: Sequence[tuple[str, bool]]) -> list[ExtractLine]:
    """Lines as a spreadsheet sorts them: numbers, then words, then what is empty, whichever way; those alike stay as they were."""
    made = [*lines]
    for name, falling in reversed(keys):
        filled = [line for line in made if line.cells.get(name) not in (None, "")]
        empty = [line for line in made if line.cells.get(name) in (None, "")]
        made = [*sorted(filled, key=lambda line: _in_rank(line.cells[name]), reverse=falling), *empty]
    return made


def _in_rank(value: Any) -> tuple[bool, float, str]:
    """What tells which of two cells comes first."""
    if isinstance(value, date):
        return False, float(value.toordinal()), ""
    return (False, float(value), "") if is_number(value) else (True, 0.0, as_words(value).casefold())
