"""The note: its length, whom it speaks to, and the figures that it quotes; people read the rest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from etabli.exam import Failed
from etabli.exam.contract.french import counted, quote, some
from etabli.exam.contract.words import fold

WORDS = (60, 300)
LEAST_FIGURES = 3
SIREN = 9
"""Digits of a company's number, which is no amount."""
_SPACE = r"[ \u00a0\u202f\u2009]"
_DATES = re.compile(
    r"\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b|\b\d{4}-\d{2}-\d{2}\b|\b(?:1er|\d{1,2})\s+(?:janvier|février|mars|avril|mai|juin|juillet|"
    r"août|septembre|octobre|novembre|décembre)(?:\s+20\d\d)?\b",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"\b(?:tryton|libreoffice|calc|excel|version|v|article|art\.?|partie|chapitre|page|point)s?\s*(?:n°\s*)?\d+(?:[.,]\d+)*"
    rf"(?![.,]?\d|{_SPACE}\d{{3}}|\s*(?:€|%|euros?\b|k€|heures?\b|h\b))",
    re.IGNORECASE,
)
"""What has a number for a name."""
_CUT = re.compile(r"(?<=\d)\s*\n\s*(?=\d{3}\b|%|€|k€|euros?\b|heures?\b)")
"""A line that ends within a figure."""
_CLOCK = re.compile(rf"(\d){_SPACE}?(?:heures?|h){_SPACE}?([0-5]\d)(?:{_SPACE}?(?:minutes?|min|mn))?\b(?!{_SPACE}*%)")
"""Hours and minutes: « 392 h 45 »."""
MOST_NOUGHTS = 3
_FIGURE = re.compile(
    rf"(?<![\w.,/-])([-−+]?\d{{1,3}}(?:{_SPACE}\d{{3}})+|[-−+]?\d+)((?:[.,]\d+)?){_SPACE}*"
    r"(%|k€|k ?euros|€|euros?\b|EUR\b|heures?\b|h\b|pour cent\b)?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Figure:
    """A figure that a text quotes."""

    text: str
    value: float
    decimals: int
    scale: float
    """What one unit of it is in the workbook: 0.01 for a percentage, 1000 for k€."""

    def is_shown_by(self, value: float) -> bool:
        """Whether a cell's number, rounded as the text rounds, is this figure; the sign may be told by words.

        « 111 000 € » is rounded to the thousand: noughts at the end may be rounding, down to two digits.
        """
        whole = f"{abs(self.value):.0f}"
        noughts = min(len(whole) - len(whole.rstrip("0")), max(0, len(whole) - 2), MOST_NOUGHTS)
        if self.decimals or self.scale > 1:
            noughts = 0
        half = 0.5 * 10.0 ** (noughts - self.decimals) * self.scale * 1.0001 + 1e-9
        return abs(abs(value) - abs(self.value) * self.scale) <= half


def words(text: str) -> int:
    """How many words a text has."""
    return len(re.findall(r"\w+(?:['’]\w+)?", text))


def expect_length(text: str, manager: str) -> None:
    """A short note, to the person who asked."""
    low, high = WORDS
    if not low <= (found := words(text)) <= high:
        look = (
            "Ajoutez ce qu'il faut remarquer."
            if found < low
            else "Le détail est dans le classeur : gardez l'essentiel."
        )
        raise Failed(f"La note a {counted(found, 'mot')}.", f"Entre {low} et {high} mots.", look)
    last = fold(manager).split()[-1]
    if f" {last} " not in f" {fold(text)} ":
        raise Failed("La note ne dit pas à qui elle s'adresse.", "Le nom de la personne qui a demandé le travail.")


def expect_customers(text: str, ranking: Sequence[str], names: Mapping[str, str], top: int) -> None:
    """The first customers are named, by name or by code.

    Args:
        text: The note.
        ranking: Codes, the highest total first.
        names: Of customers, by code.
        top: How many.
    """
    folded = f" {fold(text)} "
    lost = [
        code
        for code in ranking[:top]
        if f" {fold(code)} " not in folded and f" {fold(names.get(code, code))} " not in folded
    ]
    if lost:
        verb = "n'est pas nommé" if len(lost) < 2 else "ne sont pas nommés"
        raise Failed(
            f"Aucun des {top} premiers clients n'est nommé dans la note."
            if len(lost) == top > 1
            else f"{counted(len(lost), 'client')} sur les {top} premiers {verb} dans la note.",
            f"Le nom ou le code de vos {top} premiers clients.",
        )


def figures(text: str) -> list[Figure]:
    """The amounts, percentages and hours that a text quotes; dates, years, codes and small counts are none.

    Example:
        >>> [one.text for one in figures("Le 5 mai 2026 : 12 345,60 €, soit 7,3 % pour le client 00012.")]
        ['12 345,60 €', '7,3 %']
    """
    found = []
    text = _CLOCK.sub(_decimal, _CUT.sub(" ", text))
    for match in _FIGURE.finditer(_NUMBERED.sub(" ; ", _DATES.sub(" ; ", text))):
        whole, part, unit = match[1], match[2], (match[3] or "").lower()
        digits = re.sub(r"\D", "", whole)
        grouped = re.search(_SPACE, whole) is not None
        if not (unit or part or grouped) or (not unit and digits.startswith("0") and len(digits) > 1):
            continue
        if len(digits) == SIREN and not (unit or part):
            continue
        value = float(re.sub(rf"{_SPACE}", "", whole).replace("−", "-").replace("+", "") + part.replace(",", "."))
        scale = 0.01 if unit in ("%", "pour cent") else 1000.0 if unit.startswith("k") else 1.0
        found.append(Figure(match[0].strip(), value, max(0, len(part) - 1), scale))
    return found


def _decimal(clock: re.Match[str]) -> str:
    """Hours and minutes as hours: the minutes are hundredths of an hour."""
    return f"{clock[1]},{round(int(clock[2]) / 0.6):02d} h"


def expect_figures(text: str, values: Iterable[float], allowed: Sequence[float] = ()) -> None:
    """Every quoted figure is in the workbook, and there are some.

    Args:
        text: The note.
        values: Every number of the workbook.
        allowed: What a text may say besides: tax rates.
    """
    quoted = figures(text)
    known = sorted({abs(value) for value in values})
    own = [one for one in quoted if not (one.scale == 0.01 and any(one.is_shown_by(rate) for rate in allowed))]
    lost = [one.text for one in own if not any(one.is_shown_by(value) for value in known)]
    # A share may be kept as 7.3 in a cell, and be a percentage in the text.
    lost = [said for one in own if (said := one.text) in lost and not (one.scale == 0.01 and _plain(one, known))]
    if lost:
        told = counted(len(lost), "chiffre de la note n'est", "chiffres de la note ne sont")
        raise Failed(
            f"{told} dans aucune cellule du classeur : {some([quote(one) for one in lost])}.",
            "Des chiffres lus dans le classeur, arrondis si l'on veut.",
        )
    if len(own) < LEAST_FIGURES:
        raise Failed(
            f"La note ne cite que {counted(len(own), 'chiffre')}." if own else "La note ne cite aucun chiffre.",
            f"Au moins {LEAST_FIGURES} chiffres du classeur (montants, parts), avec leur unité.",
            "Un chiffre compte s'il a une unité (€, %) ou des décimales : « 12 400 € », « 7,3 % ».",
        )


def expect_total(text: str, totals: Sequence[float]) -> None:
    """The note gives the total, rounded if it likes.

    Args:
        text: The note.
        totals: What it may be: of the lines, and as the workbook shows it.
    """
    if not any(one.scale != 0.01 and one.is_shown_by(total) for one in figures(text) for total in totals):
        raise Failed(
            "La note ne donne pas le total des ventes.",
            "Le total de la synthèse, arrondi si l'on veut.",
            "Recopiez le total général de la synthèse, avec son unité.",
        )


def _plain(one: Figure, known: Sequence[float]) -> bool:
    bare = Figure(one.text, one.value, one.decimals, 1.0)
    return any(bare.is_shown_by(value) for value in known)
