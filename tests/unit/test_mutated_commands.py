"""Whatever is typed, a command ends: with what was asked, or with a sentence; never with a traceback nor a mistake of ours."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import begin
from mutated_commands import furnish, mutated, watched
from typer.testing import CliRunner

from etabli.cli.main import app
from etabli.cli.screen import Exit
from etabli.roster.roster import open_roster

REPRESENTATIVE = range(int(os.environ.get("ETABLI_MUTATIONS", "16")))


@pytest.fixture
def bare(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, on a machine without an engine."""
    (tmp_path / "ici" / "profond").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "ici" / "profond")
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    monkeypatch.setenv("HOME", str(tmp_path))
    return Path()


@pytest.mark.parametrize("seed", REPRESENTATIVE)
def test_a_command_ends_whatever_was_typed(bare: Path, seed: int, capfd: pytest.CaptureFixture[str]) -> None:
    words = mutated(seed)
    furnish(bare, words)
    with watched():
        done = CliRunner().invoke(app, words)
    told = f"{words!r}\n{done.output}"
    assert done.exception is None or isinstance(done.exception, SystemExit), told
    assert done.exit_code in set(Exit) - {Exit.UNFORESEEN, Exit.INTERRUPTED}, told
    assert "Traceback" not in done.output, told
    assert done.exit_code in (Exit.OK, Exit.REVIEW) or done.stderr.strip(), f"a silent refusal: {told}"
    assert "\x1b" not in done.output


@pytest.mark.long
def test_the_same_with_517_of_them() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-m", "not long", __file__]
    done = subprocess.run(command, env={**os.environ, "ETABLI_MUTATIONS": "517"}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-4000:]


def test_four_imports_at_once_make_each_learner_once(home: Path, tmp_path: Path) -> None:
    people = "Nom;Prénom\nBOUVARD;Inès\nKONÉ;Awa\nMOREL;Tom\nPETIT;Jean\n"
    (tmp_path / "liste.csv").write_text(people, "utf-8")
    words = ("classe", "import", tmp_path / "liste.csv", "--classe", "SNO", "--oui")
    started, said = [], [tmp_path / f"{number}.txt" for number in range(4)]
    for place in said:
        with open(place, "w") as out:
            started.append(begin(*words, out=out, err=out))
    codes = [process.wait() for process in started]
    told = [place.read_text("utf-8") for place in said]
    late = [words for code, words in zip(codes, told, strict=True) if code]
    assert 0 in codes and set(codes) <= {0, 2} and all("vient de changer" in words for words in late), told
    names = [(learner.alias, learner.family) for learner in open_roster("SNO").learners()]
    assert [alias for alias, _family in names] == ["SNO-01", "SNO-02", "SNO-03", "SNO-04"]
    assert sorted(family for _alias, family in names) == ["BOUVARD", "KONÉ", "MOREL", "PETIT"]
