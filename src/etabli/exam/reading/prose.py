"""Text documents of Word and LibreOffice, as lines of plain text.

Sources: ECMA-376, part 1, clause 17 (WordprocessingML); OASIS Open Document Format 1.3, part 3, clauses 4 to 7.
"""

from __future__ import annotations

from collections.abc import Iterator

from .archive import Archive
from .markup import END, START, TEXT, walk
from .ods.sheets import CONTENT, refuse_encrypted, spacing
from .relations import main_part, relations

_MORE = ("header", "footer", "footnotes", "endnotes")
_WORD_SPACES = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_ODT_ASIDE = ("annotation", "tracked-changes", "sequence-decls", "index-title-template")


def docx(archive: Archive) -> str:
    """Returns the text of a Word document: body, then headers, footers and notes; no deleted text, no comment.

    Raises:
        Refused: It is damaged or too big.
    """
    main = main_part(archive)
    found = relations(archive, main).values()
    parts = [main, *sorted(one.target for one in found if one.kind in _MORE and one.target in archive)]
    return "\n".join(line for part in parts for line in _word_lines(archive, part))


def _word_lines(archive: Archive, part: str) -> Iterator[str]:
    line: list[str] = []
    inside = False
    twins = 0
    for event in walk(archive.read(part), part):
        if event.name == "Fallback" and event.kind in (START, END):  # the same text box, for older readers
            twins += 1 if event.kind == START else -1
        elif twins:
            continue
        elif event.kind == TEXT and inside:
            line.append(event.text)
        elif event.kind == START:
            inside = event.name == "t"
            line.append(_WORD_SPACES.get(event.name, ""))
        elif event.kind == END:
            inside = False
            if event.name == "p":
                yield "".join(line).strip()
                line.clear()


def odt(archive: Archive) -> str:
    """Returns the text of a LibreOffice document: paragraphs, headings, tables, notes; no comment.

    Raises:
        Refused: It is encrypted, damaged or too big.
    """
    refuse_encrypted(archive)
    return "\n".join(_odt_lines(archive))


def _odt_lines(archive: Archive) -> Iterator[str]:
    line: list[str] = []
    depth = aside = 0
    for event in walk(archive.read(CONTENT), CONTENT):
        if event.name in _ODT_ASIDE and event.kind in (START, END):
            aside += 1 if event.kind == START else -1
        elif aside:
            continue
        elif event.kind == TEXT and depth:
            line.append(event.text)
        elif event.name in ("p", "h") and event.kind in (START, END):
            depth += 1 if event.kind == START else -1
            if line:
                yield "".join(line).strip()
                line.clear()
        elif event.kind == START and depth:
            line.append(spacing(event))
