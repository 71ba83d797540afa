"""What cells depend on: through formulas, arrays and pivots, down to the numbers that a hand typed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from etabli.examiner.scenario import Edit

from .formulas import read_by
from .grid import Grid, serial_date
from .meaning import as_date, written_as
from .places import Area, Spot

if TYPE_CHECKING:
    from etabli.examiner.book import Book

LEAST_DATES = 5
EARLY, LATE = 36_526, 55_153
"""Serial numbers of 2000 and 2050: a bare number between them may be a date."""
MOST = 4000
"""Numbers that one trial changes."""
_OPAQUE = re.compile(r"\b(?:INDIRECT|OFFSET)\s*\(", re.IGNORECASE)

Place = tuple[str, Spot]
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

    def numbers(self, grid: Grid, spots: Iterable[Spot]) -> list[Place]:
        """The typed numbers behind some cells: those that they read, themselves or through others."""
        return [(name, spot) for name, spot in self.typed(grid, spots) if self._grids[name].number(spot) is not None]

    def dates(self, grid: Grid, spots: Iterable[Spot]) -> list[Place]:
        """The typed dates behind some cells, where a column has a list of them; texts and bare serial numbers too."""
        columns: dict[tuple[str, int], list[Place]] = {}
        for name, spot in self.typed(grid, spots):
            if _day(self._grids[name].value(spot)) is not None:
                columns.setdefault((name, spot.column), []).append((name, spot))
        return [place for places in columns.values() if len(places) >= LEAST_DATES for place in places]

    def typed(self, grid: Grid, spots: Iterable[Spot]) -> list[Place]:
        """The typed cells that some cells read, themselves or through others; not these cells.

        A formula whose reach only the office knows (INDIRECT, OFFSET) may read any other sheet.
        """
        start = [(grid.name, spot) for spot in spots]
        known: set[Place] = set(start)
        waiting, seen = list(start), set[Area]()
        found: dict[Place, None] = {}
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
                    source, cell = self._grids[other[0]], other[1]
                    if source.live(cell):
                        waiting.append(other)
                    elif source.value(cell) not in (None, ""):
                        found[other] = None
        return sorted(found)

    def one_by_one(self, grid: Grid, spot: Spot) -> list[Place]:
        """The typed numbers that a cell is made of, when it reads them one by one, itself or through others.

        Nothing when a range or a pivot stands anywhere in between: lines are then read.
        """
        found: dict[Place, None] = {}
        known, waiting = {(grid.name, spot)}, [(grid.name, spot)]
        while waiting:
            name, cell = waiting.pop()
            here = self._grids[name]
            if not here.live(cell):
                if here.number(cell) is not None:
                    found[name, cell] = None
                continue
            read = list(self._read(here, cell))
            if here.in_pivot(cell) or any(place.size != 1 for place in read):
                return []
            more = {other for place in read for other in self._cells(place)} - known
            known |= more
            waiting.extend(sorted(more))
        found.pop((grid.name, spot), None)
        return sorted(found)

    def copied(self, grid: Grid, spot: Spot) -> Place | None:
        """The typed number that a cell shows again, and does nothing else; None for a calculation or a pivot."""
        places = self.one_by_one(grid, spot)
        same = [place for place in places if self._grids[place[0]].number(place[1]) == grid.number(spot)]
        return same[0] if len(places) == 1 and same else None

    def edits(self, places: Sequence[Place], most: int = MOST) -> list[Edit]:
        """Another number in each of these cells, by steps that differ, so that none makes up for its neighbour.

        Args:
            places: The cells.
            most: How many are changed: of more, one in two, in three…
        """
        numbers = [(name, spot, self._grids[name].number(spot) or 0.0) for name, spot in places]
        every = max(1, -(-len(numbers) // most))
        return [
            Edit(name, spot.cell, round(number * 1.5 + 1 + rank % 7, 2))
            for rank, (name, spot, number) in enumerate(numbers[::every])
        ]

    def dated(self, places: Sequence[Place], day: date) -> list[Edit]:
        """One day in each of these cells, written as each of them is."""
        return [Edit(name, spot.cell, written_as(self._grids[name].value(spot), day)) for name, spot in places]

    def _read(self, grid: Grid, spot: Spot) -> Iterator[Area]:
        """The areas that a cell reads itself, each with its sheet."""
        yield from read_by(grid, spot, self._book)
        if _OPAQUE.search(grid.formula(spot)):
            for other in self._grids.values():
                if other is not grid:
                    yield Area(other.name, 1, 1, other.height, other.width)

    def _cells(self, place: Area) -> Iterator[Place]:
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
    bare = isinstance(value, int | float) and not isinstance(value, bool) and EARLY <= value <= LATE
    return as_date(serial_date(value) if bare else value)
