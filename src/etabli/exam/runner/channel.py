"""The two ways of an exam, on descriptors opened before any check is imported.

Out: numbered, framed events. In: lines of JSON, the request first, then the answers to what was asked meanwhile.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import threading
import time
from typing import Any, cast

from etabli.exam.contract.blot import Blot
from etabli.exam.contract.transcript import MAX_FRAME, Event, encode

CHANNEL = 3
REQUEST = 4
_PIECE = 1 << 16


class Channel:
    """Writes events, each with its number and its time.

    Args:
        descriptor: An open descriptor; children do not inherit it.
        hidden: Values that are blotted out wherever they appear, as they are.
        blot: Values that are blotted out under any disguise, within evidence too.
        inbox: Where the answers to questions come.
    """

    def __init__(
        self, descriptor: int, hidden: tuple[str, ...] = (), blot: Blot | None = None, inbox: Inbox | None = None
    ) -> None:
        os.set_inheritable(descriptor, False)
        self._descriptor = descriptor
        self._hidden = tuple(value for value in hidden if value)
        self._blot = blot or Blot()
        self._inbox = inbox
        self._start = time.monotonic()
        self._number = 0

    def send(self, kind: str, **event: Any) -> None:
        """Sends one event; texts inside are blotted of hidden values."""
        self._write(kind, self._clean(self._blot.clean_event(event)))

    def ask(self, **question: Any) -> None:
        """Sends a question for the engine as it is: hidden values are what it is about, and it is never kept."""
        self._write("ask", question)

    def answer(self, question: str, seconds: float) -> dict[str, Any] | None:
        """Returns the answer to a question, by the name it was asked under; None when it does not come in time."""
        return self._inbox.answer(question, time.monotonic() + seconds) if self._inbox else None

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


class Inbox:
    """Reads what the engine says to the exam.

    Args:
        descriptor: An open descriptor; children do not inherit it.
    """

    def __init__(self, descriptor: int = REQUEST) -> None:
        os.set_inheritable(descriptor, False)
        self._descriptor = descriptor
        self._read = bytearray()
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._taking: threading.Thread | None = None

    def request(self) -> bytes:
        """Returns the request: the first line, or all there is."""
        return self._line()

    def answer(self, question: str, until: float) -> dict[str, Any] | None:
        """Returns the answer to one question; an answer that came too late for another one is passed over.

        From the first question on, what comes is taken at once: whoever answers never waits for a check to listen.

        Raises:
            ValueError: What came is no answer.
        """
        if self._taking is None:
            self._descriptor = os.dup(self._descriptor)  # one of its own: a closed number is used again
            self._taking = threading.Thread(target=self._take, name="etabli-inbox", daemon=True)
            self._taking.start()
        with contextlib.suppress(queue.Empty):
            while line := self._lines.get(timeout=max(0.0, until - time.monotonic())):
                said = json.loads(line)
                if said.pop("question", None) == question:
                    return dict(said)
            self._lines.put(b"")  # nobody will answer any more
        return None

    def _take(self) -> None:
        while line := self._line():
            self._lines.put(line)
        os.close(self._descriptor)
        self._lines.put(b"")

    def _line(self) -> bytes:
        """Returns the next line, or the last part of one; b'' when nothing comes any more, or too much."""
        start = 0
        while (end := self._read.find(b"\n", start)) < 0:
            start = len(self._read)
            piece = os.read(self._descriptor, _PIECE) if start <= MAX_FRAME else b""
            if not piece:
                end = start - 1
                break
            self._read += piece
        line = bytes(self._read[: end + 1])
        del self._read[: end + 1]
        return line
