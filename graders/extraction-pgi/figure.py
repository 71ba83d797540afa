"""The one figure of human resources, stock or production: right, and calculated on an extraction of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from etabli.exam import Failed
from etabli.exam.contract.french import counted, quote
from etabli.exam.contract.words import fold
from etabli.exam.tools.scenario import Edit

from .extraction import Extraction
from .formulas import read_by, reads_something
from .grid import Grid
from .meaning import as_number
from .places import Spot
from .precedents import Precedents, SheetSpot
from .said import at, moved, plain
from .shape import Figure, FigureValue, Period

if TYPE_CHECKING:
    from etabli.exam.contract.draw import Draw
    from etabli.exam.tools.book import Book
    from etabli.exam.tools.computed import Values

_ADD_UP = "Écrivez une formule qui additionne les lignes extraites : SOMME.SI.ENS, par exemple, ou un tableau croisé."
_ADD_UP_ALONE = "Aucun nombre tapé dans la formule : elle additionne les seules lignes de ce chiffre, dans la période. SOMME.SI.ENS, par exemple."
FIRST_STEP = {
    "rh": "Commencez dans Tryton, Relevés de temps ▸ Lignes : exportez Date, Durée et Travail dans une feuille à part (sans "
    "Tryton : donnees/lignes-de-releves.csv).",
    "stock": "Commencez dans Tryton, Stocks & inventaires ▸ Mouvements, onglet Vers les clients : exportez produit, quantité, "
    "date effective et État (string) dans une feuille à part (sans Tryton : donnees/mouvements-vers-les-clients.csv).",
    "production": "Commencez dans Tryton, Productions ▸ Productions, onglet Toutes : exportez produit, quantité, date "
    "effective et État (string) dans une feuille à part (sans Tryton : donnees/productions.csv).",
}
"""What to extract first, by the kind of figure, in the words of the sheet."""
THERE = "Vos lignes extraites sont dans le classeur : vérifiez d'abord qu'aucune ne manque."
ADDED = {
    "rh": "une formule SOMME.SI.ENS sur la colonne Durée, avec pour conditions le travail et {period} (des secondes : "
    "divisez par 3600)",
    "stock": "une formule SOMME.SI.ENS sur la colonne Quantité, avec pour conditions le produit, l'état « Effectué » et {period}",
    "production": "une formule SOMME.SI.ENS sur la colonne Quantité, avec pour conditions le produit, l'état « Terminée » et "
    "{period}",
}
QUOTED = "Votre note cite-t-elle ce chiffre ? Reprenez-la aussi."
CLOSE = 0.006
DAY = 24
"""Hours: a duration that a spreadsheet shows as [h]:mm is a part of a day."""
SECONDS = 3600
HOURS = (1.0, float(SECONDS), 1 / DAY, 60.0)
"""What an hour may be in a cell: itself, seconds, a part of a day, minutes."""
COMMON = {"pendant", "periode", "client"}
REACH, UNDER = 6, 4
DONE = {"effectue", "effectuee", "fait", "faite", "done", "termine", "terminee"}
"""States of the lines that count."""
FEW_STEPS = 3
"""By how many units a line changes at most: a line of hours stays within a day."""
MANY_STEPS = FEW_STEPS, 40, 900
"""And by how many pieces one of them does."""
LEAVE = 300
"""So many lines of the others change, at most."""
LIST = 3
"""So many typed numbers one under the other are lines of Tryton, none of which is the figure."""
NAMED = 2
"""Words of the figure that a label must have, to be meant as its label."""


@dataclass(frozen=True)
class Change:
    """Other numbers in some lines, and what the figure then is; None where nobody can tell."""

    edits: Sequence[Edit]
    wanted: float | None = None


@dataclass(frozen=True)
class _Lines:
    """The lines that make the figure, the others of their column, and what an hour or a piece is in it."""

    own: Sequence[SheetSpot]
    others: Sequence[SheetSpot]
    unit: float


class AskedFigure:
    """Where a workbook gives the figure that was asked for.

    Args:
        grids: Its sheets.
        extraction: Whose cells are not looked at.
        asked: ``figure`` of the variant.
        truth: ``figure_value`` of the variant: the right one, and the quantities of Tryton's lines that make it.
        book: For tables and names.
        precedents: What its cells depend on.
        period: That of the figure.
    """

    def __init__(
        self,
        grids: Mapping[str, Grid],
        extraction: Extraction,
        asked: Figure,
        truth: FigureValue,
        book: Book,
        precedents: Precedents,
        period: Period,
    ) -> None:
        self._period = "la période (du {from} au {to})".format(**period["fr"])
        self._grids = grids
        self._extraction = extraction
        self._kind = asked.kind
        self._title = asked.title
        self._asked_what = asked.what
        self._days = tuple(date.fromisoformat(period[end]) for end in ("from", "to"))
        said = f"{asked.title} {asked.what} {asked.unit}"
        self._words, self._what = _long_words(said) - COMMON, _long_words(asked.what)
        self._value = float(truth.value)
        self._rows = truth.rows
        self._each = Counter(round(float(one), 2) for one in truth.each)
        self._units = HOURS if asked.kind == "rh" else (1.0,)
        self._book = book
        self._precedents = precedents

    def find(self) -> tuple[Grid, Spot]:
        """The cell that gives it, beside or under a label that names it; the right figure is not told.

        Raises:
            Failed: No label names it, or no figure near one is right.
        """
        expected = f"{self._title} : une cellule, et son étiquette à côté."
        labels = [(grid, spot) for grid in self._grids.values() for spot in grid.spots if self._names(grid, spot)]
        near = [(grid, place) for grid, spot in labels for place in _near(grid, spot)]
        right = [(grid, place) for grid, place in near if self._is_right(grid, place)]
        if live := [(grid, place) for grid, place in right if grid.live(place)]:
            return max(live, key=lambda one: len(self._shared(labels, one)))  # a rank may happen to be the figure
        # A line of Tryton may happen to be the figure: it is not where the figure is given.
        if alone := [(grid, place) for grid, place in right if not _in_list(grid, place)]:
            return max(alone, key=lambda one: len(self._shared(labels, one)))
        meant = [one for one in near if not _in_list(*one) and self._is_meant(self._shared(labels, one), *one)]
        if not meant:
            raise Failed(
                f"Aucune cellule ne donne le chiffre demandé ({quote(self._title, 90)}).",
                expected,
                f"{THERE if any(_in_list(*one) for one in near) else FIRST_STEP[self._kind]} Puis, dans la synthèse, écrivez "
                f"{quote(self._title, 90)} dans une cellule et, à droite, {ADDED[self._kind].format(period=self._period)}.",
            )
        grid, place = max(meant, key=lambda one: (len(self._shared(labels, one)), one[0].live(one[1])))
        number = grid.number(place) or 0.0
        formula = f", {grid.said(place)}," if grid.formula(place) else ""
        told = f"{grid.told(place)}{formula} montre {plain(number)}, qui n'est pas le chiffre de votre Tryton."
        why, look = self._short(grid, place)
        if abs(number / SECONDS - self._value) < CLOSE:
            why, look = " C'est 3 600 fois trop : les durées sont en secondes.", f"Divisez par 3600. {QUOTED}"
        raise Failed(f"{told}{why}", expected, look, at=grid.where(place))

    def _short(self, grid: Grid, place: Spot) -> tuple[str, str | None]:
        """Whether a range of the formula stops before the lines that stand right under it, and what to do; '' and None else."""
        for read in read_by(grid, place, self._book):
            source = next((one for name, one in self._grids.items() if name == read.sheet), None)
            if source is None or read.bottom - read.top < LIST:
                continue
            last = read.bottom
            while last < source.height and source.value(Spot(last + 1, read.left)) not in (None, ""):
                last += 1
            if last > read.bottom:
                return (
                    f" La plage s'arrête à la ligne {read.bottom} ; vos lignes vont jusqu'à la ligne {last}.",
                    f"Étendez jusqu'à la ligne {last} toutes les plages de cette formule. {QUOTED}",
                )
        return "", None

    def told(self) -> dict[tuple[str, str], str]:
        """Its sheet and cell, and what it is."""
        grid, spot = self.find()
        return {(grid.name, spot.cell): self._title}

    def expect_calculated(self) -> None:
        """A formula or a pivot gives it, and reads the lines of Tryton that it is made of."""
        grid, spot = self.find()
        expected = "Une formule sur les lignes extraites de Tryton, dans leur propre feuille."
        where, formula = grid.told(spot), grid.said(spot)
        told, look = "", _ADD_UP
        if not grid.live(spot):
            told = f"{where} contient {plain(grid.number(spot) or 0.0)}, une valeur tapée."
        elif not grid.in_pivot(spot) and not reads_something(grid.formula(spot), self._book, grid.name):
            told = f"{where} : {formula} ne lit aucune cellule."
        elif copied := self._precedents.copied(grid, spot):
            told = f"{where}, {formula}, ne fait que montrer {at(copied[0], copied[1].cell)}, une valeur tapée."
        elif not self._precedents.lines(grid, spot, self._rows):
            told = f"{where}, {formula} : les lignes de Tryton qui font ce chiffre ne sont pas toutes dans le classeur."
            look = "Comptez les lignes de la feuille que lit la formule, et comparez à ce que Tryton annonce, filtre en place."
        elif not self._has_each(grid, spot):
            told = f"{where}, {formula} : les lignes qu'elle lit n'ont pas les quantités de celles de Tryton."
            look = "Exportez ces lignes à nouveau : aucune quantité ne se change ni ne se tape."
        if told:
            raise Failed(told, expected, look, at=grid.where(spot))

    def _has_each(self, grid: Grid, spot: Spot) -> bool:
        """Whether the quantity of every line of Tryton is among what the figure reads, in one unit."""
        cells = [self._grids[name].value(place) for name, place in self._precedents.typed(grid, [spot])]
        read = [number for value in cells if (number := as_number(value)) is not None]
        return any(not self._each - Counter(round(number / unit, 2) for number in read) for unit in self._units)

    def changes(self, draw: Draw, sizes: Draw | None = None) -> list[Change]:
        """Other numbers in the lines that the figure reads, itself or through others.

        Where the lines that make it are surely known: in all of its column; then one less in one of these and one more in
        another line, so that the sum stays (the other way where these have one at most); then in about half of them and of the others.
        What is no time may become hundreds. It must then be what they give. Elsewhere: in all,
        then twice in all but some that are drawn: whichever lines are the figure's, one at least changes, and it must move.
        """
        grid, spot = self.find()
        lines = self._precedents.lines(grid, spot, self._rows)
        if known := self._known(lines):
            return self._steps(known, draw, sizes or draw)
        own = draw.shuffled([place for place in lines if self._may_be_its(place)])
        others = draw.shuffled([place for place in lines if place not in own])
        spared = self._rows - 1
        half = len(others) // 2
        kept = [own[:spared] + others[:half], own[-spared:] + others[half:]] if len(own) > spared > 0 else []
        left = [[place for place in lines if place not in some] for some in kept]
        return [Change(self._precedents.edits(places)) for places in (lines, *left)]

    def _steps(self, known: Sequence[_Lines], draw: Draw, sizes: Draw) -> list[Change]:
        """Whole units more in some lines, which any rounding lets through, and what the figure then is.

        Where several columns are the figure's, a copy of the export for one, the same in each: whichever it reads, it is that.
        """
        more = [draw.between(1, FEW_STEPS) for _ in known[0].own]
        if self._kind != "rh":
            more[0] = sizes.between(1, sizes.one(MANY_STEPS))
        step = -1 if all(self._large(lines.own, lines.unit) for lines in known) else 1
        wanted = sum(more), step, sum(more[::2])
        made: tuple[list[Edit], ...] = ([], [], [])
        for lines in known:
            own, others = draw.shuffled(lines.own), draw.shuffled(lines.others)[:LEAVE]
            large = self._large(own if step < 0 else others, lines.unit)[:1]
            new = [(place, draw.between(1, FEW_STEPS)) for place in others]
            steps = [*zip(own, more, strict=True)]
            less, one_more = (
                [(place, -1) for place in large],
                [(place, 1) for place in (others if step < 0 else own)[:1]],
            )
            for edits, some in zip(made, ([*steps, *new], [*one_more, *less], [*steps[::2], *new[::2]]), strict=True):
                edits += [self._precedents.renumbered(place, step * lines.unit) for place, step in some]
        return [Change(edits, self._value + one) for edits, one in zip(made, wanted, strict=True)]

    def _large(self, places: Sequence[SheetSpot], unit: float) -> list[SheetSpot]:
        """The lines that have more than one unit."""
        return [one for one in places if (as_number(self._grids[one[0]].value(one[1])) or 0.0) > unit]

    def _known(self, lines: Sequence[SheetSpot]) -> list[_Lines]:
        """The lines that make the figure, in each column that has them; none where nobody can tell them surely.

        They are told by the name in their row, by a day of the period and by their state, as far as the sheet has these; their
        quantities are Tryton's, each as often.
        """
        columns: dict[tuple[str, int], list[SheetSpot]] = {}
        for place in lines:
            columns.setdefault((place[0], place[1].column), []).append(place)
        return [one for (name, _), places in columns.items() if (one := self._chosen(self._grids[name], places))]

    def _chosen(self, grid: Grid, places: Sequence[SheetSpot]) -> _Lines | None:
        """The same in one column."""
        for chosen in self._choices(grid, places):
            for unit in self._units:
                found = {tuple(one) for one in chosen if one and self._each == self._counted(one, unit)}
                if len(found) == 1:
                    own = [*found.pop()]
                    return _Lines(own, [place for place in places if place not in own], unit)
                if found:
                    return None
        return None

    def _counted(self, places: Iterable[SheetSpot], unit: float) -> Counter[float]:
        return Counter(round((as_number(self._grids[name].value(spot)) or 0.0) / unit, 2) for name, spot in places)

    def _choices(self, grid: Grid, places: Sequence[SheetSpot]) -> Iterator[list[list[SheetSpot]]]:
        """Which lines may be the figure's, by how much of their row tells it: its day and its state, one of them, its name alone."""
        rows = {place: [Spot(place[1].row, column) for column in range(1, grid.width + 1)] for place in places}
        what = f" {fold(self._asked_what)} "
        texts = {place: [f" {fold(grid.text(one))} " for one in row] for place, row in rows.items()}
        named = [place for place in places if what in texts[place]]
        named = named or [place for place in places if any(what in text for text in texts[place])] or [*places]
        first, last = self._days

        def dated(column: int) -> list[SheetSpot]:
            days = ((place, self._precedents.day(grid.name, place[1]._replace(column=column))) for place in named)
            return [place for place, day in days if day and first <= day <= last]

        def done(some: Sequence[SheetSpot]) -> list[SheetSpot]:
            return [place for place in some if not DONE.isdisjoint(text.strip() for text in texts[place])]

        by_day = [found for column in range(1, grid.width + 1) if (found := dated(column))]
        yield [done(some) for some in by_day]
        yield by_day
        yield [done(named)]
        yield [named]

    def _may_be_its(self, place: SheetSpot) -> bool:
        """Whether a line has a quantity of Tryton's."""
        number = as_number(self._grids[place[0]].value(place[1]))
        return number is not None and any(round(number / unit, 2) in self._each for unit in self._units)

    def expect_moved(self, values: Values, change: Change) -> None:
        """The figure is another one after a change: what the changed lines give, where that is known."""
        grid, spot = self.find()
        after = grid.under(values)
        before, now = grid.number(spot) or 0.0, after.number(spot)
        told, look = "", _ADD_UP
        if after.fails(spot):
            told = f"montre {after.amount(spot)} quand les lignes qu'elle lit changent"
        elif change.wanted is None:
            if now is not None and abs(now - before) < CLOSE:
                told = "ne bouge pas quand les lignes qu'elle lit changent"
        elif now is None or not self._is_shown(grid, spot, now, change.wanted):
            if now != before and self._precedents.pivoted(grid, spot):
                return
            scale = 1.0 if self._is_shown(grid, spot, before, self._value, timed=False) else DAY
            said = moved(plain(before * scale), "rien" if now is None else plain(now * scale), plain(change.wanted))
            changed = counted(len(change.edits), "ligne changée", "lignes changées")
            told = f"{said} dans une copie, avec {changed} dans la feuille {quote(change.edits[0].sheet)}"
            look = _ADD_UP_ALONE
        if told:
            raise Failed(
                f"{grid.told(spot)}, {grid.said(spot)}, {told}.",
                "Le chiffre suit ses lignes, et elles seules.",
                look,
                at=grid.where(spot),
            )

    def _names(self, grid: Grid, spot: Spot) -> bool:
        return not self._extraction.holds(grid, spot) and bool(self._found_words(grid, spot))

    def _found_words(self, grid: Grid, spot: Spot) -> set[str]:
        text = grid.text(spot)
        return {word.removesuffix("s") for word in fold(text).split()} & self._words if len(text) < 200 else set()

    def _shared(self, labels: Sequence[tuple[Grid, Spot]], one: tuple[Grid, Spot]) -> set[str]:
        """The most words of the title that a label near a figure has."""
        grid, place = one
        near = (self._found_words(grid, spot) for other, spot in labels if other is grid and place in _near(grid, spot))
        return max(near, key=lambda words: (len(words), len(words - self._what)), default=set())

    def _is_meant(self, words: set[str], grid: Grid, spot: Spot) -> bool:
        """Whether a label with these words is that of this figure, and not of another one that has a word of it.

        « Total des heures » is, beside a formula; « Ventes par mois » is not that of « Vente et conseil ».
        """
        named = len(words) >= NAMED or (bool(self._what) and self._what <= words)
        return named or (grid.live(spot) and bool(words - self._what))

    def _is_right(self, grid: Grid, spot: Spot) -> bool:
        number = grid.number(spot)
        if number is None:
            return False
        return self._is_shown(grid, spot, number, self._value)

    def _is_shown(self, grid: Grid, spot: Spot, number: float, wanted: float, *, timed: bool = True) -> bool:
        """Whether a number is a figure, or as many hours in a cell that shows a time."""
        timed = timed and grid.cell(spot).format.kind == "time"
        return abs(number - wanted) < CLOSE or (timed and abs(number * DAY - wanted) < CLOSE)


def _long_words(text: str) -> set[str]:
    return {word.removesuffix("s") for word in fold(text).split() if len(word) > 4}


def _in_list(grid: Grid, spot: Spot) -> bool:
    """Whether a cell is one of several typed numbers, one under the other."""

    def typed(row: int) -> bool:
        place = spot._replace(row=row)
        return row > 0 and grid.number(place) is not None and not grid.live(place)

    first = last = spot.row
    while typed(first - 1):
        first -= 1
    while typed(last + 1):
        last += 1
    return typed(spot.row) and last - first + 1 >= LIST


def _near(grid: Grid, spot: Spot) -> list[Spot]:
    """Cells with a number on the right of a label, or in the few rows under it."""
    columns = range(spot.column, min(grid.width, spot.column + REACH) + 1)
    right = [Spot(spot.row, column) for column in columns if column > spot.column]
    under = [Spot(row, column) for row in range(spot.row + 1, spot.row + UNDER + 1) for column in columns]
    return [place for place in (*right, *under) if grid.number(place) is not None]
