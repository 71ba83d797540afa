"""What is changed in a copy of the workbook, and what the lines then are: every total must follow by as much."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import cycle
from typing import Any

from etabli.exam.tools.scenario import Append, Edit

from .extraction import Extraction, ExtractLine, sums
from .meaning import written_as
from .places import Spot, letters
from .said import day
from .shape import Trials


@dataclass(frozen=True)
class Trial:
    """One copy of the workbook: what is typed in it, and the lines that it then has."""

    told: str
    """What was changed, in French, for a sentence."""
    scenario: Sequence[Edit | Append]
    lines: Sequence[ExtractLine]


def make_trials(extraction: Extraction, seeds: Trials, months: Sequence[str]) -> dict[str, Trial]:
    """The trials by name; one that has no sense here (a single month, a single rate) is left out.

    Args:
        extraction: Whose lines are changed.
        seeds: ``trials`` of the variant: which lines, by how much.
        months: Of the period.
    """
    maker = _Maker(extraction, seeds, months)
    made = {
        "amounts": maker.amounts(),
        "month": maker.month(),
        "customer": maker.customer(),
        "rate": maker.rate(),
        "rank": maker.rank(),
        "added": maker.added(),
    }
    return {name: trial for name, trial in made.items() if trial is not None}


class _Maker:
    def __init__(self, extraction: Extraction, seeds: Trials, months: Sequence[str]) -> None:
        self._extraction = extraction
        self._lines = list(extraction.lines)
        self._deltas = [float(delta) for delta in seeds.deltas]
        self._picks = seeds.rows
        self._months = months

    def amounts(self) -> Trial:
        """Every amount, each by another one."""
        deltas = cycle(self._deltas)
        new = {line.row: round(line.amount + next(deltas) + rank, 2) for rank, line in enumerate(self._lines, 1)}
        edits = [self._edit(row, "montant", value) for row, value in new.items()]
        lines = [_with(line, montant=new[line.row]) for line in self._lines]
        return Trial("tous les montants de l'extraction changés", edits, lines)

    def month(self) -> Trial | None:
        """A line goes to another month of the period."""
        line = self._pick(lambda one: one.month in self._months)
        others = [month for month in self._months if line and month != line.month]
        if line is None or not others:
            return None
        year, rank = (int(part) for part in others[self._picks[0] % len(others)].split("-"))
        new = date(year, rank, 15)
        return self._one(
            line, f"la date de la ligne {line.row} changée en {day(new)}", date=written_as(line.cells["date"], new)
        )

    def customer(self) -> Trial | None:
        """A line goes to another customer."""
        line = self._pick(lambda one: one.code != "")
        other = next((one for one in reversed(self._lines) if line and one.code not in ("", line.code)), None)
        if line is None or other is None:
            return None
        given = {name: other.cells[name] for name in ("code_client", "client") if name in other.cells}
        return self._one(line, f"la ligne {line.row} donnée au client de la ligne {other.row}", **given)

    def rate(self) -> Trial | None:
        """A line takes another tax rate."""
        line = self._pick(lambda one: one.rate is not None)
        other = next((one for one in self._lines if line and one.rate not in (None, line.rate)), None)
        if line is None or other is None:
            return None
        return self._one(line, f"le taux de la ligne {line.row} changé", taux=other.cells["taux"])

    def rank(self) -> Trial | None:
        """The last customer becomes the first."""
        totals = sums(self._lines, lambda line: line.code)
        totals.pop("", None)
        if len(totals) < 2:
            return None
        last, first = min(totals, key=lambda code: totals[code]), max(totals.values())
        line = next(one for one in self._lines if one.code == last)
        amount = round(line.amount + (first - totals[last]) / 100 + 1234.5, 2)
        return self._one(line, f"le montant de la ligne {line.row} porté très haut", montant=amount)

    def added(self) -> Trial | None:
        """One line more, under the last."""
        model = self._pick(lambda one: one.month in self._months and one.code != "")
        if model is None:
            return None
        line = replace(_with(model, montant=round(abs(self._deltas[-1]) + 1000, 2)), row=self._extraction.last + 1)
        columns = self._extraction.columns
        values = {letters(columns[name]): value for name, value in line.cells.items() if value not in (None, "")}
        append = Append(self._extraction.sheet, self._extraction.last, values)
        return Trial(f"une ligne ajoutée sous la ligne {self._extraction.last}", [append], [*self._lines, line])

    def _one(self, line: ExtractLine, told: str, **cells: Any) -> Trial:
        edits = [self._edit(line.row, name, value) for name, value in cells.items()]
        lines = [_with(one, **cells) if one.row == line.row else one for one in self._lines]
        return Trial(told, edits, lines)

    def _pick(self, fits: Callable[[ExtractLine], bool]) -> ExtractLine | None:
        """One of the drawn lines that fits, else the first that does."""
        drawn = [self._lines[index % len(self._lines)] for index in self._picks]
        return next((line for line in (*drawn, *self._lines) if fits(line) and line.amount), None)

    def _edit(self, row: int, name: str, value: Any) -> Edit:
        return Edit(self._extraction.sheet, Spot(row, self._extraction.columns[name]).cell, value)


def _with(line: ExtractLine, **cells: Any) -> ExtractLine:
    return replace(line, cells={**line.cells, **cells})
