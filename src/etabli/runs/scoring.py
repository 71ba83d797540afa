"""Pure scoring: from the frozen events of a run to results and points. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from etabli.exam.contract.check import CheckSpec
from etabli.exam.contract.outcome import Outcome, Status
from etabli.exam.contract.transcript import Event
from etabli.runs.evidence import Evidence
from etabli.runs.run import Run

MISSING = "L'examinateur n'a pas donné de constat pour ce point."


@dataclass(frozen=True)
class Result:
    """What became of one check in one run."""

    spec: CheckSpec
    outcome: Outcome
    blocked_by: tuple[str, ...] = ()
    observed: str | None = None
    expected: str | None = None
    help: str | None = None
    evidence: tuple[Evidence, ...] = ()
    duration_ms: float = 0.0


@dataclass(frozen=True)
class Score:
    """Points of a run; ``possible`` is the lab's sum, and the four others add up to it."""

    possible: int
    earned: int
    failed: int
    blocked: int
    error: int


def results(run: Run) -> tuple[Result, ...]:
    """Reads one result per check of the lab's fixed list; a missing one is an error, never a pass."""
    if run.status is Status.REJECTED:
        return ()
    verdicts = {event["check"]: event for event in run.events if event.get("kind") == "check_end"}
    evidence = _evidence_by_check(run.events)
    return tuple(_result(spec, verdicts.get(spec.id), evidence.get(spec.id, ())) for spec in run.checks)


def _evidence_by_check(events: Iterable[Event]) -> dict[str, tuple[Evidence, ...]]:
    found: dict[str, list[Evidence]] = {}
    for event in events:
        if event.get("kind") == "evidence" and (check := event.get("check")):
            item = Evidence(event["evidence_kind"], event["caption"], event["path"], event["sha256"])
            found.setdefault(check, []).append(item)
    return {check: tuple(items) for check, items in found.items()}


def _result(spec: CheckSpec, verdict: Event | None, evidence: Sequence[Evidence]) -> Result:
    if verdict is None:
        return Result(spec, Outcome.ERROR, observed=MISSING, help=spec.help, evidence=tuple(evidence))
    return Result(
        spec=spec,
        outcome=Outcome(verdict["outcome"]),
        blocked_by=tuple(verdict.get("blocked_by") or ()),
        observed=verdict.get("observed"),
        expected=verdict.get("expected"),
        help=verdict.get("help") or spec.help or None,
        evidence=tuple(evidence),
        duration_ms=float(verdict.get("duration_ms") or 0.0),
    )


def score(items: Sequence[Result]) -> Score:
    """Adds up the points by outcome."""

    def total(outcome: Outcome) -> int:
        return sum(item.spec.points for item in items if item.outcome is outcome)

    return Score(
        possible=sum(item.spec.points for item in items),
        earned=total(Outcome.PASSED),
        failed=total(Outcome.FAILED),
        blocked=total(Outcome.BLOCKED),
        error=total(Outcome.ERROR),
    )
