"""Other amounts: of all lines, of half of them, of some, of one; of each size, round, alike, turned, nought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from etabli.exam.contract.french import counted, some

from .extraction import ExtractLine, sums
from .hand import Hand, Move, amount_of, pick
from .said import amount
from .trial import Trial

if TYPE_CHECKING:
    from etabli.exam.contract.draw import Draw

CENTS = 2, 99
SIZES = CENTS, (101, 999), (1_001, 9_999), (10_100, 99_998)
"""By how many cents an amount changes: by a few, by euros, by tens, by hundreds."""
ROUND = 100, 500, 1_000
"""Of how many euros an amount is a whole number, where a trial has a round one as people type them."""
Size = tuple[int, int]
LARGE, LOW, TINY = (1_000_000, 8_999_999), (200_000, 899_999), (3, 99)
"""Cents of a sale and of a credit note far beyond those of a small company, and of a line far below."""


class Amounts:
    """The trials that change amounts alone.

    Args:
        hand: What types them.
        draw: Where choices come from.
        more: Where bounds come from.
        alike: Where the lines come from whose amounts are alike.
        shapes: Where what a single amount becomes comes from.
    """

    def __init__(self, hand: Hand, draw: Draw, more: Draw, alike: Draw, shapes: Draw) -> None:
        self._hand = hand
        self._lines = hand.lines
        self._draw = draw
        self._more = more
        self._alike = alike
        self._shapes = shapes

    def every(self) -> Trial:
        """Every amount, each by another one."""
        new = {
            line.row: round(line.amount + difference(self._draw) + rank, 2) for rank, line in enumerate(self._lines, 1)
        }
        line = self._draw.one(self._lines)
        new[line.row] = round_above(self._draw, line.amount)
        extremes = self._extremes([one for one in self._lines if one is not line])
        largest = f" (le plus grand : {amount(max(extremes.values()))} €)" if extremes else ""
        rest = [one for one in self._lines if one is not line and one.row not in extremes]
        new |= extremes | self._repeated(rest, new)
        return self._hand.changed(f"tous les montants de l'extraction changés{largest}", new)

    def _repeated(self, lines: Sequence[ExtractLine], new: Mapping[int, float]) -> dict[int, float]:
        """By row, the amount of another sale, and that of the same one taken back: by chance, neither is ever drawn."""
        sales, credits = ([one for one in lines if one.amount * sign > 0] for sign in (1, -1))
        if not sales:
            return {}
        first, *others = self._alike.shuffled(sales)
        amount = new[first.row]
        found = {line.row: amount for line in others[:1] if _may_have(line, amount, first)}
        return found | {one.row: -amount for one in self._alike.some(credits, 1) if _may_have(one, -amount, first)}

    def _copied(self, line: ExtractLine, new: Mapping[int, float]) -> dict[int, float]:
        """By row, the amount that the line above has, or that below, as who pulls a cell over the next leaves it."""
        beside = [one for one in self._lines if abs(one.row - line.row) == 1]
        amounts = [(one, new.get(one.row, one.amount)) for one in self._alike.shuffled(beside)]
        fits = [amount for one, amount in amounts if _may_have(line, amount, one)]
        return {line.row: fits[0]} if fits else {}

    def _extremes(self, lines: Sequence[ExtractLine]) -> dict[int, float]:
        """By row, a sale of ten thousands and one of cents, and the same of credit notes: a total has no bounds."""
        new: dict[int, float] = {}
        for sign, sizes in ((1, (LARGE, TINY)), (-1, (TINY, LOW))):
            alike = self._more.shuffled([line for line in lines if line.amount * sign > 0])
            new |= {line.row: sign * self._more.between(*size) / 100 for line, size in zip(alike, sizes, strict=False)}
        return new

    def halves(self) -> tuple[Trial | None, Trial | None]:
        """The amounts of half of the lines, then of the others: what they add up to stays the same.

        The lines of each customer are in both halves, if there are two.
        """
        by_customer: dict[str, list[ExtractLine]] = {}
        for line in self._draw.shuffled(self._lines):
            by_customer.setdefault(line.code, []).append(line)
        ordered = [line for lines in by_customer.values() for line in lines]
        first, second = self._draw.shuffled([self._draw.one(SIZES), SIZES[-1]])
        return self._evened(ordered[::2], first), self._evened(ordered[1::2], second)

    def _evened(self, lines: Sequence[ExtractLine], size: Size) -> Trial | None:
        if len(lines) < 2:
            return None
        deltas = [difference(self._draw, size) + rank * min(size[0], 100) / 100 for rank in range(len(lines) - 1)]
        deltas.append(-sum(deltas))
        new = {line.row: round(line.amount + delta, 2) for line, delta in zip(lines, deltas, strict=True)}
        rows = some([str(row) for row in sorted(new)], 4)
        return self._hand.changed(f"{counted(len(new), 'montant changé', 'montants changés')} (lignes {rows})", new)

    def singles(self) -> tuple[Trial | None, Trial | None]:
        """One amount, then the amount of another line."""
        first = pick(self._draw, self._lines, lambda _: True)
        other = pick(self._draw, self._lines, lambda one: one is not first)
        size, another = self._draw.shuffled([CENTS, self._draw.one(SIZES[1:])])
        return self._single(first, size), self._single(other, another)

    def _single(self, line: ExtractLine | None, size: Size) -> Trial | None:
        if line is None:
            return None
        delta = difference(self._draw, size)
        above = round(line.amount + delta, 2)
        if size is CENTS:
            other = [above, round(line.amount - delta, 2)]
        else:
            part = round(line.amount * self._shapes.between(10, 90) / 100, 2)
            other = [round_above(self._draw, above), above, part, 0.0, -line.amount]
        amount = self._shapes.one([one for one in other if one != line.amount])
        return self._hand.typed(amount_of(line, amount))

    def few(self) -> tuple[Trial | None, Trial | None]:
        """The amounts of two or three lines, then of several others, which fall: as a day, and a week, of corrections leave them."""
        lines = self._draw.shuffled([line for line in self._lines if line.amount])
        first = self._draw.between(2, 3)
        second = self._draw.between(4, max(4, len(lines) // 4))
        return self._some(lines[:first]), self._fallen(lines[first : first + second])

    def _some(self, chosen: Sequence[ExtractLine]) -> Trial | None:
        if len(chosen) < 2:
            return None
        new = {
            line.row: round(line.amount + difference(self._draw, SIZES[1]) + rank, 2)
            for rank, line in enumerate(chosen)
        }
        new[chosen[0].row] = round_above(self._draw, chosen[0].amount)
        copied = self._copied(chosen[-1], new)
        new |= copied
        rows = some([str(row) for row in sorted(new)], 4)
        told = f"{counted(len(new), 'montant changé', 'montants changés')} (lignes {rows})"
        told += "".join(f", dont un recopié d'une ligne voisine (ligne {row})" for row in copied)
        return self._hand.changed(told, new)

    def _fallen(self, chosen: Sequence[ExtractLine]) -> Trial | None:
        """Lower amounts, one of them nought: what only follows a total that rises, or amounts that are there, sleeps."""
        if len(chosen) < 2:
            return None
        none = self._draw.one([line for line in chosen if line.amount > 0] or chosen)
        falls = ((line, abs(line.amount) * self._draw.between(10, 90) / 100) for line in chosen)
        new = {line.row: 0.0 if line is none else round(line.amount - fall, 2) for line, fall in falls}
        rows = some([str(row) for row in sorted(new)], 4)
        return self._hand.changed(f"{len(new)} montants baissés, dont un à zéro (lignes {rows})", new)

    def rank(self) -> Trial | None:
        """The last customer becomes the first."""
        totals = sums(self._lines, lambda line: line.code)
        totals.pop("", None)
        if len(totals) < 2:
            return None
        last, first = min(totals, key=lambda code: totals[code]), max(totals.values())
        line = next(one for one in self._lines if one.code == last)
        amount = round(line.amount + (first - totals[last]) / 100 + 1234.5, 2)
        return self._hand.typed(Move(line, f"le montant de la ligne {line.row} porté très haut", {"montant": amount}))


def difference(draw: Draw, size: Size = SIZES[-1]) -> float:
    """By how much an amount changes."""
    return draw.between(*size) / 100


def round_above(draw: Draw, amount: float) -> float:
    """A round amount above another one, in euros; never nought."""
    step = draw.one(ROUND)
    return float((amount // step + 1) * step or step)


def apart(amounts: Sequence[int]) -> bool:
    """Whether the last of them, however many, add up to something."""
    return all(abs(left) > 2 for left in accumulate(reversed(amounts)))


def _may_have(line: ExtractLine, amount: float, other: ExtractLine) -> bool:
    """Whether an amount is a new one for a line, and leaves it another line than the one that has it too."""
    return amount not in (0, line.amount) and {**line.cells, "montant": amount} != {**other.cells, "montant": amount}
