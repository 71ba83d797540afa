"""What is changed in a copy of the workbook, and what the lines then are: every total must follow by as much."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .additions import Additions
from .amounts import Amounts
from .corrections import Corrections
from .extraction import Extraction
from .filters import Filters
from .hand import Hand
from .order import Order
from .renewal import Renewal
from .sorting import Sorting
from .trial import ADDED, FEW, FILTERED, HALVES, HIDDEN, RENEWED, REORDERED, SINGLES, SORTED, Trial

if TYPE_CHECKING:
    from etabli.exam.contract.draw import Draw


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
    more, alike, shapes = more or draw, alike or draw, shapes or more or draw
    hand = Hand(extraction)
    amounts = Amounts(hand, draw, more, alike, shapes)
    corrections = Corrections(hand, shapes, months, order)
    sorting = Sorting(hand, order, corrections, shapes)
    filters = Filters(hand, corrections, more)
    made: dict[str, Trial | None] = {
        "amounts": amounts.every(),
        RENEWED: Renewal(hand, draw, order, sorting).renewed(),
        SORTED: None,
        REORDERED: None,
        **dict(zip(HALVES, amounts.halves(), strict=True)),
        **dict(zip(SINGLES, amounts.singles(), strict=True)),
        **dict(zip(FEW, amounts.few(), strict=True)),
        **Corrections(hand, draw, months, order).moved(),
        FILTERED: filters.filtered(),
        HIDDEN: None,
        "rank": amounts.rank(),
        **dict(zip(ADDED, Additions(hand, draw, more, shapes, months, corrections).added(), strict=True)),
    }
    made[REORDERED] = sorting.reordered(corrected=True)
    made[SORTED] = sorting.reordered()
    made |= {name: sorting.then_sorted(made[plain]) for name, plain in sorting.also_sorted().items()}
    made[HIDDEN] = filters.hidden()
    return {name: trial for name, trial in made.items() if trial is not None}
