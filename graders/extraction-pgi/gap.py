"""The gap between the extraction and the general ledger, in a workbook: both figures."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, TypeAlias

from etabli.exam import Failed
from etabli.exam.contract.formulas import in_french
from etabli.exam.contract.french import listed, quote
from etabli.exam.contract.words import fold

from .blame import TYPED_TOTAL
from .extraction import Extraction
from .formulas import is_calculated
from .grid import Grid
from .meaning import as_number, as_words, cents
from .places import Spot
from .precedents import Precedents, SheetSpot
from .said import amount, at, moved, shown
from .said import day as day_told
from .shape import Ledger, Period

if TYPE_CHECKING:
    from etabli.exam.contract.draw import Draw
    from etabli.exam.tools.book import Book
    from etabli.exam.tools.computed import Values
    from etabli.exam.tools.scenario import Edit

CENT = 0.006
_DATE = re.compile(r"\bDATE\((\d{4}),(\d{1,2}),(\d{1,2})\)")
"""A day that a formula writes out."""
TOTALS = 2
"""Numbers that a hand may have typed for a ledger without its lines: what is credited, what is debited."""
EXPECTED = (
    "Une formule : la cellule du total du grand livre moins celle du total de la synthèse, deux cellules calculées."
)
FIRST_STEP = (
    "Pas encore fait ? C'est la séance 6. Commencez dans Tryton, Financier ▸ Entrées ▸ Lignes d'écritures comptables, recherche "
    "« Compte.Code: 70% » (sans Tryton : donnees/lignes-d-ecritures-comptables.csv, comptes qui commencent par 70).\n"
    "1. Exportez Mouvement ▸ Numéro, Date effective, Compte, Débit et Crédit, dans cet ordre, dans une feuille « Ecritures » : la "
    "date y est en B, le débit en D et le crédit en E.\n"
    "2. Dans la synthèse, écrivez « Total du grand livre ». À droite, les crédits de la période, {credits}, moins la même somme "
    "avec D:D, les débits.\n"
    "3. Écrivez « Écart » et, à droite, une formule : ce total moins la cellule du total général."
)
_GAP_TOLD = "l'écart (le grand livre moins le total de la synthèse)"


@dataclass(frozen=True)
class Change:
    """Other amounts in the ledger's lines, and by how much its total is then more."""

    edits: Sequence[Edit]
    more: float
    told: str
    """What was changed in the period, in French."""


_Column: TypeAlias = tuple[str, int, dict[int, float], dict[int, set[str]]]
"""A column of numbers: its sheet, its place, the number of each row and the days beside it."""
_Rows: TypeAlias = dict[tuple[str, int], int]
"""The row of each day and amount in cents."""
SIDES = {"credit": 1, "debit": -1}
SIDES_TOLD = {"credit": "crédit", "debit": "débit"}
LEDGER, GAP = ("grand livre", "comptabilite", "compta"), ("ecart", "difference")


