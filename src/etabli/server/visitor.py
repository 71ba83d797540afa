"""A person at a PC, without the browser: speaks to a room as its pages do, through the front, under its certificate."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from etabli.classroom.hosts import Hosts
from etabli.exam.contract.errors import EtabliError

_LIMIT_S = 120.0


class Refused(EtabliError):
    """The room answered something else than what was asked for."""

    def __init__(self, status: int, what: str, said: str) -> None:
        super().__init__(f"{what} : {status} {said[:300]}")
        self.status = status


@dataclass(frozen=True)
class Reply:
    """An answer, read entirely."""

    status: int
    headers: dict[str, str]
    """By lower-case name; of several of one name, the last."""
    body: bytes

    def json(self) -> Any:
        """Returns the body as data."""
        return json.loads(self.body)


@dataclass
class Visitor:
    """One person's cookies and connections.

    Args:
        hosts: The names of the room.
        root: The certificate that the PC trusts; the system's own when there is none.
    """

    hosts: Hosts
    root: Path | None = None
    address: str = "127.0.0.1"
    """Where the names lead, as the school's DNS would say."""
    _cookies: dict[str, dict[str, str]] = field(default_factory=dict)
    _lines: dict[str, http.client.HTTPConnection] = field(default_factory=dict)
    _context: ssl.SSLContext | None = None

    def sign_in(self, login: str, code: str) -> None:
        """Signs in with what is on the slip.

        Raises:
            Refused: They are wrong, or one has to wait.
        """
        fields = {"identifiant": login, "code": code}
        reply = self.post(
            "/connexion", urlencode(fields).encode(), {"Content-Type": "application/x-www-form-urlencoded"}
        )
        _expect(reply, 303, "connexion")

    def open_lab(self, opening: int) -> str:
        """Opens a lab; returns the token of its workspace, which may still be starting."""
        reply = _expect(self.post(f"/tp/{opening}"), 303, "ouverture")
        return reply.headers["location"].rsplit("/", 1)[-1]

    def state(self, token: str) -> dict[str, Any]:
        """Returns what a workspace's page asks again and again."""
        return dict(_expect(self.get(f"/api/espace/{token}"), 200, "état").json())

    def read(self, token: str, path: str) -> tuple[bytes, str]:
        """Returns a file of the work and its tag."""
        reply = _expect(self.get(f"/api/espace/{token}/fichier?chemin={quote(path)}"), 200, path)
        return reply.body, reply.headers["etag"]

    def save(self, token: str, path: str, content: bytes, tag: str | None) -> str:
        """Writes a file of the work, as the editor does; returns its new tag."""
        headers = {"If-Match": tag} if tag else {"If-None-Match": "*"}
        reply = self.request(
            "PUT", self.hosts.name, f"/api/espace/{token}/fichier?chemin={quote(path)}", content, headers
        )
        return f'"{_expect(reply, 200, path).json()["sha256"]}"'

    def verify(self, token: str) -> int:
        """Presses « Vérifier »; returns the number of the verification, the one under way if there is one."""
        reply = self.post(f"/api/espace/{token}/verifications", b"{}")
        if reply.status not in (202, 409):
            raise Refused(reply.status, "vérification", reply.body.decode(errors="replace"))
        return int(reply.json()["id"])

    def follow(self, verification: int) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yields what the page is told of a verification, until it is over or the line is cut."""
        line = self._new_line(self.hosts.name)
        try:
            line.request(
                "GET", f"/api/verifications/{verification}/suite", headers=self._headers(self.hosts.name, False)
            )
            response = line.getresponse()
            if response.status != 200:
                raise Refused(response.status, "suite", response.read().decode(errors="replace"))
            name = ""
            for raw in response:
                kind, _, rest = raw.decode().rstrip("\n").partition(": ")
                if kind == "event":
                    name = rest
                elif kind == "data":
                    yield name, json.loads(rest)
        finally:
            line.close()

    def hand_in(self, token: str) -> dict[str, Any]:
        """Presses « Déposer »; returns the receipt."""
        return dict(_expect(self.post(f"/api/espace/{token}/depots", b"{}"), 201, "dépôt").json())

    def visit(self, address: str) -> Reply:
        """Follows a link of the room, to another origin if it leads there."""
        host, path = self.hosts.name, address
        for _step in range(8):
            reply = self.request("GET", host, path)
            if reply.status not in (302, 303, 307, 308):
                return reply
            to = urlsplit(reply.headers["location"])
            host = to.hostname or host
            path = f"{to.path}?{to.query}" if to.query else to.path
        raise Refused(reply.status, address, "tourne en rond")

    def get(self, path: str) -> Reply:
        """Asks the portal for a page."""
        return self.request("GET", self.hosts.name, path)

    def post(self, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Reply:
        """Writes on the portal, from one of its pages."""
        return self.request("POST", self.hosts.name, path, body, headers)

    def request(
        self, method: str, host: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Reply:
        """Sends a request to a host of the room; a line that was cut meanwhile is opened again, once.

        Raises:
            OSError: Nobody answers.
        """
        told = self._headers(host, method != "GET") | (headers or {})
        for last in (False, True):
            line = self._lines.get(host) or self._new_line(host)
            self._lines[host] = line
            try:
                line.request(method, path, body, told)
                response = line.getresponse()
                content = response.read()
                break
            except (OSError, http.client.HTTPException):
                line.close()
                self._lines.pop(host, None)
                if last:
                    raise
        self._remember(host, response)
        return Reply(response.status, {name.lower(): value for name, value in response.getheaders()}, content)

    def _headers(self, host: str, writes: bool) -> dict[str, str]:
        mine = self._cookies.get(host, {})
        told = {"Cookie": "; ".join(f"{name}={value}" for name, value in mine.items())} if mine else {}
        return told | ({"Origin": self.hosts.at(host), "X-Etabli": "1"} if writes else {})

    def _remember(self, host: str, response: http.client.HTTPResponse) -> None:
        for text in response.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(text).items():
                self._cookies.setdefault(host, {})[name] = morsel.value

    def _new_line(self, host: str) -> http.client.HTTPConnection:
        if self._context is None:
            self._context = ssl.create_default_context(cafile=str(self.root) if self.root else None)
        plain = socket.create_connection((self.address, self.hosts.port), timeout=_LIMIT_S)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line = http.client.HTTPConnection(host, self.hosts.port, timeout=_LIMIT_S)
        line.default_port = 443  # which browsers leave unsaid
        line.sock = self._context.wrap_socket(plain, server_hostname=host)
        return line

    def close(self) -> None:
        """Closes all lines."""
        for line in self._lines.values():
            line.close()
        self._lines.clear()


def _expect(reply: Reply, status: int, what: str) -> Reply:
    if reply.status != status:
        raise Refused(reply.status, what, reply.body.decode(errors="replace"))
    return reply
