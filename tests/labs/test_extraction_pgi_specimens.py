"""Witness workbooks of extraction-pgi: well-formed for any candidate, the same each time, and what their names say.

No container here: what LibreOffice makes of some of them is seen by the matrix.
"""

from __future__ import annotations

import base64
import io
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from helpers import volume

from etabli.exam.contract.check import import_grader
from etabli.exam.contract.plain import plain
from etabli.lab.manifest import load_lab
from etabli.lab.specimens.specimen import Kind, load_class, load_specimens
from etabli.system.settings import repository

LAB = "extraction-pgi"
GRADER = repository() / "graders" / LAB
variant = import_grader(GRADER, "variant")
witnesses = import_grader(GRADER, "specimens.witnesses")
right = import_grader(GRADER, "specimens.right")
archive = import_grader(GRADER, "specimens.archive")
figures = import_grader(GRADER, "specimens.figures")
formulas = import_grader(GRADER, "formulas")
french = import_grader(GRADER, "specimens.french")
lines = import_grader(GRADER, "specimens.lines")
office = import_grader(GRADER, "specimens.office")
rows = import_grader(GRADER, "specimens.rows")

SEEDS = (b"temoin-1", b"temoin-2")
BY_OFFICE = {"libre", "pivot-excel", "pivot-libre", "enregistre", "pivots-colles", "pivot-trop-court", "deux-classeurs"}
"""Those that cost a run of LibreOffice each."""
RIGHT = ("tableau", "croise", "noms", "sommeprod", "dynamique", "autrement")


@cache
def data(seed: bytes) -> dict[str, Any]:
    return plain(variant.make(seed, seed))


@cache
def made(name: str, seed: bytes = SEEDS[0]) -> Any:
    return witnesses.WORKS[name](data(seed)).make()


@cache
def tree(name: str, seed: bytes = SEEDS[0]) -> dict[str, bytes]:
    return dict(witnesses.BUILDERS[name](data(seed)))


@cache
def book(name: str, seed: bytes = SEEDS[0]) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(tree(name, seed)["analyse.xlsx"]))


@pytest.fixture(params=SEEDS, ids=bytes.decode)
def seed(request: pytest.FixtureRequest) -> bytes:
    return bytes(request.param)


# -- the collection


def test_the_class_shows_as_many_kinds_of_work_as_learners() -> None:
    specimens = load_specimens(load_lab(LAB))
    members = load_class(load_lab(LAB), specimens)
    kinds = [specimens[name].kind for name in members.values()]
    assert len(members) == 24 and len(set(members.values())) == 24
    assert kinds.count(Kind.RIGHT) == 4 and kinds.count(Kind.PARTIAL) == 1 and Kind.CHEAT in kinds


@pytest.mark.long
def test_the_office_is_started_for_seven_files_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    class Started(Exception):
        """LibreOffice would start."""

    def saved(*arguments: Any, **settings: Any) -> bytes:
        raise Started

    content = tree("tableau")["analyse.xlsx"]
    monkeypatch.setattr(archive, "saved", lambda book: content)
    monkeypatch.setattr(office, "saved", saved)
    started = set()
    for name, build in witnesses.BUILDERS.items():
        try:
            build(data(SEEDS[0]))
        except Started:
            started.add(name)
    assert started == BY_OFFICE


# -- right ones


@pytest.mark.parametrize("name", RIGHT[:: volume(2, 1)])
def test_right_workbooks_hold_the_extraction_typed(name: str, seed: bytes) -> None:
    work = witnesses.WORKS[name](data(seed))
    sheet = book(name, seed)[work.names["donnees"]]
    titles, ids = lines.headers(work), lines.order(work)
    assert [cell.value for cell in sheet[1]] == [titles[name] for name in ids]
    found = [dict(zip(ids, cells, strict=True)) for cells in sheet.iter_rows(min_row=2)]
    told = sorted((row["numero"].value, f"{row['montant'].value:.2f}", row["code_client"].value) for row in found)
    asked = sorted((row["numero"], row["montant"], row["code_client"]) for row in data(seed)["rows"])
    assert told == asked
    assert all(isinstance(row["date"].value, datetime) for row in found)
    assert all(isinstance(row["compte"].value, str) for row in found)


