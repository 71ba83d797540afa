"""A workbook as this office wants it: other programs name its parts and write its times more freely, people lock it."""

from __future__ import annotations

import lzma
import posixpath
import re
import struct
import zipfile
import zlib
from typing import Final

_RELATION: Final = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_TARGET: Final = re.compile(rb"\bTarget=\"([^\"]*)\"")
_ROOT: Final = ("[Content_Types].xml", "_rels/.rels")
_CLOCK: Final = re.compile(
    rb"<c\b(?P<before>[^<>]*)\st=\"d\"(?P<after>[^<>]*)>\s*<v>T?(?P<h>\d\d):(?P<m>\d\d)(?::(?P<s>\d\d)(?:\.\d+)?)?</v>"
)
"""A cell with a time and no day: this office takes it for a text."""
_ARRAY: Final = re.compile(rb"(?P<tag><(?:\w+:)?f\b[^<>]*\bt=\"array\"[^<>]*>)(?P<formula>[^<]*)(?=<)")
_LITERAL: Final = re.compile(rb"(\"[^\"]*\"|&quot;.*?&quot;|'[^']*')")
_COLUMNS: Final = re.compile(rb"(?<![\w$:\]])(\$?[A-Z]{1,3}):(\$?[A-Z]{1,3})(?![\w(.:\[])")
_ROW: Final = re.compile(rb"<(?:\w+:)?row\b[^<>]*?\br=\"(\d{1,7})\"")
_LOCK: Final = re.compile(
    rb"<(?:\w+:)?sheetProtection\b[^>]*/>"
    rb"|(?<=\s)(?:\w+:)?protection-key(?:-digest-algorithm)?(?:-2)?\s*=\s*(?:\"[^\"]*\"|'[^']*')"
)
"""How sheets are kept from typing, in either format; of an .ods, the password alone."""
_SPARE: Final = 100
"""Rows under the last one of any sheet that an array still reads, where it reads whole columns."""


_UNREAD: Final = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError),
    *(NotImplementedError, RuntimeError, OSError, ValueError),
)
"""What the library says of a part that it cannot unpack."""


def tidy(path: str) -> None:
    """Writes a workbook again, if it needs it.

    What protects its sheets is taken away: a password keeps nobody from the file, and a trial is made in a copy. In a
    workbook of Excel's, parts get the names by which others lead to them, and times become numbers. Whole columns end
    soon in arrays, of which a million rows each would take seconds.

    Args:
        path: The file, which is then another one.
    """
    if not zipfile.is_zipfile(path):  # the office tells
        return
    try:
        with zipfile.ZipFile(path) as archive:
            given = {info.filename: archive.read(info) for info in archive.infolist()}
    except _UNREAD:  # so it does of a part that nothing else has read
        return
    tidied = {name: _LOCK.sub(b"", data) if name.endswith(".xml") else data for name, data in given.items()}
    if not path.endswith(".ods"):
        tidied = _as_excel_writes(tidied)
    if tidied != given:
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in tidied.items():
                archive.writestr(name, data)


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
        folder, _, last = waiting.pop().rpartition("/")
        rels = f"{folder}/_rels/{last}.rels".lstrip("/")
        found[rels.casefold()] = rels
        for relation in _RELATION.findall(parts.get(lower.get(rels.casefold(), ""), b"")):
            target = _TARGET.search(relation)
            if target and b'"External"' not in relation:
                part = posixpath.normpath(posixpath.join("/", folder, target[1].decode("utf-8", "replace"))).lstrip("/")
                if part.casefold() in lower and part.casefold() not in found:
                    found[part.casefold()] = part
                    waiting.append(part)
    return found


def _days(cell: re.Match[bytes]) -> bytes:
    seconds = int(cell["h"]) * 3600 + int(cell["m"]) * 60 + int(cell["s"] or 0)
    return b"<c%b%b><v>%b</v>" % (cell["before"], cell["after"], repr(seconds / 86400).encode())


def _shorter(cell: re.Match[bytes], bottom: int) -> bytes:
    end = b"%d" % bottom
    pieces = _LITERAL.split(cell["formula"])
    pieces[::2] = [_COLUMNS.sub(rb"\g<1>$1:\g<2>$" + end, piece) for piece in pieces[::2]]
    return cell["tag"] + b"".join(pieces)
