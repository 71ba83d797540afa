"""The extraction is what was demanded: every line, no other, the right columns. No missing line is ever named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

from etabli.exam import Failed
from etabli.exam.contract.french import cells, counted, listed, quote, rows, some
from etabli.exam.contract.words import fold

from .compare import Compared, Outside, compare, differences, why_missing
from .extraction import Extraction, ExtractLine, day_of
from .meaning import as_key, as_number, as_rate, as_words
from .places import Spot, letters
from .said import month
from .shape import Row, Variant

LEAST_SHARE = 0.5
TOLD = {
    "draft": "brouillon",
    "cancelled": "facture annulée",
    "numberless": "ligne sans numéro de facture",
    "supplier": "ligne d'une facture de fournisseur",
    "twice": "ligne en double",
    "unknown": "ligne que Tryton n'a pas dans cette période",
}
_AFTERWARDS = (
    "Vos totaux et l'écart avec la comptabilité peuvent changer : relisez ensuite la note, ses chiffres, les premiers clients "
    "et ceux qui dépassent le seuil. Un écart qui vient de ces lignes ne coûte des points qu'ici."
)
"""What becomes wrong once lines are right: a note that quoted the former totals."""
LOOK = {
    "draft": f"Supprimez ces lignes de la feuille : un brouillon peut encore changer. {_AFTERWARDS}",
    "cancelled": f"Supprimez ces lignes de la feuille : une facture annulée ne compte plus. {_AFTERWARDS}",
    "numberless": "Sans numéro, ce n'est pas une facture comptabilisée : supprimez la ligne, ou reprenez son numéro dans Tryton. "
    f"{_AFTERWARDS}",
    "supplier": "Supprimez ces lignes : les achats ne sont pas dans « Lignes de factures client ». Puis ôtez de la synthèse les codes "
    f"qui n'ont plus de ligne. {_AFTERWARDS}",
    "twice": f"Gardez une seule fois chacune de ces lignes : triez par numéro et comparez les voisines. {_AFTERWARDS}",
    "unknown": "Cherchez cette facture dans Tryton : elle vient d'un autre fichier, ou a été tapée. Supprimez sa ligne si elle "
    f"n'y est pas. {_AFTERWARDS}",
}
"""Where to look, by the kind of the first lines that are too many."""
KEYS: Mapping[str, Callable[[Any], Any]] = {
    "date": day_of, "client": lambda one: fold(as_words(one)), "article": lambda one: fold(as_words(one)),
    "quantite": as_number, "taux": as_rate,
}  # fmt: skip
"""What tells the values of a column from each other, other than a code."""
ODD_STEPS = 20
"""A column is in order where one step in so many is not."""
_AGAIN = (
    "Annulez ce tri, ou importez de nouveau. Pour trier, cliquez dans le tableau, ou sélectionnez toutes les colonnes : les lignes restent "
    "entières."
)
_BARE = (
    "Ces cellules sont du texte (=ESTTEXTE({cell}) répond VRAI), mais le tableur les avait lues comme des nombres : les zéros sont "
    "perdus, et aucun format ne les rend. Importez de nouveau le fichier, avec le type « Texte » pour cette colonne."
)


class Fidelity:
    """A candidate's extraction and what Tryton has.

    Args:
        extraction: As read.
        variant: The oracle's rows, what stands outside, the columns asked for.
    """

    def __init__(self, extraction: Extraction, variant: Variant) -> None:
        self.extraction = extraction
        self._rows = variant.rows
        self._period = variant.period
        self._outside = Outside(variant.outside, self._rows, self._period)
        self._titles = variant.titles

    @cached_property
    def compared(self) -> Compared:
        """Lines and rows, paired."""
        return compare(self.extraction.lines, self._rows)

    def expect_own(self) -> None:
        """At least half of the demanded lines are there: these are this candidate's company and period."""
        if self.compared.found < LEAST_SHARE * len(self._rows):
            few = f"n'a que {self.compared.found}" if self.compared.found else "n'a aucune"
            raise Failed(
                f"La feuille {quote(self.extraction.sheet)} {few} des {len(self._rows)} lignes demandées, parmi les "
                f"{len(self.extraction.lines)} qu'elle contient.",
                "Les lignes des factures de votre Tryton, pour la période de l'énoncé.",
            )

    def expect_columns(
        self,
        personal: Callable[[Sequence[str], str], bool] = lambda texts, title: False,
        reads: Callable[[int], bool] = lambda column: True,
    ) -> None:
        """The nine columns, and no other copied from Tryton.

        Args:
            personal: Whether a column of such texts under such a title is personal data, which `confidentialite` tells.
            reads: Whether a formula reads a column.
        """
        if lacking := [quote(title) for name, title in self._titles.items() if name not in self.extraction.columns]:
            raise Failed(
                f"Il manque {counted(len(lacking), 'colonne')} : {some(lacking, 9)}.",
                f"Ces colonnes : {listed(self._titles.values())}.",
                "Ajoutez ce champ dans la fenêtre d'export de Tryton (sans Tryton : reprenez-le du fichier de donnees/), ou redonnez à "
                "la colonne le titre de l'énoncé.",
                at=self.extraction.grid.where(
                    *(Spot(self.extraction.header, one) for one in self.extraction.columns.values())
                ),
            )
        copied = {column: title for column, title in self.extraction.others.items() if not self._helps(column)}
        if copied:
            hidden = [name for name in map(letters, copied) if name in self.extraction.grid.sheet.hidden_columns]
            told = [
                f"{letters(column)} ({quote(title) if title else 'sans titre'}"
                f"{', masquée' if letters(column) in hidden else ''})"
                for column, title in copied.items()
            ]
            look = "Affichez cette colonne, puis supprimez-la" if hidden else "Supprimez cette colonne"
            raise Failed(
                f"{counted(len(told), 'colonne')} en plus, recopiée{'s' if len(told) > 1 else ''} : {some(told)}.",
                "Les colonnes demandées, et rien d'autre ; une colonne de calcul a une formule à chaque ligne.",
                f"{look} ; si elle sert à un calcul, donnez une formule à chacune de ses lignes."
                if any(map(reads, copied))
                else f"{look} : aucune formule ne la lit.",
                at=self.extraction.grid.where(*(Spot(self.extraction.header, column) for column in copied)),
                because=["confidentialite"]
                if all(personal(self.texts(column), title) for column, title in copied.items())
                else [],
            )

    def expect_complete(self) -> None:
        """No ordinary line is missing."""
        missing = [row for row in self.compared.missing if why_missing(row, self._period) == "ordinary"]
        if missing:
            months = sorted({row.month for row in missing})
            spread = f"réparties sur {len(months)} mois"
            if len(months) == 1:
                spread = f"{'toutes ' if len(missing) > 1 else ''}en {month(months[0])}"
            raise Failed(
                f"Il manque {counted(len(missing), 'ligne')} de facture sur {len(self._rows)}, {spread}.{self._gap(missing)}",
                "Toutes les lignes des factures comptabilisées ou payées de la période.",
                f"Comparez le nombre de lignes de votre feuille à celui que Tryton annonce, filtre en place. {_AFTERWARDS}",
            )

    def _gap(self, missing: Sequence[Row]) -> str:
        """The two lines of the sheet between which all the missing invoices lack; '' where there is no one gap.

        No number that lacks is told: only those of the sheet.
        """
        series = {_series(row.numero)[0] for row in missing}
        name = series.pop() if len(series) == 1 else None
        lost = {_series(row.numero)[1] for row in missing}
        known = {_series(numero)[1]: line for line in self.extraction.lines
                 if _series(numero := as_words(line.cells.get("numero")))[0] == name}  # fmt: skip
        before = max((one for one in known if one < min(lost)), default=None)
        after = min((one for one in known if one > max(lost)), default=None)
        if name is None or before is None or after is None or any(before < one < after for one in known):
            return ""
        first, last = known[before], known[after]
        told = [f"{as_words(line.cells.get('numero'))} (ligne {line.row})" for line in (first, last)]
        return f" Vos numéros passent de {told[0]} à {told[1]}."

    def expect_credits(self) -> None:
        """Credit notes are there, and they are negative."""
        credits = [row for row in self._rows if row.credit]
        missing = [row for row in self.compared.missing if row.credit]
        flipped = [line for line, row in self.compared.flipped if row.credit]
        expected = "Les lignes d'avoir sont dans l'extraction, avec un montant négatif, comme dans Tryton."
        if flipped:
            told = f"{counted(len(flipped), 'ligne')} d'avoir sans le signe moins"
            positive = [line for line in flipped if (as_number(line.cells.get("quantite")) or 0.0) > 0]
            what = (
                "au montant et à la quantité"
                if positive
                else f"à la colonne {quote(self._titles['montant'])} ; la quantité l'a déjà"
            )
            look = f"Remettez le signe moins {what}. {_AFTERWARDS}"
            raise self._marked(told, expected, flipped, look)
        if missing:
            known = {line.code for line in self.extraction.lines}
            alone = {row.code_client for row in missing if as_key(row.code_client) not in known}
            more = f" {counted(len(alone), 'client')} de plus sera à ajouter à la synthèse." if alone else ""
            more = more.replace("sera", "seront") if len(alone) > 1 else more
            raise Failed(
                f"Il manque {counted(len(missing), 'ligne')} d'avoir sur {len(credits)}.",
                expected,
                f"Cherchez les avoirs dans Tryton : la recherche de l'énoncé les donne avec les factures.{more} {_AFTERWARDS}",
            )

    def expect_edges(self) -> None:
        """The first and the last day are in; nothing before, nothing after."""
        first, last = self._period["fr"]["from"], self._period["fr"]["to"]
        expected = f"Les factures du {first} au {last}, ces deux jours compris."
        beyond = self._extra("before") + self._extra("after")
        if beyond:
            when = sorted({line.date for line in beyond if line.date})
            dated = f"{when[0]:%d/%m/%Y}" + (f" au {when[-1]:%d/%m/%Y}" if len(when) > 1 else "")
            those = "cette ligne" if len(beyond) < 2 else "ces lignes"
            raise self._marked(
                f"{counted(len(beyond), 'ligne')} hors de la période, {'datée' if len(beyond) < 2 else 'datées'} du {dated}",
                expected,
                beyond,
                f"Supprimez {those} de la feuille, ou refaites la recherche de l'énoncé : elle porte sur la date de facturation, et ses "
                f"deux jours comptent. {_AFTERWARDS}",
                "date",
            )
        missing = [row for row in self.compared.missing if why_missing(row, self._period) == "edge"]
        if missing:
            days = {self._period["from"]: first, self._period["to"]: last}
            told = [days[day] for day in sorted({row.date for row in missing})]
            raise Failed(
                f"Il manque {counted(len(missing), 'ligne')} du {' et du '.join(told)}{self._amidst(missing)}.",
                expected,
                "Dans la recherche de Tryton, « .. » comprend les deux jours ; « < » et « > » les laissent dehors. Avec le fichier "
                f"CSV, filtrez « supérieur ou égal » et « inférieur ou égal », et vérifiez que la dernière ligne du fichier est "
                f"bien entrée. {_AFTERWARDS}",
            )

    def _amidst(self, missing: Sequence[Row]) -> str:
        """Where rows lack, without a number of theirs: before the first invoice of the sheet, or after its last."""
        lines = [line for line in self.extraction.lines if line.date]
        if not lines:
            return ""
        first, last = min(lines, key=lambda line: f"{line.date}"), max(lines, key=lambda line: f"{line.date}")
        days = {row.date for row in missing}
        told = []
        if self._period["from"] in days and f"{first.date}" != self._period["from"]:
            told.append(f"votre feuille commence à {as_words(first.cells.get('numero'))}, le {first.date:%d/%m/%Y}")
        if self._period["to"] in days and f"{last.date}" != self._period["to"]:
            told.append(f"votre feuille finit à {as_words(last.cells.get('numero'))}, le {last.date:%d/%m/%Y}")
        return f" : {listed(told)}" if told else ""

    def expect_no_draft(self) -> None:
        """Neither draft nor cancelled invoice."""
        self._expect_none(("draft", "cancelled", "numberless"), "Seulement des factures comptabilisées ou payées.")

    def expect_nothing_else(self) -> None:
        """No supplier's invoice, no line twice, no unknown line, no changed amount."""
        expected = "Une ligne par ligne de facture client de Tryton, une seule fois, avec son montant."
        self._expect_none(("supplier", "twice", "unknown"), expected)
        changed = [line for line, _ in self.compared.altered]
        changed += [line for line, row in self.compared.flipped if not row.credit]
        if changed:
            raise self._marked(
                counted(len(changed), "montant qui n'est pas celui", "montants qui ne sont pas ceux") + " de Tryton",
                expected,
                changed,
                f"Reprenez le montant de Tryton : une ligne ne se corrige pas à la main. {_AFTERWARDS}",
            )

    def expect_exact(self) -> None:
        """Every other cell of a line is what Tryton says."""
        odd: list[tuple[ExtractLine, str]] = []
        known = {fold(name) for row in self._rows for name in (row.article, row.client)}
        for pairs, signed in ((self.compared.paired, True), (self.compared.flipped, False)):
            odd += [(line, name) for line, row in pairs for name in differences(line, row, signed=signed, names=known)]
        if odd:
            names = list(dict.fromkeys(name for _, name in odd))
            told = [quote(self._titles[name]) for name in names]
            spots = [Spot(line.row, self.extraction.columns[name]) for line, name in odd]
            alone = self._moved_alone(names)
            raise Failed(
                f"{counted(len(odd), 'cellule ne dit', 'cellules ne disent')} pas la même chose que Tryton "
                f"(feuille {quote(self.extraction.sheet)}, {'colonne' if len(told) < 2 else 'colonnes'} {some(told)}) : "
                f"{cells([spot.cell for spot in spots])}.{alone}",
                "Le contenu de Tryton, sans changement.",
                _AGAIN if alone else None,
                at=self.extraction.grid.where(*spots),
            )

    def _moved_alone(self, names: Sequence[str]) -> str:
        """Tells that the one odd column has the right values on other lines, and whether it is in order; '' where it has not."""
        pairs = sorted((*self.compared.paired, *self.compared.flipped), key=lambda pair: pair[0].row)
        if len(names) != 1:
            return ""
        key: Callable[[Any], Any] = KEYS.get(names[0], as_key)
        own = [str(key(line.cells[names[0]])) for line, _ in pairs]
        if Counter(own) != Counter(str(key(getattr(row, names[0]))) for _, row in pairs):
            return ""
        up = sum(one < other for one, other in pairwise(own))
        down = sum(one > other for one, other in pairwise(own))
        # An office sorts accents and signs in its own way.
        ordered = min(up, down) * ODD_STEPS <= len(own)
        title = quote(self._titles[names[0]])
        return f" Ce sont les bonnes valeurs, sur d'autres lignes{f' : la colonne {title} a été triée seule' if ordered else ''}."

    def expect_zeros(self) -> None:
        """Customers' codes have the zeros that Tryton gives them."""
        column = self.extraction.columns.get("code_client")
        if column is None:
            return
        bare = [
            (Spot(line.row, column), said, row.code_client)
            for line, row in (*self.compared.paired, *self.compared.flipped)
            if (said := as_words(line.cells["code_client"])) != row.code_client
            and said.lstrip("0") == row.code_client.lstrip("0")
        ]
        if bare:
            spot, said, code = bare[0]
            raise Failed(
                f"{quote(self._titles['code_client'])} : "
                f"{counted(len(bare), 'code sans les zéros', 'codes sans les zéros')} de Tryton "
                f"({self.extraction.grid.told(spot)} : {quote(said)} au lieu de {quote(code)}).",
                "Les codes tels que Tryton les écrit : un tableur qui les a lus comme des nombres a perdu leurs zéros.",
                _BARE.format(cell=spot.cell),
                at=self.extraction.grid.where(*(spot for spot, _, _ in bare)),
            )

    # -- telling

    def _extra(self, *kinds: str) -> list[ExtractLine]:
        return [line for line in self.compared.extra if self._outside.why(line) in kinds]

    def _expect_none(self, kinds: Sequence[str], expected: str) -> None:
        found = {kind: lines for kind in kinds if (lines := self._extra(kind))}
        if found:
            told = [_lines_told(kind, lines) for kind, lines in found.items()]
            lines = [line for lines in found.values() for line in lines]
            raise self._marked(some(told), expected, lines, LOOK[next(iter(found))], "numero")

    def _marked(
        self, observed: str, expected: str, lines: Sequence[ExtractLine], look: str, name: str = "montant"
    ) -> Failed:
        column = self.extraction.columns[name]
        where = rows([line.row for line in lines])
        return Failed(
            f"{observed} (feuille {quote(self.extraction.sheet)}, {where}).",
            expected,
            look,
            at=self.extraction.grid.where(*(Spot(line.row, column) for line in lines)),
        )

    def texts(self, column: int) -> list[str]:
        """What the lines have in a column."""
        return [as_words(self.extraction.grid.value(Spot(line.row, column))) for line in self.extraction.lines]

    def _helps(self, column: int) -> bool:
        """Whether a column beside the extraction is a calculation."""
        grid, spots = self.extraction.grid, [Spot(line.row, column) for line in self.extraction.lines]
        return all(grid.live(spot) or grid.cell(spot).value is None for spot in spots)


