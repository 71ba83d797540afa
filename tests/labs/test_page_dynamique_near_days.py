"""Days that are near today are written in figures too: in the list, and on an item's page."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from refused import failure
from small_site import item

from etabli.exam import Failed
from etabli.exam.contract.check import import_grader
from etabli.exam.tools.draws import Draws
from etabli.system.settings import repository

GRADER = repository() / "graders" / "page-dynamique"
formats, near_days, reading, values = (
    import_grader(GRADER, name) for name in ("formats", "near_days", "reading", "values")
)
TODAY = date(2026, 3, 9)
"""A Monday."""


@pytest.mark.parametrize(
    ("text", "gap", "written"),
    [
        ("Lampe\tAujourd'hui", 0, "Aujourd'hui"),
        ("Lampe\taujourd’hui à 9 h", 0, "aujourd’hui"),
        ("Lampe\tHier", -1, "Hier"),
        ("Le cahier de lundi", -1, ""),
        ("Demain matin", 1, "Demain"),
        ("Avant-hier", -2, "Avant-hier"),
        ("Avant-hier", -1, ""),
        ("il y a 3 jours", -3, "il y a 3 jours"),
        ("dans 4 jours", 4, "dans 4 jours"),
        ("jeudi prochain", 3, "jeudi prochain"),
        ("jeudi 12 mars", 3, "jeudi 12 mars"),
        ("le 12/03", 3, "12/03"),
        ("le 12/03/2025", 3, ""),
        ("le 12 mars 2025", 3, ""),
        ("jeudi", 10, ""),
    ],
)
def test_a_day_that_is_told_from_today_is_read(text: str, gap: int, written: str) -> None:
    assert formats.near_written(text, TODAY + timedelta(days=gap), TODAY) == written


class Shop:
    """A site of a list of which each row's date is written by `write`, and by `on_page` on the page of its item."""

    def __init__(self, nonce: str, write: Any, on_page: Any) -> None:
        self.draws, self.write, self.on_page = Draws(nonce), write, on_page
        self.rows = [{"n": f"N{number}", "jour": date(2025, 5, number)} for number in range(1, 20)]
        self.words = SimpleNamespace(columns={"date": "Jour"})
        self.trouble = SimpleNamespace(crash=str)
        self.page = SimpleNamespace(text="", open=self.open)
        self.days = list[date]()
        self.stock = SimpleNamespace(
            tables={"item": "t"}, columns={"item": {"name": "n", "date": "jour"}}, snapshot=lambda: {"t": self.rows},
            items=lambda: [item(at, row["n"], date=row["jour"]) for at, row in enumerate(self.rows)], replace=self.replace,
        )  # fmt: skip

    def title(self, _kind: str) -> str:
        return "Jour"

    def replace(self, rows: Any) -> None:
        self.rows = rows["t"]
        self.days = [row["jour"] for row in self.rows]

    def home(self) -> Any:
        entries = [
            reading.Entry(row["n"], f"{row['n']}\t{self.write(row['jour'])}", f"/{row['n']}") for row in self.rows
        ]
        return reading.Listing("/", tuple(entries), ("Jour",), ())

    def open(self, address: str) -> None:
        self.page.text = next(self.on_page(row["jour"]) for row in self.rows if f"/{row['n']}" == address)

    def visitor(self) -> Any:
        def get(address: str) -> Any:
            self.open(address)
            return SimpleNamespace(readable=self.page.text)

        return SimpleNamespace(get=get)


def looked(shop: Any) -> None:
    near_days.expect_near_days(shop, {one.name: one for one in shop.stock.items()})


def figures(day: date) -> str:
    return f"{day:%d/%m/%Y}"


@pytest.mark.parametrize("gap", [-1, 0, 1])
def test_yesterday_today_and_tomorrow_are_looked_at_in_both_places_in_each_exam(gap: int) -> None:
    near = date.today() + timedelta(days=gap)
    word = {-1: "Hier", 0: "Aujourd'hui", 1: "Demain"}[gap]

    def worded(day: date) -> str:
        return word if day == near else figures(day)

    for number in range(30):
        right: Any = Shop(str(number), figures, figures)
        looked(right)
        assert len(right.days) == 7 == len(set(right.days))
        for places, told in (((worded, figures), "Dans la liste, pour"), ((figures, worded), "Sur la page de")):
            found = failure(lambda places=places, number=number: looked(Shop(str(number), *places)))
            assert (
                found.observed.startswith(told)
                and f"on attend « {figures(near)} » et on lit « {word} »" in found.observed
            )
            assert found.help == values.ALWAYS_FIGURES and figures(near) in found.expected


def test_other_days_of_last_and_next_week_are_in_each_list_and_drawn_on_a_page() -> None:
    def week(day: date) -> str:
        gap = (day - date.today()).days
        return "la semaine prochaine" if 2 < gap < 7 else figures(day)

    told = set[bool]()
    for number in range(30):
        assert failure(lambda number=number: looked(Shop(str(number), week, figures)))
        try:
            looked(Shop(str(number), figures, week))
        except Failed:
            told.add(True)
        else:
            told.add(False)
    assert told == {True, False}


def test_a_list_that_does_not_follow_the_base_is_told_by_other_checks() -> None:
    looked(Shop("0", lambda _day: ", ".join(figures(date(2025, 5, n)) for n in range(1, 20)), figures))


def test_a_list_that_is_kept_from_before_the_check_s_own_changes_is_told_by_other_checks_too() -> None:
    shop: Any = Shop("0", lambda _day: ", ".join(figures(date(2025, 5, n)) for n in range(1, 20)), figures)
    before = {one.name: one for one in shop.stock.items()}
    shop.rows = [row | {"jour": date(2027, 1, 2)} for row in shop.rows]
    near_days.expect_near_days(shop, before)