@pytest.mark.parametrize("name", RIGHT)
def test_right_workbooks_have_no_typed_figure(name: str, seed: bytes) -> None:
    own = made(name, seed)
    assert [key for key in own.values if not str(own.cell(key).value).startswith("=")] == []
    assert len(own.keys("month")) == len(data(seed)["period"]["months"])
    assert len(own.keys("customer")) == len(data(seed)["by_customer"])
    written = [str(cell.value) for sheet in book(name, seed) for row in sheet.iter_rows() for cell in row]
    assert not [text for text in written if text.startswith("=") and formulas.AMOUNT.search(text)]


def test_figures_are_the_oracles(seed: bytes) -> None:
    given = data(seed)
    own = figures.Figures(given, tuple(rows.extraction(given)))
    assert {month: str(value) for month, value in own.by_month.items()} == given["by_month"]
    assert {code: str(value) for code, value in own.by_customer.items()} == given["by_customer"]
    assert str(own.total) == given["total"]
    assert {rate: str(base) for rate, (base, _) in own.vat.items()} == {r: v["base"] for r, v in given["vat"].items()}
    assert Decimal(given["ledger"]["total"]) - own.total == Decimal(given["ledger"]["gap"])


def test_the_figure_and_the_maturities_add_up(seed: bytes) -> None:
    own = made("tableau", seed)
    owed = sum(Decimal(str(row[2].value)) for row in own.book["Échéances"].iter_rows(min_row=2))
    assert owed == Decimal(data(seed)["aged_totals"]["total"])
    asked = data(seed)["figure"]["what"]
    parts = [row[1].value for row in own.book["Relevé"].iter_rows(min_row=5) if row[0].value == asked]
    assert len(parts) == int(data(seed)["figure_value"]["rows"])
    assert sum(Decimal(str(part)) for part in parts) == Decimal(data(seed)["figure_value"]["value"])


@pytest.mark.parametrize("name", RIGHT)
def test_right_notes_say_to_whom_and_how_much(name: str, seed: bytes) -> None:
    own = made(name, seed)
    text = own.work.note(own)
    assert 60 <= len(text.split()) <= 300
    assert data(seed)["manager"]["name"] in text
    assert f"{Decimal(data(seed)['total']):,.2f}".replace(",", "\u00a0").replace(".", ",") in text


def test_right_ones_do_not_write_alike() -> None:
    formulas = {name: str(made(name).cell("total").value) for name in RIGHT}
    months = {name: formulas_of(name, "month") for name in RIGHT}
    assert "SUMIFS(Ventes[" in months["tableau"]
    assert "SUMIF(les_dates," in months["noms"]
    assert "SUMPRODUCT((Ventes[Mois]" in months["sommeprod"]
    assert "_xlfn.LET(" in months["dynamique"] and "_xlfn._xlws.FILTER(" in months["dynamique"]
    assert "'Extraction Tryton'!" in months["autrement"] or "Lignes[" in months["autrement"]
    assert formulas["croise"] != formulas["tableau"]


def formulas_of(name: str, family: str) -> str:
    return " ".join(str(made(name).cell(key).value) for key in made(name).keys(family))


# -- some mistakes and cheats


def lines_of(name: str) -> list[dict[str, Any]]:
    work = witnesses.WORKS[name](data(SEEDS[0]))
    sheet = book(name)[work.names["donnees"]]
    return [dict(zip(lines.order(work), row, strict=False)) for row in sheet.iter_rows(min_row=2, values_only=True)]


def test_drafts_have_no_number_and_edges_are_outside() -> None:
    period = data(SEEDS[0])["period"]
    assert [row for row in lines_of("brouillons-compris") if not row["numero"]]
    assert max(row["date"] for row in lines_of("lendemain-compris")).date().isoformat() > period["to"]
    assert min(row["date"] for row in lines_of("veille-comprise")).date().isoformat() < period["from"]
    invoices = [row for row in lines_of("dernier-jour-oublie") if row["montant"] > 0]
    assert max(row["date"] for row in invoices).date().isoformat() < period["to"]


