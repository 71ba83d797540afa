"""The room's four services, as one Compose project: up, down, their state and their journals."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from etabli.classroom.place import Place
from etabli.classroom.settings import FILE, RoomSettings, read_settings
from etabli.exam.contract.errors import SandboxFailure, UsageProblem
from etabli.runs.evidence import write_atomically
from etabli.sandbox import images
from etabli.sandbox.docker_engine import SOCKET, Engine
from etabli.server.authority import Authority, read_certificate
from etabli.server.caddyfile import caddyfile, install_page
from etabli.system.disk import unwritable
from etabli.system.settings import home, home_path, repository
from etabli.workspace.compose import run

IMAGE = "salle"
PROJECT = "etabli-salle"
SERVICES = ("base", "portail", "travail", "caddy")
"""In the order in which they need each other."""
ENVIRONMENT = "compose.env"
OVERRIDE = "compose.yml"
"""In the room's folder: what its owner adds to our Compose file."""
_COMPOSE = Path(__file__).with_name("compose.yml")
SERVED = Path("/srv/etabli")
"""Root's own room: data that a machine serves (Filesystem Hierarchy Standard 3.0, section 3.17)."""
_LAST = "derniere-salle"
_CLOSED = Path("/root")
"""Closed in the image of the services too, which see the room's folder at its own path."""
_LONGEST = 70
"""Of the folder's path, in bytes: the kernel takes 107 for a socket, and PostgreSQL's has its own name to add."""
_UP_S = 180
_SETTLED_S = 120


@dataclass(frozen=True)
class ServiceState:
    """How one service is."""

    name: str
    running: bool
    health: str
    """``healthy``, ``starting``, ``unhealthy``; empty when it does not run."""
    since: str
    """When it last started, in ISO."""
    restarts: int

    @property
    def well(self) -> bool:
        """Whether it runs and answers, or has only just started."""
        return self.running and self.health != "unhealthy"


def folder_of(given: Path | None) -> Path:
    """Returns where a room is: where one says, or the one that was opened last, or where a first one would be.

    That is ``/srv/etabli`` for root, and ``salle`` of ETABLI_HOME for others.
    """
    if given is None:
        own = os.geteuid() or os.environ.get("ETABLI_HOME")
        given = _remembered() or (home_path() / "salle" if own else SERVED)
    return given.expanduser().resolve()


def remember(room: Room) -> None:
    """Notes that a room is the one which commands without ``--dossier`` are about."""
    home().mkdir(parents=True, exist_ok=True)
    write_atomically(home_path() / _LAST, os.fsencode(room.folder))


def forget(room: Room) -> None:
    """Takes that note away."""
    if _remembered() == room.folder:
        (home_path() / _LAST).unlink(missing_ok=True)


def _remembered() -> Path | None:
    try:
        found = Path(os.fsdecode((home_path() / _LAST).read_bytes()))
    except (OSError, ValueError):
        return None
    return found if (found / FILE).is_file() else None


def refuse_unfit(folder: Path) -> None:
    """Refuses a folder where no room can be.

    Raises:
        UsageProblem: Its path is too long, or closed to the services.
    """
    if folder.is_relative_to(_CLOSED):
        raise UsageProblem(
            f"Les services de la salle n'entrent pas dans {_CLOSED}, qui est à root seul : choisissez un autre "
            f"dossier que « {folder} » avec « --dossier », par exemple {SERVED}."
        )
    if len(os.fsencode(folder)) > _LONGEST or not str(folder).isprintable() or "$" in str(folder):
        raise UsageProblem(
            f"Le chemin « {folder} » ne convient pas à une salle ({_LONGEST} octets au plus, sans « $ ») : "
            f"choisissez un dossier plus court avec « --dossier », par exemple {SERVED}."
        )


