"""A table read from a file that a spreadsheet or some school software wrote: rows of text, whatever its encoding.

Text comes as UTF-8 (with or without BOM), as UTF-16 (« Texte Unicode » of Excel) or as Windows-1252 (« CSV » of Excel
in French), with ``;``, tab or ``,`` between cells. What the separator is cannot be known from the text alone, so every
possible reading is returned: the caller keeps the one in which it finds its columns.
"""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import openpyxl

from etabli.exam.contract.errors import UsageProblem
from etabli.system.disk import why
from etabli.system.zip_errors import UNREADABLE

_MAX_BYTES = 5_000_000
_MAX_ROWS = 5_000
_SEPARATORS = (";", "\t", ",")
_BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_ENCODINGS = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}
_FOREIGN = {b"\xd0\xcf\x11\xe0": ".xls", b"%PDF": ".pdf", b"Rar!": ".rar", b"7z\xbc\xaf": ".7z"}


class Sought(NamedTuple):
    """What a table should be, in the words of its refusals."""

    readable: str
    """« une liste lisible »."""
    whole: str
    """« une liste de classe »."""
    the: str
    """« la liste »."""
    again: str
    """What to do of an empty file: « exportez de nouveau … »."""
    fewer: str
    """What to do of a file that is too long: « donnez … »."""
    cleaned: Callable[[str], str]
    """What is kept of the text of a cell."""


@dataclass(frozen=True)
class TextRow:
    """One row that is not blank."""

    line: int
    """Its number in the file, from 1."""
    cells: tuple[str, ...]


@dataclass(frozen=True)
class TextTable:
    """One reading of a file."""

    rows: tuple[TextRow, ...]
    wording: str
    """How it was read, in French: « UTF-8, séparateur « ; » »."""

    def width(self) -> int:
        """Returns the number of cells of the widest row."""
        return max((len(row.cells) for row in self.rows), default=0)


def read_tables(path: Path, sought: Sought, content: bytes | None = None) -> list[TextTable]:
    """Reads a file in every way it may be meant.

    Args:
        path: Where it is, or its name alone.
        sought: What it should be.
        content: What it holds, if that is known already.

    Returns:
        At least one table, with at least one row.

    Raises:
        UsageProblem: The file cannot be read, is no table, or is empty.
    """
    data = _bytes(path, sought) if content is None else content
    if data.startswith(b"PK\x03\x04"):
        tables = [_workbook(path, sought, data)]
    else:
        text, encoding = _decode(path, sought, data)
        tables = _texts(path, sought, text, encoding)
    if not any(table.rows for table in tables):
        raise UsageProblem(f"{path} est vide : {sought.again}.")
    return tables


def _bytes(path: Path, sought: Sought) -> bytes:
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise UsageProblem(f"{path} dépasse 5 Mo : ce n'est sans doute pas {sought.whole}, vérifiez le fichier.")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise UsageProblem(f"{path} n'existe pas : vérifiez le chemin.") from error
    except OSError as error:
        raise UsageProblem(
            f"{path} ne peut pas être lu ({why(error)}) : donnez un fichier, et non son dossier."
        ) from error


def _decode(path: Path, sought: Sought, data: bytes) -> tuple[str, str]:
    foreign = next((suffix for magic, suffix in _FOREIGN.items() if data.startswith(magic)), None)
    marked = [codec for bom, codec in _BOMS.items() if data.startswith(bom)]
    if foreign or (b"\0" in data and not marked):
        raise _not_sought(path, sought, foreign or "binaire")
    for codec in marked or ("utf-8", "cp1252"):
        with suppress(UnicodeDecodeError):
            return data.decode(codec), _ENCODINGS[codec]
    raise _not_sought(path, sought, "binaire")


def _not_sought(path: Path, sought: Sought, what: str) -> UsageProblem:
    return UsageProblem(
        f"{path} n'est pas {sought.readable} (fichier {what}) : ouvrez-le dans le tableur, puis enregistrez-le en "
        ".xlsx ou en « CSV UTF-8 »."
    )


def _texts(path: Path, sought: Sought, text: str, encoding: str) -> list[TextTable]:
    readings, problems = [], []
    for separator in [mark for mark in _SEPARATORS if mark in text or mark == _SEPARATORS[0]]:
        try:
            readings.append(_text(path, sought, text, encoding, separator))
        except csv.Error as error:  # quotes that do not fit: not this separator, or nobody's
            problems.append(str(error))
    if not readings:
        raise UsageProblem(
            f"Dans {path}, un guillemet n'est pas fermé ({problems[0]}) : enregistrez de nouveau {sought.the} depuis "
            "le tableur."
        )
    return readings


def _text(path: Path, sought: Sought, text: str, encoding: str, separator: str) -> TextTable:
    lines = text.splitlines(keepends=True)
    first = 1
    if lines and lines[0].strip().lower() in {f"sep={mark}" for mark in _SEPARATORS}:  # a line for Excel's eyes
        lines, first = lines[1:], 2
    reader = csv.reader(io.StringIO("".join(lines), newline=""), delimiter=separator, strict=True)
    rows, line = [], first
    for cells in reader:
        rows.append((line, cells))
        line = first + reader.line_num
    shown = "tabulation" if separator == "\t" else separator
    return TextTable(_kept(path, sought, rows), f"{encoding}, séparateur « {shown} »")


def _workbook(path: Path, sought: Sought, data: bytes) -> TextTable:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names, size = archive.namelist(), sum(member.file_size for member in archive.infolist())
        if "xl/workbook.xml" not in names:
            raise _not_sought(path, sought, ".ods" if "mimetype" in names else ".zip")
        if size > 20 * _MAX_BYTES:
            raise _not_sought(path, sought, ".xlsx démesuré")
        name, rows = _first_sheet(data)
    except _BROKEN as error:
        raise _not_sought(path, sought, ".xlsx abîmé") from error
    return TextTable(_kept(path, sought, rows), f"classeur, feuille « {name} »")


_BROKEN = (*UNREADABLE, LookupError, TypeError, SyntaxError, AttributeError, ArithmeticError, AssertionError)
"""All that the standard library and openpyxl raise on the bytes of a damaged workbook, or of one that they cannot read
(a chart sheet that has a name of its own)."""


def _first_sheet(data: bytes) -> tuple[str, list[tuple[int, list[str]]]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what openpyxl leaves out (styles, validation) is nothing to us
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        try:
            sheet = book.worksheets[0]
            values = sheet.iter_rows(values_only=True, max_row=_MAX_ROWS + 1)
            return sheet.title, [(line, [_said(cell) for cell in cells]) for line, cells in enumerate(values, 1)]
        finally:
            book.close()


def _said(cell: object) -> str:
    """Returns a cell as its owner sees it: a number typed as 10042 is not « 10042.0 »."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)


def _kept(path: Path, sought: Sought, rows: list[tuple[int, list[str]]]) -> tuple[TextRow, ...]:
    if len(rows) > _MAX_ROWS:
        raise UsageProblem(f"{path} a plus de {_MAX_ROWS} lignes : {sought.fewer}.")
    tidied = [TextRow(line, tuple(sought.cleaned(cell) for cell in cells)) for line, cells in rows]
    return tuple(row for row in tidied if any(row.cells))
