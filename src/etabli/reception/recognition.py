"""Recognition: what the name that something came under says of whose it is. Exact, or else nothing is said."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

from etabli.reception.dropped import Dropped
from etabli.reception.moodle.worksheet import Row
from etabli.roster.learner import Learner
from etabli.roster.names import fold, name_key, tidy
from etabli.roster.roster import Roster

_HIDDEN = "•••"
_SHORTEST = 3
_FEW_LETTERS = 2
_LOST = str.maketrans("", "", "'’")
"""Moodle takes the apostrophe out of names in files: that is no other spelling."""


def meant_by(dropped: Dropped, roster: Roster, row: Row | None) -> list[Learner]:
    """Returns whom the alias, name, e-mail and number of a thing point to: one, several or nobody.

    Args:
        dropped: The thing.
        roster: The class.
        row: What Moodle's worksheet says of whoever handed it in, if there is one.
    """
    if row is not None:
        name = row.name or (None if dropped.blind else dropped.name)
        if found := roster.find(full_name=name, email=row.email, number=row.number):
            return found
    if dropped.blind:
        return []
    alias = roster.by_alias(dropped.name) if dropped.participant is None else None
    return [alias] if alias else roster.find(full_name=dropped.name)


def bears_alias(dropped: Dropped, learner: Learner, roster: Roster) -> bool:
    """Tells whether a thing bears this learner's alias, and no name."""
    found = roster.by_alias(dropped.name) if dropped.participant is None else None
    return found is not None and found.alias == learner.alias


def is_respelled(dropped: Dropped, learner: Learner, roster: Roster) -> bool:
    """Tells whether a thing bears this learner's name in another spelling than the class's."""
    name, *own = (tidy(name).casefold().translate(_LOST) for name in (dropped.name, learner.name, learner.listed))
    return not (dropped.blind or bears_alias(dropped, learner, roster) or name in own)


def remember(roster: Roster, dropped: Dropped, learner: Learner) -> None:
    """Keeps an answer with the class, if what was asked about bears a person's name.

    Moodle writes one, unless submissions are anonymous. A file's own name is one when it holds a word of this
    learner's name alone: what was said of « tp.zip » must not settle whose the next « tp.zip » is.
    """
    if _names_them(dropped, learner, roster) if dropped.participant is None else not dropped.blind:
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
    text = unicodedata.normalize("NFC", text)
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
    if dropped.source.is_dir() and dropped.participant is not None:
        return None
    path = PurePosixPath(dropped.files[-1] if dropped.files else dropped.source.name)
    stem, suffix = (path.name, "") if dropped.source.is_dir() else (path.stem, path.suffix)
    named = nameless(stem, learner)
    if named != stem and len(re.findall(r"[^\W_]", named)) < _FEW_LETTERS:
        named = learner.alias
    return named + suffix
