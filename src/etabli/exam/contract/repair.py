"""A repair: what to write in a copy of a work in the place of the few words that hide all the rest of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

MOST: Final = 40
"""Edits of one repair."""


@dataclass(frozen=True)
class Correction:
    """One replacement in a file of the work, made in the candidate's container only."""

    path: str
    """From the top of the submission, with ``/``."""
    line: int
    """Where people find it."""
    start: int
    """Characters before it in the text, as the fixture ``files`` reads it."""
    was: str
    becomes: str
    """``{NAME}`` stands for the environment variable of that name, as the application receives it."""


def parse_corrections(raw: Iterable[Mapping[str, Any]]) -> tuple[Correction, ...]:
    """Reads edits back from an event.

    Raises:
        ValueError, KeyError, TypeError: They are none.
    """
    found = tuple(
        Correction(str(one["path"]), int(one["line"]), int(one["start"]), str(one["was"]), str(one["becomes"]))
        for one in raw
    )
    if len(found) > MOST or any(edit.start < 0 or edit.line < 1 or not edit.path for edit in found):
        raise ValueError("edits")
    return found
