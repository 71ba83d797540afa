"""The pages of one person, on 127.0.0.1: what the command line wrote, without a database and without an account.

The address has a token that serves once and becomes a cookie; Host and Origin are checked, so that no page of the web
can reach it, under whatever name.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import partial
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from etabli.appreciation.grid import grid_of
from etabli.appreciation.kept import Place, folder_of
from etabli.exam.contract.errors import EtabliError, UsageProblem
from etabli.exam.contract.outcome import Status
from etabli.lab.manifest import lab_ids, shown_lab
from etabli.portal import appreciating, exports, shelf
from etabli.portal.guard import Guard
from etabli.portal.pages import HERE, written
from etabli.reception.hand_in import read_hand_ins
from etabli.referentiel.kept import in_force
from etabli.reports.payload import moment as read_moment
from etabli.workspace.workspace import is_workspace, read_workspace

RESULTS = "resultats.json"
PAGE = "verification.html"
_DEEPEST = 4
_USUAL = (Status.GRADED.value, Status.REJECTED.value)


@dataclass(frozen=True)
class Found:
    """A folder that has pages: results of a class, or one learner's workspace."""

    folder: Path
    title: str
    lab: str
    class_name: str | None
    session: str | None
    at: datetime
    learners: int
    to_look_at: int
    """Runs of which a person has something to decide or to see."""

    @property
    def key(self) -> str:
        """What names it in addresses."""
        return hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:12]

    @property
    def for_people(self) -> bool:
        """Whether something of this lab is for a person to look at."""
        return self.lab in lab_ids() and bool(shown_lab(self.lab).manifest.humain)


@dataclass(frozen=True)
class Library:
    """All that was found."""

    results: tuple[Found, ...]
    workspaces: tuple[Found, ...]

    def of(self, among: Sequence[Found], key: str) -> Found:
        """Returns what a key names.

        Raises:
            HTTPException: 404: nothing.
        """
        found = next((one for one in among if one.key == key), None)
        if found is None:
            raise HTTPException(404)
        return found


def look_for(folders: Sequence[Path]) -> Library:
    """Finds results and workspaces in folders and below.

    Raises:
        UsageProblem: One of the folders is not there, or has nothing to show.
    """
    results: dict[Path, Found] = {}
    workspaces: dict[Path, Found] = {}
    for folder in folders:
        if not folder.is_dir():
            raise UsageProblem(
                f"« {folder} » n'est pas un dossier : donnez celui que « etabli grade » a écrit, ou un espace de "
                "travail."
            )
        nothing = True
        for path in _below(folder.resolve()):
            if (path / RESULTS).is_file() and (path / "index.html").is_file():
                results[path], nothing = _results(path), False
            elif is_workspace(path) and (path / PAGE).is_file():
                workspaces[path], nothing = _workspace(path), False
        if nothing:
            raise UsageProblem(
                f"Rien à ouvrir dans « {folder} » : lancez d'abord « etabli grade » ou « etabli check », ou donnez un "
                "autre dossier."
            )
    newest = sorted(results.values(), key=lambda one: one.at, reverse=True)
    return Library(tuple(newest), tuple(workspaces.values()))


def _below(folder: Path, depth: int = 0) -> Iterator[Path]:
    yield folder
    if depth == _DEEPEST or (folder / RESULTS).is_file() or is_workspace(folder):
        return
    try:
        inside = sorted(folder.iterdir())
    except OSError:
        return
    for path in inside:
        if path.is_dir() and not path.is_symlink() and not path.name.startswith("."):
            yield from _below(path, depth + 1)


