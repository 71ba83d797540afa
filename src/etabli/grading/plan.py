"""The plan of a batch: all that is the same for every submission of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from etabli.exam.contract.check import Checks
from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.outcome import Palier, Status
from etabli.exam.runner.command import ahead
from etabli.exam.runner.order import selection
from etabli.grading.pack import pack_of
from etabli.lab.manifest import Lab
from etabli.lab.variant import TRAINING, Purpose, Seat
from etabli.reception.submission import Submission
from etabli.runs.folder import RunFolder
from etabli.runs.run import Run
from etabli.sandbox import images
from etabli.sandbox.base import Room, WorkerPlan
from etabli.system.platform import platform_sha256

PAUSES = (2.0, 10.0, 30.0)
"""Seconds before what broke of ours is tried again: the second time, the third, …"""
EXAMINER = "examiner"
SERVICES = "services"
_OURS = (EXAMINER, SERVICES)
"""What a worker is made of; a candidate's program has another image each time."""


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
    nonce: str | None = None
    """From which exams draw; each has its own when absent."""
    pauses: tuple[float, ...] = PAUSES

    @cached_property
    def pack(self) -> bytes:
        """What the examiner is given; read once, so that what is hashed is what runs."""
        return pack_of(self.lab)

    @cached_property
    def made_by(self) -> MadeBy:
        """What makes the runs of this plan, by hash."""
        pack = hashlib.sha256(self.pack).hexdigest()
        return MadeBy(pack, self.lab.sha256(), self.lab.brief_sha256(), platform_sha256())

    def seat(self, candidate: str) -> Seat:
        """Whose data a candidate's deposit is graded with."""
        return Seat(self.lab, candidate, self.session)

    def narrowed(self, points: Iterable[str], paliers: Iterable[Palier] = ()) -> Plan:
        """Returns the plan of some of its checks, with all that they need, over the very same pack.

        Args:
            points: Keep these checks.
            paliers: Keep the checks of these paliers too; with neither, all are kept.

        Raises:
            UsageProblem: A point does not exist in this lab.
        """
        known, wanted, kept = self.checks.by_id(), list(points), set(paliers)
        for point in wanted:
            if point not in known:
                raise UsageProblem(f"Le point « {point} » n'existe pas dans ce TP : il y a {', '.join(known)}.")
        wanted += [spec.id for spec in self.checks.specs if spec.palier in kept]
        if not wanted:
            return self
        specs = selection(self.checks.specs, wanted)
        return self.but(checks=Checks(self.checks.module, tuple(specs)), only=tuple(spec.id for spec in specs))

    def but(self, **changes: Any) -> Plan:
        """Returns this plan with other values of some of its attributes, over the very same pack."""
        plan = replace(self, **changes)
        vars(plan).update(pack=self.pack, made_by=self.made_by)
        return plan

    def facts(self, owner: str, submission: Submission | None) -> dict[str, Any]:
        """Returns the facts of a run that must be the same for it to stand for a new one.

        Another brief or another platform does not make it fall: reports say so.

        Args:
            owner: The candidate with whose data it is examined.
            submission: What is examined, if intake took it in.
        """
        return {
            "lab": self.lab.id,
            "lab_sha256": self.made_by.lab,
            "pack_sha256": self.made_by.pack,
            "image_ids": dict(self.image_ids),
            "session": self.session,
            "seed_fingerprint": self.seat(owner).fingerprint(self.secret, Purpose.EVALUATION),
            "submission_sha256": submission.sha256 if submission else None,
            "checks": self.checks.specs,
        }

    def standing(
        self, former: RunFolder, owner: str, submission: Submission | None, refusal: str | None = None
    ) -> Run | None:
        """Returns the former run of a candidate if it stands for a new one: graded, intact, and made of the same.

        Args:
            former: The former run.
            owner: The candidate with whose data it would be examined.
            submission: What is examined, if intake took it in.
            refusal: Else why it did not: a run that says the same stands.
        """
        run = former.run
        if run is None or former.status is not (Status.REJECTED if refusal else Status.GRADED):
            return None
        if refusal and run.reason != refusal:
            return None
        facts = self.facts(owner, submission)
        return run if all(getattr(run, name) == value for name, value in facts.items()) else None

    def worker(self, token: str, slots: Path, index: int = 0) -> WorkerPlan:
        """Returns what a worker for this plan is made of; makes its slots, one per room.

        Args:
            token: Names the run.
            slots: A folder that does not exist yet.
            index: Tells the workers of one run apart.
        """
        for room in Room:
            (slots / room.value).mkdir(parents=True)
        return WorkerPlan(
            token=token,
            index=index,
            pack=self.pack,
            slots=slots,
            images=self.image_tags,
            services=self.lab.manifest.service is not None,
            pages=self.lab.manifest.has_pages,
            ahead=tuple(ahead(self.lab.id)),
            alike=self._alike,
        )

    @property
    def _alike(self) -> str:
        """What a worker of another plan must have in common with this one's to take its place: all but the pack."""
        ours = {name: (tag, self.image_ids.get(name)) for name, tag in self.image_tags.items() if name in _OURS}
        facts = [self.made_by.platform, ours, self.lab.manifest.has_pages]
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def make_plan(lab: Lab, out: Path, *, secret: bytes, session: str = TRAINING, shuffle: int | None = None) -> Plan:
    """Makes the plan of a batch.

    Raises:
        SandboxUnavailable: No engine answers, or an image is still to be built.
    """
    needed = image_names(lab)
    images.require(needed)
    ids: dict[str, str] = {}
    for name in needed:  # they have no registry digest: the hash of each one's package list stands beside its id
        identity = images.identity(name)
        ids |= {name: identity["id"], f"{name}-packages": f"sha256:{identity['packages']}"}
    tags = {name: images.tag(name) for name in needed}
    return Plan(lab, lab.checks(), secret, out, tags, ids, session, shuffle)


def image_names(lab: Lab) -> list[str]:
    """Returns the images that grading a lab needs."""
    names = {EXAMINER, *(runtime.image for runtime in lab.manifest.runtimes)}
    if lab.manifest.bench is not None:
        names.add(lab.manifest.bench.image)
    if lab.manifest.service is not None:
        names.add(SERVICES)
    return sorted(names)
