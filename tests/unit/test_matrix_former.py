"""A specimen's frozen run stands while nothing that made it has changed; else it is made again. On the shipped fake."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from helpers import MANIFEST, make_lab
from typer.testing import CliRunner

from etabli.cli.main import app
from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.outcome import Outcome
from etabli.exam.contract.transcript import encode
from etabli.grading import plan as plans
from etabli.grading.matrix import Row, run_matrix, told
from etabli.grading.matrix import former as formers
from etabli.lab.manifest import Lab
from etabli.lab.specimens.specimen import Kind, Specimen
from etabli.sandbox.fake import FakeSandbox


class Bench:
    """A small lab with two specimens, a fake sandbox, and the images of a machine."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        self.lab = make_lab(root)
        self.sandbox = FakeSandbox()
        self.sandbox.on_exam = self.answer
        self.outcome = "passed"
        self.image = "sha256:1"
        self.runs = 0
        monkeypatch.setenv("ETABLI_ROOT", str(root))
        monkeypatch.setattr("etabli.sandbox.images.require", lambda wanted: None)
        monkeypatch.setattr("etabli.sandbox.images.tag", lambda name: f"etabli/{name}:1")
        monkeypatch.setattr("etabli.sandbox.images.identity", lambda name: {"id": self.image, "packages": "2"})
        self.specimens = {name: self.specimen(name, "<?php") for name in ("juste", "faux")}

    def specimen(self, name: str, text: str) -> Specimen:
        expected = {"demarre": Outcome.PASSED, "liste": Outcome.PASSED}
        return Specimen(name, name, Kind.RIGHT, "", expected, {"index.php": text.encode()})

    def answer(self, request: bytes) -> bytes:
        checks = json.loads(request)["only"] or ["demarre", "liste"]
        ends = [{"kind": "check_end", "check": check, "outcome": self.outcome, "duration_ms": 5.0} for check in checks]
        events = [*ends, {"kind": "close", "count": len(checks)}]
        return b"".join(encode({"n": n, "t": 0.0, **event}) for n, event in enumerate(events))

    def run(self, **options: Any) -> list[Row]:
        self.runs += 1
        return run_matrix(self.sandbox, self.lab, self.specimens, self.root / f"{self.runs}", workers=1, **options)

    def made_again(self, **options: Any) -> list[str]:
        return [row.specimen.name for row in self.run(**options) if not row.reused]

    def kept(self) -> list[Path]:
        return sorted((self.root / ".cache" / "temoins").glob("*/*/*/*/*/run.json"))


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(tmp_path, monkeypatch)


def test_what_nothing_has_changed_stands_and_no_container_is_started(bench: Bench) -> None:
    first = bench.run()
    opened = bench.sandbox.asked("open_worker")
    again = bench.run()
    assert [row.reused for row in again] == [True, True]
    assert bench.sandbox.asked("open_worker") == opened
    assert [replace(row, reused=False) for row in again] == first


def test_it_is_said(bench: Bench) -> None:
    first = bench.run()
    assert told(first) == "2 vérifiés"
    bench.specimens["neuf"] = bench.specimen("neuf", "<?php")
    assert re.fullmatch(r"1 vérifié, 2 inchangés depuis le \d\d/\d\d/\d{4} \d\d:\d\d", told(bench.run()))
    moment = "2026-11-27T10:12:30.000Z"
    standing = [replace(row, reused=True, run=replace(row.run, finished_at=moment)) for row in first]
    assert told(standing).startswith("0 vérifié, 2 inchangés depuis le 27/11/2026 ")


def another_pack(bench: Bench) -> None:
    path = bench.lab.grader / "checks.py"
    path.write_text(path.read_text("utf-8") + "\n# autre\n", "utf-8")


def another_lab(bench: Bench) -> None:
    manifest = bench.lab.manifest.model_validate({**bench.lab.manifest.model_dump(), "version": "1.1"})
    bench.lab = Lab(manifest, bench.lab.folder, bench.lab.grader)


def other_images(bench: Bench) -> None:
    bench.image = "sha256:3"


@pytest.mark.parametrize("change", [another_pack, another_lab, other_images])
def test_another_pack_lab_or_image_makes_all_again(bench: Bench, change: Callable[[Bench], None]) -> None:
    bench.run()
    change(bench)
    assert bench.made_again() == ["juste", "faux"]
    assert bench.made_again() == []


