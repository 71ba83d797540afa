"""The trials of extraction-pgi that add lines: one alone, then more, as other sales have them."""

from __future__ import annotations

from typing import Any

import pytest
from pgi_sheets import MONTHS, additions, amounts, changed, changes, lines, made, read_lines
from pgi_sheets import trial as trial_names
from pgi_trials import TRIALS, added_in, trials_of, trials_of_draw

from etabli.exam.contract.draw import Draw


@pytest.mark.parametrize("size", [50_000, 10])
def test_a_new_article_is_never_made_of_a_name_without_end(size: int) -> None:
    words = " ".join(f"{chr(97 + n % 26) * (3 + n // 26 % 9)}" for n in range(size))
    read = read_lines(changed(lines(), {(2, 6): words, **{(row, 6): "Établi pliant" for row in range(3, 8)}}))
    added = added_in(trials_of(read)["added"])
    names = {one.values["F"] for one in added} - {words, "Établi pliant"}
    assert names and max(map(len, names)) <= additions.LONG_NAME + 30


@pytest.mark.parametrize("name", trial_names.ADDED[1:])
def test_whatever_is_drawn_new_lines_are_a_sale_and_a_credit_note_and_one_goes_on(name: str) -> None:
    """So a total that knows its invoices, sales alone, or some lines more never follows."""
    found, read, _ = made()
    known, counts, firsts = {line.numero for line in read.lines}, set(), set()
    articles, days = ({line.cells[name] for line in read.lines} for name in ("article", "date"))
    for number in range(40):
        trial = dict(changes.make_trials(read, Draw(b"%d" % number), MONTHS))[name]
        new = trial.lines[len(read.lines) :]
        assert len({line.numero for line in new} - known) == len(new) - 1 == len(added_in(trial)) - 1
        [on] = [line for line in new if line.numero in known]
        of_its = [line for line in read.lines if line.numero == on.numero]
        assert {(line.date, line.code) for line in of_its} == {(on.date, on.code)}, "one goes on with an invoice"
        assert on.cells["article"] not in {line.cells["article"] for line in of_its}
        assert max(line.amount for line in new) >= 30_000 or max(line.amount for line in new) % 100 == 0
        assert [one.after_row for one in added_in(trial)] == list(range(7, 7 + len(new)))
        assert {line.amount > 0 for line in new} == {True, False}
        fresh = [line.cells["article"] not in articles for line in new]
        assert any(fresh) and (name == "added" or not all(fresh)), "some are of an article that no line had"
        alone = [line.cells["date"] not in days for line in new]
        assert any(alone) and {line.month for line in new} <= set(MONTHS), "some are of a day that no line had"
        assert all((line.amount > 0) == (line.cells["quantite"] > 0) for line in new)
        firsts_alone = [new[:kept] for kept in range(len(new))]
        for kept in (*firsts_alone, [one for one in new if one.amount > 0], [one for one in new if one.amount < 0]):
            partly, whole = found.analyse([*trial.lines[: len(read.lines)], *kept]), found.analyse(trial.lines)
            assert abs(partly.totals[0] - whole.totals[0]) > 0.02
            assert partly.by_month != whole.by_month and partly.by_customer != whole.by_customer
        counts.add(len(new))
        firsts.add(new[0].amount > 0)
        more = "1 d'un jour" if sum(alone) == 1 else f"{sum(alone)} de jours"
        assert trial.told.partition(", et ")[0] == (
            f"{len(new)} lignes ajoutées sous la ligne 7 ({sum(fresh)} d'un nouvel article, {more} sans vente et 1 d'une "
            "facture déjà là)"
        )
    low, high = additions.LINES_MORE[trial_names.ADDED.index(name) - 1]
    assert low <= min(counts) and max(counts) <= high and len(counts) > 5 and firsts == {True, False}


def test_one_line_alone_is_added_first_as_who_tries_it_adds_one() -> None:
    found, read, _ = made()
    assert trial_names.ADDED[0] == TRIALS[-3] == "line"
    told, told_on, signs, rounds = set(), set(), set(), set()
    for number in range(80):
        trial = trials_of_draw(read, number)["line"]
        [line] = trial.lines[len(read.lines) :]
        known = line.numero in {one.numero for one in read.lines}
        start = trial.told.partition(", et ")[0]
        assert [one.after_row for one in added_in(trial)] == [7] and known is start.endswith("d'une facture déjà là)")
        after = found.analyse(trial.lines)
        assert after.by_month != found.analysis.by_month and after.by_customer != found.analysis.by_customer
        told.add(start) if not known else told_on.add(start)
        signs.add(line.amount > 0)
        rounds.add(line.amount % amounts.ROUND[0] == 0)
    start = "1 ligne ajoutée sous la ligne 7"
    both = ["d'un nouvel article", "d'un jour sans vente"]
    assert told == {start, f"{start} ({' et '.join(both)})", *(f"{start} ({one})" for one in both)}
    assert signs == rounds == {True, False} and f"{start} (d'un nouvel article et d'une facture déjà là)" in told_on


@pytest.mark.parametrize(
    ("numbers", "new"),
    [
        (["FC2025-0098", "FC2025-0099"], "FC2025-0100"),
        ([1041.0, 1042.0], 1043.0),
        (["x", "x"], "x1"),
        (["00009", "00001"], "00010"),
    ],
)
def test_a_new_invoice_has_the_next_number(numbers: list[Any], new: Any) -> None:
    rows = lines()
    both = changed(rows, {(at_row, 1): numbers[at_row % 2] for at_row in range(2, 8)})
    read = read_lines(both)
    added = added_in(trials_of(read)["added"])
    assert new in [one.values["A"] for one in added]
