"""Lines typed under the last one: one copy of a workbook serves scenarios that only type more of them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from etabli.exam.office import edits, serve
from etabli.exam.office.document import PERCENT, TEXT
from etabli.exam.office.growth import _Body


def lines(count: int, **more: Any) -> list[dict[str, Any]]:
    return [{"sheet": "Données", "after": 9 + row, "values": {"A": "F1", "B": 2.0} | more} for row in range(count)]


class Opened:
    """A copy: it notes what is typed in it."""

    def __init__(self, steady: bool) -> None:
        self.steady = steady
        self.pivots: list[Any] = []
        self.typed: list[Any] = []
        self.closed = False

    def compute(self) -> None: ...

    def sheet(self, name: str) -> str:
        return name

    def close(self) -> None:
        self.closed = True

    drop = close


class File:
    def __init__(self, steady: bool = True) -> None:
        self.opened: list[Opened] = []
        self._steady = steady

    def open(self, _desktop: Any) -> Opened:
        self.opened.append(Opened(self._steady))
        return self.opened[-1]


class Desk:
    desktop = None


@pytest.fixture(autouse=True)
def office(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edits, "apply", lambda document, scenario: document.typed.append(len(scenario)))
    monkeypatch.setattr(
        edits, "go_on", lambda document, former, scenario: document.typed.append((len(former), len(scenario)))
    )
    monkeypatch.setattr(serve.cells, "read", lambda document: [*document.typed])


def tried(file: Any, *scenarios: Any) -> list[Any]:
    copies = serve._Copies(Desk(), file)  # type: ignore[arg-type]
    found = [copies.trial(scenario) for scenario in scenarios]
    copies.close()
    return found


def test_more_lines_are_typed_in_the_copy_that_has_some() -> None:
    file = File()
    assert tried(file, lines(1), lines(4), lines(20)) == [[1], [1, (1, 4)], [1, (1, 4), (4, 20)]]
    assert [one.closed for one in file.opened] == [True]


def cell(name: str, value: float = 1.0) -> dict[str, Any]:
    return {"sheet": "Données", "cell": name, "value": value}


def test_cells_that_are_typed_in_again_may_stay() -> None:
    file = File()
    assert len(tried(file, lines(1), [cell("B2"), *lines(2)], [cell("B2", 7.0), cell("B4"), *lines(3)])) == 3
    assert len(file.opened) == 1
    tried(file, [cell("B2"), cell("B4"), *lines(1)], [cell("B2"), *lines(3)])
    assert len(file.opened) == 3, "B4 holds what nobody has typed in this one"


def test_what_remembers_or_has_a_pivot_is_opened_each_time() -> None:
    file = File(steady=False)
    assert tried(file, lines(1), lines(4)) == [[1], [4]]
    assert [one.closed for one in file.opened] == [True, True]


@pytest.mark.parametrize(
    ("former", "after"),
    [
        (lines(4), lines(4)),
        (lines(1), [*lines(3), {"sheet": "Données", "cell": "B2", "value": 1.0}]),
        (lines(1), [*lines(3), {"sheet": "Données", "rows": [2]}]),
        (lines(1), lines(3, C=1.0)),
        (lines(1, B=None), lines(3, B=None)),
        (lines(1, B=""), lines(3)),
        (lines(1), [one | {"after": one["after"] + 1} for one in lines(3)]),
        (lines(1), [one | {"sheet": "Autre"} for one in lines(3)]),
        (lines(1), [*lines(2), lines(5)[4]]),
    ],
)
def test_other_scenarios_have_a_copy_of_their_own(former: Any, after: Any) -> None:
    file = File()
    assert tried(file, former, after) == [[len(former)], [len(after)]]


@pytest.mark.parametrize(
    ("value", "kind", "left"),
    [
        (1234.5, 0, 1234.5),
        (1234.5, TEXT, "1234,5"),
        (-3.0, TEXT | 1, "-3"),
        ({"date": "2026-01-05"}, TEXT, "05/01/2026"),
        ({"date": "2026-01-05"}, PERCENT, 46027.0),
        ("00012", TEXT, "00012"),
        (None, TEXT, None),
        (1234.5, PERCENT, 12.345),
        (0.2, PERCENT, 0.2),
    ],
)
def test_a_number_is_what_a_hand_leaves_in_a_cell_of_that_format(value: Any, kind: int, left: Any) -> None:
    assert edits._by_hand(Hand(), value, kind) == left  # type: ignore[arg-type]


class Hand:
    day_zero = date(1899, 12, 30)


class _Area:
    Name, StartColumn, EndColumn, StartRow, EndRow = "T", 0, 3, 0, 8
    ContainsHeader, TotalsRow = True, False


@pytest.mark.parametrize(
    ("formula", "loose"),
    [
        ("=SUM($Données.B2:B9)", False),
        ("=SUM($Données.B2:B10)", True),
        ("=SUM($Données.B2:B13)", True),
        ("=SUM($Données.B2:B14)", False),
        ("=SUM($Données.B3:B10)", False),
        ("=SUM($Autre.B2:B10)", False),
        ("=SUM($Données.F2:F10)", False),
    ],
)
def test_a_range_a_little_longer_than_its_table_is_seen(formula: str, loose: bool) -> None:
    body = _Body("Données", _Area, _Area, 4)
    assert ("13" in body.longer(formula, None)) is (formula.endswith(("B9)", "B13)")))
    assert body.loose is loose
