"""The trials in which a filter hides lines of the extraction, alone or while one of them is corrected."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from etabli.exam.tools.scenario import Hide

from .corrections import Corrections
from .extraction import ExtractLine
from .hand import Hand
from .meaning import as_words
from .said import month as in_words
from .trial import Trial

if TYPE_CHECKING:
    from etabli.exam.contract.draw import Draw


Kind = tuple["Callable[[ExtractLine], str]", "Callable[[str], str]"]
"""What a filter looks at in a line, and how what it leaves is told."""


class Filters:
    """Leaves the lines of one month, or of one customer: one of the two trials each, in every exam.

    Args:
        hand: What types a correction.
        corrections: What is corrected behind the filter.
        more: Where the filter comes from.
    """

    def __init__(self, hand: Hand, corrections: Corrections, more: Draw) -> None:
        self._hand = hand
        self._extraction, self._lines = hand.extraction, hand.lines
        self._corrections = corrections
        self._more = more

    def filtered(self) -> Trial | None:
        """One line is corrected while a filter leaves the lines of one month, or of one customer: totals are of all lines."""
        return self._behind_filter(self._hand.typed(*self._corrections.several(1)), 0)

    def hidden(self) -> Trial | None:
        """The filter alone, by what the other trial does not filter."""
        trial = self._behind_filter(Trial("", (), self._lines), 1)
        return trial if trial and trial.scenario else None

    @cached_property
    def _kinds(self) -> list[Kind]:
        return self._more.shuffled(
            [(lambda line: line.month, in_words), (self._code, lambda code: f"le client {code}")]
        )

    def _behind_filter(self, trial: Trial | None, which: int) -> Trial | None:
        key, told = self._kinds[which]
        if trial is None or not (keys := [one for line in trial.lines if (one := key(line))]):
            return trial
        kept = self._more.one(keys)
        already = self._extraction.grid.sheet.hidden_rows
        rows = [line.row for line in trial.lines if key(line) != kept and line.row not in already]
        seen = [line for line in trial.lines if key(line) == kept]
        words = f"{trial.told}{', et ' * bool(trial.told)}l'extraction filtrée sur {told(kept)}"
        hides = [Hide(self._extraction.sheet, rows)] if rows else []
        return Trial(words, [*trial.scenario, *hides], trial.lines, seen)

    def _code(self, line: ExtractLine) -> str:
        """A customer's code, as the extraction writes it."""
        return as_words(line.cells.get("code_client"))