def _results(folder: Path) -> Found:
    try:
        told = json.loads((folder / RESULTS).read_text("utf-8"))
        runs = [str(run["status"]) for run in told["results"]]
        title, lab = str(told["lab"]["title"]), str(told["lab"]["id"])
        session, at = told.get("session"), read_moment(told["generated_at"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageProblem(
            f"« {folder / RESULTS} » est abîmé : relancez « etabli grade » vers ce dossier, qui l'écrit de nouveau."
        ) from error
    hand_ins = read_hand_ins(folder)
    class_name = hand_ins.class_name if hand_ins else None
    learners = len(hand_ins.entries) if hand_ins else len(runs)
    return Found(folder, title, lab, class_name, session, at, learners, sum(status not in _USUAL for status in runs))


def _workspace(folder: Path) -> Found:
    memo = read_workspace(folder).memo
    title = shown_lab(memo.lab).manifest.title if memo.lab in lab_ids() else memo.lab
    at = datetime.fromtimestamp((folder / PAGE).stat().st_mtime).astimezone()
    return Found(folder, title, memo.lab, memo.candidate, memo.session, at, 1, 0)


class Key:
    """The way in of one person: a token that serves once, then a cookie.

    Args:
        port: Cookies do not know ports: theirs is in the cookie's name.
    """

    def __init__(self, port: int) -> None:
        self.name = f"etabli-{port}"
        self.token: str | None = secrets.token_urlsafe(32)
        self._cookie = secrets.token_urlsafe(32)

    def use(self, token: str) -> str | None:
        """Spends the token; returns the cookie's value, ``None`` when it is another token or was spent."""
        right = self.token is not None and hmac.compare_digest(token.encode(), self.token.encode())
        if not right:
            return None
        self.token = None
        return self._cookie

    def opens(self, cookie: str | None) -> bool:
        """Tells whether a cookie is the one that was given."""
        return cookie is not None and hmac.compare_digest(cookie.encode(), self._cookie.encode())


class Locked:
    """Lets nobody through who has not the cookie, the way in apart."""

    def __init__(self, app: ASGIApp, key: Key) -> None:
        self.app = app
        self.key = key

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers, or refuses."""
        if scope["type"] == "http":
            request = Request(scope)
            token = request.query_params.get("jeton", "") if request.url.path == "/" else ""
            if token and (cookie := self.key.use(token)):
                response: Response = RedirectResponse("/", 303)
                response.set_cookie(self.key.name, cookie, httponly=True, samesite="strict", path="/")
                await response(scope, receive, send)
                return
            if not self.key.opens(request.cookies.get(self.key.name)):
                sentence = "Cette adresse a déjà servi, ou n'est pas la bonne : relancez « etabli ouvrir »."
                await _refusal(sentence, 403)(scope, receive, send)
                return
        await self.app(scope, receive, send)


def _refusal(sentence: str, status: int) -> Response:
    return written("refus.html.j2", _zone(), status, person=None, path="", sentence=sentence, back="Revenir à la liste")


def _zone() -> tzinfo:
    return datetime.now().astimezone().tzinfo or UTC


Shown = Callable[[Library, Request, dict[str, str | UploadFile]], Response]


def _answer(function: Shown, library: Library) -> Callable[[Request], Any]:
    async def endpoint(request: Request) -> Response:
        form = dict(await request.form(max_files=2, max_fields=20)) if request.method == "POST" else {}
        try:
            return await run_in_threadpool(function, library, request, form)
        except EtabliError as problem:
            raise HTTPException(409, str(problem)) from problem
        finally:
            await request.close()  # the files of a form

    return endpoint


def _index(library: Library, request: Request, form: dict[str, str | UploadFile]) -> Response:
    return written("ouvrir.html.j2", _zone(), person=None, path="/", library=library)


def _page(library: Library, request: Request, form: dict[str, str | UploadFile]) -> Response:
    found, name = library.of(library.results, request.path_params["key"]), request.path_params["name"] or "index.html"
    return shelf.shown(found.folder, name, ours=exports.is_ours(name))


def _verification(library: Library, request: Request, form: dict[str, str | UploadFile]) -> Response:
    found, name = library.of(library.workspaces, request.path_params["key"]), request.path_params["name"] or PAGE
    if name != PAGE and not name.startswith(".etabli/verifications/"):
        raise HTTPException(404)
    return shelf.shown(found.folder, name, ours=name == PAGE)


def _gradebook(library: Library, request: Request, form: dict[str, str | UploadFile]) -> Response:
    found = library.of(library.results, request.path_params["key"])
    named = bool(request.query_params.get("noms"))
    return exports.gradebook_of(found.folder, request.path_params["form"], named=named)


def _moodle(library: Library, request: Request, form: dict[str, str | UploadFile]) -> Response:
    found, sent = library.of(library.results, request.path_params["key"]), form.get("formulaire")
    if not isinstance(sent, UploadFile) or not sent.filename:
        raise UsageProblem("Aucun formulaire n'est arrivé : choisissez le fichier .csv téléchargé de Moodle.")
    content = sent.file.read(exports.LARGEST + 1)
    return exports.moodle_of(found.folder, sent.filename, content, replace=bool(form.get("remplacer")))


@dataclass
class Signing:
    """How the person who appreciates signs (typed once, and offered again), and what reads for them."""

    author: str = ""
    reader: appreciating.Reader | None = None
    """What reads the text of documents here."""


def _desk(library: Library, request: Request, signing: Signing) -> appreciating.Desk:
    found = library.of(library.results, request.path_params["key"])
    if not found.for_people:
        raise HTTPException(404)
    place = Place(folder_of(found.folder), shown_lab(found.lab), in_force().referentiel)
    grid = grid_of(found.folder, place)
    last = max(grid.said.appreciations, key=lambda one: one.le, default=None)
    author = signing.author or (last.par if last else "")
    base, back = f"/apprecier/{found.key}", ("/", "Résultats")
    return appreciating.Desk(
        grid, base, back, author, signed=False, now=datetime.now().astimezone(), reader=signing.reader
    )


def _appreciate(signing: Signing, library: Library, request: Request, form: dict[str, str | UploadFile]) -> Response:
    desk = _desk(library, request, signing)
    if request.method != "POST":
        return _grid(desk, dict(request.query_params))
    program = "application/json" in request.headers.get("accept", "")
    try:
        saved = appreciating.saved(desk, form)
    except EtabliError as problem:
        if program:
            return JSONResponse({"error": str(problem)}, 409)
        return _grid(desk, {name: str(form.get(name, "")) for name in ("eleve", "critere", "ordre")}, str(problem))
    signing.author = str(form.get("par", "")).strip()
    return JSONResponse(saved.facts(desk)) if program else RedirectResponse(saved.go, 303)


def _grid(desk: appreciating.Desk, query: dict[str, str], wrong: str | None = None) -> Response:
    told = appreciating.shown(desk, query, wrong)
    return written("apprecier.html.j2", _zone(), 409 if wrong else 200, person=None, path=desk.base, **told)


def _piece(signing: Signing, library: Library, request: Request, form: dict[str, str | UploadFile]) -> Response:
    desk = _desk(library, request, signing)
    return appreciating.fetched(desk, request.path_params["eleve"], request.path_params["name"])


async def _refused(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    told = error.detail if isinstance(error, HTTPException) else ""
    usual = {404: "Cette page n'existe pas.", 405: "Cette adresse ne s'utilise pas ainsi."}
    sentence = usual.get(status, told or "Établi a eu un incident : rechargez la page.")
    return _refusal(sentence, status)


def build(library: Library, key: Key, port: int, reader: appreciating.Reader | None = None) -> Starlette:
    """Builds the application of one person.

    Args:
        library: What is shown.
        key: The way in.
        port: Where it listens, on 127.0.0.1.
        reader: Reads the text of documents that learners handed in.
    """
    signing = Signing(reader=reader)
    routes = [
        Mount("/statique", StaticFiles(directory=HERE / "static")),
        Route("/", _answer(_index, library)),
        Route("/resultats/{key}/{name:path}", _answer(_page, library)),
        Route("/espaces/{key}/{name:path}", _answer(_verification, library)),
        Route("/export/{key}/moodle", _answer(_moodle, library), methods=["POST"]),
        Route("/export/{key}/{form}", _answer(_gradebook, library)),
        Route("/apprecier/{key}", _answer(partial(_appreciate, signing), library), methods=["GET", "POST"]),
        Route("/apprecier/{key}/rendu/{eleve}/{name:path}", _answer(partial(_piece, signing), library)),
    ]
    origins = (f"http://127.0.0.1:{port}", f"http://localhost:{port}")
    return Starlette(
        routes=routes,
        middleware=[Middleware(Guard, origins=origins), Middleware(Locked, key=key)],
        exception_handlers={HTTPException: _refused, Exception: _refused},
    )
