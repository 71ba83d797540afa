"""Docker Compose, which runs a workspace; the one place where what it says becomes a sentence of ours."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from etabli.exam.contract.errors import SandboxFailure, SandboxUnavailable, UsageProblem
from etabli.sandbox.docker_errors import no_right, no_room
from etabli.system.settings import repository
from etabli.workspace.memo import Workspace, write_private

ENV = "compose.env"
FILE = "docker-compose.yml"
PROFILES = ("terminal", "pgi")
"""What « docker compose up » alone leaves asleep."""
_LABELS = {"folder": "etabli.espace", "lab": "etabli.tp", "candidate": "etabli.candidat", "session": "etabli.session"}
_PROJECT = "com.docker.compose.project"
_TIMEOUT = 180


class PortTaken(UsageProblem):
    """Another program took a port between the choice and the start: choose again."""


@dataclass(frozen=True)
class Running:
    """A workspace that runs now, as the engine tells it."""

    project: str
    folder: str
    lab: str
    candidate: str
    session: str
    addresses: tuple[str, ...]
    """Where its services answer."""


def write_environment(workspace: Workspace, text: str) -> None:
    """Writes the env file of a workspace, for its owner alone: it holds the password of its services."""
    write_private(workspace, ENV, text)


def compose(workspace: Workspace, *arguments: str, timeout: float = _TIMEOUT) -> str:
    """Runs ``docker compose`` on a workspace and returns what it printed.

    Raises:
        SandboxUnavailable: No engine, no Compose, no right, no image or no room on the disk.
        PortTaken: A port is in use.
        SandboxFailure: Anything else.
    """
    return run([*command(workspace), *arguments], timeout=timeout)


def attach(workspace: Workspace, service: str, argv: Sequence[str], *, tty: bool) -> int:
    """Runs a command in a service that is up, on the user's own screen and keyboard; returns its exit code."""
    words = ["exec", *([] if tty else ["--no-TTY"]), service, *argv]
    try:
        return subprocess.run([*command(workspace), *words], check=False, env=_environment()).returncode
    except FileNotFoundError as error:
        raise SandboxUnavailable() from error


def command(workspace: Workspace) -> list[str]:
    """Returns the beginning of every Compose command on a workspace."""
    options = ["--project-name", workspace.memo.project, "--file", str(repository() / FILE)]
    options += ["--env-file", str(workspace.hidden / ENV), "--progress", "quiet"]
    options += [word for profile in PROFILES for word in ("--profile", profile)]
    return ["docker", "compose", *options]


def run(argv: Sequence[str], *, timeout: float = _TIMEOUT) -> str:
    """Runs a command of the engine; see :func:`compose` for what it raises."""
    try:
        done = subprocess.run(argv, capture_output=True, timeout=timeout, check=False, env=_environment())
    except FileNotFoundError as error:
        raise SandboxUnavailable() from error
    except subprocess.TimeoutExpired as error:
        raise SandboxFailure(
            f"Docker n'a pas répondu en {int(timeout)} s : relancez la commande, puis « etabli doctor »."
        ) from error
    if done.returncode != 0:
        raise translate(done.stderr.decode("utf-8", "replace"))
    return done.stdout.decode("utf-8", "replace")


def _environment() -> dict[str, str]:
    """Returns ours without what would speak louder than the env file of the workspace."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("ETABLI_", "COMPOSE_"))}


def translate(said: str) -> Exception:
    """Returns the error of ours for what Docker or Compose wrote on standard error."""
    low = said.lower()
    if "port is already allocated" in low or "address already in use" in low:
        port = re.search(r"(?:127\.0\.0\.1|0\.0\.0\.0):(\d+)", said)
        return PortTaken(
            "Le port {port} vient d'être pris par un autre programme : relancez la commande pour en changer.".format(
                port=port.group(1) if port else "demandé"
            )
        )
    if "no space left on device" in low:
        return no_room()
    if "permission denied" in low and "docker" in low:
        return no_right()
    if "no such image" in low or "pull access denied" in low:
        return SandboxUnavailable("Une image de l'espace de travail manque : lancez « make setup ».")
    if "is not a docker command" in low or "unknown flag" in low or "unknown shorthand" in low:
        return SandboxUnavailable("Docker Compose manque : lancez « make setup », qui l'installe.")
    if "cannot connect to the docker daemon" in low or ("docker.sock" in low and "no such file" in low):
        return SandboxUnavailable()
    if "could not find an available, non-overlapping" in low or "all predefined address pools" in low:
        return SandboxUnavailable(
            "Docker n'a plus de réseau libre : arrêtez d'autres espaces (« etabli espaces »), puis relancez."
        )
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return SandboxFailure(
        "Docker n'a pas pu s'occuper de l'espace de travail ({said}) : relancez, puis « etabli doctor ».".format(
            said=(lines or ["?"])[-1][:300]
        )
    )


def running(project: str | None = None) -> list[Running]:
    """Lists the workspaces that run on this machine, sorted by candidate and lab.

    Args:
        project: That one only.

    Raises:
        SandboxUnavailable: No engine answers.
    """
    filters = ["--filter", f"label={_LABELS['folder']}"]
    if project is not None:
        filters += ["--filter", f"label={_PROJECT}={project}"]
    wanted = {"project": _PROJECT, **_LABELS}
    columns = [f'"{key}": {{{{json (.Label "{label}")}}}}' for key, label in wanted.items()]
    template = "{" + ", ".join([*columns, '"ports": {{json .Ports}}']) + "}"
    found: dict[str, list[dict[str, str]]] = {}
    for line in run(["docker", "ps", *filters, "--format", template], timeout=30).splitlines():
        facts = json.loads(line)
        found.setdefault(facts["project"], []).append(facts)
    spaces = [_running(rows) for rows in found.values()]
    return sorted(spaces, key=lambda space: (space.candidate, space.lab, space.project))


def _running(rows: Sequence[dict[str, str]]) -> Running:
    first = rows[0]
    published = sorted({port for row in rows for port in re.findall(r"127\.0\.0\.1:(\d+)->", row["ports"])}, key=int)
    return Running(
        project=first["project"],
        folder=first["folder"],
        lab=first["lab"],
        candidate=first["candidate"],
        session=first["session"],
        addresses=tuple(f"http://127.0.0.1:{port}" for port in published),
    )
