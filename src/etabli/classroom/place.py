"""The folder of a room: what is where in it. The same path inside and outside the containers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from etabli.exam.contract.errors import UsageProblem
from etabli.runs.identifier import is_identifier

_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}\Z")


@dataclass(frozen=True)
class Place:
    """A room's folder.

    Tokens and aliases come from rows that the portal may write: those that would lead elsewhere are refused here, for
    root uses these paths.
    """

    folder: Path

    def workspace(self, token: str) -> Path:
        """One learner's workspace of a lab; raises UsageProblem for what is no token."""
        return self.folder / "espaces" / _part(token, _TOKEN.match(token))

    def versions(self, token: str) -> Path:
        """What the files of a workspace held before; raises UsageProblem for what is no token."""
        return self.folder / "versions" / _part(token, _TOKEN.match(token))

    def hand_ins(self, opening: int, alias: str) -> Path:
        """What a learner handed in for an opening, all of it; raises UsageProblem for what is no alias."""
        return self.folder / "depots" / str(int(opening)) / _part(alias, is_identifier(alias))

    def appreciations(self, opening: int) -> Path:
        """What teachers said of the works of an opening: the portal writes it, which only reads results."""
        return self.folder / "depots" / str(int(opening))

    def results(self, opening: int) -> Path:
        """The output folder of grading, as ``etabli grade`` writes it."""
        return self.folder / "resultats" / str(int(opening))

    @property
    def recueils(self) -> Path:
        """Learners' recueils, one folder each, as ``etabli trace`` writes them; the portal's own."""
        return self.folder / "recueils"

    def bound(self, alias: str) -> Path:
        """A learner's recueil as it was last bound: page, PDF, documents; raises UsageProblem for what is no alias."""
        return self.folder / "reliures" / _part(alias, is_identifier(alias))

    @property
    def kept(self) -> Path:
        """A folder of the disk that learners' work is on; the room's own may be in a container's memory."""
        depots = self.folder / "depots"
        return depots if depots.is_dir() else self.folder

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


def _part(name: str, sensible: object) -> str:
    if not sensible:
        raise UsageProblem(f"« {name!a} » ne peut pas être un nom de dossier de la salle : prévenez l'administrateur.")
    return name
