"""What is changed in a copy of the workbook, and what the lines then are: every total must follow by as much."""

from __future__ import annotations

import math
from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate, groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from etabli.exam.contract.french import counted, listed, some
from etabli.exam.tools.scenario import Append, Edit, Hide

from .extraction import Extraction, ExtractLine, sums
from .meaning import as_number, as_words, is_number, written_as
from .places import Spot, letters
from .said import amount, day
from .said import month as in_words

if TYPE_CHECKING:
    from etabli.exam.contract.draw import Draw


@dataclass(frozen=True)
class Trial:
    """One copy of the workbook: what is typed in it, and the lines that it then has."""

    told: str
    """What was changed, in French, for a sentence."""
    scenario: Sequence[Edit | Append | Hide]
    lines: Sequence[ExtractLine]
    seen: Sequence[ExtractLine] = ()
    """Those that a filter then leaves; none where nothing is filtered."""
    in_order: bool = True
    """Whether they stand as they did."""

    @property
    def typed(self) -> Iterator[tuple[str, str, Any]]:
        """Sheet and cell of what is typed, and what it is."""
        for one in self.scenario:
            if isinstance(one, Append):
                yield from ((one.sheet, f"{column}{one.after_row + 1}", value) for column, value in one.values.items())
            elif isinstance(one, Edit):
                yield one.sheet, one.cell, one.value


class Order(NamedTuple):
    """Which lines may change places, and where their order comes from."""

    draw: Draw
    rows: Collection[int]
    beside: Sequence[int] = ()
    """The columns beside the lines where a hand has typed."""


class _Move(NamedTuple):
    """What is typed in one line, by column, and its words."""

    line: ExtractLine
    told: str
    given: Mapping[str, Any]


HALVES = "half", "other"
SINGLES = "one", "another"
FEW = "few", "several"
RENEWED = "renewed"
SORTED, REORDERED = "sorted", "reordered"
MOVED, CUSTOMER = "moved", "customer"
FILTERED, HIDDEN = "filtered", "hidden"
ADDED = "line", "added", "longer"
FOLLOWED = "amounts", SORTED, REORDERED, RENEWED, *HALVES, *SINGLES, *FEW
"""The trials after which every total is another one, or may be; once lines are sorted alone, none is."""
CORRECTED = *FOLLOWED, MOVED, CUSTOMER, HIDDEN, FILTERED
"""Those, and the trials after which totals by month, by customer or by rate are; they may leave a list without one of its keys."""
CENTS = 2, 99
SIZES = CENTS, (101, 999), (1_001, 9_999), (10_100, 99_998)
"""By how many cents an amount changes: by a few, by euros, by tens, by hundreds."""
ROUND = 100, 500, 1_000
"""Of how many euros an amount is a whole number, where a trial has a round one as people type them."""
LINES_MORE = (2, 12), (13, 40)
"""How many lines are typed under the last, beside a single one: as a day has, then as weeks have; the sheet says the most."""
LONG_NAME = 200
"""Signs of the name of an article; of a longer one, no other is made."""
MOST_DIGITS = 40
"""Signs of the number of an invoice; of a longer one, no part is a number."""
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
Size = tuple[int, int]
KEYS: Sequence[Callable[[ExtractLine], Any]] = (lambda line: line.month, lambda line: line.code, lambda line: line.rate)
"""What a list of totals has a row for."""
LARGE, LOW, TINY = (1_000_000, 8_999_999), (200_000, 899_999), (3, 99)
"""Cents of a sale and of a credit note far beyond those of a small company, and of a line far below."""
ODD_WORDS = (
    " n° 7 (L'Œuvre)",
    " & Cie – 50 %",
    ", édition revue et augmentée pour les ateliers du quai",
    " « à l'unité »",
)
"""What a new article's name may end with."""


