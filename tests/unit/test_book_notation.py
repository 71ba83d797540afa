"""Formats by meaning, formulas in one notation, and what a formula would do beyond computing."""

from __future__ import annotations

import pytest

from etabli.exam.reading import dangers
from etabli.exam.reading.formats import BUILTIN, of_code
from etabli.exam.reading.limits import Refused
from etabli.exam.reading.notation import excel_reference, from_excel, from_odf, odf_reference, pieces
from etabli.exam.reading.places import area, place, quoted, spot


@pytest.mark.parametrize(
    ("code", "kind", "decimals", "grouping"),
    [
        ("General", "general", None, False),
        ("", "general", None, False),
        ('"total"', "general", None, False),
        ("0", "integer", 0, False),
        ("00000", "integer", 0, False),
        ('"N° "0', "integer", 0, False),
        ("0.00", "number", 2, False),
        ("#,##0", "integer", 0, True),
        ("# ##0.00", "number", 2, True),
        ("#\\ ##0.00", "number", 2, True),
        ("0.00E+00", "number", 2, False),
        ("# ?/?", "number", None, False),
        ('0.00" %"', "number", 2, False),
        ("_-* #,##0.00\\ _€_-", "number", 2, True),
        ("#,##0.00_);[Red](#,##0.00)", "number", 2, True),
        ('#,##0.00\\ "€"', "currency", 2, True),
        ("#,##0.00\\ [$€-40C];[Red]\\-#,##0.00\\ [$€-40C]", "currency", 2, True),
        ('_-* #,##0.00\\ "€"_-;\\-* #,##0.00\\ "€"_-;_-* "-"??\\ "€"_-;_-@_-', "currency", 2, True),
        ('#,##0.00" EUR"', "currency", 2, True),
        ('General" €"', "currency", None, False),
        ("0%", "percent", 0, False),
        ("0.0\\ %", "percent", 1, False),
        ("dd/mm/yyyy;@", "date", None, False),
        ("[$-40C]dd/mm/yyyy", "date", None, False),
        ("[$-40C]d\\ mmmm\\ yyyy;@", "date", None, False),
        ("[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", "date", None, False),
        ("jj/mm/aaaa", "date", None, False),
        ("mmm-yy", "date", None, False),
        ("yyyy\\-mm\\-dd\\ hh:mm", "date", None, False),
        ("hh:mm", "time", None, False),
        ("[h]:mm:ss", "time", None, False),
        ("mm:ss.00", "time", None, False),
        ("h:mm AM/PM", "time", None, False),
        ("@", "text", None, False),
    ],
)
def test_a_code_is_told_by_its_meaning(code: str, kind: str, decimals: int | None, grouping: bool) -> None:
    assert of_code(code)[:3] == (kind, decimals, grouping)


def test_formats_known_by_number_have_their_meaning() -> None:
    found = {number: of_code(code).kind for number, code in BUILTIN.items()}
    assert [found[number] for number in (0, 1, 4, 9, 14, 22, 20, 44, 43, 49)] == [
        *("general", "integer", "number", "percent", "date", "date", "time", "currency", "number", "text")
    ]


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("=_xlfn._xlws.FILTER(V[HT],V[[#This Row],[Code client]]=A1)", "=FILTER(V[HT],V[@[Code client]]=A1)"),
        ("=Ventes[[#This Row],[Montant]]*2", "=Ventes[@Montant]*2"),
        ("=SUM(V[[#This Row],[A b]:[C]])", "=SUM(V[@[A b]:[C]])"),
        ("=V[#This Row]", "=V[@]"),
        ("=_xlfn.SINGLE(A1:A3)+_xlfn.ANCHORARRAY($B$2)", "=@A1:A3+$B$2#"),
        ('=_xlfn.SINGLE(IF("a)"="b",A1,(B1)))', '=@IF("a)"="b",A1,(B1))'),
        ('=_xlfn.LET(_xlpm.x,1,_xlpm.x&"_xlfn.")', '=LET(x,1,x&"_xlfn.")'),
        ("=SUM('Données'!A1,'Ma feuille'!B$2,'L''Îlot'!C3,'T1'!A1)", "=SUM(Données!A1,'Ma feuille'!B$2,'L''Îlot'!C3,'T1'!A1)"),
        ("=SUM(V[[a'[b]])", "=SUM(V[[a'[b]])"),
    ],
)  # fmt: skip
def test_a_formula_of_excel_is_read_as_a_person_reads_it(raw: str, read: str) -> None:
    assert from_excel(raw) == read


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("of:=SUM([.B1:.B2])", "=SUM(B1:B2)"),
        (
            "of:=SUMIFS([$Données.$H$2:.$H$9];[$Données.C2:.C9];[.A4])",
            "=SUMIFS(Données!$H$2:$H$9,Données!C2:C9,A4)",
        ),
        ("of:=SUM({1;2|3;4};[$'Ma feuille'.A1:.B2])", "=SUM({1,2;3,4},'Ma feuille'!A1:B2)"),
        ('of:=COM.MICROSOFT.XLOOKUP([.A1];[.B1:.B3];[.C1:.C3];"a;b|")', '=XLOOKUP(A1,B1:B3,C1:C3,"a;b|")'),
        ("of:=['file:///C:/x.ods'#$Feuil1.A1]+1", "='[file:///C:/x.ods]Feuil1'!A1+1"),
        ("of:=SUM([.A:.A]~[.B2])", "=SUM(A:A,B2)"),
        ("of:=[$'L''Îlot'.B2]", "='L''Îlot'!B2"),
        ("msoxl:=SUM(A1,B2)", "=SUM(A1,B2)"),
        ("=A1", "=A1"),
    ],
)
def test_a_formula_of_libreoffice_is_told_in_the_same_notation(raw: str, read: str) -> None:
    assert from_odf(raw) == read


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Données.A1:Données.I240", "Données!A1:I240"),
        ("$Feuil1.$B$1:$Feuil1.$B$1", "Feuil1!B1"),
        ("$'Ma feuille'.$A$1:.$B$3", "'Ma feuille'!A1:B3"),
        ("Jan.A1:Mars.A1", "'Jan:Mars'!A1"),
    ],
)
def test_a_range_of_libreoffice(text: str, told: str) -> None:
    assert odf_reference(text) == told


