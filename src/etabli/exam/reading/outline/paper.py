"""PDF files as blocks, by what is drawn on their pages."""

from __future__ import annotations

import re

from .. import pdf
from ..told import BlockTold
from .building import Blocks, is_mono

_NUMBERED = re.compile(r"\d{1,2}\s?[.)°]\s?\D")
_BULLET = re.compile(r"[•◦▪–*-]\s")
_LAST = (".", "!", "?", ":", ";")


def paper(data: bytes) -> list[BlockTold]:
    """The blocks of a PDF: lines in monospace, and paragraphs of the others. Its pictures are not told.

    Raises:
        Refused: It is encrypted, damaged or too heavy.
    """
    blocks = Blocks()
    former = pdf.DrawnLine(0, 0, False, [])
    for line in pdf.lines(data):
        text = "".join(piece for piece, _ in line.pieces).lstrip()
        if line.unseen:
            blocks.add(f"{text}\n", unseen=True)
            continue
        row = pdf.APART in line.pieces
        alone = row or all(is_mono(font) for piece, font in line.pieces if piece.strip())
        if alone or _NUMBERED.match(text) or _BULLET.match(text) or not _goes_on(former, line):
            blocks.end("row" if row else "item" if _NUMBERED.match(text) else "text")
        else:
            blocks.add(" ")
        for piece, font in line.pieces:
            blocks.add(piece, is_mono(font))
        former = line._replace(full=line.full and not alone)
    blocks.end()
    return blocks.told


def _goes_on(former: pdf.DrawnLine, line: pdf.DrawnLine) -> bool:
    """Whether a line goes on with the sentence of the former one."""
    text = "".join(piece for piece, _ in former.pieces).rstrip()
    near = 0 < line.top - former.top < 2 * former.height and former.height == line.height
    return former.full and near and not text.endswith(_LAST)