def make_trials(
    extraction: Extraction,
    draw: Draw,
    months: Sequence[str],
    order: Order | None = None,
    more: Draw | None = None,
    alike: Draw | None = None,
    shapes: Draw | None = None,
) -> dict[str, Trial]:
    """The trials by name; one that has no sense here (a single month, a single rate) is left out.

    Which lines change, and by how much, is drawn: a total that only wakes when a line that somebody knew is another one
    sleeps through most of them. One of the two singles changes by cents alone, for a total that only wakes when it is far
    from what it was; one of the two halves changes by hundreds. The other single
    becomes a round amount, any other, a part of what it was, nought or a credit note. One of all amounts, one of the few and one of each group of new lines are round. The several fall. Each line is left as it is by one of the two halves and one of the two singles at least,
    and the grand total by both halves. One of the few takes the amount of the line beside it, as a cell that is copied down; where all change,
    two are alike, and a credit note takes back a sale. Where all change, some amounts are far beyond today's, and some far below.

    What people do together comes together: while one thing is corrected, a filter hides other lines, as who checks a total by hand has it;
    lines that were there are corrected where others are added and, mostly, where they are sorted. Lines are sorted in other
    trials too, and alone, each time by another column or the other way; a filter comes alone too.

    Args:
        extraction: Whose lines are changed.
        draw: Where choices come from.
        months: Of the period.
        order: The other orders of the lines, where they are sorted; None where they keep theirs.
        more: Where bounds, filters and invoices that go on come from; None takes `draw`.
        alike: Where the lines come from whose amounts are alike; None takes `draw`.
        shapes: Where corrections come from, and what a single amount becomes; None takes `more`.
    """
    maker = _Maker(extraction, draw, months, order, more or draw, alike or draw, shapes or more or draw)
    made: dict[str, Trial | None] = {
        "amounts": maker.amounts(),
        RENEWED: maker.renewed(),
        SORTED: None,
        REORDERED: None,
        **dict(zip(HALVES, maker.halves(), strict=True)),
        **dict(zip(SINGLES, maker.singles(), strict=True)),
        **dict(zip(FEW, maker.few(), strict=True)),
        **maker.moved(),
        FILTERED: maker.filtered(),
        HIDDEN: None,
        "rank": maker.rank(),
        **dict(zip(ADDED, maker.added(), strict=True)),
    }
    made[REORDERED] = maker.reordered(corrected=True)
    made[SORTED] = maker.reordered()
    for name in maker.also_sorted():
        made[name] = maker.then_sorted(made[name])
    made[HIDDEN] = maker.hidden()
    return {name: trial for name, trial in made.items() if trial is not None}


