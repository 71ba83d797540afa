"""The grand total of extraction-pgi: it is found beside its word, right, calculated from its list, and it follows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from pgi_sheets import DATA, TOTALS, changed, computed, lines, made, places, precedents, sheet, total
from refused import failure, observed

from etabli.exam.tools.book import Book


def the_total(totals: Sequence[Sequence[Any]], *, lists: bool = False) -> Any:
    one, read, found = made(totals)
    book = Book([sheet(DATA, lines()), sheet("Synthèse", totals)])
    own = [one.months, one.customers] if lists else []
    return total.Total(list(found.values()), read, book, precedents.Precedents(found, book), own, (685.25, 685.25))


def test_the_grand_total_is_beside_its_word() -> None:
    one = the_total(TOTALS)
    one.expect_calculated()
    assert one.found[0][1].cell == "B6"
    values = computed((DATA, lines()), ("Synthèse", changed(TOTALS, {(6, 2): ("", 700.0)})))
    one.expect_follows(values, (700.0,), "un montant changé")
    told = observed(lambda: one.expect_follows(values, (750.0,), "un montant changé"))
    assert told == (
        "Dans une copie, avec un montant changé, Synthèse!B6 (total général), =SOMME(B3:B5), passe de 685,25 à 700,00 au lieu de 750,00."
    )


def test_a_customers_total_is_not_told_as_the_missing_grand_total() -> None:
    without = [*TOTALS[:5], *TOTALS[6:]]
    told = failure(lambda: the_total(without, lists=True).found)
    assert told.observed == "Aucune cellule « Total » dans la synthèse." and "écrivez « Total »" in (told.help or "")
    # Nor is the total of another table: a wrong one is told where it stands.
    other = [*without, [], ["Total TTC", ("=SUM(C8:C11)*1.2", 822.3)], ["Total", ("=SUM(C8:C9)", 300.0)]]
    assert observed(lambda: the_total(other, lists=True).found) == (
        "Synthèse!B18 (total général), =SOMME(C8:C9), montre 300,00 ; vos lignes font 685,25. Il laisse de côté C10 (client 00019, Menuiserie "
        "Morel) et C11 (client 00034, Menuiserie Morelle)."
    )


def test_only_a_typed_grand_total_explains_that_parts_do_not_follow() -> None:
    typed = changed(TOTALS, {(6, 2): 685.25})
    assert the_total(typed).typed == [("Synthèse", places.Spot(6, 2))]
    again = [*changed(TOTALS, {(6, 2): ("=B17", 685.25)}), [None, 685.25]]
    assert the_total(again).typed == [("Synthèse", places.Spot(6, 2)), ("Synthèse", places.Spot(17, 2))]
    assert the_total(TOTALS).typed == []


def test_every_total_of_a_list_is_judged() -> None:
    other = [*TOTALS, [], ["Total rappelé", ("=SUM(Données!H2:H7)", 685.25)]]
    the_total(other, lists=True).expect_calculated()
    typed = changed(other, {(6, 2): 685.25})
    assert (
        observed(the_total(typed, lists=True).expect_calculated)
        == "Synthèse!B6 (total général) contient 685,25, une valeur tapée."
    )
    both = [*typed[:12], ["Total", None, 685.25], *typed[13:]]
    assert (
        observed(the_total(both, lists=True).expect_calculated)
        == "Synthèse!B6 (total général) contient 685,25, une valeur tapée ; de même C13."
    )
    wrong = changed(other, {(6, 2): ("=B3", 180.0)})
    told = observed(lambda: the_total(wrong, lists=True).found)
    assert (
        told
        == "Synthèse!B6 (total général), =B3, montre 180,00 ; vos lignes font 685,25. Il laisse de côté B4 (décembre 2025) et B5 (janvier 2026)."
    )
    assert the_total(wrong, lists=True).shown() == [180.0]


@pytest.mark.parametrize(
    "rows",
    [
        [["Total 2025", ("=SUM(B3:B4)", 425.75)], ["Total général HT", ("=SUM(B3:B5)", 685.25)]],
        [["Total", ("=SUM(B3:B5)", 685.25)], ["Total TTC", ("=B6*1.2", 822.3)], ["Total en k€", ("=B6/1000", 0.68525)]],
        [["TOTAL DES VENTES (€)", ("=SUM(B3:B5)", 685.25)], ["Contrôle : total des lignes", ("=B6-B6", 0.0)]],
    ],
)
def test_the_total_of_something_else_is_not_the_grand_total(rows: list[list[Any]]) -> None:
    found = the_total([*TOTALS[:5], *rows, [], *TOTALS[7:]], lists=True).found
    assert [grid.number(spot) for grid, spot in found] == [685.25]


def test_a_grand_total_that_stands_apart_is_judged_too() -> None:
    for figure, told in (
        (685.25, ""),
        (
            375.25,
            "Synthèse!C19 (total général), =SOMME(B3:B4), montre 375,25 ; vos lignes font 685,25. Il laisse de côté B5 (janvier 2026).",
        ),
    ):
        one = the_total([*TOTALS, [], [], [None, "Total général HT", ("=SUM(B3:B4)", figure)]], lists=True)
        if told:
            assert observed(lambda one=one: one.found) == told
        else:
            assert (one.found[-1][1].cell, len(one.found)) == ("C19", 2)
    of_another = [*TOTALS, [], [], ["Total général", ("=SUM(B3:B4)", 10.0), 12.0]]
    assert len(the_total(of_another, lists=True).found) == 1, "a row of several figures is another table's"


def test_the_total_of_a_list_across_is_judged() -> None:
    months = [*(line[0] for line in TOTALS[2:5]), "Total"]
    sums = [*(line[1] for line in TOTALS[2:5]), ("=SUM(B2:D2)", 600.0)]
    across = [["Mois", *months], ["Total HT", *sums], [], *TOTALS[7:]]
    told = observed(lambda: the_total(across, lists=True).found)
    assert told.startswith("Synthèse!E2 (total général)")


def test_the_total_of_the_table_above_is_not_that_of_the_list() -> None:
    above = [*TOTALS[:6], [], ["Taux", None, "TVA"], [0.2, None, ("=B6*A9", 137.05)], ["Total", None, ("=C9", 137.05)]]
    one = the_total([*above, *TOTALS[7:12], ["Total", None, ("=SUM(C12:C15)", 685.25)]], lists=True)
    assert {spot.cell for _, spot in one.found} == {"B6", "C16"}


def test_a_total_that_adds_up_figures_that_do_not_follow_says_so() -> None:
    caught = failure(
        lambda: the_total(TOTALS, lists=True).expect_follows(
            computed((DATA, lines()), ("Synthèse", TOTALS)), (750.0,), "un montant changé"
        )
    )
    assert {"mois-formules", "mois-suivent"} <= set(caught.because)
    assert caught.observed.endswith(
        "reste à 685,25 au lieu de passer à 750,00. Il additionne bien sa liste : ce sont les totaux de cette liste qui ne "
        "suivent pas."
    )


def test_a_wrong_total_is_told_with_what_makes_it_wrong() -> None:
    """A wrong figure of its list, or a range of its own that stops too early: a pivot's as much as a formula's."""
    listed = changed(
        TOTALS, {(5, 2): ("=SUMIFS(Données!H2:H6,Données!B2:B6,A5)", -50.5), (6, 2): ("=SUM(B3:B5)", 375.25)}
    )
    of_its_list = failure(lambda: the_total(listed, lists=True).found)
    assert of_its_list.observed.endswith(
        "vos lignes font 685,25. Il additionne bien sa liste : ce sont des totaux de cette liste qui sont faux ou qui manquent."
    )
    assert of_its_list.because == ("mois-justes",), "that check tells it"
    short = changed(TOTALS, {(6, 2): ("=SUM(Données!H2:H6)", 375.25)})
    assert observed(lambda: the_total(short, lists=True).found).endswith(
        "vos lignes font 685,25. La plage s'arrête à la ligne 6 ; vos lignes vont jusqu'à la ligne 7."
    )


def test_a_total_that_is_typed_with_its_whole_list_waits_for_it_and_has_its_formula() -> None:
    typed = changed(TOTALS, {(6, 2): 685.25})
    alone = failure(the_total(typed, lists=True).expect_calculated)
    assert alone.because == () and alone.help == "Écrivez, dans B6, =SOMME(B3:B5)."
    pasted = changed(typed, {(row, 2): number for row, number in ((3, 150.5), (4, 275.25), (5, 259.5))})
    assert failure(the_total(pasted, lists=True).expect_calculated).because == ("mois-formules",)
    half = changed(typed, {(3, 2): 150.5})
    assert failure(the_total(half, lists=True).expect_calculated).because == ()


def test_a_wrong_or_typed_grand_total_is_told() -> None:
    wrong = changed(TOTALS, {(6, 2): ("=SUM(B3:B4)", 425.75)})
    assert "montre 425,75 ; vos lignes font 685,25" in observed(lambda: the_total(wrong).found)
    typed = changed(TOTALS, {(6, 2): 685.25})
    assert (
        observed(the_total(typed).expect_calculated) == "Synthèse!B6 (total général) contient 685,25, une valeur tapée."
    )
    again = [*typed, [], ["Total rappelé", ("=B6", 685.25)]]
    assert (
        observed(the_total(again).expect_calculated) == "Synthèse!B6 (total général) contient 685,25, une valeur tapée."
    )
    assert "Aucune cellule « Total »" in observed(lambda: the_total([["Bonjour"]]).found)
