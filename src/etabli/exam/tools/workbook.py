"""The `workbook` fixture: a spreadsheet of the submission, read as it lies in its file, then computed again.

Nobody believes the values that a file carries: the office suite opens a copy under the other account, without
macros, links or network, and computes every formula. A trial edits such a copy first.

Example::

    def check_total_suit(workbook, asked):
        path = asked.path("classeur")
        before, after = workbook.trials(path, [[], [Edit("Données", "H2", 1000.0)]])
        if before["Synthèse", "B4"] == after["Synthèse", "B4"]:
            raise Failed(observed=…, expected=…, at=Cells("Synthèse", "B4"))
"""

from __future__ import annotations

import base64
import contextlib
import os
import re
import struct
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NoReturn

from etabli.exam.contract.causes import Cause, failed
from etabli.exam.contract.check import Failed
from etabli.exam.contract.formulas import error_in_french, function_in_french, in_french
from etabli.exam.contract.places import Cells
from etabli.exam.contract.words import cut, squeeze
from etabli.exam.office.limits import MAX_SCENARIOS
from etabli.exam.reading.kinds import PNG
from etabli.exam.runner.office import Office, OfficeError
from etabli.exam.runner.recorder import Recorder
from etabli.exam.runner.refusals import refused
from etabli.exam.runner.timing import CheckTimeout
from etabli.exam.tools.authors import advise
from etabli.exam.tools.book import Book, WorkSheet, book_of
from etabli.exam.tools.computed import CellError, Held, PivotArea, Values, values_of
from etabli.exam.tools.documents import Documents, failed_again
from etabli.exam.tools.scenario import Append, Edit, Scenario, Typed, plain

__all__ = [
    "Append",
    "Book",
    "CellError",
    "Edit",
    "Held",
    "OfficeError",
    "OfficeLimit",
    "PivotArea",
    "Scenario",
    "Typed",
    "Values",
    "Workbook",
]
_MAX_SIDE: Final = 6000
_MAX_MARKED: Final = 40
_MAX_KEPT: Final = 80
_UNABLE: Final = {
    "function": "LibreOffice ne sait pas calculer la fonction {name}",
}
_FALLEN: Final = "LibreOffice, qui vérifie, s'est arrêté deux fois sur « {name} » : une personne regardera ce classeur"
_LATE: Final = "LibreOffice, qui vérifie, n'a pas calculé « {name} » à temps : une personne regardera ce classeur"
_QUOTED: Final = re.compile(r'"[^"]*"')
_CALL: Final = re.compile(r"[\w.]\s*\(")
_TOKENS: Final = re.compile(
    r"\d+(?:\.\d*)?(?:E[-+]?\d+)?|[-+*&=<>(),;%\s]|(?:ABS|INT|SUM|PRODUCT)(?=\()"
    r"|(?P<errs>/|(?:SQRT|LN|LOG10|LOG|MOD|ASIN|ACOS)(?=\())"
    r"|\"(?P<text>[^\"]*)\"|(?:(?P<sheet>'[^']{0,99}'|\w{1,31})!)?(?P<cell>\$?[A-Z]{1,3}\$?[1-9][0-9]{0,6})(?![\w(:.])"
)
"""What a formula is made of that gives an error, or none, in each suite alike."""
_NO_FIGURE: Final = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)*")
"""A text that no suite takes for a figure, in whatever language."""
_DIVISOR: Final = re.compile(
    r"/\s*(?:0+(?:\.0*)?|(?:(?P<sheet>'[^']*'|\w+)!)?(?P<cell>\$?[A-Z]{1,3}\$?[1-9][0-9]{0,6}))\s*(?=[-+*/&<>=)]|$)"
)


class OfficeLimit(Exception):
    """Our office suite cannot compute this workbook as Excel does: a person must look at it.

    It is told by the first check that meets it; others that meet the same one wait for that check.
    """


