"""Every piece of text anywhere in a file, with the place where a person would look for it.

First what a person sees (cells, paragraphs), with fine places; then, part by part, all the rest: properties,
attributes, comments, deleted text, orphan parts, what lies between the members of an archive. A text already told
is not told again, so that the place told is the finest one.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable
from typing import Any

from . import book, delimited, pdf, prose, strings
from .archive import Archive, Budget
from .blocks import blocks
from .grid import Book
from .kinds import PACKAGES, decode, kind, suffix
from .limits import MAX_NESTING, MAX_PART, MAX_TEXT, Refused
from .markup import walk
from .ods.sheets import refuse_encrypted
from .places import place

_MARGINS = "en-tête ou pied de page"
_PLACES = (
    (("docProps/", "meta.xml"), "propriétés du document"),
    (("threadedComments", "comments", "persons/"), "commentaires"),
    (("sharedStrings",), "textes du classeur"),
    (("vbaProject", "Basic/", "Scripts/"), "macros"),
    (("header", "footer"), _MARGINS),
    (("customXml",), "données personnalisées du document"),
    (("content.xml", "word/document.xml"), "corps du document"),
)
_SEEN = "corps du document"
_LABELS = {"text": "texte", "pdf": "page", "image": "texte contenu dans l'image"}


class Traces:
    """What was found, each text once per place.

    Args:
        prefix: Where all this is: the members of a nested archive are told under its name.
        found: Shared by nested archives.
    """

    def __init__(self, prefix: str = "", found: _Found | None = None) -> None:
        self._prefix = prefix
        self.found = found or _Found()
        self._told: set[str] = set()

    def add(self, where: str, text: str, *, hidden: bool = False, again: bool = True) -> None:
        """Tells a text; with ``again=False``, only when nobody told it yet here."""
        text = text.strip()
        if text and (again or text not in self._told):
            self._told.add(text)
            self.found.add(f"{self._prefix}{where}", text, hidden)

    def inside(self, name: str) -> Traces:
        """Returns where the traces of a nested file go."""
        return Traces(f"{self._prefix}{name} › ", self.found)


class _Found:
    """The list, within its limit."""

    def __init__(self) -> None:
        self.plain: list[list[Any]] = []
        self._known: set[tuple[str, str]] = set()
        self._size = 0

    def add(self, where: str, text: str, hidden: bool) -> None:
        if (where, text) in self._known:
            return
        self._known.add((where, text))
        self.plain.append([where, text, hidden])
        self._size += len(text) + len(where)
        if self._size > MAX_TEXT:
            raise Refused("too-heavy", "text")


def read(data: bytes, name: str, budget: Budget) -> list[list[Any]]:
    """Returns the traces of a file as JSON has them: place, text, hidden.

    Raises:
        Refused: It cannot be searched to the end.
    """
    traces = Traces()
    traces.add("nom du fichier", name.rpartition("/")[2])
    _search(data, name, traces, budget, MAX_NESTING)
    return traces.found.plain


def _search(data: bytes, name: str, traces: Traces, budget: Budget, nesting: int) -> None:
    found = kind(data, budget)
    if found in ("7z", "rar"):
        raise Refused("closed-file", "kind", kind=found)
    if found in ("gz", "bz2", "xz"):
        _compressed(data, name, found, traces, budget, nesting)
    elif found in PACKAGES:
        if nesting <= 0:
            raise Refused("closed-file", "nested", limit=MAX_NESTING)
        _package(data, found, traces, budget, nesting)
    elif found == "pdf":
        _pdf(data, traces, budget, nesting)
    elif found == "text" and suffix(name) == "csv":
        _cells(delimited.read(data, name), traces, only=True)
        _text(data, traces)
    elif found in ("text", "html", "rtf"):
        _text(data, traces)
    elif found != "empty":
        if found == "ole" and "EncryptedPackage".encode("utf-16-le") in data:
            raise Refused("encrypted")
        _bytes(data, _LABELS.get(found, "octets du fichier"), traces)
        _stowaway(data, traces, budget, nesting)


def _stowaway(data: bytes, traces: Traces, budget: Budget, nesting: int) -> None:
    """Searches an archive behind another file: what opens archives finds it from its end."""
    if b"PK\x05\x06" not in data or nesting <= 0:
        return
    try:
        Archive(data, budget)
    except Refused as refusal:
        if refusal.cause == "broken-file":
            return  # four bytes that look like an archive
        raise
    _package(data, "zip", traces.inside("archive cachée dans le fichier"), budget, nesting - 1)


def _text(data: bytes, traces: Traces) -> None:
    for number, line in enumerate(decode(data).splitlines(), 1):
        traces.add(f"ligne {number}", line, again=False)


def _bytes(data: bytes, where: str, traces: Traces) -> None:
    for text in (*strings.png_texts(data), *strings.runs(data), *strings.macros(data)):
        traces.add(where, text, hidden=True, again=False)


def _compressed(data: bytes, name: str, found: str, traces: Traces, budget: Budget, nesting: int) -> None:
    if nesting <= 0:
        raise Refused("closed-file", "nested", limit=MAX_NESTING)
    openers: dict[str, Callable[[], Any]] = {
        "gz": lambda: zlib.decompressobj(wbits=31),
        "bz2": bz2.BZ2Decompressor,
        "xz": lzma.LZMADecompressor,
    }
    machine = openers[found]()
    try:
        inside = machine.decompress(data, MAX_PART)
    except (zlib.error, lzma.LZMAError, OSError, EOFError) as error:
        raise Refused("broken-file") from error
    if len(inside) >= MAX_PART:
        raise Refused("too-heavy", "unpacked", limit=MAX_PART)
    if not machine.eof:
        raise Refused("broken-file")
    budget.take(len(inside))
    _bytes(data[:256], "octets du fichier", traces)
    _bytes(machine.unused_data, "octets après la fin du fichier", traces)
    bare = name.rpartition(".")[0] or name
    _search(inside, bare, traces.inside(bare), budget, nesting - 1)


def _pdf(data: bytes, traces: Traces, budget: Budget, nesting: int) -> None:
    for number, line in enumerate(pdf.text(data).splitlines(), 1):
        traces.add(f"ligne {number} du texte", line, again=False)
    for line in pdf.properties(data).splitlines():
        traces.add("propriétés du document", line.partition(":")[2] or line, hidden=True, again=False)
    for inside in pdf.streams(data, budget):
        if kind(inside, Budget()) in PACKAGES:
            _search(inside, "pièce jointe", traces.inside("pièce jointe"), budget, nesting - 1)
        else:
            _bytes(inside, "objet du PDF", traces)
    _bytes(data, "octets du fichier", traces)
    _stowaway(data, traces, budget, nesting)


# -- archives


def _package(data: bytes, found: str, traces: Traces, budget: Budget, nesting: int) -> None:
    archive = Archive(data, budget)
    refuse_encrypted(archive)
    _visible(archive, found, traces)
    traces.add("commentaire de l'archive", archive.comment.decode("utf-8", "replace"), hidden=True)
    for entry in (*archive.members, *archive.directories()):
        traces.add("nom d'un fichier de l'archive", entry.filename, hidden=True, again=False)
        traces.add("commentaire d'un fichier de l'archive", entry.comment.decode("utf-8", "replace"), hidden=True)
        _bytes(entry.extra, "données annexes d'un fichier de l'archive", traces)
    for info in archive.members:
        _member(archive.read(info), info.filename, found, traces, budget, nesting)
    for gap in archive.gaps():
        _bytes(gap, "octets ajoutés à l'archive", traces)


def _visible(archive: Archive, found: str, traces: Traces) -> None:
    if found in ("xlsx", "ods"):
        _cells(book.sheets(archive, found), traces)
    elif found in ("docx", "odt"):
        text = prose.docx(archive) if found == "docx" else prose.odt(archive)
        for number, line in enumerate(text.splitlines(), 1):
            traces.add(f"paragraphe {number}", line, again=False)
    for line in prose.open_margins(archive) if found in ("ods", "odt") else ():
        traces.add(_MARGINS, line, again=False)


def _cells(found: Book, traces: Traces, *, only: bool = False) -> None:
    """Tells the cells of every sheet; that of a CSV is the only one, and has the file's name."""
    for grid in found.grids:
        sheet = f"feuille masquée « {grid.name} »" if grid.hidden else f"feuille « {grid.name} »"
        traces.add("nom d'une feuille", grid.name, hidden=grid.hidden)
        for row, column, box in grid.cells():
            cell = f"cellule{' masquée' if box.hidden and not grid.hidden else ''} {place(row, column)}"
            where = cell if only else f"{cell} de la {sheet}"
            traces.add(where, box.text, hidden=box.hidden)
            traces.add(f"formule de la {where}", box.formula or "", hidden=True)
            traces.add(f"commentaire de la {where}", box.comment or "", hidden=True)


