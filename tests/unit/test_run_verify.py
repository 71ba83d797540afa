"""Whatever changes in a run folder is named by « etabli run verify », by the class page and by every export."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from helpers import make_run, volume
from report_tables import csv_rows
from student import etabli

from etabli.exam.contract.outcome import Outcome
from etabli.lab.manifest import load_lab
from etabli.reception.hand_in import HandIn, HandIns, HandInState, write_hand_ins
from etabli.reports.results import publish
from etabli.reports.roll import roll_of
from etabli.roster.learner import Person
from etabli.roster.roster import new_roster
from etabli.runs.evidence import EvidenceStore
from etabli.runs.run import freeze

LAB = "mots-de-passe"
SHEET = (
    "Identifiant,Nom complet,Adresse de courriel,Statut,Note,Note maximale,La note peut être modifiée,"
    "Dernière modification (note),Feedback par commentaires\n"
    "Participant 4711,Inès Bouvard,ines@example.org,Remis pour évaluation,,20,Oui,-,\n"
    "Participant 4712,Tom Le Guirrec,tom@example.org,Remis pour évaluation,,20,Oui,-,\n"
)


@pytest.fixture(autouse=True)
def wide_screen(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "240")


def frozen(out: Path, candidate: str, outcome: Outcome = Outcome.PASSED, **facts: Any) -> Path:
    """A run with a picture in which all the checks have one outcome; returns its folder."""
    specs = load_lab(LAB).checks().specs
    proof = EvidenceStore(out / ".atelier").keep("text", "preuve", "text/plain", b"une preuve")
    seen = {"kind": "evidence", "check": specs[0].id, "evidence_kind": "text", "caption": "x", "path": proof.path}
    ends = [
        {"kind": "check_end", "check": spec.id, "outcome": outcome.value, "observed": "Vu.", "expected": "Voulu."}
        for spec in specs
    ]
    run = make_run(specs, [seen | {"sha256": proof.sha256}, *ends], candidate=candidate, **{"lab": LAB, **facts})
    return out / candidate / freeze(run, out / ".atelier", out / candidate).id


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A class of two: an older run that failed and a newer one that passed for the first, one run for the second."""
    out = tmp_path / "resultats"
    new_roster("SNO", "SNO").add([Person("Bouvard", "Inès"), Person("Le Guirrec", "Tom")])
    frozen(out, "SNO-01")
    frozen(out, "SNO-01")
    frozen(out, "SNO-02")
    entries = tuple(
        HandIn(name, HandInState.HANDED_IN, participant=n) for name, n in (("SNO-01", "4711"), ("SNO-02", "4712"))
    )
    write_hand_ins(out, HandIns(LAB, "entrainement", entries, class_name="SNO"))
    return out


def newest(out: Path) -> Path:
    return sorted((out / "SNO-01").glob("0*-*"))[-1]


