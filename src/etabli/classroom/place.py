"""The folder of a room: what is where in it. The same path inside and outside the containers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Place:
    """A room's folder."""

    folder: Path

    def workspace(self, token: str) -> Path:
        """One learner's workspace of a lab."""
        return self.folder / "espaces" / token

    def versions(self, token: str) -> Path:
        """What the files of a workspace held before."""
        return self.folder / "versions" / token

    def hand_ins(self, opening: int, alias: str) -> Path:
        """What a learner handed in for an opening: all of it is kept."""
        return self.folder / "depots" / str(opening) / alias

    def results(self, opening: int) -> Path:
        """The output folder of grading, as ``etabli grade`` writes it."""
        return self.folder / "resultats" / str(opening)

    @property
    def classes(self) -> Path:
        """The one table of names."""
        return self.folder / "classes" / "classes.sqlite"

    @property
    def home(self) -> Path:
        """``ETABLI_HOME`` of the worker: the secret."""
        return self.folder / "home"

    def sockets(self, service: str) -> Path:
        """Where a service listens: ``base``, ``portail``, ``flux``."""
        return self.folder / "run" / service
