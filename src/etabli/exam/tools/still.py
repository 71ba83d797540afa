"""Still pages: HTML in which nothing runs, that a tab may be given instead of asking for it.

A navigation costs the browser five times what it costs to lay the page out (ADR 36). So a page of the site is asked for
by :class:`~etabli.exam.tools.http.Http`, with the browser's own headers and cookies, and written into the tab: the
browser parses it, styles it and shows it as ever. That is the same page for whoever looks, provided that neither it nor
the one before runs anything; whatever might, the browser asks for by itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from etabli.exam.contract.values import Response
from etabli.exam.tools.referrer import policy_of

MOST: Final = 1_000_000
"""Bytes of a page that is given."""
_TYPE = re.compile(r'text/html\s*(?:;\s*charset="?utf-?8"?\s*)?', re.IGNORECASE)
_META = re.compile(rb"<meta[^<>]+charset\s*=\s*[\"']?utf-?8\b", re.IGNORECASE)
HINTS: Final = ("accept-ch", "critical-ch")
"""Headers by which a site has a browser say more about itself."""
_ACTING_HEADERS = (
    "refresh", "link", "content-security-policy", "content-disposition", "clear-site-data", *HINTS
)  # fmt: skip
"""Headers by which a page does more than its HTML says, has the browser say more, or is no page to be shown."""
_NETWORK_HEADERS: Final = (*HINTS, "clear-site-data", "content-disposition")
_NO_PAGE: Final = (204, 205, 304)
"""What is done before an answer comes to a page, or brings none."""
_NAMING_HEADERS = ("last-modified", "etag")
"""By which a browser asks whether the copy that it has kept is still good: whoever answers knows that it was here."""
_KEEPING_HEADERS = ("cache-control", "expires", *_NAMING_HEADERS)
_FRESH = re.compile(r"\bno-(?:store|cache)\b|\bmax-age=0\b", re.IGNORECASE)
_NOT_KEPT = re.compile(r"\bno-store\b", re.IGNORECASE)
_ACTING = re.compile(
    r"<(?:script|i?frame|object|embed|portal|applet)\b|javascript:|http-equiv\s*=\s*[\"']?(?!content-type|x-ua-compatible)",
    re.IGNORECASE,
)
"""What may run something, or leads away; a text that only looks so does no harm: the browser asks for the page."""
_HEARING = re.compile(r"[\s/\"'](?:on[a-z]+|shadowrootmode)\s*=", re.IGNORECASE)
"""An attribute that runs something."""
_PLAIN = re.compile(
    r"""/?[a-z][^\s<>"'=/]*(?:\s+[^\s<>"'=/]+(?:\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s<>"'=`]+))?)*\s*/?>"""
    r"|!doctype[^<>]*>|!--[^<>]*-->",
    re.IGNORECASE,
)
"""A tag or a comment that ends at the first ``>``, whoever reads it: no sign of a tag is in its values."""
_VALUES = re.compile(r""""[^"]*"|'[^']*'""")


def still(headers: Mapping[str, str], text: str) -> bool:
    """Whether nothing runs in the page that came so, whatever it shows, and the next one may be told where one was.

    Args:
        headers: Of the answer; names are looked up without case.
        text: Its HTML.
    """
    if any(name in headers for name in _ACTING_HEADERS) or _ACTING.search(text):
        return False
    if policy_of(headers, text):
        return False
    return not _HEARING.search(text) or _hears_nothing(text)


def _hears_nothing(text: str) -> bool:
    """Whether what looks like such an attribute is surely a text or a part of a value, where all was well escaped.

    Every ``<`` must open a plain tag or comment: then no reader finds a tag anywhere else.
    """
    for part in text.split("<")[1:]:
        tag = _PLAIN.match(part)
        if tag is None or _HEARING.search(_VALUES.sub('""', tag.group())):
            return False
    return True


def html_of(answer: Response) -> str | None:
    """The HTML of an answer that a tab may be given, or None: a still page, whose encoding is UTF-8 beyond doubt."""
    body = answer.body
    if answer.truncated or not 0 < len(body) <= MOST or b"\0" in body:
        return None
    if not _TYPE.fullmatch(answer.headers.get("content-type", "")):
        return None
    if answer.charset.lower() not in ("utf-8", "utf8") or not (_told(answer) or body.isascii()):
        return None
    try:
        text = body.decode("utf-8")
    except UnicodeError:
        return None
    fresh = still(answer.headers, text) and asked_each_time(answer.headers) and not text.startswith("\ufeff")
    return text if fresh else None


def shown_as_received(answer: Response) -> bool:
    """Whether the browser makes of an answer that it is handed what it would have made of its own."""
    told = answer.headers
    plain = answer.status not in _NO_PAGE and told.get("content-type", "").lower().startswith("text/html")
    return (
        plain and not answer.truncated and asked_each_time(told) and not any(name in told for name in _NETWORK_HEADERS)
    )


def asked_each_time(headers: Mapping[str, str]) -> bool:
    """Whether a browser keeps no copy of what came so, which its visitor might see instead."""
    told = any(name in headers for name in _KEEPING_HEADERS)
    fresh = _NOT_KEPT if any(name in headers for name in _NAMING_HEADERS) else _FRESH
    return not told or bool(fresh.search(headers.get("cache-control", "")))


def _told(answer: Response) -> bool:
    """Whether the answer says its encoding, where a browser looks for it."""
    return "charset" in answer.headers.get("content-type", "").lower() or bool(_META.search(answer.body[:1024]))


def kind_of(address: str) -> str:
    """What the pages of one program have in common: the path, and the names of what is asked of it.

    Example:
        >>> kind_of("http://x/fiche.php?id=3&de=liste"), kind_of("http://x/objets/12")
        ('/fiche.php?de&id', '/objets/0')
    """
    parts = urlsplit(address)
    names = sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)})
    return re.sub(r"\d+", "0", parts.path or "/") + (f"?{'&'.join(names)}" if names else "")
