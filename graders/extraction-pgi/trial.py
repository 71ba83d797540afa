"""One copy of the workbook: what is typed in it, and the lines that it then has; the names of all that are made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from etabli.exam.tools.scenario import Append, Edit, Hide

from .extraction import ExtractLine

HALVES = "half", "other"
SINGLES = "one", "another"
FEW = "few", "several"
RENEWED = "renewed"
SORTED, REORDERED = "sorted", "reordered"
MOVED, CUSTOMER = "moved", "customer"
FEW_SORTED, MOVED_SORTED = "few-sorted", "moved-sorted"
FILTERED, HIDDEN = "filtered", "hidden"
ADDED = "line", "added", "longer"
FOLLOWED = "amounts", SORTED, REORDERED, RENEWED, *HALVES, *SINGLES, *FEW, FEW_SORTED
"""The trials after which every total is another one, or may be; once lines are sorted alone, none is."""
CORRECTED = *FOLLOWED, MOVED, CUSTOMER, MOVED_SORTED, HIDDEN, FILTERED
"""Those, and the trials after which totals by month, by customer or by rate are; they may leave a list without one of its keys."""


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
