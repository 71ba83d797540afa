"""When an invoice is due: payment terms of one maturity, as Tryton computes it."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from .database import Database, Row, ordered


class Terms:
    """The payment terms of a database."""

    def __init__(self, database: Database) -> None:
        lines = database["account_invoice_payment_term_line"].by("payment")
        deltas = database["account_invoice_payment_term_line_delta"].by("line")
        self._steps: dict[int, list[Row]] = {}
        for term in database["account_invoice_payment_term"]:
            steps = [delta for line in lines[term["id"]] for delta in deltas[line["id"]]]
            self._steps[term["id"]] = ordered(steps)

    def due(self, term: int | None, moment: date) -> date:
        """Returns the maturity of what is invoiced on a date."""
        for step in self._steps[term] if term else ():
            moment = _later(moment, step)
        return moment


def _later(moment: date, step: Row) -> date:
    """Applies one step: months, then the day of the month, then weeks and days (dateutil's order)."""
    index = moment.year * 12 + (step["month"] or moment.month) - 1 + (step["months"] or 0)
    year, month = index // 12, index % 12 + 1
    wanted = min(step["day"] or moment.day, calendar.monthrange(year, month)[1])
    return date(year, month, wanted) + timedelta(days=(step["days"] or 0) + 7 * (step["weeks"] or 0))
