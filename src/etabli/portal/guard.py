"""What every request to the portal goes through, before any page: whom it is for, where it comes from.

Learners' pages are on subdomains, which browsers take for the same *site*: SameSite cookies protect nothing from them.
So every write says its origin, and it must be the portal's.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

STATIC = "/statique/"
"""What is ours and the same for all: browsers keep it, and ask each time whether it has changed."""
SAFE = ("GET", "HEAD", "OPTIONS")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
"""Unless the page says otherwise itself."""


class Guard:
    """Lets through what is for the portal and, for a write, comes from one of its own pages.

    Args:
        app: What answers.
        origins: The portal's origins.
        elsewhere: Paths that Caddy asks for other hosts: they look at the host themselves, and write nothing.
    """

    def __init__(self, app: ASGIApp, origins: Iterable[str], elsewhere: Iterable[str] = ()) -> None:
        self.app = app
        self.origins = frozenset(origins)
        self.hosts = frozenset(origin.partition("://")[2] for origin in self.origins)
        self.elsewhere = frozenset(elsewhere)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers, or refuses."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if why := self._refused(Headers(scope=scope), scope):
            await PlainTextResponse(why, 403)(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-cache" if scope["path"].startswith(STATIC) else "no-store")
            await send(message)

        await self.app(scope, receive, guarded)

    def _refused(self, headers: Headers, scope: Scope) -> str | None:
        if scope["path"] in self.elsewhere:
            return None if scope["method"] in SAFE else "Rien ne s'écrit ici."
        if headers.get("host", "").lower() not in self.hosts:
            return "Cette adresse n'est pas celle de la salle."
        if scope["method"] in SAFE:
            return None if own_or_link(headers) else "Une autre page demande celle-ci : ouvrez-la vous-même."
        origin = headers.get("origin")
        if origin is None and headers.get("sec-fetch-site") == "same-origin":
            return None
        return None if origin in self.origins else "Cette demande vient d'une autre page : revenez à la salle."


def own_or_link(headers: Mapping[str, str]) -> bool:
    """Tells a reading that a page of this origin asks for, or that a person does by following a link, from the others.

    A neighbour's page can have the visitor's browser ask for a picture, a frame or a page to come, with our cookie:
    it sees nothing of the answer, but some readings leave a trace (a teacher has looked, a learner is there).
    """
    site = headers.get("sec-fetch-site", "none")
    if site == "same-origin":
        return True
    if "sec-purpose" in headers:  # ahead of time, for nobody to see yet; whoever asked, Chromium says that nobody did
        return False
    followed = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest", "document") == "document"
    return site == "none" or followed


class Told:
    """Keeps a mistake of ours, once it was told, from cutting a line that the front uses for others too.

    Args:
        app: What answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers."""
        over = False

        async def told(message: Message) -> None:
            nonlocal over
            await send(message)
            over = message["type"] == "http.response.body" and not message.get("more_body", False)

        try:
            await self.app(scope, receive, told)
        except Exception:
            if not over:
                raise
            logging.getLogger("uvicorn.error").exception("incident")
