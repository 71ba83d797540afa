"""What there is to grade again in a folder, and the sentences for what there is not; the gradebook command."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from deposit_samples import zipped
from helpers import make_lab, make_run
from small_class import SmallClass
from student import etabli, repository_with

from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.outcome import Outcome, Status
from etabli.grading.regrade import class_runs, gather, grade_again
from etabli.lab.manifest import load_lab
from etabli.reception.hand_in import HandIn, HandIns, HandInState, write_hand_ins
from etabli.reception.intake import take_in
from etabli.reception.kept_submissions import keep
from etabli.reception.submission import Deposit
from etabli.reports.results import publish
from etabli.reports.roll import roll_of
from etabli.roster.learner import Person
from etabli.roster.roster import new_roster
from etabli.runs import run as runs
from etabli.runs.differences import Cause

LAB = "page-dynamique"


@pytest.fixture(autouse=True)
def wide_screen(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "resultats"


def freeze(out: Path, candidate: str, *, kept: bool = True, **facts: Any) -> Path:
    """A frozen run in which everything passed, and its kept submission; returns its folder."""
    lab = load_lab(LAB)
    work = out.parent / "rendus" / candidate
    work.mkdir(parents=True, exist_ok=True)
    (work / "index.php").write_text(f"<?php // {candidate}", "utf-8")
    with tempfile.TemporaryDirectory() as folder:
        submission = take_in(work, lab, Path(folder) / "arbre")
        facts = {"submission_sha256": submission.sha256, "lab": LAB} | facts
        if kept and facts["submission_sha256"]:
            keep(submission, out, candidate)
    specs = lab.checks().specs
    events = [{"kind": "check_end", "check": spec.id, "outcome": Outcome.PASSED.value} for spec in specs]
    run = make_run(specs, events, candidate=candidate, **facts)
    return out / candidate / runs.freeze(run, out / ".atelier", out / candidate).id


def test_the_newest_run_of_each_candidate_is_the_one_to_compare(out: Path) -> None:
    freeze(out, "SNO-02")
    freeze(out, "SNO-01")
    freeze(out, "SNO-01")
    former = class_runs(out)
    assert {name: run.number for name, run in former.runs.items()} == {"SNO-01": 2, "SNO-02": 1}
    assert list(class_runs(out, only=["SNO-02"]).runs) == ["SNO-02"]


def test_the_kept_submission_is_graded_again(out: Path) -> None:
    freeze(out, "SNO-01")
    todo = gather(class_runs(out))
    [path] = (out / "SNO-01" / "rendus").iterdir()
    assert todo.deposits == (Deposit("SNO-01", path, kept=True),)
    assert (todo.former.lab.id, todo.skipped) == (LAB, ())


def test_a_deposit_that_is_given_comes_first(out: Path, tmp_path: Path) -> None:
    freeze(out, "SNO-01")
    given = Deposit("SNO-01", tmp_path / "sno-01.zip")
    assert gather(class_runs(out), [given, Deposit("inconnu", tmp_path)]).deposits == (given,)


def test_several_sessions_are_one_batch_and_each_stays_in_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = SmallClass(tmp_path, repository_with(make_lab(tmp_path), {}, monkeypatch))
    monkeypatch.setattr("etabli.sandbox.images.identity", lambda name: {"id": "sha256:2", "packages": "3"})
    for candidate, session in (("sno-01", "rattrapage"), ("sno-02", "entrainement")):
        small.plan = replace(small.plan, session=session)
        small.grade(small.deposit(candidate))
    opened = small.sandbox.asked("open_worker")
    done = grade_again(gather(class_runs(small.plan.out)), small.sandbox, secret=bytes(32), workers=1)
    again = {one.graded.run.candidate: one.graded.run for one in done.batch.done}
    assert {name: run.session for name, run in again.items()} == {"sno-01": "rattrapage", "sno-02": "entrainement"}
    assert {reason.cause for learner in done.differences.learners for reason in learner.reasons} == {
        Cause.IMAGE,
        Cause.PACKAGES,
    }
    assert small.sandbox.asked("open_worker") == opened + 1


def test_what_cannot_be_graded_again_is_said_one_by_one(out: Path) -> None:
    freeze(out, "SNO-01")
    freeze(out, "SNO-02", kept=False)
    freeze(out, "SNO-03", status=Status.REJECTED, submission_sha256=None, reason="Illisible.")
    for name, data in (("SNO-04", zipped({"index.php": b"<?php // autre"})), ("SNO-05", b"PK")):
        freeze(out, name)
        [kept] = (out / name / "rendus").iterdir()
        kept.write_bytes(data)
    skipped = {item.candidate: item.why for item in gather(class_runs(out)).skipped}
    assert set(skipped) == {"SNO-02", "SNO-03", "SNO-04", "SNO-05"}
    told = {"SNO-02": "n'est plus là :", "SNO-04": "a été modifié :", "SNO-05": "ne se lit pas (« "}
    for name, words in told.items():
        assert f"le rendu gardé {words}" in skipped[name] and "--rendus" in skipped[name]
    assert "un rendu refusé n'est pas gardé" in skipped["SNO-03"] and "--rendus" in skipped["SNO-03"]


def test_a_folder_without_runs_stays_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    with pytest.raises(UsageProblem, match=r"ne contient aucune vérification : donnez le dossier écrit par"):
        class_runs(tmp_path / "notes")
    assert not list((tmp_path / "notes").iterdir())


def test_several_labs_are_asked_about(out: Path) -> None:
    freeze(out, "SNO-01")
    freeze(out, "SNO-02", lab="autre")
    with pytest.raises(UsageProblem, match=f"plusieurs TP \\(autre, {LAB}\\) : choisissez avec « --tp »"):
        class_runs(out)
    assert list(class_runs(out, LAB).runs) == ["SNO-01"]
    with pytest.raises(UsageProblem, match=f"aucune vérification du TP « troisieme » : il y a autre, {LAB}"):
        class_runs(out, "troisieme")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--candidat", "SNO-1"], "« SNO-1 » n'a pas de vérification dans"),
        (["--candidat", "SNO-1"], "vouliez-vous dire « SNO-01 »"),
        (["--tp", "autre"], "aucune vérification du TP « autre »"),
        ([], "Rien à revérifier dans"),
        (["--rendus", "absent.zip"], "absent.zip"),
        (["--un-seul", "--dossier-de-classe"], "se contredisent"),
    ],
)
def test_a_wrong_regrade_is_one_sentence_and_exit_2(out: Path, arguments: list[str], words: str) -> None:
    freeze(out, "SNO-01", kept=False)
    done = etabli("regrade", out, *arguments)
    assert done.exit_code == 2
    assert words in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["grade", "regrade", "export gradebook", "export moodle"])
def test_help_has_an_example(name: str) -> None:
    done = etabli(*name.split(), "--help")
    assert done.exit_code == 0 and f"etabli {name}" in done.stdout


@pytest.fixture
def classed(out: Path) -> Path:
    """A class of two, one of whom handed in."""
    new_roster("SNO", "SNO").add([Person("Bouvard", "Inès"), Person("Le Guirrec", "Tom")])
    freeze(out, "SNO-01")
    entries = (HandIn("SNO-01", HandInState.HANDED_IN), HandIn("SNO-02", HandInState.MISSING))
    write_hand_ins(out, HandIns(LAB, "entrainement", entries, class_name="SNO"))
    return out


def test_gradebook_gives_aliases_unless_names_are_asked_for(classed: Path, tmp_path: Path) -> None:
    assert etabli("export", "gradebook", classed, "-o", tmp_path / "a.csv").exit_code == 0
    assert "Bouvard" not in (tmp_path / "a.csv").read_text("utf-8")
    assert etabli("export", "gradebook", classed, "-o", tmp_path / "b.csv", "--noms", "--excel").exit_code == 0
    head, first, second = (tmp_path / "b.csv").read_text("utf-8-sig").splitlines()
    assert head.startswith("Élève;Nom;Prénom;Remise;")
    assert first.startswith("SNO-01;Bouvard;Inès;rendu;")
    assert second.startswith("SNO-02;Le Guirrec;Tom;non rendu;;;;;")


def test_work_for_another_session_answers_no_duty_of_this_one(classed: Path, tmp_path: Path) -> None:
    freeze(classed, "SNO-02", session="rattrapage")
    assert etabli("export", "gradebook", classed, "-o", tmp_path / "c.csv").exit_code == 0
    rows = (tmp_path / "c.csv").read_text("utf-8").splitlines()
    assert rows[2].startswith("SNO-02,non rendu,,,,,")
    published = publish(classed, load_lab(LAB), None, roll_of(classed))
    assert [payload["candidate"] for payload in published.payloads] == ["SNO-01"]


def test_a_newer_run_for_another_session_hides_none_of_this_one(classed: Path) -> None:
    freeze(classed, "SNO-01", session="rattrapage")
    published = publish(classed, load_lab(LAB), None, roll_of(classed))
    assert [payload["session"] for payload in published.payloads] == ["entrainement"]


def test_a_class_of_which_nobody_handed_in_has_its_rows(out: Path, tmp_path: Path) -> None:
    out.mkdir()
    write_hand_ins(out, HandIns(LAB, "entrainement", (HandIn("SNO-01", HandInState.MISSING),), class_name="SNO"))
    done = etabli("export", "gradebook", out, "-o", tmp_path / "c.csv")
    assert done.exit_code == 0 and "(1 élève)" in done.stdout
    assert (tmp_path / "c.csv").read_text("utf-8").splitlines()[1].startswith("SNO-01,non rendu,")


def test_the_form_follows_the_name_of_the_file(classed: Path, tmp_path: Path) -> None:
    etabli("export", "gradebook", classed, "-o", tmp_path / "a.xlsx", "--constats")
    assert (tmp_path / "a.xlsx").read_bytes().startswith(b"PK")
    etabli("export", "gradebook", classed, "-o", tmp_path / "a.json")
    assert len(json.loads((tmp_path / "a.json").read_text("utf-8"))["learners"]) == 2
    etabli("export", "gradebook", classed, "-o", tmp_path / "a.txt", "--separateur", "tab", "--format", "csv")
    assert (tmp_path / "a.txt").read_text("utf-8").startswith("Élève\tRemise\t")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["-o", "{tmp}/a.json", "--bom"], "ne servent qu'au CSV : retirez-les"),
        (["-o", "{tmp}/a.csv", "--separateur", "|"], "« --separateur | » n'est pas un séparateur"),
        (["-o", "{tmp}/carnet.pdf"], "« carnet.pdf » ne dit pas la forme du carnet : donnez un nom en .csv, .xlsx"),
        (["-o", "{tmp}/carnet"], "« carnet » ne dit pas la forme du carnet"),
        (["-o", "/proc/carnet.csv"], "« /proc/carnet.csv » ne peut pas être écrit"),
        (["-o", "{tmp}/a.csv", "--noms"], "Aucun nom n'est connu pour"),
    ],
)
def test_a_wrong_gradebook_is_one_sentence_and_exit_2(
    out: Path, tmp_path: Path, arguments: list[str], words: str
) -> None:
    freeze(out, "SNO-01")
    done = etabli("export", "gradebook", out, *(part.format(tmp=tmp_path) for part in arguments))
    assert done.exit_code == 2
    assert words in " ".join(done.stderr.split())


def test_a_modified_run_is_said_and_no_older_one_takes_its_place(classed: Path, tmp_path: Path) -> None:
    last = freeze(classed, "SNO-01")
    freeze(classed, "SNO-01", session="rattrapage")
    (last / "transcript.jsonl").write_text("", "utf-8")
    former = class_runs(classed, LAB, only=["SNO-01"])
    assert former.runs["SNO-01"].session == "rattrapage"
    published = publish(classed, load_lab(LAB), None, roll_of(classed))
    assert [(payload.get("run"), payload["status"]) for payload in published.payloads] == [(last.name, "modified")]
    done = etabli("export", "gradebook", classed, "-o", tmp_path / "c.csv")
    words = " ".join(done.stderr.split())
    assert done.exit_code == 1 and "SNO-01" in words and "« transcript.jsonl » a été modifié" in words
    row = (tmp_path / "c.csv").read_text("utf-8").splitlines()[1]
    assert row.startswith("SNO-01,rendu,") and "modifié" in row and "« transcript.jsonl »" in row


def test_what_was_modified_is_not_compared(out: Path) -> None:
    freeze(out, "SNO-01")
    (freeze(out, "SNO-02") / "run.json").unlink()
    todo = gather(class_runs(out))
    assert [deposit.candidate for deposit in todo.deposits] == ["SNO-01"]
    assert [(item.candidate, "« run.json » manque" in item.why) for item in todo.skipped] == [("SNO-02", True)]


def test_who_came_to_the_class_since_and_who_left_it_are_said(classed: Path, tmp_path: Path) -> None:
    roster = new_roster("SNO")
    roster.add([Person("Kerambrun", "Zoé"), Person("Ouadfel", "Lina")])
    roster.excuse("SNO-04", LAB)
    roster.retire("SNO-01")
    roll = roll_of(classed)
    assert roll.candidates == ("SNO-01", "SNO-02", "SNO-03", "SNO-04")
    assert (roll.arrived, roll.departed) == (("SNO-03", "SNO-04"), {"SNO-01"})
    arrived = [entry for entry in (roll.hand_in("SNO-03"), roll.hand_in("SNO-04")) if entry]
    assert [entry.state for entry in arrived] == [HandInState.MISSING, HandInState.EXCUSED]
    done = etabli("export", "gradebook", classed, "-o", tmp_path / "c.csv")
    assert "1 élève n'est plus dans la classe (SNO-01)" in done.stdout
    assert "2 élèves sont arrivés depuis, sans remise (SNO-03, SNO-04)" in done.stdout
    rows = (tmp_path / "c.csv").read_text("utf-8").splitlines()
    assert rows[1].startswith("SNO-01,rendu,") and rows[3].startswith("SNO-03,non rendu,")
    publish(classed, load_lab(LAB), None, roll)
    page = (classed / "index.html").read_text("utf-8")
    assert page.count("a quitté la classe") >= 1
    assert "SNO-01" not in (classed / "a-relancer.html").read_text("utf-8")
