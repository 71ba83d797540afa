"""A chart that a colleague can read: it stands on the right totals, and says what it shows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from etabli.exam import Cells, Failed
from etabli.exam.contract.french import counted, quote, some
from etabli.exam.contract.words import fold

from .formulas import areas, definitions
from .grid import Grid
from .labels import Reader
from .places import Area, Spot, area
from .said import MONTHS, amount, month

if TYPE_CHECKING:
    from etabli.exam.tools.book import Book, Chart, Series
    from etabli.exam.tools.computed import Values

MAX_SLICES = 8
CENT, EURO = 0.006, 0.5001
THOUSAND, TENTH = 1000, 50.01
"""An amount in k€ may be rounded to one decimal."""
REST = [["autres"], ["autre"], ["reste"], ["divers"]]
_WIDER = (
    "Cliquez sur le graphique : le tableur encadre les cellules qu'il montre. Agrandissez ce cadre jusqu'au dernier client de la "
    "synthèse. Ou écrivez sous les premiers une ligne « Autres », le total général moins leur somme, et montrez-la aussi."
)
_OTHER_FORM = (
    "Changez son type : des barres montrent tous les clients. Ou gardez le disque pour sept clients et « Autres », avec des étiquettes "
    "de données."
)
_RETITLE = "Dites dans le titre ce que montrent les barres : « Ventes HT par mois », par exemple, et dans les titres d'axes leur unité."
_UNIT = "Donnez à cet axe un titre avec l'unité : « Ventes HT, en euros », par exemple. Ou montrez les étiquettes de données."
_BOUNDS = "Double-cliquez sur cet axe, et remettez son minimum et son maximum sur Automatique."
_ORDINARY = "Changez le type du graphique : des barres ordinaires (« Normal », ou « Groupé »), sans « 100 % » ni « pourcentage »."
_STRAIGHT = "Double-cliquez sur cet axe, et décochez « Échelle logarithmique »."
FLAT = 10
"""How many times the highest total an axis is, from which nothing is seen of it."""
_NONE = (None, "", None)
_LONGER = (
    "Cliquez sur le graphique : le tableur encadre les cellules qu'il montre. Tirez ce cadre jusqu'au dernier mois, pour les totaux et "
    "pour leurs étiquettes."
)
_NARROWER = (
    "Cliquez sur le graphique : le tableur encadre les cellules qu'il montre. Réduisez ce cadre pour qu'il s'arrête avant la ligne "
    "nommée ici, ou changez cette plage dans la fenêtre des données du graphique."
)
_FIRST = "Triez la liste des clients par total, du plus grand au plus petit ; le graphique montre le haut de cette liste, puis « Autres »."
_BY = re.compile(
    r"\bpar (?:service|salarie|employe|article|produit|fournisseur|compte|taux|trimestre|semestre|semaine|jour|ville|region|pays"
    r"|commercial|commerciaux|vendeur|activite|categorie|famille|clients?|mois)(?:e?s)?\b"
)
"""« Salariés par service »: what the title of a chart says that its labels are."""
_SAYS = {
    "mois": re.compile(r"\b(?:mois|mensuel\w*|" + "|".join(map(fold, MONTHS)) + r")\b"),
    "client": re.compile(r"\bclients?\b"),
}
"""Words of a title that say each kind of labels."""
READABLE = ("bar", "line", "area", "pie", "doughnut", "combo")
EMPTY_WORDS = {
    *("titre", "title", "graphique", "diagramme", "chart", "principal", "main", "axe", "axis", "du", "de", "l", "le", "mon", "sans", "n"),
}  # fmt: skip
"""A title of these alone, and of digits, says nothing of what is shown: « Graphique 1 », « Titre de l'axe »."""
KINDS = {
    "scatter": "un nuage de points", "bubble": "un graphique à bulles", "radar": "un radar", "surface": "une surface",
    "stock": "un graphique boursier",
}  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """Totals that a chart may show."""

    read: Reader
    """What their labels are."""
    totals: Sequence[Mapping[str, float]]
    """By the lines, then as the workbook shows them, right or not: a wrong total costs once."""
    least: int
    """How many of them."""
    one: str
    many: str


