"""The books that follow from the papers: invoice totals, moves, maturities, payments, reconciliations, order totals."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from etabli.exam.contract.draw import Draw

from .chains import Bill, ManualEntry, Order, Payment
from .database import Database, Row, day, number, rounded, stored
from .taxes import Sums, Taxes, amount
from .terms import Terms


class Ledger:
    """Books everything again."""

    def __init__(self, database: Database, terms: Terms, seed: bytes) -> None:
        self.database, self.terms = database, terms
        self.taxes = Taxes(database)
        self.draw = Draw(b"ledger|" + seed)
        self._periods = [
            (p["start_date"], p["end_date"], p["id"]) for p in database["account_period"] if p["type"] == "standard"
        ]
        self._tax_lines = database["account_tax_line"].by("move_line")

    def period(self, moment: date) -> int:
        """Returns the period of a date."""
        text = moment.isoformat()
        return next(int(key) for start, end, key in self._periods if start <= text <= end)

    # -- invoices

    def bill(self, bill: Bill) -> Sums:
        """Derives what an invoice shows and, when it is posted, its move."""
        sums = self.taxes.sums("account_invoice", bill.lines)
        for tax in bill.taxes:
            share = sums.taxes[tax["tax"], number(tax["base"]) >= 0]
            tax.update(base=stored(share.base), amount=stored(share.tax))
        self._caches(bill.invoice, sums)
        if bill.move:
            self._move(bill, sums)
        return sums

    @staticmethod
    def _caches(row: Row, sums: Sums) -> None:
        values = {"untaxed_amount_cache": sums.untaxed, "tax_amount_cache": sums.tax, "total_amount_cache": sums.total}
        for column, value in values.items():
            if row[column] is not None:
                row[column] = stored(value)

    def _move(self, bill: Bill, sums: Sums) -> None:
        invoice, move = bill.invoice, bill.move or {}
        sign = -1 if invoice["type"] == "out" else 1
        booked = day(invoice["accounting_date"] or invoice["invoice_date"])
        move.update(date=booked.isoformat(), period=self.period(booked), post_date=booked.isoformat())
        lines = {f"account.invoice.line,{line['id']}": line for line in bill.lines}
        taxes = {f"account.invoice.tax,{tax['id']}": tax for tax in bill.taxes}
        for row in bill.move_lines:
            if row["origin"] in lines:
                self._put(row, sign * amount(lines[row["origin"]]))
                self._tax_line(row, amount(lines[row["origin"]]))
            elif row["origin"] in taxes:
                self._put(row, sign * number(taxes[row["origin"]]["amount"]))
                self._tax_line(row, number(taxes[row["origin"]]["amount"]))
            else:
                self._put(row, -sign * sums.total)
                row["party"] = invoice["party"]
                row["maturity_date"] = self.terms.due(invoice["payment_term"], day(invoice["invoice_date"])).isoformat()

    @staticmethod
    def _put(row: Row, value: Decimal) -> None:
        """Writes a debit, or a credit when the value is negative."""
        row["debit"] = stored(value) if value > 0 else b"0"
        row["credit"] = stored(-value) if value < 0 else b"0"

    def _tax_line(self, row: Row, value: Decimal) -> None:
        for line in self._tax_lines[row["id"]]:
            line["amount"] = stored(value)

    # -- payments

    def settle(self, order: Order, dates: list[date]) -> None:
        """Pays an order's invoice again: each payment a share, the last one all that is left when it is reconciled."""
        if not order.bill or not order.bill.due:
            return
        (due,) = order.bill.due
        party, settled = due["party"], due["reconciliation"]
        left = number(due["debit"]) - number(due["credit"])
        rows = [due]
        for credit in order.credit.due if order.credit else []:
            if settled and credit["reconciliation"] == settled:
                left += number(credit["debit"]) - number(credit["credit"])
                rows.append(credit)
        payments = order.payments
        for rank, (payment, moment) in enumerate(zip(payments, dates, strict=True)):
            last = bool(settled) and rank == len(payments) - 1
            value = left if last else rounded(left * Decimal(self.draw.between(27, 64)) / 100)
            left -= value
            self._pay(payment, -value, moment, party)
            rows.append(payment.line)
        if settled:
            latest = max(str(self.database["account_move"][row["move"]]["date"]) for row in rows)
            self.database["account_move_reconciliation"][settled]["date"] = latest

    def _pay(self, payment: Payment, value: Decimal, moment: date, party: int) -> None:
        text = moment.isoformat()
        payment.move.update(date=text, period=self.period(moment), post_date=text)
        self._put(payment.line, value)
        self._put(payment.bank, -value)
        payment.line["party"] = party
        for row in (payment.line, payment.bank):
            if row["maturity_date"]:
                row["maturity_date"] = text

    # -- orders and manual entries

    def order(self, order: Order) -> None:
        """Derives the totals an order keeps."""
        kind = "sale" if "sale_date" in order.order else "purchase"
        self._caches(order.order, self.taxes.sums(kind, order.lines))

    def entry(self, entry: ManualEntry, value: Decimal, moment: date, reversed_on: date | None) -> None:
        """Books a manual entry of another amount, and its reversal."""
        self._manual(entry.move, entry.lines, value, moment)
        if entry.reversal and reversed_on:
            self._manual(entry.reversal, entry.reversal_lines, value, reversed_on)

    def _manual(self, move: Row, lines: list[Row], value: Decimal, moment: date) -> None:
        text = moment.isoformat()
        move.update(date=text, period=self.period(moment), post_date=text)
        for row in lines:
            self._put(row, value if number(row["debit"]) else -value)

    def flows(self, account: Any) -> list[tuple[int, str, Decimal]]:
        """Returns the move, the date and the amount of every line on an account."""
        moves = self.database["account_move"]
        rows = [row for row in self.database["account_move_line"] if row["account"] == account]
        return [(row["move"], moves[row["move"]]["date"], number(row["debit"]) - number(row["credit"])) for row in rows]
