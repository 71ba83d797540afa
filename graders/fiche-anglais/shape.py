"""What a variant is made of: an organisation, the sheet's reader, an English document and the truth about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Card = Mapping[str, str]
"""What is only shown: a line of a table of the sheet."""


@dataclass(frozen=True)
class Term:
    """An English word of the document, and the French words that render it."""

    english: str
    french: tuple[str, ...]
    """Patterns of beginnings of words, without accents: any of them, in the same entry, is right."""
    wrong: tuple[str, ...] = ()
    """Of false friends: wrong where they come first in an entry."""


@dataclass(frozen=True)
class Figure:
    """A figure of the document that the sheet has to give, as patterns on a text without accents."""

    id: str
    told: str
    """What it says, for a sentence: « la taille d'un script »."""
    right: str
    wrong: str
    """The figure as one gets it who copies the English form, or mistakes it."""
    value: str
    """Any figure of its kind."""
    mistaken: bool = False
    """The wrong one is another value, and not only another form."""


@dataclass(frozen=True)
class Aim:
    """What holds once a right sheet has been followed, by its name among the facts of a replay."""

    fact: str
    told: str
    """When it does not: « le message d'essai n'est pas rangé dans le bon dossier »."""
    promised: str
    """For the brief: « les messages d'un client vont dans leur dossier »."""


@dataclass(frozen=True)
class Truth:
    """What is right about a document."""

    terms: tuple[Term, ...]
    figures: tuple[Figure, ...]
    aims: tuple[Aim, ...]
    deprecated: str
    """Pattern of what is typed."""
    foreign: str
    danger: str
    """Pattern of the typed line that the warning is about."""
    warning: tuple[str, ...]
    """Patterns, without accents: a warning speaks of one of these."""
    config: str
    """Pattern of the path of the file that the reader writes; empty when there is none."""
    content: str
    """Pattern of a line of that file."""


@dataclass(frozen=True)
class Variant:
    """This candidate's document, reader and truth."""

    family: str
    tool: str
    organisation: Card
    reader: Card
    goal: str
    document: Card
    """What the brief says of the document: title, version."""
    vocabulary: tuple[str, ...]
    asked_figures: tuple[str, ...]
    promises: tuple[str, ...]
    """What holds at the end, in short."""
    replay: bool
    """The sheet is followed; not with a text that the team brought."""
    text: tuple[str, ...]
    """The lines of the document, in Markdown."""
    home: tuple[tuple[str, str], ...]
    """The reader's files before the sheet: path and contents."""
    values: Mapping[str, str]
    """What the document names: folders, words, groups."""
    truth: Truth
