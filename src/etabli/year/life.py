"""What one learner's page shows: each competence over the months, and what may be proposed. No file is read.

What is told of a verification is what it found, in words. What is proposed rests on traces that a teacher authenticated
and on observations, as :mod:`etabli.referentiel.proposing` says; nothing here makes a mark.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date

from etabli.exam.contract.french import counted, listed
from etabli.exam.contract.outcome import Outcome
from etabli.referentiel.model import Competence, Referentiel
from etabli.referentiel.proposing import Proposal, State, propose
from etabli.referentiel.traces import Constat, LabTrace, day
from etabli.reports.text import LOCALE, Word, word_of
from etabli.year.gathering import Followed

PARTLY = Word("late", "◐", "en partie", "en partie")
ALL = Word(Outcome.PASSED, "✓", "tout réussi", "tout réussi")
CHANGED = Word("modified", "≠", "non retenu", "non retenus")
OUTSIDE = Word("excused", "▪", "trace d'ailleurs", "traces d'ailleurs")
LACKING = Word("blocked", "…", "éléments insuffisants", "éléments insuffisants")
TO_SEE = Word("needs_review", "!", "à regarder par une personne", "à regarder par une personne")
_PERSON = "◆"
LEGEND = (ALL, PARTLY, word_of(Outcome.FAILED), word_of(Outcome.BLOCKED), word_of("decisive"), CHANGED)
"""What a verification may show of a competence."""


@dataclass(frozen=True)
class Event:
    """Something that shows one competence, on one day."""

    day: str
    """ISO 8601."""
    word: Word
    what: str
    """The lab, the trace, or who observed."""
    detail: str = ""

    @property
    def month(self) -> str:
        """Its month: « 2026-11 »."""
        return self.day[:7]

    @property
    def shown(self) -> str:
        """Its day, as people read it."""
        return day(self.day)


@dataclass(frozen=True)
class Line:
    """One competence of a learner."""

    code: str
    exam: str
    """Of its unit, such as E1."""
    text: str
    events: tuple[Event, ...]
    """From the first to the last."""
    labs: tuple[tuple[str, Word], ...]
    """The labs of which a verification says something of it, and what the last one shows."""
    proposal: Proposal
    word: Word
    """The proposal, in a word."""
    traces: int
    """Independent ones that count: authenticated, and unlike in origin."""
    observations: int

    @property
    def short(self) -> str:
        """The proposal in a cell."""
        return "à regarder" if self.proposal.state is State.PERSON else self.word.text

    @property
    def resting(self) -> str:
        """Says on what the proposal rests."""
        return f"{counted(self.traces, 'trace')}, {counted(self.observations, 'observation')}"

    def in_month(self, month: str) -> tuple[Event, ...]:
        """Returns what happened in a month."""
        return tuple(one for one in self.events if one.month == month)


@dataclass(frozen=True)
class Life:
    """One learner's year."""

    alias: str
    name: str | None
    months: tuple[str, ...]
    lines: tuple[Line, ...]
    runs: int
    """All their verifications."""
    waiting: tuple[str, ...]
    """Titles of traces that nobody authenticated as they are."""
    weeks: int
    wanted_weeks: int
    has_recueil: bool
    referentiel: str | None = None
    """The first digits of the one in which people observed, where it is another one."""

    def line(self, code: str) -> Line | None:
        """Returns one competence; none where the référentiel beside the recueil has not that one."""
        return next((one for one in self.lines if one.code == code), None)

    def to_json(self) -> dict[str, Any]:
        """Returns it for programs."""
        return {
            "candidate": self.alias,
            "runs": self.runs,
            "weeks": self.weeks,
            "waiting": list(self.waiting),
            "competences": [
                {
                    "competence": one.code,
                    "traces": one.traces,
                    "observations": one.observations,
                    "labs": {lab: word.text for lab, word in one.labs},
                    "events": [
                        {"day": event.day, "word": event.word.text, "what": event.what, "detail": event.detail}
                        for event in one.events
                    ],
                    "proposal": one.proposal.to_json(),
                }
                for one in self.lines
            ],
        }


def month_name(month: str) -> str:
    """Writes a month: « novembre 2026 »."""
    return format_date(date.fromisoformat(f"{month}-01"), "MMMM y", LOCALE)


def life_of(followed: Followed, force: Referentiel, titles: Mapping[str, str], wanted_weeks: int) -> Life:
    """Works out a learner's year.

    Args:
        followed: What was read of them.
        force: The référentiel in force; people observed in the one beside the recueil, which is then taken.
        titles: Of the labs.
        wanted_weeks: Weeks of PFMP that the diploma asks for.
    """
    kept = followed.kept
    referentiel = kept.referentiel if kept else force
    proposals = {
        one.competence: one for one in propose(referentiel, followed.assessed.traces, followed.assessed.observations)
    }
    lines = tuple(
        _line(followed, referentiel, one, proposals[one.code], titles) for one in referentiel.competences.values()
    )
    months = sorted({event.month for line in lines for event in line.events})
    return Life(
        alias=followed.alias,
        name=followed.name,
        months=tuple(months),
        lines=lines,
        runs=sum(map(len, followed.runs.values())),
        waiting=tuple(one.titre for one in followed.assessed.waiting),
        weeks=sum(one.semaines for one in kept.recueil.pfmp) if kept else 0,
        wanted_weeks=wanted_weeks,
        has_recueil=kept is not None,
        referentiel=kept.recueil.referentiel[:16] if kept and referentiel != force else None,
    )


