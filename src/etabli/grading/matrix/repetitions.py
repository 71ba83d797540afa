"""Specimens graded again and again: a verdict that changes while nothing does is a flake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from etabli.exam.contract.outcome import Outcome
from etabli.grading.matrix import REPAIRED_COPY, MatrixRow
from etabli.runs.repaired import repaired


@dataclass(frozen=True)
class Flake:
    """A check whose verdict on one specimen was not always the same."""

    specimen: str
    check: str
    outcomes: tuple[Outcome | None, ...]
    """In the order of the repetitions; nothing where it did not run."""


def flakes(repetitions: Sequence[Sequence[MatrixRow]]) -> list[Flake]:
    """Compares the rows of several repetitions; the checks of a second look too.

    Args:
        repetitions: The rows of each, of the same specimens in the same order.
    """
    found = []
    for rows in zip(*repetitions, strict=True):
        seen = [_verdicts(row) for row in rows]
        for check in dict.fromkeys(check for verdicts in seen for check in verdicts):
            outcomes = tuple(verdicts.get(check) for verdicts in seen)
            if len(set(outcomes)) > 1:
                found.append(Flake(rows[0].specimen.name, check, outcomes))
    return found


def _verdicts(row: MatrixRow) -> Mapping[str, Outcome]:
    again = repaired(row.run)
    second = {f"{item.spec.id}{REPAIRED_COPY}": item.outcome for item in (again.results if again else ())}
    return {**row.outcomes, **second}
