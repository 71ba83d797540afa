"""A specimen's frozen run stands while nothing that made it has changed; else it is made again. On a fake sandbox."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from helpers import MANIFEST
from small_class import SmallClass, close, end, stream
from typer.testing import CliRunner

from etabli.cli.main import app
from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.outcome import Outcome
from etabli.grading import plan as plans
from etabli.grading.matrix import MatrixRow, run_matrix, told
from etabli.grading.matrix import former as formers
from etabli.grading.matrix.repetitions import flakes
from etabli.lab.manifest import Lab
from etabli.lab.specimens.specimen import Kind, Specimen


class Matrix(SmallClass):
    """Two specimens of a small lab, and the images of a machine."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(root)
        self.sandbox.on_exam = self.answer
        self.outcome = "passed"
        self.image = "sha256:1"
        self.runs = 0
        self.flaky = False
        """Whether « liste » fails in every second exam."""
        monkeypatch.setenv("ETABLI_ROOT", str(root))
        monkeypatch.setenv("ETABLI_HOME", str(root / "home"))
        monkeypatch.setattr("etabli.sandbox.images.require", lambda wanted: None)
        monkeypatch.setattr("etabli.sandbox.images.tag", lambda name: f"etabli/{name}:1")
        monkeypatch.setattr("etabli.sandbox.images.identity", lambda name: {"id": self.image, "packages": "2"})
        self.specimens = {name: self.specimen(name, "<?php") for name in ("juste", "faux")}

    def specimen(self, name: str, text: str) -> Specimen:
        expected = {"demarre": Outcome.PASSED, "liste": Outcome.PASSED}
        return Specimen(name, name, Kind.RIGHT, "", expected, {"index.php": text.encode()})

    def answer(self, request: bytes) -> bytes:
        checks = json.loads(request)["only"] or ["demarre", "liste"]
        wrong = {"liste"} if self.flaky and self.sandbox.asked("examine") % 2 else set()
        verdicts = (end(check, "failed" if check in wrong else self.outcome) for check in checks)
        return stream(*verdicts, close(len(checks)))

    def run(self, **options: Any) -> list[MatrixRow]:
        self.runs += 1
        return run_matrix(self.sandbox, self.lab, self.specimens, self.root / f"{self.runs}", workers=1, **options)

    def made_again(self, **options: Any) -> list[str]:
        return [row.specimen.name for row in self.run(**options) if not row.reused]

    def kept(self) -> list[Path]:
        return sorted((self.root / ".cache" / "temoins").glob("*/*/*/*/*/run.json"))


@pytest.fixture
def matrix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Matrix:
    return Matrix(tmp_path, monkeypatch)


def test_what_nothing_has_changed_stands_and_no_container_is_started(matrix: Matrix) -> None:
    first = matrix.run()
    opened = matrix.sandbox.asked("open_worker")
    again = matrix.run()
    assert [row.reused for row in again] == [True, True]
    assert matrix.sandbox.asked("open_worker") == opened
    assert [replace(row, reused=False) for row in again] == first


def test_it_is_said(matrix: Matrix) -> None:
    first = matrix.run()
    assert told(first) == "2 vérifiés"
    matrix.specimens["neuf"] = matrix.specimen("neuf", "<?php")
    assert re.fullmatch(r"1 vérifié, 2 inchangés depuis le \d\d/\d\d/\d{4} \d\d:\d\d", told(matrix.run()))
    moment = "2026-11-27T10:12:30.000Z"
    standing = [replace(row, reused=True, run=replace(row.run, finished_at=moment)) for row in first]
    assert told(standing).startswith("0 vérifié, 2 inchangés depuis le 27/11/2026 ")


def another_pack(matrix: Matrix) -> None:
    path = matrix.lab.grader / "checks.py"
    path.write_text(path.read_text("utf-8") + "\n# autre\n", "utf-8")


def another_lab(matrix: Matrix) -> None:
    manifest = matrix.lab.manifest.model_validate({**matrix.lab.manifest.model_dump(), "version": "1.1"})
    matrix.lab = Lab(manifest, matrix.lab.folder, matrix.lab.grader)


def other_images(matrix: Matrix) -> None:
    matrix.image = "sha256:3"


@pytest.mark.parametrize("change", [another_pack, another_lab, other_images])
def test_another_pack_lab_or_image_makes_all_again(matrix: Matrix, change: Callable[[Matrix], None]) -> None:
    matrix.run()
    change(matrix)
    assert matrix.made_again() == ["juste", "faux"]
    assert matrix.made_again() == []


