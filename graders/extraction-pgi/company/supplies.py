"""Purchases: which remain, from whom and when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from etabli.exam.contract.draw import Draw

from .chains import Chains, Deal, Order
from .parties import Parties
from .seasons import FIRST_DAY, MONTHS, TODAY, workdays

DROPPED = 6
"""How many of the purchases of a history a company does not have."""


def deal(chains: Chains, parties: Parties, seed: bytes) -> list[Deal]:
    """Returns the purchases to keep; the unpaid ones are of the last weeks."""
    draw = Draw(b"supplies|" + seed)
    orders = [order for order in draw.shuffled(chains.purchases) if order.bill]
    unpaid = [order for order in orders if not order.payments]
    paid = [order for order in orders if order.payments][DROPPED:]
    return list(_place(draw, parties, paid, unpaid))


def _place(draw: Draw, parties: Parties, paid: list[Order], unpaid: list[Order]) -> Iterator[Deal]:
    months = [MONTHS[rank * (len(MONTHS) - 2) // max(1, len(paid))] for rank in range(len(paid))]
    months += [draw.one(MONTHS[-2:]) for _ in unpaid]
    suppliers = draw.shuffled(parties.suppliers)
    for rank, (order, month) in enumerate(zip([*paid, *unpaid], months, strict=True)):
        ordered = max(FIRST_DAY, draw.one(workdays(month)))
        received = min(TODAY, ordered + timedelta(days=draw.between(2, 9)))
        invoiced = min(TODAY, received + timedelta(days=draw.between(0, 6)))
        due = min(TODAY, invoiced + timedelta(days=draw.between(28, 44)))
        supplier, paid_on = suppliers[rank % len(suppliers)], [due for _ in order.payments]
        term = order.order["payment_term"]
        yield Deal(order, supplier, term, invoiced, paid=paid_on, ordered=ordered, shipped=received)
