"""The tables of a class: everyone, what was observed by palier and by competence, point by point.

Every learner of the roll has a row, present or not. What was not examined has **empty** cells, never a 0: a missing
hand-in, a rejected submission and an incident are nothing that was lost. No cell holds points or a share: these tables
leave Établi, and a column of numbers is read as one of marks. Counts stand in words (« 18 réussis, 3 à revoir »).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from etabli.reception.hand_in import HandIn, HandInState
from etabli.reports.payload import CheckResult, LabMeta, Payload, decisive_failures, moment, unexamined
from etabli.reports.roll import Roll
from etabli.reports.table import Column, Table, Value, keyed
from etabli.reports.text import Word, hand_in_words, word_of
from etabli.reports.views import states

_HOUR_S = 3_600
_SHORT, _LONG, _TEXT = 10, 34, 60


@dataclass(frozen=True)
class Standing:
    """Where one learner stands: their hand-in and their newest run, either of which may be missing."""

    candidate: str
    hand_in: HandIn | None
    payload: Payload | None
    early: bool = False
    """Whether the deadline is still to come."""

    @property
    def state(self) -> Word | None:
        """What became of the duty to hand in; a run without any record of it was handed in."""
        if self.hand_in is not None:
            return hand_in_words(self.hand_in, early=self.early)
        return word_of(HandInState.HANDED_IN) if self.payload else None

    @property
    def checks(self) -> Sequence[CheckResult]:
        """The checks of an examined submission; none otherwise."""
        return self.payload["checks"] if self.payload else ()


def standings(payloads: Sequence[Payload], roll: Roll) -> tuple[Standing, ...]:
    """Returns where everyone stands: those of the roll, then graded candidates outside it."""
    by_candidate = {payload["candidate"]: payload for payload in payloads}
    return tuple(
        Standing(candidate, roll.hand_in(candidate), by_candidate.get(candidate), roll.early)
        for candidate in roll.ordered(list(by_candidate))
    )


_WHO: tuple[Column[Standing], ...] = (
    Column("candidate", "Élève", lambda one: one.candidate),
    Column("hand_in", "Remise", lambda one: one.state, 26),
)


def class_columns(lab: LabMeta) -> tuple[Column[Standing], ...]:
    """The columns of a class, one row per learner: hand-in, what was observed by palier and by competence."""
    decisive = any(check.decisive for check in lab.checks)
    return (
        *_WHO,
        _of_hand_in("handed_in_at", "Remis le", lambda at, _late: moment(at), 18),
        _of_hand_in("late_days", "Retard (jours)", lambda _at, late: late.late_days),
        _of_hand_in("late_hours", "Retard (heures)", lambda _at, late: round(late.late_s / _HOUR_S, 1)),
        _of_run("status", "Vérification", lambda run: word_of(run["status"]), 26),
        *([_of_run("decisive", "À reprendre avant tout", _decisive, _LONG)] if decisive else []),
        *(_states(palier, lab.palier_title(palier), partial(_of_palier, palier)) for palier in lab.palier_ids),
        *(_states(code, f"Compétence {code}", partial(_of_competence, code)) for code in lab.competences),
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


def _states(key: str, title: str, is_in: Callable[[CheckResult], bool]) -> Column[Standing]:
    return Column(key, title, lambda one: states(filter(is_in, one.checks)), 24)


def _of_palier(palier: str, check: CheckResult) -> bool:
    return check["palier"] == palier


def _of_competence(code: str, check: CheckResult) -> bool:
    return code in check["competences"]


def _decisive(run: Payload) -> str | None:
    return " ; ".join(check["title"] for check in decisive_failures(run)) or None


def check_columns(lab: LabMeta) -> tuple[Column[Standing], ...]:
    """A column per point de vérification, each cell a word; empty where nothing was looked at."""
    return tuple(Column(check.id, check.title, partial(_word, check.id)) for check in lab.checks)


def _word(check: str, one: Standing) -> Word | None:
    return next((word_of(found["outcome"]) for found in one.checks if found["id"] == check), None)


_DETAIL = (
    keyed("candidate", "Élève"),
    keyed("hand_in", "Remise", 26),
    keyed("status", "Vérification", 20),
    keyed("palier", "Palier"),
    keyed("title", "Point de vérification", 44),
    keyed("competences", "Compétences", 12),
    keyed("outcome", "Constat", 20),
    keyed("decisive", "À reprendre avant tout", _SHORT),
    keyed("blocked_by", "À mettre en place d'abord", _LONG),
    keyed("observed", "Observé", _TEXT),
    keyed("expected", "Attendu", _TEXT),
    keyed("help", "Où regarder", _TEXT),
    keyed("id", "Identifiant du point", 26),
)
_RUN = (
    keyed("reason", "À savoir"),
    keyed("lab", "TP"),
    keyed("lab_version", "Version du TP"),
    keyed("session", "Session"),
    keyed("started_at", "Début"),
    keyed("finished_at", "Fin"),
    keyed("submission_sha256", "Empreinte du rendu"),
)
"""What a row says of its run where it stands alone; beside other sheets there is no need."""
_COMPETENCES = (
    keyed("candidate", "Élève"),
    keyed("hand_in", "Remise", 26),
    keyed("competence", "Compétence", 12),
    keyed("text", "Libellé", _TEXT),
    keyed("states", "Constats", 44),
)


def class_tables(payloads: Sequence[Payload], lab: LabMeta, roll: Roll) -> tuple[Table[Any], ...]:
    """The sheets of a class: everyone, learners × points, one row per check, one row per competence."""
    everyone = standings(payloads, roll)
    return (
        Table("Classe", class_columns(lab), everyone),
        Table("Constats", (*_WHO, *check_columns(lab)), everyone),
        Table("Détail", _DETAIL, [row for one in everyone for row in _details(one, lab)]),
        Table("Compétences", _COMPETENCES, [row for one in everyone for row in _by_competence(one, lab)]),
    )


def details_table(payloads: Sequence[Payload], lab: LabMeta, roll: Roll) -> Table[Mapping[str, Any]]:
    """One row per learner and check, which says of which run it is: a table that stands alone."""
    rows = []
    for one in standings(payloads, roll):
        of_all = {"lab": lab.id, "lab_version": lab.version, "session": roll.session}
        run = one.payload and {
            **{column.key: one.payload.get(column.key) for column in _RUN},
            "started_at": moment(one.payload["started_at"]),
            "finished_at": moment(one.payload["finished_at"]),
        }
        rows += [row | (run or of_all) for row in _details(one, lab)]
    return Table("Détail", (*_DETAIL, *_RUN), rows)


def _details(one: Standing, lab: LabMeta) -> Iterator[dict[str, object]]:
    titles = {check["id"]: check["title"] for check in one.checks}
    checks: Sequence[Mapping[str, Any]] = one.checks or [unexamined(spec) for spec in lab.checks]
    for check in checks:
        outcome = check.get("outcome")
        yield {
            **check,
            "candidate": one.candidate,
            "hand_in": one.state,
            "status": word_of(one.payload["status"]) if one.payload else None,
            "palier": lab.palier_title(check["palier"]),
            "competences": " ".join(check["competences"]),
            "outcome": word_of(outcome) if outcome else None,
            "decisive": "oui" if check.get("decisive") else None,
            "blocked_by": " ; ".join(titles.get(name, name) for name in check.get("blocked_by", ())) or None,
        }


def _by_competence(one: Standing, lab: LabMeta) -> Iterator[dict[str, object]]:
    for code, text in lab.competences.items():
        yield {
            "candidate": one.candidate,
            "hand_in": one.state,
            "competence": code,
            "text": text,
            "states": states(filter(partial(_of_competence, code), one.checks)),
        }
