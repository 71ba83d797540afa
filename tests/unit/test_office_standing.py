"""A workbook that stays open between trials: what it is worth is proven, and what is sent of it is whole again."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from etabli.exam.office.answer import shortened
from etabli.exam.office.cells import same
from etabli.exam.office.document import Document
from etabli.exam.office.formulas import column_of
from etabli.exam.office.standing import Standing
from etabli.exam.tools.computed import CellError, values_of


def sheet(name: str, *rows: list[Any], pivots: Any = ()) -> dict[str, Any]:
    return {"name": name, "rows": [*rows], "pivots": [*pivots]}


FIRST = [sheet("Données", ["F1", 1.0, None], ["F2", 2.0]), sheet("Synthèse", [3.0, True], [])]
SCENARIOS = [
    FIRST,
    [sheet("Données", ["F1", 9.0, None], ["F2", 2.0]), sheet("Synthèse", [11.0, 1.0], [])],
    [sheet("Données", ["F1", 1.0, None], ["F2", 2.0], ["F3", 4.0]), sheet("Synthèse", [[532], False], [])],
    [sheet("Données", ["F1", 1.0, None], ["F2", 2.0]), sheet("Synthèse", [3.0, True, "x"], [])],
    [sheet("Autre", [1.0])],
]


def test_what_differs_from_the_first_scenario_is_enough_to_have_all() -> None:
    sent = shortened(SCENARIOS)
    assert [["rows" in one for one in sheets] for sheets in sent] == [
        *([True, True], [False, False], [True, False], [False, True], [True])
    ]
    assert sent[1][1]["cells"] == [(0, 0, 11.0), (0, 1, 1.0)], "true is not one"
    first = values_of(sent[0])
    for told, whole in zip(sent, SCENARIOS, strict=True):
        ours, theirs = [*values_of(told, first).cells()], [*values_of(whole).cells()]
        assert [(*cell, type(cell[-1])) for cell in ours] == [(*cell, type(cell[-1])) for cell in theirs]
    assert values_of(sent[2], first)["Synthèse", "A1"] == CellError("#DIV/0!")
    assert [*first.cells()] == [*values_of(FIRST).cells()], "the first one stays what it is"


def test_one_is_not_true() -> None:
    assert same([[1.0, "a"]], [[1.0, "a"]])
    assert not same([[1.0]], [[True]])
    assert not same([[1.0]], [[1.0], []])


def test_columns_have_numbers() -> None:
    assert [column_of(letters) for letters in ("A", "Z", "AA", "XFD")] == [0, 25, 26, 16383]


class Drifting(Standing):
    """An open workbook, computed by nobody: `shown` is what it holds next."""

    def __init__(self, *shown: list[dict[str, Any]]) -> None:
        self.shown = [*shown]
        self.closed = 0
        self._document = SimpleNamespace(compute=lambda: None, sizes=[], close=self._close)  # type: ignore[assignment]
        self._sizes, self._tried, self._failed = [], False, False

    @property
    def sheets(self) -> list[Any]:
        return FIRST_PIVOT

    def _close(self) -> None:
        self.closed += 1

    def _typings(self, document: Any, scenario: Any) -> list[Any] | None:
        return None if scenario == "a copy" else []

    def _read(self, document: Any, typings: Any) -> list[Any]:
        return self.shown.pop(0)


FIRST_PIVOT = [sheet("Synthèse", ["Total", 3.0], pivots=[["TCD", 1, 1, 1, 2]])]
OTHER = [sheet("Synthèse", ["Total", 4.0], pivots=[["TCD", 1, 1, 1, 2]])]
MOVED = [sheet("Synthèse", ["Somme", 4.0], pivots=[["TCD", 1, 1, 1, 2]])]


def test_trials_stand_when_the_workbook_is_again_what_it_was() -> None:
    standing = Drifting(OTHER, OTHER, FIRST_PIVOT)
    assert [standing.trial(one) for one in ([{}], [{}], [], "a copy")] == [OTHER, OTHER, FIRST_PIVOT, None]  # type: ignore[list-item,arg-type]
    assert standing.prove() and not standing.closed
    assert standing.prove(), "nothing was tried since"


def test_trials_fall_together_when_it_is_not() -> None:
    standing = Drifting(OTHER, OTHER)
    assert standing.trial([{}]) == OTHER
    assert not standing.prove() and standing.closed == 1
    assert standing.trial([{}]) is None and standing.trial([]) == FIRST_PIVOT
    assert standing.prove()


def test_one_after_which_a_pivot_stands_otherwise_is_proven_at_once_for_those_before_it_too() -> None:
    standing = Drifting(OTHER, MOVED, MOVED)
    assert [standing.trial([{}]), standing.trial([{}])] == [OTHER, MOVED]
    assert standing.closed == 1 and standing.trial([{}]) is None
    assert not standing.prove()
    well = Drifting(MOVED, FIRST_PIVOT, OTHER, FIRST_PIVOT)
    assert [well.trial([{}]), well.trial([{}])] == [MOVED, OTHER]
    assert well.prove() and not well.closed


@pytest.mark.parametrize(
    ("iterates", "text", "forgets"),
    [
        (False, "=SUM(A1:A9)", True),
        (True, "=SUM(A1:A9)", False),
        (False, '=1+STYLE("x")', False),
        (False, "=MONSTYLE(1)", True),
    ],
)
def test_a_workbook_that_can_remember_is_known(iterates: bool, text: str, forgets: bool) -> None:
    document = Document.__new__(Document)
    document.model = SimpleNamespace(IsIterationEnabled=iterates)
    document.__dict__["_opened_formulas"] = [(None, 0, 0, text)]
    assert document.forgets is forgets


class Rows:
    """Rows of a sheet, in an office: those that are hidden."""

    def __init__(self) -> None:
        self.hidden: set[int] = set()

    def getCellRangeByPosition(self, _left: int, top: int, _right: int, bottom: int) -> Any:
        return SimpleNamespace(Rows=_Run(self.hidden, range(top + 1, bottom + 2)))


class _Run:
    def __init__(self, hidden: set[int], rows: range) -> None:
        self.__dict__.update(hidden=hidden, rows=rows)

    def __setattr__(self, name: str, value: bool) -> None:
        assert name in ("IsFiltered", "IsVisible")
        (self.hidden.update if (name == "IsFiltered") is value else self.hidden.difference_update)(self.rows)


def test_what_a_filter_hides_is_hidden_for_one_trial_alone() -> None:
    standing, sheet_, seen = Drifting(OTHER, FIRST_PIVOT), Rows(), []
    standing._document.sheet = lambda _: sheet_  # type: ignore[union-attr,method-assign,assignment,return-value]
    standing._document.compute = lambda: seen.append({*sheet_.hidden})  # type: ignore[union-attr,method-assign,assignment]
    assert standing.trial([{"sheet": "Données", "rows": [2, 3, 4, 9]}]) == OTHER
    assert standing.prove() and seen == [{2, 3, 4, 9}, set()]
