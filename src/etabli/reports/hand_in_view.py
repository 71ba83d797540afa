"""What the class page and the list to chase say of hand-ins: values in, values out.

A missing hand-in is shown as such: it enters no count of points and is no zero.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from etabli.exam.contract.outcome import Status
from etabli.reception.hand_in import RECEIVED, HandIn, HandIns, HandInState, of_state
from etabli.reports.payload import Payload
from etabli.reports.roll import Identity, Roll
from etabli.reports.text import EXPECTED, Word, graded_file, hand_in_words, shared_work, unordered, word_of
from etabli.reports.views import Tally

_NOTHING = Word("unknown", "–", "rien à vérifier", "rien à vérifier")
_NOT_YET = Word("unknown", "…", "rendu, pas encore vérifié", "rendus, pas encore vérifiés")
_TO_DO_AGAIN = replace(word_of(Status.REJECTED), text="à redéposer : le rendu n'a pas pu être examiné")


@dataclass(frozen=True)
class Chased:
    """One learner from whom a hand-in is still wanted."""

    who: Identity
    word: Word
    reason: str | None
    """Why what was handed in could not be examined."""


def figures(hand_ins: HandIns | None, *, early: bool = False) -> tuple[Tally, ...]:
    """Counts hand-ins: all that came in, those that came late, the missing (or yet to come), the excused."""
    if hand_ins is None:
        return ()
    numbers = Counter(entry.state for entry in hand_ins.entries)
    numbers[HandInState.HANDED_IN] += numbers[HandInState.LATE]
    words = {state: word_of(state) for state in HandInState} | ({HandInState.MISSING: EXPECTED} if early else {})
    return tuple(Tally(word, numbers[state]) for state, word in words.items())


def without_run(hand_in: HandIn | None, *, early: bool = False) -> Word:
    """Says what became of a learner of whom there is no run."""
    if hand_in is None:
        return _NOTHING
    return _NOT_YET if hand_in.state in RECEIVED else hand_in_words(hand_in, early=early)


def lateness(hand_in: HandIn | None) -> Word | None:
    """Returns the word of a late hand-in; being in time needs no word."""
    return hand_in_words(hand_in) if hand_in and hand_in.state is HandInState.LATE else None


def chased(payloads: Sequence[Payload], roll: Roll) -> tuple[Chased, ...]:
    """Returns those to chase: nothing handed in once it was due, or something that could not be examined."""
    runs = {payload["candidate"]: payload for payload in payloads}
    people = roll.people(list(runs))
    found = (_chased(who, runs.get(who.candidate), roll.hand_in(who.candidate)) for who in people)
    return tuple(one for one in found if one and not (roll.early and one.word.code == HandInState.MISSING))


def _chased(who: Identity, run: Payload | None, hand_in: HandIn | None) -> Chased | None:
    if run is not None:
        return Chased(who, _TO_DO_AGAIN, run["reason"]) if run["status"] == Status.REJECTED else None
    if hand_in and hand_in.state is HandInState.MISSING and not who.departed:
        return Chased(who, hand_in_words(hand_in), None)
    return None


def several(roll: Roll, people: Sequence[Identity]) -> tuple[tuple[Identity, str], ...]:
    """Returns those who handed in more than one file, with which one was graded and which others there are.

    Where nothing tells which is the last, it is said at the learner's own line.
    """
    found = ((who, roll.hand_in(who.candidate)) for who in people)
    return tuple((who, said) for who, one in found if (said := graded_file(one)) and not unordered(one))


def together(roll: Roll) -> tuple[str, ...]:
    """Says who handed in the same together, once for each group."""
    said = [shared_work(entry) for entry in (roll.hand_ins.entries if roll.hand_ins else ())]
    return tuple(dict.fromkeys(filter(None, said)))


def identical(payloads: Sequence[Payload], people: Sequence[Identity], roll: Roll) -> tuple[tuple[Identity, ...], ...]:
    """Returns those whose submissions hold the very same files; of a group that handed in together, nothing is said."""
    digests = {payload["candidate"]: payload["submission_sha256"] for payload in payloads}
    groups: dict[str, list[Identity]] = {}
    for who in people:
        if digest := digests.get(who.candidate):
            groups.setdefault(digest, []).append(who)
    return tuple(tuple(group) for group in groups.values() if len({_work(who, roll) for who in group}) > 1)


def _work(who: Identity, roll: Roll) -> tuple[str, ...]:
    """What tells the hand-in of one learner, or of one group, from the others."""
    entry = roll.hand_in(who.candidate)
    return (entry.members if entry else ()) or (who.candidate,)


def undated(hand_ins: HandIns | None) -> int:
    """Counts what came in at an unknown hour and so counts as in time; nothing is late without a deadline."""
    if hand_ins is None or hand_ins.deadline is None:
        return 0
    return sum(entry.at is None for entry in of_state(hand_ins.entries, *RECEIVED))
