"""The tables of a class: everyone, their points, what was observed, competences.

Every learner of the roll has a row, present or not. What was not examined has **empty** cells, never a 0: a missing
hand-in, a rejected submission and an incident are not points lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from etabli.exam.contract.outcome import Outcome
from etabli.reception.hand_in import HandIn, HandInState
from etabli.reports.payload import (
    CheckResult,
    LabMeta,
    Payload,
    ScoreBlock,
    decisive_failures,
    moment,
    tally,
    unexamined,
)
from etabli.reports.roll import Roll
from etabli.reports.table import Column, Table, Value, keyed
from etabli.reports.text import Word, hand_in_words, word_of

_HOUR_S = 3_600
_SHORT, _LONG, _TEXT = 10, 34, 60


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
        return word_of(HandInState.HANDED_IN) if self.payload else None

    @property
    def checks(self) -> Sequence[CheckResult]:
        """The checks of an examined submission; none otherwise."""
        return self.payload["checks"] if self.payload else ()


def standings(payloads: Sequence[Payload], roll: Roll) -> tuple[Standing, ...]:
    """Returns where everyone stands: those of the roll, then graded candidates outside it."""
    by_candidate = {payload["candidate"]: payload for payload in payloads}
    return tuple(
        Standing(candidate, roll.hand_in(candidate), by_candidate.get(candidate))
        for candidate in roll.ordered(list(by_candidate))
    )


_WHO: tuple[Column[Standing], ...] = (
    Column("candidate", "Élève", lambda one: one.candidate),
    Column("hand_in", "Remise", lambda one: one.state, 26),
)


def class_columns(lab: LabMeta) -> tuple[Column[Standing], ...]:
    """The columns of a class, one row per learner: hand-in, points by palier, counts."""
    decisive = any(check.decisive for check in lab.checks)
    return (
        *_WHO,
        _of_hand_in("handed_in_at", "Remis le", lambda at, _late: moment(at), 18),
        _of_hand_in("late_days", "Retard (jours)", lambda _at, late: late.late_days),
        _of_hand_in("late_hours", "Retard (heures)", lambda _at, late: round(late.late_s / _HOUR_S, 1)),
        _of_run("status", "Vérification", lambda run: word_of(run["status"]), 26),
        *([_of_run("decisive", "À reprendre avant tout", _decisive, _LONG)] if decisive else []),
        *(_earned(palier, lab) for palier in lab.palier_ids),
        _of_score("earned", "Points acquis", lambda score: score["earned"]),
        _of_score("possible", "Points possibles", lambda score: score["possible"]),
        *(Column(outcome, _many(outcome), partial(_number, outcome), _SHORT) for outcome in Outcome),
        _of_run("reason", "À savoir", lambda run: run["reason"], _TEXT),
        _of_run("graded_at", "Vérifié le", lambda run: moment(run["finished_at"]), 18),
        _of_run("lab_version", "Version du TP", lambda run: run["lab_version"], _SHORT),
    )


def _of_hand_in(key: str, title: str, of: Callable[[str, HandIn], Value], width: int = _SHORT) -> Column[Standing]:
    """A column that is empty for whoever handed in nothing, or at an unknown hour."""

    def cell(one: Standing) -> Value:
        return of(one.hand_in.at, one.hand_in) if one.hand_in and one.hand_in.at is not None else None

    return Column(key, title, cell, width)


def _of_run(key: str, title: str, of: Callable[[Payload], Value], width: int) -> Column[Standing]:
    return Column(key, title, lambda one: of(one.payload) if one.payload else None, width)


def _of_score(key: str, title: str, of: Callable[[ScoreBlock], Value]) -> Column[Standing]:
    return _of_run(key, title, lambda run: of(run["score"]) if run["score"] else None, _SHORT)


def _decisive(run: Payload) -> str | None:
    return " ; ".join(check["title"] for check in decisive_failures(run)) or None


def _earned(palier: str, lab: LabMeta) -> Column[Standing]:
    possible = sum(check.points for check in lab.checks if check.palier == palier)

    def cell(one: Standing) -> int | None:
        mine = [check for check in one.checks if check["palier"] == palier]
        return tally(mine)["earned"] if mine else None

    return Column(f"{palier}_earned", f"{lab.palier_title(palier)} (sur {possible})", cell)


def _many(outcome: Outcome) -> str:
    many = word_of(outcome).many
    return many[:1].upper() + many[1:]


def _counts(checks: Sequence[CheckResult]) -> dict[str, int]:
    """How many checks have each outcome; nothing where nothing was looked at."""
    numbers = Counter(check["outcome"] for check in checks)
    return {outcome: numbers[outcome] for outcome in Outcome} if checks else {}


def _number(outcome: Outcome, one: Standing) -> int | None:
    return _counts(one.checks).get(outcome)


def point_columns(lab: LabMeta) -> tuple[Column[Standing], ...]:
    """A column per point de vérification, each cell a word; empty where nothing was looked at."""
    return tuple(Column(check.id, check.title, partial(_word, check.id)) for check in lab.checks)


def _word(check: str, one: Standing) -> Word | None:
    return next((word_of(found["outcome"]) for found in one.checks if found["id"] == check), None)


_DETAIL = (
    keyed("candidate", "Élève"),
    keyed("hand_in", "Remise", 26),
    keyed("palier", "Palier"),
    keyed("title", "Point de vérification", 44),
    keyed("competences", "Compétences", 12),
    keyed("points", "Points", _SHORT),
    keyed("outcome", "Constat", 20),
    keyed("earned", "Points acquis", _SHORT),
    keyed("blocked_by", "À mettre en place d'abord", _LONG),
    keyed("observed", "Observé", _TEXT),
    keyed("expected", "Attendu", _TEXT),
    keyed("help", "Où regarder", _TEXT),
    keyed("id", "Identifiant du point", 26),
)
_COMPETENCES = (
    keyed("candidate", "Élève"),
    keyed("hand_in", "Remise", 26),
    keyed("competence", "Compétence", 12),
    keyed("text", "Libellé", _TEXT),
    keyed("checks", "Points de vérification", _SHORT),
    *(keyed(outcome, _many(outcome), _SHORT) for outcome in Outcome),
)


def class_tables(payloads: Sequence[Payload], lab: LabMeta, roll: Roll) -> tuple[Table[Any], ...]:
    """The sheets of a class: everyone, learners × points, one row per check, one row per competence."""
    everyone = standings(payloads, roll)
    return (
        Table("Classe", class_columns(lab), everyone),
        Table("Points", (*_WHO, *point_columns(lab)), everyone),
        Table("Détail", _DETAIL, [row for one in everyone for row in _details(one, lab)]),
        Table("Compétences", _COMPETENCES, [row for one in everyone for row in _by_competence(one, lab)]),
    )


def _details(one: Standing, lab: LabMeta) -> Iterator[dict[str, object]]:
    titles = {check["id"]: check["title"] for check in one.checks}
    checks: Sequence[Mapping[str, Any]] = one.checks or [unexamined(spec) for spec in lab.checks]
    for check in checks:
        outcome = check.get("outcome")
        yield {
            **check,
            "candidate": one.candidate,
            "hand_in": one.state,
            "palier": lab.palier_title(check["palier"]),
            "competences": " ".join(check["competences"]),
            "outcome": word_of(outcome) if outcome else None,
            # An incident of ours is not 0 points: a person looks.
            "earned": {"passed": check["points"], "failed": 0, "blocked": 0}.get(outcome or ""),
            "blocked_by": " ; ".join(titles.get(name, name) for name in check.get("blocked_by", ())) or None,
        }


def _by_competence(one: Standing, lab: LabMeta) -> Iterator[dict[str, object]]:
    for code, text in lab.competences.items():
        yield {
            "candidate": one.candidate,
            "hand_in": one.state,
            "competence": code,
            "text": text,
            "checks": sum(code in check.competences for check in lab.checks),
            **_counts([check for check in one.checks if code in check["competences"]]),
        }
