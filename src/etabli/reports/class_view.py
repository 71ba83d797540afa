"""What the class page shows, worked out from payloads: values in, values out, no file and no HTML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from etabli.outcome import Outcome, Status
from etabli.reports.payload import CheckResult, LabMeta, Payload, fix_first, palier_ids
from etabli.reports.text import Word, outcome_word, palier_title, status_word
from etabli.reports.views import PalierScore, Segment, Tally, next_step, palier_scores, segments, tallies

OFTEN = 5
"""Points the class misses most, at most this many."""


@dataclass(frozen=True)
class Cell:
    """One learner, one check."""

    check: str
    title: str
    word: Word | None


@dataclass(frozen=True)
class Column:
    """One check over the whole class."""

    id: str
    title: str
    points: int
    tallies: tuple[Tally, ...]
    segments: tuple[Segment, ...]
    passed: int
    graded: int

    @property
    def share(self) -> float:
        """Part of the examined submissions that passed."""
        return self.passed / self.graded if self.graded else 0.0

    @property
    def failed(self) -> int:
        """How many learners have this point to take up again."""
        return next((tally.number for tally in self.tallies if tally.word.code == Outcome.FAILED), 0)


@dataclass(frozen=True)
class Group:
    """The checks of one palier over the class."""

    id: str
    title: str
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Row:
    """One learner on the class page."""

    candidate: str
    status: Word
    reason: str | None
    next_step: str | None
    paliers: tuple[PalierScore, ...]
    tallies: tuple[Tally, ...]
    cells: tuple[tuple[Cell, ...], ...]
    first: CheckResult | None

    @property
    def examined(self) -> bool:
        """False for a submission that was rejected."""
        return self.status.code != Status.REJECTED

    @property
    def href(self) -> str:
        """The learner's page, seen from the class page."""
        return f"{self.candidate}/index.html"


@dataclass(frozen=True)
class ClassView:
    """The class at a glance."""

    groups: tuple[Group, ...]
    rows: tuple[Row, ...]
    attention: tuple[Row, ...]
    statuses: tuple[Tally, ...]
    often: tuple[Column, ...]
    essentiel_complete: int


def class_view(payloads: Sequence[Payload], lab: LabMeta) -> ClassView:
    """Works out the class page."""
    groups = _groups(payloads, lab)
    rows = tuple(_row(payload, groups, lab) for payload in payloads)
    statuses = Counter(payload["status"] for payload in payloads)
    columns = [column for group in groups for column in group.columns if column.failed]
    often = sorted(columns, key=lambda column: -column.failed)[:OFTEN]
    return ClassView(
        groups=groups,
        rows=rows,
        attention=tuple(row for row in rows if row.status.code != Status.GRADED),
        statuses=tuple(Tally(status_word(status), statuses[status]) for status in Status),
        often=tuple(often),
        essentiel_complete=sum(_first_palier_complete(row) for row in rows),
    )


def _first_palier_complete(row: Row) -> bool:
    return bool(row.paliers) and row.paliers[0].score["earned"] == row.paliers[0].score["possible"]


def _groups(payloads: Sequence[Payload], lab: LabMeta) -> tuple[Group, ...]:
    titles = dict(lab.paliers)
    found: list[Group] = []
    for palier in palier_ids(lab):
        columns = tuple(
            _column(spec.id, spec.title, spec.points, payloads) for spec in lab.checks if spec.palier == palier
        )
        if columns:
            found.append(Group(palier, titles.get(palier) or palier_title(palier), columns))
    return tuple(found)


def _column(check_id: str, title: str, points: int, payloads: Sequence[Payload]) -> Column:
    results = [check for payload in payloads for check in payload["checks"] if check["id"] == check_id]
    counted = tallies(results)
    return Column(
        id=check_id,
        title=title,
        points=points,
        tallies=counted,
        segments=segments((tally.word.code, tally.number) for tally in counted),
        passed=sum(check["outcome"] == Outcome.PASSED for check in results),
        graded=len(results),
    )


def _row(payload: Payload, groups: Sequence[Group], lab: LabMeta) -> Row:
    by_id = {check["id"]: check for check in payload["checks"]}

    def cell(column: Column) -> Cell:
        result = by_id.get(column.id)
        return Cell(column.id, column.title, outcome_word(result["outcome"]) if result else None)

    to_fix = fix_first(payload["checks"], palier_ids(lab))
    return Row(
        candidate=payload["candidate"],
        status=status_word(payload["status"]),
        reason=payload["reason"],
        next_step=next_step(payload),
        paliers=palier_scores(payload["checks"], lab),
        tallies=tallies(payload["checks"]),
        cells=tuple(tuple(cell(column) for column in group.columns) for group in groups),
        first=to_fix[0] if to_fix else None,
    )