def test_another_platform_makes_all_again(matrix: Matrix, monkeypatch: pytest.MonkeyPatch) -> None:
    matrix.run()
    monkeypatch.setattr(plans, "platform_sha256", lambda: "f" * 64)
    assert matrix.made_again() == ["juste", "faux"]


@pytest.mark.parametrize(
    "options",
    [
        {"seed": 1},
        {"shuffle": 3},
        {"nonce": "abc"},
        {"only": {"juste": ["demarre"], "faux": ["demarre"]}},
        {"fresh": True},
    ],
)
def test_other_data_order_or_checks_are_another_run(matrix: Matrix, options: dict[str, Any]) -> None:
    matrix.run()
    assert matrix.made_again(**options) == ["juste", "faux"]
    assert matrix.made_again() == []
    assert matrix.made_again(**(options | {"fresh": False})) == []


def test_another_specimen_is_made_again_and_takes_the_place_of_the_former(matrix: Matrix) -> None:
    matrix.run()
    before = matrix.kept()
    matrix.specimens["faux"] = matrix.specimen("faux", "<?php // mieux")
    assert matrix.made_again() == ["faux"]
    assert len(matrix.kept()) == len(before) == 2
    assert len(set(matrix.kept()) & set(before)) == 1


@pytest.mark.parametrize("name", ["run.json", "transcript.jsonl"])
def test_an_altered_one_is_made_again(matrix: Matrix, name: str) -> None:
    matrix.run()
    path = matrix.kept()[0].with_name(name)
    path.write_text(path.read_text("utf-8").replace("passed", "failed").replace("php", "pyt"), "utf-8")
    assert len(matrix.made_again()) == 1
    assert matrix.made_again() == []


def test_what_needs_a_person_is_not_kept(matrix: Matrix) -> None:
    matrix.outcome = "error"
    matrix.run()
    assert matrix.kept() == []
    matrix.outcome = "passed"
    assert matrix.made_again() == ["juste", "faux"]


def test_a_deviation_is_compared_among_the_checks_that_ran(matrix: Matrix) -> None:
    matrix.specimens["faux"] = replace(
        matrix.specimens["faux"], expected={"demarre": Outcome.FAILED, "liste": Outcome.FAILED}
    )
    whole = matrix.run()[1]
    short = matrix.run(only={"faux": ["demarre"]})[1]
    assert [gap.check for gap in whole.deviations] == ["demarre", "liste"]
    assert [gap.check for gap in short.deviations] == ["demarre"]
    assert matrix.run()[1].deviations == whole.deviations


def test_a_check_that_broke_is_told_with_its_own_last_line(matrix: Matrix) -> None:
    trace = (
        'Traceback:\n  File "/etabli/pack/graders/essai/checks.py", line 9, in check_liste\n'
        '  File "/etabli/pack/src/etabli/exam/tools/db.py", line 70, in rows\nKeyError: 3\n'
    )
    verdicts = (end("demarre"), end("liste", "error", traceback=trace))
    matrix.sandbox.on_exam = lambda _request: stream(*verdicts, close(2))
    (gap,) = matrix.run()[0].deviations
    assert (gap.check, gap.found, gap.observed) == ("liste", Outcome.ERROR, "checks.py, ligne 9 : KeyError: 3")


def test_an_interrupted_matrix_goes_on_where_it_was(matrix: Matrix) -> None:
    def interrupt(_done: object) -> None:
        raise KeyboardInterrupt

    assert [row.specimen.name for row in matrix.run(progress=interrupt)] == ["juste"]
    assert matrix.made_again() == ["faux"]


def test_older_states_are_forgotten(matrix: Matrix) -> None:
    for number in range(formers.STATES + 2):
        matrix.image = f"sha256:{number}"
        matrix.run()
    states = matrix.root / ".cache" / "temoins" / "essai"
    assert len(list(states.iterdir())) == formers.STATES
    assert matrix.made_again() == []
    matrix.image = f"sha256:{number - 1}"
    assert matrix.made_again() == []


def test_a_place_that_cannot_be_written_is_told(matrix: Matrix) -> None:
    (matrix.root / ".cache").mkdir()
    (matrix.root / ".cache" / "temoins").write_text("")
    with pytest.raises(UsageProblem, match=r"temoins/essai/.*donnez à ce compte le droit d'y écrire"):
        matrix.run()


