"""How the workbook is presented: errors, formats, print set-up, a named table, its source, nothing hidden."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from etabli.exam import Cells, Failed
from etabli.exam.contract.formulas import error_in_french
from etabli.exam.contract.french import counted, quote, quoted, rows, some
from etabli.exam.contract.words import fold
from etabli.exam.reading.markup import whole

from .extraction import Extraction, day_of
from .finding import Figures
from .formulas import surroundings
from .grid import Grid
from .meaning import as_date, as_words
from .places import MAX_COLUMN, MAX_ROW, Area, Spot, area, letters, spot
from .precedents import Precedents, SheetSpot
from .said import at, day

if TYPE_CHECKING:
    from etabli.exam.tools.book import Book, Format
    from etabli.exam.tools.computed import Values

SHOWN = 3
EARLY, LATE = 40_000, 55_000
"""Serial numbers of 2009 and 2050: a label between them that is a number is a day without its format."""
EXPLAINED = 400
"""So many cells in error are followed to the figure that explains them."""
ERRORS = ("#REF!", "#DIV/0!", "#N/A")
LOOK = {
    "#DIV/0!": "La formule divise par une cellule vide ou par 0 : est-ce la bonne cellule, fixée avec des $ ?",
    "#REF!": "La formule lit une cellule ou une feuille qui a été supprimée : écrivez-la à nouveau.",
    "#NAME?": "Un nom de fonction, de feuille ou de tableau est mal écrit dans la formule.",
    "#VALUE!": "La formule calcule avec du texte : regardez si les cellules qu'elle lit sont de vrais nombres.",
    "#N/A": "La recherche n'a rien trouvé : comparez lettre à lettre ce qui est cherché et la colonne où l'on cherche.",
    "Err:522": "La formule se lit elle-même : sa plage contient sa propre cellule.",
}
"""Where to look, by the error that a cell shows."""
AMOUNTS = ("number", "integer", "currency")
FORMATS: Sequence[tuple[str, Callable[[Format], bool], str]] = (
    ("date", lambda one: one.kind == "date", "une date sans format de date, qui se lit {}"),
    ("date", lambda one: one.kind != "date" or _day_first(one.code), "une date où le jour n'est pas écrit en premier"),
    ("date", lambda one: one.kind != "date" or _with_year(one.code), "une date sans son année"),
    ("montant", lambda one: _in_cents(one), "un montant sans ses deux décimales"),
)
"""Of the extraction's columns: what fits, and what is told of another."""
_DATED = (
    "Sélectionnez toute la colonne des dates, puis Format de cellule, Date, jj/mm/aaaa. Les valeurs ne changent pas : seulement ce "
    "qu'on lit."
)
_SOURCE = re.compile(r"\b(?:tryton|pgi|erp|progiciel)\b")
_DENIED = re.compile(
    r"\b(?:ni|pas|non|jamais) (?:(?:de|du|des|d|dans|par|avec|sur|le|la|l|un|une|autre) ){0,3}(?:tryton|pgi|erp|progiciel)\b"
)
"""« ni de Tryton », « pas du PGI »: that names no source."""
_TAKEN = re.compile(r"\b(?:extrait\w*|extraction|exporte\w*|export|releve)\b")
_DATE = re.compile(r"\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b|\b\d{4}-\d{2}-\d{2}\b")
_SPAN = re.compile(
    rf"(?:\b\d{{1,2}}[/.-]\d{{1,2}}|{_DATE.pattern}) ?(?:au|à|a|jusqu'au|[-–—→>]{{1,2}}) ?(?:{_DATE.pattern})", re.I
)
"""« 01/11/2025 au 31/03/2026 », « 01/11-31/03/2026 »: a period, and no day of extraction."""
_GROWS = (
    re.compile(
        r"OFFSET\((?P<first>'(?:[^']|'')+'![^,:()]+|[^,:()]+),0?,0?,[^,]*COUNTA?\([^)]*\)[^,]*,(?P<width>\d+|COUNTA\([^)]*\))\)",
        re.I,
    ),
    re.compile(r"(?P<first>[^:()]+):INDEX\((?P<last>[^,]+),[^()]*COUNTA?\([^)]*\)[^()]*\)", re.I),
)
"""Names that grow by themselves: OFFSET(first cell, 0, 0, COUNTA(…), width), first cell:INDEX(last column, COUNTA(…))."""
_MONTH = "(?:janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre)"
_WORDED = re.compile(rf"\b(?:1er|\d{{1,2}}) {_MONTH} 20\d\d\b")
_WORDED_SPAN = re.compile(rf"\b(?:1er|\d{{1,2}})(?: {_MONTH})?(?: 20\d\d)? (?:au|a) {_WORDED.pattern}")
"""The same in words, folded: « du 1er au 31 mars 2026 »."""


