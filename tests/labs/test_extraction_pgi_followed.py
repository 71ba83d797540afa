"""The checks of extraction-pgi on workbooks made here: what is followed back to what was typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from helpers import volume
from pgi_sheets import (
    CUSTOMERS,
    DATA,
    aging,
    changed,
    computed,
    elsewhere,
    entries,
    exports,
    figure,
    gap,
    grid,
    grids_of,
    handed,
    judged,
    labels,
    lines,
    places,
    precedents,
    read_of,
    shape,
    sheet,
)
from refused import failure, observed

from etabli.exam.contract.draw import Draw
from etabli.exam.contract.formulas import in_french
from etabli.exam.tools.book import Book, DefinedName, Format

# -- the other figure, receivables, ledger

ASKED = shape.Figure("rh", "Heures passées à l'activité « Réparation »", "Réparation", "heures")


PERIOD: Any = {"from": "2025-08-01", "to": "2026-01-31", "fr": {"from": "01/08/2025", "to": "31/01/2026"}}


def the_figure(
    rows: Sequence[Sequence[Any]], least: int = 2, each: Sequence[str] = (), asked: Any = ASKED, value: str = "12.5"
) -> Any:
    book, found = grids_of((DATA, lines()), ("Temps", rows))
    read = read_of(found)
    truth = shape.FigureValue(value=value, rows=least, each=tuple(each), all_rows=least, by={})
    return figure.AskedFigure(found, read, asked, truth, book, precedents.Precedents(found, book), PERIOD)


def replace_format(cell: Any) -> Any:
    """The same cell, shown as a time."""
    return cell._replace(format=Format("time")) if hasattr(cell, "_replace") else replace(cell, format=Format("time"))


HOURS = [["Heures de réparation", ("=SUM(B3:B4)/3600", 12.5)], [], ["Réparation", 30000.0], ["Réparation", 15000.0]]


@pytest.mark.parametrize("number", range(volume(5, 20)))
def test_whichever_lines_are_the_figure_s_one_changes_and_each_is_left_alone_once(number: int) -> None:
    rows = [["Heures de réparation", ("=SUM(B3:B8)/3600-2.5", 12.5)], [], *(["Entretien", 9000.0] for _ in range(6))]
    asked = the_figure(rows, least=5, each=["2.5"] * 5)
    whole, *others = asked.changes(Draw(b"%d" % number))
    assert {one.wanted for one in (whole, *others)} == {None}, "nobody can tell which five of the six"
    touched = [{edit.cell for edit in one.edits} for one in (whole, *others)]
    assert touched[0] == {f"B{row}" for row in range(3, 9)}
    assert len(others) == 2 and all(touched) and not touched[1] & touched[2]


ALL_LINES: list[list[Any]] = [
    ["Heures de réparation", ("=SUMIFS(B3:B7,A3:A7,D1)/3600", 12.5), None, "Réparation"],
    [],
    ["Réparation", 30000.0, date(2025, 9, 1), "Fait"],
    ["Réparation", 15000.0, date(2025, 9, 2), "Fait"],
    ["Réparation", 30000.0, date(2025, 7, 31), "Fait"],
    ["Réparation", 15000.0, date(2025, 9, 3), "Brouillon"],
    ["Vente et réparation", 30000.0, date(2025, 9, 1), "Fait"],
]
"""Two lines make the figure; the others are of another month, state or work."""
EACH = ("8.33", "4.17")


@pytest.mark.parametrize("number", range(volume(5, 20)))
def test_the_figure_is_what_its_changed_lines_give(number: int) -> None:
    asked = the_figure(ALL_LINES, each=EACH)
    for change in asked.changes(Draw(b"%d" % number)):
        new = {edit.cell: edit.value for edit in change.edits}
        typed = {f"B{row}": ALL_LINES[row - 1][1] for row in range(3, 8)}
        own = sum((typed | new)[cell] for cell in ("B3", "B4")) / 3600
        assert change.wanted == pytest.approx(own) and abs(own - 12.5) > 0.9
        after = computed((DATA, lines()), ("Temps", changed(ALL_LINES, {(1, 2): ("", own)})))
        asked.expect_moved(after, change)
        of_all = sum((typed | new).values()) / 3600 - 20.833333
        after = computed((DATA, lines()), ("Temps", changed(ALL_LINES, {(1, 2): ("", of_all)})))
        told = failure(lambda change=change, after=after: asked.expect_moved(after, change))
        assert told.observed.endswith("dans la feuille « Temps ».") and " au lieu de " in told.observed


def test_lines_that_are_all_the_figure_s_need_no_name() -> None:
    alone = changed(HOURS, {(3, 1): None, (4, 1): None})
    made = the_figure(alone, each=EACH).changes(Draw(b"essai"))
    assert [one.wanted is not None for one in made] == [True] * 3
    assert made[1].wanted == pytest.approx(11.5), "one less, and none to give it to"
    few = changed(alone, {(1, 2): ("=SUM(B3:B4)/3600", 1.5), (3, 2): 3600.0, (4, 2): 1800.0})
    made = the_figure(few, each=["1.00", "0.50"], value="1.5").changes(Draw(b"essai"))
    assert made[1].wanted == pytest.approx(2.5), "one more where none can be less"


def test_pieces_may_become_hundreds_and_the_figure_falls_too() -> None:
    """What follows only while a figure rises, or stays near what it was, does not follow in an exam."""
    asked = shape.Figure("stock", "Pièces livrées « Établi pliant »", "Établi pliant", "pièces")
    rows = [["Pièces livrées", ("=SUM(B3:B4)", 12.0)], [], ["Établi pliant", 8.0], ["Établi pliant", 4.0]]
    one = the_figure(rows, each=["8.00", "4.00"], asked=asked, value="12")
    wanted = [
        [change.wanted - 12 for change in one.changes(Draw(b"essai"), Draw(b"%d" % number))] for number in range(30)
    ]
    assert {one[1] for one in wanted} == {-1.0}
    assert max(one[0] for one in wanted) > 300 and min(one[0] for one in wanted) <= 2 * figure.FEW_STEPS


def test_a_copy_of_the_lines_changes_as_they_do() -> None:
    """In hours, in another order: whichever of both the figure reads, it is what they give."""
    beside = {(3, 4): "Réparation", (3, 5): 15000 / 3600, (4, 4): "Réparation", (4, 5): 30000 / 3600}
    rows = changed(
        [[*line, *[None] * (5 - len(line))] for line in HOURS],
        beside | {(1, 2): ("=SUM(B3:B4)/3600+0*SUM(E3:E4)", 12.5)},
    )
    for change in the_figure(rows, each=EACH).changes(Draw(b"essai")):
        more: dict[str, float] = {"B": 0.0, "E": 0.0}
        for edit in change.edits:
            place = places.spot(edit.cell)
            more[edit.cell[0]] += edit.value - rows[place.row - 1][place.column - 1]
        assert more["B"] / 3600 == pytest.approx(more["E"]) and change.wanted == pytest.approx(12.5 + more["E"])


def test_a_figure_that_a_time_shows_is_told_in_hours() -> None:
    rows = changed(HOURS, {(1, 2): ("=SUM(B3:B4)", 12.5 / 24), (3, 2): 30000 / 86400, (4, 2): 15000 / 86400})
    asked = the_figure(rows, each=EACH)
    asked._grids["Temps"].sheet.rows[0][1] = replace_format(asked._grids["Temps"].sheet.rows[0][1])
    change = asked.changes(Draw(b"essai"))[1]
    asked.expect_moved(computed((DATA, lines()), ("Temps", changed(rows, {(1, 2): ("", 11.5 / 24)}))), change)
    told = observed(lambda: asked.expect_moved(computed((DATA, lines()), ("Temps", rows)), change))
    assert "reste à 12,5 au lieu de passer à 11,5 dans une copie, avec 1 ligne changée" in told


def test_the_figure_is_calculated_on_lines_and_moves_with_them() -> None:
    one = the_figure(HOURS)
    one.expect_calculated()
    change = one.changes(Draw(b"essai"))[0]
    assert [(edit.cell, edit.value) for edit in change.edits] == [("B3", 45617.29), ("B4", 23734.58)]
    still = computed((DATA, lines()), ("Temps", HOURS))
    assert "ne bouge pas" in observed(lambda: one.expect_moved(still, change))
    one.expect_moved(computed((DATA, lines()), ("Temps", changed(HOURS, {(1, 2): ("", 12.6)}))), change)


def test_the_figure_may_read_helpers_that_read_the_lines() -> None:
    by_helper = [
        ["Heures de réparation", ("=SUM(C3:C4)", 12.5)],
        [],
        ["Réparation", 30000.0, ("=B3/3600", 8.333)],
        ["Réparation", 15000.0, ("=B4/3600", 4.167)],
    ]
    assert [edit.cell for edit in the_figure(by_helper).changes(Draw(b"essai"))[0].edits] == ["B3", "B4"]


def test_a_figure_that_shows_a_typed_one_again_is_no_calculation() -> None:
    again = [*changed(HOURS, {(1, 2): ("=B5", 12.5)}), [None, ("=B6", 12.5)], [None, 12.5]]
    told = observed(the_figure(again).expect_calculated)
    assert told == "Temps!B1, =B5, ne fait que montrer Temps!B6, une valeur tapée."


def test_a_figure_that_does_not_read_all_lines_is_told() -> None:
    told = observed(the_figure(HOURS, 3).expect_calculated)
    assert told == (
        "Temps!B1, =SOMME(B3:B4)/3600 : les lignes de Tryton qui font ce chiffre ne sont pas toutes dans le classeur."
    )


def test_lines_may_be_texts_that_a_helper_reads() -> None:
    by_text = [
        ["Heures de réparation", ("=SUM(C3:C4)/3600", 12.5)],
        [],
        ["Réparation", "30000,0", ("=VALUE(B3)", 30000.0)],
        ["Réparation", "15000,0", ("=VALUE(B4)", 15000.0)],
    ]
    one = the_figure(by_text)
    one.expect_calculated()
    assert [(edit.cell, edit.value) for edit in one.changes(Draw(b"essai"))[0].edits] == [
        ("B3", "45617,29"),
        ("B4", "23734,58"),
    ]


def test_a_name_that_grows_may_read_anything() -> None:
    book, found = grids_of((DATA, lines()), ("Temps", HOURS))
    names = (DefinedName("durees", "OFFSET(Temps!$B$3,0,0,COUNTA(Temps!$A:$A),1)"),)
    grown = Book([sheet("Temps", changed(HOURS, {(1, 2): ("=SUM(durees)/3600", 12.5)}))], names)
    all_grids = {"Temps": grid.grids(grown, lambda: computed(("Temps", HOURS)))["Temps"]}
    behind = precedents.Precedents(all_grids, grown).lines(all_grids["Temps"], places.Spot(1, 2), 2)
    assert [spot.cell for _, spot in behind] == ["B3", "B4"] and book and found


def test_what_a_condition_lets_through_is_a_calculation() -> None:
    rows = [["x", ("=IF(D1<30,C1,0)", 5.0), 5.0, 12.0], ["y", ("=C2*1", 7.0), 7.0]]
    book, found = grids_of(("S", rows))
    one = precedents.Precedents(found, book)
    assert one.copied(found["S"], places.Spot(1, 2)) is None
    assert one.copied(found["S"], places.Spot(2, 2)) == ("S", places.Spot(2, 3))


def test_the_figure_reads_trytons_own_lines_in_any_unit() -> None:
    each = ("8.00", "4.50")
    for unit, lines_of in (
        ("/3600", (28800.0, 16200.0)), ("", (8.0, 4.5)), ("*24", (8 / 24, 4.5 / 24)), ("/60", (480.0, 270.0)),
    ):  # fmt: skip
        rows = changed(HOURS, {(1, 2): (f"=SUM(B3:B4){unit}", 12.5), (3, 2): lines_of[0], (4, 2): lines_of[1]})
        the_figure(rows, each=each).expect_calculated()
    for formula, values in (
        ("=SUM(B3:B4)-100", (108.0, 4.5)),
        ("=SUM(B3:B4)", (12.5, 0.0)),
        ("=SUM(B3:B4)", (6.25, 6.25)),
    ):
        rows = changed(HOURS, {(1, 2): (formula, 12.5), (3, 2): values[0], (4, 2): values[1]})
        told = observed(the_figure(rows, each=each).expect_calculated)
        assert (
            told
            == f"Temps!B1, {in_french(formula)} : les lignes qu'elle lit n'ont pas les quantités de celles de Tryton."
        )


def test_a_figure_that_hardly_moves_is_told() -> None:
    hardly = changed(HOURS, {(1, 2): ("", 12.5000001)})
    after = computed((DATA, lines()), ("Temps", hardly))
    told = observed(lambda: the_figure(HOURS).expect_moved(after, figure.Change([])))
    assert "ne bouge pas" in told


def test_a_wrong_typed_or_absent_figure_is_told_without_the_right_one() -> None:
    def told(rows: Sequence[Sequence[Any]]) -> str:
        return str(observed(the_figure(rows).expect_calculated))

    wrong = told(changed(HOURS, {(1, 2): ("=B3", 13.0)}))
    assert wrong == "Temps!B1, =B3, montre 13, qui n'est pas le chiffre de votre Tryton."
    seconds = told(changed(HOURS, {(1, 2): ("=SUM(B3:B4)", 45000.0)}))
    assert seconds.endswith(
        "qui n'est pas le chiffre de votre Tryton. C'est 3 600 fois trop : les durées sont en secondes."
    )
    assert "valeur tapée" in told(changed(HOURS, {(1, 2): 12.5}))
    assert "ne lit aucune cellule" in told(changed(HOURS, {(1, 2): ("=12.5", 12.5)}))
    assert "Aucune cellule" in told([["Bonjour"]])


BRACKETS = {"non_echu": "10.00", "1_30": "20.00", "31_60": "0.00", "61_90": "0.00", "plus_90": "5.00"}
AGED: dict[str, Mapping[str, str]] = {
    "00007": BRACKETS | {"non_echu": "0.00", "total": "25.00"},
    "00012": dict.fromkeys(BRACKETS, "0.00") | {"non_echu": "10.00", "total": "10.00"},
}
DUE = "SUMIFS(H6:H10,G6:G10,{})".format
OLD: list[list[Any]] = [
    ["Code", "Non échu", "1-30", "31-60", "61-90", "> 90 jours"],
    ["00007", None, (f"={DUE(1)}", 20.0), (f"={DUE(2)}", 0.0), (f"={DUE(3)}", 0.0), (f"={DUE(4)}", 5.0)],
    ["00012", (f"={DUE(5)}", 10.0), (f"={DUE(6)}", 0.0), None, None, None],
    ["Total", *((f"=SUM({letter}2:{letter}3)", value) for letter, value in zip("BCDEF", (10.0, 20.0, 0.0, 0.0, 5.0), strict=True))],
    [],
    *([*[None] * 6, date(2026, 5, 1), value] for value in (20.0, 5.0, 12.0, -2.0, 0.5)),
]  # fmt: skip


def the_aged(rows: Sequence[Sequence[Any]]) -> tuple[Any, Book]:
    book, found = grids_of(("Balance", rows))
    return aging.find_aged(list(found.values()), BRACKETS, labels.Customers(CUSTOMERS).read, date(2026, 6, 30)), book


def the_calculated(found: Any, book: Book) -> None:
    aging.expect_calculated(found, precedents.Precedents({found.grid.name: found.grid}, book), book)


def test_aged_receivables_are_read_either_way() -> None:
    for rows in (OLD, [list(line) for line in zip(*OLD[:4], strict=True)]):
        found, book = the_aged(rows)
        aging.expect_totals(found, BRACKETS)
        aging.expect_customers(found, AGED)
        the_calculated(found, book)


def test_ranks_and_other_labels_beside_the_customers_are_no_customers() -> None:
    numbered = [[rank, *line] for rank, line in zip(("N°", 7.0, 34.0, None), OLD[:4], strict=True)]
    below = [*OLD[:4], [], ["Rang", "Montant"], [12.0, ("=LARGE(B2:B3,1)", 20.0)], [34.0, ("=LARGE(B2:B3,2)", 5.0)]]
    beside = [[detail, None, *line] for detail, line in zip(("Code", "00034", "00019", None), OLD[:4], strict=True)]
    for rows in (numbered, below, beside):
        found, _ = the_aged(rows)
        aging.expect_customers(found, AGED)
    found, _ = the_aged([OLD[0], [7.0, *OLD[1][1:]], [12.0, *OLD[2][1:]], OLD[3]])
    aging.expect_customers(found, AGED)


def test_wrong_receivables_are_told_and_of_a_customer_what_tryton_gives() -> None:
    found, _ = the_aged(changed(OLD, {(4, 3): ("=SUM(C2:C3)", 33.0)}))
    told = observed(lambda: aging.expect_totals(found, BRACKETS))
    bracket = "« 1 à 30 jours » (Balance!C4 montre 33,00)"
    assert told == f"1 tranche sur 5 sans le bon total, et leur somme est fausse aussi : {bracket}."
    found, _ = the_aged(changed(OLD, {(3, 2): ("=SUM(X1)", 11.0)}))
    told = observed(lambda: aging.expect_customers(found, AGED))
    assert told == (
        "1 montant faux dans la feuille « Balance ». 00012, non échu (B3) : on lit 11,00, Tryton donne 10,00."
    )
    found, _ = the_aged([OLD[0], ["00012", *OLD[1][1:]], ["00007", *OLD[2][1:]], OLD[3]])
    caught = failure(lambda: aging.expect_customers(found, AGED))
    assert "Les clients 00012 et 00007 sont échangés : chacun a les montants de l'autre. 00012, " in caught.observed
    assert " ; " in caught.observed and caught.observed.endswith(" et 3 autres.")
    assert caught.help == aging.SWAPPED and "Additionner vos lignes redonne" in caught.help
    found, _ = the_aged([OLD[0], OLD[1], OLD[3]])
    assert "il manque 1 client sur les 2" in observed(lambda: aging.expect_customers(found, AGED))
    found, book = the_aged(changed(OLD, {(2, 3): 20.0}))
    assert (
        observed(lambda: the_calculated(found, book))
        == "1 montant tapé, collé ou recopié dans la feuille « Balance » : C2."
    )


def test_a_line_of_the_receivables_has_its_customer_s_code() -> None:
    named = [[CUSTOMERS.get(line[0], line[0]), *line[1:]] if line else line for line in OLD]
    told = observed(lambda: aging.expect_customers(the_aged(named)[0], AGED))
    assert told == "Dans la feuille « Balance », 2 lignes de la balance sans le code de son client : B2 et B3."
    aside = [[*line, code] for line, code in zip(named[:4], (None, "00007", 12.0, None), strict=True)]
    aging.expect_customers(the_aged([*aside, *named[4:]])[0], AGED)


def test_made_up_receivables_are_no_lines_of_tryton() -> None:
    def dues(*amounts: str, paid: str = "0.00") -> list[Any]:
        return [shape.Due(f"FC{one}", "00007", "2026-05-01", one, paid) for one in amounts]

    found, book = the_aged(OLD)
    own = precedents.Precedents({found.grid.name: found.grid}, book)
    aging.expect_calculated(
        found, own, book, [*dues("20.00", "5.00", "12.00", "-2.00", "0.50"), *dues("7.00", paid="1.00")]
    )
    told = observed(lambda: aging.expect_calculated(found, own, book, dues("20.00", "5.00", "6.00", "6.00", "0.50")))
    assert told == (
        "La balance de la feuille « Balance » ne lit pas les lignes des échéances de Tryton : 2 montants sur 5 n'y sont pas."
    )


TODAY = date(2026, 6, 30)


def the_trials(rows: Sequence[Sequence[Any]]) -> tuple[Any, Any]:
    found, book = the_aged(rows)
    return found, aging.trials(found, precedents.Precedents({found.grid.name: found.grid}, book), TODAY)


def test_receivables_move_with_the_amounts_and_the_dates_that_they_read() -> None:
    found, (amounts, dates) = the_trials(OLD)
    assert [(edit.cell, edit.value) for edit in amounts][:3] == [("H6", 647.29), ("H7", 1242.08), ("H8", 1869.87)]
    assert [(edit.cell, edit.value) for edit in dates] == [(f"G{row}", date(2026, 7, 30)) for row in range(6, 11)]
    moved = {(2, 3): ("", 29.0), (2, 6): ("", 9.0), (3, 2): ("", 19.0), (4, 2): ("", 19.0), (4, 3): ("", 29.0)}
    after = {last: computed(("Balance", changed(OLD, {**moved, (4, 6): ("", last)}))) for last in (5.0, 5.001, 9.0)}
    for still in (5.0, 5.001):
        told = observed(lambda: aging.expect_moved(found, after[still], after[9.0]))  # noqa: B023
        assert told == "Balance!F4, =SOMME(F2:F3), ne bouge pas quand les montants qu'elle lit changent."
    told = observed(lambda: aging.expect_moved(found, after[9.0], after[5.0]))
    assert told == "Balance!F4, =SOMME(F2:F3), ne bouge pas quand les échéances changent."
    aging.expect_moved(found, after[9.0], after[9.0])


def test_dates_may_be_texts_or_bare_numbers_and_none_is_told() -> None:
    for content, later in (("2026-05-01", "2026-07-30"), ("01/05/2026", "30/07/2026"), (46143.0, date(2026, 7, 30))):
        rows = [[*line[:6], content, line[7]] if len(line) > 6 else line for line in OLD]
        assert [edit.value for edit in the_trials(rows)[1][1]] == [later] * 5
    dateless = [[*line[:6], "tranche", line[7]] if len(line) > 6 else line for line in OLD]
    assert "aucune liste d'échéances" in observed(lambda: the_trials(dateless))


def test_dues_on_the_borders_of_the_brackets_go_where_they_belong() -> None:
    dues = [10.0, 20.0, 5.0, 1.0, 2.0, 3.0, 4.0, -10.0]
    rows = [*OLD[:5], *([*[None] * 6, date(2026, 5, 1), value] for value in dues)]
    rows[1] = [
        rows[1][0],
        None,
        *((f"=SUMIFS(H6:H13,G6:G13,{n})", held) for n, held in zip(range(4), (20.0, 0.0, 0.0, 5.0), strict=True)),
    ]
    found, book = the_aged(rows)
    behind = precedents.Precedents({found.grid.name: found.grid}, book)
    *made, alone = aging.other_dues(found, behind, TODAY, Draw(b"essai"))
    moved = [[edit for edit in one.edits if isinstance(edit.value, date)] for one in made]
    assert [sorted((TODAY - edit.value).days for edit in edits) for edits in moved] == [
        [0, 1, 30, 31],
        [60, 61, 90, 91],
    ]
    [back] = {edit.value for one in made for edit in one.edits if not isinstance(edit.value, date)}
    assert back < 0 and -back in dues, "one of the amounts is owed to its customer"
    for one in made:
        assert set(one.by_day) == {0, 1, 30, 31, 60, 61, 90, 91}
        assert sum(one.sums.values()) == pytest.approx(sum(dues) + 2 * back)
        assert one.more == " et un avoir à rembourser"
    [paid] = alone.edits
    was = dues[int(paid.cell[1:]) - 6]
    assert abs(paid.value) > abs(was) + 1 and not alone.by_day, "one amount changes, farther from nought"
    assert alone.sums["31_60"] == pytest.approx(sum(dues) - was + paid.value)
    first, second = ({edit.cell for edit in edits} for edits in moved)
    assert not first & second and len(first | second) == 8, "each line keeps its day in one of both"
    sums = {"non_echu": 10.0, "1_30": 25.0, "31_60": 3.0, "61_90": 7.0, "plus_90": -10.0}
    right = {(4, 2 + n): ("", value) for n, value in enumerate(sums.values())}
    aging.expect_borders(found, computed(("Balance", changed(rows, right))), sums)
    late = right | {(4, 3): ("", 20.0), (4, 4): ("", 8.0)}
    told = observed(lambda: aging.expect_borders(found, computed(("Balance", changed(rows, late))), sums))
    assert told == (
        "Dans une copie, avec des échéances mises à 0, 1, 30, 31, 60, 61, 90 et 91 jours de retard, ou ailleurs, « 1 à 30 jours » "
        "(Balance!C4) donne 20,00 au lieu de 25,00 et « 31 à 60 jours » (Balance!D4) donne 8,00 au lieu de 3,00."
    )
    by_day = {0: 0.0, 1: 20.0, 30: 5.0, 31: 3.0, 60: 0.0, 61: 7.0, 90: 0.0, 91: -10.0}
    caught = failure(lambda: aging.expect_borders(found, computed(("Balance", changed(rows, late))), sums, "", by_day))
    assert (
        "une tranche : une échéance à 30 jours de retard est dans « 31 à 60 jours » au lieu de « 1 à 30 jours »."
        in caught.observed
    )
    nowhere = right | {(4, 3): ("", 20.0)}
    caught = failure(
        lambda: aging.expect_borders(found, computed(("Balance", changed(rows, nowhere))), sums, "", by_day)
    )
    assert "une échéance à 30 jours de retard n'est dans aucune tranche." in caught.observed and "ligne Total" in (
        caught.help or ""
    )
    unknown = [[*line[:7], 1.0] if len(line) > 6 else line for line in rows]
    found, book = the_aged(unknown)
    assert (
        aging.other_dues(found, precedents.Precedents({found.grid.name: found.grid}, book), TODAY, Draw(b"essai")) == []
    )


def test_dues_are_near_and_far_and_each_may_have_any_day() -> None:
    """A bracket with an end of its own, a balance that only rises, do not follow in an exam."""
    found, behind, _ = the_owed([code for code, _ in OWED])
    seen, signs, first = set(), set(), set()
    for number in range(40):
        *made, alone = aging.other_dues(found, behind, TODAY, Draw(b"essai"), Draw(b"%d" % number))
        late = [(TODAY - edit.value).days for one in made for edit in one.edits if isinstance(edit.value, date)]
        first.add(late[0])
        seen.update(late)
        signs.add(abs(alone.edits[0].value) > 30)
    assert min(seen) < 0 and max(seen) > 150 and {0, 1, 30, 31, 60, 61, 90, 91} < seen and len(first) > 8
    assert signs == {True, False}


OWED = [("00007", 12.0), ("00012", 30.0), ("00019", 8.0), ("00012", 5.0), ("00007", -2.0)]
"""All of them 60 days late."""


def the_owed(beside: Sequence[Any]) -> tuple[Any, Any, list[list[Any]]]:
    """A table of what these customers owe, its dues with something beside each of them."""
    shown = [sum(due for code, due in OWED if code == one) for one in ("00007", "00012", "00019")]
    rows = [
        OLD[0],
        *(
            [code, *((f"=SUMIFS(I7:I11,G7:G11,A{n},H7:H11,{k})", owed if k == 2 else 0.0) for k in range(5))]
            for n, (code, owed) in enumerate(zip(("00007", "00012", "00019"), shown, strict=True), 2)
        ),
        ["Total", *((f"=SUMIFS(I7:I11,H7:H11,{n})", sum(shown) if n == 2 else 0.0) for n in range(5))],
        [],
        *([*[None] * 6, said, date(2026, 5, 1), due] for said, (_, due) in zip(beside, OWED, strict=True)),
    ]
    found, book = the_aged(rows)
    return found, precedents.Precedents({found.grid.name: found.grid}, book), rows


@pytest.mark.parametrize("number", range(volume(4, 20)))
def test_each_customer_has_the_dues_of_its_own_lines(number: int) -> None:
    found, behind, rows = the_owed([code for code, _ in OWED])
    for other in aging.other_dues(found, behind, TODAY, Draw(b"%d" % number)):
        assert {key: sum(one[key] for one in other.customers.values()) for key in BRACKETS} == pytest.approx(other.sums)

        def after(more: float, other: Any = other) -> Any:
            """The table with other dues, so much of one bracket at the first customer's instead of the second's."""
            told = {(5, 2 + n): ("", value) for n, value in enumerate(other.sums.values())}
            key = next(key for key, value in other.sums.items() if value)
            for row, (code, shift) in enumerate(zip(("00007", "00012", "00019"), (more, -more, 0.0), strict=True), 2):
                own = other.customers[code]
                told |= {(row, 2 + n): ("", own[one] + (shift if one == key else 0)) for n, one in enumerate(BRACKETS)}
            return computed(("Balance", changed(rows, told)))

        aging.expect_customers_follow(found, {}, after(0.0), other)
        told = failure(lambda after=after, other=other: aging.expect_customers_follow(found, {}, after(1.5), other))
        assert told.observed.startswith(f"Dans une copie, avec {other.told}") and " (00007, " in told.observed
        assert " au lieu de " in told.observed and " ; de même " in told.observed and "formules" in (told.help or "")


def test_what_a_customer_who_lacks_owes_is_told_once() -> None:
    """By `balance-clients`: that the others do not add up any more is no fault of their formulas."""
    found, behind, rows = the_owed([code for code, _ in OWED])
    other = aging.other_dues(found, behind, TODAY, Draw(b"essai"))[0]
    told = {
        (row, 2 + n): ("", other.customers[code][key])
        for row, code in ((2, "00007"), (3, "00012"), (4, "00019"))
        for n, key in enumerate(BRACKETS)
    }
    told |= {(5, 2 + n): ("", value + 9 * (n == 2)) for n, value in enumerate(other.sums.values())}
    more = replace(other, sums={key: value + 9 * (n == 2) for n, (key, value) in enumerate(other.sums.items())})
    values = computed(("Balance", changed(rows, told)))
    owes = dict.fromkeys(BRACKETS, "0") | {next(iter(BRACKETS)): "9.00"}
    aging.expect_customers_follow(found, {"00034": owes}, values, more)
    assert " au lieu de " in observed(lambda: aging.expect_customers_follow(found, {"00007": owes}, values, more))


def test_customers_are_compared_as_far_as_their_lines_are_known() -> None:
    codes = [code for code, _ in OWED]
    for beside, sure in (
        (["facture"] * 5, set()),
        ([*codes[:2], "?", *codes[3:]], {"00007", "00012"}),
        ([*codes[1:], codes[0]], set()),
        (codes, {"00007", "00012", "00019"}),
    ):
        found, behind, _ = the_owed(beside)
        for other in aging.other_dues(found, behind, TODAY, Draw(b"essai")):
            assert set(other.customers) == sure


def entry(numero: str, piece: str | None, montant: str) -> Any:
    why = "accounting_date" if piece else "od"
    return shape.Entry(numero, piece, "2026-01-31", why, "Régularisation", "7071", montant)


LEDGER = shape.Ledger("700.00", "14.75", (entry("2025/00189", "FC2", "-85.25"), entry("2025/00194", None, "100.00")))
GAP: list[list[Any]] = [
    ["Total de la synthèse", ("=SUM(Données!H2:H7)", 685.25), None, None, None, 400.0],
    ["Total du grand livre", ("=SUM(F1:F3)", 700.0), None, None, None, 350.0],
    ["Écart", ("=B2-B1", 14.75), None, None, None, -50.0],
    [],
    ["Numéro", "Montant"],
    ["FC2", -85.25],
    ["2025/00194", 100.0],
]


def the_gap(rows: Sequence[Sequence[Any]], totals: Sequence[float] = ()) -> Any:
    book, found = grids_of((DATA, lines()), ("Écart", rows))
    read = read_of(found)
    return gap.Gap(list(found.values()), read, LEDGER, book, precedents.Precedents(found, book), totals, PERIOD)


def the_entries(rows: Sequence[Sequence[Any]]) -> Any:
    _, found = grids_of((DATA, lines()), ("Écart", rows))
    read = read_of(found)
    return entries.Entries(list(found.values()), read, LEDGER.entries)


def test_the_figure_the_balance_and_the_gap_depend_on_their_lines_alone() -> None:
    """Not on the day, the machine or chance, in themselves or in what they read."""
    late = "IF(TODAY()<DATE(2030,1,1),{},0)".format

    def counted(rows: Sequence[Sequence[Any]], sheet_name: str, **more: Any) -> exports.Exports:
        book, found = grids_of((DATA, lines()), (sheet_name, rows))
        none, grand = SimpleNamespace(found=list), SimpleNamespace(found=())
        behind = precedents.Precedents(found, book)
        one = handed(synthesis=none, total=grand, grids=found, precedents=behind, book=book, **more)
        one.variant = SimpleNamespace(dues=())
        return exports.Exports(one, None, None, judged(one))

    def told(expect: Callable[[], None], cell: str) -> None:
        said = observed(expect)
        assert said.startswith(f"{cell}, =SI(AUJOURDHUI()<") and "appelle AUJOURDHUI" in said

    hours = [[HOURS[0][0], (f"={late('SUM(B3:B4)')}/3600", 12.5)], *HOURS[1:]]
    one = counted(hours, "Temps", asked_figure=lambda: the_figure(hours))
    told(one.expect_figure, "Temps!B1")
    for rows, cell in (
        (changed(GAP, {(3, 2): (f"={late('B2-B1')}", 14.75)}), "Écart!B3"),
        (changed(GAP, {(2, 2): (f"={late('SUM(F1:F3)')}", 700.0)}), "Écart!B2"),
    ):
        one = counted(rows, "Écart", gap=the_gap(rows))
        told(one.expect_gap, cell)
    owed = changed(OLD, {(2, 2): (f"={late(DUE('B1'))}", 10.0)})
    one = counted(owed, "Balance", aged=the_aged(owed)[0])
    told(one.expect_aged_calculated, "Balance!B2")


def test_what_is_not_begun_has_its_first_formula() -> None:
    aged = failure(lambda: the_aged([["Bonjour"]])).help or ""
    assert '=SOMME.SI.ENS(Echeances!B:B;Echeances!A:A;$A2;Echeances!D:D;"<=0")' in aged
    assert "=DATE(2026;6;30)-C2" in aged and aged.count("\n") == 5, "steps, not a wall of words"
    first = failure(the_gap([["Bonjour"]]).expect_figures).help or ""
    days = 'Ecritures!B:B;">="&DATE(2025;8;1);Ecritures!B:B;"<="&DATE(2026;1;31)'
    assert f"=SOMME.SI.ENS(Ecritures!E:E;{days})" in first and "avec D:D, les débits" in first
    assert "Financier ▸ Entrées ▸" in first and "sans Tryton : donnees/lignes-d-ecritures-comptables.csv" in first
    asked = failure(the_figure([["Bonjour"]]).find).help or ""
    assert "la période (du 01/08/2025 au 31/01/2026)" in asked


def test_the_gap_and_its_entries_are_found() -> None:
    the_gap(GAP).expect_figures()
    the_entries(GAP).expect_listed()


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ([700.0], "Le total du grand livre est tapé dans Écart!B2 (700,00)."),
        (
            [("=700", 700.0)],
            "Écart!B2, =700, montre le total du grand livre sans lire la plupart des lignes de Tryton.",
        ),
        (
            [("=D2", 700.0), None, 700.0],
            "Écart!B2, =D2, montre le total du grand livre sans lire la plupart des lignes de Tryton.",
        ),
        (
            [("=D2-E2", 700.0), None, 710.0, 10.0],
            "Écart!B2, =D2-E2, montre le total du grand livre sans lire la plupart des lignes de Tryton.",
        ),
    ],
    ids=["typed", "a-number", "copied", "two-totals"],
)
def test_the_total_of_the_ledger_is_calculated(cells: list[Any], told: str) -> None:
    rows = [GAP[0], [GAP[1][0], *cells], *GAP[2:]]
    assert observed(the_gap(rows).expect_figures) == told


def test_the_total_of_the_ledger_may_be_shown_again() -> None:
    summed = [*GAP, [], ["Grand livre", ("=SUM(F1:F3)", 700.0)]]
    the_gap(changed(summed, {(2, 2): ("=B9", 700.0)})).expect_figures()


BOOKED = [
    shape.Booked(f"2025/{rank:05}", day, "7071", debit, credit, "")
    for rank, (day, debit, credit) in enumerate(
        [("2025-11-03", "0.00", "400.00"), ("2025-12-05", "0.00", "350.00"), ("2025-12-05", "50.00", "0.00"),
         ("2025-07-31", "0.00", "90.00")]
    )
]  # fmt: skip
KEPT: list[list[Any]] = [
    *GAP[:3],
    *([line.numero, date.fromisoformat(line.date), float(line.debit), float(line.credit)] for line in BOOKED),
]
SUMMED = "=SUMIFS(D4:D7,B4:B7,J1)-SUMIFS(C4:C7,B4:B7,J1)"


def test_totals_of_accounts_that_a_hand_typed_are_no_lines_of_the_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "LEDGER", replace(LEDGER, lines=tuple(BOOKED)))
    told = observed(the_gap(changed(GAP[:3], {(1, 6): 650.0, (2, 6): 100.0})).expect_figures)
    assert told == "Écart!B2, =SOMME(F1:F3), montre le total du grand livre sans lire la plupart des lignes de Tryton."
    by_text = [[*line[:2], *(f"{one:.2f}".replace(".", ",") for one in line[2:])] for line in KEPT[3:]]
    for below in (KEPT[3:], by_text, KEPT[4:]):
        rows = [*changed(GAP[:3], {(1, 6): 701.0, (2, 6): -1.0, (3, 6): 0.0}), *below]
        the_gap(changed(rows, {(2, 2): ("=SUM(F1:F3)+SUM(A4:D8)*0", 700.0)})).expect_figures()


def test_the_ledger_s_total_and_the_gap_follow_its_lines_of_the_period() -> None:
    rows = changed(KEPT, {(2, 2): (SUMMED, 700.0)})
    book, found = grids_of((DATA, lines()), ("Écart", rows))
    truth = replace(LEDGER, lines=tuple(BOOKED))
    one = gap.Gap(
        list(found.values()), read_of(found), truth, book, precedents.Precedents(found, book), [685.25], PERIOD
    )
    seen, signs = set(), set()
    for number in range(12):
        change = one.change(Draw(b"%d" % number))
        assert change is not None
        inside, out, debit = change.edits
        credit = inside.value - rows[int(inside.cell[1]) - 1][3]
        assert (out.cell, debit.cell) == ("D7", "C6") and credit - (debit.value - 50.0) == change.more
        assert min(credit, debit.value - 50.0, abs(change.more)) > 100
        assert change.told == f"un crédit et un débit du grand livre changés (Écart!{inside.cell} et Écart!C6)"
        seen.add(inside.cell)
        signs.add(change.more > 0)
        for ledger, total, told in (
            (700 + credit, 14.75 + credit, "passe de 700,00 à "),
            (700 + change.more, 14.75 + change.more, ""),
            (700.0, 14.75, "reste à 700,00 au lieu de passer à "),
            (700 + 1.5 * change.more, 14.75 + 1.5 * change.more, "passe de 700,00 à "),
            (700 + change.more, 14.75, "Écart!B3, =B2-B1, reste à 14,75 au lieu de passer à "),
        ):
            after = computed((DATA, lines()), ("Écart", changed(rows, {(2, 2): ("", ledger), (3, 2): ("", total)})))
            if told:
                assert told in observed(lambda after=after, change=change: one.expect_changed(after, change))
            else:
                one.expect_changed(after, change)
    assert seen == {"D4", "D5"} and signs == {True, False}


def test_the_gap_follows_its_two_totals_at_once() -> None:
    """A gap whose total of the lines is typed as soon as the ledger is another one does not follow in an exam."""
    rows = changed(KEPT, {(2, 2): (SUMMED, 700.0)})
    book, found = grids_of((DATA, lines()), ("Écart", rows))
    truth = replace(LEDGER, lines=tuple(BOOKED))
    behind = precedents.Precedents(found, book)
    one = gap.Gap(list(found.values()), read_of(found), truth, book, behind, [685.25], PERIOD)
    change = one.change(Draw(b"essai"))

    def after(more: float) -> Any:
        new = {(2, 2): ("", 700 + change.more), (3, 2): ("", 14.75 + change.more - more)}
        return computed((DATA, lines()), ("Écart", changed(rows, new)))

    one.expect_changed(after(30.0), change, [715.25])
    one.expect_changed(after(0.0), change)
    assert "=B2-B1" in observed(lambda: one.expect_changed(after(0.0), change, [715.25]))


def test_both_totals_of_the_gap_are_changed_in_one_copy() -> None:
    scenarios: list[Any] = []
    sale = SimpleNamespace(told="le montant de la ligne 3 changé", scenario=["vente"], lines=[])
    seen: list[Any] = []
    change = gap.Change(["crédit"], 5.0, "un crédit du grand livre changé")
    workbook = SimpleNamespace(
        trials=lambda _, some: scenarios.extend(some) or [*range(1, len(some) + 1)], keep=lambda *_: None
    )
    one = handed(
        workbook=workbook,
        gap=SimpleNamespace(
            expect_figures=lambda: None,
            told=dict,
            change=lambda _: change,
            expect_changed=lambda values, some, totals=(): seen.append((values, some.told, totals)),
        ),
        total=SimpleNamespace(typed=[], shown=lambda _: [7.0]),
        synthesis=SimpleNamespace(analyse=lambda _: SimpleNamespace(totals=(6.0,))),
    )
    beside = elsewhere.Elsewhere(one, SimpleNamespace(of=lambda _: Draw(b"essai")))
    drawn = SimpleNamespace(made={"another": sale}, tried=lambda _: None)
    exports.Exports(one, beside, drawn, judged(one)).expect_gap()
    assert scenarios == [["crédit"], ["crédit", "vente"]]
    assert seen == [(1, change.told, ()), (2, f"{change.told}, et {sale.told}", [6.0, 7.0])]


def test_a_copy_of_the_ledger_changes_as_it_does() -> None:
    copied = [[*line, *[None] * (4 - len(line))] for line in KEPT[:3]] + [[*line, None, *line[1:]] for line in KEPT[3:]]
    rows = changed(copied, {(2, 2): (f"{SUMMED}+0*SUM(H4:H7)", 700.0)})
    book, found = grids_of((DATA, lines()), ("Écart", rows))
    truth = replace(LEDGER, lines=tuple(BOOKED))
    one = gap.Gap(
        list(found.values()), read_of(found), truth, book, precedents.Precedents(found, book), [685.25], PERIOD
    )
    cells = [edit.cell for edit in one.change(Draw(b"essai")).edits]
    assert cells in (["D4", "D7", "H4", "H7", "C6"], ["D5", "D7", "H5", "H7", "C6"])


def test_one_column_of_credits_less_debits_changes_on_both_sides() -> None:
    signed = [[*line[:2], line[3] - line[2]] if len(line) == 4 else line for line in KEPT]
    rows = changed(signed, {(2, 2): ("=SUMIFS(C4:C7,B4:B7,J1)", 700.0)})
    book, found = grids_of((DATA, lines()), ("Écart", rows))
    truth = replace(LEDGER, lines=tuple(BOOKED))
    one = gap.Gap(
        list(found.values()), read_of(found), truth, book, precedents.Precedents(found, book), [685.25], PERIOD
    )
    change = one.change(Draw(b"essai"))
    steps = {edit.cell: edit.value - rows[int(edit.cell[1]) - 1][2] for edit in change.edits}
    assert (
        steps["C6"] < -100 and steps["C6"] + max(steps["C4"] if "C4" in steps else 0, steps.get("C5", 0)) == change.more
    )
    alone = replace(truth, lines=tuple(line for line in BOOKED if line.debit == "0.00"))
    bare = gap.Gap(
        list(found.values()), read_of(found), alone, book, precedents.Precedents(found, book), [685.25], PERIOD
    ).change(Draw(b"essai"))
    assert bare.more > 100 and bare.told.startswith("un crédit du grand livre changé (Écart!C")
    twice = (*BOOKED, replace(BOOKED[1], credit="50.00"), replace(BOOKED[2], numero="2025/00009"))
    beside = [*rows, [None, date(2025, 12, 5), 50.0, None], [None, date(2025, 12, 5), -50.0, 50.0]]
    beside[5] = [*beside[5], 50.0]
    book, found = grids_of((DATA, lines()), ("Écart", changed(beside, {(2, 2): ("=SUMIFS(C4:C9,B4:B9,J1)", 700.0)})))
    alone = replace(truth, lines=twice)
    both = gap.Gap(
        list(found.values()), read_of(found), alone, book, precedents.Precedents(found, book), [685.25], PERIOD
    ).change(Draw(b"essai"))
    assert {edit.cell[0] for edit in both.edits} == {"C"}, (
        "what the total does not read stays beside one column for both"
    )


@pytest.mark.parametrize(
    ("formula", "cells"),
    [
        ("=SUMIFS(D4:D7,B4:B7,J1)-50", {"C6"}),
        ("=SUMIFS(D4:D7,B4:B7,J1)-J2", {"C6"}),
        ("=750-SUM(C4:C7)", {"D4", "D5"}),
        (SUMMED, {"C6"}),
    ],
)
def test_a_side_that_is_typed_changes_beside_what_the_total_reads(formula: str, cells: set[str]) -> None:
    rows = changed([[*line, *[None] * (10 - len(line))] for line in KEPT], {(2, 2): (formula, 700.0), (2, 10): 50.0})
    book, found = grids_of((DATA, lines()), ("Écart", rows))
    truth = replace(LEDGER, lines=tuple(BOOKED))
    one = gap.Gap(
        list(found.values()), read_of(found), truth, book, precedents.Precedents(found, book), [685.25], PERIOD
    )
    change = one.change(Draw(b"essai"))
    touched = {edit.cell for edit in change.edits}
    assert touched & cells and len(touched & {"C6", "D4", "D5"}) == 2 and " et un débit" in change.told


def test_a_ledger_whose_lines_nobody_knows_is_left_alone() -> None:
    assert the_gap(GAP).change(Draw(b"essai")) is None


def test_an_entry_may_be_listed_account_by_account() -> None:
    signed = [["FC2", "7071", -60.0], ["FC2", "706", -25.25], ["2025/00194", "7071", 100.0]]
    booked = [["FC2", "7071", 60.0, 0.0], ["FC2", "706", 30.0, 4.75], ["2025/00194", "7071", 0.0, 100.0]]
    for rows in (signed, booked):
        the_entries([*GAP[:5], *rows]).expect_listed()
    told = observed(the_entries([*GAP[:5], signed[0], signed[2]]).expect_listed)
    assert told.endswith("avec numéro et montant ; le montant n'est pas le bon pour 2025/00189.")


@pytest.mark.parametrize(
    "rows",
    [
        [["FC2", 85.25], ["2025/00194", -100.0]],
        [["FC2", 85.25, None], ["2025/00194", None, 100.0]],
        [["FC2", 85.25, "Moins"], ["2025/00194", 100.0, "Plus"]],
        [["FC2", 85.25, "-"], ["2025/00194", 100.0, "+"]],
        [["FC2", 85.25], ["En plus", "Montant"], ["2025/00194", 100.0]],
        [["FC2", -85.25], ["2025/00194", 100.0], ["Total", 14.75]],
    ],
    ids=["turned", "columns", "words", "signs", "parts", "total"],
)
def test_the_entries_add_up_to_the_gap_whatever_says_their_sign(rows: list[list[Any]]) -> None:
    the_entries([*GAP[:5], *rows]).expect_listed()


def test_entries_that_do_not_add_up_to_the_gap_are_told() -> None:
    lost = failure(the_entries([*GAP[:5], ["FC2", 85.25], ["2025/00194", 100.0]]).expect_listed)
    assert lost.observed == (
        "Dans la feuille « Écart », les écritures listées (lignes 6 et 7) sont les bonnes, mais leur somme n'est pas l'écart : la "
        "colonne B fait 185,25."
    )
    assert (lost.at and lost.at.told) == "Feuille « Écart », B6 et B7"
    columns = the_entries([*GAP[:5], ["FC2", 85.25, None, "x"], ["2025/00194", None, 90.0], ["2025/00194", 10.0, None]])
    assert "fait" not in observed(columns.expect_listed)
    said = observed(
        lambda: the_entries([*GAP[:5], ["FC2", 85.25, "Plus"], ["2025/00194", 100.0, "Plus"]]).expect_listed(gap=" G.")
    )
    assert said.endswith("la colonne B fait 185,25. G.")


def test_an_entry_that_is_listed_twice_is_told_with_what_the_list_then_adds_up_to() -> None:
    twice = failure(the_entries([*GAP[:5], ["FC2", -85.25], ["2025/00194", 100.0], ["2025/00194", 40.0]]).expect_listed)
    assert twice.observed == (
        "1 ligne de trop dans la liste de la feuille « Écart » : ligne 8 (son écriture est déjà dans la liste). Avec elle, la "
        "somme de la colonne B est 54,75 ; sans elle, 14,75, qui est l'écart."
    )
    assert twice.help == "Supprimez cette ligne de la liste, puis comparez sa somme à l'écart."


def test_an_entry_of_another_number_without_a_date_is_told() -> None:
    told = observed(the_entries([*GAP, ["2025/00300", 12.0], ["2025/00194", 5.0], ["2025/00301", 3.0]]).expect_listed)
    assert told == (
        "3 lignes de trop dans la liste de la feuille « Écart » : lignes 8 et 10 (elles ne font pas l'écart) et ligne 9 (son "
        "écriture est déjà dans la liste). Avec elles, la somme de la colonne B est 34,75 ; sans elles, 14,75, qui est l'écart."
    )


def test_entries_that_cancel_each_other_may_be_left_out() -> None:
    od = [entry("A", None, "80.00"), entry("B", None, "-80.00")]
    assert entries.required([*LEDGER.entries, *od]) == [*LEDGER.entries]
    assert entries.required([od[0], LEDGER.entries[0]]) == [od[0], LEDGER.entries[0]]
    mixed = [od[0], replace(od[1], why="accounting_date")]
    assert entries.required(mixed) == mixed


def test_another_entry_in_the_list_is_told() -> None:
    dated = [*GAP[:5], *([line[0], date(2026, 1, 31), line[1]] for line in GAP[5:])]
    the_entries([*dated, ["", "Total", 14.75]]).expect_listed()
    told = failure(the_entries([*dated, ["2025/00300", date(2026, 1, 5), 12.0]]).expect_listed)
    assert told.observed.startswith(
        "1 ligne de trop dans la liste de la feuille « Écart » : ligne 8 (elle ne fait pas l'écart)."
    )
    assert (told.at and told.at.told) == "Feuille « Écart », C8"
    the_entries([*dated, [], ["2025/00300", date(2026, 1, 5), 12.0]]).expect_listed()


def test_the_gap_follows_the_lines_or_the_total_that_the_workbook_shows() -> None:
    one, told = the_gap(GAP), "tous les montants changés"
    moved = computed((DATA, lines()), ("Écart", changed(GAP, {(3, 2): ("", -10.0)})))
    one.expect_follows(moved, [710.0], told)
    one.expect_follows(moved, [650.0, 710.0], told)
    own = changed(GAP, {(3, 2): ("=B2-B1", 100.0)})
    assert the_gap(own, [600.0]).told()["Écart", "B3"] == "écart"
    assert "montre 100,00 : ce n'est pas l'écart" in observed(the_gap(own).expect_figures)
    still = observed(lambda: one.expect_follows(computed((DATA, lines()), ("Écart", GAP)), [710.0], told))
    assert still == (
        "Dans une copie, avec tous les montants changés, Écart!B3, =B2-B1, reste à 14,75 : l'écart ne suit pas le total de la synthèse."
    )
    typed = changed(GAP, {(1, 2): 685.25})
    after = computed((DATA, lines()), ("Écart", typed))
    caught = failure(
        lambda: the_gap(typed, [685.25]).expect_follows(after, [710.0], told, [("Écart", places.Spot(1, 2))])
    )
    assert caught.observed.endswith(" ne suit pas le total de la synthèse. La formule lit B1, une valeur tapée.")
    assert caught.because[0] == "total"


def test_an_entry_forgotten_beside_the_whole_ledger_is_told() -> None:
    ledger = [["Numéro", "Date", "Montant"], *([f"2025/{line:05}", date(2026, 1, 5), float(line)] for line in range(300, 340)),
              ["FC2", date(2026, 1, 31), -85.25], *([f"2025/{line:05}", date(2026, 1, 5), float(line)] for line in range(400, 440)),
              ["2025/00194", date(2026, 1, 31), 100.0]]  # fmt: skip
    more = [*GAP, ["2025/00300", date(2026, 1, 5), 300.0]]
    for own, told in (
        (GAP[:-1], "Il manque 1 écriture à la liste de la feuille « Écart », avec numéro et montant."),
        (more, "1 ligne de trop dans la liste de la feuille « Écart » : ligne 8 (elle ne fait pas l'écart)."),
    ):
        _, found = grids_of((DATA, lines()), ("Grand livre", ledger), ("Écart", own))
        read = read_of(found)
        one = entries.Entries(list(found.values()), read, LEDGER.entries)
        assert observed(one.expect_listed).startswith(told)


def test_a_recall_of_what_is_compared_is_no_entry() -> None:
    recall = [["Total du grand livre au", date(2026, 1, 31), 700.0], ["Synthèse au", date(2026, 1, 31), 685.25]]
    the_entries([*recall, *GAP[4:]]).expect_listed()


def test_entries_wait_for_the_gap_where_nothing_of_the_ledger_is_in_the_workbook() -> None:
    nothing = [["Échéances"], ["FC2", "Comptabilisée", 12.0]]
    for rows, begun, because in (
        (nothing, False, ("ecart",)),
        ([["Écart"]], True, ()),
        ([*nothing, *GAP[5:6]], False, ()),
    ):
        assert the_gap(rows).begun is begun
        assert failure(lambda rows=rows, begun=begun: the_entries(rows).expect_listed(begun=begun)).because == because


def test_a_wrong_gap_and_lost_entries_are_told() -> None:
    typed = failure(the_gap(changed(GAP, {(3, 2): 14.75})).expect_figures)
    assert "l'écart est tapé" in typed.observed.lower() and "celle du grand livre (Écart!B2)" in (typed.help or "")
    told = observed(the_gap(changed(GAP, {(2, 2): 710.0})).expect_figures)
    assert "grand livre" in told and "700" not in told
    told = observed(the_entries(GAP[:-1]).expect_listed)
    assert told == "1 écriture sur 2 ne se trouve pas dans le classeur, avec numéro et montant."
    buried = [*GAP[:6], *([f"2025/{line:05}", float(line)] for line in range(300, 340)), GAP[6]]
    assert "noyées" in observed(the_entries(buried).expect_listed)


# -- a figure is never mistaken for another


def test_a_raw_line_is_not_told_as_the_figure() -> None:
    raw = [["Travail", "Durée en heures"], *(["Réparation", hours] for hours in (4.0, 3.0, 2.0))]
    absent = "Aucune cellule ne donne le chiffre demandé (« Heures passées à l'activité “Réparation” »)."
    caught = failure(the_figure(raw).expect_calculated)
    assert caught.observed == absent and caught.at is None
    assert (caught.help or "").startswith(figure.THERE) and "SOMME.SI.ENS sur la colonne Durée" in (caught.help or "")
    empty = failure(the_figure([["Réparation"]]).expect_calculated)
    assert (empty.help or "").startswith("Commencez dans Tryton, Relevés de temps ▸ Lignes : ")
    # Nor where a line happens to be as much as the figure: the cell that is meant, in another sheet, is told.
    same = [*raw[:2], ["Réparation", 12.5], ["Réparation", 2.0], [], ["Heures de réparation", ("=SUM(B2:B3)", 16.5)]]
    assert observed(the_figure(same).expect_calculated) == (
        "Temps!B6, =SOMME(B2:B3), montre 16,5, qui n'est pas le chiffre de votre Tryton."
    )
    assert observed(the_figure(same[:4]).expect_calculated) == absent


def test_the_total_of_another_table_is_not_told_as_the_figure() -> None:
    asked = replace(ASKED, title="Heures passées à l'activité « Vente et conseil »", what="Vente et conseil")
    sales = [["Ventes HT par mois"], ["novembre 2025", ("=SUM(Données!H2:H3)", 150.5)], ["Total", ("=SUM(B2)", 150.5)]]
    assert observed(the_figure(sales, asked=asked).expect_calculated).startswith("Aucune cellule ne donne le chiffre")
    hours = [*sales, ["Total des heures", ("=SUM(B2)/10", 15.05)]]
    assert observed(lambda: the_figure(hours, asked=asked).expect_calculated()).startswith(
        "Temps!B4, =SOMME(B2)/10, montre"
    )
    named = [*sales, ["Vente et conseil", ("=SUM(B2)", 150.5)]]
    assert observed(the_figure(named, asked=asked).expect_calculated).startswith("Temps!B4, =SOMME(B2), montre 150,5,")


def test_an_amount_of_the_list_is_not_told_as_a_typed_gap() -> None:
    wrong = [
        ["Total de la synthèse", ("=SUM(Données!H2:H7)", 685.25)],
        ["Total du grand livre", 700.0],
        ["Écart", ("=B2-B1+1", 15.75)],
        [],
        ["Numéro", "Écart"],
        ["OD1", 14.75],
    ]
    assert observed(the_gap(wrong).expect_figures) == (
        "Écart!B3, =B2-B1+1, montre 15,75 : ce n'est pas l'écart (le grand livre moins le total de la synthèse)."
    )
    assert "L'écart est tapé dans Écart!B3 (14,75)." == observed(
        the_gap(changed(wrong, {(3, 2): 14.75})).expect_figures
    )
