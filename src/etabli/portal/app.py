"""The application of the room."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.exc import DataError, DBAPIError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from etabli.classroom.jobs import Jobs
from etabli.classroom.state import Classroom
from etabli.classroom.tables import Class
from etabli.portal import (
    administration,
    annee,
    authenticating,
    bench,
    classes,
    files,
    gate,
    home,
    opening,
    results,
    sign_in,
    traces,
)
from etabli.portal.call import Call, NotSignedIn, signed_in, wants_json
from etabli.portal.guard import Guard
from etabli.portal.pages import HERE, page

LIBRARIES = Path("/opt/etabli/statique")
"""What the image bundled: CodeMirror and xterm."""
_SENTENCES = {
    400: "La demande est illisible : rechargez la page.",
    404: "Cette page n'existe pas, ou elle n'est pas pour vous.",
    405: "Cette adresse ne s'utilise pas ainsi.",
    500: "La salle a eu un incident : il est noté. Réessayez dans un instant.",
}

_NONSENSE = (DataError, UnicodeEncodeError, RecursionError)
"""What no database and no reader takes: a number with thirty digits, a NUL, half a character, a list of lists of…"""


def build(room: Classroom, jobs: Jobs, libraries: Path = LIBRARIES) -> Starlette:
    """Builds the application of a room.

    Args:
        room: Its state.
        jobs: The way to its worker.
        libraries: Where ``paquets.js`` is.
    """
    static = StaticFiles(directory=HERE / "static")
    if libraries.is_dir():
        static.all_directories.append(libraries)
    routes: list[BaseRoute] = [
        Route("/sante", _health),
        Mount("/statique", static),
        *sign_in.routes(),
        *gate.routes(),
        *home.routes(),
        *bench.routes(),
        *files.routes(bench.files_of),
        *classes.routes(),
        *opening.routes(),
        *results.routes(),
        *traces.routes(),
        *annee.routes(),
        *authenticating.routes(),
        *administration.routes(),
    ]
    app = Starlette(
        routes=routes,
        middleware=[Middleware(Guard, origins=(room.hosts.origin,), elsewhere=(gate.GATE, gate.ENTER, "/sante"))],
        exception_handlers={
            NotSignedIn: _to_the_way_in,
            HTTPException: _refused,
            **dict.fromkeys(_NONSENSE, _senseless),
            Exception: _broken,
        },
    )
    app.state.room, app.state.jobs = room, jobs
    app.state.imports, app.state.printing = classes.Imports(), classes.Printing()
    return app


def _health(request: Request) -> Response:
    """Whether people may come in: not before the worker, which makes the tables as it starts."""
    try:
        with request.app.state.room.work() as db:
            db.execute(select(Class.id).limit(1))
    except DBAPIError:
        return PlainTextResponse("La salle se prépare.", 503)
    return PlainTextResponse("ok")


async def _to_the_way_in(request: Request, _: Exception) -> Response:
    if wants_json(request) or request.method not in ("GET", "HEAD"):
        return JSONResponse({"error": "Vous n'êtes plus connecté : rechargez la page."}, 401)
    return RedirectResponse(sign_in.way_in(request.url.path, urlsplit(str(request.url)).query), 303)


async def _refused(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    told = error.detail if isinstance(error, HTTPException) else ""
    generic = status in _SENTENCES and (not told or told.isascii())  # Starlette's own words are English
    return _told(request, status, _SENTENCES[status] if generic else told)


async def _senseless(request: Request, _: Exception) -> Response:
    return await _refused(request, HTTPException(404 if request.method in ("GET", "HEAD") else 400))


async def _broken(request: Request, _: Exception) -> Response:
    return _told(request, 500, _SENTENCES[500])


def _told(request: Request, status: int, sentence: str) -> Response:
    if wants_json(request):
        return JSONResponse({"error": sentence}, status)
    state = request.app.state
    try:
        found = signed_in(request)
    except Exception:  # the very state may be what is broken
        found = None
    return page(Call(request, state.room, state.jobs, found), "refus.html.j2", status, sentence=sentence)
