"""The one figure asked outside of sales: hours of an activity, a product delivered, or a product made."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from decimal import Decimal

from etabli.exam.contract.draw import Draw

from ..shape import Figure, FigureValue

HOURS = """
SELECT w.name AS name, l.duration / 3600.0 AS quantity, l.date AS day FROM timesheet_line l JOIN timesheet_work w ON w.id = l.work
WHERE l.date BETWEEN ? AND ?
"""
DELIVERED = """
SELECT t.name AS name, m.internal_quantity AS quantity, m.effective_date AS day FROM stock_move m
JOIN stock_location d ON d.id = m.to_location JOIN product_product p ON p.id = m.product JOIN product_template t ON t.id = p.template
WHERE m.state = 'done' AND d.type = 'customer' AND m.effective_date BETWEEN ? AND ?
"""
MADE = """
SELECT t.name AS name, o.quantity AS quantity, o.effective_date AS day FROM production o
JOIN product_product p ON p.id = o.product JOIN product_template t ON t.id = p.template
WHERE o.state = 'done' AND o.effective_date BETWEEN ? AND ?
"""
KINDS = {
    "rh": (HOURS, "Heures passées à l'activité « {what} » pendant la période", "heures", 12),
    "stock": (DELIVERED, "Quantité de « {what} » livrée aux clients pendant la période", "unités", 6),
    "production": (MADE, "Quantité de « {what} » fabriquée pendant la période", "unités", 2),
}
"""SQL, title, unit, and how many rows at least make the question worth asking."""


def make(database: sqlite3.Connection, draw: Draw, start: str, end: str) -> tuple[Figure, FigureValue]:
    """The figure as asked, and its value with the rows behind it."""
    kind = draw.one(tuple(KINDS))
    query, title, unit, enough = KINDS[kind]
    found: dict[str, list[Decimal]] = defaultdict(list)
    days: dict[str, list[str]] = defaultdict(list)
    for name, quantity, day in database.execute(query, (start, end)):
        found[name].append(Decimal(str(quantity)))
        days[name].append(str(day))
    what = draw.one(sorted(name for name, values in found.items() if len(values) >= enough))
    figure = Figure(kind, title.format(what=what), what, unit)
    by = {name: _told(sum(values, Decimal(0))) for name, values in sorted(found.items())}
    return figure, FigureValue(
        value=by[what],
        rows=len(found[what]),
        each=tuple(map(_told, found[what])),
        all_rows=sum(map(len, found.values())),
        by=by,
        lines={name: tuple(map(_told, values)) for name, values in sorted(found.items())},
        days={name: tuple(values) for name, values in sorted(days.items())},
    )


def _told(value: Decimal) -> str:
    return str(value.quantize(Decimal("0.01")))
