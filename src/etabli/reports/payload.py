"""The payload: all that a report may know of a run, and nothing else.

One dictionary per run, versioned, described by ``docs/schemas/payload.schema.json``. Reports are pure renderings
of a list of payloads and of what the lab says of itself (:class:`LabMeta`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, NotRequired, TypedDict

from etabli.exam.contract.check import CheckSpec
from etabli.exam.contract.outcome import Outcome, Palier
from etabli.lab.aides import Aides

PAYLOAD_SCHEMA: Final = "etabli/payload/1"
RESULTS_SCHEMA: Final = "etabli/resultats/1"
_DIGITS = {"submissions": 0, "workers": 0, "wall_ms": 1, "per_minute": 2, "median_ms": 1, "outside_share": 4}
"""What is written of the pace of a batch, to how many digits."""


class EvidenceItem(TypedDict):
    """A proof: a file below the output folder."""

    kind: str
    caption: str
    path: str
    """Relative to the output folder, with forward slashes."""
    sha256: str


class CheckResult(TypedDict):
    """One point de vérification and what became of it."""

    id: str
    title: str
    competences: list[str]
    palier: str
    points: int
    outcome: str
    blocked_by: list[str]
    observed: str | None
    expected: str | None
    help: str | None
    evidence: list[EvidenceItem]
    duration_ms: float
    decisive: NotRequired[bool]
    """Its failure keeps the work from being accepted as it is; absent from payloads of older versions."""


class MessageItem(TypedDict):
    """An error message that the application printed, explained (see :mod:`etabli.lab.messages`)."""

    id: str
    message: str
    means: str
    look: str
    check: str | None
    """The check in which it was seen; ``None`` for the application's journal."""


class FlawItem(TypedDict):
    """A part of a run folder that is no longer what was frozen."""

    name: str
    change: str


class RepairedPlace(TypedDict):
    """Lines of a file that were repaired in a copy."""

    path: str
    lines: list[int]


class RepairedBlock(TypedDict):
    """The second look at a work whose few words hid the rest: it gives no point, and changes nothing above it."""

    check: str
    """Whose failure hid the rest."""
    places: list[RepairedPlace]
    checks: list[CheckResult]
    """What was found of the repaired copy; empty when an incident of ours ended the second look."""


class ScoreBlock(TypedDict):
    """Points: the last four always add up to ``possible``."""

    possible: int
    earned: int
    failed: int
    blocked: int
    error: int


class Payload(TypedDict):
    """One run, ready to be shown."""

    schema: str
    lab: str
    lab_version: str
    session: str
    candidate: str
    run: NotRequired[str]
    seed_fingerprint: str
    submission_sha256: str | None
    runtime: str | None
    image_ids: dict[str, str]
    started_at: str
    finished_at: str
    phases_ms: dict[str, float]
    status: str
    reason: str | None
    checks: list[CheckResult]
    score: ScoreBlock | None
    decisive_failed: NotRequired[list[str]]
    """The decisive checks that failed; absent from payloads of older versions."""
    messages: NotRequired[list[MessageItem]]
    others: NotRequired[list[str]]
    """``brief`` or ``platform``: what was another one when this run was made, without making it fall."""
    repaired: NotRequired[RepairedBlock]
    """Absent when nothing had to be repaired for the rest to be seen."""
    noted: NotRequired[dict[str, list[str]]]
    """What services of the workspace noted of their use, by service: when it was first used, then line by line."""
    flaws: NotRequired[list[FlawItem]]
    """Of a run that has changed since it was frozen: in what."""


@dataclass(frozen=True)
class LabMeta:
    """What a report needs to know of a lab."""

    id: str
    title: str
    version: str
    paliers: tuple[tuple[str, str], ...]
    """Identifier and title, from the first session to the last."""
    competences: Mapping[str, str]
    """Code to wording, in the order to be shown."""
    checks: tuple[CheckSpec, ...]
    """The fixed list, in the lab's order."""
    aides: Mapping[str, Aides] = field(default_factory=dict)
    """What to say and three helps, by check, if the lab has them."""
    sessions: Mapping[str, int] = field(default_factory=dict)
    """The place of the session whose sheet announces a check, by check."""
    other_rows: bool = False
    """Whether what is handed in is tried on other rows than the learner's own: names that are quoted are not theirs."""
    people: tuple[str, ...] = ()
    """What a person looks at because no check can, as the sheets announce it."""
    noted: Mapping[str, str] = field(default_factory=dict)
    """What the notes of a service are called, by service."""

    def noted_in(self, payload: Payload) -> list[tuple[str, list[str] | None]]:
        """What was noted during the work, under its name; None where nothing of ours was used."""
        lines = payload.get("noted", {})
        return [(title, lines[name][1:] if lines.get(name) else None) for name, title in self.noted.items()]

    @property
    def palier_ids(self) -> list[str]:
        """The paliers in order; the usual three when the lab names none."""
        return [name for name, _title in self.paliers] or [str(palier) for palier in Palier]

    def palier_title(self, palier: str) -> str:
        """Returns the title of a palier; the usual one when the lab gives none."""
        return dict(self.paliers).get(palier) or usual_title(palier)

    def geste(self, check: str, observed: str | None = None) -> str | None:
        """Returns what to say to whoever a check stops, by what was observed; ``None`` in a lab without aides."""
        aides = self.aides.get(check)
        return aides.geste_for(observed) if aides else None


