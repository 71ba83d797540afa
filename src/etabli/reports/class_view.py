"""What the class page shows, worked out from payloads: values in, values out, no file and no HTML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from etabli.exam.contract.check import CheckSpec
from etabli.exam.contract.outcome import Outcome, Status
from etabli.reception.asking import ADVICE as ASKING
from etabli.reception.unread import ADVICE as UNREAD
from etabli.reports.difficulties import WHY, Difficulty, difficulties, place_of
from etabli.reports.hand_in_view import chased, figures, identical, lateness, several, together, undated, without_run
from etabli.reports.payload import CheckResult, LabMeta, Payload, fix_first, usual_title
from etabli.reports.repaired_view import repaired_view
from etabli.reports.roll import NO_ROLL, Identity, Roll
from etabli.reports.text import Word, unordered, word_of
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

OFTEN = 5
"""Points the class misses most, at most this many."""


@dataclass(frozen=True)
class ClassCheck:
    """One check over the whole class."""

    spec: CheckSpec
    numbers: Mapping[str, int]
    """How many submissions have each outcome."""
    missed: tuple[Identity, ...]
    """The learners who have this point to take up again."""
    geste: str | None
    """What to say of it, in a few words: to all whom it stops for one reason, or of the check."""

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The bar of its outcomes."""
        return segments((outcome, self.numbers[outcome]) for outcome in Outcome)

    @property
    def graded(self) -> int:
        """How many submissions were examined."""
        return sum(self.numbers.values())

    @property
    def passed(self) -> int:
        """How many of them passed."""
        return self.numbers[Outcome.PASSED]


@dataclass(frozen=True)
class ClassPalier:
    """The checks of one palier over the class."""

    id: str
    title: str
    checks: tuple[ClassCheck, ...]


@dataclass(frozen=True)
class LearnerRow:
    """One learner on the class page, with a run or without."""

    who: Identity
    status: Word
    """Of the run; of the hand-in when there is no run."""
    late: Word | None
    tallies: tuple[Tally, ...]
    cannot_stand: str | None = None
    """Why, in a sentence, when a decisive check keeps the work from being accepted as it is."""
    reason: str | None = None
    next_step: str | None = None
    paliers: tuple[PalierScore, ...] = ()
    """Empty when nothing was examined: no points, rather than zero points."""
    words: Mapping[str, Word] = field(default_factory=dict)
    """What became of each check."""
    first: CheckResult | None = None
    place: str | None = None
    """The file and line to read for the first point to take up again: the learner chose that name, so that it shows
    with the names only."""
    geste: str | None = None
    """What to say of that point in the lab's own words."""
    message: str | None = None
    """What the application printed, when it earned nothing at all."""
    repaired: str | None = None
    """Where the work would stand without the few words that hid the rest, in a line."""
    unordered: str | None = None
    """Which of their files was graded, where nothing tells which is the last."""
    graded: bool = False
    """There is a run, and so a page of the learner's own."""


@dataclass(frozen=True)
class Helped:
    """Learners who need help for the same cause, and what to say to them."""

    why: str
    title: str | None
    """Of the check that stops them."""
    say: str | None
    learners: tuple[tuple[Identity, Difficulty], ...]

    @property
    def expected(self) -> str | None:
        """What was expected of them all; ``None`` when it is not the same for each."""
        found = {one.expected for _who, one in self.learners}
        return found.pop() if len(found) == 1 else None


@dataclass(frozen=True)
class ClassView:
    """The class at a glance."""

    groups: tuple[ClassPalier, ...]
    rows: tuple[LearnerRow, ...]
    attention: tuple[LearnerRow, ...]
    statuses: tuple[Tally, ...]
    hand_ins: tuple[Tally, ...]
    deadline: str | None
    several: tuple[tuple[Identity, str], ...]
    """Who handed in several files, and which of them was graded."""
    together: tuple[str, ...]
    """Who handed in the same as a group."""
    noted: tuple[tuple[str, list[str] | None, tuple[Identity, ...]], ...]
    """Under its name, what a service noted of some learners' work: those of whom most was, first."""
    asking: tuple[tuple[Identity, str], ...]
    """Whose programs ask where they run or who is there, and at which lines."""
    unread: tuple[tuple[Identity, str], ...]
    """Whose documents have pictures, or whose work brings fonts, and where."""
    identical: tuple[tuple[Identity, ...], ...]
    """Those whose submissions hold the same files; nothing is said of why."""
    undated: int
    chased: int
    early: bool
    """The deadline is still to come."""
    helped: tuple[Helped, ...]
    """Most pressing first."""
    often: tuple[ClassCheck, ...]
    essentiel_complete: int
    otherwise: tuple[str, ...]
    """Runs made with another brief or another Établi."""

    @property
    def to_look(self) -> set[str]:
        """The candidates whose work has something that no program judges: a person looks."""
        return {who.candidate for who, _said in (*self.asking, *self.unread)}


