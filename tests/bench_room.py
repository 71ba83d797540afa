"""A small room for the bench page: its real page, files and guard, over a folder; the rest answers as the room would."""

from __future__ import annotations

import asyncio
import json
import subprocess
import tarfile
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import uvicorn
from browsers import until
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect

from etabli.classroom.files import Files
from etabli.classroom.versions import Versions
from etabli.lab.manifest import SubmissionLimits
from etabli.portal import files
from etabli.portal.files import Bench
from etabli.portal.guard import POLICY, Guard
from etabli.portal.pages import HERE, environment
from etabli.sandbox import images

TOKEN = "espace42"
TITLE = "Une page dynamique reliée à une base de données"
SHEET = (
    """<!doctype html><html lang="fr"><title>Séance 1</title><h1 id="seance-1">Afficher la liste</h1>
<p>Ouvrez <code>index.php</code>.</p>"""
    + "<p>Une ligne de l'énoncé.</p>" * 60
    + "<h1 id='seance-2'>Chercher</h1>"
)
FOUND = [("Le site répond", "passed"), ("La liste est dans l'ordre", "failed"), ("La fiche s'ouvre", "blocked")]


class Room:
    """What the page is told, which a test may change."""

    def __init__(self, folder: Path) -> None:
        self.work = folder / "rendu"
        self.work.mkdir()
        self.now = datetime.now(UTC)
        self.versions = Versions(folder / "versions", now=lambda: self.now)
        self.files = Files(self.work, SubmissionLimits(), self.versions)
        self.writable = True
        self.broken = False
        """Answers 503, as the front does when nothing is behind it."""
        self.takes_nothing = False
        """Answers 503 to what is written."""
        self.go_on = threading.Event()
        self.hand_ins: list[dict[str, Any]] = []
        self.changes: dict[str, Any] = {}
        self.told: list[bytes] = []
        self.restarts: list[dict[str, str]] = []
        self.resized: list[dict[str, int]] = []

    def state(self) -> dict[str, Any]:
        """The state of the workspace, as the portal tells it."""
        now = datetime.now(UTC)
        told = {"token": TOKEN, "lab": "page-dynamique", "title": TITLE, "state": "ready", "error": None}
        told |= {
            "services": {"site": "/sante", "adminer": "/sante"},
            "names": {"site": "Le site", "adminer": "Adminer"},
        }
        told |= {
            "terminal": True,
            "journal": True,
            "renews": True,
            "documents": [],
            "editable": self.writable,
            "reader": None,
        }
        told |= {"credentials": [{"title": "Adminer", "user": "etudiant", "password": "secret-7"}]}
        home = f"/espace/{TOKEN}/enonce/enonce.html"
        told |= {
            "sheets": [{"id": f"seance-{n}", "title": f"Séance {n}", "href": f"{home}#seance-{n}"} for n in (1, 2)]
        }
        told |= {"deadline": (now + timedelta(minutes=72)).isoformat(), "server_now": now.isoformat()}
        told |= {"looked_at": [], "help": None, "verification": None, "hand_ins": self.hand_ins, "report": None}
        return told | self.changes