def _lines_told(kind: str, lines: Sequence[ExtractLine]) -> str:
    """How many lines, and of how many invoices where these are what is too many: « 9 lignes de 4 factures annulées »."""
    noun, invoices = TOLD[kind], len({line.numero or (line.date, line.code) for line in lines})
    if kind == "supplier" and invoices < len(lines):
        many = f"de {invoices} factures" if invoices > 1 else "d'une facture"
        return f"{counted(len(lines), 'ligne')} {many} de fournisseur"
    if kind not in ("draft", "cancelled") or invoices == len(lines):
        return counted(len(lines), noun, _plural(noun))
    of = f"de {invoices} {_plural(noun)}" if invoices > 1 else f"d'un{'e' if kind == 'cancelled' else ''} {noun}"
    return f"{counted(len(lines), 'ligne')} {of}"


def _series(numero: str) -> tuple[str, int]:
    """What the number of an invoice begins with, and the number at its end; 0 without one that a series has."""
    head = numero.rstrip("0123456789")
    tail = numero[len(head) :]
    return (head, int(tail)) if 0 < len(tail) < 12 else (numero, 0)


def _plural(noun: str) -> str:
    first, _, rest = noun.partition(" ")
    second, _, more = rest.partition(" ")
    if second in ("annulée",):
        return f"{first}s {second}s"
    return " ".join(part for part in (f"{first}s", second, more) if part)
