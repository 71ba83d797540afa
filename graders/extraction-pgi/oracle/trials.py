"""What the checks change and add in a copy of the workbook, to see what follows."""

from __future__ import annotations

from typing import Any

from etabli.exam.contract.draw import Draw

COUNT = 6


def make(draw: Draw, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Lines to change (the first, the last, one of a credit note, others), by how much, and a line to add."""
    last = len(rows) - 1
    credit = draw.one([index for index, row in enumerate(rows) if row["credit"]])
    chosen = list(dict.fromkeys([0, last, credit]))
    others = [index for index in draw.shuffled(range(len(rows))) if index not in chosen and not rows[index]["credit"]]
    chosen += others[: COUNT - len(chosen)]
    deltas = [f"{draw.between(101, 999)}.{draw.between(11, 98)}" for _ in chosen]
    return {"rows": chosen, "deltas": deltas, "added": _added(draw, rows)}


def _added(draw: Draw, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """A line that might be: customer, article and date of lines that are, a number and an amount that are not."""
    model, day = draw.one([row for row in rows if not row["credit"]]), draw.one(rows)["date"]
    who = draw.one(rows)
    return {
        **model,
        **{name: who[name] for name in ("code_client", "client")},
        "numero": f"FC{day[:4]}-{draw.between(88000, 98999)}",
        "date": day,
        "quantite": str(draw.between(2, 9)),
        "montant": f"{draw.between(1203, 4890)}.{draw.between(11, 98)}",
    }
