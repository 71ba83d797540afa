"""The plan of a batch: all that is the same for every submission of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from etabli.check import Checks
from etabli.lab import Lab
from etabli.sandbox.base import Room, WorkerPlan
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
    only: tuple[str, ...] | None = None
    """Identifiers of the checks to run, all that they need among them; ``checks`` then holds these alone."""

    def seat(self, deposit: Deposit) -> Seat:
        """Whose data a deposit is graded with."""
        return Seat(self.lab, deposit.candidate, self.session)


def worker_plan(plan: Plan, token: str, slots: Path, pack: bytes, index: int = 0) -> WorkerPlan:
    """Returns what a worker for this plan is made of; makes its slots, one per room.

    Args:
        plan: What will be examined in it.
        token: Names the run.
        slots: A folder that does not exist yet.
        pack: See :func:`etabli.engine.pack.build_pack`.
        index: Tells the workers of one run apart.
    """
    for room in Room:
        (slots / room.value).mkdir(parents=True)
    return WorkerPlan(
        token=token,
        index=index,
        pack=pack,
        slots=slots,
        images=plan.image_tags,
        services=plan.lab.manifest.service is not None,
        pages=bool(plan.lab.manifest.runtimes),
    )


def image_names(lab: Lab) -> list[str]:
    """Returns the images that grading a lab needs."""
    names = {EXAMINER, *(runtime.image for runtime in lab.manifest.runtimes)}
    if lab.manifest.bench is not None:
        names.add(lab.manifest.bench.image)
    if lab.manifest.service is not None:
        names.add(SERVICES)
    return sorted(names)
