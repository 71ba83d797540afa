"""Corrections of lines, as people make them: another month, another customer, another rate, another amount."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from copy import copy
from datetime import date
from typing import TYPE_CHECKING, Any

from .amounts import SIZES, difference
from .extraction import ExtractLine
from .hand import Hand, Move, amount_of, corrected, customer_of, pick
from .meaning import written_as
from .order import Order
from .said import day
from .trial import CUSTOMER, MOVED, Trial

if TYPE_CHECKING:
    from etabli.exam.contract.draw import Draw

KEYS: Sequence[Callable[[ExtractLine], Any]] = (lambda line: line.month, lambda line: line.code, lambda line: line.rate)
"""What a list of totals has a row for."""


class Corrections:
    """What may be corrected of the lines.

    Args:
        hand: What types it.
        draw: Where choices come from.
        months: Of the period.
        order: Which lines nothing reads by their rows; None where none is read so.
    """

    def __init__(self, hand: Hand, draw: Draw, months: Sequence[str], order: Order | None) -> None:
        self._hand = hand
        self._lines, self._days = hand.lines, hand.days
        self._draw = draw
        self._months = months
        self._order = order

    def moved(self) -> dict[str, Trial | None]:
        """A line goes to another month and one takes another rate, in one copy: no total is of both; then another customer's."""
        month, customer, rate = self._month(), self._customer(), self._rate()
        return {MOVED: self._hand.typed(month, rate), CUSTOMER: self._hand.typed(customer)}

    def several(self, count: int, *, telling: bool = False) -> list[Move]:
        """So many corrections of lines, as people make them beside something else: of an amount, a day, a customer or a rate.

        The first is of an amount, which every list of totals has a part in, where it has to be `telling`.
        """
        other = copy(self)
        other._lines = [*self._lines]
        made: list[Move] = []
        for rank in range(count):
            if move := other._correction(telling and not rank):
                made.append(move)
                other._lines = corrected(other._lines, [move])
        return made

    def _correction(self, telling: bool) -> Move | None:
        """One of them: but for its amount, of a line that nothing reads by its row, and whose month, customer and rate have others."""
        every = self._lines
        times = [Counter(key(line) for line in every) for key in KEYS]
        rows = {line.row for line in every} if self._order is None else self._order.rows
        spare = [
            line
            for line in every
            if line.row in rows and all(one[key(line)] > 1 for one, key in zip(times, KEYS, strict=True))
        ]
        own = pick(self._draw, self._lines, lambda _: True)
        made = [amount_of(own, round(own.amount + difference(self._draw, self._draw.one(SIZES)), 2))] if own else []
        for find in () if telling else (self._month, self._customer, self._rate):
            move = find()
            if move and any(line.row == move.line.row for line in spare):
                made.append(move)
        return self._draw.one(made) if made else None

    def _month(self) -> Move | None:
        """A line goes to another month of the period."""
        line = pick(self._draw, self._lines, lambda one: one.month in self._months)
        others = [month for month in self._months if line and month != line.month]
        if line is None or not others:
            return None
        month = self._draw.one(others)
        new = self._draw.one(
            sorted(day for day in self._days if day and f"{day:%Y-%m}" == month) or [date.fromisoformat(f"{month}-15")]
        )
        given = {"date": written_as(line.cells["date"], new)}
        return Move(line, f"la date de la ligne {line.row} changée en {day(new)}", given)

    def _customer(self) -> Move | None:
        """A line goes to another customer."""
        line = pick(self._draw, self._lines, lambda one: one.code != "")
        other = pick(self._draw, self._lines, lambda one: line is not None and one.code not in ("", line.code))
        if line is None or other is None:
            return None
        return Move(line, f"la ligne {line.row} donnée au client de la ligne {other.row}", customer_of(other))

    def _rate(self) -> Move | None:
        """A line takes another tax rate."""
        line = pick(self._draw, self._lines, lambda one: one.rate is not None)
        other = pick(self._draw, self._lines, lambda one: line is not None and one.rate not in (None, line.rate))
        if line is None or other is None:
            return None
        return Move(line, f"le taux de la ligne {line.row} changé", {"taux": other.cells["taux"]})