@dataclass(frozen=True)
class Pace:
    """How fast a batch went."""

    submissions: int
    workers: int
    wall_ms: float
    median_ms: float
    """From a submission's start to its end."""
    outside_share: float
    """Part (0 to 1) of the submissions' time that was not spent inside checks."""

    @property
    def per_minute(self) -> float:
        """Submissions per minute of clock time."""
        return self.submissions * 60_000 / self.wall_ms if self.wall_ms > 0 else 0.0

    def block(self) -> dict[str, float]:
        """Returns the JSON form."""
        return {name: round(getattr(self, name), digits) for name, digits in _DIGITS.items()}


def moment(text: str) -> datetime:
    """Reads an ISO 8601 instant; one without an offset is UTC."""
    read = datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def tally(checks: Iterable[CheckResult]) -> ScoreBlock:
    """Adds up points by outcome."""
    points = dict.fromkeys(Outcome, 0)
    for check in checks:
        points[Outcome(check["outcome"])] += check["points"]
    return {
        "possible": sum(points.values()),
        "earned": points[Outcome.PASSED],
        "failed": points[Outcome.FAILED],
        "blocked": points[Outcome.BLOCKED],
        "error": points[Outcome.ERROR],
    }


def roots(checks: Sequence[CheckResult]) -> dict[str, tuple[CheckResult, ...]]:
    """For each blocked check, the checks that really stand in the way (never another blocked one)."""
    by_id = {check["id"]: check for check in checks}

    def causes(check: CheckResult, seen: frozenset[str]) -> list[CheckResult]:
        found: list[CheckResult] = []
        for name in check["blocked_by"]:
            cause = by_id.get(name)
            if cause is None or name in seen:
                continue
            deeper = cause["outcome"] == Outcome.BLOCKED
            found += causes(cause, seen | {name}) if deeper else [cause]
        return found

    blocked = [check for check in checks if check["outcome"] == Outcome.BLOCKED]
    return {
        check["id"]: tuple({cause["id"]: cause for cause in causes(check, frozenset({check["id"]}))}.values())
        for check in blocked
    }


def decisive_failures(payload: Payload) -> list[CheckResult]:
    """The checks for which the work cannot be accepted as it is, in the lab's order; most often none."""
    named = set(payload.get("decisive_failed", ()))
    return [check for check in payload["checks"] if check["id"] in named]


def fix_first(checks: Sequence[CheckResult], lab: LabMeta) -> list[CheckResult]:
    """The failed checks as a student should take them: what is decisive, by palier, by session, what frees most.

    Of one session, the rest is in the order of its sheet, and not of the lab's list of checks.

    A check whose work is made of that of others (``apres`` of its aides) is taken once they are.
    """
    rank = {palier: place for place, palier in enumerate(lab.palier_ids)}
    frees = Counter(cause["id"] for causes in roots(checks).values() for cause in causes)
    asked = {identifier: place for place, identifier in enumerate(lab.sessions)}

    def place(check: CheckResult) -> tuple[bool, int, int, int, int]:
        name, palier, decisive = check["id"], rank.get(check["palier"], len(rank)), check.get("decisive", False)
        return not decisive, palier, lab.sessions.get(name, 0), -frees[name], asked.get(name, 0)

    def made_of(check: CheckResult) -> set[str]:
        return set(lab.aides[check["id"]].apres) if check["id"] in lab.aides else set()

    waiting = sorted((check for check in checks if check["outcome"] == Outcome.FAILED), key=place)
    ranked: list[CheckResult] = []
    while waiting:
        left = {check["id"] for check in waiting}
        ranked.append(waiting.pop(next(at for at, check in enumerate(waiting) if not left & made_of(check))))
    return ranked


def usual_title(palier: str) -> str:
    """Returns the title of a palier where its lab has no say."""
    return palier.capitalize() if palier in set(Palier) else palier


def unexamined(spec: CheckSpec) -> dict[str, Any]:
    """Returns what may be said of a check that nobody looked at: no outcome, and so no points either way."""
    return {
        "id": spec.id,
        "title": spec.title,
        "competences": list(spec.competences),
        "palier": spec.palier.value,
        "points": spec.points,
        "decisive": spec.decisive,
    }
