"""Differences between two runs of one candidate: what changed, and what may have caused it. Pure: runs in, values out.

A difference is between two *frozen* runs, so the page can be made again at any time. Causes are read from what runs
record: the lab's version and manifest, the grader's hash, image ids, package lists, the submission's hash, the
candidate's data. When none of them changed and a verdict did, the verdict is unstable: a person has to look.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from etabli.exam.contract.check import CheckSpec
from etabli.exam.contract.outcome import Outcome, Status
from etabli.runs.run import Run
from etabli.runs.scoring import Result, results, score

_PACKAGES = "-packages"


class Cause(StrEnum):
    """What may have changed a verdict."""

    LAB = "lab"  #: another version of the lab
    MANIFEST = "manifest"  #: the same version, and yet another lab.yaml
    GRADER = "grader"  #: other checks, or another examiner program
    IMAGE = "image"  #: an image was built again
    PACKAGES = "packages"  #: an image holds other packages
    SUBMISSION = "submission"  #: not the same work
    DATA = "data"  #: not the same data: another secret or session


@dataclass(frozen=True)
class Reason:
    """One thing that differs between two runs."""

    cause: Cause
    before: str | None
    after: str | None
    name: str | None = None
    """Of the image, for the two causes that have one."""
    same_packages: bool = False
    """For an image built again: whether it is known to hold the same packages."""


@dataclass(frozen=True)
class Side:
    """One check in one run."""

    outcome: Outcome
    points: int
    observed: str | None
    waits_for: tuple[str, ...]
    """Titles of the checks that had to work first."""
    evidence: tuple[str, ...]
    """Paths below the output folder."""

    @property
    def earned(self) -> int:
        """Points earned."""
        return self.points if self.outcome is Outcome.PASSED else 0


@dataclass(frozen=True)
class CheckChange:
    """One check whose verdict, points or very presence changed."""

    check: str
    title: str
    palier: str
    before: Side | None
    after: Side | None

    @property
    def gained(self) -> int:
        """Points won (or, below 0, lost) by the change."""
        return (self.after.earned if self.after else 0) - (self.before.earned if self.before else 0)

    @property
    def incident(self) -> bool:
        """Whether an incident of ours came or went."""
        return any(side is not None and side.outcome is Outcome.ERROR for side in (self.before, self.after))


@dataclass(frozen=True)
class Examined:
    """What is said of a whole run."""

    run: str
    status: Status
    reason: str | None
    earned: int | None
    """``None`` for a submission that was not examined."""
    possible: int | None
    finished_at: str


@dataclass(frozen=True)
class Difference:
    """Two runs of one candidate, compared."""

    candidate: str
    before: Examined
    after: Examined
    reasons: tuple[Reason, ...]
    changes: tuple[CheckChange, ...]

    @property
    def changed(self) -> bool:
        """Whether any verdict changed, or whether the submission is examined at all."""
        return bool(self.changes) or self.before.status != self.after.status

    @property
    def unstable(self) -> bool:
        """Whether a verdict changed and nothing that could have changed it did; incidents apart."""
        stable = all(change.incident or change.before is None or change.after is None for change in self.changes)
        return not self.reasons and not stable


class EditKind(StrEnum):
    """How the list of checks changed."""

    ADDED = "added"
    REMOVED = "removed"
    TITLE = "title"
    POINTS = "points"
    PALIER = "palier"


@dataclass(frozen=True)
class GridChange:
    """One change of the lab's list of checks."""

    check: str
    title: str
    kind: EditKind
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True)
class Skipped:
    """A candidate whose submission was not graded again, and why."""

    candidate: str
    why: str


@dataclass(frozen=True)
class Differences:
    """A whole class, compared."""

    learners: tuple[Difference, ...]
    edits: tuple[GridChange, ...] = ()
    skipped: tuple[Skipped, ...] = ()

    @property
    def changed(self) -> tuple[Difference, ...]:
        """The learners for whom something changed."""
        return tuple(learner for learner in self.learners if learner.changed)

    @property
    def unstable(self) -> tuple[Difference, ...]:
        """The learners of whom a person has to look at a verdict."""
        return tuple(learner for learner in self.learners if learner.unstable)


