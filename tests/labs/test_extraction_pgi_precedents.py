"""What the totals of extraction-pgi depend on: lines alone, neither the day, the machine, a figure of their own nor themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from pgi_sheets import DATA, TOTALS, changed, computed, grid, grids_of, lines, made, places, precedents
from refused import failure, observed

from etabli.exam.tools.book import DefinedName, Pivot

SUMIFS = "SUMIFS(Données!H2:H7,Données!B2:B7,A4)"


def months_of(totals: Sequence[Sequence[Any]]) -> tuple[Any, Any, list[Any]]:
    """What is behind the totals by month, their sheet and their cells."""
    book, found = grids_of((DATA, lines()), ("Synthèse", totals))
    book = replace(book, names=(DefinedName("Jour", "Hier+1"), DefinedName("Hier", "TODAY()-1")))
    months = made(totals)[0].months.figures
    return precedents.Precedents(found, book), found["Synthèse"], list(months.spots.values())


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


def test_errors_spread_from_a_figure_to_what_reads_it() -> None:
    rows = [[("=1/0", 1.0), ("=A1+1", 1.0), ("=SUM(A1:B1)", 1.0), ("=1/0", 1.0)]]
    book, found = grids_of(("S", rows))
    cells = {("S", places.Spot(1, column)) for column in range(1, 5)}
    known = precedents.Precedents(found, book)
    assert known.spread([("S", places.Spot(1, 1))], cells) == cells - {("S", places.Spot(1, 4))}
    assert known.spread([], cells) == set()
