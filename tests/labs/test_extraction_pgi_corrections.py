"""The trials of extraction-pgi that correct lines, alone and beside lines that are added or sorted."""

from __future__ import annotations

from pgi_sheets import ROWS, changed, corrections, lines, made, read_lines
from pgi_sheets import order as orders
from pgi_sheets import trial as trial_names
from pgi_trials import trials_of, trials_of_draw

from etabli.exam.contract.draw import Draw
from etabli.exam.tools.scenario import Edit


def test_lines_that_were_there_are_corrected_where_others_are_added_or_sorted() -> None:
    """What stays as it was, once a line is added or lines are sorted, does not follow in an exam."""
    _, read, _ = made()
    rows = [line.row for line in read.lines]
    counts: dict[str, set[int]] = {name: set() for name in (*trial_names.ADDED, "reordered")}
    for number in range(60):
        trials = trials_of_draw(read, number, orders.Order(Draw(b"ordre %d" % number), rows))
        corrected = []
        for name in trial_names.ADDED:
            lines = trials[name].lines
            cells = [one.cell for one in trials[name].scenario if isinstance(one, Edit)]
            now = {line.row: line for line in lines[: len(rows)]}
            assert {int(cell[1:]) for cell in cells} >= {line.row for line in read.lines if now[line.row] != line}
            assert (
                trials[name].told.count("changé") + trials[name].told.count("donnée au client") >= len(set(cells)) / 2
            )
            corrected.append(cells)
            counts[name].add(len(cells))
        first, second, third = corrected
        assert second[: len(first)] == first and third[: len(second)] == second
        assert third[0].startswith("H"), "an amount, which each list of totals has a part in"
        lines = trials["reordered"].lines
        whole = [sorted(line.cells.items(), key=str) for line in read.lines]
        counts["reordered"].add(sum(sorted(line.cells.items(), key=str) not in whole for line in lines))
        keys = [{key(line) for line in read.lines} for key in corrections.KEYS]
        for name in (*trial_names.ADDED, "reordered", "filtered"):
            assert all(
                {key(line) for line in trials[name].lines} >= every
                for key, every in zip(corrections.KEYS, keys, strict=True)
            ), "no list of totals loses a row"
    assert {0} < counts["line"] and {0} < counts["added"] and 0 not in counts["longer"]
    assert {1, 2} <= counts["reordered"]


def test_a_date_kept_as_a_text_stays_a_text_in_a_trial() -> None:
    rows = changed(lines(), {(line, 2): one["date"] for line, one in enumerate(ROWS, 2)})
    edit, *_ = trials_of(read_lines(rows))["moved"].scenario
    assert isinstance(edit, Edit) and edit.value in {one["date"] for one in ROWS}
