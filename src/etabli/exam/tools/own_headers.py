"""Who the visitor is on the network: the headers of the browser, that requests without a browser send too.

They are taken from the browser itself, once per exam: it sends a form to a listener of ours, from its own site and from
another one, and follows a link there. So values, order and language are those of the Chromium that visits, whatever its
version.
"""

from __future__ import annotations

import queue
import secrets
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from etabli.exam.tools.referrer import NOBODY, PLACE, Policies

_LIMIT = 15.0
_TIMES = 4
"""A busy machine may need more than one visit to load a page in time."""
_FORM = '<!doctype html><title></title><form method="post" action="http://{host}{path}"><input name="x"></form>'
_SEND = "document.forms[0].submit()"
_FOLLOW = "location.assign(document.forms[0].action + '/suite')"
_PAGE = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n{body}"
_MOVED = "HTTP/1.1 303 See Other\r\nLocation: {path}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

OPAQUE = "null"
"""A page that tells nobody where it is: one in a sandbox, a file, or one of a site whose policy is ``no-referrer``."""

_LONGEST = 4096
"""Signs of an address that the browser tells where one comes from: of a longer one it tells the site alone."""
Headers = tuple[tuple[str, str], ...]
"""Names and values in the order of the wire."""


@dataclass(frozen=True)
class OwnHeaders:
    """The headers of a browser's navigations."""

    visit: Headers
    """Of an address that is typed."""
    form: Headers
    """Of a form sent from the site itself."""
    after: Headers
    """Of the page to which that form's answer leads."""
    link: Headers
    """Of the page to which a link of the site leads."""
    foreign: Headers
    """Of a form sent from another site."""
    foreign_after: Headers
    policies: Policies = field(default_factory=dict, compare=False)
    """Of pages of the site."""

    def headers(
        self,
        origin: str,
        *,
        form: bool = False,
        sent_from: str = "",
        after: bool = False,
        link: bool = False,
        moved: bool = False,
        policy: str | None = None,
    ) -> dict[str, str]:
        """Returns the headers of one request, in order; the length and the type of a body are left to be filled in.

        Args:
            origin: Of the site that is asked.
            form: A form is sent, rather than an address typed.
            sent_from: The page that holds the form or the link; its origin says whether another site's (`OPAQUE`).
            after: The request follows the answer to that form.
            link: A link of that page leads to the address.
            moved: An answer to the same link, or address that was typed, has led on.
            policy: Of an answer that has led on meanwhile, in the place of that page's (`policy_of`).
        """
        page = urlsplit(sent_from or f"{origin}/")
        mine = f"{page.scheme}://{page.netloc}" == origin
        chosen = (self.after if mine else self.foreign_after) if after else self.form if mine else self.foreign
        chosen = self.link if link else chosen
        place = f"{page.scheme}://{page.netloc}"
        if policy is None:
            policy = self.policies.get(sent_from, "")
        whole = mine and policy != PLACE and len(sent_from) <= _LONGEST
        hidden = policy == NOBODY or sent_from == OPAQUE
        own = {
            "host": urlsplit(origin).netloc,
            "origin": OPAQUE if hidden else place,
            "referer": sent_from or f"{origin}/" if whole else f"{place}/",
        }
        if not mine:  # a port makes another site of no one
            near = (page.scheme, page.hostname) == (urlsplit(origin).scheme, urlsplit(origin).hostname)
            own["sec-fetch-site"] = "same-site" if near else "cross-site"
        chosen = chosen if form or after or link else self.visit
        if moved:  # what the browser then adds anew stands where it does after a form
            places = [name for name, _value in self.after]
            chosen = tuple(sorted(chosen, key=lambda one: places.index(one[0]) if one[0] in places else len(places)))
        told = {name: own.get(name.lower(), value) for name, value in chosen}
        return {name: value for name, value in told.items() if not hidden or name.lower() != "referer"}


