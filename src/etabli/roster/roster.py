"""The roster of a class: its learners, found by alias or by what others call them.

It stands on the one table of names (:mod:`etabli.roster.namebook`); everything outside works with aliases.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count

from etabli.exam.contract.errors import UsageProblem
from etabli.roster import lookup, namebook
from etabli.roster.aliases import alias_of, mistyped, new_prefix, same_prefix, with_alias
from etabli.roster.changes import Changes, Fate, changes_between
from etabli.roster.drawn import place_of
from etabli.roster.learner import Learner, Person
from etabli.roster.listing import Listed
from etabli.roster.namebook import LearnerRow
from etabli.roster.names import fold, name_key, tidy
from etabli.roster.refusals import ImportProblem, no_such_class, no_such_learner, several_learners
from etabli.system.settings import secret


class Roster:
    """The learners of one class. Get one from :func:`open_roster` or :func:`new_roster`.

    Args:
        name: The class's name.
        prefix: What its aliases begin with.
    """

    def __init__(self, name: str, prefix: str) -> None:
        self.name = name
        self.prefix = prefix

    def learners(self, active_only: bool = True) -> list[Learner]:
        """Returns the learners by alias number; also those who left, unless ``active_only``."""
        return [row.learner() for row in self._rows() if row.active or not active_only]

    def by_alias(self, alias: str) -> Learner | None:
        """Returns one learner, present or gone; « sno-7 » is the alias SNO-07."""
        row = with_alias(self._rows(), self.prefix, alias)
        return row.learner() if row else None

    def get(self, alias: str) -> Learner:
        """Returns one learner, present or gone, by alias or by its number alone.

        Raises:
            UsageProblem: The alias is unknown in this class.
        """
        return self._one(self._rows(), alias).learner()

    def meant(self, who: str) -> Learner:
        """Returns the learner that an alias or an exact name means, present or gone.

        Raises:
            UsageProblem: Nobody, or several; the sentence gives the aliases to choose from.
        """
        rows = self._rows()
        if row := with_alias(rows, self.prefix, who, bare=True):
            return row.learner()
        found = self.find(full_name=who)
        if len(found) == 1:
            return found[0]
        near = found or self.resembling(who)
        if not near:
            return self.get(who)
        raise several_learners(who, self.name, near)

    def find(
        self, *, full_name: str | None = None, email: str | None = None, number: str | None = None
    ) -> list[Learner]:
        """Returns who may be meant: nobody, one learner, or several for a person to choose from. Never a guess.

        Each mark is compared exactly, after normalisation (:func:`~etabli.roster.names.is_same_name` for a name, case
        and spaces for the others); a mark that is not given, or that meets nobody, says nothing. Marks that agree
        narrow the answer; marks that contradict each other return everyone they point to. A spelling that was
        remembered points to the learner it was remembered for. Learners who left are returned too, after the others.
        """
        rows = self._rows()
        marks = [
            lookup.bearing(rows, "number", number),
            lookup.bearing(rows, "email", email),
            lookup.named(rows, full_name),
        ]
        said = [mark for mark in marks if mark]
        if not said:
            return []
        chosen = set.intersection(*said) or set.union(*said)
        found = [row.learner() for row in rows if row.alias in chosen]
        return sorted(found, key=lambda learner: not learner.active)

    def resembling(self, full_name: str) -> list[Learner]:
        """Returns those whose name has the same words in another order: a person must say if it is them."""
        rows = self._rows()
        near = lookup.resembling(rows, full_name)
        return [row.learner() for row in rows if row.alias in near]

    def remember(self, full_name: str, alias: str) -> bool:
        """Keeps a person's answer: this spelling is this learner. A later answer replaces an earlier one.

        Returns:
            False when nothing was kept, because several learners of the class bear that very name.

        Raises:
            UsageProblem: The alias is unknown.
        """
        with self._changing() as rows:
            chosen = self._one(rows, alias)
            own = lookup.bearing_name(rows, full_name)
            if not name_key(full_name) or len(own) > 1:
                return False
            for row in rows:
                row.forget(full_name)
            if own != {chosen.alias}:
                chosen.spellings = [*chosen.spellings, tidy(full_name)]
        return True

    def forget(self, full_name: str) -> Learner | None:
        """Forgets an answer; returns whose spelling it was said to be, ``None`` when nothing was remembered."""
        with self._changing() as rows:
            forgotten = [row for row in rows if row.forget(full_name)]
            return forgotten[0].learner() if forgotten else None

    def excuse(self, alias: str, lab: str, session: str | None = None) -> Learner:
        """Notes a justified absence for a lab: for every session of it when none is given.

        Raises:
            UsageProblem: The alias is unknown.
        """
        with self._changing() as rows:
            row = self._one(rows, alias)
            row.excused = sorted({*row.excused, excuse_of(lab, session)})
            return row.learner()

    def withdraw_excuse(self, alias: str, lab: str, session: str | None = None) -> Learner:
        """Takes back a justified absence.

        Raises:
            UsageProblem: The alias is unknown, or no such absence was noted.
        """
        wrong = excuse_of(lab, session)
        with self._changing() as rows:
            row = self._one(rows, alias)
            if wrong not in row.excused:
                raise UsageProblem(
                    f"Aucune absence de {row.alias} n'est notée pour « {wrong} » (notées : "
                    f"{', '.join(row.excused) or 'aucune'}) : vérifiez le TP et la session."
                )
            row.excused = [noted for noted in row.excused if noted != wrong]
            return row.learner()

    def is_excused(self, alias: str, lab: str, session: str) -> bool:
        """Tells whether a learner's absence is justified for this session of this lab."""
        learner = self.by_alias(alias)
        return learner is not None and bool({lab, excuse_of(lab, session)} & set(learner.excused))

    def changes(self, people: Sequence[Listed], key: bytes | None = None) -> Changes:
        """Tells what a list would change in the class, without changing it.

        A new class has its learners in a drawn order, not in that of their names; those who come later come after.

        Args:
            people: The list.
            key: What the order of a new class is drawn with; by default, this machine's secret.

        Raises:
            UsageProblem: Several people of one name, and nothing tells who is who.
        """
        with namebook.reading() as session:
            everyone = namebook.rows_of(session, self.name)
        known = _known(everyone)
        spellings = {name_key(spelling): row.alias for row in known for spelling in row.spellings}
        coming = (alias_of(self.prefix, rank) for rank in count(_last(everyone) + 1))
        if everyone:
            return changes_between([row.learner() for row in known], people, spellings, coming)
        drawn_with = key or secret()
        return changes_between([], people, {}, coming, lambda person: place_of(person, self.name, drawn_with))

    def apply(self, changes: Changes) -> None:
        """Changes the class as a list would.

        Raises:
            UsageProblem: The class changed since the changes were told, and the new learners would get other aliases.
        """
        self.update(
            added=[change.person for change in changes.of(Fate.ADDED)],
            aliases=[change.alias for change in changes.of(Fate.ADDED)],
            present={change.alias: change.person for change in changes.of(Fate.CORRECTED, Fate.BACK)},
            gone=[change.alias for change in changes.of(Fate.GONE)],
        )

    def add(self, people: Sequence[Person]) -> list[Learner]:
        """Adds learners, with the next numbers in the order given."""
        return self.update(added=people)

    def correct(self, alias: str, person: Person) -> Learner:
        """Writes what is now known of a learner; an e-mail or number that is not given is kept.

        Raises:
            UsageProblem: The alias is unknown.
        """
        with self._changing() as rows:
            row = self._one(rows, alias)
            row.correct(person)
            return row.learner()

    def retire(self, alias: str) -> Learner:
        """Notes that a learner left; the alias stays theirs.

        Raises:
            UsageProblem: The alias is unknown.
        """
        self.update(gone=[alias])
        return self.get(alias)

    def update(
        self,
        *,
        added: Sequence[Person] = (),
        aliases: Sequence[str] | None = None,
        present: Mapping[str, Person] | None = None,
        gone: Sequence[str] = (),
    ) -> list[Learner]:
        """Changes the class as one act: all of it, or nothing.

        Args:
            added: New learners, in the order of their numbers.
            aliases: What somebody was told that these will be; by default, nobody was.
            present: What a newer list says of learners by alias; what it does not say of them (an e-mail) is kept,
                and one who had left is back.
            gone: Aliases of learners who left.

        Returns:
            The learners added.

        Raises:
            UsageProblem: An alias is unknown, or the new ones would be others.
        """
        with namebook.writing() as session:
            everyone = namebook.rows_of(session, self.name)
            known = _known(everyone)
            for alias, person in (present or {}).items():
                row = self._one(known, alias)
                row.correct(person)
                row.active = True
            for alias in gone:
                self._one(known, alias).active = False
            last = _last(everyone)
            rows = [self._new_row(last + at, person) for at, person in enumerate(added, 1)]
            if aliases is not None and list(aliases) != [row.alias for row in rows]:
                what = f"La classe {self.name} vient de changer, rien n'a été importé :"
                raise ImportProblem(what, "relancez la commande", "relisez la liste, puis importez-la")
            session.add_all(rows)
            return [row.learner() for row in rows]

    def erase(self, aliases: Sequence[str]) -> None:
        """Erases all that names these learners; only their aliases stay, never to be given again.

        Raises:
            UsageProblem: An alias is unknown.
        """
        with self._changing() as rows:
            for row in [self._one(rows, alias) for alias in aliases]:
                row.erase()

    def _rows(self) -> list[LearnerRow]:
        with namebook.reading() as session:
            return _known(namebook.rows_of(session, self.name))

    @contextmanager
    def _changing(self) -> Iterator[list[LearnerRow]]:
        with namebook.writing() as session:
            yield _known(namebook.rows_of(session, self.name))

    def _one(self, rows: Sequence[LearnerRow], alias: str) -> LearnerRow:
        if row := with_alias(rows, self.prefix, alias, bare=True):
            return row
        near = mistyped(rows, self.prefix, alias)
        raise no_such_learner(alias, self.name, near.alias if near else None)

    def _new_row(self, rank: int, person: Person) -> LearnerRow:
        return LearnerRow(
            alias=alias_of(self.prefix, rank),
            class_name=self.name,
            rank=rank,
            family=tidy(person.family),
            given=tidy(person.given),
            email=person.email,
            number=person.number,
            active=True,
            excused=[],
            spellings=[],
            erased=False,
        )


