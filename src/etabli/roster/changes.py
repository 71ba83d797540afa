"""Changes: what importing a listing would do to a class. Pure: it reads nothing and writes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from etabli.exam.contract.errors import UsageProblem
from etabli.roster.learner import Learner, Person
from etabli.roster.listing import Entry
from etabli.roster.names import fold, name_key


class Fate(StrEnum):
    """What becomes of one learner."""

    ADDED = "added"  #: nouveau
    KEPT = "kept"  #: inchangé
    CORRECTED = "corrected"  #: corrigé
    BACK = "back"  #: de retour
    GONE = "gone"  #: parti


@dataclass(frozen=True)
class Change:
    """What an import does to one learner."""

    fate: Fate
    person: Person
    """As the class will know them."""
    learner: Learner | None = None
    """Who they are in the class already; ``None`` when they are new."""
    entry: Entry | None = None
    """The line of the list that names them; ``None`` when they are gone."""


@dataclass(frozen=True)
class Changes:
    """What an import does to a class: new learners last, in the order of their numbers to be."""

    all: tuple[Change, ...]

    def of(self, *fates: Fate) -> list[Change]:
        """Returns the changes with one of these fates."""
        return [change for change in self.all if change.fate in fates]

    @property
    def none(self) -> bool:
        """Whether the class stays as it is."""
        return not self.of(Fate.ADDED, Fate.CORRECTED, Fate.BACK, Fate.GONE)


def changes_between(
    learners: Sequence[Learner], entries: Sequence[Entry], spellings: Mapping[str, str] | None = None
) -> Changes:
    """Compares a class with a list.

    A person is recognised by number, then by name and e-mail, then by a name that only one person bears on either side,
    then by a spelling that somebody said to be theirs, last by e-mail alone.

    Args:
        learners: Everyone who was ever in the class, also those who left.
        entries: The list.
        spellings: Aliases by the key of a remembered spelling.

    Raises:
        UsageProblem: Several people of one name, and nothing tells who is who.
    """
    matching = _Matching(learners, entries)
    matching.by(lambda learner: learner.number, lambda person: person.number)
    matching.by(_name_and_email, _name_and_email)
    matching.by_name()
    matching.by(lambda learner: learner.alias, lambda person: (spellings or {}).get(name_key(person.listed)))
    matching.by(_email, _email)
    return matching.changes()


class _Matching:
    def __init__(self, learners: Sequence[Learner], entries: Sequence[Entry]) -> None:
        self.learners = list(learners)
        self.entries = list(entries)
        self.pairs: dict[str, Entry] = {}
        names = [name_key(learner.listed) for learner in learners]
        listed = [name_key(entry.person.listed) for entry in entries]
        self.shared = {key for key in {*names, *listed} if names.count(key) > 1 or listed.count(key) > 1}

    def by(self, mark: Callable[[Learner], object | None], said: Callable[[Person], object | None]) -> None:
        """Pairs those who bear a mark that nobody else bears."""
        learners, entries = self._left()
        bearing: defaultdict[object, list[Learner]] = defaultdict(list)
        naming: defaultdict[object, list[Entry]] = defaultdict(list)
        for learner in learners:
            bearing[mark(learner)].append(learner)
        for entry in entries:
            naming[said(entry.person)].append(entry)
        for value in set(bearing) & set(naming) - {None}:
            if len(bearing[value]) == len(naming[value]) == 1:
                self.pairs[bearing[value][0].alias] = naming[value][0]

    def by_name(self) -> None:
        """Pairs those whose name is theirs alone; refuses to guess between several."""
        learners, entries = self._left()
        for key in {name_key(entry.person.listed) for entry in entries}:
            known = [learner for learner in learners if name_key(learner.listed) == key]
            listed = [entry for entry in entries if name_key(entry.person.listed) == key]
            possible = [learner for learner in known if not (key in self.shared and _differ(learner, listed))]
            if len(possible) == 1 and len(listed) == 1:
                self.pairs[possible[0].alias] = listed[0]
            elif possible:
                raise _who_is_who(possible, listed)

    def changes(self) -> Changes:
        learners, entries = self._left()
        present = [self._present(learner) for learner in self.learners if learner.alias in self.pairs]
        gone = [Change(Fate.GONE, learner.person, learner) for learner in learners if learner.active]
        added = [
            Change(Fate.ADDED, entry.person, entry=entry)
            for entry in sorted(entries, key=lambda entry: (fold(entry.person.family), fold(entry.person.given)))
        ]
        return Changes((*present, *gone, *added))

    def _present(self, learner: Learner) -> Change:
        entry = self.pairs[learner.alias]
        person = _newest(learner.person, entry)
        fate = Fate.KEPT if person == learner.person else Fate.CORRECTED
        return Change(fate if learner.active else Fate.BACK, person, learner, entry)

    def _left(self) -> tuple[list[Learner], list[Entry]]:
        paired = {entry.line for entry in self.pairs.values()}
        return (
            [learner for learner in self.learners if learner.alias not in self.pairs],
            [entry for entry in self.entries if entry.line not in paired],
        )


def _newest(known: Person, entry: Entry) -> Person:
    """Returns a person as the list has them; a spelling of the same name that had to be cut in two changes nothing."""
    listed = entry.person
    same = name_key(known.listed) == name_key(listed.listed)
    family, given = (known.family, known.given) if same else (listed.family, listed.given)
    return Person(family, given, listed.email or known.email, listed.number or known.number)


def _name_and_email(who: Learner | Person) -> object | None:
    return (name_key(who.listed), who.email.casefold()) if who.email else None


def _email(who: Learner | Person) -> object | None:
    return who.email.casefold() if who.email else None


def _differ(learner: Learner, entries: Sequence[Entry]) -> bool:
    """Tells whether a number or an e-mail says that a learner is none of these."""
    return all(
        any(
            mine and theirs and mine.casefold() != theirs.casefold()
            for mine, theirs in (
                (learner.number, entry.person.number),
                (learner.email, entry.person.email),
            )
        )
        for entry in entries
    )


def _who_is_who(learners: Sequence[Learner], entries: Sequence[Entry]) -> UsageProblem:
    possible = [learner.alias for learner in learners]
    if len(entries) > len(learners):
        possible.append("un nouvel élève")
    return UsageProblem(
        (
            "« {name} » (ligne {lines}) peut être {possible} : rien ne dit qui est qui ; notez d'abord le courriel de "
            "chacun (« etabli classe corriger --help »), puis donnez une liste avec les courriels."
        ).format(
            name=entries[0].person.name,
            lines=", ".join(str(entry.line) for entry in entries),
            possible=" ou ".join(possible),
        )
    )
