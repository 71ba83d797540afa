"""The papers of a sale or a purchase, written again: who, when, what and how much."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

from etabli.exam.contract.draw import Draw

from .chains import Bill, Order
from .database import Database, Row, number, rounded, stored
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
        rows = sorted(self._addresses[party], key=lambda row: (not row[use], row["sequence"] or 0, row["id"]))
        return int(rows[0]["id"])

    # -- an order and what follows

    def order(self, order: Order, party: int, ordered: date, shipped: date, term: int | None) -> None:
        """Gives an order another party, other dates and other lines."""
        kind = "sale" if "sale_date" in order.order else "purchase"
        order.order.update(party=party, payment_term=term, invoice_address=self.address(party, "invoice"))
        order.order[f"{kind}_date"] = ordered.isoformat()
        if kind == "sale":
            order.order["shipment_address"] = self.address(party, "delivery")
            if order.order["quotation_date"]:
                order.order["quotation_date"] = ordered.isoformat()
            if order.order["shipping_date"]:
                order.order["shipping_date"] = shipped.isoformat()
        self._lines(order, kind)
        for shipment in order.shipments:
            self._shipment(shipment, party, shipped)
        for move in order.moves:
            self._dates(move, shipped)

    def _shipment(self, shipment: Row, party: int, shipped: date) -> None:
        self._dates(shipment, shipped)
        if "customer" in shipment:
            shipment.update(customer=party, delivery_address=self.address(party, "delivery"))
        else:
            shipment.update(supplier=party, contact_address=self.address(party, "invoice"))

    @staticmethod
    def _dates(row: Row, moment: date) -> None:
        for column in ("planned_date", "effective_date", "origin_planned_date"):
            if row[column]:
                row[column] = moment.isoformat()

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
            self._line(line, product, quantity)
            line["unit_price"] = price
            for bill_line in filter(None, [billed.get(f"{kind}.line,{line['id']}")]):
                bill_line.update(product=product.id, unit=product.unit, quantity=quantity, unit_price=price)
            self._moves(f"{kind}.line,{line['id']}", product, quantity, price)

    @staticmethod
    def _line(line: Row, product: Product, quantity: float) -> None:
        for column in ("actual_quantity", "quantity_to_invoice", "quantity_to_ship"):
            if line.get(column):
                line[column] = quantity
        line.update(product=product.id, unit=product.unit, quantity=quantity)

    def _moves(self, origin: str, product: Product, quantity: float, price: bytes | None) -> None:
        # One move for each line: a partial assignment had split some.
        linked = self._linked.get(origin, [])
        self.database["stock_move"].remove(linked[1:])
        for move in linked[:1]:
            move.update(product=product.id, unit=product.unit, quantity=quantity, internal_quantity=quantity)
            if move["cost_price"] is not None:
                move["cost_price"] = stored(product.cost)
            if move["unit_price"] is not None and price is not None:
                move["unit_price"] = price
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

    def bill(self, bill: Bill, party: int, moment: date, accounted: date | None, term: int | None) -> None:
        """Gives an invoice another party and other dates."""
        invoice = bill.invoice
        invoice.update(party=party, payment_term=term, invoice_address=self.address(party, "invoice"))
        invoice["invoice_date"] = moment.isoformat()
        invoice["accounting_date"] = accounted.isoformat() if accounted else None
        if invoice["party_tax_identifier"]:
            invoice["party_tax_identifier"] = self._vat[party]
        if invoice["payment_term_date"]:
            invoice["payment_term_date"] = moment.isoformat()
        if invoice["reference"] and invoice["type"] == "in":
            invoice["reference"] = f"{self.draw.one('ABCDEFGH')}{moment:%y}-{self.draw.between(1000, 9899)}"

    def credit(self, sale: Order) -> None:
        """Writes the lines of a credit note again, from those of its invoice: all of them, or a part of one."""
        if not (sale.credit and sale.bill):
            return
        origins = {f"account.invoice.line,{line['id']}": line for line in sale.bill.lines}
        taxed = sale.bill.invoice["accounting_date"] or sale.bill.invoice["invoice_date"]
        for line in sale.credit.lines:
            sold = origins[line["origin"]]
            quantity = sold["quantity"] if sale.credited_whole else self._returned(sold)
            line.update(product=sold["product"], unit=sold["unit"], unit_price=sold["unit_price"], quantity=-quantity)
            if line["taxes_date"]:
                line["taxes_date"] = taxed

    def _returned(self, sold: Row) -> float:
        quantity = float(sold["quantity"])
        if number(quantity) % 1:
            return self.draw.between(1, max(1, int(quantity * 4) - 1)) / 4
        return float(self.draw.between(1, max(1, int(quantity) - 1)))
