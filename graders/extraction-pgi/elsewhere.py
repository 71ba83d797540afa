"""What is changed in the sheets of other exports: other lines of the asked figure, of the ledger, of the dues."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from . import aging
from .contents import Contents
from .finding import if_found

if TYPE_CHECKING:
    from etabli.exam.tools.draws import Draws
    from etabli.exam.tools.scenario import Edit

    from .figure import Change as FigureChange
    from .gap import Change as LedgerChange


class Elsewhere:
    """Other lines than those of the extraction.

    Args:
        contents: The workbook.
        draws: What is changed in copies, in this exam.
    """

    def __init__(self, contents: Contents, draws: Draws) -> None:
        self._contents = contents
        self._draws = draws

    @cached_property
    def figure_changes(self) -> Sequence[FigureChange]:
        """Other lines of the figure."""
        return self._contents.asked_figure().changes(self._draws.of("chiffre"), self._draws.of("chiffre, tailles"))

    @cached_property
    def ledger_change(self) -> LedgerChange | None:
        """Other lines of the ledger."""
        return self._contents.gap.change(self._draws.of("grand livre"))

    @cached_property
    def other_dues(self) -> list[aging.OtherDues]:
        """Other dues, and what the table then is."""
        draw, days = self._draws.of("échéances"), self._draws.of("jours de retard")
        return aging.other_dues(self._contents.aged, self._contents.precedents, self._contents.today, draw, days)

    @property
    def edits(self) -> list[Edit]:
        """Other lines of the asked figure, of the ledger and of the dues, as far as the workbook has them."""
        changes = [
            *(if_found(lambda: self.figure_changes) or [])[:1],
            if_found(lambda: self.ledger_change),
            *(if_found(lambda: self.other_dues) or [])[-1:],
        ]
        edits = [edit for change in changes if change for edit in change.edits]
        return [edit for edit in edits if edit.sheet != self._contents.extraction.sheet]
