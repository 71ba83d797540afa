"""Text documents as blocks: headings, numbered steps, rows of tables, what is typed in monospace, pictures.

What nobody sees (masked, tiny, of the colour of its ground, beside the page) is a block of its own kind. One module
per format; each says its sources.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..archive import Archive
from ..told import BlockTold
from .markdown import markdown
from .page import html
from .paper import paper
from .word import docx
from .writer import odt

__all__ = ["ARCHIVED", "html", "markdown", "paper"]

ARCHIVED: Mapping[str, Callable[[Archive], list[BlockTold]]] = {"docx": docx, "odt": odt}
