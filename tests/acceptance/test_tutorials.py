"""The tutorials, done from their first line to their last: each command is run, each step done, each promise kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from tutorial import Command, Step, missing, read_tutorial

ROOT = Path(__file__).resolve().parents[2]
TUTORIALS = ROOT / "docs" / "tutoriels"


def page(folder: Path) -> Path:
    return folder / "mon-tp" / "rendu" / "index.php"


def served(folder: Path) -> str:
    record = json.loads((folder / "mon-tp" / ".etabli" / "workspace.json").read_text("utf-8"))
    return requests.get(f"http://127.0.0.1:{record['ports']['site']}/", timeout=120).text


def change_the_title(folder: Path, text: str) -> None:
    source = page(folder).read_text("utf-8")
    assert "<h1>Bienvenue</h1>" in source
    page(folder).write_text(source.replace("<h1>Bienvenue</h1>", text.strip()), "utf-8")
    assert text.strip() in served(folder)


def show_the_rows(folder: Path, text: str) -> None:
    sujet = json.loads((folder / "mon-tp" / "sujet.json").read_text("utf-8"))
    source = page(folder).read_text("utf-8")
    mark = next(line for line in source.splitlines() if "À vous" in line)
    page(folder).write_text(source.replace(mark, text.replace("LA_TABLE", sujet["tables"]["item"])), "utf-8")
    assert served(folder).count("<li>") > 10


STEPS: dict[str, Callable[[Path, str], None]] = {
    "remplacer-le-titre": change_the_title,
    "afficher-les-lignes": show_the_rows,
}


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    found = {**os.environ, "ETABLI_HOME": str(tmp_path / "home"), "PATH": path, "COLUMNS": "120"}
    yield found
    subprocess.run(
        ["etabli", "stop", "mon-tp", "--effacer", "--oui"], cwd=tmp_path, env=found, capture_output=True, timeout=600
    )


@pytest.mark.parametrize("name", ["eleve", "enseignant"])
def test_each_step_of_the_tutorial_does_what_it_says(name: str, tmp_path: Path, environment: dict[str, str]) -> None:
    steps = read_tutorial(TUTORIALS / f"{name}.md")
    assert len(steps) >= 5
    for step in steps:
        if isinstance(step, Step):
            STEPS[step.name](tmp_path, step.text)
        else:
            run(step, tmp_path, environment)


def run(command: Command, folder: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(
        ["bash", "-c", command.line], cwd=folder, env=environment, capture_output=True, text=True, timeout=300
    )
    output = f"{done.stdout}\n{done.stderr}"
    assert "Traceback" not in output and done.returncode in (0, 1), f"{command.line}\n{output}"
    assert missing(output, command.shows) is None, f"{command.line}\n{output}"


def test_every_command_of_the_tutorials_is_run() -> None:
    for path in TUTORIALS.glob("*.md"):
        told = path.read_text("utf-8").count("\n$ ")
        assert told == sum(isinstance(step, Command) for step in read_tutorial(path)) > 0
