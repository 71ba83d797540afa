"""The trial of extraction-pgi that has other invoices in the place of all: nothing of a line is as it was."""

from __future__ import annotations

import pytest
from pgi_sheets import CUSTOMERS, MONTHS, ROWS, TOTALS, changes, lines, made, places
from pgi_sheets import order as orders
from pgi_trials import trials_of_draw

from etabli.exam.contract.draw import Draw


def test_other_invoices_stand_in_another_order_and_each_line_stays_one() -> None:
    """As who sorts them has it: nothing of a line goes to another but its row, and a row that is read by itself keeps its line."""
    found, read, _ = made()
    rows, seen = [line.row for line in read.lines], set()
    for number in range(30):
        draw, kept = Draw(b"%d" % number), rows[number % len(rows)]
        order = orders.Order(Draw(b"ordre %d" % number), [row for row in rows if row != kept])
        before = changes.make_trials(read, draw, MONTHS)["renewed"]
        after = changes.make_trials(read, Draw(b"%d" % number), MONTHS, order)
        moved = after["renewed"]
        first, then = (
            sorted([*one.cells.items()][:2] + [*one.cells.items()][4:] for one in trial.lines)
            for trial in (before, moved)
        )
        assert first == then, "all but customers, which go to other invoices"
        assert [line.row for line in moved.lines] == rows and moved.lines != before.lines
        at = rows.index(kept)
        assert moved.lines[at] == before.lines[at]
        assert found.analyse(moved.lines).totals == pytest.approx(found.analyse(before.lines).totals)
        cells = {
            f"{places.letters(column)}{line.row}": line.cells[name]
            for line in read.lines
            for name, column in read.columns.items()
        }
        cells |= {edit.cell: edit.value for edit in moved.scenario}
        assert all(
            cells[f"{places.letters(column)}{line.row}"] == line.cells[name]
            for line in moved.lines
            for name, column in read.columns.items()
        )
        seen.add(moved.told)
        same = changes.make_trials(read, Draw(b"%d" % number), MONTHS)
        assert all(after[name] == same[name] for name in ("amounts", "half", "other", "one", "another", "rank")), (
            "as they were"
        )
    assert len(seen) >= 4


def test_nothing_of_other_invoices_is_as_it_was_and_none_has_a_new_day_or_customer() -> None:
    days = {"FC1": "2025-11-01", "FC2": "2025-12-10", "FC3": "2025-12-15", "AV1": "2026-01-08", "FC4": "2026-01-31"}
    accounts = ["7071", "7072", "7073", "7074", "7075", "7076"]
    rows = [one | {"compte": account, "article": account} for one, account in zip(ROWS, accounts, strict=True)]
    found, read, _ = made(TOTALS, lines(rows))
    was = {line.row: line for line in read.lines}
    for number in range(20):
        kept = trials_of_draw(read, number)["renewed"].lines
        for line in kept:
            before = was[line.row]
            assert line.month == before.month and line.code == before.code
            assert (line.date != before.date) is (line.month != "2025-11"), "which has one day only"
            assert line.date in {one.date for one in read.lines}, "new days are of added lines, as the sheet says"
            assert line.cells["compte"] == line.cells["article"] != before.cells["compte"]
        assert {line.numero: line.date for line in kept}.keys().isdisjoint(days)
        order = orders.Order(Draw(b"ordre"), list(was))
        moved = trials_of_draw(read, number, order)["renewed"].lines
        whose = {line.numero: line.code for line in moved}
        assert len(whose) == len(days) and {line.code for line in moved} == {line.code for line in read.lines}
        assert sorted(line.code for line in moved) != sorted(line.code for line in read.lines), (
            "no customer has as many lines"
        )
        assert all(line.cells["client"] == CUSTOMERS[line.cells["code_client"]] for line in moved)
        assert found.analyse(moved).by_customer.keys() == found.analysis.by_customer.keys()
