"""Remarks: what a person should know of how deposits were matched to learners, each in one line on the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from etabli.exam.contract.french import count
from etabli.reception.hand_in import HandIns
from etabli.reception.handed import Handed
from etabli.reception.roll_call import nameless
from etabli.roster.learner import Learner
from etabli.roster.names import tidy
from etabli.roster.roster import Roster

_DROPPED = str.maketrans("", "", "'’")
"""Moodle takes the apostrophe out of names in files: that is no other spelling."""
_TOLD = 6


def matched(owned: Sequence[tuple[Handed, Learner]], roster: Roster) -> str | None:
    """Returns whose name was met in another spelling than the class's, or nothing."""
    found = [
        f"« {one.label} » → {learner.alias}"
        for one, learner in owned
        if not (one.blind or is_alias(one, learner, roster) or _plain(one.label) in _own(learner))
    ]
    return "Rapprochés : {found}.".format(found=", ".join(found)) if found else None


def is_alias(handed: Handed, learner: Learner, roster: Roster) -> bool:
    """Tells whether a thing bears this learner's alias, and no name."""
    found = roster.by_alias(handed.label) if handed.participant is None else None
    return found is not None and found.alias == learner.alias


def _own(learner: Learner) -> set[str]:
    return {_plain(learner.name), _plain(learner.listed)}


def _plain(name: str) -> str:
    return tidy(name).casefold().translate(_DROPPED)


def handed_twice(candidates: Sequence[str]) -> str | None:
    """Returns who handed the same in several times, or nothing."""
    if not candidates:
        return None
    told = ", ".join(candidates[:_TOLD]) + (", …" if len(candidates) > _TOLD else "")
    one = "{n} rendu remis deux fois à l'identique, compté une fois"
    many = "{n} rendus remis deux fois à l'identique, comptés une fois"
    return f"{count(len(candidates), one, many)} : {told}."


def left_aside(left: Sequence[Handed]) -> str:
    """Returns what was left aside: Moodle's number and the files, without the name of whoever handed them in."""
    told = " ; ".join(_unnamed(one) for one in left)
    what = count(len(left), "{n} rendu laissé de côté", "{n} rendus laissés de côté")
    return f"{what} : {told}."


def _unnamed(handed: Handed) -> str:
    if handed.participant is None:
        return handed.described  # nothing but the name of the teacher's own file tells it
    return nameless(handed.described, Learner("", handed.label, ""))


def runs_left(former: HandIns | None, moved: Sequence[str], received: Sequence[str], out: Path) -> list[str]:
    """Returns what to do about the runs of those whose deposit turned out to be another's.

    Args:
        former: The hand-ins from before.
        moved: Moodle's numbers that do not belong where they did.
        received: Aliases that have another deposit now.
        out: The output folder.
    """
    entries = former.entries if former else ()
    wrong = [entry for entry in entries if entry.participant in moved and entry.candidate not in received]
    return [
        (
            f"{entry.candidate} garde une vérification faite sur le rendu Moodle n° {entry.participant}, qui n'est "
            f"plus le sien : si elle n'est pas d'un autre rendu de cet élève, supprimez « {out / entry.candidate} », "
            "puis relancez."
        )
        for entry in wrong
        if (out / entry.candidate).is_dir()
    ]
