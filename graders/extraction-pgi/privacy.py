"""No personal data beyond the need: neither in the workbook, wherever it hides, nor in the note."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from etabli.exam import Failed
from etabli.exam.contract.french import counted, some
from etabli.exam.contract.words import fold, normal, without_homoglyphs

from . import phones
from .note import CIVILITIES

if TYPE_CHECKING:
    from etabli.exam.tools.documents import Trace

TOLD = {
    "emails": "adresse électronique",
    "phones": "numéro de téléphone",
    "streets": "adresse postale",
    "employees": "nom de salarié",
}
PLURALS = {
    "emails": "adresses électroniques", "phones": "numéros de téléphone", "streets": "adresses postales", "employees": "noms de salariés",
}  # fmt: skip
CELL = "cellule"
"""How the place of what a cell holds begins."""
WORD, PHONE = 6, 9
"""Letters of a name or a street, digits of a phone number: fewer could be anything."""
PARTS = {
    "partie « xl/worksheets/": "en-tête, pied de page, lien ou message d'une feuille",
    "partie « xl/drawings/": "zone de texte d'une feuille",
    "partie « xl/charts/": "texte d'un graphique",
}
"""What a person sees of some parts of an .xlsx."""
READ = (
    "cellule", "commentaire de la cellule", "paragraphe", "ligne", "nom d'une feuille", "en-tête ou pied de page",
    *PARTS,
)  # fmt: skip
"""How the places that a person reads begin: an address there is too many, whether or not Tryton has it."""
PROPERTIES = "propriétés du document"
"""There too; a learner's own name there is no leak, though an employee may have it."""
FEW = 2
"""So many cells of one column are named one by one; more are told as the column."""
_CELL = re.compile(r"cellule(?P<hidden> masquée)? (?P<column>[A-Z]+)\d+ de la (?P<sheet>feuille(?: masquée)? « .* »)")
_FIRM = r"(?:et )?(?:fils|filles?|freres?|soeurs?|cie|compagnie|associes?|sarl|eurl|scop|sas|sa) "
"""What follows a family name that is a company's."""
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w.+])(?:\+33[ .]?(?:\(0\)[ .]?)?|0)[1-9](?:[ .-]\d{2}){4}(?![ .-]?\d)")


class Personal:
    """What is personal in the candidate's company.

    Args:
        personal: ``emails``, ``phones``, ``streets``, ``employees``.
        spared: Names that the work may hold: the manager who asked.
        customers: Names that may have an employee's family name in them.
    """

    def __init__(
        self, personal: Mapping[str, Sequence[str]], spared: Iterable[str], customers: Iterable[str] = ()
    ) -> None:
        spare = {fold(name) for name in spared}
        known = {word for name in (*spare, *map(fold, customers)) for word in name.split()}
        self._short = [_Short(name, known) for name in personal["employees"] if fold(name) not in spare]
        self._emails = {email.casefold() for email in personal["emails"]}
        self._phones = _any_of(digits for phone in personal["phones"] if len(digits := _digits(phone)) >= PHONE)
        self._words = {
            kind: _any_of(
                f" {word} "
                for one in personal[kind]
                if len(fold(one)) >= WORD and fold(one) not in spare
                for word in (_either_way(one) if kind == "employees" else [fold(one)])
            )
            for kind in ("streets", "employees")
        }
        self._known: dict[str, tuple[str, ...]] = {}
        self._read: dict[str, tuple[str, ...]] = {}

    def kinds(self, text: str) -> tuple[str, ...]:
        """The kinds of personal data in a text; a workbook repeats its texts, and each is looked at once."""
        if text not in self._known:
            self._known[text] = tuple(self._kinds(without_homoglyphs(text)))
        return self._known[text]

    def contacts(self, text: str) -> tuple[str, ...]:
        """The kinds of personal data in a text that a person reads: any address or phone number, Tryton's or not.

        And employees' names cut short.
        """
        if text not in self._read:
            said = without_homoglyphs(text)
            told = ["employees"] if any(one.stands_in(said) for one in self._short) else []
            self._read[text] = tuple(dict.fromkeys((*self.addresses(text), *told)))
        return self._read[text]

    def addresses(self, text: str) -> tuple[str, ...]:
        """The kinds of personal data in a text, with any address or phone number, Tryton's or not."""
        told = [
            kind for kind, form in (("emails", _EMAIL), ("phones", _PHONE)) if form.search(without_homoglyphs(text))
        ]
        told += ["phones"] if phones.are_written(text) else []
        return tuple(dict.fromkeys((*self.kinds(text), *told)))

    def fills(self, texts: Iterable[str], title: str = "") -> bool:
        """Tells whether most of some texts, those of a column, are personal data."""
        called = phones.speaks_of_phones(title)
        told = [bool(self.contacts(text)) or (called and phones.is_bare(text)) for text in texts if text]
        return 2 * sum(told) > len(told)

    def names(self, text: str) -> bool:
        """Tells whether a text names an employee."""
        return bool(self._words["employees"].search(f" {fold(without_homoglyphs(text))} "))

    def _kinds(self, text: str) -> Iterator[str]:
        folded = f" {fold(text)} "
        yield from (kind for kind, words in self._words.items() if words.search(folded))
        if any(email.casefold() in self._emails for email in _EMAIL.findall(text)):
            yield "emails"
        digits = _digits(text)
        if len(digits) >= PHONE and self._phones.search(digits):
            yield "phones"


