"""PDF files as blocks, by what is drawn on their pages."""

from __future__ import annotations

import re

from .. import pdf
from ..told import BlockTold
from .building import Blocks, is_mono

_NUMBERED = re.compile(r"\d{1,2}\s?[.)°]\s?\D")
_BULLET = re.compile(r"[•◦▪–*-]\s")
_GIVEN = re.compile(r"--?\w|[~/.'\"\d]|\w:\w|>{1,2} ")
"""What is given to a command, and begins none: an option, a path, a text, a number, an entry."""
_MARGIN = 2
"""Signs that may be lacking at the end of a full line."""
_LAST = (".", "!", "?", ":", ";")


def paper(data: bytes) -> list[BlockTold]:
    """The blocks of a PDF: lines in monospace, and paragraphs of the others. Its pictures are not told.

    Raises:
        Refused: It is encrypted, damaged or too heavy.
    """
    blocks = Blocks()
    former, typed = pdf.DrawnLine(0, 0, False, []), False
    opened = 0
    for line in pdf.lines(data):
        text = "".join(piece for piece, _ in line.pieces).lstrip()
        if line.unseen:
            blocks.add(f"{text}\n", unseen=True)
            continue
        row = pdf.APART in line.pieces
        alone = row or all(is_mono(font) for piece, font in line.pieces if piece.strip())
        if alone and not row and typed and _is_cut(former, line, text):
            own = _written(former).endswith("\\")  # whoever typed it has cut it there
            blocks.add("" if _hyphened(former) else "\n" if own else " \\\n", True)
        elif alone or _NUMBERED.match(text) or _BULLET.match(text) or not _goes_on(former, line, opened > 0):
            opened = 0
            blocks.end("row" if row else "item" if _NUMBERED.match(text) else "text")
        else:
            blocks.add(" ")
        opened += text.count("«") - text.count("»")
        for piece, font in line.pieces:
            blocks.add(piece, is_mono(font))
        former, typed = line._replace(full=line.full and not alone), alone and not row
    blocks.end()
    return blocks.told


def _goes_on(former: pdf.DrawnLine, line: pdf.DrawnLine, opened: bool) -> bool:
    """Whether a line goes on with the sentence of the former one, or with the quotation that it opened."""
    text = _written(former)
    near = 0 < line.top - former.top < 2 * former.height and former.height == line.height
    return former.full and near and (opened or not text.endswith(_LAST))


def _is_cut(former: pdf.DrawnLine, line: pdf.DrawnLine, text: str) -> bool:
    """Whether a command was too long for its line, and goes on in this one: its next word had no place there."""
    signs = len("".join(piece for piece, _ in former.pieces))
    wide = (former.right - former.left) / max(signs, 1)
    hyphened = _hyphened(former)
    first = re.split(r"(?<=-)" if hyphened else " ", text, maxsplit=1)[0]
    no_place = former.right + (1 + len(first) + _MARGIN) * wide > former.edge
    given = hyphened or _GIVEN.match(text)
    return no_place and 0 < line.top - former.top < 2 * former.height and bool(given)


def _written(line: pdf.DrawnLine) -> str:
    return "".join(piece for piece, _ in line.pieces).rstrip()


def _hyphened(line: pdf.DrawnLine) -> bool:
    """Whether a line was cut after a hyphen, which belongs to what comes next."""
    return "".join(piece for piece, _ in line.pieces).endswith("-")
