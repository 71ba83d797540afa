"""What a refusal of extraction-pgi says of its cause, and nothing of a cause that was not seen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pgi_sheets import (
    CUSTOMERS,
    DATA,
    MONTHS,
    TITLES,
    TOTALS,
    VARIANT,
    cell,
    changed,
    changes,
    computed,
    extraction,
    figure,
    gap,
    grid,
    grids_of,
    handed,
    judged,
    kinds,
    lines,
    made,
    places,
    precedents,
    read_lines,
    read_of,
    said,
    shape,
    sheet,
    synthesis,
    trials,
)
from refused import failure, observed

from etabli.exam.contract.draw import Draw
from etabli.exam.contract.formulas import in_french
from etabli.exam.reading.formats import Format
from etabli.exam.tools.book import Book, BookTable, DefinedName, Pivot
from etabli.exam.tools.computed import PivotArea, Values

PERIOD = {"from": "2025-11-01", "to": "2026-01-31", "months": (), "fr": {"from": "1", "to": "31", "label": ""}}


def test_a_rank_that_is_upside_down_is_told_by_its_last_argument() -> None:
    turned = {(row, 5): (f"=RANK(C{row},C$9:C$12,1)", 9.0) for row in range(9, 13)}
    one, _, _ = made(changed(TOTALS, turned))
    caught = failure(lambda: one.ranks.expect_right(*one.wanted("ranks", one.analysis)))
    assert "Le « ;1 » à la fin de RANG classe du plus petit au plus grand." in caught.observed
    assert (caught.help or "").startswith("Enlevez ce « ;1 » dans E9")


def test_a_figure_whose_range_stops_before_its_lines_is_told_where() -> None:
    rows: list[list[Any]] = [["Heures de réparation", ("=SUM(B3:B6)", 4.0)], [], *([["Réparation", 1.0]] * 9)]
    book, found = grids_of((DATA, lines()), ("Temps", rows))
    truth = shape.FigureValue(value="9", rows=9, each=("1",) * 9, all_rows=9, by={})
    asked = shape.Figure("stock", "Heures de réparation", "réparation", "heures")
    one = figure.AskedFigure(found, read_of(found), asked, truth, book, precedents.Precedents(found, book), PERIOD)
    caught = failure(one.find)
    assert caught.observed.endswith("La plage s'arrête à la ligne 6 ; vos lignes vont jusqu'à la ligne 11.")
    assert (caught.help or "").startswith("Étendez jusqu'à la ligne 11")


def test_all_ranges_that_stop_at_one_row_are_told_by_kind() -> None:
    one, _, _ = made()
    assert one.months.remedies.stops(7).startswith("Mois : dans B3, écrivez =SOMME.SI.ENS(Données!H:H;Données!B:B;")
    assert one.months.remedies.stops(7).endswith("puis recopiez-la (B3 à B5).")
    assert (one.customers.remedies.stops(7), one.bases.remedies.stops(7), one.months.causes.short_end) == ("", "", 0)
    short = {(15, 2): ("=SUMIFS(Données!H2:H7,Données!I2:I7,A15)", 685.25)}
    assert (
        made(changed(TOTALS, short))[0].bases.remedies.stops(7)
        == "TVA : dans B15, écrivez =SOMME.SI.ENS(Données!H:H;Données!I:I;A15)."
    )


def test_the_formula_that_adds_up_the_row_of_a_customer_who_lacks_is_named() -> None:
    rows = changed(
        TOTALS,
        {
            (11, 1): None, (11, 2): None, (11, 3): None, (11, 4): None, (11, 5): None,
            (12, 3): ("=SUMIFS(Données!H:H,Données!C:C,A12)+SUMIFS(Données!H:H,Données!C:C,A11)", 310.0),
        },
    )  # fmt: skip
    one, _, _ = made(rows)
    caught = failure(lambda: one.customers.expect_all(one.required("by_customer")))
    assert caught.observed.endswith(
        "C12 (client 00034, Menuiserie Morelle) additionne aussi les lignes que désigne A11."
    )
    assert caught.help.startswith(
        "La ligne 11 est vide : écrivez 00019 en A11, puis recopiez-y les formules de la ligne 10."
    )
    assert "Dans C12, gardez un seul client : =SOMME.SI.ENS(Données!H:H;Données!C:C;A12)." in caught.help
    assert caught.at.cells == ["A11"]


@pytest.mark.parametrize(
    ("rows", "told", "look"),
    [
        (lambda one: [one[1], *one[1:]], "(FC1), la même que la ligne 2.", "à sa place, dans la ligne 1"),
        (lambda one: one[1:], "la ligne 1 est déjà une ligne de facture (FC1).", "Insérez une ligne au-dessus"),
        (lambda one: [["Note"], ["à moi"]], "aucune feuille n'a les titres de colonnes de l'extraction.", ""),
    ],
)
def test_a_first_row_that_is_a_line_is_told(rows: Any, told: str, look: str) -> None:
    found = grids_of((DATA, rows(lines())))[1]
    caught = failure(lambda: extraction.find_extraction("analyse.xlsx", list(found.values()), TITLES))
    assert caught.observed.endswith(told) and look in (caught.help or "")


def test_dates_that_are_texts_are_told_their_order_and_the_column_that_cuts_them() -> None:
    rows = lines()
    texts = [[*rows[0], "Mois"], *(
        [*line[:1], f"{line[1]:%d/%m/%Y}", *line[2:], (f'=MID(B{row},7,4)&"-"&MID(B{row},4,2)', "2025-11")]
        for row, line in enumerate(rows[1:], 2)
    )]  # fmt: skip
    caught = failure(kinds.Kinds(read_lines(texts), TITLES).expect_dates)
    assert (caught.help or "").startswith(
        "Ces textes sont écrits jour/mois/année : refaites l'importation, avec le type « Date (JMA) »"
    )
    assert (
        '« Mois » (J2 à J7) découpe ces textes : refaites-la ensuite, par exemple =TEXTE(B2;"aaaa-mm")' in caught.help
    )
    assert [kinds._order(one) for one in (["2025-11-30"], ["11/30/2025"], ["01/02/2025"], ["²/1/2025"], ["1" * 9000 + "/1/1"])] == [
        "AMJ", "MJA", "", "", "",
    ]  # fmt: skip


def test_a_few_amounts_that_are_texts_are_told_to_be_typed_again_and_many_are_not() -> None:
    def told(many: int) -> str:
        rows = [lines()[0], *(line for _ in range(3) for line in lines()[1:])]
        texts = [[*line[:7], "1 134,60", line[8]] if 0 < row <= many else line for row, line in enumerate(rows)]
        return failure(kinds.Kinds(read_lines(texts), TITLES).expect_numbers).help or ""

    def in_texts(many: int) -> Any:
        rows = [lines()[0], *(line for _ in range(3) for line in lines()[1:])]
        one = read_lines([[*line[:7], "1,5", line[8]] if 0 < row <= many else line for row, line in enumerate(rows)])
        for row in range(1, many + 1):
            one.grid.sheet.rows[row][7] = cell("1,5", Format("text"))
        return failure(kinds.Kinds(one, TITLES).expect_numbers)

    few, many = in_texts(2), in_texts(6)
    assert few.observed.endswith("Format de cellule Texte : H2 et H3.")
    assert (
        few.help.startswith("Donnez d'abord le format Nombre") and "seules H2 et H3 sont du texte. Retapez" in few.help
    )
    assert many.observed.endswith("Format de cellule Texte : H2 à H7.") and "Convertir" in many.help

    assert told(2).startswith("Les 16 autres cellules sont des nombres ; seules H2 et H3 sont du texte. Retapez-y")
    assert told(6) == ""


@pytest.mark.parametrize(("keep", "word"), [(str, "Texte"), (lambda value: value / 100, "Pourcentage"), (float, "")])
def test_a_format_that_makes_no_number_of_what_is_typed_is_why_a_total_does_not_follow(keep: Any, word: str) -> None:
    found, read, grids = made()
    trial = changes.make_trials(read, Draw(b"essai"), ["2025-11", "2025-12", "2026-01"])["line"]
    grown = [*lines(), *([None] * 9 for _ in range(6))]
    for _sheet, place, value in trial.typed:
        spot = places.spot(place)
        grown[spot.row - 1][spot.column - 1] = keep(value) if isinstance(value, float) else value
    values = computed((DATA, grown), ("Synthèse", TOTALS))
    behind = precedents.Precedents(grids, found._book)
    one = handed(synthesis=found, extraction=read, grids=grids, book=found._book, precedents=behind)
    caught = failure(judged(one, line=(trial, values)).expect_takes_in)
    assert ("Format de cellule" in caught.observed) is bool(word)
    assert not word or (f" Format de cellule {word} : ce qu'une personne tape dans" in caught.observed)
    assert not word or (caught.help == trials.BY_FORMAT and "pas plus loin" not in caught.observed)


def test_a_day_of_the_ledger_s_formula_is_told_against_the_period_with_what_lacks() -> None:
    booked = tuple(shape.Booked(f"2025/{n}", day, "7071", "0.00", amount, "") for n, (day, amount) in enumerate(
        [("2025-11-05", "300.00"), ("2025-12-01", "400.00")]))  # fmt: skip
    ledger = shape.Ledger("700.00", "14.75", (), booked)
    first = '=SUMIFS(F:F,G:G,">="&DATE(2025,12,1))-SUMIFS(H:H,G:G,">="&DATE(2025,12,1))'
    rows = [["Total du grand livre", (first, 400.0)], ["Écart", ("=B1-685.25", -285.25)]]
    book, found = grids_of((DATA, lines()), ("Écart", rows))
    one = gap.Gap(list(found.values()), read_of(found), ledger, book, precedents.Precedents(found, book), [], PERIOD)
    caught = failure(one.expect_figures)
    assert caught.observed.endswith(
        "La formule part du 01/12/2025 ; la période commence le 01/11/2025 : il y manque 300,00."
    )
    assert (caught.help or "").startswith("Remplacez DATE(2025;12;1) par DATE(2025;11;1), 2 fois dans la formule.")


def test_formulas_over_a_copy_are_told_by_the_months_and_name_no_cell_of_it() -> None:
    copy = {(row, 3): (f"=SUMIFS(Copie!H2:H7,Copie!C2:C7,A{row})", 100.0) for row in range(9, 13)}
    one, _, _ = made(changed(TOTALS, copy))
    spot = next(iter(one.customers.figures.spots.values()))
    assert one.customers.causes.copy_read(spot) == "Copie"
    values = computed((DATA, lines()), ("Synthèse", changed(TOTALS, copy)))
    caught = failure(lambda: one.customers.expect_follows(values, "un essai", {"00007": 1.0}, told_by=["mois-suivent"]))
    assert "La formule lit la feuille « Copie », pas vos lignes de « Données »." in caught.observed
    assert "mois-suivent" in caught.because


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


def test_a_range_that_slides_is_told() -> None:
    slid = {(row, 5): (f"=RANK(C{row},C{row}:C{row + 3})", 9.0) for row in range(9, 13)}
    one, _, _ = made(changed(TOTALS, slid))
    told = observed(lambda: one.ranks.expect_right(*one.wanted("ranks", one.analysis)))
    assert told.endswith("La plage de la formule glisse d'une ligne à l'autre (C10:C13) : fixez-la avec des $.")


def test_two_fixed_ranges_that_begin_one_row_apart_do_not_slide() -> None:
    fixed = {(row, 5): (f"=RANK(C{row},$C$9:$C$12)+0*SUM($C$10:$C$13)", 9.0) for row in range(9, 13)}
    one, _, _ = made(changed(TOTALS, fixed))
    assert "glisse" not in observed(lambda: one.ranks.expect_right(*one.wanted("ranks", one.analysis)))


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


def test_amounts_that_are_texts_are_told_with_the_total_that_forgets_them() -> None:
    found, _, _ = made(changed(TOTALS, {(4, 2): ("=SUM(B2)", 75.25)}), changed(lines(), {(4, 8): "200,00"}))
    assert observed(lambda: found.months.expect_right(found.analysis.by_month)).endswith(
        "montre 75,25 au lieu de 275,25. 1 montant est du texte (Données!H4) : une somme les oublie."
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