def expect_no_error(
    values: Values, *, calc: bool = False, explained: Callable[[Set[SheetSpot]], Sequence[str]] = lambda errors: ()
) -> None:
    """No cell shows an error once all is recalculated.

    Args:
        values: As the office computed them.
        calc: Errors are told as LibreOffice shows them.
        explained: Gives the checks whose figures explain all these cells.
    """
    found = values.errors()
    if found:
        kinds: dict[tuple[str, str], list[str]] = {}
        for sheet, cell, error in found:
            kinds.setdefault((error, sheet), []).append(cell)
        told = [
            f"{error_in_french(error, calc=calc)} dans {some([at(sheet, cells[0]), *cells[1:]])}"
            for (error, sheet), cells in kinds.items()
        ]
        raise Failed(
            f"{counted(len(found), 'cellule en erreur', 'cellules en erreur')} : {' ; '.join(told[:SHOWN])}.",
            f"Aucune erreur ({', '.join(error_in_french(one, calc=calc) for one in ERRORS)}…) dans un document remis.",
            LOOK.get(next(iter(kinds))[0], "Cliquez sur la cellule, et lisez sa formule morceau par morceau."),
            at=Cells(found[0][0], [cell for sheet, cell, _ in found if sheet == found[0][0]]),
            because=explained({(sheet, spot(cell)) for sheet, cell, _ in found}) if len(found) <= EXPLAINED else (),
        )


def expect_table(book: Book, extraction: Extraction) -> None:
    """A table or a name covers the lines."""
    expected = f"Un tableau (Excel) ou une plage de base de données nommée (LibreOffice) sur {_place(extraction)}."
    places = [
        (table.name, place._replace(sheet=sheet.name))
        for sheet in book.sheets
        for table in sheet.tables
        if (place := area(table.ref))
    ]
    places += [(name.name, place) for name in book.names if not name.hidden and (place := area(name.refers_to))]
    places += [(name.name, place) for name in book.names if not name.hidden and (place := _growing(name.refers_to))]
    near = [(name, place) for name, place in places if _same_sheet(place, extraction) and _is_wide(place, extraction)]
    if any(_covers(place, extraction) for _, place in near):
        return
    if near:
        name, place = near[0]
        told = f"{quote(name)} va de la ligne {place.top} à la ligne {place.bottom}"
        raise Failed(
            f"{told} ; vos lignes vont de {extraction.header + 1} à {extraction.last}.",
            expected,
            "Étendez la plage jusqu'à la dernière ligne, ligne de titres comprise.",
        )
    raise Failed(
        "Aucun tableau ni aucune plage nommée ne couvre les lignes de l'extraction.",
        expected,
        f"Cliquez sur une cellule de {quote(extraction.sheet)}. Excel : Insertion, Tableau. LibreOffice : Données, Définir la "
        "plage. Titres et dernière ligne compris.",
    )


