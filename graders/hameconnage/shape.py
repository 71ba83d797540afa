"""What a candidate's data are made of: the sheets may name the shown part of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Organisation:
    """Where the mailbox is."""

    name: str
    with_article: str
    short: str
    kind: str
    pitch: str
    domain: str
    alert: str
    """Who is told of every trap."""
    support: str


@dataclass(frozen=True)
class Partner:
    """A firm that the organisation knows: a line of ``partenaires.csv``."""

    name: str
    what: str
    domain: str
    contact: str
    iban: str


@dataclass(frozen=True)
class Person:
    """Somebody of the organisation: a line of ``annuaire.csv``."""

    full: str
    first: str
    role: str
    email: str


@dataclass(frozen=True)
class Message:
    """One message, and the truth about it."""

    number: int
    sent: str
    """``2026-03-02T08:14``, in Paris."""
    name: str
    address: str
    reply: str
    subject: str
    text: str
    shown: str
    """What a link shows; '' when there is none."""
    target: str
    """Where it leads."""
    attachment: str
    qr: str
    level: int
    """From 1 to 3 for a trap, as its easiest clue; 0: it is honest."""
    case: str
    """Whom a trap is to be reported to, a key of ``contacts``; '' where the contact is a partner's own."""
    contact: str
    """The other person to report it to."""
    clues: Mapping[str, tuple[str, ...]]
    """Clue → what shows it, of which one piece is enough."""

    @property
    def trap(self) -> bool:
        """Whether it is one."""
        return self.level > 0


@dataclass(frozen=True)
class Word:
    """A word that the table asks for, or a case."""

    id: str
    word: str
    means: str
    seen: str = ""
    """Of a clue: how easily it is seen."""


@dataclass(frozen=True)
class Scene:
    """What the frightened colleague did; which answer is right is for the candidate to tell."""

    id: str
    told: str


@dataclass(frozen=True)
class Variant:
    """All of it."""

    organisation: Organisation
    head: Person
    colleague: Person
    today: str
    today_fr: str
    count: int
    clues: tuple[Word, ...]
    cases: tuple[Word, ...]
    scene: Scene
    people: tuple[Person, ...]
    partners: tuple[Partner, ...]
    messages: tuple[Message, ...]
    private: tuple[str, ...]
    """What is personal in the messages, and goes nowhere."""
