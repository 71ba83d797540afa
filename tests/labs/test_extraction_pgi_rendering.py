"""The checks of extraction-pgi on workbooks made here: how they are presented, the note, privacy."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from pgi_sheets import (
    CUSTOMERS,
    DATA,
    EURO,
    PERCENT,
    TITLES,
    TOTALS,
    VARIANT,
    cell,
    changed,
    computed,
    grid,
    grids_of,
    kinds,
    lines,
    made,
    note,
    places,
    precedents,
    presentation,
    privacy,
    read_lines,
    read_of,
    sheet,
    synthesis,
)
from refused import failure, observed

from etabli.exam.reading.formats import of_code
from etabli.exam.tools.book import Book, BookCell, BookTable, DefinedName, Format, Print, WorkSheet
from etabli.exam.tools.computed import CellError, Values
from etabli.exam.tools.documents import Trace

# -- presentation


def test_a_table_or_a_name_covers_the_lines() -> None:
    read = read_lines(lines())
    data = sheet(DATA, lines())
    for tables, names in (
        ((BookTable("Ventes", "A1:I7", True, ()),), ()),
        ((BookTable("Ventes", "A1:J9", True, ()),), ()),
        ((), (DefinedName("ventes", "Données!A2:I7"),)),
        *(
            ((), (DefinedName("ventes", growing),))
            for growing in (
                "OFFSET(Données!$A$1,0,0,COUNTA(Données!$A:$A),9)",
                "OFFSET(Données!$A$1,0,0,COUNTA(Données!$A:$A),COUNTA(Données!$1:$1))",
                "Données!$A$1:INDEX(Données!$I:$I,COUNTA(Données!$A:$A))",
            )
        ),
    ):
        book = Book([WorkSheet(DATA, False, data.rows, tables=tables)], names)
        presentation.expect_table(book, read)
    short = Book([WorkSheet(DATA, False, data.rows, tables=(BookTable("Ventes", "A1:I5", True, ()),))])
    told = observed(lambda: presentation.expect_table(short, read))
    assert told == "« Ventes » va de la ligne 1 à la ligne 5 ; vos lignes vont de 2 à 7."
    assert "Aucun tableau" in observed(lambda: presentation.expect_table(Book([data]), read))


def test_formats_are_judged_by_meaning() -> None:
    found, read, all_grids = made()
    spots = {"Synthèse": list(found.months.figures.spots.values())}
    told = observed(lambda: presentation.expect_formats(read, spots, found.shares.figures, all_grids))
    assert (
        told
        == "À revoir : Synthèse!B3 (un total sans format de nombre ou de monnaie, comme 2 autres cellules) et Synthèse!D9 (une "
        "part sans format de pourcentage, comme 3 autres cellules)."
    )
    spots["Synthèse"].insert(0, spots["Synthèse"].pop(1))
    told = observed(lambda: presentation.expect_formats(read, spots, None, all_grids))
    assert "Synthèse!B3 (" in told, "275,25 looks like an amount already: 150,5 is named"
    rows = [[cell(one, EURO if isinstance(one, tuple) else None) for one in line] for line in TOTALS]
    for line in rows[8:12]:
        line[3] = BookCell(None, "", line[3].formula, format=PERCENT)
    book = Book([sheet(DATA, lines()), WorkSheet("Synthèse", False, rows)])
    values = computed((DATA, lines()), ("Synthèse", TOTALS))
    pretty = grid.grids(book, lambda: values)
    read = read_of(pretty)
    found = synthesis.Synthesis(book, pretty, read, VARIANT)
    presentation.expect_formats(
        read, {"Synthèse": list(found.months.figures.spots.values())}, found.shares.figures, pretty
    )


@pytest.mark.parametrize(
    ("code", "right"),
    [
        ("", True), ("dd/mm/yyyy", True), ("jj/mm/aaaa", True), ("[$-40C]d mmmm yyyy", True), ("yyyy-mm-dd", False),
        ("yyyy/m/d", False), ("dd/mm/yyyy hh:mm", True), ("d-mmm", True), ("hh:mm dd/mm/yyyy", True),
        ('dddd" le "d mmm', True), ("mm/dd/yyyy", False), ("[$-409]m/d/yy;@", False), ("mmmm d, yyyy", False),
        ("mmm-yy", False),
    ],
)  # fmt: skip
def test_a_date_is_shown_day_first(code: str, right: bool) -> None:
    assert presentation._day_first(code) is right


@pytest.mark.parametrize(
    ("code", "right"),
    [
        ("", True), ("dd/mm/yyyy", True), ("jj/mm/aa", True), ("d mmmm yyyy hh:mm", True), ("[$-409]d/m/yy;@", True),
        ("dd/mm", False), ("d-mmm", False), ("jj/mm", False), ("dd/mm/yyyy;dd/mm", False), ("hh:mm dd/mm", False),
    ],
)  # fmt: skip
def test_a_date_is_shown_with_its_year(code: str, right: bool) -> None:
    assert presentation._with_year(code) is right


def test_a_date_without_its_format_is_told_by_its_format_alone() -> None:
    """45962 stands at the right and ESTNUM says VRAI: it is the 1st of November 2025, badly shown."""
    read = read_lines(changed(lines(), {(2, 2): 45962.0, (3, 2): 2025.0}))
    told = failure(lambda: presentation.expect_formats(read, {}, None, {}))
    assert told.observed == "À revoir : Données!B2 (une date sans format de date, qui se lit 45962)."
    assert "Les valeurs ne changent pas" in told.help
    kinds.Kinds(read_lines(changed(lines(), {(2, 2): 45962.0})), TITLES).expect_dates()


def test_the_grand_total_vat_and_months_have_their_format_too() -> None:
    serials = {(4, 1): ("=EDATE(A3,1)", 45992.0), (5, 1): ("=EDATE(A4,1)", 46023.0)}
    found, read, grids = made(changed(TOTALS, serials))
    own = grids["Synthèse"]
    four = Format("number", 4)
    own.sheet.rows[14][2] = replace(own.sheet.rows[14][2], format=four)
    own.sheet.rows[5][1] = replace(own.sheet.rows[5][1], format=EURO)
    told = observed(
        lambda: presentation.expect_formats(
            read,
            {},
            None,
            grids,
            {
                "un total général": [(own, places.Spot(6, 2))],
                "un montant du tableau de TVA": [(own, spot) for spot in found.taxes.figures.spots.values()],
            },
            found.months.figures,
        )
    )
    assert told == (
        "À revoir : Synthèse!C16 (un montant du tableau de TVA sans format de nombre ou de monnaie), Synthèse!C15 (un montant du "
        "tableau de TVA sans ses deux décimales ni le signe €) et Synthèse!A4 (une date de mois sans format de date, qui se lit "
        "45992, comme 1 autre cellule)."
    )


def test_print_setup_is_told() -> None:
    def book(data: Print, totals: Print) -> Book:
        return Book([sheet(DATA, lines(), print=data), sheet("Synthèse", TOTALS, print=totals)])

    read = read_lines(lines())
    wide = Print(landscape=True)
    totals = {"Synthèse": [places.Spot(3, 2), places.Spot(12, 2)]}
    presentation.expect_printable(book(Print(fit_width=True, title_rows="1:1"), wide), read, totals)
    told = observed(lambda: presentation.expect_printable(book(wide, Print()), read, totals))
    upright = "La feuille « Synthèse » s'imprime en portrait, sans être ajustée à la largeur."
    assert told == f"{upright} À l'impression, la feuille « Données » ne répète pas sa ligne de titres."
    told = observed(lambda: presentation.expect_printable(book(Print(title_rows="1:1"), Print()), read, totals))
    assert told == "Les feuilles « Données » et « Synthèse » s'impriment en portrait, sans être ajustées à la largeur."
    told = observed(lambda: presentation.expect_printable(book(wide, wide), read, totals))
    assert told == "À l'impression, la feuille « Données » ne répète pas sa ligne de titres."
    told = observed(lambda: presentation.expect_printable(book(replace(wide, title_rows="1:6"), wide), read, totals))
    assert told == "À l'impression, la feuille « Données » répète les lignes 1 à 6."
    apart = {"Synthèse": totals["Synthèse"], "Clients": [places.Spot(1, 1)]}
    two = book(Print(fit_width=True, title_rows="1:1"), wide)
    two = Book([*two.sheets, sheet("Clients", [["00007"]])])
    told = observed(lambda: presentation.expect_printable(two, read, apart))
    assert told == "La feuille « Clients » s'imprime en portrait, sans être ajustée à la largeur."
    titled = Print(landscape=True, title_rows="1:1")
    for right in ("A1:I7", "A:I", "A2:E7,F2:I7", "A1:Z90", None):
        presentation.expect_printable(book(replace(titled, area=right), replace(wide, area="A1:B12")), read, totals)
    told = observed(lambda: presentation.expect_printable(book(replace(titled, area="A1:C4"), wide), read, totals))
    assert told == (
        "La zone d'impression de la feuille « Données » laisse de côté 9 cellules de vos tableaux, comme I2."
    )
    told = observed(lambda: presentation.expect_printable(book(titled, replace(wide, area="A1:A4")), read, totals))
    assert "« Synthèse » laisse de côté 2 cellules" in told


@pytest.mark.parametrize(
    ("code", "right"),
    [("#,##0.00;-#,##0", False), ("#,##0.00;[Red]-#,##0.00", True), ("#,##0.00;(#,##0.00)", True), ("#,##0", False),
     ('#,##0.00 "€";[Red]-#,##0.00 "€"', True), ('_-* #,##0.00 "€"_-;-* #,##0.00 "€"_-;_-* "-"?? "€"_-;_-@_-', True),
     ("#,##0.00;[Red]-#,##0", False), ('#,##0.00;"avoir"', True), ("0.00", True)],
)  # fmt: skip
def test_an_amount_below_zero_is_shown_with_its_cents_too(code: str, right: bool) -> None:
    form = of_code(code)
    assert (presentation._in_cents(form) and presentation._in_cents(form.negative)) is right


DAYS = (date(2025, 11, 1), date(2026, 1, 31))


def source(rows: list[list[Any]]) -> None:
    book, found = grids_of((DATA, lines()), ("Synthèse", rows))
    presentation.expect_source(list(found.values()), read_of(found), precedents.Precedents(found, book), book, DAYS)


@pytest.mark.parametrize(
    "head",
    [
        [["Source : Tryton, extrait le 30/06/2026"]],
        [["Source : Tryton, extrait le 30/06/2026, ventes du 01/11/2025 au 31/01/2026"]],
        [["Extraction Tryton du 01/11/2025 au 31/01/2026, faite le 30 juin 2026"]],
        [
            ["Source : Tryton"],
            ["Extrait le", ("=H2", date(2026, 6, 30)), None, None, None, None, None, date(2026, 6, 30)],
        ],
        [["Source : Tryton"], ["Extrait le", date(2026, 1, 31)]],
        [["Source : Tryton"], ["Extraction", "du 01/11/2025", "au 31/01/2026"], ["Extrait le", date(2026, 6, 30)]],
        [["Source", "PGI Tryton"], ["Date d'extraction", date(2026, 6, 30)]],
        [["Données exportées de Tryton le 1er juillet 2026"]],
        [["Données non modifiées de Tryton, extraites le 30/06/2026 ; les brouillons ne sont pas dans le PGI"]],
    ],
)
def test_source_and_date_are_found(head: list[list[Any]]) -> None:
    source([*head, *TOTALS])


def test_a_source_without_date_and_a_date_without_source_are_told() -> None:
    nobody = "Aucune cellule ne dit que les données viennent de Tryton"
    for head, told, look in (
        (["Source : Tryton"], "La date d'extraction n'est pas écrite", "la date du jour de l'export"),
        (["Extrait le 30/06/2026"], f"{nobody}.", "« Source : Tryton » dans une cellule."),
        (
            ["Relevé le 30/06/2026, ni de Tryton ni d'un autre PGI"],
            f"{nobody}.",
            "« Source : Tryton » dans une cellule.",
        ),
        ([], f"{nobody}, ni quel jour on les a extraites.", "« Extrait le … » avec la date du jour de l'export."),
    ):
        refused = failure(lambda head=head: source([head, *TOTALS]))
        assert refused.observed.startswith(told) and look in str(refused.help)


@pytest.mark.parametrize(
    "taken", [["Extrait le 01/01/1999"], ["Extrait le", date(1999, 1, 1)], ["Extraction du 1999-01-01"]]
)
def test_an_extraction_before_its_own_lines_is_told(taken: list[Any]) -> None:
    told = observed(lambda: source([["Source : Tryton"], taken, *TOTALS]))
    assert "cette date est avant votre dernière vente (" in told


@pytest.mark.parametrize(
    "taken",
    [
        ["Extraction des ventes du 01/11/2025 au 31/01/2026"], ["Export du 01/11-31/01/2026"],
        ["Extraction du 1er novembre 2025 au 31 janvier 2026"], ["Relevé du 1er au 31 janvier 2026"],
        ["Extraction du", DAYS[0], "au", DAYS[1]], ["Extraction", "du 01/11/2025", "au 31/01/2026"],
    ],
)  # fmt: skip
def test_a_period_is_no_day_of_extraction(taken: list[Any]) -> None:
    told = observed(lambda: source([["Source : Tryton"], taken, *TOTALS]))
    assert told.startswith("La date d'extraction n'est pas écrite près de « ")
    assert told.endswith(" Du … au … : c'est la période, pas le jour de l'export.")


@pytest.mark.parametrize(
    ("formula", "behind", "why"),
    [
        ("=H2", "=TODAY()", "elle est celle du jour où l'on ouvre le classeur"),
        ("=NOW()", "", "elle est celle du jour où l'on ouvre le classeur"),
        ("=MAX(Données!B:B)", "", "elle est calculée sur vos lignes, et date d'une vente"),
    ],
)
def test_a_date_that_nobody_typed_is_told(formula: str, behind: str, why: str) -> None:
    day = date(2026, 6, 30)
    row = ["Extrait le", (formula, day), *([None] * 5), *([(behind, day)] if behind else [])]
    told = observed(lambda: source([["Source : Tryton"], row, *TOTALS]))
    assert told.startswith("La date d'extraction, Synthèse!B2, ") and told.endswith(f" n'est pas tapée : {why}.")


def test_what_is_hidden_is_told() -> None:
    presentation.expect_nothing_hidden(Book([sheet(DATA, lines())]))
    book = Book([sheet(DATA, lines(), hidden_columns=("J",), hidden_rows=(3, 4)), sheet("Brut", [["x"]], hidden=True)])
    told = observed(lambda: presentation.expect_nothing_hidden(book))
    assert (
        told
        == "Ce qui est caché : la feuille « Brut », 1 colonne de la feuille « Données » (J) et 2 lignes de la feuille « Données » (3 et 4)."
    )
    frozen = Book([sheet(DATA, lines(), unreached=(30, 0)), sheet("Synthèse", TOTALS, unreached=(0, 2))])
    told = failure(lambda: presentation.expect_nothing_hidden(frozen))
    assert told.observed == (
        "Ce qui est caché : 30 lignes de la feuille « Données » (1 à 30), hors des volets figés et 2 colonnes de la feuille "
        "« Synthèse » (A à B), hors des volets figés."
    )
    assert "Libérez les volets" in (told.help or "")
    alone = Book([sheet(DATA, lines(), hidden_rows=tuple(range(8, 14)))])
    found = failure(lambda: presentation.expect_nothing_hidden(alone))
    assert found.observed == "Ce qui est caché : 6 lignes de la feuille « Données » (8 à 13)."
    assert (found.help or "").startswith("Sélectionnez à gauche les numéros") and "colonnes" not in (found.help or "")
    assert "gardez" in (failure(lambda: presentation.expect_nothing_hidden(alone, DATA)).help or "")
    assert not failure(lambda: presentation.expect_nothing_hidden(book, DATA, {"J"})).because
    column = Book([sheet(DATA, lines(), hidden_columns=("J",))])
    assert failure(lambda: presentation.expect_nothing_hidden(column, DATA, {"J"})).because == ("confidentialite",)
    assert not failure(lambda: presentation.expect_nothing_hidden(column, DATA, {"K"})).because


def test_formulas_and_errors_of_an_ods_are_told_as_libreoffice_shows_them() -> None:
    values = Values({"S": [[CellError("#NAME?"), CellError("#NAME?")]], "T": [[CellError("#DIV/0!")]]})
    caught = failure(lambda: presentation.expect_no_error(values, calc=True))
    assert caught.observed == "3 cellules en erreur : #NOM ? dans S!A1 et B1 ; #DIV/0 ! dans T!A1."
    assert caught.expected.startswith("Aucune erreur (#REF !, #DIV/0 !, #N/D…)") and "mal écrit" in (caught.help or "")
    excel = failure(lambda: presentation.expect_no_error(values))
    assert excel.observed == "3 cellules en erreur : #NOM? dans S!A1 et B1 ; #DIV/0! dans T!A1."
    made = grid.Grid(sheet("S", [[("=SUM(Données!H:H)", 1.0)]]), lambda: values, calc=True)
    assert made.said(places.Spot(1, 1)) == "=SOMME(Données.H:H)"


def test_errors_are_told_with_their_cell() -> None:
    presentation.expect_no_error(computed(("S", [["ok", 1.0]])))
    told = observed(lambda: presentation.expect_no_error(computed(("S", [["x", CellError("#REF!")]]))))
    assert told == "1 cellule en erreur : #REF! dans S!B1."


# -- the note


def test_figures_are_told_from_dates_codes_and_counts() -> None:
    text = (
        "Le 5 mai 2026, les 3 premiers clients (00012) font 12\u00a0345,60 €, soit 7,3 % ; AV2025-0012 retire -50,50 ; "
        "en tout 98 k€ et 312 heures, du 01/01/2026 au 30 juin."
    )
    assert [one.text for one in note.figures(text)] == ["12\u00a0345,60 €", "7,3 %", "-50,50", "98 k€", "312 heures"]


def test_a_figure_is_in_the_workbook_to_the_precision_of_the_text() -> None:
    values = [12345.6, 0.0734, 97850.0, -50.5, 312.0]
    note.expect_figures("12 345,60 € ; 12 346 € ; 7,3 % ; 7 % ; 98 k€ ; 50,50 € ; 312 h", values)
    note.expect_figures("12 345,60 € ; 312 h ; 98 k€ ; TVA à 5,5 % et 20 %", values, [0.2, 0.055])
    note.expect_figures("Environ 12 300 €, 98 000 € et 312 h, lus dans Tryton 8.0 (article 2.1)", values)
    note.expect_figures("12\n345,60 €, soit 7,3\n% du total et 312\nheures", values)
    note.expect_figures("Total Tryton 12 345,60 €, article 312 h, page 98 000 €", values)
    note.expect_figures("Total (€) | Part (%)\n12 345,60 | 7,3\n98 000 | 50,50", values)
    assert "« 7,3 »" in observed(
        lambda: note.expect_figures("Total (€) | Part\n12 345,60 | 7,3\n98 000 | 50,50", values)
    )
    assert "« 41 000 »" in observed(lambda: note.expect_figures("41 000 ; 7,3 % ; 12 345,60", [*values, 410.0]))
    assert "« 98 k€ »" not in observed(lambda: note.expect_figures("120 k€ ; 312 h", [115_100.0, 312.0]))
    assert "« 12 400 € »" in observed(lambda: note.expect_figures("12 400 € ; 312 h", values))
    told = observed(lambda: note.expect_figures("12 340,00 € ; 8 % ; 312 h", values))
    assert told == "2 chiffres de la note ne sont dans aucune cellule du classeur : « 12 340,00 € » et « 8 % »."
    assert observed(lambda: note.expect_figures("En tout 312 h.", values)) == "La note ne cite que 1 chiffre."
    told = observed(lambda: note.expect_figures("12 345,60 €, oui : 12 345,60 €, et 12 346 €", values))
    assert told == "La note ne cite que 2 chiffres : le même y revient."


def test_hours_and_minutes_are_hours() -> None:
    note.expect_figures("392 h 45 min, 392 h 45, 392,75 h, 12 heures 30 et 98 k€", [392.75, 12.5, 98_000.0])
    told = observed(lambda: note.expect_figures("392 h 30, 1 h 00 et 2 h", [392.75, 1.0, 2.0]))
    assert "« 392,50 h »" in told


def test_a_number_of_units_is_a_figure_of_a_formula_and_no_rank() -> None:
    text = "12 345,60 €, 98 k€ et 17 unités"
    note.expect_figures(text, [12345.6, 98_000.0, 17.0], counts=[17.0])
    told = observed(lambda: note.expect_figures(text, [12345.6, 98_000.0, 17.0], counts=[18.0, 12345.6]))
    assert told == "1 chiffre de la note n'est dans aucune cellule du classeur : « 17 unités »."


def test_versions_and_articles_are_no_figures() -> None:
    text = "LibreOffice Calc 25.2, Excel 365, RGPD art. 5.1, Tryton 7.6 : 12 345,60 €"
    assert [one.text for one in note.figures(text)] == ["12 345,60 €"]


def test_the_note_gives_the_total() -> None:
    for text in (
        "En tout 12 345,60 €.",
        "Environ 12 300 € HT.",
        "12 k€",
        "Ventes, en euros : 12 345,60",
        "5 € ; 12 345,60",
    ):
        note.expect_total(text, [12345.6])
    told = observed(lambda: note.expect_total("En tout 12 345,60, soit 7,3 %", [12345.6]))
    assert told == "La note donne le total des ventes, « 12 345,60 », sans son unité."
    for text in ("7,3 % et 98 k€", "12 345,60 %", "Rien."):
        assert (
            observed(lambda text=text: note.expect_total(text, [12345.6]))
            == "La note ne donne pas le total des ventes."
        )


def test_a_note_has_a_length_an_addressee_and_names() -> None:
    long_enough = "Madame Le Goff, " + "mot " * 70
    note.expect_length(long_enough, "Claire Le Goff")
    assert observed(lambda: note.expect_length("Bonjour", "Claire Le Goff")) == "La note a 1 mot."
    assert "à qui" in observed(lambda: note.expect_length("mot " * 70, "Claire Le Goff"))
    for said in ("Mme LE GOFF", "C. Le Goff", "le goff claire", "Claire Le Goff"):
        note.expect_length(f"{said} {'mot ' * 70}", "Claire Le Goff", ["Menuiserie Goff", "Le Goff et fils"])
    told = observed(lambda: note.expect_length("Menuiserie Goff " + "mot " * 70, "Claire Le Goff", ["Menuiserie Goff"]))
    assert "à qui" in told, "a customer of that name is not the addressee"
    note.expect_customers("L'îlot d'Ébène puis le client 00034", ["00007", "00034"], CUSTOMERS, 2)
    told = observed(lambda: note.expect_customers("L'Îlot d'Ébène", ["00007", "00034"], CUSTOMERS, 2))
    assert told == "1 client sur les 2 premiers n'est pas nommé dans la note."
    big = ["00007", "00034", "00012"]
    told = observed(lambda: note.expect_customers("L'Îlot d'Ébène et 00034", big, CUSTOMERS, 2))
    assert told == "1 client qui dépasse le seuil n'est pas nommé dans la note."
    note.expect_customers("L'Îlot d'Ébène, 00034 et 3D Atelier", big, CUSTOMERS, 2)


def test_of_two_names_that_an_accent_tells_apart_the_code_says_which() -> None:
    alike = {"00005": "Couverture Meunier", "00049": "Couverture Meûnier"} | CUSTOMERS
    wanted = ["00049", "00034"]
    told = observed(lambda: note.expect_customers("Couverture Meunier (00005), 00034", wanted, alike, 2))
    assert told == "1 client sur les 2 premiers n'est pas nommé dans la note."
    for said in ("Couverture Meunier", "Couverture Meûnier (00049)", "COUVERTURE MEUNIER, code 00049, puis 00005"):
        note.expect_customers(f"00034, {said}", wanted, alike, 2)
    note.expect_customers("Couverture Meunier (00005) et Couverture Meûnier", ["00049", "00005"], alike, 2)


@pytest.mark.parametrize(
    "said",
    [
        "Nos plus petits clients sont : L'Îlot d'Ébène et 00034.",
        "Les clients les moins importants, qui comptent peu, sont\n- 00034\n- L'Îlot d'Ébène",
    ],
)
def test_the_first_customers_told_as_the_smallest_are_told(said: str) -> None:
    told = observed(lambda: note.expect_customers(said, ["00007", "00034"], CUSTOMERS, 2))
    assert told == "La note donne vos premiers clients comme les plus petits."


@pytest.mark.parametrize(
    "said",
    [
        "Nos premiers clients : L'Îlot d'Ébène et 00034. Nos plus petits clients sont : 3D Atelier et 00034.",
        "Les plus petits clients ne pèsent rien, quand L'Îlot d'Ébène et 00034 font la moitié.",
        "Les plus petits clients parmi les premiers sont 00034 et L'Îlot d'Ébène.",
    ],
)
def test_other_customers_may_be_the_smallest(said: str) -> None:
    note.expect_customers(said, ["00007", "00034"], CUSTOMERS, 2)


@pytest.mark.parametrize(
    "said",
    [
        "Les clients nous doivent 12 345,60 €, dont 980,00 € depuis 90 jours.",
        "Les résultats sont bons. Au 30 juin, il reste à encaisser 12 346 €.",
    ],
)
def test_the_total_told_as_a_debt_is_told(said: str) -> None:
    told = failure(lambda: note.expect_sold(said, [12345.6]))
    assert told.observed.startswith("La note donne le total des ventes comme une dette des clients : « ")
    assert told.observed.endswith((" jours ».", " 346 € ».")), "one full stop"


@pytest.mark.parametrize(
    "said",
    [
        "Le chiffre d'affaires est de 12 345,60 €. Les clients nous doivent 980,00 €.",
        "Sur 12 345,60 €, les clients nous doivent 980,00 €.",
        "Les clients nous doivent 980,00 €, pour 12 345,60 € achetés.",
        "Les clients doivent encore une part des ventes, 12 345,60 €.",
        "Bilan : 12 345,60 €\n- impayés : 980,00 €",
        "Nous doivent : 12 345,60 €. En tout, nous avons fait 12 345,60 €.",
    ],
)
def test_the_total_may_stand_beside_debts(said: str) -> None:
    note.expect_sold(said, [12345.6])


# -- privacy


def test_personal_data_are_found_wherever_they_are() -> None:
    known = {
        "emails": ["contact@ilot.example"], "phones": ["02 98 00 00 01"], "streets": ["12 rue du Port"],
        "employees": ["Yann Kermarrec", "Claire Le Goff", "Anne-Marie Le Dantec"],
    }  # fmt: skip
    personal = privacy.Personal(known, ["Claire Le Goff"])
    for text, kind in (
        ("Écrire à Contact@Ilot.example", "emails"), ("+33 2 98 00 00 01", "phones"), ("tél. 0298000001", "phones"),
        ("12, Rue du Port", "streets"), ("yann kermarrec", "employees"),
        ("KЕRMАRRЕС Yаnn", "employees"), ("cоntact@ilоt.example", "emails"), ("12 ruе du Pоrt", "streets"),
        ("KERMARREC Yann", "employees"), ("Le Dantec Anne Marie", "employees"),
    ):  # fmt: skip
        assert personal.kinds(text) == (kind,), text
    for text in ("Claire Le Goff", "ventes@ailleurs.example", "FC2025-00298", "12 345,00"):
        assert personal.kinds(text) == (), text
    traces = {"analyse.ods": [Trace("cellule B4 de la feuille masquée « X »", "12 rue du Port", True)], "note.md": []}
    told = observed(lambda: privacy.expect_none(traces, personal))
    assert (
        told
        == "Des données personnelles de trop : 1 adresse postale dans analyse.ods (cellule B4 de la feuille masquée « X »)."
    )
    assert "rue" not in told


def test_a_column_of_personal_data_is_told_as_one_and_deleted() -> None:
    known = {"emails": [], "phones": [], "streets": [], "employees": []}
    personal = privacy.Personal(known, [])
    column = [Trace(f"cellule masquée J{row} de la feuille « Données »", "a@b.test", True) for row in range(2, 232)]
    comment = Trace("commentaire de la cellule A1 de la feuille « Données »", "a@b.test", True)
    alone = failure(lambda: privacy.expect_none({"analyse.xlsx": column}, personal))
    told = "230 adresses électroniques dans la colonne J, masquée, de la feuille « Données »"
    assert alone.observed == f"Des données personnelles de trop : {told}."
    assert str(alone.help).startswith("Affichez cette colonne (") and "puis supprimez-la." in str(alone.help)
    more = failure(lambda: privacy.expect_none({"analyse.xlsx": [*column, comment]}, personal))
    assert f"{told} ; 1 adresse électronique dans analyse.xlsx (commentaire" in more.observed
    assert more.help is None, "where it is in more places, the check's own help says to look everywhere"


def test_a_column_of_names_tells_how_many_people_and_keeps_what_else_it_holds() -> None:
    known = {"emails": [], "phones": [], "streets": [], "employees": ["Yann Kermarrec", "Claire Le Goff"]}
    personal = privacy.Personal(known, [])
    names = [
        Trace(f"cellule C{row} de la feuille « Relevé »", known["employees"][row % 2], False) for row in range(6, 36)
    ]
    unit, title = (
        Trace(f"cellule C{row} de la feuille « Relevé »", text, False) for row, text in ((3, "heures"), (5, "Salarié"))
    )
    alone = failure(lambda: privacy.expect_none({"a.xlsx": [title, *names]}, personal, "Données"))
    told = "30 cellules, où 2 salariés sont nommés, dans la colonne C de la feuille « Relevé »"
    assert alone.observed == f"Des données personnelles de trop : {told}." and alone.help == "Supprimez cette colonne."
    mixed = failure(lambda: privacy.expect_none({"a.xlsx": [unit, title, *names]}, personal, "Données"))
    assert str(mixed.help).startswith("Effacez seulement ces cellules de cette colonne, avec leur titre")
    asked = failure(lambda: privacy.expect_none({"a.xlsx": [title, *names]}, personal, "Relevé"))
    assert "Une des neuf colonnes" in str(asked.help)


def test_a_name_cut_short_is_a_name_where_a_person_reads_it() -> None:
    known = {
        "emails": [],
        "phones": [],
        "streets": [],
        "employees": ["Yann Kermarrec", "Élodie Morel", "Claire Le Goff"],
    }
    personal = privacy.Personal(known, ["Claire Le Goff"], CUSTOMERS.values())
    for text in ("Dossier suivi par KERMARREC depuis juin", "voir avec kermarrec, au dépôt", "Y. Kermarrec", "KERMARREC Y.", "Yann K.", "Ya. Kermarrec", "M. Kermarrec", "Kermarrec", "Yann K",
                 "Mené par Élodie M. en mai", "E. Morel", "morel é"):  # fmt: skip
        assert personal.contacts(text) == ("employees",), text
    for text in (
        "Morel",
        "Menuiserie Morel",
        "Mme Morel",
        "C. Le Goff",
        "Yann",
        "Kermarrec et fils",
        "SARL Kermarrec",
        "Travaux suivis par Morel",
        "Vu avec Le Goff",
        "Kermarrecq",
        "Élodie m'a dit",
    ):
        assert personal.contacts(text) == (), text
    assert personal.kinds("Y. Kermarrec") == (), "a learner's own name in the properties is no leak"


def test_margins_text_boxes_and_charts_of_an_xlsx_are_read() -> None:
    known = {"emails": [], "phones": [], "streets": [], "employees": ["Claire Le Goff"]}
    personal = privacy.Personal(known, [])
    for part, text, told in (
        ("worksheets/sheet2.xml", "Contact : 06 39 98 12 34", "1 numéro de téléphone dans a.xlsx (en-tête, pied de page, lien ou message d'une feuille)"),
        ("drawings/drawing1.xml", "lea@exemple.fr", "1 adresse électronique dans a.xlsx (zone de texte d'une feuille)"),
        ("charts/chart1.xml", "Ventes de C. Le Goff", "1 nom de salarié dans a.xlsx (texte d'un graphique)"),
    ):  # fmt: skip
        trace = Trace(f"partie « xl/{part} »", text, False)
        assert observed(lambda: privacy.expect_none({"a.xlsx": [trace]}, personal)) == (  # noqa: B023
            f"Des données personnelles de trop : {told}."
        )
    numbers = ["45931", "0.055", "{06000000-0001-0000-0100-000000000000}", "06.39"]
    privacy.expect_none(
        {"a.xlsx": [Trace("partie « xl/worksheets/sheet1.xml »", one, False) for one in numbers]}, personal
    )


def test_any_address_or_phone_number_that_a_person_reads_is_too_many() -> None:
    personal = privacy.Personal({"emails": [], "phones": [], "streets": [], "employees": []}, [])

    def told(where: str, text: str) -> str:
        return str(observed(lambda: privacy.expect_none({"a.xlsx": [Trace(where, text, False)]}, personal)))

    assert "1 adresse électronique dans a.xlsx (cellule H41" in told(
        "cellule H41 de la feuille « X »", "m.dupont@exemple.fr"
    )
    assert "1 numéro de téléphone" in told("commentaire de la cellule H4 de la feuille « X »", "05 55 12 34 56")
    assert "1 numéro de téléphone" in told("paragraphe 3", "appeler le +33 5.55.12.34.56")
    assert "1 numéro de téléphone" in told("en-tête ou pied de page", "Léa, 06 12 34 56 78")
    assert "1 numéro de téléphone" in told("paragraphe 3", "Léa, ０６ 12 34 56 78"), "full-width digits"
    assert "1 adresse électronique dans a.xlsx (propriétés" in told("propriétés du document", "m.dupont@exemple.fr")
    for where, text in (
        ("propriétés du document", "Dupont"), ("commentaires", "m.dupont@exemple.fr"),
        ("cellule A1 de la feuille « X »", "FC2026-00068 du 05/01/2026, 1 234 567 890,12 €, @Ventes"),
    ):  # fmt: skip
        privacy.expect_none({"a.xlsx": [Trace(where, text, False)]}, personal)


def test_a_name_cut_between_two_cells_is_a_name() -> None:
    known = {"emails": [], "phones": [], "streets": [], "employees": ["Yann Kermarrec", "Claire Le Goff"]}
    personal = privacy.Personal(known, ["Claire Le Goff"], ["Garage Kermarrec"])

    def lines(*texts: str) -> dict[str, list[Trace]]:
        return {
            "analyse.xlsx": [
                Trace(f"cellule {'ABC'[n]}2 de la feuille « RH »", text, False) for n, text in enumerate(texts)
            ]
        }

    for texts in (("Kermarrec", "Yann", "7,5"), ("3", "YANN", "KERMARREC")):
        told = observed(lambda texts=texts: privacy.expect_none(lines(*texts), personal))
        assert told.startswith("Des données personnelles de trop : 1 nom de salarié dans analyse.xlsx (cellule "), told
    for texts in (("Yann", "7,5", "Kermarrec"), ("Claire", "Le Goff", "x")):
        privacy.expect_none(lines(*texts), personal)
    told = observed(lambda: privacy.expect_none(lines("Yann Kermarrec", "Yann", "7,5"), personal))
    assert "1 nom de salarié dans analyse.xlsx (cellule A2" in told, "told once"