class Workbook:
    """Reads and computes the workbooks of the submission; paths are those of ``files.paths()``.

    A file is read, and computed as it is, once per exam.

    Args:
        documents: Who opens and reads its files.
        recorder: Where actions and evidence go.
        office: Who computes.
    """

    def __init__(self, documents: Documents, recorder: Recorder, office: Office | None = None) -> None:
        self._documents = documents
        self._recorder = recorder
        self._office = office or Office()
        self._computed: dict[str, Values] = {}
        self._given_up: dict[tuple[str, str], Failed | OfficeLimit] = {}
        self._last = ""

    def prepare(self) -> None:
        """Lets the office start meanwhile."""
        self._office.prepare()

    def read(self, path: str) -> Book:
        """What an ``.xlsx`` or ``.ods`` says of itself: cells, formulas, cached values, tables, charts, pivots.

        Raises:
            Failed: No such file, or one that is refused: macros, links to elsewhere, damaged, too heavy…
            ReaderError: The reader failed: our error.
        """
        self._last = path
        book = self._documents.ask("book", path, book_of)
        assert isinstance(book, Book)
        advise(self._recorder, path, book)
        return book

    def computed(self, path: str) -> Values:
        """All cells, after every formula was computed again.

        Raises:
            Failed: As `read`, or the office cannot stand it.
            OfficeLimit: Some formula needs another office suite than ours, or this workbook brings it down.
            OfficeError: The office failed: our error.
        """
        if path not in self._computed:
            [values] = self.trials(path, [[]])
            self._admit_errors(path, values)
            self._computed[path] = values
        return self._computed[path]

    def recomputed(self, path: str) -> Values:
        """As `computed`, for a table that is read without an office otherwise: what it refuses is for a person.

        Raises:
            OfficeLimit, OfficeError: As `computed`.
        """
        try:
            return self.computed(path)
        except Failed as refusal:
            told = refusal.observed.rstrip(".")
            raise OfficeLimit(
                f"{told}. Ses formules n'ont pas été recalculées : une personne regardera ce classeur"
            ) from refusal

    def trials(self, path: str, scenarios: Sequence[Scenario]) -> list[Values]:
        """All cells after each scenario; none sees the edits of another.

        Args:
            path: The file.
            scenarios: Edits, made in their order; an empty one is the workbook as it is.

        Raises:
            Failed: As `read`, or the office cannot stand it.
            OfficeLimit: Some formula needs another office suite than ours, or this workbook brings ours down.
            OfficeError: The office failed: our error.
        """
        with self._recorder.action("workbook", "trials", path) as note:
            self._admit(path)
            found: list[Values] = []
            for start in range(0, len(scenarios), MAX_SCENARIOS):
                some = [plain(scenario) for scenario in scenarios[start : start + MAX_SCENARIOS]]
                found += self._ask(path, _all_values, verb="values", scenarios=some)
            if len(found) != len(scenarios):
                raise OfficeError(f"{len(found)} answers to {len(scenarios)} scenarios")
            note.result = f"{len(found)} calculs"
            return found

    def keep(self, path: str, caption: str, cells: Mapping[tuple[str, str], str]) -> None:
        """Keeps as evidence what some cells are: a line for each, with its place, what it shows and its formula.

        Args:
            path: The file.
            caption: For a person, in French.
            cells: Sheet and name of each, and what it stands for, in French.

        Raises:
            Failed, OfficeLimit, OfficeError: As `computed`.
        """
        book, values = self.read(path), self.computed(path)
        calc, shown = path.lower().endswith(".ods"), [*cells.items()][:_MAX_KEPT]
        lines = [_kept(book, values, sheet, cell, label, calc=calc) for (sheet, cell), label in shown]
        if len(cells) > _MAX_KEPT:
            lines.append(f"… {len(cells) - _MAX_KEPT}")
        self._recorder.evidence("text", cut(caption, 300), "text/plain", "\n".join(lines).encode("utf-8", "replace"))

    def picture(self, path: str, sheet: str, cells: Sequence[str], caption: str, *, right: bool = False) -> None:
        """Keeps as evidence a picture of the sheet around some cells, which stand out in it.

        A picture is for a person: what goes wrong with it changes no verdict.

        Args:
            path: The file.
            sheet: Name of the sheet.
            cells: Names of the cells, ``B4``, or of ranges; the picture is around the first.
            caption: For that person, in French.
            right: They are what was asked for: they stand out in green, not in red.
        """
        with self._recorder.action("workbook", "picture", f"{path} {sheet}!{','.join(cells)}") as note:
            with contextlib.suppress(Failed, OfficeLimit, OfficeError):
                if self.read(path).sheet(sheet) is not None:
                    wanted = {"verb": "picture", "sheet": sheet, "cells": list(cells[:_MAX_MARKED]), "right": right}
                    data = self._ask(path, _png, **wanted)
                    note.result = f"{len(data) // 1024} Kio"
                    self._recorder.evidence("screenshot", cut(caption, 300), "image/png", data)

    def show(self, place: Cells) -> None:
        """Keeps the picture of the place that a failure names.

        Args:
            place: Cells of one sheet.
        """
        self.picture(place.path or self._last, place.sheet, place.names, place.told)

    def give_up(self, what: str) -> NoReturn:
        """Tells that only a person can judge something of a workbook.

        Args:
            what: What our office suite cannot compute, in French.

        Raises:
            OfficeLimit: Always.
        """
        raise OfficeLimit(f"LibreOffice ne sait pas calculer {what}")

    def _admit(self, path: str) -> None:
        """Shows nothing to the office that the reader refuses, and asks nothing that the office cannot do."""
        limits = self.read(path).limits
        if limits:
            self.give_up(" ; ".join(limits[:5]))

    def _admit_errors(self, path: str, values: Values) -> None:
        """An error of our office where the one that made the file has a figure is our limit: `INDIRECT` in `SUMIF`.

        No suite gives one to what divides by nought, to what is made of constants and of arithmetic alone, nor to what
        reads such a cell: it was put there by hand.
        """
        book, made = self.read(path), []
        for sheet, cell, error in values.errors():
            held = found.cell(cell) if (found := book.sheet(sheet)) else None
            if held and held.formula and held.error is None and held.value and not error.circular:
                made.append((held.formula, error, f"{sheet}!{cell}", found))
        anywhere = {error for formula, error, _place, sheet in made if sheet and _wrong(formula, sheet, book)}
        for formula, error, place, _sheet in made:
            if error not in anywhere:
                self.give_up(f"{in_french(cut(formula, 120), calc=path.lower().endswith('.ods'))} ({place})")

    def _ask(self, path: str, read: Callable[[Any], Any], **job: Any) -> Any:
        asked = (path, job["verb"])  # what a picture does to the office is no reason not to compute
        given_up = self._given_up.get((path, "values")) or self._given_up.get(asked)
        if isinstance(given_up, Failed):
            raise failed_again(given_up)
        if given_up is not None:
            raise OfficeLimit(*given_up.args)
        document = self._documents.open(path)
        try:
            answer = self._office.ask(document, kind=path.rpartition(".")[2].lower(), **job)
        except CheckTimeout:  # so that it does not cost each check all of its time
            self._given_up[asked] = OfficeLimit(_LATE.format(name=cut(path, 80)))
            raise
        finally:
            os.close(document)
        if "unable" in answer:
            raise OfficeLimit(_unable(answer["unable"]))
        if "found" not in answer:
            self._given_up[asked] = failure = _failure(path, answer)
            raise failure
        try:
            return read(answer["found"])
        except (LookupError, TypeError, ValueError, AttributeError, struct.error) as error:
            raise OfficeError(f"the office's answer has another shape: {error!r}") from error


