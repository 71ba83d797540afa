"""Where a failure is seen: the place that its author names, of which evidence is kept when the check ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from etabli.exam.contract.french import cells, grouped

MOST_SEEN = 29
"""Cells under the first one that a picture always shows, where they follow each other."""


@dataclass(frozen=True)
class Cells:
    """Cells of a workbook: a picture of their sheet is kept, where they stand out.

    A lab that computes no workbook keeps their rows, as text.

    Example:
        raise Failed("Deux totaux sont faux.", "La somme des lignes.", at=Cells("Synthèse", ["B6", "B9"]))
        raise Failed("Les parts sont tapées.", "Des formules.", at=Cells("Synthèse", "C6:C12", path="bilan.ods"))
    """

    sheet: str
    cells: str | Sequence[str]
    """Names of cells or of ranges; the picture is around the first."""
    path: str | None = None
    """The file; the last workbook that was read, by default."""

    @property
    def names(self) -> Sequence[str]:
        """The cells, or ranges, one by one."""
        return [self.cells] if isinstance(self.cells, str) else self.cells

    @property
    def told(self) -> str:
        """« Feuille « Synthèse », B6 et B9 », or « à partir de B6 »: the caption of what is kept."""
        which = cells(self.names) if len(self.names) <= MOST_SEEN else f"à partir de {self.names[0]}"
        return f"Feuille « {self.sheet} », {which}"


@dataclass(frozen=True)
class Page:
    """What the browser shows when the check ends: its picture, which a failure always keeps, says what was observed.

    Example:
        raise Failed("Le tableau est vide.", "Une ligne par objet.", at=Page())
    """


@dataclass(frozen=True)
class Line:
    """A line of a text file that was handed in: it is kept with its neighbours and their numbers.

    Example:
        raise Failed("Ligne 12 : le rôle manque.", "Un rôle par compte.", at=Line("audit.csv", 12))
    """

    path: str
    number: int
    """From 1."""

    @property
    def told(self) -> str:
        """« audit.csv, ligne 12 »."""
        return f"{self.path}, ligne {self.number}"


@dataclass(frozen=True)
class Answer:
    """What the last plain request was answered: it is kept as ever, and no picture of the page that a browser has open.

    Example:
        raise Failed("N'importe qui peut lire /base.sql.", "Aucune donnée n'est en accès libre.", at=Answer())
    """


@dataclass(frozen=True)
class Rows:
    """The rows of the database that were compared: they are kept as ever, and neither a picture nor an answer.

    Example:
        raise Failed("Un envoi fait d'un autre site a supprimé une ligne.", "La base ne change pas.", at=Rows())
    """


Place = Cells | Page | Line | Answer | Rows


def extract(first: int, count: int, total: int) -> str:
    """Says at the end of a caption which lines of a file are kept: « (extrait : lignes 10 à 14, sur 105) »."""
    if count >= total:
        return ""
    told = f"ligne {first}" if count < 2 else f"lignes {first} à {first + count - 1}"
    return f" (extrait : {told}, sur {grouped(total)})"


def beginning(size: int, most: int) -> str:
    """Says at the end of a caption that only the first characters of a text are kept; '' when it is whole."""
    return f" (les {grouped(most)} premiers caractères, sur {grouped(size)})" if size > most else ""
