"""A submission: whose it is, where it came from, and the fresh tree that intake made of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

DECLARATION = "rendu.json"
"""The file in which a submission says what it is."""


@dataclass(frozen=True)
class Deposit:
    """Something handed in, not yet looked into."""

    candidate: str
    source: Path
    """A folder or a ``.zip``."""
    problem: str | None = None
    """Why it cannot even be taken in (French), if so."""
    kept: bool = False
    """True for a submission that a former run kept: intake has made it before."""
    shown: str | None = None
    """What sentences call it, when its file bears another name here than the one it was handed in under."""
    data_of: str | None = None
    """Whose data a common work was made with, when it is not this candidate's alone."""

    @property
    def owner(self) -> str:
        """The candidate with whose data it is examined."""
        return self.data_of or self.candidate

    def discreet(self, sentence: str) -> str:
        """Calls the deposit by its candidate in a sentence: the name of its file or folder may be a person's."""
        if self.shown is not None:
            ours, shown = (re.escape(str(self.source)), re.escape(self.source.name)), self.shown
            return re.sub("|".join(ours), lambda _found: shown, sentence)
        if self.candidate in (self.source.name, self.source.stem):
            return sentence
        shown = self.candidate + ("" if self.source.is_dir() else self.source.suffix)
        return sentence.replace(str(self.source), shown).replace(self.source.name, shown)


@dataclass(frozen=True)
class Submission:
    """A fresh tree of regular files made by intake."""

    tree: Path
    paths: tuple[str, ...]
    """Relative POSIX paths, sorted."""
    sha256: str
    noted: Mapping[str, list[str]] = field(default_factory=dict)
    """What services of its workspace noted of their use, as it says itself; not part of what it is known by."""
