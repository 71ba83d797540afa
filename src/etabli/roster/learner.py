"""A learner of a class, known elsewhere by alias only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """Who someone is, as a list of the school says it."""

    family: str
    given: str
    email: str | None = None
    number: str | None = None

    @property
    def name(self) -> str:
        """The name as people read it: given name, then family name."""
        return f"{self.given} {self.family}".strip()

    @property
    def listed(self) -> str:
        """The name as lists write it: family name, then given name."""
        return f"{self.family} {self.given}".strip()


@dataclass(frozen=True)
class Learner:
    """One learner of one class."""

    alias: str
    """Such as ``SNO-07``: the candidate identifier everywhere outside the table of names."""
    family: str
    given: str
    email: str | None = None
    number: str | None = None
    """The school's or Moodle's own identifier (``Numéro d'identification``), if the list has one."""
    active: bool = True
    """False once the learner has left; the alias is never given to another."""
    excused: tuple[str, ...] = ()
    """Labs for which an absence is justified, as ``lab`` or ``lab@session``."""
    spellings: tuple[str, ...] = ()
    """Other names that a person said to be this learner's."""

    @property
    def person(self) -> Person:
        """Who this is, without the alias."""
        return Person(self.family, self.given, self.email, self.number)

    @property
    def name(self) -> str:
        """The name as people read it: given name, then family name."""
        return self.person.name

    @property
    def listed(self) -> str:
        """The name as lists write it: family name, then given name."""
        return self.person.listed
