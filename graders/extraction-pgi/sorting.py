"""The trials that sort lines, alone or once something else is changed; what is typed beside a line goes with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from etabli.exam.tools.scenario import Edit

from .corrections import Corrections
from .extraction import ExtractLine
from .hand import Hand
from .order import Order, in_order, orders
from .places import Spot
from .trial import CUSTOMER, FEW, FEW_SORTED, MOVED, MOVED_SORTED, Trial

if TYPE_CHECKING:
    from etabli.exam.contract.draw import Draw


class Sorting:
    """Puts the lines in another order, each time by another column or the other way.

    Args:
        hand: What types them.
        order: Which lines may change places, and where their order comes from; None where they keep theirs.
        corrections: What is corrected before.
        shapes: Where the number of corrections comes from.
    """

    def __init__(self, hand: Hand, order: Order | None, corrections: Corrections, shapes: Draw) -> None:
        self._hand = hand
        self._extraction, self._lines = hand.extraction, hand.lines
        self._order = order
        self._corrections = corrections
        self._shapes = shapes
        self._orders = orders(order.draw) if order else iter(())

    def reordered(self, *, corrected: bool = False) -> Trial | None:
        """The same lines, sorted as people sort them: alone, which changes no total, or once one or two are corrected."""
        if not self._order or len(self._order.rows) < 2:
            return None
        moves = self._corrections.several(self._shapes.between(1, 2)) if corrected else []
        return self.then_sorted(self._hand.typed(*moves) or Trial("", (), self._lines))

    def also_sorted(self) -> dict[str, str]:
        """The trials in which lines are sorted once more is changed, and the one of two, drawn, that shows it without."""
        if not self._order or len(self._order.rows) < 2:
            return {}
        draw = self._order.draw
        return {MOVED_SORTED: draw.one((MOVED, CUSTOMER)), FEW_SORTED: draw.one(FEW)}

    def then_sorted(self, trial: Trial | None) -> Trial | None:
        """The same, and then the lines sorted."""
        if trial is None or self._order is None:
            return trial
        words, lines, beside = self.sorted(trial.lines, self._order)
        told = f"{trial.told}, puis les lignes {words}" if trial.told else f"les lignes de l'extraction {words}"
        return Trial(told, [*self._hand.edits(lines), *beside], lines, in_order=False)

    def sorted(self, lines: Sequence[ExtractLine], order: Order) -> tuple[str, list[ExtractLine], list[Edit]]:
        """The words of an order, lines of which those that may are in it, and what goes with them beside."""
        free = [line for line in lines if line.row in order.rows]
        sorts = ((told, in_order(free, keys)) for told, keys in self._orders)
        told, made = next((one for one in sorts if one[1] != free), ("dans un autre ordre", order.draw.shuffled(free)))
        placed = {place.row: one for place, one in zip(free, made, strict=True)}
        grid, sheet = self._extraction.grid, self._extraction.sheet
        beside = [
            Edit(sheet, there.cell, grid.value(here))
            for column in order.beside
            for row, line in placed.items()
            for here, there in [(Spot(line.row, column), Spot(row, column))]
            if here != there and not grid.live(here) and not grid.live(there) and grid.value(here) != grid.value(there)
        ]
        return told, [replace(placed.get(line.row, line), row=line.row) for line in lines], beside
