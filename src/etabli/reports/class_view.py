"""What the class page shows, worked out from payloads: values in, values out, no file and no HTML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from etabli.exam.contract.outcome import Outcome, Status
from etabli.reception.hand_in import HandIn
from etabli.reports.hand_in_view import (
    Identical,
    Several,
    chased,
    figures,
    identical,
    lateness,
    several,
    undated,
    without_run,
)
from etabli.reports.needs import Need, needs
from etabli.reports.payload import CheckResult, LabMeta, Payload, decisive_failures, fix_first
from etabli.reports.roll import NO_ROLL, Roll
from etabli.reports.text import Word, word_of
from etabli.reports.views import (
    PalierScore,
    Segment,
    Tally,
    cannot_stand,
    made_otherwise_in,
    next_step,
    nothing_worked,
    palier_scores,
    segments,
    tallies,
)
from etabli.reports.who import Who, everyone

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
    """One learner on the class page, with a run or without."""

    who: Who
    status: Word
    """Of the run; of the hand-in when there is no run."""
    late: Word | None
    decisive: Word | None
    """There when a decisive check keeps the work from being accepted as it is."""
    cannot_stand: str | None
    """Why, in a sentence."""
    reason: str | None
    next_step: str | None
    paliers: tuple[PalierScore, ...]
    """Empty when nothing was examined: no points, rather than zero points."""
    tallies: tuple[Tally, ...]
    cells: tuple[tuple[Cell, ...], ...]
    first: CheckResult | None
    message: str | None
    """What the application printed, when it earned nothing at all."""
    graded: bool
    """There is a run, and so a page of the learner's own."""


@dataclass(frozen=True)
class Helped:
    """One learner who needs help."""

    who: Who
    need: Need


@dataclass(frozen=True)
class ClassView:
    """The class at a glance."""

    groups: tuple[Group, ...]
    rows: tuple[Row, ...]
    attention: tuple[Row, ...]
    statuses: tuple[Tally, ...]
    hand_ins: tuple[Tally, ...]
    deadline: str | None
    several: tuple[Several, ...]
    identical: tuple[Identical, ...]
    undated: int
    chased: int
    helped: tuple[Helped, ...]
    often: tuple[Column, ...]
    essentiel_complete: int
    otherwise: tuple[str, ...]
    """Runs made with another brief or another Établi."""
    named: bool
    """Whether a click has something to show that is hidden before."""


def class_view(payloads: Sequence[Payload], lab: LabMeta, roll: Roll = NO_ROLL) -> ClassView:
    """Works out the class page: one row per learner of the roll, then graded candidates outside it."""
    runs = {payload["candidate"]: payload for payload in payloads}
    people = everyone(roll, list(runs))
    groups = _groups(payloads, lab)
    rows = tuple(_row(who, runs.get(who.candidate), roll.hand_in(who.candidate), groups, lab) for who in people)
    statuses = Counter(payload["status"] for payload in payloads)
    return ClassView(
        groups=groups,
        rows=rows,
        attention=tuple(row for row in rows if row.graded and row.status.code != Status.GRADED),
        statuses=tuple(Tally(word_of(status), statuses[status]) for status in Status),
        hand_ins=figures(roll.hand_ins),
        deadline=roll.hand_ins.deadline if roll.hand_ins else None,
        several=several(roll, people),
        identical=identical(payloads, people),
        undated=undated(roll.hand_ins),
        chased=len(chased(payloads, roll)),
        helped=_helped(payloads, lab, people),
        often=_often(groups),
        essentiel_complete=sum(_first_palier_complete(row) for row in rows),
        otherwise=made_otherwise_in(payloads),
        named=bool(people),
    )


def _helped(payloads: Sequence[Payload], lab: LabMeta, people: Sequence[Who]) -> tuple[Helped, ...]:
    known = {who.candidate: who for who in people}
    return tuple(Helped(known[need.candidate], need) for need in needs(payloads, lab))


def _often(groups: Sequence[Group]) -> tuple[Column, ...]:
    columns = [column for group in groups for column in group.columns if column.failed]
    return tuple(sorted(columns, key=lambda column: -column.failed)[:OFTEN])


def _first_palier_complete(row: Row) -> bool:
    return bool(row.paliers) and row.paliers[0].score["earned"] == row.paliers[0].score["possible"]


def _groups(payloads: Sequence[Payload], lab: LabMeta) -> tuple[Group, ...]:
    found: list[Group] = []
    for palier in lab.palier_ids:
        columns = tuple(
            _column(spec.id, spec.title, spec.points, payloads) for spec in lab.checks if spec.palier == palier
        )
        if columns:
            found.append(Group(palier, lab.palier_title(palier), columns))
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


def _row(who: Who, payload: Payload | None, hand_in: HandIn | None, groups: Sequence[Group], lab: LabMeta) -> Row:
    checks = payload["checks"] if payload else []
    to_fix = fix_first(checks, lab.palier_ids)
    return Row(
        who=who,
        status=word_of(payload["status"]) if payload else without_run(hand_in),
        late=lateness(hand_in),
        decisive=word_of("decisive") if payload and decisive_failures(payload) else None,
        cannot_stand=cannot_stand(payload) if payload else None,
        reason=payload["reason"] if payload else None,
        next_step=next_step(payload) if payload else None,
        paliers=palier_scores(checks, lab),
        tallies=tallies(checks),
        cells=_cells(checks, groups),
        first=to_fix[0] if to_fix else None,
        message=nothing_worked(payload) if payload else None,
        graded=payload is not None,
    )


def _cells(checks: Sequence[CheckResult], groups: Sequence[Group]) -> tuple[tuple[Cell, ...], ...]:
    outcomes = {check["id"]: word_of(check["outcome"]) for check in checks}
    return tuple(
        tuple(Cell(column.id, column.title, outcomes.get(column.id)) for column in group.columns) for group in groups
    )
