"""Which sales a candidate's company made, to whom and when: the same traps for all, elsewhere for each."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from etabli.exam.contract.draw import Draw
from etabli.exam.contract.errors import LabError

from .chains import Bill, Chains, Deal, Order
from .parties import Parties
from .seasons import FIRST_DAY, MONTHS, TODAY, Month, Season, first_day, last_day, month_of, workdays
from .terms import Terms

ROWS = 230
"""Lines of valid invoices and credit notes inside the season."""
DRAFTS, CANCELLED = {"in": 5, "before": 2, "after": 2}, {"in": 4, "before": 2, "after": 1}
UNPAID = {(-999, 0): (8, 3), (1, 30): (6, 2), (31, 60): (5, 2), (61, 90): (4, 2), (91, 150): (4, 2)}
"""Days late today: how many invoices nobody paid, how many are paid in part."""
CREDITS = {"in-of-before": 3, "in": 6, "after-of-in": 2, "out": 2}
OPEN = ("in-of-before", "in")
"""Kinds of which one credit note is not yet set against anything."""
OLD = 91
"""Days late, from which what is due is in the last bracket."""
QUOTATIONS = 20
RESTING = 7
"""Customers who buy nothing inside the season."""


class Agenda:
    """Deals out the sales of a history; those left over are dropped."""

    def __init__(self, chains: Chains, parties: Parties, season: Season, terms: Terms, seed: bytes) -> None:
        self.draw = Draw(b"agenda|" + seed)
        self.season, self.terms, self.parties, self.chains = season, terms, parties, chains
        self.deals: list[Deal] = []
        self._rows: Counter[Month] = Counter()
        self._weights = {month: self.draw.between(85, 115) for month in MONTHS}
        self._pools = self._sorted(chains.sales)
        self._active = self._deck()
        self._everyone = self.draw.shuffled(parties.customers)

    def _sorted(self, sales: list[Order]) -> dict[str, list[Order]]:
        pools: dict[str, list[Order]] = {}
        for sale in self.draw.shuffled(sales):
            kind = sale.kind
            if sale.credit:
                settled = sale.credit.invoice["state"] == "paid"
                kind = "credit" if settled else "other" if sale.credited_whole else "open-credit"
            elif kind == "paid" and not sale.payments:
                kind = "other"
            pools.setdefault(kind, []).append(sale)
        return pools

    def _deck(self) -> list[int]:
        """Customers of the season: who has two addresses and who is easily confused are among them."""
        addresses = self.chains.database["party_address"].by("party")
        plain = [party for party in self.parties.customers[13:] if len(addresses[party]) < 2]
        resting = set(self.draw.some(plain, RESTING))
        self._resting = [party for party in self.parties.customers if party in resting]
        self._buyers = active = [party for party in self.parties.customers if party not in resting]
        heavy = [party for party in active for _ in range(1 + self.draw.below(4))]
        return self.draw.shuffled(active) + self.draw.shuffled(heavy + active)

    def _take(self, pool: str, most: int = ROWS) -> Order:
        """Takes the next sale of a kind whose invoice has that many lines at most."""
        orders = self._pools.get(pool, [])
        for order in orders:
            if _rows(order.bill) <= most:
                orders.remove(order)
                return order
        raise LabError(f"L'historique du PGI n'a pas assez de ventes du genre « {pool} ».")

    def _customer(self, moment: date) -> int:
        if moment in self.season:
            self._active.append(self._active.pop(0))
            return self._active[-1]
        return self._resting.pop() if self._resting else self.draw.one(self._everyone)

    def _place(self, order: Order, moment: date, customer: int | None = None) -> Deal:
        party = self._customer(moment) if customer is None else customer
        deal = Deal(order, party, self.parties.terms[party], moment)
        self.deals.append(deal)
        if order.kind not in {"draft", "cancelled", "order"}:
            self._rows[month_of(moment)] += _rows(order.bill)
        return deal

    def make(self) -> list[Deal]:
        """Returns the deals; every sale without one is to be dropped."""
        self._unpaid()
        self._credited()
        self._owed()
        self._borders()
        self._unfinished()
        self._fill_season()
        self._fill_around()
        for deal in self.deals:
            self._steps(deal)
        return self.deals

    # -- one kind after the other

    def _unpaid(self) -> None:
        days = [first_day(MONTHS[6]) + timedelta(days=offset) for offset in range((TODAY - first_day(MONTHS[6])).days)]
        open_days = [moment for moment in days if moment.weekday() < 5]
        for (low, high), counts in UNPAID.items():
            for pool, count in zip(("open", "part"), counts, strict=True):
                for _turn in range(count):
                    customer = self.draw.one(self._buyers)
                    term = self.parties.terms[customer]
                    late = {moment: (TODAY - self.terms.due(term, moment)).days for moment in open_days}
                    fitting = [moment for moment, delay in late.items() if low <= delay <= high]
                    self._place(self._take(pool), self.draw.one(fitting or days[-20:-8]), customer)

    def _credited(self) -> None:
        before, after = self._days(self.season.before), self._days(self.season.after)
        inside = self._days(self.season.months)
        for kind, count in CREDITS.items():
            for turn in range(count):
                pool = "open-credit" if turn == 0 and kind in OPEN else "credit"
                if kind == "in-of-before":
                    moment, credited = self.draw.one(before[-25:]), self.draw.one(inside[:40])
                elif kind == "after-of-in":
                    moment, credited = self.draw.one(inside[-25:]), self.draw.one(after[:15])
                else:
                    days = inside if kind == "in" else before[:-15]
                    at = self.draw.below(len(days) - 20)
                    moment, credited = days[at], days[at + 2 + self.draw.below(17)]
                if kind == "in" and turn == 1:
                    credited = self.season.end
                deal = self._place(self._take(pool), moment)
                deal.credited = credited
                self._rows[month_of(credited)] += _rows(deal.order.credit)

    def _owed(self) -> None:
        """Owes a customer a credit note of the last month: whatever else they are to pay is in another bracket."""
        customer, around = self._resting.pop(), self._days((*self.season.before, *self.season.after))
        term = self.parties.terms[customer]
        old = [moment for moment in around if (TODAY - self.terms.due(term, moment)).days >= OLD]
        deal = self._place(self._take("open-credit"), self.draw.one(old[-25:]), customer)
        deal.credited = self.draw.one(workdays(MONTHS[-1]))
        self._rows[MONTHS[-1]] += _rows(deal.order.credit)

    def _borders(self) -> None:
        """Books invoices on the other side of the season's first or last day, in three of four ways; months have two."""
        end, soon = self.season.end, timedelta(days=self.draw.between(1, 3))
        eve = self.season.start - timedelta(days=1)
        chosen = self.draw.some([(end, end + soon), (eve, eve + soon), (eve + soon, eve), (end + soon, end)], 3)
        inner = self.draw.some([month for month in self.season.months[:-1] if month[1] != 12], 2)
        chosen += [(last_day(month), last_day(month) + soon) for month in inner]
        for invoiced, accounted in chosen:
            self._place(self._take("paid"), invoiced).accounted = accounted

    def _unfinished(self) -> None:
        zones = {"in": self.season.months, "before": self.season.before, "after": self.season.after}
        for kind, counts in (("draft", DRAFTS), ("cancelled", CANCELLED)):
            for zone, count in counts.items():
                days = self._days(zones[zone])
                for turn in range(count):
                    moment = self.season.end if zone == "in" and turn == 0 else self.draw.one(days)
                    self._place(self._take(kind), moment)
        for order in self._pools.get("order", [])[:QUOTATIONS]:
            self._place(order, self.draw.one(self._days(MONTHS)))

    def _fill_season(self) -> None:
        """Fills the season with paid invoices, up to the exact number of lines; its first and last days have some."""
        start, end = self.season.start, self.season.end
        edges = [start, start, end, end] + [first_day(month) for month in self.season.months[1:]]
        edges += [last_day(month) for month in self.season.months[:-1]]
        for customer in self.parties.customers[:2]:  # the two that are easily confused are both there
            self._place(self._take("paid"), self._free_day(self.season.months), customer)
        while (left := ROWS - self._inside()) > 0:
            self._place(self._take("paid", left), edges.pop(0) if edges else self._free_day(self.season.months))
        if self._inside() != ROWS:
            raise LabError("Les ventes de l'historique du PGI ne tiennent pas dans la période demandée.")

    def _fill_around(self) -> None:
        months = (*self.season.before, *self.season.after)
        edges = [self.season.start - timedelta(days=1), self.season.end + timedelta(days=1)] * 2
        share = self.draw.between(95, 115)
        wanted = ROWS * len(months) * share // (100 * len(self.season.months))
        while edges or sum(self._rows[month] for month in months) < wanted:
            if not edges and not self._pools.get("paid"):
                return
            moment = edges.pop() if edges else self._free_day(months)
            self._place(self._take("paid"), moment)

    def _inside(self) -> int:
        return sum(self._rows[month] for month in self.season.months)

    def _days(self, months: tuple[Month, ...]) -> list[date]:
        return [moment for month in months for moment in workdays(month)]

    def _free_day(self, months: tuple[Month, ...]) -> date:
        """Returns a day of the month that has the fewest lines for its weight."""
        month = min(months, key=lambda month: (self._rows[month] * 100 // self._weights[month], month))
        return self.draw.one(workdays(month))

    # -- what comes before and after an invoice

    def _steps(self, deal: Deal) -> None:
        back = timedelta(days=self.draw.one((0, 0, 1, 2, 3, 5, 8, 12)))
        deal.ordered = max(FIRST_DAY, deal.invoiced - back)
        deal.shipped = min(TODAY, max(deal.ordered, deal.invoiced - timedelta(days=self.draw.between(-2, 3))))
        due = self.terms.due(deal.term, deal.invoiced)
        floor = max(deal.invoiced, deal.accounted or deal.invoiced, deal.credited or deal.invoiced)
        moment = max(floor, due + timedelta(days=self.draw.between(-6, 8)))
        for _payment in deal.order.payments:
            deal.paid.append(max(floor, min(TODAY - timedelta(days=self.draw.below(4)), moment)))
            floor = deal.paid[-1]
            moment += timedelta(days=self.draw.between(12, 55))


def _rows(bill: Bill | None) -> int:
    return len(bill.lines) if bill else 0