def build(room: Room, libraries: Path) -> Starlette:
    """Builds the application; its origin is known once it listens."""

    def page(request: Request) -> Response:
        told = {"state": room.state(), "lab": SimpleNamespace(manifest=SimpleNamespace(title=TITLE)), "nonce": "essai"}
        html = environment().get_template("espace.html.j2").render(told | {"person": None, "path": "/", "moment": str})
        policy = POLICY.replace("style-src 'self'", "style-src 'self' 'nonce-essai'")
        return HTMLResponse(html, headers={"Content-Security-Policy": policy})

    def sheet(request: Request) -> Response:
        policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
        return HTMLResponse(SHEET, headers={"Content-Security-Policy": policy})

    def state(request: Request) -> Response:
        return JSONResponse({}, 503) if room.broken else JSONResponse(room.state())

    def verify(request: Request) -> Response:
        room.changes["verification"] = {
            "id": 1,
            "state": "running",
            "asked_at": datetime.now(UTC).isoformat(),
            "rank": 0,
        }
        return JSONResponse({"id": 1}, 202)

    async def follow(request: Request) -> Response:
        async def told() -> AsyncIterator[str]:
            yield said("place", {"rank": 2, "eta_s": 95})
            yield said("begin", {"total": len(FOUND)})
            for title, outcome in FOUND[:2]:
                yield said("finding", {"check": title, "title": title, "outcome": outcome})
            while not room.go_on.is_set():
                await asyncio.sleep(0.05)
            title, outcome = FOUND[2]
            yield said("finding", {"check": title, "title": title, "outcome": outcome})
            done = {"state": "done", "page": f"/espace/{TOKEN}/verification/", "summary": "1 point réussi sur 3."}
            room.changes["verification"] = None
            yield said("end", done)

        return StreamingResponse(told(), media_type="text/event-stream")

    def hand_in(request: Request) -> Response:
        at = datetime.now(UTC).isoformat(timespec="seconds")
        receipt = {"number": len(room.hand_ins) + 1, "at": at, "sha256": "ab" * 32, "late": False, "code": "ABAB ABAB"}
        room.hand_ins.append(receipt)
        return JSONResponse(receipt | {"warnings": ["Le fichier rendu.json manque."]}, 201)

    def help_(request: Request) -> Response:
        room.changes["help"] = (
            None if request.method == "DELETE" else {"at": datetime.now(UTC).isoformat(), "text": "?"}
        )
        return JSONResponse({"ok": True})

    async def wake(request: Request) -> Response:
        room.restarts.append({name: str(value) for name, value in (await request.form()).items()})
        return RedirectResponse(f"/espace/{TOKEN}", 303)

    async def terminal(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_bytes(b"atelier$ ")
        try:
            while True:
                message = await socket.receive()
                if message["type"] == "websocket.disconnect":
                    return
                if (data := message.get("bytes")) is not None:
                    room.told.append(data)
                    await socket.send_bytes(data.replace(b"\r", b"\r\n"))
                else:
                    room.resized.append(json.loads(message["text"]))
        except WebSocketDisconnect:
            return

    async def journal(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text("PHP Warning: Undefined variable $lignes in /srv/app/index.php on line 12")
        await socket.receive()

    def bench(request: Request) -> Bench:
        return Bench(room.files, room.writable, "NDE-01-page-dynamique")

    static = StaticFiles(directory=HERE / "static")
    static.all_directories.append(libraries)
    at = f"/api/espace/{TOKEN}"
    return Starlette(
        routes=[
            Route("/sante", lambda request: PlainTextResponse("ok")),
            Mount("/statique", static),
            Route(f"/espace/{TOKEN}", page),
            Route(f"/espace/{TOKEN}/reveil", wake, methods=["POST"]),
            Route(f"/espace/{TOKEN}/enonce/{{name:path}}", sheet),
            Route(at, state),
            Route(f"{at}/verifications", verify, methods=["POST"]),
            Route("/api/verifications/1/suite", follow),
            Route(f"{at}/depots", hand_in, methods=["POST"]),
            Route(f"{at}/aide", help_, methods=["POST", "DELETE"]),
            WebSocketRoute(f"/flux/{TOKEN}/terminal", terminal),
            WebSocketRoute(f"/flux/{TOKEN}/journal", journal),
            *files.routes(bench),
        ],
    )


def said(name: str, facts: dict[str, Any]) -> str:
    """One server-sent event."""
    return f"event: {name}\ndata: {json.dumps(facts)}\n\n"


@contextmanager
def served(room: Room, libraries: Path, port: int) -> Iterator[str]:
    """Serves a room on a port of 127.0.0.1 and gives the address of its page; the guard is the portal's."""
    app = build(room, libraries)
    origins: set[str] = set()
    guard = Guard(app, origins)
    server = uvicorn.Server(
        uvicorn.Config(_breakable(room, guard), host="0.0.0.0", port=port, log_level="warning", lifespan="off")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until(lambda: server.started)
    guard.origins, guard.hosts = frozenset({f"http://127.0.0.1:{port}"}), frozenset({f"127.0.0.1:{port}"})
    try:
        yield f"http://127.0.0.1:{port}/espace/{TOKEN}"
    finally:
        server.should_exit = True
        server.force_exit = True
        thread.join(30)


def _breakable(room: Room, app: Any) -> Any:
    async def answer(scope: Any, receive: Any, send: Any) -> None:
        refused = room.broken or (room.takes_nothing and scope.get("method") == "PUT")
        if refused and scope["type"] == "http" and scope["path"].startswith("/api/"):
            await PlainTextResponse("", 503)(scope, receive, send)
        else:
            await app(scope, receive, send)

    return answer


def libraries(folder: Path) -> Path:
    """Takes out of the image what it bundled."""
    argv = ["docker", "run", "--rm", "--network=none", "--entrypoint=tar", images.tag("salle")]
    packed = subprocess.run(
        [*argv, "-C", "/opt/etabli/statique", "-c", "."], check=True, capture_output=True, timeout=120
    )
    with tarfile.open(fileobj=BytesIO(packed.stdout)) as tar:
        tar.extractall(folder, filter="data")
    return folder


def slept(seconds: float) -> None:
    """Lets a moment pass where the page must do nothing."""
    time.sleep(seconds)
