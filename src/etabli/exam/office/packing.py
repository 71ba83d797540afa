"""A workbook of Excel's as this office wants it: other programs name its parts and write its times more freely."""

from __future__ import annotations

import posixpath
import re
import zipfile
from typing import Final

_RELATION: Final = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_TARGET: Final = re.compile(rb"\bTarget=\"([^\"]*)\"")
_ROOT: Final = ("[Content_Types].xml", "_rels/.rels")
_CLOCK: Final = re.compile(
    rb"<c\b(?P<before>[^>]*?)\s+t=\"d\"(?P<after>[^>]*)>\s*<v>T?(?P<h>\d\d):(?P<m>\d\d)(?::(?P<s>\d\d)(?:\.\d+)?)?</v>"
)
"""A cell with a time and no day: this office takes it for a text."""


def tidy(path: str) -> None:
    """Writes a workbook again, if it needs it: parts under the names by which others lead to them, times as numbers.

    Args:
        path: The file, which is then another one.
    """
    with zipfile.ZipFile(path) as archive:
        given = {info.filename: archive.read(info) for info in archive.infolist()}
    parts = {name.replace("\\", "/"): data for name, data in given.items()}
    names = _names(parts)
    tidied = {names.get(name.casefold(), name): _CLOCK.sub(_days, data) for name, data in parts.items()}
    if tidied != given:
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in tidied.items():
                archive.writestr(name, data)


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
