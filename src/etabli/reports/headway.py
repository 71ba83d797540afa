"""Headway: what changed since the last time each point was observed, said so that it encourages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from etabli.exam.contract.french import count
from etabli.exam.contract.outcome import Outcome
from etabli.reports.payload import Payload


@dataclass(frozen=True)
class Headway:
    """The checks that passed now and not before, and those that no longer pass; by title."""

    gained: tuple[str, ...]
    lost: tuple[str, ...]


def headway(former: Iterable[Payload], payload: Payload) -> Headway:
    """Compares each check with the last time that it was observed.

    A partial verification, or one in which nothing could start, tells nothing of the points it did not see.

    Args:
        former: Earlier verifications of the same work, oldest first.
        payload: The verification that has just been made.
    """
    known, before = _observed(former)
    gained = [c["title"] for c in payload["checks"] if c["outcome"] == Outcome.PASSED and c["id"] in known - before]
    lost = [c["title"] for c in payload["checks"] if c["outcome"] == Outcome.FAILED and c["id"] in before]
    return Headway(tuple(gained), tuple(lost))


def _observed(former: Iterable[Payload]) -> tuple[set[str], set[str]]:
    """Returns the checks that some verification listed, and those that passed when they were last observed."""
    known: set[str] = set()
    passed: set[str] = set()
    for check in (check for payload in former for check in payload["checks"]):
        known.add(check["id"])
        if check["outcome"] == Outcome.PASSED:
            passed.add(check["id"])
        elif check["outcome"] == Outcome.FAILED:
            passed.discard(check["id"])
    return known, passed


def headway_line(change: Headway) -> str:
    """Returns the sentence for a student."""
    gained, lost = len(change.gained), len(change.lost)
    parts = []
    if gained:
        parts.append(count(gained, "{n} point réussi de plus", "{n} points réussis de plus"))
    if lost:
        title = change.lost[0].rstrip(".")
        parts.append(f"« {title} » ne réussit plus" if lost == 1 else f"{lost} points ne réussissent plus")
    said = ", ".join(parts) or "rien n'a changé"
    return f"Depuis la dernière fois : {said}."
