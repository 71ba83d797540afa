"""The tables of a class, as values: what a workbook, a gradebook or a program shows in rows and columns.

Every learner of the roll has a row, present or not. What was not examined has **empty** cells, never a 0: a missing
hand-in, a rejected submission and an incident are not points lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from etabli.exam.contract.outcome import Outcome
from etabli.reception.hand_in import HandIn, HandInState
from etabli.reports.payload import CheckResult, LabMeta, Payload, decisive_failures, moment, palier_ids, tally
from etabli.reports.roll import Roll
from etabli.reports.text import Word, hand_in_words, outcome_word, palier_title, status_word

Value = str | int | float | datetime | Word | None
"""A cell: an instant is in UTC, a word has its sign and colour, ``None`` is an empty cell."""

_HOUR_S = 3_600
_SHORT, _MIDDLE, _LONG, _TEXT = 10, 16, 34, 60


@dataclass(frozen=True)
class Column:
    """One column: its stable key, its heading on screen, its width in characters."""

    key: str
    title: str
    width: int = _MIDDLE


@dataclass(frozen=True)
class Table:
    """One table; all its rows have as many cells as it has columns."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True)
class Standing:
    """Where one learner stands: their hand-in and their newest run, either of which may be missing."""

    candidate: str
    hand_in: HandIn | None
    payload: Payload | None

    @property
    def state(self) -> Word | None:
        """What became of the duty to hand in; a run without any record of it was handed in."""
        if self.hand_in is not None:
            return hand_in_words(self.hand_in)
        return hand_in_words(HandIn(self.candidate, HandInState.HANDED_IN)) if self.payload else None

    @property
    def checks(self) -> Sequence[CheckResult]:
        """The checks of an examined submission; none otherwise."""
        return self.payload["checks"] if self.payload else ()

    def check(self, check: str) -> CheckResult | None:
        """Returns what became of one check, if it was looked at."""
        return next((found for found in self.checks if found["id"] == check), None)


def standings(payloads: Sequence[Payload], roll: Roll) -> tuple[Standing, ...]:
    """Returns where everyone stands: those of the roll, then graded candidates outside it."""
    by_candidate = {payload["candidate"]: payload for payload in payloads}
    return tuple(
        Standing(candidate, roll.hand_in(candidate), by_candidate.get(candidate))
        for candidate in roll.ordered(list(by_candidate))
    )


def class_table(everyone: Sequence[Standing], lab: LabMeta) -> Table:
    """One row per learner: hand-in, points by palier, counts."""
    columns = (
        Column("candidate", "Élève", _MIDDLE),
        Column("hand_in", "Remise", 26),
        Column("handed_in_at", "Remis le", 18),
        Column("late_days", "Retard (jours)", _SHORT),
        Column("late_hours", "Retard (heures)", _SHORT),
        Column("status", "Vérification", 26),
        *((Column("decisive", "À reprendre avant tout", _LONG),) if has_decisive(lab) else ()),
        *(Column(f"{palier}_earned", title, _MIDDLE) for palier, title in _palier_headings(lab)),
        Column("earned", "Points acquis", _SHORT),
        Column("possible", "Points possibles", _SHORT),
        *(Column(outcome, _plural(outcome), _SHORT) for outcome in Outcome),
        Column("reason", "À savoir", _TEXT),
        Column("graded_at", "Vérifié le", 18),
        Column("lab_version", "Version du TP", _SHORT),
    )
    return Table("Classe", columns, tuple(_class_row(standing, lab) for standing in everyone))


def _palier_headings(lab: LabMeta) -> Iterator[tuple[str, str]]:
    titles = dict(lab.paliers)
    for palier in palier_ids(lab):
        possible = sum(check.points for check in lab.checks if check.palier == palier)
        yield palier, f"{titles.get(palier) or palier_title(palier)} (sur {possible})"


def _plural(outcome: str) -> str:
    many = outcome_word(outcome).many
    return many[:1].upper() + many[1:]


def _class_row(standing: Standing, lab: LabMeta) -> tuple[Value, ...]:
    payload = standing.payload
    return (
        standing.candidate,
        standing.state,
        *_moments(standing.hand_in),
        status_word(payload["status"]) if payload else None,
        *((_decisive(payload),) if has_decisive(lab) else ()),
        *(_earned(standing.checks, palier) for palier in palier_ids(lab)),
        *_totals(payload),
        *_counts(standing.checks),
        payload["reason"] if payload else None,
        moment(payload["finished_at"]) if payload else None,
        payload["lab_version"] if payload else None,
    )


def has_decisive(lab: LabMeta) -> bool:
    """Tells whether some check of the lab may keep work from being accepted."""
    return any(check.decisive for check in lab.checks)


def _decisive(payload: Payload | None) -> str | None:
    failures = decisive_failures(payload) if payload else []
    return " ; ".join(check["title"] for check in failures) or None


def _moments(hand_in: HandIn | None) -> tuple[Value, Value, Value]:
    if hand_in is None or hand_in.at is None:
        return None, None, None
    return moment(hand_in.at), hand_in.late_days, round(hand_in.late_s / _HOUR_S, 1)


def _earned(checks: Sequence[CheckResult], palier: str) -> int | None:
    mine = [check for check in checks if check["palier"] == palier]
    return tally(mine)["earned"] if mine else None


