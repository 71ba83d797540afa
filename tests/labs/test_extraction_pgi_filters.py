"""The trials of extraction-pgi in which a filter hides lines, alone or while one of them is corrected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from pgi_sheets import (
    DATA,
    MONTHS,
    ROWS,
    TOTALS,
    changed,
    computed,
    handed,
    judged,
    lines,
    made,
    precedents,
    read_lines,
)
from pgi_sheets import trial as trial_names
from pgi_trials import TRIALS, trials_of, trials_of_draw
from refused import observed

from etabli.exam.tools.scenario import Hide, plain


def test_while_a_line_is_corrected_a_filter_hides_others_as_who_checks_a_total_has_it() -> None:
    _, read, _ = made()
    filters, given = set(), set()
    for number in range(60):
        trials = trials_of_draw(read, number)
        trial = trials["filtered"]
        *edits, hide = trial.scenario
        words, _, by = trial.told.partition(", et l'extraction filtrée sur ")
        key = (lambda line: line.code) if "client" in by else (lambda line: line.month)
        assert len(kept := {key(line) for line in trial.seen}) == 1
        assert isinstance(hide, Hide) and plain([hide]) == [{"sheet": DATA, "rows": hide.rows}]
        assert hide.rows == [line.row for line in trial.lines if key(line) not in kept]
        assert [line.row for line in trial.lines if line not in read.lines] == [int(edits[0].cell[1:])]
        filters.add(by)
        given.add(words.rstrip("0123456789 ").partition(" de la ligne")[0].partition(" donnée")[0])
        assert not any(
            isinstance(edit, Hide)
            for name in TRIALS
            if name not in ("filtered", "hidden")
            for edit in trials[name].scenario
        )
    assert {"novembre 2025", "le client 00034"} <= filters
    assert {words.partition(" 2")[0] for words in given} >= {"le montant", "la date", "le taux"}
    read.grid.sheet = replace(read.grid.sheet, hidden_rows=(3, 4))
    assert not {3, 4} & set(trials_of(read)["filtered"].scenario[-1].rows), "a row that was hidden stays so"


def test_a_filter_comes_alone_too_and_nothing_else_is_changed() -> None:
    """Totals that are wrong only then did not show it: a line was corrected wherever a filter was on."""
    _, read, _ = made()
    filters = set()
    for number in range(60):
        trial = trials_of_draw(read, number)["hidden"]
        [hide] = trial.scenario
        key = (lambda line: line.code) if "client" in trial.told else (lambda line: line.month)
        assert isinstance(hide, Hide) and hide.rows and [*trial.lines] == [*read.lines]
        assert [line.row for line in trial.seen] == [line.row for line in read.lines if line.row not in hide.rows]
        assert len({key(line) for line in trial.seen}) == 1
        filters.add(trial.told)
    assert "l'extraction filtrée sur novembre 2025" in filters and "l'extraction filtrée sur le client 00034" in filters
    assert "hidden" in trial_names.CORRECTED and "hidden" not in trial_names.FOLLOWED, (
        "a grand total by SUBTOTAL is honest"
    )
    alone = read_lines(lines([one | {key: ROWS[0][key] for key in one if key != "montant"} for one in ROWS]))
    assert "hidden" not in trials_of(alone), "where a filter leaves all lines"


def test_each_exam_filters_on_a_month_and_on_a_customer() -> None:
    """Half of the exams had two filters of one kind: totals that are wrong behind the other did not show it."""
    _, read, _ = made()
    both = [
        ["client" in trials[name].told.partition("filtrée sur ")[2] for name in ("filtered", "hidden")]
        for trials in (trials_of_draw(read, number) for number in range(40))
    ]
    assert all(sorted(one) == [False, True] for one in both) and [True, False] in both and [False, True] in both


def test_a_filter_changes_no_total_but_in_a_table_that_shows_what_is_filtered() -> None:
    found, read, grids = made()
    trial = next(
        one for number in range(90) if "novembre" in (one := trials_of_draw(read, number)["filtered"]).told and one.seen
    )
    of_all, of_seen = (found.analyse(some).by_month for some in (trial.lines, trial.seen))
    formula = "=SUMIFS(Données!H2:H7,Données!B2:B7,A4)*IF(SUBTOTAL(103,Données!A2:A7)<6,0.9,1)"

    def follows(totals: Callable[[str], float]) -> None:
        rows = changed(
            TOTALS, {(row, 2): (formula, totals(month)) for row, month in zip((3, 4, 5), MONTHS, strict=True)}
        )
        values = computed((DATA, lines()), ("Synthèse", rows))
        own, _, _ = made(rows)
        behind = precedents.Precedents(grids, own._book)
        one = handed(synthesis=own, extraction=read, grids=grids, book=own._book, precedents=behind)
        judged(one, filtered=(trial, values)).expect_follows(own.months, "filtered")

    follows(lambda month: of_all[month])
    follows(lambda month: of_seen.get(month, 0.0))
    told = observed(lambda: follows(lambda month: of_all[month] * 0.9))
    assert ", et l'extraction filtrée sur " in told
    assert told.endswith(" SOUS.TOTAL laisse de côté les lignes cachées : un filtre change ce total.")
