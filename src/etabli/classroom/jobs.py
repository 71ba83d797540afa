"""What is asked of the worker: one thin seam, so that the queue behind it may change.

Jobs carry identifiers only; what they are about is in the tables. The worker may run one twice, and the second time
finds the first one's result.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol


class Job(StrEnum):
    """What the worker can be asked."""

    OPEN = "ouvrir"  #: ``token``: make a workspace and start its services
    RESTART = "redemarrer"  #: ``token``: stop its services and start them
    RENEW = "renouveler"  #: ``token``: the same, with the first data of its database
    STOP = "arreter"  #: ``token``
    PREPARE = "preparer"  #: ``opening``: workspaces made ahead
    VERIFY = "verifier"  #: ``verification``
    GRADE = "corriger"  #: ``batch``
    BIND = "relier"  #: ``binding``: a recueil as a page and a PDF


class Jobs(Protocol):
    """The way to the worker."""

    def ask(self, job: Job, about: str | int) -> bool:
        """Asks for a job; returns False when the same one already waits, which is then enough."""
        ...

    def under_way(self, job: Job) -> set[str]:
        """Returns what waits or is being done, or was when its worker died, of a kind of jobs: what each is about."""
        ...


class Asked:
    """A queue in memory, for tests: what was asked, in order."""

    def __init__(self) -> None:
        self.jobs: list[tuple[Job, str | int]] = []
        self.doing: set[tuple[Job, str]] = set()

    def ask(self, job: Job, about: str | int) -> bool:
        """Notes a job, once."""
        if (job, about) in self.jobs:
            return False
        self.jobs.append((job, about))
        return True

    def under_way(self, job: Job) -> set[str]:
        """Returns what a test says is being done, or waits."""
        return {about for one, about in self.doing if one is job}
