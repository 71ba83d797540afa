"""The checks of extraction-pgi on workbooks made here: labels, formulas, and the extraction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from pgi_sheets import (
    CUSTOMERS,
    DATA,
    GRADER,
    MONTHS,
    OUTSIDE,
    ROWS,
    TITLES,
    VARIANT,
    changed,
    columns,
    compared,
    fidelity,
    formulas,
    grids_of,
    kinds,
    labels,
    lines,
    meaning,
    places,
    privacy,
    read_lines,
    read_of,
    row,
    shape,
)
from refused import failure, observed

from etabli.exam import Failed
from etabli.exam.contract.check import load_checks
from etabli.exam.tools.book import Book, BookTable, DefinedName, WorkSheet

# -- the list of checks


def test_what_decides_is_whose_data_live_totals_and_privacy() -> None:
    specs = load_checks(GRADER).specs
    decisive = [spec.id for spec in specs if spec.decisive]
    assert decisive == ["votre-extraction", "mois-formules", "clients-formules", "confidentialite"]


def test_an_absence_is_looked_for_only_where_the_extraction_is_there() -> None:
    specs = load_checks(GRADER).by_id()

    def stands_on(name: str) -> set[str]:
        return set(specs[name].after).union(*(stands_on(one) for one in specs[name].after))

    free = {name for name in specs if "votre-extraction" not in stands_on(name)}
    assert all(name == "classeur-lisible" or "classeur-lisible" in stands_on(name) for name in specs)
    assert free == {"classeur-lisible", "donnees-trouvees", "votre-extraction", "note-longueur"}


# -- cells, references, labels


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("Synthèse!B4:B9", ("Synthèse", 4, 2, 9, 2)),
        ("'Ma feuille'!$B$4:$B$9", ("Ma feuille", 4, 2, 9, 2)),
        ("'L''an 1'!AA1", ("L'an 1", 1, 27, 1, 27)),
        ("C9:A2", (None, 2, 1, 9, 3)),
        ("Données!H:H", ("Données", 1, 8, 1_048_576, 8)),
        ("1:2", (None, 1, 1, 2, 16_384)),
        ("OFFSET(Données!A1,1,0)", None),
        ("Ventes", None),
        (None, None),
    ],
)
def test_references_are_areas(reference: str | None, expected: tuple[Any, ...] | None) -> None:
    assert places.area(reference) == expected


def test_columns_have_letters() -> None:
    assert [places.letters(one) for one in (1, 26, 27, 702, 703)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert places.spot("$AB$12") == (12, 28) and places.Spot(12, 28).cell == "AB12"


@pytest.mark.parametrize(
    ("label", "month"),
    [
        (date(2026, 1, 1), "2026-01"), (date(2025, 11, 30), "2025-11"), ("janvier 2026", "2026-01"),
        ("janv. 2026", "2026-01"), ("Janv-26", "2026-01"), ("2026-01", "2026-01"), ("01/2026", "2026-01"),
        ("2026-01-01", "2026-01"), ("01/01/2026", "2026-01"), ("January 2026", "2026-01"), ("Dec-25", "2025-12"),
        ("déc.", "2025-12"), ("NOVEMBRE", "2025-11"), ("Total janvier", "2026-01"), ("2026 M01", "2026-01"),
        (202601, "2026-01"), (46023.0, "2026-01"), ("202601", "2026-01"), ("01/26", "2026-01"), ("1,26", None),
        ("1er janvier 2026", "2026-01"), ("Ventes de janvier 2026", "2026-01"), ("du 01/01/2026 au 31/01/2026", "2026-01"),
        ("du 01/12/2025 au 31/01/2026", None), ("juin 2026", None), ("2026", None), ("Mai", None),
        ("Client 01", None), ("Total", None), (1.0, None), (None, None),
    ],
)  # fmt: skip
def test_a_month_is_told_in_many_ways(label: Any, month: str | None) -> None:
    assert labels.Months(MONTHS).read(label) == month


def test_a_bare_rank_is_a_month_only_when_asked() -> None:
    months = labels.Months(MONTHS)
    assert [months.read_rank(one) for one in (11, "12", 1.0, 2, "x")] == ["2025-11", "2025-12", "2026-01", None, None]


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("00007", "00007"), (7, "00007"), (7.0, "00007"), ("00012 - 3D Atelier", "00012"), ("3D Atelier (00012)", "00012"),
        ("3d atelier", "00012"), ("L’Ilot d’Ebene", "00007"), ("Menuiserie Morel", "00019"),
        ("Menuiserie Morelle", "00034"), ("Menuiserie", None), ("Client 12", None), (12.5, None), ("Total", None), (True, None),
    ],
)  # fmt: skip
def test_a_customer_is_told_by_code_or_by_a_name_that_only_one_has(label: Any, code: str | None) -> None:
    assert labels.Customers(CUSTOMERS).read(label) == code


def test_a_name_that_two_have_tells_nobody() -> None:
    twins = {"00001": "Morel", "00002": "MOREL"}
    assert labels.Customers(twins).read("Morel") is None and labels.Customers(twins).read("00002 Morel") == "00002"


def test_names_that_an_accent_alone_sets_apart_are_two_customers() -> None:
    read = labels.Customers({"00001": "Transports Meunier", "00002": "Transports Meûnier"}).read
    assert [read("Transports Meunier"), read("  transports  meûnier"), read("Meunier")] == ["00001", "00002", None]


@pytest.mark.parametrize("label", [0.2, 20, "20 %", "20%", "0,2", "TVA 20 %", "Taux normal (20 %)", "Base 20 %"])
def test_a_rate_is_told_in_many_ways(label: Any) -> None:
    assert labels.Rates(["0.20", "0.055"]).read(label) == "0.20"


@pytest.mark.parametrize("label", ["00020", "020", "200", None, date(2026, 1, 20), "x" * 40])
def test_a_code_is_no_rate(label: Any) -> None:
    assert labels.Rates(["0.20", "0.055"]).read(label) is None


@pytest.mark.parametrize(
    ("label", "bracket"),
    [
        ("Non échu", "non_echu"), ("À échoir", "non_echu"), ("1 à 30 jours", "1_30"), ("0-30 j", "1_30"),
        ("Échu 1-30", "1_30"), ("31-60", "31_60"), ("61 à 90 jours", "61_90"), ("> 90 j", "plus_90"),
        ("Plus de 90 jours", "plus_90"), ("90+", "plus_90"), ("91 et plus", "plus_90"), ("<= 30 jours", "1_30"), ("Moins de 30 jours", "1_30"),
        ("30 à 60 jours", "31_60"), ("Échéance non atteinte", "non_echu"), ("Plus de 3 mois", "plus_90"), ("Total", None), (30, None),
    ],
)  # fmt: skip
def test_a_bracket_is_told_in_many_ways(label: Any, bracket: str | None) -> None:
    assert labels.read_bracket(label) == bracket


@pytest.mark.parametrize(
    ("value", "number"),
    [("1 234,56 €", 1234.56), ("1\u202f234,5", 1234.5), ("-12.5", -12.5), ("20 %", 0.2), (3, 3.0), ("FC1", None), (True, None), (None, None)],
)  # fmt: skip
def test_a_number_is_understood_in_a_text(value: Any, number: float | None) -> None:
    assert meaning.as_number(value) == number


def test_trytons_own_titles_are_understood() -> None:
    own = (
        "Facture/Numéro;Facture/Date de facturation;Facture/Tiers/Code;Facture/Tiers/Nom;Compte/Code;Produit/Nom;"
        "Quantité;Montant;Taxes de le facture/Taxe/Taux"
    ).split(";")
    assert columns.columns_of(own, TITLES) == {name: place for place, name in enumerate(TITLES)}
    free = ["Raison sociale", "Code du client", "Montant hors taxes", "Taux de TVA", "Qté", "Produit", "N° de facture"]
    assert set(columns.columns_of(free, TITLES)) == {
        "client",
        "code_client",
        "montant",
        "taux",
        "quantite",
        "article",
        "numero",
    }
    assert columns.columns_of(["Montant TVA", "Montant TTC", "Mois", "Courriel", ""], TITLES) == {}


# -- formulas


@pytest.mark.parametrize("formula", ["=1234", "=1000+200.5", '=VALUE("12")', "=TODAY()", "=PI()*2", '="B4"'])
def test_a_formula_that_reads_nothing_is_a_typed_value(formula: str) -> None:
    assert not formulas.reads_something(formula, Book([]), "S")


def test_a_formula_reads_cells_tables_and_names() -> None:
    book = Book(
        [WorkSheet("Données", False, [], tables=(BookTable("Ventes", "A1:I7", True, ()),))],
        (DefinedName("montants", "Données!H2:H7"), DefinedName("lesMontants", "Ventes[Montant HT]")),
    )
    for formula, expected in (
        ("=SUM(Données!H2:H7)", ("Données", 2, 8, 7, 8)),
        ("=SUM('Données'!$H:$H)", ("Données", 1, 8, 1_048_576, 8)),
        ("=SUM(Ventes[Montant HT])", ("Données", 1, 1, 7, 9)),
        ("=SUM(Ventes)", ("Données", 1, 1, 7, 9)),
        ("=SUM(montants)", ("Données", 2, 8, 7, 8)),
        ("=SUM(lesMontants)", ("Données", 1, 1, 7, 9)),
        ("=SUM(Données!H2:Données!H7)", ("Données", 2, 8, 7, 8)),
        ("=SUM(Temps.RH!B2:B6)", ("Temps.RH", 2, 2, 6, 2)),
        ("=B2+1", ("S", 2, 2, 2, 2)),
    ):
        assert formulas.areas(formula, book, "S") == [expected], formula


# -- the extraction


def test_lines_are_found_wherever_and_however_they_stand() -> None:
    order = [8, 7, 1, 0, 3, 2, 4, 5, 6]
    rows = [["Ventes"], [], *([line[place] for place in order] for line in lines())]
    _, found = grids_of(("Notes", [["Numéro", "Date"]]), ("Feuil3", rows))
    read = read_of(found)
    assert (read.sheet, read.header, read.last, len(read.lines)) == ("Feuil3", 3, 9, 6)
    assert read.columns["montant"] == 2 and read.lines[0].cents == 10000 and read.lines[4].month == "2026-01"


def test_of_a_raw_export_and_the_work_the_work_is_read() -> None:
    raw = [[str(content) for content in line] for line in lines()]

    def chosen(first: str, second: list[list[Any]], *, tabled: Sequence[str] = ()) -> str:
        _, found = grids_of((first, lines()), ("Travail", second))
        return str(read_of(found, tabled).sheet)

    assert chosen("Export", raw) == "Export"
    assert chosen("Données", lines()) == "Données"
    assert chosen("Export", lines(), tabled=["travail"]) == "Travail"
    _, found = grids_of(("Export brut", raw), ("Feuil2", lines()))
    assert read_of(found).sheet == "Feuil2"


def test_a_workbook_without_lines_is_told() -> None:
    _, found = grids_of(("Feuille", [["Bonjour"]]))
    assert "aucune feuille" in observed(lambda: read_of(found))
    assert "aucune ligne" in observed(lambda: read_lines([list(TITLES.values())]))
    lost = [list(TITLES.values())[1:]]
    assert "« Numéro »" in observed(lambda: read_lines(lost))


def test_totals_holes_and_titles_among_the_lines_are_no_lines() -> None:
    rows = lines()
    total_line = ["Total", None, None, None, None, None, None, ("=SUM(H2:H7)", 685.25), None]
    rows = [*rows[:3], [], list(TITLES.values()), *rows[3:], total_line, [], ["Extrait le 30/06/2026"]]
    read = read_lines(rows)
    assert len(read.lines) == 6 and read.totals == [10] and read.blanks == [4, 5] and read.repeated == [5]
    told = failure(kinds.Kinds(read, TITLES).expect_one_table)
    assert told.observed == "1 ligne de total parmi les lignes (feuille « Données », ligne 10)."
    kinds.Kinds(read_lines([*lines(), [], ["Source : Tryton"]]), TITLES).expect_one_table()
    for word, amount in (("Somme", ("=SUM(H2:H7)", 685.25)), ("Σ", 685.25), ("CA 2026", ("=SUM(H2:H7)", 685.25))):
        read = read_lines([*lines(), [], [word, *([None] * 6), amount]])
        assert len(read.lines) == 6 and read.totals == [9]
    assert read_lines([*lines(), ["FC9", *([None] * 6), 12.0]]).totals == [], "a line that lacks the rest is no total"


def test_the_name_of_another_article_or_customer_is_no_way_to_say_it() -> None:
    rows = [row("FC1", "2025-11-01", "00019", "75.25"), row("FC2", "2025-11-02", "00034", "80.00")]
    rows[0]["article"], rows[1]["article"] = "Abonnement", "Abonnement annuel"
    variant = SimpleNamespace(**vars(VARIANT) | {"rows": [shape.Row(**one) for one in rows]})

    def read(article: str) -> Any:
        return fidelity.Fidelity(read_lines(lines([rows[0] | {"article": article}, rows[1]])), variant)

    read("Abonnement (par an)").expect_exact()
    assert "« Article »" in observed(read("Abonnement annuel").expect_exact)


@pytest.mark.parametrize(
    ("column", "value", "expect", "told"),
    [
        (
            2,
            "01/11/2025",
            "expect_dates",
            "« Date » : 1 cellule n'est pas une date (Données!B2 : le texte « 01/11/2025 »).",
        ),
        (
            8,
            "100,00",
            "expect_numbers",
            "« Montant HT » : 1 cellule n'est pas un nombre (Données!H2 : le texte « 100,00 »).",
        ),
        (9, "20 %", "expect_numbers", "« Taux TVA » : 1 cellule n'est pas un nombre (Données!I2 : le texte « 20 % »)."),
        (3, 7.0, "expect_codes", "« Code client » : 1 cellule n'est pas du texte (Données!C2 : le nombre 7)."),
        (5, 7071, "expect_codes", "« Compte » : 1 cellule n'est pas du texte (Données!E2 : le nombre 7071)."),
    ],
)
def test_types_are_told_with_the_cell(column: int, value: Any, expect: str, told: str) -> None:
    read = read_lines(changed(lines(), {(2, column): value}))
    caught = failure(getattr(kinds.Kinds(read, TITLES), expect))
    assert caught.observed == told and caught.at.cells == [places.Spot(2, column).cell]
    if expect == "expect_codes":
        assert f"=ESTTEXTE({places.Spot(2, column).cell})" in caught.help and "pour cette colonne" in caught.help
    # Another content is not another type: the line is still the oracle's.
    fidelity.Fidelity(read, VARIANT).expect_exact()


@pytest.mark.parametrize("value", [20251101.0, 2025.0, True])
def test_a_number_that_is_no_day_is_no_date(value: Any) -> None:
    told = failure(kinds.Kinds(read_lines(changed(lines(), {(2, 2): value})), TITLES).expect_dates)
    assert told.observed.startswith("« Date » : 1 cellule n'est pas une date (Données!B2 : le nombre ")
    assert (told.help or "").startswith(
        "Ce nombre s'aligne à droite comme une date, mais n'en est pas une"
    ) or value is True


def test_an_amount_that_was_read_as_a_date_is_told() -> None:
    told = failure(kinds.Kinds(read_lines(changed(lines(), {(2, 8): date(2025, 5, 12)})), TITLES).expect_numbers)
    assert "Données!H2 : la date 12/05/2025" in told.observed and "pris ce nombre pour une date" in told.help


def test_a_code_without_its_zeros_is_told() -> None:
    bare = fidelity.Fidelity(read_lines(changed(lines(), {(2, 3): "7", (3, 3): "007"})), VARIANT)
    bare.expect_exact()
    told = failure(bare.expect_zeros)
    assert (
        told.observed == "« Code client » : 2 codes sans les zéros de Tryton (Données!C2 : « 7 » au lieu de « 00007 »)."
    )
    assert told.at.cells == ["C2", "C3"] and "=ESTTEXTE(C2) répond VRAI" in told.help, "a format gives no zero back"
    fidelity.Fidelity(read_lines(lines()), VARIANT).expect_zeros()


def test_a_figure_that_no_company_has_is_no_number() -> None:
    for value in (1e307, float("inf"), "9" * 400):
        read = read_lines(changed(lines(), {(2, 8): value}))
        assert read.lines[0].cents == 0
        assert "1 montant qui n'est pas celui de Tryton" in observed(
            fidelity.Fidelity(read, VARIANT).expect_nothing_else
        )


def test_right_types_are_right() -> None:
    right = kinds.Kinds(read_lines(lines()), TITLES)
    for name in ("expect_dates", "expect_numbers", "expect_codes", "expect_one_table"):
        getattr(right, name)()


EXPECTATIONS = ("expect_own", "expect_columns", "expect_complete", "expect_credits", "expect_edges", "expect_no_draft",
                "expect_nothing_else", "expect_exact")  # fmt: skip


def broken(one: Any) -> dict[str, Failed]:
    found = {}
    for name in EXPECTATIONS:
        try:
            getattr(one, name)()
        except Failed as failed:
            found[name] = failed
    return found


@pytest.mark.parametrize(
    ("rows", "expect", "told"),
    [
        (ROWS[:3] + ROWS[4:], "expect_complete", "Il manque 1 ligne de facture sur 6, en décembre 2025. Vos numéros passent de FC2 (ligne 4) à FC4 (ligne 6)."),
        (ROWS[:4] + ROWS[5:], "expect_credits", "Il manque 1 ligne d'avoir sur 1."),
        (ROWS[1:], "expect_edges", "Il manque 1 ligne du 1er novembre 2025."),
        (ROWS[:5], "expect_edges", "Il manque 1 ligne du 31 janvier 2026 : votre feuille finit à AV1, le 08/01/2026."),
        ([*ROWS, OUTSIDE["after"]], "expect_edges", "1 ligne hors de la période, datée du 01/02/2026 (feuille « Données », ligne 8)."),
        ([*ROWS, OUTSIDE["before"]], "expect_edges", "1 ligne hors de la période, datée du 31/10/2025 (feuille « Données », ligne 8)."),
        ([*ROWS, OUTSIDE["draft"]], "expect_no_draft", "1 brouillon (feuille « Données », ligne 8)."),
        ([*ROWS, OUTSIDE["cancelled"]], "expect_no_draft", "1 facture annulée (feuille « Données », ligne 8)."),
        ([*ROWS, OUTSIDE["supplier"]], "expect_nothing_else", "1 ligne d'une facture de fournisseur (feuille « Données », ligne 8)."),
        ([*ROWS, ROWS[2]], "expect_nothing_else", "1 ligne en double (feuille « Données », ligne 8)."),
        ([*ROWS, row("FC9", "2025-12-02", "00012", "5.00")], "expect_nothing_else", "1 ligne que Tryton n'a pas dans cette période (feuille « Données », ligne 8)."),
        ([*ROWS[:2], {**ROWS[2], "montant": "201.00"}, *ROWS[3:]], "expect_nothing_else", "1 montant qui n'est pas celui de Tryton (feuille « Données », ligne 4)."),
        ([*ROWS[:2], {**ROWS[2], "compte": "706"}, *ROWS[3:]], "expect_exact", "1 cellule ne dit pas la même chose que Tryton (feuille « Données », colonne « Compte ») : E4."),
    ],
)  # fmt: skip
def test_each_mistake_costs_once(rows: Sequence[Mapping[str, Any]], expect: str, told: str) -> None:
    found = broken(compared(rows))
    assert {name: failed.observed for name, failed in found.items()} == {expect: told}


def test_the_cells_of_the_finding_are_pointed_at() -> None:
    beyond = failure(compared([*ROWS, OUTSIDE["after"], OUTSIDE["after"]]).expect_edges)
    assert beyond.at.cells == ["B8", "B9"] and "Supprimez ces lignes" in beyond.help, "their dates, not their amounts"
    assert failure(compared([*ROWS, ROWS[2]]).expect_nothing_else).at.cells == ["A8"]


def test_drafts_are_to_be_deleted_and_what_follows_is_told() -> None:
    """Their number lacks: that cell is what shows them, not the amount."""
    caught = failure(compared([*ROWS, OUTSIDE["draft"]]).expect_no_draft)
    assert caught.at.cells == ["A8"]
    assert (
        "Supprimez ces lignes" in caught.help
        and "relisez ensuite la note, ses chiffres, les premiers clients" in caught.help
    )


def test_lines_of_one_invoice_are_no_more_invoices() -> None:
    """A draft has no number: its day and its customer tell it."""
    caught = failure(compared([*ROWS, OUTSIDE["draft"], OUTSIDE["draft"]]).expect_no_draft)
    assert caught.observed == "2 lignes d'un brouillon (feuille « Données », lignes 8 et 9)."


@pytest.mark.parametrize("quantity", ["2", "-2"])
def test_a_credit_note_without_its_sign_costs_once(quantity: str) -> None:
    without = {**ROWS[4], "montant": "50.50", "quantite": quantity}
    found = broken(compared([*ROWS[:4], without, ROWS[5]]))
    told = "1 ligne d'avoir sans le signe moins (feuille « Données », ligne 6)."
    assert {name: failed.observed for name, failed in found.items()} == {"expect_credits": told}


def test_somebody_elses_lines_are_told_and_nothing_of_ones_own() -> None:
    other = [{**one, "numero": f"X{rank}", "montant": "12.00"} for rank, one in enumerate(ROWS)]
    told = observed(compared(other).expect_own)
    assert told == "La feuille « Données » n'a aucune des 6 lignes demandées, parmi les 6 qu'elle contient."


def test_no_missing_line_is_named() -> None:
    for kept in range(len(ROWS)):
        for failed in broken(compared(ROWS[:kept] + ROWS[kept + 1 :])).values():
            assert ROWS[kept]["numero"] not in failed.observed and ROWS[kept]["montant"] not in failed.observed


def test_a_column_of_formulas_helps_and_a_copied_one_is_told() -> None:
    helped = [[*line, "Mois" if not rank else (f"=MONTH(B{rank + 1})", 11)] for rank, line in enumerate(lines())]
    fidelity.Fidelity(read_lines(helped), VARIANT).expect_columns()
    copied = [[*line, "Courriel" if not rank else "a@b.test"] for rank, line in enumerate(lines())]
    assert (
        observed(fidelity.Fidelity(read_lines(copied), VARIANT).expect_columns)
        == "1 colonne en plus, recopiée : J (« Courriel »)."
    )
    personal = privacy.Personal({"emails": [], "phones": [], "streets": [], "employees": []}, [])
    stated = [[*line, "État" if not rank else "Payée"] for rank, line in enumerate(copied)]
    half = [[*line, "Suivi" if not rank else ("a@b.test", "Vu", "Vu")[rank % 3]] for rank, line in enumerate(lines())]
    for rows, because in ((copied, ("confidentialite",)), (stated, ()), (half, ())):
        one = fidelity.Fidelity(read_lines(rows), VARIANT)
        assert failure(lambda one=one: one.expect_columns(personal.fills)).because == because
    _, found = grids_of((DATA, copied), **{DATA: {"hidden_columns": ("J",)}})
    refused = failure(fidelity.Fidelity(read_of(found), VARIANT).expect_columns)
    assert refused.observed == "1 colonne en plus, recopiée : J (« Courriel », masquée)."
    assert str(refused.help).startswith("Affichez cette colonne, puis supprimez-la")
    lacking = [line[:4] + line[5:] for line in lines()]
    assert (
        observed(fidelity.Fidelity(read_lines(lacking), VARIANT).expect_columns) == "Il manque 1 colonne : « Compte »."
    )