def test_a_range_of_excel() -> None:
    assert excel_reference("'Données'!$A$1:$I$240") == "Données!A1:I240"
    assert excel_reference("'Prix $'!$A$1,'Ma feuille'!$B:$B") == "'Prix $'!A1,'Ma feuille'!B:B"


@pytest.mark.parametrize("formula", ["=A1", '="a""b"&C1', "='x''y'!A1&[1]z", '="sans fin', '=V[[a\'[b]],"]"', ""])
def test_pieces_lose_nothing(formula: str) -> None:
    assert "".join(text for _kind, text in pieces(formula)) == formula


def test_names_of_cells() -> None:
    assert (place(4, 28), spot("$AB$4"), str(area("b4:$A$1"))) == ("AB4", (4, 28), "A1:B4")
    assert [quoted(name) for name in ("Données", "Ma feuille", "T1", "L'Îlot", "2026")] == [
        *("Données", "'Ma feuille'", "'T1'", "'L''Îlot'", "'2026'")
    ]
    for name in ("", "A0", "XFE1", "A1048577", "1A", "A1:B2"):
        with pytest.raises(ValueError, match="no cell"):
            spot(name)
    assert area("A:B") is None


# -- what a formula would do


@pytest.mark.parametrize(
    ("formula", "cause"),
    [
        ("=cmd|'/c calc'!A0", "dde"),
        ('=DDE("soffice","f","a")', "dde"),
        ('=1+webservice("http://x")', "fetches"),
        ('=IFERROR(__xludf.DUMMYFUNCTION("IMPORTXML(""x"",""y"")"),1)', "fetches"),
        ('=CALL("x")', "macros"),
        ("=[1]Feuil1!A1", "linked"),
        ("='[1]Ma feuille'!A1", "linked"),
        ("='C:\\d\\[prix.xlsx]F'!A1", "linked"),
        ("=[prix.xlsx]F!A1", "linked"),
        ("=SUM([1]F:G!A1)", "linked"),
        ("=[1]!Nom", "linked"),
    ],
)
def test_a_formula_that_does_more_than_compute_is_refused(formula: str, cause: str) -> None:
    with pytest.raises(Refused) as caught:
        dangers.check(formula, "F", "B4")
    assert (caught.value.cause, caught.value.values["cell"]) == (cause, "B4")


@pytest.mark.parametrize(
    "formula",
    [
        "=SUM(A1)",
        "='a|b'!A1",
        "=SUM({1,2|3})",
        '="a|b WEBSERVICE("&HYPERLINK("http://exemple.test")',
        "=SUM(V[a|b])",
        "=V[@x]",
        "=SUBTOTAL(109,[Montant HT])",
        "=[[#This Row],[Montant HT]]*2",
        "=V[[#Totals],[x]]",
        "=IF(A1,[0]!nom)",
        '=FILTERXML(A1,"//a")',
        "=MYWEBSERVICE(1)",
    ],
)
def test_a_formula_that_only_computes_is_not(formula: str) -> None:
    dangers.check(formula, "F", "B4")


def test_what_our_office_lacks_is_named() -> None:
    assert list(dangers.lacking("=VSTACK(TAKE(A1:A3,1),GROUPBY(A1,B1,SUM))")) == [
        *(("function", "GROUPBY"), ("function", "TAKE"), ("function", "VSTACK"))
    ]
    assert list(dangers.lacking('=IFERROR(__xludf.DUMMYFUNCTION("UNIQUE(A1:A9)"),1)')) == [("sheets-function", "")]
    assert list(dangers.lacking('=_FV(A1,"Price")*2')) == [("function", "_FV")]
    assert list(dangers.lacking('=XLOOKUP("TAKE(",A1:A3,B1:B3)')) == []
