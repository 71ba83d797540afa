"""One worker on Docker: two rooms with their services, an examiner, and whoever is in the rooms."""

from __future__ import annotations

import math
import secrets
import signal
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, Self

import requests
from docker.errors import APIError
from docker.models.containers import Container
from docker.models.networks import Network

from etabli.exam.contract.errors import MachineBusy, SandboxFailure, SandboxUnavailable
from etabli.exam.contract.values import TypedLine
from etabli.sandbox import docker_containers, docker_networks, docker_reaper
from etabli.sandbox.base import (
    WAIT,
    Addresses,
    Application,
    AppState,
    ExamEnd,
    ExecResult,
    Room,
    ServiceState,
    WorkerPlan,
)
from etabli.sandbox.docker_containers import Recipe
from etabli.sandbox.docker_engine import KILLED, Engine, app_state, name_of, remove
from etabli.sandbox.docker_errors import missing_image, translated
from etabli.sandbox.docker_exam import Examiner, Standing
from etabli.sandbox.docker_services import Services
from etabli.sandbox.docker_terminal import Terminal
from etabli.sandbox.kept import Hold
from etabli.sandbox.meter import Meter
from etabli.sandbox.share import Group, Share, Shares

_SPENT = 128 + signal.SIGXCPU
"""How a command of the bench ends that took all its seconds of the processor."""
_LATE = 3
"""Lines of one terminal that may be killed for time: a program that only waits would hold up whoever comes next."""


class _Place(NamedTuple):
    network: Network
    addresses: Addresses


