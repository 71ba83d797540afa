"""The `http` fixture: requests to the candidate's site without a browser.

The name of the site is never looked up: requests go to the candidate's address with the site's ``Host``.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import urljoin, urlsplit

import requests

from etabli.exam.contract.causes import Cause, failed
from etabli.exam.contract.values import Response
from etabli.exam.runner.ready import Readiness
from etabli.exam.runner.recorder import Recorder
from etabli.exam.runner.request import ExamRequest
from etabli.exam.runner.translate import from_http

MAX_BODY: Final = 5 * 1024 * 1024
MAX_REDIRECTS: Final = 10
_CHUNK = 64 * 1024
_MOVES = frozenset({301, 302, 303, 307, 308})
Data = Mapping[str, str] | list[tuple[str, str]]


class Http:
    """A client with its own cookies; each check starts with a new one.

    Args:
        request: The exam: origin and address.
        readiness: Whether the application listens.
        recorder: Where actions go.
    """

    def __init__(self, request: ExamRequest, readiness: Readiness, recorder: Recorder) -> None:
        self._request = request
        self._readiness = readiness
        self._recorder = recorder
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers.update({"User-Agent": "Mozilla/5.0 (X11; Linux x86_64)", "Accept-Language": "fr"})

    def get(
        self,
        path: str = "/",
        *,
        headers: Mapping[str, str] | None = None,
        timeout: float = 15,
        redirects: bool = True,
    ) -> Response:
        """Asks for a path or an address of the site; redirects are followed, 10 at most, on the site only.

        A status of 404 or 500 is an answer like another: look at ``status``.

        Example:
            answer = http.get("/fiche.php?id=999999")
            if answer.status != 404: raise Failed(...)

        Raises:
            Failed: No answer, none in time, a broken one, or a redirect that never ends or leaves the site.
        """
        return self._go("GET", path, None, headers, timeout, redirects)

    def post(
        self,
        path: str,
        data: Data | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        timeout: float = 15,
        redirects: bool = True,
    ) -> Response:
        """Sends form data (urlencoded); otherwise like `get`."""
        return self._go("POST", path, data or {}, headers, timeout, redirects)

    def session(self) -> Http:
        """Another visitor of the same site, with no cookie in common."""
        return Http(self._request, self._readiness, self._recorder)

    def cookies(self) -> dict[str, str]:
        """Cookies received so far."""
        return {cookie.name: cookie.value or "" for cookie in self._session.cookies}

    def close(self) -> None:
        """Lets connections go."""
        self._session.close()

    # -- inside

    def _go(
        self,
        method: str,
        path: str,
        data: Data | None,
        headers: Mapping[str, str] | None,
        timeout: float,
        redirects: bool,
    ) -> Response:
        with self._recorder.action("http", method.lower(), path) as note:
            address, deadline = self._address(path), time.monotonic() + timeout
            self._readiness.require()
            answer = self._one(method, address, data, headers, deadline)
            history: list[int] = []
            while redirects and answer.status in _MOVES and "location" in answer.headers:
                if len(history) >= MAX_REDIRECTS:
                    raise failed(Cause.LOOP, path)
                history.append(answer.status)
                address = self._address(urljoin(answer.url, _latin(answer.headers["location"])))
                if answer.status not in (307, 308):
                    method, data = "GET", None
                answer = self._one(method, address, data, headers, deadline)
            final = replace(answer, history=tuple(history))
            self._recorder.last["http"] = final
            note.result = f"{final.status} {len(final.body)} o"
            return final

    def _address(self, path: str) -> str:
        with from_http(path):
            address = urljoin(f"{self._request.origin.rstrip('/')}/", path)
            parts = urlsplit(address)
            port = f":{parts.port}" if parts.port else ""
        if parts.scheme != "http" or f"{parts.hostname}{port}" != self._request.netloc:
            raise failed(Cause.ELSEWHERE, address)
        return address.split("#")[0]

    def _one(
        self, method: str, address: str, data: Data | None, headers: Mapping[str, str] | None, deadline: float
    ) -> Response:
        place = f"{self._request.address}:{self._request.port}"
        parts = urlsplit(address)
        target = f"http://{place}{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
        sent = {"Host": self._request.netloc, **(headers or {})}
        left = max(0.1, deadline - time.monotonic())
        with self._recorder.wait(), from_http(parts.path), self._session.request(
            method, target, data=data, headers=sent, timeout=left, stream=True, allow_redirects=False
        ) as raw:  # fmt: skip
            body, truncated = _read(raw, deadline, parts.path)
            return Response(raw.status_code, raw.headers, body, address, (), truncated)


def _read(raw: requests.Response, deadline: float, path: str) -> tuple[bytes, bool]:
    body = bytearray()
    while chunk := raw.raw.read1(_CHUNK, decode_content=True):  # what has come, without waiting for a full chunk
        body += chunk
        if len(body) > MAX_BODY:
            return bytes(body[:MAX_BODY]), True
        if time.monotonic() > deadline:
            raise failed(Cause.SLOW, path)
    return bytes(body), False


def _latin(location: str) -> str:
    """A ``Location`` header comes as latin-1 text; servers mean UTF-8."""
    try:
        return location.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return location