@dataclass(frozen=True)
class Room:
    """A room on this machine.

    Args:
        place: Its folder.
        settings: What its ``salle.yaml`` says.
    """

    place: Place
    settings: RoomSettings

    @classmethod
    def at(cls, folder: Path) -> Room:
        """Returns the room of a folder.

        Raises:
            UsageProblem: There is none.
            LabError: Its settings say something that they may not.
        """
        folder = folder.resolve()
        return cls(Place(folder), read_settings(folder))

    @property
    def folder(self) -> Path:
        """Where all of it is."""
        return self.place.folder

    @property
    def front(self) -> Path:
        """What the front reads."""
        return self.folder / "front"

    @property
    def authority(self) -> Authority:
        """Its certificates."""
        return Authority(self.folder / "autorite")

    @property
    def project(self) -> str:
        """The name of its Compose project: each folder of the machine has its own, whoever asks."""
        return f"{PROJECT}-{hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:8]}"

    @property
    def database(self) -> str:
        """The address of its state, for root of this machine."""
        return f"postgresql://travail@/salle?host={quote(str(self.place.sockets('base')), safe='/')}"

    def up(self, *services: str) -> None:
        """Brings services up, or up to date: all, or those that are named; those that are so already are left alone.

        Raises:
            UsageProblem: The folder cannot serve, or a certificate that was given.
            SandboxError: The engine cannot.
        """
        images.require([IMAGE])
        self._write()
        self.put_right("preparer")
        self.compose("up", "--detach", "--remove-orphans", *services, timeout=_UP_S)

    def put_right(self, what: str = "espaces") -> None:
        """Gives the parts of the folder to the account that uses each; that of workspaces alone unless told."""
        if what != "espaces" or (self.folder / "espaces").is_dir():
            _run([*_docker_run(self.folder), images.tag(IMAGE), what])

    def restart(self, *services: str) -> None:
        """Starts services anew: they read their settings again."""
        self.compose("restart", *services, timeout=_UP_S)

    def down(self) -> None:
        """Stops all services and removes their containers; what they wrote stays."""
        if (self.folder / ENVIRONMENT).exists():
            self.compose("down", "--remove-orphans", timeout=_UP_S)

    def state(self) -> list[ServiceState]:
        """Returns how each service is, the absent ones included."""
        told = _run(
            ["docker", "ps", "--all", "--quiet", "--filter", f"label=com.docker.compose.project={self.project}"]
        )
        seen: dict[str, ServiceState] = {}
        if found := told.split():
            for one in json.loads(_run(["docker", "inspect", *found])):
                seen.setdefault(one["Config"]["Labels"].get("com.docker.compose.service", ""), _state(one))
        absent = {name: ServiceState(name, False, "", "", 0) for name in SERVICES}
        return list({**absent, **seen}.values())

    def journal(self, service: str | None, lines: int, *, follow: bool) -> int:
        """Shows what services wrote, on the user's own screen; returns the exit code."""
        words = ["logs", "--no-log-prefix" if service else "--no-color", "--timestamps", "--tail", str(lines)]
        words += [*(["--follow"] if follow else []), *([service] if service else [])]
        return subprocess.run([*self._command(), *words], check=False).returncode

    def beside(self, service: str, argv: Sequence[str]) -> str:
        """Runs a command with the rights of a service, in a container of its own; returns what it printed."""
        return self.compose("run", "--rm", "--no-deps", "--no-TTY", service, *argv)

    def compose(self, *words: str, timeout: float = 60) -> str:
        """Runs ``docker compose`` on this room and returns what it printed."""
        return _run([*self._command(), *words], timeout)

    def answers(self) -> bool:
        """Tells whether the portal answers through the front, under its name and certificate."""
        try:
            return self.ask("/sante")[0] < 500
        except (OSError, http.client.HTTPException):
            return False

    def ask(self, path: str) -> tuple[int, dict[str, Any]]:
        """Asks the portal for a page as a PC does, from this machine; returns the status and the certificate.

        Raises:
            OSError: Nobody answers, or not under this name.
        """
        context = ssl.create_default_context()
        if self.settings.certificat is None:
            context.load_verify_locations(self.authority.root)
        with socket.create_connection(("127.0.0.1", self.settings.ports.https), timeout=5) as plain:
            with context.wrap_socket(plain, server_hostname=self.settings.nom) as line:
                certificate: dict[str, Any] = dict(line.getpeercert() or {})
                connection = http.client.HTTPConnection(self.settings.nom, timeout=5)
                connection.sock = line
                connection.request("GET", path, headers={"Host": self.settings.hosts.origin.removeprefix("https://")})
                return connection.getresponse().status, certificate

    def wait(self, limit: float = _SETTLED_S) -> None:
        """Waits until all services run and the portal answers.

        Raises:
            SandboxFailure: It does not, in so many seconds.
        """
        until = time.monotonic() + limit
        while not (self.answers() and all(state.well for state in self.state())):
            if time.monotonic() > until:
                ill = [state.name for state in self.state() if not state.well] or ["portail"]
                raise SandboxFailure(
                    f"La salle ne répond pas ({', '.join(ill)}) : « etabli salle journal {ill[0]} » dit pourquoi, et "
                    "« etabli salle doctor » ce qu'il faut régler."
                )
            time.sleep(0.3)

    def workspaces(self) -> list[str]:
        """Returns the Compose projects of the learners' workspaces that have containers."""
        shown = '{{.Label "com.docker.compose.project"}}\t{{.Label "etabli.espace"}}'
        told = _run(["docker", "ps", "--all", "--filter", "label=etabli.espace", "--format", shown])
        below = f"{self.folder / 'espaces'}{os.sep}"
        pairs = (line.split("\t", 1) for line in told.splitlines())
        return sorted({project for project, folder in pairs if folder.startswith(below)})

    def stop_workspaces(self) -> None:
        """Stops what runs in the learners' workspaces; files and databases stay."""
        for project in self.workspaces():
            _run(["docker", "compose", "--project-name", project, "stop"])

    def remove_workspaces(self) -> None:
        """Removes the learners' containers, networks and databases; their files stay."""
        for project in self.workspaces():
            _run(["docker", "compose", "--project-name", project, "down", "--volumes", "--remove-orphans"])

    def heaviest(self) -> tuple[str, int]:
        """Returns what takes most of the disk among what learners make, and its bytes: a folder or a volume.

        Raises:
            SandboxError: The engine cannot say.
        """
        mount = f"type=bind,source={self.folder},target=/salle,readonly"
        parts = "espaces/*/ versions/*/ depots/*/*/ recueils/*/"
        words = ["sh", "-c", f"cd /salle && du -s -B1 {parts} 2>/dev/null || true"]
        told = _run([*_DOCKER_RUN, "--mount", mount, images.tag(IMAGE), *words])
        sizes = {name.rstrip("/"): int(size) for size, name in (line.split("\t") for line in told.splitlines())}
        below = [f"{project}_" for project in self.workspaces()]
        volumes = Engine(os.environ.get("DOCKER_HOST") or SOCKET).volume_sizes()
        sizes |= {name: size for name, size in volumes.items() if name.startswith(tuple(below))}
        return max(sizes.items(), key=lambda one: one[1], default=("", 0))

    def erase(self) -> None:
        """Removes the folder and all that is in it; its parts belong to several accounts, so the engine does it."""
        if not self.folder.exists():
            return
        mount = f"type=bind,source={self.folder},target=/salle"
        words = ["find", "/salle", "-mindepth", "1", "-delete"]
        _run([*_DOCKER_RUN, "--cap-add=FOWNER", "--mount", mount, images.tag(IMAGE), *words])
        shutil.rmtree(self.folder, ignore_errors=True)

    def _command(self) -> list[str]:
        files = [_COMPOSE, *(path for path in [self.folder / OVERRIDE] if path.is_file())]
        options = ["--project-name", self.project, "--env-file", str(self.folder / ENVIRONMENT)]
        return ["docker", "compose", *options, *(word for file in files for word in ("--file", str(file)))]

    def _write(self) -> None:
        """Writes what the services are started with."""
        refuse_unfit(self.folder)
        try:
            self.front.mkdir(parents=True, exist_ok=True)
            (repository() / ".cache").mkdir(exist_ok=True)
            self.authority.prepare(self.settings.nom)
            write_atomically(self.front / "Caddyfile", caddyfile(self.place, self.settings).encode())
            write_atomically(self.front / "certificat.html", install_page(self.settings, self.authority).encode())
            for kept in (self.authority.root, self.authority.intermediate):
                write_atomically(self.front / kept.name, kept.read_bytes())
            if self.settings.certificat and self.settings.cle:
                self._take_certificate(self.settings.certificat, self.settings.cle)
            else:
                key = self.authority.intermediate_key.read_bytes()
                write_atomically(self.front / self.authority.intermediate_key.name, key, mode=0o600)
            write_atomically(self.folder / ENVIRONMENT, self._environment().encode(), mode=0o600)
        except OSError as error:
            raise unwritable(self.folder, error, "relancez avec le compte qui a installé la salle") from error

    def _take_certificate(self, certificate: Path, key: Path) -> None:
        """Copies the certificate that was given: the front cannot read it where it is."""
        read_certificate(certificate)
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)
            write_atomically(self.front / "certificat.crt", certificate.read_bytes())
            write_atomically(self.front / "certificat.key", key.read_bytes(), mode=0o600)
        except (OSError, ssl.SSLError) as error:
            raise UsageProblem(
                f"« {key} » n'est pas la clé de « {certificate} », ou ne peut pas être lu : corrigez « certificat » et "
                f"« cle » dans {self.folder / 'salle.yaml'}, puis relancez."
            ) from error

    def _read_by_front(self) -> bytes:
        """Returns what the front reads when it starts, but for the keys, which change with their certificates."""
        paths = sorted(path for path in self.front.iterdir() if path.suffix != ".key" and not path.name.startswith("."))
        return b"".join(path.read_bytes() for path in paths)

    def _environment(self) -> str:
        told = {
            "ETABLI_SALLE": str(self.folder),
            "ETABLI_DEPOT": str(repository().resolve()),
            "ETABLI_IMAGE_SALLE": images.tag(IMAGE),
            "ETABLI_FUSEAU": self.settings.fuseau,
            "ETABLI_HOTE_BASE": quote(str(self.place.sockets("base")), safe="/"),
            "ETABLI_MOTEUR": (os.environ.get("DOCKER_HOST") or SOCKET).removeprefix("unix://"),
            "ETABLI_PORT_HTTPS": str(self.settings.ports.https),
            # Another certificate or setting makes the front anew: Compose sees no change in a file that is mounted.
            "ETABLI_REGLAGES": hashlib.sha256(self._read_by_front()).hexdigest()[:12],
        }
        return "".join(f"{name}='{value}'\n" for name, value in told.items())


_DOCKER_RUN = [
    *("docker", "run", "--rm", "--network=none", "--read-only", "--cap-drop=ALL"),
    *("--cap-add=CHOWN", "--cap-add=DAC_OVERRIDE", "--security-opt=no-new-privileges"),
]


def _docker_run(folder: Path) -> list[str]:
    mount = f"type=bind,source={folder},target={folder}"
    return [*_DOCKER_RUN, "--cap-add=FOWNER", "--cap-add=FSETID", "--env", f"ETABLI_SALLE={folder}", "--mount", mount]


def _run(argv: Sequence[str], timeout: float = 60) -> str:
    return run(argv, timeout=timeout, what="de la salle")


def _state(one: dict[str, Any]) -> ServiceState:
    """Reads one container, as the engine describes it."""
    state = one["State"]
    name = one["Config"]["Labels"].get("com.docker.compose.service", "")
    health = (state.get("Health") or {}).get("Status", "")
    running = bool(state["Running"]) and not state["Restarting"]
    return ServiceState(name, running, health if running else "", state["StartedAt"], int(one["RestartCount"]))