def _totals(payload: Payload | None) -> tuple[Value, Value]:
    score = payload["score"] if payload else None
    return (score["earned"], score["possible"]) if score else (None, None)


def _counts(checks: Sequence[CheckResult]) -> tuple[Value, ...]:
    numbers = Counter(check["outcome"] for check in checks)
    return tuple(numbers[outcome] if checks else None for outcome in Outcome)


def points_table(everyone: Sequence[Standing], lab: LabMeta) -> Table:
    """Learners × points de vérification, each cell a word."""
    columns = (
        Column("candidate", "Élève", _MIDDLE),
        Column("hand_in", "Remise", 26),
        *(Column(check.id, check.title, _MIDDLE) for check in lab.checks),
    )
    rows = tuple((item.candidate, item.state, *point_cells(item, lab)) for item in everyone)
    return Table("Points", columns, rows)


def point_cells(standing: Standing, lab: LabMeta) -> tuple[Value, ...]:
    """Returns the word of each check of the lab for one learner; ``None`` where nothing was looked at."""
    outcomes = {check["id"]: outcome_word(check["outcome"]) for check in standing.checks}
    return tuple(outcomes.get(check.id) for check in lab.checks)


def detail_table(everyone: Sequence[Standing], lab: LabMeta) -> Table:
    """One row per learner and check, with what was observed."""
    columns = (
        Column("candidate", "Élève", _MIDDLE),
        Column("hand_in", "Remise", 26),
        Column("palier", "Palier", _MIDDLE),
        Column("title", "Point de vérification", 44),
        Column("competences", "Compétences", 12),
        Column("points", "Points", _SHORT),
        Column("outcome", "Constat", 20),
        Column("earned", "Points acquis", _SHORT),
        Column("blocked_by", "À mettre en place d'abord", _LONG),
        Column("observed", "Observé", _TEXT),
        Column("expected", "Attendu", _TEXT),
        Column("help", "Où regarder", _TEXT),
        Column("check", "Identifiant du point", 26),
    )
    return Table("Détail", columns, tuple(row for standing in everyone for row in _detail_rows(standing, lab)))


def _detail_rows(standing: Standing, lab: LabMeta) -> Iterator[tuple[Value, ...]]:
    titles = {check["id"]: check["title"] for check in standing.checks}
    paliers = dict(lab.paliers)
    for check in standing.checks:
        said = (check["palier"], check["title"], " ".join(check["competences"]), check["points"])
        waits = " ; ".join(titles.get(name, name) for name in check["blocked_by"])
        earned = check["points"] if check["outcome"] == Outcome.PASSED else _not_lost(check)
        yield (
            *(standing.candidate, standing.state, paliers.get(said[0]) or palier_title(said[0]), *said[1:]),
            *(outcome_word(check["outcome"]), earned, waits or None),
            *(check["observed"], check["expected"], check["help"], check["id"]),
        )
    if not standing.checks:
        for spec in lab.checks:
            title = paliers.get(spec.palier) or palier_title(spec.palier)
            facts = (title, spec.title, " ".join(spec.competences), spec.points)
            yield (standing.candidate, standing.state, *facts, *((None,) * 6), spec.id)


def _not_lost(check: CheckResult) -> int | None:
    """An incident of ours is not 0 points: a person looks."""
    return None if check["outcome"] == Outcome.ERROR else 0


def competence_table(everyone: Sequence[Standing], lab: LabMeta) -> Table:
    """One row per learner and competence: how many points were passed, failed, not observed."""
    columns = (
        Column("candidate", "Élève", _MIDDLE),
        Column("hand_in", "Remise", 26),
        Column("competence", "Compétence", 12),
        Column("text", "Libellé", _TEXT),
        Column("checks", "Points de vérification", _SHORT),
        *(Column(outcome, _plural(outcome), _SHORT) for outcome in Outcome),
    )
    rows = tuple(
        (standing.candidate, standing.state, code, text, _number(lab, code), *_counts(_showing(standing, code)))
        for standing in everyone
        for code, text in lab.competences.items()
    )
    return Table("Compétences", columns, rows)


def _number(lab: LabMeta, code: str) -> int:
    return sum(code in check.competences for check in lab.checks)


def _showing(standing: Standing, code: str) -> list[CheckResult]:
    return [check for check in standing.checks if code in check["competences"]]


def with_columns(
    table: Table, columns: Sequence[Column], cells: Callable[[str], Sequence[Value]], *, after: int | None = None
) -> Table:
    """Adds columns to a table whose first column is the candidate.

    Args:
        table: The table.
        columns: What is added.
        cells: Their values, by candidate.
        after: Behind how many columns; behind the last one when absent.
    """
    place = len(table.columns) if after is None else after
    return Table(
        table.title,
        (*table.columns[:place], *columns, *table.columns[place:]),
        tuple((*row[:place], *cells(str(row[0])), *row[place:]) for row in table.rows),
    )


def as_records(table: Table, shown: Callable[[Value], object]) -> list[Mapping[str, object]]:
    """Returns the rows as dictionaries by key, each value as ``shown`` writes it."""
    keys = [column.key for column in table.columns]
    return [{key: shown(value) for key, value in zip(keys, row, strict=True)} for row in table.rows]
