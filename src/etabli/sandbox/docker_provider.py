"""The sandbox on a local Docker engine."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence

from etabli.exam.contract.errors import SandboxUnavailable
from etabli.sandbox import docker_networks
from etabli.sandbox.base import Probe, WorkerPlan
from etabli.sandbox.docker_engine import Engine
from etabli.sandbox.docker_errors import translated
from etabli.sandbox.docker_reaper import OURS, orphaned, sweep
from etabli.sandbox.docker_worker import DockerWorker
from etabli.system import settings

SOCKET = "unix:///var/run/docker.sock"


class DockerSandbox:
    """Opens workers on the Docker engine of this machine.

    Args:
        host: The engine's address; default: ``DOCKER_HOST``, else Docker's usual socket.
    """

    name = "docker"

    def __init__(self, *, host: str | None = None) -> None:
        self._host = host or os.environ.get("DOCKER_HOST") or SOCKET
        self._lock = threading.Lock()
        self._made: Engine | None = None

    def probe(self) -> Probe:
        """Asks the engine for its version."""
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
        """Makes two rooms, an examiner and services."""
        return DockerWorker(self._engine(), plan, seccomp=_profile())

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
