"""The grand total: a cell beside the word, right, and that follows the lines."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from etabli.exam import Failed
from etabli.exam.contract.french import some
from etabli.exam.contract.words import fold

from .blame import FOLLOW, FORMULAS, NO_SYNTHESIS, RIGHT
from .causes import texts_told
from .extraction import Extraction
from .finding import Figures
from .formulas import is_calculated, writes
from .grid import Grid
from .labels import means_total
from .places import Spot
from .precedents import Precedents, SheetSpot
from .said import amount, at, moved, shown
from .summary import Summary

if TYPE_CHECKING:
    from etabli.exam.tools.book import Book
    from etabli.exam.tools.computed import Values

CENT = 0.006
_BELOW = 3
GRAND = {"general", "generale", "grand", "ensemble"}
EXPECTED = "Une cellule « Total » avec la somme des lignes, par une formule ou un tableau croisé."


class Total:
    """Where a workbook gives its grand total.

    The total of one list is that of the lines; that of another may be the sum of the figures that it shows, for a wrong
    figure costs once.

    Args:
        grids: Its sheets.
        extraction: Whose cells are not looked at.
        book: For tables and names.
        precedents: What its cells depend on.
        lists: The totals by month and by customer; where they have no total of their own, the word is looked for.
        wanted: What it may be, by the lines.
    """

    def __init__(
        self,
        grids: Sequence[Grid],
        extraction: Extraction,
        book: Book,
        precedents: Precedents,
        lists: Sequence[Summary],
        wanted: Sequence[float],
    ) -> None:
        self._grids = grids
        self._precedents = precedents
        self._extraction = extraction
        self._book = book
        self._lists = lists
        self._own = [(one, spot) for one in lists for spot in one.totals()]
        self._wanted = wanted

    @cached_property
    def found(self) -> list[tuple[Grid, Spot]]:
        """The cells that give it: all totals of the lists or, without any, one beside the word that is right.

        Raises:
            Failed: None is there, or one of them is not the total.
        """
        if self._own:
            cells = [(one.figures.grid, spot) for one, spot in self._own]
            any_right = any(_is(grid.number(spot), self._wanted) for grid, spot in cells)
            for (grid, spot), (one, _) in zip(cells, self._own, strict=True):
                self._expect_right(grid, spot, [*self._wanted, *([_sum(one.figures)] if any_right else [])])
            alone = [one for one in self._alone() if one not in cells]
            for grid, spot in alone:
                self._expect_right(grid, spot, [*self._wanted, *(_sum(one.figures) for one in self._lists)])
            return [*cells, *alone]
        near = [(grid, spot) for grid in self._grids for spot in self._near(grid)]
        right = [(grid, spot) for grid, spot in near if _is(grid.number(spot), self._wanted)]
        if right:
            return [max(right, key=lambda one: self._is_calculated(*one))]
        meant = [(grid, spot) for grid, spot in near if self._is_meant(grid, spot)]
        if meant:
            # The highest figure beside the word is the one that means to be the grand total.
            self._expect_right(*max(meant, key=lambda one: one[0].number(one[1]) or 0.0), self._wanted)
        raise Failed(
            "Aucune cellule « Total » dans la synthèse.",
            EXPECTED,
            "Sous les totaux des mois ou des clients, écrivez « Total » et, à côté, une formule qui les additionne.",
            because=() if self._lists else NO_SYNTHESIS,
        )

    def expect_there(self) -> None:
        """It is there, and right."""
        assert self.found

    def shown(self, values: Values | None = None) -> list[float]:
        """What the totals of the lists show, right or not, in the workbook or after a change."""
        cells = [(one.figures.grid, spot) for one, spot in self._own]
        return [number for grid, spot in cells for number in _numbers(grid.under(values) if values else grid, spot)]

    def told(self) -> dict[tuple[str, str], str]:
        """Sheet and cell of each, and what they are."""
        numbers = {(grid.name, spot.cell): grid.number(spot) for grid, spot in self.found}
        whole, months = self._wanted[0], self._wanted[-1]
        if all(_is(number, [whole]) for number in numbers.values()):
            return dict.fromkeys(numbers, "total général")
        # Both are right of lines that are not: some are of no month of the period.
        of = {True: "de toutes les lignes", False: "des mois de la période, sans les autres lignes"}
        return {
            place: f"total général ({of[_is(number, [whole])]})"
            if _is(number, [whole, months])
            else "total de sa liste, où des totaux sont faux ou manquent"
            for place, number in numbers.items()
        }

    @property
    def typed(self) -> list[SheetSpot]:
        """Those that `expect_calculated` refuses, and the typed cell that they show again."""
        wrong = [(grid, spot) for grid, spot in self.found if not self._is_calculated(grid, spot)]
        again = (self._precedents.copied(grid, spot) for grid, spot in wrong)
        return [*((grid.name, spot) for grid, spot in wrong), *(place for place in again if place)]

    def expect_calculated(self) -> None:
        """A formula or a pivot gives each, and does more than show a typed number again."""
        wrong = [(grid, spot) for grid, spot in self.found if not self._is_calculated(grid, spot)]
        if not wrong:
            return
        typed = [(grid, spot) for grid, spot in wrong if not grid.said(spot)]
        (grid, spot), *others = typed or wrong[:1]
        told = f"{grid.told(spot)} (total général) contient {amount(grid.number(spot) or 0)}, une valeur tapée"
        if formula := grid.said(spot):
            copied = self._precedents.copied(grid, spot)
            why = f"ne fait que montrer {at(copied[0], copied[1].cell)}" if copied else "ne lit aucune cellule"
            told = f"{grid.told(spot)} (total général), {formula}, {why}{', une valeur tapée' if copied else ''}"
        if others:
            told += f" ; de même {some([cell.cell if other is grid else other.told(cell) for other, cell in others])}"
        raise Failed(
            f"{told}.",
            EXPECTED,
            self._write(wrong)
            or "Cliquez sur le total : la barre de formule doit montrer une somme des mois, des clients ou des lignes.",
            at=grid.where(spot, *(cell for other, cell in others if other is grid)),
            because=self._lists_typed(wrong),
        )

    def _lists_of(self, cells: Sequence[tuple[Grid, Spot]]) -> list[tuple[Summary, Spot]]:
        """The lists whose own totals these cells are."""
        return [(one, spot) for one, spot in self._own if (one.figures.grid, spot) in cells]

    def _write(self, wrong: Sequence[tuple[Grid, Spot]]) -> str:
        """The formulas to write in these cells; '' where one is not the total of a list without gaps."""
        told = [one.remedies.sum_told(spot) for one, spot in self._lists_of(wrong)]
        return f"Écrivez, {' ; '.join(told)}." if len(told) == len(wrong) and all(told) else ""

    def _lists_typed(self, wrong: Sequence[tuple[Grid, Spot]]) -> list[str]:
        """The checks that tell it first: each of these cells ends a list that is typed as a whole, in one gesture."""
        lists = self._lists_of(wrong)
        if len(lists) < len(wrong) or not all(
            one.is_typed and not one.figures.grid.formula(spot) for one, spot in lists
        ):
            return []
        return [FORMULAS[one.what] for one, _ in lists if one.what in FORMULAS]

    def expect_follows(self, values: Values, wanted: Sequence[float], told: str) -> None:
        """After a change, one is what the changed lines give, and each that or the sum of the figures of its list."""
        shows = [_numbers(grid.under(values), spot) for grid, spot in self.found]
        follows = any(_is(number, wanted) for now in shows for number in now)
        sums = [_sum(one.after(values)) for one, _ in self._own] if follows else []
        for rank, ((grid, spot), now) in enumerate(zip(self.found, shows, strict=True)):
            if not any(_is(number, [*wanted, *sums[rank : rank + 1]]) for number in now):
                said = f", {grid.said(spot)}," if grid.formula(spot) else ""
                # The cause is told once: where the figures that it adds up do not follow, the total only says so.
                adds = [
                    one.what
                    for one in self._lists
                    if any(_is(number, [_sum(one.after(values))]) for number in now) and self._reads(grid, spot, one)
                ]
                why = (
                    " Il additionne bien sa liste : ce sont les totaux de cette liste qui ne suivent pas."
                    if adds
                    else ""
                )
                raise Failed(
                    f"Dans une copie, avec {told}, {grid.told(spot)} (total général){said} "
                    f"{moved(shown(grid.number(spot)), shown(now[0] if now else None), amount(wanted[0]))}.{why}",
                    EXPECTED,
                    "Le total additionne-t-il des cellules calculées, et toutes ? Faites l'essai dans une copie.",
                    at=grid.where(spot),
                    because=[check[what] for check in (RIGHT, FORMULAS, FOLLOW) for what in adds],
                )

    def _expect_right(self, grid: Grid, spot: Spot, wanted: Sequence[float]) -> None:
        if not _is(grid.number(spot), wanted):
            said = f", {grid.said(spot)}," if grid.formula(spot) else ""
            told = (
                f"{grid.told(spot)} (total général){said} montre {amount(grid.number(spot) or 0)} ; vos lignes font "
                f"{amount(self._wanted[0])}.{self._why(grid, spot)}"
            )
            # The cause is told once: by the check of the list that it adds up rightly, where that one fails.
            because = [RIGHT[one.what] for one in self._added_up(grid, spot)]
            raise Failed(told, EXPECTED, self._left_out(grid, spot)[1] or None, at=grid.where(spot), because=because)

    def _left_out(self, grid: Grid, spot: Spot) -> tuple[str, str]:
        """The figures of a list that the range of a total leaves out, and what to write; both '' where it leaves none."""
        for one in self._lists:
            read = set(self._precedents.behind(grid, [spot])) & one.places
            lost = [key for key, place in one.figures.spots.items() if (one.sheet, place) not in read]
            if read and lost and one.sheet == grid.name:
                told = some([f"{one.figures.spots[key].cell} ({one.wording.label(key)})" for key in lost], mark=" ; ")
                write = one.remedies.sum_told(spot)
                return f" Il laisse de côté {told}.", f"Écrivez, {write}." if write else ""
        return "", ""

    def _added_up(self, grid: Grid, spot: Spot) -> list[Summary]:
        """The lists whose figures, right or not, a total reads and adds up."""
        return [
            one for one in self._lists if _is(grid.number(spot), [_sum(one.figures)]) and self._reads(grid, spot, one)
        ]

    def _reads(self, grid: Grid, spot: Spot, one: Summary) -> bool:
        """Whether a total reads the figures of a list, and no number of its own, or is the total of its pivot."""
        first = next(iter(one.figures.spots.values()))
        if own := grid.pivot(spot):
            return own is one.figures.grid.pivot(first)
        written = writes(grid.formula(spot), grid.number(spot) or 0.0, self._book)
        return not written and not one.places.isdisjoint(self._precedents.behind(grid, [spot]))

    def _why(self, grid: Grid, spot: Spot) -> str:
        """What explains a wrong total, in a sentence; '' when nothing that we know does."""
        if self._added_up(grid, spot):
            return " Il additionne bien sa liste : ce sont des totaux de cette liste qui sont faux ou qui manquent."
        if left := self._left_out(grid, spot)[0]:
            return left
        ranges = next((hint for one in self._lists if one.sheet == grid.name and (hint := one.causes.hint(spot))), "")
        return ranges or texts_told(self._extraction)

    def _is_meant(self, grid: Grid, spot: Spot) -> bool:
        """Whether a figure near the word may be the grand total: not a month's, a customer's, nor another table's."""
        if any(grid.name == one.sheet and spot in one.figures.spots.values() for one in self._lists):
            return False
        words = [place for place in grid.spots if place.row == spot.row and means_total(grid.text(place))]
        figures = [place for place in grid.spots if place.row == spot.row and grid.number(place) is not None]
        return bool(words) and (grid.name in {one.sheet for one in self._lists} or len(figures) == 1)

    def _alone(self) -> list[tuple[Grid, Spot]]:
        """The figures beside « Total général » that are alone in their row, in the sheets of the lists."""
        found = []
        for grid in {one.sheet: one.figures.grid for one in self._lists}.values():
            for word in grid.spots:
                row = [spot for spot in grid.spots if spot.row == word.row and grid.number(spot) is not None]
                said = set(fold(grid.text(word)).split())
                if len(row) == 1 and row[0].column > word.column and said & GRAND and means_total(grid.text(word)):
                    found.append((grid, row[0]))
        return found

    def _is_calculated(self, grid: Grid, spot: Spot) -> bool:
        return is_calculated(grid, spot, self._book) and self._precedents.copied(grid, spot) is None

    def _near(self, grid: Grid) -> list[Spot]:
        """Figures in the row of a cell that says « total », or just under it."""
        free = [spot for spot in grid.spots if not self._extraction.holds(grid, spot)]
        words = [spot for spot in free if "tota" in grid.text(spot).casefold()]
        rows = {spot.row for spot in words}
        under = {Spot(word.row + down, word.column) for word in words for down in range(1, _BELOW + 1)}
        return [spot for spot in free if (spot.row in rows or spot in under) and grid.number(spot) is not None]


def _is(number: float | None, wanted: Sequence[float]) -> bool:
    return number is not None and any(abs(number - one) < CENT for one in wanted)


def _numbers(grid: Grid, spot: Spot) -> list[float]:
    """What a cell shows; a pivot may have grown by one row."""
    places = [spot, spot._replace(row=spot.row + 1)] if grid.in_pivot(spot) else [spot]
    return [number for place in places if (number := grid.number(place)) is not None]


def _sum(figures: Figures) -> float:
    return sum(number or 0.0 for number in figures.numbers().values())
