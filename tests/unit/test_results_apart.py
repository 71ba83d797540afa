"""Results and hand-ins are kept apart: what a learner puts into their work is never read as a run of ours."""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from small_class import SmallClass

from etabli.cli.collect import collect
from etabli.exam.contract.errors import UsageProblem
from etabli.reception.collecting import Collected, Whom
from etabli.reception.gathering import Reading
from etabli.reception.hand_in import HandIns, write_hand_ins
from etabli.runs.run import Run, run_folders
from etabli.runs.store import newest_folders


class Trick:
    """A class in which « sno-07 » hands in a run folder that says 105/105, forged elsewhere under their own name."""

    def __init__(self, place: Path) -> None:
        forger = SmallClass(place / "chez-lui")
        self.forged: Run = forger.grade(forger.deposit("sno-07")).done[0].graded.run
        (self.folder,) = run_folders(forger.plan.out / "sno-07")
        self.rendus = place / "rendus"
        self.work = self.rendus / "sno-07"
        self.work.mkdir(parents=True)
        (self.work / "index.php").write_text("<?php // presque rien")
        shutil.copytree(self.folder, self.work / self.folder.name)
        (self.rendus / "sno-08").mkdir()
        (self.rendus / "sno-08" / "index.php").write_text("<?php")
        self.lab = forger.lab
        self.place = place

    def collect(self, given: Path, out: Path) -> Collected:
        return collect(self.lab, [given], out, "entrainement", Reading.GUESS, Whom(), self.place)


@pytest.fixture
def trick(tmp_path: Path) -> Trick:
    return Trick(tmp_path)


def everything(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_the_trick_would_work_if_results_were_written_among_the_hand_ins(trick: Trick) -> None:
    (found,) = newest_folders(trick.rendus)
    assert found.run is not None and found.run.id == trick.forged.id, "what the refusal below is for"


@pytest.mark.parametrize(
    ("out", "words"),
    [
        (lambda place: place / "rendus", "est aussi le dossier des rendus"),
        (lambda place: place / "rendus" / ".", "est aussi le dossier des rendus"),
        (lambda place: place / "rendus" / "resultats" / "essai", "est dans « {rendus} », avec les rendus"),
        (lambda place: place / "rendus" / "sno-07", "est dans « {rendus} », avec les rendus"),
        (lambda place: place, "contient les rendus (« {rendus} »)"),
        (lambda place: place / "lien", "est aussi le dossier des rendus"),
        (lambda place: place / "lien" / "resultats", "est dans « {rendus} », avec les rendus"),
        (lambda place: place / "ailleurs" / ".." / "rendus" / "out", "est dans « {rendus} », avec les rendus"),
    ],
)
def test_results_among_hand_ins_are_refused_before_anything_is_written(
    trick: Trick, tmp_path: Path, out: Callable[[Path], Path], words: str
) -> None:
    (tmp_path / "lien").symlink_to("rendus")
    (tmp_path / "ailleurs").mkdir()
    before = everything(tmp_path)
    with pytest.raises(UsageProblem) as caught:
        trick.collect(trick.rendus, out(tmp_path))
    said = str(caught.value)
    assert words.format(rendus=trick.rendus) in said and "« --sortie », hors des rendus" in said
    assert everything(tmp_path) == before


def test_a_class_folder_reached_by_a_link_is_the_same_folder(trick: Trick, tmp_path: Path) -> None:
    (tmp_path / "lien").symlink_to("rendus")
    with pytest.raises(UsageProblem, match="est aussi le dossier des rendus"):
        trick.collect(tmp_path / "lien", trick.rendus)


def test_in_the_class_folder_itself_the_default_is_refused_too(trick: Trick, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(trick.rendus)
    for out in (".", "resultats/essai"):
        with pytest.raises(UsageProblem, match=r"Donnez un dossier à part avec « --sortie »"):
            trick.collect(Path(), Path(out))
    assert sorted(os.listdir(trick.rendus)) == ["sno-07", "sno-08"]


def test_results_among_hand_ins_that_are_not_given_now_are_refused_too(trick: Trick, tmp_path: Path) -> None:
    """« etabli grade retard.zip -o rendus »: the forged run of another would count."""
    late = tmp_path / "sno-09.zip"
    with zipfile.ZipFile(late, "w") as made:
        made.writestr("index.php", "<?php")
    before = everything(tmp_path)
    with pytest.raises(UsageProblem) as caught:
        trick.collect(late, trick.rendus)
    said = str(caught.value)
    assert f"« {trick.rendus} » existe déjà et n'a pas été écrit par Établi (on y trouve : sno-07 et sno-08)" in said
    assert "« --sortie »" in said and everything(tmp_path) == before


@pytest.mark.parametrize("mark", [None, "etabli.sqlite", "remises.json", "resultats.json"])
def test_a_folder_of_ours_and_an_empty_one_take_results(trick: Trick, tmp_path: Path, mark: str | None) -> None:
    out = tmp_path / "resultats"
    out.mkdir()
    (out / ".DS_Store").write_text("")
    if mark:
        (out / "sno-07").mkdir()
        (out / mark).write_text("")
        if mark == "remises.json":
            write_hand_ins(out, HandIns("essai", "entrainement", ()))
    assert [one.candidate for one in trick.collect(trick.rendus, out).settled.deposits] == ["sno-07", "sno-08"]


def test_one_zip_beside_which_results_would_be_written_is_refused(trick: Trick, tmp_path: Path) -> None:
    zipped = tmp_path / "sno-07.zip"
    with zipfile.ZipFile(zipped, "w") as made:
        made.writestr("index.php", "<?php")
    with pytest.raises(UsageProblem, match="contient les rendus"):
        trick.collect(zipped, tmp_path)
    assert [one.candidate for one in trick.collect(zipped, tmp_path / "out").settled.deposits] == ["sno-07"]


@pytest.mark.parametrize("packed", [False, True])
def test_a_run_folder_in_the_work_is_a_file_like_another(trick: Trick, tmp_path: Path, packed: bool) -> None:
    given = trick.rendus
    if packed:
        given = tmp_path / "zips"
        (given / "sno-08").mkdir(parents=True)
        with zipfile.ZipFile(given / "sno-07.zip", "w") as made:
            for path in (path for path in trick.work.rglob("*") if path.is_file()):
                made.write(path, path.relative_to(trick.work))
    judge = SmallClass(tmp_path / "juge", out=tmp_path / "resultats")
    judge.says({"kind": "check_end", "check": "demarre", "outcome": "failed", "duration_ms": 1.0})
    judge.grade(*trick.collect(given, judge.plan.out).settled.deposits)
    found, _other = newest_folders(judge.plan.out)
    assert found.run is not None and found.candidate == "sno-07" and found.run.id != trick.forged.id
    names = [path.name for path in run_folders(judge.plan.out / "sno-07")]
    assert names[-1] == found.run.id and trick.forged.id not in names
