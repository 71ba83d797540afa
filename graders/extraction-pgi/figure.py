"""The one figure of human resources, stock or production: right, and calculated on an extraction of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from etabli.exam import Failed
from etabli.exam.contract.french import quote
from etabli.exam.contract.words import fold

from .extraction import Extraction
from .formulas import read_by, reads_something
from .grid import Grid
from .meaning import as_number
from .places import Spot
from .precedents import Precedents, SheetSpot
from .said import at, plain
from .shape import Figure, FigureValue, Period

if TYPE_CHECKING:
    from etabli.exam.contract.draw import Draw
    from etabli.exam.tools.book import Book
    from etabli.exam.tools.computed import Values
    from etabli.exam.tools.scenario import Edit

_ADD_UP = "Écrivez une formule qui additionne les lignes extraites : SOMME.SI.ENS, par exemple, ou un tableau croisé."
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
LIST = 3
"""So many typed numbers one under the other are lines of Tryton, none of which is the figure."""
NAMED = 2
"""Words of the figure that a label must have, to be meant as its label."""


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

    def edits(self, draw: Draw) -> list[list[Edit]]:
        """Another number in the lines that the figure reads, itself or through others: it must then move.

        In all of them, then twice in all but some that are drawn: whichever lines are the figure's, one at least changes.
        """
        grid, spot = self.find()
        lines = self._precedents.lines(grid, spot, self._rows)
        own = draw.shuffled([place for place in lines if self._may_be_its(place)])
        others = draw.shuffled([place for place in lines if place not in own])
        spared = self._rows - 1
        half = len(others) // 2
        kept = [own[:spared] + others[:half], own[-spared:] + others[half:]] if len(own) > spared > 0 else []
        left = [[place for place in lines if place not in some] for some in kept]
        return [self._precedents.edits(places) for places in (lines, *left)]

    def _may_be_its(self, place: SheetSpot) -> bool:
        """Whether a line has a quantity of Tryton's."""
        number = as_number(self._grids[place[0]].value(place[1]))
        return number is not None and any(round(number / unit, 2) in self._each for unit in self._units)

    def expect_moved(self, values: Values) -> None:
        """The figure is another one after the edits."""
        grid, spot = self.find()
        before, after = grid.number(spot), grid.under(values).number(spot)
        if grid.under(values).fails(spot):
            raise Failed(
                f"{grid.told(spot)}, {grid.said(spot)}, montre {grid.under(values).amount(spot)} quand les lignes qu'elle lit changent.",
                "Le chiffre suit son extraction.",
                _ADD_UP,
                at=grid.where(spot),
            )
        if after is not None and abs(after - (before or 0.0)) < CLOSE:
            raise Failed(
                f"{grid.told(spot)}, {grid.said(spot)}, ne bouge pas quand les lignes qu'elle lit changent.",
                "Le chiffre suit son extraction.",
                _ADD_UP,
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
        timed = grid.cell(spot).format.kind == "time"
        return abs(number - self._value) < CLOSE or (timed and abs(number * DAY - self._value) < CLOSE)


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
