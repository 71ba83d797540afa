"""The `documents` fixture: office files, tables and texts of the submission, read by somebody else.

The examiner never parses a candidate's bytes: it opens the file, hands the open descriptor to the reader (another
account, one process per request, within limits) and checks what comes back. What the file itself causes is a
failure with its words; what the reader cannot do is our error.
"""

from __future__ import annotations

import datetime
import errno
import math
import os
import stat
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from pathlib import Path, PurePosixPath
from typing import Any, Final

from pydantic import TypeAdapter

from etabli.exam.contract.causes import Cause, failed
from etabli.exam.contract.check import Failed
from etabli.exam.contract.places import Cells, beginning, extract
from etabli.exam.contract.words import cut, squeeze
from etabli.exam.reading.grid import words
from etabli.exam.reading.places import spot
from etabli.exam.reading.told import BlockTold, BookCellTold, CellTold
from etabli.exam.runner.reader import Reader, ReaderError
from etabli.exam.runner.recorder import Recorder
from etabli.exam.runner.refusals import refused
from etabli.exam.runner.timing import MOST_READ
from etabli.exam.tools.computed import Held, Values

_AROUND: Final = 2
"""Rows kept on each side of those that a failure names."""
_FARTHEST: Final = 9
"""Rows between the first one and another that is kept with it."""
_ENOUGH: Final = 2 * MOST_READ
"""Seconds of the processor after which one check opens no further file."""
MAX_KEPT: Final = 100_000
"""Characters of a text that are kept as evidence."""
Value = str | float | bool | datetime.date | None
"""What a cell holds; a date with a time of day is a `datetime.datetime`."""


@dataclass(frozen=True)
class Cell:
    """One cell of a table."""

    value: Value
    """None when the cell is empty or its formula was never computed."""
    text: str
    """The value as words: ``12,5``, ``25/11/2026``, ``VRAI``; never None, no white space around."""
    formula: str | None = None
    """With its ``=``."""
    comment: str | None = None
    hidden: bool = False
    """In a hidden row, column or sheet."""


_EMPTY = Cell(None, "")
_LAST_DAY = 2_958_465
"""Of the year 9999, as a workbook counts."""
_NOT_THERE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EISDIR, errno.ENXIO)


@dataclass(frozen=True)
class Sheet:
    """One sheet, down to its last cell that holds something; a CSV file is one sheet with the file's name."""

    name: str
    hidden: bool
    rows: Sequence[Sequence[Cell]]
    """Row 1 is ``rows[0]``; a row stops at its last cell that holds something, and may be empty."""

    @property
    def texts(self) -> list[list[str]]:
        """The words of every cell."""
        return [[cell.text for cell in row] for row in self.rows]

    @property
    def seen(self) -> list[list[str]]:
        """The same, without what hidden rows and columns, or a hidden sheet, hold."""
        return [["" if cell.hidden else cell.text for cell in row] for row in self.rows]

    @property
    def lives(self) -> bool:
        """Whether it is seen, and a formula is in it."""
        return not self.hidden and any(cell.formula for row in self.rows for cell in row)

    def under(self, values: Values) -> Sheet:
        """The same, with what every formula gives, and what an array fills."""
        rows: list[list[Cell]] = []
        for row, line in zip_longest(self.rows, values.rows(self.name), fillvalue=()):
            above = rows[-1] if rows else []
            triples = zip_longest(row, line, above[: max(len(row), len(line))])
            rows.append([_computed(cell or _EMPTY, held, over or _EMPTY) for cell, held, over in triples])
        return replace(self, rows=rows)


@dataclass(frozen=True)
class Trace:
    """A piece of text found anywhere in a file."""

    where: str
    """For a person, in French: « cellule B4 de la feuille masquée “X” », « propriétés du document »."""
    text: str
    hidden: bool = False
    """Not seen by somebody who just opens the file."""


