"""The trial that has other invoices in the place of all: nothing of a line is as it was."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any

from etabli.exam.tools.scenario import Edit

from .amounts import difference
from .extraction import ExtractLine
from .hand import Hand, customer_of, with_cells
from .meaning import is_number, series_of, written_as
from .order import Order
from .sorting import Sorting
from .trial import Trial

if TYPE_CHECKING:
    from etabli.exam.contract.draw import Draw


class Renewal:
    """Other invoices.

    Args:
        hand: What types them.
        draw: Where choices come from.
        order: Which lines may change places; None where all keep theirs.
        sorting: What sorts those.
    """

    def __init__(self, hand: Hand, draw: Draw, order: Order | None, sorting: Sorting) -> None:
        self._hand = hand
        self._lines, self._days = hand.lines, hand.days
        self._draw = draw
        self._order = order
        self._sorting = sorting

    def renewed(self) -> Trial:
        """Other invoices of the same months, days, customers and articles: nothing of a line is as it was.

        Numbers, days, customers, articles with their accounts and rates, quantities, amounts: what is calculated only as
        long as one of today's is there sleeps through all other trials, which change one thing at a time. Lines of one
        invoice stay lines of one. They stand in another order, as who sorts them has it: a total is the same whatever the
        row of each; where they keep theirs, so do customers.
        """
        lines, shift = self._lines, self._draw.between(1_001, 4_999)
        free = [line for line in lines if self._order and line.row in self._order.rows]
        given, days = _next_customers(free), _next_days(self._days)
        changes: dict[int, dict[str, Any]] = {}
        for rank, (line, other) in enumerate(zip(lines, [*lines[1:], *lines[:1]], strict=True), 1):
            new: dict[str, Any] = {"montant": round(line.amount + difference(self._draw) + rank, 2)}
            if is_number(quantity := line.cells.get("quantite")):
                new["quantite"] = quantity * 2
            series, digits = series_of(numero := line.cells.get("numero"))
            if digits.isdigit() and numero not in (None, ""):
                renamed = f"{series}{int(digits) + shift:0{len(digits)}d}"
                new["numero"] = float(renamed) if is_number(numero) else renamed
            new |= {
                name: other.cells[name]
                for name in ("article", "compte", "taux")
                if other.cells.get(name) not in (None, "")
            }
            if line.date:
                new["date"] = written_as(line.cells["date"], days[line.date])
            changes[line.row] = new | given.get(line.row, {})
        beside: list[Edit] = []
        told = f"d'autres factures à la place des vôtres (numéros, jours,{' clients,' * bool(free)} articles, taux, quantités, montants)"
        renewed = [with_cells(line, **changes[line.row]) for line in lines]
        if self._order and len(free) > 1:
            words, renewed, beside = self._sorting.sorted(renewed, self._order)
            told += f", {words}"
        return Trial(told, [*self._hand.edits(renewed), *beside], renewed, in_order=False)


def _next_customers(lines: Sequence[ExtractLine]) -> dict[int, dict[str, Any]]:
    """By row, the customer of the next invoice."""
    first = {line.numero: line for line in reversed(lines)}
    given = dict(zip(first, [*first.values()][1:] + [*first.values()][:1], strict=True))
    return {line.row: customer_of(given[line.numero]) for line in lines}


def _next_days(days: Iterable[date | None]) -> dict[date, date]:
    """By day, the next of the same month; the first after the last."""
    months = [[*some] for _, some in groupby(sorted(day for day in days if day), lambda day: (day.year, day.month))]
    return {day: after for some in months for day, after in zip(some, some[1:] + some[:1], strict=True)}
