"""What the sheets of other exports hold changes beside a line of extraction-pgi, and a line beside them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from pgi_sheets import DATA, elsewhere, exports, handed, judged, made, trials

from etabli.exam.contract.draw import Draw
from etabli.exam.tools.scenario import Edit


def test_what_other_sheets_hold_changes_beside_a_line_and_a_line_beside_them() -> None:
    """Totals that stop as soon as the ledger, or the figure, is another one do not follow in an exam; nor the other way."""
    found, read, grids = made()
    draws = SimpleNamespace(of=lambda purpose: Draw(purpose.encode()))
    asked: list[Any] = []
    workbook = SimpleNamespace(keep=lambda *_: None, trials=lambda _, some: asked.extend(some) or ["" for _ in some])
    hours, own = Edit("Temps", "B3", 2.0), Edit(DATA, "G3", 9.0)
    steps = [SimpleNamespace(edits=[hours, own]), SimpleNamespace(edits=[]), SimpleNamespace(edits=[hours])]
    figure = SimpleNamespace(
        expect_calculated=lambda: None, told=dict, expect_moved=lambda *_: None, changes=lambda *_: steps
    )
    one = handed(workbook=workbook, extraction=read, grids=grids, book=found._book, synthesis=found)
    one.asked_figure = lambda: figure
    beside = elsewhere.Elsewhere(one, draws)
    beside.__dict__ |= {
        "ledger_change": SimpleNamespace(edits=[Edit("Écritures", "D4", 5.0)]),
        "other_dues": [SimpleNamespace(edits=[]), SimpleNamespace(edits=[Edit("Échéances", "B2", 1.0)])],
    }
    drawn = trials.Trials(one, beside, draws)
    filtered = drawn.made["filtered"]
    assert [edit.sheet for edit in filtered.scenario[:3]] == ["Temps", "Écritures", "Échéances"]
    assert filtered.told.endswith(", et d'autres nombres dans « Temps », « Échéances » et « Écritures »") or (
        filtered.told.endswith(", et d'autres nombres dans « Temps », « Écritures » et « Échéances »")
    )
    assert own not in filtered.scenario, "lines of the extraction are other trials'"
    exports.Exports(one, beside, drawn, judged(one)).expect_figure()
    sale = drawn.made["one"].scenario
    assert asked == [steps[0].edits, [], [hours, *sale]] and len(sale) == 1 and sale[0].sheet == DATA
