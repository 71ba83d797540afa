"""The plan of a batch: all that is the same for every submission of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from etabli.exam.contract.check import Checks, CheckSpec
from etabli.grading.pack import pack_of
from etabli.lab.manifest import Lab
from etabli.lab.variant import TRAINING, Seat
from etabli.reception.submission import Deposit
from etabli.sandbox.base import Room, WorkerPlan
from etabli.system.platform import platform_sha256

EXAMINER = "examiner"
SERVICES = "services"


class MadeBy(NamedTuple):
    """The SHA-256 of all that makes a run but the images: see :class:`etabli.runs.run.Run`."""

    pack: str
    lab: str
    brief: str
    platform: str


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

    @cached_property
    def pack(self) -> bytes:
        """What the examiner is given; read once, so that what is hashed is what runs."""
        return pack_of(self.lab)

    @cached_property
    def made_by(self) -> MadeBy:
        """What makes the runs of this plan, by hash."""
        pack = hashlib.sha256(self.pack).hexdigest()
        return MadeBy(pack, self.lab.sha256(), self.lab.brief_sha256(), platform_sha256())

    def seat(self, deposit: Deposit) -> Seat:
        """Whose data a deposit is graded with."""
        return Seat(self.lab, deposit.candidate, self.session)

    def of_checks(self, specs: Sequence[CheckSpec]) -> Plan:
        """Returns the plan of some of its checks, with all that they need among them, over the very same pack."""
        plan = replace(self, checks=Checks(self.checks.module, tuple(specs)), only=tuple(spec.id for spec in specs))
        vars(plan).update(pack=self.pack, made_by=self.made_by)
        return plan


def worker_plan(plan: Plan, token: str, slots: Path, index: int = 0) -> WorkerPlan:
    """Returns what a worker for this plan is made of; makes its slots, one per room.

    Args:
        plan: What will be examined in it.
        token: Names the run.
        slots: A folder that does not exist yet.
        index: Tells the workers of one run apart.
    """
    for room in Room:
        (slots / room.value).mkdir(parents=True)
    return WorkerPlan(
        token=token,
        index=index,
        pack=plan.pack,
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
