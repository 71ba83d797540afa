"""The engine's verbs that a worker needs: make, run a command in, look at, remove."""

from __future__ import annotations

import secrets
import socket
import threading
import time
import weakref
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

import docker
import requests
from docker.errors import APIError, NotFound
from docker.models.containers import Container
from docker.models.networks import Network

from etabli.exam.contract.errors import SandboxFailure, SandboxUnavailable
from etabli.sandbox.base import MAX_OUTPUT, AppState, ExecResult
from etabli.sandbox.docker_containers import Recipe
from etabli.sandbox.docker_errors import translated
from etabli.sandbox.docker_streams import STDERR, STDOUT, Capped, Conversation, Expired, Piece

SOCKET = "unix:///var/run/docker.sock"
"""Where Docker usually listens."""
TIMEOUT = 60
"""Seconds that any answer of the engine may take."""

KILLED = 137
_GRACE = 5.0
_MEMORY_WORD = 2.0  # s; the engine may learn that a container was killed before it learns that memory ran out
_LOOK = 0.5
"""Seconds between two looks at what a command takes of the processor."""
_FLOOD = 64 * MAX_OUTPUT
_ASKS, _TAKES = b"\x1b[?2004h", b"\x1b[?2004l\r"
"""What a shell writes on a terminal before it asks for a line, and once it has one (readline, « bracketed paste »)."""
_LEAVES = b"\x04"
"""Ctrl-D."""


