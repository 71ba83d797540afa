"""When something was handed in, as far as Moodle says it.

The dates inside a download are **not** to be relied on: since Moodle streams the zip, each member bears the moment of
the download (moodle/moodle, ``files/classes/local/archive_writer/zip_writer.php`` gives ZipStream no time, whose
default is now); older versions wrote the date of the stored file. Both are told apart by :func:`are_dates_of_deposits`.
What is sure is the grading worksheet's column « Dernière modification (travail remis) », written by ``userdate()`` in
the language and in the time zone of the teacher (``mod/assign/gradingtable.php``, ``col_timesubmitted``):
``vendredi 20 novembre 2026, 18:02`` or ``Friday, 20 November 2026, 6:02 PM``. It is read in this machine's time zone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from etabli.roster.names import fold

_WINDOW = timedelta(minutes=10)
_MONTHS = {
    1: ("janvier", "janv", "january", "jan"),
    2: ("fevrier", "fevr", "fev", "february", "feb"),
    3: ("mars", "march", "mar"),
    4: ("avril", "avr", "april", "apr"),
    5: ("mai", "may"),
    6: ("juin", "june", "jun"),
    7: ("juillet", "juil", "july", "jul"),
    8: ("aout", "august", "aug"),
    9: ("septembre", "sept", "september", "sep"),
    10: ("octobre", "oct", "october"),
    11: ("novembre", "nov", "november"),
    12: ("decembre", "dec", "december"),
}
_NUMBERS = {word: number for number, words in _MONTHS.items() for word in words}
_DAY_MONTH = re.compile(r"(?P<day>\d{1,2})(?:er)?\s+(?P<month>[a-z]{1,12})\.?,?\s+(?P<year>\d{4})")
_MONTH_DAY = re.compile(r"(?P<month>[a-z]{1,12})\.?\s+(?P<day>\d{1,2}),\s*(?P<year>\d{4})")
_DIGITS = re.compile(r"(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})")
_HOUR = re.compile(r"(?P<hour>\d{1,2})\s*[:h]\s*(?P<minute>\d{2})(?::\d{2})?\s*(?P<half>[ap]\.?\s?m)?")


def read_moment(text: str) -> datetime | None:
    """Reads a date as Moodle writes it in French or in English; ``None`` for « - » and for what is not understood."""
    plain = fold(text)
    day = _DAY_MONTH.search(plain) or _MONTH_DAY.search(plain) or _DIGITS.search(plain)
    hour = _HOUR.search(plain, day.end()) if day else None
    if day is None or hour is None:
        return None
    month = int(day["month"]) if day["month"].isdigit() else _NUMBERS.get(day["month"], 0)
    try:
        return datetime(int(day["year"]), month, int(day["day"]), _hour(hour), int(hour["minute"])).astimezone()
    except (ValueError, OverflowError):  # no such day, or none that this machine's time zone has
        return None


def _hour(found: re.Match[str]) -> int:
    hour = int(found["hour"])
    half = (found["half"] or " ")[0]
    if half == "p" and hour < 12:
        return hour + 12
    return 0 if half == "a" and hour == 12 else hour


def are_dates_of_deposits(moments: Sequence[datetime | None]) -> bool:
    """Tells whether the dates of a download can be those of the deposits, not of the download itself.

    Args:
        moments: The dates of the members, in the order in which Moodle wrote them.

    A download writes its members one after the other: its dates never go back, and rarely spread over ten minutes.
    """
    known = [moment for moment in moments if moment is not None]
    if len(known) < max(2, len(moments)):
        return False
    goes_back = any(later < earlier for earlier, later in pairwise(known))
    return goes_back and max(known) - min(known) > _WINDOW
