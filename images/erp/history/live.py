"""The history is lived: every step of the plan, in the order of its days, a transaction a month."""

from __future__ import annotations

import datetime as dt
import functools
import itertools
from collections.abc import Callable, Iterator

from . import rights, setting
from .buying import Buying
from .making import Making
from .office import Office
from .people import People
from .plan import START, TODAY, Plan, Sale
from .selling import Selling

Step = tuple[dt.date, int, int, Callable[[], None]]


def live(office: Office, plan: Plan, say: Callable[[str], None] = print) -> None:
    """Runs a plan in an empty database."""
    office.today = START - dt.timedelta(days=1)
    for job in (setting.company, setting.chart, setting.years, setting.terms, setting.products):
        office.work(functools.partial(job, office))
    say("company, chart, fiscal years, products")
    people, products = People(), dict[str, int]()
    office.work(lambda: people.make(office))
    office.work(lambda: rights.assistant(office))
    office.work(lambda: products.update({one.code: one.id for one in office.get("product.product").search([])}))
    selling = Selling(office, people.customers, products)
    buying = Buying(office, people.suppliers, products)
    making = Making(office, products, people.customers)
    office.today = START
    office.work(making.stock)
    office.work(making.capital)
    say("people, rights, stock")
    steps = sorted(_steps(plan, selling, buying, making), key=lambda step: step[:3])
    for month, group in itertools.groupby(steps, key=lambda step: (step[0].year, step[0].month)):
        todo = list(group)
        office.work(functools.partial(_run, office, todo))
        say(f"{month[0]}-{month[1]:02d}: {len(todo)} steps")
    office.today = TODAY
    office.work(lambda: people.hours(office, plan))


def _run(office: Office, steps: list[Step]) -> None:
    for day, _, _, action in steps:
        office.today = day
        action()


def _steps(plan: Plan, selling: Selling, buying: Buying, making: Making) -> Iterator[Step]:
    """Every step: its day, its rank in the day, its turn, and what is done."""
    for key, purchase in enumerate(plan.purchases):
        yield purchase.date, 1, key, functools.partial(buying.order, key, purchase)
        yield purchase.received, 2, key, functools.partial(buying.receive, key, purchase)
        yield purchase.invoiced, 3, key, functools.partial(buying.invoice, key, purchase)
        if purchase.paid:
            yield purchase.paid, 10, key, functools.partial(buying.pay, key, purchase)
    for key, batch in enumerate(plan.batches):
        yield batch.start, 4, key, functools.partial(making.start, key, batch)
        if batch.end:
            yield batch.end, 5, key, functools.partial(making.finish, key, batch)
    for key, sale in enumerate(plan.sales):
        yield from _sale(key, sale, selling)
    for key, entry in enumerate(plan.entries):
        yield entry.date, 11, key, functools.partial(making.write, entry)
        if entry.reversed_on:
            yield entry.reversed_on, 0, key, functools.partial(making.reverse, entry)


def _sale(key: int, sale: Sale, selling: Selling) -> Iterator[Step]:
    yield sale.date, 6, key, functools.partial(selling.order, key, sale)
    if sale.state != "processed":
        return
    if sale.shipped:
        yield sale.shipped, 7, key, functools.partial(selling.deliver, key, sale)
    yield sale.invoice_date, 8, key, functools.partial(selling.invoice, key, sale)
    if sale.credit and sale.invoice == "posted":
        yield sale.credit.date, 9, key, functools.partial(selling.credit, key, sale.credit)
    for date, share in sale.payments:
        yield date, 10, key, functools.partial(selling.pay, key, sale, date, share)
