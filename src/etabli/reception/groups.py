"""Groups: what several handed in together. A person names the members; a worksheet of Moodle may propose them.

In an assignment where groups hand in only groups do (moodle/moodle, ``mod/assign/classes/downloader.php``): what bears
a learner's name there may be a group's, and its number a learner's number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from etabli.reception.declaration import declared_candidate
from etabli.reception.dropped import Dropped
from etabli.reception.moodle.naming import after_hyphens
from etabli.reception.moodle.worksheet import Row
from etabli.reception.recognition import meant_by
from etabli.roster.learner import Learner
from etabli.roster.names import name_key
from etabli.roster.roster import Roster


def is_of_group(dropped: Dropped, roster: Roster, rows: Mapping[str, Row], *, groups: bool = False) -> bool:
    """Tells whether a thing is a group's although it bears a number like a learner's.

    Args:
        dropped: The thing.
        roster: The class.
        rows: Moodle's worksheet, by participant: it knows the groups, and whose number it is by name.
        groups: Whether groups handed in here. In an assignment where they do, only they do.
    """
    row = rows.get(dropped.participant or "")
    if dropped.participant is None or dropped.blind or (row and row.name and _is_called(dropped, row.name)):
        return False
    marked = roster.find(email=row.email, number=row.number) if row else []
    if marked and marked == roster.find(full_name=dropped.name):
        return False  # the same learner, whose name this site writes in two ways
    named = any(_is_called(dropped, known) for one in rows.values() for known in (one.name, one.group) if known)
    return groups or named or bool(row and row.name and not _may_be_theirs(dropped, row, roster))


def _may_be_theirs(dropped: Dropped, row: Row, roster: Roster) -> bool:
    """Tells whether a thing under a learner's name may be theirs: the row of its number means no other of the class.

    A site may write « MARTIN Léa (2TSN) » there; a name without a word of theirs is another's, whom the class lacks.
    """
    if row.name is None or roster.find(full_name=row.name, email=row.email, number=row.number):
        return False
    words = set(name_key(row.name).split())
    readings = (dropped.name, *after_hyphens(dropped.name))
    return any(words & set(name_key(name).split()) and roster.find(full_name=name) for name in readings)


def _is_called(dropped: Dropped, name: str) -> bool:
    return name_key(name) in {name_key(reading) for reading in (dropped.name, dropped.short) if reading}


def members_of(dropped: Dropped, roster: Roster, rows: Mapping[str, Row]) -> tuple[Learner, ...]:
    """Returns the members of a group as far as Moodle's worksheet says them: to be confirmed, never to be taken."""
    mine = [row for row in rows.values() if row.group and _is_called(dropped, row.group)]
    found = [roster.find(full_name=row.name, email=row.email, number=row.number) for row in mine]
    return tuple({one.alias: one for (one,) in (names for names in found if len(names) == 1)}.values())


def together(dropped: Dropped, learners: Sequence[Learner], *, is_name: bool) -> Dropped:
    """Returns a thing as several learners'; what Moodle calls by a name that is nobody's is a group's."""
    thing = dropped if is_name or dropped.blind else dropped.by_group()
    return replace(thing, members=tuple(learner.alias for learner in learners))


def groups_hand_in(
    things: Sequence[Dropped],
    answered: Sequence[Sequence[str] | None],
    before: Mapping[str, object],
    roster: Roster,
    rows: Mapping[str, Row],
) -> bool:
    """Tells whether groups hand in here: Moodle says so, or a person did of a name that is nobody's."""
    if any(one.group is not None for one in things):
        return True
    numbered = [(one, answer) for one, answer in zip(things, answered, strict=True) if one.participant]
    unknown = [(one, answer) for one, answer in numbered if not meant_by(one, roster, rows.get(one.participant or ""))]
    told = any(len(answer or ()) > 1 or f"groupe {one.participant}" in before for one, answer in unknown)
    return told and 2 * len(unknown) >= len(numbered)


def data_of(dropped: Dropped, source: Path, roster: Roster) -> str:
    """Returns whose data a common work was made with: the member its declaration names, else the first named.

    Args:
        dropped: The work.
        source: Where it is now.
        roster: The class.
    """
    said = None if dropped.problem else declared_candidate(source)
    found = roster.by_alias(said) if said else None
    return found.alias if found and found.alias in dropped.members else dropped.members[0]
