"""From a candidate's table to lines: the columns asked for, wherever and however they are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from etabli.exam import Cells, Failed, Line
from etabli.exam.contract.french import listed, quote, rows, some
from etabli.exam.contract.words import fold
from etabli.exam.reading.places import letters

from .exports import COLUMNS
from .vocabulary import ACTIONS, KINDS, SYSTEMS, Term, understood

if TYPE_CHECKING:
    from etabli.exam.tools.documents import Sheet

    from .shape import Variant

ALIASES = {
    "compte": ("identifiant", "login"),
    "risque": ("constat",),
    "motif": ("raison",),
    "systeme": ("application",),
}
NUMBERED = 8
"""Lines are named by their numbers up to so many."""
SHOW = (
    "Dans le tableur, un clic droit sur les onglets montre les feuilles masquées, et un clic droit sur les numéros de lignes les "
    "lignes masquées : affichez ce qui est caché, puis enregistrez."
)
MARKED = 12
"""Cells that a picture of a place has room for."""
HEADER_ROWS = 30
"""A table's titles are looked for in the first rows of each sheet."""


@dataclass(frozen=True)
class TableLine:
    """One line of a table: its number in the sheet and its cells by column."""

    path: str
    sheet: str
    number: int
    cells: Mapping[str, str]
    columns: Mapping[str, int]
    """Where each column stands, from 0."""
    known: frozenset[str]
    """Accounts that exist, ``login@system``."""

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "").strip()

    def quoted(self, column: str, empty: str = "rien") -> str:
        """A cell as a sentence quotes it."""
        return quote(self[column]) if self[column] else empty

    @property
    def system(self) -> Term | None:
        """The system that the line names."""
        return understood(self["systeme"], SYSTEMS)

    @property
    def kind(self) -> Term | None:
        """The risk that it tells."""
        return understood(self["risque"], KINDS)

    @property
    def action(self) -> Term | None:
        """The action that it asks for."""
        return understood(self["action"], ACTIONS)

    @property
    def key(self) -> str:
        """``login@system``, '' when there is no such account or the system is not understood."""
        login = self["compte"].casefold().partition("@")[0].strip()
        key = f"{login}@{self.system.id}" if self.system else ""
        return key if key in self.known else ""


@dataclass(frozen=True)
class LearnerTable:
    """All lines of a document's visible sheets."""

    path: str
    lines: Sequence[TableLine]
    hidden: Sequence[TableLine] = ()
    """Those of hidden sheets that have the titles too, and of hidden rows: they do not count."""
    sheets: frozenset[str] = frozenset()
    """The hidden sheets."""

    @property
    def unread(self) -> list[TableLine]:
        """The lines whose risk or account is unknown: they tell nothing."""
        return [line for line in self.lines if not (line.kind and line.key)]

    def told(self, lines: Sequence[TableLine]) -> str:
        """Lines as a sentence names them: « lignes 3, 8 et 12 », with their sheet where several have some."""
        several = len({line.sheet for line in self.lines}) > 1
        by_sheet: dict[str, list[int]] = {}
        for line in lines:
            by_sheet.setdefault(line.sheet, []).append(line.number)
        told = [
            rows(numbers, NUMBERED) + (f" de {quote(sheet)}" if several else "") for sheet, numbers in by_sheet.items()
        ]
        return listed(told)

    @property
    def unseen(self) -> str:
        """Says that a sheet or some rows are hidden, and so are not read; '' when none is."""
        if not self.hidden:
            return ""
        if self.hidden[0].sheet in self.sheets:
            return f" La feuille masquée {quote(self.hidden[0].sheet)} n'est pas lue : affichez-la."
        return (
            " Ce qui est dans des lignes ou des colonnes masquées n'est pas lu : affichez-les, et enlevez les filtres."
        )

    def claims(self, column: str, *, hidden: bool = False) -> dict[str, TableLine]:
        """What is claimed of accounts that exist, ``login@system:term`` → the first line that says so."""
        claims: dict[str, TableLine] = {}
        for line in self.hidden if hidden else self.lines:
            term = line.kind if column == "risque" else line.action
            if term and line.key:
                claims.setdefault(f"{line.key}:{term.id}", line)
        return claims

    @cached_property
    def risks(self) -> dict[str, TableLine]:
        """Claims of risks."""
        return self.claims("risque")

    @cached_property
    def actions(self) -> dict[str, TableLine]:
        """Claims of actions."""
        return self.claims("action")


