"""What was handed in, in the words of the brief: the files and the lines here; each other noun has its own module."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from etabli.exam import Failed
from etabli.exam.contract.french import cells, quote, rows

from . import presentation, privacy
from .contents import Contents
from .display import Display
from .elsewhere import Elsewhere
from .exports import Exports
from .finding import if_found
from .formulas import read_by
from .meaning import as_words
from .note import Note
from .places import letters
from .said import at
from .shape import Variant
from .totals import Totals
from .trials import Trials

if TYPE_CHECKING:
    from etabli.exam.tools.asked import AskedFiles
    from etabli.exam.tools.documents import Documents
    from etabli.exam.tools.draws import Draws
    from etabli.exam.tools.workbook import Workbook


def _rows_told(numbers: Sequence[int]) -> str:
    """« la ligne 232 », « les lignes 12 et 40 »."""
    return f"{'la' if len(numbers) < 2 else 'les'} {rows(numbers)}"


class Work:
    """A candidate's hand-in.

    Args:
        asked: Which file answers what.
        workbook: Reads, recalculates and tries a workbook.
        documents: The reader of the note, and of every trace.
        variant: The candidate's data and truth.
        draws: What is changed in copies, in this exam.
    """

    def __init__(
        self, asked: AskedFiles, workbook: Workbook, documents: Documents, variant: Variant, draws: Draws
    ) -> None:
        self.contents = Contents(asked, workbook, variant)
        elsewhere = Elsewhere(self.contents, draws)
        trials = Trials(self.contents, elsewhere, draws)
        self.totals = Totals(self.contents, trials)
        self.exports = Exports(self.contents, elsewhere, trials, self.totals)
        self.display = Display(self.contents, trials, self.totals)
        self.note = Note(asked, documents, self.contents)
        self._asked = asked
        self._documents = documents

    # -- its lines

    def expect_filled(self) -> None:
        """Something stands in it."""
        if not any(
            cell.value is not None or cell.live for sheet in self.contents.book.sheets for _, cell in sheet.cells()
        ):
            raise Failed(
                f"{self.contents.path} n'a que des feuilles vides.",
                "Un classeur avec l'extraction et la synthèse.",
                "Le travail est peut-être dans un autre fichier : enregistrez-le sous ce nom, puis rendez à nouveau.",
            )

    def expect_columns(self) -> None:
        """The nine columns, and no other copied from Tryton."""
        self.contents.fidelity.expect_columns(self._personal.fills, self._reads_column)

    def _reads_column(self, column: int) -> bool:
        """Whether a formula or a pivot of any sheet reads a column of the extraction, and not the whole of it."""
        own, wide = self.contents.extraction.sheet.casefold(), len(self.contents.extraction.columns)
        return any(
            (place.sheet or "").casefold() == own
            and place.left <= column <= place.right
            and place.right - place.left < wide
            for grid in self.contents.grids.values()
            for spot in grid.spots
            if grid.live(spot)
            for place in read_by(grid, spot, self.contents.book)
        )

    def expect_one_table(self) -> None:
        """One row of titles, then lines; a total that the synthesis has already is to be deleted, not moved."""
        try:
            self.contents.kinds.expect_one_table()
        except Failed as failed:
            known = if_found(lambda: self.contents.total.told()) if self.contents.extraction.totals else None
            if known:
                where = at(*next(iter(known)))
                failed.help = f"Supprimez {_rows_told(self.contents.extraction.totals)} : {where} donne déjà le total."
            raise

    def expect_codes(self) -> None:
        """Codes are text, and have their zeros; where not, those that the synthesis repeats are to be made again too."""
        try:
            self.contents.kinds.expect_codes()
            self.contents.fidelity.expect_zeros()
        except Failed as failed:
            failed.help = f"{failed.help}{self._codes_again()}"
            raise

    def _codes_again(self) -> str:
        """The typed codes of the synthesis that have lost their zeros, for a sentence; '' without any."""
        summary = if_found(lambda: self.contents.synthesis.customers)
        if summary is None:
            return ""
        grid, codes = summary.figures.grid, summary.figures.listing.labels
        found = [(code, spot) for code in codes if (spot := summary.figures.coded(code)) and not grid.live(spot)]
        bare = [spot for code, spot in found if as_words(grid.value(spot)) != code]
        return (
            f" Refaites aussi les codes de la feuille {quote(grid.name)} ({cells([spot.cell for spot in bare])}) : collez-y ceux de la "
            "nouvelle importation, sinon les totaux par client peuvent tomber à 0. Reprenez enfin les codes que cite la note."
            if bare
            else ""
        )

    # -- what must not be in its files

    def expect_private(self) -> None:
        """No personal data, in any file handed in."""
        paths = [path for name in ("classeur", "note") for path in self._asked.paths(name)]
        traces = {path: self._documents.traces(path) for path in paths}
        privacy.expect_none(traces, self._personal, self.contents.extraction.sheet)

    def expect_shown(self) -> None:
        """Nothing is hidden; a hidden column of personal data is told by `confidentialite`, and deleted with it."""
        found = self.contents.extraction
        hidden = {
            letters(column)
            for column, title in found.others.items()
            if self._personal.fills(self.contents.fidelity.texts(column), title)
        }
        presentation.expect_nothing_hidden(self.contents.book, found.sheet, hidden)

    @cached_property
    def _personal(self) -> privacy.Personal:
        """What is personal in the candidate's company."""
        firms = [*self.contents.variant.names.values(), self.contents.variant.company.name]
        return privacy.Personal(self.contents.variant.personal, [self.contents.variant.manager.name], firms)
