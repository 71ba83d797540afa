"""The grading worksheet (« formulaire d'évaluation ») that a teacher downloads from an assignment, and takes back.

Moodle reads it back by its headers, in the language of the site (moodle/moodle,
``mod/assign/feedback/offline/importgradeslib.php``): ``Identifiant`` holds « Participant » and a number, ``Note`` the
grade, ``Dernière modification (note)`` must be there and stay as it was, and each feedback column has the name of its
plugin. Every row is « Participant12345 » in French and « Participant 12345 » in English; the number is the one of the
download's folders. Columns are made in ``mod/assign/gradingtable.php``: the grade is always followed by the greatest
grade, or by the list of a scale. The file is UTF-8 with a BOM, commas and line feeds (``dataformat_csv``).

What Moodle does with a row: an empty grade changes nothing; a grade out of range is passed over; a grade that somebody
changed meanwhile is passed over, and since it reads dates with ``strtotime()``, which knows no French, every grade
given before counts as such on a French site, unless « Autorise la modification de données… » is ticked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from etabli.exam.contract.errors import UsageProblem
from etabli.reception.moodle.cells import Cell, Cells, cut
from etabli.reception.moodle.dates import read_moment
from etabli.roster.names import fold
from etabli.system.disk import why

_BOM = b"\xef\xbb\xbf"
_MOST_BYTES = 20_000_000
_PARTICIPANT = re.compile(r"\D*(\d{1,18})\s*\Z")
_CENT = Decimal("0.01")


class Column(StrEnum):
    """A column that Établi reads or fills."""

    ID = "id"
    NAME = "name"
    EMAIL = "email"
    NUMBER = "number"
    GRADE = "grade"
    MAXIMUM = "maximum"
    SUBMITTED = "submitted"
    GROUP = "group"
    COMMENT = "comment"


_WORDS = {
    Column.ID: {"identifiant", "identifier"},
    Column.NAME: {"nom complet", "full name"},
    Column.EMAIL: {"adresse de courriel", "courriel", "email address", "email"},
    Column.NUMBER: {"numero d'identification", "id number"},
    Column.GRADE: {"note", "grade", "evaluation"},
    Column.MAXIMUM: {"note maximale", "maximum grade"},
    Column.SUBMITTED: {"derniere modification (travail remis)", "last modified (submission)"},
    Column.GROUP: {"groupe", "group"},
    Column.COMMENT: {"feedback par commentaires", "commentaires de feedback", "feedback comments"},
}
_COMMENT_STEMS = ("comment", "komment", "coment")


@dataclass(frozen=True)
class Row:
    """One participant's row."""

    at: int
    participant: str
    name: str | None
    email: str | None
    number: str | None
    grade: str
    comment: str
    maximum: Decimal | None
    submitted: datetime | None
    group: str | None = None
    """The name of the group that handed in for them, in an assignment where groups do."""


@dataclass(frozen=True)
class Filling:
    """What to write for one participant; ``None`` leaves a cell as it is."""

    grade: Decimal | None = None
    comment: str | None = None
    blank: bool = False
    """The grade is taken away; Moodle itself keeps its own, for an empty grade changes nothing there."""


@dataclass(frozen=True)
class Worksheet:
    """A worksheet as it was downloaded."""

    path: Path
    cells: Cells
    columns: Mapping[Column, int]
    encoding: str
    bom: bool

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The rows, by participant."""
        return tuple(self._row(at, cells) for at, cells in enumerate(self.cells.rows) if at)

    def _row(self, at: int, cells: tuple[Cell, ...]) -> Row:
        def value(column: Column) -> str:
            place = self.columns.get(column)
            return cells[place].value.strip() if place is not None and place < len(cells) else ""

        found = _PARTICIPANT.match(value(Column.ID))
        if found is None or len(cells) <= max(self.columns.values()):
            raise UsageProblem(
                f"{self.path}, ligne {at + 1} : la ligne est incomplète ; téléchargez de nouveau ce fichier de Moodle."
            )
        return Row(
            at=at,
            participant=str(int(found[1])),
            name=value(Column.NAME) or None,
            email=value(Column.EMAIL) or None,
            number=value(Column.NUMBER) or None,
            grade=value(Column.GRADE),
            comment=value(Column.COMMENT),
            maximum=read_number(value(Column.MAXIMUM)),
            submitted=read_moment(value(Column.SUBMITTED)),
            group=value(Column.GROUP) or None,
        )

    @cached_property
    def decimal_mark(self) -> str:
        """The mark that this worksheet uses; a full stop, which Moodle reads in any language, when it shows none."""
        for column in (Column.MAXIMUM, Column.GRADE):
            for row in self.cells.rows[1:]:
                found = re.search(r"\d([.,])\d", row[self.columns[column]].value) if column in self.columns else None
                if found:
                    return found[1]
        return "."

    def filled(self, fillings: Mapping[str, Filling]) -> bytes:
        """Returns the worksheet with new grades and comments, every other byte as it was.

        Args:
            fillings: By participant.
        """
        changes: dict[tuple[int, int], str] = {}
        for row in self.rows:
            filling = fillings.get(row.participant, Filling())
            if filling.grade is not None:
                changes[row.at, self.columns[Column.GRADE]] = self.number(filling.grade)
            if filling.blank:
                changes[row.at, self.columns[Column.GRADE]] = ""
            if filling.comment is not None and Column.COMMENT in self.columns:
                changes[row.at, self.columns[Column.COMMENT]] = filling.comment
        encoded = self.cells.replaced(changes).encode(self.encoding, "xmlcharrefreplace")
        return (_BOM if self.bom else b"") + encoded

    def number(self, value: Decimal) -> str:
        """Writes a grade with two decimals and the worksheet's own mark."""
        return str(value.quantize(_CENT, ROUND_HALF_UP)).replace(".", self.decimal_mark)


