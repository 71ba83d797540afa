"""Stands in for the portal, the worker or an application behind the real front: it answers what it was asked.

``python3 room_stub.py SOCKET`` in a container of the room. Where a host leads is in ``cibles.json`` beside this file:
host → ``127.0.0.1:PORT``, or a status.
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
COOKIES = ["__Host-etabli=vole; Secure; Path=/", "=__host-ETABLI=vole; Path=/", "panier=3; Path=/"]


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
    answer = JSONResponse(seen, headers={"X-Powered-By": "essai"})
    for cookie in COOKIES:
        answer.headers.append("Set-Cookie", cookie)
    return answer


async def echo(socket: WebSocket) -> None:
    cookies = COOKIES if socket.url.path.startswith("/cookies") else []
    await socket.accept(headers=[(b"set-cookie", cookie.encode()) for cookie in cookies])
    await socket.send_json({"headers": socket.headers.items(), "path": socket.url.path})
    async for text in socket.iter_text():
        await socket.send_text(text)


ROUTES = [
    Route("/porte", gate),
    WebSocketRoute("/{path:path}", echo),
    Route("/{path:path}", told, methods=["GET", "POST"]),
]

APPLICATION = Starlette(routes=ROUTES)

if __name__ == "__main__":
    Path(sys.argv[1]).unlink(missing_ok=True)
    uvicorn.run(APPLICATION, uds=sys.argv[1], log_level="warning")
