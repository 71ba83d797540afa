"""Why a figure of a summary may be wrong: what its formula, or its pivot, reads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from etabli.exam.contract.formulas import function_in_french
from etabli.exam.contract.french import counted, quote, some

from .extraction import Extraction
from .finding import Figures
from .formulas import areas, read_by
from .grid import Grid
from .meaning import as_words
from .places import Area, Spot, letters
from .precedents import Precedents
from .said import at

if TYPE_CHECKING:
    from etabli.exam.tools.book import Book, Pivot
    from etabli.exam.tools.computed import Values

_SHOWN_ALONE = re.compile(r"\b(SUBTOTAL|AGGREGATE)\s*\(", re.IGNORECASE)
"""They leave out what a filter, or a hand, has hidden."""
ASCENDING = ("1", "TRUE", "TRUE()")
"""The third argument of RANK that turns it upside down."""
PIVOTED = {
    "count": "le nombre", "countNums": "le nombre", "average": "la moyenne", "max": "le maximum", "min": "le minimum",
    "product": "le produit",
}  # fmt: skip
"""What a pivot gives instead of a sum."""


class Causes:
    """What the figures of one summary read.

    Args:
        figures: Where they are.
        what: The property of `Analysis` that they are.
        extraction: What they should read.
        book: For tables and names.
        precedents: What they depend on.
        totals: What the lines add up to, which a hand may have typed.
    """

    def __init__(
        self,
        figures: Figures,
        what: str,
        extraction: Extraction,
        book: Book,
        precedents: Precedents,
        totals: Sequence[float],
    ) -> None:
        self._figures = figures
        self._what = what
        self._extraction = extraction
        self._book = book
        self._precedents = precedents
        self._totals = totals

    # -- what is read

    def read(self, spot: Spot) -> list[Area]:
        """The areas of the extraction's sheet that a figure's formula, or its pivot, reads."""
        found = self.pivot(spot)
        read = self._source(*found) if found else read_by(self._figures.grid, spot, self._book)
        return [place for place in read if self._own(place)]

    def pivot(self, spot: Spot) -> tuple[Grid, Pivot] | None:
        """The pivot that gives a figure, and its sheet: through a formula too, but for what is calculated of totals."""
        if self._what in ("shares", "ranks"):
            own = self._figures.grid.pivot(spot)
            return (self._figures.grid, own) if own else None
        return self._precedents.pivot(self._figures.grid, spot)

    def _source(self, grid: Grid, pivot: Pivot) -> list[Area]:
        """The areas that a pivot reads."""
        return areas(f"={pivot.source}", self._book, grid.name)

    def _own(self, place: Area) -> bool:
        return (place.sheet or "").casefold() == self._extraction.sheet.casefold()

    def copy_read(self, spot: Spot) -> str:
        """The sheet whose lines a figure reads instead of the extraction's; '' when it reads those, or no list of cells."""
        read = read_by(self._figures.grid, spot, self._book)
        if self._what in ("shares", "ranks") or any(self._own(place) for place in read):
            return ""
        return next(
            (
                one.sheet
                for one in read
                if one.sheet and one.size > 1 and one.sheet.casefold() != self._figures.grid.name.casefold()
            ),
            "",
        )

    @property
    def short_end(self) -> int:
        """The row before the last line where the ranges of its figures stop, the first of them; 0 when none does."""
        first, last = self._extraction.header + 1, self._extraction.last
        formulas = [spot for spot in self._figures.spots.values() if not self.pivot(spot)]
        ends = (place.bottom for spot in formulas for place in self.read(spot) if place.bottom > place.top)
        return next((end for end in ends if first <= end < last), 0)

    # -- what that explains

    def hint(self, spot: Spot) -> str:
        """What a formula's ranges, or its pivot's source, explain; '' when they do not."""
        return self.explained(spot)[0]

    def explained(self, spot: Spot) -> tuple[str, str]:
        """Why a figure may be wrong, by what it reads, and what to do about it; both '' when nothing tells."""
        if found := self.pivot(spot):
            return self._pivot_told(*found)
        if turned := self._turned(spot):
            return turned
        if slid := self._slid(spot):
            return f" La plage de la formule glisse d'une ligne à l'autre ({slid}) : fixez-la avec des $.", ""
        if named := self._named_column(spot):
            return named
        places = [place for place in self.read(spot) if place.bottom > place.top]
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
        if alone := _SHOWN_ALONE.search(self._figures.grid.formula(spot)):
            return f" {function_in_french(alone[1])} laisse de côté les lignes cachées : un filtre change ce total.", ""
        return "", ""

    def _turned(self, spot: Spot) -> tuple[str, str] | None:
        """What a rank's formula does that ends with the order from the smallest on, and what to do; None for another."""
        formula = self._figures.grid.formula(spot).replace(" ", "").upper()
        end = next((end for end in ASCENDING if formula.endswith(f",{end})")), "")
        if self._what != "ranks" or not end or "RANK" not in formula:
            return None
        said = quote(f";{'1' if end == '1' else 'VRAI'}")
        return (
            f" Le {said} à la fin de RANG classe du plus petit au plus grand.",
            f"Enlevez ce {said} dans {spot.cell}, puis recopiez la formule dans toute la colonne : le plus grand total aura le rang 1.",
        )

    def _slid(self, spot: Spot) -> str:
        """The range of the next figure's formula that is this one's, one row lower; '' when none is, or this one reads it too."""
        if not self._figures.listing.down:
            return ""
        grid = self._figures.grid
        here = [place for place in read_by(grid, spot, self._book) if place.bottom > place.top]
        next_ = set(read_by(grid, spot._replace(row=spot.row + 1), self._book))
        lower = [one._replace(top=one.top + 1, bottom=one.bottom + 1) for one in here]
        return next((_name(place) for place in lower if place in next_ and place not in here), "")

    def _named_column(self, spot: Spot) -> tuple[str, str] | None:
        """What a SUMIFS over a table adds up that is not the amounts, and what to write; None for any other formula."""
        summed = self._figures.grid.formula(spot).removeprefix("=SUMIFS(").partition(",")[0]
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

    def _pivot_told(self, grid: Grid, pivot: Pivot) -> tuple[str, str]:
        """The same of a pivot: its source, what it makes of the amounts, what it leaves out."""
        source, look = self.source_told(grid, pivot)
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
        if self._what in ("shares", "ranks"):
            return "", ""
        look = "Actualisez le tableau croisé. Regardez ensuite sa source, ses filtres, et ce qu'il fait des montants : leur somme."
        return "", look

    def source_told(self, grid: Grid, pivot: Pivot) -> tuple[str, str]:
        """Where the source of a pivot stops, '' when it takes every line, and how to make it longer."""
        first, last = self._extraction.header, self._extraction.last
        places = [place for place in self._source(grid, pivot) if self._own(place)]
        told = ""
        for place in places[:1]:
            name = at(self._extraction.sheet, _name(place))
            named = name if "!" in pivot.source else f"{quote(pivot.source)} ({name})"
            sheet = "" if grid.name == self._figures.grid.name else f" de la feuille {quote(grid.name)}"
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
        if not self._figures.grid.calc:
            where = f"Excel : Analyse du tableau croisé dynamique, Changer la source de données. {where}"
            wide = f"le tableau nommé ou {wide}"
        look = (
            f"Étendez sa source à toutes vos lignes, jusqu'à la ligne {last} au moins, puis actualisez-le. {where} Avec {wide}, il "
            "prend aussi les lignes ajoutées."
        )
        return told, look

    # -- what it explains once lines have changed

    def lack(self, spot: Spot, values: Values, added: int | None) -> str:
        """Why lines more are not taken in: a range or a pivot stops before it, or it has nothing in a helper column."""
        if added is None:
            return ""
        read, noun = self.read(spot), "Le tableau croisé" if self.pivot(spot) else "La formule"
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

    def typed_told(self, spot: Spot) -> str:
        """What a figure reads instead of the extraction: a typed number, or another sheet's lines."""
        grid, labels = (
            self._figures.grid,
            {(self._figures.grid.name, one) for one in self._figures.listing.labels.values()},
        )
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
        others = [
            place.sheet
            for place in read
            if place.sheet and place.sheet.casefold() != self._figures.grid.name.casefold()
        ]
        return self._elsewhere(spot, others[0]) if others else ""

    def _elsewhere(self, spot: Spot, sheet: str) -> str:
        noun = "Le tableau croisé" if self.pivot(spot) else "La formule"
        return f" {noun} lit la feuille {quote(sheet)}, pas vos lignes de {quote(self._extraction.sheet)}."


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