def test_another_platform_makes_all_again(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.run()
    monkeypatch.setattr(plans, "platform_sha256", lambda: "f" * 64)
    assert bench.made_again() == ["juste", "faux"]


@pytest.mark.parametrize(
    "options",
    [{"seed": 1}, {"shuffle": 3}, {"only": {"juste": ["demarre"], "faux": ["demarre"]}}, {"fresh": True}],
)
def test_other_data_order_or_checks_are_another_run(bench: Bench, options: dict[str, Any]) -> None:
    bench.run()
    assert bench.made_again(**options) == ["juste", "faux"]
    assert bench.made_again() == []
    assert bench.made_again(**(options | {"fresh": False})) == []


def test_another_specimen_is_made_again_and_takes_the_place_of_the_former(bench: Bench) -> None:
    bench.run()
    before = bench.kept()
    bench.specimens["faux"] = bench.specimen("faux", "<?php // mieux")
    assert bench.made_again() == ["faux"]
    assert len(bench.kept()) == len(before) == 2
    assert len(set(bench.kept()) & set(before)) == 1


@pytest.mark.parametrize("name", ["run.json", "transcript.jsonl"])
def test_an_altered_one_is_made_again(bench: Bench, name: str) -> None:
    bench.run()
    path = bench.kept()[0].with_name(name)
    path.write_text(path.read_text("utf-8").replace("passed", "failed").replace("php", "pyt"), "utf-8")
    assert len(bench.made_again()) == 1
    assert bench.made_again() == []


def test_what_needs_a_person_is_not_kept(bench: Bench) -> None:
    bench.outcome = "error"
    bench.run()
    assert bench.kept() == []
    bench.outcome = "passed"
    assert bench.made_again() == ["juste", "faux"]


def test_a_deviation_is_compared_among_the_checks_that_ran(bench: Bench) -> None:
    bench.specimens["faux"] = replace(
        bench.specimens["faux"], expected={"demarre": Outcome.FAILED, "liste": Outcome.FAILED}
    )
    whole = bench.run()[1]
    short = bench.run(only={"faux": ["demarre"]})[1]
    assert [gap.check for gap in whole.deviations] == ["demarre", "liste"]
    assert [gap.check for gap in short.deviations] == ["demarre"]
    assert bench.run()[1].deviations == whole.deviations


def test_an_interrupted_matrix_goes_on_where_it_was(bench: Bench) -> None:
    def interrupt(_done: object) -> None:
        raise KeyboardInterrupt

    assert [row.specimen.name for row in bench.run(progress=interrupt)] == ["juste"]
    assert bench.made_again() == ["faux"]


def test_older_states_are_forgotten(bench: Bench) -> None:
    for number in range(formers.STATES + 2):
        bench.image = f"sha256:{number}"
        bench.run()
    states = bench.root / ".cache" / "temoins" / "essai"
    assert len(list(states.iterdir())) == formers.STATES
    assert bench.made_again() == []
    bench.image = f"sha256:{number - 1}"
    assert bench.made_again() == []


def test_a_place_that_cannot_be_written_is_told(bench: Bench) -> None:
    (bench.root / ".cache").mkdir()
    (bench.root / ".cache" / "temoins").write_text("")
    with pytest.raises(UsageProblem, match=r"temoins/essai/.*donnez à ce compte le droit d'y écrire"):
        bench.run()


@pytest.fixture
def etabli(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[str, str]]:
    """The command on the small lab, with a right specimen and a mistake, on the fake; returns what it says, and where."""
    (bench.lab.folder / "lab.yaml").write_text(yaml.safe_dump(MANIFEST), "utf-8")
    for name, kind, failed in (
        ("juste", "right", []),
        ("erreur", "mistake", ["liste"]),
        ("autre", "mistake", ["liste"]),
    ):
        files = bench.lab.grader / "specimens" / name / "rendu"
        files.mkdir(parents=True)
        (files / "index.php").write_text(f"<?php // {name}", "utf-8")
        facts = {"title": name, "kind": kind, "failed": failed}
        (files.parent / "specimen.yaml").write_text(yaml.safe_dump(facts), "utf-8")
    monkeypatch.setattr("etabli.cli.specimens.default_sandbox", lambda: bench.sandbox)

    def run(*arguments: str) -> tuple[str, str]:
        done = CliRunner().invoke(app, ["lab", "test", "essai", "--workers", "1", *arguments])
        assert done.exit_code == 4, done.output  # the fake passes everything, mistakes too
        return done.stdout, done.stderr

    return run


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_the_command_prints_the_same_matrix_again_and_says_aside_that_it_stands(
    bench: Bench, etabli: Callable[..., tuple[str, str]], form: list[str]
) -> None:
    (first, said), (again, also) = etabli(*form), etabli(*form)
    assert again == first
    assert "3 vérifiés\n" in said
    assert "0 vérifié, 3 inchangés depuis le " in also
    assert bench.sandbox.asked("examine") == 3
    assert "3 vérifiés\n" in etabli("--fresh", *form)[1]


def test_what_is_to_be_kept_is_made_there(etabli: Callable[..., tuple[str, str]], tmp_path: Path) -> None:
    etabli()
    etabli("--garder", str(tmp_path / "garde"))
    assert len(list((tmp_path / "garde" / "resultats").glob("*/*/run.json"))) == 3


def test_the_command_runs_the_cover(bench: Bench, etabli: Callable[..., tuple[str, str]]) -> None:
    stdout, said = etabli("--couverture")
    assert "1 rendu témoin entier, 1 erreur, sur" in said
    assert "  autre + —" in said
    assert bench.sandbox.asked("examine") == 2
    assert "2 rendus témoins, 1 avec un écart." in stdout
