"""The student's commands, when something is not as expected: one sentence that names the thing and the next step."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from student import etabli, said

from etabli.exam.contract.errors import SandboxFailure
from etabli.lab.manifest import load_lab
from etabli.lab.variant import Seat
from etabli.system.settings import secret
from etabli.workspace import running
from etabli.workspace.opening import open_workspace
from etabli.workspace.running import Started
from etabli.workspace.workspace import Workspace

LAB = "page-dynamique"


@pytest.fixture(autouse=True)
def here(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "ici").mkdir()
    monkeypatch.chdir(tmp_path / "ici")
    return tmp_path / "ici"


MISTAKES = [
    (("start",), "n'est pas un espace de travail"),
    (("start", LAB), "Il manque le TP ou le candidat"),
    (("start", "page-dinamique", "--candidat", "a"), "TP disponibles"),
    (("start", LAB, "--candidat", "Léa"), "n'est pas un identifiant"),
    (("stop",), "n'est pas un espace de travail"),
    (
        ("journal", "--service", "toto"),
        "« --service » n'accepte pas « toto » ; valeurs possibles : « application », « base »",
    ),
    (("journal",), "n'est pas un espace de travail"),
    (("check",), "n'est pas un espace de travail"),
    (("check", "absent", "--tp", LAB, "--candidat", "a"), "« absent » n'existe pas"),
    (("check", "--tp", LAB), "donnez tout"),
    (("submit",), "n'est pas un espace de travail"),
    (("check", "espace", "--tp", LAB, "--candidat", "a"), "relancez « etabli check » sans « --tp »"),
    (("submit", "espace", "-o", "rendu.rar"), "doit finir par .zip"),
    (("submit", "espace", "-o", "espace/rendu/r.zip"), "est dans le dossier à rendre"),
    (("submit", "espace", "-o", "/proc/r.zip"), "ne peut pas être écrit"),
    (("stop", "espace", "--effacer"), "Ajoutez « --oui »"),
]


@pytest.fixture
def workspace(here: Path) -> Workspace:
    return open_workspace(here / "espace", Seat(load_lab(LAB), "sno-07"), secret(), None)


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize(("arguments", "words"), MISTAKES, ids=[" ".join(arguments) for arguments, _words in MISTAKES])
def test_mistakes_get_one_sentence(arguments: tuple[str, ...], words: str) -> None:
    done = etabli(*arguments)
    assert done.exit_code == 2 and words in said(done)


@pytest.mark.parametrize("verb", ["start", "check", "stop", "journal"])
def test_without_an_engine_the_next_step_is_said(
    workspace: Workspace, verb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    monkeypatch.chdir(workspace.work)
    done = etabli(verb)
    assert done.exit_code == 3 and "make setup" in said(done)


def test_without_an_engine_nothing_is_written(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    assert etabli("start", LAB, "--candidat", "sno-07").exit_code == 3
    assert etabli("espaces").exit_code == 3
    assert list(here.iterdir()) == []


def test_an_identifier_in_capitals_finds_the_same_workspace(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_workspace(here / f"{LAB}-sno-07", Seat(load_lab(LAB), "sno-07"), secret(), None)
    monkeypatch.setattr(
        "etabli.cli.workspace.bring_up", lambda workspace, port: Started(workspace, workspace.lab(), {})
    )
    done = etabli("start", LAB, "--candidat", "SNO-07", "--json")
    assert done.exit_code == 0, said(done)
    assert [path.name for path in here.iterdir()] == [f"{LAB}-sno-07"]


def test_submit_needs_no_engine(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    done = etabli("submit", "espace")
    assert done.exit_code == 0
    assert "Reçu" in said(done) and "Rien n'a changé" in said(done)
    assert (workspace.folder / f"sno-07-{LAB}.zip").is_file()
    assert (workspace.folder / f"sno-07-{LAB}.recu.txt").is_file()


def test_check_refuses_a_workspace_of_another_secret(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "home" / "secret").write_text("ab" * 32, "ascii")
    done = etabli("check", "espace")
    assert done.exit_code == 2 and "etabli secret importer" in said(done)


def test_what_does_not_start_names_the_command_for_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = open_workspace(tmp_path / "mon tp", Seat(load_lab(LAB), "sno-07"), secret(), None)
    monkeypatch.setattr(running, "_READY_S", -1)
    monkeypatch.setattr(running, "compose", refuse)
    monkeypatch.setattr(running, "_answers", lambda port: False)
    with pytest.raises(SandboxFailure, match=f"« etabli journal '{tmp_path}/mon tp' --service base »"):
        running._wait(Started(opened, opened.lab(), opened.services()))
    remembered = replace(opened, memo=opened.memo.model_copy(update={"ports": {"application": 8080}}))
    with pytest.raises(SandboxFailure, match=f"« etabli journal '{tmp_path}/mon tp' »"):
        running._wait(Started(remembered, opened.lab(), {"application": opened.services()["application"]}))


def refuse(*_words: object, **_options: object) -> None:
    raise SandboxFailure
