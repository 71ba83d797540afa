"""What was handed in, under the name that others gave it: a file's, a folder's, or the one Moodle wrote."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True)
class Handed:
    """Something handed in, of which it is not yet known whose it is."""

    label: str
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
    """True when Moodle hides the name (« remises anonymes »): the label says nothing."""
    ordered: bool = True
    """False when no hour tells that the last of the files is the newest."""
    problem: str | None = None
    """Why it cannot even be taken in (French), if so."""

    @property
    def title(self) -> str:
        """How a person is asked about it."""
        return f"{self.label} {self.participant}" if self.blind else self.label

    @property
    def described(self) -> str:
        """What else tells it from others: Moodle's number and the names of the files."""
        number = [f"Moodle n° {self.participant}"] if self.participant else []
        return ", ".join([*number, *(f"« {name} »" for name in self.files)]) or f"« {self.source.name} »"
