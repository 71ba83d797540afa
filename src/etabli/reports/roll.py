"""The roll: who belongs on the class page, whether or not they handed something in, and how a page names them.

It is rebuilt at any time from what is kept: hand-ins in the output folder, names in the table of names.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from etabli.reception.hand_in import HandIn, HandIns, read_hand_ins
from etabli.reception.roll_call import absent, roster_of
from etabli.roster.roster import Roster

_ALIAS = re.compile(r"(?P<prefix>.+)-\d{2,}\Z")


@dataclass(frozen=True)
class Identity:
    """One learner, as a page names them: what may be projected on a wall, and what is shown after a click only.

    An alias given by the class says nothing of a person. Any other identifier is the name of a folder or of a file,
    and may well be a learner's name: on the wall it becomes « Élève 3 ».
    """

    candidate: str
    label: str
    """What anyone may read: the alias, or a neutral number."""
    name: str | None
    """The learner's name, if the class is known."""
    aliased: bool
    """True when the identifier itself, and so a link that contains it, reveals nobody."""
    departed: bool = False
    """True for who is in the class no more."""

    @property
    def href(self) -> str:
        """The learner's page, seen from the class page."""
        return f"{self.candidate}/index.html"


@dataclass(frozen=True)
class Roll:
    """One row per learner of the class, present or not.

    Empty when the class is unknown: the class page then has one row per candidate with a run.
    """

    candidates: tuple[str, ...] = ()
    """In the order to be shown."""
    names: Mapping[str, str] | None = None
    """Names by candidate, shown after a click only; ``None`` when the class is unknown."""
    hand_ins: HandIns | None = None
    departed: frozenset[str] = frozenset()
    """Those of the hand-ins who are in the class no more."""
    arrived: tuple[str, ...] = ()
    """Those of the class of whom the hand-ins as they were noted say nothing: they came since."""

    early: bool = False
    """The deadline is still to come: who has not handed in is not late."""

    @property
    def session(self) -> str | None:
        """The session that the hand-ins are of, if there are any."""
        return self.hand_ins.session if self.hand_ins else None

    def hand_in(self, candidate: str) -> HandIn | None:
        """Returns what is known of one candidate's hand-in."""
        return self.hand_ins.by_candidate().get(candidate) if self.hand_ins else None

    def name(self, candidate: str) -> str | None:
        """Returns a candidate's name, if the class is known."""
        return (self.names or {}).get(candidate)

    def is_alias(self, candidate: str) -> bool:
        """Tells an alias of the class, which reveals nobody, from the name of a folder.

        Whom the table of names knows no more (the class or the learner was erased) is told by the class's prefix.
        """
        if self.name(candidate) is not None:
            return True
        found = _ALIAS.match(candidate)
        return found is not None and found["prefix"] == self._prefix

    @cached_property
    def _prefix(self) -> str | None:
        """What most identifiers of a class begin with; ``None`` outside any class."""
        if self.hand_ins is None or self.hand_ins.class_name is None:
            return None
        found = Counter(match["prefix"] for name in self.candidates if (match := _ALIAS.match(name)))
        return found.most_common(1)[0][0] if found else None

    def ordered(self, graded: Sequence[str]) -> list[str]:
        """Returns every candidate of the page once: those of the roll, then graded ones outside it."""
        return list(dict.fromkeys([*self.candidates, *graded]))

    def people(self, graded: Sequence[str]) -> tuple[Identity, ...]:
        """Returns every learner of the page once, in the same order, as the page names them."""
        return tuple(self._identity(name, place) for place, name in enumerate(self.ordered(graded), start=1))

    def _identity(self, candidate: str, place: int) -> Identity:
        aliased = self.is_alias(candidate)
        label = candidate if aliased else f"Élève {place}"
        return Identity(candidate, label, self.name(candidate), aliased, candidate in self.departed)


NO_ROLL = Roll()
"""Of a class that is not known."""


def roll_of(out: Path, lab: str | None = None) -> Roll:
    """Returns who belongs on the class page of an output folder.

    Args:
        out: The output folder.
        lab: If given, hand-ins for another lab count for nothing.

    Returns:
        An empty roll when no hand-in was ever noted there. A class that exists no more leaves aliases without names.

    Raises:
        RunFolderError: ``remises.json`` is damaged.
    """
    hand_ins = read_hand_ins(out)
    if hand_ins is None or (lab is not None and hand_ins.lab != lab):
        return NO_ROLL
    return roll_from(hand_ins, roster_of(hand_ins))


def roll_from(hand_ins: HandIns, roster: Roster | None) -> Roll:
    """Returns the roll of these hand-ins: the class by alias, with names if the class is known.

    Whoever came to the class since has not handed in; whoever left it stays with what they handed in, and is marked.
    """
    if roster is None:
        return Roll(tuple(entry.candidate for entry in hand_ins.entries), None, hand_ins, early=hand_ins.early)
    active = [learner.alias for learner in roster.learners()]
    known = [entry.candidate for entry in hand_ins.entries]
    arrived = tuple(alias for alias in active if alias not in known)
    missing = [absent(alias, roster, hand_ins.lab, hand_ins.session) for alias in arrived]
    return Roll(
        candidates=(*known, *arrived),
        names={learner.alias: learner.name for learner in roster.learners(active_only=False)},
        hand_ins=replace(hand_ins, entries=(*hand_ins.entries, *missing)),
        departed=frozenset(known) - set(active),
        arrived=arrived,
        early=hand_ins.early,
    )
