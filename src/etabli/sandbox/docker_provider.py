"""The sandbox on a local Docker engine."""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from etabli.exam.contract.errors import SandboxFailure, SandboxUnavailable
from etabli.sandbox import docker_containers, docker_networks, images, kept
from etabli.sandbox.base import Probe, WorkerPlan
from etabli.sandbox.docker_engine import SOCKET as SOCKET
from etabli.sandbox.docker_engine import Engine, last_line, remove
from etabli.sandbox.docker_errors import translated
from etabli.sandbox.docker_reaper import OURS, labels, orphaned, sweep
from etabli.sandbox.docker_worker import DockerWorker
from etabli.sandbox.meter import Meter
from etabli.system import settings

_WALLS_S = 60.0
_WALLS = (
    *("python3", "-I", "-c"),
    "import etabli_cloison as c\n"
    "risen = {'namespaces': c.leave_network(), 'landlock': c.close_files(('/usr',), (), ())}\n"
    "print(*[name for name, rose in risen.items() if not rose])",
)


class DockerSandbox:
    """Opens workers on the Docker engine of this machine.

    Args:
        host: The engine's address; default: ``DOCKER_HOST``, else Docker's usual socket.
        keeping: Workers are taken from those that wait, and left to wait for whoever comes next.
    """

    name = "docker"

    def __init__(self, *, host: str | None = None, keeping: bool = False) -> None:
        self._host = host or os.environ.get("DOCKER_HOST") or SOCKET
        self._keeping = keeping
        self._lock = threading.Lock()
        self._made: Engine | None = None
        self._meter: Meter | None = None

    def probe(self) -> Probe:
        """Asks the engine for its version; where workers are kept, their keeper wakes meanwhile."""
        if self._keeping:
            kept.wake(self._host)
        engine = self._engine()
        with translated("interroger le moteur"):
            info = engine.client.info()
        return Probe(
            engine=self.name,
            version=str(info["ServerVersion"]),
            cpus=int(info["NCPU"]),
            memory_mb=int(info["MemTotal"]) // 1024 // 1024,
        )

    def subnets(self, names: Sequence[str]) -> dict[str, str]:
        """Returns a subnet for each network of these names; see :func:`etabli.sandbox.docker_networks.subnets`."""
        with translated("choisir les adresses d'un réseau"):
            return docker_networks.subnets(self._engine().client, names)

    def reap(self) -> int:
        """Removes what runs that are no longer alive left behind."""
        with translated("ranger les restes d'une vérification interrompue"):
            return sweep(self._engine().client, {OURS: "1"}, orphaned)

    def open_worker(self, plan: WorkerPlan) -> DockerWorker:
        """Makes two rooms, an examiner and services, or takes those that wait."""
        engine, profile = self._engine(), _profile()
        hold = kept.hold(self._host, plan) if self._keeping and self._meter is None else None
        return DockerWorker(engine, plan, seccomp=profile, meter=self._meter, hold=hold)

    @contextmanager
    def metered(self, programs: Mapping[str, str]) -> Iterator[Meter]:
        """Within the block, what the containers of new workers cost is counted.

        Args:
            programs: As for :class:`etabli.sandbox.meter.Meter`.
        """
        with translated("interroger le moteur"):
            info = self._engine().client.info()
        driver, version = str(info["CgroupDriver"]), str(info["CgroupVersion"])
        with Meter(secrets.token_hex(4), driver=driver, version=version, programs=programs) as meter:
            self._meter = meter
            try:
                yield meter
            finally:
                self._meter = None

    def missing_walls(self) -> list[str]:
        """Tells which walls around who opens hand-ins do not rise on this machine: ``namespaces``, ``landlock``."""
        engine = self._engine()
        recipe = docker_containers.examiner(images.tag("examiner"), _profile(), pages=False) | {"command": list(_WALLS)}
        with translated("essayer les cloisons de l'examinateur"):
            name = f"etabli-cloisons-{secrets.token_hex(3)}"
            container = engine.create(recipe, name, labels("cloisons", "0"), None)
            try:
                done = engine.run_alone(container, timeout=_WALLS_S)
            finally:
                remove(container)
        if done.exit_code:
            raise SandboxFailure(f"Les cloisons n'ont pas pu être essayées ({last_line(done.stderr)}) : relancez.")
        return done.stdout.decode("utf-8", "replace").split()

    def close(self) -> None:
        """Closes the connections to the engine; the next call opens new ones."""
        with self._lock:
            made, self._made = self._made, None
        if made is not None:
            made.close()

    def _engine(self) -> Engine:
        with self._lock:
            if self._made is None:
                self._made = Engine(self._host)
            return self._made


def _profile() -> str:
    """The seccomp profile under which the examiner's browser can build its own sandbox."""
    path = settings.repository() / "images" / "examiner" / "seccomp.json"
    try:
        return path.read_text("utf-8")
    except FileNotFoundError as error:
        raise SandboxUnavailable(f"Le profil {path} manque : récupérez de nouveau le dépôt d'Établi.") from error