class DockerWorker:
    """See :class:`etabli.sandbox.base.Worker`.

    Args:
        engine: The engine.
        plan: What it is made of.
        seccomp: JSON of the examiner's profile.
        meter: Counts what it costs.
        hold: Where it is kept afterwards, and from where it may come: then it is the keeper's, not this process's.

    Raises:
        SandboxUnavailable: An image is missing, the disk is full, …
        SandboxFailure: Something of ours did not start.
    """

    def __init__(
        self,
        engine: Engine,
        plan: WorkerPlan,
        *,
        seccomp: str | None,
        meter: Meter | None = None,
        hold: Hold | None = None,
    ) -> None:
        self.database_password = secrets.token_hex(24)
        self._engine = engine
        self._plan = plan
        self._seccomp = seccomp
        self._meter = meter
        self._hold = hold
        self._name = hold.worker if hold else secrets.token_hex(8)
        self._labels = docker_reaper.labels(plan.token, self._name, hold.owner if hold else None)
        self._rooms: dict[Room, _Place] = {}
        self._apps: dict[Room, Container | None] = {}
        self._groups: dict[str, Group] = {}
        self._lock = threading.Lock()
        self._closed = False
        self._set_up()
        try:
            if not (hold and hold.kept and self._taken(hold.kept)):
                self._open()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if error[0] is None:
            self.release()
        else:
            self.close()

    # Making and unmaking

    def _set_up(self) -> None:
        plan = self._plan
        self._examiner = Examiner(
            self._engine, self._make_examiner, self._move_examiner, plan.pack, plan.ahead, plan.slots
        )
        self._services = {room: Services(self._engine, partial(self._make_services, room)) for room in Room}

    def _open(self) -> None:
        """Makes the rooms together, then the examiner and the first room's services: each waits for the engine."""
        _together([partial(self._open_room, room) for room in Room])
        tasks: list[Callable[[], object]] = [self._open_examiner]
        if self._plan.services:
            tasks.append(self._services[Room.A].ready)
        _together(tasks)

    def _open_room(self, room: Room) -> None:
        with translated("ouvrir une salle"):
            name = name_of(self._plan.token, self._plan.index, f"salle-{room}")
            network, addresses = docker_networks.create(self._engine.client, name, self._labelled("network"))
        self._rooms[room] = _Place(network, addresses)

    def _open_examiner(self) -> None:
        with translated("ouvrir l'examinateur"):
            self._examiner.ready(Room.A)

    def _make_examiner(self, room: Room) -> Container:
        recipe = docker_containers.examiner(self._tag("examiner"), self._seccomp, pages=self._plan.pages)
        return self._create(recipe, "examiner", self._stand(room) if self._plan.pages else None)

    def _move_examiner(self, container: Container, old: Room, new: Room) -> None:
        """Takes the examiner out of a room before it enters the other; without pages, it stands in none."""
        if self._plan.pages:
            self._rooms[old].network.disconnect(container)
            network, address = self._stand(new)
            network.connect(container, ipv4_address=address)

    def _stand(self, room: Room) -> tuple[Network, str]:
        place = self._rooms[room]
        return place.network, place.addresses.examiner

    def _make_services(self, room: Room) -> Container:
        place = self._rooms[room]
        environment = {"ETABLI_DB_ROOT": self.database_password, "ETABLI_DB_FROM": place.addresses.examiner}
        recipe = docker_containers.services(self._tag("services"), environment)
        return self._create(recipe, "services", (place.network, place.addresses.services), f"-{room}")

    def _taken(self, kept: Mapping[str, Any]) -> bool:
        """Takes what was kept of a worker; whether it is all there. What is left of one that is not goes."""
        try:
            for room, place in kept["rooms"].items():
                network = self._engine.client.networks.get(place["network"])
                self._rooms[Room(room)] = _Place(network, Addresses(**place["addresses"]))
            for room, services in kept["services"].items():
                self._services[Room(room)].take(services)
            self._examiner.take(Standing(**kept["examiner"]))
        except (SandboxFailure, APIError, requests.RequestException):
            self._sweep()
            self._rooms.clear()
            self._set_up()
            return False
        self.database_password = kept["database_password"]
        return True

    def _told(self) -> dict[str, Any] | None:
        """Returns all that another process needs to take this worker, as plain JSON; None when a room is not empty."""
        standing = self._examiner.standing()
        if self._closed or self._apps or standing is None:
            return None
        services = {room: self._services[room].container for room in Room}
        return {
            "database_password": self.database_password,
            "rooms": {
                room.value: {"network": str(place.network.id), "addresses": asdict(place.addresses)}
                for room, place in self._rooms.items()
            },
            "services": {room.value: str(one.id) for room, one in services.items() if one is not None},
            "examiner": asdict(standing),
        }

    def release(self) -> None:
        """Leaves this worker to whoever opens one next, where workers are kept; else closes it."""
        told = self._told() if self._hold else None
        if self._hold and told and self._hold.give(told):
            self._closed = True
        elif not self._closed:
            self.close()

    def close(self) -> None:
        """Removes everything of this worker; may be called again."""
        self._closed = True
        try:
            self._sweep()
        finally:
            if self._hold:
                self._hold.close()

    def _sweep(self) -> None:
        with translated("fermer un poste"):
            docker_reaper.sweep(self._engine.client, {docker_reaper.WORKER: self._name})

    # What the engine of Établi asks

    @property
    def last_exam(self) -> ExamEnd | None:
        """How the last exam ended, also when it raised."""
        return self._examiner.last_exam

    def addresses(self, room: Room) -> Addresses:
        """Returns the addresses of a room."""
        return self._rooms[room].addresses

    def service_exec(self, room: Room, argv: Sequence[str], *, stdin: bytes = b"", timeout: float = 60) -> ExecResult:
        """Runs a command in the services of a room, where ``mariadb`` is root without a password."""
        if not self._plan.services:
            raise SandboxFailure("Ce TP n'a pas de services : ajoutez-les à lab.yaml.")
        if self._closed:
            raise SandboxFailure("Ce poste est fermé : relancez la vérification.")
        with translated("parler aux services"):
            return self._engine.run(self._services[room].ready(), argv, stdin=stdin, timeout=timeout)

    def service_state(self, room: Room) -> ServiceState:
        """Tells how the services of a room are."""
        with translated("observer les services"):
            return self._services[room].state()

    def renew_service(self, room: Room) -> None:
        """Ends the services of a room, with all that they hold."""
        with translated("remplacer les services"):
            self._services[room].end()

    def shares(self, room: Room) -> Shares:
        """Reads what those who work in a room had of the processor so far."""
        here = (self._apps.get(room), self._services[room].container, self._examiner.container)
        found = {str(one.id): self._share(one) for one in here if one is not None}
        return Shares({name: share for name, share in found.items() if share is not None})

    def _share(self, container: Container) -> Share | None:
        """What a container had, as far as this machine tells: nothing fails because it does not."""
        name = str(container.id)
        if name not in self._groups:
            try:
                container.reload()
                self._groups[name] = Group(int(container.attrs["State"]["Pid"]))
            except (OSError, APIError, requests.RequestException):
                return None
        return self._groups[name].share()

    def run_once(self, room: Room, app: Application, *, timeout: float) -> ExecResult:
        """Runs a candidate's command to its end, in a vacant room."""
        before = self.shares(room)
        with translated("lancer une commande du rendu"):
            container = self._enter(room, app)
            try:
                done = self._engine.run_alone(container, timeout=timeout)
                if done.timed_out and before.starved(self.shares(room)):
                    raise MachineBusy
                return done
            finally:
                self._leave(room)

    def bench(self, app: Application, *, inputs: Path, timeout: float, within: float = math.inf) -> ExecResult:
        """Runs a command to its end in a fresh container without any network."""
        if self._closed:
            raise SandboxFailure("Ce poste est fermé : relancez la vérification.")
        with translated("lancer une commande sur le rendu"):
            recipe = docker_containers.bench(app, self._tag(app.image), inputs, timeout)
            container = self._create_apart(recipe, "banc")
            try:
                done = self._engine.run_alone(container, timeout=min(timeout * WAIT, max(0.1, within)))
            finally:
                remove(container)
            return replace(done, exit_code=KILLED, timed_out=True) if done.exit_code == _SPENT else done

    def terminal(
        self, app: Application, lines: Sequence[TypedLine], *, data: Path, timeout: float, within: float = math.inf
    ) -> list[ExecResult]:
        """Types lines in a terminal like the candidate's own; none any more once three were killed, or all are late."""
        if self._closed:
            raise SandboxFailure("Ce poste est fermé : relancez la vérification.")
        tags = self._tag(app.image), self._tag("examiner")
        until = time.monotonic() + within
        opened = Terminal(self._engine, self._create_apart, tags, app, data, timeout, self._share)
        with translated("lancer une commande sur le rendu"):
            try:
                ran: list[ExecResult] = []
                for line in lines:
                    late = sum(one.timed_out for one in ran) >= _LATE or time.monotonic() > until
                    ran.append(ExecResult(KILLED, timed_out=True) if late else opened.type(line, until))
                return [*ran[:-1], *(replace(last, left=last.left + opened.kept()) for last in ran[-1:])]
            finally:
                opened.close()

    def start(self, room: Room, app: Application) -> None:
        """Starts an application in a vacant room."""
        with translated("démarrer un rendu"):
            container = self._enter(room, app)
            try:
                container.start()
            except BaseException:
                self._leave(room)
                raise

    def logs(self, room: Room, *, limit: int = 65536) -> str:
        """Returns the end of the application's journal, '' when there is none any more.

        The candidate owns that file and may have made it a pipe or a link: we ask for little, for a short time.
        """
        container = self._apps.get(room)
        if container is None:
            return ""
        with translated("lire le journal d'un rendu"):
            try:
                said = self._engine.run(
                    container, ("tail", "-c", str(limit), "/tmp/journal.log"), timeout=3, limit=limit
                )
            except (APIError, SandboxFailure):
                return ""
        return "" if said.exit_code else said.stdout.decode("utf-8", "replace")

    def state(self, room: Room) -> AppState:
        """Tells how the room's application is."""
        container = self._apps.get(room)
        if container is None:
            return AppState(running=False)
        with translated("observer un rendu"):
            return app_state(container)

    def stop(self, room: Room) -> None:
        """Removes the room's application, if there is one."""
        with translated("arrêter un rendu"):
            self._leave(room)

    def examine(
        self, room: Room, argv: Sequence[str], request: bytes, *, deadline: float, answering: bool = False
    ) -> Generator[bytes, None, None]:
        """Runs an exam and yields what it writes on its standard output as it comes."""
        return self._examiner.exam(room, argv, request, deadline=deadline, answering=answering)

    def answer(self, data: bytes) -> None:
        """Sends more to the standard input of the exam that runs."""
        self._examiner.answer(data)

    # Details

    def _enter(self, room: Room, app: Application) -> Container:
        """Creates a candidate's container in a vacant room."""
        with self._lock:
            if self._closed or room in self._apps:
                raise SandboxFailure("La salle n'est pas libre : relancez la vérification.")
            self._apps[room] = None
        place = self._rooms[room]
        try:
            tag = self._tag(app.image)
            home = (place.network, place.addresses.candidate)
            container = self._create(docker_containers.candidate(app, tag), "candidate", home, f"-{room}")
        except BaseException:
            del self._apps[room]
            raise
        self._apps[room] = container
        return container

    def _leave(self, room: Room) -> None:
        container = self._apps.get(room)
        if container is not None:
            self._groups.pop(str(container.id), None)
            remove(container)
        self._apps.pop(room, None)

    def _create(self, recipe: Recipe, role: str, home: tuple[Network, str] | None, suffix: str = "") -> Container:
        name = name_of(self._plan.token, self._plan.index, role + suffix)
        if self._meter is not None:
            recipe = recipe | {"cgroup_parent": self._meter.parent(role)}
        return self._engine.create(recipe, name, self._labelled(role), home)

    def _create_apart(self, recipe: Recipe, what: str) -> Container:
        return self._create(recipe, "candidate", None, f"-{what}")

    def _labelled(self, role: str) -> dict[str, str]:
        return {**self._labels, docker_reaper.ROLE: role}

    def _tag(self, image: str) -> str:
        if image in self._plan.images:
            return self._plan.images[image]
        if ":" not in image:
            raise SandboxUnavailable(missing_image(image))
        return image


def _together(tasks: Sequence[Callable[[], object]]) -> None:
    """Runs some tasks at the same time; raises the first error once all have ended."""
    with ThreadPoolExecutor(len(tasks), "etabli-open") as pool:
        for future in [pool.submit(task) for task in tasks]:
            future.result()
