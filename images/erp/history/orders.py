"""An order, sale or purchase, filled in as the form would."""

from __future__ import annotations

import datetime as dt
from typing import Any

from .office import Office

KEPT = ("warehouse", "invoice_method", "shipment_method", "state")


def build(office: Office, kind: str, party: Any, date: dt.date, lines: list[tuple[Any, float]]) -> Any:
    """Returns an unsaved order of kind ``sale`` or ``purchase``."""
    order, line = office.get(f"{kind}.{kind}"), office.get(f"{kind}.line")
    defaults = order.default_get(list(order._fields), with_rec_name=False)
    record = order(**{name: defaults[name] for name in KEPT if defaults.get(name) is not None})
    record.company = office.get("company.company")(office.company)
    record.currency = record.company.currency
    record.party = party
    record.lines = []
    record.on_change_party()
    setattr(record, f"{kind}_date", date)
    made = []
    for product, quantity in lines:
        one = line(type="line", quantity=quantity)
        setattr(one, kind, record)
        one.product = product
        one.on_change_product()
        one.on_change_quantity()
        if one.unit_price is None:
            one.unit_price = product.cost_price
        made.append(one)
    record.lines = made
    return record
