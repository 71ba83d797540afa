"""The plan of a batch: all that is the same for every submission of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from etabli.check import Checks
from etabli.lab import Lab
from etabli.submission import Deposit
from etabli.variant import TRAINING, Seat

EXAMINER = "examiner"
SERVICES = "services"


@dataclass(frozen=True)
class Plan:
    """What one call of ``etabli grade`` is about."""

    lab: Lab
    checks: Checks
    secret: bytes
    out: Path
    image_tags: Mapping[str, str]
    image_ids: Mapping[str, str]
    session: str = TRAINING
    shuffle: int | None = None
    """A seed that shuffles the order of the checks; a test's way to show that order changes nothing."""

    def seat(self, deposit: Deposit) -> Seat:
        """Whose data a deposit is graded with."""
        return Seat(self.lab, deposit.candidate, self.session)


def image_names(lab: Lab) -> list[str]:
    """Returns the images that grading a lab needs."""
    names = {EXAMINER, *(runtime.image for runtime in lab.manifest.runtimes)}
    if lab.manifest.service is not None:
        names.add(SERVICES)
    return sorted(names)
