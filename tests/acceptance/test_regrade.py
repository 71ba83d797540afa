"""Grading again for real: the checks have changed, the submission that was kept has not."""

from __future__ import annotations

import csv
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import jsonschema
import pytest
from command_line import etabli

from etabli.runs.folder import read_run
from etabli.system.settings import repository

LAB = "hameconnage"
SHARED = ("images", "course", "docker-compose.yml", ".cache")
RULE = '    """Le rendu contient au moins un des fichiers demandés."""\n    work.expect_something()\n'
STRICTER = (
    '    """Le rendu contient vite au moins un des fichiers."""\n'
    "    from etabli.exam import Failed\n\n"
    '    raise Failed("=Trop lent <b>.", "Plus vite.")\n'
)


pytestmark = pytest.mark.usefixtures("kept_workers")


@dataclass(frozen=True)
class Again:
    """An output folder that was graded, then graded again with other checks."""

    out: Path
    done: subprocess.CompletedProcess[str]
    environment: dict[str, str]


def own_repository(root: Path) -> Path:
    """A repository whose checks may be changed: its own lab and grader, all else shared."""
    for name in SHARED:
        if (repository() / name).exists():
            (root / name).symlink_to(repository() / name)
    for name in ("labs", "graders"):
        skipped = "__pycache__" if name == "labs" else "specimens"
        for path in (repository() / name / LAB).rglob("*"):
            inside = path.relative_to(repository())
            if path.is_file() and not {skipped, "__pycache__"} & set(inside.parts):
                (root / inside).parent.mkdir(parents=True, exist_ok=True)
                (root / inside).write_bytes(path.read_bytes())
    return root


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory, kept_workers: None) -> Again:
    root = own_repository(tmp_path_factory.mktemp("depot"))
    out, handed_in = root / "resultats", root / "rendus"
    (handed_in / "sno-01").mkdir(parents=True)
    (handed_in / "sno-01" / "tri.csv").write_text("message;verdict;indice;preuve\n", "utf-8")
    (handed_in / "sno-02").mkdir()
    (handed_in / "sno-03.zip").write_bytes(b"ceci n'est pas une archive")
    environment = {"ETABLI_ROOT": str(root), "ETABLI_HOME": str(root / "maison")}
    first = etabli("grade", handed_in, "--tp", LAB, "--out", out, "--postes", 1, environment=environment)
    assert first.returncode == 1, first.stderr
    checks = root / "graders" / LAB / "checks.py"
    assert RULE in checks.read_text("utf-8")
    checks.write_text(checks.read_text("utf-8").replace(RULE, STRICTER), "utf-8")
    return Again(out, etabli("regrade", out, "--postes", 1, environment=environment), environment)


def runs(out: Path, candidate: str) -> list[Path]:
    return sorted(path.parent for path in (out / candidate).glob("*/run.json"))


def test_new_runs_stand_beside_the_old_ones(again: Again) -> None:
    assert again.done.returncode == 1, again.done.stderr
    old, new = (read_run(folder) for folder in runs(again.out, "sno-01"))
    assert old.submission_sha256 == new.submission_sha256
    assert old.pack_sha256 != new.pack_sha256
    assert [path.name for path in (again.out / "sno-01" / "rendus").iterdir()] == [f"{old.submission_sha256[:16]}.zip"]
    assert len(runs(again.out, "sno-02")) == 2 and len(runs(again.out, "sno-03")) == 1


def test_the_differences_say_who_which_check_and_why(again: Again) -> None:
    document = json.loads((again.out / "differences.json").read_text("utf-8"))
    schema = json.loads((repository() / "docs" / "schemas" / "differences.schema.json").read_text("utf-8"))
    jsonschema.validate(document, schema)
    good, empty = document["learners"]
    assert (good["candidate"], empty["candidate"], empty["changes"]) == ("sno-01", "sno-02", [])
    assert [reason["cause"] for reason in good["reasons"]] == ["grader"]
    change = good["changes"][0]
    assert (change["check"], change["before"]["outcome"], change["after"]["outcome"]) == (
        "rendu-present",
        "passed",
        "failed",
    )
    assert [edit["kind"] for edit in document["checks"]] == ["title"]
    assert [item["candidate"] for item in document["skipped"]] == ["sno-03"]


def test_page_csv_and_terminal_agree(again: Again) -> None:
    page = (again.out / "differences.html").read_text("utf-8").replace("\u00a0", " ")
    assert "les points de vérification ont été corrigés" in page and "=Trop lent &lt;b&gt;." in page
    with (again.out / "differences.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    assert rows[0]["Observé après"] == "'=Trop lent <b>." and rows[0]["Codes des causes"] == "grader"
    said = " ".join(again.done.stdout.split())
    assert "2 rendus revérifiés" in said and "pour 1 élève" in said
    assert "sno-03 : le dernier rendu a été refusé" in said and "--rendus" in said
    assert "differences.html" in said


def test_the_reports_show_the_new_verdicts(again: Again) -> None:
    results = json.loads((again.out / "resultats.json").read_text("utf-8"))["results"]
    by_name = {payload["candidate"]: payload for payload in results}
    assert by_name["sno-01"]["checks"][0]["title"] == "Le rendu contient vite au moins un des fichiers."
    assert by_name["sno-03"]["status"] == "rejected"
    assert "Le rendu contient vite" in (again.out / "sno-01" / "index.html").read_text("utf-8")


def test_without_any_change_there_is_no_difference(again: Again) -> None:
    done = etabli("regrade", again.out, "--candidat", "sno-02", "--postes", 1, "--json", environment=again.environment)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["summary"] == {"regraded": 1, "changed": 0, "unstable": 0, "verdicts": 0}
    assert document["learners"][0]["reasons"] == []
    assert "Aucune différence" in (again.out / "differences.html").read_text("utf-8")
