"""A contestation replays what was handed in beside the former runs, and says what differs and why."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import referentiel_samples
from helpers import make_lab
from small_class import SmallClass, close, end
from student import repository_with

from etabli.commission.contesting import Gathered, gather_all, replay
from etabli.recueil.choosing import best_and_last, bring, runs_of
from etabli.recueil.kept import Kept
from etabli.recueil.model import Recueil
from etabli.runs.folder import read_run_folder
from etabli.runs.run import run_folders

KEY = bytes(32)


@pytest.fixture
def small(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallClass:
    made = SmallClass(tmp_path, repository_with(make_lab(tmp_path), {}, monkeypatch))
    monkeypatch.setattr("etabli.sandbox.images.identity", lambda name: {"id": "sha256:1", "packages": "3"})
    made.grade(made.deposit("sno-01"))
    return made


@pytest.fixture
def kept(small: SmallClass, tmp_path: Path) -> Kept:
    """A recueil with the one run of the candidate as a trace."""
    recueil = Recueil(format="etabli/recueil/1", candidat="sno-01", referentiel="0" * 64)
    empty = Kept(tmp_path / "recueils" / "sno-01", recueil, referentiel_samples.small())
    (choice,) = best_and_last(runs_of([small.plan.out], "sno-01")["essai"])
    return replace(empty, recueil=recueil.changed(bring(empty, choice, "Un essai")))


def contested(small: SmallClass, kept: Kept, out: Path) -> Gathered:
    found = gather_all(kept, [], [small.plan.out], out, KEY)
    replay(found, kept, small.sandbox, KEY)
    return found


def test_the_same_verdicts_are_said_to_be_the_same(small: SmallClass, kept: Kept, tmp_path: Path) -> None:
    found = contested(small, kept, tmp_path / "dossier")
    assert found.replayed == ["Un essai (essai-1) : les mêmes constats"] and found.missing == []
    (told,) = found.traces
    assert told["brief"] == "celui de ce jour-là"
    assert told["handed"] == "rendus/essai-1.zip" and told["versions"]["tp"] == "essai"
    runs = [read_run_folder(path) for path in run_folders(tmp_path / "dossier" / "rejeu" / "essai-1" / "sno-01")]
    assert len(runs) == 2 and all(one.verifiable for one in runs)
    assert len(run_folders(small.plan.out / "sno-01")) == 1


def test_a_brief_of_other_data_is_said_to_be_another(small: SmallClass, kept: Kept, tmp_path: Path) -> None:
    (told,) = gather_all(kept, [], [small.plan.out], tmp_path / "dossier", bytes(31) + b"1").traces
    assert "autre secret" in told["brief"]


def test_what_differs_is_counted_and_its_page_is_there(small: SmallClass, kept: Kept, tmp_path: Path) -> None:
    small.says(end("demarre"), end("liste", "failed", observed="Rien.", expected="Une liste."), close())
    found = contested(small, kept, tmp_path / "dossier")
    assert found.replayed == ["Un essai (essai-1) : 1 constat différent"]
    assert (tmp_path / "dossier/rejeu/essai-1/differences.html").is_file()


def test_a_work_that_is_no_longer_kept_is_said(small: SmallClass, kept: Kept, tmp_path: Path) -> None:
    for path in small.plan.out.glob("sno-01/rendus/*.zip"):
        path.unlink()
    assert contested(small, kept, tmp_path / "premier").missing == []  # the recueil took a copy along
    for path in kept.folder.rglob("rendus/*.zip"):
        path.unlink()
    found = contested(small, kept, tmp_path / "dossier")
    assert found.replayed == [] and "ne peut pas être rejoué" in found.missing[0]