def _member(data: bytes, name: str, found: str, traces: Traces, budget: Budget, nesting: int) -> None:
    if found == "zip":
        _search(data, name, traces.inside(name), budget, nesting - 1)
        return
    where = next((label for marks, label in _PLACES if any(mark in name for mark in marks)), f"partie « {name} »")
    end = suffix(name)
    if end in ("xml", "rels", "rdf") or data[:64].lstrip().startswith(b"<?xml"):
        _markup(data, name, where, traces)
    elif end == "vml":
        _drawing(data, name, where, traces)
    elif kind(data, budget) in (*PACKAGES, "pdf", "gz", "7z", "rar"):
        _search(data, name, traces.inside(f"objet « {name} »"), budget, nesting - 1)
    else:
        _bytes(data, where, traces)
        _stowaway(data, traces, budget, nesting)


def _markup(data: bytes, name: str, where: str, traces: Traces) -> None:
    hidden = where != _SEEN
    for text in blocks(walk(data, name)):
        traces.add(where, text, hidden=hidden, again=False)


def _drawing(data: bytes, name: str, where: str, traces: Traces) -> None:
    """Excel's drawings are XML with unclosed tags now and then: their bytes are searched then."""
    try:
        _markup(data, name, where, traces)
    except Refused:
        _bytes(data, where, traces)
