"""Recognition: what the name that something came under says of whose it is. Exact, or else nothing is said."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePosixPath

from etabli.exam.contract.words import normal
from etabli.reception.dropped import Dropped
from etabli.reception.moodle.naming import after_hyphens, may_be_half
from etabli.reception.moodle.worksheet import Row
from etabli.roster.learner import Learner
from etabli.roster.names import fold, name_key, spelling, tidy
from etabli.roster.roster import Roster

_HIDDEN = "•••"
_SHORTEST = 3
_FEW_LETTERS = 2
_LOST = str.maketrans("", "", "'’")
"""Moodle takes the apostrophe out of names in files: that is no other spelling."""


def read_name(dropped: Dropped, roster: Roster, row: Row | None) -> Dropped:
    """Reads a name that may begin with a group, as the worksheet or the class tells; both are kept if both fit.

    « Jean-Luc Martin » is never Luc Martin because nobody of the class is called Jean-Luc: a person must say.
    """
    if row and row.name and not dropped.blind and name_key(row.name) != name_key(dropped.name):
        for rest in after_hyphens(dropped.name):
            if name_key(rest) == name_key(row.name):
                return replace(dropped, name=rest, short=None)
    if dropped.short is None:
        return dropped
    whole, short = (roster.find(full_name=name) for name in (dropped.name, dropped.short))
    told = any(spelling(known) == spelling(dropped.name) for one in whole for known in one.spellings)
    head = dropped.name.removesuffix(dropped.short)
    if not whole and not may_be_half(head, dropped.short):
        return replace(dropped, name=dropped.short, short=None)
    return dropped if short and not told and short != whole else replace(dropped, short=None)


def meant_by(dropped: Dropped, roster: Roster, row: Row | None) -> list[Learner]:
    """Returns whom the alias, name, e-mail and number of a thing point to: one, several or nobody.

    What a group handed in is nobody's until its members are named.

    Args:
        dropped: The thing.
        roster: The class.
        row: What Moodle's worksheet says of whoever handed it in, if there is one.
    """
    if dropped.group is not None:
        return []
    if row is not None:
        name = row.name or (None if dropped.blind else dropped.name)
        known = row.name or dropped.blind or roster.find(full_name=name)  # else the number may be a group's
        if known and (found := roster.find(full_name=name, email=row.email, number=row.number)):
            return found
    if dropped.blind:
        return []
    alias = None if dropped.from_moodle else roster.by_alias(dropped.name)
    found = [alias] if alias else roster.find(full_name=dropped.name)
    return found + [one for one in roster.find(full_name=dropped.short) if one not in found] if found else []


def resembled(dropped: Dropped, roster: Roster) -> list[Learner]:
    """Returns who may be meant by a name that means nobody: the same words in another order, or half of them."""
    if dropped.blind or dropped.group is not None:
        return []
    return [*roster.resembling(dropped.name), *(roster.find(full_name=dropped.short) if dropped.short else [])]


def bears_alias(dropped: Dropped, learner: Learner, roster: Roster) -> bool:
    """Tells whether a thing bears this learner's alias, and no name."""
    found = None if dropped.from_moodle else roster.by_alias(dropped.name)
    return found is not None and found.alias == learner.alias


def is_respelled(dropped: Dropped, learner: Learner, roster: Roster) -> bool:
    """Tells whether a thing bears this learner's name in another spelling than the class's."""
    name, *own = (tidy(name).casefold().translate(_LOST) for name in (dropped.name, learner.name, learner.listed))
    return not (dropped.blind or dropped.members or bears_alias(dropped, learner, roster) or name in own)


def remember(roster: Roster, dropped: Dropped, learner: Learner) -> None:
    """Keeps an answer with the class, if what was asked about bears a person's name.

    Moodle writes one, unless submissions are anonymous or groups' (« Équipe 1 »: nobody's name holds a digit). Any
    other is one when it holds a word of this learner's name alone: what was said of « tp.zip » must not settle whose
    the next « tp.zip » is.
    """
    if dropped.group is not None or dropped.members or dropped.blind:
        return
    if (dropped.from_moodle and not re.search(r"\d", dropped.name)) or _names_them(dropped, learner, roster):
        roster.remember(dropped.name, learner.alias)


def _names_them(dropped: Dropped, learner: Learner, roster: Roster) -> bool:
    others = {
        word
        for one in roster.learners(active_only=False)
        if one.alias != learner.alias
        for word in name_key(one.listed).split()
    }
    return bool((set(name_key(learner.listed).split()) - others) & set(name_key(dropped.name).split()))


def nameless(text: str, learner: Learner | None) -> str:
    """Returns a file's name without the learner's own name, which many write into it."""
    if learner is None:
        return text
    text = normal("NFC", text)
    words = {fold(word) for word in re.findall(r"[^\W\d_]+", learner.listed)}
    places = [(letter, at) for at, char in enumerate(text) for letter in fold(char)]
    folded = "".join(letter for letter, _at in places)
    hidden = {
        at
        for word in words
        if len(word) >= _SHORTEST
        for found in re.finditer(re.escape(word), folded)
        for _letter, at in places[found.start() : found.end()]
    }
    return re.sub("\0+", _HIDDEN, "".join("\0" if at in hidden else char for at, char in enumerate(text)))


def shown_name(dropped: Dropped, learner: Learner) -> str | None:
    """Returns what sentences call a deposit: the file's own name as the learner knows it, without their own name.

    ``None`` for what Moodle holds as several files; the alias when nothing but their name was in it.
    """
    if dropped.source.is_dir() and dropped.from_moodle:
        return None
    path = PurePosixPath(dropped.files[-1] if dropped.files else dropped.source.name)
    stem, suffix = (path.name, "") if dropped.source.is_dir() else (path.stem, path.suffix)
    named = nameless(stem, learner)
    if named != stem and len(re.findall(r"[^\W_]", named)) < _FEW_LETTERS:
        named = learner.alias
    return named + suffix
