"""Since: what changed since the last time each point was observed, said so that it encourages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from etabli.exam.contract.outcome import Outcome
from etabli.reports.payload import Payload


@dataclass(frozen=True)
class Since:
    """The checks that passed now and not before, and those that no longer pass; by title."""

    gained: tuple[str, ...]
    lost: tuple[str, ...]


def since(former: Iterable[Payload], payload: Payload) -> Since:
    """Compares each check with the last time that it was observed.

    A partial verification, or one in which nothing could start, tells nothing of the points it did not see.

    Args:
        former: Earlier verifications of the same work, oldest first.
        payload: The verification that has just been made.
    """
    known, before = _observed(former)
    gained = [c["title"] for c in payload["checks"] if c["outcome"] == Outcome.PASSED and c["id"] in known - before]
    lost = [c["title"] for c in payload["checks"] if c["outcome"] == Outcome.FAILED and c["id"] in before]
    return Since(tuple(gained), tuple(lost))


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


def since_line(change: Since) -> str:
    """Returns the sentence for a student."""
    gained, lost = len(change.gained), len(change.lost)
    more = "1 point réussi de plus" if gained == 1 else f"{gained} points réussis de plus"
    less = f"{lost} points ne réussissent plus"
    if lost == 1:
        less = "« {title} » ne réussit plus".format(title=change.lost[0].rstrip("."))
    if gained and lost:
        return f"Depuis la dernière fois : {more}, {less}."
    if gained:
        return f"Depuis la dernière fois : {more}."
    if lost:
        return f"Depuis la dernière fois : {less}."
    return "Depuis la dernière fois : rien n'a changé."
