"""Dates as Moodle writes them, and as people type them."""

from __future__ import annotations

import time
from datetime import datetime

import pytest

from etabli.cli.deadline import read_deadline
from etabli.exam.contract.errors import UsageProblem
from etabli.reception.moodle.dates import read_moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("vendredi 20 novembre 2026, 18:02", (2026, 11, 20, 18, 2)),
        ("vendredi, 20 novembre 2026, 18:02", (2026, 11, 20, 18, 2)),
        ("mardi 1er décembre 2026, 08:05", (2026, 12, 1, 8, 5)),
        ("samedi 5 août 2026, 00:00", (2026, 8, 5, 0, 0)),
        ("Friday, 20 November 2026, 6:02 PM", (2026, 11, 20, 18, 2)),
        ("Friday, 20 November 2026, 12:02 AM", (2026, 11, 20, 0, 2)),
        ("Friday, 20 November 2026, 12:02 PM", (2026, 11, 20, 12, 2)),
        ("Friday, November 20, 2026, 6:02\u202fPM", (2026, 11, 20, 18, 2)),
        ("20/11/2026 18:02", (2026, 11, 20, 18, 2)),
    ],
)
def test_moodles_dates_are_read_in_french_and_in_english(text: str, moment: tuple[int, ...]) -> None:
    assert read_moment(text) == datetime(*moment).astimezone()  # type: ignore[misc]


@pytest.mark.parametrize("zone", ["AST4", "CET-1"])
def test_the_last_day_of_the_calendar_is_no_mistake_of_ours(monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    """West of Greenwich its evening is in the year 10000, and no library goes there."""
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert read_moment("vendredi 31 décembre 9999, 23:59") is None
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize("text", ["-", "", "Freitag, 20. Novembre", "vendredi 31 novembre 2026, 18:02", "hier, 18:02"])
def test_what_is_no_date_is_not_guessed(text: str) -> None:
    assert read_moment(text) is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-20", (2026, 11, 20, 23, 59, 59)),
        ("20/11/2026", (2026, 11, 20, 23, 59, 59)),
        ("2026-11-20T18:00", (2026, 11, 20, 18, 0)),
        ("20/11/2026 18:00", (2026, 11, 20, 18, 0)),
        ("20/11/2026 18h30", (2026, 11, 20, 18, 30)),
        ("1/2/2026 à 8 h", (2026, 2, 1, 8, 0)),
    ],
)
def test_a_deadline_is_read_as_people_type_it(text: str, moment: tuple[int, ...]) -> None:
    assert read_deadline(text) == datetime(*moment).astimezone()  # type: ignore[misc]


@pytest.mark.parametrize("text", ["demain", "31/02/2026", "20/11", "2026-11-20T25:00", "20-11-2026", ""])
def test_a_wrong_deadline_is_one_sentence(text: str) -> None:
    with pytest.raises(UsageProblem, match="20/11/2026 18:00"):
        read_deadline(text)