class Charts:
    """The charts of a workbook, and the totals that one of them must show.

    Args:
        book: The workbook.
        grids: Its sheets.
        shown: The totals, of months and of customers.
        first: Whether some customers must be the first ones: once amounts change, others may be.
    """

    def __init__(self, book: Book, grids: Mapping[str, Grid], shown: Sequence[Shown], *, first: bool = True) -> None:
        self._first = first
        self._book = book
        self._grids = grids
        self._shown = shown
        self.all = [(sheet.name, chart) for sheet in book.sheets for chart in sheet.charts]

    def expect_one(self, because: Sequence[str] = ()) -> None:
        """There is a chart, with something in it.

        Args:
            because: The checks that tell why there is none: nothing is there to show.
        """
        expected = "Un graphique de la synthèse : les totaux par mois, ou par client."
        if not self.all:
            raise Failed("Le classeur n'a aucun graphique.", expected, because=because)
        if not any(chart.series for _, chart in self.all):
            raise Failed(f"Le graphique de la feuille {quote(self.all[0][0])} est vide.", expected)

    def expect_right(self) -> None:
        """One chart shows every month's total, or customers' totals, and nothing else."""
        problems = [(sheet, chart, self._problem(sheet, chart)) for sheet, chart in self.all]
        if all(problem for _, _, problem in problems):
            sheet, chart, problem = min(problems, key=lambda one: _rank(one[2]))
            title = f" {quote(chart.title)}" if chart.title else ""
            raise Failed(
                f"Graphique{title} de la feuille {quote(sheet)} : {problem}.",
                "Toutes les cellules des totaux par mois (ou par client) et leurs étiquettes, sans la ligne « Total » ; ou les premiers "
                "clients et « Autres ».",
                _FIRST
                if "les premiers" in problem
                else _WIDER
                if "« Autres »" in problem
                else _NARROWER
                if "il montre aussi" in problem
                else _LONGER
                if "n'y" in problem
                else None,
                at=Cells(sheet, chart.anchor or "A1"),
            )

    def expect_follows(self, values: Values, shown: Sequence[Shown], told: str) -> None:
        """After a change, one of the charts that show the totals shows the new ones: it reads no typed copy of them.

        Args:
            values: What the office computed after the change.
            shown: The totals then.
            told: What was changed, in French.
        """
        after = Charts(self._book, {name: grid.under(values) for name, grid in self._grids.items()}, shown, first=False)
        right = [(sheet, chart) for sheet, chart in self.all if not self._problem(sheet, chart)]
        if right and all(after._problem(sheet, chart) for sheet, chart in right):
            sheet, chart = right[0]
            refs = some([series.values_ref or "" for series in chart.series], 2)
            raise Failed(
                f"Graphique de la feuille {quote(sheet)} : dans une copie, avec {told}, les cellules qu'il montre ({refs}) ne suivent pas.",
                "Un graphique sur les totaux calculés, ou sur des cellules qui les recopient par une formule.",
                at=Cells(sheet, chart.anchor or "A1"),
            )

    def expect_readable(self) -> tuple[str, Chart]:
        """The chart that shows the totals, or the first one, is readable by itself: its sheet, and it."""
        right = [(sheet, chart) for sheet, chart in self.all if not self._problem(sheet, chart)]
        told = [
            (sheet, chart, _unreadable(chart) or self._unlike(sheet, chart) or self._mistitled(sheet, chart))
            for sheet, chart in right or self.all
            if chart.series
        ]
        readable = next(((sheet, chart) for sheet, chart, problem in told if not problem), None)
        if readable is None:
            sheet, chart, problem = told[0]
            raise Failed(
                f"Graphique de la feuille {quote(sheet)} : {problem}.",
                "Un titre, des titres d'axes ou des étiquettes de données, une forme qui se lit d'un coup d'œil.",
                _OTHER_FORM
                if "ne se lit pas" in problem
                else _RETITLE
                if "son titre dit" in problem or "est resté" in problem
                else _UNIT
                if "l'axe des montants n'a" in problem
                else _ORDINARY
                if "« 100 % »" in problem
                else _STRAIGHT
                if "logarithmique" in problem
                else _BOUNDS
                if "l'axe des montants" in problem
                else None,
                at=Cells(sheet, chart.anchor or "A1"),
            )
        return readable

    def _mistitled(self, sheet: str, chart: Chart) -> str:
        """What the title of a chart of one series says that its labels are, and what they are; '' where that is not sure."""
        title = fold(chart.title or "")
        kinds = {
            shown.one for shown in self._shown if len(chart.series) == 1 and not self._wrong(sheet, chart.series, shown)
        }
        by = _BY.search(title)
        if len(kinds) != 1 or not by or (says := _SAYS.get(one := kinds.pop())) is None or says.search(title):
            return ""
        return f"son titre dit {quote(by[0])}, et il montre les {'mois' if one == 'mois' else 'clients'}"

    def _unlike(self, sheet: str, chart: Chart) -> str:
        """Why the heights that are drawn do not show the amounts; '' where they do."""
        alone = [one for one in chart.series if not self._problem(sheet, replace(chart, series=(one,)))]
        scales = {one.scale for one in alone or chart.series}
        if scales == {"percent"}:
            return "il est « 100 % » : tout y monte jusqu'en haut, et on ne voit pas les totaux"
        if scales == {"log"}:
            return "l'axe des montants est logarithmique : des totaux très différents y ont presque la même hauteur"
        return self._out_of_sight(sheet, chart)

    def _out_of_sight(self, sheet: str, chart: Chart) -> str:
        """Why the ends of an axis leave nothing to see of a series; '' where they do, or where the office chooses them."""
        pairs = [self._pairs(sheet, one, lambda _: None) for one in chart.series]
        stacks = [sum(abs(value or 0.0) for _, _, value in points) for points in zip_longest(*pairs, fillvalue=_NONE)]
        for one, points in zip(chart.series, pairs, strict=True):
            seen = [value for _, _, value in points if value is not None]
            if not seen or (one.least is None and one.most is None) or chart.kind not in READABLE:
                continue
            low, high, tall = min(seen), max(*seen, *stacks), max(map(abs, (*seen, *stacks)))
            least = min(low, 0.0) if one.least is None else one.least
            most = max(high, 0.0) if one.most is None else one.most
            if (one.least is not None and least > high) or (one.most is not None and most < low):
                shows = "on ne voit aucun des totaux"
            elif most - least > FLAT * tall > 0:
                shows = "on ne distingue plus les totaux"
            else:
                continue
            return f"l'axe des montants va de {amount(least)} à {amount(most)}, et {shows} (de {amount(low)} à {amount(high)})"
        return ""

    # -- what it stands on

    def _problem(self, sheet: str, chart: Chart) -> str:
        """Why a chart does not show the totals; '' when it does."""
        if not chart.series:
            return "il est vide"
        if any(series.values_ref is None for series in chart.series):
            return "ses valeurs sont tapées dans le graphique, elles ne suivront pas le tableau"
        found = [self._wrong(sheet, chart.series, shown) for shown in self._shown]
        if "" in found:
            return ""
        return min(found, key=_rank)

    def _wrong(self, sheet: str, series: Sequence[Series], shown: Shown) -> str:
        """What is wrong in a chart, if it is one of these totals; '' when nothing is."""
        pairs = [self._pairs(sheet, one, shown.read) for one in series]
        labels = {key for one in pairs for key, _, _ in one if key}
        if not labels:
            return "ses étiquettes ne sont ni les mois ni les clients"
        refs = some([one.values_ref or "" for one in series], 2)
        strangers = [
            text
            for one in pairs
            for key, text, value in one
            if not key and value is not None and not _is_rest(text, value, labels, shown)
        ]
        if strangers:
            return f"il montre aussi {quote(strangers[0]) if strangers[0] else 'une cellule sans étiquette'} ({refs})"
        if len(labels) < shown.least:
            few = counted(len(labels), shown.one, shown.many)
            if shown.one != "mois":
                return f"il ne montre que {few} sur {shown.least} au moins ({refs})"
            lacking = _others(shown.totals[0], labels)
            lost = some([month(key) for key in lacking])
            return f"il ne montre que {few} ({refs}) : {lost} n'y {'est' if len(lacking) < 2 else 'sont'} pas"
        rest = any(not key and value is not None for one in pairs for key, _, value in one)
        lacking = min((_others(totals, labels) for totals in shown.totals if totals), key=len, default=[])
        if lacking and not rest:
            return (
                f"il ne montre que {counted(len(labels), shown.one, shown.many)} ({refs}) : il y manque "
                f"{counted(len(lacking), shown.one, shown.many)}, ou une ligne « Autres » qui les additionne"
            )
        if lacking and self._first and all(_is_after(totals, labels) for totals in shown.totals if totals):
            return f"il montre « Autres » et {counted(len(labels), shown.one, shown.many)} qui ne sont pas les premiers ({refs})"
        for one in (*pairs, _added(pairs)):
            seen = {key: value for key, _, value in one if key}
            if len(seen) == len(labels) and all(_is_total(key, value, shown) for key, value in seen.items()):
                return ""
        return f"les cellules qu'il montre ({refs}) ne sont pas les totaux de ses étiquettes"

    def _area(self, reference: str | None, sheet: str) -> Area | None:
        """Where the cells are; a name's too."""
        name = (reference or "").rpartition("!")[2]
        return area(reference) or next(iter(areas(f"={name}", self._book, sheet)), None)

    @property
    def unknown(self) -> str:
        """What a chart shows that only the office that draws it knows, in French; '' when there is nothing such."""
        refs = [
            ref for _, chart in self.all for one in chart.series for ref in (one.values_ref, one.categories_ref) if ref
        ]
        if any("@" in ref for ref in refs):
            return "un diagramme de table dynamique"
        names = [ref.rpartition("!")[2] for ref in refs if area(ref) is None]
        growing = [name for name in names if any(area(one) is None for one in definitions(name, self._book))]
        return f"un graphique sur le nom {growing[0]}" if growing else ""

    def _pairs(self, sheet: str, series: Series, read: Reader) -> list[tuple[str | None, str, float | None]]:
        """Key, words and figure of each point; points with neither words nor figure are left out."""
        values, labels = self._area(series.values_ref, sheet), self._area(series.categories_ref, sheet)
        if values is None:
            return []
        grid = self._grids.get(values.sheet or sheet)
        names = self._grids.get((labels.sheet if labels else None) or sheet)
        if grid is None:
            return []
        down = values.bottom > values.top or values.left == values.right
        found = []
        for rank, spot in enumerate(values.spots()):
            contents = []
            if labels is not None and names is not None:
                # Several levels of labels (year, month): the last one tells.
                level = range(labels.left, labels.right + 1) if down else range(labels.top, labels.bottom + 1)
                places = [Spot(labels.top + rank, at) if down else Spot(at, labels.left + rank) for at in level]
                contents = [names.value(place) for place in places if labels.holds(place)]
            key = next((key for content in reversed(contents) if (key := read(content))), None)
            text = next((str(content) for content in reversed(contents) if content not in (None, "")), "")
            number = grid.number(spot)
            if text or number is not None:
                found.append((key, text, number))
        return found


