"""The trials of extraction-pgi that change amounts: round, alike, far, by cents, nought, and never so that two lines are one."""

from __future__ import annotations

from datetime import date

import pytest
from helpers import volume
from pgi_sheets import MONTHS, ROWS, additions, amounts, changes, lines, made, read_lines, said
from pgi_sheets import trial as trial_names
from pgi_trials import TRIALS, trials_of_draw

from etabli.exam.contract.draw import Draw


def test_amounts_are_alike_as_people_make_them_and_drawn_ones_never_are() -> None:
    """A cell copied over the next line, the same price twice, a credit note that takes back a sale."""
    rows = [one | {"numero": f"FC{rank:03}"} for rank, one in enumerate(4 * ROWS, 1)]
    read = read_lines(lines(rows))
    was = {line.row: line.amount for line in read.lines}
    at = set()
    for number in range(volume(20, 100)):
        trials = trials_of_draw(read, number)
        new = {line.row: line.amount for line in trials["few"].lines}
        [row] = [row for row in new if f"voisine (ligne {row})" in trials["few"].told]
        assert new[row] != was[row] and new[row] in (new.get(row - 1), new.get(row + 1))
        whole = [line.amount for line in trials["amounts"].lines]
        assert len(set(whole)) < len(whole) and any(-one in whole for one in whole if one > 1)
        assert all(line.amount != was[line.row] for line in trials["amounts"].lines)
        other = dict(changes.make_trials(read, Draw(b"%d" % number), MONTHS, None, Draw(b"b"), Draw(b"c")))
        again = dict(changes.make_trials(read, Draw(b"%d" % number), MONTHS, None, Draw(b"b"), Draw(b"d")))
        assert all(other[name] == again[name] for name in TRIALS if name not in ("few", "amounts")), "drawn apart"
        at.add(row)
    assert len(at) > 5


def test_no_line_becomes_the_same_as_the_one_beside_it() -> None:
    """A line that is there twice is a mistake that a right workbook may guard against."""
    read = read_lines(lines([one | {key: ROWS[0][key] for key in one if key != "montant"} for one in ROWS]))
    for number in range(20):
        for name in ("few", "amounts"):
            made = [line.amount for line in trials_of_draw(read, number)[name].lines]
            assert len(set(made)) == len(made)


@pytest.mark.parametrize("name", ["amounts", "few", "added", "longer"])
def test_whatever_is_drawn_a_line_gets_a_round_amount_as_people_type_them(name: str) -> None:
    _, read, _ = made()
    was = {line.row: line.amount for line in read.lines}
    for number in range(30):
        trials = dict(changes.make_trials(read, Draw(b"%d" % number), MONTHS))
        moved = [line.amount for line in trials[name].lines if line.amount != was.get(line.row)]
        assert any(amount and amount % amounts.ROUND[0] == 0 for amount in moved)


def test_whatever_is_drawn_amounts_days_and_articles_reach_their_bounds() -> None:
    """A total that holds between some bounds does not follow in an exam."""
    _, read, _ = made()
    rows = [
        one | {"article": article}
        for one, article in zip(ROWS, "Banc Table Tabouret Banc Chaise Lit".split(), strict=True)
    ]
    varied, names = read_lines(lines(rows)), {one["article"] for one in rows}
    seen: set[str] = set()
    for number in range(40):
        trials = dict(changes.make_trials(read, Draw(b"%d" % number), MONTHS, None, Draw(b"bornes %d" % number)))
        whole = [line.amount for line in trials["amounts"].lines]
        assert 10_000 <= max(whole) < 90_000 and any(0 < one < 1 for one in whole)
        assert min(whole) > 0 or -1 < min(whole) < 0, "its one credit note is of cents, or the round one"
        assert f"(le plus grand : {said.amount(max(whole))} €)" in trials["amounts"].told
        days = {line.date for line in trials["longer"].lines[len(read.lines) :]}
        assert {date(2025, 11, 1), date(2026, 1, 31)} <= days
        other = dict(changes.make_trials(read, Draw(b"%d" % number), MONTHS, None, Draw(b"autres")))
        assert all(trials[name] == other[name] for name in ("half", "few", "several", "rank", "renewed")), "drawn apart"
        more = trials_of_draw(varied, number)["longer"].lines[len(read.lines) :]
        seen |= {line.cells["article"] for line in more} - names
        [on] = [line for line in more if line.numero in {one.numero for one in read.lines}]
        assert on.cells["article"] in names, "one that another invoice has, where there are several"
    assert {end for end in additions.ODD_WORDS if any(name.endswith(end) for name in seen)} == {*additions.ODD_WORDS}


def test_a_single_amount_becomes_whatever_one_may_become() -> None:
    _, read, _ = made()
    was, kinds = {line.row: line.amount for line in read.lines}, set()
    for number in range(80):
        for name in trial_names.SINGLES:
            [line] = [line for line in trials_of_draw(read, number)[name].lines if line not in read.lines]
            before, now = was[line.row], line.amount
            kinds |= {
                "nought" if not now else "turned" if now == -before else "above" if now > before else "below",
                "cents" if abs(now - before) < 1 else "far",
                "round" if now % 100 == 0 else "any",
            }
    assert kinds == {"nought", "turned", "above", "below", "cents", "far", "round", "any"}
