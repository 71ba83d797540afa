"""The trials that add lines under the last: one, a few, many; sales and credit notes, as other sales have them."""

from __future__ import annotations

import math
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from etabli.exam.contract.french import counted, listed

from .amounts import LARGE, ROUND, TINY, apart
from .corrections import Corrections
from .extraction import ExtractLine
from .hand import Hand, Move, corrected, pick, with_cells
from .meaning import as_number, as_words, is_number, series_of, written_as
from .trial import Trial

if TYPE_CHECKING:
    from etabli.exam.contract.draw import Draw

LINES_MORE = (2, 12), (13, 40)
"""How many lines are typed under the last, beside a single one: as a day has, then as weeks have; the sheet says the most."""
LONG_NAME = 200
"""Signs of the name of an article; of a longer one, no other is made."""
ODD_WORDS = (
    " n° 7 (L'Œuvre)",
    " & Cie – 50 %",
    ", édition revue et augmentée pour les ateliers du quai",
    " « à l'unité »",
)
"""What a new article's name may end with."""


class Additions:
    """New lines, and corrections of those that were there.

    Args:
        hand: What types them.
        draw: Where choices come from.
        more: Where bounds and invoices that go on come from.
        shapes: Where the number of corrections comes from.
        months: Of the period.
        corrections: What is corrected beside.
    """

    def __init__(
        self, hand: Hand, draw: Draw, more: Draw, shapes: Draw, months: Sequence[str], corrections: Corrections
    ) -> None:
        self._hand = hand
        self._extraction, self._lines, self._days = hand.extraction, hand.lines, hand.days
        self._draw = draw
        self._more = more
        self._shapes = shapes
        self._months = months
        self._corrections = corrections

    def added(self) -> tuple[Trial | None, ...]:
        """New lines under the last, one, a few, then many: sales and credit notes, each of a new invoice, in any order.

        Where there are several, one at least is of an article that no line had, and of a day of the period that none had: as other sales have.
        What takes in the first ones alone, however many, sales alone, numbers, articles or days that it knows never follows, whatever
        is drawn; what is wrong from a number of lines on does not follow where they are many.
        """
        several = [self._longer(count) for count in [self._draw.between(*count) for count in LINES_MORE]]
        moves = self._corrections.several(3, telling=True)
        few = self._shapes.below(2)
        more = few + self._shapes.below(2)
        made = zip([self._longer(1), *several], (few, more, more + self._shapes.below(2) or 1), strict=True)
        return tuple(self._beside(trial, moves[:count]) for trial, count in made)

    def _beside(self, trial: Trial | None, moves: Sequence[Move]) -> Trial | None:
        """The same, with corrections of the lines that were there."""
        if trial is None:
            return None
        edits = [self._hand.edit(move.line.row, name, value) for move in moves for name, value in move.given.items()]
        return Trial(_and(trial.told, moves), [*edits, *trial.scenario], corrected(trial.lines, moves))

    def _longer(self, count: int) -> Trial | None:
        lines: list[ExtractLine] = []
        article = self._new_article()
        first, last = (date.fromisoformat(f"{self._months[end]}-01") for end in (0, -1))
        ends = first, last.replace(day=monthrange(last.year, last.month)[1])
        others = self._more.shuffled(range(2, count + 1)) or [self._more.below(2)]
        edges = dict(zip(others[1:], ends, strict=False))
        for rank, cents in enumerate(self._stretched(self._new_amounts(count)), 1):
            model = self._model(credit=cents < 0)
            if model is None:
                return None
            cells: dict[str, Any] = {"numero": self._numero(model, rank), "montant": cents / 100}
            if quantity := as_number(model.cells.get("quantite")):
                cells["quantite"] = math.copysign(quantity * self._more.between(1, 240), cents)
            if article and model.cells.get("article") and (rank == 1 < count or self._draw.below(2)):
                cells["article"] = article
            if (rank == 1 < count or self._draw.below(2)) and (new_day := self._new_day(self._months)):
                cells["date"] = written_as(model.cells["date"], new_day)
            if rank in edges:
                cells["date"] = written_as(model.cells["date"], edges[rank])
            if rank == others[0]:
                cells |= self._going_on(model, article)
            lines.append(replace(with_cells(model, **cells), row=self._extraction.last + rank))
        told = f"{counted(len(lines), 'ligne ajoutée', 'lignes ajoutées')} sous la ligne {self._extraction.last}"
        of_article = sum(line.cells.get("article") == article != "" for line in lines)
        of_day = sum(line.date not in self._days for line in lines)
        told_of = [counted(of_article, "d'un nouvel article", "d'un nouvel article")] if of_article else []
        told_of += [counted(of_day, "d'un jour sans vente", "de jours sans vente")] if of_day else []
        told_of += ["1 d'une facture déjà là"] if others[0] else []
        if told_of:
            told += f" ({listed(told_of if count > 1 else [one[2:] for one in told_of])})"
        return Trial(told, [self._hand.append(line) for line in lines], [*self._lines, *lines])

    def _going_on(self, model: ExtractLine, article: str) -> dict[str, Any]:
        """What makes a new line one of its model's invoice: its number and its day, but another article, or this new one."""
        own = {line.cells.get("article") for line in self._lines if line.numero == model.numero}
        other = self._more.shuffled([line for line in self._lines if line.cells.get("article") not in own])
        given: dict[str, Any] = {"article": article} if article and model.cells.get("article") else {}
        for name in ("article", "compte", "taux") if other else ():
            given[name] = other[0].cells.get(name)
        return {"numero": model.cells.get("numero"), "date": model.cells.get("date"), **given}

    def _stretched(self, amounts: Sequence[int]) -> list[int]:
        """The same, with a sale far beyond today's, and then a line of cents; what is round stays so."""
        made = list(amounts)
        free = [rank for rank, one in enumerate(made) if one % (ROUND[0] * 100)]
        sales = self._more.shuffled([rank for rank in free if made[rank] > 0])
        if sales and (len(made) > 1 or self._more.below(2)):
            made[sales[0]] = self._more.between(3 * LARGE[0], LARGE[1])
            for rank in self._more.shuffled([rank for rank in free if rank != sales[0]])[:1]:
                made[rank] = int(math.copysign(self._more.between(*TINY), made[rank]))
        return made if apart(made) else list(amounts)

    def _new_day(self, months: Sequence[str]) -> date | None:
        """A day of these months that no line has; None where each has one."""
        pairs = [(int(month[:4]), int(month[5:])) for month in months]
        days = (date(*pair, day) for pair in pairs for day in range(1, monthrange(*pair)[1] + 1))
        return self._draw.one(free) if (free := [day for day in days if day not in self._days]) else None

    def _new_article(self) -> str:
        """The name of an article that the extraction has not: words of two that it has, or a number after one; '' where there is none."""
        known = {as_words(line.cells.get("article")) for line in self._lines} - {""}
        names = sorted(name for name in known if len(name) <= LONG_NAME)
        pieces = sorted({word for name in names for word in name.split() if word.isalpha() and len(word) > 2})
        fresh = [
            made
            for name in names
            for word in pieces
            if (made := f"{name} {word.lower()}") not in names and word not in name
        ]
        made = self._draw.one(fresh or [f"{name} {self._draw.between(2, 48)}" for name in names] or [""])
        return made and made + self._more.one(["", *ODD_WORDS])

    def _new_amounts(self, count: int) -> list[int]:
        """Amounts in cents, of both signs where there are several: whichever of the last ones are left out, they add up to something."""
        draw = self._draw
        while True:
            credits = draw.between(int(count > 1), max(1, count // 3))
            sizes = [draw.between(1_001, 199_998) for _ in range(count)]
            if count > 1 or draw.below(2):
                sizes[draw.below(count)] = draw.between(1, 19) * ROUND[0] * 100
            amounts = draw.shuffled([-size if rank < credits else size for rank, size in enumerate(sizes)])
            if apart(amounts):
                return amounts

    def _model(self, *, credit: bool) -> ExtractLine | None:
        """A line like which another may be written: a credit note if there is one and it is to be one."""

        def fits(one: ExtractLine) -> bool:
            return one.month in self._months and one.code != ""

        alike = pick(self._draw, self._lines, lambda one: fits(one) and (one.amount < 0) is credit)
        return alike or pick(self._draw, self._lines, fits)

    def _numero(self, model: ExtractLine, rank: int) -> str | float:
        """The number of an invoice that comes after those of the model's series."""
        given = model.cells.get("numero")
        series, digits = series_of(given)
        known = [int(found[1]) for line in self._lines if (found := series_of(line.cells.get("numero")))[0] == series]
        number = max(known) + rank
        return float(number) if is_number(given) else f"{series}{number:0{len(digits)}d}"


def _and(told: str, moves: Sequence[Move]) -> str:
    """What was done, and what was corrected beside it."""
    return ", et ".join([told, *(move.told for move in moves)])