def _is_total(key: str, value: float | None, shown: Shown) -> bool:
    return value is not None and any(_shows(value, totals.get(key, 0.0)) for totals in shown.totals)


def _others(totals: Mapping[str, float], labels: Set[str]) -> list[str]:
    """Whose total, of those that are not nought, a chart does not show by itself."""
    return [key for key, total in totals.items() if key not in labels and abs(total) >= CENT]


def _is_after(totals: Mapping[str, float], labels: Set[str]) -> bool:
    """Whether one of the totals that are shown is lower than one that is not."""
    shown = [totals[key] for key in labels if key in totals]
    return any(totals[key] >= min(shown, default=0.0) + CENT for key in _others(totals, labels))


def _is_rest(text: str, value: float, labels: Set[str], shown: Shown) -> bool:
    """Whether a point is all the others together: « Autres clients »."""
    return fold(text).split()[:1] in REST and any(
        _shows(value, sum(total for key, total in totals.items() if key not in labels)) for totals in shown.totals
    )


def _shows(value: float, total: float) -> bool:
    """The total itself, to the euro, or in thousands."""
    near = EURO if value.is_integer() else CENT
    return abs(value - total) < near or abs(value * THOUSAND - total) <= TENTH


def _added(
    pairs: Sequence[Sequence[tuple[str | None, str, float | None]]],
) -> list[tuple[str | None, str, float | None]]:
    """The sum of several series, point by point: columns stacked by customer add up to months."""
    sums: dict[str | None, float] = {}
    for one in pairs:
        for key, _, value in one:
            sums[key] = sums.get(key, 0.0) + (value or 0.0)
    return [(key, "", value) for key, value in sums.items()]


