"""Following: a verification told as it goes, to each page that listens; so many for a person, no more."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from etabli.classroom import verifications, workspaces
from etabli.classroom.state import Classroom
from etabli.classroom.tables import Person, Progress, VerificationRow
from etabli.portal.call import signed_in

MOST: Final = 8
"""Streams of one person at once: each asks the database twice a second. The page tries again by itself."""
_POLL_S = 0.4
_BEAT_S = 15.0
_open: Counter[tuple[Classroom, int]] = Counter()
"""How many streams each person of a room has, in this process; one runs the portal."""


def page_of(token: str) -> str:
    """Returns where the page of the last verification of a workspace is."""
    return f"/espace/{token}/verification/"


async def follow(request: Request) -> Response:
    """Streams a verification: its place in the queue, its findings, its end; from the beginning at each call.

    Raises:
        HTTPException: 404: it is not this person's to see; 429: they follow too many already.
    """
    room: Classroom = request.app.state.room
    found = await run_in_threadpool(signed_in, request)
    number = int(request.path_params["id"])
    if found is None or not await run_in_threadpool(_may_follow, room, found.person, number):
        raise HTTPException(404)
    whose = (room, found.person.id)
    if _open[whose] >= MOST:
        raise HTTPException(429, "Cette vérification est déjà suivie dans trop de pages : fermez-en une.")
    _open[whose] += 1
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return _Followed(whose, _told(room, number), media_type="text/event-stream", headers=headers)


class _Followed(StreamingResponse):
    """A stream that is counted until it ends, however it ends."""

    def __init__(self, whose: tuple[Classroom, int], *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._whose = whose

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            _open[self._whose] -= 1


def _may_follow(room: Classroom, person: Person, number: int) -> bool:
    with room.work() as db:
        one = db.get(VerificationRow, number)
        return one is not None and workspaces.enter(db, room, person, one.token) is not None


async def _told(room: Classroom, number: int) -> AsyncIterator[str]:
    said: dict[str, Any] = {"attempt": 0, "after": 0, "place": None}
    silent = 0.0
    while True:
        events, over = await run_in_threadpool(_news, room, number, said)
        for name, facts in events:
            yield f"event: {name}\ndata: {json.dumps(facts, ensure_ascii=False)}\n\n"
        if over:
            return
        silent = 0.0 if events else silent + _POLL_S
        if silent >= _BEAT_S:
            silent = 0.0
            yield ": toujours là\n\n"
        await asyncio.sleep(_POLL_S)


def _news(room: Classroom, number: int, said: dict[str, Any]) -> tuple[list[tuple[str, Any]], bool]:
    """Returns what has not been said yet of a verification, and whether that is all."""
    events: list[tuple[str, Any]] = []
    with room.work() as db:
        one = db.get_one(VerificationRow, number)
        rank = verifications.rank(db, room, one)
        if one.state is Progress.QUEUED and said["place"] != rank.ahead:
            said["place"] = rank.ahead
            events.append(("place", {"rank": rank.ahead, "eta_s": round(rank.eta_s)}))
        if one.attempts > said["attempt"]:
            said["attempt"], said["after"] = one.attempts, 0
            events.append(("begin", {"total": one.total, "eta_s": round(rank.eta_s)}))
        for finding in verifications.findings(db, one, said["after"]):
            said["after"] = finding.number
            facts = {"check": finding.check, "title": finding.title, "outcome": finding.outcome}
            events.append(("finding", facts))
        if one.state.over:
            page_ = page_of(one.token) if one.state is Progress.DONE else None
            at = one.ended_at.isoformat(timespec="seconds") if one.ended_at else None
            events.append(("end", {"state": one.state.value, "page": page_, "summary": one.said, "at": at}))
    return events, one.state.over