def expect_formats(
    extraction: Extraction,
    totals: Mapping[str, Sequence[Spot]],
    shares: Figures | None,
    grids: Mapping[str, Grid],
    more: Mapping[str, Sequence[tuple[Grid, Spot]]] = MappingProxyType({}),
    months: Figures | None = None,
) -> None:
    """Dates, amounts and shares are shown as what they are.

    Args:
        extraction: The lines.
        totals: Those by month and by customer, by sheet.
        shares: Of the customers.
        grids: The sheets.
        more: Other amounts, by what a sentence calls one of them.
        months: The totals by month, whose labels may be dates.
    """
    wrong: list[tuple[str, str, str]] = []
    grid = extraction.grid

    def add(shown: Grid, odd: Sequence[Spot], told: str) -> None:
        """Names the cell that looks most wrong: « 419,67 » needs no format to look like an amount, « 80,3 » does."""
        if odd:
            first = min(odd, key=lambda spot: _looks_right(shown, spot))
            more = f", comme {counted(len(odd) - 1, 'autre cellule', 'autres cellules')}" if len(odd) > 1 else ""
            wrong.append((shown.name, first.cell, f"{told.format(as_words(shown.value(first)))}{more}"))

    for name, fits, told in FORMATS:
        spots = [Spot(line.row, extraction.columns[name]) for line in extraction.lines if name in extraction.columns]
        # A cell of another type is another check's; here, only what is a date or a number.
        odd = [spot for spot in spots if type(grid.value(spot)) is not str and not fits(grid.cell(spot).format)]
        if name == "date":
            odd = [spot for spot in odd if day_of(grid.value(spot)) is not None]
        add(grid, odd, told)
    amounts = [Spot(line.row, extraction.columns["montant"]) for line in extraction.lines if line.amount < 0]
    formats = {spot: grid.cell(spot).format for spot in amounts}
    odd = [spot for spot, one in formats.items() if _in_cents(one) and not _in_cents(one.negative)]
    add(grid, odd, "un montant négatif sans ses deux décimales")
    figures = [("un total", grids[sheet], spots) for sheet, spots in totals.items()]
    figures += [
        (noun, one, [spot for own, spot in cells if own is one])
        for noun, cells in more.items()
        for one in dict.fromkeys(own for own, _ in cells)
    ]
    for noun, one, cells in figures:
        shown = {spot: one.cell(spot).format for spot in cells if _is_shown(one, spot)}
        odd = [spot for spot, form in shown.items() if not _in_cents(form)]
        plain = [spot for spot in odd if shown[spot].kind not in AMOUNTS]
        add(one, plain, f"{noun} sans format de nombre ou de monnaie")
        add(one, [spot for spot in odd if spot not in plain], f"{noun} sans ses deux décimales ni le signe €")
        below = [spot for spot, form in shown.items() if (one.number(spot) or 0.0) < 0 and _in_cents(form)]
        add(
            one,
            [spot for spot in below if not _in_cents(shown[spot].negative)],
            f"{noun} négatif sans ses deux décimales",
        )
    if months is not None:
        labels = [spot for spot in months.listing.labels.values() if _is_shown(months.grid, spot)]
        odd = [spot for spot in labels if EARLY <= (months.grid.number(spot) or 0.0) <= LATE]
        add(months.grid, odd, "une date de mois sans format de date, qui se lit {}")
    if shares is not None:
        odd = [spot for spot in shares.spots.values() if shares.grid.cell(spot).format.kind != "percent"]
        add(shares.grid, odd, "une part sans format de pourcentage")
    if wrong:
        told_all = [f"{at(sheet, cell)} ({told})" for sheet, cell, told in wrong]
        raise Failed(
            f"À revoir : {some(told_all)}.",
            "Dates en jj/mm/aaaa, montants et totaux à deux décimales ou en euros, parts en pourcentage.",
            _DATED if all(told.startswith("une date") for _, _, told in wrong) else None,
            at=Cells(wrong[0][0], [cell for sheet, cell, _ in wrong if sheet == wrong[0][0]]),
        )


def expect_printable(book: Book, extraction: Extraction, summaries: Mapping[str, Sequence[Spot]]) -> None:
    """The extraction and the summary print well: whole, where there is a print area.

    Args:
        book: The workbook.
        extraction: The lines.
        summaries: By sheet, the cells of the totals and those beside them that belong to their table.
    """
    expected = "Paysage ou ajusté à une page de large ; la ligne de titres de l'extraction répétée sur chaque page."
    found = {name: book.sheet(name) for name in (extraction.sheet, *summaries)}
    upright = [name for name, one in found.items() if one and not (one.print.landscape or one.print.fit_width)]
    told, look = [], "Dans la mise en page : orientation paysage, ou une page en largeur."
    if len(upright) == 1:
        told = [f"La feuille {quote(upright[0])} s'imprime en portrait, sans être ajustée à la largeur."]
    elif upright:
        told = [f"Les feuilles {quoted(upright)} s'impriment en portrait, sans être ajustées à la largeur."]
    sheet = found[extraction.sheet]
    rows = re.findall(r"\d+", (sheet.print.title_rows if sheet else None) or "")
    top, bottom = (whole(row, MAX_ROW + 1) for row in (rows if len(rows) > 1 else (None, None)))
    again = sum(line.row <= bottom for line in extraction.lines)
    if not top <= extraction.header <= bottom <= MAX_ROW or again > 1:
        ends = max(top, bottom) <= MAX_ROW
        said = f"répète les lignes {top} à {bottom}" if ends else "ne répète pas sa ligne de titres"
        told.append(f"À l'impression, la feuille {quote(extraction.sheet)} {said}.")
        titles = f"Donnez la ligne {extraction.header} comme ligne à répéter en haut de chaque page."
        look = f"{look} {titles}" if upright else titles
    columns = extraction.columns.values()
    wanted = dict(summaries)
    wanted[extraction.sheet] = [
        *wanted.get(extraction.sheet, ()),
        *(Spot(line.row, column) for line in extraction.lines for column in (min(columns), max(columns))),
    ]
    for name, spots in wanted.items():
        one = book.sheet(name)
        areas = [place for part in (one.print.area or "").split(",") if (place := area(part))] if one else []
        if areas and (out := [spot for spot in spots if not any(place.holds(spot) for place in areas)]):
            told.append(
                f"La zone d'impression de la feuille {quote(name)} laisse de côté {counted(len(out), 'cellule')} de vos "
                f"tableaux, comme {out[0].cell}."
            )
            look = "Enlevez la zone d'impression, ou étendez-la à tout le tableau."
    if told:
        raise Failed(" ".join(told), expected, look)


