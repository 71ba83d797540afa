"""The way out: numbered, framed events on a descriptor opened before any check is imported."""

from __future__ import annotations

import os
import time
from typing import Any, cast

from etabli.exam.contract.blot import Blot
from etabli.exam.contract.transcript import MAX_FRAME, Event, encode

CHANNEL = 3
REQUEST = 4


class Channel:
    """Writes events, each with its number and its time.

    Args:
        descriptor: An open descriptor; children do not inherit it.
        hidden: Values that are blotted out wherever they appear, as they are.
        blot: Values that are blotted out under any disguise, within evidence too.
    """

    def __init__(self, descriptor: int, hidden: tuple[str, ...] = (), blot: Blot | None = None) -> None:
        os.set_inheritable(descriptor, False)
        self._descriptor = descriptor
        self._hidden = tuple(value for value in hidden if value)
        self._blot = blot or Blot()
        self._start = time.monotonic()
        self._number = 0

    def send(self, kind: str, **event: Any) -> None:
        """Sends one event; texts inside are blotted of hidden values."""
        self._write(kind, self._clean(self._blot.clean_event(event)))

    def ask(self, **question: Any) -> None:
        """Sends a question for the engine as it is: hidden values are what it is about, and it is never kept."""
        self._write("ask", question)

    def _write(self, kind: str, event: dict[str, Any]) -> None:
        numbered = {"n": self._number, "t": round(time.monotonic() - self._start, 4), "kind": kind, **event}
        frame = encode(cast(Event, numbered))
        self._number += 1
        view = memoryview(frame)
        while view:
            view = view[os.write(self._descriptor, view) :]

    def _clean(self, value: Any) -> Any:
        if isinstance(value, str):
            for secret in self._hidden:
                value = value.replace(secret, "•••")
            return value.encode("utf-8", "replace").decode() if not value.isascii() else value
        if isinstance(value, dict):
            return {key: self._clean(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self._clean(item) for item in value]
        return value


def read_request(descriptor: int = REQUEST) -> bytes:
    """Reads the whole request from its descriptor and closes it."""
    with os.fdopen(descriptor, "rb") as stream:
        return stream.read(MAX_FRAME)
