"""What hangs together in a history: an order with its deliveries, its invoice, its credit note and its payments."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from .database import Database, Row, balance, ordered, referred
from .seasons import FIRST_DAY

SHIPMENTS = {"sale": "stock_shipment_out", "purchase": "stock_shipment_in"}


@dataclass
class Payment:
    """One payment: its move, the line that pays, and the line on the bank."""

    move: Row
    line: Row
    bank: Row
    link: Row


@dataclass
class Bill:
    """One invoice or credit note with its rows, and its move when it is posted."""

    invoice: Row
    lines: list[Row]
    taxes: list[Row]
    move: Row | None
    move_lines: list[Row]
    payments: list[Payment] = field(default_factory=list)

    @property
    def due(self) -> list[Row]:
        """The lines of the move that are to be paid."""
        return [line for line in self.move_lines if line["account"] == self.invoice["account"]]


@dataclass
class Order:
    """A sale or a purchase and all that followed."""

    order: Row
    lines: list[Row]
    moves: list[Row]
    shipments: list[Row]
    bill: Bill | None = None
    credit: Bill | None = None
    credited_whole: bool = False

    @property
    def side(self) -> str:
        """What Tryton's tables call it: ``sale`` or ``purchase``."""
        return "sale" if "sale_date" in self.order else "purchase"

    @property
    def kind(self) -> str:
        """How far it went: order, draft, cancelled, open, part (paid in part) or paid."""
        if self.bill is None:
            return "order"
        state = str(self.bill.invoice["state"])
        if state != "posted":
            return state
        return "part" if self.bill.payments else "open"

    @property
    def bills(self) -> list[Bill]:
        """The invoice and the credit note, those there are."""
        return [bill for bill in (self.bill, self.credit) if bill]

    @property
    def payments(self) -> list[Payment]:
        """All payments, oldest first."""
        return sorted((p for bill in self.bills for p in bill.payments), key=lambda p: (p.move["date"], p.move["id"]))


@dataclass
class Deal:
    """An order's new party and dates."""

    order: Order
    party: int
    term: int | None
    """When its invoice is to be paid."""
    invoiced: date
    accounted: date | None = None
    credited: date | None = None
    paid: list[date] = field(default_factory=list)
    ordered: date = FIRST_DAY
    shipped: date = FIRST_DAY


@dataclass
class ManualEntry:
    """A manual entry, and the one that takes it back: moves with their lines."""

    moves: list[tuple[Row, list[Row]]]

    @property
    def taken_back(self) -> bool:
        """Whether another entry takes it back."""
        return len(self.moves) == 2

    def touches(self, accounts: set[int]) -> bool:
        """Tells whether it books on one of some accounts."""
        return any(line["account"] in accounts for line in self.moves[0][1])


