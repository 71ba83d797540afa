"""What a hand may change: the lines of the extraction as they are, and what is typed to make others of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from etabli.exam.tools.scenario import Append, Edit

from .extraction import Extraction, ExtractLine
from .places import Spot, letters
from .trial import Trial

if TYPE_CHECKING:
    from etabli.exam.contract.draw import Draw


class Move(NamedTuple):
    """What is typed in one line, by column, and its words."""

    line: ExtractLine
    told: str
    given: Mapping[str, Any]


class Hand:
    """Types in the lines.

    Args:
        extraction: Whose lines are changed.
    """

    def __init__(self, extraction: Extraction) -> None:
        self.extraction = extraction
        self.lines = list(extraction.lines)
        self.days = {line.date for line in self.lines}

    def typed(self, *moves: Move | None) -> Trial | None:
        """What is typed in some lines, in one copy; None where nothing is."""
        made = [move for move in moves if move]
        lines = corrected(self.lines, made)
        edits = [self.edit(move.line.row, name, value) for move in made for name, value in move.given.items()]
        return Trial(" et ".join(move.told for move in made), edits, lines) if made else None

    def changed(self, told: str, new: Mapping[int, float]) -> Trial:
        """Other amounts, by row."""
        edits = [self.edit(row, "montant", value) for row, value in sorted(new.items())]
        lines = [with_cells(line, montant=new[line.row]) if line.row in new else line for line in self.lines]
        return Trial(told, edits, lines)

    def edits(self, lines: Sequence[ExtractLine]) -> list[Edit]:
        """What is typed to make today's lines these, row by row."""
        return [
            self.edit(line.row, name, value)
            for line, was in zip(lines, self.lines, strict=True)
            for name, value in line.cells.items()
            if value != was.cells[name]
        ]

    def edit(self, row: int, name: str, value: Any) -> Edit:
        """What is typed in one cell of a line."""
        return Edit(self.extraction.sheet, Spot(row, self.extraction.columns[name]).cell, value)

    def append(self, line: ExtractLine) -> Append:
        """What is typed under the last line to have this one too."""
        columns = self.extraction.columns
        values = {letters(columns[name]): value for name, value in line.cells.items() if value not in (None, "")}
        return Append(self.extraction.sheet, line.row - 1, values)


def pick(draw: Draw, lines: Sequence[ExtractLine], fits: Callable[[ExtractLine], bool]) -> ExtractLine | None:
    """A line that fits, drawn."""
    return next((line for line in draw.shuffled(lines) if fits(line) and line.amount), None)


def with_cells(line: ExtractLine, **cells: Any) -> ExtractLine:
    """The line with other contents in these columns."""
    return replace(line, cells={**line.cells, **cells})


def amount_of(line: ExtractLine, amount: float) -> Move:
    """Another amount for a line."""
    return Move(line, f"le montant de la ligne {line.row} changé", {"montant": amount})


def customer_of(line: ExtractLine) -> dict[str, Any]:
    """What tells a line's customer, by column."""
    return {name: line.cells[name] for name in ("code_client", "client") if name in line.cells}


def corrected(lines: Sequence[ExtractLine], moves: Iterable[Move]) -> list[ExtractLine]:
    """Lines after what is typed in some."""
    made = [*lines]
    for move in moves:
        made = [with_cells(one, **move.given) if one.row == move.line.row else one for one in made]
    return made
