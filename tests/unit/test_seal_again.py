"""What an archive holds can be graded again: the same verdicts, or what differs and why; never with other data."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from helpers import Done, here, make_lab
from recueil_samples import frozen_run
from seal_samples import PHRASE
from small_class import GOOD, SmallClass, close, end
from student import repository_with

from etabli.exam.contract.errors import UsageProblem
from etabli.grading.sealed import SealedLab, grade_sealed, sealed_labs
from etabli.runs.differences import Cause, Differences
from etabli.runs.store import newest_folders
from etabli.seal import keys
from etabli.seal.checking import check
from etabli.seal.opening import unpack_runs
from etabli.seal.sealing import gathered, seal

SECRET = bytes(32)


@pytest.fixture
def small(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallClass:
    monkeypatch.setattr("etabli.sandbox.images.identity", lambda name: {"id": "sha256:1", "packages": "1"})
    made = SmallClass(tmp_path, repository_with(make_lab(tmp_path), {}, monkeypatch))
    made.grade(made.deposit("sno-01"))
    made.grade(made.deposit("sno-01", {"index.php": "<?php echo 2;"}), made.deposit("sno-02"))
    return made


def unpacked(small: SmallClass, at: str = "depuis") -> list[SealedLab]:
    """Seals all that was graded, and takes it out of the archive elsewhere."""
    public = keys.make(PHRASE)
    data = seal(gathered([small.plan.out]), keys.opened(PHRASE), kind="dossier", subject="essai")
    found = check(data, [public])
    assert found.intact and found.manifest is not None and len(found.manifest.runs) == 3
    return sealed_labs(unpack_runs(found, small.root / at), SECRET)


def again(small: SmallClass, labs: list[SealedLab]) -> Differences:
    [lab] = labs
    return grade_sealed(lab, small.sandbox, secret=SECRET, workers=1)[0]


def test_all_runs_of_an_archive_are_graded_again(small: SmallClass) -> None:
    done = again(small, unpacked(small))
    assert [one.candidate for one in done.learners] == ["sno-01", "sno-02", "sno-01"]
    assert (done.changed, done.skipped) == ((), ())
    assert {Cause.IMAGE, Cause.PACKAGES} >= {reason.cause for one in done.learners for reason in one.reasons}


def test_what_differs_is_told_with_its_cause(small: SmallClass) -> None:
    labs = unpacked(small)
    small.says(GOOD[0], end("liste", "failed", observed="Rien."), close())
    (small.lab.grader / "checks.py").write_text((small.lab.grader / "checks.py").read_text("utf-8") + "\n# autre\n")
    done = again(small, labs)
    assert len(done.changed) == 3
    assert all(Cause.GRADER in {reason.cause for reason in one.reasons} for one in done.changed)
    assert [change.check for change in done.changed[0].changes] == ["liste"]


def test_without_its_submission_a_run_is_said_to_be_left(small: SmallClass) -> None:
    for path in (small.plan.out / "sno-02" / "rendus").iterdir():
        path.unlink()
    done = again(small, unpacked(small))
    assert [(one.candidate, "le rendu gardé n'est plus là" in one.why) for one in done.skipped] == [("sno-02", True)]


def test_with_another_secret_nothing_is_graded(small: SmallClass) -> None:
    with pytest.raises(UsageProblem, match="a été faite avec un autre secret que celui de cette machine"):
        [lab] = unpacked(small)
        sealed_labs({lab.lab.id: lab.out}, bytes(31) + b"x")


def test_runs_of_two_sessions_stay_in_theirs(small: SmallClass) -> None:
    small.plan = replace(small.plan, session="rattrapage")
    small.grade(small.deposit("sno-03"))
    assert newest_folders(small.plan.out)[-1].run is not None
    public = keys.make(PHRASE)
    data = seal(gathered([small.plan.out]), keys.opened(PHRASE), kind="dossier", subject="essai")
    [lab] = sealed_labs(unpack_runs(check(data, [public]), small.root / "x"), SECRET)
    assert {run.session for runs in lab.rounds for run in runs.values()} == {"entrainement", "rattrapage"}


@pytest.fixture
def place(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an archive of one run and its recueil."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "240")
    Path("phrase.txt").write_text(PHRASE, "utf-8")
    keys.make(PHRASE)
    frozen_run(Path("resultats/mots-de-passe"), "SNO-07")
    assert command("seal", "resultats", "-o", "a.zip", "--phrase-fichier", "phrase.txt").returncode == 0
    return tmp_path


def command(*words: object) -> Done:
    return here(*words)


def test_without_the_secret_it_says_so(place: Path) -> None:
    done = command("regrade", "--depuis", "a.zip")
    assert done.returncode == 2 and "n'a pas le secret du centre" in done.stderr
    assert not Path("resultats/depuis-a").exists() and not (Path("home") / "secret").exists()


def test_a_changed_archive_is_not_graded(place: Path) -> None:
    data = Path("a.zip").read_bytes()
    Path("b.zip").write_bytes(data.replace(b'"session": "entrainement"', b'"session": "entrainemenu"'))
    done = command("regrade", "--depuis", "b.zip")
    assert done.returncode == 1 and "run.json » a été modifié après le scellé" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Dites quoi revérifier"),
        (("resultats", "--depuis", "a.zip"), "revérifie tout ce que l'archive contient"),
        (("resultats", "-o", "x"), "Dites quoi revérifier"),
        (("--depuis", "a.zip", "-o", "resultats"), "contient déjà quelque chose"),
        (("--depuis", "absente.zip"), "ne peut pas être lu"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(place: Path, words: tuple[str, ...], said: str) -> None:
    done = command("regrade", *words)
    assert done.returncode == 2 and said in done.stderr, done


def test_the_recueil_takes_the_submission_along(
    small: SmallClass, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert command("trace", "choisir", "--candidat", "sno-02", small.plan.out).returncode == 0
    [kept] = (small.plan.out / "sno-02" / "rendus").iterdir()
    [copy] = Path("recueils").glob("sno-02/verifications/*/sno-02/rendus/*.zip")
    assert copy.read_bytes() == kept.read_bytes()
