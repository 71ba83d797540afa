"""What was found of a run's work once the few words that hid the rest had been repaired in a copy.

It stands beside the verdicts in the transcript, under kinds that begin with :data:`REPAIRED`; no point comes from it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from etabli.exam.contract.repair import Correction, parse_corrections
from etabli.exam.contract.transcript import Event
from etabli.runs.run import Run
from etabli.runs.scoring import Result, results

REPAIRED = "repaired_"


@dataclass(frozen=True)
class Repaired:
    """The second look at a work."""

    check: str
    """Whose failure hid the rest."""
    edits: tuple[Correction, ...]
    results: tuple[Result, ...]
    """Of the repaired copy, one per check of the run; empty when an incident of ours ended the second look."""


def repaired(run: Run) -> Repaired | None:
    """Reads the second look of a run; most often there is none."""
    verdicts = {event["check"]: event for event in run.events if event.get("kind") == "check_end"}
    found = next(((check, event["repair"]) for check, event in verdicts.items() if event.get("repair")), None)
    apart = tuple(_bare(event) for event in run.events if str(event.get("kind")).startswith(REPAIRED))
    if found is None or not apart:
        return None
    kinds = {event["kind"] for event in apart}
    whole = "close" in kinds and "incident" not in kinds
    return Repaired(found[0] or "", parse_corrections(found[1]), results(replace(run, events=apart)) if whole else ())


def _bare(event: Event) -> Event:
    bare = event.copy()
    bare["kind"] = event["kind"].removeprefix(REPAIRED)
    return bare
