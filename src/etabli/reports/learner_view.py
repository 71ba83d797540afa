"""What a learner's page shows, worked out from one payload: values in, values out, no file and no HTML."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from etabli.exam.contract.french import count, quoted
from etabli.exam.contract.outcome import Outcome
from etabli.exam.contract.words import fold
from etabli.lab.aides import Aides
from etabli.reports.payload import CheckResult, LabMeta, MessageItem, Payload, decisive_failures, fix_first, roots
from etabli.reports.printed import PLAYED, SENT
from etabli.reports.repaired_view import RepairedView, repaired_view
from etabli.reports.text import Word, visible, word_of
from etabli.reports.views import (
    PalierScore,
    Tally,
    cannot_stand,
    made_otherwise,
    next_step,
    own_step,
    palier_scores,
    states,
    tallies,
)

FIRST = 3
"""Never more than three things to fix at once."""
_WORD, _SAME = 4, 0.6
"""Letters of a word that counts, and the share of them that makes two sentences say the same."""
IN_FULL = frozenset({Outcome.FAILED, Outcome.ERROR})
"""Outcomes of which the page tells the whole story."""


@dataclass(frozen=True)
class Point:
    """One check on the learner's page."""

    check: CheckResult
    word: Word
    causes: tuple[CheckResult, ...]
    """What stands in the way of a blocked check."""
    rank: int | None
    """Place among the things to fix first."""
    frees: int
    """How many blocked checks wait for this one."""
    aides: tuple[tuple[str, str], ...] = ()
    """Title and Markdown of what to open one by one; for a point to take up again only."""
    messages: tuple[MessageItem, ...] = ()
    """What the application printed while this point was looked at."""

    @property
    def help(self) -> str:
        """Where to look next; '' where the explained message says it already, with its place."""
        given = self.check["help"] or ""
        return "" if any(_says(item["look"], given) for item in self.messages) else given

    @property
    def follows(self) -> bool:
        """Whether an explained message comes before the aides: a played outage and a refused value are their matter."""
        return any(item["means"] != PLAYED and item["id"] not in SENT for item in self.messages)


@dataclass(frozen=True)
class Waiting:
    """Blocked checks that wait for the same others."""

    sentence: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class PalierPoints:
    """The checks of one palier on the learner's page."""

    score: PalierScore
    states: str | None
    """How many of its checks have each outcome, in words: what a learner calls a point is a check."""
    points: tuple[Point, ...]
    waiting: tuple[Waiting, ...]


@dataclass(frozen=True)
class CompetenceView:
    """What was shown of one competence, and by which checks."""

    code: str
    text: str
    shown: tuple[Point, ...]
    others: tuple[Point, ...]


@dataclass(frozen=True)
class LearnerView:
    """One learner's page."""

    status: Word
    cannot_stand: str | None
    """Why the work cannot be accepted as it is, whatever its points."""
    decisive: tuple[CheckResult, ...]
    """The points that say so."""
    next_step: str | None
    """What the teacher does."""
    own_step: str | None
    """What the learner does."""
    otherwise: str | None
    """What has changed since, without making the run fall."""
    first: tuple[Point, ...]
    later: int
    """How many other failures are told further down."""
    other_rows: bool
    """Whether to say that names quoted in findings are none of the learner's base."""
    repaired: RepairedView | None
    """Where the work would stand without the few words that hid the rest."""
    paliers: tuple[PalierPoints, ...]
    competences: tuple[CompetenceView, ...]
    noted: list[tuple[str, list[str] | None]]
    """What services noted during the work, under its name; None where none was used."""
    people: tuple[str, ...]
    """What no check looks at: a person does."""
    unattached: int
    """How many points belong to no competence."""
    tallies: tuple[Tally, ...]
    messages: tuple[MessageItem, ...]
    """Printed outside any point that is shown in full."""


def learner_view(payload: Payload, lab: LabMeta) -> LearnerView:
    """Works out a learner's page."""
    points = _points(payload, lab)
    ranked = sorted((point for point in points if point.rank), key=lambda point: point.rank or 0)
    grouped = tuple(_palier_points(score, points) for score in palier_scores(payload["checks"], lab))
    return LearnerView(
        status=word_of(payload["status"]),
        cannot_stand=cannot_stand(payload),
        decisive=tuple(decisive_failures(payload)),
        next_step=next_step(payload),
        own_step=own_step(payload),
        otherwise=made_otherwise(payload),
        first=tuple(ranked),
        later=sum(point.word.code == Outcome.FAILED and not point.rank for point in points),
        other_rows=lab.other_rows and any(re.search(r"« |\d", one["observed"] or "") for one in payload["checks"]),
        repaired=repaired_view(payload),
        paliers=grouped,
        competences=_competences(points, lab),
        people=lab.people,
        noted=lab.noted_in(payload),
        unattached=sum(not point.check["competences"] for point in points),
        tallies=tallies(payload["checks"]),
        messages=_loose_messages(payload, points),
    )


