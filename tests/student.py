"""A student's commands, and the small repository that they run in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner, Result

from etabli.cli.main import app
from etabli.lab.manifest import Lab, load_lab
from etabli.lab.services import FILE as COMPOSE_FILE
from etabli.workspace.compose import OVERRIDE
from etabli.workspace.workspace import Workspace

COMPOSE = Path(__file__).parents[1] / "docker-compose.yml"


def etabli(*arguments: object) -> Result:
    """Runs a command of ours in this process."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def said(result: Result) -> str:
    """All that a command said, on one line; it ended as a command does, and not by an error of ours."""
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return " ".join((result.stdout + result.stderr).replace("\u00a0", " ").split())


def security_of(told: list[str]) -> list[str]:
    """As the engine is told: Compose is given the name of a file, and sends what is in it."""
    named = [one.partition(":")[::2] for one in told]
    return [
        f"{kind}={(COMPOSE.parent / one).read_text('utf-8')}" if kind == "seccomp" else f"{kind}:{one}"
        for kind, one in named
    ]


def compose_file() -> dict[str, Any]:
    """The services that a student's workspace runs, as we ship them."""
    return dict(yaml.safe_load(COMPOSE.read_text("utf-8")))


def merged(workspace: Workspace) -> dict[str, Any]:
    """What is added to them for one workspace."""
    text = (workspace.hidden / OVERRIDE).read_text("utf-8")
    return dict(yaml.safe_load(re.sub("!(override|reset)", "", text)))


class Addresses:
    """An engine that is there, and has an address for every network that is named."""

    def probe(self) -> None:
        """Answers."""

    def subnets(self, names: Sequence[str]) -> dict[str, str]:
        """Tells the block of each, in order."""
        return {name: f"10.83.{index}.0/29" for index, name in enumerate(names)}


def variables() -> set[str]:
    """The variables that they take from a workspace."""
    return set(re.findall(r"\$\{(\w+):-", COMPOSE.read_text("utf-8")))


def repository_with(lab: Lab, files: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> Lab:
    """Completes the folder of a small lab, makes its root our repository, without engine; returns the lab as loaded."""
    root = lab.folder.parents[1]
    manifest = lab.manifest.model_dump(mode="json", exclude_defaults=True)
    for name, text in {"lab.yaml": yaml.safe_dump(manifest, sort_keys=False), **files}.items():
        path = lab.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    for name in (COMPOSE_FILE, "course"):
        (root / name).unlink(missing_ok=True)
        (root / name).symlink_to(Path(__file__).parents[1] / name)
    monkeypatch.setenv("ETABLI_ROOT", str(root))
    monkeypatch.setenv("ETABLI_HOME", str(root / "home"))
    monkeypatch.setattr("etabli.sandbox.images.tag", lambda name: f"etabli/{name}:0123456789ab")
    monkeypatch.setattr("etabli.sandbox.images.require", lambda wanted: None)
    return load_lab(lab.id)