def _wrong(formula: str, sheet: WorkSheet, book: Book) -> bool:
    """Whether a formula that our office gives an error has one in each suite."""
    return _by_nought(formula, sheet, book) or _of_constants(formula, sheet, book)


def _of_constants(formula: str, sheet: WorkSheet, book: Book) -> bool:
    """Whether it is arithmetic on figures, words and cells that hold such, and may have an error: `=SQRT(-1)`."""
    at, errs = 1, False
    while at < len(formula):
        token = _TOKENS.match(formula, at)
        if token is None or (token["text"] is not None and not _NO_FIGURE.fullmatch(token["text"])):
            return False
        if token["cell"]:
            where = book.sheet(token["sheet"].strip("'")) if token["sheet"] else sheet
            cell = where.cell(token["cell"].replace("$", "")) if where else None
            held = cell.value if cell else None
            if where is None or (cell and cell.live) or (isinstance(held, str) and not _NO_FIGURE.fullmatch(held)):
                return False
            errs |= isinstance(held, str)
        errs |= bool(token["errs"] or token["text"])
        at = token.end()
    return errs


def _by_nought(formula: str, sheet: WorkSheet, book: Book) -> bool:
    """Whether it calls nothing and divides by nought, written so or in a cell that nothing fills."""
    told = _QUOTED.sub("", formula)
    if _CALL.search(told):
        return False
    for found in _DIVISOR.finditer(told):
        where = book.sheet(found["sheet"].strip("'")) if found["sheet"] else sheet
        cell = where.cell(found["cell"]) if where and found["cell"] else None
        if not found["cell"] or (cell is not None and not cell.live and cell.value in (None, 0)):
            return True
    return False


