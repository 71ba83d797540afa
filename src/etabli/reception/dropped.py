"""What is dropped, under the name that others gave it: a file's, a folder's, or the one that Moodle wrote."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True)
class Dropped:
    """One thing handed in, of which it is not yet known whose it is."""

    name: str
    """The name it came under: an alias, a person's name, or « Participant »."""
    source: Path
    """A folder or an archive."""
    files: tuple[str, ...] = ()
    """Names of the files handed in: the last one is graded, the newest as far as hours tell."""
    at: datetime | None = None
    """When, if that is known."""
    participant: str | None = None
    """Moodle's number of this learner in this assignment."""
    blind: bool = False
    """True when Moodle hides the name (« remises anonymes »): the name says nothing."""
    ordered: bool = True
    """False when no hour tells that the last of the files is the newest."""
    problem: str | None = None
    """Why it cannot even be taken in (French), if so."""

    @property
    def title(self) -> str:
        """How a person is asked about it."""
        return f"{self.name} {self.participant}" if self.blind else self.name

    @property
    def described(self) -> str:
        """What else tells it from others: Moodle's number and the names of the files."""
        number = [f"Moodle n° {self.participant}"] if self.participant else []
        return ", ".join([*number, *(f"« {name} »" for name in self.files)]) or f"« {self.source.name} »"


@dataclass(frozen=True)
class Gathered:
    """All that was dropped at once."""

    dropped: tuple[Dropped, ...] = ()
    moodle: bool = False
    """Whether a download of Moodle is among it: its names are people's."""
    texts: int = 0
    """How many learners wrote an online text in Moodle, which is not graded."""

    def and_also(self, other: Gathered) -> Gathered:
        """Returns both together."""
        return Gathered((*self.dropped, *other.dropped), self.moodle or other.moodle, self.texts + other.texts)
