"""What the checks change and add in a copy of the workbook, to see what follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from etabli.exam.contract.draw import Draw

from ..shape import Row, Trials

COUNT = 6


def make(draw: Draw, rows: Sequence[Row]) -> Trials:
    """Lines to change (the first, the last, one of a credit note, others), by how much, and a line to add."""
    last = len(rows) - 1
    credit = draw.one([index for index, row in enumerate(rows) if row.credit])
    chosen = list(dict.fromkeys([0, last, credit]))
    others = [index for index in draw.shuffled(range(len(rows))) if index not in chosen and not rows[index].credit]
    chosen += others[: COUNT - len(chosen)]
    deltas = tuple(f"{draw.between(101, 999)}.{draw.between(11, 98)}" for _ in chosen)
    return Trials(tuple(chosen), deltas, _added(draw, rows))


def _added(draw: Draw, rows: Sequence[Row]) -> Row:
    """A line that might be: customer, article and date of lines that are, a number and an amount that are not."""
    model, day = draw.one([row for row in rows if not row.credit]), draw.one(rows).date
    who = draw.one(rows)
    return replace(
        model,
        code_client=who.code_client,
        client=who.client,
        numero=f"FC{day[:4]}-{draw.between(88000, 98999)}",
        date=day,
        quantite=str(draw.between(2, 9)),
        montant=f"{draw.between(1203, 4890)}.{draw.between(11, 98)}",
    )
