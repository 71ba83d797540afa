"""A candidate's work: what is in it and how it is written; `Work.tree()` gives the files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell

from etabli.lab.specimens import papers

from . import archive, dialects, figures, notes, rows

Data = Mapping[str, Any]
Tree = dict[str, bytes]
SHEETS = {"donnees": "Données", "synthese": "Synthèse", "chiffre": "Relevé", "echeances": "Échéances",
          "balance": "Balance âgée", "livre": "Grand livre", "ecart": "Écart", "source": "Source"}  # fmt: skip


@dataclass
class Made:
    """A workbook in the making, and where its figures are."""

    work: Work
    book: Workbook
    figures: figures.Figures
    places: dict[str, tuple[str, str]] = field(default_factory=dict)
    """`month:2026-01`, `customer:00012`, `share:…`, `rank:…`, `total`, `base:0.20`… → sheet, cell."""
    values: dict[str, Decimal | int] = field(default_factory=dict)
    """What each of these shows."""

    def cell(self, key: str) -> Cell:
        """A figure's cell."""
        sheet, place = self.places[key]
        return self.book[sheet][place]  # type: ignore[return-value]

    def keys(self, family: str) -> list[str]:
        """The figures of a family."""
        return [key for key in self.places if key.split(":")[0] == family]


Step = Callable[[Made], None]
Patch = Callable[[Made, bytes], bytes]


@dataclass(frozen=True)
class Work:
    """What is written, and how."""

    data: Data
    rows: rows.Rows
    sheets: tuple[Callable[[Made], None], ...]
    """Write one sheet each, in the order of the book."""
    dialect: type[dialects.Sumifs] = dialects.Sumifs
    reach: str = "table"
    """How formulas reach *Données*: `table`, `whole` columns, `names` of these, a `long` range, or the `exact` range."""
    columns: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=lambda: SHEETS)
    table: str = "Ventes"
    steps: tuple[Step, ...] = ()
    """Changes in the workbook, before it is saved."""
    patches: tuple[Patch, ...] = ()
    """Changes in the saved file."""
    month_of: Callable[[str], str] = 'TEXT({},"aaaa-mm")'.format
    """The helper « Mois » of a date, as a French Excel writes it."""
    suffix: str = ".xlsx"
    note: Callable[[Made], str] | None = notes.note
    note_suffix: str = ".md"
    author: str = ""

    def but(self, **changes: Any) -> Work:
        """The same, with other settings."""
        return replace(self, **changes)

    def then(self, *steps: Step) -> Work:
        """The same, with more changes in the workbook."""
        return replace(self, steps=(*self.steps, *steps))

    def patched(self, *patches: Patch) -> Work:
        """The same, with more changes in the file."""
        return replace(self, patches=(*self.patches, *patches))

    def make(self) -> Made:
        """The workbook, before it is saved."""
        book = Workbook()
        book.remove(book.worksheets[0])
        book.properties.creator = self.author
        made = Made(self, book, figures.Figures(self.data, tuple(self.rows)))
        for write in self.sheets:
            write(made)
        for step in self.steps:
            step(made)
        return made

    def tree(self) -> Tree:
        """The files."""
        made = self.make()
        content = archive.saved(made.book)
        for patch in self.patches:
            content = patch(made, content)
        tree = {f"analyse{self.suffix}": content}
        if self.note is not None:
            tree[f"note{self.note_suffix}"] = papers.WRITERS[self.note_suffix](self.note(made))
        return tree
