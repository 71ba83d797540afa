"""Writing into a zipped XML document without touching the rest: every other byte of every part stays as it was.

A part is never parsed and written again: places are found by their offsets, and bytes are put there. What Excel or
Word wrote around them (styles, protections, extensions that we do not know) is the centre's own.
"""

from __future__ import annotations

import codecs
import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.parsers import expat
from xml.sax.saxutils import escape

from etabli.exam.contract.errors import UsageProblem
from etabli.system.zip_errors import UNREADABLE

_MOST = 60_000_000
"""Bytes of all parts, unpacked."""
_MOST_NODES, _DEEPEST = 300_000, 200
"""Elements of a part that is filled, and how far one is in others: a form has a few thousand, and some twenty."""
_UTF8 = "utf-8", "us-ascii"
"""In what Word, Excel and LibreOffice write, and we too: places are those of bytes."""


class Splice(NamedTuple):
    """Bytes that take the place of others."""

    start: int
    end: int
    instead: bytes


@dataclass
class Node:
    """One element of a part, and where its bytes are."""

    name: str
    """Without prefix."""
    prefix: bytes
    """« w: », or nothing."""
    attributes: dict[str, str]
    start: int
    inside: int = 0
    """Where its content begins."""
    close: int = 0
    """Where its end tag begins; the same as its end where it closes itself."""
    end: int = 0
    children: list[Node] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether it closes itself (« <c/> »)."""
        return self.inside == self.end

    def find(self, name: str) -> Iterable[Node]:
        """Gives its children of a name."""
        return (one for one in self.children if one.name == name)

    def below(self, name: str) -> Iterable[Node]:
        """Gives all of a name below it, in order."""
        for one in self.children:
            if one.name == name:
                yield one
            yield from one.below(name)


def parsed(name: str, part: bytes) -> Node:
    """Reads a part as elements with their offsets.

    Raises:
        UsageProblem: It is no XML in UTF-8, is out of all measure, or declares entities, which no form needs.
    """
    top = Node("", b"", {}, 0)
    stack, number = [top], 0
    parser = expat.ParserCreate()

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal number
        number += 1
        if number > _MOST_NODES or len(stack) > _DEEPEST:
            raise UsageProblem(f"« {name} » du formulaire est démesuré : enregistrez-le de nouveau, puis relancez.")
        prefix, _, local = tag.rpartition(":")
        at = parser.CurrentByteIndex
        node = Node(local, f"{prefix}:".encode() if prefix else b"", attributes, at)
        node.inside = _tag_end(part, at)
        stack[-1].children.append(node)
        stack.append(node)

    def end(_tag: str) -> None:
        node = stack.pop()
        at = parser.CurrentByteIndex
        if part[node.inside - 2 : node.inside] == b"/>":
            node.close = node.end = node.inside
        else:
            node.close, node.end = at, part.index(b">", at) + 1

    def refused(*_declared: object) -> None:
        raise UsageProblem(f"« {name} » déclare des entités : ce n'est pas un formulaire ordinaire.")

    def spelled(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding and encoding.lower() not in _UTF8:
            raise UsageProblem(f"« {name} » du formulaire n'est pas en UTF-8 : enregistrez-le de nouveau.")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.EntityDeclHandler = refused
    parser.XmlDeclHandler = spelled
    try:
        if part.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            spelled("", "utf-16", 0)
        parser.Parse(part, True)
    except expat.ExpatError as error:
        raise UsageProblem(f"« {name} » du formulaire est abîmé : enregistrez-le de nouveau, puis relancez.") from error
    return top


def _tag_end(part: bytes, at: int) -> int:
    """Returns where a start tag ends; a « > » within quotes is none."""
    quote = 0
    for place in range(at, len(part)):
        byte = part[place]
        if quote:
            quote = 0 if byte == quote else quote
        elif byte in b"\"'":
            quote = byte
        elif byte == ord(">"):
            return place + 1
    return len(part)


def spliced(part: bytes, splices: Iterable[Splice]) -> bytes:
    """Returns a part with bytes put in place of others, from the last on."""
    for one in sorted(splices, reverse=True):
        part = part[: one.start] + one.instead + part[one.end :]
    return part


def parts_of(name: str, data: bytes) -> dict[str, bytes]:
    """Reads the parts of a document.

    Raises:
        UsageProblem: It is no such document, or too large.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(one.file_size for one in archive.infolist()) > _MOST:
                raise UsageProblem(f"« {name} » est démesuré : donnez le formulaire seul.")
            return {one.filename: archive.read(one) for one in archive.infolist()}
    except UNREADABLE as error:
        raise UsageProblem(f"« {name} » n'est pas un .xlsx ou un .docx lisible : enregistrez-le de nouveau.") from error


def with_parts(data: bytes, changed: Mapping[str, bytes]) -> bytes:
    """Returns a document with some parts replaced; order, dates and names of all stay."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as former, zipfile.ZipFile(stream, "w") as fresh:
        for one in former.infolist():
            fresh.writestr(one, changed.get(one.filename, former.read(one)), compress_type=one.compress_type)
    return stream.getvalue()


def as_text(text: str) -> bytes:
    """Escapes text for XML, without characters that XML cannot hold."""
    held = "".join(char if char >= " " or char in "\n\t" else "\N{REPLACEMENT CHARACTER}" for char in text)
    return escape(held).encode("utf-8", "replace")
