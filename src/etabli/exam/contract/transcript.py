"""The transcript: the ordered events of a run, and their framing on the examiner's channel.

A frame is a 4-byte big-endian length and that many bytes of UTF-8 JSON. Text that a candidate prints can
never become an event: the channel is a descriptor opened before any of their work is looked at.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import Required, cast

from typing_extensions import TypedDict  # pydantic wants this one before Python 3.12

from etabli.exam.contract.errors import ExaminerSilent


class Event(TypedDict, total=False):
    """One event; ``docs/schemas/event.schema.json`` says which kind has which of these."""

    kind: Required[str]
    n: int
    t: float
    check: str | None
    """None: it belongs to no check."""
    # open, close
    protocol: int
    lab: str
    checks: list[str]
    count: int
    # action
    fixture: str
    verb: str
    detail: str
    ms: float
    result: str
    # evidence: its bytes on the channel, its file once kept
    evidence_kind: str
    caption: str
    media: str
    data: str
    path: str
    sha256: str
    # check_end
    outcome: str
    observed: str | None
    expected: str | None
    help: str | None
    blocked_by: list[str]
    traceback: str | None
    duration_ms: float
    repair: list[dict[str, object]]
    cause: str
    # advice, missing, noise, incident
    advice: str
    message: str
    means: str
    look: str
    page: str
    noise: str
    # ask
    number: int
    journal: bool
    argv: list[str]
    files: Mapping[str, str]
    timeout: float
    within: float


PROTOCOL = 1
MAX_FRAME = 8 * 1024 * 1024
MAX_TOTAL = 64 * 1024 * 1024
_HEADER = struct.Struct(">I")


def encode(event: Event) -> bytes:
    """Frames one event; half a character, which a page may hold and UTF-8 may not, becomes a question mark.

    Raises:
        ValueError: The event is larger than :data:`MAX_FRAME`.
    """
    body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    if len(body) > MAX_FRAME:
        raise ValueError(f"event of {len(body)} bytes is over the limit of {MAX_FRAME}")
    return _HEADER.pack(len(body)) + body


class Decoder:
    """Turns a stream of bytes, in whatever pieces it comes, into events.

    Raises:
        ExaminerSilent: From :meth:`feed`, when the stream is malformed, out of order or too large.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._total = 0
        self._next = 0
        self.closed = False

    def feed(self, data: bytes) -> list[Event]:
        """Takes some bytes and returns the events they complete."""
        self._total += len(data)
        if self._total > MAX_TOTAL:
            raise ExaminerSilent(f"le journal de l'examinateur dépasse {MAX_TOTAL // 1024 // 1024} Mio")
        self._buffer += data
        events: list[Event] = []
        while (event := self._pop()) is not None:
            events.append(self._accept(event))
        return events

    def _pop(self) -> Event | None:
        if len(self._buffer) < _HEADER.size:
            return None
        (length,) = _HEADER.unpack_from(self._buffer)
        if length > MAX_FRAME:
            raise ExaminerSilent("le journal de l'examinateur est illisible (longueur)")
        end = _HEADER.size + length
        if len(self._buffer) < end:
            return None
        body = bytes(self._buffer[_HEADER.size : end])
        del self._buffer[:end]
        try:
            event = json.loads(body)
        except ValueError as error:
            raise ExaminerSilent("le journal de l'examinateur est illisible (JSON)") from error
        if not isinstance(event, dict):
            raise ExaminerSilent("le journal de l'examinateur est illisible (événement)")
        return cast(Event, event)

    def _accept(self, event: Event) -> Event:
        if self.closed or event.get("n") != self._next:
            raise ExaminerSilent("le journal de l'examinateur n'est pas dans l'ordre")
        self._next += 1
        self.closed = event.get("kind") == "close"
        return event
