"""The totals of a workbook of extraction-pgi as a whole: ranks, labels, what computes by hand, what a format shows in their place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from pgi_sheets import (
    CUSTOMERS,
    DATA,
    TOTALS,
    analysis,
    changed,
    computed,
    handed,
    judged,
    lines,
    made,
    places,
    precedents,
)
from pgi_sheets import trial as trial_names
from pgi_trials import trials_of
from refused import failure, observed

from etabli.exam.tools.book import Book, Format


def test_ranks_follow_wherever_amounts_change() -> None:
    found, read, grids = made()
    drawn = {name: one for name, one in trials_of(read).items() if name in ("rank", *trial_names.FOLLOWED)}
    sums = {name: found.analyse(one.lines).by_customer for name, one in drawn.items()}

    def ranks_with(ranks: Callable[[str], dict[str, float]]) -> None:
        tried = {}
        for name, trial in drawn.items():
            cells = [(row, code) for row, code in enumerate(CUSTOMERS, 9)]
            new = {(row, 3): ("", sums[name][code]) for row, code in cells}
            new |= {(row, 5): ("", ranks(name)[code]) for row, code in cells}
            tried[name] = trial, computed((DATA, lines()), ("Synthèse", changed(TOTALS, new)))
        behind = precedents.Precedents(grids, found._book)
        one = handed(synthesis=found, extraction=read, precedents=behind, grids=grids, book=found._book)
        judged(one, **tried).expect_ranks()

    right = {name: analysis.ranked(own) for name, own in sums.items()}
    today = found.analysis.ranks
    ranks_with(lambda name: right[name])
    assert any(right[name] != today for name in trial_names.FOLLOWED), "in some of the trials, amounts make other ranks"
    told = failure(lambda: ranks_with(lambda name: right[name] if name == "rank" else today))
    assert "=RANG(" in told.observed and " au lieu de passer à " in told.observed


@pytest.mark.parametrize("path", ["analyse.xlsx", "analyse.ods"])
def test_a_workbook_that_computes_by_hand_follows_nothing(path: str) -> None:
    judged(handed(path, book=Book([]))).expect_automatic()
    one = judged(handed(path, book=Book([], manual=True)))
    told = failure(lambda: one.expect_automatic("mois-suivent"))
    assert told.observed.startswith(f"{path} est enregistré en calcul manuel") and told.because == ("mois-suivent",)
    menu = (
        "Données ▸ Calculer ▸ Calculer automatiquement"
        if path.endswith("ods")
        else "Formules ▸ Options de calcul ▸ Automatique"
    )
    assert menu in told.help


@pytest.mark.parametrize(
    ("what", "code", "written"),
    [
        ("months", "", ("B3:B5",)),
        ("months", '0.00;"16 656,61 €"', ()),
        ("customers", "", ("C7:C30",)),
        ("total", "", ("B3:C30",)),
    ],
)
def test_a_total_over_which_a_format_writes_a_figure_follows_nothing(
    what: str, code: str, written: tuple[str, ...]
) -> None:
    """Its formula follows, and a person reads what it was; colours, and other cells, change nothing."""
    found, read, _ = made()
    summary = found.customers if what == "customers" else found.months
    grand = SimpleNamespace(found=[(summary.figures.grid, places.spot("B4"))])
    one = judged(handed(synthesis=found, extraction=read, total=grand))

    def follows() -> None:
        one._expect_total_follows() if what == "total" else one.expect_follows(summary)

    follows()
    own = summary.figures.grid
    before = own.sheet
    own.sheet = replace(before, written=("H1:H40",))
    follows()
    cells = [
        [replace(cell, format=Format("number", code=code)) if cell else cell for cell in row] for row in before.rows
    ]
    own.sheet = replace(before, written=written, rows=cells)
    own.__dict__.pop("_written")
    told = failure(follows)
    first = "C9" if what == "customers" else "B4" if what == "total" else "B3"
    assert f" de Synthèse!{first} écrit lui-même un montant : quand une ligne change" in told.observed
    if what != "total":
        one.expect_follows(found.shares)


def test_a_label_that_depends_on_the_day_is_told_though_no_total_reads_it() -> None:
    typed = {(row, 2): (f"=SUMIFS(Données!H2:H7,Données!B2:B7,DATE(2025,{row + 8},1))", 0.0) for row in (3, 4, 5)}

    def labelled(first: Any) -> None:
        totals = changed(TOTALS, typed | {(3, 1): (first, date(2025, 11, 1))})
        found, _, grids = made(totals)
        behind = precedents.Precedents(grids, found._book)
        judged(handed(precedents=behind)).expect_calculated(found.months)

    labelled("=DATE(2025,11,1)")
    told = observed(lambda: labelled("=IF(TODAY()<DATE(2030,1,1),DATE(2025,11,1),A4)"))
    assert told.startswith("Synthèse!A3") and "appelle AUJOURDHUI" in told