def flipped(path: Path, place: int) -> None:
    whole = bytearray(path.read_bytes())
    whole[place * (len(whole) - 1) // 7] ^= 4
    path.write_bytes(whole)


FILES = ("run.json", "transcript.jsonl", "evidence/*")
TAMPERINGS: dict[str, Callable[[Path], None]] = {
    **{f"byte-{place}": (lambda path, place=place: flipped(path, place)) for place in range(8)},
    "emptied": lambda path: path.write_bytes(b""),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "lengthened": lambda path: path.write_bytes(path.read_bytes() + b"\n"),
    "removed": lambda path: path.unlink(),
    "replaced-by-a-folder": lambda path: (path.unlink(), path.mkdir())[0],
    "a-neighbour": lambda path: path.with_name("ajout.txt").write_text("x"),
}


def tampered(out: Path, file: str, how: str) -> str:
    """Changes the newest run of SNO-01; returns the name that must be told."""
    folder = newest(out)
    [path] = folder.glob(file)
    TAMPERINGS[how](path)
    return (
        path.with_name("ajout.txt").relative_to(folder).as_posix()
        if how == "a-neighbour"
        else path.relative_to(folder).as_posix()
    )


CASES = [(file, how) for file in FILES for how in TAMPERINGS][:: volume(3, 1)]
"""In ``make test`` one in three: each way once, on one of the files."""
SHOWN = [(file, how) for file in FILES for how in ("byte-3", "emptied", "removed", "a-neighbour")][:: volume(5, 1)]
"""What goes through every report and export: they all read a run by the one reader that the other cases try."""


@pytest.mark.parametrize(("file", "how"), CASES)
def test_verify_names_it(out: Path, file: str, how: str) -> None:
    assert etabli("run", "verify", out).exit_code == 0
    name, folder = tampered(out, file, how), newest(out)
    for place in (out, out / "SNO-01", folder):
        done = etabli("run", "verify", place)
        assert done.exit_code == 1 and f"« {name} »" in " ".join(done.stdout.split()), done.stdout
    told = {item["run"]: item for item in json.loads(etabli("run", "verify", out, "--json").stdout)}
    assert told[folder.name]["state"] == "modified" and [flaw["name"] for flaw in told[folder.name]["flaws"]] == [name]
    assert sorted(item["state"] for item in told.values()) == ["intact", "intact", "modified"]
    assert etabli("run", "verify", out / "SNO-02").exit_code == 0


@pytest.mark.parametrize(("file", "how"), SHOWN)
def test_reports_and_exports_name_it_on_the_learner_s_line(out: Path, tmp_path: Path, file: str, how: str) -> None:
    publish(out, load_lab(LAB), None, roll_of(out))
    name = tampered(out, file, how)
    publish(out, load_lab(LAB), None, roll_of(out))
    for page in ("index.html", "SNO-01/index.html"):
        text = (out / page).read_text("utf-8").replace("\u00a0", " ")
        assert f"« {name} »" in text, page
    assert "modifié" in (out / "index.html").read_text("utf-8")

    [first, second] = json.loads((out / "resultats.json").read_text("utf-8"))["results"]
    assert (first["status"], [flaw["name"] for flaw in first["flaws"]], first["score"]) == ("modified", [name], None)
    assert (second["status"], second["candidate"]) == ("graded", "SNO-02")

    rows = csv_rows((out / "resultats.csv").read_text("utf-8"), ";")
    mine = [row for row in rows if row["Élève"] == "SNO-01"]
    assert mine and all(row["Vérification"] == "modifié" and f"« {name} »" in row["À savoir"] for row in mine)
    assert not any(row["Constat"] for row in mine)
    assert "SNO-01" in sheet_row(out / "resultats.xlsx", "modifié") and f"« {name} »" in sheet_row(
        out / "resultats.xlsx", "modifié"
    )

    for form in ("csv", "xlsx", "json"):
        target = tmp_path / f"carnet.{form}"
        done = etabli("export", "gradebook", out, "-o", target)
        assert done.exit_code == 1 and f"« {name} »" in " ".join(done.stderr.split())
        text = sheet_row(target, "modifié") if form == "xlsx" else target.read_text("utf-8")
        assert "odifi" in text and f"« {name} »" in text

    (tmp_path / "Notes.csv").write_text(SHEET, "utf-8")
    done = etabli("export", "moodle", out, "--formulaire", tmp_path / "Notes.csv")
    assert done.exit_code == 1 and "modifiée" in done.stdout and f"« {name} »" in " ".join(done.stderr.split())
    [bouvard, guirrec] = list(csv.DictReader(io.StringIO((tmp_path / "Notes-rempli.csv").read_text("utf-8-sig"))))
    assert bouvard["Note"] == "" and f"« {name} »" in bouvard["Feedback par commentaires"].replace("\u00a0", " ")
    assert guirrec["Note"] == "" and "Points de vérification" in guirrec["Feedback par commentaires"]


def sheet_row(path: Path, word: str) -> str:
    """The cells of the first row of the workbook that says this word, as one text."""
    book = openpyxl.load_workbook(path, read_only=True)
    rows = (row for sheet in book.worksheets for row in sheet.iter_rows(values_only=True))
    said = (" | ".join(str(cell) for cell in row if cell is not None) for row in rows)
    return next(row for row in said if word in row and "SNO-01" in row).replace("\u00a0", " ")


def test_a_run_of_an_older_version_is_said_not_verifiable(out: Path, tmp_path: Path) -> None:
    folder = newest(out)
    facts = json.loads((folder / "run.json").read_text("utf-8"))
    facts = {key: value for key, value in facts.items() if key not in {"files", "number"}}
    old = facts | {"schema": "etabli/run/1", "id": "20261124T100000000Z-abcdef", "grader_sha256": "1" * 64}
    shutil.rmtree(out / "SNO-01")
    folder = out / "SNO-01" / "20261124T100000000Z-abcdef"
    folder.mkdir(parents=True)
    (folder / "run.json").write_text(json.dumps(old), "utf-8")
    (folder / "transcript.jsonl").touch()
    publish(out, load_lab(LAB), None, roll_of(out))
    assert "non vérifiable" in (out / "index.html").read_text("utf-8")
    done = etabli("run", "verify", out)
    assert done.exit_code == 1 and "non vérifiable" in done.stdout and "1 vérification intacte sur 2" in done.stdout
    etabli("export", "gradebook", out, "-o", tmp_path / "c.csv")
    assert "non vérifiable" in (tmp_path / "c.csv").read_text("utf-8")


def test_a_run_that_is_gone_is_told_where_the_index_knew_it(out: Path) -> None:
    publish(out, load_lab(LAB), None, roll_of(out))
    name = newest(out).name
    shutil.rmtree(newest(out))
    done = etabli("run", "verify", out)
    assert done.exit_code == 1 and f"« {name} » a disparu" in " ".join(done.stdout.split())


def test_verifying_writes_nothing(out: Path) -> None:
    before = sorted(path for path in out.rglob("*"))
    assert etabli("run", "verify", out).exit_code == 0
    assert sorted(path for path in out.rglob("*")) == before


@pytest.mark.parametrize(
    ("place", "words"), [("absent", "n'est pas un dossier"), (".", "ne contient aucune vérification")]
)
def test_a_wrong_folder_is_one_sentence_and_exit_2(tmp_path: Path, place: str, words: str) -> None:
    done = etabli("run", "verify", tmp_path / place)
    assert done.exit_code == 2 and words in " ".join(done.stderr.split())


def test_another_brief_or_platform_is_said_and_the_run_stands(out: Path) -> None:
    lab = load_lab(LAB)
    shutil.rmtree(out / "SNO-02")
    frozen(out, "SNO-02", brief_sha256="0" * 64, platform_sha256="0" * 64)
    published = publish(out, lab, None, roll_of(out))
    assert [payload["others"] for payload in published.payloads] == [[], ["brief", "platform"]]
    page = (out / "index.html").read_text("utf-8").replace("\u00a0", " ")
    assert "1 vérification a été faite avec un autre énoncé." in page and "une autre version d&#39;Établi" in page
    assert "l&#39;énoncé du TP a changé" in (out / "SNO-02" / "index.html").read_text("utf-8")