def class_names() -> list[str]:
    """Returns the names of the classes that have learners, sorted."""
    with namebook.reading() as session:
        known = namebook.classes(session)
        return [name for name in known if _known(namebook.rows_of(session, name))]


def open_roster(name: str) -> Roster:
    """Opens a class; upper and lower case are the same name.

    Raises:
        UsageProblem: There is no such class; the sentence names those that exist.
    """
    names = class_names()
    found = [known for known in names if fold(known) == fold(tidy(name))]
    if not found:
        raise no_such_class(name, names)
    with namebook.reading() as session:
        return Roster(found[0], namebook.classes(session)[found[0]])


def new_roster(name: str, prefix: str | None = None) -> Roster:
    """Opens a class that may not exist yet; it exists once a learner is added.

    Args:
        name: The class's name.
        prefix: What its aliases begin with; by default, made from the name.

    Raises:
        UsageProblem: The name or the prefix cannot serve, or the prefix belongs to another class.
    """
    name = tidy(name)
    with namebook.reading() as session:
        known = namebook.classes(session)
    for existing, its_prefix in known.items():
        if fold(existing) == fold(name):
            return Roster(existing, same_prefix(existing, its_prefix, prefix))
    return Roster(name, new_prefix(name, prefix, known))


def excuse_of(lab: str, session: str | None) -> str:
    """Returns how an absence is written down: ``lab``, or ``lab@session``."""
    return lab if session is None else f"{lab}@{session}"


def _known(rows: Sequence[LearnerRow]) -> list[LearnerRow]:
    return [row for row in rows if not row.erased]


def _last(rows: Sequence[LearnerRow]) -> int:
    return max((row.rank for row in rows), default=0)
