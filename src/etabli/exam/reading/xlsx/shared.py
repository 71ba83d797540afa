"""What all the sheets of an Excel workbook share: its strings and the formats of its cell styles."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from openpyxl.utils.datetime import CALENDAR_WINDOWS_1900

from ..archive import Archive
from ..formats import BUILTIN, GENERAL, Format, of_code
from ..markup import END, START, TEXT, walk, whole
from ..relations import Relation

TRUE = ("1", "true")
NO_SIGN = "\ufffd"
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_HALF = re.compile("[\ud800-\udfff]")


@dataclass
class Shared:
    """Once per workbook."""

    strings: list[str] = field(default_factory=list)
    formats: list[Format] = field(default_factory=list)
    """By cell style."""
    written: set[str] = field(default_factory=set)
    """The conditional formats, by their number in a rule, that write a figure out."""
    epoch: datetime.datetime = CALENDAR_WINDOWS_1900

    def format(self, style: int) -> Format:
        """Returns the format of a cell style."""
        return self.formats[style] if style < len(self.formats) else GENERAL


def unescaped(text: str) -> str:
    """Returns a text whose signs that XML lacks, or takes for something else, were written by number: ``_x000D_``.

    Two halves of a sign are that sign; one alone, which no text can have, is `NO_SIGN`.
    """
    found = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return found.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if _HALF.search(found) else found


def share(archive: Archive, shared: Shared, related: Mapping[str, Relation]) -> None:
    """Reads strings and styles where the workbook says they are.

    Raises:
        Refused: They are damaged or too big.
    """
    for relation in related.values():
        if relation.kind == "sharedStrings" and relation.target in archive:
            shared.strings = list(_strings(archive, relation.target))
        elif relation.kind == "styles" and relation.target in archive:
            shared.formats = _formats(archive, relation.target, shared.written)


def _strings(archive: Archive, part: str) -> Iterator[str]:
    pieces: list[str] = []
    inside = phonetic = False
    for event in walk(archive.read(part), part):
        if event.name == "rPh" and event.kind in (START, END):
            phonetic = event.kind == START
        elif event.name == "t" and event.kind in (START, END):
            inside = event.kind == START and not phonetic
        elif event.kind == TEXT and inside:
            pieces.append(event.text)
        elif event.kind == END and event.name == "si":
            yield unescaped("".join(pieces))
            pieces.clear()


def _formats(archive: Archive, part: str, written: set[str]) -> list[Format]:
    codes = dict(BUILTIN)
    known: dict[int, Format] = {}
    found: list[Format] = []
    inside, rule = False, -1
    for kind, tag, attributes in walk(archive.read(part), part):
        if tag == "cellXfs":
            inside = kind == START
        elif tag == "dxf":
            rule += kind == START
        elif kind == START and tag == "numFmt" and rule >= 0:
            if of_code(attributes.get("formatCode", "")).written:
                written.add(str(rule))
        elif kind == START and tag == "numFmt":
            codes[whole(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif kind == START and tag == "xf" and inside:
            number = whole(attributes.get("numFmtId"))
            if number not in known:
                known[number] = of_code(codes.get(number, ""))
            found.append(known[number])
    return found
