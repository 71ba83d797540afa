"""The papers of a sale or a purchase, written again: who, when, what and how much."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

from etabli.exam.contract.draw import Draw

from .chains import Bill, Deal, Order
from .database import MOVED, Database, Row, number, ordered, referred, rewrite, rounded, stored
from .products import Product

PRICE = Decimal("0.0001")


class Papers:
    """Writes orders, deliveries and invoices; amounts that follow from their lines are the ledger's work."""

    def __init__(self, database: Database, products: dict[int, Product], seed: bytes) -> None:
        self.database, self.products = database, products
        self.draw = Draw(b"papers|" + seed)
        self._groups: dict[tuple[int, str], list[int]] = defaultdict(list)
        for product in products.values():
            self._groups[product.group].append(product.id)
        self._made = {row["product"] for row in database["production_bom_output"]}
        self._vat = {row["party"]: row["id"] for row in database["party_identifier"] if row["type"] == "eu_vat"}
        self._addresses: dict[int, list[Row]] = database["party_address"].by("party")
        self._linked: dict[str, list[Row]] = database["stock_move"].by("origin")

    def address(self, party: int, use: str) -> int:
        """Returns the address Tryton picks for `invoice` or `delivery`."""
        rows = sorted(ordered(self._addresses[party]), key=lambda row: not row[use])
        return int(rows[0]["id"])

    # -- an order and what follows

    def write(self, deal: Deal) -> None:
        """Gives an order and what followed another party, other dates and other lines."""
        order = deal.order
        self._order(deal)
        if order.bill:
            self._bill(order.bill, deal, deal.invoiced, deal.accounted)
        if order.credit and deal.credited:
            self._bill(order.credit, deal, deal.credited, None)
            self._credit(order)

    def _order(self, deal: Deal) -> None:
        order, row, address = deal.order, deal.order.order, self.address(deal.party, "invoice")
        row.update(party=deal.party, payment_term=deal.term, invoice_address=address)
        row[f"{order.side}_date"] = deal.ordered.isoformat()
        if order.side == "sale":
            row["shipment_address"] = self.address(deal.party, "delivery")
            rewrite(row, deal.ordered, "quotation_date")
            rewrite(row, deal.shipped, "shipping_date")
        self._lines(order, order.side)
        for shipment in order.shipments:
            if "customer" in shipment:
                shipment.update(customer=deal.party, delivery_address=self.address(deal.party, "delivery"))
            else:
                shipment.update(supplier=deal.party, contact_address=address)
        for moved in (*order.shipments, *order.moves):
            rewrite(moved, deal.shipped, *MOVED)

    def _lines(self, order: Order, kind: str) -> None:
        billed = {line["origin"]: line for line in (order.bill.lines if order.bill else [])}
        taken: set[int] = set()
        for line in order.lines:
            group = self._groups[self.products[line["product"]].group]
            free = [key for key in group if key not in taken] or group
            product = self.products[self.draw.one(free) if kind == "sale" else line["product"]]
            taken.add(product.id)
            quantity = self._quantity(product, kind)
            price = stored(self._unit_price(product, kind))
            rewrite(line, quantity, "actual_quantity", "quantity_to_invoice", "quantity_to_ship")
            line.update(product=product.id, unit=product.unit, quantity=quantity, unit_price=price)
            if bill_line := billed.get(f"{kind}.line,{line['id']}"):
                bill_line.update(product=product.id, unit=product.unit, quantity=quantity, unit_price=price)
            self._moves(f"{kind}.line,{line['id']}", product, quantity, price)

    def _moves(self, origin: str, product: Product, quantity: float, price: bytes | None) -> None:
        # One move for each line: a partial assignment had split some.
        linked = self._linked.get(origin, [])
        self.database["stock_move"].remove(linked[1:])
        for move in linked[:1]:
            move.update(product=product.id, unit=product.unit, quantity=quantity, internal_quantity=quantity)
            rewrite(move, stored(product.cost), "cost_price")
            if price:
                rewrite(move, price, "unit_price")
            self._moves(f"stock.move,{move['id']}", product, quantity, None)

    def _quantity(self, product: Product, kind: str) -> float:
        if kind == "purchase":
            return float(self.draw.between(4, 12) if product.cost > 150 else self.draw.between(10, 45))
        if product.hours:
            return self.draw.between(2, 30) / 4
        if product.id in self._made or product.price > 900:
            return float(self.draw.one((1, 1, 1, 2)))
        return float(self.draw.between(1, 4) if product.price > 200 else self.draw.between(1, 11))

    def _unit_price(self, product: Product, kind: str) -> Decimal:
        """Prices move a little from one order to the next, as a customer's rebate or a supplier's list does."""
        if kind == "purchase":
            return rounded(product.cost * Decimal(self.draw.between(930, 1060)) / 1000).quantize(PRICE)
        share = 1000 if self.draw.below(4) == 0 else self.draw.between(880, 1015)
        return rounded(product.price * share / 1000).quantize(PRICE)

    # -- an invoice and its credit note

    def _bill(self, bill: Bill, deal: Deal, moment: date, accounted: date | None) -> None:
        invoice = bill.invoice
        address = self.address(deal.party, "invoice")
        invoice.update(party=deal.party, payment_term=deal.term, invoice_address=address)
        invoice["invoice_date"] = moment.isoformat()
        invoice["accounting_date"] = accounted.isoformat() if accounted else None
        if invoice["party_tax_identifier"]:
            invoice["party_tax_identifier"] = self._vat[deal.party]
        rewrite(invoice, moment, "payment_term_date")
        if invoice["reference"] and invoice["type"] == "in":
            invoice["reference"] = f"{self.draw.one('ABCDEFGH')}{moment:%y}-{self.draw.between(1000, 9899)}"

    def _credit(self, sale: Order) -> None:
        """Writes the lines of a credit note again, from those of its invoice: all of them, or a part of one."""
        if not (sale.credit and sale.bill):
            return
        origins = referred(sale.bill.lines, "account.invoice.line")
        taxed = sale.bill.invoice["accounting_date"] or sale.bill.invoice["invoice_date"]
        for line in sale.credit.lines:
            sold = origins[line["origin"]]
            quantity = sold["quantity"] if sale.credited_whole else self._returned(sold)
            line.update(product=sold["product"], unit=sold["unit"], unit_price=sold["unit_price"], quantity=-quantity)
            rewrite(line, taxed, "taxes_date")

    def _returned(self, sold: Row) -> float:
        quantity = float(sold["quantity"])
        if number(quantity) % 1:
            return self.draw.between(1, max(1, int(quantity * 4) - 1)) / 4
        return float(self.draw.between(1, max(1, int(quantity) - 1)))
