"""The summaries of extraction-pgi: each figure that lacks, is wrong, is typed or does not follow is told with its cell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from pgi_sheets import (
    CUSTOMERS,
    DATA,
    MONTHS,
    ROWS,
    TOTALS,
    VARIANT,
    changed,
    computed,
    grid,
    grids_of,
    lines,
    made,
    read_of,
    said,
    synthesis,
    work,
)
from pgi_trials import trials_of
from refused import failure, observed


def test_a_right_summary_is_right() -> None:
    found, _, _ = made()
    for what in ("months", "customers", "shares", "ranks"):
        name = {"months": "by_month", "customers": "by_customer"}.get(what, what)
        one = getattr(found, what)
        wanted = found.wanted(name, found.analysis)
        one.expect_all(found.required(name))
        one.expect_right(*wanted)
        one.expect_calculated()
    assert found.months.sheet == "Synthèse" and found.analysis.totals == (685.25, 685.25)
    assert found.bases.figures.spots["0.20"].cell == "B15" and found.taxes.figures.spots["0.20"].cell == "C15"


def test_a_total_needs_the_code_of_its_customer_on_its_line() -> None:
    named = [[*line[1:2], None, *line[2:]] if line and line[0] in CUSTOMERS else line for line in TOTALS]
    one = made(named)[0].customers
    assert not failure(one.expect_coded).stops, "the totals themselves are looked at all the same"
    assert observed(one.expect_coded) == (
        "Dans la feuille « Synthèse », 4 totaux sans le code de son client : C9 (client 00007, L'Îlot d'Ébène) ; "
        "C10 (client 00012, 3D Atelier) ; C11 (client 00019, Menuiserie Morel) et 1 autre."
    )
    beyond = [[*line, *[None] * (7 - len(line)), code] for line, code in zip(named[8:12], CUSTOMERS, strict=True)]
    bare = [[*line[:6], float(code)] for line, code in zip(beyond, CUSTOMERS, strict=True)]
    told = [[f"{line[0]} ({code})", *line[1:]] for line, code in zip(named[8:12], CUSTOMERS, strict=True)]
    for rows in (beyond, bare, told):
        made([*named[:8], *rows, *named[12:]])[0].customers.expect_coded()
    compact: list[list[Any]] = [["Étiquettes", "Somme"]]
    for code, value in (("00007", 100.0), ("00012", 200.0), ("00019", 75.25), ("00034", 310.0)):
        compact += [[CUSTOMERS[code], value], [code, value]]
    made(compact)[0].customers.expect_coded()


def test_a_tax_is_base_by_rate_rounded_as_people_round_it() -> None:
    own = [{"numero": f"FC{n // 3}", "montant": "10.10", "taux": "0.055"} for n in range(60)]
    data, reads = lines([ROWS[0], *(ROWS[0] | one for one in own)]), ("=SUMIF(Données!I:I,A16,Données!H:H)", 606.0)

    def taxed(tax: float) -> None:
        other = {(15, 2): ("=SUMIF(Données!I:I,A15,Données!H:H)", 100.0), (15, 3): ("=B15*A15", 20.0)}
        rows = changed(TOTALS, other | {(16, 2): reads, (16, 3): ("=ROUND(B16*A16,0)", tax)})
        found = made(rows, data)[0]
        found.taxes.expect_right(*found.wanted("taxes", found.analysis))

    for tax in (33.33, 60 * 0.56, 20 * 1.67, 33.35):
        taxed(tax)
    assert "montant de TVA), =ARRONDI(B16*A16;0), montre 33,00 au lieu de 33,33" in observed(lambda: taxed(33.0))


def test_most_names_beside_the_codes_are_those_of_their_customers() -> None:
    names = list(CUSTOMERS.values())

    def told(beside: Sequence[str | None]) -> Callable[[], None]:
        rows = [[line[0], name, *line[2:]] for line, name in zip(TOTALS[8:12], beside, strict=True)]
        found = made([*TOTALS[:8], *rows, *TOTALS[12:]])[0].customers
        return lambda: found.expect_named(CUSTOMERS)

    assert observed(told([*names[1:], names[0]])) == (
        "Dans la feuille « Synthèse », 4 codes sont à côté du nom d'un autre client : 00007 est « L'Îlot d'Ébène », et B9 dit "
        f"« {names[1]} »."
    )
    assert not failure(told([names[0], *names[2:], names[1]])).stops
    assert "1 code est à côté du nom d'un autre client : 00007 est" in observed(told([names[1], *names[1:]]))
    assert "2 codes sont à côté du nom d'un autre client" in observed(told([names[1], names[0], *names[2:]]))
    for right in (names, [None] * 4, ["Îlot", "Atelier", "?", ""], [names[0], names[0], None, None]):
        told(right)()


def test_two_names_that_an_accent_tells_apart_are_not_exchanged() -> None:
    alike = ["Garage Meunier", "Garage Meûnier"]
    names = dict(zip(CUSTOMERS, [*alike, *list(CUSTOMERS.values())[2:]], strict=True))

    def told(*two: str) -> Callable[[], None]:
        beside = [*two, *list(names.values())[2:]]
        rows = [[line[0], name, *line[2:]] for line, name in zip(TOTALS[8:12], beside, strict=True)]
        return lambda: made([*TOTALS[:8], *rows, *TOTALS[12:]])[0].customers.expect_named(names)

    assert "2 codes sont à côté du nom d'un autre client" in observed(told(alike[1], alike[0]))
    for right in (alike, (alike[0], alike[0]), [name.upper() for name in reversed(alike)]):
        told(*right)()


def test_a_customer_stands_once_in_the_list() -> None:
    for place in (9, 12):
        rows = [*TOTALS[:place], TOTALS[place - 1], *TOTALS[place:]]
        caught = failure(made(rows)[0].customers.expect_once)
        assert not caught.stops and caught.observed == (
            f"Dans la feuille « Synthèse », 1 ligne répète un client qui y est déjà, avec le même total : B{place + 1}."
        )
    compact: list[list[Any]] = [["Étiquettes", "Somme"]]
    for code, value in (("00007", 100.0), ("00012", 200.0), ("00019", 75.25), ("00034", 310.0)):
        compact += [[code, value], [CUSTOMERS[code], value]]
    first = [["Premier client", "Total"], ["00034", ("=C12", 310.0)]]
    for rows in (TOTALS, compact, [*TOTALS[:12], *first, *TOTALS[12:]]):
        made(rows)[0].customers.expect_once()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (275.25, "Synthèse!B4 (décembre 2025) contient 275,25, une valeur tapée ou collée."),
        (("=275.25", 275.25), "Synthèse!B4 (décembre 2025), =275,25, ne lit aucune cellule."),
    ],
)
def test_a_typed_total_is_told_with_its_cell(content: Any, told: str) -> None:
    caught = failure(made(changed(TOTALS, {(4, 2): content}))[0].months.expect_calculated)
    assert caught.observed == told and caught.at.cells == ["B4"]


def test_a_typed_total_is_told_the_formula_to_write_where_its_label_is_one_that_it_compares() -> None:
    one, _, _ = made(changed(TOTALS, {(4, 2): 275.25, (9, 3): 100.0}))
    assert failure(one.months.expect_calculated).help == (
        'Dans B4, écrivez =SOMME.SI.ENS(Données!H:H;Données!B:B;">="&A4;Données!B:B;"<"&MOIS.DECALER(A4;1)), puis recopiez '
        "cette formule dans les autres."
    )
    assert "Dans C9, écrivez =SOMME.SI.ENS(Données!H:H;Données!C:C;A9), puis" in (
        failure(one.customers.expect_calculated).help or ""
    )
    named, _, _ = made(changed(TOTALS, {(4, 1): "décembre 2025", (4, 2): 275.25}))
    assert failure(named.months.expect_calculated).help is None, "the check's own"


def test_a_missing_month_and_a_missing_customer_are_told() -> None:
    found, _, _ = made([*TOTALS[:4], *TOTALS[5:]])
    told = observed(lambda: found.months.expect_all(found.required("by_month")))
    assert told == "Dans la feuille « Synthèse », la liste qui va de A3 à A4 oublie 1 mois : janvier 2026."
    found, _, _ = made([*TOTALS[:10], *TOTALS[11:]])
    told = observed(lambda: found.customers.expect_all(found.required("by_customer")))
    assert (
        told
        == "Dans la feuille « Synthèse », la liste qui va de B9 à B11 oublie 1 client : client 00019, Menuiserie Morel."
    )


def test_a_customer_that_lacks_is_told_with_the_empty_cell_of_its_list_and_no_right_code_is_painted() -> None:
    emptied = [*TOTALS[:10], [], [], TOTALS[11], *TOTALS[12:]]
    told = failure(lambda: made(emptied)[0].customers.expect_all(["00012", "00007", "00019", "00034"]))
    assert "oublie 1 client : client 00019" in told.observed and told.at.cells == ["A11", "A12"]
    assert told.help.startswith("Ajoutez-le à la liste, par son code") and "note peuvent changer" in told.help
    several = failure(lambda: made()[0].customers.expect_all(["1", "2", "3"]))
    assert "oublie 3 clients : client 1 ; client 2 et client 3." in several.observed, "names have commas of their own"
    assert several.help.startswith("Ajoutez-les à la liste, par leur code")


def test_a_code_that_lost_its_zeros_is_told_as_its_cell_shows_it_and_is_to_be_made_again() -> None:
    found, read, _ = made(changed(TOTALS, {(9, 1): "7", (10, 1): 12.0}), changed(lines(), {(2, 3): "7", (4, 3): "12"}))
    told = found.customers.told()
    assert (told["Synthèse", "C9"], told["Synthèse", "C11"]) == (
        "client 7, L'Îlot d'Ébène", "client 00019, Menuiserie Morel",
    )  # fmt: skip
    one = work.Work(None, None, None, VARIANT, None)
    one.contents.__dict__ |= {"synthesis": found, "extraction": read}
    caught = failure(one.expect_codes)
    assert "Refaites aussi les codes de la feuille « Synthèse » (A9 et A10)" in caught.help
    assert "=ESTTEXTE(C2) répond VRAI" in caught.help and "la note" in caught.help


def test_a_workbook_without_summary_is_told_what_to_write_first() -> None:
    found, _, _ = made([["Bonjour"]])
    assert (
        "« Synthèse », écrivez le 01/11/2025 en A5, par exemple, et à droite =SOMME.SI.ENS(Données!H:H;"
        'Données!B:B;">="&A5;Données!B:B;"<"&MOIS.DECALER(A5;1))' in (failure(lambda: found.months).help or "")
    )
    assert "=SOMME.SI.ENS(Données!H:H;Données!C:C;A5)" in (failure(lambda: found.customers).help or "")
    assert "=SOMME.SI.ENS(Données!H:H;Données!I:I;A5)" in (failure(lambda: found.bases).help or "")
    assert "synthèse par mois" in observed(lambda: found.months)
    assert "synthèse par client" in observed(lambda: found.customers)
    assert "leur rang" in observed(lambda: found.ranks)
    assert "liste des taux" in observed(lambda: found.bases)


@pytest.mark.parametrize(
    ("column", "name", "told"),
    [(5, "ranks", "E9 (client 00007, L'Îlot d'Ébène), =RANG(C9;C9:C12), montre 9 au lieu de 3"),
     (4, "shares", "D9 (client 00007, L'Îlot d'Ébène), =C9/B13, montre « #DIV/0! » au lieu de 14,59 %")],
)  # fmt: skip
def test_wrong_ranks_and_shares_are_told_where_their_title_stands(column: int, name: str, told: str) -> None:
    wrong = {5: ("=RANK(C9,C9:C12)", 9.0), 4: ("=C9/B13", "#DIV/0!")}[column]
    rows = changed(TOTALS, {(row, column): (wrong[0].replace("9", str(row)), wrong[1]) for row in range(9, 13)})
    one, _, _ = made(rows)
    expected = one.wanted(name, one.analysis)
    assert told in observed(lambda: getattr(one, name).expect_right(*expected))
    untitled = changed(rows, {(8, column): "Divers"})
    absent = failure(lambda: getattr(made(untitled)[0], name))
    first = {5: "=RANG(C9;$C$9:$C$12)", 4: "=C9/$C$13 (C13 doit être le total général)"}[column]
    assert "On ne trouve pas" in absent.observed and f"ligne 9, écrivez-y {first}, puis recopiez" in (absent.help or "")


@pytest.mark.parametrize("titles", [("Taux", "Base", "TVA"), ("Taux", "TVA", "Base"), ("Taux", "", "")])
def test_tax_on_the_grand_total_is_told_of_its_own_cells(titles: tuple[str, str, str]) -> None:
    data = lines([one | {"taux": "0.055"} if one is ROWS[-1] else one for one in ROWS])
    tax = 2 if titles[1] == "TVA" else 3
    where: dict[tuple[int, int], Any] = {(14, column): title for column, title in enumerate(titles, 1)}
    for row, rate in ((15, 0.2), (16, 0.055)):
        base = sum(line[7] for line in data[1:] if line[8] == rate)
        where[row, 5 - tax] = (f"=SUMIF(Données!I:I,A{row},Données!H:H)", base)
        where[row, tax] = (f"=B6*A{row}", 685.25 * rate)
    found, _, _ = made(changed(TOTALS, where), data)
    found.bases.expect_right(found.analysis.bases)
    assert [spot.cell for spot in found.taxes.figures.spots.values()] == [f"{' ABC'[tax]}{row}" for row in (15, 16)]
    assert "montant de TVA), =B6*A15, montre" in observed(lambda: found.taxes.expect_right(found.analysis.taxes))


def test_shares_that_lack_are_advised_with_the_total_that_is_below() -> None:
    rows = changed(TOTALS, {(row, column): None for row in range(8, 13) for column in (4, 5)})
    below = [*rows[:12], ["Total", None, ("=SUM(C9:C12)", 685.25)], *rows[12:]]
    assert "(C13 est le total général)" in (failure(lambda: made(below)[0].shares).help or "")


def test_a_figure_that_should_not_have_changed_is_told_as_such() -> None:
    assert said.moved("12,00", "13,00", "12,00") == "passe de 12,00 à 13,00 au lieu de rester à 12,00"
    assert said.moved("12,00", "13,00", "14,00") == "passe de 12,00 à 13,00 au lieu de 14,00"


def test_totals_that_are_typed_do_not_make_shares_wrong_too() -> None:
    typed = changed(TOTALS, {(9, 3): 90.0, (9, 4): ("=C9/$B$6", 90 / 685.25)})
    found, _, _ = made(typed)
    found.shares.expect_right(*found.wanted("shares", found.analysis))


def test_a_customer_missing_from_the_totals_is_not_missed_in_shares_and_ranks() -> None:
    found, _, _ = made([*TOTALS[:10], *TOTALS[11:]])
    assert found.required("by_customer") == list(CUSTOMERS)
    for what in ("shares", "ranks"):
        assert found.required(what) == ["00007", "00012", "00034"]
        getattr(found, what).expect_all(found.required(what))


def test_typed_totals_in_another_sheet_are_told_with_the_calculated_ones() -> None:
    """The right ones were pasted elsewhere; those that are calculated are wrong: both sheets are named."""
    months = (date(2025, 11, 1), 150.5), (date(2025, 12, 1), 275.25), (date(2026, 1, 1), 259.5)
    pasted = [["Mois", "Total"], *map(list, months)]
    live = changed(TOTALS, {(5, 2): ("=SUMIFS(Données!H2:H6,Données!B2:B6,A5)", -50.5)})
    book, found = grids_of((DATA, lines()), ("Brouillon", pasted), ("Synthèse", live))
    one = synthesis.Synthesis(book, found, read_of(found), VARIANT)
    assert observed(one.months.expect_calculated) == (
        "Brouillon!B2 (novembre 2025) contient 150,50, une valeur tapée ou collée ; de même B3 et B4. La liste calculée de "
        "la feuille « Synthèse » (à partir de B3) est fausse ou incomplète : corrigez-la, puis supprimez ces valeurs tapées."
    )


def test_an_error_is_never_near_a_figure() -> None:
    """A share of 0.3 % is nearly nothing: an empty cell may stand there, an error may not."""
    cell = SimpleNamespace(number=lambda _spot: None, fails=lambda _spot: True)
    near = SimpleNamespace(_close=lambda seen, wanted: abs(seen - wanted) < 0.01)
    assert not synthesis.Summary._fits(near, cell, None, "00007", [{"00007": 0.003}])
    assert grid.Grid.differs(cell, None, 0.0)
    cell.fails = lambda _spot: False
    assert synthesis.Summary._fits(near, cell, None, "00007", [{"00007": 0.003}])
    assert not grid.Grid.differs(cell, None, 0.0) and grid.Grid.differs(cell, None, 12.0)


def test_sums_that_are_the_same_to_the_cent_may_have_one_rank_or_two() -> None:
    """A spreadsheet may tell them apart by what binary sums leave, and rank by that."""
    rows = {(9, 3): ("", 75.25 + 1e-11), (9, 5): ("", 3.0), (11, 5): ("", 4.0)}
    found, _, _ = made()
    after = computed((DATA, lines()), ("Synthèse", changed(TOTALS, rows)))
    equal = found.analyse([replace(line, cells={**line.cells, "montant": 75.25 if line.row == 2 else 0.0})
                           if line.code == "7" else line for line in found._extraction.lines])  # fmt: skip
    assert equal.ranks["00007"] == equal.ranks["00019"] == 3
    wanted = found.wanted("ranks", equal, after)
    found.ranks.expect_follows(after, "un essai", *wanted)
    shared = changed(TOTALS, rows | {(11, 5): ("", 3.0)})
    found.ranks.expect_follows(computed((DATA, lines()), ("Synthèse", shared)), "un essai", *wanted)


def after_amounts(found: Any, read: Any, *, still: set[int]) -> tuple[Any, Any, Any]:
    """What the office would compute if months followed, but in the rows of `still`."""
    trial = trials_of(read)["amounts"]
    analysed = found.analyse(trial.lines)
    totals = [list(line) for line in TOTALS]
    for at_row, month in zip((3, 4, 5), MONTHS, strict=True):
        if at_row not in still:
            totals[at_row - 1][1] = (totals[at_row - 1][1][0], analysed.by_month[month])
    return computed((DATA, lines()), ("Synthèse", totals)), analysed, trial.told


def test_a_total_that_follows_follows() -> None:
    found, read, _ = made()
    values, analysed, told = after_amounts(found, read, still=set())
    found.months.expect_follows(values, told, analysed.by_month)


def test_a_total_that_does_not_follow_is_told_with_its_formula() -> None:
    found, read, _ = made()
    values, analysed, told = after_amounts(found, read, still={4})
    assert told.startswith("tous les montants de l'extraction changés (le plus grand : ")
    caught = failure(lambda: found.months.expect_follows(values, told, analysed.by_month))
    assert caught.observed == (
        f"Dans une copie, avec {told}, Synthèse!B4 (décembre 2025), "
        "=SOMME.SI.ENS(Données!H2:H7;Données!B2:B7;A4), reste à 275,25 au lieu de passer à "
        f"{said.amount(analysed.by_month['2025-12'])}."
    )
    assert caught.at.cells == ["B4"]


def test_labels_that_move_are_followed() -> None:
    """A list that sorts itself anew, as a pivot does."""
    found, read, _ = made()
    trial = trials_of(read)["rank"]
    analysed = found.analyse(trial.lines)
    totals = [list(line) for line in TOTALS]
    order = sorted(analysed.by_customer, key=lambda code: -analysed.by_customer[code])
    for at_row, code in enumerate(order, 9):
        totals[at_row - 1][0], totals[at_row - 1][2] = code, (TOTALS[at_row - 1][2][0], analysed.by_customer[code])
    spilled, start = (
        [[(f"=X{line}", one[0]), None, *one[2:]] if 9 <= line <= 12 else one for line, one in enumerate(rows, 1)]
        for rows in (totals, TOTALS)
    )
    found, _, _ = made(start)
    found.customers.expect_follows(computed((DATA, lines()), ("Synthèse", spilled)), trial.told, analysed.by_customer)