@dataclass(frozen=True)
class About:
    """What a file is."""

    kind: str
    """``xlsx``, ``ods``, ``csv``, ``docx``, ``odt``, ``pdf``, ``text``, ``zip``, ``image``, ``ole`` or ``unknown``."""
    size: int
    macros: bool = False
    external: tuple[str, ...] = field(default=())
    """Other files or addresses that it fetches when it is opened."""


_ABOUT: Final = TypeAdapter(About)


class Documents:
    """Reads the documents of the submission; paths are those of ``files.paths()``.

    A file is read once per exam and question: the submission does not change.

    Args:
        root: The submission's folder.
        recorder: Where actions go; what was read is never among them.
        reader: Who reads.
        compute: Who computes a workbook again, as `recomputed` of `etabli.exam.tools.workbook`; None where nobody does.
    """

    def __init__(
        self,
        root: Path,
        recorder: Recorder,
        reader: Reader | None = None,
        compute: Callable[[str], Values] | None = None,
    ) -> None:
        self._root = root
        self._compute = compute
        self._recorder = recorder
        self._reader = reader or Reader()
        self._known: dict[tuple[str, str], Any] = {}
        self._computed = set[str]()
        self._expected: dict[str, Sequence[str]] = {}
        self._answered: dict[tuple[str, str], Mapping[str, Any]] = {}

    def expect(self, questions: Mapping[str, Sequence[str]]) -> None:
        """Says what will be asked: a file is then read by one process for all of it, at the first question.

        Each question is answered as if it came alone: where they cost too much together, it does.

        Args:
            questions: By path, verbs of `ask`.
        """
        self._expected.update(questions)

    def tables(self, path: str) -> list[Sheet]:
        """The sheets of an ``.xlsx``, ``.xlsm``, ``.ods`` or ``.csv``, hidden ones included.

        Where a sheet that is seen has formulas, all is computed again: nobody believes what a file says they give.
        CSV: ``;``, ``,`` or tab; UTF-8 with or without its mark, UTF-16 with it, else cp1252. All cells are text.

        Example:
            for row in documents.tables("droits.csv")[0].texts: ...

        Raises:
            Failed: No such file, or one that cannot be read for a reason of its own.
            OfficeLimit: Its formulas cannot be computed: a person must look at it.
            OfficeError, ReaderError: The office or the reader failed: our error.
        """
        sheets: list[Sheet] = self.ask("tables", path, _sheets)
        if path not in self._computed and self._compute and any(sheet.lives for sheet in sheets):
            values = self._compute(path)
            self._known["tables", path] = sheets = [one.under(values) for one in sheets]
            self._computed.add(path)
        return [*sheets]

    def text(self, path: str) -> str:
        """The text of a ``.docx``, ``.odt``, ``.pdf``, ``.txt``, ``.md``, ``.csv``, ``.xlsx`` or ``.ods``.

        One line per paragraph or row; hidden text is in it.

        Raises:
            Failed: As `tables`, or there is no text in it (a scanned page).
            ReaderError: The reader failed: our error.
        """
        return str(self.ask("text", path, str))

    def seen(self, path: str) -> str:
        """As `text`, without what the reader of a ``.docx``, ``.odt`` or ``.pdf`` does not see: hidden, pale, tiny.

        Raises:
            Failed: As `text`.
            ReaderError: The reader failed: our error.
        """
        return str(self.ask("seen", path, str))

    def outline(self, path: str) -> list[BlockTold]:
        """The blocks of a ``.docx``, ``.odt``, ``.pdf``, ``.md``, ``.txt`` or ``.html``.

        Raises:
            Failed: As `text`.
            ReaderError: The reader failed: our error.
        """
        return list(self.ask("outline", path, _blocks))

    def keep(self, path: str, caption: str = "") -> str:
        """The text of a document, kept as evidence too: for what a person will judge.

        Args:
            path: The file.
            caption: For that person, in French; the path by default.

        Raises:
            Failed: As `text`.
            ReaderError: The reader failed: our error.
        """
        text = self.text(path)
        kept = cut(text, MAX_KEPT).encode("utf-8", "replace")
        self._recorder.evidence("text", f"{caption or path}{beginning(len(text), MAX_KEPT)}", "text/plain", kept)
        return text

    def show(self, place: Cells) -> None:
        """Keeps as evidence the rows of the cells that a failure names, among their neighbours, as text.

        So a lab that only reads tables starts no office for a picture, and what nothing may show is blotted.

        Args:
            place: Cells of a sheet of a file that was read; nothing is kept of others.
        """
        found = [sheet for sheet in self.tables(place.path) if sheet.name == place.sheet] if place.path else []
        if not found or not place.names:
            return
        row, _ = spot(place.names[0].partition(":")[0])
        rows = [
            one for one in (spot(name.partition(":")[0])[0] for name in place.names) if row <= one <= row + _FARTHEST
        ]
        first = max(1, row - _AROUND)
        around = [[cell.text for cell in line] for line in found[0].rows[first - 1 : max(rows) + _AROUND]]
        caption = (
            f"{place.path}, {place.told[0].lower()}{place.told[1:]}{extract(first, len(around), len(found[0].rows))}"
        )
        told = "\n".join(f"{number} : {' | '.join(texts)}" for number, texts in enumerate(around, first))
        kept = "\n".join(cut(line, 300) for line in self._recorder.blot.clean(told).splitlines()).encode(
            "utf-8", "replace"
        )
        self._recorder.evidence("text", caption, "text/plain", kept)

    def traces(self, path: str) -> list[Trace]:
        """Every piece of text anywhere in a file of any kind, with the place: nothing is left out.

        What is drawn in an image is not text.

        Raises:
            Failed: As `tables`; an encrypted file cannot be searched.
            ReaderError: The reader failed: our error.
        """
        return list(self.ask("traces", path, _traces))

    def about(self, path: str) -> About:
        """What the file is, by its content; never a failure for a kind that is not asked for.

        Raises:
            Failed: No such file, or a damaged or encrypted one.
            ReaderError: The reader failed: our error.
        """
        found = self.ask("about", path, _ABOUT.validate_python)
        assert isinstance(found, About)
        return found

    def ask(self, verb: str, path: str, read: Callable[[Any], Any]) -> Any:
        """Asks the reader, once per file and question.

        Args:
            verb: A verb of `etabli.exam.reading.serve.read`.
            path: The file.
            read: Gives its types to what the reader found.

        Raises:
            Failed: As `tables`; or the files that this check has read took too long together.
            ReaderError: The reader failed: our error.
        """
        with self._recorder.action("documents", verb, path) as note:
            if (verb, path) not in self._known:
                if self._recorder.read > _ENOUGH:
                    raise failed(Cause.ENDLESS, f"avant « {cut(path, 80)} », {_ENOUGH:g} s de calcul pour d'autres")
                self._known[verb, path] = self._answer(verb, path, read)
            found = self._known[verb, path]
            if isinstance(found, Failed):
                # A new one each time: an exception remembers where it was raised.
                raise failed_again(found)
            note.result = _amount(found)
            return found

    def _answer(self, verb: str, path: str, read: Callable[[Any], Any]) -> Any:
        try:
            document = self.open(path)
        except OSError as error:
            if error.errno in _NOT_THERE:
                return failed(Cause.MISSING, f"fichier « {path} »")
            raise
        before = self._reader.spent
        try:
            verbs = self._expected.get(path, ())
            if verb in verbs and len(self._expected.pop(path)) > 1:
                answers = self._reader.ask_all(verbs, path, document)
                self._answered.update(((one, path), answer) for one, answer in zip(verbs, answers, strict=False))
            answer = self._answered.pop((verb, path), None) or self._reader.ask(verb, path, document)
        finally:
            os.close(document)
            self._recorder.read += self._reader.spent - before
        try:
            return refused(path, answer["refused"]) if "refused" in answer else read(answer["found"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ReaderError(f"the reader's answer has another shape: {error!r}") from error

    def open(self, path: str) -> int:
        """Opens a regular file of the submission; no link is followed, in its folders neither.

        Returns:
            A descriptor, for another account to read from.

        Raises:
            OSError: There is none.
        """
        parts = PurePosixPath(path).parts
        if not parts or path.startswith("/") or ".." in parts:
            raise FileNotFoundError(errno.ENOENT, path)
        folder = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY)
        for part in parts[:-1]:
            try:
                inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
            finally:
                os.close(folder)
            folder = inner
        try:
            document = os.open(parts[-1], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
        finally:
            os.close(folder)
        if not stat.S_ISREG(os.fstat(document).st_mode):
            os.close(document)
            raise FileNotFoundError(errno.ENOENT, path)
        return document


def failed_again(failure: Failed) -> Failed:
    """Returns a copy of a failure, its cause included."""
    twin = Failed(failure.observed, failure.expected, failure.help)
    twin.__dict__.update(failure.__dict__)
    return twin


def _amount(found: Any) -> str:
    if isinstance(found, About):
        return found.kind
    if not isinstance(found, str | Sequence):
        return str(found)
    return f"{len(found)} {'caractères' if isinstance(found, str) else 'éléments'}"


def _computed(cell: Cell, held: Held, above: Cell) -> Cell:
    """Returns a cell with what it holds once it is computed; a merged one shows the same on each of its rows."""
    if held is None:
        return replace(above, hidden=cell.hidden) if cell.formula else cell
    was = cell.value
    if isinstance(held, float) and isinstance(was, datetime.date):
        seconds = round(min(max(held, 0.0), _LAST_DAY) * 86_400)
        days = datetime.datetime(1899, 12, 30) + datetime.timedelta(seconds=seconds)
        now: Value = days if isinstance(was, datetime.datetime) else days.date()
    else:
        now = held
    alike = squeeze(was) == squeeze(now) if isinstance(was, str) and isinstance(now, str) else was == now
    near = (
        isinstance(was, int | float) and isinstance(now, float) and math.isclose(was, now, rel_tol=1e-9, abs_tol=1e-9)
    )
    return cell if alike or near else replace(cell, value=now, text=words(now).strip())


# -- what the reader sends is a candidate's word: it is given its types here


def _sheets(found: Any) -> list[Sheet]:
    return [
        Sheet(str(sheet["name"]), bool(sheet["hidden"]), [[_cell(cell) for cell in row] for row in sheet["rows"]])
        for sheet in found
    ]


def _cell(found: Any) -> Cell:
    if found is None:
        return _EMPTY
    return Cell(*facts(CellTold._make(found)))


def facts(told: CellTold | BookCellTold) -> tuple[Value, str, str | None, str | None, bool]:
    """Returns what every cell holds, in the order of `Cell`."""
    value = value_of(told.kind, told.value)
    return value, str(told.text), optional(told.formula), optional(told.comment), bool(told.hidden)


def value_of(kind: str, value: Any) -> Value:
    """Returns a value of the reader's: ``kind`` is its letter.

    Raises:
        TypeError, ValueError: It is none.
    """
    if kind == "t":
        return datetime.datetime.fromisoformat(value)
    if kind == "d":
        return datetime.date.fromisoformat(value)
    if kind == "n":
        return value if isinstance(value, int) else float(value)
    if kind == "b":
        return bool(value)
    return None if kind == "" else str(value)


def optional(text: Any) -> str | None:
    """Returns a text, or None."""
    return None if text is None else str(text)


def _blocks(found: Any) -> list[BlockTold]:
    return [BlockTold(str(kind), str(text), list(map(str, code))) for kind, text, code in found]


def _traces(found: Any) -> list[Trace]:
    return [Trace(str(where), str(text), bool(hidden)) for where, text, hidden in found]
