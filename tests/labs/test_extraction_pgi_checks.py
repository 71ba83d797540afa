"""The checks of extraction-pgi on workbooks made here: what is found, what is told of it, what never is."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import pytest

from etabli import Failed
from etabli.check import import_grader, load_checks
from etabli.examiner.book import Book, BookCell, Chart, DefinedName, Format, Pivot, Print, Series, Table, WorkSheet
from etabli.examiner.computed import CellError, PivotArea, Values
from etabli.examiner.documents import Trace
from etabli.examiner.scenario import Append, Edit
from etabli.settings import repository

GRADER = repository() / "graders" / "extraction-pgi"
MODULES = (
    "aging analysis changes charts columns compare entries extraction fidelity figure finding formulas gap grid kinds labels "
    "meaning note places precedents presentation privacy said summary synthesis total"
).split()
(
    aging, analysis, changes, charts, columns, compare, entries, extraction, fidelity, figure, finding, formulas, gap, grid,
    kinds, labels, meaning, note, places, precedents, presentation, privacy, said, summary, synthesis, total,
) = (import_grader(GRADER, name) for name in MODULES)  # fmt: skip

MONTHS = ["2025-11", "2025-12", "2026-01"]
TITLES = {
    "numero": "Numéro", "date": "Date", "code_client": "Code client", "client": "Client", "compte": "Compte",
    "article": "Article", "quantite": "Quantité", "montant": "Montant HT", "taux": "Taux TVA",
}  # fmt: skip
CUSTOMERS = {
    "00007": {"name": "L'Îlot d'Ébène", "addresses": 2},
    "00012": {"name": "3D Atelier", "addresses": 1},
    "00019": {"name": "Menuiserie Morel", "addresses": 1},
    "00034": {"name": "Menuiserie Morelle", "addresses": 1},
}


def row(numero: str | None, day: str, code: str, amount: str, rate: str = "0.20", **more: Any) -> dict[str, Any]:
    said_of = {"numero": numero, "date": day, "code_client": code, "client": CUSTOMERS[code]["name"], "montant": amount}
    rest = {"compte": "7071", "article": "Établi pliant", "article_code": "ETA-1", "quantite": "2", "taux": rate}
    return said_of | rest | {"credit": amount.startswith("-")} | more


ROWS = [
    row("FC1", "2025-11-01", "00007", "100.00"),
    row("FC1", "2025-11-01", "00007", "50.50", "0.055"),
    row("FC2", "2025-12-10", "00012", "200.00"),
    row("FC3", "2025-12-15", "00019", "75.25"),
    row("AV1", "2026-01-08", "00007", "-50.50", "0.055", quantite="-2"),
    row("FC4", "2026-01-31", "00034", "310.00"),
]
VARIANT: dict[str, Any] = {
    "rows": ROWS,
    "columns": [{"id": name, "title": title} for name, title in TITLES.items()],
    "period": {
        "from": "2025-11-01", "to": "2026-01-31", "months": MONTHS,
        "fr": {"from": "1er novembre 2025", "to": "31 janvier 2026", "label": "de novembre à janvier"},
    },
    "customers": CUSTOMERS,
    "rates": ["0.20", "0.055"],
    "outside": {
        "draft": [row(None, "2025-12-20", "00012", "999.00")],
        "cancelled": [row(None, "2025-12-21", "00019", "888.00")],
        "before": [row("FC0", "2025-10-31", "00007", "10.00")],
        "after": [row("FC5", "2026-02-01", "00007", "20.00")],
        "supplier": [row("FF1", "2025-12-02", "00012", "60.00")],
    },
    "trials": {"rows": [2, 5], "deltas": ["100.00", "12.34"]},
}  # fmt: skip


# -- making workbooks

DATE, AMOUNT, EURO, PERCENT = (
    Format("date"),
    Format("number", 2, True),
    Format("currency", 2, True),
    Format("percent", 1),
)


def cell(content: Any, form: Format | None = None) -> BookCell:
    """A constant, or `("=formula", value)`."""
    made = form or (DATE if isinstance(content, date) else AMOUNT if isinstance(content, float) else Format())
    if isinstance(content, tuple):
        return BookCell(None, "", content[0], format=made)
    return BookCell(content, "" if content is None else str(content), format=made)


def held(content: Any) -> Any:
    value = content[1] if isinstance(content, tuple) else content
    if isinstance(value, date):
        return float((value - date(1899, 12, 30)).days)
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def sheet(name: str, rows: Sequence[Sequence[Any]], **more: Any) -> WorkSheet:
    return WorkSheet(name, more.pop("hidden", False), [[cell(one) for one in line] for line in rows], **more)


def computed(*sheets: tuple[str, Sequence[Sequence[Any]]], pivots: tuple[PivotArea, ...] = ()) -> Values:
    return Values({name: [[held(one) for one in line] for line in rows] for name, rows in sheets}, pivots)


def grids_of(*sheets: tuple[str, Sequence[Sequence[Any]]], **more: Any) -> tuple[Book, Mapping[str, Any]]:
    book = Book([sheet(name, rows, **more.get(name, {})) for name, rows in sheets])
    values = computed(*sheets)
    return book, grid.grids(book, lambda: values)


def lines(rows: Sequence[Mapping[str, Any]] = ROWS) -> list[list[Any]]:
    """A right sheet of lines: titles, then one line each."""
    numbers = ("quantite", "montant", "taux")

    def typed(name: str, value: Any) -> Any:
        return date.fromisoformat(value) if name == "date" else float(value) if name in numbers else value

    return [list(TITLES.values()), *([typed(name, one[name]) for name in TITLES] for one in rows)]


DATA = "Données"
TOTALS: list[list[Any]] = [
    ["Ventes"],
    ["Mois", "Total HT"],
    [date(2025, 11, 1), ("=SUMIFS(Données!H2:H7,Données!B2:B7,A3)", 150.5)],
    [date(2025, 12, 1), ("=SUMIFS(Données!H2:H7,Données!B2:B7,A4)", 275.25)],
    [date(2026, 1, 1), ("=SUMIFS(Données!H2:H7,Données!B2:B7,A5)", 259.5)],
    ["Total", ("=SUM(B3:B5)", 685.25)],
    [],
    ["Code", "Client", "Total HT", "Part", "Rang"],
    ["00007", "L'Îlot d'Ébène", ("=SUMIF(Données!C:C,A9,Données!H:H)", 100.0), ("=C9/$B$6", 0.145932), ("=RANK(C9,C9:C12)", 3.0)],
    ["00012", "3D Atelier", ("=SUMIF(Données!C:C,A10,Données!H:H)", 200.0), ("=C10/$B$6", 0.291864), ("=RANK(C10,C9:C12)", 2.0)],
    ["00019", "Menuiserie Morel", ("=SUMIF(Données!C:C,A11,Données!H:H)", 75.25), ("=C11/$B$6", 0.109814), ("=RANK(C11,C9:C12)", 4.0)],
    ["00034", "Menuiserie Morelle", ("=SUMIF(Données!C:C,A12,Données!H:H)", 310.0), ("=C12/$B$6", 0.452390), ("=RANK(C12,C9:C12)", 1.0)],
    [],
    ["Taux", "Base", "TVA"],
    [0.2, ("=SUMIF(Données!I:I,A15,Données!H:H)", 685.25), ("=B15*A15", 137.05)],
    [0.055, ("=SUMIF(Données!I:I,A16,Données!H:H)", 0.0), ("=B16*A16", 0.0)],
]  # fmt: skip


def made(
    totals: Sequence[Sequence[Any]] = TOTALS, data: Sequence[Sequence[Any]] | None = None
) -> tuple[Any, Any, Mapping[str, Any]]:
    """The synthesis of a workbook with these two sheets, its extraction and its grids."""
    book, found = grids_of((DATA, data or lines()), ("Synthèse", totals))
    read = extraction.find_extraction("analyse.xlsx", list(found.values()), TITLES)
    return synthesis.Synthesis(book, found, read, VARIANT), read, found


def read_lines(rows: Sequence[Sequence[Any]]) -> Any:
    _, found = grids_of((DATA, rows))
    return extraction.find_extraction("analyse.xlsx", list(found.values()), TITLES)


def compared(rows: Sequence[Mapping[str, Any]]) -> Any:
    return fidelity.Fidelity(read_lines(lines(rows)), VARIANT)


def changed(totals: Sequence[Sequence[Any]], where: Mapping[tuple[int, int], Any]) -> list[list[Any]]:
    """A sheet with other contents at these rows and columns, counted from 1."""
    copy = [list(line) for line in totals]
    for (at_row, column), content in where.items():
        copy[at_row - 1][column - 1] = content
    return copy


def failure(expect: Callable[[], object]) -> Failed:
    with pytest.raises(Failed) as caught:
        expect()
    return caught.value


# -- the list of checks


def test_the_grid_has_the_announced_points() -> None:
    points: dict[str, int] = {}
    for spec in load_checks(GRADER).specs:
        points[spec.palier] = points.get(spec.palier, 0) + spec.points
    assert points == {"essentiel": 50, "attendu": 35, "approfondissement": 15}
    assert len(load_checks(GRADER).specs) == 44


def test_what_decides_is_whose_data_live_totals_and_privacy() -> None:
    specs = load_checks(GRADER).specs
    decisive = [spec.id for spec in specs if spec.decisive]
    assert decisive == ["votre-extraction", "mois-formules", "clients-formules", "confidentialite"]
    assert {code for spec in specs for code in spec.competences} == {"C2.1", "C2.2", "C2.3"}


def test_every_check_helps_in_a_sentence() -> None:
    for spec in load_checks(GRADER).specs:
        assert spec.help.endswith((".", "?")), spec.id
        assert spec.title.endswith(".") and len(spec.title) <= 90, spec.id


def test_an_absence_is_looked_for_only_where_the_extraction_is_there() -> None:
    specs = load_checks(GRADER).by_id()

    def stands_on(name: str) -> set[str]:
        return set(specs[name].after).union(*(stands_on(one) for one in specs[name].after))

    free = {name for name in specs if "votre-extraction" not in stands_on(name)}
    assert all(name == "classeur-lisible" or "classeur-lisible" in stands_on(name) for name in specs)
    assert free == {"classeur-lisible", "donnees-trouvees", "votre-extraction", "note-longueur"}


def test_sentences_count_in_french() -> None:
    for name in (*MODULES, "checks", "work"):
        strings = " ".join(
            node.value
            for node in ast.walk(ast.parse((GRADER / f"{name}.py").read_text("utf-8")))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        )
        assert not re.search(r"\w\(e?s\)|\b(?:de|à) les? ", strings), name


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
        (202601, "2026-01"), (46023.0, "2026-01"), ("202601", "2026-01"), ("01/26", "2026-01"),
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
    twins = {"00001": {"name": "Morel"}, "00002": {"name": "MOREL"}}
    assert labels.Customers(twins).read("Morel") is None and labels.Customers(twins).read("00002 Morel") == "00002"


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
        [WorkSheet("Données", False, [], tables=(Table("Ventes", "A1:I7", True, ()),))],
        (DefinedName("montants", "Données!H2:H7"), DefinedName("lesMontants", "Ventes[Montant HT]")),
    )
    for formula, expected in (
        ("=SUM(Données!H2:H7)", ("Données", 2, 8, 7, 8)),
        ("=SUM('Données'!$H:$H)", ("Données", 1, 8, 1_048_576, 8)),
        ("=SUM(Ventes[Montant HT])", ("Données", 1, 1, 7, 9)),
        ("=SUM(Ventes)", ("Données", 1, 1, 7, 9)),
        ("=SUM(montants)", ("Données", 2, 8, 7, 8)),
        ("=SUM(lesMontants)", ("Données", 1, 1, 7, 9)),
        ("=B2+1", ("S", 2, 2, 2, 2)),
    ):
        assert formulas.areas(formula, book, "S") == [expected], formula


# -- the extraction


def test_lines_are_found_wherever_and_however_they_stand() -> None:
    order = [8, 7, 1, 0, 3, 2, 4, 5, 6]
    rows = [["Ventes"], [], *([line[place] for place in order] for line in lines())]
    _, found = grids_of(("Notes", [["Numéro", "Date"]]), ("Feuil3", rows))
    read = extraction.find_extraction("a.xlsx", list(found.values()), TITLES)
    assert (read.sheet, read.header, read.last, len(read.lines)) == ("Feuil3", 3, 9, 6)
    assert read.columns["montant"] == 2 and read.lines[0].cents == 10000 and read.lines[4].month == "2026-01"


def test_of_a_raw_export_and_the_work_the_work_is_read() -> None:
    raw = [[str(content) for content in line] for line in lines()]

    def chosen(first: str, second: list[list[Any]], *, tabled: Sequence[str] = ()) -> str:
        _, found = grids_of((first, lines()), ("Travail", second))
        return str(extraction.find_extraction("a.xlsx", list(found.values()), TITLES, tabled).sheet)

    assert chosen("Export", raw) == "Export"
    assert chosen("Données", lines()) == "Données"
    assert chosen("Export", lines(), tabled=["travail"]) == "Travail"
    _, found = grids_of(("Export brut", raw), ("Feuil2", lines()))
    assert extraction.find_extraction("a.xlsx", list(found.values()), TITLES).sheet == "Feuil2"


def test_a_workbook_without_lines_is_told() -> None:
    _, found = grids_of(("Feuille", [["Bonjour"]]))
    assert (
        "aucune feuille" in failure(lambda: extraction.find_extraction("a.ods", list(found.values()), TITLES)).observed
    )
    assert "aucune ligne" in failure(lambda: read_lines([list(TITLES.values())])).observed
    lost = [list(TITLES.values())[1:]]
    assert "« Numéro »" in failure(lambda: read_lines(lost)).observed


def test_totals_holes_and_titles_among_the_lines_are_no_lines() -> None:
    rows = lines()
    total_line = ["Total", None, None, None, None, None, None, ("=SUM(H2:H7)", 685.25), None]
    rows = [*rows[:3], [], list(TITLES.values()), *rows[3:], total_line, [], ["Extrait le 30/06/2026"]]
    read = read_lines(rows)
    assert len(read.lines) == 6 and read.totals == [10] and read.blanks == [4, 5] and read.repeated == [5]
    told = failure(kinds.Kinds(read, TITLES).expect_one_table)
    assert told.observed == "1 ligne de total parmi les lignes (feuille « Données », ligne 10)."
    kinds.Kinds(read_lines([*lines(), [], ["Source : Tryton"]]), TITLES).expect_one_table()


@pytest.mark.parametrize(
    ("column", "value", "expect", "told"),
    [
        (2, "01/11/2025", "expect_dates", "« Date » : 1 cellule n'est pas une date (B2 : le texte « 01/11/2025 »)."),
        (8, "100,00", "expect_numbers", "« Montant HT » : 1 cellule n'est pas un nombre (H2 : le texte « 100,00 »)."),
        (9, "20 %", "expect_numbers", "« Taux TVA » : 1 cellule n'est pas un nombre (I2 : le texte « 20 % »)."),
        (3, 7.0, "expect_codes", "« Code client » : 1 cellule n'est pas du texte (C2 : le nombre 7)."),
        (2, 45962.0, "expect_dates", "« Date » : 1 cellule n'est pas une date (B2 : le nombre 45962)."),
        (5, 7071, "expect_codes", "« Compte » : 1 cellule n'est pas du texte (E2 : le nombre 7071)."),
    ],
)
def test_types_are_told_with_the_cell(column: int, value: Any, expect: str, told: str) -> None:
    read = read_lines(changed(lines(), {(2, column): value}))
    caught = failure(getattr(kinds.Kinds(read, TITLES), expect))
    assert caught.observed == told and caught.cells == [places.Spot(2, column).cell]
    # Another content is not another type: the line is still the oracle's.
    fidelity.Fidelity(read, VARIANT).expect_exact()


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
        (ROWS[:3] + ROWS[4:], "expect_complete", "Il manque 1 ligne de facture sur 6, dans un seul mois."),
        (ROWS[:4] + ROWS[5:], "expect_credits", "Il manque 1 ligne d'avoir sur 1."),
        (ROWS[1:], "expect_edges", "Il manque 1 ligne du 1er novembre 2025."),
        (ROWS[:5], "expect_edges", "Il manque 1 ligne du 31 janvier 2026."),
        ([*ROWS, *VARIANT["outside"]["after"]], "expect_edges", "1 ligne hors de la période (feuille « Données », ligne 8)."),
        ([*ROWS, *VARIANT["outside"]["before"]], "expect_edges", "1 ligne hors de la période (feuille « Données », ligne 8)."),
        ([*ROWS, *VARIANT["outside"]["draft"]], "expect_no_draft", "1 brouillon (feuille « Données », ligne 8)."),
        ([*ROWS, *VARIANT["outside"]["cancelled"]], "expect_no_draft", "1 facture annulée (feuille « Données », ligne 8)."),
        ([*ROWS, *VARIANT["outside"]["supplier"]], "expect_nothing_else", "1 ligne d'une facture de fournisseur (feuille « Données », ligne 8)."),
        ([*ROWS, ROWS[2]], "expect_nothing_else", "1 ligne en double (feuille « Données », ligne 8)."),
        ([*ROWS, row("FC9", "2025-12-02", "00012", "5.00")], "expect_nothing_else", "1 ligne que Tryton n'a pas dans cette période (feuille « Données », ligne 8)."),
        ([*ROWS[:2], {**ROWS[2], "montant": "201.00"}, *ROWS[3:]], "expect_nothing_else", "1 montant qui n'est pas celui de Tryton (feuille « Données », ligne 4)."),
        ([*ROWS[:2], {**ROWS[2], "compte": "706"}, *ROWS[3:]], "expect_exact", "1 cellule ne dit pas la même chose que Tryton (colonne « Compte ») : E4."),
    ],
)  # fmt: skip
def test_each_mistake_costs_once(rows: Sequence[Mapping[str, Any]], expect: str, told: str) -> None:
    found = broken(compared(rows))
    assert {name: failed.observed for name, failed in found.items()} == {expect: told}


@pytest.mark.parametrize("quantity", ["2", "-2"])
def test_a_credit_note_without_its_sign_costs_once(quantity: str) -> None:
    without = {**ROWS[4], "montant": "50.50", "quantite": quantity}
    found = broken(compared([*ROWS[:4], without, ROWS[5]]))
    told = "1 ligne d'avoir sans le signe moins (feuille « Données », ligne 6)."
    assert {name: failed.observed for name, failed in found.items()} == {"expect_credits": told}


def test_somebody_elses_lines_are_told_and_nothing_of_ones_own() -> None:
    other = [{**one, "numero": f"X{rank}", "montant": "12.00"} for rank, one in enumerate(ROWS)]
    told = failure(compared(other).expect_own).observed
    assert told == "L'extraction n'a que 0 ligne sur les 6 demandées ; elle en a 6 en tout."


def test_no_missing_line_is_named() -> None:
    for kept in range(len(ROWS)):
        for failed in broken(compared(ROWS[:kept] + ROWS[kept + 1 :])).values():
            assert ROWS[kept]["numero"] not in failed.observed and ROWS[kept]["montant"] not in failed.observed


def test_a_column_of_formulas_helps_and_a_copied_one_is_told() -> None:
    helped = [[*line, "Mois" if not rank else (f"=MONTH(B{rank + 1})", 11)] for rank, line in enumerate(lines())]
    fidelity.Fidelity(read_lines(helped), VARIANT).expect_columns()
    copied = [[*line, "Courriel" if not rank else "a@b.test"] for rank, line in enumerate(lines())]
    assert (
        failure(fidelity.Fidelity(read_lines(copied), VARIANT).expect_columns).observed
        == "1 colonne en plus, recopiée : J (« Courriel »)."
    )
    lacking = [line[:4] + line[5:] for line in lines()]
    assert (
        failure(fidelity.Fidelity(read_lines(lacking), VARIANT).expect_columns).observed
        == "Il manque 1 colonne : « Compte »."
    )


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
        compact += [[code, value], [CUSTOMERS[code]["name"], value]]
    found, _, _ = made([*compact, ["Total", 685.25]])
    assert [spot.cell for spot in found.customers.figures.spots.values()] == ["B2", "B4", "B6", "B8"]


def test_between_a_typed_copy_and_formulas_the_formulas_are_read() -> None:
    copies = [[*line, line[1][1] if len(line) == 2 and isinstance(line[1], tuple) else None] for line in TOTALS]
    found, _, _ = made(copies)
    assert found.months.figures.line == 2
    found.months.expect_calculated()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (275.25, "Synthèse!B4 (décembre 2025) contient 275,25, une valeur tapée ou collée."),
        (("=275.25", 275.25), "Synthèse!B4 (décembre 2025), =275.25, ne lit aucune cellule."),
    ],
)
def test_a_typed_total_is_told_with_its_cell(content: Any, told: str) -> None:
    caught = failure(made(changed(TOTALS, {(4, 2): content}))[0].months.expect_calculated)
    assert caught.observed == told and caught.cells == ["B4"]


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
    told = failure(lambda: found.months.expect_right(found.analysis.by_month)).observed
    shown = said.amount(value)
    assert told == f"Synthèse!B5 (janvier 2026), {formula}, montre {shown} au lieu de 259,50.{hint}"


def test_a_missing_month_and_a_missing_customer_are_told() -> None:
    found, _, _ = made([*TOTALS[:4], *TOTALS[5:]])
    told = failure(lambda: found.months.expect_all(found.required("by_month"))).observed
    assert told == "Dans la feuille « Synthèse », il manque 1 mois : janvier 2026."
    found, _, _ = made([*TOTALS[:10], *TOTALS[11:]])
    told = failure(lambda: found.customers.expect_all(found.required("by_customer"))).observed
    assert told == "Dans la feuille « Synthèse », il manque 1 client : client 00019, Menuiserie Morel."


def test_a_workbook_without_summary_is_told() -> None:
    found, _, _ = made([["Bonjour"]])
    assert "synthèse par mois" in failure(lambda: found.months).observed
    assert "synthèse par client" in failure(lambda: found.customers).observed
    assert "leur rang" in failure(lambda: found.ranks).observed
    assert "liste des taux" in failure(lambda: found.bases).observed


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


def trials_of(read: Any) -> dict[str, Any]:
    return dict(changes.make_trials(read, VARIANT["trials"], MONTHS))


def test_trials_say_what_the_lines_then_are() -> None:
    found, read, _ = made()
    trials = trials_of(read)
    assert list(trials) == ["amounts", "month", "customer", "rate", "rank", "added"]
    before = found.analysis
    after = {name: found.analyse(trial.lines) for name, trial in trials.items()}
    assert len(trials["amounts"].scenario) == 6
    assert all(after["amounts"].by_month[month] != before.by_month[month] for month in MONTHS)
    assert after["month"].totals == before.totals and after["month"].by_month != before.by_month
    assert after["customer"].by_month == before.by_month and after["customer"].by_customer != before.by_customer
    assert after["rate"].bases != before.bases and after["rate"].totals == before.totals
    assert before.ranks["00019"] == 4 and after["rank"].ranks["00019"] == 1
    [added] = trials["added"].scenario
    assert isinstance(added, Append) and added.after_row == 7 and set(added.values) == set("ABCDEFGHI")
    assert round(after["added"].totals[0] - before.totals[0], 2) == 1012.34


def test_a_date_kept_as_a_text_stays_a_text_in_a_trial() -> None:
    rows = changed(lines(), {(line, 2): one["date"] for line, one in enumerate(ROWS, 2)})
    [edit] = trials_of(read_lines(rows))["month"].scenario
    assert isinstance(edit, Edit) and re.fullmatch(r"\d{4}-\d{2}-15", str(edit.value))


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
    caught = failure(lambda: found.months.expect_follows(values, told, analysed.by_month))
    assert caught.observed == (
        "Avec tous les montants de l'extraction changés, Synthèse!B4 (décembre 2025), "
        "=SUMIFS(Données!H2:H7,Données!B2:B7,A4), passe de 275,25 à 275,25 au lieu de "
        f"{said.amount(analysed.by_month['2025-12'])}."
    )
    assert caught.cells == ["B4"]


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
    read = extraction.find_extraction("analyse.xlsx", list(found.values()), TITLES)
    months = synthesis.Synthesis(book, found, read, VARIANT).months
    assert (months.sheet, [spot.cell for spot in months.figures.spots.values()]) == ("Synthèse", ["B3", "B4", "B5"])


def test_a_line_more_without_its_helper_is_told() -> None:
    helped = [[*line, "Mois" if not at_row else (f"=MONTH(B{at_row + 1})", 11)] for at_row, line in enumerate(lines())]
    by_helper = changed(TOTALS, {(4, 2): ("=SUMIFS(Données!H:H,Données!J:J,12)", 275.25)})
    found, _, _ = made(by_helper, helped)
    after = {"2025-12": 375.25, "2025-11": 150.5, "2026-01": 259.5}
    told = failure(
        lambda: found.months.expect_follows(
            computed((DATA, helped), ("Synthèse", by_helper)), "une ligne", after, added=8
        )
    ).observed
    assert told.endswith(
        " au lieu de 375,25. La formule lit la colonne J, qui est vide sur la ligne ajoutée : prenez cette colonne dans le"
        " tableau nommé, ou recopiez sa formule plus bas."
    )


# -- pivots


def pivoted(values_last: float) -> tuple[Any, Values]:
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
    pivot = Pivot("P", "A1:B5", "Données!A1:I7", ("Mois",), (), (("Montant HT", "sum"),))
    book = Book([sheet(DATA, lines()), sheet("Croisé", rows, pivots=(pivot,))])
    values = computed((DATA, lines()), ("Croisé", fresh), pivots=(PivotArea("Croisé", "P", "A1:B5"),))
    found = grid.grids(book, lambda: values)
    read = extraction.find_extraction("a.xlsx", list(found.values()), TITLES)
    return synthesis.Synthesis(book, found, read, VARIANT), values


def test_a_pivot_shows_what_a_refresh_gives_and_is_calculated() -> None:
    found, _ = pivoted(259.5)
    found.months.expect_right(found.analysis.by_month)
    found.months.expect_calculated()
    wrong, _ = pivoted(200.0)
    told = failure(lambda: wrong.months.expect_right(wrong.analysis.by_month)).observed
    assert told == "Croisé!B4 (janvier 2026) montre 200,00 au lieu de 259,50."


# -- the grand total


def the_total(totals: Sequence[Sequence[Any]]) -> Any:
    _, read, found = made(totals)
    return total.Total(list(found.values()), read, Book([sheet(DATA, lines())]), (685.25, 685.25))


def test_the_grand_total_is_beside_its_word() -> None:
    one = the_total(TOTALS)
    one.expect_calculated()
    assert one.find()[1].cell == "B6"
    values = computed((DATA, lines()), ("Synthèse", changed(TOTALS, {(6, 2): ("", 700.0)})))
    one.expect_follows(values, (700.0,), "un montant changé")
    told = failure(lambda: one.expect_follows(values, (750.0,), "un montant changé")).observed
    assert told == "Avec un montant changé, Synthèse!B6 (total général) montre 700,00 au lieu de 750,00."


def test_a_wrong_or_typed_grand_total_is_told() -> None:
    wrong = changed(TOTALS, {(6, 2): ("=SUM(B3:B4)", 425.75)})
    assert "montre 425,75 ; vos lignes font 685,25" in failure(the_total(wrong).find).observed
    typed = changed(TOTALS, {(6, 2): 685.25})
    assert failure(the_total(typed).expect_calculated).observed == "Synthèse!B6 : le total général est tapé."
    assert "Aucune cellule « Total »" in failure(the_total([["Bonjour"]]).find).observed


# -- charts


def the_charts(*all_charts: Chart) -> Any:
    book, found = grids_of((DATA, lines()), ("Synthèse", TOTALS), **{"Synthèse": {"charts": all_charts}})
    read = extraction.find_extraction("a.xlsx", list(found.values()), TITLES)
    return charts.Charts(book, found, synthesis.Synthesis(book, found, read, VARIANT).charted())


def chart(values: str | None = "Synthèse!B3:B5", names: str | None = "Synthèse!A3:A5", **more: Any) -> Chart:
    facts = {"title": "Ventes par mois", "x_title": "Mois", "y_title": "Euros", "anchor": "D2"} | more
    return Chart(facts.pop("kind", "bar"), series=(Series(categories_ref=names, values_ref=values),), **facts)


def test_a_right_chart_shows_months_or_customers() -> None:
    for right in (chart(), chart("Synthèse!C9:C12", "Synthèse!A9:B12"), chart("Synthèse!C9:C11", "Synthèse!B9:B11")):
        one = the_charts(chart("Synthèse!B15:B16", "Synthèse!A15:A16"), right)
        one.expect_one()
        one.expect_right()
        one.expect_readable()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (chart("Synthèse!B3:B6", "Synthèse!A3:A6"), "il montre aussi « Total » (Synthèse!B3:B6)"),
        (chart("Synthèse!B3:B4", "Synthèse!A3:A4"), "il ne montre que 2 mois sur 3 au moins (Synthèse!B3:B4)"),
        (chart("Synthèse!D9:D12", "Synthèse!A9:A12"), "les cellules qu'il montre (Synthèse!D9:D12) ne sont pas les totaux de ses étiquettes"),
        (chart("Synthèse!B3:B5", None), "ses étiquettes ne sont ni les mois ni les clients"),
        (chart(None), "ses valeurs sont tapées dans le graphique, elles ne suivront pas le tableau"),
    ],
)  # fmt: skip
def test_a_chart_on_other_cells_is_told(wrong: Chart, told: str) -> None:
    assert (
        failure(the_charts(wrong).expect_right).observed
        == f"Graphique « Ventes par mois » de la feuille « Synthèse » : {told}."
    )


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (chart(title=None), "il n'a pas de titre"),
        (chart(title="Titre du graphique"), "son titre est resté « Titre du graphique »"),
        (chart(x_title=None, y_title=None), "ni titres d'axes ni étiquettes de données"),
        (chart(kind="radar"), "c'est un radar : des barres ou une courbe se lisent mieux"),
    ],
)
def test_a_chart_that_cannot_be_read_alone_is_told(wrong: Chart, told: str) -> None:
    assert failure(the_charts(wrong).expect_readable).observed == f"Graphique de la feuille « Synthèse » : {told}."


def test_a_chart_may_show_names() -> None:
    shown = (DefinedName("lesTotaux", "Synthèse!B3:B5"), DefinedName("lesMois", "Synthèse!A3:A5"))
    one = chart("Synthèse!lesTotaux", "analyse.xlsx!lesMois")
    book, found = grids_of((DATA, lines()), ("Synthèse", TOTALS), **{"Synthèse": {"charts": (one,)}})
    book = Book(book.sheets, shown)
    read = extraction.find_extraction("a.xlsx", list(found.values()), TITLES)
    charts.Charts(book, found, synthesis.Synthesis(book, found, read, VARIANT).charted()).expect_right()


def test_labels_stand_for_axes_and_a_pie_has_few_slices() -> None:
    the_charts(chart(x_title=None, y_title=None, labels=True)).expect_readable()
    the_charts(chart(kind="pie", x_title=None, y_title=None, legend=True)).expect_readable()
    many = chart("Synthèse!B3:B15", "Synthèse!A3:A15", kind="pie", labels=True)
    assert "un disque de 13 parts" in failure(the_charts(many).expect_readable).observed
    assert "aucun graphique" in failure(the_charts().expect_one).observed
    assert "vide" in failure(the_charts(Chart("bar")).expect_one).observed


# -- presentation


def test_a_table_or_a_name_covers_the_lines() -> None:
    read = read_lines(lines())
    data = sheet(DATA, lines())
    for tables, names in (
        ((Table("Ventes", "A1:I7", True, ()),), ()),
        ((Table("Ventes", "A1:J9", True, ()),), ()),
        ((), (DefinedName("ventes", "Données!A2:I7"),)),
        ((), (DefinedName("ventes", "OFFSET(Données!$A$1,0,0,COUNTA(Données!$A:$A),9)"),)),
    ):
        book = Book([WorkSheet(DATA, False, data.rows, tables=tables)], names)
        presentation.expect_table(book, read)
    short = Book([WorkSheet(DATA, False, data.rows, tables=(Table("Ventes", "A1:I5", True, ()),))])
    told = failure(lambda: presentation.expect_table(short, read)).observed
    assert told == "« Ventes » va de la ligne 1 à la ligne 5 ; vos lignes vont de 2 à 7."
    assert "Aucun tableau" in failure(lambda: presentation.expect_table(Book([data]), read)).observed


def test_formats_are_judged_by_meaning() -> None:
    found, read, all_grids = made()
    spots = {"Synthèse": list(found.months.figures.spots.values())}
    told = failure(lambda: presentation.expect_formats(read, spots, found.shares.figures, all_grids)).observed
    assert (
        told
        == "À revoir : Synthèse!B3 (un total sans format de nombre ou de monnaie) et Synthèse!D9 (une part sans format de pourcentage)."
    )
    rows = [[cell(one, EURO if isinstance(one, tuple) else None) for one in line] for line in TOTALS]
    for line in rows[8:12]:
        line[3] = BookCell(None, "", line[3].formula, format=PERCENT)
    book = Book([sheet(DATA, lines()), WorkSheet("Synthèse", False, rows)])
    values = computed((DATA, lines()), ("Synthèse", TOTALS))
    pretty = grid.grids(book, lambda: values)
    read = extraction.find_extraction("a.xlsx", list(pretty.values()), TITLES)
    found = synthesis.Synthesis(book, pretty, read, VARIANT)
    presentation.expect_formats(
        read, {"Synthèse": list(found.months.figures.spots.values())}, found.shares.figures, pretty
    )


def test_print_setup_is_told() -> None:
    def book(data: Print, totals: Print) -> Book:
        return Book([sheet(DATA, lines(), print=data), sheet("Synthèse", TOTALS, print=totals)])

    read = read_lines(lines())
    wide = Print(landscape=True)
    presentation.expect_printable(book(Print(fit_width=True, title_rows="1:1"), wide), read, "Synthèse")
    told = failure(lambda: presentation.expect_printable(book(wide, Print()), read, "Synthèse")).observed
    assert told == "La feuille « Synthèse » s'imprime en portrait, sans être ajustée à la largeur."
    told = failure(lambda: presentation.expect_printable(book(wide, wide), read, "Synthèse")).observed
    assert told == "À l'impression, la feuille « Données » ne répète pas sa ligne de titres."


@pytest.mark.parametrize(
    "head",
    [
        [["Source : Tryton, extrait le 30/06/2026"]],
        [["Source", "PGI Tryton"], ["Date d'extraction", date(2026, 6, 30)]],
        [["Données exportées de Tryton le 1er juillet 2026"]],
    ],
)
def test_source_and_date_are_found(head: list[list[Any]]) -> None:
    _, read, found = made([*head, *TOTALS])
    presentation.expect_source(list(found.values()), read)


def test_a_source_without_date_and_a_date_without_source_are_told() -> None:
    for head, told in ((["Source : Tryton"], "date d'extraction"), (["Extrait le 30/06/2026"], "viennent de Tryton")):
        _, read, found = made([head, *TOTALS])
        assert (
            told
            in failure(lambda found=found, read=read: presentation.expect_source(list(found.values()), read)).observed
        )


def test_what_is_hidden_is_told() -> None:
    presentation.expect_nothing_hidden(Book([sheet(DATA, lines())]))
    book = Book([sheet(DATA, lines(), hidden_columns=("J",), hidden_rows=(3, 4)), sheet("Brut", [["x"]], hidden=True)])
    told = failure(lambda: presentation.expect_nothing_hidden(book)).observed
    assert told == "Caché : la feuille « Brut », 1 colonne de « Données » (J) et 2 lignes de « Données » (3 et 4)."


def test_errors_are_told_with_their_cell() -> None:
    presentation.expect_no_error(computed(("S", [["ok", 1.0]])))
    told = failure(lambda: presentation.expect_no_error(computed(("S", [["x", CellError("#REF!")]])))).observed
    assert told == "1 cellule en erreur : S!B1 montre #REF!."


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
    assert "« 12 400 € »" in failure(lambda: note.expect_figures("12 400 € ; 312 h", values)).observed
    told = failure(lambda: note.expect_figures("12 340,00 € ; 8 % ; 312 h", values)).observed
    assert told == "2 chiffres de la note ne sont dans aucune cellule du classeur : « 12 340,00 € » et « 8 % »."
    assert failure(lambda: note.expect_figures("En tout 312 h.", values)).observed == "La note cite 1 chiffre."


def test_a_note_has_a_length_an_addressee_and_names() -> None:
    long_enough = "Madame Le Goff, " + "mot " * 70
    note.expect_length(long_enough, "Claire Le Goff")
    assert failure(lambda: note.expect_length("Bonjour", "Claire Le Goff")).observed == "La note a 1 mot."
    assert "à qui" in failure(lambda: note.expect_length("mot " * 70, "Claire Le Goff")).observed
    note.expect_customers("L'îlot d'Ébène puis le client 00034", ["00007", "00034"], CUSTOMERS, 2)
    told = failure(lambda: note.expect_customers("L'Îlot d'Ébène", ["00007", "00034"], CUSTOMERS, 2)).observed
    assert told == "1 client sur les 2 premiers n'est pas nommé dans la note."


# -- privacy


def test_personal_data_are_found_wherever_they_are() -> None:
    known = {
        "emails": ["contact@ilot.example"], "phones": ["02 98 00 00 01"], "streets": ["12 rue du Port"],
        "employees": ["Yann Kermarrec", "Claire Le Goff"],
    }  # fmt: skip
    personal = privacy.Personal(known, ["Claire Le Goff"])
    for text, kind in (
        ("Écrire à Contact@Ilot.example", "emails"), ("+33 2 98 00 00 01", "phones"), ("tél. 0298000001", "phones"),
        ("12, Rue du Port", "streets"), ("yann kermarrec", "employees"),
        ("KERMARREC Yann", "employees"),
    ):  # fmt: skip
        assert personal.kinds(text) == (kind,), text
    for text in ("Claire Le Goff", "ventes@ailleurs.example", "FC2025-00298", "12 345,00"):
        assert personal.kinds(text) == (), text
    traces = {"analyse.ods": [Trace("cellule B4 de la feuille masquée « X »", "12 rue du Port", True)], "note.md": []}
    told = failure(lambda: privacy.expect_none(traces, personal)).observed
    assert (
        told
        == "Des données personnelles de trop : 1 adresse postale (analyse.ods, cellule B4 de la feuille masquée « X »)."
    )
    assert "rue" not in told


# -- the other figure, receivables, ledger

ASKED = {"kind": "rh", "title": "Heures passées à l'activité « Réparation »", "what": "Réparation", "unit": "heures"}


def the_figure(rows: Sequence[Sequence[Any]]) -> Any:
    book, found = grids_of((DATA, lines()), ("Temps", rows))
    read = extraction.find_extraction("a.xlsx", list(found.values()), TITLES)
    return figure.AskedFigure(found, read, ASKED, 12.5, book)


HOURS = [["Heures de réparation", ("=SUM(B3:B4)/3600", 12.5)], [], ["Réparation", 30000.0], ["Réparation", 15000.0]]


def test_the_figure_is_calculated_on_lines_and_moves_with_them() -> None:
    one = the_figure(HOURS)
    one.expect_calculated(2)
    assert [(edit.cell, edit.value) for edit in one.edits()] == [("B3", 45001.0), ("B4", 22502.0)]
    still = computed((DATA, lines()), ("Temps", HOURS))
    assert "ne bouge pas" in failure(lambda: one.expect_moved(still)).observed
    one.expect_moved(computed((DATA, lines()), ("Temps", changed(HOURS, {(1, 2): ("", 12.6)}))))


def test_the_figure_may_read_helpers_that_read_the_lines() -> None:
    by_helper = [
        ["Heures de réparation", ("=SUM(C3:C4)", 12.5)],
        [],
        ["Réparation", 30000.0, ("=B3/3600", 8.333)],
        ["Réparation", 15000.0, ("=B4/3600", 4.167)],
    ]
    assert [edit.cell for edit in the_figure(by_helper).edits()] == ["B3", "B4"]


def test_a_figure_that_shows_a_typed_one_again_is_no_calculation() -> None:
    again = [*changed(HOURS, {(1, 2): ("=B5", 12.5)}), [None, ("=B6", 12.5)], [None, 12.5]]
    told = failure(lambda: the_figure(again).expect_calculated(2)).observed
    assert told == "Temps!B1, =B5, ne fait que montrer Temps!B6, une valeur tapée."


def test_a_figure_that_does_not_read_all_lines_is_told() -> None:
    told = failure(lambda: the_figure(HOURS).expect_calculated(3)).observed
    assert told == "Temps!B1, =SUM(B3:B4)/3600, ne lit que 2 nombres : toutes les lignes de Tryton n'y sont pas."


def test_a_figure_that_hardly_moves_is_told() -> None:
    hardly = changed(HOURS, {(1, 2): ("", 12.5000001)})
    told = failure(lambda: the_figure(HOURS).expect_moved(computed((DATA, lines()), ("Temps", hardly)))).observed
    assert "ne bouge pas" in told


def test_a_wrong_typed_or_absent_figure_is_told_without_the_right_one() -> None:
    def told(rows: Sequence[Sequence[Any]]) -> str:
        return str(failure(lambda: the_figure(rows).expect_calculated(2)).observed)

    wrong = told(changed(HOURS, {(1, 2): ("=B3", 13.0)}))
    assert wrong == "Temps!B1 montre 13, qui n'est pas le chiffre de votre Tryton."
    assert "valeur tapée" in told(changed(HOURS, {(1, 2): 12.5}))
    assert "ne lit aucune cellule" in told(changed(HOURS, {(1, 2): ("=12.5", 12.5)}))
    assert "Aucune cellule" in told([["Bonjour"]])


BRACKETS = {"non_echu": "10.00", "1_30": "20.00", "31_60": "0.00", "61_90": "0.00", "plus_90": "5.00"}
AGED: dict[str, Mapping[str, str]] = {
    "00007": BRACKETS | {"non_echu": "0.00", "total": "25.00"},
    "00012": {
        "non_echu": "10.00",
        "1_30": "0.00",
        "31_60": "0.00",
        "61_90": "0.00",
        "plus_90": "0.00",
        "total": "10.00",
    },
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
    return aging.find_aged(list(found.values()), BRACKETS, labels.Customers(CUSTOMERS).read), book


def the_calculated(found: Any, book: Book) -> None:
    aging.expect_calculated(found, precedents.Precedents({found.grid.name: found.grid}, book), book)


def test_aged_receivables_are_read_either_way() -> None:
    for rows in (OLD, [list(line) for line in zip(*OLD[:4], strict=True)]):
        found, book = the_aged(rows)
        aging.expect_totals(found, BRACKETS)
        aging.expect_customers(found, AGED)
        the_calculated(found, book)


def test_wrong_receivables_are_told_without_the_right_figure() -> None:
    found, _ = the_aged(changed(OLD, {(4, 3): ("=SUM(C2:C3)", 33.0)}))
    told = failure(lambda: aging.expect_totals(found, BRACKETS)).observed
    assert told == "1 tranche sur 5 sans le bon total : 1 à 30 jours (Balance!C4)."
    found, _ = the_aged(changed(OLD, {(3, 2): ("=SUM(X1)", 11.0)}))
    told = failure(lambda: aging.expect_customers(found, AGED)).observed
    assert told == "1 montant qui n'est pas le bon : Balance!B3 (client 00012)."
    found, _ = the_aged([OLD[0], OLD[1], OLD[3]])
    assert "1 client sur 2" in failure(lambda: aging.expect_customers(found, AGED)).observed
    found, book = the_aged(changed(OLD, {(2, 3): 20.0}))
    assert failure(lambda: the_calculated(found, book)).observed == "1 montant tapé, collé ou recopié : C2."


TODAY = date(2026, 6, 30)


def the_trials(rows: Sequence[Sequence[Any]]) -> tuple[Any, Any]:
    found, book = the_aged(rows)
    return found, aging.trials(found, precedents.Precedents({found.grid.name: found.grid}, book), TODAY)


def test_receivables_move_with_the_amounts_and_the_dates_that_they_read() -> None:
    found, (amounts, dates) = the_trials(OLD)
    assert [(edit.cell, edit.value) for edit in amounts][:3] == [("H6", 31.0), ("H7", 9.5), ("H8", 21.0)]
    assert [(edit.cell, edit.value) for edit in dates] == [(f"G{row}", date(2026, 7, 30)) for row in range(6, 11)]
    moved = {(2, 3): ("", 29.0), (2, 6): ("", 9.0), (3, 2): ("", 19.0), (4, 2): ("", 19.0), (4, 3): ("", 29.0)}
    after = {last: computed(("Balance", changed(OLD, {**moved, (4, 6): ("", last)}))) for last in (5.0, 5.001, 9.0)}
    for still in (5.0, 5.001):
        told = failure(lambda: aging.expect_moved(found, after[still], after[9.0])).observed  # noqa: B023
        assert told == "Balance!F4, =SUM(F2:F3), ne bouge pas quand les montants qu'elle lit changent."
    told = failure(lambda: aging.expect_moved(found, after[9.0], after[5.0])).observed
    assert told == "Balance!F4, =SUM(F2:F3), ne bouge pas quand les échéances changent."
    aging.expect_moved(found, after[9.0], after[9.0])


def test_dates_may_be_texts_or_bare_numbers_and_none_is_told() -> None:
    for content, later in (("2026-05-01", "2026-07-30"), ("01/05/2026", "30/07/2026"), (46143.0, date(2026, 7, 30))):
        rows = [[*line[:6], content, line[7]] if len(line) > 6 else line for line in OLD]
        assert [edit.value for edit in the_trials(rows)[1][1]] == [later] * 5
    dateless = [[*line[:6], "tranche", line[7]] if len(line) > 6 else line for line in OLD]
    assert "aucune liste d'échéances" in failure(lambda: the_trials(dateless)).observed


LEDGER = {
    "total": "700.00", "gap": "14.75",
    "entries": [
        {"numero": "2025/00189", "piece": "FC2", "montant": "-85.25", "why": "accounting_date"},
        {"numero": "2025/00194", "piece": None, "montant": "100.00", "why": "od"},
    ],
}  # fmt: skip
GAP: list[list[Any]] = [
    ["Total de la synthèse", ("=SUM(Données!H2:H7)", 685.25)],
    ["Total du grand livre", 700.0],
    ["Écart", ("=B2-B1", 14.75)],
    [],
    ["Numéro", "Montant"],
    ["FC2", -85.25],
    ["2025/00194", 100.0],
]


def the_gap(rows: Sequence[Sequence[Any]]) -> Any:
    book, found = grids_of((DATA, lines()), ("Écart", rows))
    read = extraction.find_extraction("a.xlsx", list(found.values()), TITLES)
    return gap.Gap(found, read, LEDGER, book)


def the_entries(rows: Sequence[Sequence[Any]]) -> Any:
    _, found = grids_of((DATA, lines()), ("Écart", rows))
    read = extraction.find_extraction("a.xlsx", list(found.values()), TITLES)
    return entries.Entries(list(found.values()), read, LEDGER["entries"])


def test_the_gap_and_its_entries_are_found() -> None:
    the_gap(GAP).expect_figures(())
    the_entries(GAP).expect_listed()


def test_an_entry_may_be_listed_account_by_account() -> None:
    signed = [["FC2", "7071", -60.0], ["FC2", "706", -25.25], ["2025/00194", "7071", 100.0]]
    booked = [["FC2", "7071", 60.0, 0.0], ["FC2", "706", 30.0, 4.75], ["2025/00194", "7071", 0.0, 100.0]]
    for rows in (signed, booked):
        the_entries([*GAP[:5], *rows]).expect_listed()
    told = failure(the_entries([*GAP[:5], signed[0], signed[2]]).expect_listed).observed
    assert told.endswith("avec numéro et montant ; le montant n'est pas le bon pour 2025/00189.")


def test_entries_that_cancel_each_other_may_be_left_out() -> None:
    od = [
        {"numero": name, "piece": None, "montant": value, "why": "od"}
        for name, value in (("A", "80.00"), ("B", "-80.00"))
    ]
    assert entries.required([*LEDGER["entries"], *od]) == LEDGER["entries"]
    assert entries.required([od[0], LEDGER["entries"][0]]) == [od[0], LEDGER["entries"][0]]
    mixed = [od[0], {**od[1], "why": "accounting_date"}]
    assert entries.required(mixed) == mixed


def test_another_entry_in_the_list_is_told() -> None:
    dated = [*GAP[:5], *([line[0], date(2026, 1, 31), line[1]] for line in GAP[5:])]
    the_entries([*dated, ["", "Total", 14.75]]).expect_listed()
    told = failure(the_entries([*dated, ["2025/00300", date(2026, 1, 5), 12.0]]).expect_listed)
    assert told.observed == "1 écriture qui ne fait pas l'écart dans la liste de « Écart » (B8)."
    the_entries([*dated, [], ["2025/00300", date(2026, 1, 5), 12.0]]).expect_listed()


def test_a_gap_that_does_not_move_is_told() -> None:
    typed = changed(GAP, {(3, 2): ("=14.75+0*B1", 14.75)})
    one = the_gap(typed)
    assert {edit.sheet for edit in one.edits()} == {DATA}
    told = failure(lambda: one.expect_moved(computed((DATA, lines()), ("Écart", typed)))).observed
    assert told == "Écart!B3, =14.75+0*B1, ne bouge pas quand les nombres qu'il lit changent."


def test_a_gap_between_typed_figures_is_told() -> None:
    typed = [["Total de la synthèse", ("=C1", 685.25), 685.25], *GAP[1:]]
    assert failure(lambda: the_gap(typed).expect_figures({"Synthèse"})).observed == (
        "Écart!B3, =B2-B1 : l'écart ne lit que des valeurs tapées (Écart!C1 et Écart!B2)."
    )
    the_gap(typed).expect_figures({"Écart"})


def test_a_wrong_gap_and_lost_entries_are_told() -> None:
    assert (
        "l'écart est tapé"
        in failure(lambda: the_gap(changed(GAP, {(3, 2): 14.75})).expect_figures(())).observed.lower()
    )
    told = failure(lambda: the_gap(changed(GAP, {(2, 2): 710.0})).expect_figures(())).observed
    assert "grand livre" in told and "700" not in told
    told = failure(the_entries(GAP[:-1]).expect_listed).observed
    assert told == "1 écriture sur 2 ne se trouve pas dans le classeur, avec numéro et montant."
    buried = [*GAP[:6], *([f"2025/{line:05}", float(line)] for line in range(300, 340)), GAP[6]]
    assert "noyées" in failure(the_entries(buried).expect_listed).observed
