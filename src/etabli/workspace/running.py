"""Running: the services of a workspace, brought up until they answer and taken down without losing anything."""

from __future__ import annotations

import http.client
import json
import re
import shlex
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from etabli.exam.contract.errors import SandboxFailure, UsageProblem
from etabli.lab.manifest import Lab
from etabli.lab.services import FRONT, Service, Told
from etabli.sandbox import images
from etabli.sandbox.docker_provider import DockerSandbox
from etabli.system.disk import writable
from etabli.workspace.compose import ENV, PortTaken, SubnetTaken, compose, run, write_environment
from etabli.workspace.environment import entry_served, env_file, environment, needed_images, networks_of, override
from etabli.workspace.files import open_to_services
from etabli.workspace.notes import make_folder
from etabli.workspace.opening import remembered
from etabli.workspace.ports import choose_ports, must_be_free, published
from etabli.workspace.workspace import Workspace

_LABELS = {"folder": "etabli.espace", "lab": "etabli.tp", "candidate": "etabli.candidat", "session": "etabli.session"}
_PROJECT = "com.docker.compose.project"
_SERVICE = "com.docker.compose.service"
_READY_S = 120.0
_UNTIL = ("timeout", "20", "sh", "-c", 'until "$@" 2>/dev/null; do sleep 0.1; done', "sh")
"""Repeats a command inside a service until it succeeds: to enter it again each time took more than the wait itself."""
_CHOICES = 5
"""How often ports and addresses are chosen when somebody else takes them first."""


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


def labels_of(workspace: Workspace, service: str) -> dict[str, str]:
    """Returns the labels of the container of a service of a workspace, which no other container carries."""
    return {_PROJECT: workspace.memo.project, _SERVICE: service, _LABELS["folder"]: str(workspace.folder)}


def running_workspaces(project: str | None = None) -> list[Running]:
    """Lists the workspaces that run on this machine, sorted by candidate and lab.

    Args:
        project: That one only.

    Raises:
        SandboxUnavailable: No engine answers.
    """
    filters = ["--filter", f"label={_LABELS['folder']}"]
    if project is not None:
        filters += ["--filter", f"label={_PROJECT}={project}"]
    columns = [f'"{key}": {{{{json (.Label "{label}")}}}}' for key, label in {"project": _PROJECT, **_LABELS}.items()]
    template = "{" + ", ".join([*columns, '"ports": {{json .Ports}}']) + "}"
    found: dict[str, list[dict[str, str]]] = {}
    for line in run(["docker", "ps", *filters, "--format", template], timeout=30).splitlines():
        facts = json.loads(line)
        found.setdefault(facts["project"], []).append(facts)
    spaces = [_running(services) for services in found.values()]
    return sorted(spaces, key=lambda space: (space.candidate, space.lab, space.project))


def _running(services: Sequence[dict[str, str]]) -> Running:
    said = " ".join(service.pop("ports") for service in services)
    ranges = re.findall(r"127\.0\.0\.1:(\d+)(?:-(\d+))?->", said)  # neighbours are told as one: 8080-8081
    ports = sorted({port for first, last in ranges for port in range(int(first), int(last or first) + 1)})
    return Running(**services[0], addresses=tuple(f"http://127.0.0.1:{port}" for port in ports))


@dataclass(frozen=True)
class Started:
    """A workspace whose services answer."""

    workspace: Workspace
    lab: Lab
    services: Mapping[str, Service]

    @property
    def ports(self) -> dict[str, int]:
        """The ports that must answer."""
        ports = self.workspace.memo.ports or {}
        return {name: ports[name] for name in self.services if name in ports}

    def address(self, name: str) -> str | None:
        """Returns the address of a service, at the page where one enters; none when the lab does not have it."""
        port = self.ports.get(name)
        return f"http://127.0.0.1:{port}{self.services[name].told.page}" if port else None


def bring_up(workspace: Workspace, *, port: int | None = None) -> Started:
    """Starts the services of a workspace and waits until they answer; those that run already are left alone.

    Args:
        workspace: Whose files are there.
        port: The port of the site or of the ERP, if the user insists.

    Raises:
        SandboxUnavailable: No engine, no Compose, or an image is still to be built.
        UsageProblem: A port is in use, or the workspace is a copy of another one.
        SandboxFailure: A service does not answer.
    """
    lab, services = workspace.lab(), workspace.services()
    if not services:
        return Started(workspace, lab, services)
    images.require(needed_images(lab, entry_served(lab, workspace)))
    _no_copy(workspace)
    alive = bool(running_workspaces(workspace.memo.project))
    if published(services):
        workspace = _with_ports(workspace, services, port, alive=alive)
    elif port is not None:
        raise UsageProblem(f"Le TP « {lab.id} » n'a pas de site : relancez « etabli start » sans « --port ».")
    workspace = remembered(workspace, folder=str(workspace.folder))
    make_folder(workspace)
    if any(service.writes for service in services.values()):
        open_to_services(workspace)
    started = Started(_up(workspace, lab, services, insist=port is not None), lab, services)
    _wait(started)
    return started


