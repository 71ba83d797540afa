"""Purchases: orders, receptions, supplier invoices and their payment."""

from __future__ import annotations

from .office import Office
from .orders import build
from .plan import Purchase


class Buying:
    """What is done for a purchase, step by step."""

    def __init__(self, office: Office, suppliers: list[int], products: dict[str, int]) -> None:
        self.office, self.suppliers, self.products = office, suppliers, products
        self.purchases: dict[int, int] = {}

    def order(self, key: int, purchase: Purchase) -> None:
        """Orders."""
        model = self.office.get("purchase.purchase")
        party = self.office.get("party.party")(self.suppliers[purchase.supplier])
        lines = [(self.office.get("product.product")(self.products[code]), count) for code, count in purchase.lines]
        record = build(self.office, "purchase", party, purchase.date, lines)
        model.save([record])
        self.purchases[key] = record.id
        model.quote([record])
        model.confirm([record])
        model.process([record])

    def receive(self, key: int, purchase: Purchase) -> None:
        """Receives all that was ordered."""
        record = self.office.get("purchase.purchase")(self.purchases[key])
        moves = [move for line in record.lines for move in line.moves if move.state == "draft"]
        warehouse, model = record.warehouse, self.office.get("stock.shipment.in")
        (shipment,) = model.create(
            [
                {
                    "supplier": record.party.id,
                    "company": self.office.company,
                    "warehouse": warehouse.id,
                    "warehouse_input": warehouse.input_location.id,
                    "warehouse_storage": warehouse.storage_location.id,
                    "contact_address": record.party.addresses[0].id,
                    "effective_date": purchase.received,
                    "planned_date": purchase.received,
                }
            ]
        )
        self.office.get("stock.move").write(moves, {"shipment": str(shipment), "planned_date": purchase.received})
        model.receive([shipment])
        model.do([shipment])

    def invoice(self, key: int, purchase: Purchase) -> None:
        """Books the supplier's invoice, under the supplier's own reference."""
        model = self.office.get("account.invoice")
        record = self.office.get("purchase.purchase")(self.purchases[key]).invoices[0]
        record.invoice_date, record.reference = purchase.invoiced, f"F-{7000 + 13 * key}"
        record.save()
        model.post([record])

    def pay(self, key: int, purchase: Purchase) -> None:
        """Pays it in full."""
        record = self.office.get("purchase.purchase")(self.purchases[key]).invoices[0]
        (method,) = self.office.get("account.invoice.payment.method").search([])
        paid = record.pay_invoice(
            record.amount_to_pay, method, purchase.paid, f"Règlement {record.reference}", party=record.party
        )
        lines = [line.id for line in [*record.lines_to_pay, *paid] if not line.reconciliation]
        self.office.get("account.move.line").reconcile(self.office.get("account.move.line").browse(lines))