class Introduction:
    """A listener that a browser visits once; nobody else knows its name, and it is gone before any page is shown."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._heads: queue.SimpleQueue[tuple[str, Headers]] = queue.SimpleQueue()
        self._mine, self._other = f"{secrets.token_hex(8)}.localhost", f"{secrets.token_hex(8)}.example"
        threading.Thread(target=self._listen, name="introduction", daemon=True).start()

    @property
    def rules(self) -> tuple[str, ...]:
        """By what the browser finds it."""
        port = self._socket.getsockname()[1]
        return tuple(f"MAP {host} 127.0.0.1:{port}" for host in (self._mine, self._other))

    def meet(self, go: Callable[[str], None], cdp: Callable[..., Any], late: type[Exception]) -> OwnHeaders:
        """Leads a browser through it, and leaves no trace in its history.

        Args:
            go: Opens an address in the browser and waits until it is loaded.
            cdp: Runs one command of the DevTools protocol there.
            late: What `go` raises when that takes too long.

        Raises:
            OSError: The browser did not come.
        """
        for time in range(_TIMES):
            with suppress(late, queue.Empty):
                visit, form, after = self._led(go, cdp, f"http://{self._mine}/{time}")
                _typed, link = self._led(go, cdp, f"http://{self._mine}/{time}", _FOLLOW, 2)
                _typed, foreign, foreign_after = self._led(go, cdp, f"http://{self._other}/{time}")
                go("about:blank")
                cdp("Page.resetNavigationHistory")
                return OwnHeaders(visit, form, after, link, foreign, foreign_after)
        raise OSError("the browser did not introduce itself")

    def _led(
        self, go: Callable[[str], None], cdp: Callable[..., Any], address: str, then: str = _SEND, steps: int = 3
    ) -> list[Headers]:
        """What the browser sends when it goes there, does something and is led on; late words are left out."""
        go(address)
        cdp("Runtime.evaluate", expression=then, userGesture=True)
        heads: list[Headers] = []
        while len(heads) < steps:
            path, head = self._heads.get(timeout=_LIMIT)
            heads += [head] if path.startswith(urlsplit(address).path) else []
        return heads

    def close(self) -> None:
        """Ends it."""
        self._socket.close()

    def _listen(self) -> None:
        while True:
            try:
                line, _peer = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(line,), daemon=True).start()

    def _answer(self, line: socket.socket) -> None:
        with line, line.makefile("rb") as stream:
            line.settimeout(_LIMIT)
            try:
                asked = stream.readline().decode("latin-1")
                head = []
                while text := stream.readline().decode("latin-1").strip():
                    name, _, value = text.partition(":")
                    head.append((name, value.strip()))
                if not asked:  # opened beforehand, and never used
                    return
                path = asked.split(" ")[1]
                self._heads.put((path, tuple(head)))
                stream.read(int(dict(head).get("Content-Length", 0)))
                form = _FORM.format(host=self._mine, path=path)
                said = _MOVED if asked.startswith("POST") else _PAGE.format(body=form)
                line.sendall(said.format(path=path).encode())
            except OSError:
                return


def accepted(languages: str) -> str:
    """Returns the header ``Accept-Language`` of who reads these languages, the best first: ``fr-FR,fr,en``.

    Example:
        >>> accepted("fr-FR,fr,en")
        'fr-FR,fr;q=0.9,en;q=0.8'
    """
    return ",".join(f"{one};q={1 - rank / 10:.1f}" if rank else one for rank, one in enumerate(languages.split(",")))


def agent_of(version: str, *, phone: bool = False) -> dict[str, Any]:
    """Returns what the browser says it is, as the same version with windows does: ``Emulation.setUserAgentOverride``.

    Args:
        version: Of the Chromium that runs, ``156.0.8078.108``.
        phone: As on a phone.
    """
    names = (("Google Chrome", version), ("Chromium", version), ("Not:A-Brand", "8.0.0.0"))
    brands = [{"brand": name, "version": number.split(".")[0]} for name, number in names]
    system = {"platform": "Android", "platformVersion": "10", "architecture": "", "model": "K"}
    machine = {"platform": "Windows", "platformVersion": "15.0.0", "architecture": "x86", "model": "", "bitness": "64"}
    told = {
        "userAgent": user_agent(version, phone=phone),
        "userAgentMetadata": {
            "brands": brands,
            "fullVersionList": [{"brand": name, "version": number} for name, number in names],
            "fullVersion": version,
            "formFactors": ["Mobile" if phone else "Desktop"],
            **(system if phone else machine),
            "mobile": phone,
        },
    }
    return told | {"platform": "Linux armv81" if phone else "Win32"}


def user_agent(version: str, *, phone: bool = False) -> str:
    """Returns the User-Agent of this version, in its reduced form."""
    system, kind = ("Linux; Android 10; K", " Mobile") if phone else ("Windows NT 10.0; Win64; x64", "")
    major = version.split(".")[0]
    return f"Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{major}.0.0.0{kind} Safari/537.36"


def merged(headers: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """Returns headers with others in their place, whatever their case; those that are new come last."""
    given = {name.lower(): value for name, value in own.items()}
    kept = {name: given.pop(name.lower(), value) for name, value in headers.items()}
    return kept | {name: own[name] for name in own if name.lower() in given}
