"""The record of one run while it is made: its events in order, its evidence, its phases."""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from etabli.exam.contract.blot import Blot
from etabli.exam.contract.errors import ExaminerSilent
from etabli.exam.contract.transcript import Event
from etabli.runs.evidence import EvidenceStore
from etabli.runs.run import now


class Record:
    """Collects what happens in a run.

    Args:
        workshop: The folder that becomes the run folder.
        blot: Gives, when first needed, what blots the values that nothing may show.
    """

    def __init__(self, workshop: Path, blot: Callable[[], Blot] = Blot) -> None:
        self._blot = blot
        self.workshop = workshop
        self.started = now()
        self.phases_ms: dict[str, float] = {}
        self.attempts = 0
        self._clock = time.monotonic()
        self._events: list[Event] = []
        self._evidence = EvidenceStore(workshop)

    @property
    def events(self) -> tuple[Event, ...]:
        """The events so far, numbered in order."""
        return tuple({"n": n, **event} for n, event in enumerate(self._events))

    def add(self, event: Event) -> None:
        """Takes an event; big things in it go to the evidence store, and values that must stay hidden nowhere."""
        event = cast(Event, self._blot().clean_event(event))
        kept = event.copy()
        kept.pop("n", None)
        kept.pop("data", None)
        kept["t"] = round(time.monotonic() - self._clock, 3)
        if event.get("kind") == "evidence":
            item = self._evidence.keep(
                str(event["evidence_kind"]), str(event["caption"]), str(event["media"]), _decoded(event)
            )
            kept["path"], kept["sha256"] = item.path, item.sha256
        self._events.append(kept)

    def evidence(self, check: str | None, kind: str, caption: str, text: str) -> None:
        """Keeps a text as evidence of a check (or of the run)."""
        data = base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")
        self.add(
            {
                "kind": "evidence",
                "check": check,
                "evidence_kind": kind,
                "caption": caption,
                "media": "text/plain",
                "data": data,
            }
        )

    def clean(self, text: str) -> str:
        """Returns a text without the values that must stay hidden; to be called before it is cut."""
        return self._blot().clean(text)

    def verdict(self, check: str, outcome: str, **facts: Any) -> None:
        """Writes a verdict that the engine itself can give (start check failed, the rest blocked)."""
        end = {"kind": "check_end", "check": check, "outcome": outcome, "duration_ms": 0.0, **facts}
        self.add(cast(Event, end))

    def forget_verdicts(self) -> None:
        """Sets the verdicts of an attempt aside before another one: they stay readable, as ``former_…``."""
        for event in self._events:
            if event["kind"] in {"check_end", "evidence", "close", "open"}:
                event["kind"] = f"former_{event['kind']}"

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Measures a phase; several stretches of one phase add up (milliseconds)."""
        start = time.monotonic()
        try:
            yield
        finally:
            spent = (time.monotonic() - start) * 1000
            self.phases_ms[name] = round(self.phases_ms.get(name, 0.0) + spent, 1)


def _decoded(event: Event) -> bytes:
    try:
        return base64.b64decode(event["data"], validate=True)
    except (KeyError, TypeError, binascii.Error) as error:
        raise ExaminerSilent("une preuve de l'examinateur est illisible") from error