class _Maker:
    def __init__(
        self,
        extraction: Extraction,
        draw: Draw,
        months: Sequence[str],
        order: Order | None,
        more: Draw,
        alike: Draw,
        shapes: Draw,
    ) -> None:
        self._shapes = shapes
        self._order = order
        self._alike = alike
        self._more = more
        self._extraction = extraction
        self._lines = list(extraction.lines)
        self._days = {line.date for line in self._lines}
        self._draw = draw
        self._months = months
        self._orders = _orders(order.draw) if order else iter(())

    def amounts(self) -> Trial:
        """Every amount, each by another one."""
        new = {line.row: round(line.amount + self._delta() + rank, 2) for rank, line in enumerate(self._lines, 1)}
        line = self._draw.one(self._lines)
        new[line.row] = self._round(line.amount)
        extremes = self._extremes([one for one in self._lines if one is not line])
        largest = f" (le plus grand : {amount(max(extremes.values()))} €)" if extremes else ""
        rest = [one for one in self._lines if one is not line and one.row not in extremes]
        new |= extremes | self._repeated(rest, new)
        return self._changed(f"tous les montants de l'extraction changés{largest}", new)

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
            new: dict[str, Any] = {"montant": round(line.amount + self._delta() + rank, 2)}
            if is_number(quantity := line.cells.get("quantite")):
                new["quantite"] = quantity * 2
            series, digits = _series(numero := line.cells.get("numero"))
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
        renewed = [_with(line, **changes[line.row]) for line in lines]
        if self._order and len(free) > 1:
            words, renewed, beside = self._sorted(renewed, self._order)
            told += f", {words}"
        return Trial(told, [*self._edits(renewed), *beside], renewed, in_order=False)

    def reordered(self, *, corrected: bool = False) -> Trial | None:
        """The same lines, sorted as people sort them: alone, which changes no total, or once one or two are corrected."""
        if not self._order or len(self._order.rows) < 2:
            return None
        moves = self._corrections(self._shapes.between(1, 2)) if corrected else []
        return self.then_sorted(self._typed(*moves) or Trial("", (), self._lines))

    def also_sorted(self) -> list[str]:
        """The trials in which lines are sorted beside what is changed: one of each two, drawn, for the other shows it without."""
        if not self._order or len(self._order.rows) < 2:
            return []
        draw = self._order.draw
        return [draw.one((MOVED, CUSTOMER)), draw.one(FEW)]

    def then_sorted(self, trial: Trial | None) -> Trial | None:
        """The same, and then the lines sorted."""
        if trial is None or self._order is None:
            return trial
        words, lines, beside = self._sorted(trial.lines, self._order)
        told = f"{trial.told}, puis les lignes {words}" if trial.told else f"les lignes de l'extraction {words}"
        return Trial(told, [*self._edits(lines), *beside], lines, in_order=False)

    def _edits(self, lines: Sequence[ExtractLine]) -> list[Edit]:
        """What is typed to make today's lines these, row by row."""
        return [
            self._edit(line.row, name, value)
            for line, was in zip(lines, self._lines, strict=True)
            for name, value in line.cells.items()
            if value != was.cells[name]
        ]

    def _sorted(self, lines: Sequence[ExtractLine], order: Order) -> tuple[str, list[ExtractLine], list[Edit]]:
        """The words of an order, lines of which those that may are in it, and what goes with them beside."""
        free = [line for line in lines if line.row in order.rows]
        sorts = ((told, _in_order(free, keys)) for told, keys in self._orders)
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
        deltas = [self._delta(size) + rank * min(size[0], 100) / 100 for rank in range(len(lines) - 1)]
        deltas.append(-sum(deltas))
        new = {line.row: round(line.amount + delta, 2) for line, delta in zip(lines, deltas, strict=True)}
        rows = some([str(row) for row in sorted(new)], 4)
        return self._changed(f"{counted(len(new), 'montant changé', 'montants changés')} (lignes {rows})", new)

    def singles(self) -> tuple[Trial | None, Trial | None]:
        """One amount, then the amount of another line."""
        first = self._pick(lambda _: True)
        other = self._pick(lambda one: one is not first)
        size, another = self._draw.shuffled([CENTS, self._draw.one(SIZES[1:])])
        return self._single(first, size), self._single(other, another)

    def few(self) -> tuple[Trial | None, Trial | None]:
        """The amounts of two or three lines, then of several others, which fall: as a day, and a week, of corrections leave them."""
        lines = self._draw.shuffled([line for line in self._lines if line.amount])
        first = self._draw.between(2, 3)
        second = self._draw.between(4, max(4, len(lines) // 4))
        return self._some(lines[:first]), self._fallen(lines[first : first + second])

    def _some(self, chosen: Sequence[ExtractLine]) -> Trial | None:
        if len(chosen) < 2:
            return None
        new = {line.row: round(line.amount + self._delta(SIZES[1]) + rank, 2) for rank, line in enumerate(chosen)}
        new[chosen[0].row] = self._round(chosen[0].amount)
        copied = self._copied(chosen[-1], new)
        new |= copied
        rows = some([str(row) for row in sorted(new)], 4)
        told = f"{counted(len(new), 'montant changé', 'montants changés')} (lignes {rows})"
        told += "".join(f", dont un recopié d'une ligne voisine (ligne {row})" for row in copied)
        return self._changed(told, new)

    def _fallen(self, chosen: Sequence[ExtractLine]) -> Trial | None:
        """Lower amounts, one of them nought: what only follows a total that rises, or amounts that are there, sleeps."""
        if len(chosen) < 2:
            return None
        none = self._draw.one([line for line in chosen if line.amount > 0] or chosen)
        falls = ((line, abs(line.amount) * self._draw.between(10, 90) / 100) for line in chosen)
        new = {line.row: 0.0 if line is none else round(line.amount - fall, 2) for line, fall in falls}
        rows = some([str(row) for row in sorted(new)], 4)
        return self._changed(f"{len(new)} montants baissés, dont un à zéro (lignes {rows})", new)

    def _single(self, line: ExtractLine | None, size: Size) -> Trial | None:
        if line is None:
            return None
        delta = self._delta(size)
        above = round(line.amount + delta, 2)
        if size is CENTS:
            other = [above, round(line.amount - delta, 2)]
        else:
            part = round(line.amount * self._shapes.between(10, 90) / 100, 2)
            other = [self._round(above), above, part, 0.0, -line.amount]
        amount = self._shapes.one([one for one in other if one != line.amount])
        return self._typed(_amount_of(line, amount))

    def moved(self) -> dict[str, Trial | None]:
        """A line goes to another month and one takes another rate, in one copy: no total is of both; then another customer's."""
        month, customer, rate = self._month(), self._customer(), self._rate()
        return {MOVED: self._typed(month, rate), CUSTOMER: self._typed(customer)}

    def filtered(self) -> Trial | None:
        """One line is corrected while a filter leaves the lines of one month, or of one customer: totals are of all lines."""
        return self._behind_filter(self._typed(*self._corrections(1)))

    def hidden(self) -> Trial | None:
        """The filter alone."""
        trial = self._behind_filter(Trial("", (), self._lines))
        return trial if trial and trial.scenario else None

    def _behind_filter(self, trial: Trial | None) -> Trial | None:
        kinds: list[tuple[Callable[[ExtractLine], str], Callable[[str], str]]] = [
            (lambda line: line.month, in_words),
            (self._code, lambda code: f"le client {code}"),
        ]
        key, told = self._more.one(kinds)
        if trial is None or not (keys := [one for line in trial.lines if (one := key(line))]):
            return trial
        kept = self._more.one(keys)
        already = self._extraction.grid.sheet.hidden_rows
        rows = [line.row for line in trial.lines if key(line) != kept and line.row not in already]
        seen = [line for line in trial.lines if key(line) == kept]
        words = f"{trial.told}{', et ' * bool(trial.told)}l'extraction filtrée sur {told(kept)}"
        hides = [Hide(self._extraction.sheet, rows)] if rows else []
        return Trial(words, [*trial.scenario, *hides], trial.lines, seen)

    def _corrections(self, count: int, *, telling: bool = False) -> list[_Move]:
        """So many corrections of lines, as people make them beside something else: of an amount, a day, a customer or a rate.

        The first is of an amount, which every list of totals has a part in, where it has to be `telling`.
        """
        other = copy(self)
        other._draw, other._lines = self._shapes, [*self._lines]
        made: list[_Move] = []
        for rank in range(count):
            if move := other._correction(telling and not rank):
                made.append(move)
                other._lines = _corrected(other._lines, [move])
        return made

    def _correction(self, telling: bool) -> _Move | None:
        """One of them: but for its amount, of a line that nothing reads by its row, and whose month, customer and rate have others."""
        every = self._lines
        times = [Counter(key(line) for line in every) for key in KEYS]
        rows = {line.row for line in every} if self._order is None else self._order.rows
        spare = [
            line
            for line in every
            if line.row in rows and all(one[key(line)] > 1 for one, key in zip(times, KEYS, strict=True))
        ]
        own = self._pick(lambda _: True)
        made = [_amount_of(own, round(own.amount + self._delta(self._draw.one(SIZES)), 2))] if own else []
        for find in () if telling else (self._month, self._customer, self._rate):
            move = find()
            if move and any(line.row == move.line.row for line in spare):
                made.append(move)
        return self._draw.one(made) if made else None

    def _code(self, line: ExtractLine) -> str:
        """A customer's code, as the extraction writes it."""
        return as_words(line.cells.get("code_client"))

    def _month(self) -> _Move | None:
        """A line goes to another month of the period."""
        line = self._pick(lambda one: one.month in self._months)
        others = [month for month in self._months if line and month != line.month]
        if line is None or not others:
            return None
        month = self._draw.one(others)
        new = self._draw.one(
            sorted(day for day in self._days if day and f"{day:%Y-%m}" == month) or [date.fromisoformat(f"{month}-15")]
        )
        given = {"date": written_as(line.cells["date"], new)}
        return _Move(line, f"la date de la ligne {line.row} changée en {day(new)}", given)

    def _customer(self) -> _Move | None:
        """A line goes to another customer."""
        line = self._pick(lambda one: one.code != "")
        other = self._pick(lambda one: line is not None and one.code not in ("", line.code))
        if line is None or other is None:
            return None
        return _Move(line, f"la ligne {line.row} donnée au client de la ligne {other.row}", _customer_of(other))

    def _rate(self) -> _Move | None:
        """A line takes another tax rate."""
        line = self._pick(lambda one: one.rate is not None)
        other = self._pick(lambda one: line is not None and one.rate not in (None, line.rate))
        if line is None or other is None:
            return None
        return _Move(line, f"le taux de la ligne {line.row} changé", {"taux": other.cells["taux"]})

    def rank(self) -> Trial | None:
        """The last customer becomes the first."""
        totals = sums(self._lines, lambda line: line.code)
        totals.pop("", None)
        if len(totals) < 2:
            return None
        last, first = min(totals, key=lambda code: totals[code]), max(totals.values())
        line = next(one for one in self._lines if one.code == last)
        amount = round(line.amount + (first - totals[last]) / 100 + 1234.5, 2)
        return self._typed(_Move(line, f"le montant de la ligne {line.row} porté très haut", {"montant": amount}))

    def added(self) -> tuple[Trial | None, ...]:
        """New lines under the last, one, a few, then many: sales and credit notes, each of a new invoice, in any order.

        Where there are several, one at least is of an article that no line had, and of a day of the period that none had: as other sales have.
        What takes in the first ones alone, however many, sales alone, numbers, articles or days that it knows never follows, whatever
        is drawn; what is wrong from a number of lines on does not follow where they are many.
        """
        several = [self._longer(count) for count in [self._draw.between(*count) for count in LINES_MORE]]
        moves = self._corrections(3, telling=True)
        few = self._shapes.below(2)
        more = few + self._shapes.below(2)
        made = zip([self._longer(1), *several], (few, more, more + self._shapes.below(2) or 1), strict=True)
        return tuple(self._beside(trial, moves[:count]) for trial, count in made)

    def _beside(self, trial: Trial | None, moves: Sequence[_Move]) -> Trial | None:
        """The same, with corrections of the lines that were there."""
        if trial is None:
            return None
        edits = [self._edit(move.line.row, name, value) for move in moves for name, value in move.given.items()]
        return Trial(_and(trial.told, moves), [*edits, *trial.scenario], _corrected(trial.lines, moves))

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
            lines.append(replace(_with(model, **cells), row=self._extraction.last + rank))
        told = f"{counted(len(lines), 'ligne ajoutée', 'lignes ajoutées')} sous la ligne {self._extraction.last}"
        of_article = sum(line.cells.get("article") == article != "" for line in lines)
        of_day = sum(line.date not in self._days for line in lines)
        told_of = [counted(of_article, "d'un nouvel article", "d'un nouvel article")] if of_article else []
        told_of += [counted(of_day, "d'un jour sans vente", "de jours sans vente")] if of_day else []
        told_of += ["1 d'une facture déjà là"] if others[0] else []
        if told_of:
            told += f" ({listed(told_of if count > 1 else [one[2:] for one in told_of])})"
        return Trial(told, [self._append(line) for line in lines], [*self._lines, *lines])

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
        return made if _apart(made) else list(amounts)

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
            if _apart(amounts):
                return amounts

    def _model(self, *, credit: bool) -> ExtractLine | None:
        """A line like which another may be written: a credit note if there is one and it is to be one."""

        def fits(one: ExtractLine) -> bool:
            return one.month in self._months and one.code != ""

        alike = self._pick(lambda one: fits(one) and (one.amount < 0) is credit)
        return alike or self._pick(fits)

    def _numero(self, model: ExtractLine, rank: int) -> str | float:
        """The number of an invoice that comes after those of the model's series."""
        given = model.cells.get("numero")
        series, digits = _series(given)
        known = [int(found[1]) for line in self._lines if (found := _series(line.cells.get("numero")))[0] == series]
        number = max(known) + rank
        return float(number) if is_number(given) else f"{series}{number:0{len(digits)}d}"

    def _append(self, line: ExtractLine) -> Append:
        columns = self._extraction.columns
        values = {letters(columns[name]): value for name, value in line.cells.items() if value not in (None, "")}
        return Append(self._extraction.sheet, line.row - 1, values)

    def _typed(self, *moves: _Move | None) -> Trial | None:
        """What is typed in some lines, in one copy; None where nothing is."""
        made = [move for move in moves if move]
        lines = _corrected(self._lines, made)
        edits = [self._edit(move.line.row, name, value) for move in made for name, value in move.given.items()]
        return Trial(" et ".join(move.told for move in made), edits, lines) if made else None

    def _changed(self, told: str, new: Mapping[int, float]) -> Trial:
        """Other amounts, by row."""
        edits = [self._edit(row, "montant", value) for row, value in sorted(new.items())]
        lines = [_with(line, montant=new[line.row]) if line.row in new else line for line in self._lines]
        return Trial(told, edits, lines)

    def _pick(self, fits: Callable[[ExtractLine], bool]) -> ExtractLine | None:
        """A line that fits, drawn."""
        return next((line for line in self._draw.shuffled(self._lines) if fits(line) and line.amount), None)

    def _delta(self, size: Size = SIZES[-1]) -> float:
        """By how much an amount changes."""
        return self._draw.between(*size) / 100

    def _round(self, amount: float) -> float:
        """A round amount above another one, in euros; never nought."""
        step = self._draw.one(ROUND)
        return float((amount // step + 1) * step or step)

    def _edit(self, row: int, name: str, value: Any) -> Edit:
        return Edit(self._extraction.sheet, Spot(row, self._extraction.columns[name]).cell, value)


def _apart(amounts: Sequence[int]) -> bool:
    """Whether the last of them, however many, add up to something."""
    return all(abs(left) > 2 for left in accumulate(reversed(amounts)))


def _may_have(line: ExtractLine, amount: float, other: ExtractLine) -> bool:
    """Whether an amount is a new one for a line, and leaves it another line than the one that has it too."""
    return amount not in (0, line.amount) and {**line.cells, "montant": amount} != {**other.cells, "montant": amount}


def _series(numero: Any) -> tuple[str, str]:
    """What the number of an invoice begins with, and the digits at its end."""
    words = as_words(numero)
    series = words.rstrip("0123456789") if len(words) < MOST_DIGITS else words
    return series, words[len(series) :] or "0"


def _orders(draw: Draw) -> Iterator[tuple[str, Sequence[tuple[str, bool]]]]:
    """Ways to sort, first by each of the usual columns and by amount again or by another, then by any, half of them by a second one too; their words."""
    ways = [(name, falling) for name in COLUMNS for falling in (False, True)]
    usual = [(name, bool(draw.below(2))) for name in OFTEN]
    back = OFTEN[0], not usual[0][1]
    firsts = draw.shuffled([*usual, draw.one([back, draw.one([way for way in ways if way[0] not in OFTEN])])])
    for way in [*firsts, *draw.shuffled([way for way in ways if way not in firsts])]:
        keys = [way, *draw.some([one for one in ways if one[0] != way[0]], draw.below(2))]
        told = (f"par {COLUMNS[name]} (tri {'dé' * falling}croissant)" for name, falling in keys)
        yield f"triées {', puis '.join(told)}", keys


def _in_order(lines: Sequence[ExtractLine], keys: Sequence[tuple[str, bool]]) -> list[ExtractLine]:
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


def _amount_of(line: ExtractLine, amount: float) -> _Move:
    return _Move(line, f"le montant de la ligne {line.row} changé", {"montant": amount})


def _corrected(lines: Sequence[ExtractLine], moves: Iterable[_Move]) -> list[ExtractLine]:
    """Lines after what is typed in some."""
    made = [*lines]
    for move in moves:
        made = [_with(one, **move.given) if one.row == move.line.row else one for one in made]
    return made


def _and(told: str, moves: Sequence[_Move]) -> str:
    """What was done, and what was corrected beside it."""
    return ", et ".join([told, *(move.told for move in moves)])


def _customer_of(line: ExtractLine) -> dict[str, Any]:
    return {name: line.cells[name] for name in ("code_client", "client") if name in line.cells}


def _next_customers(lines: Sequence[ExtractLine]) -> dict[int, dict[str, Any]]:
    """By row, the customer of the next invoice."""
    first = {line.numero: line for line in reversed(lines)}
    given = dict(zip(first, [*first.values()][1:] + [*first.values()][:1], strict=True))
    return {line.row: _customer_of(given[line.numero]) for line in lines}


def _next_days(days: Iterable[date | None]) -> dict[date, date]:
    """By day, the next of the same month; the first after the last."""
    months = [[*some] for _, some in groupby(sorted(day for day in days if day), lambda day: (day.year, day.month))]
    return {day: after for some in months for day, after in zip(some, some[1:] + some[:1], strict=True)}


def _with(line: ExtractLine, **cells: Any) -> ExtractLine:
    return replace(line, cells={**line.cells, **cells})