def _rank(problem: str) -> int:
    """The nearest to right comes first: a wrong range before wrong labels before an empty chart."""
    order = ("", "les cellules", "il montre", "il ne montre", "ses valeurs", "ses étiquettes", "il est vide")
    return next((rank for rank, start in enumerate(order) if start and problem.startswith(start)), 0)


def _says(title: str | None) -> bool:
    """Whether a title says something."""
    return any(not word.isdigit() for word in {*fold(title or "").split()} - EMPTY_WORDS)


def _unreadable(chart: Chart) -> str:
    """Why a chart cannot be read by itself; '' when it can."""
    axes = [_says(chart.x_title), _says(chart.y_title)]
    if not _says(chart.title):
        bare = chart.kind not in ("pie", "doughnut") and not (chart.labels or any(axes))
        more = ", ni de titres d'axes, ni d'étiquettes de données" if bare else ""
        return f"il n'a pas de titre{more}" if not chart.title else f"son titre est resté {quote(chart.title)}"
    if chart.kind not in READABLE:
        return f"c'est {KINDS.get(chart.kind, 'une forme rare')} : des barres ou une courbe se lisent mieux"
    sliced = chart.kind in ("pie", "doughnut")
    points = max((place.size for one in chart.series if (place := area(one.values_ref))), default=0)
    if sliced and points > MAX_SLICES:
        return f"un disque de {counted(points, 'part')} ne se lit pas"
    if not chart.labels and not (chart.legend if sliced else any(axes)):
        return "ni titres d'axes ni étiquettes de données" if not sliced else "ni étiquettes de données ni légende"
    if not (chart.labels or sliced or axes[1]):
        return "l'axe des montants n'a pas de titre : on ne lit pas leur unité"
    if len(chart.series) > 1 and not chart.legend:
        return f"{counted(len(chart.series), 'série')} et pas de légende"
    return ""
