"""Filling cells of the tables of a centre's own text document: words are put in the cell, all else untouched."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from xml.sax.saxutils import unescape

from etabli.commission.splicing import Node, Splice, as_text, parsed, parts_of, spliced, with_parts
from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import counted

_CONTROLS = ("sdt", "sdtContent")
"""What may stand between a table and its rows, a row and its cells: content controls."""
_PART = "word/document.xml"
_PLACE = re.compile(r"([1-9][0-9]{0,2})\.([1-9][0-9]{0,3})\.([1-9][0-9]{0,2})")


def fill(name: str, data: bytes, values: Mapping[str, str | float]) -> bytes:
    """Returns a document with values in cells of its tables.

    Args:
        name: How sentences call the file.
        data: The document.
        values: « table.ligne.colonne », from 1, such as « 2.3.1 » → a text, or a number.

    Raises:
        UsageProblem: A cell is not there.
    """
    part = _document(name, data)
    tables = list(parsed(_PART, part).below("tbl"))
    splices = [_splice(part, _cell(name, tables, place), _words(value)) for place, value in values.items()]
    return with_parts(data, {_PART: spliced(part, splices)})


def places(name: str, data: bytes) -> Iterator[tuple[str, str]]:
    """Gives each cell of its tables, as it is called and with its words, for whoever writes which receives what.

    A table within a cell is counted as it comes; merged cells are one.

    Raises:
        UsageProblem: It is no such document.
    """
    part = _document(name, data)
    for at, table in enumerate(parsed(_PART, part).below("tbl"), start=1):
        for row, line in enumerate(_within(table, "tr"), start=1):
            for column, cell in enumerate(_within(line, "tc"), start=1):
                own = (one for paragraph in _within(cell, "p") for one in paragraph.below("t"))
                yield f"{at}.{row}.{column}", "".join(unescape(part[one.inside : one.close].decode()) for one in own)


def _document(name: str, data: bytes) -> bytes:
    parts = parts_of(name, data)
    if _PART not in parts:
        raise UsageProblem(f"« {name} » n'est pas un document .docx : enregistrez-le sous ce format.")
    return parts[_PART]


def _words(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:g}".replace(".", ",")


def _cell(name: str, tables: list[Node], place: str) -> Node:
    seen = _PLACE.fullmatch(place)
    if seen is None:
        raise UsageProblem(f"« {place} » n'est pas une cellule : écrivez « table.ligne.colonne », comme « 2.3.1 ».")
    at = [int(one) for one in seen.groups()]
    found: list[Node] = tables
    kinds = (("", "tableau", "tableaux"), ("tr", "ligne", "lignes"), ("tc", "colonne", "colonnes"))
    for number, (kind, one, many) in zip(at, kinds, strict=True):
        found = found if not kind else list(_within(found[0], kind))
        if number > len(found):
            raise UsageProblem(f"« {name} », « {place} » : il n'y a là que {counted(len(found), one, many)}.")
        found = [found[number - 1]]
    return found[0]


def _within(node: Node, kind: str) -> Iterator[Node]:
    """Gives children of a kind, those that content controls hold too."""
    for one in node.children:
        if one.name == kind:
            yield one
        elif one.name in _CONTROLS:
            yield from _within(one, kind)


def _splice(part: bytes, cell: Node, text: str) -> Splice:
    """Words at the end of the cell's first paragraph, as its words look; never in place of the form's own."""
    paragraph = next(_within(cell, "p"), None)
    if paragraph is None:
        raise UsageProblem("Une cellule du formulaire n'a pas de paragraphe : enregistrez-le de nouveau avec Word.")
    prefix = paragraph.prefix
    lines = [b'<%bt xml:space="preserve">%b</%bt>' % (prefix, as_text(line), prefix) for line in text.split("\n")]
    run = b"<%br>%b%b</%br>" % (prefix, _looks(part, paragraph), (b"<%bbr/>" % prefix).join(lines), prefix)
    if paragraph.empty:
        return Splice(paragraph.inside - 2, paragraph.inside, b">" + run + b"</" + prefix + b"p>")
    return Splice(paragraph.close, paragraph.close, run)


def _looks(part: bytes, paragraph: Node) -> bytes:
    """How the last words of a paragraph look, else how its mark does."""
    holders = [*paragraph.find("pPr"), *paragraph.find("r")]
    found = [one for holder in holders for one in holder.find("rPr")]
    return part[found[-1].start : found[-1].end] if found else b""
