"""Stock at the start, productions, and the manual entries of the ledger."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from . import trade
from .office import Office
from .plan import START, Batch, Entry
from .setting import account


class Making:
    """What the workshop and the accountant do."""

    def __init__(self, office: Office, products: dict[str, int], customers: list[int]) -> None:
        self.office, self.products, self.customers = office, products, customers
        self.batches: dict[int, int] = {}

    def stock(self) -> None:
        """Counts what is in the warehouse on the first day."""
        (warehouse,) = self.office.get("stock.location").search([("type", "=", "warehouse")])
        counted = [product for product in trade.PRODUCTS if trade.CATEGORIES[product.kind][1] == "goods"]
        model = self.office.get("stock.inventory")
        made = model.create(
            [
                {
                    "location": warehouse.storage_location.id,
                    "date": START,
                    "company": self.office.company,
                    "lines": [
                        (
                            "create",
                            [
                                {
                                    "product": self.products[product.code],
                                    "quantity": float(90 + (index * 37) % 110) * (3 if product.kind == "parts" else 1),
                                }
                                for index, product in enumerate(counted)
                            ],
                        )
                    ],
                }
            ]
        )
        model.confirm(made)

    def start(self, key: int, batch: Batch) -> None:
        """Starts a production; one without an end stays waiting."""
        model = self.office.get("production")
        product = self.office.get("product.product")(self.products[batch.product])
        defaults = model.default_get(list(model._fields), with_rec_name=False)
        record = model(
            **{name: defaults[name] for name in ("warehouse", "location", "type") if defaults.get(name) is not None}
        )
        record.company = self.office.company
        record.planned_date = record.planned_start_date = batch.start
        record.product, record.bom = product, product.boms[0].bom
        record.unit, record.quantity, record.state = product.default_uom, float(batch.quantity), "draft"
        record.explode_bom()
        model.save([record])
        self.batches[key] = record.id
        model.wait([record])
        if not batch.end:
            return
        model.assign_try([record])
        if model(record.id).state == "assigned":
            model.write([record], {"effective_start_date": batch.start})
            model.run([record])

    def finish(self, key: int, batch: Batch) -> None:
        """Ends it."""
        model = self.office.get("production")
        record = model(self.batches[key])
        if record.state == "running":
            model.write([record], {"effective_date": batch.end})
            model.do([record])

    def capital(self) -> None:
        """Writes the opening entry: what the partners put in the bank."""
        self._move(START, "Apport des associés", [("5121", Decimal(60000)), ("10132", Decimal(-60000))])

    def write(self, entry: Entry) -> None:
        """Writes a manual entry on a revenue account (a credit when the amount is positive)."""
        lines = [(entry.counterpart, entry.amount), (entry.account, -entry.amount)]
        self._move(entry.date, entry.label, lines, self.customers[entry.customer])

    def reverse(self, entry: Entry) -> None:
        """Reverses it."""
        assert entry.reversed_on
        lines = [(entry.counterpart, -entry.amount), (entry.account, entry.amount)]
        self._move(entry.reversed_on, f"Extourne : {entry.label}", lines, self.customers[entry.customer])

    def _move(self, date: dt.date, label: str, lines: list[tuple[str, Decimal]], customer: int | None = None) -> None:
        (journal,) = self.office.get("account.journal").search([("code", "=", "OD")])
        period = self.office.get("account.period").find(self.office.company, date=date)
        model = self.office.get("account.move")
        accounts = {code: account(self.office, code) for code, _ in lines}
        (made,) = model.create(
            [
                {
                    "journal": journal.id,
                    "period": period.id,
                    "date": date,
                    "company": self.office.company,
                    "description": label,
                    "lines": [
                        (
                            "create",
                            [
                                {
                                    "account": accounts[code].id,
                                    "party": customer if accounts[code].party_required else None,
                                    "debit": max(amount, Decimal(0)),
                                    "credit": max(-amount, Decimal(0)),
                                    "description": label,
                                }
                                for code, amount in lines
                            ],
                        )
                    ],
                }
            ]
        )
        model.post([made])
