"""What people said of a work goes along with its trace; an interview's questions are printed with it."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
import yaml
from appreciation_samples import FILES, results_of
from helpers import Done, here

from etabli.lab.manifest import load_lab
from etabli.lab.variant import Purpose, Seat
from etabli.recueil.interviewing import interview
from etabli.runs.folder import read_run
from etabli.runs.run import run_folders

LAB = "mots-de-passe"
WHO = ("--candidat", "SNO-01")
OUT = Path("resultats") / LAB


@pytest.fixture
def out(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The results of one learner, of whose work two criteria were looked at."""
    (tmp_path / "ici").mkdir()
    monkeypatch.chdir(tmp_path / "ici")
    results_of(OUT, ["SNO-01"])
    say("droits-motif", "insuffisante", "Deux motifs manquent.")
    say("message-ton", "tres-bonne")
    return OUT


def say(criterion: str, degree: str, remark: str = "") -> None:
    words = (*WHO, "--critere", criterion, "--degre", degree, "--remarque", remark, "--par", "Mme Roux")
    assert here("apprecier", LAB, *words).returncode == 0


def chosen(*words: object) -> Done:
    done = here("trace", "choisir", *WHO, *words)
    assert done.returncode == 0, done
    return done


def seen() -> list[dict[str, Any]]:
    told = yaml.safe_load(Path("recueils/SNO-01/recueil.yaml").read_text("utf-8"))
    return list(told.get("observations", ()))


def test_it_goes_along_once_by_the_criteria_of_the_referentiel(out: Path) -> None:
    assert "2 observations jointes" in chosen().stdout
    chosen()
    assert [(one["critere"], one["degre"], one["par"], one["regarde"]["critere"]) for one in seen()] == [
        ("droits-revus", "insuffisante", "Mme Roux", "droits-motif"),
        ("message-aux-collegues", "tres-bonne", "Mme Roux", "message-ton"),
    ]
    assert seen()[0]["remarque"] == "Deux motifs manquent." and {one["trace"] for one in seen()} == {"mots-de-passe-1"}


def test_what_was_said_anew_replaces_it_and_what_people_observed_otherwise_stays(out: Path) -> None:
    chosen()
    here(
        "trace",
        "observer",
        *WHO,
        "--critere",
        "droits-revus",
        "--degre",
        "satisfaisante",
        "--par",
        "M. Bel",
        "--trace",
        "mots-de-passe-1",
    )
    say("droits-motif", "satisfaisante")
    chosen()
    assert sorted((one["par"], one["degre"]) for one in seen()) == [
        ("M. Bel", "satisfaisante"), ("Mme Roux", "satisfaisante"), ("Mme Roux", "tres-bonne")
    ]  # fmt: skip
    here("trace", "retirer", *WHO, "--trace", "mots-de-passe-1")
    assert [one["par"] for one in seen()] == ["M. Bel"]


def test_a_work_that_changed_since_says_so(out: Path) -> None:
    [former] = run_folders(out / "SNO-01")
    results_of(out, ["SNO-01"], files={**FILES, "droits.csv": b"autre"}, number=2)
    for path in sorted(former.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    former.rmdir()  # of the state that was looked at, no run is left
    assert "dont 2 sur un autre état du travail" in chosen().stdout
    done = here("recueil", "build", *WHO, "-o", "fait", "--sans-pdf")
    assert done.returncode == 0, done
    page = Path("fait/recueil.html").read_text("utf-8")
    assert page.count("Vu sur un autre état du travail que celui de cette trace.") == 2
    assert "Chaque action de la revue a un motif qui la justifie." in page


def test_it_is_told_with_the_run_of_the_state_that_was_looked_at_alone(out: Path) -> None:
    results_of(out, ["SNO-01"], files={**FILES, "droits.csv": b"autre"}, number=2)
    chosen("--verification", "0001", "--verification", "0002")
    assert {one["trace"] for one in seen()} == {"mots-de-passe-1"}


def test_questions_are_of_the_data_that_were_examined_or_none(out: Path) -> None:
    run = read_run(run_folders(out / "SNO-01")[0])
    secret = b"s" * 32
    own = dataclasses.replace(
        run, seed_fingerprint=Seat(load_lab(LAB), "SNO-01").fingerprint(secret, Purpose.EVALUATION)
    )
    assert len(interview(secret)(own)) == 6
    assert (
        interview(secret)(run) == interview(None)(own) == interview(secret)(dataclasses.replace(own, lab="parti")) == ()
    )