def read_worksheet(path: Path, content: bytes | None = None) -> Worksheet:
    """Reads a worksheet.

    Args:
        path: Where it is, or its name alone.
        content: What it holds, if that is known already.

    Raises:
        UsageProblem: It cannot be read, or is no grading worksheet of Moodle.
    """
    data = _bytes(path) if content is None else content
    bom = data.startswith(_BOM)
    text, encoding = _decoded(data.removeprefix(_BOM))
    cells = cut(text)
    columns = _columns(cells)
    if Column.ID not in columns or Column.GRADE not in columns:
        raise UsageProblem(
            f"{path} n'est pas un formulaire d'évaluation de Moodle (il y faut les colonnes « Identifiant » et "
            "« Note ») : dans le devoir, choisissez « Télécharger le formulaire d'évaluation »."
        )
    return Worksheet(path, cells, columns, encoding, bom)


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise UsageProblem(
                f"« {path} » est trop gros pour un formulaire d'évaluation de Moodle : vérifiez le chemin."
            )
        return path.read_bytes()
    except OSError as error:
        raise UsageProblem(f"« {path} » ne peut pas être lu ({why(error)}) : vérifiez le chemin.") from error


def _decoded(data: bytes) -> tuple[str, str]:
    """Returns the text and the encoding that gives the same bytes back: Latin-1 says something for each of them."""
    for encoding in ("utf-8", "cp1252"):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1"), "latin-1"


def _columns(cells: Cells) -> dict[Column, int]:
    if not cells.rows:
        return {}
    headers = [fold(" ".join(cell.value.split())).replace("’", "'") for cell in cells.rows[0]]
    found = {column: headers.index(header) for column, words in _WORDS.items() for header in headers if header in words}
    return _by_place(cells) | {column: place for column, place in found.items()} | _comment(headers, found)


def _comment(headers: list[str], found: Mapping[Column, int]) -> dict[Column, int]:
    """The comments' plugin may bear another name: the last column that speaks of comments, after the grade."""
    if Column.COMMENT in found:
        return {}
    places = [at for at, header in enumerate(headers) if any(stem in header for stem in _COMMENT_STEMS)]
    after = [at for at in places if at > found.get(Column.GRADE, -1)]
    return {Column.COMMENT: after[-1]} if after else {}


def _by_place(cells: Cells) -> dict[Column, int]:
    """In another language: the first column numbers the participants, and the greatest grade follows the grade."""
    body = cells.rows[1:]
    if not body or not all(_PARTICIPANT.match(row[0].value) for row in body):
        return {}
    found = {Column.ID: 0}
    for at in range(1, min(len(row) for row in body)):
        same = {row[at].value for row in body}
        before = [row[at - 1].value for row in body]
        if (
            len(same) == 1
            and read_number(same.pop())
            and all(not one or read_number(one) is not None for one in before)
        ):
            return found | {Column.GRADE: at - 1, Column.MAXIMUM: at}
    return found


def read_number(text: str) -> Decimal | None:
    """Reads a number with a comma or a full stop; ``None`` when it is none."""
    plain = re.sub(r"[\s\u00a0\u202f]", "", text).replace(",", ".")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
