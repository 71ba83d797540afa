"""The command as users run it: exit codes, sentences, files."""

from __future__ import annotations

import csv
import html
import json
import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import jsonschema
import pytest
from command_line import Begun, begin, command, etabli
from helpers import Done, here

from etabli.grading.matrix import render_specimens
from etabli.lab.manifest import load_lab
from etabli.lab.specimens.specimen import load_specimens
from etabli.lab.variant import TRAINING
from etabli.system.settings import secret

ROOT = Path(__file__).resolve().parents[2]
LAB = "page-dynamique"
READ = "hameconnage"
"""The lab whose works take least to examine, and leave evidence."""
SHORT = "fiche-anglais"
"""The lab whose sheets are printed soonest."""


pytestmark = pytest.mark.usefixtures("module_home")


def one_sentence(done: Done | subprocess.CompletedProcess[str]) -> str:
    assert "Traceback" not in done.stderr
    return " ".join(done.stderr.split())


def test_labs_are_listed_for_people_and_programs() -> None:
    assert LAB in here("labs").stdout
    (facts,) = [lab for lab in json.loads(etabli("labs", "--json").stdout) if lab["id"] == LAB]
    assert facts["checks"] >= 28
    assert set(facts["paliers"]) == {"essentiel", "attendu", "approfondissement"}


def test_doctor_says_yes_on_a_machine_that_is_set_up() -> None:
    done = etabli("doctor", "--json")
    assert done.returncode == 0
    assert all(finding["ok"] for finding in json.loads(done.stdout))


@pytest.mark.skipif(os.geteuid() != 0, reason="changing to another account needs root")
def test_doctor_says_what_an_account_without_the_right_must_ask_for() -> None:
    """As nobody, on the real socket."""
    account = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    with tempfile.TemporaryDirectory() as place:
        os.chown(place, 65534, 65534)
        own = {"ETABLI_HOME": place, "USER": "sno-prof", "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "200"}
        done = subprocess.run(
            [*account, *command("doctor")], capture_output=True, text=True, env=os.environ | own, timeout=300
        )
    said = " ".join(done.stdout.split())
    assert done.returncode == 3, said + done.stderr
    assert "Traceback" not in said + done.stderr
    assert "Docker refuse l'accès à ce compte" in said
    assert "« usermod -aG docker sno-prof », puis rouvrez la session" in said


@pytest.mark.long
def test_what_an_exam_costs_is_counted_part_by_part() -> None:
    """In the containers' own control groups: what runs beside is not in it."""
    done = etabli("bench", "mots-de-passe", "--temoin", "brut", "--rendus", "1", "--json")
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    parts = {part: spent["mean"] for part, spent in facts["cpu_s"].items()}
    assert {"application", "Python"} <= set(parts) and min(parts["application"], parts["Python"]) > 0
    assert facts["cpu_s_containers"]["mean"] == pytest.approx(sum(parts.values()), abs=0.01)
    assert (facts["exams"], facts["missed"]) == (1, []) and facts["peak_mb"]["examiner"] > 0
    assert not list(Path("/sys/fs/cgroup").glob("**/etabli-*-examiner*"))


NO_ENGINE = {"DOCKER_HOST": "unix:///nowhere/docker.sock"}


def test_a_machine_without_engine_says_what_to_do(tmp_path: Path) -> None:
    assert etabli("doctor", environment=NO_ENGINE).returncode == 3
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.php").write_text("<?php")
    done = etabli("grade", tmp_path / "site", "--tp", LAB, "--out", tmp_path / "out", environment=NO_ENGINE)
    assert done.returncode == 3
    assert "make setup" in one_sentence(done)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["grade", "absent", "--tp", LAB], "« absent » n'existe pas"),
        (["grade", ".", "--tp", "page-dinamique"], "page-dynamique"),
        (["grade", ".", "--tp", LAB, "--un-seul", "--dossier-de-classe"], "se contredisent"),
        (["grade", "."], "--tp"),
        (["sujet", LAB, "--candidat", "Léa", "-o", "x"], "n'est pas un identifiant"),
        (["sujet", LAB, "--candidat", "a", "-o", "/proc/x"], "ne peut pas être écrit"),
        (["lab", "test", LAB, "--temoin", "inconnu"], "n'est pas un rendu témoin"),
        (["lab", "test", LAB, "--temoin", "pdo", "--couverture"], "« --couverture » et « --temoin » se contredisent"),
        (["lab", "test", LAB, "--tableau", "--couverture"], "« --tableau » et « --couverture » se contredisent"),
        (["lab", "test", LAB, "--tableau", "--repetitions", "2"], "« --tableau » et « --repetitions » se contredisent"),
        (["lab", "test", LAB, "--tableau", "--temoin", "dialog"], "Vouliez-vous dire « dialogue »"),
        (["lab", "test", LAB, "-o", "x.md"], "« -o » publie un tableau entier"),
        (["lab", "debug", LAB, "absent"], "n'est pas un dossier"),
    ],
)
def test_a_wrong_command_is_one_sentence_and_exit_2(arguments: list[str], words: str) -> None:
    done = here(*arguments)
    assert done.returncode == 2
    assert words in one_sentence(done)


