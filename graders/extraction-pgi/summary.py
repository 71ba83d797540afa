"""Totals of a summary: they are right, they are calculated, they follow the lines; each wrong cell is named."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from etabli.exam import Cells, Failed
from etabli.exam.contract.formulas import function_in_french, in_french
from etabli.exam.contract.french import cells, counted, quote, some
from etabli.exam.contract.words import fold

from .extraction import Extraction
from .finding import Figures
from .formulas import areas, read_by, reads_something
from .grid import Grid
from .labels import Reader, uncoded
from .meaning import as_key, as_words
from .places import Area, Spot, letters
from .precedents import Precedents, SheetSpot
from .said import amount, at, moved, shown

if TYPE_CHECKING:
    from etabli.exam.tools.book import Book, Pivot
    from etabli.exam.tools.computed import Values

CENT = 0.006
REACH = 3
MANY = 5
"""Cells that a reader counts by himself."""
_SHOWN_ALONE = re.compile(r"\b(SUBTOTAL|AGGREGATE)\s*\(", re.IGNORECASE)
"""They leave out what a filter, or a hand, has hidden."""
ASCENDING = ("1", "TRUE", "TRUE()")
"""The third argument of RANK that turns it upside down."""
FEMININE = ("part", "base")
TOTAL_WORDS = set(
    "total totaux totales general generale generaux resultat result grand somme ensemble ht hors taxe taxes eur euro euros en "
    "a au de des du d la le les l sur pour tous toutes ventes vente factures montant montants ca chiffre affaires periode clients "
    "client mois entreprise".split()
)
"""Words of a label that says the grand total: with another one, it says the total of something else."""


NO_SYNTHESIS = ["mois-justes", "clients-justes"]
"""The checks that tell a synthesis that is not there at all."""
TYPED_TOTAL = ["total", "mois-formules", "clients-formules"]
"""The checks that tell a typed grand total: its own, or that of the typed list that it stands under."""
RIGHT = {"by_month": "mois-justes", "by_customer": "clients-justes"}
FORMULAS = {"by_month": "mois-formules", "by_customer": "clients-formules"}
KINDS = {"by_month": "Mois", "by_customer": "Clients", "bases": "TVA"}
FOLLOW = {"by_month": "mois-suivent", "by_customer": "clients-suivent"}
"""The checks that a list is right, that it is calculated, that it follows."""
AFTER = {
    "by_month": "Le total général, l'écart avec la comptabilité et la note peuvent changer : relisez-les ensuite.",
    "by_customer": "Les parts, les rangs, le total général et la note peuvent changer : relisez-les ensuite.",
    "bases": "Votre note cite-t-elle la TVA ? Reprenez-la aussi.",
    "taxes": "Votre note cite-t-elle la TVA ? Reprenez-la aussi.",
}
"""What may become wrong, or right, once a list is."""
PIVOTED = {
    "count": "le nombre", "countNums": "le nombre", "average": "la moyenne", "max": "le maximum", "min": "le minimum",
    "product": "le produit",
}  # fmt: skip
"""What a pivot gives instead of a sum."""


Close = Callable[[float, float], bool]
"""Whether a figure seen is the one wanted."""


def near_cent(seen: float, wanted: float) -> bool:
    """The same to the cent."""
    return abs(seen - wanted) < CENT


def means_total(text: str) -> bool:
    """Whether a label is that of the grand total: « Total », « Total général HT », not « Total 2025 » or « Total TTC »."""
    words = fold(text).split()
    return any(word.startswith("tota") for word in words) and set(words) <= TOTAL_WORDS


@dataclass(frozen=True)
class Words:
    """How a summary is told."""

    one: str
    """« mois », « client »."""
    many: str
    label: Callable[[str], str]
    """A key for a person."""
    figure: Callable[[float], str] = amount
    noun: str = "total"

    @property
    def each(self) -> str:
        """« Chaque total », « Chaque rang »."""
        return f"Chaque {self.noun}"

    @property
    def a_noun(self) -> str:
        """« Un total », « Une part »."""
        return f"{'Une' if self.noun in FEMININE else 'Un'} {self.noun}"


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
        self._extraction = extraction
        self._book = book
        self._precedents = precedents
        self._totals = totals
        self._close = close

    @property
    def sheet(self) -> str:
        """Where it is."""
        return self.figures.grid.name

    def told(self) -> dict[tuple[str, str], str]:
        """Sheet and cell of each figure, and what it is."""
        return {(self.sheet, spot.cell): self.label(key) for key, spot in self.figures.spots.items()}

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

    def expect_all(self, keys: Iterable[str]) -> None:
        """Every key has its label."""
        absent = [key for key in keys if key not in self.figures.spots]
        if absent:
            told = [self._words.label(key) for key in absent]
            number = f"{len(absent)} {self._words.one if len(absent) < 2 else self._words.many}"
            labels = list(self.figures.listing.labels.values())
            first = next(iter(self.figures.spots.values()))
            why, look = self._explained(first)
            room, more, odd = self._room(), self._added_by_hand(absent), self._of_two()
            if self._pivot(first):
                room, more, odd = [], self._grows(len(absent)), None
            if odd:
                why, look = odd
            raise Failed(
                f"Dans la feuille {quote(self.sheet)}, la liste qui va de {labels[0].cell} à {labels[-1].cell} oublie "
                f"{number} : {some(told, mark=' ; ')}.{why}",
                f"{self._words.a_noun} pour chaque {self._words.one}.",
                self._steps(more, look) if odd else self._steps(look, more),
                at=self.figures.grid.where(*room) if room else None,
            )

    def expect_coded(self) -> None:
        """Each customer's code is in the line of their total: two names look alike."""
        figures = self.figures
        if bare := uncoded(figures.grid, figures.spots, down=figures.listing.down):
            told = [self._cell_alone(key, figures.spots[key]) for key in bare]
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
        """The names beside the codes, where most of a column are customers' names, are not mostly those of others.

        Args:
            names: Of the customers, by code.
        """
        figures, grid = self.figures, self.figures.grid
        if not figures.listing.down:
            return
        whose: dict[str, set[str]] = {}
        for code, name in names.items():
            whose.setdefault(fold(name), set()).add(code)
        coded = {key: spot for key in figures.listing.labels if key in figures.spots and (spot := self.coded(key))}
        for side in (0, 1, -1):
            beside = {
                key: spot._replace(column=spot.column + side) for key, spot in coded.items() if spot.column + side > 0
            }
            told = {key: (spot, fold(grid.text(spot))) for key, spot in beside.items()}
            if not side:  # the name stands after the code, in its cell
                told = {key: (spot, text.replace(key, "").strip(" -")) for key, (spot, text) in told.items()}
            others = [(key, spot) for key, (spot, text) in told.items() if key not in whose.get(text, {key})]
            if len(others) * 2 > len(coded) > 1:
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

    def _of_two(self) -> tuple[str, str] | None:
        """The one figure whose formula also compares the label of another row, and what to write in it; None without one."""
        if self.what != "by_customer" or not self.figures.listing.down:
            return None
        grid, codes = self.figures.grid, self._codes
        for key, spot in self.figures.spots.items():
            named = {place for name, place in self._precedents.named(grid, spot) if name == self.sheet}
            read = {place for place in named if place.column in codes and place.row != spot.row}
            formula = self._written_for(key, spot)
            if read and formula and any(place.row == spot.row for place in named):
                told = f" {self._cell_alone(key, spot)} additionne aussi les lignes que désigne{'nt' * (len(read) > 1)} {some([place.cell for place in sorted(read)])}."
                return told, f"Dans {spot.cell}, gardez un seul client : {formula}."
        return None

    @property
    def _codes(self) -> set[int]:
        """The columns that tell whose each row is: of the labels, and of the codes beside them."""
        found = [self.coded(key) for key in self.figures.listing.labels]
        return {spot.column for spot in (*found, *self.figures.listing.labels.values()) if spot}

    def _room(self) -> list[Spot]:
        """Where a list that a hand made has room: its gaps or else the cell after its last, free of a total's word."""
        labels, down, grid = list(self.figures.listing.labels.values()), self.figures.listing.down, self.figures.grid
        first, last = labels[0], labels[-1]
        gaps = (
            [Spot(row, first.column) for row in range(first.row, last.row)]
            if down
            else [Spot(first.row, column) for column in range(first.column, last.column)]
        )
        if (
            down
            and self.what == "by_customer"
            and (coded := [one for key in list(self.figures.listing.labels)[:1] if (one := self.coded(key))])
        ):
            gaps = [spot._replace(column=coded[0].column) for spot in gaps]
        empty = [spot for spot in gaps if grid.value(spot) in (None, "")]
        after = last._replace(row=last.row + 1) if down else last._replace(column=last.column + 1)
        along = [spot for spot in grid.spots if (spot.row == after.row if down else spot.column == after.column)]
        return empty or ([] if any(grid.value(spot) not in (None, "") for spot in along) else [after])

    def _added_by_hand(self, absent: Sequence[str]) -> str:
        """What to do for labels that lack in a list that a hand made; '' where the check's own advice says it."""
        if self.what not in RIGHT:
            return ""
        gap = [spot for spot in self._room() if spot.row < max(one.row for one in self.figures.spots.values())]
        if len(absent) == len(gap) == 1 and self.what == "by_customer" and self.figures.listing.down:
            return (
                f"La ligne {gap[0].row} est vide : écrivez {absent[0]} en {gap[0].cell}, puis recopiez-y les formules de la ligne "
                f"{gap[0].row - 1}. Vérifiez que le total additionne toute la liste."
            )
        those, its = ("le", "son") if len(absent) < 2 else ("les", "leur")
        code = f", par {its} code" if self.what == "by_customer" else ""
        return (
            f"Ajoutez-{those} à la liste{code}. Recopiez ensuite les formules des voisins, et vérifiez que le total additionne toute "
            "la liste."
        )

    def _grows(self, number: int) -> str:
        """What happens beside a pivot that has more rows once its source is longer."""
        if self.what != "by_customer":
            return ""
        return (
            f"Il aura {counted(number, 'ligne')} de plus, et sa ligne de total sera plus bas : recopiez alors les formules qui sont à côté (parts, "
            "rangs), avec la nouvelle cellule du total."
        )

    def _steps(self, *steps: str) -> str | None:
        """Where to look next: what is known to help, then what to read again; None for the check's own advice."""
        known = [step for step in steps if step]
        return " ".join([*known, *([AFTER[self.what]] if self.what in AFTER else [])]) if known else None

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
            why, look = self._explained(spot)
            told = (
                f"{self._cell(key, spot)} montre {self._show(grid, spot)} "
                f"au lieu de {self._words.figure(expected[0][key])}{self._more(wrong)}."
                f"{why or texts_told(self._extraction)}"
            )
            expected_told = "Ce que donnent les lignes de votre extraction."
            raise Failed(told, expected_told, self._steps(look), at=self._where(wrong))

    @property
    def is_typed(self) -> bool:
        """Whether a hand typed or pasted every figure."""
        grid = self.figures.grid
        shown = [spot for spot in self.figures.spots.values() if grid.number(spot) is not None]
        return bool(shown) and not any(grid.live(spot) or grid.in_pivot(spot) for spot in shown)

    def sum_told(self, total: Spot) -> str:
        """What to write in its own total, for a sentence: « dans B12, =SOMME(B6:B11) »; '' where the list has gaps."""
        cells = sorted(self.figures.spots.values())
        rows, columns = {cell.row for cell in cells}, {cell.column for cell in cells}
        if (
            len(cells) != max(max(rows) - min(rows), max(columns) - min(columns)) + 1
            or min(len(rows), len(columns)) > 1
        ):
            return ""
        formula = in_french(f"=SUM({cells[0].cell}:{cells[-1].cell})", calc=self.figures.grid.calc)
        return f"dans {total.cell}, {formula}"

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
            told = f"{self._cell(key, spot)} contient {self._show(grid, spot)}, une valeur tapée ou collée"
            rival = self._rival_told()
            look = None if rival else self._formula_for(key, spot)
            under = [one for one in self.totals() if not (grid.live(one) or grid.in_pivot(one))]
            total = f" Le total, {under[0].cell}, est tapé aussi." if under else ""
            if look and under and (sums := self.sum_told(under[0])):
                look = f"{look} Écrivez ensuite, {sums}."
            where = grid.where(*(one for _, one in typed), *under)
            raise Failed(f"{told}{self._more(typed)}.{total}{rival}", expected, look, at=where)
        if empty:
            key, spot = empty[0]
            told = f"{self._cell(key, spot)} ne lit aucune cellule"
            raise Failed(f"{told}{self._more(empty)}.", expected, self._formula_for(key, spot), at=self._where(empty))

    @property
    def short_end(self) -> int:
        """The row before the last line where the ranges of its figures stop, the first of them; 0 when none does."""
        first, last = self._extraction.header + 1, self._extraction.last
        formulas = [spot for spot in self.figures.spots.values() if not self._pivot(spot)]
        ends = (place.bottom for spot in formulas for place in self._read(spot) if place.bottom > place.top)
        return next((end for end in ends if first <= end < last), 0)

    def stops(self, last: int) -> str:
        """Its figures whose ranges stop at a row, and what to write in them; '' when none does."""
        found = [
            (key, spot)
            for key, spot in self.figures.spots.items()
            if not self._pivot(spot) and any(place.top < place.bottom == last for place in self._read(spot))
        ]
        if not found:
            return ""
        spots = sorted(spot for _, spot in found)
        key, first = next(one for one in found if one[1] == spots[0])
        formula = self._written_for(key, first)
        where, kind = cells([spot.cell for spot in spots]), KINDS[self.what]
        again = f", puis recopiez-la ({where})" if len(spots) > 1 else ""
        return f"{kind} : dans {first.cell}, écrivez {formula}{again}." if formula else f"{kind} : {where}, à étendre."

    def _formula_for(self, key: str, spot: Spot) -> str | None:
        """What to write in place of a typed total, where its label is what a formula compares; None elsewhere."""
        formula = self._written_for(key, spot)
        return f"Dans {spot.cell}, écrivez {formula}, puis recopiez cette formule dans les autres." if formula else None

    def _written_for(self, key: str, spot: Spot) -> str:
        """The formula itself; '' elsewhere."""
        if self.figures.spots.get(key) != spot:  # the list has sorted itself anew
            return ""
        grid, label, pattern = self.figures.grid, self.figures.listing.labels[key], ""
        month = grid.value(label)
        if self.what == "by_month" and isinstance(month, date) and month.day == 1:
            pattern = f'=SUMIFS({{montant}},{{date}},">="&{label.cell},{{date}},"<"&EDATE({label.cell},1))'
        elif self.what == "by_customer" and self.figures.listing.down:
            row = (
                label._replace(column=column) for column in range(1, spot.column)
            )  # a name may stand beside its code
            code = next((one for one in row if grid.value(one) == key), None)
            pattern = f"=SUMIFS({{montant}},{{code_client}},{code.cell})" if code else ""
        elif self.what == "bases" and self.figures.listing.down:
            pattern = f"=SUMIFS({{montant}},{{taux}},{label.cell})"
        return self._extraction.formula(pattern) if pattern else ""

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
            why, look = self._explained(spot)
            if not why and (found := self._pivot(spot)):
                look = self._source_told(*found)[1]
            why = why or self._lack(spot, values, added) or self._typed_told(spot)
            told = f"Dans une copie, avec {told}, {self._cell(key, spot)} {became}{self._more(wrong)}.{why}"
            behind = self._precedents.typed_as(grid, spot, self._totals)
            because = [*(TYPED_TOTAL if behind in typed else []), *(told_by if self.copy_read(spot) else [])]
            look = look or self._formula_for(key, spot) or ""
            if self.what == "by_month" and (sheet := self.copy_read(spot)):
                look += (
                    f" Faites de même pour les clients et la TVA, s'ils lisent aussi {quote(sheet)} : leurs points attendent "
                    "celui-ci. Puis supprimez cette copie."
                )
            raise Failed(
                told, f"{self._words.each} suit les lignes.", look or None, at=self._where(wrong), because=because
            )

    # -- telling

    def _fits(self, grid: Grid, spot: Spot, key: str, wanted: Sequence[Mapping[str, float]]) -> bool:
        """Whether a cell shows one of these figures: what is not there is nothing, an error is no figure."""
        figures = [one[key] for one in wanted if key in one]
        seen = grid.number(spot)
        if seen is None:
            return not grid.fails(spot) and any(abs(one) < CENT and self._close(0.0, one) for one in figures)
        return any(self._close(seen, figure) for figure in figures)

    def _where(self, wrong: Sequence[tuple[str, Spot]]) -> Cells:
        return self.figures.grid.where(*(spot for _, spot in wrong))

    def _cell_alone(self, key: str, spot: Spot) -> str:
        return f"{spot.cell} ({self.label(key)})"

    def _cell(self, key: str, spot: Spot) -> str:
        formula = self.figures.grid.formula(spot)
        told = f", {self.figures.grid.said(spot)}," if formula else ""
        return f"{at(self.sheet, spot.cell)} ({self.label(key)}){told}"

    def label(self, key: str) -> str:
        """A key for a person; a code as its cell shows it, where it has lost its zeros."""
        spot = self.coded(key) if key in self.figures.listing.labels else None
        label = self._words.label(key)
        return label.replace(key, as_words(self.figures.grid.value(spot)), 1) if spot else label

    def coded(self, key: str) -> Spot | None:
        """The cell that gives a code, its zeros or not: its label or, as a name may stand beside it, one of its row."""
        label, grid = self.figures.listing.labels[key], self.figures.grid
        row = range(1, self.figures.spots[key].column) if self.figures.listing.down else ()
        places = [label, *(label._replace(column=column) for column in row)]
        return next((one for one in places if as_words(grid.value(one)).lstrip("0") == key.lstrip("0")), None)

    def _show(self, grid: Grid, spot: Spot) -> str:
        number = grid.number(spot)
        return self._words.figure(number) if number is not None else shown(grid.value(spot), calc=grid.calc)

    def _more(self, wrong: Sequence[tuple[str, Spot]]) -> str:
        if len(wrong) < 2:
            return ""
        whole = f" ({len(wrong)} cellules en tout)" if len(wrong) > MANY else ""
        return f" ; de même {cells([spot.cell for _, spot in wrong[1:]])}{whole}"

    def _lack(self, spot: Spot, values: Values, added: int | None) -> str:
        """Why lines more are not taken in: a range or a pivot stops before it, or it has nothing in a helper column."""
        if added is None:
            return ""
        read, noun = self._read(spot), "Le tableau croisé" if self._pivot(spot) else "La formule"
        if any(place.bottom == added - 1 for place in read):
            return f" {noun} lit jusqu'à la ligne {added - 1}, pas plus loin."
        empty = [
            letters(column)
            for column in self._extraction.others
            if any(place.left <= column <= place.right for place in read)
            and values[self._extraction.sheet, Spot(added, column).cell] in (None, "")
        ]
        if not empty:
            return ""
        return (
            f" {noun} lit la colonne {empty[0]}, qui est vide sous vos lignes : prenez cette colonne dans le "
            "tableau nommé, ou recopiez sa formule plus bas."
        )

    def _typed_told(self, spot: Spot) -> str:
        """What a figure reads instead of the extraction: a typed number, or another sheet's lines."""
        grid, labels = self.figures.grid, {(self.sheet, one) for one in self.figures.listing.labels.values()}
        if sheet := self.copy_read(spot):
            return self._elsewhere(spot, sheet)
        if typed := self._precedents.typed_as(grid, spot, [*self._totals, grid.number(spot) or 0.0]):
            return self._precedents.typed_told(grid, spot, typed)
        read = read_by(grid, spot, self._book)
        if any(self._own(place) for place in read):
            return ""
        named = [one for one in self._precedents.named(grid, spot) if one not in labels]
        if typed := next((one for one in named if self._precedents.is_typed(*one)), None):
            return self._precedents.typed_told(grid, spot, typed)
        others = [place.sheet for place in read if place.sheet and place.sheet.casefold() != self.sheet.casefold()]
        return self._elsewhere(spot, others[0]) if others else ""

    def _elsewhere(self, spot: Spot, sheet: str) -> str:
        noun = "Le tableau croisé" if self._pivot(spot) else "La formule"
        return f" {noun} lit la feuille {quote(sheet)}, pas vos lignes de {quote(self._extraction.sheet)}."

    def copy_read(self, spot: Spot) -> str:
        """The sheet whose lines a figure reads instead of the extraction's; '' when it reads those, or no list of cells."""
        read = read_by(self.figures.grid, spot, self._book)
        if self.what in ("shares", "ranks") or any(self._own(place) for place in read):
            return ""
        return next(
            (one.sheet for one in read if one.sheet and one.size > 1 and one.sheet.casefold() != self.sheet.casefold()),
            "",
        )

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

    def _named_column(self, spot: Spot) -> tuple[str, str] | None:
        """What a SUMIFS over a table adds up that is not the amounts, and what to write; None for any other formula."""
        summed = self.figures.grid.formula(spot).removeprefix("=SUMIFS(").partition(",")[0]
        head = Spot(self._extraction.header, self._extraction.columns["montant"])
        title, name = as_words(self._extraction.grid.value(head)), summed.partition("[")[2].removesuffix("]")
        titles = [
            as_words(self._extraction.grid.value(head._replace(column=one)))
            for one in self._extraction.columns.values()
        ]
        if not summed.endswith("]") or name == title or name not in titles:
            return None
        told = f" La formule additionne {quote(name)}, pas {quote(title)}."
        return told, f"Dans {spot.cell}, remplacez [{name}] par [{title}], puis recopiez la formule dans les autres."

    def _turned(self, spot: Spot) -> tuple[str, str] | None:
        """What a rank's formula does that ends with the order from the smallest on, and what to do; None for another."""
        formula = self.figures.grid.formula(spot).replace(" ", "").upper()
        end = next((end for end in ASCENDING if formula.endswith(f",{end})")), "")
        if self.what != "ranks" or not end or "RANK" not in formula:
            return None
        said = quote(f";{'1' if end == '1' else 'VRAI'}")
        return (
            f" Le {said} à la fin de RANG classe du plus petit au plus grand.",
            f"Enlevez ce {said} dans {spot.cell}, puis recopiez la formule dans toute la colonne : le plus grand total aura le rang 1.",
        )

    def _slid(self, spot: Spot) -> str:
        """The range of the next figure's formula that is this one's, one row lower; '' when none is, or this one reads it too."""
        if not self.figures.listing.down:
            return ""
        grid = self.figures.grid
        here = [place for place in read_by(grid, spot, self._book) if place.bottom > place.top]
        next_ = set(read_by(grid, spot._replace(row=spot.row + 1), self._book))
        lower = [one._replace(top=one.top + 1, bottom=one.bottom + 1) for one in here]
        return next((_name(place) for place in lower if place in next_ and place not in here), "")

    def _read(self, spot: Spot) -> list[Area]:
        """The areas of the extraction's sheet that a figure's formula, or its pivot, reads."""
        found = self._pivot(spot)
        read = self._source(*found) if found else read_by(self.figures.grid, spot, self._book)
        return [place for place in read if self._own(place)]

    def _pivot(self, spot: Spot) -> tuple[Grid, Pivot] | None:
        """The pivot that gives a figure, and its sheet: through a formula too, but for what is calculated of totals."""
        if self.what in ("shares", "ranks"):
            own = self.figures.grid.pivot(spot)
            return (self.figures.grid, own) if own else None
        return self._precedents.pivot(self.figures.grid, spot)

    def _source(self, grid: Grid, pivot: Pivot) -> list[Area]:
        """The areas that a pivot reads."""
        return areas(f"={pivot.source}", self._book, grid.name)

    def _own(self, place: Area) -> bool:
        return (place.sheet or "").casefold() == self._extraction.sheet.casefold()

    def hint(self, spot: Spot) -> str:
        """What a formula's ranges, or its pivot's source, explain; '' when they do not."""
        return self._explained(spot)[0]

    def _explained(self, spot: Spot) -> tuple[str, str]:
        """Why a figure may be wrong, by what it reads, and what to do about it; both '' when nothing tells."""
        if found := self._pivot(spot):
            return self._pivot_told(*found)
        if turned := self._turned(spot):
            return turned
        if slid := self._slid(spot):
            return f" La plage de la formule glisse d'une ligne à l'autre ({slid}) : fixez-la avec des $.", ""
        if named := self._named_column(spot):
            return named
        places = [place for place in self._read(spot) if place.bottom > place.top]
        first, last, column = self._extraction.header + 1, self._extraction.last, self._extraction.columns["montant"]
        whole = f"avec SOMME.SI.ENS, des colonnes entières ({letters(column)}:{letters(column)}) prennent aussi les lignes ajoutées."
        if short := [place for place in places if first <= place.bottom < last]:
            why = f" La plage s'arrête à la ligne {short[0].bottom} ; vos lignes vont jusqu'à la ligne {last}."
            return why, f"Étendez jusqu'à la ligne {last} les plages de cette formule et de ses voisines ; {whole}"
        if late := [place for place in places if first < place.top <= last]:
            why = f" La plage commence à la ligne {late[0].top} ; vos lignes commencent à la ligne {first}."
            return why, f"Reprenez les plages de cette formule et de ses voisines, fixées avec des $ ; {whole}"
        if places and not any(place.left <= column <= place.right for place in places):
            read = sorted({letters(place.left) for place in places})
            noun = "la colonne" if len(read) < 2 else "les colonnes"
            return f" La formule lit {noun} {some(read)}, pas la colonne {letters(column)} des montants.", ""
        if alone := _SHOWN_ALONE.search(self.figures.grid.formula(spot)):
            return f" {function_in_french(alone[1])} laisse de côté les lignes cachées : un filtre change ce total.", ""
        return "", ""

    def _pivot_told(self, grid: Grid, pivot: Pivot) -> tuple[str, str]:
        """The same of a pivot: its source, what it makes of the amounts, what it leaves out."""
        source, look = self._source_told(grid, pivot)
        if source:
            return source, look
        column = Spot(self._extraction.header, self._extraction.columns["montant"])
        title = as_words(self._extraction.grid.value(column))
        if pivot.values and (title, "sum") not in pivot.values:
            field, function = next((one for one in pivot.values if one[0] == title), pivot.values[0])
            does = "additionne" if function == "sum" else f"donne {PIVOTED.get(function, 'autre chose')} de"
            told = f" Le tableau croisé {does} {quote(field)} : il faut la somme de {quote(title)}."
            return told, f"Dans ses valeurs, mettez {quote(title)}, avec la fonction Somme, puis actualisez."
        if pivot.left_out:
            field, items = pivot.left_out[0]
            told = f" Un filtre du tableau croisé, sur {quote(field)}, laisse de côté {counted(len(items), 'valeur')}."
            return told, "Enlevez ce filtre, puis actualisez le tableau croisé."
        if self.what in ("shares", "ranks"):
            return "", ""
        look = "Actualisez le tableau croisé. Regardez ensuite sa source, ses filtres, et ce qu'il fait des montants : leur somme."
        return "", look

    def _source_told(self, grid: Grid, pivot: Pivot) -> tuple[str, str]:
        """Where the source of a pivot stops, '' when it takes every line, and how to make it longer."""
        first, last = self._extraction.header, self._extraction.last
        places = [place for place in self._source(grid, pivot) if self._own(place)]
        told = ""
        for place in places[:1]:
            name = at(self._extraction.sheet, _name(place))
            named = name if "!" in pivot.source else f"{quote(pivot.source)} ({name})"
            sheet = "" if grid.name == self.sheet else f" de la feuille {quote(grid.name)}"
            if first < place.bottom < last:
                told = f" Le tableau croisé{sheet} lit {named} ; vos lignes vont jusqu'à la ligne {last}."
            elif first < place.top <= last:
                told = f" Le tableau croisé{sheet} lit {named} ; vos titres sont à la ligne {first}."
            elif not place.left <= self._extraction.columns["montant"] <= place.right:
                column = letters(self._extraction.columns["montant"])
                told = f" Le tableau croisé{sheet} lit {named}, sans la colonne {column} des montants."
        sides = [*self._extraction.columns.values(), *self._extraction.others]
        wide = f"des colonnes entières ({letters(min(sides))}:{letters(max(sides))})"
        where = "LibreOffice : clic droit dans le tableau croisé, Propriétés, Source et destination."
        if not self.figures.grid.calc:
            where = f"Excel : Analyse du tableau croisé dynamique, Changer la source de données. {where}"
            wide = f"le tableau nommé ou {wide}"
        look = (
            f"Étendez sa source à toutes vos lignes, jusqu'à la ligne {last} au moins, puis actualisez-le. {where} Avec {wide}, il "
            "prend aussi les lignes ajoutées."
        )
        return told, look


def texts_told(extraction: Extraction) -> str:
    """What amounts that are texts do to a total; '' when none is."""
    column = extraction.columns["montant"]
    texts = [line.row for line in extraction.lines if isinstance(line.cells["montant"], str) and line.amount]
    if not texts:
        return ""
    first = extraction.grid.told(Spot(texts[0], column))
    noun = counted(len(texts), "montant est du texte", "montants sont du texte")
    return f" {noun} ({some([first, *(Spot(row, column).cell for row in texts[1:])], 3)}) : une somme les oublie."


def _name(place: Area) -> str:
    return f"{letters(place.left)}{place.top}:{letters(place.right)}{place.bottom}"
