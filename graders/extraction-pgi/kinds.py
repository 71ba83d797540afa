"""The extraction's cells have the type of what they hold, and its rows are those of one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from etabli.exam import Failed
from etabli.exam.contract.formulas import in_french
from etabli.exam.contract.french import cells, counted, listed, quote, rows

from .extraction import Extraction, day_of
from .meaning import as_words, is_number
from .places import Spot, letters

NUMBERS = ("montant", "quantite", "taux")
CODES = ("numero", "code_client", "compte")
CODED = (
    "Pour le voir, écrivez =ESTTEXTE({cell}) dans une cellule libre : la réponse est FAUX. Donner après coup le format Texte ou 00000 "
    "n'y change rien. Importez de nouveau le fichier, avec le type « Texte » pour {those}."
)
"""A format makes a number look like a text."""
_NO_DAY = (
    "Ce nombre s'aligne à droite comme une date, mais n'en est pas une : avec le format Date, on n'y lit pas le jour de la facture. "
    "Importez de nouveau le fichier, avec le type « Date » pour cette colonne."
)
_READ_AS_DATE = (
    "Le tableur a pris ce nombre pour une date, qui s'aligne aussi à droite. Importez de nouveau le fichier, avec le séparateur "
    "décimal « . » : changer le format ne rend pas le nombre."
)
"""What stands at the right of its cell like what is asked for, and is something else."""


_TEXT_FORMAT = "Donnez d'abord le format Nombre à ces cellules (Format de cellule, Ctrl+1) : avec le format Texte, un nombre qu'on retape reste un texte. "
_AGAIN = "Puis importez de nouveau le fichier, ou (Excel) Données ▸ Convertir, (LibreOffice) Données ▸ Texte en colonnes, colonne par colonne."
ORDERS = {"JMA": "jour/mois/année", "AMJ": "année-mois-jour", "MJA": "mois/jour/année"}
FEW = 5
"""So many cells that are texts were typed or pasted one by one: no import made them."""
CUTS = ("MID", "LEFT", "RIGHT")


class Kinds:
    """The types of an extraction's cells.

    Args:
        extraction: As read.
        titles: Identifier → title of the column.
    """

    def __init__(self, extraction: Extraction, titles: Mapping[str, str]) -> None:
        self.extraction = extraction
        self._titles = titles

    def expect_dates(self) -> None:
        """Dates are dates; a serial number is one, whose format is `formats`'s to tell."""
        self._expect(("date",), lambda value: type(value) is not str and day_of(value) is not None, "n'est pas une date",
                     "ne sont pas des dates", "De vraies dates, que le tableur sait trier et additionner.")  # fmt: skip

    def expect_numbers(self) -> None:
        """Amounts, quantities and rates are numbers."""
        self._expect(NUMBERS, is_number, "n'est pas un nombre", "ne sont pas des nombres",
                     "De vrais nombres : le tableur les aligne à droite et sait les additionner.")  # fmt: skip

    def expect_codes(self) -> None:
        """Numbers of invoices, codes and accounts are text, with their zeros."""
        self._expect(CODES, lambda value: type(value) is str, "n'est pas du texte", "ne sont pas du texte",
                     "Du texte : un code ne s'additionne pas, et ses zéros comptent.", calc=CODED)  # fmt: skip

    def expect_one_table(self) -> None:
        """One row of titles, then lines without a hole or a total."""
        expected = "Une ligne de titres, puis les lignes qui se suivent ; les totaux sont dans la synthèse."
        found = self.extraction
        for numbers, noun, plural, look in (
            (found.totals, "ligne de total", "lignes de total", "Déplacez les totaux dans la feuille de la synthèse."),
            (found.repeated, "ligne de titres répétée", "lignes de titres répétées", "Gardez les titres de la première ligne, et elle seule."),
            ([row for row in found.blanks if row not in found.repeated], "ligne vide ou sans facture", "lignes vides ou sans facture",
             "Supprimez ces lignes : clic droit sur leur numéro, puis supprimer."),
        ):  # fmt: skip
            if numbers:
                spots = [Spot(row, found.columns["montant"]) for row in numbers]
                told = f"{counted(len(numbers), noun, plural)} parmi les lignes (feuille {quote(found.sheet)}, {rows(numbers)})."
                raise Failed(told, expected, look, at=found.grid.where(*spots))

    def _in_text_format(self, odd: Mapping[str, Sequence[tuple[Spot, Any]]]) -> str:
        """Names the texts whose cells have the format of a text, in a sentence; '' when none has."""
        grid, all_ = self.extraction.grid, [one for places in odd.values() for one in places]
        kept = [spot.cell for spot, held in all_ if type(held) is str and grid.cell(spot).format.kind == "text"]
        return f" Format de cellule Texte : {cells(kept)}." if kept else ""

    def _few(self, odd: Mapping[str, Sequence[tuple[Spot, Any]]]) -> str | None:
        """What to do where a few cells of one column are texts among numbers: they were typed or pasted; None elsewhere."""
        (_, wrong), *others = odd.items()
        rest = len(self.extraction.lines) - len(wrong)
        if others or not len(wrong) <= FEW < rest:
            return None
        told = cells([spot.cell for spot, _ in wrong])
        those, verb = ("seule", "est") if len(wrong) < 2 else ("seules", "sont")
        return (
            f"Les {rest} autres cellules sont des nombres ; {those} {told} {verb} du texte. Retapez-y le nombre de Tryton, sans espace ni "
            "« € ». Vos totaux, l'écart et la note peuvent changer : relisez-les."
        )

    def _dated(self, cells: Sequence[tuple[Spot, Any]]) -> str | None:
        """What to do for dates that are texts: the type that reads them, then the columns that cut these texts."""
        order = _order([as_words(value) for _, value in cells])
        if not order:
            return None
        date_, found = cells[0][0], self.extraction
        look = f"Ces textes sont écrits {ORDERS[order]} : refaites l'importation, avec le type « Date ({order}) » pour cette colonne."
        cuts = [
            (column, title)
            for column, title in found.others.items()
            if any(f"{word}(" in found.grid.formula(date_._replace(column=column)).upper() for word in CUTS)
        ]
        for column, title in cuts[:1]:
            example = in_french(
                f'=TEXT({date_.cell},"{"AAAA-MM" if found.grid.calc else "aaaa-mm"}")', calc=found.grid.calc
            )
            name = quote(title) if title else letters(column)
            look += (
                f" La formule de votre colonne {name} ({letters(column)}{date_.row} à {letters(column)}{found.last}) découpe ces textes : "
                f"refaites-la ensuite, par exemple {example}, sinon des totaux tombent à 0."
            )
        return look

    def _expect(
        self, names: Sequence[str], fits: Callable[[Any], bool], one: str, many: str, expected: str, *, calc: str = ""
    ) -> None:
        if not any(name in self.extraction.columns for name in names):
            titles = listed((quote(self._titles[name]) for name in names), "ni")
            raise Failed(
                f"L'extraction n'a pas de colonne {titles}.",
                expected,
                "Ajoutez ce champ dans la fenêtre d'export de Tryton, ou redonnez à la colonne le titre de l'énoncé.",
            )
        odd: dict[str, list[tuple[Spot, Any]]] = {}
        for name in names:
            column = self.extraction.columns.get(name)
            cells = (
                [] if column is None else [(Spot(line.row, column), line.cells[name]) for line in self.extraction.lines]
            )
            wrong = [(spot, value) for spot, value in cells if as_words(value) != "" and not fits(value)]
            if wrong:
                odd[name] = wrong
        if odd:
            told = [
                f"{quote(self._titles[name])} : {counted(len(places), f'cellule {one}', f'cellules {many}')} "
                f"({self.extraction.grid.told(places[0][0])} : {_content(places[0][1])})"
                for name, places in odd.items()
            ]
            spot, first = next(iter(odd.values()))[0]
            kept = self._in_text_format(odd) if names != CODES else ""
            few = self._few(odd) if names == NUMBERS and type(first) is str else None
            raise Failed(
                f"{' ; '.join(told)}.{kept}",
                expected,
                calc.format(cell=spot.cell, those="cette colonne" if len(odd) < 2 else "ces colonnes")
                or (_NO_DAY if names == ("date",) and is_number(first) else None)
                or (few and (_TEXT_FORMAT if kept else "") + few)
                or (_TEXT_FORMAT + _AGAIN if kept and names == NUMBERS else None)
                or (self._dated(odd["date"]) if names == ("date",) and type(first) is str else None)
                or (_READ_AS_DATE if isinstance(first, date) else None),
                at=self.extraction.grid.where(*(spot for places in odd.values() for spot, _ in places)),
            )


def _order(texts: Sequence[str]) -> str:
    """In what order texts of dates are written: « JMA », « AMJ », « MJA »; '' when they do not tell."""
    parts = [text.replace("-", "/").replace(".", "/").split("/") for text in texts]
    if any(
        len(one) != 3 or not all(part.isascii() and part.isdigit() and len(part) < 5 for part in one) for one in parts
    ):
        return ""
    if all(len(one[0]) == 4 for one in parts):
        return "AMJ"
    first, second = (max(int(one[place]) for one in parts) for place in (0, 1))
    return "JMA" if second <= 12 < first else "MJA" if first <= 12 < second else ""


def _content(value: Any) -> str:
    if type(value) is str:
        return f"le texte {quote(value, 30)}"
    if isinstance(value, date):
        return f"la date {value:%d/%m/%Y}"
    return f"le nombre {as_words(value)}"
