"""Terminals and journals over WebSocket, behind the room's front.

A client names a workspace, by its token, and nothing else: the service, its container and the command are ours. Who
asks is known by the portal's own cookie, and only the portal's pages may ask (``Origin``).
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import secrets
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import uvicorn
from docker.errors import APIError
from docker.models.containers import Container
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from etabli.classroom import sign_ins, workspaces
from etabli.classroom.sign_ins import COOKIE
from etabli.classroom.state import Classroom
from etabli.classroom.tables import State
from etabli.classroom.workspaces import Entry
from etabli.exam.contract.errors import EtabliError
from etabli.sandbox.docker_engine import SOCKET, Engine
from etabli.sandbox.docker_terminal import MARK, of_a_room
from etabli.worker.duty import Duty, log
from etabli.workspace import journal
from etabli.workspace.running import labels_of
from etabli.workspace.workspace import read_workspace

MOST: Final = 3
"""Terminals of one workspace at once."""
JOURNALS: Final = 6
"""Journals of one workspace at once: each is a process of this machine."""
LOOK_S: Final = 30.0
"""How often one makes sure that who watches still may."""
TAIL: Final = 200
"""Lines of the past that a journal begins with."""
FRAME: Final = 64 * 1024
"""Bytes of the longest frame, both ways."""
TYPED_S, SHOWN_S = 256 * 1024, 2 * 1024 * 1024
"""Bytes a second that may be typed (or pasted), and that are shown; what is above waits."""
TERMINAL: Final = "terminal"
_SHELL = "/usr/local/bin/terminal"
_END = (
    f'for e in /proc/[0-9]*/environ; do grep -qsz "^{MARK}=$0$" "$e" || continue; '
    'e=${e%/environ}; kill -KILL "${e#/proc/}" && left=1; done; [ -z "$left" ]'
)
"""Ends what a shell has left, which the engine does not when nobody listens any more; says 0 when all is gone."""
_END_S, _ENDS = 30.0, 5
_LARGEST = 500
_AGAIN_S = 1.0
_TURN_S = 2.0


class Ended(Exception):
    """A stream is over.

    Args:
        code: Of the WebSocket.
        said: Why, for the page.
    """

    def __init__(self, code: int, said: str) -> None:
        super().__init__(said)
        self.code, self.said = code, said


GONE = Ended(4401, "Vous n'êtes plus connecté : rechargez la page.")
STOPPED = Ended(4409, "Cet espace est arrêté : rouvrez le TP.")
TOO_MANY = Ended(4429, f"{MOST} terminaux sont déjà ouverts ici : fermez-en un.")
MANY_FOLLOW = Ended(4429, f"Ce journal est déjà ouvert dans {JOURNALS} pages : fermez-en une.")
OVER = Ended(1000, "C'est fini.")


@dataclass
class Throttle:
    """Lets so many bytes a second through; what is above waits."""

    rate: int
    _free: float = field(default_factory=time.monotonic)

    async def take(self, size: int) -> None:
        """Waits until so many bytes may go."""
        now = time.monotonic()
        self._free = max(self._free, now - 1.0) + size / self.rate
        if self._free > now:
            await asyncio.sleep(self._free - now)


class Stream:
    """The two endpoints.

    Args:
        room: The room.
        engine: Gives the engine, asked when first needed.
    """

    def __init__(self, room: Classroom, engine: Callable[[], Engine]) -> None:
        self._room, self._engine = room, engine
        self._open: Counter[str] = Counter()
        self._followers: Counter[str] = Counter()

    def application(self) -> Starlette:
        """Returns the application."""
        return Starlette(
            routes=[
                Route("/sante", lambda request: PlainTextResponse("ok")),
                WebSocketRoute("/flux/{token}/terminal", self.terminal),
                WebSocketRoute("/flux/{token}/journal", self.journal),
            ]
        )

    async def terminal(self, line: WebSocket) -> None:
        """A shell of the workspace's terminal, for its learner alone."""
        await self._serve(line, self._terminal, Entry.OWNER)

    async def journal(self, line: WebSocket) -> None:
        """The journal of the workspace's application, for its learner and for who may look."""
        await self._serve(line, self._journal, Entry.OWNER, Entry.READER)

    async def _serve(self, line: WebSocket, show: Callable[[WebSocket, str], Awaitable[None]], *entries: Entry) -> None:
        token = str(line.path_params["token"])
        if line.headers.get("origin") != self._room.hosts.origin:
            await line.close(4403)
            return
        cookie = line.cookies.get(COOKIE)
        state = await run_in_threadpool(self._state, cookie, token, entries)
        if state is None:
            await line.close(4403)
            return
        await line.accept()
        try:
            if state is not State.READY:
                raise STOPPED
            await _first_of(show(line, token), self._watch(cookie, token, entries))
        except Ended as ended:
            with suppress(RuntimeError, WebSocketDisconnect):  # it is gone already
                if ended is not OVER:
                    await line.send_text(f"\r\n{ended.said}\r\n")
                await line.close(ended.code, ended.said)
        except WebSocketDisconnect:
            pass
        except (EtabliError, APIError, OSError) as problem:
            log.warning("flux %s : %s", token, problem)
            with suppress(RuntimeError, WebSocketDisconnect):
                await line.close(1011)

    def _state(self, cookie: str | None, token: str, entries: tuple[Entry, ...]) -> State | None:
        """Returns how the workspace is, for who may enter it as one of these."""
        found = sign_ins.find(self._room, cookie, self._room.hosts.name)
        if found is None:
            return None
        with self._room.work() as db:
            access = workspaces.enter(db, self._room, found.person, token)
            return access.row.state if access is not None and access.entry in entries else None

    async def _watch(self, cookie: str | None, token: str, entries: tuple[Entry, ...]) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            state = await run_in_threadpool(self._state, cookie, token, entries)
            if state is not State.READY:
                raise GONE if state is None else STOPPED

    def _container(self, token: str, service: str | None) -> Container:
        """Returns the running container of a service of a workspace.

        Raises:
            Ended: The lab has none, or it does not run.
        """
        workspace = read_workspace(self._room.place.workspace(token))
        wanted = service or journal.usual(workspace.services())
        if wanted not in workspace.services() or wanted is None:
            raise OVER
        found = self._engine().running(labels_of(workspace, wanted))
        if found is None:
            raise STOPPED
        return found

    async def _terminal(self, line: WebSocket, token: str) -> None:
        if self._open[token] >= MOST:
            raise TOO_MANY
        self._open[token] += 1
        try:
            container = await run_in_threadpool(self._container, token, TERMINAL)
            mark = secrets.token_hex(8)
            try:
                await self._shell(line, container, mark)
            finally:
                await asyncio.shield(run_in_threadpool(self._end, container, mark))
        finally:
            self._open[token] -= 1

    async def _shell(self, line: WebSocket, container: Container, mark: str) -> None:
        identifier, plug, early = await run_in_threadpool(
            lambda: self._engine().open_screen(container, [_SHELL], environment=of_a_room(mark))
        )
        plug.setblocking(False)
        reader, writer = await asyncio.open_connection(sock=plug)
        try:
            if early:
                await line.send_bytes(early)
            await _first_of(_shown(line, reader), self._typed(line, writer, identifier))
        finally:
            writer.close()

    async def _typed(self, line: WebSocket, writer: asyncio.StreamWriter, identifier: str) -> None:
        throttle = Throttle(TYPED_S)
        while True:
            message = await line.receive()
            if message["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(int(message.get("code") or 1000))
            if (typed := message.get("bytes")) is not None:
                writer.write(typed)
                await writer.drain()
                await throttle.take(len(typed))
            elif (size := _size(message.get("text") or "")) is not None:
                columns, rows = size
                with suppress(APIError):  # it is about to end
                    await run_in_threadpool(
                        lambda size: self._engine().resize_screen(identifier, columns=size[0], rows=size[1]),
                        (columns, rows),
                    )
                await throttle.take(1024)

    def _end(self, container: Container, mark: str) -> None:
        for _try in range(_ENDS):
            try:
                if self._engine().run(container, ["sh", "-c", _END, mark], timeout=_END_S).exit_code == 0:
                    return
            except (EtabliError, APIError, OSError) as problem:
                if isinstance(problem, APIError) and problem.status_code in (404, 409):
                    return  # a container that is gone, or stopped, has no shell
                log.warning("flux : %s", problem)
        log.warning("flux : un terminal de %s n'a pas pris fin", container.name)

    async def _journal(self, line: WebSocket, token: str) -> None:
        if self._followers[token] >= JOURNALS:
            raise MANY_FOLLOW
        self._followers[token] += 1
        try:
            await _first_of(self._followed(line, token), _listened(line))
        finally:
            self._followers[token] -= 1

    async def _followed(self, line: WebSocket, token: str) -> None:
        """Shows what is written, and goes on when the application is started again."""
        since: list[str] = ["--tail", str(TAIL)]
        while True:
            container = await run_in_threadpool(self._container, token, None)
            started = int(time.time())
            await _follow(line, str(container.id), since)
            since = ["--since", str(started)]
            await asyncio.sleep(_AGAIN_S)


async def _shown(line: WebSocket, reader: asyncio.StreamReader) -> None:
    throttle = Throttle(SHOWN_S)
    while data := await reader.read(FRAME):
        await line.send_bytes(data)
        await throttle.take(len(data))
    raise OVER


async def _listened(line: WebSocket) -> None:
    """Waits for the end of a line on which nothing is to be said."""
    while (message := await line.receive())["type"] != "websocket.disconnect":
        pass
    raise WebSocketDisconnect(int(message.get("code") or 1000))


async def _follow(line: WebSocket, container: str, since: list[str]) -> None:
    program = await asyncio.create_subprocess_exec(
        *("docker", "logs", "--follow", *since, container),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert program.stdout is not None
    throttle, rest = Throttle(SHOWN_S // 8), ""
    try:
        while data := await program.stdout.read(FRAME // 4):
            whole, newline, rest = (rest + data.decode("utf-8", "replace")).rpartition("\n")
            if not newline and len(rest) > FRAME // 4:
                whole, rest = rest, ""
            if lines := journal.lines_of(whole):
                await line.send_text("\n".join(lines))
            await throttle.take(len(data))
    finally:
        with suppress(ProcessLookupError):
            program.kill()
        await program.wait()


def _size(text: str) -> tuple[int, int] | None:
    """Returns what a page says of the size of its terminal, if it says something sensible."""
    try:
        told = json.loads(text)
        columns, rows = int(told["cols"]), int(told["rows"])
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None
    return (columns, rows) if 0 < columns <= _LARGEST and 0 < rows <= _LARGEST else None


async def _first_of(*acts: Coroutine[Any, Any, None] | Awaitable[None]) -> None:
    """Does several things at once until one of them is over, whose end is then everybody's."""
    tasks = [asyncio.ensure_future(act) for act in acts]
    try:
        done, _pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


async def serve_stream(duty: Duty) -> None:
    """Listens while this process lives; one process of a machine at a time, and another one when that ends."""
    folder = duty.room.place.sockets("flux")
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "flux.verrou", "w") as turn:
        while not duty.stopping.is_set():
            with suppress(BlockingIOError):
                fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            await asyncio.sleep(_TURN_S)
        while not duty.stopping.is_set():
            await _listen(duty, folder / "flux.sock")


async def _listen(duty: Duty, path: Path) -> None:
    """Serves in a thread and a loop of its own, which no job ever slows down."""
    made: list[Engine] = []

    def engine() -> Engine:
        if not made:
            made.append(Engine(os.environ.get("DOCKER_HOST") or SOCKET))
        return made[0]

    path.unlink(missing_ok=True)
    server = uvicorn.Server(
        uvicorn.Config(
            Stream(duty.room, engine).application(),
            uds=str(path),
            log_level="warning",
            server_header=False,
            lifespan="off",
            ws_max_size=FRAME,
            ws_max_queue=4,
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=2,
        )
    )
    thread = threading.Thread(target=server.run, name="flux", daemon=True)
    thread.start()
    try:
        while thread.is_alive():
            await asyncio.sleep(_AGAIN_S)
    finally:
        server.should_exit = True
