"""Who needs help, in the order in which a teacher should see them: each with their own cause, and what to say to them.

The needs, most pressing first, by rules that anyone can check:

1. the start check failed, so that nothing else could be looked at;
2. what was handed in could not be examined;
3. a decisive check failed;
4. on the first palier (a first session's work with the starter), one point holds back half of what could be looked at;
5. less than half of the first palier's points have been earned;
6. something else is to be taken up again: only as many as make :data:`ENOUGH` learners with those above;
7. nothing was handed in.

Points hit by a technical incident, and those that wait for one, count for nobody; who left the class is on no list.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Final

from etabli.exam.contract.outcome import Outcome
from etabli.reports.hand_in_view import chased
from etabli.reports.payload import CheckResult, LabMeta, Payload, decisive_failures, fix_first, roots, tally
from etabli.reports.repaired_view import repaired_view, still_hidden, where
from etabli.reports.roll import NO_ROLL, Roll
from etabli.reports.text import unordered
from etabli.reports.views import nothing_worked

ENOUGH = 5
"""Learners whom a teacher sees in one round."""
HALF = 0.5
_PLACE = re.compile(r"(?P<file>[\w./-]+\.(?:php|inc|py)), ligne (?P<line>\d+)")


class Need(IntEnum):
    """Why a learner is on the list, most pressing first."""

    START = 1
    REFUSED = 2
    DECISIVE = 3
    HELD = 4
    BEHIND = 5
    NEXT = 6
    MISSING = 7


WHY: Final[Mapping[Need, str]] = {
    Need.START: "Rien d'autre n'a donc pu être vérifié.",
    Need.REFUSED: "Le rendu n'a pas pu être examiné. Quand il sera redéposé, relancez la même commande.",
    Need.DECISIVE: "À reprendre avant tout.",
    Need.HELD: "Tant que ce point n'est pas réussi, au moins la moitié du palier {palier} ne peut pas être vérifiée.",
    Need.BEHIND: "Moins de la moitié du palier {palier} est acquise.",
    Need.NEXT: "À voir ensuite.",
    Need.MISSING: "Rien n'a été rendu.",
}
"""Each need in a sentence."""


@dataclass(frozen=True)
class Difficulty:
    """One learner who needs help, with the cause that is their own."""

    candidate: str
    need: Need
    check: CheckResult | None = None
    """Where to begin with them; ``None`` without a run."""
    cause: str | None = None
    """What was observed there; why the hand-in could not be examined."""
    message: str | None = None
    """The error that the application printed, when nothing at all worked and the cause gives no place."""
    say: str | None = None
    """What to say to them, in a few words."""
    advice: str | None = None
    """What the check advised for this very failure, if it had more to say than its usual help."""
    repaired: str | None = None
    """Where the work would stand without the few words that hid the rest, in a line."""
    unordered: str | None = None
    """Which of their files was graded, where nothing tells which is the last."""

    @property
    def expected(self) -> str | None:
        """What should have been observed there, where nothing more precise is advised."""
        return self.check["expected"] if self.check and not self.advice else None


def difficulties(payloads: Sequence[Payload], lab: LabMeta, roll: Roll = NO_ROLL) -> tuple[Difficulty, ...]:
    """Returns those who need help, most pressing first."""
    present = [payload for payload in payloads if payload["candidate"] not in roll.departed]
    ranked = sorted(((_rank(payload, lab), payload) for payload in present if _failed(payload)), key=lambda one: one[0])
    refused, missing = _without_result(payloads, roll)
    pressing = [one for one in ranked if one[0][0] < Need.NEXT]
    listed = [*pressing, *ranked[len(pressing) :][: max(0, ENOUGH - len(pressing) - len(refused))]]
    found = [*refused, *(_difficulty(payload, rank[0], lab) for rank, payload in listed), *missing]
    told = (replace(one, unordered=unordered(roll.hand_in(one.candidate))) for one in found)
    return tuple(sorted(told, key=lambda one: one.need))


def say_of(check: CheckResult, payload: Payload, lab: LabMeta) -> str | None:
    """Returns what to say to whoever fails a check: the lines to correct or to read if known, or the lab's gesture."""
    return place_of(check, payload) or lab.geste(check["id"], check["observed"])


