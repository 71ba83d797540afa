"""Docker Compose, which runs a workspace; the one place where what it says becomes a sentence of ours."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Sequence
from functools import partial

from etabli.exam.contract.errors import SandboxFailure, SandboxUnavailable, UsageProblem
from etabli.lab.services import FILE, declared
from etabli.sandbox.docker_errors import no_right, no_room
from etabli.system.settings import repository
from etabli.workspace.workspace import Workspace, write_private

ENV = "compose.env"
OVERRIDE = "compose.yml"
_TIMEOUT = 180


_PORT_TAKEN = ("port is already allocated", "address already in use")
_UNAVAILABLE: tuple[tuple[str, Callable[[], SandboxUnavailable]], ...] = (
    (r"no space left on device", no_room),
    (r"permission denied.*docker|docker.*permission denied", no_right),
    (
        r"no such image|pull access denied",
        partial(SandboxUnavailable, "Une image de l'espace de travail manque : lancez « make setup »."),
    ),
    (
        r"is not a docker command|unknown flag|unknown shorthand",
        partial(SandboxUnavailable, "Docker Compose manque : lancez « make setup », qui l'installe."),
    ),
    (r"cannot connect to the docker daemon|docker\.sock.*no such file|no such file.*docker\.sock", SandboxUnavailable),
    (
        r"could not find an available, non-overlapping|all predefined address pools",
        partial(
            SandboxUnavailable,
            "Docker n'a plus de réseau libre : arrêtez d'autres espaces (« etabli espaces »), puis relancez.",
        ),
    ),
)
"""What Docker or Compose writes when this machine cannot run a workspace, and the sentence for it."""


class PortTaken(UsageProblem):
    """Another program took a port between the choice and the start: choose again."""


class SubnetTaken(SandboxFailure):
    """Un autre espace de travail vient de prendre les mêmes adresses : relancez la commande."""


def write_environment(workspace: Workspace, variables: str, override: str) -> None:
    """Writes what Compose reads beside the repository's file, for its owner alone: it holds a password."""
    write_private(workspace, ENV, variables)
    write_private(workspace, OVERRIDE, override)


def compose(workspace: Workspace, *arguments: str, override: bool = False, timeout: float = _TIMEOUT) -> str:
    """Runs ``docker compose`` on a workspace and returns what it printed.

    Args:
        workspace: Whose services.
        arguments: The verb, its options and the names of services.
        override: Whether it needs the ports and addresses that :func:`write_environment` has just written.
        timeout: In seconds.

    Raises:
        SandboxUnavailable: No engine, no Compose, no right, no image or no room on the disk.
        PortTaken: A port is in use.
        SandboxFailure: Anything else.
    """
    return run([*command(workspace, override=override), *arguments], timeout=timeout)


def attach(workspace: Workspace, service: str, argv: Sequence[str], *, tty: bool) -> int:
    """Runs a command in a service that is up, on the user's own screen and keyboard; returns its exit code."""
    words = ["exec", *([] if tty else ["--no-TTY"]), service, *argv]
    try:
        return subprocess.run([*command(workspace), *words], check=False, env=_environment()).returncode
    except FileNotFoundError as error:
        raise SandboxUnavailable() from error


def command(workspace: Workspace, *, override: bool = False) -> list[str]:
    """Returns the beginning of every Compose command on a workspace."""
    files = [repository() / FILE, *([workspace.hidden / OVERRIDE] if override else [])]
    options = ["--project-name", workspace.memo.project, *(word for file in files for word in ("--file", str(file)))]
    options += ["--env-file", str(workspace.hidden / ENV), "--progress", "quiet"]
    profiles = [profile for service in declared().values() for profile in service.profiles]
    options += [word for profile in profiles for word in ("--profile", profile)]
    return ["docker", "compose", *options]


def run(argv: Sequence[str], *, timeout: float = _TIMEOUT, what: str = "de l'espace de travail") -> str:
    """Runs a command of the engine; see :func:`compose` for what it raises, about `what`."""
    try:
        done = subprocess.run(argv, capture_output=True, timeout=timeout, check=False, env=_environment())
    except FileNotFoundError as error:
        raise SandboxUnavailable() from error
    except subprocess.TimeoutExpired as error:
        raise SandboxFailure(
            f"Docker n'a pas répondu en {int(timeout)} s : relancez la commande, puis « etabli doctor »."
        ) from error
    if done.returncode != 0:
        raise translate(done.stderr.decode("utf-8", "replace"), what)
    return done.stdout.decode("utf-8", "replace")


def _environment() -> dict[str, str]:
    """Returns ours without what would speak louder than the env file of the workspace."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("ETABLI_", "COMPOSE_"))}


def translate(said: str, what: str = "de l'espace de travail") -> Exception:
    """Returns the error of ours for what Docker or Compose wrote on standard error, about `what`."""
    low = said.lower()
    if any(words in low for words in _PORT_TAKEN):
        port = re.search(r"(?:127\.0\.0\.1|0\.0\.0\.0):(\d+)", said)
        return PortTaken(
            f"Le port {port.group(1) if port else 'demandé'} vient d'être pris par un autre programme : "
            "relancez la commande pour en changer."
        )
    if "pool overlaps" in low:
        return SubnetTaken()
    for words, error in _UNAVAILABLE:
        if re.search(words, low, re.DOTALL):
            return error()
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    last = (lines or ["?"])[-1][:300]
    return SandboxFailure(f"Docker n'a pas pu s'occuper {what} ({last}) : relancez, puis « etabli doctor ».")