class _Short:
    """An employee's name, cut short: « C. Le Goff », « LE GOFF Cl. », « Claire L. », « Le Goff » anywhere in a sentence.

    A family name that a company has, which the work may name (« Garage Le Goff », « Le Goff et fils »), tells nobody by itself.

    Args:
        name: Whole.
        others: Words of other people's names: a family name among them tells nobody by itself.
    """

    def __init__(self, name: str, others: Collection[str]) -> None:
        first, *rest = fold(name).split()
        last = " ".join(rest)
        cut = "|".join(first[:length] for length in range(min(4, len(first)), 0, -1))
        forms = [rf" (?:{cut}) {last} ", rf" {last} (?:{cut}) "]
        if last not in others:
            forms += [
                rf" (?:{'|'.join(CIVILITIES)}) {last} ",
                rf"(?<! sarl)(?<! eurl)(?<! scop)(?<! sas) {last} (?!{_FIRM})",
            ]
        self._folded = re.compile("|".join([*forms, rf"^ {first} {last[:1]} $"]))
        self._dotted = re.compile(rf"\b{first}\s+{last[:1]}\.(?!\w)")

    def stands_in(self, text: str) -> bool:
        """Whether a text has it, in one of these forms."""
        return bool(self._folded.search(f" {fold(text)} ") or self._dotted.search(_bare(text)))


def expect_none(traces: Mapping[str, Sequence[Trace]], personal: Personal, sheet: str = "") -> None:
    """No personal datum in the traces of any document.

    Args:
        traces: File → every piece of text in it.
        personal: What is looked for.
        sheet: The name of the extraction's sheet, whose columns are asked for.
    """
    found: dict[tuple[str, str], list[Trace]] = {}
    for path, pieces in traces.items():
        for kind, piece in dict.fromkeys((*_alone(pieces, personal), *_across(pieces, personal), *_called(pieces))):
            found.setdefault((path, kind), []).append(piece)
    if found:
        told: list[str] = []
        columns: dict[str, bool] = {}
        elsewhere = mixed = asked = False
        for (path, kind), pieces in found.items():
            rest = []
            whole = dict(_by_column(piece.where for piece in traces[path] if piece.text.strip()))
            names = {piece.where: fold(piece.text) for piece in pieces}
            for column, cells in _by_column(piece.where for piece in pieces):
                if column and len(cells) > FEW:
                    told.append(f"{_counted_cells(kind, cells, names)} dans la {column}")
                    columns[column] = ", masquée," in column
                    mixed = mixed or len(set(whole[column]) - set(cells)) > 1  # its title is one
                    asked = asked or f"« {sheet} »" in column
                else:
                    rest += [next((seen for part, seen in PARTS.items() if one.startswith(part)), one) for one in cells]
            if rest:
                told.append(f"{counted(len(rest), TOLD[kind], PLURALS[kind])} dans {path} ({some(rest, FEW)})")
                elsewhere = True
        raise Failed(
            f"Des données personnelles de trop : {' ; '.join(told)}.",
            "Seulement ce que la demande exige : ni coordonnées, ni adresses, ni noms de salariés.",
            None if elsewhere else _erase(len(columns)) if mixed else _delete(list(columns.values()), asked=asked),
        )


