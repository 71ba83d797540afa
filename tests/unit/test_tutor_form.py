"""The tutor's form: what goes out can be filled in anywhere, and what comes back is told by cell before it is kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from helpers import Done, here
from openpyxl.worksheet.worksheet import Worksheet

from etabli.cli import fiche as command
from etabli.exam.reading.serve import read
from etabli.recueil.tutor import NOT_SEEN, SHEET

WHO = ("--candidat", "SNO-07")
FORM = Path("fiche-tuteur-SNO-07--pfmp-1.xlsx")
Edit = Callable[[Worksheet], object]


@pytest.fixture
def out(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A form that went out, for the criteria that the year plans in PFMP 1; read back in this process."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "240")

    def sheets(path: Path) -> Sequence[Mapping[str, Any]]:
        found: Sequence[Mapping[str, Any]] = json.loads(json.dumps(read("tables", path.name, path.read_bytes())))
        return found

    monkeypatch.setattr(command, "read_sheets", sheets)
    dates = ("--du", "2026-10-05", "--au", "2026-11-20", "--semaines", "6", "--lieu", "=Mairie()", "--tuteur", "")
    assert here("trace", "pfmp", *WHO, "--titre", "PFMP 1", *dates).returncode == 0
    done = here("fiche", "ecrire", *WHO)
    assert done.returncode == 0 and "4 critères" in done.stdout, done
    return FORM


def cell_of(sheet: Worksheet, text: str) -> tuple[int, int]:
    return next((cell.row, cell.column) for row in sheet.iter_rows() for cell in row if cell.value == text)


def fill(path: Path, edit: Edit | None = None, *, day: object = "20/11/2026") -> None:
    book = openpyxl.load_workbook(path)
    sheet = book[SHEET]
    row, column = cell_of(sheet, "Votre nom")
    sheet.cell(row, column + 1).value = "Mme Colin"
    sheet.cell(row + 1, column + 1).value = day
    answer(sheet, "demande-traitee", "maîtrise satisfaisante", "Trois agents, sans question.")
    answer(sheet, "donnees-saisies", NOT_SEEN)
    if edit:
        edit(sheet)
    book.save(path)


def answer(sheet: Worksheet, criterion: str, degree: str, remark: str = "") -> None:
    row, _column = cell_of(sheet, criterion)
    sheet.cell(row, 2).value, sheet.cell(row, 3).value = degree, remark


def again(*words: object) -> Done:
    return here("fiche", "relire", FORM, *words)


def kept() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load(Path("recueils/SNO-07/recueil.yaml").read_text("utf-8"))
    return told


def test_what_goes_out_is_prefilled_and_names_nobody(out: Path) -> None:
    sheet = openpyxl.load_workbook(out)[SHEET]
    texts = [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert any(text.startswith("Stagiaire SNO-07 · PFMP 1, du 05/10/2026 au 20/11/2026, =Mairie()") for text in texts)
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)
    row, _column = cell_of(sheet, "demande-traitee")
    assert sheet.protection.sheet and not sheet.cell(row, 2).protection.locked and sheet.cell(row, 4).protection.locked
    [choice] = sheet.data_validations.dataValidation
    assert str(choice.sqref).startswith("B")


def test_what_comes_back_is_shown_then_kept_as_the_tutor_s(out: Path) -> None:
    fill(out, day=datetime(2026, 11, 20))
    before = kept()
    shown = again("--json")
    assert shown.returncode == 0 and kept() == before
    told = json.loads(shown.stdout)
    assert (told["applied"], told["not_seen"], told["author"]) == (False, 1, "Mme Colin")
    done = again("--oui")
    assert done.returncode == 0 and "À authentifier" in done.stdout and "maîtrise satisfaisante" in done.stdout, done
    [trace] = kept()["traces"]
    assert trace["id"] == "fiche-pfmp-1" and trace["ailleurs"]["auteur"] == "Mme Colin"
    assert trace["ailleurs"]["origine"] == "PFMP 1" and trace["ailleurs"]["criteres"] == ["demande-traitee"]
    assert (Path("recueils/SNO-07") / trace["ailleurs"]["copie"]).read_bytes() == out.read_bytes()
    [seen] = kept()["observations"]
    assert (seen["par"], seen["le"], seen["degre"]) == ("Mme Colin", date(2026, 11, 20), "satisfaisante")
    assert seen["trace"] == "fiche-pfmp-1" and seen["remarque"] == "Trois agents, sans question."


def test_a_form_that_is_read_again_replaces_what_it_said(out: Path) -> None:
    fill(out)
    assert again("--oui").returncode == 0
    fill(out, lambda sheet: answer(sheet, "demande-traitee", "tres-bonne"))
    assert again("--oui").returncode == 0
    assert [one["degre"] for one in kept()["observations"]] == ["tres-bonne"] and len(kept()["traces"]) == 1


def at(criterion: str, column: int, value: object) -> Edit:
    def edit(sheet: Worksheet) -> None:
        sheet.cell(cell_of(sheet, criterion)[0], column).value = value

    return edit


def beside(title: str, value: object) -> Edit:
    def edit(sheet: Worksheet) -> None:
        row, column = cell_of(sheet, title)
        sheet.cell(row, column + 1).value = value

    return edit


def twice(sheet: Worksheet) -> None:
    answer(sheet, "document-partage", "tres-bonne")
    sheet.cell(cell_of(sheet, "demande-traitee")[0], 4).value = "document-partage"


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (at("demande-traitee", 2, "parfait"), "cellule B16 : « parfait » n'est pas un degré"),
        (at("demande-traitee", 2, None), "cellule B16 : une remarque demande un degré"),
        (at("demande-traitee", 3, "x" * 2001), "cellule C16 : la remarque a 2001 caractères"),
        (at("demande-traitee", 4, "inconnu"), "cellule D16 : « inconnu » n'est pas un critère"),
        (twice, "cellule D16 : « document-partage » est déjà en B14"),
        (beside("Votre nom", None), "cellule B5 : il faut le nom du tuteur"),
        (beside("Le (jour/mois/année)", "hier"), "cellule B6 : « hier » n'est pas un jour"),
        (beside("Le (jour/mois/année)", "01/01/2020"), "n'est pas entre le début de la période"),
        (at("Repère", 2, "Niveau"), "il manque la ligne de titres"),
    ],
)
def test_what_is_wrong_is_told_with_its_cell_and_nothing_is_kept(out: Path, edit: Edit, said: str) -> None:
    fill(out, edit)
    before = kept()
    done = again("--oui")
    assert done.returncode == 2 and said in " ".join(done.stderr.split()), done
    assert kept() == before


def test_what_is_no_form_of_ours_or_another_s_is_told(out: Path) -> None:
    openpyxl.Workbook().save("autre.xlsx")
    assert "n'est pas une fiche de tuteur" in here("fiche", "relire", "autre.xlsx").stderr
    fill(out)
    Path("recueils/SNO-07/recueil.yaml").unlink()
    assert "n'a pas de recueil" in again().stderr
    here("trace", "pfmp", *WHO, "--titre", "Autre", "--du", "2026-10-05", "--au", "2026-11-20", "--semaines", "6")
    assert "que le recueil de SNO-07 ne connaît pas" in " ".join(again().stderr.split())


def test_which_period_is_asked_where_there_are_several(out: Path) -> None:
    here("trace", "pfmp", *WHO, "--titre", "PFMP 2", "--du", "2027-05-05", "--au", "2027-06-20", "--semaines", "6")
    done = here("fiche", "ecrire", *WHO)
    assert done.returncode == 2 and "« PFMP 1 » et « PFMP 2 »" in done.stderr
    assert here("fiche", "ecrire", *WHO, "--pfmp", "pfmp 2", "--critere", "part-tenue").returncode == 0
    assert "vouliez-vous dire « part-tenue » ?" in here("fiche", "ecrire", *WHO, "--pfmp", "PFMP 1", "--critere",
                                                         "part-tenu").stderr  # fmt: skip
