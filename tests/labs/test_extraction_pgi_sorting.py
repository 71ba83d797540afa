"""The trials of extraction-pgi that sort lines: a line stays whole, what is typed beside it goes along, no total changes."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from helpers import volume
from pgi_sheets import (
    DATA,
    ROWS,
    TOTALS,
    VARIANT,
    changed,
    grids_of,
    handed,
    lines,
    made,
    places,
    read_lines,
    read_of,
    synthesis,
    trials,
)
from pgi_sheets import order as orders
from pgi_sheets import trial as trial_names
from pgi_trials import trials_of_draw

from etabli.exam.contract.draw import Draw


def test_lines_are_sorted_alone_and_no_total_changes() -> None:
    found, read, _ = made()
    rows, seen = [line.row for line in read.lines], set()
    for number in range(90):
        kept = rows[number % len(rows)]
        order = orders.Order(Draw(b"ordre %d" % number), [row for row in rows if row != kept])
        trial = trials_of_draw(read, number, order)["sorted"]
        assert [line.row for line in trial.lines] == rows and trial.lines != read.lines
        assert next(line for line in trial.lines if line.row == kept) in read.lines
        was, now = (sorted([*line.cells.items()] for line in some) for some in (read.lines, trial.lines))
        assert was == now, "a line stays whole"
        after = found.analyse(trial.lines)
        assert (after.by_month, after.by_customer, after.bases) == (
            found.analysis.by_month,
            found.analysis.by_customer,
            found.analysis.bases,
        )
        typed = {edit.cell: edit.value for edit in trial.scenario}
        cells = {
            f"{places.letters(column)}{line.row}": line.cells[name]
            for line in read.lines
            for name, column in read.columns.items()
        }
        assert all(
            (cells | typed)[f"{places.letters(column)}{line.row}"] == line.cells[name]
            for line in trial.lines
            for name, column in read.columns.items()
        )
        seen.add(trial.told)
    assert len(seen) >= 4 and {"sorted", "reordered"} <= {*trial_names.FOLLOWED}
    for few in ([], rows[:1]):
        made_of = trials_of_draw(read, 1, orders.Order(Draw(b"ordre"), few))
        assert not {"sorted", "reordered"} & {*made_of}, "where none may move"


def test_lines_are_sorted_by_any_column_either_way_and_by_two() -> None:
    """Totals that go wrong in one order alone, as from the smallest amount to the largest, do not hold in every exam."""
    rows = [
        one | {"compte": f"70{rank}", "article": name, "quantite": str(rank % 4)}
        for rank, (one, name) in enumerate(zip(ROWS, "Banc Table Tabouret Lit Chaise étagère".split(), strict=True))
    ]
    read = read_lines(lines(rows))
    every, firsts, seconds, which = [line.row for line in read.lines], set(), set(), set()
    for number in range(volume(90, 300)):
        trials = trials_of_draw(read, number, orders.Order(Draw(b"ordre %d" % number), every))
        alone = trials_of_draw(read, number)
        assert not {name for name in alone if trials[name] != alone[name]} - {"renewed", "hidden"}, "nor sorted, each"
        own = {
            name: next(one for one in pair if trials[name].told.startswith(f"{alone[one].told}, puis les lignes"))
            for name, pair in (("moved-sorted", ("moved", "customer")), ("few-sorted", ("few", "several")))
        }
        which |= {*own.values()}
        told = set()
        for name in ("renewed", "reordered", "sorted", *own):
            words = trials[name].told.partition("triées par ")[2].partition("), et ")[0].removesuffix(")")
            ways = [way.partition(" (tri ") for way in words.split("), puis par ")]
            column = next(one for one, title in orders.COLUMNS.items() if title == ways[0][0])
            told.add(ways[0])
            firsts.add((column, ways[0][2]))
            seconds |= {len(ways) > 1}
            if name in own:
                plain = alone[own[name]]
                was, now = (sorted([*line.cells.items()] for line in one.lines) for one in (plain, trials[name]))
                assert was == now, "a line stays whole, as it was changed"
                assert trials[name].told == f"{plain.told}, puis les lignes triées par {words})"
            if column == "montant" and ", et " not in trials[name].told:
                held = [line.amount for line in trials[name].lines]
                assert held == sorted(held, reverse=ways[0][2].startswith("dé"))
        assert len(told) == 5, "each another way"
        assert {way[0] for way in told} >= {"montant", "client", "article"}, (
            "those that people sort by; by days, they are"
        )
    assert which == {"few", "several", "moved", "customer"} and seconds == {True, False}
    assert {name for name, _ in firsts} == {*orders.COLUMNS} and len(firsts) >= 2 * len(orders.COLUMNS) - 1


def test_lines_are_sorted_as_a_spreadsheet_does_it() -> None:
    def sorted_by(*keys: tuple[str, bool]) -> list[Any]:
        return [line.cells["x"] for line in orders.in_order(some, keys)]

    given = ["b", 2.0, None, "A", date(2025, 1, 2), "", 10.0, "Ça"]
    some = [SimpleNamespace(cells={"x": value, "rang": value == "A"}) for value in given]
    assert sorted_by(("x", False)) == [2.0, 10.0, date(2025, 1, 2), "A", "b", "Ça", None, ""]
    assert sorted_by(("x", True)) == ["Ça", "b", "A", date(2025, 1, 2), 10.0, 2.0, None, ""]
    assert sorted_by(("rang", True), ("x", False))[:2] == ["A", 2.0], "the second tells those alike in the first"


def test_a_line_that_a_label_reads_by_its_row_keeps_it_and_no_other() -> None:
    def free(*more: tuple[int, int, Any], summary: Any = TOTALS) -> tuple[list[int], list[int]]:
        rows = [[*line, None] for line in lines()]
        for row, column, value in more:
            rows[row - 1][column - 1] = value
        copied = [
            [(f"={DATA}!C{row}", line.cells["code_client"])] for row, line in enumerate(read_lines(lines()).lines, 2)
        ]
        book, found = grids_of((DATA, rows), ("Synthèse", summary), ("Copie", copied))
        read = read_of(found)
        made_of = synthesis.Synthesis(book, found, read, VARIANT)
        one = trials.Trials(handed(extraction=read, grids=found, book=book, synthesis=made_of), None, None)
        return one._sortable, one._beside

    every, _ = free()
    assert len(every) == len(ROWS), "a copy of the lines keeps none"
    helper = [(row, 10, (f'=TEXT(B{row},"aaaa-mm")', "2025-11")) for row in every]
    assert free(*helper) == (every, []), "what is calculated of its own line follows it"
    assert free(*((row, 10, f"n° {row}") for row in every[1:])) == (every, [10]), "what is typed beside goes with it"
    assert free(*((row, 10, (f"=H{row}-H{row - 1}", 1.0)) for row in every)) == (every, [])
    for first in (f"={DATA}!C2", "=Copie!A1"):
        label = changed(TOTALS, {(9, 1): (first, "00007")})
        assert free(summary=label) == (every[1:], []), "a label that reads a line keeps it, through a copy too"
    judged = changed(TOTALS, {(3, 2): (f"=SUM({DATA}!H:H)*IF({DATA}!A2>{DATA}!A3,1.1,1)", 150.5)})
    assert free(summary=judged) == (every, []), "a total that compares two lines keeps none"


@pytest.mark.parametrize("name", ["sorted", "reordered", "renewed"])
def test_what_is_typed_beside_a_line_goes_with_it(name: str) -> None:
    """A note in a column beside the lines kept them all where they were."""
    rows = [[*line, f"note {row}" if row in (2, 4, 5) else None] for row, line in enumerate(lines(), 1)]
    read = read_lines(rows)
    every = [line.row for line in read.lines]
    sales = {line.row: line.amount for line in read.lines}
    moved = set()
    for number in range(30):
        order = orders.Order(Draw(b"ordre %d" % number), every, [10])
        trial = trials_of_draw(read, number, order)[name]
        notes = {row: rows[row - 1][9] for row in every}
        notes |= {int(edit.cell[1:]): edit.value for edit in trial.scenario if edit.cell.startswith("J")}
        assert sorted(filter(None, notes.values())) == ["note 2", "note 4", "note 5"]
        if name == "sorted":
            assert all(sales[int(note[5:])] == line.amount for line in trial.lines if (note := notes[line.row])), (
                "each is beside its line"
            )
        moved |= {note for row, note in notes.items() if note and note != f"note {row}"}
    assert moved == {"note 2", "note 4", "note 5"}