def read_table(path: str, sheets: Sequence[Sheet], kind: str, variant: Variant) -> LearnerTable:
    """The lines of every visible sheet that has the titles asked for.

    Raises:
        Failed: No sheet has them; no line stands under them.
    """
    known = frozenset(variant.passwords)
    wanted = [fold(column) for column in COLUMNS[kind]]
    lines, missing, hidden = [], wanted, []
    for sheet in sheets:
        texts = sheet.texts if sheet.hidden else sheet.seen
        row, columns = _header(texts, wanted)
        if sheet.hidden:
            hidden += _lines(path, sheet, row, columns, known) if len(columns) == len(wanted) else []
            continue
        if lacking := [column for column in wanted if column not in columns]:
            missing = min(missing, lacking, key=len)
            continue
        missing = []
        seen = _lines(path, sheet, row, columns, known, texts)
        lines += seen
        shown = {line.number for line in seen}
        hidden += [line for line in _lines(path, sheet, row, columns, known) if line.number not in shown]
    expected = f"Un tableau avec ces titres de colonnes : {listed(COLUMNS[kind])}."
    if missing:
        told = [quote(column) for column in COLUMNS[kind] if fold(column) in missing]
        raise Failed(
            f"{path} : on ne trouve pas de colonne {some(told, 7)}.",
            expected,
            f"Repartez de dossier/modeles/{kind}.csv : la première ligne a les titres, et aucun ne change.",
        )
    if not lines:
        raise Failed(
            f"{path} : le tableau n'a aucune ligne remplie.",
            expected,
            "Remplissez une ligne sous les titres, puis enregistrez le fichier.",
        )
    return LearnerTable(path, lines, hidden, frozenset(sheet.name for sheet in sheets if sheet.hidden))


def place(lines: Sequence[TableLine], column: str = "compte") -> Line | Cells:
    """Where some lines are, at a column: the first line of a CSV, the cells of a workbook's sheet."""
    first = lines[0]
    if first.path.lower().endswith(".csv"):
        return Line(first.path, first.number)
    mine = [line for line in lines if line.sheet == first.sheet][:MARKED]
    cells = [f"{letters(line.columns[column] + 1)}{line.number}" for line in mine]
    return Cells(first.sheet, cells, path=first.path)


def _header(texts: Sequence[Sequence[str]], wanted: Sequence[str]) -> tuple[int, dict[str, int]]:
    """The row with most of the titles, and where each stands."""
    found = [(row, _titles(texts[row], wanted)) for row in range(min(len(texts), HEADER_ROWS))]
    return max(found, key=lambda item: len(item[1]), default=(0, {}))


def _titles(cells: Sequence[str], wanted: Sequence[str]) -> dict[str, int]:
    """Where each title stands; of two that one cell holds (« Gravité du constat »), the first is meant."""
    titles: dict[str, int] = {}
    meant = {word: column for column in wanted for word in (column.removesuffix("s"), *ALIASES.get(column, ()))}
    for place, cell in enumerate(cells):
        words = (word.removesuffix("s") for word in fold(cell).split()[:4])
        if column := next((meant[word] for word in words if word in meant), None):
            titles.setdefault(column, place)
    return titles


def _lines(
    path: str,
    sheet: Sheet,
    header: int,
    columns: Mapping[str, int],
    known: frozenset[str],
    texts: Sequence[Sequence[str]] | None = None,
) -> list[TableLine]:
    """The lines under the titles; `texts`: what is seen of the sheet, in place of all that it holds."""
    lines = []
    for index, row in enumerate((sheet.texts if texts is None else texts)[header + 1 :], header + 2):
        cells = {column: row[place] if place < len(row) else "" for column, place in columns.items()}
        if cells["compte"].strip() or sum(bool(text.strip()) for text in cells.values()) > 2:
            lines.append(TableLine(path, sheet.name, index, cells, columns, known))
    return lines