class Gap:
    """What a workbook says of the ledger.

    Args:
        grids: Its sheets.
        extraction: Whose cells are not looked at.
        truth: ``ledger`` of the variant.
        book: For tables and names.
        precedents: What its cells depend on.
        totals: What the total of the summary may be: by the candidate's own lines, or as the workbook shows it, so
            that a line or a total that is wrong costs once.
        period: What is looked at, first and last day.
    """

    def __init__(
        self,
        grids: Sequence[Grid],
        extraction: Extraction,
        truth: Ledger,
        book: Book,
        precedents: Precedents,
        totals: Sequence[float],
        period: Period,
    ) -> None:
        self._grids = grids
        self._period = period
        self._extraction = extraction
        self._truth = truth
        self._book = book
        self._precedents = precedents
        self._totals = totals
        self._labelled: dict[tuple[str, ...], list[Spot]] = {}
        """Those of a sheet that have some words: each trial asks for them again."""

    @property
    def begun(self) -> bool:
        """Whether a label names the ledger or the gap."""
        return any(self._labels(grid, (LEDGER[0], *GAP)) for grid in self._grids)

    @property
    def given(self) -> str:
        """A sentence with the gap that the workbook gives, and where.

        Raises:
            Failed: None is right.
        """
        grid, spot = self._gaps()[0]
        return f" L'écart est dans {grid.told(spot)} : {amount(grid.number(spot) or 0)}."

    def expect_figures(self) -> None:
        """The ledger's total and the gap are there, right, and calculated."""
        ledgers = self._ledgers()
        grid, spot = self._gaps(ledgers[0])[0]
        if not is_calculated(grid, spot, self._book):
            # An amount that happens to be the gap, in a list, is not where a formula means to give it.
            if meant := self._calculated(GAP):
                raise self._wrong(*meant, _GAP_TOLD)
            raise Failed(
                f"L'écart est tapé dans {grid.told(spot)} ({amount(grid.number(spot) or 0)}).",
                EXPECTED,
                f"Soustrayez deux cellules calculées : celle du grand livre ({ledgers[0][0].told(ledgers[0][1])}) et celle du total de la "
                "synthèse.",
                at=grid.where(spot),
            )
        if not any(self._sums_lines(*one) for one in ledgers):
            grid, spot = ledgers[0]
            said = grid.said(spot)
            raise Failed(
                f"{grid.told(spot)}, {said}, montre le total du grand livre sans lire la plupart des lignes de Tryton."
                if said
                else f"Le total du grand livre est tapé dans {grid.told(spot)} ({amount(grid.number(spot) or 0)}).",
                "Une formule qui additionne les lignes du grand livre : crédits moins débits, dans la période.",
                "Mettez les lignes de Tryton, une par écriture, dans une feuille à elles (séance 6, étape 3), et additionnez-les.",
                at=grid.where(spot),
            )

    def expect_follows(
        self, values: Values, totals: Sequence[float], told: str, typed: Collection[SheetSpot] = ()
    ) -> None:
        """After a change of the lines, the gap is the ledger less the total.

        Args:
            values: What the office computed after the change.
            totals: What the total may be: by the changed lines, or as the workbook itself then shows it, so that a
                total that does not follow costs once.
            told: What was changed, in French.
            typed: The grand totals that a hand typed: `total` tells those.
        """
        ledger = float(self._truth.total)
        cells = self._gaps()
        now = [grid.under(values).number(spot) for grid, spot in cells]
        if not any(abs(abs(one) - abs(ledger - total)) < CENT for one in now if one is not None for total in totals):
            grid, spot = cells[0]
            behind = self._precedents.typed_as(grid, spot, self._totals)
            raise Failed(
                f"Dans une copie, avec {told}, {grid.told(spot)}, {grid.said(spot)}, {moved(shown(grid.number(spot)), shown(now[0]))} : "
                f"l'écart ne suit pas le total de la synthèse.{self._precedents.typed_told(grid, spot, behind)}",
                EXPECTED,
                "La formule de l'écart doit lire la cellule du total calculé, pas un nombre recopié.",
                at=grid.where(spot),
                because=TYPED_TOTAL if behind in typed else [],
            )

    def change(self, draw: Draw) -> Change | None:
        """More in a credit of the ledger's lines and more, or less, in a debit, and in lines out of the period.

        The ledger's total is then so much more. None where no line of Tryton's is surely known: by its day and its amount,
        which no other of the sheet has. A side of which none is, even beside what the total reads, stays as it is; so does
        the other side of one column for both, with its signs.
        """
        booked = [*self._booked()]
        sides = {side: self._known(booked, side) for side in SIDES}
        sheets = {column[0] for columns in sides.values() for column, _ in columns if min(column[2].values()) > 0}
        if (
            sheets
            and not all(sides.values())
            and not any(len(one[2]) > TOTALS for one in booked if one[0] not in sheets)
        ):
            beside = [*self._beside(sheets, booked)]
            sides = {side: columns or self._known(beside, side) for side, columns in sides.items()}
        less = draw.between(101, 4_999)
        steps = draw.shuffled([less, less + draw.between(101, 4_999)])
        edits: list[Edit] = []
        more, told = 0.0, list[tuple[str, str]]()
        for (side, sign), step in zip(SIDES.items(), steps, strict=True):
            if found := self._more(sides[side], step, draw):
                edits += found
                more += sign * step
                told.append((SIDES_TOLD[side], at(found[0].sheet, found[0].cell)))
        if not edits:
            return None
        what = " et ".join(f"un {word}" for word, _ in told)
        several = "s" if len(told) > 1 else ""
        return Change(edits, more, f"{what} du grand livre changé{several} ({listed([place for _, place in told])})")

    def _known(self, columns: Sequence[_Column], side: str) -> list[tuple[_Column, _Rows]]:
        """The columns that have most of the amounts of the period on one side, and the row of each that is surely known."""
        first, last = self._period["from"], self._period["to"]
        amounts = Counter((line.date, cents(float(getattr(line, side)))) for line in self._truth.lines)
        known = [one for one, times in amounts.items() if times == 1 and one[1] > 0 and first <= one[0] <= last]
        found = []
        for column in columns:
            rows: dict[tuple[str, int], list[int]] = {}
            for row, number in column[2].items():
                for day in column[3][row]:
                    rows.setdefault((day, cents(abs(number))), []).append(row)
            sure = {one: same[0] for one in known if len(same := rows.get(one, [])) == 1}
            if 2 * len(sure) > len(known):  # a list of the entries that make the gap has a few
                found.append((column, sure))
        return found

    def _more(self, found: Sequence[tuple[_Column, _Rows]], step: float, draw: Draw) -> list[Edit]:
        """More in a line that all these columns know, and half as much in one out of the period; nothing without one."""
        first, last = self._period["from"], self._period["to"]
        both = [one for one in (found[0][1] if found else ()) if all(one in sure for _, sure in found)]
        if not both:
            return []
        line, edits = draw.one(both), []
        for (sheet, column, numbers, days), sure in found:  # a copy of the lines, for one: the same in each
            signed = math.copysign(step, numbers[sure[line]])
            out = [row for row in numbers if days[row] and not any(first <= day <= last for day in days[row])]
            for row, more in ((sure[line], signed), *((row, signed / 2) for row in draw.shuffled(out)[:1])):
                edits.append(self._precedents.renumbered((sheet, Spot(row, column)), more))
        return edits

    def _booked(self) -> Iterator[_Column]:
        """Each column of typed numbers behind the ledger's totals."""
        return self._columns(
            place
            for grid, spot in self._ledgers()
            for place in self._precedents.typed(grid, [spot])
            if place[0] != self._extraction.sheet
        )

    def _beside(self, sheets: Collection[str], booked: Sequence[_Column]) -> Iterator[_Column]:
        """Each other column of typed numbers in some sheets."""
        read = {(name, column) for name, column, *_ in booked}
        return self._columns(
            (grid.name, spot)
            for grid in self._grids
            if grid.name in sheets
            for spot in grid.spots
            if (grid.name, spot.column) not in read and not grid.live(spot)
        )

    def _columns(self, places: Iterable[SheetSpot]) -> Iterator[_Column]:
        by_name = {grid.name: grid for grid in self._grids}
        columns: dict[tuple[str, int], dict[int, float]] = {}
        for name, place in places:
            if number := as_number(by_name[name].value(place)):
                columns.setdefault((name, place.column), {})[place.row] = number
        for (name, column), numbers in columns.items():
            others = [one for one in range(1, by_name[name].width + 1) if one != column]
            days = {
                row: {day.isoformat() for one in others if (day := self._precedents.day(name, Spot(row, one)))}
                for row in numbers
            }
            yield name, column, numbers, days

    def expect_changed(self, values: Values, change: Change, totals: Sequence[float] = ()) -> None:
        """After a change of the ledger's lines, its total is so much more, and so is the gap less the total of the summary.

        Args:
            values: What the office computed after the change.
            change: Of the ledger.
            totals: What the total may then be, as in `expect_follows`, where lines of the extraction have changed too.
        """
        ledger, now_total = float(self._truth.total) + change.more, totals or self._totals
        own = float(self._truth.gap) + change.more - (now_total[0] - self._totals[0])
        gaps = [*(ledger - total for total in now_total), own]
        for cells, wanted in ((self._ledgers(), [ledger]), (self._gaps(), gaps)):
            now = [grid.under(values).number(spot) for grid, spot in cells]
            if any(abs(abs(one) - abs(figure)) < CENT for one in now if one is not None for figure in wanted):
                continue
            (grid, spot), seen = cells[0], now[0]
            if seen != grid.number(spot) and self._precedents.pivoted(grid, spot):
                continue
            became = moved(
                shown(grid.number(spot)), shown(seen), amount(wanted[0] * (-1 if (grid.number(spot) or 0.0) < 0 else 1))
            )
            raise Failed(
                f"Dans une copie, avec {change.told}, {grid.told(spot)}, {grid.said(spot)}, {became}.",
                "Le total du grand livre additionne ses lignes de la période, et elles seules ; l'écart le lit.",
                "Aucun nombre tapé dans ces deux formules. Changez vous-même un crédit, puis un débit, dans une copie : les deux cellules bougent d'autant.",
                at=grid.where(spot),
            )

    def told(self) -> dict[tuple[str, str], str]:
        """Sheet and cell of both figures, and what they are."""
        both = ((self._ledgers()[0], "total du grand livre"), (self._gaps()[0], "écart"))
        return {(grid.name, spot.cell): what for (grid, spot), what in both}

    def _ledgers(self) -> list[tuple[Grid, Spot]]:
        """The cells that give the ledger's total."""
        what = "le total du grand livre"
        more = (
            ""
            if any(self._labels(grid, GAP) for grid in self._grids)
            else " ; à côté du mot « Écart », une autre avec l'écart"
        )
        return self._find(what, LEDGER, [float(self._truth.total)], self._first_step(), more)

    def _first_step(self) -> str:
        """What to do first, with a formula to be typed as it is."""
        first, last = (date.fromisoformat(self._period[end]) for end in ("from", "to"))
        tested = "".join(
            f',Ecritures!B:B,"{sign}"&DATE({day.year},{day.month},{day.day})'
            for sign, day in ((">=", first), ("<=", last))
        )
        calc = any(grid.calc for grid in self._grids)
        return FIRST_STEP.format(credits=in_french(f"=SUMIFS(Ecritures!E:E{tested})", calc=calc))

    def _sums_lines(self, grid: Grid, spot: Spot) -> bool:
        """Whether most lines of the ledger are behind a cell: totals of accounts that a hand typed are none."""
        first, last = self._period["from"], self._period["to"]
        amounts = [float(line.credit) or float(line.debit) for line in self._truth.lines if first <= line.date <= last]
        lost = self._precedents.lacking(grid, [spot], amounts)
        return 2 * lost <= len(amounts) and len(self._precedents.numbers(grid, [spot])) > TOTALS

    def _gaps(self, ledger_at: tuple[Grid, Spot] | None = None) -> list[tuple[Grid, Spot]]:
        """The cells that give the gap: of Tryton, or of the workbook's own total."""
        minus = f"{ledger_at[0].told(ledger_at[1])} (le grand livre)" if ledger_at else "la cellule du grand livre"
        step = (
            f"Écrivez « Écart » dans une cellule de la synthèse et, à droite, une formule : {minus} moins la cellule du total "
            "général."
        )
        ledger = float(self._truth.total)
        own = [gap for total in self._totals if abs(gap := ledger - total) >= CENT]
        return self._find(_GAP_TOLD, GAP, [float(self._truth.gap), *own], step)

    def _find(
        self, what: str, words: Sequence[str], wanted: Sequence[float], step: str, more: str = ""
    ) -> list[tuple[Grid, Spot]]:
        """The cells that give a figure, beside or under a label that names it, live ones first.

        Raises:
            Failed: No label names it, or no figure near one is right; the right figure is not told.
        """
        expected = f"À côté de son étiquette, une cellule avec {what}{more}."
        labels = [(grid, spot) for grid in self._grids for spot in self._labels(grid, words)]
        if not labels:
            neither = " ; aucune ne dit l'écart" if more else ""
            raise Failed(f"Aucune cellule ne dit {what}{neither}.", expected, step)
        figures = [(grid, near) for grid, spot in labels for near in _near(grid, spot)]
        right = [
            (grid, near)
            for grid, near in figures
            if any(abs(abs(grid.number(near) or 0) - abs(one)) < CENT for one in wanted)
        ]
        if not right:
            grid, spot = next(((grid, spot) for grid, spot in labels if _beside(grid, spot)), labels[0])
            if beside := _beside(grid, spot):
                raise self._wrong(grid, beside[0], what)
            raise Failed(
                f"À côté de {quote(as_words(grid.value(spot)))} ({grid.told(spot)}), on ne lit pas {what}.",
                expected,
                at=grid.where(spot),
            )
        return sorted(right, key=lambda one: not one[0].live(one[1]))

    def _wrong(self, grid: Grid, spot: Spot, what: str) -> Failed:
        """The failure of a cell that gives another figure; the right one is not told."""
        formula = f", {grid.said(spot)}," if grid.formula(spot) else ""
        told = f"{grid.told(spot)}{formula} montre {amount(grid.number(spot) or 0)} : ce n'est pas {what}."
        why, look = self._dated(grid, spot)
        return Failed(f"{told}{why}", f"Une cellule avec {what}, et son étiquette à côté.", look, at=grid.where(spot))

    def _dated(self, grid: Grid, spot: Spot) -> tuple[str, str | None]:
        """Which day of a formula is not that of the period, how much lacks for it, and what to write; '' and None without one.

        What lacks is told where it explains the whole difference.
        """
        first, last = (date.fromisoformat(self._period[end]) for end in ("from", "to"))
        formula = grid.formula(spot)
        days = [(found[0], day) for found in _DATE.finditer(formula) if (day := _day_of(found))]
        fitting = (first, last, first - timedelta(1), last + timedelta(1))
        other = [(text, day) for text, day in days if day not in fitting]
        if not other or (grid.number(spot) or 0.0) == 0.0:
            return "", None
        text, day = other[0]
        start = abs((day - first).days) < abs((day - last).days)
        end = first if start else last
        verb, edge = ("part", "commence") if start else ("s'arrête", "finit")
        side = "du" if start else "au"
        told = f" La formule {verb} {side} {day_told(day)} ; la période {edge} le {day_told(end)}"
        between = [
            line for line in self._truth.lines if min(day, end).isoformat() <= line.date <= max(day, end).isoformat()
        ]
        inside = [
            line
            for line in between
            if first.isoformat() <= line.date <= last.isoformat() and line.date != day.isoformat()
        ]
        lacks = sum(float(line.credit) - float(line.debit) for line in inside)
        if abs((grid.number(spot) or 0.0) + lacks - float(self._truth.total)) < CENT:
            told += f" : il y manque {amount(lacks)}"
        times = formula.count(text)
        calc = grid.calc
        wrong, right = (
            in_french(f"={one}", calc=calc)[1:] for one in (text, f"DATE({end.year},{end.month},{end.day})")
        )
        often = f", {times} fois dans la formule" if times > 1 else ""
        return f"{told}.", f"Remplacez {wrong} par {right}{often}. Votre note cite-t-elle l'écart ? Reprenez-la aussi."

    def _calculated(self, words: Sequence[str]) -> tuple[Grid, Spot] | None:
        """The first calculated cell on the right of a label that has one of these words."""
        return next(
            (
                (grid, near)
                for grid in self._grids
                for spot in self._labels(grid, words)
                for near in _beside(grid, spot)
                if is_calculated(grid, near, self._book)
            ),
            None,
        )

    def _labels(self, grid: Grid, words: Sequence[str]) -> list[Spot]:
        if (known := (grid.name, *words)) not in self._labelled:
            self._labelled[known] = [
                spot
                for spot in grid.spots
                if not self._extraction.holds(grid, spot)
                and any(f" {word}" in f" {fold(grid.text(spot))}" for word in words)
            ]
        return self._labelled[known]


def _day_of(found: re.Match[str]) -> date | None:
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        return None


def _near(grid: Grid, spot: Spot) -> list[Spot]:
    """Cells with a number on the right of a label, or under it."""
    under = [Spot(row, spot.column) for row in range(spot.row + 1, min(grid.height, spot.row + 4) + 1)]
    return [*_beside(grid, spot), *(place for place in under if grid.number(place) is not None)]


def _beside(grid: Grid, spot: Spot) -> list[Spot]:
    """Cells with a number on the right of a label."""
    right = (Spot(spot.row, column) for column in range(spot.column + 1, min(grid.width, spot.column + 6) + 1))
    return [place for place in right if grid.number(place) is not None]
