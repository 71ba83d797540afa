"""The roll call: every learner of a class, and what became of their duty to hand in.

Calling it again with latecomers only keeps what was known of the others; a learner who has a run in the folder has
handed something in, even if nobody noted when.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from etabli.reception.dropped import Dropped
from etabli.reception.hand_in import RECEIVED, HandIn, HandIns, HandInState, state_at
from etabli.reception.recognition import nameless
from etabli.roster.learner import Learner
from etabli.roster.roster import Roster, class_names, open_roster


@dataclass(frozen=True)
class Call:
    """For what the roll is called."""

    lab: str
    session: str
    deadline: datetime | None = None


def roster_of(hand_ins: HandIns | None) -> Roster | None:
    """Opens the class of some hand-ins, if they have one and it still exists."""
    name = hand_ins.class_name if hand_ins else None
    return open_roster(name) if name is not None and name in class_names() else None


def call_roll(
    call: Call,
    received: Mapping[str, Dropped],
    *,
    roster: Roster | None = None,
    former: HandIns | None = None,
    graded: Collection[str] = (),
) -> HandIns:
    """Makes the hand-ins of a class.

    Args:
        call: The lab, the session and the deadline; without a new deadline the former one stands.
        received: What came in now, by candidate.
        roster: The class; ``None`` to speak of those received and of those known before.
        former: The hand-ins known before; those of another lab or session are forgotten.
        graded: Candidates who have a run; with a class, its learners only.
    """
    if former and (former.lab, former.session) != (call.lab, call.session):
        former = None
    before = former.by_candidate() if former else {}
    deadline = call.deadline or _read(former.deadline if former else None)
    before = {name: _without_anothers(entry, received) for name, entry in before.items()}
    learners = {learner.alias: learner for learner in roster.learners(active_only=False)} if roster else {}
    present = [alias for alias, learner in learners.items() if learner.active]
    came = {alias for alias in before if _has_come(before[alias])} | set(received)
    came |= set(graded) & set(learners) if roster else set(graded)
    expected = present if roster else before  # a class erased since then still had these learners
    entries = [
        _received(name, received.get(name), before.get(name), deadline, learners.get(name))
        if name in came
        else (absent(name, roster, call.lab, call.session) if roster else before[name])
        for name in dict.fromkeys([*expected, *sorted(came)])
    ]
    return HandIns(
        lab=call.lab,
        session=call.session,
        entries=tuple(entries),
        class_name=roster.name if roster else former.class_name if former else None,
        deadline=_written(deadline),
    )


def _without_anothers(entry: HandIn, received: Mapping[str, Dropped]) -> HandIn:
    """Forgets the deposit that turned out to be another learner's: Moodle's number came under that alias now."""
    owners = {name for name, one in received.items() if one.participant and one.participant == entry.participant}
    return replace(entry, files=(), participant=None, at=None) if owners - {entry.candidate} else entry


def _has_come(entry: HandIn) -> bool:
    """Tells whether something was noted; of a run that stood alone and is gone, nothing is left."""
    return entry.state in RECEIVED and bool(entry.files or entry.participant)


def _received(
    candidate: str, dropped: Dropped | None, before: HandIn | None, deadline: datetime | None, learner: Learner | None
) -> HandIn:
    files = tuple(nameless(name, learner) for name in dropped.files) if dropped else ()
    older = before.files if before and _is_same_deposit(dropped, before) else ()
    same = dropped is None or (before is not None and set(files) <= set(before.files))
    at = dropped.at if dropped and dropped.at else _read(before.at) if before and same else None
    state, late_s = state_at(at, deadline)
    return HandIn(
        candidate=candidate,
        state=state,
        at=_written(at),
        late_s=late_s,
        files=tuple(name for name in older if name not in files) + files,
        participant=(dropped.participant if dropped else None) or _own_number(dropped, before),
        ordered=dropped.ordered if dropped else before is None or before.ordered,
        group=dropped.group if dropped else before.group if before else None,
        members=dropped.members if dropped else before.members if before else (),
    )


def _own_number(dropped: Dropped | None, before: HandIn | None) -> str | None:
    """Returns the learner's own number as it was noted; beside a group's work, one noted without a group may be its."""
    unsure = dropped is not None and dropped.group is not None and before is not None and before.group is None
    return None if before is None or unsure else before.participant


def _is_same_deposit(dropped: Dropped | None, before: HandIn) -> bool:
    """Tells a deposit continued from one put right: what was noted under another number may be another's."""
    return dropped is None or (dropped.number is not None and dropped.number == before.number)


def absent(alias: str, roster: Roster, lab: str, session: str) -> HandIn:
    """Returns the hand-in of a learner from whom nothing came."""
    excused = roster.is_excused(alias, lab, session)
    return HandIn(alias, HandInState.EXCUSED if excused else HandInState.MISSING)


def _written(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if moment else None


def _read(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
