"""What fixtures leave behind: actions with their time, and evidence within a budget."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from etabli.exam.contract.blot import Blot
from etabli.exam.contract.words import cut, squeeze

MAX_ACTIONS = 2000
MAX_EVIDENCE = 10
MAX_MISSING = 40
MAX_TEXT = 160
MAX_ADVICE = 300
MAX_BYTES = 512 * 1024
MAX_KEPT = 16 * 1024 * 1024
"""Bytes of evidence of one exam, far above what any work needs: no candidate fills the disk of results."""


class Sink(Protocol):
    """Where events go (`Channel`, or a list in tests)."""

    def send(self, kind: str, **event: Any) -> None:
        """Takes one event."""


@dataclass
class Note:
    """What an action had to say when it ended."""

    result: str = ""


@dataclass
class Recorder:
    """Turns fixture calls into events of the check that is running."""

    sink: Sink
    blot: Blot = field(default_factory=Blot)
    """Applied before a text is cut: half a hidden value would not be recognised."""
    check: str | None = None
    waiting: bool = False
    """The candidate's application is being waited for right now."""
    late: bool = False
    """A page was read, in this check, before it had stopped changing."""
    waited: float = 0.0
    """Seconds spent waiting for it in the whole exam."""
    read: float = 0.0
    """Seconds of the processor that the reader of documents took in this check."""
    _depth: int = 0
    _actions: int = 0
    _evidence: int = 0
    _kept: int = 0
    _missing: set[str] = field(default_factory=set)
    _advised: set[tuple[str, str]] = field(default_factory=set)
    last: dict[str, object] = field(default_factory=dict)
    """What each fixture last saw, for the evidence of a failure."""
    before_waiting: Callable[[], object] = bool
    """Called when the application is about to be waited for."""

    def begin(self, check: str | None) -> None:
        """A check starts: budgets are new."""
        self.check, self.waiting, self.late, self.read = check, False, False, 0.0
        self._depth = self._actions = self._evidence = 0
        self.last.clear()

    @contextmanager
    def action(self, fixture: str, verb: str, detail: object = "") -> Iterator[Note]:
        """Times a fixture call; calls made by another fixture call are part of it."""
        note, start = Note(), time.monotonic()
        self._depth += 1
        try:
            yield note
        except BaseException as error:
            note.result = note.result or f"{type(error).__name__}: {error}"
            raise
        finally:
            self._depth -= 1
            if self._depth == 0:
                self._send(fixture, verb, detail, note, (time.monotonic() - start) * 1000)

    def _send(self, fixture: str, verb: str, detail: object, note: Note, ms: float) -> None:
        self._actions += 1
        if self._actions > MAX_ACTIONS:
            return
        self.sink.send(
            "action",
            check=self.check,
            fixture=fixture,
            verb=verb,
            detail=self._short(str(detail)),
            ms=round(ms, 2),
            result="… (journal coupé)" if self._actions == MAX_ACTIONS else self._short(note.result),
        )

    def _short(self, text: str, limit: int = MAX_TEXT) -> str:
        return cut(squeeze(self.blot.clean(text)), limit)

    def missing(self, page: str, path: str) -> None:
        """Tells, once per exam, that a page asked for something that is not there (404); no verdict depends on it."""
        if path in self._missing or len(self._missing) >= MAX_MISSING:
            return
        self._missing.add(path)
        self.sink.send("missing", check=self.check, page=self._short(page), path=self._short(path))

    def advise(self, advice: str, *, message: str, means: str, look: str) -> None:
        """Tells the student something that no verdict depends on, once per exam.

        Args:
            advice: Its identifier.
            message: What was seen.
            means: What that means.
            look: What to look at.
        """
        told = {"message": message, "means": means, "look": look}
        event = {key: self._short(text, MAX_ADVICE) for key, text in told.items()}
        if (advice, event["message"]) in self._advised or len(self._advised) >= MAX_MISSING:
            return
        self._advised.add((advice, event["message"]))
        self.sink.send("advice", check=None, advice=advice, **event)

    @contextmanager
    def wait(self, *, leave: bool = True) -> Iterator[None]:
        """Within the block we wait for the candidate's application, or (without leaving it to them) for their base."""
        before, self.waiting = self.waiting, True
        if leave and not before:
            self.before_waiting()
        start = time.monotonic()
        try:
            yield
        finally:
            self.waiting = before
            if not before:
                self.waited += time.monotonic() - start

    def evidence(self, kind: str, caption: str, media: str, data: bytes) -> bool:
        """Keeps a piece of evidence; says whether there was room for it."""
        if self._evidence >= MAX_EVIDENCE or len(data) > MAX_BYTES or self._kept + len(data) > MAX_KEPT:
            return False
        self._evidence += 1
        self._kept += len(data)
        self.sink.send(
            "evidence",
            check=self.check,
            evidence_kind=kind,
            caption=self._short(caption, 300),
            media=media,
            data=base64.b64encode(data).decode("ascii"),
        )
        return True
