"""Cookies as the browser keeps them and sends them back: as they came, the longest path first, then the oldest.

Source: RFC 6265bis, and what Chromium does with it. The standard library's jar takes quotation marks away, adds
``$Version`` and keeps a changed cookie in its old place.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http.cookiejar import http2time  # type: ignore[attr-defined]
from typing import Any, Final
from urllib.parse import urlsplit

_MOST: Final = 4096
_MOST_SAID: Final = 1024
"""Of name and value together, and of an attribute, in bytes: what is longer the browser refuses, or does not heed."""
_LONGEST_S: Final = 400 * 86_400
"""The browser keeps none for longer than 400 days (RFC 6265bis)."""
_CONTROL: Final = re.compile(r"[\0-\x08\x0a-\x1f\x7f]")
_NUMBER: Final = re.compile(r"-?\d+")
_LOCAL: Final = re.compile(r"127(?:\.\d{1,3}){3}|localhost|\[?::1\]?")
"""Hosts of which the browser keeps secure cookies by ``http`` too."""
_SAME_SITE: Final = ("Strict", "Lax", "None")


@dataclass(frozen=True)
class Cookie:
    """One cookie; whatever it holds is kept as it came."""

    name: str
    value: str
    path: str = "/"
    domain: str = ""
    """'' when it goes to its own host alone."""
    expires: float | None = None
    """None: with the browser."""
    secure: bool = False
    http_only: bool = False
    same_site: str = ""

    @property
    def over(self) -> bool:
        """It is to be forgotten."""
        return self.expires is not None and self.expires <= time.time()

    @property
    def key(self) -> tuple[str, str, str]:
        """What another one has in common with it that takes its place."""
        return self.name, self.domain, self.path

    def goes_to(self, address: str) -> bool:
        """Whether it is sent there; its host is that of the site."""
        path, own = urlsplit(address).path or "/", self.path
        return not self.over and (path == own or path.startswith(own if own.endswith("/") else f"{own}/"))


class Jar:
    """The cookies of one visitor of one site.

    Args:
        cookies: Those that it has, the oldest first.
    """

    def __init__(self, cookies: Iterable[Cookie] = ()) -> None:
        self._kept: dict[tuple[str, str, str], Cookie] = {}
        for cookie in cookies:
            self.put(cookie)

    def __iter__(self) -> Iterator[Cookie]:
        return iter(self._kept.values())

    def put(self, cookie: Cookie) -> bool:
        """Has it, or forgets it when it is over; a new value makes it a new one. Says whether anything changed."""
        old = self._kept.get(cookie.key)
        if cookie.over or (old and old.value != cookie.value):
            self._kept.pop(cookie.key, None)
        if not cookie.over:
            self._kept[cookie.key] = cookie
        return old != (None if cookie.over else cookie)

    def hear(self, address: str, lines: Iterable[str]) -> list[Cookie]:
        """Takes what an answer from there sets (``Set-Cookie``, as on the wire); those that have changed anything."""
        heard = (cookie_of(address, line) for line in lines)
        return [cookie for cookie in heard if cookie and self.put(cookie)]

    def header(self, address: str) -> str:
        """What is sent there, as on the wire; '' for nothing."""
        sent = sorted((cookie for cookie in self if cookie.goes_to(address)), key=lambda one: -len(one.path))
        said = "; ".join(f"{cookie.name}={cookie.value}" if cookie.name else cookie.value for cookie in sent)
        return said.encode("utf-8", "surrogateescape").decode("latin-1")


def cookie_of(address: str, line: str) -> Cookie | None:
    """The cookie that an answer sets, None where the browser refuses it.

    Args:
        address: Of what was asked for.
        line: What ``Set-Cookie`` says, as on the wire.
    """
    said = line.encode("latin-1", "replace").decode("utf-8", "surrogateescape")
    pair, *more = said.split(";")
    name, equals, value = (part.strip(" \t") for part in pair.partition("="))
    if not equals:
        name, value = "", name
    told = dict[str, str]()
    for part in more:
        what, _, how = (one.strip(" \t") for one in part.partition("="))
        if len(how.encode("utf-8", "surrogateescape")) <= _MOST_SAID:
            told[what.lower()] = how
    parts = urlsplit(address)
    host, secure = parts.hostname or "", "secure" in told
    path = told.get("path", "")
    if not path.startswith("/"):
        path = parts.path.rpartition("/")[0] or "/"
    domain, same_site = told.get("domain", "").lower().lstrip("."), told.get("samesite", "").capitalize()
    prefix = (name or value).lower()
    refused = (
        _CONTROL.search(said)
        or not (name or value)
        or (not name and "=" in value)
        or len(f"{name}{value}".encode("utf-8", "surrogateescape")) > _MOST
        or (secure and not (_LOCAL.fullmatch(host) or host.endswith(".localhost")))
        or (same_site == "None" and not secure)
        or (domain not in ("", host) and not ("." in domain and host.endswith(f".{domain}")))
        or (prefix.startswith(("__secure-", "__host-")) and not (secure and name))
        or (prefix.startswith("__host-") and (path != "/" or told.get("domain")))
    )
    return None if refused else Cookie(
        name, value, path, "" if domain == host else domain, _end(told), secure, "httponly" in told,
        same_site if same_site in _SAME_SITE else "",
    )  # fmt: skip


def _end(told: dict[str, str]) -> float | None:
    """Until when it is kept; whoever says both is believed about the seconds."""
    if _NUMBER.fullmatch(seconds := told.get("max-age", "")):
        left = min(int(seconds), _LONGEST_S)
        return time.time() + left if left > 0 else 0
    end: float | None = http2time(told.get("expires", ""))
    return end


def of_browser(told: dict[str, Any]) -> Cookie:
    """The cookie that DevTools describes."""
    domain = str(told["domain"])
    return Cookie(
        str(told["name"]), str(told["value"]), str(told["path"]), domain[1:] if domain.startswith(".") else "",
        None if told["session"] else float(told["expires"]), told["secure"], told["httpOnly"], told.get("sameSite", ""),
    )  # fmt: skip