def _noted(
    examined: Sequence[tuple[Identity, Payload]], lab: LabMeta
) -> tuple[tuple[str, list[str] | None, tuple[Identity, ...]], ...]:
    """Gathers those of whom the same was noted."""
    found: list[tuple[str, list[str] | None, list[Identity]]] = []
    for who, payload in examined:
        for title, lines in lab.noted_in(payload):
            same = next((people for *told, people in found if told == [title, lines]), None)
            if same is None:
                found.append((title, lines, same := []))
            same.append(who)
    found.sort(key=lambda one: (one[1] is None, -len(one[1] or ())))
    return tuple((title, lines, tuple(people)) for title, lines, people in found)


def class_view(payloads: Sequence[Payload], lab: LabMeta, roll: Roll = NO_ROLL) -> ClassView:
    """Works out the class page: one row per learner of the roll, then graded candidates outside it."""
    runs = {payload["candidate"]: payload for payload in payloads}
    people = roll.people(list(runs))
    known = {who.candidate: who for who in people}
    rows = tuple(_row(who, runs.get(who.candidate), roll, lab) for who in people)
    groups = _groups(rows, payloads, lab)
    statuses = Counter(payload["status"] for payload in payloads)
    missed = [check for group in groups for check in group.checks if check.missed]
    return ClassView(
        groups=groups,
        rows=rows,
        attention=tuple(row for row in rows if row.graded and row.status.code not in (Status.GRADED, Status.REJECTED)),
        statuses=tuple(Tally(word_of(status), statuses[status]) for status in Status),
        hand_ins=figures(roll.hand_ins, early=roll.early),
        deadline=roll.hand_ins.deadline if roll.hand_ins else None,
        several=several(roll, people),
        together=together(roll),
        noted=_noted([(who, runs[who.candidate]) for who in people if who.candidate in runs], lab),
        asking=_advised(ASKING, people, runs),
        unread=_advised(UNREAD, people, runs),
        identical=identical(payloads, people, roll),
        undated=undated(roll.hand_ins),
        chased=len(chased(payloads, roll)),
        early=roll.early,
        helped=_helped(difficulties(payloads, lab, roll), known, usual_title(lab.palier_ids[0])),
        often=tuple(sorted(missed, key=lambda check: -len(check.missed))[:OFTEN]),
        essentiel_complete=sum(bool(row.paliers) and row.paliers[0].complete for row in rows),
        otherwise=made_otherwise_in(payloads),
    )


def _groups(rows: Sequence[LearnerRow], payloads: Sequence[Payload], lab: LabMeta) -> tuple[ClassPalier, ...]:
    said: dict[str, set[str | None]] = {}
    for check in (check for payload in payloads for check in payload["checks"]):
        if check["outcome"] == Outcome.FAILED:
            said.setdefault(check["id"], set()).add(lab.geste(check["id"], check["observed"]))

    def of_class(spec: CheckSpec) -> ClassCheck:
        found = [(row.who, row.words[spec.id].code) for row in rows if spec.id in row.words]
        missed = tuple(who for who, code in found if code == Outcome.FAILED)
        same, *others = said.get(spec.id, {None})
        geste = lab.geste(spec.id) if others else same
        return ClassCheck(spec, Counter(code for _who, code in found), missed, geste)

    groups = (
        ClassPalier(
            palier, lab.palier_title(palier), tuple(of_class(spec) for spec in lab.checks if spec.palier == palier)
        )
        for palier in lab.palier_ids
    )
    return tuple(group for group in groups if group.checks)


def _advised(kind: str, people: Sequence[Identity], runs: Mapping[str, Payload]) -> tuple[tuple[Identity, str], ...]:
    """Who was given an advice, and what it names."""
    messages = (
        (who, item) for who in people if who.candidate in runs for item in runs[who.candidate].get("messages", ())
    )
    return tuple((who, item["message"]) for who, item in messages if item["id"] == kind)


def _helped(found: Sequence[Difficulty], known: Mapping[str, Identity], palier: str) -> tuple[Helped, ...]:
    """Puts those who share a cause together, in the place of the first of them."""
    groups: dict[tuple[str, str | None, str | None], list[tuple[Identity, Difficulty]]] = {}
    for one in found:
        key = (WHY[one.need].format(palier=palier), one.check["title"] if one.check else None, one.say)
        groups.setdefault(key, []).append((known[one.candidate], one))
    return tuple(Helped(*key, tuple(learners)) for key, learners in groups.items())


def _row(who: Identity, run: Payload | None, roll: Roll, lab: LabMeta) -> LearnerRow:
    hand_in = roll.hand_in(who.candidate)
    if run is None:
        return LearnerRow(
            who, without_run(hand_in, early=roll.early), lateness(hand_in), tallies(()), unordered=unordered(hand_in)
        )
    first = next(iter(fix_first(run["checks"], lab)), None)
    return LearnerRow(
        who=who,
        status=word_of(run["status"]),
        late=lateness(hand_in),
        tallies=tallies(run["checks"]),
        cannot_stand=cannot_stand(run),
        reason=run["reason"],
        next_step=next_step(run),
        paliers=palier_scores(run["checks"], lab),
        words={check["id"]: word_of(check["outcome"]) for check in run["checks"]},
        first=first,
        place=place_of(first, run) if first else None,
        geste=lab.geste(first["id"], first["observed"]) if first else None,
        message=nothing_worked(run),
        repaired=again.short if (again := repaired_view(run)) else None,
        unordered=unordered(hand_in),
        graded=True,
    )
