"""Who needs help, by a rule that anyone can check.

A learner is on the list when, on the first palier (a first session's work with the starter):

1. one point to take up again holds back at least half of what could be looked at, or
2. less than half of the points have been earned.

Points hit by a technical incident, and those that wait for one, count for nobody. A hand-in that is missing or could
not be examined is no sign of difficulty: it stands in lists of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from etabli.exam.contract.french import count
from etabli.exam.contract.outcome import Outcome
from etabli.reports.payload import CheckResult, LabMeta, Payload, roots, tally, usual_title

HALF = 0.5


@dataclass(frozen=True)
class Difficulty:
    """One learner who needs help, and why."""

    candidate: str
    why: str
    check: CheckResult | None
    """Where to start with them."""
    share: float
    """Part (0 to 1) of the first palier's points that were earned."""


def difficulties(payloads: Sequence[Payload], lab: LabMeta) -> tuple[Difficulty, ...]:
    """Returns those who need help, the most stuck first."""
    found = [one for payload in payloads if (one := _difficulty(payload, lab))]
    return tuple(sorted(found, key=lambda one: one.share))


def _difficulty(payload: Payload, lab: LabMeta) -> Difficulty | None:
    palier = lab.palier_ids[0]
    checks = _looked_at([check for check in payload["checks"] if check["palier"] == palier])
    counted = sum(check["points"] for check in checks)
    if not counted:
        return None
    earned = tally(checks)["earned"]
    title, share = usual_title(palier), earned / counted
    if holding := _holding(checks, counted):
        why = f"un seul point à revoir retient au moins la moitié du palier {title}"
        return Difficulty(payload["candidate"], why, holding, share)
    if share < HALF:
        amount = count(earned, "{n} point acquis", "{n} points acquis")
        # Never « 8 sur 20 »: it would read as a mark.
        why = f"moins de la moitié du palier {title} : {amount}, {counted - earned} à acquérir"
        first = next((check for check in checks if check["outcome"] == Outcome.FAILED), None)
        return Difficulty(payload["candidate"], why, first, share)
    return None


def _looked_at(checks: Sequence[CheckResult]) -> list[CheckResult]:
    """Leaves out what a technical incident hit, directly or through a check that waits for it."""
    ours = {
        name for name, causes in roots(checks).items() if any(cause["outcome"] == Outcome.ERROR for cause in causes)
    }
    return [check for check in checks if check["outcome"] != Outcome.ERROR and check["id"] not in ours]


def _holding(checks: Sequence[CheckResult], counted: int) -> CheckResult | None:
    points = {check["id"]: check["points"] for check in checks}
    held: Counter[str] = Counter()
    for blocked, causes in roots(checks).items():
        for cause in causes:
            held[cause["id"]] += points[blocked] if cause["outcome"] == Outcome.FAILED else 0
    worst = max(checks, key=lambda check: held[check["id"]])
    return worst if held[worst["id"]] >= HALF * counted else None
