"""Manual entries on revenue accounts: what an accountant books at the end of a month and takes back later."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from etabli.exam.contract.draw import Draw
from etabli.exam.contract.errors import LabError

from .chains import Chains, ManualEntry
from .database import Row, day
from .ledger import Ledger
from .seasons import FIRST_DAY, TODAY, Month, Season, first_day, last_day, later

OUTSIDE = 4
"""Pairs of entries that the season does not see."""


class Adjustments:
    """Deals the manual entries: the season sees one taken back, one to be taken back, one of each, and a late one."""

    def __init__(self, chains: Chains, ledger: Ledger, season: Season, seed: bytes) -> None:
        self.chains, self.ledger, self.season = chains, ledger, season
        self.draw = Draw(b"adjustments|" + seed)

    def deal(self, revenue: set[int]) -> None:
        """Books the entries on `revenue` accounts again, and drops the others."""
        entries = self.draw.shuffled([e for e in self.chains.entries if self._touches(e, revenue) and e.reversal])
        dates = self._dates()
        if len(entries) < len(dates):
            raise LabError("L'historique du PGI n'a pas assez d'écritures manuelles.")
        for entry, (booked, taken_back) in zip(entries, dates, strict=False):
            value = Decimal(self.draw.between(31000, 189999)) / 100
            self.ledger.entry(entry, value, booked, taken_back)
        for entry in entries[len(dates) :]:
            self.chains.drop_entry(entry)
        for entry in [e for e in self.chains.entries if self._touches(e, revenue) and not e.reversal]:
            self.chains.drop_entry(entry)

    @staticmethod
    def _touches(entry: ManualEntry, accounts: set[int]) -> bool:
        return any(line["account"] in accounts for line in entry.lines)

    def _dates(self) -> list[tuple[date, date]]:
        months = self.season.months
        inner = self.draw.some(range(len(months) - 3), 2)
        pairs = [self._pair(later(months[0], -1)), self._pair(months[-1]), self._pair(months[inner[0]])]
        late = months[inner[1] + 1]
        pairs.append((last_day(late), first_day(later(months[-1], 1)) + timedelta(days=self.draw.between(8, 18))))
        around = [month for month in (*self.season.before[:-1], *self.season.after[:-1])]
        return pairs + [self._pair(month) for month in self.draw.some(around, OUTSIDE)]

    @staticmethod
    def _pair(month: Month) -> tuple[date, date]:
        return last_day(month), first_day(later(month, 1))

    def capital(self, revenue: set[int]) -> None:
        """Makes what the partners brought on the first day enough for the bank never to be overdrawn."""
        opening = next(
            (e for e in self.chains.entries if not self._touches(e, revenue) and day(e.move["date"]) <= FIRST_DAY), None
        )
        if opening is None:
            return
        (bank,) = {line["account"] for line in opening.lines if line["debit"] != b"0"}
        flows = self._flows(bank, opening.move)
        level = lowest = Decimal(0)
        for _moment, amount in sorted(flows):
            level += amount
            lowest = min(lowest, level)
        value = (-lowest // 1000 + self.draw.between(6, 25)) * 1000
        self.ledger.entry(opening, value, FIRST_DAY, TODAY)

    def _flows(self, account: int, apart: Row) -> list[tuple[str, Decimal]]:
        return [(moment, amount) for move, moment, amount in self.ledger.flows(account) if move != apart["id"]]
