"""Where a summary gives its figures: lists of labels, down or across, and the line of figures that stands beside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, TypeVar

from etabli.exam import Failed
from etabli.exam.contract.words import fold

from .grid import Grid
from .labels import Reader
from .meaning import as_words
from .places import Spot

Near = Callable[[float, str], bool]
"""Whether a figure is the one expected for a key."""
HINTS = {"montant", "total", "ht", "ca", "chiffre", "somme", "ventes"}
TOO_MANY = 400
"""A list of labels with more segments is a table of data, not a summary."""


T = TypeVar("T")


def if_found(find: Callable[[], T]) -> T | None:
    """What a search gives, None when it fails: that something lacks is another check's to say."""
    try:
        return find()
    except Failed:
        return None


def holds(expectation: Callable[[], None]) -> bool:
    """Tells whether nothing fails."""
    try:
        expectation()
    except Failed:
        return False
    return True


@dataclass(frozen=True)
class Listing:
    """Labels of one kind in a column (``down``) or in a row, each once."""

    grid: Grid
    down: bool
    labels: Mapping[str, Spot]


@dataclass(frozen=True)
class Figures:
    """A list of labels and the line of figures that goes with it."""

    listing: Listing
    line: int
    """Column of the figures when the labels go down, else their row."""

    @property
    def grid(self) -> Grid:
        """Their sheet."""
        return self.listing.grid

    @property
    def spots(self) -> Mapping[str, Spot]:
        """The figure's cell for each key."""
        down = self.listing.down
        return {
            key: Spot(spot.row, self.line) if down else Spot(self.line, spot.column)
            for key, spot in self.listing.labels.items()
        }

    def numbers(self) -> dict[str, float | None]:
        """The figure of each key, None where there is no number."""
        return {key: self.grid.number(spot) for key, spot in self.spots.items()}

    def coded(self, key: str) -> Spot | None:
        """The cell that gives a code, its zeros or not: its label or, as a name may stand beside it, one of its row."""
        label, grid = self.listing.labels[key], self.grid
        row = range(1, self.spots[key].column) if self.listing.down else ()
        places = [label, *(label._replace(column=column) for column in row)]
        return next((one for one in places if as_words(grid.value(one)).lstrip("0") == key.lstrip("0")), None)

    def again(self, grid: Grid, read: Reader) -> Figures:
        """The same list in another recalculation, where labels may have moved along their line."""
        labels: dict[str, Spot] = {}
        first, last = self._span(grid)
        for place in range(first, last + 1):
            anchor = next(iter(self.listing.labels.values()))
            spot = Spot(place, anchor.column) if self.listing.down else Spot(anchor.row, place)
            if (key := read(grid.value(spot))) and key not in labels:
                labels[key] = spot
        return Figures(Listing(grid, self.listing.down, labels), self.line)

    def _span(self, grid: Grid) -> tuple[int, int]:
        places = [spot.row if self.listing.down else spot.column for spot in self.listing.labels.values()]
        first, last = min(places), max(places)
        spare = [Spot(last + 1, spot.column) for spot in list(self.listing.labels.values())[:1] if self.listing.down]
        while spare and grid.in_pivot(spare[0]):
            last += 1
            spare = [spare[0]._replace(row=last + 1)]
        return first, last


def listings(grid: Grid, read: Reader, keep: Callable[[Spot], bool], least: int) -> Iterator[Listing]:
    """Every list of at least ``least`` different labels in a sheet.

    Args:
        grid: The sheet.
        read: What a label is.
        keep: Whether a cell may be one: those of the extraction may not.
        least: How many different ones make a list.
    """
    down: dict[int, list[tuple[Spot, str]]] = {}
    across: dict[int, list[tuple[Spot, str]]] = {}
    for spot in grid.spots:
        if keep(spot) and (key := read(grid.value(spot))):
            down.setdefault(spot.column, []).append((spot, key))
            across.setdefault(spot.row, []).append((spot, key))
    for lines, vertical in ((down, True), (across, False)):
        for found in lines.values():
            segments = [segment for segment in _segments(_of_a_kind(grid, found, least)) if len(segment) >= least]
            if len(segments) <= TOO_MANY:
                yield from (Listing(grid, vertical, segment) for segment in segments)