class Engine:
    """A local engine, over its Unix socket; its methods may be called from several threads.

    Args:
        host: Its address, ``unix:///…``.
    """

    def __init__(self, host: str) -> None:
        scheme, _sep, self._path = host.partition("://")
        if scheme != "unix":
            raise SandboxUnavailable(f"Établi travaille avec le Docker de cette machine : retirez DOCKER_HOST={host}.")
        with translated("joindre le moteur"):
            # Asked first, because the SDK forgets to close a socket that does not connect.
            with socket.socket(socket.AF_UNIX) as door:
                door.settimeout(TIMEOUT)
                door.connect(self._path)
            self.client = docker.DockerClient(base_url=host, version="auto", timeout=TIMEOUT)
            self.client.api.trust_env = False  # a socket has no proxy: looking for one takes a third of each call
        weakref.finalize(self, self.client.close)

    def create(
        self, recipe: Recipe, name: str, labels: Mapping[str, str], home: tuple[Network, str] | None
    ) -> Container:
        """Creates a container that has a fixed address in its home, and no other network.

        Without a home, the recipe says that there is no network at all.
        """
        if home is None:
            return self.client.containers.create(**recipe, name=name, labels=dict(labels))
        network, address = home
        endpoint = self.client.api.create_endpoint_config(ipv4_address=address)
        return self.client.containers.create(
            **recipe,
            name=name,
            labels=dict(labels),
            network=network.name,
            networking_config={str(network.name): endpoint},
        )

    def volume_sizes(self) -> dict[str, int]:
        """Returns the bytes of each volume of this machine, which the engine counts: a second or more.

        Raises:
            SandboxError: It cannot.
        """
        with translated("mesurer les volumes"):
            api = self.client.api
            told = api.get(f"{api.base_url}/v{api.api_version}/system/df", params={"type": "volume"}).json()
        found = {one["Name"]: (one.get("UsageData") or {}).get("Size", -1) for one in told.get("Volumes") or ()}
        return {name: size for name, size in found.items() if size >= 0}

    def converse(
        self,
        container: Container,
        argv: Sequence[str],
        *,
        user: str = "",
        environment: Mapping[str, str] | None = None,
        stdin: bytes = b"",
        screen: tuple[int, int] | None = None,
        until: float,
        opened: Callable[[Conversation], None] | None = None,
    ) -> tuple[str, Generator[Piece, None, None]]:
        """Starts a command in a container; returns its identifier and what it writes, as it comes.

        Args:
            container: The container.
            argv: The command.
            user: Its account; the image's own by default.
            environment: More variables.
            stdin: Its standard input.
            screen: On a terminal of so many lines and columns.
            until: When it is given up (monotonic).
            opened: Given the conversation, whose input then stays open for more.
        """
        created = self.client.api.exec_create(
            container.id, list(argv), stdin=True, tty=bool(screen), user=user, environment=dict(environment or {})
        )
        identifier = str(created["Id"])
        body = {"Detach": False, "Tty": bool(screen)} | ({"ConsoleSize": screen} if screen else {})
        pieces = self._pieces(f"/exec/{identifier}/start", body, stdin, until, opened, framed=screen is None)
        return identifier, pieces

    def open_screen(
        self, container: Container, argv: Sequence[str], *, environment: Mapping[str, str]
    ) -> tuple[str, socket.socket, bytes]:
        """Starts a command on a terminal at which somebody types.

        Returns:
            Its identifier, the line to it, and what it has said already.
        """
        created = self.client.api.exec_create(
            container.id, list(argv), stdin=True, tty=True, environment=dict(environment)
        )
        identifier = str(created["Id"])
        line = self._connect(f"/exec/{identifier}/start", {"Detach": False, "Tty": True})
        return identifier, *line.hand_over()

    def resize_screen(self, identifier: str, *, columns: int, rows: int) -> None:
        """Tells a command how large its terminal is now."""
        self.client.api.exec_resize(identifier, height=rows, width=columns)

    def running(self, wanted: Mapping[str, str]) -> Container | None:
        """Returns the running container that carries these labels, if there is one."""
        labels = [f"{key}={value}" for key, value in wanted.items()]
        return next(iter(self.client.containers.list(filters={"label": labels})), None)

    def launch(self, container: Container, argv: Sequence[str], *, user: str, environment: Mapping[str, str]) -> None:
        """Starts a command in a container and comes back: whatever becomes of it."""
        created = self.client.api.exec_create(
            container.id, list(argv), stdout=False, stderr=False, user=user, environment=dict(environment)
        )
        self.client.api.exec_start(str(created["Id"]), detach=True)

    def run(
        self,
        container: Container,
        argv: Sequence[str],
        *,
        user: str = "",
        stdin: bytes = b"",
        timeout: float,
        limit: int = MAX_OUTPUT,
    ) -> ExecResult:
        """Runs a command in a container to its end.

        The engine cannot kill such a command; ``timeout`` (coreutils) does, from within. Our own deadline is
        for a container that does not even do that.
        """
        started = time.monotonic()
        guarded = ["timeout", "-s", "KILL", f"{timeout:.3f}", *argv]
        output = Capped(limit)
        identifier, pieces = self.converse(container, guarded, user=user, stdin=stdin, until=started + timeout + _GRACE)
        try:
            for piece in pieces:
                output.add(piece)
        except Expired:
            return _result(output, KILLED, timed_out=True)
        code = self.exit_code(identifier)
        return _result(output, code, timed_out=code == KILLED and time.monotonic() - started >= timeout)

    def run_bare(
        self,
        container: Container,
        argv: Sequence[str],
        *,
        timeout: float,
        typed: str = "",
        screen: tuple[int, int] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> ExecResult:
        """Runs a command in a container with nothing of ours above it; what takes too long or floods us goes on.

        Whoever calls this removes the container then (``timed_out``).

        Args:
            container: The container.
            argv: The command.
            timeout: Seconds that it may last.
            typed: For a shell on a screen: a person types this line once it asks for one, and leaves when it asks for
                another. What the line wrote is told, and nothing of the shell's.
            screen: On a terminal of so many lines and columns.
            environment: More variables.
        """
        started = time.monotonic()
        output, tail, keys = Capped(MAX_OUTPUT), b"", [f"{typed}\r".encode()]
        lines: list[Conversation] = []
        opened = lines.append if typed else None
        identifier, pieces = self.converse(
            container, argv, screen=screen, environment=environment, until=started + timeout, opened=opened
        )
        try:
            for piece in pieces:
                output.add(piece)
                if output.total > _FLOOD:
                    return _result(output, KILLED, timed_out=True)
                if lines:
                    tail += piece.data
                    if _ASKS in tail:  # as often as it does: a program may ask in the shell's place
                        lines[0].add(keys.pop() if keys else _LEAVES, until=started + timeout)
                        tail = tail.rpartition(_ASKS)[2]
                    tail = tail[-len(_ASKS) :]
        except Expired:
            return _result(output, KILLED, timed_out=True)
        try:
            code = self.exit_code(identifier)
        except SandboxFailure:
            if app_state(container).running:
                raise
            code = KILLED  # it ended its own container, and itself with it
        result = replace(_result(output, code), seconds=time.monotonic() - started)
        if not typed:
            return result
        _before, _, said = result.stdout.partition(_TAKES)
        return replace(result, stdout=said.rpartition(_ASKS)[0] if _ASKS in said else said)

    @contextmanager
    def counting(self, container: Container, seconds: float) -> Iterator[threading.Event]:
        """Kills a container that takes more seconds of the processor meanwhile, and says so by the event."""
        spent, over = threading.Event(), threading.Event()

        def count() -> None:
            with suppress(APIError, requests.RequestException, KeyError):
                first = self._processor_s(container)
                while not over.wait(_LOOK):
                    if self._processor_s(container) - first > seconds:
                        spent.set()
                        container.kill()
                        return

        thread = threading.Thread(target=count, name="etabli-counting", daemon=True)
        thread.start()
        try:
            yield spent
        finally:
            over.set()
            thread.join()

    def _processor_s(self, container: Container) -> float:
        """Seconds of the processor that a container's processes have taken in all."""
        return float(self._stats(container)["cpu_stats"]["cpu_usage"]["total_usage"]) / 1e9

    def goes_on(self, container: Container) -> bool:
        """Whether anything lives in a container beside its own command, which is one process, and its init."""
        own = 1 + bool(container.attrs["HostConfig"].get("Init"))
        if int(self._stats(container)["pids_stats"].get("current", 0)) <= own:
            return False
        # Who has ended may wait to be told of; of a container that has, there is no list.
        found = container.top(ps_args="-eo pid,stat")["Processes"] or []
        return sum(not state.startswith("Z") for _pid, state in found) > own

    def _stats(self, container: Container) -> dict[str, Any]:
        found: dict[str, Any] = self.client.api.stats(str(container.id), stream=False, one_shot=True)
        return found

    def run_alone(self, container: Container, *, timeout: float) -> ExecResult:
        """Starts a created container and follows it to its end; kills one that takes too long or floods us."""
        attached = self.attach(container)
        try:
            container.start()
            started = time.monotonic()  # what the engine takes to start it is not the command's doing
            result = self._follow(container, attached, until=started + timeout)
        finally:
            attached.close()
        return replace(result, seconds=time.monotonic() - started)

    def attach(self, container: Container, *, stdin: bool = False) -> Conversation:
        """Returns a conversation with the first process of a container, which may not be started yet.

        Args:
            container: The container.
            stdin: Its input too, which its recipe leaves open (``stdin_open``).
        """
        return self._connect(f"/containers/{container.id}/attach?stream=1&stdin={stdin:d}&stdout=1&stderr=1", {})

    def _follow(self, container: Container, attached: Conversation, *, until: float) -> ExecResult:
        output = Capped(MAX_OUTPUT)
        try:
            for piece in attached.talk(until=until):
                output.add(piece)
                if output.total > _FLOOD:
                    break
            else:
                left = max(until - time.monotonic(), 0.1)
                return _result(output, int(container.wait(timeout=left)["StatusCode"]))
        except (Expired, requests.ReadTimeout, requests.ConnectionError):
            if time.monotonic() < until:
                raise
        return _result(output, KILLED, timed_out=time.monotonic() >= until)

    def exit_code(self, identifier: str) -> int:
        """Returns the exit code of a command whose streams have ended.

        Raises:
            SandboxFailure: The engine does not know it.
        """
        until = time.monotonic() + _GRACE
        while time.monotonic() < until:
            code = self.client.api.exec_inspect(identifier)["ExitCode"]
            if code is not None:
                return int(code)
            time.sleep(0.01)
        raise SandboxFailure("Une commande dans un conteneur n'a pas rendu de code : relancez la vérification.")

    def _pieces(
        self,
        url: str,
        body: Mapping[str, object],
        stdin: bytes,
        until: float,
        opened: Callable[[Conversation], None] | None,
        *,
        framed: bool,
    ) -> Generator[Piece, None, None]:
        connection = self._connect(url, body)
        try:
            if opened is not None:
                opened(connection)
            sent = stdin if framed else None  # on a terminal, hanging up would end the command
            yield from connection.talk(sent, until=until, framed=framed, more=opened is not None)
        finally:
            connection.close()

    def _connect(self, url: str, body: Mapping[str, object]) -> Conversation:
        return Conversation(self._path, f"/v{self.client.api.api_version}{url}", body, timeout=TIMEOUT)

    def close(self) -> None:
        """Closes the connections to the engine."""
        self.client.close()


def app_state(container: Container) -> AppState:
    """Returns how a container is, once the engine knows why it was killed; one that is gone does not run."""
    until = time.monotonic() + _MEMORY_WORD
    while True:
        try:
            container.reload()
        except NotFound:
            return AppState(running=False)
        state = container.attrs["State"]
        running, code = bool(state["Running"]), int(state["ExitCode"])
        if running or code != KILLED or state["OOMKilled"] or time.monotonic() >= until:
            return AppState(running, None if running else code, bool(state["OOMKilled"]))
        time.sleep(0.05)


def remove(container: Container) -> bool:
    """Removes a container, running or not; returns whether it was us who did."""
    try:
        container.remove(force=True, v=True)
    except NotFound:
        return False
    except APIError as error:
        if "already in progress" not in str(error):
            raise
        return False
    return True


def name_of(token: str, index: int, role: str) -> str:
    """Returns a container's or network's name: readable in ``docker ps``, and never used twice."""
    return f"etabli-{token}-{index}-{role}-{secrets.token_hex(3)}"


def last_line(text: bytes) -> str:
    """Returns the end of what a command said, on one line."""
    return " ".join(text.decode("utf-8", "replace").split())[-300:]


def _result(output: Capped, code: int, *, timed_out: bool = False) -> ExecResult:
    return ExecResult(
        exit_code=code,
        stdout=bytes(output.kept[STDOUT]),
        stderr=bytes(output.kept[STDERR]),
        truncated=output.truncated,
        timed_out=timed_out,
    )
