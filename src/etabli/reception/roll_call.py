"""The roll call: every learner of a class, and what became of their duty to hand in.

Calling it again with latecomers only keeps what was known of the others; a learner who has a run in the folder has
handed something in, even if nobody noted when.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from etabli.reception.hand_in import RECEIVED, HandIn, HandIns, HandInState, state_at
from etabli.reception.handed import Handed
from etabli.roster.learner import Learner
from etabli.roster.names import fold
from etabli.roster.roster import Roster

_HIDDEN = "•••"
_SHORTEST = 3


@dataclass(frozen=True)
class Call:
    """For what the roll is called."""

    lab: str
    session: str
    deadline: datetime | None = None


def call_roll(
    call: Call,
    received: Mapping[str, Handed],
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
        else (_absent(name, roster, call) if roster else before[name])
        for name in dict.fromkeys([*expected, *sorted(came)])
    ]
    return HandIns(
        lab=call.lab,
        session=call.session,
        entries=tuple(entries),
        class_name=roster.name if roster else former.class_name if former else None,
        deadline=_written(deadline),
    )


def _without_anothers(entry: HandIn, received: Mapping[str, Handed]) -> HandIn:
    """Forgets the deposit that turned out to be another learner's: Moodle's number came under that alias now."""
    owners = {name for name, one in received.items() if one.participant and one.participant == entry.participant}
    return replace(entry, files=(), participant=None, at=None) if owners - {entry.candidate} else entry


def without_participants(former: HandIns, numbers: Collection[str]) -> HandIns:
    """Forgets the hand-ins noted under these numbers of Moodle: they turned out to be another's, or nobody's."""
    return replace(former, entries=tuple(entry for entry in former.entries if entry.participant not in numbers))


def _has_come(entry: HandIn) -> bool:
    """Tells whether something was noted; of a run that stood alone and is gone, nothing is left."""
    return entry.state in RECEIVED and bool(entry.files or entry.participant)


def _received(
    candidate: str, handed: Handed | None, before: HandIn | None, deadline: datetime | None, learner: Learner | None
) -> HandIn:
    files = tuple(nameless(name, learner) for name in handed.files) if handed else ()
    older = before.files if before and _is_same_deposit(handed, before) else ()
    same = handed is None or (before is not None and set(files) <= set(before.files))
    at = handed.at if handed and handed.at else _read(before.at) if before and same else None
    state, late_s = state_at(at, deadline)
    return HandIn(
        candidate=candidate,
        state=state,
        at=_written(at),
        late_s=late_s,
        files=tuple(name for name in older if name not in files) + files,
        participant=(handed.participant if handed else None) or (before.participant if before else None),
        ordered=handed.ordered if handed else before is None or before.ordered,
    )


def _is_same_deposit(handed: Handed | None, before: HandIn) -> bool:
    """Tells a deposit continued from one put right: what was noted under another number may be another's."""
    return handed is None or (handed.participant is not None and handed.participant == before.participant)


def _absent(alias: str, roster: Roster, call: Call) -> HandIn:
    excused = roster.is_excused(alias, call.lab, call.session)
    return HandIn(alias, HandInState.EXCUSED if excused else HandInState.MISSING)


def nameless(text: str, learner: Learner | None) -> str:
    """Returns a file's name without the learner's own name, which many write into it."""
    if learner is None:
        return text
    text = unicodedata.normalize("NFC", text)
    words = {fold(word) for word in re.findall(r"[^\W\d_]+", f"{learner.family} {learner.given}")}
    folded = [fold(char) for char in text]
    plain = "".join(folded)
    starts = [at for at, char in enumerate(folded) for _letter in char]
    hidden: set[int] = set()
    for word in words:
        at = plain.find(word) if len(word) >= _SHORTEST else -1
        while at >= 0:
            hidden.update(starts[at : at + len(word)])
            at = plain.find(word, at + len(word))
    shown = [_HIDDEN if at in hidden else char for at, char in enumerate(text)]
    return _HIDDEN.join(_squeezed(shown))


def _squeezed(shown: list[str]) -> list[str]:
    parts: list[str] = [""]
    for at, char in enumerate(shown):
        if char != _HIDDEN:
            parts[-1] += char
        elif at == 0 or shown[at - 1] != _HIDDEN:
            parts.append("")
    return parts


def _written(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if moment else None


def _read(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
