"""The `http` fixture: requests to the candidate's site without a browser.

The name of the site is never looked up: requests go to the candidate's address with the site's ``Host``. On the wire
they look like the browser's own navigations: :mod:`etabli.exam.tools.own_headers`.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, closing
from dataclasses import replace
from http.client import HTTPException
from select import select
from typing import Final
from urllib.parse import urlsplit

import requests
from urllib3 import BaseHTTPResponse, HTTPConnectionPool
from urllib3.connection import HTTPConnection
from urllib3.exceptions import ProtocolError

from etabli.exam.contract.addresses import form_encoded, joined, parts_of
from etabli.exam.contract.causes import Cause, failed
from etabli.exam.contract.values import Response
from etabli.exam.runner.ready import Readiness
from etabli.exam.runner.recorder import Recorder
from etabli.exam.runner.request import ExamRequest
from etabli.exam.runner.translate import from_http
from etabli.exam.tools.cookies import Cookie, Jar
from etabli.exam.tools.encodings import decoded
from etabli.exam.tools.own_headers import OwnHeaders, merged
from etabli.exam.tools.referrer import heed, policy_of
from etabli.exam.tools.relay import Relay, Shared

MAX_BODY: Final = 5 * 1024 * 1024
MAX_REDIRECTS: Final = 10
_CHUNK = 64 * 1024
_MOVES = frozenset({301, 302, 303, 307, 308})
Data = Mapping[str, str] | list[tuple[str, str]] | str | bytes


class Http:
    """A client with its own cookies; each check starts with a new one.

    Args:
        request: The exam: origin and address.
        own_headers: Whose headers are sent.
        readiness: Whether the application listens.
        recorder: Where actions go.
        cookies: Those that it has.
        relay: Whose connections `lead` uses, and leaves to the browser; its own without.
    """

    def __init__(
        self,
        request: ExamRequest,
        own_headers: OwnHeaders,
        readiness: Readiness,
        recorder: Recorder,
        cookies: Iterable[Cookie] = (),
        relay: Relay | None = None,
    ) -> None:
        self._request = request
        self._own_headers = own_headers
        self._readiness = readiness
        self._recorder = recorder
        self._relay = relay
        self._pool = (
            Shared(request.address, request.port, relay=relay)
            if relay
            else HTTPConnectionPool(request.address, request.port)
        )
        self._jar, self._heard = Jar(cookies), list[Cookie]()

    def get(
        self,
        path: str = "/",
        *,
        sent_from: str = "",
        headers: Mapping[str, str] | None = None,
        timeout: float = 15,
        redirects: bool = True,
    ) -> Response:
        """Asks for a path or an address of the site, as if it were typed; 10 redirects are followed, on the site only.

        With `sent_from`, it is as a link of that page leads there: one of this site, or of another.

        A status of 404 or 500 is an answer like another: look at ``status``.

        Example:
            answer = http.get("/fiche.php?id=999999")
            if answer.status != 404: raise Failed(...)

        Raises:
            Failed: No answer, none in time, a broken one, or a redirect that never ends or leaves the site.
        """
        return self._go(path, None, sent_from, headers, timeout, redirects)

    def post(
        self,
        path: str,
        data: Data | None = None,
        *,
        sent_from: str = "",
        headers: Mapping[str, str] | None = None,
        timeout: float = 15,
        redirects: bool = True,
    ) -> Response:
        """Sends form data (urlencoded); otherwise like `get`.

        Args:
            path: Where the form is sent.
            data: What it holds; bytes as they go on the wire, whose type is one of `headers`.
            sent_from: The address of the page that holds the form: of this site (``/`` by default), or of another one.
            headers: Those to send instead of the browser's, or besides.
            timeout: Seconds.
            redirects: Whether they are followed.
        """
        return self._go(path, data or {}, sent_from, headers, timeout, redirects)

    def post_twice(self, path: str, data: Data, pause: float, *, sent_from: str = "", timeout: float = 15) -> None:
        """Sends form data again `pause` seconds after the first time, whose answer is not awaited: a double click.

        Both have the same cookies. No redirect is followed, and what is answered is not read any further.

        Raises:
            Failed: As for `get`.
        """
        with self._recorder.action("http", "post_twice", path) as note, self._recorder.wait(), from_http(path):
            self._readiness.require()
            asked, body = self._prepared(address := self._address(path), data)
            mine = self._own_headers.headers(self._request.origin.rstrip("/"), form=True, sent_from=sent_from)
            headers = self._in_order(address, body, mine)
            with ExitStack() as both:
                lines = [
                    both.enter_context(
                        closing(HTTPConnection(self._request.address, self._request.port, timeout=timeout))
                    )
                    for _time in range(2)
                ]
                try:
                    told = list[int]()
                    for number, line in enumerate(lines):
                        time.sleep(pause if number else 0)
                        if number and select([lines[0].sock], [], [], 0)[0]:  # it leaves its place to the second one
                            told.append(lines[0].getresponse().status)
                            lines[0].close()
                        line.request("POST", asked.path_url, body, headers, preload_content=False)
                    told += [line.getresponse().status for line in lines[len(told) :]]
                    note.result = " ".join(map(str, told))
                except (OSError, HTTPException) as error:  # as a pool says it
                    raise ProtocolError("Connection aborted.", error) from error

    def lead(
        self,
        address: str,
        cookies: Iterable[Cookie],
        *,
        sent_from: str = "",
        body: str | None = None,
        timeout: float = 15,
    ) -> tuple[Response, list[Cookie]]:
        """Asks for an address with a browser's cookies, as a link or a form of the page `sent_from` leads there.

        Without that page it is as if it were typed; `body` is what a form sends by POST, as it goes on the wire.

        Returns:
            The answer, and the cookies that it changes, in their order; those that are over as well.

        Raises:
            Failed: As for `get`.
        """
        self._jar, self._heard = Jar(cookies), []
        answer = self._followed(address, body, sent_from, {}, timeout, link=bool(sent_from) and body is None)
        if self._relay:
            self._relay.give_back()
        return answer, self._heard

    def session(self, cookies: Iterable[Cookie] = ()) -> Http:
        """Another visitor of the same site, with these cookies only."""
        return Http(self._request, self._own_headers, self._readiness, self._recorder, cookies)

    def cookies(self) -> dict[str, str]:
        """Cookies received so far."""
        return {cookie.name: cookie.value for cookie in self._jar}

    def close(self) -> None:
        """Lets connections go."""
        self._pool.close()

    # -- inside

    def _go(
        self,
        path: str,
        data: Data | None,
        sent_from: str,
        headers: Mapping[str, str] | None,
        timeout: float,
        redirects: bool,
    ) -> Response:
        with self._recorder.action("http", "get" if data is None else "post", path) as note:
            link = bool(sent_from) and data is None
            final = self._followed(path, data, sent_from, headers or {}, timeout, redirects=redirects, link=link)
            self._recorder.last["http"] = final
            note.result = f"{final.status} {len(final.body)} o"
            return final

    def _followed(
        self,
        path: str,
        data: Data | None,
        sent_from: str,
        headers: Mapping[str, str],
        timeout: float,
        *,
        redirects: bool = True,
        link: bool = False,
    ) -> Response:
        form, origin = data is not None, self._request.origin.rstrip("/")
        address, deadline = self._address(path), time.monotonic() + timeout
        self._readiness.require()
        mine = self._own_headers.headers(origin, form=form, sent_from=sent_from, link=link)
        answer = self._one(address, data, merged(mine, headers), deadline)
        history: list[int] = []
        how, policy = {"form": form, "link": link}, None
        while redirects and answer.status in _MOVES and "location" in answer.headers:
            if len(history) >= MAX_REDIRECTS:
                raise failed(Cause.LOOP, path)
            history.append(answer.status)
            address = self._address(_latin(answer.headers["location"]), answer.url)
            if answer.status not in (307, 308):
                data, how = None, {"after": form, "link": link}
            policy = policy_of(answer.headers) if "referrer-policy" in answer.headers else policy
            mine = self._own_headers.headers(origin, sent_from=sent_from, policy=policy, moved=not form, **how)
            answer = self._one(address, data, merged(mine, headers), deadline)
        return replace(answer, history=tuple(history))

    def _address(self, path: str, base: str = "") -> str:
        address = joined(base or f"{self._request.origin.rstrip('/')}/", path)
        parts = parts_of(address)
        port = f":{parts.port}" if parts and parts.port else ""
        if parts is None or parts.scheme != "http" or f"{parts.hostname}{port}" != self._request.netloc:
            raise failed(Cause.ELSEWHERE, address or path)
        return address.split("#")[0]

    def _one(self, address: str, data: Data | None, headers: Mapping[str, str], deadline: float) -> Response:
        parts = urlsplit(address)
        asked, body = self._prepared(address, data)
        asked.headers = self._in_order(address, body, headers)
        left = max(0.1, deadline - time.monotonic())
        with self._recorder.wait(), from_http(parts.path):
            raw = self._pool.urlopen(
                "GET" if body is None else "POST", asked.path_url, body, asked.headers, retries=False, redirect=False,
                timeout=left, preload_content=False, decode_content=False, chunked=False,
            )  # fmt: skip
            try:
                told = requests.structures.CaseInsensitiveDict(raw.headers)
                self._heard += self._jar.hear(address, raw.headers.getlist("set-cookie"))
                content, truncated = _read(raw, deadline, parts.path)
                if raw.status not in _MOVES:
                    heed(self._own_headers.policies, address, told, content.decode("latin-1"))
                return Response(raw.status, told, content, address, (), truncated)
            finally:
                raw.close()
                raw.release_conn()

    def _prepared(self, address: str, data: Data | None) -> tuple[requests.PreparedRequest, str | bytes | None]:
        """What is asked for at an address, its headers still to come, and the body."""
        parts, place = urlsplit(address), f"{self._request.address}:{self._request.port}"
        asked = requests.PreparedRequest()
        asked.prepare_url(f"http://{place}{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}", None)
        asked.headers = requests.structures.CaseInsensitiveDict({"Host": self._request.netloc})
        return asked, None if data is None else data if isinstance(data, str | bytes) else form_encoded(data)

    def _in_order(
        self, address: str, body: str | bytes | None, headers: Mapping[str, str]
    ) -> requests.structures.CaseInsensitiveDict[str]:
        """The headers as they go on the wire: the browser's, the length of the body in its place, cookies last."""
        length = {} if body is None else {"Content-Length": str(len(body))}
        jar = self._jar.header(address)
        cookies = {name: value for name, value in headers.items() if name.lower() == "cookie"} or (
            {"Cookie": jar} if jar else {}
        )
        others = {name: value for name, value in merged(headers, length).items() if name.lower() != "cookie"}
        return requests.structures.CaseInsensitiveDict(others | cookies)


def _read(raw: BaseHTTPResponse, deadline: float, path: str) -> tuple[bytes, bool]:
    body = bytearray()
    chunks = iter(lambda: raw.read1(_CHUNK, decode_content=False), b"")  # what has come: no full one is waited for
    for piece in decoded(chunks, raw.headers.get("content-encoding", "")):
        body += piece
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
