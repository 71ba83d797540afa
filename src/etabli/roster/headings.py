"""Headings: which column of a list is what, from the words of its first line.

The words are those of the software that schools use:

* PRONOTE, « Ressources › Élèves », copied or exported: ``Nom;Prénom;Né(e) le;Prénom d'usage;Sexe;Classe;…``, or one
  column ``Nom`` or ``Élève`` with « DUPONT LEROY Anne-Sophie » (seen in the public test data and read-me files of
  programs that read these exports; the vendor documents no fixed format). « Prénom d'usage » and the e-mail of
  parents are traps: a heading must match whole.
* Moodle, marking worksheet (``mod/assign/gradingtable.php``): « Identifiant », « Nom complet », « Numéro
  d'identification », « Adresse de courriel »; participants (``user/classes/table/participants.php``): full name and
  identity fields; gradebook export (``grade/export/txt/grade_export_txt.php``): « Prénom », « Nom de famille »,
  « Numéro d'identification », « Adresse de courriel ».

The national number (INE) is never kept: Établi has no use for it and would only put it at risk.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from etabli.roster.names import Cut, fold, split_name
from etabli.system.tables import TextRow, TextTable

_LOOK_IN = 10


class Kind(StrEnum):
    """What a column says of a learner."""

    FAMILY = "family"  #: nom de famille
    GIVEN = "given"  #: prénom
    FULL = "full"  #: nom complet, en une colonne
    EMAIL = "email"  #: courriel
    NUMBER = "number"  #: numéro d'identification
    NATIONAL = "national"  #: INE: never read


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split(" | "))


WORDS: Mapping[Kind, tuple[str, ...]] = {
    Kind.FAMILY: _words(
        "Nom | Nom de famille | Nom de l'élève | Nom élève | Last name | Surname | Family name | Lastname"
    ),
    Kind.GIVEN: _words(
        "Prénom | Prénoms | Prénom(s) | Prénom 1 | Prénom de l'élève | Prénom élève | First name | Given name | "
        "Firstname"
    ),
    Kind.FULL: _words(
        "Nom complet | Élève | Élèves | Nom et prénom | Nom Prénom | Nom, prénom | Prénom Nom | Prénom et nom | "
        "Noms et prénoms | Apprenant | Étudiant | Candidat | Prénom / Nom de famille | Nom / Prénom | Full name | "
        "Name | Student | First name / Last name"
    ),
    Kind.EMAIL: _words(
        "Adresse de courriel | Courriel | E-mail | Email | Mail | Adresse e-mail | Adresse mail | "
        "Adresse électronique | Mail élève | E-mail élève | Email élève | Courriel élève | Email address | "
        "E-mail address"
    ),
    Kind.NUMBER: _words("Numéro d'identification | ID number | Idnumber | Identifiant | Matricule"),
    Kind.NATIONAL: _words(
        "INE | N° INE | Numéro INE | Code INE | Identifiant national | Numéro national | N° national | ID national"
    ),
}
"""The usual headings of each kind of column; of two in one list, the one that stands first here is read."""


def _plain(heading: str) -> str:
    return " ".join(re.findall(r"[^\W_]+|°", fold(heading).replace("'", " ").replace("’", " ")))


_KINDS = {_plain(word): kind for kind, words in WORDS.items() for word in words}
_RANKS = {_plain(word): rank for words in WORDS.values() for rank, word in enumerate(words)}


@dataclass(frozen=True)
class Columns:
    """Which column is what."""

    at: Mapping[Kind, int]
    headings: tuple[str, ...] = ()
    """The cells of the heading line; empty when there was none and the columns were understood from their content."""
    line: int | None = None
    twice: tuple[str, ...] = ()
    """Headings that say the same of a name, so that nobody can tell which one is meant."""

    @property
    def named(self) -> bool:
        """Whether they tell both a family and a given name."""
        return Kind.FULL in self.at or {Kind.FAMILY, Kind.GIVEN} <= set(self.at)

    @property
    def aside(self) -> tuple[str, ...]:
        """Headings of the columns that are not read."""
        read = {place for kind, place in self.at.items() if kind is not Kind.NATIONAL}
        return tuple(word for place, word in enumerate(self.headings) if word and place not in read)

    def cell(self, row: TextRow, kind: Kind) -> str:
        """Returns what a row says in the column of a kind, or nothing."""
        place = self.at.get(kind)
        return row.cells[place] if place is not None and place < len(row.cells) else ""

    def word(self, kind: Kind) -> str:
        """Returns the heading of the column of a kind; its number when there are no headings."""
        place = self.at[kind]
        return self.headings[place] if self.headings else str(place + 1)


def columns_of(row: TextRow) -> Columns:
    """Reads a row as a heading line; the answer may well name nothing."""
    found: dict[Kind, list[int]] = {}
    for place, cell in enumerate(row.cells):
        if kind := _KINDS.get(_plain(cell)):
            found.setdefault(kind, []).append(place)
    _settle_names(found)
    names = [found.get(kind, []) for kind in (Kind.FAMILY, Kind.GIVEN, Kind.FULL)]
    twice = next((tuple(row.cells[place] for place in places) for places in names if len(places) > 1), ())
    at = {kind: min(places, key=lambda place: _RANKS[_plain(row.cells[place])]) for kind, places in found.items()}
    return Columns(at, row.cells, row.line, twice)


def _settle_names(found: dict[Kind, list[int]]) -> None:
    """Keeps either two columns of names or one: « Nom » without « Prénom » holds the whole name."""
    if {Kind.FAMILY, Kind.GIVEN} <= set(found):
        found.pop(Kind.FULL, None)
        return
    if Kind.FAMILY in found and Kind.FULL not in found:
        found[Kind.FULL] = found[Kind.FAMILY]
    if Kind.FULL in found:
        found.pop(Kind.FAMILY, None)
        found.pop(Kind.GIVEN, None)


def heading_lines(table: TextTable) -> list[Columns]:
    """Returns the lines among the first ten that name a learner's name, those that understand most columns only."""
    found = [columns for row in table.rows[:_LOOK_IN] if (columns := columns_of(row)).named]
    most = max((len(columns.at) for columns in found), default=0)
    return [columns for columns in found if len(columns.at) == most]


