"""A table read from a file that some school software wrote: rows of text, whatever the encoding and the separator.

Text comes as UTF-8 (with or without BOM), as UTF-16 (« Texte Unicode » of Excel) or as Windows-1252 (« CSV » of Excel
in French), with ``;``, tab or ``,`` between cells. What the separator is cannot be known from the text alone, so every
possible reading is returned: the caller keeps the one in which it finds its columns.
"""

from __future__ import annotations

import csv
import io
import struct
import warnings
import zipfile
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import openpyxl

from etabli.exam.contract.errors import UsageProblem
from etabli.roster.names import tidy
from etabli.system.disk import why

_MAX_BYTES = 5_000_000
_MAX_ROWS = 5_000
_SEPARATORS = (";", "\t", ",")
_BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_ENCODINGS = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}
_FOREIGN = {b"\xd0\xcf\x11\xe0": ".xls", b"%PDF": ".pdf", b"Rar!": ".rar", b"7z\xbc\xaf": ".7z"}


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


def read_tables(path: Path, content: bytes | None = None) -> list[TextTable]:
    """Reads a file in every way it may be meant.

    Args:
        path: Where it is, or its name alone.
        content: What it holds, if that is known already.

    Returns:
        At least one table, with at least one row.

    Raises:
        UsageProblem: The file cannot be read, is not a list, or is empty.
    """
    data = _bytes(path) if content is None else content
    if data.startswith(b"PK\x03\x04"):
        tables = [_workbook(path, data)]
    else:
        text, encoding = _decode(path, data)
        tables = _texts(path, text, encoding)
    if not any(table.rows for table in tables):
        raise UsageProblem(f"{path} est vide : exportez de nouveau la liste de la classe.")
    return tables


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise UsageProblem(
                f"{path} dépasse 5 Mo : ce n'est sans doute pas une liste de classe, vérifiez le fichier."
            )
        return path.read_bytes()
    except FileNotFoundError as error:
        raise UsageProblem(f"{path} n'existe pas : vérifiez le chemin de la liste.") from error
    except OSError as error:
        raise UsageProblem(
            f"{path} ne peut pas être lu ({why(error)}) : donnez le fichier de la liste, et non son dossier."
        ) from error


def _decode(path: Path, data: bytes) -> tuple[str, str]:
    foreign = next((suffix for magic, suffix in _FOREIGN.items() if data.startswith(magic)), None)
    marked = [codec for bom, codec in _BOMS.items() if data.startswith(bom)]
    if foreign or (b"\0" in data and not marked):
        raise _not_a_list(path, foreign or "binaire")
    for codec in marked or ("utf-8", "cp1252"):
        with suppress(UnicodeDecodeError):
            return data.decode(codec), _ENCODINGS[codec]
    raise _not_a_list(path, "binaire")


def _not_a_list(path: Path, what: str) -> UsageProblem:
    return UsageProblem(
        f"{path} n'est pas une liste lisible (fichier {what}) : ouvrez-le dans le tableur, puis enregistrez-le en "
        ".xlsx ou en « CSV UTF-8 »."
    )


def _texts(path: Path, text: str, encoding: str) -> list[TextTable]:
    readings, problems = [], []
    for separator in [mark for mark in _SEPARATORS if mark in text or mark == _SEPARATORS[0]]:
        try:
            readings.append(_text(path, text, encoding, separator))
        except csv.Error as error:  # quotes that do not fit: not this separator, or nobody's
            problems.append(str(error))
    if not readings:
        raise UsageProblem(
            f"Dans {path}, un guillemet n'est pas fermé ({problems[0]}) : enregistrez de nouveau la liste depuis le "
            "tableur."
        )
    return readings


def _text(path: Path, text: str, encoding: str, separator: str) -> TextTable:
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
    return TextTable(_kept(path, rows), f"{encoding}, séparateur « {shown} »")


def _workbook(path: Path, data: bytes) -> TextTable:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names, size = archive.namelist(), sum(member.file_size for member in archive.infolist())
        if "xl/workbook.xml" not in names:
            raise _not_a_list(path, ".ods" if "mimetype" in names else ".zip")
        if size > 20 * _MAX_BYTES:
            raise _not_a_list(path, ".xlsx démesuré")
        name, rows = _first_sheet(data)
    except _BROKEN as error:
        raise _not_a_list(path, ".xlsx abîmé") from error
    return TextTable(_kept(path, rows), f"classeur, feuille « {name} »")


_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError),
    *(LookupError, ValueError, TypeError, SyntaxError, OSError),
)
"""All that the standard library and openpyxl raise on the bytes of a damaged workbook."""


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


def _kept(path: Path, rows: list[tuple[int, list[str]]]) -> tuple[TextRow, ...]:
    if len(rows) > _MAX_ROWS:
        raise UsageProblem(f"{path} a plus de {_MAX_ROWS} lignes : donnez la liste d'une seule classe.")
    tidied = [TextRow(line, tuple(tidy(cell) for cell in cells)) for line, cells in rows]
    return tuple(row for row in tidied if any(row.cells))
