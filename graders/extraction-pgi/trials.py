"""The trials of one workbook: which are made, what the office computes of them, why what is typed may not count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from etabli.exam import Failed
from etabli.exam.contract.french import cells, listed, quote

from .changes import make_trials
from .contents import Contents
from .elsewhere import Elsewhere
from .finding import if_found
from .formulas import areas
from .meaning import is_number
from .order import Order
from .places import Spot
from .precedents import SheetSpot
from .shape import NEAR
from .synthesis import Tried
from .trial import FILTERED, SINGLES, Trial

if TYPE_CHECKING:
    from etabli.exam.tools.computed import Values
    from etabli.exam.tools.draws import Draws
    from etabli.exam.tools.scenario import Append, Edit, Hide

BY_FORMAT = (
    "Sélectionnez ces cellules et celles du dessous, puis Format de cellule (Ctrl+1) : Nombre, ou Date pour les dates. Les nombres déjà là "
    "ne changent pas. Faites ensuite l'essai dans une copie."
)


class Trials:
    """Copies of the workbook, changed and computed again; each exam draws its own.

    Args:
        contents: The workbook.
        elsewhere: What is changed in other sheets, beside a line.
        draws: What is changed in copies, in this exam.
    """

    def __init__(self, contents: Contents, elsewhere: Elsewhere, draws: Draws) -> None:
        self._contents = contents
        self._elsewhere = elsewhere
        self._draws = draws

    @cached_property
    def computed(self) -> Mapping[str, tuple[Trial, Values]]:
        """What is changed in copies, and what the office then computes."""
        made = self.made
        found = self._contents.workbook.trials(self._contents.path, [trial.scenario for trial in made.values()])
        return {name: (trial, values) for (name, trial), values in zip(made.items(), found, strict=True)}

    @cached_property
    def made(self) -> Mapping[str, Trial]:
        """The same, before it is computed; where a line is filtered, what no total of lines may read changes too."""
        order = Order(self._draws.of("ordre des lignes"), self._sortable, self._beside)
        draw, more = self._draws.of("lignes"), self._draws.of("bornes et filtres")
        alike, shapes = self._draws.of("montants pareils"), self._draws.of("corrections")
        made = make_trials(
            self._contents.extraction, draw, self._contents.variant.period["months"], order, more, alike, shapes
        )
        if (filtered := made.get(FILTERED)) and (edits := self._elsewhere.edits):
            sheets = listed([quote(name) for name in sorted({edit.sheet for edit in edits})])
            told = f"{filtered.told}, et d'autres nombres dans {sheets}"
            made[FILTERED] = replace(filtered, told=told, scenario=[*edits, *filtered.scenario])
        return made

    @property
    def sale(self) -> Sequence[Edit | Append | Hide]:
        """Another amount in one line, beside what is changed elsewhere."""
        return self.made[SINGLES[0]].scenario if SINGLES[0] in self.made else ()

    def tried(self, name: str) -> Tried | None:
        """A trial by name; None for one that has no sense here."""
        if name in self.computed and name not in self._tries:
            trial, values = self.computed[name]
            self._tries[name] = Tried(values, self._contents.synthesis.analyse(trial.lines), trial.told)
        return self._tries.get(name)

    @cached_property
    def _tries(self) -> dict[str, Tried]:
        """Those that a check has asked for: several follow their figures in each."""
        return {}

    def of_seen(self, name: str, what: str, of_all: Mapping[str, float]) -> list[dict[str, float]]:
        """What the lines that a filter leaves give: a table that follows its reader's filter is right of these."""
        seen = self.computed[name][0].seen
        found = self._contents.synthesis.wanted(what, self._contents.synthesis.analyse(seen)) if seen else []
        return [dict.fromkeys(of_all, 0.0) | dict(one) for one in found]

    # -- which lines may change places

    @property
    def _sortable(self) -> list[int]:
        """The rows of the lines that may change places: a line that a label of totals reads by its row keeps it."""
        lines = self._contents.extraction.lines
        if any(None in (line.cells.get("date"), line.cells.get("code_client")) for line in lines):
            return []
        return sorted({line.row for line in lines} - self._read_by_labels)

    @property
    def _read_by_labels(self) -> set[int]:
        """The rows of the extraction of which a label, or what stands beside it, shows a cell, itself or through others."""
        contents = self._contents
        own = contents.extraction.sheet.casefold()
        sheets = {name.casefold(): grid for name, grid in contents.grids.items()}
        made = contents.synthesis
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
            for place in areas(grid.formula(spot), contents.book, grid.name):
                sheet = (place.sheet or "").casefold()
                if place.size == 1 and sheet in sheets:
                    rows |= {place.top} if sheet == own else set()
                    waiting.append((sheets[sheet], Spot(place.top, place.left)))
        return rows

    @property
    def _beside(self) -> list[int]:
        """The columns beside the lines where a hand has typed: they go with their lines."""
        found = self._contents.extraction
        return [
            column
            for column in found.others
            if any(
                not found.grid.live(spot := Spot(line.row, column)) and found.grid.value(spot) not in (None, "")
                for line in found.lines
            )
        ]

    # -- what a format makes of what is typed

    @contextmanager
    def told_by_format(self, name: str) -> Iterator[None]:
        """Where the format of a cell makes something else of a number that is typed there, that is why a total does not follow."""
        try:
            yield
        except Failed as failed:
            if told := self.remade(name):
                failed.observed += told
                failed.help = BY_FORMAT
            raise

    def remade(self, name: str) -> str:
        """The cells whose format makes something else of a number that a trial types there, in sentences; '' without any."""
        trial, values = self.computed[name]
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
