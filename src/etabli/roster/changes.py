"""Changes: what importing a listing would do to a class. Pure: it reads nothing and writes nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import TypeVar

from etabli.exam.contract.errors import UsageProblem
from etabli.roster.learner import Learner, Person
from etabli.roster.listing import Listed
from etabli.roster.names import fold, name_key
from etabli.roster.refusals import ImportProblem

_One = TypeVar("_One")


class Fate(StrEnum):
    """What becomes of one learner."""

    ADDED = "added"  #: nouveau
    KEPT = "kept"  #: inchangé
    CORRECTED = "corrected"  #: corrigé
    BACK = "back"  #: de retour
    GONE = "gone"  #: parti


@dataclass(frozen=True)
class ClassChange:
    """What an import does to one learner."""

    fate: Fate
    person: Person
    """As the class will know them."""
    alias: str
    learner: Learner | None = None
    """Who they are in the class already; ``None`` when they are new."""
    listed: Listed | None = None
    """The line of the list that names them; ``None`` when they are gone."""


@dataclass(frozen=True)
class Changes:
    """What an import does to a class: new learners last, in the order of their numbers to be."""

    all: tuple[ClassChange, ...]

    def of(self, *fates: Fate) -> list[ClassChange]:
        """Returns the changes with one of these fates."""
        return [change for change in self.all if change.fate in fates]

    @property
    def none(self) -> bool:
        """Whether the class stays as it is."""
        return not self.of(Fate.ADDED, Fate.CORRECTED, Fate.BACK, Fate.GONE)

    def has_homonym(self, change: ClassChange) -> bool:
        """Whether somebody else of the class or of the list has that very name."""
        key = name_key(change.person.listed)
        return sum(name_key(other.person.listed) == key for other in self.all) > 1

    def perhaps_renamed(self) -> Iterator[tuple[ClassChange, ClassChange]]:
        """Yields who is gone with who is new, when all that one of the two is called is in the other's name."""
        for gone, new in product(self.of(Fate.GONE), self.of(Fate.ADDED)):
            words = [set(name_key(one.person.listed).split()) for one in (gone, new)]
            if words[0] <= words[1] or words[1] <= words[0]:
                yield gone, new


def changes_between(
    learners: Sequence[Learner],
    people: Sequence[Listed],
    spellings: Mapping[str, str],
    coming: Iterator[str],
    place: Callable[[Person], bytes] | None = None,
) -> Changes:
    """Compares a class with a list.

    A person is recognised by number, then by name and e-mail, then by a name that only one person bears on either side,
    then by a spelling that somebody said to be theirs, last by e-mail alone.

    Args:
        learners: Everyone who was ever in the class, also those who left.
        people: The list.
        spellings: Aliases by the key of a remembered spelling.
        coming: The aliases that new learners get, one after the other.
        place: What new learners are sorted by; by default, their names.

    Raises:
        UsageProblem: Several people of one name, and nothing tells who is who.
    """
    matching = _Matching(learners, people)
    matching.by(lambda who: who.number)
    matching.by(lambda who: (name_key(who.listed), who.email.casefold()) if who.email else None)
    matching.by_name()
    matching.by(lambda person: spellings.get(name_key(person.listed)), lambda learner: learner.alias)
    matching.by(lambda who: who.email.casefold() if who.email else None)
    return matching.changes(coming, place)


class _Matching:
    def __init__(self, learners: Sequence[Learner], people: Sequence[Listed]) -> None:
        self.learners = learners
        self.people = people
        self.pairs: dict[str, Listed] = {}
        sides = [Counter(name_key(one.listed) for one in side) for side in (learners, [one.person for one in people])]
        self.shared = {key for side in sides for key, number in side.items() if number > 1}

    def by(
        self, said: Callable[[Learner | Person], object | None], mark: Callable[[Learner], object | None] | None = None
    ) -> None:
        """Pairs those who bear a mark that nobody else bears: a learner's own, and what the list says."""
        learners, people = self._left()
        bearing = _grouped(learners, mark or said)
        naming = _grouped(people, lambda one: said(one.person))
        for value in set(bearing) & set(naming) - {None}:
            if len(bearing[value]) == len(naming[value]) == 1:
                self.pairs[bearing[value][0].alias] = naming[value][0]

    def by_name(self) -> None:
        """Pairs those whose name is theirs alone; refuses to guess between several."""
        learners, people = self._left()
        known = _grouped(learners, lambda learner: name_key(learner.listed))
        for key, listed in _grouped(people, lambda one: name_key(one.person.listed)).items():
            possible = [one for one in known[key] if not (key in self.shared and _differ(one, listed))]
            if len(possible) == 1 and len(listed) == 1:
                self.pairs[possible[0].alias] = listed[0]
            elif possible:
                raise _who_is_who(possible, listed)

    def changes(self, coming: Iterator[str], place: Callable[[Person], bytes] | None) -> Changes:
        learners, people = self._left()
        present = [self._present(learner) for learner in self.learners if learner.alias in self.pairs]
        gone = [
            ClassChange(Fate.GONE, learner.person, learner.alias, learner) for learner in learners if learner.active
        ]
        people.sort(key=lambda one: (fold(one.person.family), fold(one.person.given)))
        if place:
            people.sort(key=lambda one: place(one.person))
        added = [ClassChange(Fate.ADDED, one.person, next(coming), listed=one) for one in people]
        return Changes((*present, *gone, *added))

    def _present(self, learner: Learner) -> ClassChange:
        listed = self.pairs[learner.alias]
        person = _newest(learner.person, listed.person)
        fate = Fate.KEPT if person == learner.person else Fate.CORRECTED
        return ClassChange(fate if learner.active else Fate.BACK, person, learner.alias, learner, listed)

    def _left(self) -> tuple[list[Learner], list[Listed]]:
        paired = {one.line for one in self.pairs.values()}
        return (
            [learner for learner in self.learners if learner.alias not in self.pairs],
            [one for one in self.people if one.line not in paired],
        )


def _grouped(of: Iterable[_One], key: Callable[[_One], object]) -> defaultdict[object, list[_One]]:
    groups: defaultdict[object, list[_One]] = defaultdict(list)
    for one in of:
        groups[key(one)].append(one)
    return groups


def _newest(known: Person, listed: Person) -> Person:
    """Returns a person as the list has them; a spelling of the same name that had to be cut in two changes nothing."""
    named = known if name_key(known.listed) == name_key(listed.listed) else listed
    return Person(named.family, named.given, listed.email or known.email, listed.number or known.number)


def _differ(learner: Learner, people: Sequence[Listed]) -> bool:
    """Tells whether a number or an e-mail says that a learner is none of these."""
    return all(
        any(
            mine and theirs and mine.casefold() != theirs.casefold()
            for mine, theirs in ((learner.number, one.person.number), (learner.email, one.person.email))
        )
        for one in people
    )


def _who_is_who(learners: Sequence[Learner], people: Sequence[Listed]) -> UsageProblem:
    possible = [learner.alias for learner in learners]
    if len(people) > len(learners):
        possible.append("un nouvel élève")
    lines = ", ".join(str(one.line) for one in people)
    return ImportProblem(
        f"« {people[0].person.name} » (ligne {lines}) peut être {' ou '.join(possible)} : rien ne dit qui est qui ;",
        "notez d'abord le courriel de chacun (« etabli classe corriger --help »), puis donnez une liste avec les "
        "courriels",
        "écartez cette ligne sous « Lignes à écarter », et demandez à l'administrateur de noter le courriel de chacun",
    )