def _failure(path: str, answer: Mapping[str, Any]) -> Failed | OfficeLimit:
    if "refused" in answer:
        return refused(path, answer["refused"])
    if answer["ended"] == "time":
        return failed(Cause.HEAVY_FORMULAS, f"« {cut(path, 80)} »")
    return OfficeLimit(_FALLEN.format(name=cut(path, 80)))


def _unable(found: Mapping[str, Any]) -> str:
    return _UNABLE[str(found["kind"])].format(name=cut(function_in_french(str(found["name"])), 80))


def _all_values(found: Any) -> list[Values]:
    first = [values_of(one) for one in found[:1]]
    return [*first, *(values_of(one, first[0]) for one in found[1:])]


def _kept(book: Book, values: Values, sheet: str, cell: str, label: str, *, calc: bool) -> str:
    """One cell for a person: « Synthèse!B4 · novembre 2025 · 12345,67 · =SOMME.SI.ENS(…) »."""
    read = found.cell(cell) if (found := book.sheet(sheet)) else None
    held = values[sheet, cell] if read is None or read.live or read.value is None else read.value
    shown = _shown(held, calc)
    head = found.cell(read.array.partition(":")[0]) if found and read and read.array else read
    formula = in_french((head.formula if head else None) or "", calc=calc)
    return " · ".join(cut(squeeze(part), 400) for part in (f"{sheet}!{cell}", label, shown, formula) if part)


def _shown(held: Any, calc: bool) -> str:
    """What a cell holds, as French has it."""
    if isinstance(held, float):
        return f"{held:.10g}".replace(".", ",")
    if isinstance(held, bool):
        return "VRAI" if held else "FAUX"
    return error_in_french(held, calc=calc) if isinstance(held, CellError) else "" if held is None else str(held)


def _png(found: Any) -> bytes:
    data = base64.b64decode(found, validate=True)
    if data[:8] != PNG:
        raise ValueError("no picture")
    width, height = struct.unpack(">II", data[16:24])
    if not (0 < width <= _MAX_SIDE and 0 < height <= _MAX_SIDE):
        raise ValueError(f"a picture of {width} × {height}")
    return data
