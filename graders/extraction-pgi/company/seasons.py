"""The time of a company: 18 months of history, and the months inside them that its manager looks at."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from etabli.exam.contract.draw import Draw

FIRST_DAY = date(2025, 1, 2)
TODAY = date(2026, 6, 30)
"""The last day of every history; what is due is counted from it."""

Month = tuple[int, int]


def first_day(month: Month) -> date:
    """Returns the first day of a month."""
    return date(*month, 1)


def last_day(month: Month) -> date:
    """Returns the last day of a month."""
    return date(*month, calendar.monthrange(*month)[1])


def month_of(moment: date) -> Month:
    """Returns the month of a date."""
    return moment.year, moment.month


def later(month: Month, count: int) -> Month:
    """Returns the month that comes `count` months after; before when it is negative."""
    index = month[0] * 12 + month[1] - 1 + count
    return index // 12, index % 12 + 1


MONTHS = tuple(later((2025, 1), index) for index in range(18))


@dataclass(frozen=True)
class Season:
    """Some whole months in a row."""

    months: tuple[Month, ...]

    @property
    def start(self) -> date:
        """The first day."""
        return first_day(self.months[0])

    @property
    def end(self) -> date:
        """The last day."""
        return last_day(self.months[-1])

    @property
    def before(self) -> tuple[Month, ...]:
        """The months of the history that come before."""
        return tuple(month for month in MONTHS if month < self.months[0])

    @property
    def after(self) -> tuple[Month, ...]:
        """The months of the history that come after."""
        return tuple(month for month in MONTHS if month > self.months[-1])

    def __contains__(self, moment: date) -> bool:
        return self.start <= moment <= self.end


def make_season(seed: bytes) -> Season:
    """Returns six to nine months that neither begin nor end with a fiscal year, with months of history around them."""
    choices = [
        MONTHS[first : first + count]
        for count in (6, 7, 8, 9)
        for first in range(2, len(MONTHS) - count)
        if MONTHS[first][1] != 1 and MONTHS[first + count - 1][1] != 12
    ]
    return Season(Draw(b"season|" + seed).one(choices))


def workdays(month: Month) -> list[date]:
    """Returns the days from Monday to Friday of a month of the history."""
    first = max(first_day(month), FIRST_DAY)
    days = [first + timedelta(days=offset) for offset in range((last_day(month) - first).days + 1)]
    return [moment for moment in days if moment.weekday() < 5]
