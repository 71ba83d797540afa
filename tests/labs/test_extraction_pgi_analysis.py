"""The checks of extraction-pgi on workbooks made here: totals, trials, pivots and charts."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from helpers import volume
from pgi_sheets import (
    CUSTOMERS,
    DATA,
    MONTHS,
    ROWS,
    TOTALS,
    VARIANT,
    additions,
    amounts,
    analysis,
    changed,
    changes,
    charts,
    computed,
    corrections,
    elsewhere,
    exports,
    grid,
    grids_of,
    handed,
    judged,
    lines,
    made,
    places,
    precedents,
    read_lines,
    read_of,
    said,
    sheet,
    synthesis,
    total,
    trials,
    work,
)
from pgi_sheets import order as orders
from pgi_sheets import trial as trial_names
from refused import failure, observed

from etabli.exam.contract.draw import Draw
from etabli.exam.contract.formulas import in_french
from etabli.exam.tools.book import Book, BookTable, Chart, DefinedName, Format, Pivot, Series
from etabli.exam.tools.computed import PivotArea, Values
from etabli.exam.tools.scenario import Append, Edit, Hide, plain

# -- the summary


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


def test_figures_are_found_across_and_in_a_crossed_table() -> None:
    crossed = [
        ["", *MONTHS, "Total"],
        ["00007", 150.5, None, -50.5, ("=SUM(B2:D2)", 100.0)],
        ["00012", None, 200.0, None, ("=SUM(B3:D3)", 200.0)],
        ["00019", None, 75.25, None, ("=SUM(B4:D4)", 75.25)],
        ["00034", None, None, 310.0, ("=SUM(B5:D5)", 310.0)],
        ["Total", ("=SUM(B2:B5)", 150.5), ("=SUM(C2:C5)", 275.25), ("=SUM(D2:D5)", 259.5), ("=SUM(E2:E5)", 685.25)],
    ]
    found, _, _ = made(crossed)
    assert [one.cell for one in found.months.figures.spots.values()] == ["B6", "C6", "D6"]
    assert [one.cell for one in found.customers.figures.spots.values()] == ["E2", "E3", "E4", "E5"]


def test_a_compact_pivot_tells_a_customer_by_code_then_by_name() -> None:
    compact = [["Étiquettes", "Somme"]]
    for code, value in (("00007", 100.0), ("00012", 200.0), ("00019", 75.25), ("00034", 310.0)):
        compact += [[code, value], [CUSTOMERS[code], value]]
    found, _, _ = made([*compact, ["Total", 685.25]])
    assert [spot.cell for spot in found.customers.figures.spots.values()] == ["B2", "B4", "B6", "B8"]


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
    for right in (
        names,
        [None] * 4,
        ["Îlot", "Atelier", "?", ""],
        [names[1], *names[1:]],
        [names[1], names[0], *names[2:]],
    ):
        told(right)()


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


def test_of_two_lists_of_customers_that_with_codes_is_read() -> None:
    named = [[*line[1:2], None, *line[2:]] if line and line[0] in CUSTOMERS else line for line in TOTALS]
    below = [
        ["Code", "Total"],
        *([code, ("=C9", value)] for code, value in zip(CUSTOMERS, (100.0, 200.0, 75.25, 310.0), strict=True)),
    ]
    one = made([*named, [], *below])[0].customers
    one.expect_coded()
    assert one.figures.spots["00007"].cell == "B19"


def test_between_a_typed_copy_and_formulas_the_formulas_are_read() -> None:
    copies = [[*line, line[1][1] if len(line) == 2 and isinstance(line[1], tuple) else None] for line in TOTALS]
    found, _, _ = made(copies)
    assert found.months.figures.line == 2
    found.months.expect_calculated()


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


@pytest.mark.parametrize(
    ("formula", "value", "hint"),
    [
        ("=SUMIFS(Données!H2:H6,Données!B2:B6,A5)", -50.5, " La plage s'arrête à la ligne 6 ; vos lignes vont jusqu'à la ligne 7."),
        ("=SUMIFS(Données!H3:H7,Données!B3:B7,A5)", 1.0, " La plage commence à la ligne 3 ; vos lignes commencent à la ligne 2."),
        ("=SUMIFS(Données!G2:G7,Données!B2:B7,A5)", 4.0, " La formule lit les colonnes B et G, pas la colonne H des montants."),
        ("=B3+1", 151.5, ""),
    ],
)  # fmt: skip
def test_a_wrong_total_is_told_with_what_its_ranges_explain(formula: str, value: float, hint: str) -> None:
    found, _, _ = made(changed(TOTALS, {(5, 2): (formula, value)}))
    told = observed(lambda: found.months.expect_right(found.analysis.by_month))
    shown = said.amount(value)
    assert told == f"Synthèse!B5 (janvier 2026), {in_french(formula)}, montre {shown} au lieu de 259,50.{hint}"


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


def test_a_range_that_slides_is_told() -> None:
    slid = {(row, 5): (f"=RANK(C{row},C{row}:C{row + 3})", 9.0) for row in range(9, 13)}
    one, _, _ = made(changed(TOTALS, slid))
    told = observed(lambda: one.ranks.expect_right(*one.wanted("ranks", one.analysis)))
    assert told.endswith("La plage de la formule glisse d'une ligne à l'autre (C10:C13) : fixez-la avec des $.")


def test_a_figure_that_should_not_have_changed_is_told_as_such() -> None:
    assert said.moved("12,00", "13,00", "12,00") == "passe de 12,00 à 13,00 au lieu de rester à 12,00"
    assert said.moved("12,00", "13,00", "14,00") == "passe de 12,00 à 13,00 au lieu de 14,00"


def test_two_fixed_ranges_that_begin_one_row_apart_do_not_slide() -> None:
    fixed = {(row, 5): (f"=RANK(C{row},$C$9:$C$12)+0*SUM($C$10:$C$13)", 9.0) for row in range(9, 13)}
    one, _, _ = made(changed(TOTALS, fixed))
    assert "glisse" not in observed(lambda: one.ranks.expect_right(*one.wanted("ranks", one.analysis)))


def test_ranks_under_the_codes_are_no_codes() -> None:
    first = [
        ["Rang", "Client", "Total HT"],
        [7.0, "3D Atelier", 310.0],
        [12.0, "Menuiserie Morel", 200.0],
        [19.0, "x", 75.25],
    ]
    one, _, _ = made([*TOTALS, [], *first])
    assert [spot.cell for spot in one.customers.figures.spots.values()] == ["C9", "C10", "C11", "C12"]


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


# -- trials

TRIALS = (
    "amounts renewed half other one another few several moved customer filtered hidden rank line added longer".split()
)


def trials_of_draw(read: Any, number: int, order: Any = None) -> dict[str, Any]:
    return dict(changes.make_trials(read, Draw(b"%d" % number), MONTHS, order))


def trials_of(read: Any) -> dict[str, Any]:
    return dict(changes.make_trials(read, Draw(b"essai"), MONTHS))


def added_in(trial: Any) -> list[Append]:
    return [one for one in trial.scenario if isinstance(one, Append)]


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


@pytest.mark.parametrize("size", [50_000, 10])
def test_a_new_article_is_never_made_of_a_name_without_end(size: int) -> None:
    words = " ".join(f"{chr(97 + n % 26) * (3 + n // 26 % 9)}" for n in range(size))
    read = read_lines(changed(lines(), {(2, 6): words, **{(row, 6): "Établi pliant" for row in range(3, 8)}}))
    added = added_in(trials_of(read)["added"])
    names = {one.values["F"] for one in added} - {words, "Établi pliant"}
    assert names and max(map(len, names)) <= additions.LONG_NAME + 30


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


def test_other_invoices_stand_in_another_order_and_each_line_stays_one() -> None:
    """As who sorts them has it: nothing of a line goes to another but its row, and a row that is read by itself keeps its line."""
    found, read, _ = made()
    rows, seen = [line.row for line in read.lines], set()
    for number in range(30):
        draw, kept = Draw(b"%d" % number), rows[number % len(rows)]
        order = orders.Order(Draw(b"ordre %d" % number), [row for row in rows if row != kept])
        before = changes.make_trials(read, draw, MONTHS)["renewed"]
        after = changes.make_trials(read, Draw(b"%d" % number), MONTHS, order)
        moved = after["renewed"]
        first, then = (
            sorted([*one.cells.items()][:2] + [*one.cells.items()][4:] for one in trial.lines)
            for trial in (before, moved)
        )
        assert first == then, "all but customers, which go to other invoices"
        assert [line.row for line in moved.lines] == rows and moved.lines != before.lines
        at = rows.index(kept)
        assert moved.lines[at] == before.lines[at]
        assert found.analyse(moved.lines).totals == pytest.approx(found.analyse(before.lines).totals)
        cells = {
            f"{places.letters(column)}{line.row}": line.cells[name]
            for line in read.lines
            for name, column in read.columns.items()
        }
        cells |= {edit.cell: edit.value for edit in moved.scenario}
        assert all(
            cells[f"{places.letters(column)}{line.row}"] == line.cells[name]
            for line in moved.lines
            for name, column in read.columns.items()
        )
        seen.add(moved.told)
        same = changes.make_trials(read, Draw(b"%d" % number), MONTHS)
        assert all(after[name] == same[name] for name in ("amounts", "half", "other", "one", "another", "rank")), (
            "as they were"
        )
    assert len(seen) >= 4


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


def test_nothing_of_other_invoices_is_as_it_was_and_none_has_a_new_day_or_customer() -> None:
    days = {"FC1": "2025-11-01", "FC2": "2025-12-10", "FC3": "2025-12-15", "AV1": "2026-01-08", "FC4": "2026-01-31"}
    accounts = ["7071", "7072", "7073", "7074", "7075", "7076"]
    rows = [one | {"compte": account, "article": account} for one, account in zip(ROWS, accounts, strict=True)]
    found, read, _ = made(TOTALS, lines(rows))
    was = {line.row: line for line in read.lines}
    for number in range(20):
        kept = trials_of_draw(read, number)["renewed"].lines
        for line in kept:
            before = was[line.row]
            assert line.month == before.month and line.code == before.code
            assert (line.date != before.date) is (line.month != "2025-11"), "which has one day only"
            assert line.date in {one.date for one in read.lines}, "new days are of added lines, as the sheet says"
            assert line.cells["compte"] == line.cells["article"] != before.cells["compte"]
        assert {line.numero: line.date for line in kept}.keys().isdisjoint(days)
        order = orders.Order(Draw(b"ordre"), list(was))
        moved = trials_of_draw(read, number, order)["renewed"].lines
        whose = {line.numero: line.code for line in moved}
        assert len(whose) == len(days) and {line.code for line in moved} == {line.code for line in read.lines}
        assert sorted(line.code for line in moved) != sorted(line.code for line in read.lines), (
            "no customer has as many lines"
        )
        assert all(line.cells["client"] == CUSTOMERS[line.cells["code_client"]] for line in moved)
        assert found.analyse(moved).by_customer.keys() == found.analysis.by_customer.keys()


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


def test_what_other_sheets_hold_changes_beside_a_line_and_a_line_beside_them() -> None:
    """Totals that stop as soon as the ledger, or the figure, is another one do not follow in an exam; nor the other way."""
    found, read, grids = made()
    draws = SimpleNamespace(of=lambda purpose: Draw(purpose.encode()))
    asked: list[Any] = []
    workbook = SimpleNamespace(keep=lambda *_: None, trials=lambda _, some: asked.extend(some) or ["" for _ in some])
    hours, own = Edit("Temps", "B3", 2.0), Edit(DATA, "G3", 9.0)
    steps = [SimpleNamespace(edits=[hours, own]), SimpleNamespace(edits=[]), SimpleNamespace(edits=[hours])]
    figure = SimpleNamespace(
        expect_calculated=lambda: None, told=dict, expect_moved=lambda *_: None, changes=lambda *_: steps
    )
    one = handed(workbook=workbook, extraction=read, grids=grids, book=found._book, synthesis=found)
    one.asked_figure = lambda: figure
    beside = elsewhere.Elsewhere(one, draws)
    beside.__dict__ |= {
        "ledger_change": SimpleNamespace(edits=[Edit("Écritures", "D4", 5.0)]),
        "other_dues": [SimpleNamespace(edits=[]), SimpleNamespace(edits=[Edit("Échéances", "B2", 1.0)])],
    }
    drawn = trials.Trials(one, beside, draws)
    filtered = drawn.made["filtered"]
    assert [edit.sheet for edit in filtered.scenario[:3]] == ["Temps", "Écritures", "Échéances"]
    assert filtered.told.endswith(", et d'autres nombres dans « Temps », « Échéances » et « Écritures »") or (
        filtered.told.endswith(", et d'autres nombres dans « Temps », « Écritures » et « Échéances »")
    )
    assert own not in filtered.scenario, "lines of the extraction are other trials'"
    exports.Exports(one, beside, drawn, judged(one)).expect_figure()
    sale = drawn.made["one"].scenario
    assert asked == [steps[0].edits, [], [hours, *sale]] and len(sale) == 1 and sale[0].sheet == DATA


def test_another_exam_changes_other_lines_by_other_amounts() -> None:
    _, read, _ = made()
    drawn = [dict(changes.make_trials(read, Draw(b"%d" % number), MONTHS)) for number in range(30)]
    for name in ("half", "one", "moved", "customer"):
        assert len({tuple(edit.cell for edit in one[name].scenario if isinstance(edit, Edit)) for one in drawn}) >= 4, (
            name
        )
    assert len({added_in(one["added"])[0].values["H"] for one in drawn}) >= 25  # round ones may be alike


@pytest.mark.parametrize("name", ["amounts", "few", "added", "longer"])
def test_whatever_is_drawn_a_line_gets_a_round_amount_as_people_type_them(name: str) -> None:
    _, read, _ = made()
    was = {line.row: line.amount for line in read.lines}
    for number in range(30):
        trials = dict(changes.make_trials(read, Draw(b"%d" % number), MONTHS))
        moved = [line.amount for line in trials[name].lines if line.amount != was.get(line.row)]
        assert any(amount and amount % amounts.ROUND[0] == 0 for amount in moved)


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


@pytest.mark.parametrize(
    "function",
    [
        *("TODAY()", "NOW()", 'CELL("filename")', 'INFO("system")', "RAND()", 'CODE("é")', "CHAR(233)", "CHAR(A4)"),
        *("RANDBETWEEN.NV(A4,A5)", "LEN(FORMULATEXT(B3))", "LEN(FORMULA(B3))", "LENB(Données!F1)", "SHEETS()"),
        *("IFERROR(LEN(PHONETIC(A4)),1)", "ERRORTYPE(B3)", "CODE(Données!G1)", "IFERROR(STYLE(A4)+2,1)", "(Jour+A4)"),
    ],
)
def test_a_total_that_asks_for_the_day_the_machine_or_chance_is_told(function: str) -> None:
    formula = f"=IF({function}>0,SUMIFS(Données!H2:H7,Données!B2:B7,A4),0)"
    totals = changed(TOTALS, {(4, 2): (formula, 275.25)})
    behind, own, spots = months_of(totals)
    told = observed(lambda: behind.expect_lines_alone(own, spots))
    assert told.startswith("Synthèse!B4") and "ce n'est pas une donnée de l'extraction" in told
    behind.expect_lines_alone(own, spots, {(own.name, spot) for spot in spots if spot.cell == "B4"})
    behind, own, spots = months_of(TOTALS)
    behind.expect_lines_alone(own, spots)


SUMIFS = "SUMIFS(Données!H2:H7,Données!B2:B7,A4)"


@pytest.mark.parametrize(
    "formula",
    [f"=IF(DATE(1900,1,1)=1,275.25,{SUMIFS})", f'=IF(A1="",{SUMIFS},VALUE("275.250"))', f"={SUMIFS}*0+275.25"],
)
def test_a_total_that_writes_its_own_figure_out_is_told(formula: str) -> None:
    behind, own, spots = months_of(changed(TOTALS, {(4, 2): (formula, 275.25)}))
    told = observed(lambda: behind.expect_none_written(own, spots))
    assert told.startswith("Synthèse!B4") and told.endswith("montre 275,25, un nombre tapé dans la formule.")


@pytest.mark.parametrize(
    ("formula", "figure"),
    [
        (f"=ROUND({SUMIFS}*1.055,2)", 275.25),
        (f"=IF({SUMIFS}>1275.25,{SUMIFS},0)", 275.25),
        (f"={SUMIFS}+0*Données!H275.25", 275.25),
        (f"='Export 275.25'!B4+{SUMIFS}", 275.25),
        (f"={SUMIFS}-46022.0", 46022.0),
        (f"={SUMIFS}+12.5", 12.5),
        (f"=SUMIFS(Données!H2:H7,Données!B2:B7,DATE(2025,25,1))+{SUMIFS}", 2025.25),
    ],
)
def test_small_round_and_other_numbers_of_a_formula_are_not_its_figure(formula: str, figure: float) -> None:
    behind, own, spots = months_of(changed(TOTALS, {(4, 2): (formula, figure)}))
    behind.expect_none_written(own, spots)


@pytest.mark.parametrize(
    ("formula", "by"),
    [
        (f"={SUMIFS}*IF(DATE(1900,1,1)=1,1.1,1)", "décide par DATE"),
        (f"={SUMIFS}*(1+0.1*(DATE(1900,1,1)=1))", "décide par DATE"),
        (f'={SUMIFS}*IF(VALUE("1/2")=0.5,1.1,1)', "décide par SI"),
        (f'={SUMIFS}*(1+0.1*(1="1"))', "compare deux valeurs tapées,"),
        (f"={SUMIFS}*CHOOSE(1+(2>1),1,1.1)", "compare deux valeurs tapées,"),
        (f"=IFERROR(inconnue(1)+0,{SUMIFS})", "décide par INCONNUE"),
        (f"={SUMIFS}*VLOOKUP(YEAR(1),{{1899,1;1900,1.1}},2)", "décide par ANNEE"),
        (f"={SUMIFS}*(1+ISERROR(LEN(1)))", "décide par ESTERREUR"),
        (f'={SUMIFS}*(1+0.1*(DATEVALUE("01/01/1900")=1))', "décide par DATEVAL"),
        (f'={SUMIFS}*(1+0.1*(DATEVALUE("01/02/2026")=46054))', "compare deux valeurs tapées,"),
        (f'={SUMIFS}*(1+0.1*(VALUE(TEXT(60,"j"))-28))', "décide par TEXTE"),
        (f"={SUMIFS}*(1.1-0.1*SUM({{TRUE}}))", "décide par SOMME"),
        (f'=IFERROR({SUMIFS}*SUM(("1")),{SUMIFS})', "décide par SOMME"),
        (f'={SUMIFS}*IFERROR(IF("VRAI",1.1,1),1)', "décide par SI"),
        (f'={SUMIFS}*IFERROR(1+("0,1"+0),1)', "décide par SIERREUR"),
    ],
)
def test_a_total_that_decides_without_reading_a_cell_is_told(formula: str, by: str) -> None:
    behind, own, spots = months_of(changed(TOTALS, {(4, 2): (formula, 275.25)}))
    told = observed(lambda: behind.expect_lines_alone(own, spots))
    assert told.startswith("Synthèse!B4") and f", {by} sans lire de cellule" in told


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ("YEAR(N(Données!A1))=1900", "ANNEE à Données!A1"),
        ("EDATE( -N($A$2),1)>0", "MOIS.DECALER à Synthèse!A2"),
        ("MONTH(N(Titre))=1", "MOIS à Données!B1"),
        ("YEAR(N(Données!B2))=2025", ""),
        ("MONTH(Données!B2)=11", ""),
        ("N(Données!A1)=0", ""),
    ],
)
def test_the_day_of_what_is_no_date_is_another_in_each_program(condition: str, told: str) -> None:
    formula = f"=IF({condition},SUMIFS(Données!H2:H7,Données!B2:B7,A4),0)"
    book, found = grids_of((DATA, lines()), ("Synthèse", changed(TOTALS, {(2, 1): "Mois", (4, 2): (formula, 275.25)})))
    book = replace(book, names=(DefinedName("Titre", "Données!$B$1"),))
    behind, own = precedents.Precedents(found, book), found["Synthèse"]
    if told:
        assert f", demande {told}, un texte et non une date : " in observed(
            lambda: behind.expect_lines_alone(own, [places.Spot(4, 2)])
        )
    else:
        behind.expect_lines_alone(own, [places.Spot(4, 2)])


@pytest.mark.parametrize(
    ("condition", "by"),
    [
        ("ISNUMBER(A4>0)", "ESTNUM"),
        ("NOT(ISNUMBER((A4*2>Données!A1+1)))", "ESTNUM"),
        ("ISNUMBER(AND(A4,A5))", "ESTNUM"),
        ('ISNUMBER(IF(A4="",FALSE,IFERROR(A4>0,TRUE)))', "ESTNUM"),
        ("TYPE(ISBLANK(A4))=1", "TYPE"),
        ("COUNT(A4,A5>0)=2", "NB"),
        ('ISERROR(VALUE(A4<>""))', "CNUM"),
        ('TEXT(A4>0,"0")="1"', "TEXTE"),
        ("LEN(NOT(A4))=1", "NBCAR"),
        ("ISNUMBER(F9)", "ESTNUM"),
        ("ISNUMBER( Positif )", "ESTNUM"),
        ("Vrai", "ESTNUM"),
    ],
)
def test_a_total_that_asks_whether_a_comparison_is_a_number_is_told(condition: str, by: str) -> None:
    """LibreOffice, which computes here, counts true as 1; Excel, in which the bank opens the workbook, does not."""
    wide = [*([*line, *[None] * (6 - len(line))] for line in TOTALS), *[[None] * 6] * (9 - len(TOTALS))]
    totals = changed(wide, {(4, 2): (f"={SUMIFS}*IF({condition},1,1.2)", 275.25), (9, 6): ("=A4>0", True)})
    book, found = grids_of((DATA, lines()), ("Synthèse", totals))
    names = DefinedName("Positif", "Synthèse!$A$4>0"), DefinedName("Vrai", "ISNUMBER(Synthèse!$A$4>0)")
    behind = precedents.Precedents(found, replace(book, names=names))
    told = failure(lambda: behind.expect_lines_alone(found["Synthèse"], [places.Spot(4, 2)]))
    assert f", demande {by} à un résultat VRAI ou FAUX : " in told.observed
    assert told.observed.startswith("Synthèse!B4")


@pytest.mark.parametrize(
    "formula",
    [
        f'=IF(A4="",0,{SUMIFS})',
        f"=IF(ISNUMBER(A4),{SUMIFS},0)",
        f'=IF(AND(ISNUMBER(A4),LEN(A5)>0,TEXT(A4,"aaaa")<>""),{SUMIFS},0)',
        "=SUMPRODUCT((Données!B2:B7=A4)*(Données!H2:H7>0)*Données!H2:H7)+SUMPRODUCT(--(Données!B2:B7=A4))*0",
        "=SUMPRODUCT(N(Données!B2:B7=A4),Données!H2:H7)+COUNTIFS(Données!B2:B7,A4)*0",
        f"=IF(ISERROR(MATCH(A4,Données!B2:B7,0)),0,{SUMIFS})",
        '=SUMPRODUCT(ISNUMBER(SEARCH("25",Données!C2:C7))*Données!H2:H7)',
        f"=IF(ISNUMBER(MATCH(1,(Données!B2:B7=A4)*(Données!H2:H7>0),0)),{SUMIFS},0)",
        "=SUM(IF(ISNUMBER(Données!H2:H7),IF(Données!B2:B7=A4,Données!H2:H7)))",
        f"=IF(COUNT(1/(Données!B2:B7=A4))>0,{SUMIFS},0)+COUNT(IF(Données!B2:B7=A4,Données!H2:H7,FALSE))*0",
        f'=IF(LEN(IF(A4="","",A4))=0,0,{SUMIFS})+VALUE(LEFT("0"&A4,1))*0',
        f"={SUMIFS}*COUNT(--(A4>0))*ISNUMBER((A4>0)*1)*ISNUMBER((A4>0)+(A5>0))",
        '=SUMIFS(Données!H:H,Données!B:B,">="&--"2025-12-01",Données!B:B,"<="&"31/12/2025"+0)',
        f'=IF(MATCH(TEXT(A4,"mmm"),{{"janv.","févr.","déc."}},0)>0,{SUMIFS},0)+SUM({{1,2}})*0',
        f"=IFERROR({SUMIFS},0)",
        f"=IF(TRUE,{SUMIFS},0)",
        '=SUMIFS(Données!H:H,Données!B:B,">="&DATE(2025,12,1),Données!B:B,"<"&EDATE(DATE(2025,12,1),1))',
        "=SUMPRODUCT((MONTH(Données!$B$2:$B$7)=12)*(YEAR(Données!$B$2:$B$7)=2025)*Données!$H$2:$H$7)",
        '=SUMPRODUCT((TEXT(Données!B2:B7,"aaaa-mm")=TEXT(DATE(2025,12,1),"aaaa-mm"))*Données!H2:H7)',
        f"=VLOOKUP(A4,CHOOSE({{1,2}},A3:A5,C3:C5),2,FALSE)+{SUMIFS}",
        '=LET(debut,A4,fin,EDATE(debut,1),IF(fin>debut,SUMIFS(Données!H:H,Données!B:B,">="&debut),0))',
        f'=IFS(A4="",0,TRUE,{SUMIFS})',
        f'=SWITCH(TRUE,A4="",0,{SUMIFS})',
        '=SUM(INDIRECT("Données!H2:H"&COUNTA(Données!A:A)))',
        "=SUMIFS(Ventes[Montant HT],Ventes[Mois],MONTH(A4))*1E5/1E5",
        f"=ROUND({SUMIFS},2)+ROW()-ROW(A4)",
        '=SUMIFS(Données!H:H,Données!B:B,">="&DATEVALUE("01/12/2025"),Données!B:B,"<="&DATEVALUE("2025-12-31")+TIME(23,59,59))',
        '=SUMPRODUCT((MONTH(Données!B2:B7)=MONTH(DATEVALUE("1/12/2025")))*Données!H2:H7)',
        '=SUMIFS(Données!H:H,Données!C:C,TEXT(7,"00000"))+SUMIFS(Données!H:H,Données!C:C,RIGHT("0000"&12,5))',
        '=SUMPRODUCT(VALUE(SUBSTITUTE(Données!H2:H7,CHAR(32),""))*(Données!B2:B7=A4))',
    ],
)
def test_a_right_total_decides_by_what_it_reads(formula: str) -> None:
    behind, own, spots = months_of(changed(TOTALS, {(4, 2): (formula, 275.25)}))
    behind.expect_lines_alone(own, spots)


@pytest.mark.parametrize(
    ("own", "others", "reads"),
    [
        ("=IFERROR(G1,0)+1", {}, {"G1": "G1"}),
        ("=IFERROR(G2,0)+1", {2: "=G3"} | {3: "=G1*2"}, {"G1": "G2", "G2": "G3", "G3": "G1"}),
    ],
    ids=["itself", "by-others"],
)
def test_a_total_that_goes_in_a_circle_is_told(own: str, others: dict[int, str], reads: dict[str, str]) -> None:
    """Without iterations LibreOffice makes 1 of it and Excel 0; with them, it counts how often all is computed."""
    wide = [[*line, *[None] * (7 - len(line))] for line in TOTALS]
    cells = {(1, 7): (own, 1.0)} | {(row, 7): (formula, 1.0) for row, formula in others.items()}
    totals = changed(wide, cells | {(4, 2): (f"={SUMIFS}*G1", 275.25)})
    behind, sheet_of_totals, spots = months_of(totals)
    told = failure(lambda: behind.expect_lines_alone(sheet_of_totals, spots))
    cell, end = told.observed[len("Synthèse!") :].partition(",")[::2]
    assert end.endswith("lit son propre résultat : c'est une référence circulaire.")
    assert told.help.startswith(f"Retirez Synthèse!{reads[cell]} de cette formule")


def test_a_chain_and_a_formula_that_asks_where_it_stands_go_in_no_circle() -> None:
    wide = [[*line, *[None] * (7 - len(line))] for line in TOTALS]
    chain = {(row, 7): (f"=G{row - 1}+H{row}+ROW(G{row})-ROWS(G$2:G{row})", 1.0) for row in range(2, 17)}
    last = "SUM(G2:OFFSET(G16,-1,0))"
    totals = changed(wide, chain | {(16, 7): (f"={last}", 1.0), (4, 2): (f"={SUMIFS}+0*G16", 275.25)})
    behind, own, spots = months_of(totals)
    for _ in range(2):
        behind.expect_lines_alone(own, spots)


def test_what_only_libreoffice_has_is_no_signal_in_its_own_workbooks() -> None:
    totals = changed(TOTALS, {(4, 2): (f'={SUMIFS}+STYLE(IF(CURRENT()>100,"Haut","Bas"))', 275.25)})
    book, found = grids_of((DATA, lines()), ("Synthèse", totals))
    own = grid.grids(book, lambda: computed((DATA, lines()), ("Synthèse", totals)), calc=True)
    spots = list(made(totals)[0].months.figures.spots.values())
    precedents.Precedents(own, book).expect_lines_alone(own["Synthèse"], spots)
    observed(lambda: precedents.Precedents(found, book).expect_lines_alone(found["Synthèse"], spots))


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


def months_of(totals: Sequence[Sequence[Any]]) -> tuple[Any, Any, list[Any]]:
    """What is behind the totals by month, their sheet and their cells."""
    book, found = grids_of((DATA, lines()), ("Synthèse", totals))
    book = replace(book, names=(DefinedName("Jour", "Hier+1"), DefinedName("Hier", "TODAY()-1")))
    months = made(totals)[0].months.figures
    return precedents.Precedents(found, book), found["Synthèse"], list(months.spots.values())


def test_a_date_kept_as_a_text_stays_a_text_in_a_trial() -> None:
    rows = changed(lines(), {(line, 2): one["date"] for line, one in enumerate(ROWS, 2)})
    edit, *_ = trials_of(read_lines(rows))["moved"].scenario
    assert isinstance(edit, Edit) and edit.value in {one["date"] for one in ROWS}


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


def test_a_rank_tells_a_month_even_where_other_sheets_tell_it_in_full() -> None:
    ranks = changed(TOTALS, {(3, 1): 11.0, (4, 1): 12.0, (5, 1): 1.0})
    delivered = [
        ["Livré le", "Quantité"],
        *([date(2025, 11, day), 3.0] for day in range(1, 9)),
        [date(2025, 12, 3), 2.0],
    ]
    book, found = grids_of((DATA, lines()), ("Livraisons", [*delivered, [date(2026, 1, 9), 1.0]]), ("Synthèse", ranks))
    read = read_of(found)
    months = synthesis.Synthesis(book, found, read, VARIANT).months
    assert (months.sheet, [spot.cell for spot in months.figures.spots.values()]) == ("Synthèse", ["B3", "B4", "B5"])


def test_a_line_more_without_its_helper_is_told() -> None:
    helped = [[*line, "Mois" if not at_row else (f"=MONTH(B{at_row + 1})", 11)] for at_row, line in enumerate(lines())]
    by_helper = changed(TOTALS, {(4, 2): ("=SUMIFS(Données!H:H,Données!J:J,12)", 275.25)})
    found, _, _ = made(by_helper, helped)
    after = {"2025-12": 375.25, "2025-11": 150.5, "2026-01": 259.5}
    told = observed(
        lambda: found.months.expect_follows(
            computed((DATA, helped), ("Synthèse", by_helper)), "une ligne", after, added=8
        )
    )
    assert told.endswith(
        " au lieu de passer à 375,25. La formule lit la colonne J, qui est vide sous vos lignes : prenez cette colonne dans le"
        " tableau nommé, ou recopiez sa formule plus bas."
    )


# -- pivots


def pivoted(
    values_last: float, source: str = "Données!A1:I7", made_of: tuple[str, str] = ("Montant HT", "sum")
) -> tuple[Any, Values]:
    rows: list[list[Any]] = [
        ["Mois", "Somme"],
        ["2025-11", 1.0],
        ["2025-12", 2.0],
        ["2026-01", 3.0],
        ["Total Résultat", 6.0],
    ]
    fresh: list[list[Any]] = [
        ["Mois", "Somme"], ["2025-11", 150.5], ["2025-12", 275.25], ["2026-01", values_last], ["Total Résultat", 685.25],
    ]  # fmt: skip
    pivot = Pivot("P", "A1:B5", source, ("Mois",), (), (made_of,))
    book = Book([sheet(DATA, lines()), sheet("Croisé", rows, pivots=(pivot,))])
    values = computed((DATA, lines()), ("Croisé", fresh), pivots=(PivotArea("Croisé", "P", "A1:B5"),))
    found = grid.grids(book, lambda: values)
    read = read_of(found)
    return synthesis.Synthesis(book, found, read, VARIANT), values


def test_a_pivot_shows_what_a_refresh_gives_and_is_calculated() -> None:
    found, _ = pivoted(259.5)
    found.months.expect_right(found.analysis.by_month)
    found.months.expect_calculated()
    wrong, _ = pivoted(200.0)
    told = observed(lambda: wrong.months.expect_right(wrong.analysis.by_month))
    assert told == "Croisé!B4 (janvier 2026) montre 200,00 au lieu de 259,50."


@pytest.mark.parametrize(
    ("source", "made_of", "why", "look"),
    [
        ("Données!A1:I6", ("Montant HT", "sum"), "lit Données!A1:I6 ; vos lignes vont jusqu'à la ligne 7.", "jusqu'à la ligne 7 au moins"),
        ("Données!A1:G7", ("Montant HT", "sum"), "lit Données!A1:G7, sans la colonne H des montants.", "(A:I)"),
        ("Données!A1:I7", ("Quantité", "sum"), "additionne « Quantité » : il faut la somme de « Montant HT ».", "fonction Somme"),
        ("Données!A1:I7", ("Montant HT", "count"), "donne le nombre de « Montant HT » : il faut la somme de « Montant HT ».", "fonction Somme"),
    ],
)  # fmt: skip
def test_a_wrong_pivot_is_told_by_what_it_reads_and_never_as_a_formula(
    source: str, made_of: tuple[str, str], why: str, look: str
) -> None:
    found, _ = pivoted(200.0, source, made_of)
    told = failure(lambda: found.months.expect_right(found.analysis.by_month))
    assert told.observed == f"Croisé!B4 (janvier 2026) montre 200,00 au lieu de 259,50. Le tableau croisé {why}"
    assert look in told.help and "formule" not in told.help and "la note peuvent changer" in told.help


def test_what_a_pivot_leaves_out_is_told_where_no_cell_is_wrong() -> None:
    found, _ = pivoted(259.5, "Données!A1:I6")
    told = failure(lambda: found.months.expect_all([*MONTHS, "2026-02", "2026-03"]))
    assert told.observed.endswith(
        "oublie 2 mois : février 2026 et mars 2026. Le tableau croisé lit Données!A1:I6 ; vos lignes vont jusqu'à la ligne 7."
    )
    assert told.at is None, "the labels that are there are right"


def test_formulas_that_show_a_pivot_again_are_told_its_source() -> None:
    shown = [
        ["Mois", "Total"],
        *([f"2025-{month}", (f"=Croisé!B{row}", value)] for row, month, value in ((2, 11, 1.0), (3, 12, 2.0))),
    ]
    pivot = Pivot("P", "A1:B3", "Données!A1:I6", ("Mois",), (), (("Montant HT", "sum"),))
    rows: list[list[Any]] = [["Mois", "Somme"], ["2025-11", 1.0], ["2025-12", 2.0]]
    book, found = grids_of((DATA, lines()), ("Croisé", rows), ("Synthèse", shown), **{"Croisé": {"pivots": (pivot,)}})
    known = precedents.Precedents(found, book)
    behind = known.pivot(found["Synthèse"], places.Spot(2, 2))
    assert behind is not None and (behind[0].name, behind[1]) == ("Croisé", pivot)
    assert known.pivot(found["Synthèse"], places.Spot(2, 1)) is None


# -- the grand total


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


@pytest.mark.parametrize(
    ("formula", "hint"),
    [
        ("=AD3", " La formule lit AD3, une valeur tapée."),
        ("=SUM(Copie!H:H)", " La formule lit la feuille « Copie », pas vos lignes de « Données »."),
        ("=IF(TRUE,275.25,SUM(Données!H:H))", ""),
    ],
)
def test_a_total_that_stays_is_told_with_what_it_reads(formula: str, hint: str) -> None:
    still = [list(line) for line in changed(TOTALS, {(4, 2): (formula, 275.25)})]
    still[2] = [*still[2], *[None] * (29 - len(still[2])), 275.25]
    found, _, _ = made(still)
    told = observed(
        lambda: found.months.expect_follows(
            computed((DATA, lines()), ("Synthèse", still)),
            "un montant changé",
            {"2025-12": 300.0, "2025-11": 150.5, "2026-01": 259.5},
        )
    )
    assert told == (
        f"Dans une copie, avec un montant changé, Synthèse!B4 (décembre 2025), {in_french(formula)}, reste à 275,25 au lieu de passer à "
        f"300,00.{hint}"
    )


BOARD = [["Chiffre d'affaires", None], *[[None, None]] * 6, ["Total", 685.25], ["Report", ("=B8", 685.25)]]


@pytest.mark.parametrize(
    ("divisor", "verb"),
    [
        ("'Tableau de bord'!$B$8", "lit"),
        ("SUM('Tableau de bord'!$B$8)", "lit"),
        ("TotalHT", "lit"),
        ("'Tableau de bord'!B9", "remonte à"),
        ("Report", "remonte à"),
        ("Bord[Total]", "lit"),
        ("SUMIF(Données!A:A,\"zz\",Données!H:H)+'Tableau de bord'!B9", "remonte à"),
    ],
)
def test_a_typed_total_behind_parts_is_named_wherever_it_stands(divisor: str, verb: str) -> None:
    shares = {(row, 4): (f"=C{row}/{divisor}", TOTALS[row - 1][3][1]) for row in range(9, 13)}
    rows = changed(TOTALS, shares)
    book, found = grids_of(
        (DATA, lines()), ("Synthèse", rows), ("Tableau de bord", BOARD),
        **{"Tableau de bord": {"tables": (BookTable("Bord", "A7:B8", True, ("Libellé", "Total")),)}},
    )  # fmt: skip
    book = replace(
        book, names=[DefinedName("TotalHT", "'Tableau de bord'!$B$8"), DefinedName("Report", "'Tableau de bord'!$B$9")]
    )
    one = synthesis.Synthesis(book, found, read_of(found), VARIANT).shares
    after = computed((DATA, lines()), ("Synthèse", rows), ("Tableau de bord", BOARD))
    parts = {code: 0.25 for code in CUSTOMERS}
    place = ("Tableau de bord", places.Spot(8, 2))
    caught = failure(lambda: one.expect_follows(after, "un montant changé", parts, typed=[place]))
    assert caught.observed.endswith(f" La formule {verb} Tableau de bord!B8, une valeur tapée.")
    assert caught.because == ("total", "mois-formules", "clients-formules"), "the first of them that failed tells it"
    assert failure(lambda: one.expect_follows(after, "un montant changé", parts)).because == ()


def test_only_a_typed_grand_total_explains_that_parts_do_not_follow() -> None:
    typed = changed(TOTALS, {(6, 2): 685.25})
    assert the_total(typed).typed == [("Synthèse", places.Spot(6, 2))]
    again = [*changed(TOTALS, {(6, 2): ("=B17", 685.25)}), [None, 685.25]]
    assert the_total(again).typed == [("Synthèse", places.Spot(6, 2)), ("Synthèse", places.Spot(17, 2))]
    assert the_total(TOTALS).typed == []


def test_errors_spread_from_a_figure_to_what_reads_it() -> None:
    rows = [[("=1/0", 1.0), ("=A1+1", 1.0), ("=SUM(A1:B1)", 1.0), ("=1/0", 1.0)]]
    book, found = grids_of(("S", rows))
    cells = {("S", places.Spot(1, column)) for column in range(1, 5)}
    known = precedents.Precedents(found, book)
    assert known.spread([("S", places.Spot(1, 1))], cells) == cells - {("S", places.Spot(1, 4))}
    assert known.spread([], cells) == set()


def test_amounts_that_are_texts_are_told_with_the_total_that_forgets_them() -> None:
    found, _, _ = made(changed(TOTALS, {(4, 2): ("=SUM(B2)", 75.25)}), changed(lines(), {(4, 8): "200,00"}))
    assert observed(lambda: found.months.expect_right(found.analysis.by_month)).endswith(
        "montre 75,25 au lieu de 275,25. 1 montant est du texte (Données!H4) : une somme les oublie."
    )


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


# -- charts


def the_charts(*all_charts: Chart) -> Any:
    book, found = grids_of((DATA, lines()), ("Synthèse", TOTALS), **{"Synthèse": {"charts": all_charts}})
    read = read_of(found)
    return charts.Charts(book, found, synthesis.Synthesis(book, found, read, VARIANT).charted())


def chart(values: str | None = "Synthèse!B3:B5", names: str | None = "Synthèse!A3:A5", **more: Any) -> Chart:
    facts = {"title": "Ventes par mois", "x_title": "Mois", "y_title": "Euros", "anchor": "D2"} | more
    return Chart(facts.pop("kind", "bar"), series=(Series(categories_ref=names, values_ref=values),), **facts)


def test_a_right_chart_shows_months_or_customers() -> None:
    by_customer = {"title": "Ventes par client"}
    for right in (
        chart(),
        chart("Synthèse!C9:C12", "Synthèse!A9:B12", **by_customer),
        chart("Synthèse!C9:C12", "Synthèse!B9:B12", **by_customer),
    ):
        one = the_charts(chart("Synthèse!B15:B16", "Synthèse!A15:A16"), right)
        one.expect_one()
        one.expect_right()
        one.expect_readable()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (chart("Synthèse!B3:B6", "Synthèse!A3:A6"), "il montre aussi « Total » (Synthèse!B3:B6)"),
        (chart("Synthèse!B3:B4", "Synthèse!A3:A4"), "il ne montre que 2 mois (Synthèse!B3:B4) : janvier 2026 n'y est pas"),
        (chart("Synthèse!C9:C11", "Synthèse!B9:B11"), "il ne montre que 3 clients (Synthèse!C9:C11) : il y manque 1 client, ou une ligne « Autres » qui les additionne"),
        (chart("Synthèse!D9:D12", "Synthèse!A9:A12"), "les cellules qu'il montre (Synthèse!D9:D12) ne sont pas les totaux de ses étiquettes"),
        (chart("Synthèse!B3:B5", None), "ses étiquettes ne sont ni les mois ni les clients"),
        (chart(None), "ses valeurs sont tapées dans le graphique, elles ne suivront pas le tableau"),
    ],
)  # fmt: skip
def test_a_chart_on_other_cells_is_told(wrong: Chart, told: str) -> None:
    assert (
        observed(the_charts(wrong).expect_right)
        == f"Graphique « Ventes par mois » de la feuille « Synthèse » : {told}."
    )


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (chart(title=None), "il n'a pas de titre"),
        (
            chart(title=None, x_title=None, y_title=None),
            "il n'a pas de titre, ni de titres d'axes, ni d'étiquettes de données",
        ),
        (chart(title="Titre du graphique"), "son titre est resté « Titre du graphique »"),
        (chart(x_title=None, y_title=None), "ni titres d'axes ni étiquettes de données"),
        (chart(title="Graphique 1"), "son titre est resté « Graphique 1 »"),
        (chart(title="Mon diagramme"), "son titre est resté « Mon diagramme »"),
        (chart(y_title=None), "l'axe des montants n'a pas de titre : on ne lit pas leur unité"),
        (chart(y_title="Titre de l'axe"), "l'axe des montants n'a pas de titre : on ne lit pas leur unité"),
        (chart(kind="radar"), "c'est un radar : des barres ou une courbe se lisent mieux"),
    ],
)
def test_a_chart_that_cannot_be_read_alone_is_told(wrong: Chart, told: str) -> None:
    assert observed(the_charts(wrong).expect_readable) == f"Graphique de la feuille « Synthèse » : {told}."


@pytest.mark.parametrize(
    ("least", "most", "told"),
    [
        (3000.0, 6000.0, "l'axe des montants va de 3 000,00 à 6 000,00, et on ne voit aucun des totaux (de 150,50 à 275,25)"),
        (276.0, None, "on ne voit aucun des totaux"),
        (None, 100.0, "on ne voit aucun des totaux"),
        (0.0, 2800.0, "on ne distingue plus les totaux"),
        (-3000.0, None, "on ne distingue plus les totaux"),
        (None, None, ""), (0.0, 300.0, ""), (100.0, 300.0, ""), (None, 2000.0, ""), (150.0, None, ""), (-500.0, 500.0, ""),
    ],
)  # fmt: skip
def test_an_axis_that_hides_the_totals_is_told(least: float | None, most: float | None, told: str) -> None:
    drawn = chart()
    one = the_charts(replace(drawn, series=(replace(drawn.series[0], least=least, most=most),)))
    one.expect_right()
    if not told:
        one.expect_readable()
        return
    found = failure(one.expect_readable)
    assert told in found.observed and "Automatique" in (found.help or "")


@pytest.mark.parametrize(
    ("title", "wrong"),
    [
        ("Salariés par service", True), ("Ventes par client", True), ("CA par articles", True),
        ("Ventes par client et par mois", False), ("Ventes clients", False), ("Évolution mensuelle", False),
        ("Chiffre d'affaires par période", False), ("Ventes par jour, de novembre à janvier", False),
    ],
)  # fmt: skip
def test_a_title_that_says_other_labels_is_told(title: str, wrong: bool) -> None:
    one = the_charts(chart(title=title))
    if not wrong:
        one.expect_readable()
        return
    told = failure(one.expect_readable)
    assert "son titre dit « par " in told.observed and told.observed.endswith(", et il montre les mois.")
    assert "Ventes HT par mois" in (told.help or "")


def test_a_chart_on_a_typed_copy_is_told() -> None:
    copy = [*TOTALS, [], *([line[0], line[1][1]] for line in TOTALS[2:5])]
    moved = changed(copy, {(line, 2): ("", value + 10) for line, value in ((3, 150.5), (4, 275.25), (5, 259.5))})
    after = computed((DATA, lines()), ("Synthèse", moved))

    def follows(values: str) -> None:
        shown = {"Synthèse": {"charts": (chart(values, values.replace("B", "A")),)}}
        book, found = grids_of((DATA, lines()), ("Synthèse", copy), **shown)
        read = read_of(found)
        one = synthesis.Synthesis(book, found, read, VARIANT)
        first = {read.lines[0].row, read.lines[2].row, read.lines[4].row}
        more = lines(
            [one | {"montant": str(float(one["montant"]) + 10 * (n in first))} for n, one in enumerate(ROWS, 2)]
        )
        tried = synthesis.Tried(after, one.analyse(read_lines(more).lines), "tous les montants changés")
        drawn = charts.Charts(book, found, one.charted())
        drawn.expect_right()
        drawn.expect_follows(after, one.charted(tried), tried.told)

    follows("Synthèse!B3:B5")
    assert observed(lambda: follows("Synthèse!B18:B20")) == (
        "Graphique de la feuille « Synthèse » : dans une copie, avec tous les montants changés, les cellules qu'il montre "
        "(Synthèse!B18:B20) ne suivent pas."
    )


def test_a_chart_may_put_the_other_customers_together() -> None:
    for rest, told in ((75.25, ""), (80.0, "il montre aussi « Autres clients »")):
        rows = [
            *TOTALS,
            [],
            *([TOTALS[n][1], ("=C9", TOTALS[n][2][1])] for n in (8, 9, 11)),
            ["Autres clients", ("=1*C11", rest)],
        ]
        shown = {"Synthèse": {"charts": (chart("Synthèse!B18:B21", "Synthèse!A18:A21", kind="pie", labels=True),)}}
        book, found = grids_of((DATA, lines()), ("Synthèse", rows), **shown)
        read = read_of(found)
        drawn = charts.Charts(book, found, synthesis.Synthesis(book, found, read, VARIANT).charted())
        if told:
            assert told in observed(drawn.expect_right)
        else:
            drawn.expect_right()


def test_some_customers_of_a_chart_are_the_first_ones() -> None:
    for kept, last, told in ((11, 100.0, True), (8, 75.25, False)):
        rows = [
            *TOTALS,
            [],
            *([TOTALS[n][0], (f"=C{n + 1}", TOTALS[n][2][1])] for n in (9, kept, 10 if kept == 11 else 11)),
            ["Autres", ("=1*C9", last)],
        ]
        shown = {"Synthèse": {"charts": (chart("Synthèse!B18:B21", "Synthèse!A18:A21"),)}}
        book, found = grids_of((DATA, lines()), ("Synthèse", rows), **shown)
        made = synthesis.Synthesis(book, found, read_of(found), VARIANT).charted()
        charts.Charts(book, found, made, first=False).expect_right()
        drawn = charts.Charts(book, found, made)
        if told:
            caught = failure(drawn.expect_right)
            assert (
                "il montre « Autres » et 3 clients qui ne sont pas les premiers (Synthèse!B18:B21)" in caught.observed
            )
            assert caught.help == charts._FIRST
        else:
            drawn.expect_right()


def test_a_chart_may_be_in_thousands_or_rounded() -> None:
    for scaled in ((0.15, 0.28, 0.26), (151.0, 275.0, 260.0), (0.1505, 0.27525, 0.2595)):
        rows = [*TOTALS, [], *([TOTALS[2 + n][0], ("=B3", value)] for n, value in enumerate(scaled))]
        shown = {"Synthèse": {"charts": (chart("Synthèse!B18:B20", "Synthèse!A18:A20"),)}}
        book, found = grids_of((DATA, lines()), ("Synthèse", rows), **shown)
        read = read_of(found)
        charts.Charts(book, found, synthesis.Synthesis(book, found, read, VARIANT).charted()).expect_right()


def test_a_chart_may_show_names() -> None:
    shown = (DefinedName("lesTotaux", "Synthèse!B3:B5"), DefinedName("lesMois", "Synthèse!A3:A5"))
    one = chart("Synthèse!lesTotaux", "analyse.xlsx!lesMois")
    book, found = grids_of((DATA, lines()), ("Synthèse", TOTALS), **{"Synthèse": {"charts": (one,)}})
    book = Book(book.sheets, shown)
    read = read_of(found)
    charts.Charts(book, found, synthesis.Synthesis(book, found, read, VARIANT).charted()).expect_right()


def test_labels_stand_for_axes_and_a_pie_has_few_slices() -> None:
    the_charts(chart(x_title=None, y_title=None, labels=True)).expect_readable()
    the_charts(chart(kind="pie", x_title=None, y_title=None, legend=True)).expect_readable()
    many = chart("Synthèse!B3:B15", "Synthèse!A3:A15", kind="pie", labels=True)
    assert "un disque de 13 parts" in observed(the_charts(many).expect_readable)
    assert "aucun graphique" in observed(the_charts().expect_one)
    assert "vide" in observed(the_charts(Chart("bar")).expect_one)


def test_an_error_is_never_near_a_figure() -> None:
    """A share of 0.3 % is nearly nothing: an empty cell may stand there, an error may not."""
    cell = SimpleNamespace(number=lambda _spot: None, fails=lambda _spot: True)
    near = SimpleNamespace(_close=lambda seen, wanted: abs(seen - wanted) < 0.01)
    assert not synthesis.Summary._fits(near, cell, None, "00007", [{"00007": 0.003}])
    assert grid.Grid.differs(cell, None, 0.0)
    cell.fails = lambda _spot: False
    assert synthesis.Summary._fits(near, cell, None, "00007", [{"00007": 0.003}])
    assert not grid.Grid.differs(cell, None, 0.0) and grid.Grid.differs(cell, None, 12.0)
