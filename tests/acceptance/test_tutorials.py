"""The tutorials, typed from their first line to their last: each step done, each promise kept.

`make test-long` types them in a clean clone that it sets up; `make test`, which runs in one, by forked commands.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import command_line
import pytest
import requests
from helpers import volume
from tutorial import Command, Step, Terminal, missing, read_tutorial

ROOT = Path(__file__).resolve().parents[2]
TUTORIALS = Path("docs", "tutoriels")


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


def written(name: str) -> Callable[[Path, str], None]:
    """A file of a teacher's lab, written whole."""

    def write(folder: Path, text: str) -> None:
        assert (folder / "mes-tp" / name).is_file(), name
        (folder / "mes-tp" / name).write_text(text, "utf-8")

    return write


STEPS: dict[str, Callable[[Path, str], None]] = {
    "remplacer-le-titre": change_the_title,
    "afficher-les-lignes": show_the_rows,
    "shape": written("graders/sauvegardes/shape.py"),
    "variant": written("graders/sauvegardes/variant.py"),
    "lab": written("labs/sauvegardes/lab.yaml"),
    "feuille": written("labs/sauvegardes/seances/alerte.md"),
    "points": written("graders/sauvegardes/checks.py"),
    "aides": written("labs/sauvegardes/aides.yaml"),
    "juste": written("graders/sauvegardes/specimens/juste/rendu/alerte.csv"),
    "faux": written("graders/sauvegardes/specimens/faux/specimen.yaml"),
    "vide": written("graders/sauvegardes/specimens/vide/specimen.yaml"),
}


def opened(computer: Path, left: Sequence[int] = ()) -> Terminal:
    """A terminal where the tutorials begin, beside the clone if any."""
    ours = {"ETABLI_HOME": str(computer / "home"), "ETABLI_BIN": str(computer / "bin")}
    root = {"ETABLI_ROOT": str(computer / "etabli")} if left else {}
    return Terminal(computer, computer / "bin", ours | root, left)


@pytest.fixture(scope="module")
def computer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Sequence[int]]]:
    """A folder with ``bin``, where ``etabli`` is, and what terminals there need to be left."""
    folder = tmp_path_factory.mktemp("pc")
    (folder / "bin").mkdir()
    left: Sequence[int] = ()
    if volume(0, 1):
        clone(folder)
    else:
        (folder / "etabli").mkdir()
        for path in ROOT.iterdir():
            if path.name not in (".cache", ".git"):  # nothing that another run kept
                (folder / "etabli" / path.name).symlink_to(path)
        left = [command_line.put(folder / "bin")]
    yield folder, left
    opened(folder, left).type("etabli stop mon-tp --effacer --oui", timeout=600)
    shutil.rmtree(folder / "etabli", ignore_errors=True)


def clone(folder: Path) -> None:
    """Sets a clone of what is committed up in a folder; what that would download is copied from here."""
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("a clean clone needs git and the repository's history")
    clone, trust = folder / "etabli", folder / "gitconfig"
    trust.write_text("[safe]\ndirectory = *\n")  # this repository may belong to another account
    subprocess.run(["git", "clone", "-q", ROOT, clone], env={**os.environ, "GIT_CONFIG_GLOBAL": str(trust)}, check=True)
    (clone / ".cache").mkdir()
    for made in (".venv", ".cache/downloads"):
        subprocess.run(["cp", "-a", ROOT / made, clone / made], check=True)
    code, output = opened(folder).type("cd etabli && make setup", timeout=900)
    assert code == 0, output


@pytest.mark.parametrize(
    "name", ["auteur", *(pytest.param(name, marks=pytest.mark.long) for name in ("eleve", "enseignant"))]
)
def test_each_step_of_the_tutorial_does_what_it_says(name: str, computer: tuple[Path, Sequence[int]]) -> None:
    folder, left = computer
    terminal = opened(folder, left)
    steps = read_tutorial(ROOT / TUTORIALS / f"{name}.md")
    assert len(steps) >= 5
    for step in steps:
        if isinstance(step, Step):
            STEPS[step.name](folder, step.text)
        else:
            run(step, terminal)


def run(command: Command, terminal: Terminal) -> None:
    code, output = terminal.type(command.line)
    assert "Traceback" not in output and code in (0, 1), f"{command.line}\n{output}"
    assert missing(output, command.shows) is None, f"{command.line}\n{output}"


def test_the_tab_key_completes_what_is_typed(tmp_path: Path) -> None:
    """What asks which shell it is, was started by it."""
    home = {"HOME": str(tmp_path)}
    compiled = {"PYTHONPYCACHEPREFIX": sys.pycache_prefix or ""}
    first = Terminal(tmp_path, Path(sys.executable).parent, home | compiled)
    assert "Écrit pour bash" in first.type("etabli --install-completion")[1]
    terminal = Terminal(tmp_path, tmp_path, home, [command_line.put(tmp_path)])
    pressed = "source ~/.bashrc; COMP_WORDS=(etabli gra) COMP_CWORD=1; _etabli_completion etabli; echo ${COMPREPLY[*]}"
    assert terminal.type(pressed) == (0, "grade\n\n")


def test_every_command_of_the_tutorials_is_run() -> None:
    for path in (ROOT / TUTORIALS).glob("*.md"):
        told = path.read_text("utf-8").count("\n$ ")
        assert told == sum(isinstance(step, Command) for step in read_tutorial(path)) > 0
