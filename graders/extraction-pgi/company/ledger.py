"""The books that follow from the papers: invoice totals, moves, maturities, payments, reconciliations, order totals."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from etabli.exam.contract.draw import Draw

from .chains import Bill, Deal, ManualEntry, Order, Payment
from .database import Database, Row, balance, day, number, rewrite, rounded, stored
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

    def book(self, deal: Deal) -> None:
        """Derives what invoices show, their moves, the payments, and the totals of the order."""
        order = deal.order
        for bill in order.bills:
            self._bill(bill)
        self._settle(order, deal.paid)
        self._caches(order.order, self.taxes.sums(order.side, order.lines))

    def _date(self, move: Row, moment: date) -> None:
        text = moment.isoformat()
        period = next(int(key) for start, end, key in self._periods if start <= text <= end)
        move.update(date=text, period=period, post_date=text)

    # -- invoices

    def _bill(self, bill: Bill) -> None:
        sums = self.taxes.sums("account_invoice", bill.lines)
        for tax in bill.taxes:
            share = sums.taxes[tax["tax"], number(tax["base"]) >= 0]
            tax.update(base=stored(share.base), amount=stored(share.tax))
        self._caches(bill.invoice, sums)
        if bill.move:
            self._move(bill, bill.move, sums)

    @staticmethod
    def _caches(row: Row, sums: Sums) -> None:
        rewrite(row, stored(sums.untaxed), "untaxed_amount_cache")
        rewrite(row, stored(sums.tax), "tax_amount_cache")
        rewrite(row, stored(sums.total), "total_amount_cache")

    def _move(self, bill: Bill, move: Row, sums: Sums) -> None:
        invoice, sign = bill.invoice, -1 if bill.invoice["type"] == "out" else 1
        self._date(move, day(invoice["accounting_date"] or invoice["invoice_date"]))
        values = {f"account.invoice.line,{line['id']}": amount(line) for line in bill.lines}
        values |= {f"account.invoice.tax,{tax['id']}": number(tax["amount"]) for tax in bill.taxes}
        for row in bill.move_lines:
            value = values.get(row["origin"])
            if value is None:
                self._put(row, -sign * sums.total)
                row["party"] = invoice["party"]
                row["maturity_date"] = self.terms.due(invoice["payment_term"], day(invoice["invoice_date"])).isoformat()
                continue
            self._put(row, sign * value)
            for line in self._tax_lines[row["id"]]:
                line["amount"] = stored(value)

    @staticmethod
    def _put(row: Row, value: Decimal) -> None:
        """Writes a debit, or a credit when the value is negative."""
        row["debit"] = stored(value) if value > 0 else b"0"
        row["credit"] = stored(-value) if value < 0 else b"0"

    # -- payments

    def _settle(self, order: Order, dates: list[date]) -> None:
        """Pays an order's invoice again: each payment a share, the last one all that is left when it is reconciled."""
        if not order.bill or not order.bill.due:
            return
        (due,) = order.bill.due
        party, settled = due["party"], due["reconciliation"]
        left = balance(due)
        rows = [due]
        for credit in order.credit.due if order.credit else []:
            if settled and credit["reconciliation"] == settled:
                left += balance(credit)
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
        self._date(payment.move, moment)
        self._put(payment.line, value)
        self._put(payment.bank, -value)
        payment.line["party"] = party
        for row in (payment.line, payment.bank):
            rewrite(row, moment, "maturity_date")

    # -- manual entries

    def entry(self, entry: ManualEntry, value: Decimal, *moments: date) -> None:
        """Books a manual entry of another amount, and its reversal, on other days."""
        for (move, lines), moment in zip(entry.moves, moments, strict=False):
            self._date(move, moment)
            for row in lines:
                self._put(row, value if number(row["debit"]) else -value)

    def flows(self, account: int, without: Row) -> list[tuple[str, Decimal]]:
        """Returns the date and the amount of every line on an account, those of one move apart."""
        moves = self.database["account_move"]
        lines = [line for line in self.database["account_move_line"] if line["account"] == account]
        return [(moves[line["move"]]["date"], balance(line)) for line in lines if line["move"] != without["id"]]