def _counted_cells(kind: str, cells: Sequence[str], texts: Mapping[str, str]) -> str:
    """« 30 adresses postales »; of people, the cells and how many are named: « 30 cellules où sont nommés 8 salariés »."""
    people = len({texts[cell] for cell in cells})
    if kind != "employees" or people == len(cells):
        return counted(len(cells), TOLD[kind], PLURALS[kind])
    named = counted(people, "salarié est nommé", "salariés sont nommés")
    return f"{len(cells)} cellules, où {named},"


def _by_column(places: Iterable[str]) -> Iterable[tuple[str, list[str]]]:
    """Places, by the column that they are cells of, as a sentence names it; '' for other places."""
    found: dict[str, list[str]] = {}
    for place in places:
        cell = _CELL.fullmatch(place)
        hidden = ", masquée," if cell and cell["hidden"] else ""
        column = f"colonne {cell['column']}{hidden} de la {cell['sheet']}" if cell else ""
        found.setdefault(column, []).append(place)
    return found.items()


def _erase(columns: int) -> str:
    """What to do where a column holds something else too."""
    these = "de cette colonne" if columns < 2 else "de ces colonnes"
    return f"Effacez seulement ces cellules {these}, avec leur titre : le reste (une unité, un chiffre) peut servir. Affichez-les d'abord si elles sont masquées."


def _delete(hidden: Sequence[bool], *, asked: bool) -> str:
    """What to do where all stands in columns, each of them hidden or not, some of the extraction's sheet or none."""
    these, them = ("cette colonne", "la") if len(hidden) < 2 else ("ces colonnes", "les")
    show = "sélectionnez ses deux voisines, ou toute la feuille ; clic droit sur une lettre, Afficher"
    first = f"Affichez {these} ({show}), puis supprimez-{them}." if any(hidden) else f"Supprimez {these}."
    return (
        f"{first} Une des neuf colonnes de l'énoncé ? Gardez-la, et effacez seulement ces données." if asked else first
    )


def _alone(pieces: Iterable[Trace], personal: Personal) -> Iterator[tuple[str, Trace]]:
    for piece in pieces:
        known = personal.addresses if piece.where == PROPERTIES else personal.kinds
        kinds = personal.contacts if piece.where.startswith(READ) else known
        yield from ((kind, piece) for kind in kinds(piece.text))


def _across(pieces: Iterable[Trace], personal: Personal) -> Iterator[tuple[str, Trace]]:
    """Employees whose name stands in two cells that follow each other: « LE GOFF » and « Claire »."""
    for left, right in pairwise(piece for piece in pieces if piece.where.startswith(CELL)):
        whole = personal.names(f"{left.text} {right.text}")
        if whole and not any("employees" in personal.contacts(piece.text) for piece in (left, right)):
            yield "employees", left


def _called(pieces: Iterable[Trace]) -> Iterator[tuple[str, Trace]]:
    return (("phones", piece) for piece in phones.kept_as_numbers(pieces))


def _bare(text: str) -> str:
    """A text in small letters without accents, its punctuation kept."""
    return "".join(sign for sign in normal("NFKD", text.casefold()) if not unicodedata.combining(sign))


def _either_way(name: str) -> list[str]:
    """A name as it is said, and as lists have it: « Claire Le Goff », « LE GOFF Claire »."""
    words = fold(name).split()
    return [" ".join([*words[cut:], *words[:cut]]) for cut in range(len(words))]


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    """One pattern for many words; for none, one that is found nowhere."""
    return re.compile("|".join(sorted(map(re.escape, set(words)), key=len, reverse=True)) or r"(?!)")


def _digits(text: Any) -> str:
    """Digits of a phone number: +33 1… and 01… are the same."""
    digits = re.sub(r"\D", "", str(text).replace("+33", "0").replace("(0)", ""))
    return digits[1:] if digits.startswith("0") and len(digits) == 10 else digits