class Chains:
    """Everything that happened in a history."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._move_lines = database["account_move_line"].by("move")
        self._stock = database["stock_move"]
        self._bills = self._all_bills()
        self.sales, self.purchases = self._orders("sale"), self._orders("purchase")
        self._credits()
        self.entries = self._entries()

    def _all_bills(self) -> dict[int, Bill]:
        data = self.database
        lines, taxes = data["account_invoice_line"].by("invoice"), data["account_invoice_tax"].by("invoice")
        links = data["account_invoice-account_move_line"].by("invoice")
        bills = {}
        for invoice in data["account_invoice"]:
            move = data["account_move"][invoice["move"]] if invoice["move"] else None
            rows = ordered(lines[invoice["id"]])
            booked = self._move_lines[invoice["move"]] if invoice["move"] else []
            payments = [self._payment(link) for link in links[invoice["id"]]]
            bills[invoice["id"]] = Bill(invoice, rows, taxes[invoice["id"]], move, list(booked), payments)
        return bills

    def _payment(self, link: Row) -> Payment:
        line = self.database["account_move_line"][link["line"]]
        (bank,) = [other for other in self._move_lines[line["move"]] if other["id"] != line["id"]]
        return Payment(self.database["account_move"][line["move"]], line, bank, link)

    def _orders(self, kind: str) -> list[Order]:
        data = self.database
        lines = data[f"{kind}_line"].by(kind)
        shipments = referred(data[SHIPMENTS[kind]], SHIPMENTS[kind].replace("_", "."))
        by_origin, by_shipment = self._stock.by("origin"), self._stock.by("shipment")
        billed: dict[Any, int] = {line["origin"]: line["invoice"] for line in data["account_invoice_line"]}
        orders = []
        for order in data[f"{kind}_{kind}"]:
            rows = lines[order["id"]]
            origins = [f"{kind}.line,{row['id']}" for row in rows]
            moves = {move["id"]: move for origin in origins for move in by_origin[origin]}
            names = dict.fromkeys(move["shipment"] for move in moves.values() if move["shipment"])
            moves |= {move["id"]: move for name in names for move in by_shipment[name]}
            bill = next((self._bills[billed[origin]] for origin in origins if origin in billed), None)
            orders.append(Order(order, rows, list(moves.values()), [shipments[name] for name in names], bill))
        return orders

    def _credits(self) -> None:
        owner = {
            f"account.invoice.line,{line['id']}": sale for sale in self.sales if sale.bill for line in sale.bill.lines
        }
        for bill in self._bills.values():
            sale = next((owner[line["origin"]] for line in bill.lines if line["origin"] in owner), None)
            if sale and sale.bill:
                sale.credit = bill
                sold, back = (sum(line["quantity"] for line in paper.lines) for paper in (sale.bill, bill))
                sale.credited_whole = len(sale.bill.lines) == len(bill.lines) and sold == -back

    def _entries(self) -> list[ManualEntry]:
        """Manual entries have no origin and pay nothing; a reversal has the same accounts and the other sign."""
        paying = {payment.move["id"] for bill in self._bills.values() for payment in bill.payments}
        manual = [m for m in self.database["account_move"] if not m["origin"] and m["id"] not in paying]
        waiting: dict[tuple[Any, ...], list[ManualEntry]] = defaultdict(list)
        entries = []
        for move in sorted(manual, key=lambda move: (move["date"], move["id"])):
            lines = self._move_lines[move["id"]]
            sums = sorted((line["account"], balance(line)) for line in lines)
            opposite = tuple((account, -amount) for account, amount in sums)
            if waiting[opposite]:
                waiting[opposite].pop(0).moves.append((move, lines))
                continue
            entries.append(ManualEntry([(move, lines)]))
            waiting[tuple(sums)].append(entries[-1])
        return entries

    def keep(self, deals: list[Deal], orders: list[Order]) -> None:
        """Takes out those of some orders that are in no deal."""
        kept = {id(deal.order) for deal in deals}
        for order in [order for order in orders if id(order) not in kept]:
            self._drop(order)
            orders.remove(order)

    def _drop(self, order: Order) -> None:
        data, kind = self.database, order.side
        for bill in order.bills:
            self._drop_bill(bill)
        data["stock_move"].remove(order.moves)
        data[SHIPMENTS[kind]].remove(order.shipments)
        gone = {line["id"] for line in order.lines}
        taxes = data[f"{kind}_line-account_tax"]
        taxes.remove([row for row in taxes if row["line"] in gone])
        data[f"{kind}_line"].remove(order.lines)
        data[f"{kind}_{kind}"].remove([order.order])

    def _drop_bill(self, bill: Bill) -> None:
        data = self.database
        settled, reconciliations = {line["reconciliation"] for line in bill.due}, data["account_move_reconciliation"]
        reconciliations.remove([row for row in reconciliations if row["id"] in settled])
        for payment in bill.payments:
            self._drop_move(payment.move, [payment.line, payment.bank])
        data["account_invoice-account_move_line"].remove([payment.link for payment in bill.payments])
        if bill.move:
            self._drop_move(bill.move, bill.move_lines)
        data["account_invoice_tax"].remove(bill.taxes)
        data["account_invoice_line"].remove(bill.lines)
        data["account_invoice"].remove([bill.invoice])

    def drop_entry(self, entry: ManualEntry) -> None:
        """Takes a manual entry out, with its reversal."""
        for move, lines in entry.moves:
            self._drop_move(move, lines)
        self.entries.remove(entry)

    def _drop_move(self, move: Row, lines: list[Row]) -> None:
        self.database["account_move_line"].remove(lines)
        self.database["account_move"].remove([move])

    def sweep(self) -> None:
        """Takes out what hung on dropped lines."""
        data = self.database
        for table, column, owner in (
            ("account_tax_line", "move_line", "account_move_line"),
            ("account_invoice_line-account_tax", "line", "account_invoice_line"),
            ("account_invoice_line-stock_move", "invoice_line", "account_invoice_line"),
        ):
            data[table].remove([row for row in data[table] if row[column] not in data[owner].rows])
