"""Lit un tableau rendu (.csv, .ods, .xlsx) ligne par ligne : rien n'est à changer ici pour un autre TP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from etabli.exam import Cells, Failed, Line
from etabli.exam.contract.french import listed
from etabli.exam.contract.words import fold
from etabli.exam.reading.places import letters

if TYPE_CHECKING:
    from etabli.exam.tools.documents import Documents

TITLES = 10
"""Les titres sont cherchés dans les premières lignes."""


@dataclass(frozen=True)
class Row:
    """Une ligne sous les titres : « row["poste"] » est le texte de sa case."""

    path: str
    sheet: str
    number: int
    cells: Mapping[str, str]
    columns: Mapping[str, int]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def at(self, column: str) -> Line | Cells:
        """Où est une case, pour « Failed(…, at=…) »."""
        if self.path.lower().endswith(".csv"):
            return Line(self.path, self.number)
        return Cells(self.sheet, f"{letters(self.columns[column] + 1)}{self.number}", path=self.path)


def read_rows(documents: Documents, path: str, titles: Sequence[str]) -> list[Row]:
    """Les lignes de la première feuille visible qui a ces titres ; majuscules et accents sont libres.

    Raises:
        Failed: Aucune feuille ne les a, ou rien n'est écrit dessous.
    """
    expected = f"Un tableau avec ces titres de colonnes : {listed(titles)}."
    for sheet in documents.tables(path):
        for top, line in enumerate([] if sheet.hidden else sheet.seen[:TITLES], 1):
            words = [fold(text) for text in line]
            if any(fold(title) not in words for title in titles):
                continue
            columns = {title: words.index(fold(title)) for title in titles}
            rows = [
                Row(path, sheet.name, number, {name: _cell(cells, at) for name, at in columns.items()}, columns)
                for number, cells in enumerate(sheet.seen[top:], top + 1)
            ]
            if found := [row for row in rows if any(row.cells.values())]:
                return found
            raise Failed(f"{path} : aucune ligne n'est remplie sous les titres.", expected)
    raise Failed(f"{path} : on ne trouve pas les titres demandés sur une même ligne.", expected)


def _cell(cells: Sequence[str], at: int) -> str:
    return cells[at].strip() if at < len(cells) else ""
