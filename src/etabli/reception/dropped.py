"""What is dropped, under the name that others gave it: a file's, a folder's, or the one that Moodle wrote."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

DEFAULT_GROUP = "0"
"""Moodle's own number for those of a team assignment who are in no group, or in several."""


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
    group: str | None = None
    """Moodle's number of the group that handed it in: not a learner's, even where it is the same."""
    members: tuple[str, ...] = ()
    """Aliases of those who handed it in together, as they were named."""
    short: str | None = None
    """The name without what may be a group or half of a given name (« Jean-Luc »), until the class tells."""
    blind: bool = False
    """True when Moodle hides the name (« remises anonymes »): the name says nothing."""
    ordered: bool = True
    """False when no hour tells that the last of the files is the newest."""
    problem: str | None = None
    """Why it cannot even be taken in (French), if so."""
    dated: datetime | None = None
    """When by the dates of its own files, whatever a row of Moodle's worksheet says."""

    @property
    def from_moodle(self) -> bool:
        """Whether it came through Moodle."""
        return self.participant is not None or self.group is not None

    @property
    def number(self) -> str | None:
        """How ``--associer`` calls it by number."""
        return self.participant if self.group is None else f"groupe {self.group}"

    @property
    def numbers(self) -> tuple[str, ...]:
        """The numbers that hand-ins may have noted for it: a group's was once taken for a learner's."""
        return tuple(number for number in (self.number, self.group) if number)

    def by_group(self) -> Dropped:
        """Returns the same as a group's: what seemed a learner's number, and the hour in its row, are nobody's."""
        if self.participant is None:
            return self
        return replace(self, participant=None, group=self.participant, at=self.dated, short=None)

    @property
    def title(self) -> str:
        """How a person is asked about it."""
        return f"{self.name} {self.participant}" if self.blind else self.name

    @property
    def described(self) -> str:
        """What else tells it from others: Moodle's number and the names of the files."""
        number = [f"Moodle n° {self.participant}"] if self.participant else []
        if self.group is not None:
            number = ["sans groupe dans Moodle" if self.group == DEFAULT_GROUP else f"groupe Moodle n° {self.group}"]
        return ", ".join([*number, *(f"« {name} »" for name in self.files)]) or f"« {self.source.name} »"


@dataclass(frozen=True)
class Gathered:
    """All that was dropped at once."""

    dropped: tuple[Dropped, ...] = ()
    moodle: bool = False
    """Whether a download of Moodle is among it: its names are people's."""
    texts: int = 0
    """How many learners wrote an online text in Moodle, which is not graded."""
    passed_over: tuple[str, ...] = ()
    """What is in a download of Moodle under no name of Moodle's."""

    def and_also(self, other: Gathered) -> Gathered:
        """Returns both together."""
        return Gathered(
            (*self.dropped, *other.dropped),
            self.moodle or other.moodle,
            self.texts + other.texts,
            (*self.passed_over, *other.passed_over),
        )
