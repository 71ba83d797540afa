"""The texts of an XML part as a reader sees them, and those that no reader sees."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .markup import NOTE, START, TEXT, Event

_INLINE = frozenset({"r", "t", "span", "a", "s", "tab", "br", "bookmark", "bookmark-start", "bookmark-end", "proofErr"})
"""Elements that cut no text."""
_FORMAT = frozenset({"rPr", "pPr"})
_MEASURE = re.compile(r"[-+#\d.,:%\s]*(?:cm|mm|pt|in|px|em|pc)?|[0-9A-Fa-f]{6,8}|true|false")
_KEYWORD = re.compile(r"[a-z]+[A-Za-z]*")
"""``center``, ``visible``, ``windowText``: what a format's own vocabulary looks like."""
_TEXTS = frozenset(
    (
        *("name", "title", "descr", "alt", "tooltip", "prompt", "promptTitle", "error", "errorTitle", "author", "tag"),
        *("label", "caption", "content", "value", "string-value", "display-name", "Target", "href", "formula"),
    )
)
"""Attributes that hold what somebody wrote."""
_HEADER_CODES = re.compile(r"&(?:\"[^\"]*\"|K[0-9A-F]{6}|\d+|[A-Z])")
"""Section and format marks of a header. Source: ECMA-376, part 1, 18.3.1.46."""


def blocks(events: Iterator[Event]) -> Iterator[str]:
    """Yields texts as a reader joins them (a word may change its colour half-way), then attributes and notes."""
    block: list[str] = []
    formats = 0
    numbered = skip = False
    for event in events:
        if event.kind == TEXT:
            if not skip:
                block.append(event.text)
            continue
        if event.kind == NOTE:
            yield event.text
            continue
        if event.name == "c":
            numbered = event.kind == START and event.attributes.get("t") == "s"
        skip = numbered and event.name == "v" and event.kind == START
        if event.name in _FORMAT:
            formats += 1 if event.kind == START else -1
        elif not formats and event.name not in _INLINE:
            text = "".join(block)
            if event.name.endswith(("Header", "Footer")):
                text = _HEADER_CODES.sub(" ", text)
            yield text
            block.clear()
        yield from _attributes(event)
    yield "".join(block)


def _attributes(event: Event) -> Iterator[str]:
    """Yields what they say: neither measures, as phone numbers seem, nor a format's words, but where texts go."""
    for name, value in event.attributes.items():
        counted, written = name == "value" or name not in _TEXTS, name in _TEXTS or not _KEYWORD.fullmatch(value)
        if len(value) > 2 and written and not (counted and _MEASURE.fullmatch(value)):
            yield value
