"""From a candidate's table to lines: the columns asked for, wherever and however they are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from etabli.exam import Cells, Line
from etabli.exam.contract.french import counted, listed, quote, rows
from etabli.kit import tables

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
MOST_HIDDEN = 20
NUMBERED = 8
"""Lines are named by their numbers up to so many."""
_KEPT = "Enregistrez. Vos lignes y sont déjà : ne les refaites pas."


@dataclass(frozen=True)
class TableLine(tables.Row):
    """One line of a table, and what it claims."""

    known: frozenset[str]
    """Accounts that exist, ``login@system``."""

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
        told = f"{self.veiled[:1].upper()}{self.veiled[1:]}"
        return f" {told} : ce qui est masqué n'est pas lu."

    @property
    def veiled(self) -> str:
        """Which sheet or rows are hidden, for a sentence; '' when none is."""
        if not self.hidden:
            return ""
        if self.hidden[0].sheet in self.sheets:
            return f"la feuille {quote(self.hidden[0].sheet)} est masquée dans {self.path}"
        mine = [line for line in self.hidden if line.sheet == self.hidden[0].sheet]
        number, are = counted(len(mine), "ligne"), "est masquée" if len(mine) < 2 else "sont masquées"
        which = rows([line.number for line in mine], MOST_HIDDEN).partition(" ")[2]
        return f"{number} {are} dans {self.path} ({which})"

    @property
    def show(self) -> str:
        """How to show what is hidden: the sheet, or the rows."""
        if self.hidden and self.hidden[0].sheet in self.sheets:
            return f"Clic droit sur un onglet, « Afficher la feuille » (Excel : « Afficher »), puis {quote(self.hidden[0].sheet)}. {_KEPT}"
        return f"Enlevez les filtres. Puis sélectionnez toute la feuille : clic droit sur les numéros de lignes, « Afficher ». {_KEPT}"

    def claims(self, column: str, *, hidden: bool = False) -> dict[str, TableLine]:
        """What is claimed of accounts that exist, ``login@system:term`` → the first line that says so."""
        claims: dict[str, TableLine] = {}
        for line in self.hidden if hidden else self.lines:
            term = line.kind if column == "risque" else line.action
            if term and line.key:
                claims.setdefault(f"{line.key}:{term.id}", line)
        return claims

    @cached_property
    def telling(self) -> Mapping[str, Sequence[TableLine]]:
        """All lines of each claim of a risk, in their order: some paste an earlier version below."""
        found: dict[str, list[TableLine]] = {}
        for line in self.lines:
            if line.kind and line.key:
                found.setdefault(f"{line.key}:{line.kind.id}", []).append(line)
        return found

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
    found, known = tables.read(path, sheets, COLUMNS[kind], ALIASES), frozenset(variant.passwords)
    lines, hidden = ([TableLine(**vars(row), known=known) for row in rows] for rows in (found.rows, found.hidden))
    return LearnerTable(path, lines, hidden, found.sheets)


def place(lines: Sequence[TableLine], column: str = "compte") -> Line | Cells:
    """Where some lines are, at a column."""
    return tables.place(lines, column)
