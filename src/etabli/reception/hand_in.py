"""A hand-in: what became of one learner's duty to hand in, whether or not something could be graded.

A missing hand-in is a fact, never a zero; lateness is a fact, never a penalty. People decide what they mean.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from etabli.exam.contract.errors import RunFolderError
from etabli.runs.evidence import write_results
from etabli.system.disk import why

SCHEMA = "etabli/remises/1"
FILE = "remises.json"
_DAY_S = 86_400


class HandInState(StrEnum):
    """What became of the duty to hand in."""

    HANDED_IN = "handed_in"  #: rendu
    LATE = "late"  #: rendu en retard
    MISSING = "missing"  #: non rendu
    EXCUSED = "excused"  #: absent justifié


RECEIVED = (HandInState.HANDED_IN, HandInState.LATE)
"""The states in which something came in."""


@dataclass(frozen=True)
class HandIn:
    """One learner's hand-in."""

    candidate: str
    """The learner's alias, or the identifier of a candidate outside any class."""
    state: HandInState
    at: str | None = None
    """When it was handed in (UTC, ISO 8601), if known."""
    late_s: int = 0
    """Seconds past the deadline."""
    files: tuple[str, ...] = ()
    """Names of the files handed in: the last one is graded, the newest as far as hours tell."""
    participant: str | None = None
    """Moodle's own number of this learner in this assignment, for the way back."""
    ordered: bool = True
    """False when no hour tells that the graded file is the newest: the hours are the same, or unknown."""
    group: str | None = None
    """Moodle's number of the group that handed it in; 0 for those in none."""
    members: tuple[str, ...] = ()
    """Candidates who handed the same in together; nobody when it is one learner's alone."""

    @property
    def number(self) -> str | None:
        """What Moodle calls the deposit by: the learner's number, or the group's."""
        return self.participant if self.group is None else f"groupe {self.group}"

    @property
    def late_days(self) -> int:
        """Days of lateness, a day begun counting as one; 0 when in time."""
        return -(-self.late_s // _DAY_S)


@dataclass(frozen=True)
class HandIns:
    """The hand-ins of a whole class for one lab, kept beside the runs as ``remises.json``."""

    lab: str
    session: str
    entries: tuple[HandIn, ...]
    class_name: str | None = None
    deadline: str | None = None
    """UTC, ISO 8601."""

    @property
    def early(self) -> bool:
        """Whether the deadline is still to come: who has not handed in is not late."""
        return self.deadline is not None and datetime.fromisoformat(self.deadline) > datetime.now(UTC)

    def by_candidate(self) -> dict[str, HandIn]:
        """Returns the entries by candidate, in order."""
        return {entry.candidate: entry for entry in self.entries}


def state_at(at: datetime | None, deadline: datetime | None) -> tuple[HandInState, int]:
    """Tells in time from late.

    Args:
        at: When it was handed in; unknown counts as in time.
        deadline: None when there is none.

    Returns:
        The state and the seconds past the deadline.
    """
    if at is None or deadline is None or at <= deadline:
        return HandInState.HANDED_IN, 0
    return HandInState.LATE, int((at.astimezone(UTC) - deadline.astimezone(UTC)).total_seconds())


def write_hand_ins(out: Path, hand_ins: HandIns) -> Path:
    """Writes ``remises.json`` into an output folder, whole or not at all."""
    document: dict[str, Any] = {"schema": SCHEMA, **asdict(hand_ins)}
    path = out / FILE
    write_results(path, (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode())
    return path


def read_hand_ins(out: Path) -> HandIns | None:
    """Reads the hand-ins of an output folder; ``None`` when none were ever written.

    Raises:
        RunFolderError: The file is damaged.
    """
    path = out / FILE
    if not path.is_file():
        return None
    try:
        document = json.loads(path.read_text("utf-8"))
        if document.pop("schema") != SCHEMA:
            raise ValueError("schema")
        hand_ins = TypeAdapter(HandIns).validate_python(document)
        for at in (hand_ins.deadline, *(entry.at for entry in hand_ins.entries)):
            datetime.fromisoformat(at or "1970-01-01")
        json.dumps(asdict(hand_ins), ensure_ascii=False).encode()
        return hand_ins
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise RunFolderError(
            f"{path} est illisible ({_reason(error)}) : relancez « etabli grade » sur les rendus."
        ) from error


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return why(error)
    if isinstance(error, ValidationError):
        return "clé « {key} »".format(key=".".join(map(str, error.errors()[0]["loc"])))
    return "forme inattendue"


def of_state(hand_ins: Iterable[HandIn], *states: HandInState) -> list[HandIn]:
    """Keeps the hand-ins in the given states."""
    return [entry for entry in hand_ins if entry.state in states]
