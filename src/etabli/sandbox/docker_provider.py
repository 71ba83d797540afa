"""The sandbox on a local Docker engine."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from pathlib import Path

import docker
from docker.errors import ImageNotFound

from etabli.exam.contract.errors import SandboxUnavailable
from etabli.sandbox import images
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
        tags: Names to tags, for :meth:`probe`; default: the images of the repository.
        host: The engine's address; default: ``DOCKER_HOST``, else Docker's usual socket.
        seccomp: The examiner's profile; default: the one of ``images/examiner``.
    """

    name = "docker"

    def __init__(
        self, tags: Mapping[str, str] | None = None, *, host: str | None = None, seccomp: Path | None = None
    ) -> None:
        self._tags = tags
        self._host = host or os.environ.get("DOCKER_HOST") or SOCKET
        self._seccomp = seccomp or settings.repository() / "images" / "examiner" / "seccomp.json"
        self._lock = threading.Lock()
        self._made: Engine | None = None

    def probe(self) -> Probe:
        """Asks the engine for its version and looks for the images."""
        client = self._engine().client
        wanted = {name: images.tag(name) for name in images.names()} if self._tags is None else self._tags
        with translated("interroger le moteur"):
            info = client.info()
            present = tuple(name for name, tag in wanted.items() if _has(client, tag))
        return Probe(
            engine=self.name,
            version=str(info["ServerVersion"]),
            cpus=int(info["NCPU"]),
            memory_mb=int(info["MemTotal"]) // 1024 // 1024,
            present=present,
            missing=tuple(name for name in wanted if name not in present),
        )

    def reap(self) -> int:
        """Removes what runs that are no longer alive left behind."""
        with translated("ranger les restes d'une vérification interrompue"):
            return sweep(self._engine().client, {OURS: "1"}, orphaned)

    def open_worker(self, plan: WorkerPlan) -> DockerWorker:
        """Makes two rooms, an examiner and services."""
        return DockerWorker(self._engine(), plan, seccomp=self._profile())

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

    def _profile(self) -> str:
        try:
            return self._seccomp.read_text("utf-8")
        except FileNotFoundError as error:
            raise SandboxUnavailable(
                f"Le profil {self._seccomp} manque : récupérez de nouveau le dépôt d'Établi."
            ) from error


def _has(client: docker.DockerClient, tag: str) -> bool:
    try:
        client.images.get(tag)
    except ImageNotFound:
        return False
    return True
