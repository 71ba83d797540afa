"""What was handed in, in the words of the brief; the workbook is read, recalculated and tried once per exam."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import cached_property, partial
from typing import TYPE_CHECKING

from etabli.exam import Failed
from etabli.exam.contract.french import cells, listed, quote, rows, some

from . import aging, note, presentation, privacy
from .analysis import Analysis
from .changes import ADDED, CORRECTED, FILTERED, FOLLOWED, SINGLES, Order, Trial, make_trials
from .charts import Charts
from .entries import Entries
from .extraction import Extraction, find_extraction
from .fidelity import Fidelity
from .figure import AskedFigure
from .finding import if_found
from .formulas import areas, read_by
from .gap import Gap
from .grid import Grid, grids
from .kinds import Kinds
from .meaning import as_words, is_number
from .places import Area, Spot, area, letters
from .places import spot as spot_of
from .precedents import Precedents, SheetSpot
from .said import at
from .shape import NEAR, Variant
from .summary import AFTER, FOLLOW, RIGHT, Summary
from .synthesis import Synthesis, Tried
from .total import Total

if TYPE_CHECKING:
    from etabli.exam.tools.asked import AskedFiles
    from etabli.exam.tools.book import Book
    from etabli.exam.tools.computed import Values
    from etabli.exam.tools.documents import Documents
    from etabli.exam.tools.draws import Draws
    from etabli.exam.tools.scenario import Append, Edit, Hide
    from etabli.exam.tools.workbook import Workbook

    from .figure import Change as FigureChange
    from .gap import Change as LedgerChange


BY_FORMAT = (
    "Sélectionnez ces cellules et celles du dessous, puis Format de cellule (Ctrl+1) : Nombre, ou Date pour les dates. Les nombres déjà là "
    "ne changent pas. Faites ensuite l'essai dans une copie."
)


def _rows_told(numbers: Sequence[int]) -> str:
    """« la ligne 232 », « les lignes 12 et 40 »."""
    return f"{'la' if len(numbers) < 2 else 'les'} {rows(numbers)}"


def _is_hundredth(held: float, typed: float) -> bool:
    return typed != 0 and abs(held * 100 - typed) < NEAR < abs(held - typed)


def _holds(expectation: Callable[[], None]) -> bool:
    """Tells whether nothing fails."""
    try:
        expectation()
    except Failed:
        return False
    return True


class Work:
    """A candidate's hand-in.

    Args:
        asked: Which file answers what.
        workbook: Reads, recalculates and tries a workbook.
        documents: The reader of the note, and of every trace.
        variant: The candidate's data and truth.
        draws: What is changed in copies, in this exam.
    """

    def __init__(
        self, asked: AskedFiles, workbook: Workbook, documents: Documents, variant: Variant, draws: Draws
    ) -> None:
        self.asked = asked
        self.workbook = workbook
        self.documents = documents
        self.variant = variant
        self._draws = draws

    # -- the workbook

    @property
    def path(self) -> str:
        """The one workbook."""
        return self.asked.path("classeur")

    @cached_property
    def book(self) -> Book:
        """As it was read."""
        return self.workbook.read(self.path)

    @cached_property
    def values(self) -> Values:
        """As the office recalculated it."""
        return self.workbook.computed(self.path)

    @cached_property
    def grids(self) -> Mapping[str, Grid]:
        """Its sheets."""
        return grids(self.book, lambda: self.values, calc=self._calc)

    @property
    def _calc(self) -> bool:
        """Whether it was made in LibreOffice: its formulas and errors are told as that shows them."""
        return self.path.lower().endswith(".ods")

    def keep(self, caption: str, cells: Mapping[tuple[str, str], str]) -> None:
        """Keeps right figures as evidence: each cell, what it shows, its formula.

        Args:
            caption: For a person.
            cells: Sheet and cell of each, and what it is.
        """
        self.workbook.keep(self.path, caption, cells)

    def expect_filled(self) -> None:
        """Something stands in it."""
        if not any(cell.value is not None or cell.live for sheet in self.book.sheets for _, cell in sheet.cells()):
            raise Failed(
                f"{self.path} n'a que des feuilles vides.",
                "Un classeur avec l'extraction et la synthèse.",
                "Le travail est peut-être dans un autre fichier : enregistrez-le sous ce nom, puis rendez à nouveau.",
            )

    # -- the extraction

    @cached_property
    def extraction(self) -> Extraction:
        """The lines of invoices."""
        tabled = {sheet.name.casefold() for sheet in self.book.sheets if sheet.tables}
        named = (area(name.refers_to) for name in self.book.names if not name.hidden)
        tabled |= {(place.sheet or "").casefold() for place in named if place}
        return find_extraction(self.path, list(self.grids.values()), self.variant.titles, tabled)

    @cached_property
    def fidelity(self) -> Fidelity:
        """The extraction and Tryton."""
        return Fidelity(self.extraction, self.variant)

    def expect_columns(self) -> None:
        """The nine columns, and no other copied from Tryton."""
        self.fidelity.expect_columns(self._personal.fills, self._reads_column)

    def _reads_column(self, column: int) -> bool:
        """Whether a formula or a pivot of any sheet reads a column of the extraction, and not the whole of it."""
        own, wide = self.extraction.sheet.casefold(), len(self.extraction.columns)
        return any(
            (place.sheet or "").casefold() == own
            and place.left <= column <= place.right
            and place.right - place.left < wide
            for grid in self.grids.values()
            for spot in grid.spots
            if grid.live(spot)
            for place in read_by(grid, spot, self.book)
        )

    def expect_one_table(self) -> None:
        """One row of titles, then lines; a total that the synthesis has already is to be deleted, not moved."""
        try:
            self.kinds.expect_one_table()
        except Failed as failed:
            known = if_found(lambda: self.total.told()) if self.extraction.totals else None
            if known:
                where = at(*next(iter(known)))
                failed.help = f"Supprimez {_rows_told(self.extraction.totals)} : {where} donne déjà le total."
            raise

    @property
    def kinds(self) -> Kinds:
        """The types of its cells."""
        return Kinds(self.extraction, self.variant.titles)

    def expect_codes(self) -> None:
        """Codes are text, and have their zeros; where not, those that the synthesis repeats are to be made again too."""
        try:
            self.kinds.expect_codes()
            self.fidelity.expect_zeros()
        except Failed as failed:
            failed.help = f"{failed.help}{self._codes_again()}"
            raise

    def _codes_again(self) -> str:
        """The typed codes of the synthesis that have lost their zeros, for a sentence; '' without any."""
        summary = if_found(lambda: self.synthesis.customers)
        if summary is None:
            return ""
        grid, codes = summary.figures.grid, summary.figures.listing.labels
        found = [(code, spot) for code in codes if (spot := summary.coded(code)) and not grid.live(spot)]
        bare = [spot for code, spot in found if as_words(grid.value(spot)) != code]
        return (
            f" Refaites aussi les codes de la feuille {quote(grid.name)} ({cells([spot.cell for spot in bare])}) : collez-y ceux de la "
            "nouvelle importation, sinon les totaux par client peuvent tomber à 0. Reprenez enfin les codes que cite la note."
            if bare
            else ""
        )

    # -- what is made of it

    @cached_property
    def synthesis(self) -> Synthesis:
        """Months, customers, shares, ranks and VAT."""
        return Synthesis(self.book, self.grids, self.extraction, self.variant)

    @cached_property
    def trials(self) -> Mapping[str, tuple[Trial, Values]]:
        """What is changed in copies, and what the office then computes."""
        made = self._made
        found = self.workbook.trials(self.path, [trial.scenario for trial in made.values()])
        return {name: (trial, values) for (name, trial), values in zip(made.items(), found, strict=True)}

    @cached_property
    def _made(self) -> Mapping[str, Trial]:
        """The same, before it is computed; where a line is filtered, what no total of lines may read changes too."""
        order = Order(self._draws.of("ordre des lignes"), self._sortable, self._beside)
        draw, more = self._draws.of("lignes"), self._draws.of("bornes et filtres")
        alike, shapes = self._draws.of("montants pareils"), self._draws.of("corrections")
        made = make_trials(self.extraction, draw, self.variant.period["months"], order, more, alike, shapes)
        if (filtered := made.get(FILTERED)) and (edits := self._elsewhere):
            sheets = listed([quote(name) for name in sorted({edit.sheet for edit in edits})])
            told = f"{filtered.told}, et d'autres nombres dans {sheets}"
            made[FILTERED] = replace(filtered, told=told, scenario=[*edits, *filtered.scenario])
        return made

    @property
    def _elsewhere(self) -> list[Edit]:
        """Other lines of the asked figure, of the ledger and of the dues, as far as the workbook has them."""
        changes = [
            *(if_found(lambda: self._figure_changes) or [])[:1],
            if_found(lambda: self._ledger_change),
            *(if_found(lambda: self._other_dues) or [])[-1:],
        ]
        edits = [edit for change in changes if change for edit in change.edits]
        return [edit for edit in edits if edit.sheet != self.extraction.sheet]

    @property
    def _sale(self) -> Sequence[Edit | Append | Hide]:
        """Another amount in one line, beside what is changed elsewhere."""
        return self._made[SINGLES[0]].scenario if SINGLES[0] in self._made else ()

    @property
    def _sortable(self) -> list[int]:
        """The rows of the lines that may change places: a line that a label of totals reads by its row keeps it."""
        lines = self.extraction.lines
        if any(None in (line.cells.get("date"), line.cells.get("code_client")) for line in lines):
            return []
        return sorted({line.row for line in lines} - self._read_by_labels)

    @property
    def _read_by_labels(self) -> set[int]:
        """The rows of the extraction of which a label, or what stands beside it, shows a cell, itself or through others."""
        own, sheets = self.extraction.sheet.casefold(), {name.casefold(): grid for name, grid in self.grids.items()}
        made = self.synthesis
        finds = (
            lambda: made.months,
            lambda: made.customers,
            lambda: made.shares,
            lambda: made.ranks,
            lambda: made.bases,
            lambda: made.taxes,
        )
        found = [one.figures for find in finds if (one := if_found(find))]
        waiting = [
            (one.grid, place)
            for one in found
            for spot in one.listing.labels.values()
            for place in ([Spot(spot.row, at) for at in range(1, one.line)] if one.listing.down else [spot])
        ]
        rows, known = set[int](), set[SheetSpot]()
        while waiting:
            grid, spot = waiting.pop()
            if (grid.name, spot) in known or not grid.live(spot):
                continue
            known.add((grid.name, spot))
            for place in areas(grid.formula(spot), self.book, grid.name):
                sheet = (place.sheet or "").casefold()
                if place.size == 1 and sheet in sheets:
                    rows |= {place.top} if sheet == own else set()
                    waiting.append((sheets[sheet], Spot(place.top, place.left)))
        return rows

    @property
    def _beside(self) -> list[int]:
        """The columns beside the lines where a hand has typed: they go with their lines."""
        found = self.extraction
        return [
            column
            for column in found.others
            if any(
                not found.grid.live(spot := Spot(line.row, column)) and found.grid.value(spot) not in (None, "")
                for line in found.lines
            )
        ]

    def tried(self, name: str) -> Tried | None:
        """A trial by name; None for one that has no sense here."""
        if name in self.trials and name not in self._tries:
            trial, values = self.trials[name]
            self._tries[name] = Tried(values, self.synthesis.analyse(trial.lines), trial.told)
        return self._tries.get(name)

    @cached_property
    def _tries(self) -> dict[str, Tried]:
        """Those that a check has asked for: several follow their figures in each."""
        return {}

    def expect_right(self, summary: Summary) -> None:
        """A summary has every key, and the right figures; amounts that are text, and so left out, are told by `nombres`."""
        with self._told_by_numbers(lambda one: summary.expect_right(*self.synthesis.wanted(summary.what, one))):
            self._expect_right(summary)
        self.keep(f"Les cellules, feuille {summary.sheet}", summary.told())

    @contextmanager
    def _told_by_numbers(self, expect: Callable[[Analysis], None]) -> Iterator[None]:
        """Where figures are right of the amounts that are numbers, and of these alone, `nombres` tells why they are wrong."""
        try:
            yield
        except Failed as failed:
            lines = self.extraction.lines
            bare = [
                line if is_number(line.cells.get("montant")) else replace(line, cells={**line.cells, "montant": None})
                for line in lines
            ]
            if bare != list(lines) and _holds(lambda: expect(self.synthesis.analyse(bare))):
                failed.because = ("nombres", *failed.because)
            raise

    def _expect_right(self, summary: Summary) -> None:
        summary.expect_all(self.synthesis.required(summary.what))
        wanted = self.synthesis.wanted(summary.what, self.synthesis.analysis)
        try:
            summary.expect_right(*wanted)
        except Failed as failed:
            end, months = summary.short_end, if_found(lambda: self.synthesis.months)
            if end and summary.what == "by_month":
                failed.help = f"{self._stops(end)}\n{AFTER['by_month']}"
            elif end and months and months.short_end == end:
                failed.because = (RIGHT["by_month"], *failed.because)
            raise
        if summary.what == "by_customer":
            summary.expect_coded()
            summary.expect_named(self.variant.names)
            summary.expect_once()

    def expect_calculated(self, summary: Summary) -> None:
        """A summary is calculated, from the lines alone."""
        summary.expect_calculated()
        judged = () if summary.what in ("by_month", "by_customer") else self._judged | self._totals
        grid, spots = summary.figures.grid, summary.figures.spots.values()
        labels = () if judged else summary.figures.listing.labels.values()
        self.precedents.expect_lines_alone(grid, [*spots, *labels], judged)
        try:
            self.precedents.expect_none_written(grid, spots)
        except Failed:  # where a trial shows what such a formula does, that says more
            if _holds(lambda: self.expect_follows(summary, *FOLLOWED)):
                raise

    def _expect_lines_alone(self, cells: Iterable[tuple[str, str]]) -> None:
        """Figures by sheet and cell depend on lines alone, but for the totals that other checks have judged."""
        for sheet, cell in cells:
            self.precedents.expect_lines_alone(self.grids[sheet], [spot_of(cell)], self._judged | self._totals)

    @property
    def _judged(self) -> set[SheetSpot]:
        """The totals by month and by customer, whose faults are told once."""
        return {
            (one.sheet, spot) for one in if_found(self.synthesis.found) or [] for spot in one.figures.spots.values()
        }

    @property
    def _totals(self) -> set[SheetSpot]:
        """The grand totals, whose faults `total` tells."""
        return {(grid.name, spot) for grid, spot in if_found(lambda: self.total.found) or []}

    def expect_follows(self, summary: Summary, *names: str) -> None:
        """A summary follows the lines in these trials, by their names."""
        if summary.what not in ("shares", "ranks"):
            self._expect_read((summary.figures.grid, spot) for spot in summary.figures.spots.values())
        for name in names:
            if tried := self.tried(name):
                wanted = self.synthesis.wanted(summary.what, tried.analysis, tried.values)
                wanted += self._of_seen(name, summary.what, wanted[0])
                added = self.extraction.last + 1 if name in ADDED and not self._remade(name) else None
                typed = if_found(lambda: self.total.typed) or []
                told_by = self._copies(summary.what)
                try:
                    with self._told_by_format(name):
                        summary.expect_follows(
                            tried.values, tried.told, *wanted, added=added, typed=typed, told_by=told_by
                        )
                except Failed:
                    if (
                        self.trials[name][0].in_order
                        or summary.what not in ("shares", "ranks")
                        or self._right_customers()
                    ):
                        raise  # else other lines are left out than today, which `clients-justes` tells

    def _expect_read(self, figures: Iterable[tuple[Grid, Spot]]) -> None:
        """What a person reads in these cells is what they hold: no format writes a figure over it."""
        if odd := [(grid, spot) for grid, spot in figures if grid.written(spot)]:
            (grid, first), more = odd[0], [spot.cell for _, spot in odd[1:]]
            told = f" ; de même {cells(more)}" if more else ""
            raise Failed(
                f"Un format de nombre de {grid.told(first)} écrit lui-même un montant : quand une ligne change, on peut lire ce "
                f"montant-là, et non le total{told}.",
                "Chaque total se lit, et suit les lignes.",
                "Donnez à ces cellules un format de nombre qui montre la valeur : # ##0,00 €. Si le montant écrit vient d'une mise en forme "
                "conditionnelle, supprimez-la (Excel : Accueil ▸ Mise en forme conditionnelle ▸ Gérer les règles ; LibreOffice : "
                "Format ▸ Conditionnel ▸ Gérer).",
                at=grid.where(*(spot for own, spot in odd if own is grid)),
            )

    def expect_automatic(self, *told_by: str) -> None:
        """Totals follow by themselves in front of whoever opens it; the checks `told_by` tell it first."""
        if self.book.manual:
            where = (
                "Données ▸ Calculer ▸ Calculer automatiquement"
                if self._calc
                else "Formules ▸ Options de calcul ▸ Automatique"
            )
            raise Failed(
                f"{self.path} est enregistré en calcul manuel : chez qui l'ouvre, aucun total ne suit avant un recalcul (F9).",
                "Des totaux qui suivent dès qu'une cellule change.",
                f"Choisissez {where}, puis enregistrez le classeur et rendez à nouveau.",
                because=told_by,
            )

    def _of_seen(self, name: str, what: str, of_all: Mapping[str, float]) -> list[dict[str, float]]:
        """What the lines that a filter leaves give: a table that follows its reader's filter is right of these."""
        seen = self.trials[name][0].seen
        found = self.synthesis.wanted(what, self.synthesis.analyse(seen)) if seen else []
        return [dict.fromkeys(of_all, 0.0) | dict(one) for one in found]

    def _right_customers(self) -> bool:
        wanted = self.synthesis.wanted("by_customer", self.synthesis.analysis)
        return _holds(lambda: self.synthesis.customers.expect_right(*wanted))

    def _copies(self, what: str) -> list[str]:
        """The checks that tell a copy of the lines before those of a summary do: their figures read one too."""
        found = [
            ("by_month", if_found(lambda: self.synthesis.months)),
            ("by_customer", if_found(lambda: self.synthesis.customers)),
        ]
        return [
            FOLLOW[name]
            for name, one in found[: 1 if what == "by_customer" else 0 if what == "by_month" else 2]
            if one and any(one.copy_read(spot) for spot in one.figures.spots.values())
        ]

    def expect_ranks(self) -> None:
        """Every customer's rank is right, and follows.

        Raises:
            OfficeLimit: A pivot shows them, as ours cannot.
        """
        try:
            self.expect_right(self.synthesis.ranks)
        except Failed:
            if sheet := self.synthesis.ranked_by_pivot:
                self.workbook.give_up(f"les rangs d'un tableau croisé (feuille {sheet})")
            raise
        self._expect_live(self.synthesis.ranks, "rank", *FOLLOWED)

    def expect_vat(self) -> None:
        """VAT is given by rate, base and amount: right, calculated, and it follows the lines."""
        for summary in self._vat():
            self.expect_right(summary)
            self._expect_live_vat(summary)

    def _expect_live_vat(self, summary: Summary) -> None:
        self._expect_live(summary, *CORRECTED)

    def _expect_live(self, summary: Summary, *names: str) -> None:
        self.expect_calculated(summary)
        self.expect_follows(summary, *names)

    def _vat(self) -> Iterator[Summary]:
        yield self.synthesis.bases
        yield self.synthesis.taxes

    def expect_takes_in(self) -> None:
        """New lines, under the last, are in every total; one that is wrong already is another check's to say."""
        try:
            self._expect_takes_in()
        except Failed as failed:
            if failed.help != BY_FORMAT and (told := self._stops(self.extraction.last)):
                failed.help = told
            raise

    def _expect_takes_in(self) -> None:
        self.expect_follows(self.synthesis.months, *ADDED)
        self.expect_follows(self.synthesis.customers, *ADDED)
        if _holds(self._expect_live_total):
            self._expect_total_follows(*ADDED)
        if _holds(self._expect_right_vat):
            for summary in self._vat():
                self.expect_follows(summary, *ADDED)
        for summary in filter(None, (if_found(lambda: self.synthesis.shares), if_found(lambda: self.synthesis.ranks))):
            if _holds(partial(self._expect_right, summary)) and _holds(partial(self._expect_live, summary, *FOLLOWED)):
                self.expect_follows(summary, *ADDED)

    def _stops(self, end: int) -> str:
        """What to write in every formula whose range stops at a row, by kind; '' when none does."""
        finds = (lambda: self.synthesis.months, lambda: self.synthesis.customers, lambda: self.synthesis.bases)
        told = [told for find in finds if (summary := if_found(find)) and (told := summary.stops(end))]
        told += [total] if (total := self._total_stops(end)) else []
        steps = "\n".join(f"{rank}. {one}" for rank, one in enumerate(told, 1))
        return f"Ces plages s'arrêtent toutes à la ligne {end} :\n{steps}" if told else ""

    def _total_stops(self, end: int) -> str:
        """What to write in the grand totals that add up the lines as far as a row; '' when none does."""
        formula = self.extraction.formula("=SUM({montant})")
        found = [
            grid.told(spot)
            for grid, spot in if_found(lambda: self.total.found) or []
            if any(self._stops_at(place, end) for place in read_by(grid, spot, self.book))
        ]
        return f"Total général : dans {some(found)}, écrivez {formula}." if found and formula else ""

    def _stops_at(self, place: Area, end: int) -> bool:
        own = (place.sheet or "").casefold() == self.extraction.sheet.casefold()
        return own and place.top < place.bottom == end

    def _expect_right_vat(self) -> None:
        for summary in self._vat():
            self._expect_right(summary)
            self._expect_live_vat(summary)

    @cached_property
    def precedents(self) -> Precedents:
        """What its cells depend on."""
        return Precedents(self.grids, self.book)

    @cached_property
    def total(self) -> Total:
        """The grand total."""
        return self._total_of(self.synthesis.analysis)

    def _total_of(self, analysis: Analysis) -> Total:
        lists, cells = if_found(self.synthesis.found) or [], list(self.grids.values())
        return Total(cells, self.extraction, self.book, self.precedents, lists, analysis.totals)

    def expect_total(self) -> None:
        """The grand total is right, calculated, and follows the lines."""
        with self._told_by_numbers(lambda one: self._total_of(one).expect_there()):
            self._expect_live_total()
        self.keep("Le total général", self.total.told())

    def _expect_live_total(self) -> None:
        self.total.expect_calculated()
        for grid, spot in self.total.found:
            self.precedents.expect_lines_alone(grid, [spot], self._judged)
        self._expect_total_follows(*FOLLOWED)
        for grid, spot in self.total.found:
            self.precedents.expect_none_written(grid, [spot])

    def _expect_total_follows(self, *names: str) -> None:
        self._expect_read(self.total.found)
        for name in names:
            if tried := self.tried(name):
                with self._told_by_format(name):
                    self.total.expect_follows(tried.values, tried.analysis.totals, tried.told)

    @contextmanager
    def _told_by_format(self, name: str) -> Iterator[None]:
        """Where the format of a cell makes something else of a number that is typed there, that is why a total does not follow."""
        try:
            yield
        except Failed as failed:
            if told := self._remade(name):
                failed.observed += told
                failed.help = BY_FORMAT
            raise

    def _remade(self, name: str) -> str:
        """The cells whose format makes something else of a number that a trial types there, in sentences; '' without any."""
        trial, values = self.trials[name]
        typed = [(cell, value, values[sheet, cell]) for sheet, cell, value in trial.typed]
        texts = [cell for cell, value, held in typed if isinstance(value, int | float | date) and type(held) is str]
        parts = [
            cell
            for cell, value, held in typed
            if is_number(value) and is_number(held) and abs(held * 100 - value) < NEAR < abs(held - value)
        ]
        told = (
            ("Texte", texts, "reste un texte, qu'aucun calcul ne compte"),
            ("Pourcentage", parts, "est divisé par 100"),
        )
        return "".join(
            f" Format de cellule {word} : ce qu'une personne tape dans {cells(odd)} {why}."
            for word, odd, why in told
            if odd
        )

    @cached_property
    def charts(self) -> Charts:
        """The charts."""
        return Charts(self.book, self.grids, self.synthesis.charted())

    # -- the rest

    def _asked_figure(self) -> AskedFigure:
        asked, truth = self.variant.figure, self.variant.figure_value
        period = self.variant.period
        return AskedFigure(self.grids, self.extraction, asked, truth, self.book, self.precedents, period)

    def expect_figure(self) -> None:
        """The figure of human resources, stock or production is right, calculated, and moves with what it reads."""
        figure = self._asked_figure()
        figure.expect_calculated()
        self._expect_lines_alone(figure.told())
        changes = self._figure_changes
        scenarios = [*(one.edits for one in changes[:-1]), [*changes[-1].edits, *self._sale]]
        for values, change in zip(self.workbook.trials(self.path, scenarios), changes, strict=True):
            figure.expect_moved(values, change)
        self.keep("Le chiffre demandé", figure.told())

    @cached_property
    def _figure_changes(self) -> Sequence[FigureChange]:
        """Other lines of the figure."""
        return self._asked_figure().changes(self._draws.of("chiffre"), self._draws.of("chiffre, tailles"))

    def expect_no_error(self) -> None:
        """No cell shows an error."""
        presentation.expect_no_error(self.values, calc=self._calc, explained=self._explaining)

    def _explaining(self, errors: Set[SheetSpot]) -> list[str]:
        """The checks of the figures that explain all errors: they show them, and the other cells in error read those."""
        made = self.synthesis
        figures: dict[str, list[Callable[[], Summary]]] = {
            "mois-justes": [lambda: made.months],
            "clients-justes": [lambda: made.customers],
            "parts": [lambda: made.shares],
            "rangs": [lambda: made.ranks],
            "tva": [lambda: made.bases, lambda: made.taxes],
        }
        found = {
            check: {one for find in finds if (summary := if_found(find)) for one in summary.places}
            for check, finds in figures.items()
        }
        return [check for check, own in found.items() if errors <= self.precedents.spread(own & errors, errors)]

    def expect_formats(self) -> None:
        """Dates, amounts and shares have the format of what they are."""
        shares = if_found(lambda: self.synthesis.shares.figures)
        more = {
            "un total général": if_found(lambda: self.total.found) or [],
            "un montant du tableau de TVA": self._right_vat_cells,
        }
        months = if_found(lambda: self.synthesis.months.figures)
        presentation.expect_formats(self.extraction, self._by_sheet, shares, self.grids, more, months)

    @property
    def _right_vat_cells(self) -> list[tuple[Grid, Spot]]:
        """The right bases and taxes: a list of rates beside other numbers is no table of VAT."""
        found = [
            summary
            for find in (lambda: self.synthesis.bases, lambda: self.synthesis.taxes)
            if (summary := if_found(find)) and _holds(partial(self._expect_right, summary))
        ]
        return [(one.figures.grid, spot) for one in found for spot in one.figures.spots.values()]

    def expect_source(self) -> None:
        """The source and the date of the extraction are written."""
        ends = [date.fromisoformat(self.variant.period[end]) for end in ("from", "to")]
        presentation.expect_source(list(self.grids.values()), self.extraction, self.precedents, self.book, ends)

    def expect_printable(self) -> None:
        """The extraction and the summary print well, and whole."""
        tables = {sheet: [*spots] for sheet, spots in self._by_sheet.items()}
        made = self.synthesis
        for find in (lambda: made.months, lambda: made.customers, lambda: made.shares, lambda: made.ranks):
            if one := if_found(find):
                tables.get(one.sheet, []).extend([*one.figures.listing.labels.values(), *one.figures.spots.values()])
        for grid, spot in if_found(lambda: self.total.found) or []:
            tables.get(grid.name, []).append(spot)
        others = [sheet for rank, sheet in enumerate(tables) if rank and self._is_source(sheet)]
        kept = {sheet: sorted({*spots}) for sheet, spots in tables.items() if sheet not in others}
        presentation.expect_printable(self.book, self.extraction, kept)

    def _is_source(self, sheet: str) -> bool:
        """Whether formulas of another sheet show what a sheet of totals has: that one is the summary to be printed."""
        return any(
            (place.sheet or "").casefold() == sheet.casefold()
            for grid in self.grids.values()
            if grid.name not in (sheet, self.extraction.sheet)
            for spot in grid.spots
            if grid.live(spot)
            for place in read_by(grid, spot, self.book)
        )

    @property
    def _by_sheet(self) -> Mapping[str, Sequence[Spot]]:
        """The totals by month and by customer, by sheet."""
        totals: dict[str, list[Spot]] = {}
        for summary in self.synthesis.found():
            totals.setdefault(summary.sheet, []).extend(summary.figures.spots.values())
        return totals

    def expect_private(self) -> None:
        """No personal data, in any file handed in."""
        paths = [path for name in ("classeur", "note") for path in self.asked.paths(name)]
        traces = {path: self.documents.traces(path) for path in paths}
        privacy.expect_none(traces, self._personal, self.extraction.sheet)

    def expect_shown(self) -> None:
        """Nothing is hidden; a hidden column of personal data is told by `confidentialite`, and deleted with it."""
        found = self.extraction
        hidden = {letters(column) for column in found.others if self._personal.fills(self.fidelity.texts(column))}
        presentation.expect_nothing_hidden(self.book, found.sheet, hidden)

    @cached_property
    def _personal(self) -> privacy.Personal:
        """What is personal in the candidate's company."""
        firms = [*self.variant.names.values(), self.variant.company.name]
        return privacy.Personal(self.variant.personal, [self.variant.manager.name], firms)

    @cached_property
    def aged(self) -> aging.Aged:
        """The aged receivables."""
        totals = self.variant.aged_totals
        today = date.fromisoformat(self.variant.today)
        return aging.find_aged(list(self.grids.values()), totals, self.synthesis.read_customer, today)

    def expect_aged_totals(self) -> None:
        """The aged receivables have every bracket's total."""
        aging.expect_totals(self.aged, self.variant.aged_totals, self.precedents, self._today)
        if _holds(self.expect_aged_calculated):
            for values, other in self._aged_tried[1]:
                if other.by_day:
                    aging.expect_borders(self.aged, values, other.sums, other.more, other.by_day)
        self.keep("Les totaux de la balance âgée", self.aged.told())

    def expect_gap(self) -> None:
        """The gap with the general ledger is given and calculated."""
        self.gap.expect_figures()
        self._expect_lines_alone(self.gap.told())
        typed = if_found(lambda: self.total.typed) or []
        for name in (*FOLLOWED, *ADDED):
            if tried := self.tried(name):
                totals = [*tried.analysis.totals, *self.total.shown(tried.values)]
                self.gap.expect_follows(tried.values, totals, tried.told, typed)
        if change := self._ledger_change:
            sales = [sale for name in SINGLES[1:] if (sale := self._made.get(name))]
            scenarios = [change.edits, *([*change.edits, *sale.scenario] for sale in sales)]
            values, *others = self.workbook.trials(self.path, scenarios)
            self.gap.expect_changed(values, change)
            for values, sale in zip(others, sales, strict=True):
                totals = [*self.synthesis.analyse(sale.lines).totals, *self.total.shown(values)]
                self.gap.expect_changed(values, replace(change, told=f"{change.told}, et {sale.told}"), totals)
        self.keep("Le grand livre et l'écart", self.gap.told())

    @cached_property
    def _ledger_change(self) -> LedgerChange | None:
        """Other lines of the ledger."""
        return self.gap.change(self._draws.of("grand livre"))

    def expect_right_chart(self) -> None:
        """The chart shows the right totals.

        Raises:
            OfficeLimit: It shows a pivot itself, or names that grow: only the office that draws it knows their cells.
        """
        try:
            self.charts.expect_right()
            for name in FOLLOWED:
                if tried := self.tried(name):
                    self.charts.expect_follows(tried.values, self.synthesis.charted(tried), tried.told)
        except Failed:
            if what := self.charts.unknown:
                self.workbook.give_up(what)
            raise

    def expect_readable_chart(self) -> None:
        """A colleague can read the chart."""
        sheet, chart = self.charts.expect_readable()
        self.workbook.picture(self.path, sheet, [chart.anchor or "A1"], f"Le graphique, feuille {sheet}", right=True)

    def expect_aged_calculated(self) -> None:
        """The aged receivables are calculated, and move with what they read."""
        aging.expect_calculated(self.aged, self.precedents, self.book, self.variant.dues)
        self.precedents.expect_lines_alone(self.aged.grid, self.aged.spots)
        (amounts, dates), _ = self._aged_tried
        aging.expect_moved(self.aged, amounts, dates)
        for values, other in self._aged_tried[1]:
            aging.expect_customers_follow(self.aged, values, other)

    @cached_property
    def _aged_tried(self) -> tuple[list[Values], list[tuple[Values, aging.OtherDues]]]:
        """Computed after other amounts, and after other dates; then after other dues, and what the table then is, if anybody can tell."""
        made = self._other_dues
        trials = aging.trials(self.aged, self.precedents, self._today)
        others = [[*one.edits, *self._sale] for one in made[-1:]]
        found = self.workbook.trials(self.path, [*trials, *(one.edits for one in made[:-1]), *others])
        return found[: len(trials)], [*zip(found[len(trials) :], made, strict=True)]

    @cached_property
    def _other_dues(self) -> list[aging.OtherDues]:
        """Other dues, and what the table then is."""
        draw, days = self._draws.of("échéances"), self._draws.of("jours de retard")
        return aging.other_dues(self.aged, self.precedents, self._today, draw, days)

    @property
    def _today(self) -> date:
        """The day of the accounts."""
        return date.fromisoformat(self.variant.today)

    @cached_property
    def gap(self) -> Gap:
        """The gap with the general ledger."""
        totals = [*self.synthesis.analysis.totals, *self.total.shown()]
        ledger, period = self.variant.ledger, self.variant.period
        grids = list(self.grids.values())
        return Gap(grids, self.extraction, ledger, self.book, self.precedents, totals, period)

    def expect_entries(self) -> None:
        """The entries that make it are listed."""
        entries = Entries(list(self.grids.values()), self.extraction, self.variant.ledger.entries)
        entries.expect_listed(begun=self.gap.begun, gap=if_found(lambda: self.gap.given) or "")

    @cached_property
    def note(self) -> str:
        """The note's text, which a person will read too: it is kept as evidence."""
        try:
            path = self.asked.path("note")
        except Failed as absent:
            if self.asked.paths("note"):
                raise
            made = if_found(lambda: self.synthesis.shares) and if_found(lambda: self.synthesis.ranks)
            look = note.NOT_WRITTEN.format(first=note.NOW if made else note.FIRST)
            raise Failed(absent.observed, absent.expected, look, because=note.TOLD_BY_LENGTH) from None
        return self.documents.keep(path, "Note au responsable")

    def expect_named(self) -> None:
        """The note names the first customers, and those whose share is above the threshold.

        By its own lines, by the right ones and by its totals: a wrong line or total costs its own check, not this one.
        """
        right = set(self._named({code: float(share) for code, share in self.variant.shares.items()}))
        totals = if_found(lambda: self.synthesis.customers)
        shown = {code: number or 0.0 for code, number in totals.figures.numbers().items()} if totals else {}
        if whole := sum(shown.values()):
            right &= set(self._named({code: number / whole for code, number in shown.items()}))
        wanted = [code for code in self._named(self.synthesis.analysis.shares) if code in right]
        with self._told_by_length():
            note.expect_customers(self.note, wanted, self.variant.names, self.variant.thresholds.top)

    def _named(self, shares: Mapping[str, float]) -> list[str]:
        """The customers that a note has to name, the highest share first."""
        thresholds = self.variant.thresholds
        ranking = sorted(shares, key=lambda code: (-shares[code], code))
        big = sum(shares[code] > float(thresholds.big_share) + NEAR for code in ranking)
        return ranking[: max(thresholds.top, big)]

    def expect_quoted(self) -> None:
        """The note's figures are in the workbook, outside the lines themselves; units, in a formula, a pivot or the figure asked for."""
        ranks = if_found(lambda: self.synthesis.ranks)
        ranked = {(ranks.sheet, spot) for spot in ranks.figures.spots.values()} if ranks else set()
        numbers, units = [], []
        for grid in self.grids.values():
            for spot in grid.spots:
                if not self.extraction.holds(grid, spot) and (number := grid.number(spot)) is not None:
                    numbers.append(number)
                    if (grid.live(spot) or grid.in_pivot(spot)) and (grid.name, spot) not in ranked:
                        units.append(number)
        if asked := if_found(lambda: self._asked_figure().find()):
            units.append(asked[0].number(asked[1]) or 0.0)  # typed, it has cost its own check
        said = [*self.variant.rates, self.variant.thresholds.big_share]
        with self._told_by_length():
            try:
                note.expect_figures(self.note, numbers, [float(share) for share in said], units)
            except Failed as failed:
                failed.help = self._total_told(failed.help)
                raise
            totals = [*self.synthesis.analysis.totals, *self.total.shown()]
            note.expect_total(self.note, totals)
            note.expect_sold(self.note, totals)

    def _total_told(self, look: str | None) -> str | None:
        """Where the grand total stands, for a note that gives another one."""
        totals = [*self.synthesis.analysis.totals, *self.total.shown()]
        cells = if_found(lambda: self.total.found)
        if not cells or _holds(lambda: note.expect_total(self.note, totals)):
            return look
        grid, spot = cells[0]
        return f"Le total de la synthèse est {grid.amount(spot)} ({grid.told(spot)}) : la note ne le donne pas."

    @contextmanager
    def _told_by_length(self) -> Iterator[None]:
        """What a note of a few words lacks, or one that is not there, is told by its length."""
        try:
            yield
        except Failed as failed:
            if len(self.note.split()) < note.WORDS[0]:
                failed.because = (*note.TOLD_BY_LENGTH, *failed.because)
            raise