def _line(
    followed: Followed, referentiel: Referentiel, competence: Competence, proposal: Proposal, titles: Mapping[str, str]
) -> Line:
    seen = [
        one for one in followed.assessed.observations if referentiel.competence_of.get(one.criterion) == competence.code
    ]
    origins = {
        (type(one), one.lab if isinstance(one, LabTrace) else one.origin)
        for one in followed.assessed.traces
        if _is_about(one, competence)
    }
    events = [
        *_runs(followed, competence),
        *_outside(followed, competence),
        *(_observed(referentiel, one.criterion, one.degree, one.person, one.date) for one in seen),
    ]
    return Line(
        code=competence.code,
        exam=referentiel.exam_of[competence.code],
        text=competence.text,
        events=tuple(sorted(events, key=lambda one: one.day)),
        labs=tuple(_labs(followed, competence, titles)),
        proposal=proposal,
        word=_proposed(referentiel, proposal),
        traces=len(origins),
        observations=len(seen),
    )


def _is_about(trace: Any, competence: Competence) -> bool:
    if isinstance(trace, LabTrace):
        return trace.unusable is None and bool(_about(trace, competence))
    return any(one.id in trace.criteria for one in competence.criteres)


def _about(trace: LabTrace, competence: Competence) -> list[Constat]:
    checks = competence.checks_of(trace.lab)
    return [one for one in trace.constats if one.check in checks]


def _runs(followed: Followed, competence: Competence) -> Iterator[Event]:
    """Tells, for each lab and month, the last verification that says something of a competence, and how many others."""
    for runs in followed.runs.values():
        by_month: dict[str, list[LabTrace]] = {}
        for one in runs:
            if one.date and (_about(one, competence) or (one.unusable and competence.checks_of(one.lab))):
                by_month.setdefault(one.date[:7], []).append(one)
        for found in by_month.values():
            last = found[-1]
            more = f"{len(found)}ᵉ vérification du mois" if len(found) > 1 else ""
            kept = "trace choisie" if last.id in followed.chosen else ""
            words = [_states(_about(last, competence)), last.unusable or "", more, kept]
            yield Event(last.date[:10], word_of_run(last, competence), last.title, " · ".join(filter(None, words)))


def word_of_run(trace: LabTrace, competence: Competence) -> Word:
    """Says in a word what a verification shows of a competence; never a degree."""
    if trace.unusable is not None:
        return CHANGED
    own = _about(trace, competence)
    found = {one.outcome for one in own}
    if any(one.decisive and one.outcome is Outcome.FAILED for one in own):
        return word_of("decisive")
    if found == {Outcome.PASSED}:
        return ALL
    if Outcome.PASSED in found:
        return PARTLY
    return word_of(Outcome.FAILED if Outcome.FAILED in found else Outcome.BLOCKED)


def _states(constats: Sequence[Constat]) -> str:
    numbers = Counter(one.outcome for one in constats)
    told = [f"{numbers[one]} {word_of(one).counted(numbers[one])}" for one in Outcome if numbers[one]]
    return listed(told) if told else ""


def _labs(followed: Followed, competence: Competence, titles: Mapping[str, str]) -> Iterator[tuple[str, Word]]:
    for lab, runs in followed.runs.items():
        if competence.checks_of(lab):
            yield titles.get(lab, lab), word_of_run(runs[-1], competence)


def _outside(followed: Followed, competence: Competence) -> Iterator[Event]:
    for trace, moment, stands in followed.outside:
        if not isinstance(trace, LabTrace) and _is_about(trace, competence):
            detail = trace.origin if stands else f"{trace.origin} · pas encore authentifiée"
            yield Event(moment, OUTSIDE, trace.title, detail)


def _observed(referentiel: Referentiel, criterion: str, degree: str, person: str, moment: str) -> Event:
    return Event(moment, _degree(referentiel, degree), person, referentiel.criteria[criterion].text.rstrip("."))


def _degree(referentiel: Referentiel, degree: str, sign: str = _PERSON) -> Word:
    """A degree in its own words; its tone says only the lowest from the two upper ones, and never alone."""
    degrees, rank = referentiel.echelle.degres, referentiel.rank(degree)
    tone = Outcome.FAILED if rank == 0 else Outcome.PASSED if 2 * rank >= len(degrees) else "late"
    return Word(tone, sign, degrees[rank].title, degrees[rank].title)


def _proposed(referentiel: Referentiel, proposal: Proposal) -> Word:
    if proposal.state is State.PROPOSED and proposal.degree:
        word = _degree(referentiel, proposal.degree, "▸")
        return Word(word.code, word.sign, f"{'au moins ' if proposal.at_least else ''}{word.text}", word.many)
    return TO_SEE if proposal.state is State.PERSON else LACKING


def lives_of(found: Iterable[Followed], force: Referentiel, titles: Mapping[str, str], weeks: int) -> tuple[Life, ...]:
    """Works out the years of several learners."""
    return tuple(life_of(one, force, titles, weeks) for one in found)