def _up(
    workspace: Workspace, lab: Lab, services: Mapping[str, Service], *, insist: bool, choices: int = _CHOICES
) -> Workspace:
    """Lets the engine start them; two that start together may want the same, and the loser chooses something else."""
    subnets = DockerSandbox().subnets(list(networks_of(workspace).values()))
    with writable(workspace.folder, "--dossier"):
        write_environment(workspace, env_file(environment(workspace, lab)), override(workspace, subnets))
    front = [FRONT] if published(services) else []
    try:
        compose(workspace, "up", "--detach", "--no-deps", "--no-build", *services, *front, override=True)
    except (PortTaken, SubnetTaken) as taken:
        if choices == 1 or (insist and isinstance(taken, PortTaken)):
            raise
        if isinstance(taken, PortTaken):
            compose(workspace, "stop")  # or a service of ours still has the address that is now another one's
            workspace = remembered(workspace, ports=choose_ports(services, None, workspace.memo.ports))
        return _up(workspace, lab, services, insist=insist, choices=choices - 1)
    return workspace


def _with_ports(workspace: Workspace, services: Mapping[str, Service], port: int | None, *, alive: bool) -> Workspace:
    former = workspace.memo.ports
    first = published(services)[0]
    if alive and former is not None and port in (None, former.get(first)):
        return workspace
    if alive and port is not None:
        must_be_free(port)  # or what runs would be stopped for nothing
    if alive:
        stop(workspace)
    return remembered(workspace, ports=choose_ports(services, port, former))


def _no_copy(workspace: Workspace) -> None:
    if (original := workspace.original()) is not None:
        raise UsageProblem(
            f"« {workspace.folder} » est une copie de « {original} » et aurait la même base : travaillez dans "
            "l'original, ou préparez un autre espace avec « --dossier » et recopiez-y « rendu »."
        )


def _wait(started: Started) -> None:
    deadline = time.monotonic() + _READY_S
    for name, service in started.services.items():
        if service.told.ready:
            _wait_for_command(started.workspace, name, service.told, deadline)
    for port in started.ports.values():
        while not _answers(port):
            if time.monotonic() > deadline:
                raise SandboxFailure(
                    f"Rien ne répond à http://127.0.0.1:{port} après {int(_READY_S)} s : lancez « etabli journal "
                    f"{_typed(started.workspace)} » pour lire ce que dit l'application."
                )
            time.sleep(0.1)


def _wait_for_command(workspace: Workspace, name: str, told: Told, deadline: float) -> None:
    while True:
        try:
            compose(workspace, "exec", "-T", name, *_UNTIL, *told.ready, timeout=30)
            return
        except SandboxFailure as error:
            if time.monotonic() > deadline:
                raise SandboxFailure(
                    f"{told.called} n'a pas démarré en {int(_READY_S)} s : lancez « etabli journal "
                    f"{_typed(workspace)} --service {name} » pour lire pourquoi."
                ) from error
            time.sleep(0.2)


def _typed(workspace: Workspace) -> str:
    """Returns the folder as it is typed in a command: whoever ran « etabli start » may stand elsewhere."""
    return shlex.quote(str(workspace.folder))


def _answers(port: int) -> bool:
    """Tells whether something answers; an error page is an answer, for the student will read it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", "/")
        connection.getresponse()
        return True
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def stop(workspace: Workspace, *, forget_database: bool = False) -> None:
    """Stops the services; the files stay, and so does the database unless it is to be forgotten.

    Raises:
        SandboxUnavailable: No engine answers.
        UsageProblem: It is a copy, and the services are those of the original.
    """
    _no_copy(workspace)
    if not (workspace.hidden / ENV).is_file():
        return  # never brought up
    compose(workspace, "down", *(["--volumes"] if forget_database else []))
    run(["docker", "network", "rm", "--force", f"{workspace.memo.project}_default"], timeout=30)  # of a former Établi
