"""What happens is drawn here, from one seed, day by day, without Tryton."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal

from .plan import START, TODAY, Batch, Credit, Entry, Hours, Plan, Purchase, Sale, due_date, last_day, months
from .trade import ACTIVITIES, CUSTOMERS, EMPLOYEES, PRODUCTS, RECIPES, SUPPLIERS

INVOICES_A_MONTH = 20


def make(seed: str) -> Plan:
    """Returns the history of a seed."""
    return Plan(_sales(seed), _purchases(seed), _batches(seed), _entries(), _hours(seed))


def _workdays(year: int, month: int) -> list[dt.date]:
    first = max(dt.date(year, month, 1), START)
    days = [first + dt.timedelta(days=offset) for offset in range((last_day(year, month) - first).days + 1)]
    return [day for day in days if day.weekday() < 5]


def _lines(rnd: random.Random) -> list[tuple[str, float]]:
    count = rnd.choices([1, 2, 3, 4], [28, 38, 22, 12])[0]
    chosen = rnd.sample([product for product in PRODUCTS if product.kind != "carriage"], count)
    lines = [(product.code, _quantity(rnd, product.kind, product.code)) for product in chosen]
    if any(product.kind not in {"service"} for product in chosen) and rnd.random() < 0.12:
        lines.append(("PORT", 1.0))
    return lines


def _quantity(rnd: random.Random, kind: str, code: str) -> float:
    if kind == "made":
        return float(rnd.choice([1, 1, 1, 2]))
    if code in {"MO-H", "FORM-J"}:
        return rnd.choice([0.5, 1.0, 1.5, 2.0, 2.25, 3.0, 3.5])
    if code in {"VAE-28", "VTC-26"}:
        return float(rnd.randint(1, 3))
    return float(rnd.randint(1, 8))


def _sales(seed: str) -> list[Sale]:
    rnd = random.Random(f"{seed}/sales")
    sales: list[Sale] = []
    for year, month in months():
        days = _workdays(year, month)
        dates = sorted([days[0], days[-1], last_day(year, month), *rnd.choices(days, k=INVOICES_A_MONTH - 3)])
        sales += [_invoiced(rnd, date) for date in dates]
        sales += [_abandoned(rnd, rnd.choice(days)) for _ in range(rnd.choice([1, 2, 2]))]
    _spread(rnd, sales)
    for sale in sales:
        _cut_off(rnd, sale)
        _after(rnd, sale)
    return sorted(sales, key=lambda sale: sale.date)


def _invoiced(rnd: random.Random, date: dt.date) -> Sale:
    """A sale whose invoice is dated on ``date``; the order came up to twelve days before."""
    ordered = max(START, date - dt.timedelta(days=rnd.choice([0, 0, 1, 2, 3, 5, 8, 12])))
    sale = Sale(0, ordered, _lines(rnd), invoice_date=date)
    fate = rnd.random()
    sale.invoice = "draft" if fate < 0.04 else "cancelled" if fate < 0.07 else "posted"
    if rnd.random() < 0.93:
        shipped = max(ordered, date - dt.timedelta(days=rnd.choice([0, 0, 1, 2])))
        sale.shipped = shipped
    return sale


def _abandoned(rnd: random.Random, date: dt.date) -> Sale:
    """A quotation, a draft or a cancelled order: nothing follows."""
    return Sale(0, date, _lines(rnd), state=rnd.choice(["draft", "quotation", "quotation", "cancelled"]))


def _spread(rnd: random.Random, sales: list[Sale]) -> None:
    """Gives a customer to each sale: a few buy much, everyone buys at least thrice."""
    weights = [1.0 / (1 + (index * 17 % len(CUSTOMERS)) * 0.12) for index in range(len(CUSTOMERS))]
    people = [index for index in range(len(CUSTOMERS)) for _ in range(3)]
    people += rnd.choices(range(len(CUSTOMERS)), weights, k=max(0, len(sales) - len(people)))
    rnd.shuffle(people)
    for sale, customer in zip(sales, people, strict=False):
        sale.customer = customer


def _cut_off(rnd: random.Random, sale: Sale) -> None:
    """Some invoices near the end of a month are booked in the next, or the previous, within one year."""
    day = sale.invoice_date
    if sale.invoice != "posted" or sale.state != "processed":
        return
    other: dt.date | None = None
    if day == last_day(day.year, day.month) and rnd.random() < 0.35:
        other = day + dt.timedelta(days=rnd.choice([1, 2, 3]))
    elif day.day <= 3 and rnd.random() < 0.35:
        other = day.replace(day=1) - dt.timedelta(days=1)
    if other and other.year == day.year and START <= other <= TODAY:
        sale.accounting_date = other


def _after(rnd: random.Random, sale: Sale) -> None:
    """Payments and credit notes of a posted invoice, none later than today."""
    if sale.state != "processed" or sale.invoice != "posted":
        return
    due, fate = due_date(sale.invoice_date, sale.customer), rnd.random()
    prompt = due + dt.timedelta(days=rnd.randint(-4, 12))
    late = due + dt.timedelta(days=rnd.randint(15, 75))
    half = Decimal(rnd.choice(["0.3", "0.4", "0.5"]))
    if rnd.random() < 0.10:
        when = sale.invoice_date + dt.timedelta(days=rnd.randint(2, 20))
        sale.credit = Credit(when, rnd.random() < 0.3, rnd.random() < 0.7)
    if sale.credit and sale.credit.whole:
        sale.credit.settled = True
    elif fate < 0.48:
        sale.payments = [(prompt, Decimal(1))]
    elif fate < 0.58:
        sale.payments = [(late, Decimal(1))]
    elif fate < 0.92:
        sale.payments = [(prompt, half), (late, Decimal(1))]
    elif fate < 0.95:
        sale.payments = [(prompt, half)]
    if sale.credit:
        if sale.credit.date > TODAY:
            sale.credit = None
        elif sale.payments and sale.payments[0][0] <= sale.credit.date:
            sale.payments = [(sale.credit.date + dt.timedelta(days=4), Decimal(1))]
    floor = max(sale.invoice_date, sale.accounting_date or sale.invoice_date)
    sale.payments = [(max(date, floor), share) for date, share in sale.payments if max(date, floor) <= TODAY]


def _purchases(seed: str) -> list[Purchase]:
    rnd = random.Random(f"{seed}/purchases")
    bought = [product for product in PRODUCTS if product.kind in {"goods", "parts", "books"}]
    made: list[Purchase] = []
    for number, (year, month) in enumerate(months()):
        days = _workdays(year, month)
        for turn in range(3):
            lot = [bought[(number * 4 + turn * 5 + step * 3) % len(bought)] for step in range(rnd.choice([2, 3, 4]))]
            lines = [(product.code, float(rnd.randint(8, 40))) for product in dict.fromkeys(lot)]
            date = rnd.choice(days)
            received = min(TODAY, date + dt.timedelta(days=rnd.randint(2, 9)))
            invoiced = min(TODAY, received + dt.timedelta(days=rnd.randint(0, 6)))
            paid = invoiced + dt.timedelta(days=30 + rnd.randint(0, 15))
            made.append(
                Purchase(
                    (number * 3 + turn) % len(SUPPLIERS),
                    date,
                    lines,
                    received,
                    invoiced,
                    paid if paid <= TODAY else None,
                )
            )
    return made


def _batches(seed: str) -> list[Batch]:
    rnd = random.Random(f"{seed}/batches")
    made = []
    for number, (year, month) in enumerate(months()):
        days = _workdays(year, month)
        for turn in range(2):
            start = rnd.choice(days[: len(days) * 2 // 3])
            end = start + dt.timedelta(days=rnd.randint(2, 7))
            product = list(RECIPES)[(number + turn) % len(RECIPES)]
            made.append(Batch(product, rnd.randint(2, 6), start, end if end <= TODAY and number < 17 else None))
    return made


# account, counterpart, label: revenue to invoice (4181) or invoiced in advance (487, a debit of revenue)
_ACCRUALS = [
    ("706", "4181", "Produits à recevoir : atelier non facturé"),
    ("7071", "4181", "Produits à recevoir : livraisons non facturées"),
    ("706", "487", "Produits constatés d'avance : formations à venir"),
]


def _entries() -> list[Entry]:
    """A manual entry at each end of month, reversed one or two months later, the last ones not yet."""
    made = []
    for number, (year, month) in enumerate(months()):
        account, counterpart, label = _ACCRUALS[number % len(_ACCRUALS)]
        amount = Decimal(38000 + (number * 7919) % 90000) / 100
        sign = -1 if counterpart == "487" else 1
        after = (year * 12 + month + number % 2) // 12, (year * 12 + month + number % 2) % 12 + 1
        reversal = dt.date(after[0], after[1], 1)
        made.append(
            Entry(
                last_day(year, month),
                account,
                counterpart,
                sign * amount,
                label,
                (number * 11 + 4) % len(CUSTOMERS),
                reversal if reversal <= TODAY else None,
            )
        )
    return made


def _hours(seed: str) -> list[Hours]:
    rnd = random.Random(f"{seed}/hours")
    made = []
    for year, month in months():
        for employee in range(len(EMPLOYEES)):
            for day in sorted(rnd.sample(_workdays(year, month), 5)):
                usual = employee % len(ACTIVITIES)
                activity = usual if rnd.random() < 0.7 else rnd.randrange(len(ACTIVITIES))
                made.append(Hours(employee, activity, day, rnd.choice([120, 150, 180, 210, 240, 420, 450])))
    return made
