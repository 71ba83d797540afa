"""Stands in for the portal and the worker behind the real front: it answers what it was asked, headers included.

``python3 room_stub.py portail|travail SOCKET``. Where a host leads is in ``cibles.json`` beside this file: host →
``127.0.0.1:PORT``, or a status.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

HERE = Path(__file__).parent


def gate(request: Request) -> Response:
    host = request.headers["x-forwarded-host"].rsplit(":", 1)[0]
    target = json.loads((HERE / "cibles.json").read_text()).get(host, 403)
    if isinstance(target, str):
        return Response(headers={"X-Cible": target})
    if target == 200:  # said yes without saying where
        return Response()
    if target == 303:
        told = f"https://salle.essai.internal/entrer?hote={host}&chemin={request.headers['x-forwarded-uri']}"
        return RedirectResponse(told, 303)
    return Response(status_code=target)


async def told(request: Request) -> Response:
    body = await request.body()
    seen = {"path": request.url.path, "method": request.method, "size": len(body), "headers": request.headers.items()}
    return JSONResponse(seen, headers={"Set-Cookie": "__Host-etabli=portail; Secure; Path=/", "X-Powered-By": "essai"})


async def echo(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_json({"headers": socket.headers.items(), "path": socket.url.path})
    async for text in socket.iter_text():
        await socket.send_text(text)


ROUTES = [
    Route("/porte", gate),
    WebSocketRoute("/{path:path}", echo),
    Route("/{path:path}", told, methods=["GET", "POST"]),
]

if __name__ == "__main__":
    uvicorn.run(Starlette(routes=ROUTES), uds=sys.argv[2], log_level="warning", server_header=True)
