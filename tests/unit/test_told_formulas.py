"""Formulas and errors are told as a learner's French spreadsheet shows them."""

from __future__ import annotations

import pytest

from etabli.exam.contract.formulas import CALCS, ERRORS, EXCELS, error_in_french, function_in_french, in_french, names


@pytest.mark.parametrize(
    ("formula", "told"),
    [
        (
            '=SUMIFS(Données!$H:$H,Données!$B:$B,">="&A4,Données!$B:$B,"<"&EDATE(A4,1))',
            '=SOMME.SI.ENS(Données!$H:$H;Données!$B:$B;">="&A4;Données!$B:$B;"<"&MOIS.DECALER(A4;1))',
        ),
        ("=IF(TRUE,13975.71,SUM(B3:B5)*1.5)", "=SI(VRAI;13975,71;SOMME(B3:B5)*1,5)"),
        ("=-44.43+0*SUMIFS(Ventes[Montant HT],Ventes[Code],A22)", "=-44,43+0*SOMME.SI.ENS(Ventes[Montant HT];Ventes[Code];A22)"),
        ('=IF(A1="SUM(1,5)","a, b",\'Ma, feuille 1.5\'!B2)', '=SI(A1="SUM(1,5)";"a, b";\'Ma, feuille 1.5\'!B2)'),
        ("=VLOOKUP([@Mois],Ventes[[#All],[Mois]],2,FALSE)", "=RECHERCHEV([@Mois];Ventes[[#Tout];[Mois]];2;FAUX)"),
        ("=SUM({1,2.5;3,4})", "=SOMME({1.2,5;3.4})"),
        ("=#NAME?+#N/A", "=#NOM?+#N/A"),
        ("=Temps.RH!B2+sum(A1)", "=Temps.RH!B2+SOMME(A1)"),
        ("=MAFONCTION(A1)", "=MAFONCTION(A1)"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_formula_is_told_as_it_is_typed_in_french(formula: str, told: str) -> None:
    assert in_french(formula) == told


@pytest.mark.parametrize(
    ("formula", "told"),
    [
        ("=SUMIFS(Données!$H:$H,Données!C:C,A5)", "=SOMME.SI.ENS(Données.$H:$H;Données.C:C;A5)"),
        ("='Ma feuille'!B2*1.5+VENTES!A1", "='Ma feuille'.B2*1,5+VENTES.A1"),
        ('=IF(A1="oui !",#NAME?,#N/A)', '=SI(A1="oui !";#NOM ?;#N/D)'),
    ],
)
def test_libreoffice_shows_a_point_after_a_sheet_and_its_own_errors(formula: str, told: str) -> None:
    assert in_french(formula, calc=True) == told


def test_a_long_formula_is_cut_once_it_is_french() -> None:
    assert in_french("=SUM(A1)+SUM(A2)", 12) == "=SOMME(A1)+…"


@pytest.mark.parametrize(
    ("error", "told"), [("#NAME?", "#NOM?"), ("#VALUE!", "#VALEUR!"), ("#REF!", "#REF!"), ("#N/A", "#N/A"), ("Err:522", "Err :522")]
)  # fmt: skip
def test_an_error_is_told_as_a_cell_shows_it(error: str, told: str) -> None:
    assert error_in_french(error) == told


def test_each_name_is_another_one_and_no_two_functions_share_it() -> None:
    assert len(names()) > 350 and all(english != french for english, french in names().items())
    assert len(set(names().values())) == len(names())
    assert {function_in_french(name) for name in EXCELS} == set(EXCELS.values())
    assert function_in_french("sumifs") == "SOMME.SI.ENS" and function_in_french("LAMBDA") == "LAMBDA"
    assert not set(ERRORS) & set(ERRORS.values()) and not set(CALCS) & set(CALCS.values())
    assert (error_in_french("#NAME?", calc=True), error_in_french("#SPILL!", calc=True)) == ("#NOM ?", "#SPILL!")
