"""Runs inside the image `etabli/erp`, on a copy of a company: Tryton's own answers, as JSON on the last line."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections import defaultdict
from decimal import Decimal
from typing import Any

from trytond.pool import Pool
from trytond.transaction import Transaction, TransactionError

NAME, TODAY = "entreprise", dt.date(2026, 6, 30)
Pool.start()
POOL = Pool(NAME)
POOL.init()
ASKED = json.loads(sys.argv[1])


class Undo(Exception):
    """Ends a transaction without keeping what it did."""


def work(job: Any) -> Any:
    """Runs a job in a transaction that is never kept; Tryton says which locks it wants."""
    locks: dict[str, Any] = {}
    while True:
        try:
            context = {"language": "fr", "company": 1, "companies": [1], "_skip_warnings": True}
            with Transaction().start(NAME, 1, context=context, **locks) as transaction:
                answer = job()
                transaction.rollback()
                return answer
        except TransactionError as error:
            error.fix(locks)


def totals() -> dict[str, Any]:
    """Every customer invoice, computed again without its stored totals; VAT lines, maturities and payments too."""
    invoices = POOL.get("account.invoice").search([("state", "in", ["posted", "paid"])])
    cursor = Transaction().connection.cursor()
    cursor.execute(
        "UPDATE account_invoice SET untaxed_amount_cache = NULL, tax_amount_cache = NULL, total_amount_cache = NULL"
    )
    told: dict[str, Any] = {"invoices": {}, "owed": defaultdict(Decimal), "wrong": []}
    for invoice in invoices:
        taxes = defaultdict(Decimal)
        for _key, values in invoice._compute_taxes():
            taxes[values["tax"].id] += values["amount"]
            taxes["base", values["tax"].id] += values["base"]
        stored = defaultdict(Decimal)
        for tax in invoice.taxes:
            stored[tax.tax.id] += tax.amount
            stored["base", tax.tax.id] += tax.base
        due = [
            date
            for date, _amount in invoice.payment_term.compute(
                invoice.total_amount, invoice.currency, invoice.invoice_date
            )
        ]
        settled = bool(invoice.reconciled) == (invoice.state == "paid")
        if taxes != stored or [line.maturity_date for line in invoice.lines_to_pay] != due or not settled:
            told["wrong"].append(invoice.rec_name)
        if invoice.type == "out":
            told["invoices"][invoice.number] = [
                str(invoice.untaxed_amount),
                str(invoice.tax_amount),
                str(invoice.total_amount),
            ]
            told["owed"][invoice.party.code] += invoice.amount_to_pay
    told["owed"] = {code: str(value) for code, value in told["owed"].items() if value}
    return told


def balances() -> dict[str, str]:
    """Balances of accounts, over the asked period and at the end."""
    start, end = (dt.date.fromisoformat(ASKED[name]) for name in ("from", "to"))
    account = POOL.get("account.account")
    with Transaction().set_context(from_date=start, to_date=end, posted=True):
        revenue = account.search([("code", "like", "70%"), ("type", "!=", None)])
        period = {one.code: str(one.credit - one.debit) for one in revenue if one.credit or one.debit}
    with Transaction().set_context(date=TODAY, posted=True):
        owed = sum((one.balance for one in account.search([("code", "like", "411%")]) if not one.childs), Decimal(0))
    return {"period": period, "411": str(owed)}


def orders() -> list[str]:
    """One sale or purchase in three whose totals or states Tryton would tell otherwise, and stock that would be short."""
    wrong = []
    for kind in ("sale", "purchase"):
        for order in POOL.get(f"{kind}.{kind}").search([])[::3]:
            amounts = [order.untaxed_amount_cache, order.tax_amount_cache, order.total_amount_cache]
            untaxed = sum((line.amount for line in order.lines), Decimal(0))
            tax = sum((one.amount for one in order._get_taxes().values()), Decimal(0))
            if amounts[0] is not None and amounts != [untaxed, tax, untaxed + tax]:
                wrong.append(f"{order.rec_name}: {amounts} {untaxed} {tax}")
            states = (order.invoice_state, order.shipment_state)
            if order.state not in {"draft", "quotation", "cancelled"} and states != (
                order.get_invoice_state(),
                order.get_shipment_state(),
            ):
                wrong.append(f"{order.rec_name}: {states}")
    warehouse = POOL.get("stock.location").search([("type", "=", "warehouse")])
    with Transaction().set_context(stock_date_end=TODAY, locations=[one.id for one in warehouse]):
        for product in POOL.get("product.product").search([("type", "=", "goods")]):
            if product.quantity < 0:
                wrong.append(f"{product.rec_name}: {product.quantity}")
    return wrong


def new_invoice() -> dict[str, str]:
    """Writes and posts one more invoice, as the form would."""
    model, line_model = POOL.get("account.invoice"), POOL.get("account.invoice.line")
    (party,) = POOL.get("party.party").search([("code", "=", ASKED["customer"])])
    product = POOL.get("product.product").search([("salable", "=", True)], limit=1)[0]
    POOL.get("ir.date").today = staticmethod(lambda timezone=None: TODAY)
    record = model(type="out", party=party, company=POOL.get("company.company")(1))
    record.currency = record.company.currency
    record.on_change_type()
    record.journal = POOL.get("account.journal").search([("type", "=", "revenue")], limit=1)[0]
    record.on_change_party()
    record.invoice_date = TODAY
    line = line_model(type="line", invoice=record, invoice_type="out", currency=record.currency, company=record.company)
    line.product, line.quantity = product, 3.0
    line.on_change_product()
    line.unit_price = Decimal("12.3400")
    record.lines = [line]
    record.save()
    model.post([record])
    return {
        "number": record.number,
        "move": record.move.number,
        "total": str(record.total_amount),
        "state": record.state,
    }


def fec() -> dict[str, Any]:
    """The French export of the entries, both years."""
    answer = {}
    wizard = POOL.get("account.fr.fec", type="wizard")
    for year in POOL.get("account.fiscalyear").search([]):
        session, _state, _end = wizard.create()
        form = {"start": {"fiscalyear": year.id, "type": "is-bic", "deferral_period": None}}
        content = wizard.execute(session, form, "generate")["view"]["defaults"]["file"]
        head, *rows = [text.split("\t") for text in bytes(content).decode().splitlines()]
        at = {name: head.index(name) for name in ("Debit", "Credit", "EcritureNum", "CompteNum", "EcritureDate")}
        amounts = [sum(Decimal(row[at[name]].replace(",", ".") or 0) for row in rows) for name in ("Debit", "Credit")]
        answer[year.name] = {
            "columns": len(head),
            "rows": len(rows),
            "debit": str(amounts[0]),
            "credit": str(amounts[1]),
            # The opening balance of the second year has a number of its own.
            "moves": len({row[at["EcritureNum"]] for row in rows if row[at["EcritureNum"]].startswith(year.name)}),
        }
    return answer


def found() -> int:
    """How many invoices a search by the name of a customer finds."""
    (party,) = POOL.get("party.party").search([("code", "=", ASKED["customer"])])
    return POOL.get("account.invoice").search([("party.name", "=", party.name), ("type", "=", "out")], count=True)


print(json.dumps({job.__name__: work(job) for job in (totals, balances, orders, new_invoice, fec, found)}, default=str))
