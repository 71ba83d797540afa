"""The trials of extraction-pgi together: what the lines then are, which of them each leaves alone, other ones in each exam."""

from __future__ import annotations

import json

import pytest
from helpers import volume
from pgi_sheets import MONTHS, changed, changes, lines, made, read_lines
from pgi_sheets import trial as trial_names
from pgi_trials import TRIALS, added_in, trials_of

from etabli.exam.contract.draw import Draw
from etabli.exam.tools.scenario import Edit, Hide, plain


def test_trials_say_what_the_lines_then_are() -> None:
    found, read, _ = made()
    trials = trials_of(read)
    assert list(trials) == TRIALS
    before = found.analysis
    after = {name: found.analyse(trial.lines) for name, trial in trials.items()}
    assert len(trials["amounts"].scenario) == len(trials["half"].scenario) + len(trials["other"].scenario) == 6
    assert len(trials["one"].scenario) == 1 and abs(after["one"].totals[0] - before.totals[0]) > 0.01
    assert all(after["amounts"].by_month[month] != before.by_month[month] for month in MONTHS)
    assert after["moved"].totals == before.totals and after["moved"].by_month != before.by_month
    assert after["customer"].by_month == before.by_month and after["customer"].by_customer != before.by_customer
    assert after["moved"].bases != before.bases and after["moved"].by_customer == before.by_customer
    assert before.ranks["00019"] == 4 and after["rank"].ranks["00019"] == 1
    added = added_in(trials["added"])
    assert [one.after_row for one in added] == [*range(7, 7 + len(added))]
    assert all(set(one.values) == set("ABCDEFGHI") for one in added)
    assert after["added"].totals != before.totals


def test_whatever_the_lines_hold_a_person_could_type_what_trials_type() -> None:
    odd = {
        (2, 1): 1e307,
        (3, 1): "9" * 5_000,
        (2, 7): 9e307,
        (3, 7): -9e307,
        (2, 6): "x" * 40_000,
        (4, 6): "demi \ud83d",
    }
    read = read_lines(changed(lines(), odd))
    for trial in trials_of(read).values():
        told = plain(trial.scenario)
        assert told and json.dumps(told, allow_nan=False, ensure_ascii=False).encode()


@pytest.mark.parametrize("number", range(volume(8, 40)))
def test_whatever_is_drawn_each_line_is_left_alone_once_and_the_total_twice(number: int) -> None:
    """What sleeps while one line, the number of lines or their sum is as it was sleeps through a trial."""
    found, read, _ = made()
    trials = dict(changes.make_trials(read, Draw(b"%d" % number), MONTHS))
    assert set(trials) == set(TRIALS)
    touched = {
        name: {edit.cell for edit in trials[name].scenario if not isinstance(edit, Hide)}
        for name in trials
        if name not in trial_names.ADDED
    }
    assert not touched["half"] & touched["other"] and touched["half"] | touched["other"] == touched["amounts"]
    before = found.analysis
    assert touched["amounts"] < touched["renewed"], "and invoices, quantities and articles"
    renewed = trials["renewed"].lines
    assert not {line.numero for line in renewed} & {line.numero for line in read.lines}
    assert len({line.numero for line in renewed}) == len({line.numero for line in read.lines})
    for name in trial_names.HALVES:
        after = found.analyse(trials[name].lines)
        assert after.totals == pytest.approx(before.totals) and len(trials[name].lines) == len(read.lines)
        assert after.by_customer != before.by_customer
    assert touched["one"] != touched["another"]
    more = [abs(found.analyse(trials[name].lines).totals[0] - before.totals[0]) for name in trial_names.SINGLES]
    assert 0.01 < min(more) < 1  # what only wakes when it is far from what it was sleeps through that one
    assert (
        1 < len(touched["few"]) < len(touched["half"]) + 1
        and found.analyse(trials["few"].lines).totals != before.totals
    )
    fallen = {edit.cell: edit.value for edit in trials["several"].scenario}
    was = {f"H{line.row}": line.amount for line in read.lines}
    assert all(value < was[cell] for cell, value in fallen.items()) and list(fallen.values()).count(0.0) == 1
    for name in ("one", "another", "moved", "customer"):
        after = found.analyse(trials[name].lines)
        assert after.by_month != before.by_month or after.by_customer != before.by_customer


def test_another_exam_changes_other_lines_by_other_amounts() -> None:
    _, read, _ = made()
    drawn = [dict(changes.make_trials(read, Draw(b"%d" % number), MONTHS)) for number in range(30)]
    for name in ("half", "one", "moved", "customer"):
        assert len({tuple(edit.cell for edit in one[name].scenario if isinstance(edit, Edit)) for one in drawn}) >= 4, (
            name
        )
    assert len({added_in(one["added"])[0].values["H"] for one in drawn}) >= 25  # round ones may be alike
