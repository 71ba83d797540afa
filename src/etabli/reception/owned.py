"""Owned: from what was handed in by known learners to one deposit per learner, under the alias."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import count
from etabli.reception.deposits import archive_problem
from etabli.reception.doubles import sift
from etabli.reception.handed import Handed
from etabli.reception.roll_call import nameless
from etabli.reception.submission import Deposit
from etabli.roster.learner import Learner
from etabli.roster.names import name_key

_TOLD = 5
_FEW_LETTERS = 2


@dataclass(frozen=True)
class Owned:
    """One thing per learner."""

    pairs: tuple[tuple[Handed, Learner], ...]
    """Sorted by alias."""
    twice: tuple[str, ...] = ()
    """Aliases of those who handed the same in several times."""


def one_each(owned: Iterable[tuple[Handed, Learner]]) -> Owned:
    """Keeps one thing per learner.

    Raises:
        UsageProblem: A learner has two different things; which one is theirs is not ours to guess, and to refuse
            both would put a refusal in the place of what was graded before.
    """
    owned = list(owned)
    learners = {learner.alias: learner for _handed, learner in owned}
    sifted = sift((learner.alias, handed) for handed, learner in owned)
    if sifted.different:
        raise UsageProblem(_several(sifted.different))
    return Owned(tuple((handed, learners[alias]) for alias, handed in sifted.kept.items()), sifted.twice)


def _several(different: Mapping[str, Sequence[Handed]]) -> str:
    told = [
        f"{alias} ({' ; '.join(f'« {one.title} » : {one.described}' for one in group)})"
        for alias, group in list(different.items())[:_TOLD]
    ]
    if len(different) > _TOLD:
        told.append(count(len(different) - _TOLD, "{n} autre élève", "{n} autres élèves"))
    keys = _keys(next(iter(different.values())))
    aside = " ou ".join(f'« --associer "{key}=" »' for key in keys)
    way = (
        f"corrigez l'alias, ou laissez de côté celui qui n'est pas le bon : {aside}"
        if keys
        else "gardez-en un, puis relancez"
    )
    return "Deux rendus différents pour un même élève, rien n'est encore vérifié ni retenu : {told} ; {way}.".format(
        told=", ".join(told), way=way
    )


def _keys(group: Sequence[Handed]) -> list[str]:
    """What leaves each of these aside without the others; nothing when they go by one name and number."""
    titles = Counter(name_key(one.title) for one in group)
    keys = [one.title if titles[name_key(one.title)] == 1 else one.participant or "" for one in group]
    return keys if len(set(keys)) == len(group) and all(keys) else []


def owned_deposits(owned: Owned) -> list[Deposit]:
    """Makes the deposits of a class, one per learner, by alias: no sentence about them holds a person's name."""
    return [_of_learner(handed, learner) for handed, learner in owned.pairs]


def _of_learner(handed: Handed, learner: Learner) -> Deposit:
    shown = shown_name(handed, learner)
    source = _under_alias(handed, learner.alias)
    problem = handed.problem or archive_problem(source, shown or learner.alias)
    return Deposit(learner.alias, source, problem, shown=shown)


def shown_name(handed: Handed, learner: Learner) -> str | None:
    """Returns what sentences call a deposit: the file's own name as the learner knows it, without their own name.

    ``None`` for what Moodle holds as several files; the alias when nothing but their name was in it.
    """
    if handed.source.is_dir() and handed.participant is not None:
        return None
    path = PurePosixPath(handed.files[-1] if handed.files else handed.source.name)
    stem, suffix = (path.name, "") if handed.source.is_dir() else (path.stem, path.suffix)
    named = nameless(stem, learner)
    if named != stem and len(re.findall(r"[^\W_]", named)) < _FEW_LETTERS:
        named = learner.alias
    return named + suffix


def _under_alias(handed: Handed, alias: str) -> Path:
    """Renames our own copy of what came through Moodle; what is the user's keeps its name."""
    if handed.participant is None or not handed.source.exists():
        return handed.source
    suffix = "" if handed.source.is_dir() else handed.source.suffix
    return handed.source.rename(handed.source.with_name(alias + suffix))
