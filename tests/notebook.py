"""Where events go in a test without a container."""

from __future__ import annotations

from typing import Any


class Notebook:
    """Keeps what a recorder sends."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def send(self, kind: str, **event: Any) -> None:
        """Takes one event."""
        self.events.append({"kind": kind, **event})