def expect_source(
    grids: Sequence[Grid], extraction: Extraction, precedents: Precedents, book: Book, ends: Collection[date] = ()
) -> None:
    """Somewhere, the source and the date of the extraction are written.

    Args:
        grids: The sheets.
        extraction: The lines.
        precedents: What a date may be calculated from.
        book: For its names.
        ends: The first and the last day of the period, which are no date of extraction where both are told.
    """
    cells = [
        (grid, spot, as_words(grid.value(spot)))
        for grid in grids
        for spot in grid.spots
        if not extraction.holds(grid, spot) and type(grid.value(spot)) is str
    ]
    expected = "Une cellule dit d'où viennent les données (Tryton), une autre quand elles ont été extraites."
    taken = [(grid, spot, text) for grid, spot, text in cells if _TAKEN.search(fold(text))]
    dates = [
        (grid, place)
        for grid, spot, text in taken
        for place in ([spot] if _has_date(text) else []) + _dates_beside(grid, spot, ends)
    ]
    if not any(_SOURCE.search(_DENIED.sub(" ", fold(text))) for _, _, text in cells):
        dated = "Dans une autre, « Extrait le … » avec la date du jour de l'export."
        raise Failed(
            f"Aucune cellule ne dit que les données viennent de Tryton{'' if dates else ', ni quel jour on les a extraites'}.",
            expected,
            f"Dans la synthèse, écrivez « Source : Tryton » dans une cellule.{'' if dates else f' {dated}'}",
        )
    look = "Écrivez « Extrait le » et, à côté, la date du jour de l'export : une vraie date, tapée."
    if not dates:
        said = f" près de {quote(taken[0][2])}" if taken else ""
        why = (
            " Du … au … : c'est la période, pas le jour de l'export."
            if taken and _tells_period(*taken[0], ends)
            else ""
        )
        raise Failed(f"La date d'extraction n'est pas écrite{said}.{why}", expected, look)
    days = [_days(grid.value(place)) for grid, place in dates]
    sold = [found for line in extraction.lines if (found := day_of(line.cells.get("date")))]
    grid, place = dates[0]
    if sold and all(days) and max(map(max, days)) < max(sold):
        told = f"{grid.told(place)}, {quote(as_words(grid.value(place)))} : cette date est avant votre dernière vente ({day(max(sold))})."
        raise Failed(told, expected, look, at=grid.where(place))
    by_name = {one.name: one for one in grids}
    whys = [
        _made_of({(one.name, spot), *precedents.behind(one, [spot])}, by_name, extraction, book) for one, spot in dates
    ]
    if all(whys):
        said = f", {grid.said(place)}," if grid.formula(place) else ""
        raise Failed(
            f"La date d'extraction, {grid.told(place)}{said} n'est pas tapée : {whys[0]}.",
            expected,
            look,
            at=grid.where(place),
        )


