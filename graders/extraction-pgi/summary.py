"""Totals of a summary: they are right, they are calculated, they follow the lines; each wrong cell is named."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from etabli.exam import Failed
from etabli.exam.contract.french import cells, counted, quote, some
from etabli.exam.contract.words import fold

from .blame import AFTER, TYPED_TOTAL
from .causes import Causes, texts_told
from .extraction import Extraction
from .finding import Figures
from .formulas import reads_something
from .grid import Grid
from .labels import Reader, means_total, uncoded
from .meaning import as_key
from .places import Spot
from .precedents import Precedents, SheetSpot
from .remedies import Remedies
from .said import moved, shown
from .wording import Wording, Words

if TYPE_CHECKING:
    from etabli.exam.tools.book import Book
    from etabli.exam.tools.computed import Values

CENT = 0.006
REACH = 3
Close = Callable[[float, float], bool]
"""Whether a figure seen is the one wanted."""


def near_cent(seen: float, wanted: float) -> bool:
    """The same to the cent."""
    return abs(seen - wanted) < CENT


class Summary:
    """Figures by key, in one workbook.

    Args:
        figures: Where they are.
        read: What a label of this kind is.
        words: How they are told.
        extraction: What they add up.
        book: For tables and names.
        precedents: What its cells depend on.
        totals: What the lines add up to, which a hand may have typed.
        what: The property of `Analysis` that they are.
        close: How far a figure may be from the expected one.
        rival: Finds the best calculated figures of the same kind.
    """

    def __init__(
        self,
        figures: Figures,
        read: Reader,
        words: Words,
        extraction: Extraction,
        book: Book,
        precedents: Precedents,
        totals: Sequence[float],
        *,
        what: str,
        close: Close = near_cent,
        rival: Callable[[], Figures | None] = lambda: None,
    ) -> None:
        self._rival = rival
        self.figures = figures
        self.read = read
        self.what = what
        self._words = words
        self._book = book
        self._extraction = extraction
        self._precedents = precedents
        self._totals = totals
        self._close = close
        self.wording = Wording(figures, words)
        self.causes = Causes(figures, what, extraction, book, precedents, totals)
        self.remedies = Remedies(figures, what, extraction, precedents, self.causes, self.wording)

    @property
    def sheet(self) -> str:
        """Where it is."""
        return self.figures.grid.name

    def told(self) -> dict[tuple[str, str], str]:
        """Sheet and cell of each figure, and what it is."""
        return {(self.sheet, spot.cell): self.wording.label(key) for key, spot in self.figures.spots.items()}

    @property
    def places(self) -> set[SheetSpot]:
        """Sheet and cell of each figure."""
        return {(self.sheet, spot) for spot in self.figures.spots.values()}

    def totals(self) -> list[Spot]:
        """Where the line of figures has its own total: beside the word, after the last label or else before the first."""
        down, line = self.figures.listing.down, self.figures.line
        labels = list(self.figures.listing.labels.values())
        at = [spot.row if down else spot.column for spot in labels]
        after = [max(at) + step for step in range(1, REACH + 1)]
        before = [min(at) - step for step in range(1, REACH + 1)]
        beside = labels[0].column if down else labels[0].row
        for place in (*after, *before):
            spot = Spot(place, line) if down else Spot(line, place)
            said = [
                self.figures.grid.text(Spot(place, other) if down else Spot(other, place))
                for other in range(max(1, beside - 1), line)
            ]
            if self.figures.grid.number(spot) is not None and any(means_total(text) for text in said):
                return [spot]
        return []

    def after(self, values: Values) -> Figures:
        """The same figures in another recalculation."""
        return self.figures.again(self.figures.grid.under(values), self.read)

    @property
    def is_typed(self) -> bool:
        """Whether a hand typed or pasted every figure."""
        grid = self.figures.grid
        shown = [spot for spot in self.figures.spots.values() if grid.number(spot) is not None]
        return bool(shown) and not any(grid.live(spot) or grid.in_pivot(spot) for spot in shown)

    # -- its labels

    def expect_all(self, keys: Iterable[str]) -> None:
        """Every key has its label."""
        absent = [key for key in keys if key not in self.figures.spots]
        if absent:
            told = [self._words.label(key) for key in absent]
            number = f"{len(absent)} {self._words.one if len(absent) < 2 else self._words.many}"
            labels = list(self.figures.listing.labels.values())
            first = next(iter(self.figures.spots.values()))
            why, look = self.causes.explained(first)
            room, more, odd = self.remedies.room(), self.remedies.added_by_hand(absent), self.remedies.of_two()
            if self.causes.pivot(first):
                room, more, odd = [], self.remedies.grows(len(absent)), None
            if odd:
                why, look = odd
            raise Failed(
                f"Dans la feuille {quote(self.sheet)}, la liste qui va de {labels[0].cell} à {labels[-1].cell} oublie "
                f"{number} : {some(told, mark=' ; ')}.{why}",
                f"{self._words.a_noun} pour chaque {self._words.one}.",
                self.remedies.steps(more, look) if odd else self.remedies.steps(look, more),
                at=self.figures.grid.where(*room) if room else None,
            )

    def expect_coded(self) -> None:
        """Each customer's code is in the line of their total: two names look alike."""
        figures = self.figures
        if bare := uncoded(figures.grid, figures.spots, down=figures.listing.down):
            told = [self.wording.cell_alone(key, figures.spots[key]) for key in bare]
            raise Failed(
                f"Dans la feuille {quote(self.sheet)}, {counted(len(bare), 'total', 'totaux')} sans le code de son client : "
                f"{some(told, 3, ' ; ')}.",
                "Sur la ligne de chaque total, le code du client : deux noms se ressemblent.",
                "Ajoutez une colonne avec les codes, zéros compris, et faites-les lire par les formules. Dans un tableau croisé, mettez "
                f"aussi le code en ligne. {AFTER[self.what]}",
                at=figures.grid.where(*(figures.spots[key] for key in bare)),
                stops=False,
            )

    def expect_named(self, names: Mapping[str, str]) -> None:
        """The names beside the codes, where most of a column are customers' names, are theirs, and not those of others.

        Of two that an accent alone tells apart, each may be written as the other; they are not exchanged.

        Args:
            names: Of the customers, by code.
        """
        figures, grid = self.figures, self.figures.grid
        if not figures.listing.down:
            return
        whose: dict[str, set[str]] = {}
        for code, name in names.items():
            whose.setdefault(fold(name), set()).add(code)
        coded = {
            key: spot for key in figures.listing.labels if key in figures.spots and (spot := self.figures.coded(key))
        }
        for side in (0, 1, -1):
            beside = {
                key: spot._replace(column=spot.column + side) for key, spot in coded.items() if spot.column + side > 0
            }
            told = {key: (spot, fold(grid.text(spot))) for key, spot in beside.items()}
            if not side:  # the name stands after the code, in its cell
                told = {key: (spot, text.replace(key, "").strip(" -")) for key, (spot, text) in told.items()}
            others = [(key, spot) for key, (spot, text) in told.items() if key not in whose.get(text, {key})]
            own = [key for key, (_, text) in told.items() if key in whose.get(text, ())]
            others += _exchanged({key: (spot, grid.text(spot)) for key, (spot, _) in told.items()}, names)
            if others and (len(others) + len(own)) * 2 > len(coded) > 1:
                key, spot = others[0]
                raise Failed(
                    f"Dans la feuille {quote(self.sheet)}, {counted(len(others), 'code est', 'codes sont')} à côté du nom d'un autre "
                    f"client : {key} est {quote(names.get(key, key))}, et {spot.cell} dit {quote(grid.text(spot))}.",
                    "À côté de chaque code, le nom de ce client, ou rien.",
                    "Faites lire le nom par le code (RECHERCHEX, RECHERCHEV), ou triez les deux colonnes ensemble.",
                    at=grid.where(*(one for _, one in others)),
                    stops=False,
                )

    def expect_once(self) -> None:
        """No customer stands again in the list, with the same total: a row of the list, or one that touches it."""
        figures, grid = self.figures, self.figures.grid
        labels = figures.listing.labels
        if not figures.listing.down:
            return
        again, spots = [], [*labels.values()]
        spot, last = min(spots), max(spots).row
        while (key := self.read(grid.value(spot))) or spot.row <= last:
            first = labels.get(key or "", spot)
            same = as_key(grid.value(first)) == as_key(grid.value(spot))
            shown = grid.number(Spot(first.row, figures.line)), grid.number(Spot(spot.row, figures.line))
            if first != spot and same and None not in shown and shown[0] == shown[1]:
                again.append(spot)
            spot = spot._replace(row=spot.row + 1)
        if again:
            raise Failed(
                f"Dans la feuille {quote(self.sheet)}, {counted(len(again), 'ligne répète', 'lignes répètent')} un client qui y est "
                f"déjà, avec le même total : {cells([one.cell for one in again])}.",
                "Chaque client une seule fois.",
                f"Enlevez les doublons de cette liste (référence, « Doublons »). {AFTER[self.what]}",
                at=grid.where(*again),
                stops=False,
            )

    # -- its figures

    def expect_right(self, *expected: Mapping[str, float]) -> None:
        """Every figure is the one that the candidate's own lines give.

        Args:
            expected: By key; where there are several, the figure is one of these.
        """
        grid = self.figures.grid
        wrong = [
            (key, spot)
            for key, spot in self.figures.spots.items()
            if key in expected[0] and not self._fits(grid, spot, key, expected)
        ]
        if wrong:
            key, spot = wrong[0]
            why, look = self.causes.explained(spot)
            told = (
                f"{self.wording.cell(key, spot)} montre {self.wording.show(grid, spot)} "
                f"au lieu de {self._words.figure(expected[0][key])}{self.wording.more(wrong)}."
                f"{why or texts_told(self._extraction)}"
            )
            expected_told = "Ce que donnent les lignes de votre extraction."
            raise Failed(told, expected_told, self.remedies.steps(look), at=self.wording.where(wrong))

    def expect_calculated(self) -> None:
        """A formula or a pivot gives every figure, and reads cells."""
        grid = self.figures.grid
        typed, empty = [], []
        for key, spot in self.figures.spots.items():
            if grid.number(spot) is None or grid.in_pivot(spot):
                continue
            if not grid.live(spot):
                typed.append((key, spot))
            elif not reads_something(grid.formula(spot), self._book, self.sheet):
                empty.append((key, spot))
        expected = "Une formule qui lit l'extraction, ou un tableau croisé dynamique : rien de tapé ni de collé."
        if typed:
            key, spot = typed[0]
            told = (
                f"{self.wording.cell(key, spot)} contient {self.wording.show(grid, spot)}, une valeur tapée ou collée"
            )
            rival = self._rival_told()
            look = None if rival else self.remedies.formula_for(key, spot)
            under = [one for one in self.totals() if not (grid.live(one) or grid.in_pivot(one))]
            total = f" Le total, {under[0].cell}, est tapé aussi." if under else ""
            if look and under and (sums := self.remedies.sum_told(under[0])):
                look = f"{look} Écrivez ensuite, {sums}."
            where = grid.where(*(one for _, one in typed), *under)
            raise Failed(f"{told}{self.wording.more(typed)}.{total}{rival}", expected, look, at=where)
        if empty:
            key, spot = empty[0]
            told = f"{self.wording.cell(key, spot)} ne lit aucune cellule"
            raise Failed(
                f"{told}{self.wording.more(empty)}.",
                expected,
                self.remedies.formula_for(key, spot),
                at=self.wording.where(empty),
            )

    def expect_follows(
        self,
        values: Values,
        told: str,
        *after: Mapping[str, float],
        added: int | None = None,
        typed: Collection[SheetSpot] = (),
        told_by: Sequence[str] = (),
    ) -> None:
        """After a change of the lines, every figure is what the changed lines give.

        Args:
            values: What the office computed after the change.
            told: What was changed, in French.
            after: By key; where there are several, the figure is one of these.
            added: The first row that was added, if the change is that.
            typed: The grand totals that a hand typed: `total` tells those.
            told_by: The checks that tell first that formulas read a copy of the lines.
        """
        again = self.after(values)
        grid, numbers = again.grid, again.numbers()
        still = [
            (key, spot)
            for key, spot in again.spots.items()
            if key in after[0] and not self._fits(grid, spot, key, after)
        ]
        gone = [
            (key, spot)
            for key, spot in self.figures.spots.items()
            if key not in again.spots and abs(after[0].get(key, 0)) >= CENT
        ]
        wrong = still or gone
        if wrong:
            key, spot = wrong[0]
            was, now = self.figures.numbers()[key], numbers.get(key)
            wanted, figure = self._words.figure(after[0].get(key, 0)), self._words.figure
            became = moved(
                figure(was or 0), figure(now) if now is not None else shown(grid.value(spot), calc=grid.calc), wanted
            )
            why, look = self.causes.explained(spot)
            if not why and (found := self.causes.pivot(spot)):
                look = self.causes.source_told(*found)[1]
            why = why or self.causes.lack(spot, values, added) or self.causes.typed_told(spot)
            told = (
                f"Dans une copie, avec {told}, {self.wording.cell(key, spot)} {became}{self.wording.more(wrong)}.{why}"
            )
            behind = self._precedents.typed_as(grid, spot, self._totals)
            because = [*(TYPED_TOTAL if behind in typed else []), *(told_by if self.causes.copy_read(spot) else [])]
            look = look or self.remedies.formula_for(key, spot) or ""
            if self.what == "by_month" and (sheet := self.causes.copy_read(spot)):
                look += (
                    f" Faites de même pour les clients et la TVA, s'ils lisent aussi {quote(sheet)} : leurs points attendent "
                    "celui-ci. Puis supprimez cette copie."
                )
            raise Failed(
                told,
                f"{self._words.each} suit les lignes.",
                look or None,
                at=self.wording.where(wrong),
                because=because,
            )

    def _fits(self, grid: Grid, spot: Spot, key: str, wanted: Sequence[Mapping[str, float]]) -> bool:
        """Whether a cell shows one of these figures: what is not there is nothing, an error is no figure."""
        figures = [one[key] for one in wanted if key in one]
        seen = grid.number(spot)
        if seen is None:
            return not grid.fails(spot) and any(abs(one) < CENT and self._close(0.0, one) for one in figures)
        return any(self._close(seen, figure) for figure in figures)

    def _rival_told(self) -> str:
        """Where calculated figures of the same kind stand, when the typed ones are in another sheet."""
        rival = self._rival()
        if rival is None or rival.grid.name == self.sheet:
            return ""
        mine, theirs = self.figures.numbers(), rival.numbers()
        agreed = [key for key, value in mine.items() if value is not None and near_cent(theirs.get(key) or 0.0, value)]
        if 2 * len(agreed) < len(mine):  # calculated figures of another kind, such as what customers owe
            return ""
        first = next(iter(rival.spots.values()))
        return (
            f" La liste calculée de la feuille {quote(rival.grid.name)} (à partir de {first.cell}) est fausse ou incomplète : "
            "corrigez-la, puis supprimez ces valeurs tapées."
        )


def _exchanged(told: Mapping[str, tuple[Spot, str]], names: Mapping[str, str]) -> list[tuple[str, Spot]]:
    """Customers whose names, alike but for accents, stand beside one another's code."""
    by_name = {name: key for key, name in names.items()}
    said = {key: by_name.get(text) for key, (_, text) in told.items()}
    return [
        (key, told[key][0])
        for key, other in said.items()
        if other and other != key and said.get(other) == key and fold(names[key]) == fold(names[other])
    ]
