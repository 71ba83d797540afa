"""What cells depend on: through formulas, arrays and pivots, down to the numbers that a hand typed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from datetime import date
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Any

from etabli.exam import Failed
from etabli.exam.contract.formulas import function_in_french
from etabli.exam.contract.french import quote
from etabli.exam.contract.words import cut
from etabli.exam.tools.scenario import Edit

from .formulas import days_of, decides, definitions, read_by, surroundings, tells_logical, writes
from .grid import Grid, serial_date
from .meaning import as_date, as_number, cents, is_number, number_as, written_as
from .places import Area, Spot, area, letters
from .said import amount, at

if TYPE_CHECKING:
    from etabli.exam.tools.book import Book, Pivot

LEAST_DATES = 5
CENT = 0.006
EARLY, LATE = 36_526, 55_153
"""Serial numbers of 2000 and 2050: a bare number between them may be a date."""
STEP = 617.29
"""Added to each changed number, once to seven times: no two of them make up for each other."""
MOST = 4000
"""Numbers that one trial changes."""
_OPAQUE = re.compile(r"\b(?:INDIRECT|OFFSET)\s*\(", re.IGNORECASE)
_PLACING = re.compile(r"\b(?:INDIRECT|OFFSET|ROWS?|COLUMNS?|INDEX|AREAS|ISFORMULA)\s*\(", re.IGNORECASE)
"""They ask where a cell is, or what is beside it: naming itself, a formula with one of these goes in no circle."""

SheetSpot = tuple[str, Spot]
"""Name of a sheet, as it writes it, and a cell."""


class Precedents:
    """What the cells of a workbook depend on.

    Args:
        grids: Its sheets.
        book: For tables and names.
    """

    def __init__(self, grids: Mapping[str, Grid], book: Book) -> None:
        self._grids = grids
        self._sheets = {name.casefold(): grid for name, grid in grids.items()}
        self._book = book
        self._alone: set[SheetSpot] = set()
        """Cells that depend on lines alone, as all that they read: they have been looked at."""

    def numbers(self, grid: Grid, spots: Iterable[Spot]) -> list[SheetSpot]:
        """The typed numbers behind some cells: those that they read, themselves or through others."""
        return [(name, spot) for name, spot in self.typed(grid, spots) if self._grids[name].number(spot) is not None]

    def lacking(self, grid: Grid, spots: Iterable[Spot], amounts: Iterable[float]) -> int:
        """How many of Tryton's amounts are not among the typed numbers behind some cells, whatever their sign; texts count too."""
        read = (as_number(self._grids[name].value(spot)) for name, spot in self.typed(grid, spots))
        lost = Counter(abs(cents(one)) for one in amounts) - Counter(abs(cents(one)) for one in read if one is not None)
        return lost.total()

    def dates(self, grid: Grid, spots: Iterable[Spot]) -> list[SheetSpot]:
        """The typed dates behind some cells, where a column has a list of them; texts and bare serial numbers too."""
        return self._columns(self.typed(grid, spots), lambda value: _day(value) is not None, LEAST_DATES)

    def lines(self, grid: Grid, spot: Spot, least: int) -> list[SheetSpot]:
        """The typed numbers behind a cell, of columns that have at least so many; numbers in texts where none has."""
        typed = self.typed(grid, [spot])
        return self._columns(typed, is_number, least) or self._columns(
            typed, lambda one: as_number(one) is not None, least
        )

    def _columns(self, places: Iterable[SheetSpot], fits: Callable[[Any], bool], least: int) -> list[SheetSpot]:
        """The cells that fit, of the columns that have at least so many of them."""
        columns: dict[tuple[str, int], list[SheetSpot]] = {}
        for name, spot in places:
            if fits(self._grids[name].value(spot)):
                columns.setdefault((name, spot.column), []).append((name, spot))
        return [place for found in columns.values() if len(found) >= least for place in found]

    def typed(self, grid: Grid, spots: Iterable[Spot]) -> list[SheetSpot]:
        """The typed cells that some cells read, themselves or through others; not these cells.

        A formula whose reach only the office knows (INDIRECT, OFFSET) may read anything.
        """
        behind = self.behind(grid, spots)
        return sorted(
            (name, spot)
            for name, spot in behind
            if not (source := self._grids[name]).live(spot) and source.value(spot) not in (None, "")
        )

    def behind(self, grid: Grid, spots: Iterable[Spot]) -> set[SheetSpot]:
        """All cells that some cells read, themselves or through others; not these cells."""
        start = {(grid.name, spot) for spot in spots}
        known, waiting, seen = set(start), sorted(start), set[Area]()
        while waiting:
            name, spot = waiting.pop()
            for place in self._read(self._grids[name], spot):
                if place in seen:
                    continue
                seen.add(place)
                for other in self._cells(place):
                    if other in known:
                        continue
                    known.add(other)
                    if self._grids[other[0]].live(other[1]):
                        waiting.append(other)
        return known - start

    def copied(self, grid: Grid, spot: Spot) -> SheetSpot | None:
        """The typed number that a cell shows again, and reads nothing else; None when lines or a pivot are behind it."""
        found: set[SheetSpot] = set()
        known, waiting = {(grid.name, spot)}, [(grid.name, spot)]
        while waiting:
            name, cell = waiting.pop()
            here = self._grids[name]
            if not here.live(cell):
                found |= {(name, cell)} if here.value(cell) not in (None, "") else set()
                continue
            read = list(self._read(here, cell))
            if here.in_pivot(cell) or any(place.size != 1 for place in read):
                return None
            more = {other for place in read for other in self._cells(place)} - known
            known |= more
            waiting.extend(sorted(more))
        place = found.pop() if len(found) == 1 else None
        same = place is not None and self._grids[place[0]].number(place[1]) == grid.number(spot)
        return place if same and place != (grid.name, spot) else None

    def typed_as(self, grid: Grid, spot: Spot, figures: Iterable[float]) -> SheetSpot | None:
        """The typed number behind a cell that is one of some figures; None when none is."""
        wanted = list(figures)
        for name, cell in self.numbers(grid, [spot]):
            number = self._grids[name].number(cell) or 0.0
            if any(abs(number - one) < CENT for one in wanted):
                return name, cell
        return None

    def named(self, grid: Grid, spot: Spot) -> list[SheetSpot]:
        """The cells that the formula of a cell names one by one."""
        return [other for place in self._read(grid, spot) if place.size == 1 for other in self._cells(place)]

    def pivot(self, grid: Grid, spot: Spot) -> tuple[Grid, Pivot] | None:
        """The pivot that gives a cell, itself or through the formula that shows a cell of it again; with its sheet."""
        if own := grid.pivot(spot):
            return grid, own
        for place in read_by(grid, spot, self._book):
            other = self._grid(place)
            for pivot in other.sheet.pivots if other else ():
                if other and (ref := area(pivot.ref)) and place.meets(ref):
                    return other, pivot
        return None

    def is_typed(self, name: str, spot: Spot) -> bool:
        """Whether a hand typed the number of a cell."""
        return self._grids[name].number(spot) is not None and not self._grids[name].live(spot)

    def typed_told(self, grid: Grid, spot: Spot, typed: SheetSpot | None) -> str:
        """Names the typed cell behind another one, for a sentence; '' without one."""
        if typed is None:
            return ""
        cell = typed[1].cell if typed[0] == grid.name else at(typed[0], typed[1].cell)
        verb = "lit" if self._reads((grid.name, spot), [typed]) else "remonte à"
        return f" La formule {verb} {cell}, une valeur tapée."

    def spread(self, sources: Iterable[SheetSpot], cells: Set[SheetSpot]) -> set[SheetSpot]:
        """Some cells, and those of others that read them, themselves or through each other."""
        reached = set(sources)
        while more := {place for place in cells - reached if self._reads(place, reached)}:
            reached |= more
        return reached

    def _reads(self, place: SheetSpot, others: Iterable[SheetSpot]) -> bool:
        read = list(self._read(self._grids[place[0]], place[1]))
        return any(area.holds(cell) and self._grid(area) is self._grids[name] for area in read for name, cell in others)

    def expect_lines_alone(self, grid: Grid, spots: Iterable[Spot], judged: Collection[SheetSpot] = ()) -> None:
        """No cell, nor any that it reads, depends on the day, the machine or chance: the same lines give the same figures.

        Args:
            grid: Their sheet.
            spots: The cells.
            judged: Cells at which another check has looked.
        """
        left_out = {*judged, *self._alone}
        waiting = [(grid.name, spot) for spot in spots if (grid.name, spot) not in left_out]
        known, seen = {*waiting, *left_out}, set[Area]()
        named: dict[SheetSpot, list[SheetSpot]] = {}
        while waiting:
            name, spot = waiting.pop()
            here = self._grids[name]
            if not here.live(spot):
                continue
            if function := surroundings(here.formula(spot), self._book, calc=here.calc):
                raise Failed(
                    f"{here.told(spot)}, {here.said(spot)}, appelle {function_in_french(function)} : ce n'est pas une "
                    "donnée de l'extraction.",
                    "Un total qui dépend des lignes, et de rien d'autre.",
                    "Retirez cette fonction : la même extraction doit donner les mêmes totaux tous les jours, sur tous les postes.",
                    at=here.where(spot),
                )
            self._expect_seeing(here, spot)
            places = set(read_by(here, spot, self._book))
            if not _PLACING.search(here.formula(spot)):
                named[name, spot] = [one for place in places if place.size == 1 for one in self._cells(place)]
            new = places - seen
            seen |= new
            more = {other for place in new for other in self._cells(place)} - known
            known |= more
            waiting.extend(sorted(more))
        self._expect_no_circle(named)
        self._alone |= known - {*judged}

    def _expect_no_circle(self, named: Mapping[SheetSpot, Sequence[SheetSpot]]) -> None:
        """No cell reads what it gives itself: each program, and each recalculation, makes another figure of it."""
        try:
            TopologicalSorter(named).prepare()
        except CycleError as circle:
            (name, spot), (sheet, read) = circle.args[1][0], circle.args[1][-2]
            here = self._grids[name]
            raise Failed(
                f"{here.told(spot)}, {here.said(spot)}, lit son propre résultat : c'est une référence circulaire.",
                "Un total qui dépend des lignes, et de rien d'autre.",
                f"Retirez {self._grids[sheet].told(read)} de cette formule : elle ne doit lire ni sa cellule, ni une cellule qui en dépend.",
                at=here.where(spot),
            ) from None

    def _expect_seeing(self, here: Grid, spot: Spot) -> None:
        """A formula decides by what it reads, and not by what one program makes of a constant, nor of the day 0."""
        for name, place in days_of(here.formula(spot), self._book, here.name):
            grid, cell = self._grid(place), Spot(place.top, place.left)
            if place.size == 1 and grid and grid.text(cell):
                raise Failed(
                    f"{here.told(spot)}, {here.said(spot)}, demande {function_in_french(name)} à {grid.told(cell)}, un texte "
                    "et non une date : les tableurs n'en font pas tous le même jour.",
                    "Un total qui dépend des lignes, et de rien d'autre.",
                    f"Faites lire à {function_in_french(name)} une cellule qui contient une date.",
                    at=here.where(spot),
                )
        if asks := tells_logical(here.formula(spot), here, self._book, self._grid):
            raise Failed(
                f"{here.told(spot)}, {here.said(spot)}, demande {function_in_french(asks)} à un résultat VRAI ou FAUX : "
                "c'est un nombre pour LibreOffice, et non pour Excel.",
                "Un total qui dépend des lignes, et de rien d'autre.",
                "Retirez cette partie de la formule, ou posez la question à une cellule : la même extraction doit donner "
                "les mêmes totaux dans tous les tableurs.",
                at=here.where(spot),
            )
        if (function := decides(here.formula(spot), self._book)) is None:
            return
        does = f"décide par {cut(function_in_french(function), 40)}" if function else "compare deux valeurs tapées,"
        raise Failed(
            f"{here.told(spot)}, {here.said(spot)}, {does} sans lire de cellule : ce n'est pas une donnée de l'extraction.",
            "Un total qui dépend des lignes, et de rien d'autre.",
            "Retirez cette partie de la formule : la même extraction doit donner les mêmes totaux dans tous les tableurs.",
            at=here.where(spot),
        )

    def expect_none_written(self, grid: Grid, spots: Iterable[Spot]) -> None:
        """No formula writes out the very figure that its cell shows, to show it where something else is not met."""
        for spot in spots:
            number = grid.number(spot) or 0.0
            if writes(grid.formula(spot), number, self._book):
                raise Failed(
                    f"{grid.told(spot)}, {grid.said(spot)}, montre {amount(number)}, un nombre tapé dans la formule.",
                    "Une formule qui lit l'extraction, ou un tableau croisé dynamique : rien de tapé ni de collé.",
                    "Retirez ce nombre de la formule : elle doit trouver le total en lisant les lignes.",
                    at=grid.where(spot),
                )

    def edits(self, places: Sequence[SheetSpot]) -> list[Edit]:
        """Another number in each of these cells, by steps that differ, so that none makes up for its neighbour."""
        by_column = sorted(places, key=lambda place: (place[0], place[1].column, place[1].row))
        every = max(1, -(-len(by_column) // MOST))
        return [
            Edit(name, spot.cell, _other(self._grids[name].value(spot), rank))
            for rank, (name, spot) in enumerate(by_column[::every])
        ]

    def renumbered(self, place: SheetSpot, more: float) -> Edit:
        """So much more in the number of a cell, written as it is."""
        value = self._grids[place[0]].value(place[1])
        return Edit(place[0], place[1].cell, number_as(value, (as_number(value) or 0.0) + more))

    def pivoted(self, grid: Grid, spot: Spot) -> bool:
        """Whether a pivot gives a cell, or anything that it reads: after a change, its rows may be in another order."""
        return any(self._grids[name].in_pivot(one) for name, one in {(grid.name, spot), *self.behind(grid, [spot])})

    def day(self, sheet: str, spot: Spot) -> date | None:
        """The day of a typed cell."""
        return _day(self._grids[sheet].value(spot))

    def dated(self, places: Sequence[SheetSpot], day: date) -> list[Edit]:
        """One day in each of these cells, written as each of them is."""
        return [Edit(name, spot.cell, written_as(self._grids[name].value(spot), day)) for name, spot in places]

    def column(self, sheet: str, rows: Sequence[int], total: float) -> dict[Spot, float] | None:
        """The numbers of the column of a sheet that adds up to a total over these rows; None without one."""
        grid = self._grids[sheet]
        for column in range(1, grid.width + 1):
            numbers = {spot: grid.number(spot) or 0.0 for spot in (Spot(row, column) for row in rows)}
            if any(numbers.values()) and abs(sum(numbers.values()) - total) < CENT:
                return numbers
        return None

    def columns(self, sheet: str, rows: Sequence[int]) -> Iterator[dict[int, Any]]:
        """What each column of a sheet holds in these rows."""
        grid = self._grids[sheet]
        for column in range(1, grid.width + 1):
            yield {row: grid.value(Spot(row, column)) for row in rows}

    def titled(self, sheet: str, first: Spot) -> str:
        """A column by the cell above its first number, for a sentence: « la colonne C (« Montant à payer ») d'« Échéances » »."""
        title = self._grids[sheet].text(first._replace(row=first.row - 1)) if first.row > 1 else ""
        said = f" ({quote(title, 40)})" if title else ""
        return f"la colonne {letters(first.column)}{said} de la feuille {quote(sheet)}"

    def _read(self, grid: Grid, spot: Spot) -> Iterator[Area]:
        """The areas that a cell reads itself, each with its sheet."""
        yield from read_by(grid, spot, self._book)
        formula = grid.formula(spot)
        if any(_OPAQUE.search(one) for one in (formula, *definitions(formula, self._book))):
            yield from (Area(other.name, 1, 1, other.height, other.width) for other in self._grids.values())

    def _cells(self, place: Area) -> Iterator[SheetSpot]:
        """The cells of an area that hold something."""
        grid = self._grid(place)
        if grid is None:
            return
        if place.size <= len(grid.spots):
            yield from ((grid.name, spot) for spot in place.spots())
        else:
            yield from ((grid.name, spot) for spot in grid.spots if place.holds(spot))

    def _grid(self, place: Area) -> Grid | None:
        return self._sheets.get((place.sheet or "").casefold())


def _day(value: Any) -> date | None:
    """The day of a typed cell."""
    return as_date(serial_date(value) if is_number(value) and EARLY <= value <= LATE else value)


def _other(value: Any, rank: int) -> float | str:
    """Another number, farther from nought; a text when it was in one."""
    return number_as(value, round(abs(as_number(value) or 0.0) * 1.5 + STEP * (1 + rank % 7), 2))
