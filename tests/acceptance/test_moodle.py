"""A teacher's ten minutes: from Moodle's download to the filled worksheet and the feedback zip."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import command_line
import pytest
from moodle_desk import sheet
from moodle_samples import FR, PEOPLE, download, packed, sno, worksheet
from small_repository import CHECKS, LAB, repository

WORK = packed(index__php="<p>Sans titre</p>")
MEMBERS = (
    ("Léa Martin_101_assignsubmission_file/v1_MARTIN.zip", packed(lisez__txt="rien")),
    ("Léa Martin_101_assignsubmission_file/v2_MARTIN.zip", WORK),
    ("Inès dAlmeida_102_assignsubmission_file/Inès d'Almeida.rar", b"Rar!\x1a\x07\x00"),
    ("Zoé Inconnue_199_assignsubmission_file/z.zip", WORK),
)


def etabli(*arguments: object, home: Path) -> subprocess.CompletedProcess[str]:
    own = {"ETABLI_HOME": str(home), "ETABLI_ROOT": str(home.parent / "depot")}
    return command_line.etabli(*arguments, environment=own)


pytestmark = pytest.mark.usefixtures("kept_workers")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    desk = tmp_path_factory.mktemp("bureau")
    (desk / "home").mkdir()
    repository(desk / "depot", CHECKS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ETABLI_HOME", str(desk / "home"))
        sno().excuse("SNO-04", LAB)
    download(desk / "Devoir.zip", MEMBERS)
    worksheet(desk / "Notes.csv")
    return desk


@pytest.fixture(scope="module")
def graded(desk: Path) -> subprocess.CompletedProcess[str]:
    options = ("--postes", 1, "--tp", LAB, "--classe", "SNO", "--echeance", "20/11/2026 18:00", "--out", desk / "out")
    files = ("--formulaire", desk / "Notes.csv", "--associer", "Zoé Inconnue=")
    return etabli("grade", desk / "Devoir.zip", *options, *files, home=desk / "home")


def test_every_learner_has_a_state(desk: Path, graded: subprocess.CompletedProcess[str]) -> None:
    assert graded.returncode == 1, graded.stderr
    entries = {
        one["candidate"]: one for one in json.loads((desk / "out" / "remises.json").read_text("utf-8"))["entries"]
    }
    assert {alias: one["state"] for alias, one in entries.items()} == {
        "SNO-01": "late",
        "SNO-02": "late",
        "SNO-03": "missing",
        "SNO-04": "excused",
        "SNO-05": "missing",
        "SNO-06": "missing",
    }
    assert entries["SNO-01"]["files"] == ["v1_•••.zip", "v2_•••.zip"] and entries["SNO-01"]["late_s"] == 120
    assert "3 non rendus : SNO-03, SNO-05, SNO-06" in graded.stdout
    assert "1 rendu laissé de côté" in graded.stdout


def _results(desk: Path) -> list[dict[str, Any]]:
    return list(json.loads((desk / "out" / "resultats.json").read_text("utf-8"))["results"])


def test_one_bad_deposit_stops_nobody(desk: Path, graded: subprocess.CompletedProcess[str]) -> None:
    by_alias = {payload["candidate"]: payload for payload in _results(desk)}
    assert {alias: payload["status"] for alias, payload in by_alias.items()} == {
        "SNO-01": "graded",
        "SNO-02": "rejected",
    }
    assert "« SNO-02.rar »" in by_alias["SNO-02"]["reason"]


def test_no_name_leaves_the_table_of_names(desk: Path, graded: subprocess.CompletedProcess[str]) -> None:
    words = {word for person in PEOPLE for word in (person.family, person.given)} | {"Martin", "Almeida", "Zoé"}
    for run in (desk / "out").glob("SNO-*/**/*"):
        text = run.read_bytes().decode("utf-8", "replace") if run.is_file() else ""
        assert not [word for word in words if word in text or word in run.as_posix()], run
    kept = (desk / "out" / "remises.json").read_text("utf-8") + graded.stdout + graded.stderr
    assert not [word for word in words if word in kept]


def test_the_class_page_has_one_row_per_learner(desk: Path, graded: subprocess.CompletedProcess[str]) -> None:
    page = (desk / "out" / "index.html").read_text("utf-8")
    assert all(f"SNO-0{n}" in page for n in range(1, 7))
    assert "absent justifié" in page and "non rendu" in page


def test_latecomers_alone_and_then_the_way_back(desk: Path, graded: subprocess.CompletedProcess[str]) -> None:
    late = download(desk / "Retard.zip", [("Awa Koné_106_assignsubmission_file/awa.zip", packed(rien__txt="vide"))])
    again = etabli("grade", late, "--tp", LAB, "--postes", 1, "--out", desk / "out", home=desk / "home")
    assert again.returncode in (0, 1), again.stderr
    assert "2 non rendus : SNO-03, SNO-05" in again.stdout
    sheet, zipped = desk / "Notes.csv", desk / "retours.zip"
    done = etabli(
        "export", "moodle", desk / "out", "--formulaire", sheet, "--retours", zipped, "--json", home=desk / "home"
    )
    assert done.returncode == 1, done.stderr
    fates = {line["participant"]: line["fate"] for line in json.loads(done.stdout)["lines"]}
    assert fates == {"101": "filled", "102": "rejected", "103": "missing", "199": "unknown"}
    rows = list(csv.DictReader(io.StringIO((desk / "Notes-rempli.csv").read_text("utf-8-sig"), newline="")))
    assert [row["Note"] for row in rows] == ["", "8,50", "", ""]
    assert "Points de vérification" in rows[0]["Feedback par commentaires"]
    assert "n'est pas une note" in rows[0]["Feedback par commentaires"]
    untouched = [name for name in rows[0] if name not in ("Note", "Feedback par commentaires")]
    before = list(csv.DictReader(io.StringIO(FR.removeprefix("\ufeff"), newline="")))
    assert [[row[name] for name in untouched] for row in rows] == [[row[name] for name in untouched] for row in before]
    with zipfile.ZipFile(zipped) as archive:
        folders = ("SNO-01_101_assignsubmission_file_", "SNO-02_102_assignsubmission_file_")
        assert archive.namelist() == [f"{folder}/retour.html" for folder in folders]
        assert "archive .rar" in archive.read(f"{folders[1]}/retour.html").decode().replace("\u00a0", " ")


def test_a_mark_comes_of_the_teachers_own_table(desk: Path, graded: subprocess.CompletedProcess[str]) -> None:
    table = desk / "bareme.yaml"
    assert etabli("export", "bareme", LAB, "-o", table, home=desk / "home").returncode == 0
    options = ("--formulaire", desk / "Notes.csv", "-o", desk / "notees.csv", "--bareme", table)
    done = etabli("export", "moodle", desk / "out", *options, home=desk / "home")
    assert "Note de formation (sur 20)" in done.stdout, done.stderr
    rows = list(csv.DictReader(io.StringIO((desk / "notees.csv").read_text("utf-8-sig"), newline="")))
    (lea,) = [one for one in _results(desk) if one["candidate"] == "SNO-01"]
    share = 20 * lea["score"]["earned"] / lea["score"]["possible"]
    assert share == 8
    assert abs(float(rows[0]["Note"].replace(",", ".")) - share) <= 0.25
    assert "Note de formation" in rows[0]["Feedback par commentaires"]
    assert [row["Note"] for row in rows[1:]] == ["8,50", "", ""]


def test_a_group_s_work_is_graded_for_each_member_and_comes_back_to_each(desk: Path) -> None:
    """The number of the group is also Léa's, who is in none: nothing of theirs may be hers."""
    team = download(desk / "Groupes.zip", [("Équipe 1_101_assignsubmission_file/site.zip", WORK)])
    rows = (("101", "Léa Martin", "Équipe 2"), ("102", "Inès d'Almeida", "Équipe 1"), ("106", "Awa Koné", "Équipe 1"))
    path, out = sheet(desk / "Groupes.csv", *rows), desk / "groupes"
    command = ("grade", team, "--tp", LAB, "--classe", "SNO", "--formulaire", path, "--postes", 1, "--out", out)
    asked = etabli(*command, home=desk / "home")
    assert asked.returncode == 2 and '--associer "Équipe 1=SNO-02,SNO-06"' in asked.stderr
    done = etabli(*command, "--associer", "Équipe 1=SNO-06,SNO-02", home=desk / "home")
    assert done.returncode in (0, 1), done.stderr
    assert "« Équipe 1 » → SNO-06 et SNO-02 (données de SNO-06)" in done.stderr
    assert "Rendu de groupe : SNO-06 et SNO-02" in done.stdout
    runs = [json.loads(path.read_text("utf-8")) for path in sorted(out.glob("SNO-0*/*/run.json"))]
    assert [(run["candidate"], run["data_of"], run["status"]) for run in runs] == [
        ("SNO-02", "SNO-06", "graded"),
        ("SNO-06", "SNO-06", "graded"),
    ]
    assert runs[0]["seed_fingerprint"] == runs[1]["seed_fingerprint"]
    page = (out / "index.html").read_text("utf-8")
    assert "Rendus de groupe" in page and "Rendus identiques" not in page
    assert "Rendu de groupe : SNO-06 et SNO-02" in (out / "SNO-02" / "index.html").read_text("utf-8").replace(
        "\u00a0", " "
    )
    zipped = desk / "retours-groupes.zip"
    back = etabli("export", "moodle", out, "--formulaire", path, "--retours", zipped, home=desk / "home")
    assert back.returncode in (0, 1), back.stderr
    with zipfile.ZipFile(zipped) as archive:
        folders = sorted(name.partition("/")[0] for name in archive.namelist())
    assert folders == ["SNO-02_102_assignsubmission_file_", "SNO-06_106_assignsubmission_file_"]