def _loose_messages(payload: Payload, points: Sequence[Point]) -> tuple[MessageItem, ...]:
    shown = {(item["id"], item["message"]) for point in points for item in point.messages}
    found = {(item["id"], item["message"]): item for item in payload.get("messages", [])}
    return tuple(item for key, item in found.items() if key not in shown)


def _palier_points(score: PalierScore, points: Sequence[Point]) -> PalierPoints:
    mine = [point for point in points if point.check["palier"] == score.id]
    groups: dict[tuple[str, ...], list[Point]] = {}
    for point in mine:
        if point.word.code == Outcome.BLOCKED:
            groups.setdefault((_why(point), *(cause["id"] for cause in point.causes)), []).append(point)
    return PalierPoints(
        score=score,
        states=states(point.check for point in mine),
        points=tuple(point for point in mine if point.word.code != Outcome.BLOCKED),
        waiting=tuple(
            Waiting(blocked_sentence(group[0].causes, len(group), _why(group[0])), tuple(group))
            for group in groups.values()
        ),
    )


def _why(point: Point) -> str:
    """What stands in the way of a blocked check, where its cause's title does not say it."""
    return point.check["observed"] or ""


def _points(payload: Payload, lab: LabMeta) -> list[Point]:
    checks = payload["checks"]
    causes = roots(checks)
    waiting = Counter(cause["id"] for found in causes.values() for cause in found)
    ranks = {check["id"]: place for place, check in enumerate(fix_first(checks, lab)[:FIRST], start=1)}
    return [
        Point(
            check=check,
            word=word_of(check["outcome"]),
            causes=causes.get(check["id"], ()),
            rank=ranks.get(check["id"]),
            frees=waiting[check["id"]],
            aides=aides_in_order(lab.aides.get(check["id"])) if check["outcome"] == Outcome.FAILED else (),
            messages=_messages_of(check, payload),
        )
        for check in checks
    ]


def _says(look: str, help_: str) -> bool:
    """Whether most words of a help are in another one."""
    asked, given = ({word for word in fold(text).split() if len(word) >= _WORD} for text in (help_, look))
    return len(asked & given) > _SAME * len(asked)


def _messages_of(check: CheckResult, payload: Payload) -> tuple[MessageItem, ...]:
    if check["outcome"] not in IN_FULL:
        return ()
    return tuple(item for item in payload.get("messages", []) if item["check"] == check["id"])


def aides_in_order(aides: Aides | None) -> tuple[tuple[str, str], ...]:
    """Returns the three helps of a check as they are opened; nothing for a check without."""
    if aides is None:
        return ()
    return (
        ("Aide 1 : une question à se poser", aides.question),
        ("Aide 2 : où regarder", aides.piste),
        ("Aide 3 : un exemple sur d'autres données", aides.exemple),
    )


def blocked_sentence(causes: Sequence[CheckResult], number: int, why: str = "") -> str:
    """Says why points could not be observed (`why`, where a title does not say it), and that nobody is blamed twice."""
    unseen = count(number, "Non observé", "Non observés")
    here = count(number, "ce point n'a pas pu être regardé", "ces points n'ont pas pu être regardés")
    blameless = count(number, "Ce n'est pas une faute de plus.", "Ce ne sont pas des fautes de plus.")
    if not causes:
        return f"{unseen} : un autre point doit d'abord fonctionner. {blameless}"
    titles = quoted(visible(cause["title"]) for cause in causes)
    if any(cause["outcome"] == Outcome.ERROR for cause in causes):
        return f"{unseen} : {here} à cause d'un incident technique sur {titles}. Vous n'y êtes pour rien."
    if why:
        return f"{unseen} : {here} parce que {why} : voir {titles}. {blameless}"
    yet = count(len(causes), "n'est pas encore réussi", "ne sont pas encore réussis")
    return f"{unseen} : {here} parce que {titles} {yet}. {blameless}"


def _competences(points: Sequence[Point], lab: LabMeta) -> tuple[CompetenceView, ...]:
    used = {code for point in points for code in point.check["competences"]}
    ordered = [code for code in lab.competences if code in used] + sorted(used - set(lab.competences))
    found = []
    for code in ordered:
        mine = [point for point in points if code in point.check["competences"]]
        found.append(
            CompetenceView(
                code=code,
                text=text if (text := lab.competences.get(code, "")) != code else "",
                shown=tuple(point for point in mine if point.word.code == Outcome.PASSED),
                others=tuple(point for point in mine if point.word.code != Outcome.PASSED),
            )
        )
    return tuple(found)
