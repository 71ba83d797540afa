"""What to write where a figure of a summary lacks, or is wrong: the formula itself, the row, the next step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from etabli.exam.contract.formulas import in_french
from etabli.exam.contract.french import cells, counted, some

from .blame import AFTER, RIGHT
from .causes import Causes
from .extraction import Extraction
from .finding import Figures
from .places import Spot
from .precedents import Precedents
from .wording import Wording

KINDS = {"by_month": "Mois", "by_customer": "Clients", "bases": "TVA"}


class Remedies:
    """What helps the figures of one summary.

    Args:
        figures: Where they are.
        what: The property of `Analysis` that they are.
        extraction: What formulas should read.
        precedents: What they depend on.
        causes: What they read.
        wording: How they are told.
    """

    def __init__(
        self,
        figures: Figures,
        what: str,
        extraction: Extraction,
        precedents: Precedents,
        causes: Causes,
        wording: Wording,
    ) -> None:
        self._figures = figures
        self._what = what
        self._extraction = extraction
        self._precedents = precedents
        self._causes = causes
        self._wording = wording

    # -- formulas

    def formula_for(self, key: str, spot: Spot) -> str | None:
        """What to write in place of a typed total, where its label is what a formula compares; None elsewhere."""
        formula = self.written_for(key, spot)
        return f"Dans {spot.cell}, écrivez {formula}, puis recopiez cette formule dans les autres." if formula else None

    def written_for(self, key: str, spot: Spot) -> str:
        """The formula itself; '' elsewhere."""
        if self._figures.spots.get(key) != spot:  # the list has sorted itself anew
            return ""
        grid, label, pattern = self._figures.grid, self._figures.listing.labels[key], ""
        month = grid.value(label)
        if self._what == "by_month" and isinstance(month, date) and month.day == 1:
            pattern = f'=SUMIFS({{montant}},{{date}},">="&{label.cell},{{date}},"<"&EDATE({label.cell},1))'
        elif self._what == "by_customer" and self._figures.listing.down:
            row = (
                label._replace(column=column) for column in range(1, spot.column)
            )  # a name may stand beside its code
            code = next((one for one in row if grid.value(one) == key), None)
            pattern = f"=SUMIFS({{montant}},{{code_client}},{code.cell})" if code else ""
        elif self._what == "bases" and self._figures.listing.down:
            pattern = f"=SUMIFS({{montant}},{{taux}},{label.cell})"
        return self._extraction.formula(pattern) if pattern else ""

    def sum_told(self, total: Spot) -> str:
        """What to write in its own total, for a sentence: « dans B12, =SOMME(B6:B11) »; '' where the list has gaps."""
        cells = sorted(self._figures.spots.values())
        rows, columns = {cell.row for cell in cells}, {cell.column for cell in cells}
        if (
            len(cells) != max(max(rows) - min(rows), max(columns) - min(columns)) + 1
            or min(len(rows), len(columns)) > 1
        ):
            return ""
        formula = in_french(f"=SUM({cells[0].cell}:{cells[-1].cell})", calc=self._figures.grid.calc)
        return f"dans {total.cell}, {formula}"

    def stops(self, last: int) -> str:
        """Its figures whose ranges stop at a row, and what to write in them; '' when none does."""
        found = [
            (key, spot)
            for key, spot in self._figures.spots.items()
            if not self._causes.pivot(spot)
            and any(place.top < place.bottom == last for place in self._causes.read(spot))
        ]
        if not found:
            return ""
        spots = sorted(spot for _, spot in found)
        key, first = next(one for one in found if one[1] == spots[0])
        formula = self.written_for(key, first)
        where, kind = cells([spot.cell for spot in spots]), KINDS[self._what]
        again = f", puis recopiez-la ({where})" if len(spots) > 1 else ""
        return f"{kind} : dans {first.cell}, écrivez {formula}{again}." if formula else f"{kind} : {where}, à étendre."

    def of_two(self) -> tuple[str, str] | None:
        """The one figure whose formula also compares the label of another row, and what to write in it; None without one."""
        if self._what != "by_customer" or not self._figures.listing.down:
            return None
        grid, codes = self._figures.grid, self._codes
        for key, spot in self._figures.spots.items():
            named = {place for name, place in self._precedents.named(grid, spot) if name == self._figures.grid.name}
            read = {place for place in named if place.column in codes and place.row != spot.row}
            formula = self.written_for(key, spot)
            if read and formula and any(place.row == spot.row for place in named):
                told = f" {self._wording.cell_alone(key, spot)} additionne aussi les lignes que désigne{'nt' * (len(read) > 1)} {some([place.cell for place in sorted(read)])}."
                return told, f"Dans {spot.cell}, gardez un seul client : {formula}."
        return None

    @property
    def _codes(self) -> set[int]:
        """The columns that tell whose each row is: of the labels, and of the codes beside them."""
        found = [self._figures.coded(key) for key in self._figures.listing.labels]
        return {spot.column for spot in (*found, *self._figures.listing.labels.values()) if spot}

    # -- rows

    def room(self) -> list[Spot]:
        """Where a list that a hand made has room: its gaps or else the cell after its last, free of a total's word."""
        labels, down, grid = list(self._figures.listing.labels.values()), self._figures.listing.down, self._figures.grid
        first, last = labels[0], labels[-1]
        gaps = (
            [Spot(row, first.column) for row in range(first.row, last.row)]
            if down
            else [Spot(first.row, column) for column in range(first.column, last.column)]
        )
        if (
            down
            and self._what == "by_customer"
            and (coded := [one for key in list(self._figures.listing.labels)[:1] if (one := self._figures.coded(key))])
        ):
            gaps = [spot._replace(column=coded[0].column) for spot in gaps]
        empty = [spot for spot in gaps if grid.value(spot) in (None, "")]
        after = last._replace(row=last.row + 1) if down else last._replace(column=last.column + 1)
        along = [spot for spot in grid.spots if (spot.row == after.row if down else spot.column == after.column)]
        return empty or ([] if any(grid.value(spot) not in (None, "") for spot in along) else [after])

    def added_by_hand(self, absent: Sequence[str]) -> str:
        """What to do for labels that lack in a list that a hand made; '' where the check's own advice says it."""
        if self._what not in RIGHT:
            return ""
        gap = [spot for spot in self.room() if spot.row < max(one.row for one in self._figures.spots.values())]
        if len(absent) == len(gap) == 1 and self._what == "by_customer" and self._figures.listing.down:
            return (
                f"La ligne {gap[0].row} est vide : écrivez {absent[0]} en {gap[0].cell}, puis recopiez-y les formules de la ligne "
                f"{gap[0].row - 1}. Vérifiez que le total additionne toute la liste."
            )
        those, its = ("le", "son") if len(absent) < 2 else ("les", "leur")
        code = f", par {its} code" if self._what == "by_customer" else ""
        return (
            f"Ajoutez-{those} à la liste{code}. Recopiez ensuite les formules des voisins, et vérifiez que le total additionne toute "
            "la liste."
        )

    def grows(self, number: int) -> str:
        """What happens beside a pivot that has more rows once its source is longer."""
        if self._what != "by_customer":
            return ""
        return (
            f"Il aura {counted(number, 'ligne')} de plus, et sa ligne de total sera plus bas : recopiez alors les formules qui sont à côté (parts, "
            "rangs), avec la nouvelle cellule du total."
        )

    def steps(self, *steps: str) -> str | None:
        """Where to look next: what is known to help, then what to read again; None for the check's own advice."""
        known = [step for step in steps if step]
        return " ".join([*known, *([AFTER[self._what]] if self._what in AFTER else [])]) if known else None
