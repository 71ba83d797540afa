"""What a refusal of extraction-pgi says of its cause, and nothing of a cause that was not seen."""

from __future__ import annotations

from typing import Any

import pytest
from pgi_sheets import (
    DATA,
    TITLES,
    TOTALS,
    cell,
    changed,
    changes,
    computed,
    extraction,
    figure,
    gap,
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
    shape,
    trials,
)
from refused import failure

from etabli.exam.contract.draw import Draw
from etabli.exam.reading.formats import Format

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
