"""The routes of a learner's files, for the bench page.

Whose workspace it is, and whether it may be written, is said by the one who mounts them (:class:`BenchOf`).
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import quote
from weakref import WeakValueDictionary

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from etabli.classroom.file_names import FileRefused, NameTaken, NoSuchFile, TooMuch
from etabli.classroom.files import ABSENT, Changed, Files
from etabli.classroom.versions import Version
from etabli.classroom.zips import pack, unpack
from etabli.portal.call import announced

_BASE = "/api/espace/{token}"
_CHUNK = 1 << 16
_IN_MEMORY = 4_000_000
_FORM = 100_000
"""Bytes of a form around its files."""
_HEAVY = 1_000_000
"""Bytes above which a body waits for its turn."""
_HEAVY_AT_ONCE = 4
_STATUS = {NoSuchFile: 404, NameTaken: 409, TooMuch: 413}


@dataclass(frozen=True)
class Bench:
    """A workspace as one person may use it."""

    files: Files
    writable: bool
    name: str
    """What the zip of all is called, without its suffix."""
    saved: Callable[[], None] = lambda: None
    """Told after each change."""
    full: Callable[[], str | None] = lambda: None
    """Says why nothing heavy may be sent now."""


class BenchOf(Protocol):
    """Finds the workspace that a request is about."""

    def __call__(self, request: Request) -> Bench:
        """Returns the workspace, and what this person may do there.

        Raises:
            HTTPException: 403 or 404, its detail one sentence in French.
        """


_Answer = Callable[[Request, Bench], Response]


class Turns:
    """Lets few heavy bodies in together, and one of each workspace: until it is written, all of it is in memory."""

    def __init__(self) -> None:
        self._all = asyncio.Semaphore(_HEAVY_AT_ONCE)
        self._each: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def turn(self, request: Request, size: int) -> AsyncIterator[None]:
        """Waits until a body of so many bytes may come."""
        if size <= _HEAVY:
            yield
            return
        mine = self._each.setdefault(request.path_params["token"], asyncio.Lock())
        async with mine, self._all:
            yield


def routes(bench: BenchOf) -> list[Route]:
    """Returns the routes of files, for the workspaces that `bench` finds."""

    def reading(path: str, answer: _Answer) -> Route:
        def endpoint(request: Request) -> Response:
            return _told(lambda: answer(request, bench(request)))

        return Route(f"{_BASE}/{path}", endpoint, methods=["GET"])

    def writable(request: Request) -> Bench:
        found = bench(request)
        if request.headers.get("x-etabli") != "1":
            raise HTTPException(403, "Cette demande ne vient pas de la page d'Établi : rechargez la page.")
        if not found.writable:
            raise HTTPException(403, "Vous regardez ce travail en lecture seule : rien n'a été changé.")
        return found

    def file(request: Request) -> Response:
        if request.method == "DELETE":
            return _told(lambda: _delete(request, writable(request)))
        return _told(lambda: _read(request, bench(request)))

    def make_folder(request: Request) -> Response:
        return _told(lambda: _make_folder(request, writable(request)))

    turns = Turns()

    async def write(request: Request) -> Response:
        return await _with_body(request, writable, turns, _write)

    async def rename(request: Request) -> Response:
        return await _with_body(request, writable, turns, _rename)

    async def upload(request: Request) -> Response:
        return await _upload(request, writable, turns)

    return [
        reading("fichiers", _list),
        Route(f"{_BASE}/fichier", file, methods=["GET", "DELETE"]),
        Route(f"{_BASE}/fichier", write, methods=["PUT"]),
        Route(f"{_BASE}/dossier", make_folder, methods=["POST"]),
        Route(f"{_BASE}/renommer", rename, methods=["POST"]),
        Route(f"{_BASE}/televerser", upload, methods=["POST"]),
        reading("tout.zip", _all),
        reading("supprimes", _deleted),
        reading("versions", _versions),
        reading("version", _version),
    ]


def _list(request: Request, bench: Bench) -> Response:
    listing = bench.files.listing()
    return JSONResponse(
        {
            "files": [
                {
                    "path": entry.path,
                    "size": entry.size,
                    "modified": entry.modified.isoformat(timespec="seconds"),
                    "kind": entry.kind,
                    "sha256": entry.sha256,
                }
                for entry in listing.files
            ],
            "folders": listing.folders,
            "whole": listing.whole,
        }
    )


def _read(request: Request, bench: Bench) -> Response:
    name = _asked(request, "chemin")
    content = bench.files.read(name)
    return _download(content, name, {"ETag": f'"{hashlib.sha256(content).hexdigest()}"'})


def _delete(request: Request, bench: Bench) -> Response:
    deleted = bench.files.delete(_asked(request, "chemin"))
    bench.saved()
    return JSONResponse({"deleted": deleted})


def _make_folder(request: Request, bench: Bench) -> Response:
    bench.files.make_folder(_asked(request, "chemin"))
    bench.saved()
    return JSONResponse({}, HTTPStatus.CREATED)


def _write(request: Request, bench: Bench, content: bytes) -> Response:
    known = request.headers.get("if-match", "").strip('"') or None
    expected = ABSENT if request.headers.get("if-none-match") == "*" else known
    if expected is None:
        raise HTTPException(428, "La page n'a pas dit quelle version elle remplace : rechargez-la.")
    sha256 = bench.files.write(_asked(request, "chemin"), content, expected)
    bench.saved()
    return JSONResponse({"sha256": sha256})


def _rename(request: Request, bench: Bench, content: bytes) -> Response:
    names = _json(content)
    bench.files.rename(_text(names, "de"), _text(names, "vers"))
    bench.saved()
    return JSONResponse({})


def _all(request: Request, bench: Bench) -> Response:
    packed = tempfile.SpooledTemporaryFile(_IN_MEMORY)
    try:
        pack(bench.files, packed)
        size = packed.tell()
        packed.seek(0)
    except BaseException:
        packed.close()
        raise

    def pieces() -> Iterator[bytes]:
        with packed:
            while piece := packed.read(_CHUNK):
                yield piece

    return StreamingResponse(
        pieces(), media_type="application/zip", headers=_named(f"{bench.name}.zip") | {"Content-Length": str(size)}
    )


def _versions(request: Request, bench: Bench) -> Response:
    found = bench.files.versions.of(_asked(request, "chemin"))
    return JSONResponse([_facts(one) for one in found])


def _deleted(request: Request, bench: Bench) -> Response:
    """Tells the last content of each file that is no longer there, the newest first."""
    there = {entry.path for entry in bench.files.listing().files}
    gone = [(one, path) for path, one in bench.files.versions.last_ones().items() if path not in there]
    gone.sort(key=lambda item: item[0].at, reverse=True)
    return JSONResponse([{"path": path, **_facts(one)} for one, path in gone])


def _facts(version: Version) -> dict[str, Any]:
    return {"at": version.at.isoformat(timespec="seconds"), "sha256": version.sha256, "size": version.size}


def _version(request: Request, bench: Bench) -> Response:
    name = _asked(request, "chemin")
    content = bench.files.versions.read(name, _asked(request, "sha256"))
    if content is None:
        raise NoSuchFile("Cette version n'est plus gardée : prenez-en une autre.")
    return _download(content, name, {})


async def _with_body(
    request: Request, writable: BenchOf, turns: Turns, answer: Callable[[Request, Bench, bytes], Response]
) -> Response:
    """Answers a request that has a body, once the body is here; one that is too heavy is not waited for."""
    found = await run_in_threadpool(_bench_or_answer, request, writable)
    if isinstance(found, Response):
        return found
    length = announced(request)
    expected = found.files.size_max if length is None else length
    if expected > found.files.size_max:
        return _too_heavy(found.files)
    if expected > _HEAVY and (why := found.full()):
        return _problem(HTTPStatus.INSUFFICIENT_STORAGE, why)
    async with turns.turn(request, expected):
        pieces, size = [], 0
        async for piece in request.stream():
            size += len(piece)
            if size > found.files.size_max:
                return _too_heavy(found.files)
            pieces.append(piece)
        return await run_in_threadpool(_told, lambda: answer(request, found, b"".join(pieces)))


async def _upload(request: Request, writable: BenchOf, turns: Turns) -> Response:
    found = await run_in_threadpool(_bench_or_answer, request, writable)
    if isinstance(found, Response):
        return found
    length = announced(request)
    if length is None:
        return _problem(411, "L'envoi n'annonce pas sa taille : recommencez depuis la page.")
    if length > found.files.size_max + _FORM:
        return _too_heavy(found.files)
    if why := found.full():
        return _problem(HTTPStatus.INSUFFICIENT_STORAGE, why)
    try:
        async with turns.turn(request, length), request.form(max_files=1000, max_fields=10) as form:
            uploads = [item for item in form.getlist("fichiers") if isinstance(item, UploadFile)]
            return await run_in_threadpool(_told, lambda: _received(request, found, uploads))
    except (MultiPartException, HTTPException):
        return _problem(400, "L'envoi s'est arrêté en route : recommencez.")


def _received(request: Request, bench: Bench, uploads: list[UploadFile]) -> Response:
    if not uploads:
        raise HTTPException(400, "Aucun fichier n'a été envoyé : choisissez-en un.")
    folder = request.query_params.get("dossier", "")
    if request.query_params.get("ouvrir") == "1":
        done = unpack(bench.files, folder, _last(uploads[0]), uploads[0].file)
    else:
        done = bench.files.put(folder, [(_last(item), item.file) for item in uploads])
    bench.saved()
    return JSONResponse({"written": done.written, "replaced": done.replaced}, HTTPStatus.CREATED)


def _last(upload: UploadFile) -> str:
    """Returns the name of an uploaded file, without the folders that some browsers send with it."""
    return (upload.filename or "").replace("\\", "/").rpartition("/")[2]


def _bench_or_answer(request: Request, writable: BenchOf) -> Bench | Response:
    try:
        return writable(request)
    except HTTPException as problem:
        return _problem(problem.status_code, problem.detail)


def _told(answer: Callable[[], Response]) -> Response:
    """Turns what is refused into JSON: one sentence, and what the page needs to go on."""
    try:
        return answer()
    except Changed as changed:
        now = None if changed.content is None else hashlib.sha256(changed.content).hexdigest()
        text = None if changed.content is None else changed.content.decode("utf-8", "replace")
        return JSONResponse({"error": str(changed), "sha256": now, "text": text}, HTTPStatus.CONFLICT)
    except FileRefused as refused:
        return _problem(_STATUS.get(type(refused), 422), str(refused))
    except HTTPException as problem:
        return _problem(problem.status_code, problem.detail)


def _problem(status: int, sentence: str) -> Response:
    return JSONResponse({"error": sentence}, status)


def _too_heavy(files: Files) -> Response:
    return _problem(413, f"L'envoi pèse plus de {files.size_max // 1_000_000} Mo : envoyez moins de fichiers.")


def _asked(request: Request, key: str) -> str:
    if value := request.query_params.get(key):
        return value
    raise HTTPException(400, f"Il manque « {key} » dans l'adresse : rechargez la page.")


def _json(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise HTTPException(400, "La demande est illisible : rechargez la page.")
    return found


def _text(found: dict[str, Any], key: str) -> str:
    if isinstance(value := found.get(key), str) and value:
        return value
    raise HTTPException(400, f"Il manque « {key} » dans la demande : rechargez la page.")


def _download(content: bytes, name: str, headers: dict[str, str]) -> Response:
    """Gives bytes that a learner wrote: to be kept or read by the script, never to be shown on this origin."""
    safe = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Content-Security-Policy": "sandbox"}
    return Response(
        content, headers=_named(name.rpartition("/")[2]) | safe | headers, media_type="application/octet-stream"
    )


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
