"""What other tools read: workbooks and gradebooks; hostile strings stay strings, absence is no zero."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl.worksheet.worksheet import Worksheet
from report_samples import (
    ABSENT,
    CANDIDATES,
    HOSTILE,
    LATE,
    MISSING,
    NAMES,
    NOW,
    PARIS,
    sample_class,
    sample_lab,
    sample_payload,
    sample_roll,
)
from report_tables import csv_rows, opened, sheet_rows, validator

from etabli.exam.contract.outcome import Outcome
from etabli.reports import write_reports
from etabli.reports.gradebook import as_json, gradebook
from etabli.reports.payload import Payload
from etabli.reports.results_files import render_xlsx
from etabli.reports.roll import Roll
from etabli.reports.table import FRENCH_EXCEL, CsvStyle, as_csv
from etabli.reports.xlsx import TEXT_LIMIT, workbook
from etabli.roster.learner import Person

LAB = sample_lab()
ROLL = sample_roll()
FORMULAS = [
    *("=1+1", "+33", "-2", "@SUM(A1)", "\t=1", "\n=1", "\r=1"),
    *"＝1 ＋1 －1 ＠A1 #N/A #REF!".split(),
    "  =1",
    "\u00a0=1",
]


def failing(observed: str) -> Payload:
    payload = sample_payload("SNO-01", LAB, {"langue": Outcome.FAILED})
    check = next(check for check in payload["checks"] if check["id"] == "langue")
    check["observed"] = check["expected"] = check["help"] = observed
    return payload


# XLSX


@pytest.fixture(scope="module")
def sheets() -> dict[str, Worksheet]:
    return opened(render_xlsx(sample_class(LAB), LAB, ROLL, zone=PARIS))


def test_the_workbook_has_its_four_sheets_and_everyone_in_each(sheets: dict[str, Worksheet]) -> None:
    assert list(sheets) == ["Classe", "Constats", "Détail", "Compétences"]
    sizes = {"Classe": 1, "Constats": 1, "Détail": len(LAB.checks), "Compétences": len(LAB.competences)}
    for title, times in sizes.items():
        assert len(sheet_rows(sheets[title])) == len(ROLL.candidates) * times
        assert list(dict.fromkeys(row["Élève"] for row in sheet_rows(sheets[title]))) == list(ROLL.candidates)


def test_numbers_and_dates_are_typed(sheets: dict[str, Worksheet]) -> None:
    (late,) = [row for row in sheet_rows(sheets["Classe"]) if row["Élève"] == LATE]
    assert late["Vérifié le"] == datetime(2026, 11, 24, 14, 5, 12)
    assert late["Remis le"] == datetime(2026, 11, 25, 9, 0)
    assert (late["Remise"], late["Retard (jours)"], late["Retard (heures)"]) == ("◔ rendu en retard (2 j)", 2, 39)


@pytest.mark.parametrize(
    ("candidate", "word"), [(MISSING, "∅ non rendu"), (ABSENT, "◇ absent justifié"), ("SNO-17", None)]
)
def test_what_was_not_examined_has_empty_cells_and_never_a_zero(
    sheets: dict[str, Worksheet], candidate: str, word: str | None
) -> None:
    for title, sheet in sheets.items():
        for row in sheet_rows(sheet):
            if row["Élève"] == candidate:
                assert word is None or row["Remise"] == word
                assert not any(isinstance(value, int | float) for value in row.values()), title


def test_what_was_observed_stands_in_words_by_palier_and_by_competence(sheets: dict[str, Worksheet]) -> None:
    first = sheet_rows(sheets["Classe"])[0]
    assert first["Essentiel"] == "16 réussis, 2 à revoir"
    assert first["Attendu"] == "10 réussis, 3 à revoir"
    assert first["Compétence C2.1"] == "5 réussis, 1 à revoir"
    by_code = {row["Compétence"]: row["Constats"] for row in sheet_rows(sheets["Compétences"])[:2]}
    assert by_code["C2.1"] == first["Compétence C2.1"]


@pytest.mark.parametrize("text", [*FORMULAS, HOSTILE, "\x00\x1b", "_x000D_=1", "x" * 40_000, "😀" * 20_000, "\ud800"])
def test_no_cell_is_a_formula_whatever_it_begins_with(text: str) -> None:
    payload = failing(text)
    payload["candidate"] = payload["reason"] = text[:50]
    data = render_xlsx([payload], LAB, Roll(candidates=("=cmd()",)))
    cells = [cell for sheet in opened(data).values() for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    texts = [cell.value for cell in cells if isinstance(cell.value, str)]
    assert max(len(text.encode("utf-16-le")) // 2 for text in texts) <= TEXT_LIMIT + 4, "as Excel counts"
    dangerous = [cell for cell in cells if isinstance(cell.value, str) and cell.value.strip()[:1] in "=+-@＝＋－＠"]
    assert dangerous and all(cell.quotePrefix for cell in dangerous if cell.value.strip())


def test_sheets_can_be_read_filtered_and_printed(sheets: dict[str, Worksheet]) -> None:
    for sheet in sheets.values():
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref == sheet.dimensions
        assert sheet.page_setup.orientation == "landscape" and sheet.page_setup.fitToHeight == 0
        assert sheet.print_title_rows == "$1:$1"
        assert all(5 < dimension.width < 80 for dimension in sheet.column_dimensions.values())
        assert len(sheet.title) <= 31


def test_a_word_has_its_colour(sheets: dict[str, Worksheet]) -> None:
    points = sheets["Constats"]
    colours = {
        str(cell.value): cell.fill.fgColor.rgb
        for row in points.iter_rows(min_row=2, min_col=3)
        for cell in row
        if cell.value
    }
    assert set(colours) == {"✓ réussi", "✗ à revoir", "○ non observé", "! incident technique"}
    assert len(set(colours.values())) == 4


def test_names_stay_out_of_the_results_folder(tmp_path: Path) -> None:
    write_reports(tmp_path, sample_class(LAB), LAB, None, ROLL)
    written = [(tmp_path / name).read_text("utf-8") for name in ("resultats.csv", "resultats.json")]
    written += [str(sheet_rows(sheet)) for sheet in opened((tmp_path / "resultats.xlsx").read_bytes()).values()]
    assert not [name for name in NAMES.values() if any(name in text for text in written)]


# Gradebook

PEOPLE = {"SNO-01": Person("Bouvard", "Inès"), MISSING: Person("=d'Arçonval", "Hugo")}


def test_the_plain_csv_is_for_programs() -> None:
    data = as_csv(gradebook(sample_class(LAB), LAB, ROLL))
    assert not data.startswith("\ufeff") and "\r\n" in data
    late = csv_rows(data)[CANDIDATES.index(LATE)]
    assert late["Remis le"] == "2026-11-25T08:00:00Z"
    assert (late["Remise"], late["Retard (heures)"]) == ("rendu en retard (2 j)", "39.0")
    assert "Nom" not in late


def test_a_french_excel_gets_semicolons_commas_and_a_mark() -> None:
    data = as_csv(gradebook(sample_class(LAB), LAB, ROLL), FRENCH_EXCEL, zone=PARIS)
    assert data.startswith("\ufeff")
    late = csv_rows(data, ";")[CANDIDATES.index(LATE)]
    assert (late["Retard (heures)"], late["Remis le"]) == ("39,0", "25/11/2026 09:00")


def test_a_missing_hand_in_has_empty_cells_in_the_gradebook() -> None:
    row = next(row for row in csv_rows(as_csv(gradebook(sample_class(LAB), LAB, ROLL))) if row["Élève"] == MISSING)
    assert {key for key, value in row.items() if value} == {"Élève", "Remise"}


def test_names_and_points_come_on_demand() -> None:
    book = gradebook(sample_class(LAB), LAB, ROLL, people=PEOPLE, checks=True)
    first, *_middle, missing = csv_rows(as_csv(book, CsvStyle(delimiter="\t")), "\t")
    assert (first["Nom"], first["Prénom"]) == ("Bouvard", "Inès")
    assert first["La liste suit l'ordre demandé"] == "à revoir"
    assert missing["Nom"] == "'=d'Arçonval"
    (sheet,) = opened(workbook([book], LAB.title)).values()
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}


@pytest.mark.parametrize("text", [text for text in FORMULAS if text[0] not in "#\r"])
def test_the_gradebook_neutralises_formulas(text: str) -> None:
    payload = sample_payload("SNO-01", LAB)
    payload["reason"] = text
    (row,) = csv_rows(as_csv(gradebook([payload], LAB, Roll())))
    assert row["À savoir"].startswith("'")


def test_the_json_gradebook_fits_its_schema() -> None:
    book = gradebook(sample_class(LAB), LAB, ROLL, people=PEOPLE, checks=True)
    document = json.loads(as_json(book, LAB, generated_at=NOW))
    validator("gradebook").validate(document)
    by_name = {learner["candidate"]: learner for learner in document["learners"]}
    assert by_name["SNO-01"]["liste-ordre"] == "failed"
    assert by_name["SNO-01"]["essentiel"] == "16 réussis, 2 à revoir"
    assert by_name[MISSING]["essentiel"] is None and by_name[MISSING]["hand_in"] == "missing"
    assert by_name[LATE]["handed_in_at"] == "2026-11-25T08:00:00Z"
