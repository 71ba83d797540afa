"""The note: its length, whom it speaks to, and the figures that it quotes; people read the rest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from etabli.exam import Failed
from etabli.exam.contract.french import counted, of, quote, some
from etabli.exam.contract.words import fold, squeeze
from etabli.kit import papers

from .contents import Contents
from .finding import holds, if_found
from .shape import NEAR

if TYPE_CHECKING:
    from etabli.exam.tools.asked import AskedFiles
    from etabli.exam.tools.documents import Documents

WORDS = (60, 300)
LEAST_FIGURES = 3
NOT_WRITTEN = "Pas encore écrite ? {first} (séance 4, étape 7). Déjà écrite ? Enregistrez-la sous un de ces noms, à côté du classeur."
FIRST = "Faites d'abord les parts et les rangs, puis la note, qui les cite"
NOW = "Vos parts et vos rangs sont faits : elle peut les citer"
TOLD_BY_LENGTH = ["note-longueur"]
"""The check that tells that there is no note."""
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
_CUT = re.compile(r"(?<=\d)[^\S\n]*+\n\s*+(?=\d{3}\b|%|€|k€|euros?\b|heures?\b)")
"""A line that ends within a figure."""
_CLOCK = re.compile(rf"(\d){_SPACE}?(?:heures?|h){_SPACE}?([0-5]\d)(?:{_SPACE}?(?:minutes?|min|mn))?\b(?!{_SPACE}*%)")
"""Hours and minutes: « 392 h 45 »."""
_MONEY = re.compile(r"€|\beuros?\b|\bEUR\b", re.IGNORECASE)
MOST_NOUGHTS = 3
CIVILITIES = ("m", "mr", "mme", "mlle", "monsieur", "madame", "mademoiselle")
_SMALL = r"(?:plus\s+petit|moins\s+(?:gros|grand|important|bon)|plus\s+faible|dernier)s?"
_LEAST = re.compile(
    rf"\b(?:{_SMALL}\s+(?:de\s+(?:nos|vos|ses)\s+)?clients?|clients?\s+(?:les?\s+)?{_SMALL})\b"
    r"(?P<until>[^.!?;:]*?)(?:\bsont\b\s*:?|:)[\s•*–-]*(?:1[.)]\s*)?",
    re.IGNORECASE,
)
"""« Nos plus petits clients sont : », up to the first of those that it names."""
_GREAT = re.compile(r"\b(?:premiers?|gros|grands?|principa\w+|meilleurs?|importants?)\b", re.IGNORECASE)
_OWED = re.compile(
    r"\b(?:doi(?:t|vent)|dues?|dus|impaye\w*|creances?|echue?s?|rest(?:e|ent) a (?:payer|regler|encaisser))\b\D{0,40}$"
)
_SOLD = re.compile(
    r"\b(?:ventes?|vend\w+|chiffres?|ca|factur\w+|total|totaux|sommes?|montants?|ht|hors|recettes?|sur)\b"
)
"""Words of what is owed, and of what was sold, folded."""
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n\s*(?:\n|[-•*])")
_FIGURE = re.compile(
    rf"(?<![\w.,/-])([-−+]?\d{{1,3}}(?:{_SPACE}\d{{3}})+|[-−+]?\d+)((?:[.,]\d+)?){_SPACE}*"
    r"(%|k€|k ?euros|€|euros?\b|EUR\b|heures?\b|h\b|pour cent\b|unités?\b)?",
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
    unit: str = ""
    counts: bool = False
    """It is a number of units: small, and so found by chance among ranks and lines."""

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


def expect_length(text: str, manager: str, customers: Iterable[str] = ()) -> None:
    """A short note, to the person who asked.

    Args:
        text: The note.
        manager: Whose name it has to give.
        customers: Other names: where one has the manager's family name, more than that name is needed.
    """
    long = "Le détail est dans le classeur : gardez l'essentiel."
    papers.expect_length(text, WORDS, "La note", short="Ajoutez ce qu'il faut remarquer.", long=long)
    if not _addresses(
        f" {fold(text)} ", fold(manager).split(), {word for one in customers for word in fold(one).split()}
    ):
        raise Failed(
            f"La note ne dit pas à qui elle s'adresse : le nom {of(manager)} n'y est pas.",
            "Le nom de la personne qui a demandé le travail.",
            f"Commencez la note par ce nom, par exemple « À l'attention {of(manager)} ».",
        )


def _addresses(folded: str, name: Sequence[str], others: Set[str]) -> bool:
    """Whether a text names a person: the family name, which other names may have too, then not alone."""
    first, last = name[0], name[-1]
    if last not in others:
        return f" {last} " in folded
    before = "|".join((*CIVILITIES, first, first[0]))
    return bool(re.search(rf" (?:{before}) (?:{' '.join(name[1:])}|{last}) | {last} (?:{first}|{first[0]}) ", folded))


def expect_customers(text: str, wanted: Sequence[str], names: Mapping[str, str], top: int) -> None:
    """The first customers are named, by name or by code, and those who are big ones.

    Args:
        text: The note.
        wanted: Codes, the highest total first.
        names: Of customers, by code.
        top: How many of them are the first; the others are big ones.
    """
    folded = f" {fold(text)} "
    if _as_least(text, [said for code in wanted for said in (fold(code), fold(names.get(code, code)))]):
        raise Failed(
            f"La note donne {'vos premiers clients' if top > 1 else 'votre premier client'} comme les plus petits.",
            f"Le nom ou le code de vos {top} premiers clients, dits comme tels.",
            "Cherchez dans la note la phrase qui les dit plus petits, moins importants ou derniers. Relisez-la, la colonne des rangs à côté : "
            "le rang 1 est celui du plus gros client.",
        )
    lost = [code for code in wanted if not _named(folded, code, names, wanted)]
    first = [code for code in lost if code in wanted[:top]]
    expected = f"Le nom ou le code de vos {top} premiers clients, et de ceux qui dépassent le seuil de la demande."
    every = f"{len(wanted)} clients sont à nommer en tout : triez la colonne des parts, et pointez-les un par un dans la note."
    if first:
        verb = "n'est pas nommé" if len(first) < 2 else "ne sont pas nommés"
        raise Failed(
            f"Aucun des {top} premiers clients n'est nommé dans la note."
            if len(first) == top > 1
            else f"{counted(len(first), 'client')} sur les {top} premiers {verb} dans la note.",
            expected,
            every,
        )
    if lost:
        verb = "n'est pas nommé" if len(lost) < 2 else "ne sont pas nommés"
        raise Failed(
            f"{counted(len(lost), 'client')} qui dépasse{'' if len(lost) < 2 else 'nt'} le seuil {verb} dans la note.",
            expected,
            every,
        )


def _named(folded: str, code: str, names: Mapping[str, str], wanted: Sequence[str]) -> bool:
    """Whether a note names a customer; one whose name an accent alone tells apart is the one whose code is there."""
    if f" {fold(code)} " in folded:
        return True
    name = fold(names.get(code, code))
    others = [other for other, one in names.items() if fold(one) == name and other not in (code, *wanted)]
    return f" {name} " in folded and not any(f" {fold(other)} " in folded for other in others)


def _as_least(text: str, wanted: Sequence[str]) -> bool:
    """Whether a text begins to name the first customers as the smallest: nowhere before, and right after these words."""
    for found in _LEAST.finditer(text):
        before, after = f" {fold(text[: found.start()])} ", f"{fold(text[found.end() :])} "
        if not _GREAT.search(found["until"]) and any(after.startswith(f"{one} ") for one in wanted):
            return not any(f" {one} " in before for one in wanted)
    return False


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
        found.append(Figure(match[0].strip(), value, max(0, len(part) - 1), scale, unit, unit.startswith("unité")))
    return found


def _decimal(clock: re.Match[str]) -> str:
    """Hours and minutes as hours: the minutes are hundredths of an hour."""
    return f"{clock[1]},{round(int(clock[2]) / 0.6):02d} h"


def expect_figures(
    text: str, values: Iterable[float], allowed: Sequence[float] = (), counts: Iterable[float] | None = None
) -> None:
    """Every quoted figure is in the workbook, and there are some.

    Args:
        text: The note.
        values: Every number of the workbook.
        allowed: What a text may say besides: tax rates.
        counts: The numbers among which those of units are; None for all of them.
    """
    quoted = figures(text)
    known = sorted({abs(value) for value in values})
    in_units = known if counts is None else sorted({abs(value) for value in counts})
    own = [one for one in quoted if not (one.scale == 0.01 and any(one.is_shown_by(rate) for rate in allowed))]
    lost = [one.text for one in own if not any(one.is_shown_by(value) for value in (in_units if one.counts else known))]
    # A share may be kept as 7.3 in a cell, and be a percentage in the text; the unit may stand above a column of the text.
    lost = [said for one in own if (said := one.text) in lost and not (one.scale == 0.01 and _scaled(one, 1.0, known))]
    if "%" in text:
        lost = [said for one in own if (said := one.text) in lost and (one.unit or not _is_share(one, known))]
    if lost:
        told = counted(len(lost), "chiffre de la note n'est", "chiffres de la note ne sont")
        raise Failed(
            f"{told} dans aucune cellule du classeur : {some([quote(one) for one in lost])}.",
            "Des chiffres lus dans le classeur, arrondis si l'on veut.",
        )
    if (many := len({(one.value, one.scale) for one in own})) < LEAST_FIGURES:
        again = " : le même y revient" if many < len(own) else ""
        raise Failed(
            f"La note ne cite que {counted(many, 'chiffre')}{again}." if own else "La note ne cite aucun chiffre.",
            f"Au moins {LEAST_FIGURES} chiffres différents du classeur (montants, parts), écrits en chiffres, avec leur unité.",
            "Un chiffre compte s'il a une unité (€, %) ou des décimales : « 12 400 € », « 7,3 % ».",
        )


def expect_total(text: str, totals: Sequence[float]) -> None:
    """The note gives the total, rounded if it likes, with its unit: beside it, or said once for all amounts.

    Args:
        text: The note.
        totals: What it may be: of the lines, and as the workbook shows it.
    """
    given = [one for one in figures(text) if one.scale != 0.01 and any(map(one.is_shown_by, totals))]
    if not given:
        raise Failed(
            "La note ne donne pas le total des ventes.",
            "Le total de la synthèse, arrondi si l'on veut.",
            "Recopiez le total général de la synthèse, avec son unité.",
        )
    if not any(one.unit for one in given) and not _MONEY.search(text):
        raise Failed(
            f"La note donne le total des ventes, {quote(given[0].text)}, sans son unité.",
            "Chaque chiffre avec son unité : € ou %, par exemple.",
            "Écrivez « € » juste après le total, et après chaque autre montant de la note.",
        )


def expect_sold(text: str, totals: Sequence[float]) -> None:
    """The total of the sales is not told as what customers owe.

    That is told where, in each sentence that gives it, a word of debts has it for its figure, and no word may be of sales.

    Args:
        text: The note.
        totals: What the total may be.
    """
    told = []
    for sentence in _SENTENCE.split(_CUT.sub(" ", text)):
        given = [one for one in figures(sentence) if one.scale != 0.01 and any(map(one.is_shown_by, totals))]
        told += [(sentence, fold(sentence[: sentence.find(one.text)])) for one in given]
    if told and all(_OWED.search(before) and not _SOLD.search(fold(sentence)) for sentence, before in told):
        raise Failed(
            f"La note donne le total des ventes comme une dette des clients : {quote(squeeze(told[0][0]).rstrip('. '), 120)}.",
            "Le total de la synthèse, dit comme celui des ventes.",
            "Relisez cette phrase, la synthèse et la balance âgée à côté : chaque nombre est-il à sa place ?",
        )


def _scaled(one: Figure, scale: float, known: Sequence[float]) -> bool:
    bare = Figure(one.text, one.value, one.decimals, scale)
    return any(bare.is_shown_by(value) for value in known)


def _is_share(one: Figure, known: Sequence[float]) -> bool:
    """Whether a figure without a unit may be a percentage: « 5,7 » below « Part (%) »."""
    return one.decimals > 0 and abs(one.value) <= 100 and _scaled(one, 0.01, known)


class Note:
    """The note that was handed in, beside its workbook.

    Args:
        asked: Which file it is.
        documents: Its reader.
        contents: The workbook that it quotes.
    """

    def __init__(self, asked: AskedFiles, documents: Documents, contents: Contents) -> None:
        self._asked = asked
        self._documents = documents
        self._contents = contents

    @cached_property
    def text(self) -> str:
        """The note's text, which a person will read too: it is kept as evidence."""
        try:
            path = self._asked.path("note")
        except Failed as absent:
            if self._asked.paths("note"):
                raise
            made = if_found(lambda: self._contents.synthesis.shares) and if_found(
                lambda: self._contents.synthesis.ranks
            )
            look = NOT_WRITTEN.format(first=NOW if made else FIRST)
            raise Failed(absent.observed, absent.expected, look, because=TOLD_BY_LENGTH) from None
        return self._documents.keep(path, "Note au responsable")

    def expect_named(self) -> None:
        """The note names the first customers, and those whose share is above the threshold.

        By its own lines, by the right ones and by its totals: a wrong line or total costs its own check, not this one.
        """
        contents = self._contents
        right = set(self._named({code: float(share) for code, share in contents.variant.shares.items()}))
        totals = if_found(lambda: contents.synthesis.customers)
        shown = {code: number or 0.0 for code, number in totals.figures.numbers().items()} if totals else {}
        if whole := sum(shown.values()):
            right &= set(self._named({code: number / whole for code, number in shown.items()}))
        wanted = [code for code in self._named(contents.synthesis.analysis.shares) if code in right]
        with self._told_by_length():
            expect_customers(self.text, wanted, contents.variant.names, contents.variant.thresholds.top)

    def _named(self, shares: Mapping[str, float]) -> list[str]:
        """The customers that a note has to name, the highest share first."""
        thresholds = self._contents.variant.thresholds
        ranking = sorted(shares, key=lambda code: (-shares[code], code))
        big = sum(shares[code] > float(thresholds.big_share) + NEAR for code in ranking)
        return ranking[: max(thresholds.top, big)]

    def expect_quoted(self) -> None:
        """The note's figures are in the workbook, outside the lines themselves; units, in a formula, a pivot or the figure asked for."""
        contents = self._contents
        ranks = if_found(lambda: contents.synthesis.ranks)
        ranked = {(ranks.sheet, spot) for spot in ranks.figures.spots.values()} if ranks else set()
        numbers, units = [], []
        for grid in contents.grids.values():
            for spot in grid.spots:
                if not contents.extraction.holds(grid, spot) and (number := grid.number(spot)) is not None:
                    numbers.append(number)
                    if (grid.live(spot) or grid.in_pivot(spot)) and (grid.name, spot) not in ranked:
                        units.append(number)
        if asked := if_found(lambda: contents.asked_figure().find()):
            units.append(asked[0].number(asked[1]) or 0.0)  # typed, it has cost its own check
        said = [*contents.variant.rates, contents.variant.thresholds.big_share]
        with self._told_by_length():
            try:
                expect_figures(self.text, numbers, [float(share) for share in said], units)
            except Failed as failed:
                failed.help = self._total_told(failed.help)
                raise
            totals = [*contents.synthesis.analysis.totals, *contents.total.shown()]
            expect_total(self.text, totals)
            expect_sold(self.text, totals)

    def _total_told(self, look: str | None) -> str | None:
        """Where the grand total stands, for a note that gives another one."""
        contents = self._contents
        totals = [*contents.synthesis.analysis.totals, *contents.total.shown()]
        cells = if_found(lambda: contents.total.found)
        if not cells or holds(lambda: expect_total(self.text, totals)):
            return look
        grid, spot = cells[0]
        return f"Le total de la synthèse est {grid.amount(spot)} ({grid.told(spot)}) : la note ne le donne pas."

    @contextmanager
    def _told_by_length(self) -> Iterator[None]:
        """What a note of a few words lacks, or one that is not there, is told by its length."""
        try:
            yield
        except Failed as failed:
            if len(self.text.split()) < WORDS[0]:
                failed.because = (*TOLD_BY_LENGTH, *failed.because)
            raise
