"""How the workbook is presented: errors, formats, print set-up, a named table, its source, nothing hidden."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence, Set
from datetime import date
from typing import TYPE_CHECKING, Any

from etabli.exam import Cells, Failed
from etabli.exam.contract.formulas import error_in_french
from etabli.exam.contract.french import counted, quote, quoted, rows, some
from etabli.exam.contract.words import fold
from etabli.exam.reading.markup import whole

from .extraction import Extraction, day_of
from .finding import Figures
from .grid import Grid
from .meaning import as_date, as_words
from .places import MAX_COLUMN, MAX_ROW, Area, Spot, area, letters, spot
from .precedents import SheetSpot
from .said import at, day

if TYPE_CHECKING:
    from etabli.exam.tools.book import Book, Format
    from etabli.exam.tools.computed import Values

SHOWN = 3
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
_TODAY = re.compile(r"\b(?:TODAY|NOW)\(")
_DATE = re.compile(r"\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b|\b\d{4}-\d{2}-\d{2}\b")
_GROWS = (
    re.compile(
        r"OFFSET\((?P<first>'(?:[^']|'')+'![^,:()]+|[^,:()]+),0?,0?,[^,]*COUNTA?\([^)]*\)[^,]*,(?P<width>\d+|COUNTA\([^)]*\))\)",
        re.I,
    ),
    re.compile(r"(?P<first>[^:()]+):INDEX\((?P<last>[^,]+),[^()]*COUNTA?\([^)]*\)[^()]*\)", re.I),
)
"""Names that grow by themselves: OFFSET(first cell, 0, 0, COUNTA(…), width), first cell:INDEX(last column, COUNTA(…))."""
_WORDED = re.compile(
    r"\b(?:1er|\d{1,2}) (?:janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre) 20\d\d\b"
)


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
    extraction: Extraction, totals: Mapping[str, Sequence[Spot]], shares: Figures | None, grids: Mapping[str, Grid]
) -> None:
    """Dates, amounts and shares are shown as what they are."""
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
    for sheet, cells in totals.items():
        shown = [spot for spot in cells if _is_shown(grids[sheet], spot)]
        rounded = [spot for spot in shown if grids[sheet].cell(spot).format.kind == "integer"]
        odd = [spot for spot in shown if spot not in rounded and not _in_cents(grids[sheet].cell(spot).format)]
        add(grids[sheet], odd, "un total sans format de nombre ou de monnaie")
        add(grids[sheet], rounded, "un total sans ses centimes ni le signe €")
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
        summaries: Totals by sheet, the summary's first.
    """
    expected = "Paysage ou ajusté à une page de large ; la ligne de titres de l'extraction répétée sur chaque page."
    summary = next(iter(summaries))
    found = {name: book.sheet(name) for name in (extraction.sheet, summary)}
    upright = [name for name, one in found.items() if one and not (one.print.landscape or one.print.fit_width)]
    told, look = [], "Dans la mise en page : orientation paysage, ou une page en largeur."
    if len(upright) == 1:
        told = [f"La feuille {quote(upright[0])} s'imprime en portrait, sans être ajustée à la largeur."]
    elif upright:
        told = [f"Les feuilles {quoted(upright)} s'impriment en portrait, sans être ajustées à la largeur."]
    sheet = found[extraction.sheet]
    rows = re.findall(r"\d+", (sheet.print.title_rows if sheet else None) or "")
    top, bottom = (whole(row, MAX_ROW + 1) for row in (rows if len(rows) > 1 else (None, None)))
    if not top <= extraction.header <= bottom <= MAX_ROW:
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


def expect_source(grids: Sequence[Grid], extraction: Extraction) -> None:
    """Somewhere, the source and the date of the extraction are written."""
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
        for place in ([spot] if _has_date(text) else []) + _dates_beside(grid, spot)
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
        raise Failed(f"La date d'extraction n'est pas écrite{said}.", expected, look)
    days = [_days(grid.value(place)) for grid, place in dates]
    sold = [found for line in extraction.lines if (found := day_of(line.cells.get("date")))]
    if sold and all(days) and max(map(max, days)) < max(sold):
        grid, place = dates[0]
        told = f"{grid.told(place)}, {quote(as_words(grid.value(place)))} : cette date est avant votre dernière vente ({day(max(sold))})."
        raise Failed(told, expected, look, at=grid.where(place))
    if all(_TODAY.search(grid.formula(place)) for grid, place in dates):
        grid, place = dates[0]
        told = f"La date d'extraction, {grid.told(place)}, {grid.said(place)}, est celle du jour où l'on ouvre le classeur."
        raise Failed(told, expected, look, at=grid.where(place))


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
    return bool(_DATE.search(text) or _WORDED.search(fold(text)))


def _days(value: Any) -> list[date]:
    """The days that a cell tells; none where one of them cannot be read."""
    if found := as_date(value):
        return [found]
    told = [as_date(one) for one in _DATE.findall(value)] if type(value) is str else []
    return [one for one in told if one] if all(told) and not _WORDED.search(fold(value)) else []


def _dates_beside(grid: Grid, spot: Spot) -> list[Spot]:
    near = (Spot(spot.row, spot.column + 1), Spot(spot.row, spot.column + 2), Spot(spot.row + 1, spot.column))
    return [place for place in near if _is_date(grid.value(place))]


def _is_date(value: Any) -> bool:
    return as_date(value) is not None or (type(value) is str and _has_date(value))