def expect_nothing_hidden(book: Book, sheet_name: str = "", personal: Collection[str] = ()) -> None:
    """No sheet, column or row that holds something is hidden.

    Args:
        book: The workbook.
        sheet_name: That of the extraction.
        personal: Its columns of personal data: where nothing else is hidden, `confidentialite` tells it.
    """
    others = [
        one for one in book.sheets if one.name != sheet_name and (one.hidden or one.hidden_columns or one.hidden_rows)
    ]
    own = next((one for one in book.sheets if one.name == sheet_name), None)
    alone = bool(own and own.hidden_columns and not (others or own.hidden or own.hidden_rows or any(own.unreached)))
    told = [f"la feuille {quote(sheet.name)}" for sheet in book.sheets if sheet.hidden and any(sheet.rows)]
    for sheet in (one for one in book.sheets if not one.hidden):
        if sheet.hidden_columns:
            told.append(
                f"{counted(len(sheet.hidden_columns), 'colonne')} de la feuille {quote(sheet.name)} "
                f"({some(sheet.hidden_columns)})"
            )
        if sheet.hidden_rows:
            which = rows(sheet.hidden_rows).partition(" ")[2]
            told.append(f"{counted(len(sheet.hidden_rows), 'ligne')} de la feuille {quote(sheet.name)} ({which})")
        for count, what, first, beyond in (
            (sheet.unreached[0], "ligne", "1", str(sheet.unreached[0])),
            (sheet.unreached[1], "colonne", "A", letters(max(1, sheet.unreached[1]))),
        ):
            if count and any(sheet.rows):
                which = first if count == 1 else f"{first} à {beyond}"
                told.append(
                    f"{counted(count, what)} de la feuille {quote(sheet.name)} ({which}), hors des volets figés"
                )
    shown = {
        "volets": any(any(sheet.unreached) for sheet in book.sheets if not sheet.hidden and any(sheet.rows)),
        "feuilles": any(sheet.hidden and any(sheet.rows) for sheet in book.sheets),
        "colonnes": any(sheet.hidden_columns for sheet in book.sheets if not sheet.hidden),
        "lignes": any(sheet.hidden_rows for sheet in book.sheets if not sheet.hidden),
    }
    if told:
        raise Failed(
            f"Ce qui est caché : {some(told)}.",
            "Un classeur remis montre tout ; un filtre est enlevé avant de rendre.",
            _showing(shown, keep=not others),
            because=["confidentialite"] if alone and own and set(own.hidden_columns) <= set(personal) else [],
        )


def _showing(hidden: Mapping[str, bool], *, keep: bool) -> str:
    """What to do with what is hidden, by its kinds; `keep`: it is the extraction's own."""
    beside = "sélectionnez {}, de part et d'autre de ce qui manque, puis clic droit, Afficher"
    where = {
        "volets": "libérez les volets, revenez en A1, puis figez-les à nouveau",
        "feuilles": "clic droit sur un onglet, Afficher",
        "colonnes": beside.format("en haut les lettres"),
        "lignes": beside.format("à gauche les numéros gris des lignes"),
    }
    told = " ; ".join(where[kind] for kind, found in hidden.items() if found)
    filters = " Si c'est un filtre qui les cache, enlevez-le." if hidden["lignes"] else ""
    after = " C'est votre extraction : gardez ce qui est demandé." if keep else " Supprimez ensuite ce qui ne sert pas."
    panes = [kind for kind, found in hidden.items() if found] == ["volets"]
    return f"{told[:1].upper()}{told[1:]}.{filters}{'' if panes else after}"


# -- small questions


def _day_first(code: str) -> bool:
    """Whether a format of dates writes the day first, then the month, then the year; what it leaves out has no place.

    A format of several parts does so in each of its dates: which part shows depends on a number, and a reader sees one.
    """
    return all(
        (places := _places(part)) == sorted(places) and ("d" in _letters(part) or not places) for part in _parts(code)
    )


def _with_year(code: str) -> bool:
    """Whether a format of dates shows the year in each of its parts that shows a day or a month."""
    return all("y" in _letters(part) or not _places(part) for part in _parts(code))


def _in_cents(one: Format) -> bool:
    """Whether a format shows amounts with two decimals, or in euros."""
    return one.kind == "currency" or (one.kind in AMOUNTS and one.decimals == 2)


def _parts(code: str) -> list[str]:
    """The parts of a format: for numbers above nought, below, and so on."""
    return re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', code[:200])


def _letters(part: str) -> str:
    """The letters of a part that stand for something, hours and their minutes left out; English ones."""
    bare = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.|\bh+\W*m+|general|standard', "", part.casefold())
    return bare.replace("j", "d").replace("a", "y")