def place_of(check: CheckResult, payload: Payload) -> str | None:
    """Returns the file and line to read, if they are known; a learner may have named that file after themselves.

    The lines that a second look repaired, and that alone hide the rest, are all to correct; where something else hides
    it too, what the application printed says more than they do. Else it is the place of what was observed. That of an
    error that the application printed counts where other points wait for this one, for a check may play a failure of
    its own; outside any check, where nothing at all worked.
    """
    holds = any(cause["id"] == check["id"] for causes in roots(payload["checks"]).values() for cause in causes)
    seen_in: set[str | None] = {check["id"]} if holds else set()
    seen_in |= {None} if nothing_worked(payload) else set()
    printed = [item["look"] for item in payload.get("messages", ()) if item["check"] in seen_in]
    told = [check["observed"] or "", check["help"] or "", *printed]
    block = payload.get("repaired")
    if block and block["check"] == check["id"]:
        if not still_hidden(block):
            return f"Corrigez {where(block)}"
        told = [*printed, *told]
    if place := next(filter(None, map(_PLACE.search, told)), None):
        return f"Lisez {place['file']}, ligne {place['line']}"
    return None


def _without_result(payloads: Sequence[Payload], roll: Roll) -> tuple[list[Difficulty], list[Difficulty]]:
    """Those whose hand-in could not be examined, and those who handed in nothing."""
    graded = {payload["candidate"] for payload in payloads}
    found = [one for one in chased(payloads, roll) if not one.who.departed]
    refused = [one for one in found if one.who.candidate in graded]
    missing = [one for one in found if one.who.candidate not in graded]
    return (
        [Difficulty(o.who.candidate, Need.REFUSED, cause=o.reason, say="Redéposez votre rendu") for o in refused],
        [Difficulty(o.who.candidate, Need.MISSING, say="Déposez votre travail") for o in missing],
    )


def _failed(payload: Payload) -> bool:
    return any(check["outcome"] == Outcome.FAILED for check in payload["checks"])


def _rank(payload: Payload, lab: LabMeta) -> tuple[Need, float, float]:
    """The need, then how little of the first palier is earned, and of the whole."""
    looked_at = _looked_at(payload["checks"])
    first = [check for check in looked_at if check["palier"] == lab.palier_ids[0]]
    return _need(payload, first, lab), _share(first), _share(looked_at)


def _need(payload: Payload, first: Sequence[CheckResult], lab: LabMeta) -> Need:
    if _start_failed(payload, lab):
        return Need.START
    if decisive_failures(payload):
        return Need.DECISIVE
    if _holding(first):
        return Need.HELD
    return Need.BEHIND if _share(first) < HALF else Need.NEXT


def _difficulty(payload: Payload, need: Need, lab: LabMeta) -> Difficulty:
    first = [check for check in payload["checks"] if check["palier"] == lab.palier_ids[0]]
    check = (
        (_start_failed(payload, lab) if need is Need.START else None)
        or (_holding(_looked_at(first)) if need is Need.HELD else None)
        or fix_first(payload["checks"], lab)[0]
    )
    message = nothing_worked(payload) if need is Need.START and not _PLACE.search(check["observed"] or "") else None
    usual = next((spec.help for spec in lab.checks if spec.id == check["id"]), None)
    return Difficulty(
        payload["candidate"],
        need,
        check,
        check["observed"],
        message,
        say_of(check, payload, lab),
        check["help"] if check["help"] != usual else None,
        again.short if (again := repaired_view(payload)) else None,
    )


def _start_failed(payload: Payload, lab: LabMeta) -> CheckResult | None:
    start = next((check for check in payload["checks"] if check["id"] == lab.checks[0].id), None)
    return start if start and start["outcome"] == Outcome.FAILED else None


def _share(checks: Sequence[CheckResult]) -> float:
    """Part (0 to 1) of the points that were earned; everything of nothing."""
    score = tally(checks)
    return score["earned"] / score["possible"] if score["possible"] else 1.0


def _looked_at(checks: Sequence[CheckResult]) -> list[CheckResult]:
    """Leaves out what a technical incident hit, directly or through a check that waits for it."""
    ours = {
        name for name, causes in roots(checks).items() if any(cause["outcome"] == Outcome.ERROR for cause in causes)
    }
    return [check for check in checks if check["outcome"] != Outcome.ERROR and check["id"] not in ours]


def _holding(checks: Sequence[CheckResult]) -> CheckResult | None:
    """The failed check that holds back at least half of the points of these, if there is one."""
    points = {check["id"]: check["points"] for check in checks}
    held: Counter[str] = Counter()
    for blocked, causes in roots(checks).items():
        for cause in causes:
            held[cause["id"]] += points[blocked] if cause["outcome"] == Outcome.FAILED else 0
    worst = max(checks, key=lambda check: held[check["id"]], default=None)
    return worst if worst and held[worst["id"]] >= HALF * sum(points.values()) else None