@pytest.fixture
def etabli(matrix: Matrix, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[str, str]]:
    """The command on the small lab, with a right specimen and a mistake, on the fake; returns what it says, and where."""
    (matrix.lab.folder / "lab.yaml").write_text(yaml.safe_dump(MANIFEST), "utf-8")
    for name, kind, failed in (
        ("juste", "right", []),
        ("erreur", "mistake", ["liste"]),
        ("autre", "mistake", ["liste"]),
    ):
        files = matrix.lab.grader / "specimens" / name / "rendu"
        files.mkdir(parents=True)
        (files / "index.php").write_text(f"<?php // {name}", "utf-8")
        facts = {"title": name, "kind": kind, "failed": failed}
        (files.parent / "specimen.yaml").write_text(yaml.safe_dump(facts), "utf-8")
    monkeypatch.setattr("etabli.cli.specimens.DockerSandbox", lambda: matrix.sandbox)

    def run(*arguments: str) -> tuple[str, str]:
        done = CliRunner().invoke(app, ["lab", "test", "essai", "--postes", "1", *arguments])
        fine = "juste" in arguments and not matrix.flaky
        assert done.exit_code == (0 if fine else 4), done.output  # the fake passes everything, mistakes too
        return done.stdout, done.stderr

    return run


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_the_command_prints_the_same_matrix_again_and_says_aside_that_it_stands(
    matrix: Matrix, etabli: Callable[..., tuple[str, str]], form: list[str]
) -> None:
    (first, said), (again, also) = etabli(*form), etabli(*form)
    assert again == first
    assert "3 vérifiés\n" in said
    assert "0 vérifié, 3 inchangés depuis le " in also
    assert matrix.sandbox.asked("examine") == 3
    assert "3 vérifiés\n" in etabli("--refaire", *form)[1]


def test_what_is_to_be_kept_is_made_there(etabli: Callable[..., tuple[str, str]], tmp_path: Path) -> None:
    etabli()
    etabli("--garder", str(tmp_path / "garde"))
    assert len(list((tmp_path / "garde" / "resultats").glob("*/*/run.json"))) == 3


def test_the_command_runs_the_cover(matrix: Matrix, etabli: Callable[..., tuple[str, str]]) -> None:
    stdout, said = etabli("--couverture")
    assert "1 rendu témoin entier, 2 autres, chacun sur" in said
    assert "  autre + —" in said
    assert matrix.sandbox.asked("examine") == 3
    assert "3 rendus témoins, 2 avec un écart." in stdout


def test_repetitions_make_everything_again_and_agree(matrix: Matrix, etabli: Callable[..., tuple[str, str]]) -> None:
    etabli("--temoin", "juste")
    stdout, _said = etabli("--temoin", "juste", "--repetitions", "3")
    assert stdout.strip() == "3 répétitions de 1 rendu : aucun constat ne change."
    assert matrix.sandbox.asked("examine") == 4
    assert not list((matrix.root / "home" / "travail").iterdir())
    assert "n'a pas toujours le constat déclaré" in etabli("--repetitions", "2")[0]


def test_a_verdict_that_changes_is_shown_with_each_of_its_outcomes(
    matrix: Matrix, etabli: Callable[..., tuple[str, str]], tmp_path: Path
) -> None:
    matrix.flaky = True
    stdout, _said = etabli("--temoin", "juste", "--repetitions", "4")
    assert re.search(r"juste +│ liste +│ ✗ ✓ ✗ ✓", stdout), stdout
    assert "4 répétitions de 1 rendu : 1 constat qui change." in stdout
    kept = ("--garder", str(tmp_path / "garde"))
    found = json.loads(etabli("--temoin", "juste", "--repetitions", "2", "--json", *kept)[0])
    assert found["flakes"] == [{"specimen": "juste", "check": "liste", "outcomes": ["failed", "passed"]}]
    assert found["deviations"] == [{"specimen": "juste", "check": "liste"}]
    assert len(list((tmp_path / "garde").glob("?/resultats/juste/*/run.json"))) == 2


def test_repetitions_that_were_stopped_go_on_where_they_were(matrix: Matrix) -> None:
    assert [matrix.made_again(repetition=number) for number in (1, 2)] == [["juste", "faux"]] * 2
    assert [matrix.made_again(repetition=number) for number in (1, 2, 0)] == [[], [], ["juste", "faux"]]


def test_a_check_that_did_not_run_once_is_no_verdict_of_its_own(matrix: Matrix) -> None:
    whole, part = matrix.run(), matrix.run(only={"juste": ["demarre"]})
    assert flakes([whole, whole]) == []
    (flake,) = flakes([whole, part])
    assert (flake.check, flake.outcomes) == ("liste", (Outcome.PASSED, None))