def columns_without_headings(table: TextTable) -> Columns | None:
    """Understands a list that has no headings, if every row agrees; else returns ``None``.

    One column whose cells all show where the family name ends, or a column in capitals beside one that is not.
    """
    shapes = [
        [row.cells[place] if place < len(row.cells) else "" for row in table.rows] for place in range(table.width())
    ]
    at: dict[Kind, int] = {}
    for place, cells in enumerate(shapes):
        beside = shapes[place + 1] if place + 1 < len(shapes) else [""]
        if all(map(_is_full, cells)):
            at = {Kind.FULL: place}
        elif all(map(_is_family, cells)) and all(map(_is_given, beside)):
            at = {Kind.FAMILY: place, Kind.GIVEN: place + 1}
        elif all(map(_is_given, cells)) and all(map(_is_family, beside)):
            at = {Kind.GIVEN: place, Kind.FAMILY: place + 1}
        if at:
            break
    for place, cells in enumerate(shapes):
        if at and any(cells) and all("@" in cell for cell in cells if cell):
            at.setdefault(Kind.EMAIL, place)
    return Columns(at) if at else None


def _is_full(cell: str) -> bool:
    return not any(char.isdigit() for char in cell) and split_name(cell).cut.sure


def _is_family(cell: str) -> bool:
    return _is_words(cell) and cell.upper() == cell and len(cell) > 1


def _is_given(cell: str) -> bool:
    return _is_words(cell) and cell.upper() != cell and split_name(cell).cut is not Cut.CAPITALS


def _is_words(cell: str) -> bool:
    return bool(re.fullmatch(r"[^\W\d_][^\d_@]*", cell))