def test_types_are_lost_where_a_spreadsheet_loses_them() -> None:
    assert all(isinstance(row["date"], str) for row in lines_of("dates-en-texte"))
    assert all(isinstance(row["code_client"], int) for row in lines_of("codes-en-nombres"))
    assert all(isinstance(row["compte"], int) for row in lines_of("comptes-en-nombres"))
    texts = [row["montant"] for row in lines_of("virgule-en-texte") if isinstance(row["montant"], str)]
    assert texts and all("," in text and "." not in text for text in texts)


def test_another_candidates_work_shares_no_line() -> None:
    own = {(row["numero"], row["montant"]) for row in data(SEEDS[0])["rows"]}
    others = {(row["numero"], f"{row['montant']:.2f}") for row in lines_of("releve-d-un-autre")}
    assert len(own & others) * 20 < len(own)


def test_pasted_and_dead_formulas() -> None:
    pasted = made("totaux-colles")
    assert all(
        isinstance(pasted.cell(key).value, float) for family in ("month", "customer") for key in pasted.keys(family)
    )
    half = made("totaux-a-moitie")
    typed = [key for key in half.keys("customer") if isinstance(half.cell(key).value, float)]
    assert 0 < len(typed) < len(half.keys("customer"))
    assert all(
        formula.startswith("=IF(TRUE,")
        for formula in formulas_of("branche-morte", "month").split()
        if "=" == formula[0]
    )


def test_stale_values_are_the_right_ones() -> None:
    shown = openpyxl.load_workbook(io.BytesIO(tree("valeurs-menteuses")["analyse.xlsx"]), data_only=True)
    sheet, place = made("valeurs-menteuses").places["total"]
    assert f"{shown[sheet][place].value:.2f}" == data(SEEDS[0])["total"]
    assert "$H$2" in formulas_of("valeurs-menteuses", "month")


def test_the_link_leads_to_another_file() -> None:
    parts = archive.unzipped(tree("lien-externe")["analyse.xlsx"])
    assert b"ventes-de-lea.xlsx" in parts["xl/externalLinks/_rels/externalLink1.xml.rels"]
    assert any(b"[1]Ventes!" in part for part in parts.values())


# -- tools


def test_formulas_are_typed_in_french() -> None:
    assert french.translated("=SUM('Ma feuille'!A1:B2,Données!C3)") == "=SOMME($'Ma feuille'.A1:B2;$Données.C3)"
    assert french.translated('=SUMIFS(A:A,B:B,">="&EDATE(C1,1))') == '=SOMME.SI.ENS(A:A;B:B;">="&MOIS.DECALER(C1;1))'


def test_an_archive_that_does_not_change_is_told() -> None:
    content = tree("tableau")["analyse.xlsx"]
    with pytest.raises(ValueError, match="unchanged"):
        archive.rewritten(content, "xl/workbook.xml", lambda xml: xml)
    with pytest.raises(LookupError):
        archive.rewritten(content, "xl/nowhere.xml", str.upper)
    assert archive.sealed(content) == content


def test_what_the_office_makes_is_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    runs = []

    def run(image: str, script: str, order: str) -> str:
        runs.append(order)
        return base64.b64encode(tree("tableau")["analyse.xlsx"]).decode()

    monkeypatch.setattr(office, "_run", run)
    monkeypatch.setattr(office, "repository", lambda: tmp_path)
    monkeypatch.setattr(office.images, "tag", lambda name: f"image/{name}")
    first = office.saved(b"a workbook", [("pivot", {"name": "Mois"})])
    assert first == office.saved(b"a workbook", [("pivot", {"name": "Mois"})])
    assert len(runs) == 1
    office.saved(b"another", [("pivot", {"name": "Mois"})])
    assert len(runs) == 2