def compare_class(pairs: Sequence[tuple[Run, Run]], skipped: Sequence[Skipped] = ()) -> Differences:
    """Compares the runs of a class.

    Args:
        pairs: For each candidate, the run before and the run after.
        skipped: Candidates who have no run after.
    """
    edits = {edit: None for before, after in pairs for edit in _edits(before.checks, after.checks)}
    return Differences(tuple(compare(before, after) for before, after in pairs), tuple(edits), tuple(skipped))


def compare(before: Run, after: Run) -> Difference:
    """Compares two runs of one candidate."""
    examined = Status.REJECTED not in (before.status, after.status)
    return Difference(
        candidate=after.candidate,
        before=_examined(before),
        after=_examined(after),
        reasons=tuple(_reasons(before, after)),
        changes=tuple(_changes(before, after)) if examined else (),
    )


def _examined(run: Run) -> Examined:
    total = None if run.status is Status.REJECTED else score(results(run))
    return Examined(
        run=run.id,
        status=run.status,
        reason=run.reason,
        earned=total.earned if total else None,
        possible=total.possible if total else None,
        finished_at=run.finished_at,
    )


def _reasons(before: Run, after: Run) -> Iterator[Reason]:
    facts = (
        (Cause.LAB, before.lab_version, after.lab_version),
        (Cause.GRADER, before.pack_sha256, after.pack_sha256),
        (Cause.SUBMISSION, before.submission_sha256, after.submission_sha256),
        (Cause.DATA, before.seed_fingerprint, after.seed_fingerprint),
    )
    yield from (Reason(cause, old, new) for cause, old, new in facts if old != new)
    if before.lab_version == after.lab_version and before.lab_sha256 and before.lab_sha256 != after.lab_sha256:
        yield Reason(Cause.MANIFEST, before.lab_sha256, after.lab_sha256)
    for name in sorted({*before.image_ids, *after.image_ids}):
        old, new = before.image_ids.get(name), after.image_ids.get(name)
        if old != new:
            cause = Cause.PACKAGES if name.endswith(_PACKAGES) else Cause.IMAGE
            yield Reason(cause, old, new, name.removesuffix(_PACKAGES), _same_packages(name, before, after))


def _same_packages(image: str, before: Run, after: Run) -> bool:
    known = before.image_ids.get(image + _PACKAGES)
    return known is not None and known == after.image_ids.get(image + _PACKAGES)


def _changes(before: Run, after: Run) -> Iterator[CheckChange]:
    old, new = _sides(before), _sides(after)
    specs = {spec.id: spec for spec in (*after.checks, *before.checks)} | {spec.id: spec for spec in after.checks}
    for name, spec in specs.items():
        was, now = old.get(name), new.get(name)
        if _verdict(was) != _verdict(now):
            yield CheckChange(name, spec.title, spec.palier.value, was, now)


def _verdict(side: Side | None) -> tuple[Outcome, int] | None:
    return (side.outcome, side.points) if side else None


def _sides(run: Run) -> Mapping[str, Side]:
    titles = {spec.id: spec.title for spec in run.checks}
    return {item.spec.id: _side(item, titles, f"{run.candidate}/{run.id}") for item in results(run)}


def _side(item: Result, titles: Mapping[str, str], prefix: str) -> Side:
    return Side(
        outcome=item.outcome,
        points=item.spec.points,
        observed=item.observed,
        waits_for=tuple(titles.get(name, name) for name in item.blocked_by),
        evidence=tuple(f"{prefix}/{proof.path}" for proof in item.evidence),
    )


def _edits(before: Sequence[CheckSpec], after: Sequence[CheckSpec]) -> Iterator[GridChange]:
    old, new = ({spec.id: spec for spec in specs} for specs in (before, after))
    yield from (GridChange(name, old[name].title, EditKind.REMOVED) for name in old if name not in new)
    for name, spec in new.items():
        if name not in old:
            yield GridChange(name, spec.title, EditKind.ADDED)
            continue
        facts = (
            (EditKind.TITLE, old[name].title, spec.title),
            (EditKind.POINTS, str(old[name].points), str(spec.points)),
            (EditKind.PALIER, old[name].palier.value, spec.palier.value),
        )
        yield from (GridChange(name, spec.title, kind, was, now) for kind, was, now in facts if was != now)