def best_figures(found: Sequence[Listing], near: Near) -> Figures | None:
    """Among lists of labels, the one with a line of figures that are most often the expected ones.

    Between equals, the longer list, then figures that something calculates, then the line whose title speaks of
    amounts, then the nearest.

    Args:
        found: The lists.
        near: What is expected.
    """
    best: tuple[Any, ...] = ()
    chosen: Figures | None = None
    for listing in found:
        for line in _lines(listing):
            figures = Figures(listing, line)
            numbers = {key: value for key, value in figures.numbers().items() if value is not None}
            if not numbers:
                continue
            right = sum(near(value, key) for key, value in numbers.items())
            live = sum(listing.grid.live(spot) for spot in figures.spots.values())
            rank = (right, len(listing.labels), live, _hint(figures), len(numbers), -_gap(figures))
            if rank > best:
                best, chosen = rank, figures
    return chosen


def _of_a_kind(grid: Grid, found: Sequence[tuple[Spot, str]], least: int) -> Sequence[tuple[Spot, str]]:
    """Labels without the bare numbers, where enough others are none: ranks beside or under codes are no codes."""
    worded = [(spot, key) for spot, key in found if grid.number(spot) is None]
    return worded if len({key for _, key in worded}) >= least else found


def _segments(found: Sequence[tuple[Spot, str]]) -> Iterator[dict[str, Spot]]:
    """Cuts a line of labels where one comes again: another table begins.

    A label beside one of the same key says it again: a compact pivot gives a customer's code, then their name.
    """
    segment: dict[str, Spot] = {}
    last: tuple[Spot, str] | None = None
    for spot, key in found:
        again = last is not None and last[1] == key and _touch(last[0], spot)
        last = (spot, key)
        if again:
            continue
        if key in segment:
            yield segment
            segment = {}
        segment[key] = spot
    yield segment


def _touch(one: Spot, other: Spot) -> bool:
    return abs(one.row - other.row) + abs(one.column - other.column) == 1


def _lines(listing: Listing) -> Iterator[int]:
    own = next(iter(listing.labels.values()))
    last = listing.grid.width if listing.down else listing.grid.height
    yield from (line for line in range(1, last + 1) if line != (own.column if listing.down else own.row))


def _gap(figures: Figures) -> int:
    """How far figures stand from their labels; before them is farther than after."""
    own = next(iter(figures.listing.labels.values()))
    gap = figures.line - (own.column if figures.listing.down else own.row)
    return gap if gap > 0 else 1000 - gap


def _hint(figures: Figures) -> bool:
    """Whether the title of the line speaks of amounts."""
    return bool(title_words(figures) & HINTS)


def title_words(figures: Figures) -> set[str]:
    """The words of the two cells before the first label's line, where its title is."""
    first = next(iter(figures.listing.labels.values()))
    down = figures.listing.down
    spots = [
        Spot(first.row - back, figures.line) if down else Spot(figures.line, first.column - back) for back in (1, 2)
    ]
    cells = [figures.grid.cell(spot) for spot in spots if spot.row > 0 and spot.column > 0]
    return {word for cell in cells for word in fold(as_words(cell.value)).split()}


def titled(figures: Figures, words: Set[str]) -> Figures | None:
    """The nearest line of the same list whose title has one of these words; None when there is none.

    Args:
        figures: One line of the list.
        words: Folded.
    """
    return next((one for one in lines_of(figures) if title_words(one) & words), None)


def lines_of(figures: Figures) -> list[Figures]:
    """The lines of the same list, the nearest to its labels first."""
    return sorted((Figures(figures.listing, line) for line in _lines(figures.listing)), key=_gap)
