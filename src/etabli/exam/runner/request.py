"""What the examiner is asked: one exam, as JSON read once at the start."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class DatabaseAddress:
    """How to reach the trusted MariaDB, and whose account is the candidate's."""

    host: str
    port: int
    name: str
    reference: str
    user: str
    password: str
    candidate_user: str
    candidate_password: str
    candidate_host: str


@dataclass(frozen=True)
class Wanted:
    """One thing asked for, and the paths of the submission that answer."""

    title: str
    names: tuple[str, ...]
    found: tuple[str, ...]


@dataclass(frozen=True)
class ExamRequest:
    """One exam."""

    lab: str
    origin: str
    address: str
    port: int
    submission: Path
    variant: Mapping[str, Any]
    database: DatabaseAddress | None = None
    only: tuple[str, ...] | None = None
    shuffle: int | None = None
    ready_timeout: float = 20.0
    page_timeout: float = 15.0
    patience: float = 150.0
    """Seconds that the candidate's application may be waited for in all."""
    served: bool = True
    """False when the work is files to read: there is no application to visit."""
    asked: Mapping[str, Wanted] = field(default_factory=dict)
    bench: float | None = None
    """Seconds of the processor that one command of the bench may take; None when there is no bench."""
    journal: bool = False
    """There is an application, whose journal may be asked for."""
    hidden: tuple[str, ...] = ()
    """Values of the variant that nothing of ours may show, under any disguise."""
    nonce: str = ""
    """From which the exam draws; nobody but the examiner knows it."""
    repaired: bool = False
    """What runs is a repaired copy of the submission, which stays what was handed in."""

    @property
    def netloc(self) -> str:
        """Host and port of the origin, as a ``Host`` header shows them."""
        return urlsplit(self.origin).netloc

    @property
    def secrets(self) -> tuple[str, ...]:
        """Passwords of ours that no event may hold."""
        return (self.database.password,) if self.database and self.database.password else ()


def parse(raw: bytes) -> ExamRequest:
    """Reads a request.

    Raises:
        ValueError: It is not JSON, or a key is missing or unknown.
    """
    data = json.loads(raw)
    try:
        base = data.pop("database", None)
        only = data.pop("only", None)
        asked, hidden = data.pop("asked", {}), data.pop("hidden", ())
        return ExamRequest(
            **{**data, "submission": Path(data["submission"])},
            asked=parse_asked(asked),
            hidden=tuple(hidden),
            database=DatabaseAddress(**base) if base else None,
            only=tuple(only) if only is not None else None,
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"exam request: {error}") from error


def parse_asked(data: Mapping[str, Mapping[str, Any]]) -> dict[str, Wanted]:
    """Reads the request's part on what was asked for."""
    return {name: Wanted(str(item["title"]), tuple(item["names"]), tuple(item["found"])) for name, item in data.items()}