def _places(part: str) -> list[int]:
    """Where a part shows the day, the month, the year."""
    return [place for letter in "dmy" if (place := _letters(part).find(letter)) >= 0]


def _growing(formula: str) -> Area | None:
    """The area of a name that grows by itself, as far as it can."""
    bare = formula.strip().removeprefix("=")
    found = next((match for pattern in _GROWS if (match := pattern.fullmatch(bare))), None)
    first = area(found["first"]) if found else None
    if not found or not first:
        return None
    said = found.groupdict()
    last = area(said.get("last"))
    told = said.get("width") or "("
    width = MAX_COLUMN - first.left if "(" in told else whole(told)
    return first._replace(bottom=MAX_ROW, right=last.right if last else first.left + width - 1)


def _is_shown(grid: Grid, spot: Spot) -> bool:
    """Whether a figure is in the file as it was handed in; where a pivot only grows when refreshed, no format was."""
    return grid.number(spot) is not None and not (grid.in_pivot(spot) and grid.cell(spot).value is None)


def _looks_right(grid: Grid, spot: Spot) -> bool:
    """Whether a number without a format of its own happens to be shown with two decimals."""
    number = grid.number(spot)
    return number is not None and len(f"{number:.9f}".rstrip("0").rpartition(".")[2]) == 2


def _place(extraction: Extraction) -> str:
    return f"les lignes {extraction.header} à {extraction.last} de {quote(extraction.sheet)}"


def _same_sheet(place: Area, extraction: Extraction) -> bool:
    return (place.sheet or "").casefold() == extraction.sheet.casefold()


def _is_wide(place: Area, extraction: Extraction) -> bool:
    columns = extraction.columns.values()
    return place.left <= min(columns) and max(columns) <= place.right


def _covers(place: Area, extraction: Extraction) -> bool:
    return (place.top in (extraction.header, extraction.header + 1) and place.bottom >= extraction.last) or (
        place.top < extraction.header and place.bottom > 100_000
    )


def _has_date(text: str) -> bool:
    """Whether a text tells a day, that is not an end of a period."""
    return bool(_DATE.search(_SPAN.sub(" ", text)) or _WORDED.search(_WORDED_SPAN.sub(" ", fold(text))))


def _tells_period(grid: Grid, spot: Spot, text: str, ends: Collection[date]) -> bool:
    """Whether a cell, or those on its right, tell a period."""
    return bool(_SPAN.search(text) or _WORDED_SPAN.search(fold(text)) or _ends_beside(grid, spot, ends))


def _days(value: Any) -> list[date]:
    """The days that a cell tells, without the periods; none where one of them cannot be read."""
    if found := as_date(value):
        return [found]
    if type(value) is not str:
        return []
    told = [as_date(one) for one in _DATE.findall(_SPAN.sub(" ", value))]
    return [one for one in told if one] if all(told) and not _WORDED.search(fold(value)) else []


def _dates_beside(grid: Grid, spot: Spot, ends: Collection[date]) -> list[Spot]:
    near = (Spot(spot.row, spot.column + 1), Spot(spot.row, spot.column + 2), Spot(spot.row + 1, spot.column))
    return [place for place in near if _is_date(grid.value(place)) and place not in _ends_beside(grid, spot, ends)]


def _ends_beside(grid: Grid, spot: Spot, ends: Collection[date]) -> list[Spot]:
    """The cells on the right of another that have the ends of the period; none unless both are there."""
    right = {place: _days(grid.value(place)) for place in (Spot(spot.row, spot.column + step) for step in range(1, 5))}
    found = [place for place, days in right.items() if len(days) == 1 and days[0] in ends]
    return found if {right[place][0] for place in found} == {*ends} else []


def _made_of(cells: Iterable[SheetSpot], grids: Mapping[str, Grid], extraction: Extraction, book: Book) -> str:
    """Why nobody typed a date, by the cells that it is made of, in a sentence; '' where somebody did."""
    if any(surroundings(grids[name].formula(spot), book) for name, spot in cells):
        return "elle est celle du jour où l'on ouvre le classeur"
    if any(extraction.holds(grids[name], spot) for name, spot in cells):
        return "elle est calculée sur vos lignes, et date d'une vente"
    return ""


def _is_date(value: Any) -> bool:
    return as_date(value) is not None or (type(value) is str and _has_date(value))
