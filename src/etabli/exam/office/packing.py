"""The parts of a workbook, read once: as this office wants them, and what it does not tell of them.

Other programs name parts and write times more freely, people lock sheets. Only what relations lead to counts: a part
that nothing leads to, whatever is in it, is nobody's.
"""

from __future__ import annotations

import html
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

_TAG: Final = r"<(?:\w+:)?%s\b[^<>]*+>"
_RELATION: Final = re.compile((_TAG % "Relationship").encode())
_SHEET: Final = re.compile((_TAG % "sheet").encode())
_SOURCE: Final = re.compile((_TAG % "worksheetSource").encode())
_WORD: Final = re.compile(rb"(?<=\s)([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
"""An attribute."""
_ROOT: Final = ("[Content_Types].xml", "_rels/.rels")
_CLOCK: Final = re.compile(
    rb"<c\b(?=[^<>]*?\st=\"d\")(?P<words>[^<>]*+)>\s*+<v>T?(?P<h>\d\d):(?P<m>\d\d)(?::(?P<s>\d\d)(?:\.\d++)?)?</v>"
)
"""A cell with a time and no day: this office takes it for a text."""
_IS_DAY: Final = re.compile(rb"\st=\"d\"")
_ARRAY: Final = re.compile(rb"(?P<tag><(?:\w+:)?f\b(?=[^<>]*?\bt=\"array\")[^<>]*+>)(?P<formula>[^<]*+)(?=<)")
_SPILLING: Final = re.compile(
    rb"<(?:\w+:)?c\b(?=[^<>]*?\bcm=\")(?=[^<>]*?\br=\"([A-Z]{1,3}[0-9]{1,7})\")[^<>]*+>\s*+<(?:\w+:)?f\b([^<>]*+)>"
)
"""The first cell of a dynamic array, and what its formula says of itself."""
_REF: Final = re.compile(rb"\bref=\"([A-Z0-9:]+)\"")
_LITERAL: Final = re.compile(rb"(\"[^\"]*\"|&quot;.*?&quot;|'[^']*')")
_COLUMNS: Final = re.compile(rb"(?<![\w$:\]])(\$?[A-Z]{1,3}):(\$?[A-Z]{1,3})(?![\w(.:\[])")
_ROW: Final = re.compile(rb"<(?:\w+:)?row\b[^<>]*?\br=\"(\d{1,7})\"")
_LOCK: Final = re.compile(
    rb"<(?:\w+:)?sheetProtection\b[^<>]*/>"
    rb"|(?<=\s)(?:\w+:)?protection-key(?:-digest-algorithm)?(?:-2)?\s*=\s*(?:\"[^\"]*\"|'[^']*')"
)
"""How sheets are kept from typing, in either format; of an .ods, the password alone."""
_SPARE: Final = 100
"""Rows under the last one of any sheet that an array still reads, where it reads whole columns."""
_KNOWN: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""How parts are compressed in either format: the office knows no other way."""
_UNREAD: Final = (
    *(zipfile.BadZipFile, zlib.error, EOFError),
    *(NotImplementedError, RuntimeError, OSError, ValueError),
)
"""What the library says of a part that it cannot unpack."""


class Told(NamedTuple):
    """What the parts of an Excel workbook say, and the office does not."""

    pivot_sources: frozenset[str] = frozenset()
    """Names of tables and ranges that pivots read; the office only keeps their cells."""
    spilling: tuple[tuple[int, str], ...] = ()
    """The number of the sheet and the range of every dynamic array."""


class _Relation(NamedTuple):
    key: str
    kind: str
    target: str


def tidy(path: str) -> Told:
    """Writes a workbook again, if it needs it.

    What protects its sheets is taken away: a password keeps nobody from the file, and a trial is made in a copy. In a
    workbook of Excel's, parts get the names by which others lead to them, and times become numbers. Whole columns end
    soon in arrays, of which a million rows each would take seconds. Where a part cannot be unpacked, nothing is
    written: the office tells whether it needs that part.

    Args:
        path: The file, which is then another one.

    Returns:
        What its parts say.
    """
    given, whole = _read(path)
    tidied = {name: _LOCK.sub(b"", data) if name.endswith(".xml") else data for name, data in given.items()}
    excel = not path.endswith(".ods")
    if excel:
        tidied = _as_excel_writes(tidied)
    if whole and tidied != given:
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in tidied.items():
                archive.writestr(name, data)
    return _told(tidied) if excel else Told()


def _read(path: str) -> tuple[dict[str, bytes], bool]:
    """Returns the parts that can be unpacked, and whether these are all."""
    given: dict[str, bytes] = {}
    whole = True
    try:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                try:
                    with archive.open(info) as stream:
                        if info.compress_type not in _KNOWN:
                            raise NotImplementedError
                        given[info.filename] = stream.read(info.file_size)  # never more than is announced
                except _UNREAD:
                    whole = False
    except _UNREAD:
        return {}, False
    return given, whole


def _as_excel_writes(given: dict[str, bytes]) -> dict[str, bytes]:
    parts = {name.replace("\\", "/"): data for name, data in given.items()}
    names = _names(parts)
    bottom = max((int(row) for data in parts.values() for row in _ROW.findall(data)), default=0) + _SPARE
    return {
        names.get(name.casefold(), name): _ARRAY.sub(lambda cell: _shorter(cell, bottom), _CLOCK.sub(_days, data))
        for name, data in parts.items()
    }


def _names(parts: dict[str, bytes]) -> dict[str, str]:
    """Returns, by its name in lower case, how each part that another leads to is called there."""
    lower = {name.casefold(): name for name in parts}
    found = {name.casefold(): name for name in _ROOT}
    waiting = [""]
    while waiting:
        part = waiting.pop()
        rels = _rels_of(part)
        found[rels.casefold()] = rels
        for relation in _relations(parts.get(lower.get(rels.casefold(), ""), b""), part):
            if relation.target.casefold() in lower and relation.target.casefold() not in found:
                found[relation.target.casefold()] = relation.target
                waiting.append(relation.target)
    return found


def _rels_of(part: str) -> str:
    folder, _, last = part.rpartition("/")
    return f"{folder}/_rels/{last}.rels".lstrip("/")


def _relations(rels: bytes, part: str) -> Iterator[_Relation]:
    """Yields the relations of a part to others of the same file."""
    folder = part.rpartition("/")[0]
    for tag in _RELATION.findall(rels):
        words = _words(tag)
        if words.get("TargetMode") != "External" and "Target" in words:
            target = posixpath.normpath(posixpath.join("/", folder, words["Target"])).lstrip("/")
            yield _Relation(words.get("Id", ""), words.get("Type", "").rpartition("/")[2], target)


def _words(tag: bytes) -> dict[str, str]:
    """Returns the attributes of a tag."""
    found = (one.groups(b"") for one in _WORD.finditer(tag))
    return {name.decode(): html.unescape((one or other).decode("utf-8", "replace")) for name, one, other in found}


def _told(parts: Mapping[str, bytes]) -> Told:
    main = next(
        (one.target for one in _relations(parts.get(_rels_of(""), b""), "") if one.kind == "officeDocument"), ""
    )
    relations = [*_relations(parts.get(_rels_of(main), b""), main)]
    caches = [parts.get(one.target, b"") for one in relations if one.kind == "pivotCacheDefinition"]
    sources = {_words(tag).get("name", "").casefold() for cache in caches for tag in _SOURCE.findall(cache)}
    spilling = []
    if any(one.kind == "sheetMetadata" for one in relations):
        targets = {one.key: one.target for one in relations}
        for number, tag in enumerate(_SHEET.findall(parts.get(main, b""))):
            key = next((held for name, held in _words(tag).items() if name.endswith(":id")), "")
            for cell, rest in _SPILLING.findall(parts.get(targets.get(key, ""), b"")):
                ref = _REF.search(rest)
                spilling.append((number, (ref[1] if ref else cell).decode()))
    return Told(frozenset(sources), tuple(spilling))


def _days(cell: re.Match[bytes]) -> bytes:
    seconds = int(cell["h"]) * 3600 + int(cell["m"]) * 60 + int(cell["s"] or 0)
    return b"<c%b><v>%b</v>" % (_IS_DAY.sub(b"", cell["words"], 1), repr(seconds / 86400).encode())


def _shorter(cell: re.Match[bytes], bottom: int) -> bytes:
    end = b"%d" % bottom
    pieces = _LITERAL.split(cell["formula"])
    pieces[::2] = [_COLUMNS.sub(rb"\g<1>$1:\g<2>$" + end, piece) for piece in pieces[::2]]
    return cell["tag"] + b"".join(pieces)
