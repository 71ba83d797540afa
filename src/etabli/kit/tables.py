"""Tables: a learner's list in a spreadsheet, read line by line and compared with a truth."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Generic, TypeVar

from etabli.exam import Cells, Failed, Line
from etabli.exam.contract.french import listed, quote, some
from etabli.exam.contract.words import fold
from etabli.exam.reading.places import letters

if TYPE_CHECKING:
    from etabli.exam.tools.documents import Sheet

MARKED = 12
"""Cells that a picture of a place has room for."""
HEADER_ROWS = 30
"""A table's titles are looked for in the first rows of each sheet."""
_ALONE = 2
"""A line without its key counts when more cells than this are filled."""
_NONE: Mapping[str, tuple[str, ...]] = MappingProxyType({})
T = TypeVar("T")


@dataclass(frozen=True)
class Row:
    """One line of a table: its number in the sheet and its cells by column."""

    path: str
    sheet: str
    number: int
    cells: Mapping[str, str]
    columns: Mapping[str, int]
    """Where each column stands, from 0."""

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "").strip()

    def quoted(self, column: str, empty: str = "rien") -> str:
        """A cell as a sentence quotes it."""
        return quote(self[column]) if self[column] else empty


@dataclass(frozen=True)
class Table:
    """All lines of a document's visible sheets."""

    path: str
    rows: Sequence[Row]
    hidden: Sequence[Row]
    """Those of hidden sheets that have the titles too, and of hidden rows: they do not count."""
    sheets: frozenset[str]
    """The hidden sheets."""


def read(
    path: str, sheets: Sequence[Sheet], titles: Sequence[str], aliases: Mapping[str, tuple[str, ...]] = _NONE
) -> Table:
    """The lines of every visible sheet that has the titles asked for; columns are known by their folded titles.

    Args:
        path: The file.
        sheets: What is in it.
        titles: The titles; the first one is the key, by which a line counts.
        aliases: Folded title → other words that mean it.

    Raises:
        Failed: No sheet has them; no line stands under them.
    """
    wanted = [fold(title) for title in titles]
    lines, missing, hidden = list[Row](), wanted, list[Row]()
    for sheet in sheets:
        texts = sheet.texts if sheet.hidden else sheet.seen
        row, columns = _header(texts, wanted, aliases)
        if sheet.hidden:
            hidden += _lines(path, sheet, row, columns, wanted[0]) if len(columns) == len(wanted) else []
            continue
        if lacking := [column for column in wanted if column not in columns]:
            missing = min(missing, lacking, key=len)
            continue
        missing = []
        seen = _lines(path, sheet, row, columns, wanted[0], texts)
        lines += seen
        shown = {line.number for line in seen}
        hidden += [line for line in _lines(path, sheet, row, columns, wanted[0]) if line.number not in shown]
    expected = f"Un tableau avec ces titres de colonnes : {listed(titles)}."
    name = path.rpartition("/")[2].rpartition(".")[0]
    if missing:
        told = [quote(column) for column in titles if fold(column) in missing]
        raise Failed(
            f"{path} : on ne trouve pas de colonne {some(told, 7)}.",
            expected,
            f"Repartez de dossier/modeles/{name}.csv : la première ligne a les titres, et aucun ne change.",
        )
    if not lines and hidden:
        raise Failed(
            f"{path} : ce qui est rempli est dans des lignes, colonnes ou feuilles masquées, qui ne sont pas lues.",
            expected,
            "Enlevez les filtres, affichez ce qui est masqué, puis enregistrez : vos lignes y sont déjà.",
        )
    if not lines:
        raise Failed(
            f"{path} : le tableau n'a aucune ligne remplie.",
            f"{expected[:-1]} ; sous eux, une ligne pour chaque réponse.",
            "Les titres y sont : remplissez toutes les lignes sous eux, puis enregistrez le fichier.",
        )
    return Table(path, lines, hidden, frozenset(sheet.name for sheet in sheets if sheet.hidden))


def place(lines: Sequence[Row], column: str) -> Line | Cells:
    """Where some lines are, at a column: the first line of a CSV, the cells of a workbook's sheet."""
    first = lines[0]
    if first.path.lower().endswith(".csv"):
        return Line(first.path, first.number)
    mine = [line for line in lines if line.sheet == first.sheet][:MARKED]
    cells = [f"{letters(line.columns[column] + 1)}{line.number}" for line in mine]
    return Cells(first.sheet, cells, path=first.path)


@dataclass(frozen=True)
class Compared(Generic[T]):
    """A learner's claims beside the truth."""

    right: Mapping[str, T]
    missed: Sequence[str]
    wrong: Mapping[str, T]
    """Claims that are neither true nor tolerated."""


def compare(claims: Mapping[str, T], truth: Collection[str], tolerated: Collection[str] = ()) -> Compared[T]:
    """What is found, what is missed, and who is accused wrongly.

    Args:
        claims: What the learner says, with where.
        truth: What is true.
        tolerated: What is neither right nor wrong to say.
    """
    return Compared(
        {claim: where for claim, where in claims.items() if claim in truth},
        [claim for claim in truth if claim not in claims],
        {claim: where for claim, where in claims.items() if claim not in truth and claim not in tolerated},
    )


def _header(
    texts: Sequence[Sequence[str]], wanted: Sequence[str], aliases: Mapping[str, tuple[str, ...]]
) -> tuple[int, dict[str, int]]:
    """The row with most of the titles, and where each stands."""
    found = [(row, _titles(texts[row], wanted, aliases)) for row in range(min(len(texts), HEADER_ROWS))]
    return max(found, key=lambda item: len(item[1]), default=(0, {}))


def _titles(cells: Sequence[str], wanted: Sequence[str], aliases: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """Where each title stands; of two that one cell holds (« Gravité du constat »), the first is meant."""
    titles: dict[str, int] = {}
    meant = {word: column for column in wanted for word in (column.removesuffix("s"), *aliases.get(column, ()))}
    for where, cell in enumerate(cells):
        words = (word.removesuffix("s") for word in fold(cell).split()[:4])
        if column := next((meant[word] for word in words if word in meant), None):
            titles.setdefault(column, where)
    return titles


def _lines(
    path: str,
    sheet: Sheet,
    header: int,
    columns: Mapping[str, int],
    key: str,
    texts: Sequence[Sequence[str]] | None = None,
) -> list[Row]:
    """The lines under the titles; `texts`: what is seen of the sheet, in place of all that it holds."""
    lines = []
    for index, row in enumerate((sheet.texts if texts is None else texts)[header + 1 :], header + 2):
        cells = {column: row[where] if where < len(row) else "" for column, where in columns.items()}
        if cells[key].strip() or sum(bool(text.strip()) for text in cells.values()) > _ALONE:
            lines.append(Row(path, sheet.name, index, cells, columns))
    return lines