@pytest.mark.parametrize("name", ["labs", "doctor", "sujet", "grade", "lab test", "lab debug"])
def test_help_has_an_example(name: str) -> None:
    done = here(*name.split(), "--help")
    assert done.returncode == 0
    assert f"etabli {name}" in done.stdout


def test_a_sujet_needs_no_container(tmp_path: Path) -> None:
    out = tmp_path / "sujet"
    assert etabli("sujet", SHORT, "--candidat", "sno-07", "-o", out, environment=NO_ENGINE).returncode == 0
    sujet = json.loads((out / "sujet.json").read_text("utf-8"))
    assert sujet["candidate"] == "sno-07"
    assert {"aides.html", "enonce.html", "enonce.pdf", "donnees", "sujet.json", "depart"} == {
        path.name for path in out.iterdir()
    }
    page = (out / "enonce.html").read_text("utf-8")
    assert "http://" not in page.replace("http://localhost", "") and "@{" not in page
    assert sujet["document"]["title"] in html.unescape(page)


def rendered(lab_id: str, right: str, folder: Path) -> Path:
    """A class of three: a right work, an empty one, and what is no archive."""
    lab = load_lab(lab_id)
    specimens = load_specimens(lab)
    render_specimens(lab, {"sno-01": specimens[right], "sno-02": specimens["vide"]}, secret(), TRAINING, folder)
    (folder / "sno-03.zip").write_bytes(b"ceci n'est pas une archive")
    return folder


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a batch that does not come to its end is given."""
    return rendered(LAB, "pdo", tmp_path_factory.mktemp("classe"))


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rendered(READ, "complet", tmp_path_factory.mktemp("lue"))


@pytest.fixture(scope="module")
def graded(read: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], Path]:
    out = tmp_path_factory.mktemp("resultats")
    return etabli("grade", read, "--tp", READ, "--out", out, "--postes", 1, "--json"), out


def test_grade_gives_one_payload_per_candidate(graded: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    done, out = graded
    assert done.returncode == 1, "one was rejected"
    results = json.loads((out / "resultats.json").read_text("utf-8"))
    assert json.loads(done.stdout) == results
    schema = json.loads((ROOT / "docs" / "schemas" / "payload.schema.json").read_text("utf-8"))
    for payload in results["results"]:
        jsonschema.validate(payload, schema)
    by_name = {payload["candidate"]: payload for payload in results["results"]}
    assert {name: payload["status"] for name, payload in by_name.items()} == {
        "sno-01": "graded",
        "sno-02": "graded",
        "sno-03": "rejected",
    }
    good, empty, refused = (by_name[name] for name in sorted(by_name))
    assert good["score"]["earned"] == good["score"]["possible"] == load_lab(READ).checks().possible
    assert empty["score"]["earned"] == 0 and "vide" in empty["reason"]
    assert refused["score"] is None and refused["checks"] == []


def test_points_always_add_up(graded: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    for payload in json.loads((graded[1] / "resultats.json").read_text("utf-8"))["results"]:
        if score := payload["score"]:
            assert score["possible"] == sum(score[key] for key in ("earned", "failed", "blocked", "error"))


def test_the_csv_has_one_row_per_candidate_and_check(graded: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    rows = list(csv.DictReader((graded[1] / "resultats.csv").read_text("utf-8-sig").splitlines(), delimiter=";"))
    checks = len(load_lab(READ).checks().specs)
    counts = {name: sum(name in row.values() for row in rows) for name in ("sno-01", "sno-02")}
    assert counts == {"sno-01": checks, "sno-02": checks}


def test_reports_and_evidence_are_where_they_are_said_to_be(
    graded: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    out = graded[1]
    assert (out / "index.html").is_file()
    payloads = json.loads((out / "resultats.json").read_text("utf-8"))["results"]
    assert all((out / payload["candidate"] / "index.html").is_file() for payload in payloads)
    proofs = [proof["path"] for payload in payloads for check in payload["checks"] for proof in check["evidence"]]
    assert proofs and all((out / proof).is_file() for proof in proofs)


def test_grading_again_does_nothing_more(read: Path, graded: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    out = graded[1]
    before = sorted(path.name for path in (out / "sno-01").iterdir())
    done = etabli("grade", read, "--tp", READ, "--out", out, "--postes", 1)
    assert "(inchangé)" in done.stderr
    assert sorted(path.name for path in (out / "sno-01").iterdir()) == before


def containers_of(process: Begun) -> list[str]:
    """Lists what a command has made; other batches may run on this machine meanwhile."""
    asked = ["docker", "ps", "--all", "--filter", "label=etabli=1", "--format", '{{.ID}} {{.Label "etabli.owner"}}']
    lines = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.splitlines()
    return [line.split()[0] for line in lines if line.partition(" ")[2].startswith(f"{process.pid}:")]


def until_it_has(process: Begun, count: int) -> None:
    """Waits until a command has made that many containers."""
    limit = time.monotonic() + 120
    while len(containers_of(process)) < count:
        assert time.monotonic() < limit and process.poll() is None
        time.sleep(0.2)


def begun(handed_in: Path, place: Path) -> Begun:
    """A batch of one worker; what it says is in a file."""
    with open(place / "dit.txt", "w") as said:
        return begin("grade", handed_in, "--tp", LAB, "--out", place / "out", "--postes", 1, out=said, err=said)


def test_an_interruption_keeps_what_is_done_and_cleans_up(handed_in: Path, tmp_path: Path) -> None:
    process = begun(handed_in, tmp_path)
    until_it_has(process, 3)  # the candidate's is there: the first one is being graded
    process.send_signal(signal.SIGINT)
    code, said = process.wait(), (tmp_path / "dit.txt").read_text("utf-8")
    assert code == 130, said
    assert "Traceback" not in said
    assert not containers_of(process)


def test_what_a_killed_run_leaves_is_reaped_at_the_next_start(handed_in: Path, tmp_path: Path) -> None:
    process = begun(handed_in, tmp_path)
    until_it_has(process, 2)
    process.send_signal(signal.SIGSTOP)  # it lives: nobody takes anything from it, whoever else starts meanwhile
    assert len(containers_of(process)) >= 2
    process.kill()
    process.wait()
    (tmp_path / "vide").mkdir()
    done = etabli("grade", tmp_path / "vide", "--un-seul", "--tp", LAB, "--out", tmp_path / "autre")
    assert done.returncode == 0
    assert not containers_of(process)
