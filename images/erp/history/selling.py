"""Sales, deliveries, customer invoices, credit notes and payments."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from .office import Office
from .orders import build
from .plan import Credit, Sale

CENT = Decimal("0.01")


class Selling:
    """What is done for a sale, step by step; each step finds again what the step before left."""

    def __init__(self, office: Office, customers: list[int], products: dict[str, int]) -> None:
        self.office, self.customers, self.products = office, customers, products
        self.sales: dict[int, int] = {}
        self.invoices: dict[int, int] = {}
        self.credits: dict[int, int] = {}

    def order(self, key: int, sale: Sale) -> None:
        """Writes the sale, as far as it goes."""
        model = self.office.get("sale.sale")
        party = self.office.get("party.party")(self.customers[sale.customer])
        lines = [(self.office.get("product.product")(self.products[code]), count) for code, count in sale.lines]
        record = build(self.office, "sale", party, sale.date, lines)
        model.save([record])
        self.sales[key] = record.id
        if sale.state == "cancelled":
            model.cancel([record])
        if sale.state in {"quotation", "processed"}:
            model.quote([record])
        if sale.state == "processed":
            model.confirm([record])
            model.process([record])
            self.invoices[key] = model(record.id).invoices[0].id

    def deliver(self, key: int, sale: Sale) -> None:
        """Ships what the sale wants, when it wants goods and there are enough."""
        model = self.office.get("stock.shipment.out")
        for shipment in self.office.get("sale.sale")(self.sales[key]).shipments:
            model.write([shipment], {"planned_date": sale.shipped, "effective_date": sale.shipped})
            if shipment.state == "draft":
                model.wait([shipment])
            model.assign_try([shipment])
            shipment = model(shipment.id)
            if shipment.state == "assigned":
                model.pick([shipment])
                model.pack([shipment])
                model.do([shipment])

    def invoice(self, key: int, sale: Sale) -> None:
        """Dates the invoice; posts it, cancels it or leaves it a draft."""
        model = self.office.get("account.invoice")
        record = model(self.invoices[key])
        record.invoice_date, record.accounting_date = sale.invoice_date, sale.accounting_date
        record.save()
        if sale.invoice == "posted":
            model.post([record])
        elif sale.invoice == "cancelled":
            model.cancel([record])

    def credit(self, key: int, credit: Credit) -> None:
        """Writes the credit note: the whole invoice, or about half of its first line; sets it against the invoice."""
        model = self.office.get("account.invoice")
        (note,) = model.credit([model(self.invoices[key])], refund=False, invoice_date=credit.date)
        if not credit.whole:
            first, *others = note.lines
            self.office.get("account.invoice.line").delete(others)
            first.quantity = first.quantity if abs(first.quantity) <= 1 else -float(int(-first.quantity + 1) // 2)
            first.save()
            note = model(note.id)
            note.update_taxes()
            note = model(note.id)
        model.post([note])
        self.credits[key] = note.id
        if credit.whole:
            self._settle(key, [])

    def pay(self, key: int, sale: Sale, date: dt.date, share: Decimal) -> None:
        """Pays a share of what is left (1: all of it), as the payment wizard does."""
        invoice = self.office.get("account.invoice")(self.invoices[key])
        left = invoice.amount_to_pay
        if sale.credit and sale.credit.settled and key in self.credits:
            left += self.office.get("account.invoice")(self.credits[key]).amount_to_pay
        amount = (left * share).quantize(CENT, ROUND_HALF_UP)
        if amount <= 0:
            return
        (method,) = self.office.get("account.invoice.payment.method").search([])
        paid = invoice.pay_invoice(amount, method, date, f"Règlement {invoice.number}", party=invoice.party)
        if amount == left:
            self._settle(key, paid)

    def _settle(self, key: int, paid: list[Any]) -> None:
        """Reconciles the invoice, its earlier part payments, its credit note and a last payment."""
        model, line = self.office.get("account.invoice"), self.office.get("account.move.line")
        invoice = model(self.invoices[key])
        lines = [*invoice.lines_to_pay, *invoice.payment_lines, *paid]
        if key in self.credits:
            lines += model(self.credits[key]).lines_to_pay
        alone = {one.id: one for one in lines if not one.reconciliation}
        if sum(one.debit - one.credit for one in alone.values()) == 0:
            line.reconcile(line.browse(sorted(alone)))
