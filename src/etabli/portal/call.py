"""A call: a request with who asks it, read entirely; answers are plain functions, run beside the event loop."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import anyio
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from etabli.classroom import people, sign_ins
from etabli.classroom.jobs import Jobs
from etabli.classroom.sign_ins import COOKIE, SignIn
from etabli.classroom.state import Classroom
from etabli.classroom.tables import Person, Role
from etabli.exam.contract.errors import EtabliError
from etabli.portal.numbers import number_in
from etabli.portal.pages import weight

FORM_LIMIT = 64 * 1024
SENT_LIMIT = 6_000_000
"""Bytes of a form with a file: a list, a worksheet."""
_BEFORE_A_CODE = ("/code", "/connexion", "/deconnexion")
"""All that a code which serves once opens, until another is chosen."""


class NotSignedIn(Exception):
    """Nobody is signed in here: the way in is shown, and leads back."""


@dataclass(frozen=True)
class Call:
    """A request, and who asks."""

    request: Request
    room: Classroom
    jobs: Jobs
    sign_in: SignIn | None
    form: Mapping[str, str | UploadFile] = field(default_factory=dict)
    body: bytes = b""

    @property
    def person(self) -> Person:
        """Who asks.

        Raises:
            NotSignedIn: Nobody we know.
        """
        if self.sign_in is None:
            raise NotSignedIn
        return self.sign_in.person

    def as_(self, *roles: Role) -> Person:
        """Returns who asks, of one of these roles.

        Raises:
            NotSignedIn: Nobody we know.
            HTTPException: 404: to others, the page is not there.
        """
        if self.person.role not in roles:
            raise HTTPException(404)
        return self.person

    def text(self, name: str) -> str:
        """Returns a field of the form, without spaces around; empty when it is not there."""
        value = self.form.get(name, "")
        return value.strip() if isinstance(value, str) else ""

    def json(self) -> dict[str, Any]:
        """Returns the body, a JSON object.

        Raises:
            HTTPException: 400: it is none.
        """
        try:
            found = json.loads(self.body)
        except ValueError as error:
            raise HTTPException(400, "La demande est illisible : rechargez la page.") from error
        if not isinstance(found, dict):
            raise HTTPException(400, "La demande est illisible : rechargez la page.")
        return found

    def path(self, name: str) -> str:
        """Returns a part of the address."""
        return str(self.request.path_params[name])

    def now(self) -> datetime:
        """Returns the server's instant."""
        return self.room.now()


Answer = Callable[[Call], Response]


def answer(function: Answer, at_once: int | None = None) -> Callable[[Request], Any]:
    """Makes an endpoint of a plain function of a call.

    Args:
        function: What answers.
        at_once: How many of it may run at the same time, when each is heavy: the rest wait, without taking the threads
            that others need.
    """
    limiter = anyio.CapacityLimiter(at_once) if at_once else None

    @functools.wraps(function)
    async def endpoint(request: Request) -> Response:
        form: Mapping[str, str | UploadFile] = {}
        body = b""
        if request.method in ("POST", "PUT", "DELETE", "PATCH"):
            kind = request.headers.get("content-type", "")
            if kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
                await _expect_small(request, FORM_LIMIT if kind.startswith("application") else SENT_LIMIT)
                form = await request.form(max_files=20, max_fields=400)
            else:
                body = await _limited(request, FORM_LIMIT)
        try:
            return await anyio.to_thread.run_sync(_answered, function, request, form, body, limiter=limiter)
        finally:
            await request.close()  # the files of a form

    return endpoint


async def _expect_small(request: Request, limit: int) -> None:
    """Makes sure, before a form is read, that it is none too heavy; only who is signed in sends a file.

    Raises:
        NotSignedIn: Nobody we know sends a file.
        HTTPException: 411 or 413.
    """
    length = announced(request)
    if length is None:
        raise HTTPException(411, "L'envoi n'annonce pas sa taille : recommencez depuis la page.")
    if length > limit:
        raise HTTPException(413, f"L'envoi pèse plus de {weight(limit)} : envoyez un fichier plus léger.")
    if limit > FORM_LIMIT and await run_in_threadpool(signed_in, request) is None:
        raise NotSignedIn


def announced(request: Request) -> int | None:
    """Returns how many bytes a request says that it has; ``None`` when it says nothing sensible."""
    return number_in(request.headers.get("content-length", ""), digits=15)


async def _limited(request: Request, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise HTTPException(413, "C'est trop long.")
        parts.append(part)
    return b"".join(parts)


def _answered(function: Answer, request: Request, form: Mapping[str, str | UploadFile], body: bytes) -> Response:
    room: Classroom = request.app.state.room
    found = signed_in(request)
    if found and found.person.once and request.url.path not in _BEFORE_A_CODE:
        return see_other("/code")
    try:
        return function(Call(request, room, request.app.state.jobs, found, form, body))
    except EtabliError as problem:
        raise HTTPException(409, str(problem)) from problem


def signed_in(request: Request) -> SignIn | None:
    """Returns who is signed in on the portal, by the request's cookie."""
    room: Classroom = request.app.state.room
    return sign_ins.find(room, request.cookies.get(COOKIE), room.hosts.name)


def wants_json(request: Request) -> bool:
    """Tells whether a program asks."""
    return request.url.path.startswith("/api/") or "application/json" in request.headers.get("accept", "")


def see_other(path: str) -> Response:
    """Sends a browser to another page of the portal, which it asks for anew."""
    return RedirectResponse(path, 303)


def as_json(facts: Any, status: int = 200) -> Response:
    """Answers a program."""
    return JSONResponse(facts, status, headers={"Cache-Control": "no-store"})


def teaches_class(db: Session, person: Person, class_id: int | None) -> None:
    """Makes sure that a teacher has a class.

    Raises:
        HTTPException: 404: to others it is not there.
    """
    if not people.teaches(db, person, class_id):
        raise HTTPException(404)
