"""Manual entries on revenue accounts: what an accountant books at the end of a month and takes back later."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from etabli.exam.contract.draw import Draw
from etabli.exam.contract.errors import LabError

from .chains import Chains
from .database import day
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
        touching = [entry for entry in self.chains.entries if entry.touches(revenue)]
        entries = self.draw.shuffled([entry for entry in touching if entry.taken_back])
        dates = self._dates()
        if len(entries) < len(dates):
            raise LabError("L'historique du PGI n'a pas assez d'écritures manuelles.")
        for entry, (booked, taken_back) in zip(entries, dates, strict=False):
            value = Decimal(self.draw.between(31000, 189999)) / 100
            self.ledger.entry(entry, value, booked, taken_back)
        for entry in (*entries[len(dates) :], *(entry for entry in touching if not entry.taken_back)):
            self.chains.drop_entry(entry)

    def _dates(self) -> list[tuple[date, date]]:
        months = self.season.months
        inner = self.draw.some(range(len(months) - 3), 2)
        pairs = [self._pair(later(months[0], -1)), self._pair(months[-1]), self._pair(months[inner[0]])]
        late = months[inner[1] + 1]
        pairs.append((last_day(late), first_day(later(months[-1], 1)) + timedelta(days=self.draw.between(8, 18))))
        around = (*self.season.before[:-1], *self.season.after[:-1])
        return pairs + [self._pair(month) for month in self.draw.some(around, OUTSIDE)]

    @staticmethod
    def _pair(month: Month) -> tuple[date, date]:
        return last_day(month), first_day(later(month, 1))

    def capital(self, revenue: set[int]) -> None:
        """Makes what the partners brought on the first day enough for the bank never to be overdrawn."""
        first = (entry for entry in self.chains.entries if day(entry.moves[0][0]["date"]) <= FIRST_DAY)
        opening = next((entry for entry in first if not entry.touches(revenue)), None)
        if opening is None:
            return
        ((move, lines), *_reversal) = opening.moves
        (bank,) = {line["account"] for line in lines if line["debit"] != b"0"}
        level = lowest = Decimal(0)
        for _moment, amount in sorted(self.ledger.flows(bank, move)):
            level += amount
            lowest = min(lowest, level)
        value = (-lowest // 1000 + self.draw.between(6, 25)) * 1000
        self.ledger.entry(opening, value, FIRST_DAY, TODAY)
